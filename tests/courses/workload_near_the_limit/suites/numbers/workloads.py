"""Implementations whose processor time is measured."""

import time

import numpy as np

from grader.testing import workload


@workload(of="spread")
def slow_spread(values):
    begin = time.process_time()
    while time.process_time() < begin + 0.2:
        pass
    return float(np.ptp(values))
