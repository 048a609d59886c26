"""The commands, as someone types them: what they print, write and return."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.courses import write_thermometer
from support.here import grade_here
from support.running import GRADE, assert_one_line, run_grade, started

from grader.__main__ import main as run_main
from grader.cli.main import _COMMANDS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "grader" / "report.schema.json").read_text(encoding="utf-8"))


# Wrong also where a check hands the answer back in: such a call cannot be drawn again.

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the stubs and one solution, to stand in."""
    shutil.copy(ROOT / "solutions" / "activations.py", tmp_path)
    shutil.copy(ROOT / "exercises" / "optimizers.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def grade(work: Path) -> Run:  # noqa: ARG001 - it is where the commands are run
    return grade_here


def read(path: Path) -> Any:
    report = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report


def test_submit_shows_the_result_and_writes_the_report(work: Path) -> None:
    """The default: the current folder, text on the terminal, report.json beside it."""
    command = ("submit", "--exercise", "activations", "--exercise", "optimizers")
    done = run_grade(*command)
    assert done.returncode == 1
    assert done.stderr == ""
    report = read(work / "report.json")
    assert report["submission"]["id"] == work.name
    assert [e["name"] for e in report["exercises"]] == ["activations", "optimizers"]
    assert report["exercises"][0]["score"] == report["exercises"][0]["max_score"]
    assert report["exercises"][1]["score"] == 0
    assert "not implemented yet" in done.stdout
    assert "report.json" in done.stdout
    # Most tests of the commands start no process: that changes nothing.
    here = grade_here(*command)
    assert (here.returncode, here.stdout, here.stderr) == (1, done.stdout, "")


@pytest.mark.parametrize("place", ["grader.__main__.start_ahead", "grader.cli.main.suggest"])
def test_ctrl_c_before_a_command_works_is_no_failure(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While its processes are started, and while its arguments are read."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["grade", "batch", "class"])
    monkeypatch.setattr("gc.set_threshold", lambda _: None)
    monkeypatch.setattr("grader.__main__.start_ahead", lambda: None)
    monkeypatch.setattr(place, interrupt)
    with pytest.raises(SystemExit) as ended:
        run_main("grade")
    assert ended.value.code == 130
    assert capsys.readouterr().err == "grade: interrupted\n"


def test_fail_under_decides_the_status(grade: Run) -> None:
    """0 at or above, 1 below."""
    only = ("submit", "--exercise", "activations", "--exercise", "optimizers")
    percent = 100 * 12 / 21
    assert grade(*only, "--fail-under", str(int(percent))).returncode == 0
    assert grade(*only, "--fail-under", str(int(percent) + 1)).returncode == 1
    assert grade("submit", "--exercise", "activations").returncode == 0
    assert grade("submit", "--fail-under", "101").returncode == 2


def test_the_report_can_go_to_standard_output(grade: Run, work: Path) -> None:
    """With --report - the text goes to standard error, and no file is written."""
    done = grade("submit", "--exercise", "activations", "--report", "-")
    assert json.loads(done.stdout)["percent"] == 100
    assert "12 / 12" in done.stderr
    assert not (work / "report.json").exists()


def test_a_closed_pipe_costs_neither_report_nor_status(work: Path) -> None:
    """`grade submit | head -1` still writes the report and returns what was graded."""
    command = f"{GRADE} submit --exercise activations | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr
    assert read(work / "report.json")["percent"] == 100


def test_json_is_printed_once_and_alone(grade: Run, work: Path) -> None:
    """--format json prints the report that it writes."""
    done = grade("submit", "--exercise", "activations", "--format", "json")
    assert json.loads(done.stdout) == read(work / "report.json")


@pytest.mark.slow
def test_two_gradings_differ_only_in_their_times(work: Path) -> None:
    """The report is a function of submission, seed and course."""

    def graded(name: str) -> Any:
        run_grade("submit", "--report", name)
        report = read(work / name)
        del report["started_at"], report["duration_s"]
        for exercise in report["exercises"]:
            for function in exercise["functions"]:
                for check in function["checks"]:
                    del check["duration_s"]
        return report

    (work / "training.py").write_text(
        "import threading\n\n\ndef minibatches(X, y, batch_size, rng):\n"
        "    raise ValueError(f'{object()} {threading.Lock()} {set(map(str, range(9)))}')\n"
    )
    assert graded("one.json") == graded("two.json")


@pytest.mark.slow
def test_another_seed_draws_other_inputs(grade: Run, work: Path) -> None:
    """The seed is recorded, public by name and any other by a digest only."""
    grade("submit", "--exercise", "activations")
    seed = {"id": "public", "derived_for": None, "repeat_with": None}
    assert read(work / "report.json")["seed"] == seed
    done = grade("submit", "--exercise", "activations", "--seed", "winter term")
    seed = read(work / "report.json")["seed"]
    assert done.returncode == 0
    assert len(seed["id"]) == 12
    assert "winter" not in str(seed)
    grade("submit", "--seed", "winter term", "--audience", "instructor")
    assert read(work / "report.json")["seed"] == {**seed, "repeat_with": "winter term"}


def test_a_single_file_stands_for_every_module(grade: Run, work: Path) -> None:
    """Functions are looked up by name; exercises that it lacks are missing."""
    source = (work / "activations.py").read_text() + "\n\ndef sgd_step(w, g, lr):\n    return w\n"
    (work / "all_in_one.py").write_text(source)
    assert grade("submit", "all_in_one.py").returncode == 1
    report = read(work / "report.json")
    states = {e["name"]: e["status"] for e in report["exercises"]}
    assert states["activations"] == states["optimizers"] == "graded"
    assert states["backprop"] == "missing"
    assert report["submission"]["files"][0]["name"] == "all_in_one.py"
    assert report["exercises"][0]["score"] == 12


def test_an_instructor_sees_the_values_of_hidden_checks(grade: Run, work: Path) -> None:
    """Expected values of hidden checks are for instructors only."""
    source = (work / "activations.py").read_text()
    (work / "activations.py").write_text(source + "\n\ndef tanh_prime(z):\n    return z * 0 + 7\n")

    def hidden(audience: str) -> Any:
        grade("submit", "--exercise", "activations", "--audience", audience)
        (tanh,) = [
            f
            for f in read(work / "report.json")["exercises"][0]["functions"]
            if f["name"] == "tanh_prime"
        ]
        (check,) = [c for c in tanh["checks"] if c["id"].endswith("matches_numeric_slope")]
        assert check["visibility"] == "hidden"
        return check["feedback"]

    values, shown = hidden("instructor"), hidden("student")
    assert {"values", "expected"} <= values.keys()
    assert not {"values", "expected", "printed", "fault"} & shown.keys()
    assert shown["wrong"] == values["wrong"]


def test_a_syntax_error_costs_one_module(grade: Run, work: Path) -> None:
    """The line is shown, and the other modules are graded."""
    (work / "optimizers.py").write_text("def sgd_step(w, g, lr)\n    return w\n")
    done = grade("submit")
    assert done.returncode == 1
    assert "optimizers.py cannot be imported: SyntaxError" in done.stdout
    assert "line 1: def sgd_step(w, g, lr)" in done.stdout
    assert read(work / "report.json")["exercises"][0]["score"] == 12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere does not exist"),
        (["empty"], "grade init empty"),
        (["notes.txt"], "is not a folder, an archive, a .py or a .ipynb file"),
        (["odd"], "activations.py cannot be read"),
        (["--report", "no/such/folder/r.json", "--exercise", "activations"], "cannot be written"),
    ],
)
def test_what_cannot_be_graded_is_one_line_and_status_3(
    grade: Run, work: Path, arguments: list[str], said: str
) -> None:
    """No such path, nothing of the course in it, nothing readable, nowhere to write."""
    (work / "empty").mkdir()
    (work / "notes.txt").touch()
    (work / "odd").mkdir()
    os.mkfifo(work / "odd" / "activations.py")
    done = grade("submit", *arguments)
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert done.stderr.startswith("grade: ")
    assert said in done.stderr


def test_a_submission_without_code_is_reported_as_missing(grade: Run, work: Path) -> None:
    """As in a class: the report has no points, and the reason."""
    (work / "empty").mkdir()
    done = grade("submit", "empty", "--report", "r.json")
    assert done.returncode == 3
    assert_one_line(done.stderr)
    report = read(work / "r.json")
    assert (report["status"], report["score"], report["submission"]["id"]) == (
        "missing",
        0,
        "empty",
    )
    assert "it is empty" in report["exercises"][0]["message"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_said(grade: Run, work: Path) -> None:
    """Permission denied is a reason, not a traceback."""
    (work / "activations.py").chmod(0)
    (work / "optimizers.py").unlink()
    done = grade("submit")
    assert done.returncode == 3
    assert "Permission denied" in done.stderr


def test_errors_are_json_where_json_was_asked_for(grade: Run) -> None:
    """A script reads the error as it would read the report."""
    done = grade("submit", "nowhere", "--format", "json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["kind"] == "SubmissionError"
    assert done.stderr == ""


def test_a_misspelt_exercise_is_wrong_usage(grade: Run) -> None:
    """Status 2, and the nearest name."""
    done = grade("submit", "--exercise", "activation")
    assert done.returncode == 2
    assert "did you mean activations?" in done.stderr


def test_without_a_sandbox_the_result_says_so(grade: Run, work: Path) -> None:
    """--isolation process grades the same, and is recorded."""
    done = grade("submit", "--exercise", "activations", "--isolation", "process")
    assert done.returncode == 0
    assert "without a sandbox" in done.stdout
    isolation = read(work / "report.json")["isolation"]
    assert isolation["level"] == "process"
    assert isolation["filesystem"] == isolation["network"] == isolation["processes"] == "open"


def test_a_bundle_can_be_packed_along(grade: Run, work: Path) -> None:
    """--bundle writes what was graded."""
    grade("submit", "--exercise", "activations", "--bundle", "b.zip")
    assert (work / "b.zip").stat().st_size > 100


def test_drop_ins_beside_the_modules_change_nothing(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """conftest.py, numpy.py, pytest.ini and the like are not even read."""
    (work / "activations.py").write_text("def sigmoid(z):\n    return 0 * z\n")
    evil = "import os, sys\nsys.exit(0)\n"
    for name in ("conftest.py", "numpy.py", "msgspec.py", "sitecustomize.py", "json.py"):
        (work / name).write_text(evil)
    (work / "pytest.ini").write_text("[pytest]\naddopts = --co\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--co")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    done = run_grade("submit", "--exercise", "activations")
    assert done.returncode == 1
    assert read(work / "report.json")["score"] == 0


def test_init_puts_the_stubs_there_and_says_what_is_next(grade: Run, work: Path) -> None:
    """A fresh folder is ready to be graded, with nothing implemented."""
    done = grade("init", "fresh")
    assert done.returncode == 0
    assert "grade submit fresh" in done.stdout
    done = grade("submit", "fresh")
    assert done.returncode == 1
    assert read(work / "report.json")["score"] == 0


def test_init_says_what_is_next_for_the_course_that_was_asked_for(
    grade: Run, tmp_path: Path
) -> None:
    """The commands it shows carry --course, or they would grade other work."""
    write_thermometer(tmp_path / "my course")
    done = grade("init", "fresh", "--course", "my course")
    shown = [shlex.split(line)[1:5] for line in done.stdout.splitlines() if "  grade " in line]
    names = ("watch", "submit", "examples")
    assert shown == [[name, "fresh", "--course", "my course"] for name in names]
    done = grade(*shown[1])
    assert done.returncode == 1
    assert "temperature  Temperatures  0 / 3" in done.stdout


@pytest.mark.slow
def test_a_command_that_repeats_a_check_runs_as_it_stands(work: Path) -> None:
    """It names what was graded and with which course; the report names no place."""
    place = work / "my work"
    place.mkdir()
    shutil.copy(ROOT / "exercises" / "autodiff.py", place)
    # What is passed to this function stays with the grader: no lines can make the call again.
    with (place / "autodiff.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef forward_derivative(f, x):\n    return f(x) * 0.0\n")
    course = ROOT / "grader"
    typed = ("submit", "my work", "--course", course, "--seed", "spring term")
    shown = recipes(grade_here(*typed, "--exercise", "autodiff").stdout)
    again = f"grade submit 'my work' --course {course} --seed 'spring term' --exercise autodiff"
    assert shown == {again}
    assert "grade submit" not in (work / "report.json").read_text(encoding="utf-8")
    assert "my work' --" not in (work / "report.json").read_text(encoding="utf-8")
    assert recipes(grade_here(*shlex.split(again)[1:]).stdout) == shown
    assert recipes(grade_here("submit", place.name).stdout) == {
        "grade submit 'my work' --exercise autodiff"
    }
    assert recipes(grade_here("submit", cwd=place).stdout) == {"grade submit --exercise autodiff"}


def recipes(shown: str) -> set[str]:
    """Return the commands by which a result says that checks can be repeated."""
    return set(re.findall(r"^    Repeat  (grade .*)$", shown, re.MULTILINE))


def test_every_help_has_an_example(grade: Run) -> None:
    """--help of each command shows how it is used."""
    overview = grade("--help").stdout
    for name in ("init", "submit", "stubs", "verify"):
        assert f"  {name} " in overview
        assert f"grade {name}" in grade(name, "--help").stdout
    assert grade("--version").stdout.startswith("grade, version ")


@pytest.mark.parametrize("command", ["", *_COMMANDS])
def test_help_keeps_its_examples_in_lines(command: str) -> None:
    """Every command's help has examples, each on a line of its own, in 80 columns."""
    done = grade_here(*command.split(), "--help")
    assert done.returncode == 0
    assert "\\b" not in done.stdout
    examples = done.stdout.partition("Example" if command else "Start with")[2]
    assert re.search(r"\n +grade [a-z]+", examples), done.stdout
    for line in examples.partition("Options:")[0].splitlines():
        assert line.count("grade ") <= 1, line


def test_a_misspelt_command_is_answered_with_the_nearest_one(grade: Run) -> None:
    """Status 2, and what was probably meant."""
    done = grade("sumbit")
    assert done.returncode == 2
    assert "did you mean submit?" in done.stderr
    assert "did you mean" not in grade("quantum").stderr


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_encoding_will_do(work: Path, encoding: str) -> None:
    """What a code page lacks is printed plainly; the report on standard output stays UTF-8."""
    folder = work / "größe 日本"
    folder.mkdir()
    shutil.copy(ROOT / "solutions" / "activations.py", folder)
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [GRADE, "submit", folder, "--exercise", "activations"]
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.returncode == 0
    assert done.stderr == b""
    shown = done.stdout.decode(encoding)
    assert "  +  sigmoid_prime" in shown
    assert "----" in shown
    done = subprocess.run(
        [*command, "--report", "-"], capture_output=True, check=False, env=environment
    )
    assert json.loads(done.stdout.decode())["submission"]["id"] == folder.name


@pytest.mark.parametrize("columns", [40, pytest.param(100, marks=pytest.mark.slow)])
def test_in_a_terminal_no_line_of_prose_is_longer_than_it(work: Path, columns: int) -> None:
    """Words break between words; only what is there to be copied may run over."""
    (work / "activations.py").write_text("def sigmoid(z):\n    return z * 0 + 1.5\n")
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1", "TERM": "xterm"}
    streams = {"stdout": follower, "stderr": subprocess.DEVNULL}
    shown = b""
    with started("submit", "--exercise", "activations", env=environment, **streams) as done:
        os.close(follower)
        with contextlib.suppress(OSError):  # a terminal that was closed says so like this
            while part := os.read(leader, 4096):
                shown += part
        assert done.wait(30) == 1
    os.close(leader)
    lines = re.sub(rb"\x1b\[[0-9;]*m", b"", shown).decode().splitlines()
    copied = ("Repeat ", "     ", "The report is in")
    prose = [line for line in lines if not line.strip().startswith(copied)]
    assert not [line for line in prose if len(line.rstrip()) > columns and "    " not in line]
    assert any("activations/sigmoid" in line for line in lines)
    assert b"\x1b[31m" not in shown


def test_the_shell_completes_commands_exercises_and_checks(work: Path) -> None:
    """Completion is click's; exercises are the course's, checks those that failed."""

    def complete(words: str) -> list[str]:
        count = str(words.count(" "))
        told = {"_GRADE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
        done = subprocess.run(
            [GRADE], capture_output=True, text=True, check=True, env={**os.environ, **told}
        )
        assert done.stderr == ""
        return [line.partition(",")[2] for line in done.stdout.splitlines() if line]

    (work / "activations.py").write_text("def sigmoid(z):\n    return z\n")
    assert complete("grade sub") == ["submit"]
    assert complete("grade submit --exercise a") == ["activations", "autodiff"]
    assert complete("grade submit --course nowhere --exercise a") == []
    assert complete("grade hint sig") == []
    grade_here("submit", "--exercise", "activations")
    assert "activations/sigmoid/values" in complete("grade hint sig")
