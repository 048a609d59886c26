"""Who examines: the trusted side, where pytest and the hidden suites live."""
