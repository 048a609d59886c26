"""What is asked: the course, what was handed in, and what students start from."""
