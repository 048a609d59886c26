"""Wrong answers."""

import numpy as np

from grader.testing import misconception


@misconception("N-01", of="spread", hint="Which of the two do you subtract?", cascades=["width"])
def reversed_spread(values):
    return float(np.min(values) - np.max(values))
