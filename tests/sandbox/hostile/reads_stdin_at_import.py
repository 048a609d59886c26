# costs: nothing
answer = input("Your name? ")
