"""Many submissions: which there are, who grades them, and what has been done already."""
