"""Wrong answers."""

import numpy as np

from grader.testing import misconception


@misconception("N-01", of="spread", hint="What is added?")
def spread_off_by_5_tolerances(values):
    spread = float(np.ptp(values))
    return spread + 5 * (2e-6 + 2e-5 * spread)
