# costs: module
answer = input("Your name? ")
