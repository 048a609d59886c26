"""Auto-graded exercises on backpropagation: an engine, a course and a command line."""

__version__ = "0.1.0"
# The file by which a folder that `grade init` wrote is recognised.
WORK_FOLDER = ".grade.toml"
