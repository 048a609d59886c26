"""Where a student is, on one screen."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console
from support.reports import MODULES, OUTCOMES, change_outcome, report_of, scores_of, solved

from grader.problems import Next
from grader.records import Feedback, Place
from grader.report import Location, Report, build_report
from grader.writers.problems import describe_next, describe_task
from grader.writers.terminal.console import bar_for
from grader.writers.terminal.overview import show_overview, show_task


def printed(report: Report, *changed: str, width: int = 60, encoding: str = "utf-8") -> list[str]:
    bytes_ = io.BytesIO()
    file = io.TextIOWrapper(bytes_, encoding=encoding, errors="replace")
    console = Console(file=file, force_terminal=True, color_system=None, width=width)
    show_overview(console, report, changed, report.max_score)
    file.flush()
    return bytes_.getvalue().decode(encoding).splitlines()


def test_every_exercise_has_a_bar_and_every_function_a_sign() -> None:
    """Points are beside those that miss some; what was not graded has its reason."""
    assert printed(report_of()) == [
        "ada   2 / 10 points   20 %",
        "─" * 60,
        "alpha  ██████████░░░░░░░░░░  2 / 4",
        "  ✓ slope  ✗ curve 0/2",
        "beta   ░░░░░░░░░░░░░░░░░░░░  0 / 2",
        "  ✗ chain 0/2",
        "gamma  ░░░░░░░░░░░░░░░░░░░░  cannot be imported",
        "",
        "✓ all points   ✗ points lost",
        "",
        describe_next(report_of()),
    ]


def test_an_exercise_whose_file_was_saved_is_marked() -> None:
    """A module, a notebook; others are not."""
    for name in ("beta.py", "beta.ipynb"):
        marked = [line.split()[0] for line in printed(report_of(), name) if "saved since" in line]
        assert marked == ["beta"]
    assert not any("saved since" in line for line in printed(report_of(), "other.py"))


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """From 40 columns on none of the table is folded, in ASCII too."""
    lines = printed(report_of(), "alpha.py", width=width, encoding="ascii")
    assert all(len(line) <= width for line in lines)
    if width >= 60:
        assert lines[2].split()[-2:] == ["saved", "since"]
        assert lines[3] == "  + slope  x curve 0/2"


@given(
    whole=st.integers(1, 10_000),
    data=st.data(),
    width=st.integers(2, 40),
)
def test_a_bar_is_full_only_where_nothing_is_missing(
    whole: int, data: st.DataObject, width: int
) -> None:
    """And empty only where nothing was earned; it is as long as it should be."""
    part = data.draw(st.integers(0, whole))
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    bar = bar_for(Console(file=file), part / 100, whole / 100, width)
    assert len(bar) == width
    assert bar == bar.rstrip("-") + "-" * bar.count("-")
    assert ("#" in bar) == (part > 0)
    assert ("-" in bar) == (part < whole)
    assert abs(bar.count("#") / width - part / whole) <= 1 / width


def test_the_task_is_the_reports_next() -> None:
    """Whatever it is; with what could not be graded above it."""
    file = io.StringIO()
    show_task(Console(file=file, width=80), report_of(), "Does this.")
    assert file.getvalue().splitlines() == [
        "gamma was not graded.",
        "    SyntaxError in line 3",
        "",
        *describe_next(report_of()).splitlines(),
        "    Does this.",
    ]


def test_there_is_a_task_where_the_report_has_no_next() -> None:
    """Exercises that were not graded come before advice, and that before nothing."""
    done = solved()
    assert describe_task(done) == "Next: fix gamma, which cannot be imported, and grade again."
    passed = tuple(replace(o, outcome="passed") for o in OUTCOMES)
    states = tuple(replace(state, status="graded", message="") for state in MODULES)
    missing = (*states[:2], replace(states[2], status="missing"))
    advice = tuple(
        o if o.check_id.endswith("advice") else p for o, p in zip(OUTCOMES, passed, strict=True)
    )
    for modules, outcomes, told in (
        (missing, passed, "Next: write gamma, which is missing, and grade again."),
        (states, advice, "Only advice is left, which costs no points."),
        (states, passed, "Nothing is left to do."),
    ):
        report = build_report(scores_of(outcomes=outcomes, modules=modules), "student")
        assert describe_task(report) == told
        following = replace(report, next=Next("alpha/slope", None))
        assert describe_task(following) == "Next: write slope in alpha.py."


def test_the_next_step_names_the_line_that_raised() -> None:
    """It is in the file of the function; a notebook is named also if its cell is broken."""
    raised = {"raised": "NameError: name 'a' is not defined\nline 9: a", "places": (Place(0, 9),)}
    outcomes = change_outcome("alpha/curve/values", outcome="error", feedback=raised)
    report = report_of("ada", outcomes)
    (exercise, *others) = report.exercises
    slope, curve = exercise.functions
    cells = Location("alpha.ipynb", 2, 3)
    for places, told in (
        ((None, Location("alpha.py", 5)), "curve in alpha.py, line 9"),
        ((None, cells), "curve in alpha.ipynb, line 9"),
        ((cells, None), "curve in alpha.ipynb"),
        ((None, None), "curve in alpha.py"),
    ):
        functions = tuple(
            replace(f, location=place) for f, place in zip((slope, curve), places, strict=True)
        )
        changed = replace(report, exercises=(replace(exercise, functions=functions), *others))
        problem = changed.exercises[0].functions[1].problems[0]
        following = replace(changed, next=Next("alpha/curve", problem.id))
        assert describe_next(following).startswith(f"Next: fix {told}: ")
    # What is not defined is nowhere, and its sentence names the file that lacks it.
    lacking = change_outcome("alpha/curve/values", outcome="error", observation="undefined")
    assert describe_next(report_of("ada", lacking)).startswith("Next: fix curve: ")


def test_of_a_written_program_the_stub_that_it_calls_is_next() -> None:
    """With the file of the stub, as far as that is known."""
    for words, told in (
        ("`f` in helper.py is not implemented yet", "f in helper.py"),
        ("`f` is not implemented yet", "slope in alpha.py"),
        ("not implemented yet", "slope in alpha.py"),
    ):
        outcomes = tuple(
            replace(o, outcome="not_implemented", feedback=Feedback(wrong=words)) for o in OUTCOMES
        )
        report = build_report(scores_of(outcomes=outcomes), "student")
        following = replace(report, next=Next("alpha/slope", None))
        assert describe_next(following) == f"Next: write {told}."
