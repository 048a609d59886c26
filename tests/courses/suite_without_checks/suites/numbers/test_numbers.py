"""No check yet."""
