"""`grade verify`: checking what a course promises."""
