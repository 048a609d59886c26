"""Common parts of all gradebooks: the grades that are written, and what is reported of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from grader.errors import ExportError
from grader.sanitize import clean_line
from grader.tables import Cell, number_cell
from grader.writers.exports.grades import Grade
from grader.writers.exports.roster import Matches, Student
from grader.writers.words import number

Points = Callable[[Grade], float]


@dataclass(frozen=True, slots=True)
class Options:
    """How to fill in a gradebook.

    Parameters
    ----------
    column : str or None
        The column that grades go into; None where there is only one.
    out_of : float or None
        The maximum that scores are converted to; None to write them as they are.
    comments : bool
        Whether to write comments, where the gradebook has a column for them.
    """

    column: str | None = None
    out_of: float | None = None
    comments: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A gradebook's file, filled in.

    Parameters
    ----------
    messages : tuple of str
        Lines about each student.
    lacking : int
        How many graded submissions, or members of a team, are not in it.
    """

    content: bytes
    messages: tuple[str, ...]
    lacking: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a student who was matched is not in the file, and whether that is as it should be."""

    reason: str
    intended: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A grade that is written: whose, and how many points."""

    grade: Grade
    student: Student
    points: float

    @property
    def cell(self) -> Cell:
        """Return the points as a cell."""
        return number_cell(self.points)


@dataclass(frozen=True, slots=True)
class Settled:
    """The rows that are written, and what is reported; see `Filled`."""

    rows: tuple[Row, ...]
    messages: tuple[str, ...]
    lacking: int

    def fill(self, content: bytes, *more: str) -> Filled:
        """Return the file, with more messages before those about students."""
        return Filled(content, (*more, *self.messages), self.lacking)


_NOTHING_HANDED_IN = LeftOut("nothing to grade; --missing-as-zero writes 0", intended=True)
_UNEXAMINED = LeftOut("not examined, so there is no score; grade it again")


def settle(
    matches: Matches, points: Points, leave_out: Callable[[Student, float], LeftOut | None]
) -> Settled:
    """Decide which of the matched grades are written.

    Parameters
    ----------
    points : callable
        Returns the points of a grade in the gradebook's column; see `points_in`.
    leave_out : callable
        Returns why a student with these points is not to be in the file, or None.
    """
    rows: list[Row] = []
    left_out: list[tuple[Grade, str, LeftOut]] = []
    for grade, student in matches.matched:
        row = None if grade.total is None else Row(grade, student, points(grade))
        why = _why_not(grade) if row is None else leave_out(student, row.points)
        if why is not None:
            left_out.append((grade, student.name, why))
        elif row is not None:
            rows.append(row)
    doubtful = [*matches.unmatched, *(grade for grade, _ in matches.ambiguous)]
    lacking = sum(not why.intended for _, _, why in left_out)
    lacking += sum(grade.total is not None or not _why_not(grade).intended for grade in doubtful)
    return Settled(tuple(rows), tuple(_say(matches, rows, left_out)), lacking)


def _why_not(grade: Grade) -> LeftOut:
    return _NOTHING_HANDED_IN if grade.status == "missing" else _UNEXAMINED


def _say(
    matches: Matches, rows: Sequence[Row], left_out: Sequence[tuple[Grade, str, LeftOut]]
) -> Iterator[str]:
    """Yield a line for each submission and for each student without one, and a last one in sum."""
    for row in rows:
        before = row.student.grade.strip()
        was = f" (was {before})" if before else ""
        yield _line("matched", row.grade, f"{row.student.name}: {number(row.points)}{was}")
    for grade, name, why in left_out:
        yield _line("left out", grade, f"{name}: {why.reason}")
    yield from say_doubtful(matches)
    for student in matches.without:
        yield clean_line(f"no report  {student.name}: grade not changed")
    yield say_sum(matches, len(rows), len(left_out))


def say_doubtful(matches: Matches) -> Iterator[str]:
    """Yield a line for each submission without a student, or with more than one."""
    for grade, students in matches.ambiguous:
        others = [student.name for student in students]
        why = "; ".join(others) if len(others) > 1 else f"not the only one of {others[0]}"
        yield _line("ambiguous", grade, why)
    for grade in matches.unmatched:
        yield _line("unmatched", grade, "no such student in the roster")


def say_sum(matches: Matches, written: int, left_out: int) -> str:
    """Return the last line."""
    return (
        f"{written} written, {left_out} left out, "
        f"{len(matches.ambiguous)} ambiguous, {len(matches.unmatched)} unmatched, "
        f"{len(matches.without)} without a report"
    )


def _line(kind: str, grade: Grade, rest: str) -> str:
    return clean_line(f"{kind}  {grade.id} -> {rest}", 400)


def points_in(
    grades: Sequence[Grade], out_of: float | None, theirs: float | None = None, where: str = ""
) -> Points:
    """Return the function that gives the points of a grade in a gradebook's column.

    Parameters
    ----------
    out_of : float or None
        The maximum that totals are converted to, rounded half up to two decimals.
    theirs : float or None
        The maximum of the gradebook's column, where that is known.
    where : str
        The column, for the message.

    Raises
    ------
    ExportError
        If there is no grade, or they are not all out of the same points, or the column is out
        of others.
    """
    maxima = {grade.max_score: grade.id for grade in grades if grade.total is not None}
    if len(maxima) > 1:
        listed = ", ".join(f"{clean_line(i)} out of {number(m)}" for m, i in maxima.items())
        raise ExportError(f"the reports are out of different points ({listed}); grade all alike")
    if not maxima:
        raise ExportError("no report has a score to write; grade the submissions again")
    ours = next(iter(maxima))
    if theirs is not None and abs((out_of or ours) - theirs) >= 0.005:
        wanted = number(ours) if out_of is None else number(out_of)
        given = "" if out_of is None else f"--out-of is {wanted}, "
        convert_or_not = (
            "leave --out-of away"
            if abs(ours - theirs) < 0.005
            else f"give --out-of {number(theirs)} to convert them"
        )
        raise ExportError(
            f"{given}the reports are out of {number(ours)} points, {clean_line(where)} out of "
            f"{number(theirs)}; {convert_or_not}, or give it "
            f"{wanted} points and download the roster again"
        )
    if out_of is None:
        return lambda grade: grade.total or 0.0
    return lambda grade: convert(grade.total or 0.0, ours, out_of)


def convert(points: float, of: float, out_of: float) -> float:
    """Return points of one maximum as points of another, rounded half up to two decimals."""
    exact = Decimal(str(points)) * Decimal(str(out_of)) / (Decimal(str(of)) or 1)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
