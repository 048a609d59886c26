# costs: nothing
raise KeyboardInterrupt
