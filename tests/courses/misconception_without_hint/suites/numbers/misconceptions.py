"""Wrong answers."""

import numpy as np

from grader.testing import misconception


@misconception("N-01", of="spread", hint="Which of the two do you subtract?")
def reversed_spread(values):
    return float(np.min(values) - np.max(values))


@misconception("N-02", of="spread", hint="")
def largest_size(values):
    return float(np.max(np.abs(values)))
