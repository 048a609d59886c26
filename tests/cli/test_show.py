"""`grade show`: a graded submission, and a check with all that repeats it."""

from __future__ import annotations

import ast
import json
import shlex
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from support.courses import write_unnamed_course
from support.here import grade_here
from support.reports import OUTCOMES, report_of, scores_of
from support.shared import share_folder

from grader.records import Person
from grader.report import build_unexamined, to_json
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.unpacking import unpack
from grader.testing.describing import describe

SOLUTIONS = Path(__file__).parents[2] / "solutions"
# Spoils whatever a module's functions return, or makes them raise.
SPOIL = """
import numpy as np

def _spoil(function):
    def spoilt(*args, **kwargs):
        return _wrong(function(*args, **kwargs))
    return spoilt


def _wrong(value):
    if isinstance(value, (tuple, list)):
        return type(value)(map(_wrong, value))
    if isinstance(value, dict):
        return {key: _wrong(item) for key, item in value.items()}
    if isinstance(value, (int, float, np.ndarray)):
        return 1.37 * value + 0.01
    return value


"""
EXERCISES = ("activations", "losses", "optimizers", "autodiff")


def spoil(name: str) -> str:
    source = (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")
    lines = [SPOIL]
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            lines.append(f"{node.name} = _spoil({node.name})")
        elif isinstance(node, ast.ClassDef):
            lines.append(f"{node.name}.exp = lambda self: self * 3")
    return source + "\n".join(lines)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a class, ``work``, and what a batch with a secret made of it, ``out``."""
    return share_folder(tmp_path_factory, "shown", grade_ada)


def grade_ada(folder: Path) -> None:
    ada = folder / "work" / "ada"
    ada.mkdir(parents=True)
    for name in EXERCISES:
        (ada / f"{name}.py").write_text(spoil(name), encoding="utf-8")
    (folder / "course").mkdir()
    write_unnamed_course(folder / "course")
    (folder / "secret").write_text("0123456789abcdef" * 2)
    chosen = [word for name in EXERCISES for word in ("--exercise", name)]
    paths = folder / "work", "--output", folder / "out", "--secret-file", folder / "secret"
    assert (
        grade_here("batch", *paths, *chosen, *unnamed(folder), "--isolation", "process").returncode
        == 0
    )


def unnamed(graded: Path) -> tuple[str | Path, ...]:
    return "--course", graded / "course"


def reported(graded: Path) -> dict[str, dict[str, Any]]:
    """Return the checks of the instructor's report that failed, by id."""
    report = json.loads((graded / "out" / "reports" / "ada.json").read_text())
    functions = [f for exercise in report["exercises"] for f in exercise["functions"]]
    checks = [check for function in functions for check in function["checks"]]
    return {check["id"]: check for check in checks if check["outcome"] in ("failed", "error")}


def repeat(printed: str) -> Any:
    """Execute the lines that are printed to be executed, and return what the last one gives."""
    _, _, rest = printed.partition("without a sandbox:\n\n")
    lines, _, _ = rest.partition("\n\nGrade the exercise again")
    *before, last = ast.parse(lines).body
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {}
    known = set(sys.modules)
    try:
        exec(compile(ast.Module(before, []), "repeat", "exec"), names)
        return eval(compile(ast.Expression(last.value), "repeat", "eval"), names)
    finally:
        # The student's modules would be found by other tests.
        for name in set(sys.modules) - known:
            del sys.modules[name]


@pytest.mark.slow
def test_the_printed_lines_give_what_was_reported(
    graded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For every check that failed, visible or hidden: the same answer, or the same exception."""
    monkeypatch.syspath_prepend(graded / "work" / "ada")
    checks = reported(graded)
    assert len(checks) > 80
    assert {check["visibility"] for check in checks.values()} == {"visible", "hidden"}
    for identity, check in checks.items():
        feedback = check["feedback"]
        assert feedback["called"], identity
        if identity.startswith("autodiff/forward_derivative/"):
            # What is passed there stays with the grader, so no lines can be written.
            assert "repeat" not in feedback
            continue
        printed = grade_here("show", graded / "out", "ada", identity).stdout
        with np.errstate(all="ignore"):
            try:
                got = f"got {describe(unpack(pack(repeat(printed))))}"
            except Exception as error:  # noqa: BLE001 - whatever the student's code raises
                got = f"raised {type(error).__name__}: {error}"
        if "raised" in feedback:
            assert got == f"raised {feedback['raised'].splitlines()[0]}", identity
        else:
            assert got == f"got {feedback['got']}", identity


def test_the_printed_call_gives_the_very_number(
    graded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first entry that is reported as wrong is the first entry of the repeated answer."""
    monkeypatch.syspath_prepend(graded / "work" / "ada")
    identity = "activations/sigmoid/values"
    values = reported(graded)[identity]["feedback"]["values"]
    place, _, number = values.removeprefix("at ").partition(": got ")
    got = repeat(grade_here("show", graded / "out", "ada", identity).stdout)
    assert f"{got[tuple(ast.literal_eval(place))]:.8g}" == number


def test_the_printed_command_draws_the_students_inputs(graded: Path) -> None:
    """Grading again as it is printed reports the same, check by check.

    A batch looks for the smallest call that goes wrong in fewer checks.
    """
    printed = grade_here(
        "show", graded / "out", "ada", "losses/bce/loss", "--source", graded / "work"
    ).stdout
    (line,) = [line for line in printed.splitlines() if line.startswith("grade submit ")]
    words = shlex.split(line)[1:]
    assert words[1] == str(graded / "work" / "ada")
    assert {"--seed", "--isolation", "--audience", "--exercise"} <= set(words)
    again = json.loads(
        grade_here(*words, *unnamed(graded), "--report", "-", "--format", "json").stdout
    )
    checks = [check for f in again["exercises"][0]["functions"] for check in f["checks"]]
    first = {name: c for name, c in reported(graded).items() if name.startswith("losses/")}
    for check in (*checks, *first.values()):
        check.pop("smallest", None)
    assert first == {
        check["id"]: {**check, "duration_s": first[check["id"]]["duration_s"]}
        for check in checks
        if check["outcome"] in ("failed", "error")
    }


def test_json_has_what_is_printed(graded: Path) -> None:
    """The check as reported, the lines and the command."""
    identity = "losses/bce/loss"
    shown = grade_here("show", graded / "out", "ada", identity, "--format", "json").stdout
    (found,) = json.loads(shown)["checks"]
    assert found["check"] == reported(graded)[identity]
    assert found["repeat"][:2] == ["import numpy as np", "from losses import bce"]
    assert found["grade_again"].startswith("grade submit PATH --exercise losses --seed ")


# The submission, and what is typed


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The output of a batch of small reports made by hand."""
    (tmp_path / "reports").mkdir()
    rows = []
    people = {"100": Person("Ada Lovelace", "alovelace", "100", "ada@example.org")}
    people["200"] = Person("Grace Hopper", "ghopper", "200")
    for identity, person in people.items():
        report = report_of(identity, audience="instructor")
        submission = replace(report.submission, students=(person,), late=True, attempt=2)
        path = tmp_path / "reports" / f"{identity}.json"
        path.write_bytes(to_json(replace(report, submission=submission)))
        rows.append({"id": identity, "students": [{"name": person.name, "login": person.login}]})
    lost = build_unexamined(replace(scores_of("300"), fault="the disk is full"), "instructor")
    (tmp_path / "reports" / "300.json").write_bytes(to_json(lost))
    rows.append({"id": "300", "students": []})
    (tmp_path / "summary.json").write_text(json.dumps({"submissions": rows, "alike": []}))
    (tmp_path / "journal.jsonl").touch()
    return tmp_path


@pytest.mark.parametrize("typed", ["100", "Ada Lovelace", "ada lovelace", "ALOVELACE", "lovelace"])
def test_a_submission_is_found_by_what_people_know(out: Path, typed: str) -> None:
    """Its id, the student's name or login, in any case, or a part that no other has."""
    shown = grade_here("show", out, typed).stdout
    assert shown.startswith("100  Ada Lovelace")


def test_a_submission_is_shown_with_whose_it_is_and_what_was_lost(out: Path) -> None:
    """Points, status, attempt, files, adjustments, and the checks that failed."""
    (out / "adjustments.csv").write_text("id,exercise,points,reason\n100,,1.5,was ill\n")
    shown = grade_here("show", out, "100").stdout
    for words in (
        "2 / 10 points",
        "with adjustments 3.5",
        "+1.5 was ill",
        "login alovelace, number 100, ada@example.org",
        "attempt 2, late",
        "alpha.py",
        "hidden checks failed: values",
        "hidden checks failed: large (timeout)",
        "SyntaxError in line 3",
        f"grade show {shlex.quote(str(out))} 100 alpha/curve/values",
    ):
        assert words in shown


def test_a_submission_that_was_not_examined_has_its_reason(out: Path) -> None:
    """There is no score to show."""
    shown = grade_here("show", out, "300")
    assert shown.returncode == 0
    assert "the disk is full" in shown.stdout


@pytest.mark.parametrize(
    "typed, says",
    [
        (["ada lovelave"], "did you mean 100?"),
        (["0"], "0 fits 100, 200, 300; give one of these ids"),
        (["zzz"], "choose from 100, 200, 300"),
        (["../secret"], "has no submission"),
        ([""], "has no submission"),
        (["100", "curv/values"], "did you mean curve/values"),
        (["100", "values"], "fits 4 checks"),
        (["100", "zzz"], "choose from alpha/curve"),
    ],
)
def test_what_is_not_there_is_one_line(out: Path, typed: list[str], says: str) -> None:
    """With what is like it."""
    refused = grade_here("show", out, *typed)
    assert refused.returncode == 3
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_function_shows_all_its_failed_checks(out: Path) -> None:
    """And of one that passed, that nothing more is known."""
    both = grade_here("show", out, "100", "chain").stdout
    assert "beta/chain/values" in both
    assert "beta/chain/large" in both
    passed = grade_here("show", out, "100", "slope/values").stdout
    assert "✓ alpha/slope/values" in passed or "+ alpha/slope/values" in passed
    assert OUTCOMES[0].outcome == "passed"


def test_a_students_files_are_copied_out_of_a_flat_download(tmp_path: Path) -> None:
    """Under the names that were graded, in a folder that the printed commands then have."""
    code = spoil("activations")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as download:
        for number, name in (("1001", "lovelaceada"), ("1002", "okriben")):
            download.writestr(f"{name}_{number}_9{number}_activations.py", f"# {name}\n{code}")
    source = "--source", tmp_path / "submissions.zip"
    graded = tmp_path / "graded"
    batch = "batch", source[1], "--output", graded, "--exercise", "activations"
    assert grade_here(*batch, "--isolation", "process").returncode == 0

    plain = grade_here("show", graded, "1001", "sigmoid/values", *source).stdout
    assert "grade submit PATH --exercise activations" in plain
    assert "--source DOWNLOAD --extract PATH" in " ".join(plain.split())

    extract = *source, "--extract", tmp_path / "ada"
    shown = grade_here("show", graded, "1001", "sigmoid/values", *extract)
    assert shown.returncode == 0
    (file,) = (tmp_path / "ada").iterdir()
    assert (file.name, file.read_text()) == ("activations.py", f"# lovelaceada\n{code}")
    assert f"grade submit {shlex.quote(str(tmp_path / 'ada'))} " in shown.stdout
    assert "PATH is the student's folder" not in shown.stdout

    again = grade_here("show", graded, "1001", *extract)
    assert (again.returncode, again.stderr.count("\n")) == (3, 1)
    assert "is not empty" in again.stderr


def test_files_that_were_not_graded_are_not_copied(tmp_path: Path) -> None:
    """A later attempt, and a path without this submission, are one line; nothing is written."""
    work = tmp_path / "work" / "ada"
    work.mkdir(parents=True)
    (work / "activations.py").write_text(spoil("activations"))
    (tmp_path / "other" / "ben").mkdir(parents=True)
    (tmp_path / "other" / "ben" / "activations.py").write_text(spoil("activations"))
    graded = tmp_path / "graded"
    batch = "batch", work.parent, "--output", graded, "--exercise", "activations"
    assert grade_here(*batch, "--isolation", "process").returncode == 0
    (work / "activations.py").write_text("# written again\n")
    (tmp_path / "pdf" / "ada").mkdir(parents=True)
    (tmp_path / "pdf" / "ada" / "report.pdf").write_bytes(b"%PDF-1.4")
    for folder, words in (
        ("work", "differs from what was graded"),
        ("other", "has no submission ada"),
        ("pdf", "no code that could be copied"),
    ):
        extract = "--source", tmp_path / folder, "--extract", tmp_path / "new"
        refused = grade_here("show", graded, "ada", *extract)
        assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)
        assert words in refused.stderr
        assert not (tmp_path / "new").exists()


def test_extract_needs_a_source(out: Path) -> None:
    """Wrong usage, with the option that is missing."""
    refused = grade_here("show", out, "100", "--extract", out / "new")
    assert refused.returncode == 2
    assert "--extract needs --source" in refused.stderr
