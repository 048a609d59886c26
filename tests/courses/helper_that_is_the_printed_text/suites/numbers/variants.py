"""Other right answers."""

from grader.testing import variant


@variant(of="spread")
def both_at_once(values):
    print(f"largest {max(values)}\nsmallest {min(values)}")
