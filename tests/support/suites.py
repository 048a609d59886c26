"""The checks of a suite, run in this process on what takes the place of a student."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.examiner.checks import parse_signature
from grader.sandbox.calls import StudentError
from grader.seeds import derive_check_seed
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed
from support.from_file import load_file

ROOT = Path(__file__).resolve().parents[2]


class Checks:
    """The checks of an exercise, to be run in this process on a module that is trusted."""

    def __init__(self, exercise: str) -> None:
        path = ROOT / "grader" / "suites" / exercise / f"test_{exercise}.py"
        suite = load_file(f"suite_of_{exercise}", path)
        self._exercise = exercise
        self._groups = {
            parse_signature(mark.kwargs["signature"]).name: group()
            for group in vars(suite).values()
            for mark in getattr(group, "pytestmark", ())
        }
        self.functions = tuple(self._groups)

    def run(self, teacher: Any, seed: str, *expected: type[Exception]) -> None:
        """Run every check as the examiner does for a seed."""
        for check_id, check in self._tests():
            with contextlib.suppress(*expected):
                _call(check, check_id, teacher, seed)

    def hidden_values(self) -> Iterator[str]:
        """Yield the ids of the hidden checks of values."""
        for check_id, check in self._tests():
            (mark,) = (m for m in check.pytestmark if m.name == "check")
            if not mark.kwargs["visible"] and mark.kwargs["kind"] == "value":
                yield check_id

    def passes(self, check_id: str, seed: str, student: Any) -> bool:
        """Return whether a check passes; a fault of the suite's is raised."""
        return self.words(check_id, seed, student) is None

    def words(self, check_id: str, seed: str, student: Any) -> str | None:
        """Return what a check that fails shows students, or None where it passes."""
        try:
            _call(dict(self._tests())[check_id], check_id, student, seed)
        except (CheckFailed, StudentError) as failed:
            return str(failed)
        return None

    def _tests(self) -> Iterator[tuple[str, Any]]:
        for name, group in self._groups.items():
            for test in [key for key in vars(type(group)) if key.startswith("test_")]:
                check_id = f"{self._exercise}/{name}/{test.removeprefix('test_')}"
                yield check_id, getattr(group, test)


def _call(check: Any, check_id: str, student: Any, seed: str) -> None:
    draws = Draws(derive_check_seed(seed, check_id))
    wants = inspect.signature(check).parameters
    check(student, **({"rng": draws} if "rng" in wants else {}))
