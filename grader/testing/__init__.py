"""What an author of suites imports, and nothing else is needed."""
