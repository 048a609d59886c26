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
    """One check: what it found, what it earned, and what is reported about it.

    Parameters
    ----------
    id : str
        ``exercise/function/check``.
    title : str
        What it asks for.
    visibility : {"visible", "hidden"}
        Whether students see values.
    outcome : str
        ``passed`` earns points, and ``failed`` some of them where ``results`` says why.
    score, max_score : float
        Points earned, out of the points there are; out of 0 is advice.
    observation : str or None
        Id of what was observed, such as ``sign`` or ``transposed``, or null.
    misconception : str or None
        Id of the misconception that behaves in the same way, or null.
    second_misconception : str or None
        Id of one that was made together with it; absent where there is none.
    what : str
        What is wrong by these misconceptions; absent where there is none.
    hint : str
        What to ask oneself next, or empty.
    feedback : Feedback
        What is reported; a field is absent where there is none.
    duration_s : float
        Seconds of wall-clock time.
    series : list of Series
        What can be drawn of what the check saw; absent where nothing can.
    repair : str
        The name of the slip that, undone, makes right what is wrong; absent where there is none.
    results : list of ResultCredit
        What of a failed check is right; absent where that is not known.
    essential : bool
        Whether the function earns at most half of its points where this check fails; absent
        where it does not matter.
    smallest : Smallest or None
        The smallest call that goes wrong in the same way; absent where none is known.
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
