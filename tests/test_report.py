"""The report's JSON: one definition, and nothing else is read as a report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace
from support.reports import (
    NOT_TEXT,
    OUTCOMES,
    change_outcome,
    check_of,
    report_of,
    scores_of,
    solved,
)

from grader.check_report import CheckReport
from grader.errors import ReportError
from grader.problems import Next
from grader.records import Feedback, HiddenFeedback, ModuleState, ResultCredit, Series, Trace
from grader.report import (
    MAX_REPORT,
    Report,
    build_report,
    for_students,
    map_checks,
    read_report,
    recall_report,
    to_json,
)

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "grader" / "report.schema.json").read_text(encoding="utf-8"))
HIDDEN, VISIBLE = "alpha/curve/values", "beta/chain/values"
FIELDS = {name: f"<{name}>" for name in Feedback.__struct_fields__ if name not in NOT_TEXT}
# What only an instructor may read of a hidden check, and of a visible one.
SECRETS = {"values", "expected", "printed", "fault"}


def write(folder: Path, content: Any) -> Path:
    path = folder / "report.json"
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_json(report: Report) -> Any:
    return json.loads(to_json(report))


@pytest.mark.parametrize("report", [report_of(), solved(), report_of(audience="instructor")])
def test_what_is_written_is_valid_and_is_read_back(report: Report, tmp_path: Path) -> None:
    """Reading a written report gives the same report."""
    jsonschema.validate(as_json(report), SCHEMA)
    assert read_report(write(tmp_path, to_json(report))) == report


def test_feedback_has_only_the_fields_that_were_found() -> None:
    """An absent field is empty; a check that passed has none."""
    (alpha, beta, _) = as_json(report_of())["exercises"]
    (passed, *_), (curve, _) = (function["checks"] for function in alpha["functions"])
    assert passed["feedback"] == {}
    assert sorted(curve["feedback"]) == ["called", "got", "repeat", "wrong"]
    assert beta["functions"][0]["checks"][0]["feedback"] == {"raised": "ValueError: no"}
    assert "series" not in curve


def test_notes_are_beside_the_message_of_an_exercise() -> None:
    """A message says why nothing could be graded; a note does not cost anything."""
    modules = (ModuleState("alpha", "graded", notes=("alpha.ipynb was left out",)),)
    (alpha, beta, _) = as_json(build_report(scores_of(modules=modules)))["exercises"]
    assert (alpha["message"], alpha["notes"]) == ("", ["alpha.ipynb was left out"])
    assert (beta["status"], beta["message"], beta["notes"]) == ("missing", "", [])


@pytest.mark.parametrize(
    "states, status",
    [
        (("graded", "graded", "graded"), "graded"),
        (("graded", "missing", "unloadable"), "partly"),
        (("missing", "missing", "unloadable"), "unloadable"),
        (("missing", "missing", "missing"), "missing"),
    ],
)
def test_the_status_is_that_of_all_exercises(states: tuple[Any, ...], status: str) -> None:
    """A report that covers only a part of the exercises says so itself."""
    names = ("alpha", "beta", "gamma")
    modules = tuple(ModuleState(n, s) for n, s in zip(names, states, strict=True))
    assert build_report(scores_of(modules=modules)).status == status


# What each audience reads


def found(check_id: str, hidden_feedback: HiddenFeedback, **wanted: Any) -> CheckReport:
    """Return a check with every field set, as a student's report has it."""
    outcomes = change_outcome(check_id, feedback=FIELDS, hint="<hint>", **wanted)
    scores = scores_of(outcomes=outcomes, hidden_feedback=hidden_feedback)
    return check_of(build_report(scores, "student"), check_id)


def fields_of(check: CheckReport) -> set[str]:
    return {name for name in FIELDS if getattr(check.feedback, name)}


def test_an_instructor_reads_everything() -> None:
    """Also the seed that draws the same inputs again."""
    outcomes = change_outcome(HIDDEN, feedback=FIELDS)
    report = build_report(scores_of(outcomes=outcomes))
    assert report.audience == "instructor"
    assert report.seed.repeat_with == "public"
    assert fields_of(check_of(report, HIDDEN)) == set(FIELDS)


def test_of_a_visible_check_only_a_fault_of_the_grader_is_withheld() -> None:
    """Its values are a student's to see, whatever the course says of hidden checks."""
    check = found(VISIBLE, "none", observation="sign")
    assert fields_of(check) == set(FIELDS) - {"fault"}
    assert (check.hint, check.observation) == ("<hint>", "sign")


@pytest.mark.parametrize(
    "allowed, fields, hint",
    [
        ("hint", set(FIELDS) - SECRETS, "<hint>"),
        ("outcome", set(FIELDS) - SECRETS, ""),
        ("none", set(), ""),
    ],
)
def test_of_a_hidden_check_students_read_what_the_course_allows(
    allowed: HiddenFeedback, fields: set[str], hint: str
) -> None:
    """Never values, what was printed, or a fault; the hint and its ids only with `hint`."""
    check = found(HIDDEN, allowed)
    assert fields_of(check) == fields
    assert check.hint == hint
    named = ("sign", "curve_sign") if hint else (None, None)
    assert (check.observation, check.misconception) == named
    assert (check.outcome, check.score, check.max_score) == ("failed", 0, 2)


def test_students_read_no_lines_with_more_of_a_hidden_check_than_draws() -> None:
    """Values and code of the suite that are written out are for instructors."""
    for check_id, allowed in ((HIDDEN, False), (VISIBLE, True)):
        outcomes = change_outcome(check_id, feedback={"repeat": "f(7)", "written_out": True})
        assert check_of(report_of(outcomes=outcomes, audience="instructor"), check_id).feedback
        shown = check_of(report_of(outcomes=outcomes), check_id).feedback
        assert (shown.repeat == "f(7)", shown.written_out) == (allowed, allowed)


def test_a_students_report_has_no_seed_to_repeat_with() -> None:
    """Its id alone says whether two reports used the same inputs."""
    assert report_of().seed.repeat_with is None
    assert report_of().seed.id == "public"


def test_an_instructors_report_is_made_one_for_students() -> None:
    """What the course allows is not in it, so all that hidden checks found is left out."""
    outcomes = change_outcome(HIDDEN, feedback=FIELDS, series=(SERIES,))
    whole = report_of(outcomes=outcomes, audience="instructor")
    shown = for_students(whole)
    assert (shown.audience, shown.seed.repeat_with) == ("student", None)
    check = check_of(shown, HIDDEN)
    assert (check.feedback, check.hint, check.series) == (Feedback(), "", ())
    assert (check.observation, check.misconception) == (None, None)
    assert check_of(shown, VISIBLE) == check_of(whole, VISIBLE)
    assert (shown.score, shown.percent) == (whole.score, whole.percent)


def test_a_students_report_stays_as_it_is() -> None:
    """It holds what the course allows."""
    assert for_students(report_of()) == report_of()


SERIES = Series(
    "curve",
    "f(z)",
    "z",
    "f(z)",
    (Trace("yours", "", (0.0,), (1.0,)), Trace("right", "", (0.0,), (2.0,))),
)


def test_only_series_that_a_page_draws_are_kept() -> None:
    """Of the checks of one problem, one has a picture; those that passed have theirs."""
    checks = [f"alpha/slope/{name}" for name in ("values", "purity")]
    for outcome, kept in (("failed", [True, False]), ("passed", [True, True])):
        outcomes = tuple(
            replace(o, outcome=outcome, observation="sign", series=(SERIES,))
            if o.check_id in checks
            else o
            for o in OUTCOMES
        )
        report = report_of(outcomes=outcomes, audience="instructor")
        assert [bool(check_of(report, name).series) for name in checks] == kept


@pytest.mark.parametrize(
    "audience, roles", [("student", ["yours"]), ("instructor", ["yours", "right"])]
)
def test_series_of_hidden_checks_show_students_their_own_part(
    audience: Any, roles: list[str]
) -> None:
    """A series of which nothing of the student's is left is not shown at all."""
    right = Series("curve", "f(z)", "z", "f(z)", SERIES.traces[1:])
    outcomes = change_outcome(HIDDEN, series=(SERIES, right))
    series = check_of(report_of(outcomes=outcomes, audience=audience), HIDDEN).series
    assert [trace.role for trace in series[0].traces] == roles
    assert len(series) == (1 if audience == "student" else 2)


def test_map_checks_reaches_every_check() -> None:
    """And nothing but the checks is changed."""
    changed = map_checks(report_of(), lambda c: replace(c, title="new"))
    assert {check.title for check in changed.checks()} == {"new"}
    assert [c.id for c in changed.checks()] == [o.check_id for o in OUTCOMES]
    assert (changed.score, changed.status) == (report_of().score, "partly")


# What is refused


def test_fields_that_no_report_has_are_left_out(tmp_path: Path) -> None:
    """What is not in the definition is not passed on."""
    path = write(tmp_path, {**as_json(report_of()), "surplus": "<script>"})
    assert read_report(path) == report_of()


def refused(path: Path) -> str:
    with pytest.raises(ReportError) as caught:
        read_report(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "content, says",
    [
        ("", "not valid JSON"),
        ("NaN", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "is not a report"),
        ("{}", "missing required field"),
        ("7", "is not a report"),
        ({"error": {"kind": "SubmissionError", "message": "there is\nno work"}}, "no work"),
        ({"error": "odd"}, "is not a report"),
        ({"schema_version": 2}, "version 2"),
        ({"schema_version": None}, "version None"),
        ({"schema_version": {"a": [1]}}, "version {"),
    ],
)
def test_what_is_not_a_report_is_refused_in_one_line(
    content: Any, says: str, tmp_path: Path
) -> None:
    """The line names the file and what it is instead."""
    assert says in refused(write(tmp_path, content))


def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    """No file, a folder and a file that is far too large."""
    assert "No such file" in refused(tmp_path / "absent.json")
    assert "directory" in refused(tmp_path)
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(MAX_REPORT + 1)
    assert "larger than" in refused(large)


def test_there_may_be_no_report_to_compare_with(tmp_path: Path) -> None:
    """One that is absent or damaged is none; one that is whole is recalled."""
    assert recall_report(tmp_path / "absent.json") is None
    assert recall_report(write(tmp_path, "{")) is None
    assert recall_report(write(tmp_path, to_json(report_of()))) == report_of()


def damage(change: Callable[[Any], object]) -> Any:
    report = as_json(report_of())
    change(report)
    return report


def check(report: Any) -> Any:
    return report["exercises"][0]["functions"][0]["checks"][0]


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(score="10"),
        lambda r: r.update(score=-1),
        lambda r: r.update(score=True),
        lambda r: r.update(percent=101),
        lambda r: r.update(started_at="yesterday"),
        lambda r: r.update(audience="everyone"),
        lambda r: r.update(status="done"),
        lambda r: r["submission"].update(sha256="x"),
        lambda r: r["isolation"].update(level="none"),
        lambda r: r.pop("seed"),
        lambda r: check(r).update(outcome="excellent"),
        lambda r: check(r).update(visibility="secret"),
        lambda r: check(r).update(feedback=None),
        lambda r: check(r).update(feedback={"wrong": 1}),
        lambda r: check(r).update(feedback={"places": [{"cell": "a", "line": 1}]}),
        lambda r: r["exercises"][0].update(functions={}),
    ],
)
def test_wrong_fields_are_refused(change: Callable[[Any], object], tmp_path: Path) -> None:
    """A report whose fields are of other types or out of range is not a report."""
    assert "is not a report" in refused(write(tmp_path, damage(change)))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_only_finite_numbers_are_read(number: str, tmp_path: Path) -> None:
    """Python's json would take them."""
    text = to_json(report_of()).decode().replace('"percent": 20.0', f'"percent": {number}')
    assert number in text
    refused(write(tmp_path, text))


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda r: r.update(score=r["max_score"] + 1), "more points"),
        (lambda r: check(r).update(score=9), "more points"),
        (lambda r: r.update(score=9, percent=90), "add up"),
        (lambda r: r.update(max_score=11), "add up"),
        (lambda r: check(r).update(score=0), "add up"),
        (lambda r: r.update(percent=100), "percentage"),
        (lambda r: check(r).update(id="alpha/slope/purity"), "twice"),
        (lambda r: check(r).update(id="../../etc/passwd"), "not exercise/function/check"),
        (lambda r: check(r).update(id="alpha/slope/values\n"), "not exercise/function/check"),
        (lambda r: r["exercises"][0].update(name="beta"), "twice"),
    ],
)
def test_points_that_do_not_fit_are_refused(
    change: Callable[[Any], object], says: str, tmp_path: Path
) -> None:
    """A report that was changed by hand is not passed on."""
    assert says in refused(write(tmp_path, damage(change)))


SLIP = ResultCredit("dW", "slip", "factor_1/N")


@pytest.mark.parametrize("allowed", ["none", "outcome", "hint"])
def test_a_repair_is_read_with_the_hints(allowed: HiddenFeedback) -> None:
    """Of a hidden check, where the course allows hints; the points are there in any case."""
    results = (SLIP, ResultCredit("db", "wrong"))
    check = found(HIDDEN, allowed, results=results)
    shown = (check.repair, check.results)
    assert shown == (("factor_1/N", results) if allowed == "hint" else ("", ()))
    assert check.score == 0.5
    assert found(VISIBLE, "none", outcome="failed", results=results).repair == "factor_1/N"
    whole = build_report(scores_of(outcomes=change_outcome(HIDDEN, results=results)))
    assert check_of(whole, HIDDEN).repair == "factor_1/N"
    assert check_of(for_students(whole), HIDDEN).results == ()


def test_a_report_whose_problems_name_other_checks_is_refused(tmp_path: Path) -> None:
    """Written by hand, or by another program: one line says so, on every surface."""
    whole = report_of()
    (problem, *rest), path = whole.exercises[0].functions[1].problems, tmp_path / "report.json"
    for broken in (
        replace(problem, shown="alpha/curve/other"),
        replace(problem, checks=("alpha/slope/values",)),
        replace(problem, id="elsewhere"),
    ):
        first = whole.exercises[0]
        changed = replace(first.functions[1], problems=(broken, *rest))
        exercise = replace(first, functions=(first.functions[0], changed))
        step = Next("alpha/curve", problem.id)
        report = replace(whole, exercises=(exercise, *whole.exercises[1:]), next=step)
        path.write_bytes(to_json(report))
        with pytest.raises(ReportError, match="problems are not those of its checks"):
            read_report(path)
