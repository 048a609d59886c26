"""Results that a batch would replace although their submissions are the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.batch.conditions import describe_earlier
from grader.batch.output import Output
from grader.batch.run import Plan


@dataclass(frozen=True, slots=True)
class Regrade:
    """Results of earlier runs under other conditions than those of a batch.

    Parameters
    ----------
    ids : tuple of str
        Submissions of the batch that have such results.
    others : tuple of str
        Other submissions that have such results, which stay.
    new : int
        Submissions of the batch.
    words : str
        How those results were graded.
    """

    ids: tuple[str, ...]
    others: tuple[str, ...]
    new: int
    words: str

    def describe(self, folder: Path) -> str:
        """Return a line with the difference, and what the batch would do."""
        if not self.ids:
            return (
                f"the results in {folder} were graded {self.words}; "
                f"{_count(self.new)} would be graded under other conditions"
            )
        stay = f", and {len(self.others)} others would stay as they are" if self.others else ""
        return (
            f"the results in {folder} were graded {self.words}; "
            f"{_count(len(self.ids))} would be graded again{stay}"
        )


def find_regrade(plan: Plan, output: Output) -> Regrade | None:
    """Return the results that a batch would replace or differ from, or None.

    A submission without a score is not a result. Results of other submissions are counted if
    none in the folder was graded as this batch grades.
    """
    chosen = {listed.id for listed in plan.chosen}
    ours, others = [], []
    words: dict[str, None] = {}
    fits = False
    for entry in output.entries():
        identity, earlier = entry.key.id, entry.key.conditions
        now = plan.conditions(identity)
        if earlier == now:
            fits = True
            continue
        if identity not in chosen:
            others.append(identity)
        elif output.recall(identity) is not None:
            ours.append(identity)
        words.update(dict.fromkeys(describe_earlier(earlier, now)))
    if not ours and (fits or not others):
        return None
    return Regrade(tuple(ours), tuple(others), len(chosen), " and ".join(words))


def _count(number: int) -> str:
    return f"{number} submission" if number == 1 else f"{number} submissions"
