"""Reading what was handed in; all of it runs in a child process with limits."""
