"""What is handed in: folders, archives and notebooks, read without harm."""
