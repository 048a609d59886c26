# costs: nothing
# attack: environment: reads standard input at import
answer = input("Your name? ")
