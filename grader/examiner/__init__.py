"""The trusted side: it has pytest and the suites with the hidden checks."""
