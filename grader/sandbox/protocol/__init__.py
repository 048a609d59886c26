"""Frames, values and messages that cross the process boundary. Runs on both sides."""
