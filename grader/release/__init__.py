"""The kit for students, checked for leaks, and the autograder."""
