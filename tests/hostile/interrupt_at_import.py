# costs: module
raise KeyboardInterrupt
