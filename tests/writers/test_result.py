"""The result in a terminal: what it makes of a report, and where it folds."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.console import Console
from rich.text import Text
from support.mistakes import make_mistakes
from support.reports import OUTCOMES, change_check, change_outcome, check_of, report_of

from grader.records import Course, Feedback, ScoreReport, Smallest
from grader.report import build_report
from grader.writers.feedback import GRADE_AGAIN, rows_of
from grader.writers.problems import ShownProblem, problems_of, rows_of_problem, word_smallest
from grader.writers.terminal.console import ResultConsole
from grader.writers.terminal.result import (
    MOST_LINES,
    show_problem,
    show_result,
    show_row,
    to_text,
)
from grader.writers.words import command, has_hints, submit_again, summarise

CURVE = "alpha/curve/values"


def in_terminal() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(
        file=file, force_terminal=True, color_system=None, width=100, soft_wrap=True
    ), file


def test_a_functions_first_problem_is_beside_its_points() -> None:
    """And how many more there are, advice apart."""
    words = {function.name: summarise(function) for function in report_of().functions()}
    assert words["curve"] == "the curve has the wrong sign"
    assert words["chain"] == "ValueError: no (and 1 more)"


@pytest.mark.parametrize(
    ("path", "course", "seed", "typed"),
    [
        (".", None, "public", "grade submit"),
        ("work", None, "public", "grade submit work"),
        ("my work", None, "public", "grade submit 'my work'"),
        ("../work.zip", ".", "public", "grade submit ../work.zip --course ."),
        ("work", "a kit", "x y", "grade submit work --course 'a kit' --seed 'x y'"),
    ],
)
def test_a_command_is_completed_with_what_was_typed(
    path: str, course: str | None, seed: str, typed: str
) -> None:
    """Path, course and seed, in quotes where a shell needs them; nothing that is the default."""
    assert submit_again(Path(path), course and Path(course), seed) == typed  # type: ignore[arg-type]


def test_an_option_that_was_not_given_is_in_no_command() -> None:
    """The others are, by their names."""
    assert command("hint", course=None, report="r.json") == "grade hint --report r.json"


def test_the_command_that_repeats_is_shown_complete_and_nothing_else_is_changed() -> None:
    """The report holds no path; a student's words that look like a command stay as they are."""
    quoted = f"ValueError: x\nRepeat  {GRADE_AGAIN} --exercise alpha"
    feedback = {"called": "curve(x)", "raised": quoted}
    check = check_of(report_of(outcomes=change_outcome(CURVE, feedback=feedback)), CURVE)
    neutral, complete = (
        dict(rows_of(check, GRADE_AGAIN)),
        dict(rows_of(check, "grade submit 'my w'")),
    )
    assert neutral["Repeat"] == "grade submit PATH --exercise alpha"
    assert complete["Repeat"] == "grade submit 'my w' --exercise alpha"
    assert complete["Raised"] == quoted
    assert {**complete, "Repeat": neutral["Repeat"]} == neutral


def test_a_path_that_cannot_be_printed_is_not() -> None:
    """A file name may hold an escape; then the command stays neutral."""
    assert submit_again(Path("a\x1b[2Jb"), None, "public") == GRADE_AGAIN


NOTHING = {"hint": "", "misconception": None, "observation": None}


@pytest.mark.parametrize(
    ("changes", "hinted"),
    [
        ({}, True),
        ({"hint": ""}, True),
        ({"hint": "", "misconception": None}, True),
        ({"hint": "", "observation": None}, True),
        (NOTHING, False),
        ({**NOTHING, "outcome": "error"}, True),
        ({**NOTHING, "outcome": "timeout"}, True),
        ({**NOTHING, "outcome": "not_implemented"}, False),
        ({"outcome": "passed"}, False),
    ],
)
def test_a_second_hint_may_be_where_no_first_one_is(changes: dict[str, Any], hinted: bool) -> None:
    """What was observed is enough, or that it raised or took too long."""
    report = report_of()
    for check in report.checks():
        report = change_check(report, check.id, outcome="passed")
    assert has_hints(change_check(report, CURVE, **{"outcome": "failed", **changes})) is hinted


def test_a_second_hint_is_folded_beneath_its_first_word() -> None:
    """In a terminal no line of it runs over, and those after the first are indented."""
    console, file = in_terminal()
    show_row(console, "Still", "Take one number as input. " * 12)
    first, *rest = file.getvalue().splitlines()
    assert first.startswith("    Still   Take")
    assert rest
    for line in rest:
        assert line.startswith(" " * 12)
        assert line[12] != " "
    assert max(map(len, [first, *rest])) <= 100


def test_the_names_of_the_checks_that_a_problem_costs_are_folded() -> None:
    """However many they are."""
    console, file = in_terminal()
    (shown,) = [s for s in problems_of(report_of().exercises) if s.check.id == CURVE]
    names = tuple(f"alpha/curve/check_number_{number}" for number in range(20))
    show_problem(console, replace_shown(shown, checks=names), GRADE_AGAIN)
    lines = file.getvalue().splitlines()
    (start,) = [place for place, line in enumerate(lines) if "Checks" in line]
    assert len(lines[start:]) > 1
    assert all(line.startswith(" " * 12) for line in lines[start + 1 :])
    assert max(map(len, lines)) <= 100


def replace_shown(shown: ShownProblem, **fields: Any) -> ShownProblem:
    return dataclasses.replace(shown, problem=replace(shown.problem, **fields))


def test_a_recipe_is_never_folded() -> None:
    """It is there to be copied."""
    console, file = in_terminal()
    recipe = "x = np.array([" + ", ".join(map(str, range(60))) + "])\ncurve(x)"
    feedback = {"called": "curve(x)", "wrong": "word " * 40, "repeat": recipe}
    report = report_of(outcomes=change_outcome(CURVE, feedback=feedback))
    (shown,) = [s for s in problems_of(report.exercises) if s.check.id == CURVE]
    show_problem(console, shown, GRADE_AGAIN)
    first, second = recipe.splitlines()
    # Python accepts no indented line.
    assert (
        f"paste into Python, in the folder of your module:\n{first}\n{second}\n" in file.getvalue()
    )
    (wrong,) = [line for line in file.getvalue().splitlines() if "Wrong" in line]
    assert len(wrong) <= 100


def test_the_smallest_call_is_a_row_before_the_one_that_repeats() -> None:
    """With the part of the result, or the exception, and for what the function is right."""
    smallest = Smallest(
        call="f([[1], [0]])", part="db", got="0.5", right="1", fact="right with one row"
    )
    raised = Smallest(call="f([0])", raised="ValueError", right="0")
    assert word_smallest(raised) == "f([0]) raises ValueError, expected 0"
    feedback = {"called": "curve(x)", "wrong": "no", "repeat": "curve(x)"}
    outcomes = change_outcome(CURVE, feedback=feedback, smallest=smallest)
    report = report_of(outcomes=outcomes, audience="instructor")
    (shown,) = [s for s in problems_of(report.exercises) if s.check.id == CURVE]
    rows = dict(rows_of_problem(shown, GRADE_AGAIN))
    assert rows["Example"] == "f([[1], [0]]) gives db = 0.5, expected 1 (right with one row)"
    labels = list(rows)
    assert labels.index("Example") == labels.index("Repeat") - 1


def test_a_long_result_leaves_out_rows_and_shows_how_to_see_them() -> None:
    """However long the three problems are, the whole result has at most 100 lines."""
    long = Feedback(
        called="curve(x)", wrong="it is wrong", repeat="x = 1\n" * 90, printed="a\n" * 90
    )
    names = [CURVE, "beta/chain/values", "alpha/curve/advice"]
    outcomes = tuple(
        replace(outcome, outcome="failed", feedback=long) if outcome.check_id in names else outcome
        for outcome in OUTCOMES
    )
    report = report_of(outcomes=outcomes)
    file = io.StringIO()
    show_result(report, file=file)
    text = file.getvalue()
    assert text.count("\n") <= MOST_LINES
    assert text.count("it is wrong") >= 3
    assert "--verbose, or --exercise NAME, shows all lines of these." in " ".join(text.split())
    verbose = io.StringIO()
    show_result(report, file=verbose, limit=None)
    assert verbose.getvalue().count("x = 1") == 90 * len(problems_of(report.exercises))


@pytest.mark.slow
@pytest.mark.parametrize("part", [0.0, 0.5])
def test_a_mistake_in_every_function_takes_at_most_100_lines(
    grade: Callable[..., ScoreReport],
    course: Course,
    solution: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    part: float,
) -> None:
    """In terminals of several widths, with a line for each function and the next step last."""
    report = build_report(grade(**make_mistakes(course, solution, part)), "student")
    monkeypatch.setenv("FORCE_COLOR", "1")
    for width in (60, 80, 100, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        show_result(report, again="grade submit")
        lines = Text.from_ansi(capsys.readouterr().out).plain.splitlines()
        assert sum(max(1, -(-len(line) // width)) for line in lines) <= MOST_LINES
        table = [line.split()[1] for line in lines[: lines.index("Fix first")] if " / " in line]
        assert {function.name for function in report.functions()} <= set(table)
        (start,) = [n for n, line in enumerate(lines) if line.startswith("Next: fix ")]
        assert ".py, line " in " ".join(lines[start:])


def test_a_report_says_where_the_path_belongs() -> None:
    """A report is read on other machines than the one that made it."""
    feedback = {"called": "curve(x)", "wrong": "no"}
    report = report_of(outcomes=change_outcome(CURVE, feedback=feedback))
    assert "    Repeat  grade submit PATH --exercise alpha\n" in to_text(report)
    assert "    Repeat  grade submit w --exercise alpha\n" in to_text(
        report, again="grade submit w"
    )


def test_notes_are_shown_beneath_their_exercise() -> None:
    """Also where the exercise could be graded."""
    report = report_of()
    alpha, *others = report.exercises
    noted = replace(alpha, notes=("alpha.ipynb was left out",))
    shown = to_text(replace(report, exercises=(noted, *others)))
    assert "\n  alpha.ipynb was left out\n" in shown
    assert "\n  SyntaxError in line 3\n" in shown


@pytest.mark.parametrize("terminal", ["dumb", "xterm"])
def test_any_terminal_is_as_wide_as_it_is(monkeypatch: pytest.MonkeyPatch, terminal: str) -> None:
    """Also one without cursor and colours, as in an editor."""
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setenv("COLUMNS", "61")
    assert ResultConsole().width == 61
