"""Whether two pieces of plain data are equal, floats within a tolerance.

Expectations and the diagnosis compare by these rules. One side comes from a student: nothing here
takes time with the square of its size.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.tables import Table
from grader.sandbox.protocol.values import Opaque
from grader.testing.drawing_figures import main_fields
from grader.testing.kinds import (
    ARRAY,
    AXES,
    DICT,
    FIGURE,
    LIST,
    NUMBER,
    SEQUENCES,
    SERIES,
    SET,
    TABLE,
    kind_of,
    plain,
)
from grader.testing.table_cells import TableRules, rows_of, same_tables
from grader.testing.tolerance import Rules, same_arrays, same_numbers

# Failed comparisons that are allowed while entries are paired within the tolerance.
_MOST_COMPARED = 20_000
_FINE = 1e-4  # of a tolerance
_FAR = 1e308
_LARGE = 2**60


@dataclass(frozen=True, slots=True)
class Matched:
    """The entries of two collections that are the same, in any order.

    Parameters
    ----------
    pairs : list of tuple of int
        Places of what came back and of what is right.
    extra, missing : list of int
        Places of what is not right, and of what did not come back.
    """

    pairs: list[tuple[int, int]]
    extra: list[int]
    missing: list[int]

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is left on either side."""
        return not self.extra and not self.missing


def make_comparable(got: Any, want: Any) -> tuple[Any, Any]:
    """Return both sides without what makes no difference, such as an array without axes."""
    got, want = plain(got), plain(want)
    if type(want) is tuple and isinstance(got, tuple):
        got = tuple(got)  # a named tuple is one
    return got, want


def same(got: Any, want: Any, rules: Rules) -> bool:
    """Return whether an answer is equal to the right one.

    Numbers are equal whatever their types, but True is not 1, and a float is not the `Fraction`
    or `Decimal` that is expected. Whole numbers are compared exactly, and NaN is equal to NaN. All
    kinds of dicts are equal if their keys and values are.
    """
    got, want = make_comparable(got, want)
    if rules.numbers is not None and (found := rules.numbers(got, want)) is not None:
        return found
    kind, wanted = kind_of(got), kind_of(want)
    both_rows = kind in SEQUENCES and wanted in SEQUENCES and not rules.exact_types
    if wanted not in (kind, ARRAY) and not both_rows:
        return False
    return _COMPARE.get(wanted, _same_others)(got, want, rules)


def _same_rows(got: Any, want: Any, rules: Rules) -> bool:
    if len(got) != len(want):
        return False
    if rules.unordered and isinstance(want, list):
        return match(list(got), want, rules).is_complete
    return all(same(a, b, rules) for a, b in zip(got, want, strict=True))


def _same_dicts(got: Any, want: Any, rules: Rules) -> bool:
    if got.keys() == want.keys() and all(type(key) is str for key in got):
        return all(same(got[key], want[key], rules) for key in want)
    matched = match(list(got), list(want), rules)
    mine, right = list(got.values()), list(want.values())
    return matched.is_complete and all(same(mine[i], right[j], rules) for i, j in matched.pairs)


def _same_sets(got: Any, want: Any, rules: Rules) -> bool:
    return len(got) == len(want) and match(list(got), list(want), rules).is_complete


def _same_others(got: Any, want: Any, rules: Rules) -> bool:
    if isinstance(want, Record):
        return (
            isinstance(got, Record)
            and got.fields.keys() == want.fields.keys()
            and all(same(got.fields[name], right, rules) for name, right in want.fields.items())
        )
    # An object that cannot cross the process boundary is equal to nothing.
    return type(got) is type(want) and not isinstance(got, Opaque) and bool(got == want)


def _same_tables(got: Any, want: Any, rules: Rules) -> bool:
    if not rules.unordered:
        return same_tables(got, want, TableRules(rules.rtol, rules.atol))
    columns = got.columns == want.columns if isinstance(want, Table) else True
    return (
        columns and len(got) == len(want) and match(rows_of(got), rows_of(want), rules).is_complete
    )


def _same_figures(got: Any, want: Any, rules: Rules) -> bool:
    return same(main_fields(got), main_fields(want), rules)


_COMPARE: dict[str, Callable[[Any, Any, Rules], bool]] = {
    NUMBER: same_numbers,
    ARRAY: same_arrays,
    DICT: _same_dicts,
    SET: _same_sets,
    **dict.fromkeys(SEQUENCES, _same_rows),
    **dict.fromkeys((TABLE, SERIES), _same_tables),
    **dict.fromkeys((FIGURE, AXES), _same_figures),
}


def match(got: Sequence[Any], want: Sequence[Any], rules: Rules) -> Matched:
    """Pair the entries of two collections, in any order.

    Entries need not be hashable. Each is paired once. Those that are equal to the last digit
    are paired first, then named tuples with tuples that are right, and then those that differ
    within the tolerance.
    """
    places: dict[Hashable, deque[int]] = defaultdict(deque)
    for place, entry in enumerate(want):
        places[_token(entry, rules)].append(place)
    pairs: list[tuple[int, int]] = []
    extra: list[int] = []
    for place, entry in enumerate(got):
        found = places.get(_token(entry, rules))
        if found:
            pairs.append((place, found.popleft()))
        else:
            extra.append(place)
    missing = sorted(place for left in places.values() for place in left)
    for pair in (_pair_named, _pair_nearly):
        if extra and missing:
            more = list(pair(got, extra, want, missing, rules))
            pairs += more
            extra = sorted({*extra} - {mine for mine, _ in more})
            missing = sorted({*missing} - {right for _, right in more})
    return Matched(pairs, extra, missing)


def _pair_named(
    got: Sequence[Any],
    extra: Sequence[int],
    want: Sequence[Any],
    missing: Sequence[int],
    rules: Rules,
) -> Iterator[tuple[int, int]]:
    """Yield pairs of entries that are the same, although one has a named tuple for a tuple."""
    places: dict[Hashable, dict[Hashable, deque[int]]] = defaultdict(lambda: defaultdict(deque))
    for place in missing:
        alike = places[_token(want[place], rules, unnamed=True)]
        alike[_token(want[place], rules)].append(place)
    for mine in extra:
        # There are as many of these as types that the right entries have.
        for right in places.get(_token(got[mine], rules, unnamed=True), {}).values():
            if right and same(got[mine], want[right[0]], rules):
                yield mine, right.popleft()
                break


class _Free:
    """Places of which some are taken, without looking at those again."""

    def __init__(self, count: int) -> None:
        self._next = list(range(count + 1))

    def first(self, place: int) -> int:
        """Return the first free place from one on."""
        after = self._next
        while after[place] != place:
            after[place] = place = after[after[place]]
        return place

    def take(self, place: int) -> None:
        """Take a place."""
        self._next[place] = place + 1


class _Group:
    """Entries that differ in their numbers only, and can be found by one of those."""

    def __init__(self) -> None:
        self.extra: list[tuple[list[float], int]] = []
        self.missing: list[tuple[list[float], int]] = []

    def pair(
        self, got: Sequence[Any], want: Sequence[Any], rules: Rules
    ) -> Iterator[tuple[int, int]]:
        """Yield places that are the same, until too many comparisons have failed.

        Taken in ascending order, each with the first that is left, single numbers find as many
        partners as there can be.
        """
        column = self._choose_column()
        right = sorted((numbers[column], place) for numbers, place in self.missing)
        free = _Free(len(right))
        begin, left = 0, _MOST_COMPARED
        for at, mine in sorted((numbers[column], place) for numbers, place in self.extra):
            reach = 2 * (rules.atol + rules.rtol * abs(at))
            begin = bisect.bisect_left(right, (at - reach, -1), begin)
            n = free.first(begin)
            while n < len(right) and right[n][0] <= at + reach and left:
                if same(got[mine], want[right[n][1]], rules):
                    free.take(n)
                    yield mine, right[n][1]
                    break
                left -= 1
                n = free.first(n + 1)

    def leave_out(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Leave out what was paired."""
        mine, right = {a for a, _ in pairs}, {b for _, b in pairs}
        self.extra = [entry for entry in self.extra if entry[1] not in mine]
        self.missing = [entry for entry in self.missing if entry[1] not in right]

    def _choose_column(self) -> int:
        """Return which number separates most entries, which keeps the search short."""
        columns = zip(*(numbers for numbers, _ in self.missing), strict=True)
        distinct = [len(set(column)) for column in columns]
        return distinct.index(max(distinct))


def _pair_nearly(
    got: Sequence[Any],
    extra: Sequence[int],
    want: Sequence[Any],
    missing: Sequence[int],
    rules: Rules,
) -> Iterator[tuple[int, int]]:
    """Yield pairs of entries that are the same within the tolerance."""
    groups: dict[Hashable, _Group] = defaultdict(_Group)
    for place in missing:
        numbers: list[float] = []
        group = groups[_token(want[place], rules, numbers, unnamed=True)]
        group.missing.append((sorted(numbers), place))
    for place in extra:
        numbers = []
        looks = _token(got[place], rules, numbers, unnamed=True)
        if looks in groups:
            groups[looks].extra.append((sorted(numbers), place))
    # Entries that differ by rounding are paired before those that are only near.
    for part in (_FINE, 1.0):
        finer = replace(rules, rtol=part * rules.rtol, atol=part * rules.atol)
        for group in groups.values():
            if group.extra and group.missing and group.missing[0][0]:
                found = list(group.pair(got, want, finer))
                group.leave_out(found)
                yield from found


def _token(
    value: Any, rules: Rules, numbers: list[float] | None = None, *, unnamed: bool = False
) -> Hashable:
    """Return what equal values have in common, which is never seen outside.

    Parameters
    ----------
    numbers : list of float, optional
        Gets the numbers in the value, which then make no difference.
    unnamed : bool
        Whether a named tuple is a tuple.
    """
    value = plain(value)
    if unnamed and isinstance(value, tuple):
        value = tuple(value)
    kind = kind_of(value)
    if kind == NUMBER:
        return _token_of_number(value, numbers)
    if kind in SEQUENCES or kind == SET:
        inner = [_token(entry, rules, numbers, unnamed=unnamed) for entry in value]
        name = LIST if kind in SEQUENCES and not rules.exact_types else kind
        in_order = kind != SET and not (rules.unordered and name == LIST)
        return name, tuple(inner) if in_order else frozenset(Counter(inner).items())
    if kind == DICT:
        items = [
            (_token(k, rules, unnamed=unnamed), _token(v, rules, numbers, unnamed=unnamed))
            for k, v in value.items()
        ]
        return kind, frozenset(items)
    if kind == ARRAY:
        return kind, value.shape, _token(value.ravel().tolist(), rules, numbers)
    if isinstance(value, Record):
        inner = [(k, _token(v, rules, numbers, unnamed=unnamed)) for k, v in value.fields.items()]
        return kind, tuple(inner)
    return kind, value if isinstance(value, Hashable) else repr(value)


def _token_of_number(value: Any, numbers: list[float] | None) -> Hashable:
    if isinstance(value, Decimal) and value.is_nan():
        return NUMBER, str(value)
    if isinstance(value, float) and math.isnan(value):
        return NUMBER, "nan"  # which is not equal to itself
    if numbers is None:
        # Many numbers can be made to have one hash, and then a set of them takes long.
        small = isinstance(value, float | complex) or (
            isinstance(value, int) and abs(value) < _LARGE
        )
        return NUMBER, value if small else hex(value) if isinstance(value, int) else str(value)
    try:
        number = abs(value) if isinstance(value, complex) else float(value)
    except OverflowError:
        number = _FAR if value > 0 else -_FAR
    numbers.append(max(-_FAR, min(number, _FAR)))
    return NUMBER
