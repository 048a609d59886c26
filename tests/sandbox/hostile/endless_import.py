# costs: module
while True:
    pass
