"""`grade doctor`: what a machine has, what it lacks, and what it can really do."""

from __future__ import annotations

import json
import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner, Result
from support.running import run_grade

import grader.doctor as examined
from grader.cli.doctor import doctor
from grader.course.manifest import load_course
from grader.doctor import Trial, inspect_packages, try_grading
from grader.errors import ExaminerError, SandboxError
from grader.records import Course, Limits
from grader.sandbox.machine import Piece, inspect_machine

TEXT = {"type": "string"}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema_version",
        "grader",
        "verdict",
        "exit_status",
        "pieces",
        "trial",
        "problems",
    ],
    "properties": {
        "schema_version": {"const": 1},
        "grader": TEXT,
        "verdict": {"enum": ["sandbox", "process", "none"]},
        "exit_status": {"enum": [0, 1, 3]},
        "problems": {"type": "array", "items": TEXT},
        "pieces": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "group", "state", "found", "remedy"],
                "properties": {
                    "name": TEXT,
                    "group": {"enum": ["packages", "sandbox", "machine"]},
                    "state": {"enum": ["ok", "missing", "weak", "fact"]},
                    "found": TEXT,
                    "remedy": TEXT,
                },
            },
        },
        "trial": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "required": ["isolation", "first_s", "next_s", "restricted", "why_no_sandbox"],
            "properties": {
                "isolation": {
                    "type": "object",
                    "required": ["level", "filesystem", "network", "processes"],
                    "properties": {"level": {"enum": ["sandbox", "process"]}},
                },
                "first_s": {"type": "number"},
                "next_s": {"type": "number"},
                "restricted": {"type": ["boolean", "null"]},
                "why_no_sandbox": TEXT,
            },
        },
    },
}
PIECES = (
    "Python",
    "numpy",
    "pytest",
    "pytest-json-report",
    "kernel",
    "landlock",
    "seccomp",
    "libseccomp",
    "limit of memory",
    "end with the parent",
    "container",
    "free memory",
    "cores",
)


@pytest.fixture(scope="module")
def trial() -> Trial:
    return try_grading(load_course(), "process")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, arguments)


def test_the_findings_as_json_follow_a_schema() -> None:
    """A script can rely on names and types, and the status is that of the verdict."""
    done = run_grade("doctor", "--json")
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    assert done.stderr == ""
    assert done.returncode == found["exit_status"]
    assert {piece["name"] for piece in found["pieces"]} >= set(PIECES)
    assert (found["verdict"] == "sandbox") == (found["trial"]["isolation"]["level"] == "sandbox")


def test_a_sandbox_is_tried_from_inside() -> None:
    """In a sandbox the graded code could not look around, which is the proof of it."""
    tried = try_grading(load_course())
    assert tried.isolation.level == "sandbox"
    assert tried.restricted is True
    assert tried.verdict == "sandbox"


def test_without_a_sandbox_nothing_is_claimed(trial: Trial) -> None:
    """In a process of its own, student code has no restrictions to test."""
    assert trial.restricted is None
    assert trial.verdict == "process"


def test_only_without_a_sandbox_is_status_1(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Own work can be graded here; the reason for the missing sandbox is shown."""
    shown = replace(trial, why_no_sandbox="the kernel has no Landlock")
    monkeypatch.setattr(examined, "try_grading", lambda *_: shown)
    done = run()
    assert done.exit_code == 1
    assert "no sandbox: the kernel has no Landlock" in done.output
    assert "without a sandbox" in done.output.splitlines()[-1]


def test_restrictions_that_do_not_work_are_not_a_sandbox(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox in name only is status 1."""
    monkeypatch.setattr(examined, "try_grading", lambda *_: replace(trial, restricted=False))
    done = run()
    assert done.exit_code == 1
    assert "could list the files here" in done.output


def test_a_sandbox_that_fails_is_reported_and_the_other_way_is_tried(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went wrong in the sandbox is reported beside what works."""

    def tried(_manifest: Path, wanted: str) -> Trial:
        if wanted == "auto":
            raise SandboxError("the sandbox failed")
        return trial

    monkeypatch.setattr(examined, "try_grading", tried)
    done = run("--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["problems"] == ["the sandbox failed"]


def test_not_being_able_to_grade_is_status_3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reason is one line; there is no traceback."""

    def fail(*_: Any) -> Trial:
        raise ExaminerError("the examiner process did not start:\nno numpy")

    monkeypatch.setattr(examined, "try_grading", fail)
    done = run()
    assert done.exit_code == 3
    assert "the examiner process did not start: no numpy" in done.output
    assert "cannot grade here" in done.output


def test_with_a_package_missing_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is named with the command that installs it."""
    demands = ["numpy>=1.26", "no-such-package>=2", "nbformat>=999", 'dask>=1; extra == "cluster"']
    monkeypatch.setattr("importlib.metadata.requires", lambda _: demands)
    pieces = {piece.name: piece for piece in inspect_packages(load_course())}
    assert "dask" not in pieces
    assert pieces["numpy"].state == "ok"
    assert pieces["no-such-package"].remedy == 'pip install "no-such-package>=2"'
    assert "does not satisfy >=999" in pieces["nbformat"].found
    done = run("--json")
    assert done.exit_code == 3
    found = json.loads(done.output)
    jsonschema.validate(found, SCHEMA)
    assert found["trial"] is None
    assert found["problems"] == ["not tried without no-such-package, nbformat"]


def piece(limits: Limits, name: str) -> Piece:
    (found,) = [one for one in inspect_machine(limits) if one.name == name]
    return found


def test_what_each_landlock_adds_is_said(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older kernel lacks pieces by name, with the kernel that has them."""
    monkeypatch.setattr("landlockpy.abi_version", lambda: 3)
    assert piece(course.limits, "landlock ABI 3").state == "ok"
    newer = piece(course.limits, "landlock ABI 4")
    assert newer.state == "weak"
    assert "TCP" in newer.found
    assert "Linux 6.7" in newer.remedy
    monkeypatch.setattr("landlockpy.abi_version", lambda: 0)
    assert piece(course.limits, "landlock").state == "missing"
    assert "lsm=landlock" in piece(course.limits, "landlock").remedy


def test_a_limit_that_is_too_low_is_found(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A course that wants more than the shell allows could not be graded in a sandbox."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (2**29, 2**29))
    assert (
        piece(msgspec.structs.replace(course.limits, memory_mib=256), "limit of memory").state
        == "ok"
    )
    found = piece(msgspec.structs.replace(course.limits, memory_mib=1024), "limit of memory")
    assert found.state == "missing"
    assert found.found == "512 MiB, and the course needs 1024 MiB"


def test_another_system_is_told_what_a_sandbox_needs(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On macOS and Windows one piece says it all."""
    monkeypatch.setattr("sys.platform", "darwin")
    (kernel,) = inspect_machine(course.limits)
    assert kernel.state == "missing"
    assert "WSL 2" in kernel.remedy
