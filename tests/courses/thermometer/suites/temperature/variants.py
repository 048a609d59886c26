"""Correct implementations that differ from the solution."""

import numpy as np

from grader.testing import variant


@variant(of="to_fahrenheit")
def in_fifths(celsius):
    return 9 * np.asarray(celsius) / 5 + 32


@variant(of="daily_range")
def by_ptp(readings):
    return np.ptp(readings, axis=1)


@variant(of="daily_range")
def with_lists(readings):
    return [max(day) - min(day) for day in np.asarray(readings).tolist()]
