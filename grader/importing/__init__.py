"""Skeletons of courses from assignments of other graders; nothing of them is executed here."""
