"""One check as a report has it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grader.records import (
    Feedback,
    OutcomeKind,
    ResultCredit,
    Series,
    Smallest,
    Visibility,
)

Points = Annotated[float, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Name = Annotated[str, msgspec.Meta(min_length=1)]
CHECK_ID = "^[A-Za-z0-9_]+/[A-Za-z0-9_]+/[A-Za-z0-9_]+$"
# A third of the time to decode a report would go into this pattern, so `grader.report` asks
# for it, of each id once.
CheckId = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": CHECK_ID})]
DrawnSeries = Annotated[tuple[Series, ...], msgspec.Meta(max_length=4)]


class CheckReport(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One check: its outcome, points and feedback.

    Parameters
    ----------
    id : str
        The exercise, the function and the check: ``exercise/function/check``.
    title : str
        The requirement that it checks, in words.
    visibility : {"visible", "hidden"}
        Whether students see the check's values.
    outcome : str
        ``passed``: the answer is right; ``failed``: it is wrong, and earns a part of the points if
        ``results`` has the reason; ``error``: the call raised an exception or ended the process;
        ``timeout``: a time limit was reached; ``not_implemented``: the function is still the stub;
        ``not_run``: the check was not run, for example because it is not in the kit.
    score : float
        Points earned.
    max_score : float
        Points that can be earned; a check of 0 points is advice.
    observation : str or None
        The id of what was observed, such as ``sign`` or ``transposed``; null if there is none.
    misconception : str or None
        The id of the known mistake that behaves in the same way; null if there is none.
    second_misconception : str or None
        The id of a second known mistake in the same function; absent if there is none.
    what : str
        The known mistakes in words; absent if there are none.
    hint : str
        A question or an instruction that leads to the mistake; otherwise empty.
    feedback : Feedback
        The call, the answer and the difference.
    duration_s : float
        Seconds that the check took, on the wall clock.
    series : list of Series
        Numbers that can be drawn as pictures; absent if there are none.
    repair : str
        The name of the slip that, undone, makes the answer right; absent if there is none.
    results : list of ResultCredit
        Which results of a failed check are right; absent if that is not known.
    essential : bool
        Whether the function earns at most half of its points if this check fails; absent if not.
    smallest : Smallest or None
        The smallest call that goes wrong in the same way; absent if none is known.
    """

    id: CheckId
    title: Name
    visibility: Visibility
    outcome: OutcomeKind
    score: Points
    max_score: Points
    observation: str | None
    misconception: str | None
    hint: str
    feedback: Feedback
    duration_s: Seconds
    series: DrawnSeries = ()
    repair: str = ""
    results: tuple[ResultCredit, ...] = ()
    essential: bool = False
    second_misconception: str | None = None
    what: str = ""
    smallest: Smallest | None = None

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Return the ids of its misconceptions: none, one, or two made together."""
        return tuple(filter(None, (self.misconception, self.second_misconception)))

    @property
    def exercise(self) -> str:
        """Return the name of its exercise."""
        return self.id.split("/")[0]

    @property
    def function(self) -> str:
        """Return its function, as ``exercise/function``."""
        return self.id.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Return the last part of its id."""
        return self.id.rpartition("/")[2]
