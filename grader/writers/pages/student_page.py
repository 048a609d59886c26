"""One submission's page: the score at a glance, and what to look at, function by function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from grader.errors import ExportError
from grader.records import Course, Place, Series, SourceFile, Submission
from grader.report import CheckReport, ExerciseReport, FunctionReport, Report
from grader.sanitize import clean, clean_line
from grader.writers.feedback import CODE, grade_again, rows_of
from grader.writers.pages.page import bound, render_page
from grader.writers.pages.source import Excerpt, cut_function
from grader.writers.words import names_of, when_handed_in

# Draws a series, as an SVG element with ids that begin like this.
Drawer = Callable[..., str]

_OUTCOMES = {
    "passed": ("✓", "passed"),
    "failed": ("✗", "failed"),
    "error": ("✗", "raised an error"),
    "timeout": ("✗", "took too long"),
    "not_implemented": ("·", "not implemented yet"),
    "not_run": ("·", "not run"),
}
_CAPTIONS = {
    "errors": ": how far off each entry is, as a part of the largest right one",
    "path": ": thin lines join weights of the same loss",
    "region": ": the darker the higher; the line is at one half",
}


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check as the page shows it: texts by label, pictures as safe HTML with captions."""

    check: CheckReport
    sign: str
    outcome: str
    parts: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function as the page shows it."""

    function: FunctionReport
    anchor: str
    sign: str
    state: str
    failed: tuple[CheckView, ...]
    passed: tuple[CheckView, ...]
    untried: tuple[CheckView, ...]
    excerpts: tuple[Excerpt, ...]
    places: frozenset[Place]


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
        As `grader.writers.pages.pictures.draw_picture`; without it there are no pictures.
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
    make = _View(find, _numbered(draw), grade_again(report))
    views = [(e, [make.function(f, e) for f in e.functions]) for e in report.exercises]
    names = names_of(report.submission)
    return render_page(
        "student.html.j2",
        title=f"{names or report.submission.id or 'Submission'}: {report.percent:g} %",
        names=names,
        handed_in=when_handed_in(report.submission),
        report=report,
        exercises=views,
        problems=_problems(report),
        for_instructors=report.audience == "instructor",
        back=back,
        code=CODE,
    )


def _problems(report: Report) -> list[str]:
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
        named = clean(", ".join(other), 200) or "nothing"
        raise ExportError(
            f"--source is not what was graded: {named} differs from the report; "
            "give the files that were graded, or grade these again"
        )


Finder = Callable[[str, str, frozenset[Place]], tuple[Excerpt, ...]]


def _finder(course: Course | None, source: Submission | None) -> Finder:
    files: dict[str, SourceFile | None] = {}
    if course is not None and source is not None:
        files = {e.name: source.source_of(e) for e in course.exercises}

    def find(exercise: str, function: str, places: frozenset[Place]) -> tuple[Excerpt, ...]:
        file = files.get(exercise)
        return cut_function(file, function, tuple(places)) if file else ()

    return find


def _numbered(draw: Drawer | None) -> Drawer:
    """Return a drawer whose pictures have ids of their own."""
    numbers = count(1)

    def drawn(series: object) -> str:
        picture = draw(series) if draw else ""
        return picture.replace("{id}", f"p{next(numbers)}-")

    return drawn


@dataclass(frozen=True)
class _View:
    """Makes what is shown of functions, from what the page has of the submission."""

    find: Finder
    draw: Drawer
    again: str

    def function(self, function: FunctionReport, exercise: ExerciseReport) -> FunctionView:
        views = [self._check(check) for check in function.checks]
        failed = tuple(v for v in views if v.sign == "✗")
        passed = tuple(v for v in views if v.sign == "✓")
        untried = tuple(v for v in views if v.sign == "·")
        sign, state = ("·", "not graded")
        if exercise.status == "graded":
            sign, state = _state(function, failed)
        places = frozenset(place for view in failed for place in view.check.feedback.places)
        # A function that is right or untouched needs no second look.
        shown = self.find(exercise.name, function.name, places) if failed else ()
        anchor = f"{exercise.name}-{function.name}"
        return FunctionView(function, anchor, sign, state, failed, passed, untried, shown, places)

    def _check(self, check: CheckReport) -> CheckView:
        sign, outcome = _OUTCOMES[check.outcome]
        rows = rows_of(check, self.again)
        parts = tuple((label, bound(text)) for label, text in rows if label != "Hint")
        hints = tuple(line for line in bound(check.hint).splitlines() if line.strip())
        pictures = tuple((svg, _caption(one)) for one in check.series if (svg := self.draw(one)))
        return CheckView(check, sign, outcome, parts, hints, pictures)


def _state(function: FunctionReport, failed: tuple[CheckView, ...]) -> tuple[str, str]:
    if function.score == function.max_score:
        return "✓", "advice" if failed else "right"
    return ("✗", "to look at") if failed else ("·", "not implemented yet")


def _caption(series: Series) -> str:
    caption = _CAPTIONS.get(series.kind, "")
    if series.kind == "region":
        names = [t.name for t in series.traces if t.role == "data"]
        caption += "".join(f"; {sign} {name}" for sign, name in zip("○■", names, strict=False))
    return clean_line(f"{series.title}{caption}")
