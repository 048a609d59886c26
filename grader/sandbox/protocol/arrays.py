"""Arrays that cannot be changed, of what is read as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def frozen(array: Array) -> Array:
    """Return a copy of an array that cannot be changed."""
    array = array.copy()
    array.flags.writeable = False
    return array
