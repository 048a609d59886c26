"""Other right answers."""

import numpy as np

from grader.testing import variant


@variant(of="spread", float32=True)
def half_precision(values):
    spread = float(np.ptp(values))
    return spread + 0.5 * (2e-6 + 2e-5 * spread)
