"""Differences and complex steps: oracles that share nothing with any formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_H = 1e-5
_TINY = 1e-30


def numerical_slope(f: Callable[[Array], Array], z: Any, h: float = _H) -> Array:
    """Return the slope of an elementwise function by centred differences.

    Parameters
    ----------
    f : callable
        Applied to an array of z's shape; every entry depends on its own argument only.

    Returns
    -------
    ndarray of z's shape
        ``(f(z + h) - f(z - h)) / 2h``; the error is of order h² plus rounding over h.
    """
    z = np.asarray(z, dtype=np.float64)
    return np.asarray((f(z + h) - f(z - h)) / (2 * h), dtype=np.float64)


def numerical_gradient(loss: Callable[[Array], float], x: Any, h: float = _H) -> Array:
    """Return the gradient of a scalar loss, of x's shape, by centred differences entry by entry.

    Parameters
    ----------
    loss : callable
        Maps an array of x's shape to a float. Use the *reference* loss: a student's
        wrong loss may agree with the student's wrong gradient.
    """
    point: Array = np.array(x, dtype=np.float64)

    def along(index: tuple[int, ...]) -> Array:
        def lose_at(entry: Array) -> Array:
            moved = point.copy()
            moved[index] = entry
            return np.asarray(loss(moved))

        return numerical_slope(lose_at, point[index], h)

    return np.reshape([along(index) for index in np.ndindex(point.shape)], point.shape)


def complex_slopes(f: Callable[..., Any], point: Sequence[float]) -> list[float]:
    """Return the derivatives of a function of a few numbers, exact but for rounding.

    Parameters
    ----------
    f : callable
        Analytic, or piecewise so and away from the kinks; it is called with complex numbers.
    point : sequence of float
        Where.

    Notes
    -----
    ``imag(f(x + ih)) / h`` subtracts nothing, so h can be very small.
    """
    numbers = [float(number) for number in point]
    slopes = []
    for place, number in enumerate(numbers):
        moved = [*numbers[:place], complex(number, _TINY), *numbers[place + 1 :]]
        slopes.append(float(np.imag(f(*moved)) / _TINY))
    return slopes
