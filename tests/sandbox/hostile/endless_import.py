# costs: nothing
while True:
    pass
