"""One submission's page: the score at a glance, and what to look at, function by function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

from grader.check_report import CheckReport
from grader.choosing import without_withheld
from grader.errors import ExportError
from grader.problems import drawn_check
from grader.records import FAILED, Course, OutcomeKind, Place, Series, Submission
from grader.report import ExerciseReport, FunctionReport, Report
from grader.sanitize import clean, clean_line
from grader.writers.feedback import CODE, grade_again
from grader.writers.pages.page import bound, load_template, render_page
from grader.writers.pages.source import Definition, Excerpt, cut_function, find_definitions
from grader.writers.problems import (
    ShownProblem,
    describe_next,
    problems_of,
    rows_of_problem,
    statement_of,
)
from grader.writers.words import describe_rest, names_of, points_of, summarise, when_handed_in

# Draws a series, as an SVG element with ids that begin like this.
Drawer = Callable[[Series, str], str]

_OUTCOMES = {
    "passed": ("✓", "passed"),
    "failed": ("✗", "failed"),
    "error": ("✗", "raised an error"),
    "timeout": ("✗", "took too long"),
    "not_implemented": ("·", "not implemented yet"),
    "not_run": ("·", "not run"),
}
_TEMPLATE, _ITEM = TEMPLATES = ("student.html.j2", "check.html.j2")
_FIRST = 3  # problems that are open; the others are inside the line of their function
_FOLDED = ("Repeat", "Checks")  # rows that a reader asks for
_CAPTIONS = {
    "errors": ": how far off each entry is, as a part of the largest right one",
    "path": ": thin lines join weights of the same loss",
    "region": ": the darker the higher; the line is at one half",
}


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as the page shows it.

    Parameters
    ----------
    statement : str
        What is wrong, or empty where a row has it.
    parts : tuple of (str, str)
        Texts by label.
    hints : tuple of str
        Each for itself.
    pictures : tuple of (str, str)
        Safe HTML, and captions.
    excerpts : tuple of Excerpt
        The student's lines.
    """

    shown: ShownProblem
    anchor: str
    statement: str
    parts: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...]
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function as the page shows it: one line, its problems, and its checks.

    Parameters
    ----------
    fix : int
        The place of its first problem among those to fix first, counted from 1; 0 if none is.
    others : tuple of ProblemView
        Those that are not.
    checks : str
        The list of its checks, as safe HTML.
    """

    function: FunctionReport
    anchor: str
    sign: str
    state: str
    fix: int
    others: tuple[ProblemView, ...]
    checks: str
    pictures: tuple[tuple[str, str], ...]


def write_student_page(
    report: Report,
    *,
    draw: Drawer | None = None,
    course: Course | None = None,
    source: Submission | None = None,
    back: str = "",
) -> bytes:
    """Return a submission's page as HTML.

    Parameters
    ----------
    report : Report
        One for instructors makes a page for instructors, which has a note about that.
    draw : callable, optional
        As `grader.writers.pages.pictures.draw.draw_picture`; without it there are no pictures.
    course, source : Course and Submission, optional
        What was graded, to show its lines beside the checks.
    back : str
        A link to the page of the class.

    Raises
    ------
    ExportError
        If the source is another than the report speaks of.
    """
    if source is not None:
        refuse_other_source(report, source)
    find = _finder(course, source)
    make = _View(find, draw, grade_again(report))
    whole, report = report, without_withheld(report)
    views = [make.problem(shown) for shown in problems_of(report.exercises)]
    problems = [view for view in views if not view.shown.problem.is_advice]
    names = names_of(report.submission)
    return render_page(
        _TEMPLATE,
        title=f"{names or report.submission.id or 'Submission'}: {report.percent:g} %",
        names=names,
        rest=describe_rest(report, whole.max_score),
        handed_in=when_handed_in(report.submission),
        report=report,
        exercises=[
            (e, [make.function(f, e, problems) for f in e.functions]) for e in report.exercises
        ],
        first=problems[:_FIRST],
        advice=[view for view in views if view.shown.problem.is_advice],
        next_step=describe_next(report),
        reasons=_reasons(report),
        for_instructors=report.audience == "instructor",
        back=back,
        code=CODE,
        folded=_FOLDED,
    )


def _reasons(report: Report) -> list[str]:
    """Return why nothing was graded, each reason once, or nothing."""
    if any(exercise.status == "graded" for exercise in report.exercises):
        return []
    return list(dict.fromkeys(e.message for e in report.exercises if e.status == "unloadable"))


def refuse_other_source(report: Report, source: Submission) -> None:
    """Raise `ExportError` unless the files are, byte for byte, those that were graded."""
    graded = {file.name: file.sha256 for file in report.submission.files}
    given = {file.name: file.sha256 for file in source.files}
    other = sorted(name for name in graded if given.get(name) != graded[name])
    if other or not graded:
        where = f" in {clean(', '.join(other), 200)}" if other else ""
        raise ExportError(
            f"--source differs from what was graded{where}; give the files that were graded, or "
            "grade these again"
        )


Finder = Callable[[str, str, frozenset[Place]], tuple[Excerpt, ...]]


def _finder(course: Course | None, source: Submission | None) -> Finder:
    files: dict[str, tuple[Definition, ...]] = {}
    if course is not None and source is not None:
        found = {e.name: [*source.sources_of(e).values()] for e in course.exercises}
        read = {file.name: find_definitions(file) for own in found.values() for file in own}
        files = {
            name: tuple(one for file in own for one in read[file.name])
            for name, own in found.items()
        }

    def find(exercise: str, function: str, places: frozenset[Place]) -> tuple[Excerpt, ...]:
        return cut_function(files.get(exercise, ()), function, tuple(places))

    return find


@dataclass(frozen=True)
class _View:
    """Makes what is shown of functions, from what the page has of the submission."""

    find: Finder
    draw: Drawer | None
    again: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def problem(self, shown: ShownProblem) -> ProblemView:
        """Return a problem with the student's lines beside it."""
        check, function = shown.check, shown.function.name
        rows = rows_of_problem(shown, self.again)
        return ProblemView(
            shown,
            _anchor(shown.exercise, function),
            bound(statement_of(shown)),
            tuple((label, bound(text)) for label, text in rows if label != "Hint"),
            tuple(line for line in bound(shown.problem.hint).splitlines() if line.strip()),
            self._pictures(drawn_check(shown.problem, shown.function.checks)),
            self.find(shown.exercise, function, frozenset(check.feedback.places)),
        )

    def function(
        self, function: FunctionReport, exercise: ExerciseReport, problems: Sequence[ProblemView]
    ) -> FunctionView:
        """Return a function with all its checks, and those of all problems that it has."""
        sign, state = ("·", "not graded")
        if exercise.status == "graded":
            sign, state = _state(function)
        checks = "".join(map(_list_check, function.checks))
        # What failed has its pictures beside the problem.
        passed = (check for check in function.checks if check.outcome == "passed")
        pictures = tuple(picture for check in passed for picture in self._pictures(check))
        anchor = _anchor(exercise.name, function.name)
        first = [view.anchor for view in problems[:_FIRST]]
        fix = first.index(anchor) + 1 if anchor in first else 0
        own = tuple(view for view in problems[_FIRST:] if view.anchor == anchor)
        return FunctionView(function, anchor, sign, state, fix, own, checks, pictures)

    def _pictures(self, check: CheckReport | None) -> tuple[tuple[str, str], ...]:
        if self.draw is None or check is None:
            return ()
        drawn = ((self.draw(one, f"p{next(self.numbers)}"), one) for one in check.series)
        return tuple((svg, _caption(one)) for svg, one in drawn if svg)


def _list_check(check: CheckReport) -> str:
    points = f"{points_of(check)} points" if check.max_score else "no points"
    note = check.feedback.wrong if check.outcome == "passed" else ""
    hidden = check.visibility == "hidden"
    return _write_item(check.title, check.name, check.outcome, points, hidden, note)


# Most of a page's hundreds of checks look as they do on the pages of others.
@lru_cache(maxsize=4096)
def _write_item(
    title: str, name: str, outcome: OutcomeKind, points: str, hidden: bool, note: str
) -> str:
    sign, words = _OUTCOMES[outcome]
    item = load_template(_ITEM).module.item  # type: ignore[attr-defined]
    return str(item(sign, title, name, words, points, hidden, note))


def _anchor(exercise: str, function: str) -> str:
    return f"{exercise}-{function}"


def _state(function: FunctionReport) -> tuple[str, str]:
    if function.score == function.max_score:
        return "✓", "advice" if function.problems else "right"
    failed = any(check.outcome in FAILED for check in function.checks)
    return ("✗", summarise(function)) if failed else ("·", "not implemented yet")


def _caption(series: Series) -> str:
    caption = _CAPTIONS.get(series.kind, "")
    if series.kind == "region":
        names = [t.name for t in series.traces if t.role == "data"]
        caption += "".join(f"; {sign} {name}" for sign, name in zip("○■", names, strict=False))
    # The name of an axis need not be there twice.
    title = "" if series.title == series.y_name else series.title
    return clean_line(f"{title}{caption}")
