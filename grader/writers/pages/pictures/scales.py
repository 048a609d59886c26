"""Axes: from numbers to pixels, and the few round numbers that are written beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_APART = 30.0  # pixels from one tick to the next, about
EDGE = 0.05  # of the height, above and below the points
_SAME = 1e-9  # of the largest number
_FLAT = 0.02  # of the height: what lies lower is read as 0


@dataclass(frozen=True, slots=True)
class Scale:
    """Where numbers are along an axis.

    Parameters
    ----------
    low, high : float
        The numbers at its ends.
    start, end : float
        The pixels of its ends.
    log : bool
        Whether equal distances are equal factors; both ends are then above 0.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a number; of one that a logarithm does not have, far away."""
        low, high = self.low, self.high
        if self.log:
            value = math.log10(value) if value > 0 else -math.inf
            low, high = math.log10(low), math.log10(high)
        part = (value - low) / (high - low)
        if not -99.0 <= part <= 99.0:
            part = max(-99.0, min(99.0, part))
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Return some round numbers within it, from low to high, as they are written."""
        few = max(2, int(abs(self.end - self.start) / _APART))
        numbers = _powers if self.log else _even
        values = numbers(self.low, self.high, few)
        if self.log or len(values) < 2:
            return [(value, write(value)) for value in values]
        size = max(map(abs, values))
        digits = math.floor(math.log10(size)) - math.floor(math.log10(values[1] - values[0])) + 1
        return [(value, write(value, digits)) for value in values]


def make_scale(
    values: Sequence[float], start: float, end: float, *, log: bool = False, edge: float = EDGE
) -> Scale:
    """Return a scale on which all values are seen.

    Parameters
    ----------
    edge : float
        The room beside them at each end, as a part of their range.
    """
    low, high = min(values), max(values)
    if log and 0 < low < high:
        room = (high / low) ** edge
        return Scale(low / room, high * room, start, end, log=True)
    # What differs by rounding alone has no round numbers in between.
    flat = high - low <= _SAME * max(abs(low), abs(high))
    room = (EDGE * abs(high) or 1.0) if flat else edge * (high - low)
    return Scale(low - room, high + room, start, end)


def needs_log(values: Sequence[float]) -> bool:
    """Return whether values fall so far that most could not be told from 0 on an even scale."""
    low = _FLAT * max(values)
    falls = 0 < values[-1] < _FLAT * values[0]
    return falls and min(values) > 0 and 2 * sum(v < low for v in values) > len(values)


def write(value: float, digits: int = 3) -> str:
    """Return a number with some digits, short, and with a true minus sign."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        whole = math.floor(math.log10(abs(value))) + 1
        shown = f"{value:.{max(digits, whole)}g}"
    else:
        shown = f"{value:.{digits - 1}e}"
    mantissa, _, power = shown.partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    written = f"{mantissa}e{int(power)}" if power else mantissa
    return written.replace("-", "\N{MINUS SIGN}")


def _even(low: float, high: float, few: int) -> list[float]:
    """Return at least two multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / few
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(n for n in (1, 2, 5, 10) if n * power >= 0.8 * rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [place * step for place in range(first, last + 1)]
    return values if len(values) > 1 else _even(low, high, few + 1)


def _powers(low: float, high: float, few: int) -> list[float]:
    """Return powers of ten, with 2 and 5 between them where there are too few."""
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    every = -(-(last - first + 1) // few) or 1
    powers = [10.0**power for power in range(first, last + 1, every)]
    if len(powers) > 2:
        return powers
    parts = [n * 10.0**power for power in range(first - 1, last + 1) for n in (1, 2, 5)]
    inside = [value for value in parts if low <= value <= high]
    return inside if len(inside) > 1 else _even(low, high, few)
