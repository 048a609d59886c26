"""The untrusted side: everything that runs where student code runs, and nothing else."""
