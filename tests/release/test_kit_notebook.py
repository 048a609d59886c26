"""The last cell of a kit's notebook: beside the kit, in Colab, and without an installed grader."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from support.here import grade_here

from grader.course.notebooks import GRADE
from grader.release.kit_notebook import point_at_kit

# Hides the installed grader, and stands for pip: the environment has the requirements already.
WITHOUT_GRADER = """\
import importlib.util
import sys
import zipfile
from pathlib import Path

find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name: Path("installed").exists() or None


def pip(line):
    print("pip", line)
    zipfile.ZipFile(line.split('"')[1]).extractall("installed")
    sys.path.insert(0, str(Path("installed").resolve()))


get_ipython().register_magic_function(pip, magic_name="pip")"""
ANSWER = "import numpy as np\n\n\ndef relu(z):\n    return np.maximum(z, 0)"


@pytest.fixture
def kit(kit_of_week1: Path) -> Path:
    """A kit of two exercises, which no test may change."""
    return kit_of_week1


def run_in(folder: Path, *cells: str) -> list[dict[str, object]]:
    """Run cells in a real kernel in a folder, and return the outputs of the last."""
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
    return list(notebook.cells[-1].outputs)


def last_cell(kit: Path) -> str:
    path = kit / "exercises" / "notebooks" / "activations.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(cells[-1]["source"])


def text_of(outputs: list[dict[str, object]]) -> str:
    pieces = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs]  # type: ignore[attr-defined]
    return "".join(map(str, pieces))


@pytest.mark.slow
def test_in_colab_the_kit_is_uploaded_and_installed(kit: Path, tmp_path: Path) -> None:
    """Where the notebook is not a file and no grader is installed."""
    cell = last_cell(kit)
    nothing = text_of(run_in(tmp_path, WITHOUT_GRADER, ANSWER, cell))
    assert "The kit is not here. Upload its zip, run `!unzip -q -o kit.zip`" in nothing
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "another" / "suites" / "losses").mkdir(parents=True)
    shutil.copytree(kit, tmp_path / "hw 1", ignore=shutil.ignore_patterns("__pycache__"))
    (wheel,) = (tmp_path / "hw 1" / "wheels").iterdir()
    graded = text_of(run_in(tmp_path, WITHOUT_GRADER, ANSWER, cell))
    assert f'pip install --quiet "hw 1/wheels/{wheel.name}"\n' in graded
    assert "activations   0.4 / 4.25 points" in graded
    assert "so the cells that have run in this kernel were graded" in graded
    assert "0.4 of 4.25 visible points" in graded


def test_beside_the_kit_the_saved_notebook_is_graded(kit: Path, tmp_path: Path) -> None:
    """With what is installed already, and in two folders below the kit."""
    copy = Path(shutil.copytree(kit, tmp_path / "kit"))
    folder = copy / "exercises" / "notebooks"
    graded = text_of(run_in(folder, last_cell(kit)))
    assert "pip" not in graded
    assert "activations.ipynb was graded as it was last saved" in graded
    assert (folder / "report.json").is_file()


def test_the_cell_changes_no_hand_in(kit: Path, tmp_path: Path) -> None:
    """Neither the magic in it nor its names; an untouched notebook is known as such."""
    source = kit / "exercises" / "notebooks" / "activations.ipynb"
    report = tmp_path / "report.json"
    arguments = ("--exercise", "activations", "--report", report)
    untouched = grade_here("submit", source, *arguments)
    assert untouched.returncode == 1, untouched.stderr
    before = json.loads(report.read_text(encoding="utf-8"))
    written = json.loads(source.read_text(encoding="utf-8"))
    written["cells"].insert(1, nbformat.v4.new_code_cell(ANSWER))
    for cell in written["cells"]:
        if "".join(cell["source"]).startswith("def relu(z"):
            cell["source"] = ANSWER
    changed = tmp_path / "activations.ipynb"
    changed.write_text(json.dumps(written), encoding="utf-8")
    done = grade_here("submit", changed, *arguments)
    assert done.returncode == 1, done.stderr
    after = json.loads(report.read_text(encoding="utf-8"))
    assert (before["score"], after["score"]) == (0, 1)
    assert before["exercises"][0]["notes"] == after["exercises"][0]["notes"] == []


@pytest.mark.parametrize(
    ("install", "line"),
    [
        ("", "{next(kits[0].glob('wheels/*.whl'))}"),
        ("git+https://x.org/{y}", "git+https://x.org/{{y}}"),
    ],
)
def test_the_cell_installs_what_the_instructor_names(install: str, line: str) -> None:
    """IPython reads braces as expressions, so those of a requirement are doubled."""
    notebook = {"cells": [{"cell_type": "code", "source": GRADE.format(name="losses")}]}
    made = json.loads(
        point_at_kit(
            json.dumps(notebook), "losses", install=install, packages=(), origin="# Course: it 1"
        )
    )
    source = "".join(made["cells"][0]["source"])
    assert source.startswith("# Course: it 1\n")
    assert f'%pip install --quiet "{line}"\n' in source
    assert 'grade("losses.ipynb", "losses", course=kits[0])' in source
    compile(source.replace("%pip", "pass  #"), "cell", "exec")
