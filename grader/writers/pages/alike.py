"""Submissions with the same code, from the summary of a batch: each pair once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from grader.writers.batch_summary import Alike

_MAX_PAIRED = 6  # a larger group is shown as a whole: it would be dozens of pairs


@dataclass(slots=True)
class Match:
    """Submissions with the same code: two, or a large group.

    Parameters
    ----------
    identical, renamed : list of str
        Exercises with the same file, and with the same code under other names, comments or
        layout.
    """

    ids: tuple[str, ...]
    identical: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    @property
    def how(self) -> str:
        """Return in words what is the same."""
        words = [f"the same file: {', '.join(self.identical)}" if self.identical else ""]
        if self.renamed:
            names = ", ".join(self.renamed)
            words.append(f"the same code but for names, comments and layout: {names}")
        return "; ".join(filter(None, words))


def match(groups: Iterable[Alike]) -> list[Match]:
    """Return each pair or large group once, with its exercises; most of them first."""
    found: dict[tuple[str, ...], Match] = {}
    for group in groups:
        ids = tuple(sorted(set(group.ids)))
        for some in combinations(ids, 2) if len(ids) <= _MAX_PAIRED else [ids]:
            entry = found.setdefault(some, Match(some))
            (entry.identical if group.same_bytes else entry.renamed).append(group.exercise)
    return sorted(found.values(), key=lambda m: (-len(m.identical), -len(m.renamed), m.ids))
