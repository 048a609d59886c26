"""What is reported of a check: the same rows on every surface, and nothing that is hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec.structs import replace
from support.reports import CHECKS, change_check, change_outcome, check_of, report_of, scores_of

from grader.check_report import CheckReport
from grader.records import FAILED, Feedback, HiddenFeedback, Outcome, Place, ResultCredit, Seed
from grader.report import Report, build_report, to_json
from grader.writers.exports.classroom50 import write_classroom50
from grader.writers.exports.csv_rows import write_csv
from grader.writers.exports.github import write_annotations, write_outputs, write_summary
from grader.writers.exports.grades import grade_of
from grader.writers.exports.gradescope import write_gradescope
from grader.writers.exports.prairielearn import write_prairielearn
from grader.writers.feedback import (
    CODE,
    GRADE_AGAIN,
    PROBLEMS,
    grade_again,
    lay_out,
    lines_of,
    rows_of,
    text_of,
)
from grader.writers.notebook_cell import to_html
from grader.writers.pages.student_page import write_student_page
from grader.writers.problems import problems_of
from grader.writers.terminal.result import to_text
from grader.writers.words import summarise

HIDDEN, VISIBLE = "alpha/curve/values", "beta/chain/values"
LABELS = {
    "called": "Called",
    "got": "Got",
    "wrong": "Wrong",
    "raised": "Raised",
    "ended": "Ended",
    "waited": "Waited",
    "arose": "Arose",
    "printed": "Printed",
    "values": "Values",
    "fault": "Fault",
    "repeat": "Repeat",
}
WORDS = {name: f"{name} one\n{name} two" for name in (*LABELS, "expected")}
SECRETS = {name: f"SECRET-{name}" for name in ("fault", "values", "expected", "printed")}
ALLOWED: tuple[HiddenFeedback, ...] = ("none", "outcome", "hint")
IDENTITY = {
    "CLASSROOM": "c",
    "ASSIGNMENT": "a",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-03-02T10-11-12Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/o/r/commit/1",
    "RELEASE_URL": "https://github.com/o/r/releases/tag/1",
}


def check_with(check_id: str = VISIBLE, hint: str = "", **feedback: Any) -> CheckReport:
    """Return an instructor's report of a check with this feedback alone."""
    outcomes = change_outcome(check_id, feedback=feedback, hint=hint)
    return check_of(report_of(outcomes=outcomes, audience="instructor"), check_id)


# Rows


@pytest.mark.parametrize("field, label", LABELS.items())
def test_every_field_is_a_row_with_its_label(field: str, label: str) -> None:
    """Its text is as it was found; nothing is added beside it."""
    fields = {field: "a\nb", **({"called": "f(x)"} if field == "repeat" else {})}
    rows = dict(rows_of(check_with(**fields), GRADE_AGAIN))
    assert rows[label] == "a\nb"
    assert set(rows) <= {label, "Called", "Repeat"}


def test_every_field_is_shown_by_some_row() -> None:
    """A field that was added to the record would be reported nowhere."""
    assert {*LABELS, "expected", "places", "written_out"} == set(Feedback.__struct_fields__)


def test_rows_are_in_the_order_in_which_they_are_read() -> None:
    """The call first, the recipe and the hint last."""
    labels = [label for label, _ in rows_of(check_with(hint="think", **WORDS), GRADE_AGAIN)]
    assert labels == [*LABELS.values(), "Hint"]


def test_what_is_empty_is_not_a_row() -> None:
    """A check that passed has none."""
    assert rows_of(check_of(report_of(), "alpha/slope/values"), GRADE_AGAIN) == []
    assert rows_of(check_with(wrong="no"), GRADE_AGAIN) == [("Wrong", "no")]


@pytest.mark.parametrize(
    "fields, values",
    [
        ({"values": "at [0]: got 1", "expected": "2"}, "at [0]: got 1, expected 2"),
        ({"values": "at [0]: got 1"}, "at [0]: got 1"),
        ({"expected": "2"}, "expected 2"),
    ],
)
def test_the_right_value_is_beside_the_wrong_one(fields: dict[str, str], values: str) -> None:
    """In one row, whichever of them there is."""
    assert rows_of(check_with(**fields), GRADE_AGAIN) == [("Values", values)]


def test_a_call_without_a_recipe_is_repeated_by_grading_again() -> None:
    """Where nothing was called there is nothing to repeat."""
    assert (
        dict(rows_of(check_with(called="f(x)"), GRADE_AGAIN))["Repeat"]
        == f"{GRADE_AGAIN} --exercise beta"
    )
    again = dict(rows_of(check_with(called="f(x)"), "grade submit my"))["Repeat"]
    assert again == "grade submit my --exercise beta"
    assert "Repeat" not in dict(rows_of(check_with(raised="E: no"), GRADE_AGAIN))


def test_text_has_a_label_before_the_first_line_of_each_row() -> None:
    """The others are indented by as much."""
    text = text_of(
        check_with(wrong="no", raised="E: no\nline 3: x", hint="think"), 1_000, GRADE_AGAIN
    )
    assert text.split("\n") == [
        "Wrong   no",
        "Raised  E: no",
        "        line 3: x",
        "Hint    think",
    ]
    assert lay_out("Got", "a\nb") == "Got     a\n        b"


def test_text_is_clean_and_bounded() -> None:
    """Whatever a report holds, which may have been written by hand."""
    text = text_of(check_with(wrong="a\x1b[31m\x00\u202e" + "b" * 500), 100, GRADE_AGAIN)
    assert len(text) == 100
    assert not set("\x1b\x00\u202e") & set(text)


def test_labels_of_problems_and_of_code_are_labels() -> None:
    """The surfaces choose colours and typefaces by them."""
    assert {*PROBLEMS, *CODE} <= set(LABELS.values())


# Surfaces


class Reader(HTMLParser):
    """Collects the text of the elements that hold labels."""

    def __init__(self, page: str, *tags: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._tags, self._inside = tags, False
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag in self._tags

    def handle_endtag(self, _tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)


def labels_of_terminal(report: Report) -> list[str]:
    return re.findall(r"^    ([A-Z][a-z]+) ", to_text(report), re.MULTILINE)


def labels_of_cell(report: Report) -> list[str]:
    return Reader(to_html(report), "b").found


def labels_of_page(report: Report) -> list[str]:
    return Reader(write_student_page(report).decode(), "dt", "summary").found


SURFACES = [labels_of_terminal, labels_of_cell, labels_of_page]


@pytest.mark.parametrize("labels_of", SURFACES)
@pytest.mark.parametrize("audience", ["student", "instructor"])
def test_every_surface_shows_the_same_labels(
    labels_of: Callable[[Report], list[str]], audience: Any
) -> None:
    """Terminal, notebook cell and page name each row alike, for a student and an instructor."""
    outcomes = tuple(Outcome(c.id, "passed") for c in CHECKS if c.id != VISIBLE)
    failed = Outcome(VISIBLE, "failed", hint="think", feedback=Feedback(**WORDS))
    report = report_of(outcomes=(*outcomes, failed), audience=audience)
    expected = {label for label, _ in rows_of(check_of(report, VISIBLE), GRADE_AGAIN)}
    assert ("Fault" in expected) == (audience == "instructor")
    known = {*LABELS.values(), "Hint"}
    assert {label for label in labels_of(report) if label in known} == expected


@pytest.mark.parametrize(
    "show", [to_text, to_html, lambda report: write_student_page(report).decode()]
)
def test_every_surface_shows_every_line(show: Callable[[Report], str]) -> None:
    """Of every row, also of what goes on in a second line."""
    outcomes = change_outcome(VISIBLE, feedback=WORDS, hint="think")
    shown = show(report_of(outcomes=outcomes, audience="instructor"))
    for text in WORDS.values():
        for line in text.split("\n"):
            assert line in shown


@pytest.mark.parametrize(
    "show",
    [
        to_text,
        to_html,
        lambda report: write_student_page(report).decode(),
        lambda report: write_gradescope(report).decode(),
        lambda report: write_prairielearn(report).decode(),
        lambda report: write_summary(report).decode(),
    ],
)
def test_every_surface_shows_the_notes_on_a_submission(show: Callable[[Report], str]) -> None:
    """What was found and not graded, also where everything passed."""
    report = report_of()
    noted = replace(report, submission=replace(report.submission, notes=("mine is not graded",)))
    assert "mine is not graded" in show(noted)
    assert "mine is not graded" not in show(report)


@pytest.mark.parametrize(
    ("audience", "seed", "again"),
    [
        ("student", Seed("public", repeat_with="public"), "grade submit PATH"),
        ("instructor", Seed("ab12", "ada", "it's"), "grade submit PATH --seed 'it'\"'\"'s'"),
        ("student", Seed("ab12", "ada", "it's"), ""),
    ],
)
def test_the_command_that_repeats_asks_the_same_questions(
    audience: Any, seed: Seed, again: str
) -> None:
    """With a seed that a student does not have, the student gets none."""
    report = build_report(replace(scores_of(), seed=seed), audience)
    assert grade_again(report) == again
    assert ("Repeat" in dict(rows_of(check_with(called="f(x)"), again))) == bool(again)


# Failures that are alike


def function_with(*feedbacks: dict[str, str], outcome: str = "error") -> Any:
    """Return a function with one failed check for each feedback."""
    report = report_of()
    (slope, *_) = report.exercises[0].functions
    checks = tuple(
        replace(
            slope.checks[0],
            id=f"alpha/slope/c{place}",
            outcome=outcome,
            feedback=Feedback(**fields),  # type: ignore[arg-type]
        )
        for place, fields in enumerate(feedbacks)
    )
    return replace(slope, checks=checks)


def test_advice_is_behind_what_costs_points() -> None:
    """Also where the function of the advice comes first."""
    outcomes = change_outcome("alpha/curve/values", feedback={})
    report = report_of(outcomes=outcomes)
    shown = [shown.check.id for shown in problems_of(report.exercises)]
    assert shown[-1] == "alpha/curve/advice"
    assert len(shown) == sum(check.outcome in FAILED for check in report.checks()) > 2


def test_an_exercise_has_its_message_before_its_notes() -> None:
    """Line by line."""
    (alpha, *_) = report_of().exercises
    reported = replace(alpha, message="no\nline 3: x", notes=("left out", "also"))
    assert lines_of(reported) == ["no", "line 3: x", "left out", "also"]
    assert lines_of(alpha) == []


# What stays hidden


def secret_report(hidden_feedback: HiddenFeedback, audience: Any) -> Report:
    """Return a report whose hidden checks hold every secret, passed or not."""
    feedback = Feedback(wrong="WRONG", places=(Place(0, 1),), **SECRETS)
    hidden = {check.id for check in CHECKS if check.visibility == "hidden"}
    outcomes = tuple(
        Outcome(
            check.id,
            "failed" if place % 2 else "passed",
            hint="HINT",
            feedback=feedback if check.id in hidden else Feedback(),
        )
        for place, check in enumerate(CHECKS)
    )
    scores = scores_of(outcomes=outcomes, hidden_feedback=hidden_feedback)
    return build_report(scores, audience)


def github(report: Report) -> bytes:
    outputs = write_outputs(report, "delimiter")
    return write_summary(report) + (write_annotations(report) + outputs).encode()


EXPORTS: dict[str, Callable[[Report], bytes]] = {
    "gradescope": write_gradescope,
    "prairielearn": write_prairielearn,
    "classroom50": lambda report: write_classroom50(report, IDENTITY),
    "github": github,
    "csv": lambda report: write_csv([grade_of(report)]),
}
SHOWN: dict[str, Callable[[Report], bytes]] = {
    "json": to_json,
    "terminal": lambda report: to_text(report).encode(),
    "cell": lambda report: to_html(report).encode(),
    "page": write_student_page,
}


def test_an_instructor_reads_every_secret() -> None:
    """Otherwise the tests below would prove nothing."""
    content = to_json(secret_report("none", "instructor")).decode()
    assert all(secret in content for secret in SECRETS.values())


@pytest.mark.parametrize("allowed", ALLOWED)
@pytest.mark.parametrize("shown", SHOWN)
def test_no_secret_of_a_hidden_check_is_in_a_students_report(
    shown: str, allowed: HiddenFeedback
) -> None:
    """Whatever the course allows, and wherever the report is shown."""
    content = SHOWN[shown](secret_report(allowed, "student"))
    assert b"SECRET" not in content
    if shown == "json":
        assert (b"WRONG" in content) == (allowed != "none")


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.parametrize("allowed", ALLOWED)
def test_no_secret_of_a_hidden_check_is_exported_from_an_instructors_report(
    export: str, allowed: HiddenFeedback
) -> None:
    """Nor from a student's."""
    for audience in ("instructor", "student"):
        assert b"SECRET" not in EXPORTS[export](secret_report(allowed, audience))


@pytest.mark.parametrize("export", EXPORTS)
def test_one_secret_alone_is_enough_to_be_withheld(export: str) -> None:
    """An instructor's report is known by its audience, not by what it happens to hold."""
    report = report_of(audience="instructor")
    for field, secret in SECRETS.items():
        found = Feedback(**{field: secret})  # type: ignore[arg-type]
        changed = change_check(report, HIDDEN, feedback=found)
        assert b"SECRET" not in EXPORTS[export](changed)


@pytest.mark.parametrize("name", [*EXPORTS, *SHOWN])
def test_a_fault_of_the_grader_is_not_for_students_even_of_a_visible_check(name: str) -> None:
    """It names files of the machine that graded."""
    outcomes = change_outcome(VISIBLE, feedback={"wrong": "a defect", "fault": "SECRET at x.py"})
    report = report_of(outcomes=outcomes, audience="instructor")
    if name in EXPORTS:
        assert b"SECRET" not in EXPORTS[name](report)
    else:
        assert b"SECRET" in SHOWN[name](report)
        assert b"SECRET" not in SHOWN[name](report_of(outcomes=outcomes))


CREDITS: dict[str, tuple[tuple[ResultCredit, ...], str]] = {
    "one result": (
        (ResultCredit("", "slip", "factor_1/N"),),
        "half of the points: right except for a factor 1/N",
    ),
    "the order": (
        (ResultCredit("", "slip", "order"),),
        "half of the points: right, but in the wrong order",
    ),
    "two results": (
        (ResultCredit("dW", "right"), ResultCredit("db", "slip", "sign")),
        "1.5 of 2 points: dW is right; db is right except for the sign",
    ),
    "one is wrong": (
        (ResultCredit("dW", "right"), ResultCredit("db", "wrong"), ResultCredit("c", "wrong")),
        "0.66 of 2 points: dW is right; db is wrong; c is wrong",
    ),
}


@pytest.mark.parametrize("results, words", CREDITS.values(), ids=CREDITS)
def test_a_part_of_the_points_has_a_reason(results: tuple[ResultCredit, ...], words: str) -> None:
    """On the terminal, on the page and in a notebook, also of a hidden check."""
    report = report_of(outcomes=change_outcome(HIDDEN, results=results))
    assert ("Credit", words) in rows_of(check_of(report, HIDDEN), "")
    assert f"Credit  {words}" in to_text(report)
    for surface in (write_student_page(report).decode(), to_html(report)):
        assert words in surface


def test_a_check_that_is_essential_says_so_where_it_fails() -> None:
    """It is the reason why the others earn less."""
    words = "while it fails, the function earns at most half of its points"
    report = change_check(report_of(), HIDDEN, essential=True)
    assert ("Credit", words) in rows_of(check_of(report, HIDDEN), "")
    passed = change_check(report, HIDDEN, outcome="passed")
    assert "Credit" not in dict(rows_of(check_of(passed, HIDDEN), ""))


def test_without_a_reason_the_points_are_there_still() -> None:
    """Where the course hides it."""
    results = CREDITS["one result"][0]
    outcomes = change_outcome(HIDDEN, results=results)
    report = build_report(scores_of(outcomes=outcomes, hidden_feedback="none"), "student")
    assert rows_of(check_of(report, HIDDEN), "") == [("Credit", "half of the points")]
    assert "factor" not in to_text(report)
    assert all(label != "Credit" for label, _ in rows_of(check_of(report_of(), HIDDEN), ""))


def test_a_function_without_a_failed_check_has_its_reason_beside_its_points() -> None:
    """Where all its checks passed, and they do not earn everything."""
    function = next(report_of().functions())
    assert summarise(function) == ""
    first, *others = function.checks
    note = replace(first, score=0.0, feedback=Feedback(wrong="Passed; it waits."))
    assert summarise(replace(function, score=0.8, checks=(note, *others))) == "Passed; it waits."
