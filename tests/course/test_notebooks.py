"""Notebooks: made from the solutions, always the same, and good to run from top to bottom."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.course.derivations import find_links
from grader.course.manifest import load_course
from grader.course.notebooks import make_notebook, outdated_notebooks
from grader.course.stubs import hand_out_stubs
from grader.errors import CourseError
from grader.records import Course

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "solutions"
NAMES = [exercise.name for exercise in load_course().exercises]
# What runs a notebook is the student's own; a grader works without.
RUNNERS = ("nbclient", "ipykernel", "matplotlib")
# In a process of its own: kernels leave sockets and event loops behind.
RUN = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""
SOLUTION = '''"""Halves.

What holds for all of them.
"""

import math

import numpy as np


# provided
def double(x):
    """Return 2 * x."""
    return 2 * x


# stub: Write or copy here what you need.


def half(x):
    """Return x / 2.

    Examples
    --------
    >>> y = 3.0
    >>> half(y), half(2 * y)
    (1.5, 3.0)
    """
    return _scale(x)


def _scale(x):
    return x / 2
'''
PROSE = """Why halves matter.

<!-- function: half -->
Half of $x$ is $x / 2$.

<!-- figure: line -->
A line:

```python
plt.plot([half(x) for x in range(3)])
```

It is straight.

<!-- closing -->
That is all.
"""

each_name = pytest.mark.parametrize("name", NAMES)
runs = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in RUNNERS),
    reason=f"needs {', '.join(RUNNERS)}",
)


def make(name: str, *, filled: bool = False) -> str:
    solution = (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")
    prose = (SOLUTIONS / "notebooks" / f"{name}.md").read_text(encoding="utf-8")
    links = find_links(load_course(), name)
    return make_notebook(name, solution, prose, filled=filled, links=links)


def cells_of(text: str, kind: str = "code") -> list[Any]:
    return [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


def source_of(cell: Any) -> str:
    return "".join(cell["source"])


def tagged(cells: list[Any], tag: str) -> list[Any]:
    return [cell for cell in cells if tag in cell["metadata"].get("tags", [])]


def printed_by(cell: Any) -> str:
    return "".join("".join(o["text"]) for o in cell["outputs"] if o["output_type"] == "stream")


def shown_by(cell: Any) -> str:
    """Return the text that stands for a cell's last value."""
    (output,) = [o for o in cell["outputs"] if o["output_type"] == "execute_result"]
    return "".join(output["data"]["text/plain"])


def test_the_notebooks_are_what_the_sources_make(course: Course) -> None:
    """`grade stubs --check` is green."""
    assert outdated_notebooks(course, SOLUTIONS) == {}


@each_name
def test_a_notebook_is_valid_and_always_the_same(name: str) -> None:
    """Same sources, same bytes; nothing of the day it was made."""
    text = make(name)
    assert text == make(name)
    assert text.endswith("}\n")
    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


@each_name
def test_stub_and_notebook_ask_for_the_same(name: str) -> None:
    """Every definition of the stub is in the notebook, word for word, and no solution is.

    The line of the derivation is a link in the text above the function.
    """
    stub = (ROOT / "exercises" / f"{name}.py").read_text(encoding="utf-8")
    stub = re.sub(r"\n\n    Derivation: .*", "", stub)
    cells = [source_of(cell) for cell in cells_of(make(name))]
    kinds = (ast.FunctionDef, ast.ClassDef)
    wanted = [ast.get_source_segment(stub, n) for n in ast.parse(stub).body if isinstance(n, kinds)]
    assert [cell for cell in cells if cell in wanted] == wanted
    solution = (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")
    for node in ast.parse(solution).body:
        segment = ast.get_source_segment(solution, node)
        if isinstance(node, kinds) and segment not in wanted:
            assert segment not in cells


@each_name
def test_every_cell_is_python_and_the_last_one_grades(name: str) -> None:
    """A stub notebook opens clean, and needs no shell."""
    cells = cells_of(make(name))
    for cell in cells:
        ast.parse(source_of(cell))
    assert source_of(cells[-1]).endswith(f'\n\ngrade("{name}.ipynb", "{name}")')


@each_name
def test_the_formulas_are_closed(name: str) -> None:
    """Dollars and braces come in pairs, or the page shows raw LaTeX."""
    for cell in cells_of(make(name), "markdown"):
        for paragraph in source_of(cell).split("\n\n"):
            assert paragraph.replace("$$", "").count("$") % 2 == 0, paragraph
            assert paragraph.count("$$") % 2 == 0, paragraph
            assert paragraph.count("{") == paragraph.count("}"), paragraph


def test_the_parts_come_in_order() -> None:
    """Title, how to work, conventions, given, idea, workspace, stub, examples, figure, grading."""
    text = make_notebook("halves", SOLUTION, PROSE)
    cells = json.loads(text)["cells"]
    sources = [source_of(cell) for cell in cells]
    assert sources[0] == "# Halves\n\nWhy halves matter."
    assert sources.pop(1).startswith("**How it works.** Run the cells from the top")
    assert sources[1] == "**Conventions.** What holds for all of them."
    assert sources[2] == "import math\n\nimport numpy as np"
    assert sources[4:6] == [
        "## Provided: `double`",
        'def double(x):\n    """Return 2 * x."""\n    return 2 * x',
    ]
    assert sources[6] == "## `half`\n\nHalf of $x$ is $x / 2$."
    assert sources[7] == "# Write or copy here what you need."
    assert sources[8].endswith('"""\n    # TODO: implement half\n    raise NotImplementedError')
    assert sources[9] == (
        "with attempt():\n    y = 3.0\n    compare((half(y), half(2 * y)), (1.5, 3.0))"
    )
    assert sources[10] == "A line:"
    assert "    plt.plot([half(x) for x in range(3)])\n    plt.show()" in sources[11]
    assert sources[12] == "It is straight."
    assert sources[13].startswith("That is all.\n\n## Grade it")
    assert len(sources) == 15
    filled = [
        source_of(cell) for cell in cells_of(make_notebook("h", SOLUTION, PROSE, filled=True))
    ]
    assert sum("def _scale(x)" in source for source in filled) == 1
    assert any(source.endswith("return _scale(x)") for source in filled)


def test_ids_do_not_move_when_something_is_inserted() -> None:
    """An id follows from the part's name, so that a diff shows what has changed."""
    third = 'def third(x):\n    """Return x / 3."""\n    return x / 3\n\n\n'
    solution = SOLUTION.replace("# stub:", third + "# stub:")
    prose = PROSE.replace("<!-- function: half", "<!-- function: third -->\n\n<!-- function: half")
    before = json.loads(make_notebook("halves", SOLUTION, PROSE))["cells"]
    after = json.loads(make_notebook("halves", solution, prose))["cells"]
    assert [cell for cell in after if cell in before] == before
    # Its heading and its stub; it has no examples.
    assert len(after) == len(before) + 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("function: half", "function: third", "lacks half"),
        ("<!-- closing -->", "<!-- function: third -->", "unknown third"),
        ("```python", "```text", "figure line has 0 blocks"),
        ("Why halves matter.", "<!-- figure: early -->", "follows no stub"),
    ],
)
def test_prose_that_does_not_fit_is_refused(old: str, new: str, said: str) -> None:
    """A function without words, words without a function, a figure without code or place."""
    with pytest.raises(CourseError, match=said):
        make_notebook("halves", SOLUTION, PROSE.replace(old, new))


def test_changed_words_make_a_notebook_outdated(tmp_path: Path, course: Course) -> None:
    """The check sees the prose as well as the code."""
    shutil.copytree(SOLUTIONS, tmp_path / "solutions")
    prose = tmp_path / "solutions" / "notebooks" / f"{NAMES[0]}.md"
    prose.write_text("A new first line.\n\n" + prose.read_text(encoding="utf-8"), encoding="utf-8")
    (path,) = outdated_notebooks(course, tmp_path / "solutions")
    assert path.name == f"{NAMES[0]}.ipynb"
    prose.unlink()
    with pytest.raises(CourseError, match="write it: the notebook is made of it"):
        outdated_notebooks(course, tmp_path / "solutions")


def test_notebooks_are_handed_out_instead_of_stubs(tmp_path: Path, course: Course) -> None:
    """`grade init --notebooks`; a changed notebook is never overwritten."""
    done = hand_out_stubs(course, tmp_path, notebooks=True)
    assert done.written == tuple(f"{name}.ipynb" for name in NAMES)
    (tmp_path / done.written[0]).write_text("mine")
    assert hand_out_stubs(course, tmp_path, notebooks=True).kept == done.written
    assert (tmp_path / done.written[0]).read_text() == "mine"
    assert sorted(path.name for path in tmp_path.glob("[!.]*")) == sorted(done.written)


def test_the_command_hands_out_notebooks(tmp_path: Path) -> None:
    """As someone types it."""
    command = [str(Path(sys.executable).with_name("grade")), "init", "work", "--notebooks"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"{NAMES[0]}.ipynb" in done.stdout
    handed_out = tmp_path / "work" / f"{NAMES[0]}.ipynb"
    # Its links lead to the pages beside it.
    text = make(NAMES[0]).replace("(../derivations/", "(derivations/")
    assert handed_out.read_text(encoding="utf-8") == text


def run(path: Path) -> list[Any]:
    """Run a notebook from top to bottom, and return its code cells with their outputs."""
    programs = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": programs + os.pathsep + os.environ["PATH"]}
    command = [sys.executable, "-c", RUN, str(path)]
    done = subprocess.run(
        command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return cells_of(path.read_text(encoding="utf-8"))


@runs
@pytest.mark.slow
@each_name
def test_a_fresh_notebook_runs_without_an_error(name: str, tmp_path: Path) -> None:
    """Where something is not written yet, one line says so, and no empty figure appears."""
    path = tmp_path / f"{name}.ipynb"
    path.write_text(make(name), encoding="utf-8")
    cells = run(path)
    for cell in cells:
        if source_of(cell).startswith("with attempt():"):
            assert printed_by(cell).endswith(" is not implemented yet\n")
            assert printed_by(cell).count("\n") == 1
            # On a busy machine one line may arrive in two pieces.
            assert {output["output_type"] for output in cell["outputs"]} == {"stream"}
    assert "not implemented yet" in shown_by(cells[-1])


@runs
@pytest.mark.slow
@each_name
def test_a_finished_notebook_runs_and_gets_full_marks(name: str, tmp_path: Path) -> None:
    """With the solutions filled in: every example holds, every figure appears, all is graded."""
    path = tmp_path / f"{name}.ipynb"
    path.write_text(make(name, filled=True), encoding="utf-8")
    cells = run(path)
    for cell in cells[:-1]:
        assert "✗" not in printed_by(cell)
        assert printed_by(cell).count("✓") == source_of(cell).count("    compare(")
    for cell in tagged(cells, "figure"):
        (output,) = cell["outputs"]
        assert "image/png" in output["data"]
    assert "100 %" in shown_by(cells[-1])
    assert [output["output_type"] for output in cells[-1]["outputs"]] == ["execute_result"]


EXAMPLES = {
    "a statement": ">>> x = f(1)\n>>> x\n2",
    "a loop with results": ">>> for x in range(2):\n...     print(f(x))\n1\n2",
    "text that is printed": '>>> print("a b")\na b',
    "a number that is printed": ">>> print(f(1))\n2",
    "an exception": ">>> f(None)\nTraceback (most recent call last):\n    ...\nTypeError: no",
    "an object": ">>> object()  # doctest: +ELLIPSIS\n<object object at 0x...>",
    "a definition": ">>> def g(x):\n...     return f(x)\n>>> g(2)\n3",
    "an import": ">>> import math\n>>> math.floor(f(1.5))\n2",
    "several results": ">>> f(1), f(2)\n(2, 3)",
    "a list": ">>> [f(x) for x in range(3)]\n[1, 2, 3]",
    "nothing": "Just words.",
}


def run_cells(cells: list[Any], capsys: pytest.CaptureFixture[str]) -> str:
    """Run some cells as modules, and return what they print."""
    names: dict[str, Any] = {"__name__": "notebook"}
    capsys.readouterr()
    for cell in cells:
        exec(source_of(cell), names)
    return capsys.readouterr().out


@pytest.mark.parametrize("kind", EXAMPLES)
def test_any_example_of_a_docstring_works(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Right work shows ✓ for each, wrong work ✗, and a stub one line."""
    docstring = "Add one.\n\n" + EXAMPLES[kind]
    indented = docstring.replace("\n", "\n    ").replace("    \n", "\n")
    body = "    if x is None:\n        raise TypeError('no')\n    return x + 1\n"
    solution = f'"""Ones."""\n\n\ndef f(x):\n    """{indented}\n    """\n{body}'
    prose = "One.\n\n<!-- function: f -->\nAdd.\n"
    *right, _ = cells_of(make_notebook("ones", solution, prose, filled=True))
    *stub, _ = cells_of(make_notebook("ones", solution, prose))
    results = kind != "nothing"
    shown = run_cells(right, capsys)
    assert ("✓" in shown) == results
    assert "✗" not in shown
    uses_f = results and kind not in ("text that is printed", "an object")
    assert ("not implemented yet" in (shown := run_cells(stub, capsys))) == (
        uses_f and kind != "an exception"
    )
    assert "Traceback" not in shown
    wrong = json.loads(json.dumps(right).replace("x + 1", "x + 2").replace("'no'", "'yes'"))
    assert ("✗" in run_cells(wrong, capsys)) == uses_f


def test_a_function_that_prints_shows_what_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where that looks like a value."""
    solution = (
        '"""P."""\n\n\ndef p(x):\n    """Print.\n\n    >>> p(3)\n    3\n    """\n    print(x)\n'
    )
    *cells, _ = cells_of(make_notebook("p", solution, "<!-- function: p -->\nP.\n", filled=True))
    assert "✓ p(3)" in run_cells(cells, capsys)
