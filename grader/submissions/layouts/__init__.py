"""How learning platforms name what a class handed in: one file for each platform."""
