"""Submissions: folders, archives and notebooks, read in a limited child process."""
