"""Exercises of several files, with the course in tests/courses/calculator."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from course.test_broken_courses import report_of
from support.courses import COURSES, make_stubs, write_course
from support.here import grade_here

from grader.course.manifest import load_course, write_manifest
from grader.engine import Grader
from grader.errors import CourseError
from grader.records import ScoreReport, SourceFile, Submission
from grader.release.autograder import pack_autograder
from grader.release.release import Release
from grader.report import build_report
from grader.submissions.changes import answers_of, changed_exercises
from grader.submissions.reader import read_submission
from grader.writers.problems import describe_next

FOLDER = COURSES / "calculator"
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
    for path in FOLDER.rglob("*")
    if path.suffix in (".py", ".toml")
}
TOKENS, EVALUATION = FILES["solutions/tokens.py"], FILES["solutions/evaluation.py"]


def write_changed(folder: Path, **changed: str) -> Path:
    """Write the course, some of its texts changed, and return its manifest."""
    return write_course(folder, FILES | {n.replace("__", "/"): t for n, t in changed.items()})


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_changed(tmp_path_factory.mktemp("calculator")).parent


@pytest.fixture(scope="module")
def grader(course: Path) -> Iterator[Grader]:
    """Return a grader of the course."""
    with Grader(load_course(course / "course.toml")) as opened:
        yield opened


def grade(grader: Grader, **texts: str | None) -> ScoreReport:
    """Grade the solution with some files changed, or left out."""
    given = {"tokens": TOKENS, "evaluation": EVALUATION, **texts}
    files = [SourceFile(f"{n}.py", t.encode()) for n, t in given.items() if t is not None]
    return grader.grade(Submission("s", tuple(files)), smallest="all")


def outcomes(report: ScoreReport) -> dict[str, list[str]]:
    return {f.name: [c.outcome.outcome for c in f.checks] for f in report.functions()}


@pytest.mark.slow
def test_the_course_verifies(course: Path) -> None:
    """Stubs score 0, solutions all, mistakes lose points in their function and are named."""
    assert report_of(course / "course.toml") == []


def test_the_files_import_one_another(grader: Grader) -> None:
    """Also in a circle, relatively, and as modules."""
    assert grade(grader).percent == 100
    circle = TOKENS + "\n\ndef helper():\n    import evaluation\n    return evaluation.evaluate\n"
    relative = EVALUATION.replace("from tokens import", "from .tokens import")
    assert grade(grader, tokens=circle, evaluation=relative).percent == 100
    whole = EVALUATION.replace("from tokens import tokenize", "import tokens as t")
    whole = whole.replace("evaluate(tokenize(text))", "evaluate(t.tokenize(text))")
    assert grade(grader, evaluation=whole).percent == 100


def test_of_stubs_every_check_is_not_implemented(grader: Grader) -> None:
    """Also where provided code of one file calls a stub of the other."""
    report = grader.grade(read_submission(grader.course.stubs, grader.course))
    assert {one for found in outcomes(report).values() for one in found} == {"not_implemented"}
    shown = build_report(report, "student")
    assert describe_next(shown) == "Next: write tokenize in tokens.py, line 6."


def test_of_a_missing_file_only_its_functions_are_missing(grader: Grader) -> None:
    """The exercise is graded, and a note names the file."""
    report = grade(grader, tokens=None)
    found = outcomes(report)
    assert found["tokenize"] == ["not_implemented"] * 2
    assert found["evaluate"] == ["passed"] * 2
    module = report.exercises[0].module
    assert module.status == "graded"
    assert "tokens.py was not handed in" in module.notes
    wrong = next(iter(report.checks())).outcome.feedback.wrong
    assert wrong == "tokens.py was not handed in"
    missing = grade(grader, tokens=None, evaluation=None).exercises[0].module
    assert (missing.status, missing.message) == (
        "missing",
        "tokens.py and evaluation.py were not handed in",
    )


def test_of_a_broken_file_only_its_functions_fail(grader: Grader) -> None:
    """With the reason, file and line; what the other file does without it is graded."""
    report = grade(grader, tokens="def tokenize(text)\n    return 1\n")
    found = outcomes(report)
    assert found["tokenize"] == ["error"] * 2
    assert found["evaluate"] == ["passed"] * 2
    raised = next(iter(report.checks())).outcome.feedback.raised
    assert raised.startswith("tokens.py cannot be imported: SyntaxError: expected ':'")
    both = grade(grader, tokens="def\n", evaluation="def\n").exercises[0].module
    assert both.status == "unloadable"
    assert "tokens.py cannot be imported" in both.message
    for content in (b"x = 1\0", b"\xff\xfe\0x"):
        files = (SourceFile("tokens.py", content), SourceFile("evaluation.py", EVALUATION.encode()))
        module = grader.grade(Submission("s", files)).exercises[0].module
        assert module.status == "graded"
        assert any("it holds NUL bytes" in note for note in module.notes)


def test_a_file_that_ends_its_process_makes_the_exercise_unloadable(grader: Grader) -> None:
    """No score is made up, and the next submission is graded."""
    module = grade(grader, tokens="import os\nos._exit(3)\n").exercises[0].module
    assert module.status == "unloadable"
    assert module.message.startswith("one of tokens.py and evaluation.py cannot be imported: ")
    assert grade(grader).percent == 100


def test_a_large_file_is_graded(grader: Grader) -> None:
    """Other code that is imported is limited, and what is graded is not."""
    assert grade(grader, tokens=TOKENS + f"\nWASTE = '{'a' * 3 * 2**20}'\n").percent == 100


def test_a_function_is_looked_up_where_its_stub_is(grader: Grader) -> None:
    """Another of its name in another file is not taken, where its own file is there."""
    wrong = EVALUATION + "\n\ndef tokenize(text):\n    return []\n"
    found = outcomes(grade(grader, evaluation=wrong))
    assert found["tokenize"] == ["passed"] * 2
    assert found["whole"] == ["error"] * 2
    moved = EVALUATION.replace("from tokens import tokenize", "") + TOKENS.partition('"""\n')[2]
    report = grade(grader, tokens='"""Nothing."""\n', evaluation=moved)
    found = outcomes(report)
    assert found["tokenize"] == ["error"] * 2
    first = next(iter(report.checks())).outcome.feedback.wrong
    assert first == "tokens.py does not define `tokenize`: it is in evaluation.py; move it"
    assert outcomes(grade(grader, tokens=None, evaluation=moved))["tokenize"] == ["passed"] * 2


def test_locations_and_lines_to_repeat_name_the_right_file(grader: Grader) -> None:
    """Of each function, and of a function that no class of the suite is about."""
    text = EVALUATION.replace("value += number.value", "value += number.value + 1")
    report = build_report(grade(grader, evaluation=text), "instructor")
    places = {f.name: f.location for f in report.functions()}
    files = {name: place.file for name, place in places.items() if place is not None}
    assert files == {"tokenize": "tokens.py", "evaluate": "evaluation.py"}
    checks = {check.id: check for check in report.checks()}
    repeat = checks["calculator/whole/sum"].feedback.repeat
    assert repeat.startswith("from evaluation import calculate\n")
    assert report.exercises[0].files == ("tokens", "evaluation")
    # Classes that the course provides come from there.
    repeat = checks["calculator/evaluate/two_numbers"].feedback.repeat
    assert repeat == ""
    repeat = checks["calculator/evaluate/three_numbers"].feedback.repeat
    assert repeat.startswith(
        "from evaluation import evaluate\nfrom parts import Number, Operator\n"
    )


def test_a_problem_in_another_file_comes_first(grader: Grader) -> None:
    """`calls` of a function reach into the other file, by which problems are ordered."""
    text = TOKENS.replace("int(part)", "int(part) + 1")
    report = build_report(grade(grader, tokens=text), "student")
    assert report.next is not None
    assert report.next.function == "calculator/tokenize"


def test_one_file_of_any_name_answers_the_exercise(grader: Grader, tmp_path: Path) -> None:
    """All functions are looked up in it, also in a notebook."""
    whole = TOKENS + EVALUATION.replace("from tokens import tokenize\n", "")
    (tmp_path / "homework.py").write_text(whole, encoding="utf-8")
    submission = read_submission(tmp_path / "homework.py", grader.course)
    assert grader.grade(submission).percent == 100
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": whole}
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    for name in ("all.ipynb", "evaluation.ipynb"):
        path = tmp_path / name
        path.write_text(json.dumps(notebook), encoding="utf-8")
        assert grader.grade(read_submission(path, grader.course)).percent == 100, name


def test_folders_and_archives_are_read_alike(grader: Grader, tmp_path: Path) -> None:
    """With nearly right names, copies and stubs beside them, and the same score."""
    course = grader.course
    work = tmp_path / "work"
    work.mkdir()
    (work / "Tokens (1).py").write_text(TOKENS, encoding="utf-8")
    (work / "tokens.py").write_bytes((course.stubs / "tokens.py").read_bytes())
    (work / "evaluation.py").write_text(EVALUATION, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as archive:
        for path in work.iterdir():
            archive.write(path, f"work/{path.name}")
    for path in (work, tmp_path / "work.zip"):
        read = read_submission(path, course)
        assert [file.name for file in read.files] == ["tokens.py", "evaluation.py"]
        assert grader.grade(read).percent == 100


def test_a_save_of_any_of_its_files_changes_the_exercise(grader: Grader) -> None:
    """As `grade watch` needs it."""
    files = {"tokens.py": TOKENS, "evaluation.py": EVALUATION}
    course = grader.course

    def answers(**texts: str) -> object:
        given = {**files, **{f"{name}.py": text for name, text in texts.items()}}
        sources = tuple(SourceFile(name, text.encode()) for name, text in given.items())
        return answers_of(Submission("s", sources), course)

    before = answers()
    assert changed_exercises(before, answers()) == []  # type: ignore[arg-type]
    for name in ("tokens", "evaluation"):
        now = answers(**{name: "x = 1\n"})
        assert changed_exercises(before, now) == ["calculator"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["tokens", "evaluation"]', '["tokens", "tokens"]', "has the file 'tokens', which"),
        ('["tokens", "evaluation"]', '["tokens", "tokenize"]', "would hide tokenize of the stand"),
        ('["tokens", "evaluation"]', '["tokens", "../up"]', "cannot be imported by its name"),
        (
            'files = ["tokens", "evaluation"]',
            'files = ["tokens", "b"]\n\n[[exercise]]\nname = "b"\ntitle = "B"',
            "has the file 'b', which 'calculator' has, too",
        ),
        (
            'files = ["tokens", "evaluation"]',
            'files = ["a", "b"]\n\n[[exercise]]\nname = "b"\ntitle = "B"\nfiles = ["c", "d"]',
            "has the file 'b', which is the name of another exercise",
        ),
        (
            'files = ["tokens", "evaluation"]',
            'files = ["tokens", "parts"]',
            "has the name of a file that students hand in, parts",
        ),
    ],
)
def test_names_that_mean_two_things_are_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    """In one line, when the course is loaded."""
    write_changed(tmp_path)
    manifest = tmp_path / "course.toml"
    manifest.write_text(FILES["course.toml"].replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=re.escape(message)) as caught:
        load_course(manifest)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_function_in_two_files_is_refused(tmp_path: Path) -> None:
    """And one that the suite asks for and no stub has."""
    twice = EVALUATION.replace("def calculate(", "def tokenize(")
    manifest = write_changed(tmp_path / "twice", solutions__evaluation_py="")
    (manifest.parent / "exercises" / "evaluation.py").write_text(twice, encoding="utf-8")
    with Grader(load_course(manifest)) as opened, pytest.raises(CourseError) as caught:
        opened.collected_checks()
    assert "tokens.py and evaluation.py of calculator both have tokenize" in str(caught.value)
    manifest = write_changed(tmp_path / "none")
    (manifest.parent / "exercises" / "tokens.py").write_text('"""No."""\n', encoding="utf-8")
    with Grader(load_course(manifest)) as opened, pytest.raises(CourseError) as caught:
        opened.collected_checks()
    assert "asks for tokenize, which is in no stub: write it in tokens.py or evaluation.py" in str(
        caught.value
    )


@pytest.mark.slow
def test_kits_and_autograders_have_all_files(course: Path, grader: Grader, tmp_path: Path) -> None:
    """The kit's manifest lists them, and an autograder has the stubs, which tell them apart."""
    release = Release(grader.course, course / "solutions", with_hidden=False, install="grader")
    draft = release.draft()
    assert draft.findings == ()
    for name in ("exercises/tokens.py", "exercises/evaluation.py", "exercises/.stubs/tokens.py"):
        assert PurePosixPath(name) in draft.kit.files
    readme = draft.kit.files[PurePosixPath("README.md")]
    assert "Open `exercises/tokens.py`" in " ".join(readme.split())
    assert 'files = ["tokens", "evaluation"]' in write_manifest(grader.course)
    path = tmp_path / "autograder.zip"
    path.write_bytes(pack_autograder(grader.course))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    with Grader(load_course(tmp_path / "unpacked" / "course" / "course.toml")) as opened:
        assert grade(opened).percent == 100


@pytest.mark.slow
def test_the_commands_of_a_student(course: Path, tmp_path: Path) -> None:
    """From a release: init, submit, list, next, reset, batch and update."""
    kit = tmp_path / "kit"
    released = grade_here(
        *("release", kit, "--course", course, "--solutions", course / "solutions"),
        *("--install", "backprop-grader"),
    )
    assert released.returncode == 0, released.stderr
    work, options = tmp_path / "work", ("--course", kit)
    begun = grade_here("init", work, *options)
    assert f"open {work / 'tokens.py'}" in begun.stdout
    assert sorted(path.name for path in work.glob("*.py")) == [
        *("evaluation.py", "examples.py", "parts.py", "tokens.py"),
    ]
    (work / "tokens.py").write_text(TOKENS, encoding="utf-8")
    shown = grade_here("submit", work, *options, cwd=tmp_path)
    assert "Next: write evaluate in evaluation.py" in shown.stdout
    assert "The calculator" in grade_here("list", *options, cwd=tmp_path).stdout
    assert "evaluate in evaluation.py" in grade_here("next", *options, cwd=tmp_path).stdout
    (work / "evaluation.py").write_text(EVALUATION, encoding="utf-8")
    listed = grade_here("list", *options, cwd=tmp_path).stdout
    assert "evaluation.py" in listed
    graded = grade_here("batch", work, "--course", course, "--output", tmp_path / "out")
    assert graded.returncode == 0, graded.stderr
    assert '"score":4' in (tmp_path / "out" / "summary.json").read_text().replace(" ", "")
    page = grade_here(
        *("page", tmp_path / "out" / "reports" / "work.json", "--course", course),
        *("--source", work, "-o", tmp_path / "page.html"),
    )
    assert page.returncode == 0, page.stderr
    reset = grade_here("reset", "evaluate", work, *options, cwd=tmp_path)
    assert f"written  {work / 'evaluation.py'} (evaluate is the stub again)" in reset.stdout
    assert (work / "tokens.py").read_text(encoding="utf-8") == TOKENS
    newer = tmp_path / "newer"
    changed = TOKENS.replace("which are separated", "which are always separated")
    write_changed(newer)
    (newer / "solutions" / "tokens.py").write_text(changed, encoding="utf-8")
    make_stubs(newer)
    updated = grade_here("init", work, "--update", "--course", newer)
    assert updated.returncode == 0, updated.stderr
    assert "always separated" in (work / "tokens.py").read_text(encoding="utf-8")
    assert f"updated  {work / 'tokens.py'}" in updated.stdout


@pytest.mark.slow
def test_pytest_in_a_work_folder(course: Path, tmp_path: Path) -> None:
    """Each file has the checks of its functions, and the first those of the whole."""
    grade_here("init", tmp_path, "--course", course)
    (tmp_path / "tokens.py").write_text(TOKENS, encoding="utf-8")
    (tmp_path / "evaluation.py").write_text(EVALUATION, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "3 passed" in ran.stdout
    for node in (
        "tokens.py::tokenize::two_numbers",
        "tokens.py::whole::sum",
        "evaluation.py::evaluate::two_numbers",
    ):
        assert node in ran.stdout
