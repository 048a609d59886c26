# costs: nothing
# attack: limits: loops without end at import
while True:
    pass
