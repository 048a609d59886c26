"""The lines at the end of a stub, which show how to grade it and change nothing else."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.functions import read_functions
from grader.course.notebooks import outdated_files
from grader.records import Course, ScoreReport, SourceFile
from grader.submissions.child.stubs import is_untouched, read_stub
from grader.submissions.fingerprint import take_fingerprint
from grader.submissions.restore import restore_function

ROOT = Path(__file__).resolve().parents[2]
NAMES = [path.stem for path in sorted((ROOT / "exercises").glob("*.py"))]
START = '\n\nif __name__ == "__main__":\n'


def read(name: str) -> str:
    return (ROOT / "exercises" / f"{name}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_stub_ends_with_the_same_lines(name: str) -> None:
    """Once, after everything else."""
    start, found, end = read(name).partition(START)
    assert found
    assert "__main__" not in start
    assert end == read(NAMES[0]).partition(START)[2]
    # A solution has no such lines, and a notebook has none either.
    assert "__main__" not in (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    notebook = ROOT / "exercises" / "notebooks" / f"{name}.ipynb"
    assert "__main__" not in notebook.read_text(encoding="utf-8")


def test_stubs_and_notebooks_are_up_to_date(course: Course) -> None:
    """`grade stubs --check` finds nothing."""
    assert outdated_files(course, ROOT / "solutions") == {}


def test_a_module_that_is_run_shows_a_command_that_grades_it(tmp_path: Path) -> None:
    """The command that it prints works as it is; a folder may have a blank in its name."""
    folder = tmp_path / "my work"
    folder.mkdir()
    (folder / "forward.py").write_text(read("forward"))
    command = [sys.executable, folder / "forward.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (shown,) = re.findall("^To grade this file, run:  (.*)$", done.stdout, re.MULTILINE)
    again = [*shlex.split(shown), "--exercise", "forward"]
    graded = subprocess.run(again, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert graded.returncode == 1, graded.stderr
    assert "not implemented yet" in graded.stdout


def test_a_python_with_a_blank_in_its_path_is_quoted(tmp_path: Path) -> None:
    """As in a kit that was unpacked into such a folder."""
    python = tmp_path / "my kit" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    command = [python, ROOT / "exercises" / "forward.py"]
    environment = {"PYTHONHOME": sys.base_prefix}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if "numpy" in done.stderr:
        pytest.skip("the Python that this one is made from has no numpy")
    assert shlex.split(done.stdout.partition("run:")[2])[0] == str(python)


def test_grading_does_not_notice_the_lines(
    solution: Callable[[str], str], grade: Callable[..., ScoreReport]
) -> None:
    """Neither in a right module nor in one that is a notebook's text."""
    end = START + read(NAMES[0]).partition(START)[2]
    with_end = grade(forward=solution("forward") + end)
    assert with_end.score_c == grade(forward=solution("forward")).score_c > 0
    assert not [check for check in with_end.checks() if check.outcome.feedback.printed]
    exported = grade(forward=f"# %%\n{solution('forward')}{end}")
    assert exported.score_c == with_end.score_c


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_without_the_lines_is_untouched_too(name: str, course: Course) -> None:
    """And one function is put back before them."""
    stub = read_stub(bytes(course.stubs), name, ".py")
    assert stub is not None
    assert is_untouched(read(name), stub)
    assert is_untouched(read(name).partition(START)[0], stub)
    last = read_functions(course, course.exercise(name))[-1]
    written = read(name).replace(last.text, last.text.replace("raise NotImplementedError", "pass"))
    assert written != read(name)
    assert restore_function(written.encode(), last.name, last.text).decode() == read(name)


def test_a_fingerprint_is_of_the_answers() -> None:
    """The lines are part of none; in a notebook, such a block is executed and counts."""

    def fingerprint(text: str) -> str:
        return take_fingerprint(SourceFile("forward.py", text.encode()))

    whole, without = read("forward"), read("forward").partition(START)[0]
    assert fingerprint(whole) == fingerprint(without) != ""
    assert fingerprint(f"{without}\nif __name__ == '__other__':\n    x = 1\n") != fingerprint(whole)
    cells = [
        take_fingerprint(SourceFile("forward.ipynb", b"", cells=(text,)))
        for text in (whole, without)
    ]
    assert cells[0] != cells[1]
