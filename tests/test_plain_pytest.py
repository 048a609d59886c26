"""Attacks that get full marks from a plain `pytest --json-report`, as docs/design.md states.

Each attacks a suite in its own process, and `tests/sandbox/hostile` has it for this grader.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SUITE = """
from work import double

def test_double():
    want = 14
    assert double(7) == want
"""
# By the hostile submission that does the same.
ATTACKS = {
    "equal_to_everything": """
class Equal:
    def __eq__(self, other):
        return True

def double(x):
    return Equal()
""",
    "reads_the_callers_frame": """
import sys

def double(x):
    return sys._getframe(1).f_locals["want"]
""",
    "patched_test_runner": """
from _pytest.reports import TestReport

make = TestReport.from_item_and_call.__func__

@classmethod
def forge(cls, item, call):
    report = make(cls, item, call)
    report.outcome = "passed"
    return report

TestReport.from_item_and_call = forge

def double(x):
    return 0
""",
    "rewrites_the_report_at_exit": """
import atexit, json

@atexit.register
def rewrite():
    with open(".report.json", "r+") as file:
        report = json.load(file)
        report["summary"] = {"passed": 1, "total": 1}
        report["tests"][0]["outcome"] = "passed"
        file.seek(0)
        file.truncate()
        json.dump(report, file)

def double(x):
    return 0
""",
}
HONEST = {"right": "def double(x):\n    return 2 * x\n", "wrong": "def double(x):\n    return 0\n"}


def outcome(folder: Path, work: str) -> str:
    """Return the outcome of the test in the report of a plain pytest."""
    (folder / "work.py").write_text(work, encoding="utf-8")
    (folder / "test_work.py").write_text(SUITE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--json-report", "-p", "no:cacheprovider"]
    subprocess.run([*command, "test_work.py"], cwd=folder, capture_output=True, check=False)
    report = json.loads((folder / ".report.json").read_text(encoding="utf-8"))
    (test,) = report["tests"]
    assert report["summary"]["total"] == 1
    found: str = test["outcome"]
    return found


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_passes_a_test_in_its_own_process(name: str, tmp_path: Path) -> None:
    """None of them has the right answer, and a hostile submission does the same."""
    assert (Path(__file__).parent / "sandbox" / "hostile" / f"{name}.py").is_file()
    assert outcome(tmp_path, ATTACKS[name]) == "passed"


@pytest.mark.parametrize("name, expected", [("right", "passed"), ("wrong", "failed")])
def test_honest_work_gets_the_outcome_that_it_deserves(
    name: str, expected: str, tmp_path: Path
) -> None:
    """So that the attacks show something."""
    assert outcome(tmp_path, HONEST[name]) == expected
