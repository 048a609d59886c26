"""Faults of the machine and of the grader: one line, exit status 3, and never a score."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import jsonschema
import pytest
from support.here import grade_here
from support.running import GRADE, alive, assert_one_line, family, started, wait_for
from support.samples import sample

from grader.__main__ import main as run_main
from grader.course.manifest import load_course
from grader.engine import Grader
from grader.errors import ExaminerError
from grader.records import SourceFile, Submission
from grader.schema import PATH

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and signals of Linux")
# Right, and slow once in each process: long enough to be killed meanwhile.
SLOW_ONCE = (
    (ROOT / "solutions" / "forward.py").read_bytes()
    + b"""

import time
right, calls = affine_forward, []


def affine_forward(X, W, b):
    calls.append(1)
    if len(calls) == 1:
        time.sleep(1.5)
    return right(X, W, b)
"""
)


def in_shell(setup: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a shell that has prepared its limits or streams."""
    command = shlex.join([GRADE, *map(str, arguments)])
    return subprocess.run(
        ["bash", "-c", f"{setup} {command}"], capture_output=True, text=True, check=False
    )


LIMITS = [("-v 2000000", "memory"), ("-n 40", "open files"), ("-t 100", "processor time")]


@pytest.mark.parametrize(("limit", "names"), sample([(one[1], one) for one in LIMITS], each=3))
def test_a_limit_that_is_too_low_is_one_line_and_no_score(
    tmp_path: Path, limit: str, names: str
) -> None:
    """It names the limit and how to raise it; right work would fail below it."""
    report = tmp_path / "report.json"
    done = in_shell(f"ulimit {limit};", "submit", ROOT / "solutions", "--report", report)
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert names in done.stderr
    assert f"ulimit {limit[:2]}" in done.stderr
    assert not report.exists()


@pytest.mark.slow
def test_a_class_in_a_shell_with_too_low_a_limit_gets_no_zeros(tmp_path: Path) -> None:
    """The batch writes neither a summary nor a report that an export could take."""
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "forward.py").write_text("x = 1\n")
    output = tmp_path / "graded"
    done = in_shell("ulimit -v 2000000;", "batch", tmp_path / "class", "--output", output)
    assert done.returncode == 3
    assert not list(output.rglob("*.json"))
    assert not list(output.rglob("summary.*"))


@pytest.mark.parametrize(
    "closed", sample([(c, (c,)) for c in ("<&- >&- 2>&-", "<&-", ">&-", "2>&-")], each=4)
)
def test_closed_standard_streams_change_no_score(tmp_path: Path, closed: str) -> None:
    """A pipe to a process of the grader does not take a standard stream's place."""
    report = tmp_path / "report.json"
    work = ROOT / "solutions"
    arguments = ["submit", work, "--exercise", "forward", "--report", report]
    command = shlex.join([GRADE, *map(str, arguments)])
    done = subprocess.run(["bash", "-c", f"{command} {closed}"], capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads(report.read_bytes())["percent"] == 100


def test_a_full_device_is_one_line(tmp_path: Path) -> None:
    """The report is written, although the result cannot be printed."""
    report = tmp_path / "report.json"
    command = [GRADE, "submit", ROOT / "solutions", "--exercise", "forward", "--report", report]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "No space left" in done.stderr
    assert json.loads(report.read_bytes())["percent"] == 100


@pytest.mark.parametrize("delay_s", sample([(str(d), (d,)) for d in (0.05, 0, 0.2, 0.4)], each=4))
@pytest.mark.parametrize("which", [0, 1])
def test_a_process_that_is_killed_while_it_starts_is_one_line(
    tmp_path: Path, which: int, delay_s: float
) -> None:
    """It shows which one was killed and what to do, and nothing of pipes and streams."""
    report = tmp_path / "report.json"
    with started("submit", ROOT / "solutions", "--report", report) as running:
        wait_for(lambda: len(family(running.pid)) > 1)
        time.sleep(delay_s)
        os.kill(sorted(family(running.pid))[which], signal.SIGKILL)
        _, shown = running.communicate(timeout=60)
    assert running.returncode == 3
    assert_one_line(shown)
    assert re.search("process (was killed|has ended)", shown)
    assert "run the same command again" in shown
    assert not report.exists()


class _Interrupted(types.ModuleType):
    def __getattr__(self, name: str) -> object:
        if name == "main":
            raise KeyboardInterrupt
        raise AttributeError(name)


def test_ctrl_c_while_the_command_is_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is what Ctrl-C is later."""
    monkeypatch.setitem(sys.modules, "grader.cli.main", _Interrupted("grader.cli.main"))
    monkeypatch.setattr(sys, "argv", ["grade", "--help"])
    monkeypatch.setattr("gc.set_threshold", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        run_main("grade")
    assert ended.value.code == 130
    assert capsys.readouterr().err == "grade: interrupted\n"


def workers_of(pid: int) -> set[int]:
    """Return the workers, which are the children of the fork server."""
    found = set()
    for child in family(pid):
        name = Path(f"/proc/{child}/oom_score_adj")
        try:
            if name.read_text() == "1000\n":
                found.add(child)
        except OSError:
            continue
    return found


def test_a_worker_that_something_killed_once_is_asked_again() -> None:
    """The call is made again in a fresh worker, and nothing is lost."""
    submission = Submission("x", (SourceFile("forward.py", SLOW_ONCE),))
    with Grader(load_course()) as grader:
        pid = os.fork()
        if not pid:
            _kill_a_worker(os.getppid(), times=1)
            os._exit(0)
        report = grader.grade(submission, exercises=("forward",))
        os.waitpid(pid, 0)
    assert report.fault == ""
    assert report.percent == 100


@pytest.mark.slow
def test_workers_that_something_kills_again_and_again_are_a_fault() -> None:
    """It is an error of the examination, not of the student."""
    submission = Submission("x", (SourceFile("forward.py", SLOW_ONCE),))
    with Grader(load_course()) as grader:
        pid = os.fork()
        if not pid:
            _kill_a_worker(os.getppid(), times=2)
            os._exit(0)
        with pytest.raises(ExaminerError, match="killed from outside"):
            grader.grade(submission, exercises=("forward",))
        os.waitpid(pid, 0)
        again = grader.grade(
            Submission("x", (SourceFile("forward.py", b"x = 1\n"),)), exercises=("forward",)
        )
        assert again.status == "graded"


def _kill_a_worker(pid: int, times: int) -> None:
    for _ in range(times):
        wait_for(lambda: workers_of(pid) - {os.getpid()})
        time.sleep(0.5)  # until it is confined and has been asked
        for worker in workers_of(pid) - {os.getpid()}:
            os.kill(worker, signal.SIGKILL)
        time.sleep(0.2)


def test_student_code_cannot_pretend_to_be_killed_from_outside() -> None:
    """SIGKILL to itself is refused, and what it does instead costs its own points."""
    source = b"import signal\ndef affine_forward(X, W, b):\n    signal.raise_signal(9)\n"
    submission = Submission("x", (SourceFile("forward.py", source),))
    with Grader(load_course()) as grader:
        report = grader.grade(submission, exercises=("forward",))
    assert report.status == "graded"
    assert report.score_c == 0
    (affine, _) = report.functions()
    assert "PermissionError" in affine.checks[0].outcome.feedback.raised


@pytest.mark.slow
def test_a_killed_fork_server_leaves_a_submission_unexamined(tmp_path: Path) -> None:
    """Its report has no score, an export leaves it out, and the next run examines it."""
    work = tmp_path / "class"
    for name in ("ada", "ben"):
        (work / name).mkdir(parents=True)
        (work / name / "forward.py").write_bytes(SLOW_ONCE)
    output = tmp_path / "graded"
    command = ["batch", work, "--output", output, "--exercise", "forward", "--jobs", "1"]
    with started(*command) as process:
        for _ in range(2):  # each try of the first submission
            wait_for(lambda: workers_of(process.pid))
            (worker, *_) = workers_of(process.pid)
            server = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
            os.kill(server, signal.SIGKILL)
            wait_for(lambda server=server: not alive({server}))
        _, errors = process.communicate()
    assert process.returncode == 3
    assert "could not be examined" in errors
    reports = {p.stem: json.loads(p.read_bytes()) for p in (output / "reports").glob("*.json")}
    assert sorted(report["status"] for report in reports.values()) == ["graded", "unexamined"]
    (lost,) = [name for name, report in reports.items() if report["status"] == "unexamined"]
    assert reports[lost]["score"] is None
    jsonschema.validate(reports[lost], json.loads(PATH.read_bytes()))
    with (output / "summary.csv").open(newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert (rows[lost]["status"], rows[lost]["score"]) == ("unexamined", "")
    exported = grade_here("export", output, "--to", "csv", "-o", "-")
    (row,) = [row for row in csv.DictReader(exported.stdout.splitlines()) if row["id"] == lost]
    assert (row["status"], row["score"], row["total"]) == ("unexamined", "", "")
    assert exported.stderr == f"no score, because not examined: {lost}\n"
    assert grade_here(*command).returncode == 0
    again = json.loads((output / "reports" / f"{lost}.json").read_bytes())
    assert again["status"] == "graded"


PATHS = ("with spaces", "with [brackets]", "with 'quotes'", 'a"b')


@pytest.mark.parametrize("name", sample([(path, (path,)) for path in PATHS], each=2))
def test_any_path_works(tmp_path: Path, name: str) -> None:
    """Brackets are no markup, and spaces and quotes are part of a name."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "forward.py").write_bytes((ROOT / "solutions" / "forward.py").read_bytes())
    report = folder / "report.json"
    done = grade_here("submit", folder, "--exercise", "forward", "--report", report)
    assert done.returncode == 0, done.stderr
    assert json.loads(report.read_bytes())["percent"] == 100
