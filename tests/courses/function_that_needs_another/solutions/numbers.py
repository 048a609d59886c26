"""Functions of numbers."""

import numpy as np


def _size(value):
    return float(value)


def spread(values):
    """Return the difference of the largest and the smallest value.

    *Graded on* values, many_values.

    >>> spread([3.0, 1.0])
    2.0
    """
    return _size(np.max(values) - np.min(values))


def half_spread(values):
    """Return half of the spread.

    *Graded on* values, many_values.

    >>> half_spread([3.0, 1.0])
    1.0
    """
    return _size(spread(values)) / 2
