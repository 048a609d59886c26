"""What is handed out: the kit for students and the autograder, checked for leaks."""
