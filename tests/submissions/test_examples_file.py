"""`examples.py` in a hand-in: it answers nothing, is not imported, and disturbs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.records import Course, Submission
from grader.submissions.reader import read_submission

WORK = "def sigmoid(z):\n    return z\n"
MORE = WORK + "def sgd_step(w, g, lr):\n    return w\n"
EXAMPLES = "from activations import sigmoid\nassert sigmoid(0.0) == 0.5\n"


def read(folder: Path, course: Course, files: Mapping[str, str]) -> Submission:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return read_submission(folder, course)


@pytest.mark.parametrize("name", ["examples.py", "Examples.py", "examples (1).py", "x/examples.py"])
def test_it_is_not_graded_and_not_noted(tmp_path: Path, course: Course, name: str) -> None:
    """Beside modules it is neither a module of the student's nor a file to complain about."""
    found = read(tmp_path, course, {"activations.py": WORK, name: EXAMPLES})
    assert [file.name for file in found.files] == ["activations.py"]
    assert not found.notes
    assert not found.siblings


def test_one_file_of_any_name_answers_all_beside_it(tmp_path: Path, course: Course) -> None:
    """With examples.py there is still exactly one code file."""
    found = read(tmp_path, course, {"hw.py": MORE, "examples.py": EXAMPLES})
    assert found.stands_for_all
    assert [file.name for file in found.files] == ["hw.py"]


def test_a_file_of_that_name_with_functions_is_code(tmp_path: Path, course: Course) -> None:
    """The only file with functions of the course may have any name."""
    found = read(tmp_path, course, {"examples.py": MORE})
    assert found.stands_for_all


def test_it_alone_is_nothing_to_grade(tmp_path: Path, course: Course) -> None:
    """Examples without any code are a hand-in without code."""
    with pytest.raises(SubmissionError, match="none of the course's files"):
        read(tmp_path, course, {"examples.py": EXAMPLES})
