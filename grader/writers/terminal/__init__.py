"""Results and progress on a terminal."""
