"""`grade hint`: the second hint, for who is stuck after the first."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from support.here import grade_here
from support.running import assert_one_line

from grader.check_report import CheckReport
from grader.examiner.hints import HINTS, SECOND_HINTS, find_second_hint
from grader.records import Course, Feedback, OutcomeKind
from grader.testing.catalogue import Entry, load_catalogue, source_of

ROOT = Path(__file__).resolve().parents[2]
Hint = Callable[..., subprocess.CompletedProcess[str]]

WRONG = """

def sigmoid(z):
    return next(iter(()))


def tanh_prime(z):
    return 1 - np.asarray(z, dtype=float) ** 2


def relu(z):
    raise NotImplementedError
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a report on some wrong work."""
    work = tmp_path_factory.mktemp("work")
    solution = (ROOT / "solutions" / "activations.py").read_text(encoding="utf-8")
    solution = solution.replace("def relu_prime(", "def rellu_prime(")
    (work / "activations.py").write_text(solution + WRONG, encoding="utf-8")
    assert grade_here("submit", "--exercise", "activations", cwd=work).returncode == 1
    return work


@pytest.fixture(scope="module")
def hint(graded: Path) -> Hint:
    """Return a function that runs ``grade hint`` where that report lies."""
    return lambda *arguments: grade_here("hint", *arguments, cwd=graded)


@pytest.fixture(scope="module")
def entries(course: Course) -> list[Entry]:
    return [
        entry
        for exercise in course.exercises
        for entry in load_catalogue(course.suites, exercise.name, "misconceptions")
    ]


def test_without_a_check_all_problems_are_listed(hint: Hint) -> None:
    """The list has what failed, each problem once, and shows how to go on."""
    done = hint()
    assert done.returncode == 0
    assert "activations/tanh_prime: z is squared instead of tanh(z)  costs 1 point\n" in done.stdout
    assert done.stdout.count("activations/sigmoid: StopIteration") == 1
    assert done.stdout.count("activations/tanh_prime: ") == 1
    assert "gelu" not in done.stdout
    assert "activations/relu/" not in done.stdout
    assert "grade hint activations/" in done.stdout.splitlines()[-1]


def test_without_a_check_the_hints_of_the_only_problem_are_shown(tmp_path: Path) -> None:
    """A list of one would only ask for the same command with a longer name."""
    source = "import numpy as np\n\n\ndef relu(z):\n    return np.minimum(z, 0)\n"
    (tmp_path / "activations.py").write_text(source, encoding="utf-8")
    # Without the functions that the file lacks, which are problems as well.
    assert grade_here("submit", "--exercise", "activations", cwd=tmp_path).returncode == 1
    path = tmp_path / "report.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    for function in report["exercises"][0]["functions"]:
        if function["name"] != "relu":
            function["problems"] = []
    path.write_text(json.dumps(report), encoding="utf-8")
    for arguments in ((), ("activations",)):
        said = grade_here("hint", *arguments, cwd=tmp_path).stdout
        assert said.startswith("activations/relu: ")
        assert "    Second: " in said


@pytest.mark.parametrize(
    "name",
    [
        "activations/tanh_prime/values",
        "tanh_prime/values",
        "tanh_prime",
        "activations/tanh_prime",
    ],
)
def test_a_check_may_be_named_in_short(hint: Hint, entries: list[Entry], name: str) -> None:
    """Whole id, function/check, function: each finds the second hint of the misconception."""
    done = hint(name)
    assert done.returncode == 0
    (entry,) = [entry for entry in entries if entry.id == "A3-01"]
    said = " ".join(done.stdout.split())
    assert entry.hint in said
    # In a pipe a line is as long as it is.
    assert f"    Second: {entry.second_hint}\n" in done.stdout


def test_the_smallest_call_is_shown_with_the_hints(hint: Hint) -> None:
    """It is the one of the report."""
    said = " ".join(hint("tanh_prime").stdout.split())
    assert "Example: tanh_prime([[1]]) gives 0, expected 0.42 (right for 0)" in said


@pytest.mark.parametrize("folder", [".", "work"])
def test_a_file_that_was_saved_since_is_named(tmp_path: Path, folder: str) -> None:
    """One line says which file is newer than the report, and only where its content changed."""
    (tmp_path / folder).mkdir(exist_ok=True)
    module = tmp_path / folder / "activations.py"
    module.write_text(WRONG, encoding="utf-8")
    grade_here("submit", folder, "--exercise", "activations", cwd=tmp_path)
    assert grade_here("hint", cwd=tmp_path).stderr == ""
    later = (tmp_path / "report.json").stat().st_mtime + 5
    os.utime(module, (later, later))
    assert grade_here("hint", cwd=tmp_path).stderr == ""
    module.write_text(WRONG + "\n", encoding="utf-8")
    os.utime(module, (later, later))
    said = grade_here("hint", cwd=tmp_path).stderr
    assert_one_line(said)
    assert "activations.py has changed since report.json was written; run `grade submit`" in said


def test_an_exception_has_a_second_hint_too(hint: Hint) -> None:
    """Where nothing was diagnosed, the outcome decides."""
    assert SECOND_HINTS["error"] in " ".join(hint("sigmoid/values").stdout.split())


def test_advice_has_a_second_hint_too(tmp_path: Path) -> None:
    """What costs no points is explained no worse: it says what to do, and to which call."""
    naive = "import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z)))\n"
    (tmp_path / "activations.py").write_text(naive, encoding="utf-8")
    grade_here("submit", "--exercise", "activations", cwd=tmp_path)
    said = " ".join(grade_here("hint", "sigmoid", cwd=tmp_path).stdout.split())
    assert "First: exp overflows before you divide. Which sign of the exponent" in said
    assert "Second: Run the call under Repeat with np.seterr(all='raise') before it" in said


@pytest.mark.parametrize(("name", "observed"), [("A3-04", "values"), ("A1-07", "modified")])
def test_a_named_mistake_is_no_worse_off_than_an_unnamed_one(
    tmp_path: Path, entries: list[Entry], name: str, observed: str
) -> None:
    """Without a second hint of its own it gets that of what was observed."""
    (entry,) = [entry for entry in entries if entry.id == name]
    (tmp_path / "activations.py").write_text(source_of([entry]), encoding="utf-8")
    grade_here("submit", "--exercise", "activations", cwd=tmp_path)
    said = " ".join(grade_here("hint", entry.function, cwd=tmp_path).stdout.split())
    assert f"First: {entry.hint} Second: {SECOND_HINTS[observed]}" in said


def test_without_a_second_hint_the_words_fit_any_first_one(hint: Hint, graded: Path) -> None:
    """They speak of the call that the report shows; not every first hint holds one."""
    report = json.loads((graded / "report.json").read_text(encoding="utf-8"))
    text = json.dumps(report).replace('"misconception": "A3-01"', '"misconception": "other"')
    (graded / "other.json").write_text(text, encoding="utf-8")
    said = " ".join(hint("tanh_prime", "--report", "other.json").stdout.split())
    assert "Second: This problem has no second hint. Make the call that the report shows" in said


def test_what_costs_points_is_listed_before_advice(tmp_path: Path) -> None:
    """Advice is marked as such, and the first hint that is offered is for lost points."""
    (tmp_path / "activations.py").write_text(
        "import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z)))\n"
        "\n\ndef tanh_prime(z):\n    return 1 - np.asarray(z) ** 2\n",
        encoding="utf-8",
    )
    grade_here("submit", cwd=tmp_path)
    listed = grade_here("hint", cwd=tmp_path).stdout
    first, second = listed.splitlines()[:2]
    assert first.startswith("activations/tanh_prime: ")
    assert second.startswith("activations/sigmoid: ")
    assert "advice, no points" in " ".join(listed.split())
    assert "hint activations/tanh_prime/" in listed.splitlines()[-1]


def test_the_name_of_an_exercise_lists_what_failed_in_it(hint: Hint) -> None:
    """A name slightly wrong is still suggested."""
    assert hint("activations").stdout == hint().stdout
    assert "did you mean activations?" in hint("activation").stderr


def test_where_all_is_still_to_be_written_the_first_step_is_named(tmp_path: Path) -> None:
    """Stubs alone fail in nothing, and solutions neither: the two are told apart."""
    for folder, told in (
        ("exercises", "No check failed. Next: write sigmoid in activations.py, line "),
        ("solutions", "No check failed. Nothing is left to do."),
    ):
        source = (ROOT / folder / "activations.py").read_text(encoding="utf-8")
        (tmp_path / "activations.py").write_text(source, encoding="utf-8")
        grade_here("submit", "--exercise", "activations", cwd=tmp_path)
        assert told in " ".join(grade_here("hint", cwd=tmp_path).stdout.split())


@pytest.mark.slow
def test_a_module_that_cannot_be_imported_is_what_there_is_to_say(tmp_path: Path) -> None:
    """With its message, with a check or without, beside checks of others that failed."""
    (tmp_path / "activations.py").write_text("def sigmoid(z)\n", encoding="utf-8")
    grade_here("submit", cwd=tmp_path)
    done = grade_here("hint", cwd=tmp_path)
    assert done.returncode == 0
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    told = (
        "    activations.py cannot be imported: SyntaxError: expected ':'; "
        f"the grader runs {python}"
    )
    place = "    line 1: def sigmoid(z)"
    assert [line.rstrip() for line in done.stdout.splitlines()[:3]] == [
        "activations was not graded.",
        told,
        place,
    ]
    assert "No check failed" not in done.stdout
    one = grade_here("hint", "sigmoid", cwd=tmp_path).stdout
    assert [line.rstrip() for line in one.splitlines()] == [
        "activations/sigmoid was not run.",
        told,
        place,
    ]
    (tmp_path / "forward.py").write_text("def affine_forward(A_prev, W, b):\n    return 1\n")
    grade_here("submit", cwd=tmp_path)
    both = grade_here("hint", cwd=tmp_path).stdout
    assert told in both
    assert "\nforward/affine_forward: " in both


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_source_that_is_not_utf_8_is_to_be_saved_as_such(tmp_path: Path, encoding: str) -> None:
    """Who wrote no null bytes is told what to do instead."""
    source = (ROOT / "exercises" / "activations.py").read_text(encoding="utf-8")
    (tmp_path / "activations.py").write_text(source, encoding=encoding)
    grade_here("submit", "--exercise", "activations", cwd=tmp_path)
    said = " ".join(grade_here("hint", cwd=tmp_path).stdout.split())
    assert "activations.py cannot be imported: it holds NUL bytes" in said
    assert "save it as UTF-8" in said
    assert "null bytes" not in said


def test_a_function_of_another_name_is_said_to_be_missing(hint: Hint) -> None:
    """As the report says it, and not as if nobody had written anything."""
    said = " ".join(hint("relu_prime").stdout.split())
    assert "First: The file needs a `def` with the name that the stub has" in said
    assert "not implemented yet" not in said


def test_the_command_for_the_first_hint_runs_as_it_stands(graded: Path, hint: Hint) -> None:
    """The report and the course that were named are named in it."""
    (graded / "my report.json").write_bytes((graded / "report.json").read_bytes())
    course = ROOT / "grader"
    listed = " ".join(hint("--report", "my report.json", "--course", course).stdout.split())
    typed = listed.rpartition(" `")[2].partition("`")[0]
    assert shlex.split(typed)[3:] == ["--course", str(course), "--report", "my report.json"]
    assert "Second: " in hint(*shlex.split(typed)[2:]).stdout


def test_an_unknown_check_suggests_the_nearest_name(hint: Hint) -> None:
    """Status 2, and what was probably meant."""
    done = hint("tanh_prim/values")
    assert done.returncode == 2
    assert "did you mean tanh_prime/values?" in done.stderr
    assert "`grade hint` shows" in hint("quantum").stderr


def test_where_nothing_failed_the_state_is_said(hint: Hint) -> None:
    """A function that passes needs no hint, and one that is empty has its docstring."""
    assert "passed" in hint("gelu").stdout
    assert "not implemented yet" in hint("relu").stdout


def test_without_a_report_one_line_says_what_makes_one(hint: Hint) -> None:
    """Status 3."""
    done = hint("--report", "nowhere.json")
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "grade submit" in done.stderr


def test_a_report_of_another_course_is_noticed(graded: Path, hint: Hint) -> None:
    """What it calls a misconception may be none any more."""
    report = json.loads((graded / "report.json").read_text(encoding="utf-8"))
    report["course"]["suite_sha256"] = "0" * 64
    (graded / "old.json").write_text(json.dumps(report), encoding="utf-8")
    assert "grade again" in hint("--report", "old.json").stderr
    assert hint().stderr == ""


def test_no_report_holds_a_second_hint(graded: Path, entries: list[Entry]) -> None:
    """Reading the report spoils nothing."""
    report = (graded / "report.json").read_text(encoding="utf-8")
    hints = [*SECOND_HINTS.values(), *(entry.second_hint for entry in entries if entry.second_hint)]
    assert not [text for text in hints if text in report]


def test_every_observation_has_a_second_hint() -> None:
    """Whoever gets a first hint without a misconception's name gets a second one."""
    assert HINTS.keys() <= SECOND_HINTS.keys()


def test_every_exercise_has_second_hints_of_its_own(course: Course, entries: list[Entry]) -> None:
    """Five or more misconceptions of each exercise, and sixty hints in all."""
    counts = {
        e.name: sum(bool(entry.second_hint) for entry in entries if entry.exercise == e.name)
        for e in course.exercises
    }
    assert min(counts.values()) >= 5
    assert sum(counts.values()) + len(SECOND_HINTS) >= 60


def failed_check(
    check_id: str, outcome: OutcomeKind, observation: str | None, misconception: str | None
) -> CheckReport:
    """Return the report of a check as a failure leaves it, with nothing but its names."""
    return CheckReport(
        check_id, "title", "hidden", outcome, 0, 1, observation, misconception, "", Feedback(), 0.0
    )


@pytest.mark.slow
def test_a_second_hint_is_found_by_check_and_misconception(
    course: Course, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each entry's second hint is found for the function that it claims to be."""
    monkeypatch.setattr("grader.testing.catalogue.load_catalogue", cache(load_catalogue))
    for entry in entries:
        check_id = f"{entry.exercise}/{entry.function}/values"
        expected = entry.second_hint or SECOND_HINTS["values"]
        check = failed_check(check_id, "failed", None, entry.id)
        found = find_second_hint(course.suites, check)
        assert found == expected


@pytest.mark.parametrize(
    ("outcome", "observation", "misconception", "expected"),
    [
        ("failed", "sign", None, SECOND_HINTS["sign"]),
        ("failed", "sign", "another course's", ""),
        ("error", "unknown_name", None, SECOND_HINTS["unknown_name"]),
        ("error", None, None, SECOND_HINTS["error"]),
        ("timeout", "timeout", None, SECOND_HINTS["timeout"]),
        ("failed", None, None, ""),
        ("failed", "another grader's", None, ""),
    ],
)
def test_what_was_observed_and_how_it_ended_have_second_hints(
    course: Course,
    outcome: OutcomeKind,
    observation: str | None,
    misconception: str | None,
    expected: str,
) -> None:
    """The observation comes before the outcome; where neither has one there is none."""
    check = failed_check("losses/mse/values", outcome, observation, misconception)
    found = find_second_hint(course.suites, check)
    assert found == expected


def test_a_second_hint_says_more_and_gives_no_solution_away(
    entries: list[Entry], solution: Callable[[str], str]
) -> None:
    """It is longer than the first one, another text, and holds no line of the solution."""
    for entry in entries:
        if not entry.second_hint:
            continue
        assert len(entry.second_hint) > len(entry.hint), entry.id
        assert entry.second_hint.rstrip()[-1] in ".?", entry.id
        lines = {line.strip() for line in solution(entry.exercise).splitlines()}
        parts = {line.removeprefix("return ") for line in lines if line.startswith("return ")}
        telling = {line for line in lines | parts if len(line) > 12}
        assert not [line for line in telling if line in entry.second_hint], entry.id
