"""Places in an answer, and the differences there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.testing.observations import Observation
from grader.testing.sameness import Matched
from grader.testing.showing import is_short, show

_MOST_NAMED = 4  # entries that are missing or too many, and are written out
_DEEP = 3  # levels that words follow
_SHORT, _ONE = 60, 30  # characters of both sides, and of one of several entries


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference.

    Parameters
    ----------
    observation : Observation
        In words without values of the answer.
    path : str
        Where it is, as Python writes it: ``['tiger'][2]``.
    values, expected : str
        The value there and the right one.
    """

    observation: Observation
    path: str = ""
    values: str = ""
    expected: str = ""

    @property
    def id(self) -> str:
        """Return the id of the observation."""
        return self.observation.id


@dataclass(frozen=True, slots=True)
class At:
    """A place in an answer: its name, and the path to it."""

    what: str
    path: str = ""
    depth: int = 0

    def inner(self, name: str, step: str) -> At:
        """Return a place within this one, by its name and the step of the path."""
        what = f"{name} of {self.what}" if self.depth < _DEEP else self.what
        return At(what, self.path + step, self.depth + 1)


def differ(identity: str, text: str, got: Any, want: Any, at: At) -> Difference:
    """Return a difference whose values are those at its place."""
    return differ_at(Observation(identity, text), got, want, at)


def differ_at(observation: Observation, got: Any, want: Any, at: At) -> Difference:
    """Return a difference with an observation that was made elsewhere."""
    return Difference(observation, at.path, f"{name_place(at.path)}got {show(got)}", show(want))


def name_place(path: str) -> str:
    """Return what precedes the values at a place."""
    return f"at {path}: " if path else ""


def list_left(matched: Matched, got: Sequence[Any], want: Sequence[Any], at: At) -> str:
    """Return the missing entries and those that are too many, written out."""
    parts = [
        f"{words}: {', '.join(show(entries[n], _ONE) for n in places[:_MOST_NAMED])}"
        + (", …" if len(places) > _MOST_NAMED else "")
        for words, entries, places in (
            ("too many", got, matched.extra),
            ("missing", want, matched.missing),
        )
        if places
    ]
    return name_place(at.path) + "; ".join(parts)


def differ_left(
    identity: str,
    text: str,
    whole: tuple[Any, Any],
    left: str,
    at: At,
) -> Difference:
    """Return that entries are missing or too many: both sides whole where these are short."""
    observation = Observation(identity, text)
    if all(is_short(value, _SHORT) for value in whole):
        return differ_at(observation, *whole, at)
    return Difference(observation, at.path, left)


def reword(found: Difference, observation: Observation) -> Difference:
    """Return a difference in other words."""
    return replace(found, observation=observation)
