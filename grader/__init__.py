"""Auto-graded exercises on backpropagation: an engine, a course and a command line."""

__version__ = "0.1.0"
