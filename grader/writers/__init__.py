"""One file a format; a writer formats a report and never computes a score."""
