"""The verdict on each example, and on those of each function together."""

from __future__ import annotations

from typing import Literal

import msgspec

# "open": right implementations differ there; "costly": none of them answers in time.
Verdict = Literal[
    "right", "wrong", "shape", "few_digits", "cut", "open", "raised", "costly", "fits"
]


class Judged(msgspec.Struct, frozen=True):
    """One example and what was found.

    Parameters
    ----------
    results : tuple of str
        The names of the results that are not right, where there are several results.
    shape : tuple of int
        The right shape, where the verdict is "shape".
    raised : str
        The name of the exception that the right function raises, where it does.
    """

    line: int
    function: str
    verdict: Verdict
    results: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    raised: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether nothing was found against it."""
        return self.verdict in ("right", "fits")


class WrongWays(msgspec.Struct, frozen=True):
    """How many known wrong ways to write a function its right examples tell apart."""

    caught: int
    known: int


class Judgement(msgspec.Struct, frozen=True):
    """What was found about the examples of a file, by function."""

    examples: tuple[Judged, ...]
    wrong_ways: dict[str, WrongWays] = {}

    def of(self, function: str) -> list[Judged]:
        """Return what was found about one function's examples."""
        return [one for one in self.examples if one.function == function]


def describe(judged: Judged) -> str:
    """Return what is wrong with an example and what to do, without the right value."""
    which = f": {', '.join(judged.results)}" if judged.results else ""
    match judged.verdict:
        case "wrong":
            return f"is not right{which}"
        case "shape":
            return f"has another shape than the result{which}; the right one is {judged.shape}"
        case "few_digits":
            return f"is not exact{which}; write at least three digits, rounded"
        case "cut":
            return f"is cut off, not rounded{which}; round the last digit"
        case "open":
            return "depends on something that the docstring leaves open; take other arguments"
        case "raised":
            return f"raises {judged.raised} with the right function; take other arguments"
        case "costly":
            return "takes too long with the right function; take a smaller example"
    return ""
