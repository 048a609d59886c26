"""Other right answers, with a helper that has the name of one of the solution's."""

import numpy as np

from grader.testing import variant


def _size(value):
    return float(abs(value)) + 1


@variant(of="spread")
def peak_to_peak(values):
    return _size(np.ptp(np.asarray(values))) - 1
