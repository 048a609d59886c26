"""Temperatures, in degrees Celsius and Fahrenheit."""

import numpy as np


def to_fahrenheit(celsius):
    """Convert degrees Celsius to degrees Fahrenheit.

    Water freezes at 0 degrees Celsius or 32 degrees Fahrenheit, and boils at 100 or 212.

    Parameters
    ----------
    celsius : number or ndarray of any shape

    Returns
    -------
    float or ndarray of the same shape
        As floats. The argument is not modified.

    Examples
    --------
    >>> to_fahrenheit(np.array([0.0, 100.0])).tolist()
    [32.0, 212.0]

    *Graded on* values, integer_input, input_not_modified.
    """
    return np.asarray(celsius) * 1.8 + 32.0


def daily_range(readings):
    """Return how far each day's readings lie apart.

    Parameters
    ----------
    readings : ndarray of shape (days, hours)

    Returns
    -------
    ndarray of shape (days,)
        Highest minus lowest reading of each day. The argument is not modified.

    Examples
    --------
    >>> daily_range(np.array([[1.0, 4.0], [2.0, 2.0]])).tolist()
    [3.0, 0.0]

    *Graded on* values, square_table, input_not_modified.
    """
    readings = np.asarray(readings)
    return readings.max(axis=1) - readings.min(axis=1)
