"""The course: its manifest, and the stubs and notebooks that students begin with."""
