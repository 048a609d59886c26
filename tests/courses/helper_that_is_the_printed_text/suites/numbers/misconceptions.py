"""Wrong answers."""

from grader.testing import misconception


@misconception("N-01", of="spread", hint="In which order are the two printed?")
def reversed_spread(values):
    print("smallest", min(values))
    print("largest", max(values))
