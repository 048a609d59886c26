"""Windows and macOS, as far as Linux can stand for them: nothing that only Linux has is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.running import assert_one_line

from grader.sandbox.processes import describe_exit, is_kill

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).parent / "support" / "platforms.py"
SYSTEMS = {"darwin": "macOS", "win32": "Windows"}
# One function exits, one crashes, one is right, and one is wrong.
WORK = """\
import ctypes
import os

import numpy as np


def sigmoid(z):
    os._exit(3)


def tanh_prime(z):
    ctypes.string_at(0)


def relu(z):
    return np.maximum(z, 0)


def relu_prime(z):
    return -(np.asarray(z) > 0).astype(float)
"""

each = pytest.mark.parametrize("system", SYSTEMS)


def run_on(
    system: str, folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), system, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
@each
def test_work_is_graded_without_a_sandbox(system: str, tmp_path: Path) -> None:
    """With the same points as on Linux, whether functions are right, crash, or end the process."""
    (tmp_path / "activations.py").write_text(WORK, encoding="utf-8")
    done = run_on(system, tmp_path, "submit", "activations.py", "--exercise", "activations")
    assert done.returncode == 1, done.stderr
    assert f"Graded without a sandbox (this is {SYSTEMS[system]}, not Linux)." in done.stdout
    assert "Ended   the call ended the whole process: it exited with status 3" in done.stdout
    assert "it crashed: a segmentation fault" in done.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    points = {f["name"]: f["score"] for f in report["exercises"][0]["functions"]}
    assert points == {**dict.fromkeys(points, 0), "relu": 1, "relu_prime": points["relu_prime"]}
    assert 0 < points["relu_prime"] < 1
    for command in (["list"], ["next"], ["hint", "tanh_prime"]):
        assert run_on(system, tmp_path, *command).returncode == 0
    isolation = report["isolation"]
    assert isolation["level"] == "process"
    assert {isolation[kind] for kind in ("filesystem", "network", "processes")} == {"open"}
    # A limit is reported only where the system keeps it.
    assert isolation["memory_mib"] is None
    assert (isolation["cpu_s"] is None) == (system == "win32")


@pytest.mark.slow
@each
def test_a_class_is_graded_where_it_is_asked_for_without_a_sandbox(
    system: str, tmp_path: Path
) -> None:
    """Else one line shows how; pages, exports and results of one student follow."""
    for name in ("ada", "bob"):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "activations.py").write_text(WORK, encoding="utf-8")
    grading = ("batch", "class", "--output", "out", "--exercise", "activations")
    refused = run_on(system, tmp_path, *grading)
    assert refused.returncode == 3
    assert "`--isolation process` grades without one" in refused.stderr
    done = run_on(system, tmp_path, *grading, "--isolation", "process")
    assert done.returncode == 0, done.stderr
    for command in (
        ("batch", "class", "--output", "out", "--exercise", "activations", "--isolation=process"),
        ("page", "out", "-o", "class.html"),
        ("export", "out", "--to", "csv", "-o", "scores.csv"),
        ("show", "out", "ada", "activations/sigmoid/values"),
    ):
        shown = run_on(system, tmp_path, *command)
        assert shown.returncode == 0, shown.stderr
    assert '"bob"' in (tmp_path / "scores.csv").read_text(encoding="utf-8")


@pytest.mark.slow
@each
def test_other_commands_need_no_other_system(system: str, tmp_path: Path) -> None:
    """Stubs are written and read, and a sandbox that is asked for is refused in one line."""
    assert run_on(system, tmp_path, "--help").returncode == 0
    made = run_on(system, tmp_path, "init", "work")
    assert made.returncode == 0, made.stderr
    refused = run_on(system, tmp_path, "submit", "work", "--isolation", "sandbox")
    assert refused.returncode == 3
    assert_one_line(refused.stderr)
    assert f"the sandbox needs Linux; this is {SYSTEMS[system]}; `--isolation process`" in (
        refused.stderr
    )
    reset = run_on(system, tmp_path, "reset", "sigmoid", "work")
    assert reset.returncode == 0, reset.stderr


@pytest.mark.slow
@each
def test_the_doctor_names_what_is_missing(system: str, tmp_path: Path) -> None:
    """The sandbox, and where there is one; grading works without."""
    done = run_on(system, tmp_path, "doctor")
    assert done.returncode == 1, done.stderr
    assert "WSL 2" in done.stdout
    assert f"no sandbox: this is {SYSTEMS[system]}, not Linux" in done.stdout
    assert "can grade here, but without a sandbox: your own work only." in done.stdout


def test_the_end_of_a_process_on_windows_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """There a crash is an exit code, and no process ends by a signal."""
    monkeypatch.setattr("sys.platform", "win32")
    assert describe_exit(0xC0000005) == "it crashed: a segmentation fault"
    assert describe_exit(1) == "it exited with status 1"
    assert not is_kill(-9)
    monkeypatch.undo()
    assert is_kill(-9)
    assert not is_kill(9)
