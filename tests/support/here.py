"""Running a command in the process of the tests, with graders that stay warm.

What is about processes needs one of its own, see `support.running`: pipes, encodings, signals,
environments, and what is left behind.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Self
from unittest.mock import patch

from click.testing import CliRunner

# These take the class when they are imported, which has to be before it is replaced.
import grader.batch.local
import grader.doctor
import grader.notebook
import grader.release.release
import grader.verify.verification
import grader.visible_checks  # noqa: F401
from grader.cli.main import main
from grader.course.manifest import DEFAULT_COURSE
from grader.engine import Grader
from grader.records import Course, IsolationOption

# Each has two processes.
_MOST = 4


class Done(CompletedProcess[str]):
    """A command that ended: what it printed, and what a terminal would have shown."""

    output: str


class _Lent:
    """A grader that is not its user's to close."""

    def __init__(self, grader: Grader) -> None:
        self._grader = grader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        """Leave it as it is."""

    def stop(self) -> None:
        """Stop it for good, and lend it no more."""
        _graders.remove(self._grader)
        self._grader.stop()
        self._grader.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._grader, name)


# The one that was used last is the last.
_graders: list[Grader] = []


def find_warm(course: Course, isolation: IsolationOption = "auto") -> Grader:
    """Return the warm grader of a course: a submission leaves nothing behind for the next."""
    known = [one for one in _graders if (one.course, one.isolation) == (course, isolation)]
    grader = known[0] if known else Grader(course, isolation)
    _graders[:] = [*(one for one in _graders if one is not grader), grader]
    for old in _graders[:-_MOST]:
        old.close()  # it starts again when it is used
    return grader


def close_warm() -> None:
    """End the processes of all warm graders."""
    for warm in _graders:
        warm.close()
    loaded = [(name, module) for name, module in sys.modules.items() if name.startswith("grader.")]
    assert not [name for name, module in loaded if getattr(module, "Grader", None) is lend]


def lend(*which: Any) -> _Lent:
    """Return a warm grader as a command or a notebook opens and closes one."""
    return _Lent(find_warm(*which))


# The tables of our own course take longer than all else in its kit, and are always the same.
_tables: dict[object, dict[str, str]] = {}
_make_tables = Grader.make_mistake_tables


def _remember_tables(grader: Grader, checks: Sequence[str], *secrets: bytes) -> dict[str, str]:
    if grader.course.manifest != DEFAULT_COURSE:
        return _make_tables(grader, checks, *secrets)
    key = (grader.course.suite_sha256, *grader.course.select(), tuple(checks), secrets)
    if key not in _tables:
        _tables[key] = _make_tables(grader, checks, *secrets)
    return _tables[key]


def grade_here(*arguments: object, cwd: str | Path = ".") -> Done:
    """Run the command to its end and return what it printed, as `run_grade` does."""
    typed = [str(argument) for argument in arguments]
    runner = CliRunner(env={"COLUMNS": "100"})
    remembering = patch.object(Grader, "make_mistake_tables", _remember_tables)
    with patch("grader.engine.Grader", lend), remembering, contextlib.chdir(cwd):
        result = runner.invoke(main, typed, prog_name="grade", catch_exceptions=False)
    done = Done(typed, result.exit_code, result.stdout, result.stderr)
    done.output = result.output
    return done
