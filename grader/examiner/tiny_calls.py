"""Tiny calls with small whole numbers, made like a call that a check made, in order of size.

What has one size in the call has one size in each tiny call: an array's rows, the columns of
another, the length of a list, a count that is passed as an integer. Entries are taken from 0, 1,
-1 and 2 as far as what was passed allows them: labels stay 0 and 1, what was positive stays
positive, a row with the sum 1 keeps it. The list is fixed by the shapes and kinds of what was
passed, so it is the same in every run.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.examiner.likeness import numbers_of
from grader.sandbox.calls import Call
from grader.sandbox.protocol.values import SourceFunction

_MOST_ENTRIES = 32  # in all arrays of a call; more would not be tiny
_PATTERNS = ((1, 0), (1, 1), (1, 2), (2, 1), (3, 1), (1, 3), (3, 2), (2, 3))
_SINGLES = 8  # calls with one entry that is not the first choice, for each choice of sizes
_LEAST = 6  # calls for each choice of sizes
_ALL_UP_TO = 3  # entries of which all combinations are made
# A number with more digits was drawn; 0.1 or 1e-8 was chosen, and is kept.
_DIGITS = 5
# So many numbers that are all negative, or all between 0 and 1, are so by no accident.
_TELLING = 6
_SMALL_COUNT = 2  # a larger integer is a size or a count

Place = tuple[object, ...]
Sizes = Mapping[int, int]
# The rows or numbers that may fill one place of an array.
_Choices = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class TinyCall:
    """One call of the list.

    Parameters
    ----------
    args, kwargs : tuple, dict
        The arguments.
    sizes : mapping of int to int
        What each size of the original call became.
    entries : tuple of float
        The numbers that were chosen for it.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    sizes: Sizes
    entries: tuple[float, ...]


class NotTinyError(Exception):
    """A call cannot be made small: it holds something that is neither number nor function."""


def list_tiny_calls(call: Call, others: Iterable[Call], most: int) -> Iterator[TinyCall]:
    """Yield tiny calls like one that a check made, the smallest first.

    Parameters
    ----------
    call : Call
        The call; its sizes are made smaller.
    others : iterable of Call
        More calls of the function, which show what its arguments may be.
    most : int
        About how many are wanted; the list may have more.

    Raises
    ------
    NotTinyError
        If the call has an argument that cannot be made small.
    """
    places = _Places(call, others)
    chosen = sorted(
        _choose_sizes(places), key=lambda one: (one[0], [*one[1].values()], one[2] or 0)
    )
    chosen = [one for one in chosen if one[0] <= _MOST_ENTRIES]
    if not chosen:
        return
    quota = max(_LEAST, most // len(chosen))
    for _, sizes, length in chosen:
        slots = places.slots(sizes, length)
        for pattern in itertools.islice(_patterns([len(slot) for slot in slots], quota), quota):
            fill = [slot[index] for slot, index in zip(slots, pattern, strict=True)]
            args, kwargs = places.fill(sizes, length, fill)
            yield TinyCall(args, kwargs, sizes, tuple(itertools.chain.from_iterable(fill)))


def _choose_sizes(places: _Places) -> Iterator[tuple[int, Sizes, int | None]]:
    """Yield choices of sizes and of the length of lists, with the number of entries."""
    known = sorted(places.sizes)
    most = 3 if len(known) <= 2 else 2
    options = [range(1, min(size, most) + 1) for size in known]
    for values in itertools.product(*options):
        sizes = dict(zip(known, values, strict=True))
        # Where layers fit each other by their sizes, some can be left out if all are equal.
        shorter = (1, 2) if places.has_lists and len(set(values)) <= 1 else ()
        for length in (*shorter, None):
            yield places.count(sizes, length), sizes, length


def _patterns(counts: Sequence[int], quota: int) -> Iterator[tuple[int, ...]]:
    """Yield which of its choices each place takes, the simplest first, each once."""
    n = len(counts)
    if n <= _ALL_UP_TO:
        every = itertools.product(*map(range, counts))
        yield from sorted(every, key=lambda pattern: (sum(pattern), pattern[::-1]))
        return
    singles = min(_SINGLES, max(1, quota // 3))
    raw = [(0,) * n]
    raw += [tuple(int(place == one) for place in range(n)) for one in range(min(n, singles))]
    raw.append((1,) * n)
    raw += [tuple(place * step + first for place in range(n)) for step, first in _PATTERNS]
    seen = set()
    for indices in raw:
        pattern = tuple(index % count for index, count in zip(indices, counts, strict=True))
        if pattern not in seen:
            seen.add(pattern)
            yield pattern


class _Places:
    """The arguments of a call, and what is known of the numbers at each place of them."""

    def __init__(self, call: Call, others: Iterable[Call]) -> None:
        self._call = call
        self._seen: dict[Place, list[NDArray[Any]]] = {}
        self._choices: dict[tuple[Place, int], _Choices] = {}
        self.sizes: set[int] = set()
        self.has_lists = False
        for one in (call, *others):
            for place, value in _leaves(_arguments(one)):
                if (array := numbers_of(value)) is not None:
                    self._seen.setdefault(place, []).append(array)
        for _, value in _leaves(_arguments(call)):
            if _is_array(value):
                self.sizes.update(size for size in _array(value).shape if size > 1)
        for _, value in _leaves(_arguments(call)):
            if _is_count(value) and value > _SMALL_COUNT:
                self.sizes.add(value)
        self.slots({}, None)

    def slots(self, sizes: Sizes, length: int | None) -> list[_Choices]:
        """Return what each number or row of a tiny call can be, in their order."""
        found: list[_Choices] = []

        def choose(choices: _Choices) -> tuple[float, ...]:
            found.append(choices)
            return choices[0]

        self._build(sizes, length, choose)
        return found

    def count(self, sizes: Sizes, length: int | None) -> int:
        """Return how many entries a tiny call has."""
        return sum(len(choices[0]) for choices in self.slots(sizes, length))

    def fill(
        self, sizes: Sizes, length: int | None, fill: Iterable[tuple[float, ...]]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments of a tiny call, filled with what was chosen for its slots."""
        left = iter(fill)
        return self._build(sizes, length, lambda _: next(left))

    def _build(
        self,
        sizes: Sizes,
        length: int | None,
        choose: Callable[[_Choices], tuple[float, ...]],
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        def shrink(value: Any, place: Place) -> Any:
            if isinstance(value, dict):
                return {key: shrink(item, (*place, key)) for key, item in value.items()}
            if _is_array(value):
                return self._shrink_array(value, place, sizes, choose)
            if isinstance(value, list | tuple):
                kept = value[:length] if isinstance(value, list) else value
                self.has_lists = self.has_lists or (isinstance(value, list) and len(value) > 1)
                inner = [shrink(item, (*place, _key(value, n))) for n, item in enumerate(kept)]
                return inner if isinstance(value, list) else tuple(inner)
            if _is_count(value):
                return sizes.get(value, value)
            if isinstance(value, float) and _is_drawn(value):
                return choose(self._choices_at(place, 0))[0]
            if value is None or isinstance(value, bool | float | str | SourceFunction):
                return value
            raise NotTinyError

        args = tuple(shrink(value, (n,)) for n, value in enumerate(self._call.args))
        return args, {key: shrink(value, (key,)) for key, value in self._call.kwargs.items()}

    def _shrink_array(
        self,
        value: Any,
        place: Place,
        sizes: Sizes,
        choose: Callable[[_Choices], tuple[float, ...]],
    ) -> Any:
        array = _array(value)
        shape = tuple(sizes.get(size, size) for size in array.shape)
        columns = shape[-1] if shape else 1
        choices = self._choices_at(place, columns)
        taken = len(choices[0])
        numbers = [x for _ in range(math.prod(shape) // taken) for x in choose(choices)]
        built = np.array(numbers, dtype=array.dtype).reshape(shape)
        return built.tolist() if isinstance(value, list) else built

    def _choices_at(self, place: Place, columns: int) -> _Choices:
        key = place, columns
        if key not in self._choices:
            self._choices[key] = _choose_numbers(self._seen.get(place, ()), columns)
        return self._choices[key]


def _arguments(call: Call) -> dict[object, Any]:
    arguments: dict[object, Any] = dict(enumerate(call.args))
    return arguments | call.kwargs


def _key(container: list[Any] | tuple[Any, ...], n: int) -> object:
    # The entries of a list are alike; those of a tuple are not.
    return "*" if isinstance(container, list) else n


def _leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, list | tuple) and not _is_array(value):
        for n, item in enumerate(value):
            yield from _leaves(item, (*place, _key(value, n)))
    else:
        yield place, value


def _is_array(value: Any) -> bool:
    """Return whether a value is an array, or a list of numbers that is as good as one."""
    if isinstance(value, np.ndarray):
        return numbers_of(value) is not None
    plain = isinstance(value, list) and all(isinstance(x, int | float | list) for x in value)
    return plain and bool(value) and numbers_of(value) is not None


def _array(value: Any) -> NDArray[Any]:
    return np.asarray(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_drawn(value: float) -> bool:
    digits = repr(value).lower().partition("e")[0].replace("-", "").replace(".", "").lstrip("0")
    return math.isfinite(value) and len(digits) > _DIGITS


def _choose_numbers(arrays: Sequence[NDArray[Any]], columns: int) -> _Choices:
    """Return what may fill a place: single numbers, or rows that keep a sum of 1."""
    numbers = np.concatenate([array.ravel() for array in arrays]).astype(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    distinct = set(numbers.tolist())
    if len(numbers) > 1 and len(distinct) == 1:
        return ((numbers[0],),)
    if columns and not numbers.min(initial=0.0) < 0 and _have_sum_one(arrays):
        return _rows_of_sum_one(columns, whole=distinct <= {0.0, 1.0})
    if distinct <= {0.0, 1.0}:
        return _single(0.0, 1.0)
    least, most = min(distinct), max(distinct)
    certain = len(numbers) >= _TELLING
    if certain and least >= 0 and most <= 1:
        return _single(0.5, 0.25, *sorted({0.0, 1.0} & distinct))
    if certain and most < 0:
        return _single(-1.0, -2.0)
    if least > 0:
        return _single(1.0, 2.0)
    return _single(0.0, 1.0, 2.0) if least == 0 else _single(0.0, 1.0, -1.0, 2.0)


def _single(*numbers: float) -> _Choices:
    return tuple((number,) for number in numbers)


def _have_sum_one(arrays: Sequence[NDArray[Any]]) -> bool:
    # A single column of ones has the sum 1, too, by accident.
    wide = [array for array in arrays if array.ndim and array.shape[-1] > 1]
    return bool(wide) and all(np.allclose(array.sum(axis=-1), 1.0) for array in wide)


def _rows_of_sum_one(columns: int, *, whole: bool) -> _Choices:
    """Return rows with the sum 1: a single one, or powers of 1/2."""
    if whole or columns == 1:
        return tuple(
            tuple(float(n == place) for n in range(columns)) for place in range(min(columns, 4))
        )
    row = [0.5**n for n in range(1, columns)]
    row.append(row[-1])
    return tuple(tuple(row[n:] + row[:n]) for n in range(min(columns, 4)))
