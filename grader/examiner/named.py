"""Causes that have a name: misconceptions, slips, arrangements, mistakes in other functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.examiner.arrangement import Arrangement
from grader.examiner.candidates import Repairs
from grader.examiner.hints import HINTS
from grader.repairs import word_repair
from grader.testing.catalogue import Entry

_HINTS = {
    "sign": HINTS["sign"],
    "factor_2": HINTS["factor_unnamed"],
    "factor_1/2": HINTS["factor_unnamed"],
    "transposed": HINTS["transposed"],
    "axis_too_many": HINTS["kept_dimension"],
    "axis_too_few": HINTS["kept_dimension"],
    "order": "Write down which entry comes first in the docstring, and which in your result.",
}


# Words for one mistake alone, and for the same mistake beside another.
_BESIDE_OTHERS = [
    (re.compile(r"right except for (?:the (?=sign)|(?=a factor))"), "off by "),
    (re.compile(r"off by sign"), "off by a sign"),
    (re.compile(r"is right except for "), "has "),
    (re.compile(r"are right except for "), "have "),
    (re.compile(r"right, but "), ""),
]
_RIGHT = re.compile(r"right(?: except for|, but) ")
# What is right here, after what the code does: it would part two mistakes in the wrong place.
_ASIDE = re.compile(r"; |, (?=but here )")


@dataclass(frozen=True, slots=True)
class Slip:
    """Repairs that make results right, or what a misconception makes of them.

    Parameters
    ----------
    repairs : tuple of str
        Their names; one or two.
    results : tuple of str
        The names of the results; none where it is in all of them, or in the only one.
    """

    repairs: Repairs
    results: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """Return it in words that can follow "Two things:"."""
        first, *more = map(word_repair, self.repairs)
        words = " and ".join([first, *(_RIGHT.sub("", one) for one in more)])
        are = "are" if len(self.results) > 1 else "is"
        return f"{' and '.join(self.results) or 'the result'} {are} {words}"

    @property
    def hint(self) -> str:
        """Return the hints of its repairs."""
        return " ".join(dict.fromkeys(_HINTS.get(name, HINTS["factor"]) for name in self.repairs))


@dataclass(frozen=True, slots=True)
class Cascade:
    """Nothing is wrong but the mistakes of other functions.

    Parameters
    ----------
    functions : tuple of str
        Their names.
    """

    functions: tuple[str, ...]

    @property
    def what(self) -> str:
        """Return it in words."""
        several = len(self.functions) > 1
        costs = ("mistakes", "cost") if several else ("mistake", "costs")
        return f"the {costs[0]} of {' and '.join(self.functions)} {costs[1]} points here, too"

    @property
    def hint(self) -> str:
        """Return what to do."""
        return f"Fix {' and '.join(self.functions)}: nothing else is wrong here."


@dataclass(frozen=True, slots=True)
class Either:
    """One of two misconceptions, which no visible check tells apart.

    Parameters
    ----------
    first, second : Entry
        In the order of the catalogue.
    """

    first: Entry
    second: Entry

    @property
    def what(self) -> str:
        """Return it in words."""
        return f"either {_embed(self.first.what)}, or {_embed(self.second.what)}"

    @property
    def hint(self) -> str:
        """Return the hints of both."""
        return " ".join(dict.fromkeys((self.first.hint, self.second.hint)))


Named = tuple[Entry | Slip | Arrangement | Cascade | Either, ...]


def word(named: Named) -> tuple[str, str]:
    """Return in words what is wrong, and a hint."""
    if len(named) == 1:
        return named[0].what, named[0].hint
    count = {2: "Two", 3: "Three"}.get(len(named), "Several")
    *before, last = [_embed(one.what) for one in named]
    hints = list(dict.fromkeys(one.hint for one in named))
    return f"{count} things: {', '.join(before)}, and {last}.", " ".join(hints[:2])


def _embed(what: str) -> str:
    """Return what is wrong in words that can stand beside another mistake.

    Where two mistakes were made nothing is "right except for" one of them, and a remark goes into
    parentheses.
    """
    what, *rest = _ASIDE.split(what, maxsplit=1)
    for pattern, words in _BESIDE_OTHERS:
        what = pattern.sub(words, what)
    return f"{what} ({rest[0]})" if rest else what
