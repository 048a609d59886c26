# costs: nothing
# attack: exceptions: raises KeyboardInterrupt at import
raise KeyboardInterrupt
