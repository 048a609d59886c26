"""Notebooks whose file the kernel cannot read: found otherwise, or graded as they ran."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.here import lend

from grader.errors import GraderError, SandboxError
from grader.kernel import find_kernel, write_notebook
from grader.notebook import grade
from grader.sandbox.processes import start
from grader.submissions.notebook import read_code_cells

GRADE = 'from grader.notebook import grade\n\ngrade("activations.ipynb", "activations")'
RIGHT = "import numpy as np\n\n\ndef relu(z):\n    return np.maximum(z, 0)\n"
WRONG = RIGHT.replace("np.max", "-np.max")


class History:
    def __init__(self, cells: tuple[str, ...]) -> None:
        self.input_hist_raw = ["", *cells]


class Shell:
    """What `grader.kernel` asks of IPython's shell."""

    def __init__(self, *cells: str, **names: object) -> None:
        self.user_ns, self.history_manager = names, History(cells)

    def transform_cell(self, cell: str) -> str:
        return cell.replace("%matplotlib inline", "pass")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setattr("grader.notebook.Grader", lend)


def use(monkeypatch: pytest.MonkeyPatch, shell: Shell | None) -> None:
    module = types.ModuleType("IPython")
    module.get_ipython = lambda: shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", module)


def run_cells(*cells: str) -> list[Any]:
    """Run cells in a real kernel, and return the outputs of the last."""
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors=True
    ).execute()
    return list(notebook.cells[-1].outputs)


def test_without_its_file_a_notebook_is_graded_as_it_ran(tmp_path: Path) -> None:
    """As in Colab: the last definition that ran counts, and a cell is named by its prompt."""
    folder = f"import os\nos.chdir({str(tmp_path)!r})"
    broken = "def relu(z:\n    return z"
    magic = "%matplotlib inline\nx = relu(np.ones(3))"
    (output,) = run_cells(folder, RIGHT, WRONG, broken, magic, GRADE)
    text = output["data"]["text/plain"]
    assert "relu              0.4 / 1  positive values of z get the wrong sign" in text
    assert "Next: fix relu in activations.ipynb, cell 3, line 4" in text
    assert "`relu`, run its cell, and run this cell again." in text
    assert f"activations.ipynb is not in {tmp_path}, so the cells that have run" in text
    assert "is not in activations.ipynb" not in text
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["score"] == 0.4
    assert report["exercises"][0]["notes"] == []
    assert "text/html" in output["data"]


def test_where_nothing_has_run_one_line_names_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restarted kernel has forgotten every definition; nothing is written."""
    for shell in (Shell(GRADE), Shell("x = 1", GRADE), Shell("def other():\n    return 1", GRADE)):
        use(monkeypatch, shell)
        with pytest.raises(GraderError, match="run the cells from the top, then this one") as error:
            grade("activations.ipynb", "activations")
        assert str(error.value).startswith(f"activations.ipynb is not in {tmp_path}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["vscode", "jupyter"])
def test_the_file_that_the_front_end_names_is_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """From any folder and under any name; the report is beside it, and unsaved code is noticed."""
    path = tmp_path / "elsewhere" / "activations (1).ipynb"
    path.parent.mkdir()
    path.write_bytes(write_notebook((RIGHT,)))
    names = {"__vsc_ipynb_file__": str(path)} if place == "vscode" else {}
    if place == "jupyter":
        monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    use(monkeypatch, Shell(WRONG, GRADE, **names))
    result = grade("activations.ipynb", "activations")
    assert result.score == 1
    assert "activations (1).ipynb was graded as it was last saved" in repr(result)
    assert "save (Ctrl+S)" in result.next_step
    assert (path.parent / "report.json").is_file()


def test_a_name_that_is_no_file_of_a_notebook_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A console's session has a number, and a notebook that was renamed is gone."""
    (tmp_path / "console-1.txt").write_text("")
    (tmp_path / "folder.ipynb").mkdir()
    for named in (
        "7d3c",
        str(tmp_path / "gone.ipynb"),
        str(tmp_path / "console-1.txt"),
        str(tmp_path / "folder.ipynb"),
        "a\0.ipynb",
        None,
        3,
    ):
        use(monkeypatch, Shell(RIGHT, __vsc_ipynb_file__=named))
        found = find_kernel()
        assert found is not None
        assert found.notebook is None


def test_a_file_that_is_there_is_graded_whatever_has_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what is handed in. A folder or a module that is not there is an error."""
    (tmp_path / "activations.ipynb").write_bytes(write_notebook((WRONG,)))
    use(monkeypatch, Shell(RIGHT, GRADE))
    assert grade("activations.ipynb", "activations").score == 0.4
    for absent in ("folder", "activations.py"):
        with pytest.raises(GraderError, match=f"{absent} does not exist"):
            grade(absent, "activations")


def test_outside_of_ipython_there_is_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is loaded or not."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert find_kernel() is None
    use(monkeypatch, None)
    assert find_kernel() is None


def test_cells_keep_the_numbers_of_their_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that ran again counts where it ran last; whatever is not Python is empty."""
    cells = ("x = 1", "y = (", "x = 1", "%matplotlib inline", "z = '\ud800'", "s = 'ä\\n€'")
    use(monkeypatch, Shell(*cells))
    found = find_kernel()
    assert found is not None
    assert found.cells == ("", "", "x = 1", "%matplotlib inline", "", "s = 'ä\\n€'")
    assert read_code_cells(write_notebook(found.cells)) == found.cells


def test_a_python_in_a_browser_gets_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JupyterLite and Pyodide have no processes."""
    (tmp_path / "activations.ipynb").write_bytes(write_notebook((RIGHT,)))
    monkeypatch.setattr("sys.platform", "emscripten")
    with pytest.raises(SandboxError, match="runs in a browser and cannot start the processes"):
        grade("activations.ipynb", "activations")
    with pytest.raises(SandboxError, match="runs in a browser"):
        start("grader.examiner.main", ())


@pytest.mark.parametrize(
    "cell", ["x = " + "-" * 100_000 + "1", "+".join("a" * 100_000), "fails", "x = '\\d'"]
)
def test_a_cell_that_cannot_be_parsed_is_as_one_that_has_not_run(
    cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nested too deeply for Python, or for a transformer of the student's; nothing is warned."""

    class Transforming(Shell):
        def transform_cell(self, cell: str) -> str:
            if cell == "fails":
                raise RuntimeError
            return cell

    use(monkeypatch, Transforming(cell, RIGHT))
    kernel = find_kernel()
    assert kernel is not None
    assert kernel.cells == (cell if "d" in cell else "", RIGHT)
