"""Bring changed stubs into files that a student has begun."""
