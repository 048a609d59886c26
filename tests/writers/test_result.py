"""The result in a terminal: what it makes of a report, and where it folds."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from support.reports import CHECKS, OUTCOMES, payload_of, report_of

from grader.records import GRADE_AGAIN
from grader.report import CheckPayload, ReportPayload, build_payload
from grader.writers.commands import command, complete_commands, submit_again
from grader.writers.terminal.result import show_block, to_text
from grader.writers.terminal.watching import show_second_hint
from grader.writers.troubles import can_be_hinted_at, summarise

AGAIN = GRADE_AGAIN.format(exercise="alpha")
CURVE = OUTCOMES[2]


def checks_of(payload: ReportPayload) -> dict[str, CheckPayload]:
    functions = [f for exercise in payload["exercises"] for f in exercise["functions"]]
    return {check["id"]: check for function in functions for check in function["checks"]}


def with_curve(**changes: str | None) -> ReportPayload:
    """Return the payload of a report in which one check alone is in trouble."""
    outcomes = [replace(o, outcome="passed", message="") for o in OUTCOMES]
    outcomes[2] = replace(CURVE, **changes)  # type: ignore[arg-type]
    return payload_of("ada", tuple(outcomes))


def in_terminal() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, force_terminal=True, color_system=None, width=100), file


def test_of_one_check_the_words_are_singular() -> None:
    """One check, and not one checks; of several there are several."""
    functions = [f for exercise in payload_of()["exercises"] for f in exercise["functions"]]
    said = {function["name"]: summarise(function) for function in functions}
    assert said["curve"] == "0 of 1 check passed"
    assert said["chain"] == "0 of 2 checks passed"


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


def test_the_command_of_a_recipe_is_shown_complete_and_nothing_else_is_changed() -> None:
    """The report keeps its own neutral form, and only a recipe is a command."""
    quoted = f"Raised  ValueError: {AGAIN}\n        Repeat  {AGAIN}"
    outcomes = (
        *OUTCOMES[:2],
        replace(CURVE, message=quoted, repeat=f"Repeat  {AGAIN}"),
        replace(OUTCOMES[3], message=f"Wrong   {AGAIN}"),
        *OUTCOMES[4:],
    )
    payload = payload_of("ada", outcomes)
    before, after = checks_of(payload), checks_of(complete_commands(payload, "grade submit 'my w'"))
    curve = "alpha/curve/values"
    assert before[curve]["message"] == f"{quoted}\nRepeat  {AGAIN}"
    assert after[curve]["message"] == f"{quoted}\nRepeat  grade submit 'my w' --exercise alpha"
    assert {**after, curve: before[curve]} == before


def test_a_path_that_cannot_be_printed_is_not() -> None:
    """A file name may hold an escape; then the command stays neutral."""
    payload = with_curve(repeat=f"Repeat  {AGAIN}")
    again = submit_again(Path("a\x1b[2Jb"), None, "public")
    assert complete_commands(payload, again) is payload


@pytest.mark.parametrize(
    ("changes", "hinted"),
    [
        ({}, True),
        ({"hint": ""}, True),
        ({"hint": "", "diagnosis": None}, False),
        ({"hint": "", "diagnosis": None, "outcome": "error"}, True),
        ({"hint": "", "diagnosis": None, "outcome": "timeout"}, True),
        ({"hint": "", "diagnosis": None, "outcome": "not_implemented"}, False),
    ],
)
def test_a_second_hint_may_be_where_no_first_one_is(
    changes: dict[str, str | None], hinted: bool
) -> None:
    """What was observed is enough, or that it raised or took too long."""
    assert can_be_hinted_at(with_curve(**changes)) is hinted


def test_a_second_hint_is_folded_beneath_its_first_word() -> None:
    """In a terminal no line of it runs over, and those after the first are indented."""
    console, file = in_terminal()
    show_second_hint(console, "Take one number as input. " * 12)
    first, *rest = file.getvalue().splitlines()
    assert first.startswith("    Still   Take")
    assert rest
    for line in rest:
        assert line.startswith(" " * 12)
        assert line[12] != " "
    assert max(map(len, [first, *rest])) <= 100


def test_checks_in_the_same_trouble_are_folded_too() -> None:
    """However many they are."""
    console, file = in_terminal()
    names = [f"check_number_{number}" for number in range(20)]
    show_block(console, checks_of(payload_of())["alpha/curve/values"], names)
    (start,) = [n for n, line in enumerate(file.getvalue().splitlines()) if "The same in" in line]
    lines = file.getvalue().splitlines()[start:]
    assert len(lines) > 1
    assert all(line.startswith(" " * 12) for line in lines[1:])
    assert max(map(len, lines)) <= 100


def test_text_that_nobody_completes_says_where_the_path_belongs() -> None:
    """A report is read on other machines than the one that made it."""
    report = report_of("ada", (replace(CURVE, repeat=f"Repeat  {AGAIN}"),), CHECKS)
    assert "grade submit PATH --exercise alpha" in to_text(build_payload(report))
