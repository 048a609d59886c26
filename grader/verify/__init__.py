"""`grade verify`: checks the promises of a course."""
