"""The trusted parent's side of untrusted processes: the student proxy, launching, the machine."""
