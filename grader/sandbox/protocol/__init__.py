"""What crosses the process boundary: frames, values and messages. Runs on both sides."""
