"""Exports: what each system receives, and that no student's text does harm there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support import receivers
from support.golden import Goldens
from support.reports import (
    NOT_TEXT,
    change_check,
    change_exercises,
    change_outcome,
    report_of,
    solved,
)

from grader.cli.export import export
from grader.errors import ExportError, GraderError
from grader.records import Adjustment, Feedback
from grader.report import Report, map_checks, read_report, to_json, with_problems
from grader.sanitize import clean_line
from grader.writers.escape import for_cell, for_command, for_command_property, for_markdown
from grader.writers.exports import csv_rows, junit
from grader.writers.exports.classroom50 import apportion, write_classroom50
from grader.writers.exports.github import (
    MAX_ANNOTATIONS,
    write_annotations,
    write_outputs,
    write_summary,
)
from grader.writers.exports.grades import grade_of
from grader.writers.exports.gradescope import write_gradescope
from grader.writers.exports.prairielearn import write_prairielearn

IDENTITY = {
    "CLASSROOM": "cs-principles",
    "ASSIGNMENT": "backprop",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-03-02T10-11-12Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/o/r/commit/1",
    "RELEASE_URL": "https://github.com/o/r/releases/tag/1",
    "GITHUB_ACTOR": "ada",
    "GITHUB_ACTOR_ID": "42",
}


def write_csv(reports: list[Report]) -> bytes:
    return csv_rows.write_csv(list(map(grade_of, reports)))


def write_junit(reports: list[Report]) -> bytes:
    return b"".join(junit.write_junit(map(junit.make_suite, reports)))


def classroom50(report: Report) -> bytes:
    return write_classroom50(report, IDENTITY)


def github(report: Report) -> bytes:
    outputs = write_outputs(report, "random")
    return write_summary(report) + (write_annotations(report) + outputs).encode()


# Every format, as it is written for one report.
WRITERS: dict[str, Callable[[Report], bytes]] = {
    "gradescope.json": write_gradescope,
    "prairielearn.json": write_prairielearn,
    "classroom50.json": classroom50,
    "junit.xml": lambda report: write_junit([report, solved("bob")]),
    "scores.csv": lambda report: write_csv([report, solved("bob")]),
    "github.md": github,
}


@pytest.mark.parametrize("name", WRITERS)
def test_each_format_is_what_it_was(name: str, golden: Goldens) -> None:
    """A small report gives the very bytes of the golden file."""
    golden.check(name, WRITERS[name](report_of()))


# Gradescope ----------------------------------------------------------------------------------


def test_gradescope_gets_every_check_with_its_points() -> None:
    """Scores, names and numbers arrive, and the total is the report's."""
    report = report_of()
    results = receivers.gradescope(write_gradescope(report))
    tests = [test for test in results["tests"] if "score" in test]
    assert sum(test["score"] for test in tests) == results["score"] == report.score
    assert sum(test["max_score"] for test in tests) == report.max_score
    assert [test["number"] for test in tests][:3] == ["1.1.1", "1.1.2", "1.2.1"]
    assert results["output"].startswith("gamma: SyntaxError")
    assert results["execution_time"] == 12.345


def test_gradescope_shows_hidden_checks_once_grades_are_published() -> None:
    """Until then a row without a score says that there are some, and no total is said."""
    results = receivers.gradescope(write_gradescope(report_of()))
    seen = {test["name"]: test["visibility"] for test in results["tests"]}
    assert seen["alpha/slope/values: Right values"] == "visible"
    assert seen["alpha/slope/purity: Inputs are left"] == "after_published"
    assert "/" not in results["output"].replace("line 3", "")


# What students look at -----------------------------------------------------------------------

FOR_STUDENTS = ["gradescope.json", "prairielearn.json", "classroom50.json", "github.md"]


@pytest.mark.parametrize("name", FOR_STUDENTS)
def test_values_of_hidden_checks_never_reach_students(name: str) -> None:
    """An instructor's report loses the words of its hidden checks on the way."""
    report = report_of(audience="instructor")
    assert b"271828" in to_json(report)
    content = WRITERS[name](report).decode()
    assert "271828" not in content
    assert "Which way does it bend?" not in content


@pytest.mark.parametrize("name", ["gradescope.json", "prairielearn.json", "github.md"])
def test_a_students_report_keeps_its_words(name: str) -> None:
    """Hints that the course allows arrive, beside the values of visible checks."""
    feedback = {"wrong": "too small", "values": "at [0]: got 1", "expected": "2"}
    report = report_of(outcomes=change_outcome("beta/chain/values", feedback=feedback))
    content = WRITERS[name](report).decode()
    assert "Which way does it bend?" in content
    assert "expected 2" in content


# PrairieLearn --------------------------------------------------------------------------------


def test_prairielearn_gets_a_fraction_and_points() -> None:
    """The score is between 0 and 1, and each check has its points."""
    results = receivers.prairielearn(write_prairielearn(report_of()))
    assert results["score"] == 0.2
    assert sum(test["points"] for test in results["tests"]) == 2
    assert receivers.prairielearn(write_prairielearn(solved()))["score"] == 1


def test_prairielearn_spends_no_attempt_on_what_cannot_be_loaded() -> None:
    """Where every module fails to load the submission counts as invalid."""
    report = change_exercises(
        report_of(outcomes=()), status="unloadable", message="SyntaxError in line 1"
    )
    results = receivers.prairielearn(write_prairielearn(report))
    assert results["gradable"] is False
    assert "SyntaxError" in results["format_errors"][0]


def many_checks(count: int, wrong: str) -> Report:
    report = report_of()
    alpha, *others = report.exercises
    slope, *rest = alpha.functions
    one = replace(slope.checks[0], outcome="failed", feedback=Feedback(wrong=wrong))
    checks = tuple(replace(one, id=f"alpha/slope/c{i}") for i in range(count))
    functions = (replace(slope, checks=checks), *rest)
    return replace(report, exercises=(replace(alpha, functions=functions), *others))


@pytest.mark.slow
def test_prairielearn_never_gets_more_than_it_takes() -> None:
    """Words are shortened to stay under 1 MiB; no check and no score is left out."""
    report = many_checks(2_000, "ü" * 4_000)
    results = receivers.prairielearn(write_prairielearn(report))
    assert len([t for t in results["tests"] if t["name"].startswith("alpha/slope")]) == 2_000
    assert results["tests"][0]["points"] == 1.2
    assert results["tests"][0]["message"].startswith("Wrong")


# Classroom 50 --------------------------------------------------------------------------------


def test_classroom50_gets_hundredths_where_points_are_no_whole_numbers() -> None:
    """Nothing is rounded then, and what is whole stays whole."""
    whole = receivers.classroom50(classroom50(report_of()))
    assert (whole["score"], whole["max-score"]) == (2, 10)
    report = report_of()
    alpha, *others = report.exercises
    slope, curve = alpha.functions
    curve = replace(curve, max_score=curve.max_score + 0.25)
    alpha = replace(alpha, max_score=alpha.max_score + 0.25, functions=(slope, curve))
    report = replace(report, max_score=report.max_score + 0.25, exercises=(alpha, *others))
    exact = receivers.classroom50(classroom50(report))
    assert (exact["score"], exact["max-score"]) == (200, 1025)


@settings(deadline=None)
@given(st.lists(st.integers(0, 2_800), max_size=40))
def test_rounding_keeps_the_sum(hundredths: list[int]) -> None:
    """Whole scores add up to the total rounded down, none is a point off, and 0 stays 0."""
    whole = apportion(hundredths)
    assert sum(whole) == sum(hundredths) // 100
    for part, exact in zip(whole, hundredths, strict=True):
        assert abs(100 * part - exact) < 100
        assert part or exact < 100
        assert exact or not part


def test_classroom50_takes_its_identity_from_what_the_runner_sets() -> None:
    """The instant is that of the tag, the same at every grading; the review link may be absent."""
    result = receivers.classroom50(classroom50(report_of()))
    assert result["datetime"] == "2026-03-02T10:11:12Z"
    assert result["review"] == result["commit"]
    assert result["submitted_by"] == {"username": "ada", "id": 42}
    other = {**IDENTITY, "OWNER": "", "USERNAME": "bob", "GITHUB_ACTOR": ""}
    result = receivers.classroom50(write_classroom50(report_of(), other))
    assert result["owner"] == "bob"
    assert "submitted_by" not in result


# JUnit ---------------------------------------------------------------------------------------


def test_junit_has_a_suite_for_each_report_and_a_case_for_each_check() -> None:
    """What did not pass is a failure or an error, so nothing unfinished is green."""
    root = receivers.junit(write_junit([report_of(), solved("bob")]))
    ada, bob = root
    assert [ada.get(n) for n in ("tests", "failures", "errors", "skipped")] == ["7", "1", "3", "1"]
    assert [bob.get(n) for n in ("tests", "failures", "errors", "skipped")] == ["7", "0", "0", "0"]
    points = {p.get("name"): p.get("value") for p in ada.iter("property")}
    assert (points["score"], points["max_score"], points["score.alpha"]) == ("2", "10", "2")
    kinds = [e.get("type") for e in ada.iter() if e.tag in ("failure", "error")]
    assert kinds == ["failed", "error", "timeout", "not_run"]


def test_advice_without_points_leaves_junit_green() -> None:
    """A submission with full marks has no failure, whatever it is advised."""
    report = change_check(solved(), "alpha/curve/advice", outcome="failed")
    (suite,) = receivers.junit(write_junit([report]))
    assert [suite.get(n) for n in ("failures", "errors", "skipped")] == ["0", "0", "1"]


# GitHub --------------------------------------------------------------------------------------


def test_github_gets_a_notice_errors_and_outputs() -> None:
    """One notice has the score, each problem is an error, and the outputs are numbers."""
    commands = receivers.runner_commands(write_annotations(report_of()))
    assert commands[0] == ("notice", {"title": "Score of ada"}, "2 / 10 points, 20 %")
    assert [properties["title"] for name, properties, _ in commands[1:]] == [
        "beta/chain",
        "alpha/curve",
        "beta/chain",
        "gamma/loop/values",
    ]
    outputs = receivers.runner_outputs(write_outputs(report_of(), "delimiter"))
    assert outputs == {"score": "2", "max_score": "10", "percent": "20"}


def test_github_gets_at_most_ten_annotations_of_a_kind() -> None:
    """The tenth says how many more there are."""
    commands = receivers.runner_commands(write_annotations(many_checks(50, "no")))
    errors = [message for name, _, message in commands if name == "error"]
    assert len(errors) == MAX_ANNOTATIONS
    assert errors[-1].startswith("45 more")


@pytest.mark.parametrize("room", [0, 100, 2_000, 20_000, 1024 * 1024])
def test_the_summary_never_outgrows_its_room(room: int) -> None:
    """What does not fit is left out by whole blocks, and that is said."""
    summary = write_summary(many_checks(500, "ü<" * 2_000), room)
    assert len(summary) <= room
    page = receivers.markdown(summary.decode())
    assert not summary or "There are more problems" in page.prose


@settings(deadline=None)
@given(st.integers(0, 1_600))
def test_a_summary_fits_to_the_byte(room: int) -> None:
    """Whatever room there is, what is written is whole and says if something is missing."""
    whole = write_summary(report_of())
    summary = write_summary(report_of(), room)
    assert len(summary) <= room
    assert summary in (b"", whole) or summary.endswith(b"no room for them here.\n\n")
    assert (summary == whole) == (room >= len(whole))
    receivers.markdown(summary.decode())


def test_the_summary_shows_points_and_what_is_wrong() -> None:
    """A table of functions, and a block for each check that lost points."""
    page = receivers.markdown(write_summary(report_of()).decode())
    assert {"h2", "table", "details", "pre"} <= page.tags
    assert "2 / 10 points, 20 %" in page.prose
    assert "Wrong   the sign is turned" in page.code


# No text does harm ----------------------------------------------------------------------

NASTY = {
    "formula": '=HYPERLINK("http://evil.example";"x")',
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(1)",
    "blank before a formula": "  =1+1",
    "tab before a formula": "\t=1+1",
    "carriage return before a formula": "\r=1+1",
    "quote before a formula": '"=1+1',
    "other delimiters": "a;=1+1,=1+1\t=1+1",
    "wide formula": "\uff1d1+1",
    "quotes": '"\'""',
    "null": "a\0b",
    "terminal": "\x1b[31mred\x1b]0;title\x07",
    "turned": "a\u202eb\u2066c\u200b",
    "separators": "a\u2028b\u0085c\x0bd",
    "no character": "\ufffe\uffff\ue000",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "ends": "</pre></code></summary></details></table>-->]]><b>",
    "entity": "&lt;b&gt;&#60;i&#62;&bogus;",
    "fence": "```\n# Head\n```\n~~~",
    "table": "a | b || c \\| d",
    "link": "[x](javascript:alert(1)) ![x](http://evil.example) <http://evil.example>",
    "mention": "@octocat #1 octocat/repo#2 https://evil.example www.evil.example",
    "blocks": "# head\n- list\n1. list\n> quote\n***\n    code\nx\n===",
    "command": "::error::forged",
    "command in a later line": "x\n::set-output name=score::100\r\n::add-mask::1",
    "command after blanks": "  ::stop-commands::x",
    "old command": "##[error]forged",
    "escaped command": "100%0A::error::forged%0D%25",
    "property": "a,file=b::c:d",
    "output": "x\nrandom\nscore=100\nscore<<y",
    "long": "=x<`|::\n" * 8_000,
}


def poisoned(text: str) -> Report:
    """Return a report that has a text wherever a report has words."""
    report = report_of()
    fields = {name: text for name in Feedback.__struct_fields__ if name not in NOT_TEXT}
    feedback = Feedback(**fields)  # type: ignore[arg-type]
    words: dict[str, Any] = {"title": text, "hint": text, "feedback": feedback}
    report = map_checks(report, lambda c: replace(c, **words, observation=text, misconception=text))
    exercises = tuple(
        replace(
            exercise,
            name=f"{text}{number}",
            title=text,
            message=text,
            notes=(text, text),
            functions=tuple(replace(f, name=text) for f in exercise.functions),
        )
        for number, exercise in enumerate(report.exercises)
    )
    (file,) = report.submission.files
    poisonous = replace(
        report,
        exercises=exercises,
        submission=replace(report.submission, id=text, files=(replace(file, name=text),)),
        course=replace(report.course, name=text, version=text),
        seed=replace(report.seed, id=text),
        environment=replace(
            report.environment, **dict.fromkeys(report.environment.__struct_fields__, text)
        ),
    )
    return with_problems(poisonous)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def assert_printable(text: str) -> None:
    odd = {unicodedata.category(c) for c in text if c != "\n"} & {"Cc", "Cf", "Cs", "Co", "Zl"}
    assert not odd


nasty = pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)


@nasty
def test_nasty_words_can_be_in_a_report(text: str, tmp_path: Path) -> None:
    """The reports of the tests below are ones that are read."""
    path = tmp_path / "report.json"
    path.write_bytes(to_json(poisoned(text)))
    assert read_report(path) == poisoned(text)


@nasty
def test_nasty_words_are_plain_text_in_json(text: str) -> None:
    """Valid for each receiver, and every string printable."""
    read = (
        receivers.gradescope(write_gradescope(poisoned(text))),
        receivers.prairielearn(write_prairielearn(poisoned(text))),
        receivers.classroom50(classroom50(poisoned(text))),
    )
    for string in strings(list(read)):
        assert_printable(string)


@nasty
def test_nasty_words_are_plain_text_in_junit(text: str) -> None:
    """Well-formed, of the known elements only, and printable."""
    root = receivers.junit(write_junit([poisoned(text)]))
    for element in root.iter():
        for string in (element.text or "", *element.attrib.values()):
            assert_printable(string)


def test_without_space_for_temporary_files_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The suites of a large class wait in a temporary file."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    with pytest.raises(GraderError, match=r"cannot be written: .*; free space"):
        write_junit([report_of()])


@nasty
def test_nasty_words_are_no_formula(text: str) -> None:
    """No cell is computed, whatever a spreadsheet takes for the delimiter."""
    content = write_csv([poisoned(text)])
    assert list(receivers.formulas(content)) == []
    header, row = receivers.cells(content)
    assert len(header) == len(row) == 21
    for cell in row:
        assert_printable(cell)
        assert "\n" not in cell


@nasty
def test_nasty_words_command_no_runner(text: str) -> None:
    """Only our own commands are obeyed, and outputs are what we say."""
    commands = receivers.runner_commands(write_annotations(poisoned(text)))
    assert [name for name, _, _ in commands] == ["notice", *["error"] * 3]
    assert all(set(properties) == {"title"} for _, properties, _ in commands)
    assert receivers.runner_commands(write_summary(poisoned(text)).decode()) == []
    outputs = receivers.runner_outputs(write_outputs(poisoned(text), "secret"))
    assert outputs == {"score": "2", "max_score": "10", "percent": "20"}


@nasty
def test_nasty_words_are_code_in_a_summary(text: str) -> None:
    """They make no element, no link and no mention, and end none of ours."""
    page = receivers.markdown(write_summary(poisoned(text)).decode())
    table = {"table", "thead", "tbody", "tr", "th", "td"}
    assert page.tags <= table | {"h2", "p", "strong", "code", "pre", "details", "summary"}
    assert page.attributes <= {"style"}
    ours = r"(costs|points|exercise|function)"
    assert re.fullmatch(r"[\s\d./%:,]*", re.sub(ours, "", page.prose))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_words_are_shown_as_they_are_in_markdown(text: str) -> None:
    """Rendered, the text is there again, character by character."""
    page = receivers.markdown(f"x {for_markdown(text)} x")
    assert page.code == clean_line(text)
    assert page.tags == {"p", "code"}


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("=+-@'\"a1 ;,\t\r\n\uff1d|")), st.integers(2, 50))
def test_any_words_make_no_formula(text: str, limit: int) -> None:
    """Whatever stands before and whichever delimiter is taken."""
    content = write_csv([poisoned(text)])
    assert list(receivers.formulas(content)) == []
    assert for_cell(text, limit).count("\n") == 0


@settings(deadline=None)
@given(st.text())
def test_any_words_stay_inside_of_their_command(text: str) -> None:
    """A runner reads one command with one title, and the text as its message."""
    line = f"::error title={for_command_property(text)}::{for_command(text)}\n"
    ((name, properties, _),) = receivers.runner_commands(line)
    assert (name, set(properties)) == ("error", {"title"})


# The command ---------------------------------------------------------------------------------

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs ``grade export``: status, output, errors."""
    for name in (*IDENTITY, "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> tuple[int, bytes, str]:
        with pytest.raises(SystemExit) as ended:
            export.main([str(argument) for argument in arguments], prog_name="grade export")
        output, errors = capsysbinary.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), output, errors.decode()

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two reports."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for report in (report_of("ada"), solved("bob")):
        name = f"{report.submission.id}.json"
        (reports / name).write_bytes(to_json(report))
    return reports


@pytest.mark.parametrize(
    "target, name",
    [("gradescope", "gradescope.json"), ("prairielearn", "prairielearn.json")],
)
def test_one_report_is_written(
    run: Run, folder: Path, target: str, name: str, golden: Goldens
) -> None:
    """To a file, or with - to standard output, the same."""
    out = folder / "out.txt"
    status, output, errors = run(folder / "ada.json", "--to", target, "-o", out)
    assert (status, output) == (0, b"")
    assert errors == f"written  {out}\n"
    golden.check(name, out.read_bytes())
    assert run(folder / "ada.json", "--to", target, "-o", "-") == (0, out.read_bytes(), "")


@pytest.mark.parametrize("target, name", [("csv", "scores.csv"), ("junit", "junit.xml")])
def test_a_folder_of_reports_is_written(
    run: Run, folder: Path, target: str, name: str, golden: Goldens
) -> None:
    """Every .json of it, by name."""
    status, output, errors = run(folder, "--to", target, "-o", "-")
    assert (status, errors) == (0, "")
    golden.check(name, output)


@pytest.mark.parametrize("target", ["gradescope", "prairielearn", "classroom50", "github"])
def test_what_holds_one_report_refuses_several(run: Run, folder: Path, target: str) -> None:
    """One line says so, and nothing is written."""
    out = folder / "out.txt"
    status, _, errors = run(folder, "--to", target, "-o", out)
    assert status == 3
    assert errors == f"grade: {target} takes one report, and these are 2; give one\n"
    assert not out.exists()


def test_classroom50_reads_environment_and_options(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, golden: Goldens
) -> None:
    """An option comes before the environment; what is missing is named."""
    ask = (folder / "ada.json", "--to", "classroom50", "-o", "-")
    status, _, errors = run(*ask)
    assert status == 3
    assert "CLASSROOM, ASSIGNMENT" in errors
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    status, output, errors = run(*ask)
    assert (status, errors) == (0, "")
    golden.check("classroom50.json", output)
    result = receivers.classroom50(run(*ask, "--set", "OWNER=grace")[1])
    assert result["owner"] == "grace"
    assert run(*ask, "--set", "OWNER")[0] == 2
    assert run(*ask, "--set", "PATH=x")[0] == 2
    for wrong in ("ASSIGNMENT_TYPE=solo", "SUBMISSION_TAG=main", "DATETIME=today"):
        assert run(*ask, "--set", wrong)[0] == 3


def test_github_appends_to_what_the_step_has_written(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Summary and outputs go to the runner's files, annotations to standard output."""
    summary, outputs = folder / "summary.md", folder / "outputs"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    status, output, _ = run(folder / "ada.json", "--to", "github")
    assert status == 0
    assert summary.read_text().startswith("before\n## ")
    assert output.decode() == write_annotations(report_of())
    first = outputs.read_text()
    assert receivers.runner_outputs(first)["score"] == "2"
    run(folder / "ada.json", "--to", "github")
    second = outputs.read_text().removeprefix(first)
    assert second.splitlines()[0] != first.splitlines()[0], "the delimiter is random"


def test_github_leaves_a_full_summary_alone(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than 1 MiB and GitHub would refuse all of it."""
    summary = folder / "summary.md"
    summary.write_bytes(b"x" * (1024 * 1024 - 50))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run(folder / "ada.json", "--to", "github")[0] == 0
    assert summary.stat().st_size <= 1024 * 1024


def test_github_outside_of_actions_needs_a_file(run: Run, folder: Path) -> None:
    """With -o the summary goes there."""
    status, _, errors = run(folder / "ada.json", "--to", "github")
    assert status == 3
    assert "give -o" in errors
    status, output, _ = run(folder / "ada.json", "--to", "github", "-o", "-")
    assert (status, output) == (0, write_summary(report_of()))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--to", "csv"),
        ("--to", "xls", "-o", "-"),
        ("--to", "canvas", "-o", "-"),
        ("--to", "junit", "-o", "-", "--roster", "x.csv"),
        ("--to", "csv", "-o", "-", "--out-of", "10"),
        ("--to", "moodle", "-o", "-", "--roster", "x.csv", "--out-of", "0"),
        ("--to", "canvas", "-o", "-", "--roster", "x.csv", "--comments"),
        ("--to", "junit", "-o", "-", "--partial"),
        ("--to", "moodle-feedback"),
        ("--to", "csv", "-o", "-", "--column", "x"),
        ("--to", "csv", "-o", "-", "--set", "OWNER=x"),
        ("--to", "canvas", "-o", "x.csv", "--roster", "./x.csv"),
    ],
)
def test_wrong_usage_is_refused(run: Run, folder: Path, arguments: tuple[str, ...]) -> None:
    """Missing, useless and dangerous options end with status 2."""
    assert run(folder, *arguments)[0] == 2


def test_what_is_not_a_report_is_refused(run: Run, folder: Path) -> None:
    """No file, no report in a folder, an error in place of a report, one submission twice."""
    ask = ("--to", "csv", "-o", "-")
    assert run(folder / "absent.json", *ask)[0] == 3
    (folder / "empty").mkdir()
    assert "no report" in run(folder / "empty", *ask)[2]
    twice = run(folder, folder / "ada.json", *ask)
    assert twice[0] == 3
    assert "both reports of ada" in twice[2]
    (folder / "error.json").write_text(json.dumps({"error": {"message": "no such path"}}))
    status, output, errors = run(folder, *ask)
    assert (status, output) == (3, b"")
    assert errors.count("\n") == 1
    assert "no such path" in errors


def test_the_help_names_every_format_and_has_an_example(run: Run) -> None:
    """--help is enough to start."""
    text = run("--help")[1].decode()
    (option,) = (p for p in export.params if p.name == "format")
    for target in option.type.choices:  # type: ignore[attr-defined]
        assert f"\n    {target} " in text
    assert "\n    grade export report.json --to gradescope -o results.json\n" in text


def documented() -> list[str]:
    pages = (Path(__file__).parents[2] / "docs" / "instructors").rglob("*.md")
    texts = [page.read_text(encoding="utf-8") for page in sorted(pages)]
    return re.findall(r"^(?:\s*run: |\s*)(grade export .*)$", "\n".join(texts), re.MULTILINE)


@pytest.mark.parametrize("line", documented())
def test_documented_commands_are_understood(line: str) -> None:
    """Every command of the pages for instructors has options that there are."""
    assert export.make_context("export", shlex.split(line)[2:]).params["format"]


def test_every_format_is_documented() -> None:
    """With an example of its own."""
    (option,) = (p for p in export.params if p.name == "format")
    contexts = [export.make_context("x", shlex.split(line)[2:]) for line in documented()]
    shown = {context.params["format"] for context in contexts}
    assert shown == set(option.type.choices)  # type: ignore[attr-defined]


def test_the_command_loads_nothing_heavy() -> None:
    """`grade export --help` is quick."""
    code = (
        "import sys, grader.cli.export; "
        "print([m for m in ('numpy', 'pytest', 'rich', 'msgspec', 'xml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Adjustments ---------------------------------------------------------------------------------


def adjusted(*points: float) -> Report:
    adjustments = tuple(Adjustment("alpha", one, "by hand") for one in points)
    return replace(report_of(), adjustments=adjustments)


@pytest.mark.parametrize("points, total", [(1.5, 3.5), (-5, 0), (20, 22)])
def test_adjustments_reach_the_systems_that_have_a_place_for_them(
    points: float, total: float
) -> None:
    """The total counts, and the student reads the reason; the checks keep their points."""
    report = adjusted(points)
    results = receivers.gradescope(write_gradescope(report))
    assert results["score"] == total
    assert "points in alpha: by hand" in results["output"]
    results = receivers.prairielearn(write_prairielearn(report))
    assert results["score"] == min(total / 10, 1)
    assert "points in alpha: by hand" in results["message"]
    outputs = receivers.runner_outputs(write_outputs(report, "random"))
    assert (outputs["score"], float(outputs["total"])) == ("2", total)
    assert b"by hand" in write_summary(report)
    (suite,) = receivers.junit(write_junit([report]))
    assert float(suite.find("properties/property[@name='total']").get("value")) == total  # type: ignore[union-attr,arg-type]


def test_adjustments_are_not_lost_in_silence() -> None:
    """Classroom 50 adds up the scores of tests, which cannot be negative."""
    with pytest.raises(ExportError, match="no place for adjustments"):
        classroom50(adjusted(1))
