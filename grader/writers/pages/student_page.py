"""One submission's page: the score at a glance, and what to look at, function by function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from grader.errors import ExportError
from grader.records import Course, SourceFile, Submission
from grader.report import (
    CheckPayload,
    ExercisePayload,
    FunctionPayload,
    ReportPayload,
    SeriesPayload,
)
from grader.sanitize import clean, clean_line
from grader.writers.audience import tells_values
from grader.writers.pages.page import bound, render_page
from grader.writers.pages.source import Excerpt, Place, cut_function, find_places

# Draws a series, as an SVG element with ids that begin like this.
Drawer = Callable[..., str]

_SAYINGS = {
    "Called": "Called",
    "Got": "Came back",
    "Wrong": "Observed",
    "Raised": "Raised",
    "Ended": "Ended",
    "Waited": "Waited",
    "Arose": "Arose",
    "Values": "Values",
    "Printed": "Printed",
    "Repeat": "Try it yourself",
}
_LABEL = re.compile(rf"({'|'.join(_SAYINGS)}) +(?=\S)")
_INDENT = 8
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
_WITHOUT_WORDS = ("not_implemented", "not_run")


@dataclass(frozen=True, slots=True)
class Part:
    """One labelled part of a message: ``Called``, and what was called."""

    label: str
    text: str

    @property
    def is_code(self) -> bool:
        """Return whether it is to be read letter by letter."""
        return self.label in ("Called", "Try it yourself", "Printed", "Raised", "Arose")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn series: safe HTML, and what is said below it."""

    svg: str
    caption: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check as the page shows it."""

    check: CheckPayload
    sign: str
    outcome: str
    parts: tuple[Part, ...]
    hints: tuple[str, ...]
    pictures: tuple[Picture, ...]
    places: frozenset[Place]

    @property
    def name(self) -> str:
        """Return the last part of its id."""
        return self.check["id"].rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function as the page shows it."""

    function: FunctionPayload
    anchor: str
    sign: str
    state: str
    failed: tuple[CheckView, ...]
    passed: tuple[CheckView, ...]
    untried: tuple[CheckView, ...]
    excerpts: tuple[Excerpt, ...]

    @property
    def places(self) -> frozenset[Place]:
        """Return the lines in which anything arose."""
        return frozenset(place for view in self.failed for place in view.places)


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """An exercise as the page shows it."""

    exercise: ExercisePayload
    functions: tuple[FunctionView, ...]


def write_student_page(
    payload: ReportPayload,
    *,
    draw: Drawer | None = None,
    course: Course | None = None,
    source: Submission | None = None,
    back: str = "",
) -> bytes:
    """Return a submission's page as HTML.

    Parameters
    ----------
    payload : ReportPayload
        The report. One for instructors makes a page for instructors, and it says so.
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
        refuse_other_source(payload, source)
    find = _finder(course, source)
    views = tuple(_exercise(e, find, _numbered(draw)) for e in payload["exercises"])
    return render_page(
        "student.html.j2",
        title=f"{payload['submission']['id'] or 'Submission'}: {payload['percent']:g} %",
        report=payload,
        exercises=views,
        for_instructors=tells_values(payload),
        back=back,
    )


def refuse_other_source(payload: ReportPayload, source: Submission) -> None:
    """Raise `ExportError` unless the files are, byte for byte, those that were graded."""
    graded = {file["name"]: file["sha256"] for file in payload["submission"]["files"]}
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


def _exercise(exercise: ExercisePayload, find: Finder, draw: Drawer) -> ExerciseView:
    functions = tuple(_function(f, exercise["name"], find, draw) for f in exercise["functions"])
    return ExerciseView(exercise, functions)


def _function(function: FunctionPayload, exercise: str, find: Finder, draw: Drawer) -> FunctionView:
    views = [_check(check, draw) for check in function["checks"]]
    failed = tuple(v for v in views if v.sign == "✗")
    passed = tuple(v for v in views if v.sign == "✓")
    untried = tuple(v for v in views if v.sign == "·")
    sign, state = _state(function, failed)
    places = frozenset(place for view in failed for place in view.places)
    # A function that is right or untouched needs no second look.
    shown = find(exercise, function["name"], places) if failed else ()
    anchor = f"{exercise}-{function['name']}"
    return FunctionView(function, anchor, sign, state, failed, passed, untried, shown)


def _state(function: FunctionPayload, failed: tuple[CheckView, ...]) -> tuple[str, str]:
    if function["score"] == function["max_score"]:
        return "✓", "advice" if failed else "right"
    return ("✗", "to look at") if failed else ("·", "not done yet")


def _check(check: CheckPayload, draw: Drawer) -> CheckView:
    sign, outcome = _OUTCOMES[check["outcome"]]
    words = "" if check["outcome"] in _WITHOUT_WORDS else check["message"]
    hints = tuple(line for line in bound(check["hint"]).splitlines() if line.strip())
    pictures = tuple(
        Picture(svg, _caption(series))
        for series in check.get("series", ())
        if (svg := draw(series))
    )
    places = find_places(words)
    return CheckView(check, sign, outcome, tuple(split_message(words)), hints, pictures, places)


def _caption(series: SeriesPayload) -> str:
    told = _CAPTIONS.get(series["kind"], "")
    if series["kind"] == "region":
        names = [t["name"] for t in series["traces"] if t["role"] == "data"]
        told += "".join(f"; {sign} {name}" for sign, name in zip("○■", names, strict=False))
    return clean_line(f"{series['title']}{told}")


def split_message(message: str) -> Iterator[Part]:
    """Yield the labelled parts of a check's message, each without its indentation."""
    label, lines = "", list[str]()
    for line in bound(message).splitlines():
        found = _LABEL.match(line)
        if found:
            if lines:
                yield Part(label, "\n".join(lines))
            label, lines = _SAYINGS[found[1]], [line[found.end() :]]
        else:
            lines.append(line.removeprefix(" " * _INDENT))
    if lines:
        yield Part(label, "\n".join(lines))
