"""What README.md and .ci/run promise is what is done."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.test_hostile import HOSTILE

from grader.verify.verification import load_catalogue

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def test_ci_runs_the_readmes_test_command_word_for_word() -> None:
    """One command of the README passes the tests, and CI runs that one."""
    tests = [line for line in commands() if line.endswith("pytest -n auto -m 'not slow'")]
    assert len(tests) == 1
    assert tests[0] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_readme_has_one_command_for_the_main_job() -> None:
    """It makes a venv, so it works where the system's Python refuses installs."""
    (main,) = [line for line in commands() if line.endswith("grade submit solutions")]
    assert main.startswith("python3 -m venv ")


def test_every_link_in_the_readme_leads_somewhere() -> None:
    """Files that are linked exist."""
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_the_readmes_numbers_are_those_of_the_tests_and_suites() -> None:
    """Hostile submissions, known mistakes and right variants are counted exactly."""
    text = " ".join(README.split())
    suites = ROOT / "grader" / "suites"
    names = [path.parent.name for path in suites.glob("*/misconceptions.py")]
    mistakes = sum(len(load_catalogue(suites, name, "misconceptions")) for name in names)
    variants = sum(len(load_catalogue(suites, name, "variants")) for name in names)
    assert f"Of {len(HOSTILE)} hostile submissions" in text
    assert f"knows {mistakes:,} mistakes" in text
    assert f"{variants} right variants" in text
