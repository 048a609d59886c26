# costs: relu sigmoid
# attack: expensive answers: returns sets whose members all have one hash
from fractions import Fraction

P = 2**61 - 1


def relu(z):
    # Each would be compared with all before it.
    return {(n, Fraction(7 + P * n)) for n in range(1000)} | {7 + P * n for n in range(2000)}


def sigmoid(z):
    numbers = [7 + P * n for n in range(60)]
    return frozenset(frozenset(numbers[:n] + numbers[n + 1 :]) for n in range(60))
