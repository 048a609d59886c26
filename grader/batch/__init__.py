"""Grade many submissions: find them, send them to workers, and record the results."""
