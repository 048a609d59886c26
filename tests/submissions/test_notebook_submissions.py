"""Submissions as notebooks and zips: what is taken, what is left, and by which rule."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.scores import losses

from grader.engine import Grader
from grader.records import Course, Place, ScoreReport
from grader.submissions.notebook import NotebookError, read_code_cells
from grader.submissions.reader import read_submission

Solution = Callable[[str], str]


def notebook(*cells: str) -> dict[str, Any]:
    """A notebook of today's format with these code cells, and some Markdown."""
    code = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for c in cells
    ]
    text = {"cell_type": "markdown", "source": "# sigmoid = 1", "metadata": {}}
    return {"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def write(path: Path, *cells: str) -> Path:
    path.write_text(json.dumps(notebook(*cells)), encoding="utf-8")
    return path


def grade_path(grader: Grader, path: Path, exercise: str = "activations") -> ScoreReport:
    return grader.grade(read_submission(path, grader.course), exercises=(exercise,))


SCRATCH = [
    "%matplotlib inline\n!pip install something\nimport numpy as np\nimport math",
    "%%bash\nexit 1",
    "%%html\n<b>not Python</b>",
    "raise SystemExit",
    "open('/etc/passwd').read()\nprint(undefined_name)",
    "def sigmoid(z):\n    raise ValueError('an earlier try')",
    "x = np.linspace(0, 1)\ny = x ** 2\nwhile True:\n    pass",
    "this does not parse at all",
    "files = !ls\n%time sigmoid(3)\nsigmoid?\n?sigmoid",
    "plt.plot(x, y)",
]


def test_definitions_are_taken_and_scratch_work_is_never_run(
    tmp_path: Path, grader: Grader, solution: Solution
) -> None:
    """Magics, shells, plots, endless loops and exits between the definitions cost nothing."""
    path = write(tmp_path / "activations.ipynb", *SCRATCH, solution("activations"), *SCRATCH[6:])
    report = grade_path(grader, path)
    assert losses(report) == {}
    (exercise,) = report.exercises
    assert exercise.module.status == "graded"
    assert exercise.module.message == ""
    assert any("cell 8 is not valid Python" in note for note in exercise.module.notes)
    assert report.submission.files[0].name == "activations.ipynb"


def test_the_last_definition_of_a_name_wins(
    tmp_path: Path, grader: Grader, solution: Solution
) -> None:
    """If you try again below, the last try is graded."""
    wrong = "def relu(z):\n    return z"
    right = "def relu(z):\n    return np.maximum(z, 0)"
    base = solution("activations")
    assert losses(grade_path(grader, write(tmp_path / "a.ipynb", base, wrong, right))) == {}
    lost = losses(grade_path(grader, write(tmp_path / "a.ipynb", base, right, wrong)))
    assert set(lost) == {"relu"}


def test_constants_classes_and_lambdas_are_definitions(
    tmp_path: Path, grader: Grader, solution: Solution
) -> None:
    """What functions need from the notebook is there."""
    cells = [
        "import numpy as np\nHALF = -(-1 / 2)\nPARTS = {'a': [HALF, 1.0]}\nE: float = np.e",
        "UNKNOWN = not_defined_anywhere",
        "%%time\nclass Helper:\n    @staticmethod\n    def top(z):\n        return z * (z > 0)",
        "relu = lambda z: Helper.top(np.asarray(z)) * PARTS['a'][1] + 0 * HALF * E",
    ]
    report = grade_path(grader, write(tmp_path / "a.ipynb", solution("activations"), *cells))
    assert losses(report) == {}
    assert report.exercises[0].module.message == ""
    assert report.exercises[0].module.notes == ()


def test_an_error_names_the_cell(tmp_path: Path, grader: Grader) -> None:
    """Cell and line, as the student counts them."""
    cells = ["import numpy as np", "# mine\ndef relu(z):\n    return 1 / 0"]
    report = grade_path(grader, write(tmp_path / "activations.ipynb", *cells))
    (first, *_) = [s.outcome.feedback for s in report.checks() if s.check.function == "relu"]
    assert first.raised == "ZeroDivisionError: division by zero\ncell 2, line 3: return 1 / 0"
    assert first.places == (Place(2, 3),)


def test_a_definition_that_raises_costs_itself_and_a_note(
    tmp_path: Path, grader: Grader, solution: Solution
) -> None:
    """A bad default argument in one cell leaves the others in place."""
    bad = "def relu(z, w=missing):\n    return z"
    report = grade_path(grader, write(tmp_path / "a.ipynb", solution("activations"), bad))
    assert losses(report) == {}
    (note,) = report.exercises[0].module.notes
    assert "cell 2, line 1 was left out: NameError: name 'missing'" in note


def test_old_formats_are_upgraded() -> None:
    """Format 3 kept its cells in worksheets, and called sources input."""
    cell = {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "outputs": [], "language": "python"}
    old = {"worksheets": [{"cells": [cell]}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}
    assert read_code_cells(json.dumps(old).encode()) == ("a = 1\nb = 2",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"nbformat": 99, "cells": []}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 5}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [5]}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_notebook_is_trouble_of_that_file_alone(
    tmp_path: Path, course: Course, content: bytes
) -> None:
    """Damaged notebooks are said, and the rest of the folder is graded."""
    with pytest.raises(NotebookError):
        read_code_cells(content)
    (tmp_path / "activations.ipynb").write_bytes(content)
    (tmp_path / "training.py").write_text("x = 1\n")
    first, second = sorted(read_submission(tmp_path, course).files, key=lambda f: f.name)
    assert "cannot be read: " in first.error
    assert not second.error


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["cells", "nbformat", "nbformat_minor", "metadata", "source", "cell_type", "worksheets"]),
        inner | st.just(4) | st.just("code"), max_size=5)))  # fmt: skip
def test_any_json_is_cells_or_a_notebook_error(value: Any) -> None:
    """The reader of notebooks raises nothing else."""
    with contextlib.suppress(NotebookError):
        assert all(isinstance(c, str) for c in read_code_cells(json.dumps(value).encode()))


def test_what_python_writes_and_json_has_not_is_read() -> None:
    """A figure's data may hold NaN, and a text half a surrogate pair."""
    work = notebook("a = 1", "b = '\ud800'")
    work["cells"][1]["outputs"] = [{"data": {"application/json": {"x": float("nan")}}}]
    assert read_code_cells(json.dumps(work).encode()) == ("a = 1", "b = '?'")


@pytest.mark.parametrize(("version", "field"), [(1, "code"), (2, "input"), (3, "input")])
@pytest.mark.parametrize("lines", [["a = 1\n", "b = 2"], ["a = 1", "b = 2"], "a = 1\nb = 2"])
def test_older_formats_kept_lines_with_their_ends_or_without(
    version: int, field: str, lines: list[str] | str
) -> None:
    """Both were written once."""
    cells = [{"cell_type": "code", field: lines}, {"cell_type": "text", "text": "words"}]
    old = {"nbformat": version} | ({"cells": cells} if version == 1 else {})
    old |= {"worksheets": [{"cells": cells}]} if version > 1 else {}
    assert read_code_cells(json.dumps(old).encode()) == ("a = 1\nb = 2",)


def test_a_py_comes_before_a_notebook_and_it_is_said(
    tmp_path: Path, grader: Grader, solution: Solution
) -> None:
    """Two answers to one exercise: the rule, in the report."""
    (tmp_path / "activations.py").write_text(solution("activations"))
    write(tmp_path / "activations.ipynb", "def relu(z):\n    return z")
    report = grade_path(grader, tmp_path)
    assert losses(report) == {}
    said = "activations.py is graded; left out: activations.ipynb"
    assert said in report.submission.notes


def packed(path: Path, entries: dict[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_graded_like_a_folder(tmp_path: Path, grader: Grader, solution: Solution) -> None:
    """Modules and notebooks, also inside a folder, and nothing is extracted."""
    entries = {
        "hand-in/activations.py": solution("activations").encode(),
        "hand-in/forward.ipynb": json.dumps(notebook(solution("forward"))).encode(),
        "__MACOSX/hand-in/activations.py": b"junk",
        "hand-in/conftest.py": b"import os; os._exit(0)",
        "../../evil/optimizers.txt": b"",
    }
    submission = read_submission(packed(tmp_path / "work.zip", entries), grader.course)
    assert submission.id == "work"
    report = grader.grade(submission, exercises=("activations", "forward"))
    assert losses(report) == {}
    assert [p.name for p in tmp_path.iterdir()] == ["work.zip"]
