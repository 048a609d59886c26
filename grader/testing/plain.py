"""The expectation of plain data: numbers, text, lists, dicts, sets, records, in any nesting."""

from __future__ import annotations

from typing import Any, Literal

from grader.testing.comparisons import Comparison, Missing, collected
from grader.testing.differences import find_difference
from grader.testing.expect import ATOL, RTOL, CheckFailed, fail
from grader.testing.tolerance import Rules

Types = Literal["exact", "values"]


def equal(  # noqa: PLR0913 - the options of one comparison
    got: Any,
    want: Any,
    what: str,
    *,
    unordered: bool = False,
    types: Types = "exact",
    rtol: float = RTOL,
    atol: float = ATOL,
    result: str = "",
) -> None:
    """Expect plain data that is equal to the right one, of whatever kind.

    Numbers are equal whatever their types: 2 and 2.0 are, True and 1 are not. Whole numbers are
    compared exactly and floats within the tolerance, at any depth. `NaN` is right only where NaN is
    expected. A float is not a `Fraction` or a `Decimal`. A dict is equal to a `Counter`, and to
    every other kind of dict, with equal keys and values. A dataclass or named tuple of the suite
    is equal to one of the student with the same name and fields.

    Parameters
    ----------
    got : object
        The answer of the student's code.
    want : object
        The right answer: plain data, arrays, or records.
    what : str
        Its name in messages, in the singular: ``"the result"``. Sentences begin with it.
    unordered : bool
        Whether the order of entries of lists makes no difference, at any depth. Entries that are
        there twice have to be there twice.
    types : {"exact", "values"}
        With ``values``, a list is equal to a tuple and a deque of the same entries.
    rtol, atol : float
        The tolerance of floats, relative to each right number and absolute.
    result : str
        The name of one of several results of the function, as for `close`.

    Raises
    ------
    CheckFailed
        If it is not equal. Students read the kind of difference; in visible checks also the
        place and the values.
    """
    if isinstance(got, Missing):
        raise fail("missing_result", got.text)
    rules = Rules(rtol, atol, unordered, exact_types=types == "exact")
    different = find_difference(got, want, what, rules)
    found = collected()
    if found is not None and result and not found.reorder:
        # Where comparisons are collected, the others are made as well.
        found.comparisons.append(Comparison(result, different is None))
        return
    if different is not None:
        raise CheckFailed(different.observation, different.values, different.expected)
