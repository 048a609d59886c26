"""Where strangers run: the processes, the frames between them, and the walls."""
