"""A course with a program, a function that reads a file and one that writes one, end to end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from course.test_broken_courses import report_of
from support.courses import write_course
from support.files_course import LOGS, MANIFEST, PROGRAM, SOLUTIONS, TABLES, write_files_course
from support.scores import faults

from grader.course.manifest import load_course, write_manifest
from grader.engine import Grader
from grader.records import CheckScore, ScoreReport, SourceFile, Submission
from grader.report import build_report, to_json
from grader.submissions.reader import read_submission


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """Return a grader of the course."""
    folder = tmp_path_factory.mktemp("files")
    with Grader(load_course(write_files_course(folder))) as opened:
        yield opened


def grade(grader: Grader, changed: Mapping[str, str]) -> ScoreReport:
    """Grade the solutions with some of them changed."""
    texts = {**SOLUTIONS, **changed}
    files = tuple(SourceFile(f"{name}.py", text.encode()) for name, text in texts.items())
    report = grader.grade(Submission("s", files), smallest="all")
    assert not faults(report)
    return report


def checks_of(report: ScoreReport, function: str) -> list[CheckScore]:
    return [scored for scored in report.checks() if scored.check.function == function]


@pytest.mark.slow
def test_the_course_verifies(tmp_path: Path) -> None:
    """Stubs earn nothing, solutions everything, and each mistake loses points and is named."""
    assert report_of(write_files_course(tmp_path)) == []


def test_right_work_earns_everything(grader: Grader) -> None:
    """Also a second time, when it is recognised; nothing is imported of a program."""
    for _ in range(2):
        report = grade(grader, {})
        assert report.score_c == report.max_score_c == 1200
        assert [exercise.module.notes for exercise in report.exercises] == [(), (), ()]


def test_stubs_are_not_implemented(grader: Grader) -> None:
    """In the words of any stub."""
    report = grader.grade(read_submission(grader.course.stubs, grader.course))
    assert {scored.outcome.outcome for scored in report.checks()} == {"not_implemented"}


def test_a_wrong_program_loses_what_it_gets_wrong(grader: Grader) -> None:
    """Its reports show the call, the beginning of the output, and how to repeat it."""
    text = PROGRAM.replace("/ count)", "/ (count + 1))")
    report = grade(grader, {"average": text})
    visible, hidden, none = checks_of(report, "program")
    assert [c.outcome.outcome for c in (visible, hidden, none)] == ["failed", "failed", "passed"]
    feedback = visible.outcome.feedback
    assert feedback.called.startswith("python average.py, with the input '3\\n")
    assert feedback.printed.startswith("How many? average: ")
    assert feedback.got == "1 line of text, exit status 0"
    assert hidden.outcome.feedback.called == "python average.py, with 6 lines of input"
    shown = json.loads(to_json(build_report(report, "student")))
    (told,) = (
        check["feedback"]
        for exercise in shown["exercises"]
        for function in exercise["functions"]
        for check in function["checks"]
        if check["id"] == hidden.check.id
    )
    assert "repeat" not in told
    assert "printed" not in told


@pytest.mark.parametrize("status", [0, 2])
def test_a_wrong_exit_status_is_wrong_and_no_calculation(status: int, grader: Grader) -> None:
    """Its hints know nothing of factors, zeros and printing a result before a return."""
    text = PROGRAM.replace('sys.exit("no numbers")', f"sys.exit({status})")
    report = grade(grader, {"average": text})
    none = checks_of(report, "program")[2].outcome
    assert (none.observation, none.feedback.wrong) == ("values", "the exit status is wrong")
    assert (none.feedback.values, none.feedback.expected) == (f"got {status}", "1")
    assert none.hint == ""


@pytest.mark.parametrize(
    ("text", "outcome", "words"),
    [
        (PROGRAM + "while True:\n    input()\n", "error", "input() was called 5 times and there"),
        pytest.param(
            "while True:\n    print('x')\n",
            "timeout",
            "one call used more than 3 s",
            marks=pytest.mark.slow,
        ),
        (PROGRAM + "sys.exit(2)\n", "passed", ""),
        (PROGRAM + "raise ValueError('x')\n", "error", "ValueError: x"),
        ("import os\nos.abort()\n", "error", "the call ended the whole process"),
        ("def f(:\n", "not_run", "average.py cannot be imported: SyntaxError"),
    ],
)
def test_a_program_that_does_not_end_as_it_should(
    text: str, outcome: str, words: str, grader: Grader
) -> None:
    """One outcome each, and the other exercises lose nothing."""
    report = grade(grader, {"average": text})
    first = checks_of(report, "program")[0].outcome
    assert first.outcome == outcome
    shown = first.feedback
    assert words in f"{shown.raised} {shown.waited} {shown.ended} {shown.wrong}"
    others = [exercise for exercise in report.exercises if exercise.name != "average"]
    assert [exercise.score_c for exercise in others] == [500, 300]


def test_lines_that_repeat_a_program_run_it(grader: Grader, tmp_path: Path) -> None:
    """With its input, beside the file that was handed in."""
    text = PROGRAM.replace("average:", "mean:")
    report = grade(grader, {"average": text})
    scored = checks_of(report, "program")[0]
    (tmp_path / "average.py").write_text(text, encoding="utf-8")
    printed = run_lines(scored.outcome.feedback.repeat, tmp_path)
    assert printed.strip() == scored.outcome.feedback.printed


def test_lines_that_repeat_a_call_write_its_files_and_give_its_input(
    grader: Grader, tmp_path: Path
) -> None:
    """So that it goes wrong in the same way."""
    text = TABLES.replace("return sum(", "return print('summing') or 2 * sum(")
    report = grade(grader, {"tables": text})
    (tmp_path / "tables.py").write_text(text, encoding="utf-8")
    total, _ = checks_of(report, "total")
    feedback = total.outcome.feedback
    assert feedback.called.endswith(", with the file data.csv")
    assert run_lines(feedback.repeat, tmp_path) == "summing\n"
    asked, _ = checks_of(report, "ask_total")
    assert asked.outcome.feedback.called.endswith(
        "with the input 'data.csv\\nx\\n' and the file data.csv"
    )
    assert run_lines(asked.outcome.feedback.repeat, tmp_path) == "file: column: summing\n"


def run_lines(text: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_mistakes_are_named_by_calls_with_input_and_files(grader: Grader) -> None:
    """The known mistakes get the same input and the same files, and write theirs in memory."""
    wrong = {
        "tables": TABLES.replace("csv.DictReader(file))", "list(csv.DictReader(file))[1:])"),
        "logs": LOGS.replace('"a"', '"w"'),
    }
    report = grade(grader, wrong)
    named = {s.check.function: s.outcome.misconceptions for s in report.checks() if not s.score_c}
    assert named["total"] == ("T-1",)
    assert named["note"] == ("L-1",)
    assert named["ask_total"] == ()


def test_what_a_function_writes_can_be_wrong(grader: Grader) -> None:
    """Another file, none, or the right one in another mode."""
    for text, right in (
        (LOGS.replace("open(name", "open(name + '~'"), 0),
        (LOGS.replace("file.write", "str"), 0),
        (LOGS.replace('"a") as', '"a", newline="\\n") as'), 300),
    ):
        assert sum(s.score_c for s in checks_of(grade(grader, {"logs": text}), "note")) == right


def test_without_a_scratch_folder_the_same_work_fails(tmp_path: Path) -> None:
    """With words that say so."""
    manifest = write_files_course(tmp_path, MANIFEST.replace("scratch_mib = 1\n", ""))
    with Grader(load_course(manifest)) as grader:
        report = grade(grader, {})
    first, _ = checks_of(report, "note")
    assert (
        "Permission" in first.outcome.feedback.raised or "[Errno" in first.outcome.feedback.raised
    )
    assert report.score_c == 900


def test_a_kit_keeps_the_scratch_folder(grader: Grader) -> None:
    """Its manifest is written anew."""
    assert "\nscratch_mib = 1\n" in write_manifest(grader.course)


def test_a_program_under_another_name_is_found(tmp_path: Path) -> None:
    """Where it is all that is handed in, and the course has no other exercise."""
    manifest = write_files_course(tmp_path, MANIFEST.partition('[[exercise]]\nname = "tables"')[0])
    for name in ("tables", "logs"):
        for path in sorted((tmp_path / "suites" / name).iterdir(), reverse=True):
            path.unlink()
    course = load_course(manifest)
    handed_in = tmp_path / "final version.py"
    handed_in.write_text(PROGRAM, encoding="utf-8")
    with Grader(course) as grader:
        report = grader.grade(read_submission(handed_in, course))
    assert report.score_c == report.max_score_c == 400


VARIANTS: dict[str, dict[str, str]] = {
    "right": {},
    "sums only": {"average": PROGRAM.replace("/ count)", "/ 1)")},
    "imports nothing": {"average": "x = input()\n" + PROGRAM},
    "prints more": {"tables": TABLES.replace("import csv", "import csv\nprint(input())")},
    "keeps what it read": {
        "tables": TABLES + "\n_read = []\n\n\ndef total(name, column):\n"
        "    _read.append(open(name).read())\n    return _add(name, column) + (len(_read) > 1)\n"
    },
    "another mode": {"logs": LOGS.replace('"a"', '"w"')},
}


@pytest.mark.slow
def test_a_report_does_not_depend_on_earlier_submissions(tmp_path: Path) -> None:
    """What was recognised by its replies, with files and output, is what a new grader finds."""
    course = load_course(write_files_course(tmp_path))

    def shown(grader: Grader, changed: Mapping[str, str]) -> str:
        text = to_json(build_report(grade(grader, changed), "instructor")).decode()
        return re.sub(r'"(duration_s|started_at|wall_s)": [^,\n]+', "", text)

    alone = {}
    for name, changed in VARIANTS.items():
        with Grader(course) as fresh:
            alone[name] = shown(fresh, changed)
    assert len(set(alone.values())) == len(VARIANTS)
    with Grader(course) as warm:
        for name in [*VARIANTS, *reversed(VARIANTS)]:
            assert shown(warm, VARIANTS[name]) == alone[name], name


ATTEMPTS = """
import os
import threading


def attempts():
    yield "absolute", lambda: open("/etc/passwd").read()
    yield "upwards", lambda: open("../../../etc/passwd").read()
    yield "through a folder", lambda: open("a/../../etc/passwd").read()
    yield "proc", lambda: open("/proc/self/environ", "rb").read()
    yield "proc from here", lambda: open("../proc/self/status").read()
    yield "NUL", lambda: open("log.txt\\0/../../etc/passwd")
    yield "list", lambda: os.listdir("/etc")
    yield "list upwards", lambda: os.listdir("../etc")
    yield "write", lambda: open("/tmp/grader-was-here", "w")
    yield "write upwards", lambda: open("../tmp/grader-was-here", "w")
    yield "by number", lambda: os.open("grader-was-here", os.O_WRONLY | os.O_CREAT)
    yield "folder", lambda: os.mkdir("/tmp/grader-was-here")
    yield "move out", lambda: os.rename("log.txt", "/tmp/grader-was-here")
    yield "move in", lambda: os.rename("/etc/passwd", "passwd")
    yield "link", lambda: os.symlink("/etc/passwd", "passwd")
    yield "hard link", lambda: os.link("/etc/passwd", "passwd")
    yield "change folder", lambda: os.chdir("/tmp")
    yield "change root", lambda: os.chroot(".")
    yield "fork", os.fork
    yield "thread", threading.Thread(target=print).start


def note(name, text):
    with open(name, "a") as file:
        file.write(text + "\\n")
    done = []
    for what, attempt in attempts():
        try:
            attempt()
        except (OSError, RuntimeError, ValueError):
            continue
        done.append(what)
    assert not done, done
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the restrictions are those of Linux")
def test_the_restrictions_hold_while_there_are_files(grader: Grader) -> None:
    """Files in memory open no way to those of the system."""
    report = grade(grader, {"logs": ATTEMPTS})
    assert report.isolation.level == "sandbox"
    assert [s.outcome.feedback.raised for s in checks_of(report, "note")] == ["", ""]
    assert sum(s.score_c for s in checks_of(report, "note")) == 300
    assert not Path("/tmp/grader-was-here").exists()


SEVERAL = {
    "course.toml": 'name = "game"\n[[exercise]]\nname = "game"\nfiles = ["main", "rules"]\n',
    "solutions/main.py": (
        '"""A game."""\n\nfrom rules import double\n\nprint(double(int(input())))\n'
    ),
    "solutions/rules.py": (
        '"""Its rules."""\n\nprint("rules")\n\n\ndef double(n):\n    """Double a number.\n\n'
        '    *Graded on* values, more.\n\n    >>> double(1)\n    2\n    """\n    return 2 * n\n'
    ),
    "suites/game/test_game.py": '''
from grader.testing import check, close, function, printed, whole


@whole("The game", points=2)
class TestGame:
    @check(1, visible=True)
    def test_one(self, student, rng):
        """Prints the double."""
        n = int(rng.integers(1, 100))
        student.run_script(stdin=f"{n}\\n")
        printed(student, f"rules\\n{2 * n}\\n")

    @check(1)
    def test_both(self, student, rng):
        """Prints the double after a call."""
        n = int(rng.integers(1, 100))
        close(student.double(n), 2 * n, "the double")
        student.run_script(stdin=f"{n}\\n")
        printed(student, f"rules\\n{2 * n}\\n")
        close(student.double(n), 2 * n, "the double")


@function("double(n)", points=2)
class TestDouble:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for a number."""
        n = int(rng.integers(1, 100))
        close(student.double(n), 2 * n, "the double")

    @check(1)
    def test_more(self, student, rng):
        """Right for another number."""
        n = int(rng.integers(100, 200))
        close(student.double(n), 2 * n, "the double")
''',
}


def test_of_several_files_the_first_is_the_program(tmp_path: Path) -> None:
    """It imports the others anew, also after their functions were called."""
    course = load_course(write_course(tmp_path, SEVERAL))
    work = tmp_path / "solutions"
    with Grader(course) as grader:
        report = grader.grade(read_submission(work, course))
        assert not faults(report)
        assert report.score_c == report.max_score_c == 400
        (work / "main.py").unlink()
        report = grader.grade(read_submission(work, course))
    assert not faults(report)
    assert sum(s.score_c for s in checks_of(report, "double")) == 200
    first, _ = checks_of(report, "game")
    assert first.outcome.outcome == "not_run"
    assert first.outcome.feedback.wrong == "main.py was not handed in"
