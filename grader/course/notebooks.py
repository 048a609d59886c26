r"""Notebooks for students, made from the solutions and from prose.

``solutions/<module>.py`` is the source of all code and docstrings, and
``solutions/notebooks/<module>.md`` of the prose and the figures. It is Markdown, and lines
like these divide it into parts::

    The introduction: everything up to the first mark.

    <!-- function: sigmoid -->
    Text before the stub of `sigmoid`, with mathematics between $ and $.

    <!-- figure: sigmoid -->
    Text before the figure (or nothing).

    ```python
    xs = np.linspace(-6, 6, 200)  # one block, which draws with the student's functions
    ```

    Text after the figure (or nothing).

    <!-- closing -->
    Text before the cell that grades.

Every function of the exercise has one part, in any order; a provided function may have one. A
figure comes after the cells of the function above it. The title and the conventions at the top
come from the module's docstring, the examples from the functions' docstrings.

A notebook has no outputs and no times, and the ids of its cells follow from the names of its
parts, so the same sources make the same bytes.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.course.cutting import first_line
from grader.course.derivations import find_links, write_link
from grader.course.notebook_examples import choose_tools, guard, write_examples
from grader.course.programs import Definition
from grader.course.stubs import NOTEBOOKS, keep_outdated, make_stub, outdated_stubs
from grader.course.texts import read_solutions, read_text
from grader.errors import CourseError
from grader.records import Course

_MARK = re.compile(r"^<!-- (function|figure|closing)(?:: (\w+))? -->$", re.MULTILINE)
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HOW = """\
**How it works.** Run the cells from the top, each with Shift+Enter. In a cell with
`raise NotImplementedError`, write your code instead and run the cell again. The cell below it
tries the examples of the docstring and shows ✓ or ✗. The last cell grades the notebook. You can
grade as often as you like."""
GRADING = """\
## Grade it

**Save the notebook** (Ctrl+S, or ⌘S on a Mac), then run the next cell. It grades the saved file
with hidden checks, too, and shows the result here. Only your definitions count; examples, figures
and experiments may stay. If there is no module `grader`, choose the Python in which you installed
it as the kernel of this notebook."""
GRADE = 'from grader.notebook import grade\n\ngrade("{name}.ipynb", "{name}")'


@dataclass(slots=True)
class _Part:
    """One part of the prose, with the figures that follow it."""

    text: str
    figures: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Module:
    """The parts of a solution."""

    summary: str
    conventions: str
    setup: list[str]
    # Comments between definitions, by the definition that follows.
    comments: dict[str, str]
    asked: dict[str, str]
    provided: dict[str, str]
    answers: dict[str, str]
    helpers: list[str]
    docstrings: dict[str, str]


def make_notebook(
    name: str,
    solution: str,
    prose: str,
    *,
    filled: bool = False,
    links: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a module's notebook: the text of an ``.ipynb`` of format 4.5.

    Parameters
    ----------
    solution : str
        Source of ``solutions/<name>.py``.
    prose : str
        Content of ``solutions/notebooks/<name>.md``.
    filled : bool
        Whether cells contain the solution's code instead of stubs, for tests: such a notebook
        gets full marks.
    links : mapping of str to str
        Where functions are derived, as of `grader.course.derivations.find_links`.

    Raises
    ------
    CourseError
        If the prose does not fit the solution.
    """
    # nbformat takes longer to import than `grade --help` to run.
    from nbformat import v4, validate, writes

    module = _take_apart(solution)
    parts = _read_prose(name, prose, module)
    cells = _Cells(name, v4)
    cells.add_text("introduction", f"# {module.summary}", parts["introduction"].text)
    cells.add_text("how", _HOW)
    conventions = module.conventions and f"**Conventions.** {module.conventions}"
    cells.add_text("conventions", conventions)
    cells.add_code("setup", "\n".join(module.setup))
    written = {
        asked: write_examples(asked, module.docstrings[asked], module.answers[asked])
        for asked in module.asked
    }
    cells.add_code("tools", choose_tools(written.values()), jupyter={"source_hidden": True})
    helpers = "\n\n\n".join(module.helpers) if filled else ""
    for definition, stub in {**module.provided, **module.asked}.items():
        part = parts.get(definition, _Part(""))
        link = write_link(links[definition]) if definition in links else ""
        if definition in module.provided:
            cells.add_text(f"{definition} text", f"## Provided: `{definition}`", part.text, link)
            cells.add_code(definition, stub)
            continue
        comment = module.comments.get(definition, "")
        cells.add_text(f"{definition} text", f"## `{definition}`", part.text, link)
        # The helpers follow the comment that invites to write some, else precede the first stub.
        if comment or helpers:
            cells.add_code(f"{definition} helpers", "\n\n\n".join(filter(None, (comment, helpers))))
            helpers = ""
        cells.add_code(definition, module.answers[definition] if filled else stub)
        if examples := written[definition]:
            cells.add_code(f"{definition} examples", examples)
        for figure, text in part.figures:
            _add_figure(cells, figure, text)
    cells.add_text("closing", parts["closing"].text, GRADING)
    cells.add_code("grade", GRADE.format(name=name), tags=["grade"])
    notebook = v4.new_notebook(
        cells=cells.cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    notebook.nbformat_minor = 5
    validate(notebook)
    return str(writes(notebook, version=4)).rstrip("\n") + "\n"


def outdated_files(course: Course, solutions: Path) -> dict[Path, str]:
    """Return what each stub and notebook that differs from its sources should contain."""
    return {**outdated_stubs(course, solutions), **outdated_notebooks(course, solutions)}


def outdated_notebooks(course: Course, solutions: Path) -> dict[Path, str]:
    """Return what each notebook that differs from its sources should contain.

    A course whose solutions have no folder ``notebooks/`` has no notebooks.

    Raises
    ------
    CourseError
        If a source is missing, or the prose does not fit the solution.
    """
    made: dict[Path, str] = {}
    if not (solutions / NOTEBOOKS).is_dir():
        return made
    texts = read_solutions(course, solutions)
    # Notebooks cannot import one another, so an exercise of several files has none.
    for name in [exercise.name for exercise in course.exercises if exercise.is_one_file]:
        prose = read_text(
            solutions / NOTEBOOKS / f"{name}.md", "write it: the notebook is made of it"
        )
        path = course.stubs / NOTEBOOKS / f"{name}.ipynb"
        made[path] = make_notebook(name, texts[name], prose, links=find_links(course, name))
    return keep_outdated(made)


def _take_apart(solution: str) -> _Module:
    answers, _ = definitions_of(solution)
    stub = make_stub(solution)
    stubs, comments = definitions_of(stub)
    tree = ast.parse(stub)
    summary, _, conventions = (ast.get_docstring(tree) or "").partition("\n")
    statements = [node for node in tree.body[1:] if not isinstance(node, Definition)]
    docstrings = {
        node.name: ast.get_docstring(node) or ""
        for node in tree.body
        if isinstance(node, Definition)
    }
    # A definition that is equal in stub and solution is provided.
    provided = {name: text for name, text in stubs.items() if text == answers[name]}
    return _Module(
        summary=summary.rstrip("."),
        conventions=conventions.strip(),
        setup=_gather(statements, stub),
        comments=comments,
        asked={name: text for name, text in stubs.items() if name not in provided},
        provided=provided,
        answers=answers,
        helpers=[text for name, text in answers.items() if name not in stubs],
        docstrings=docstrings,
    )


def definitions_of(source: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the top definitions by name, and the comments before them by the same names."""
    lines = source.splitlines()
    texts: dict[str, str] = {}
    comments: dict[str, str] = {}
    done = 0
    for node in ast.parse(source).body:
        first = first_line(node)
        between = "\n".join(lines[done:first]).strip()
        done = node.end_lineno or node.lineno
        if isinstance(node, Definition):
            # Overloads have one name.
            text = "\n".join(lines[first:done])
            texts[node.name] = "\n".join(filter(None, (texts.get(node.name), text)))
            if between:
                comments[node.name] = between
    return texts, comments


def _gather(statements: list[ast.stmt], source: str) -> list[str]:
    # Blank lines between groups of imports are kept, as the solution has them.
    lines = source.splitlines()
    gathered: list[str] = []
    end = statements[0].lineno if statements else 0
    for node in statements:
        if node.lineno > end + 1:
            gathered.append("")
        end = node.end_lineno or node.lineno
        gathered += lines[node.lineno - 1 : end]
    return gathered


def _read_prose(name: str, prose: str, module: _Module) -> dict[str, _Part]:
    pieces = _MARK.split(prose)
    parts = {"introduction": _Part(pieces[0].strip())}
    latest = parts["introduction"]
    for kind, label, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if kind == "figure":
            latest.figures.append((label, text.strip()))
        else:
            latest = parts[label or kind] = _Part(text.strip())
    parts.setdefault("closing", _Part(""))
    written = parts.keys() - {"introduction", "closing"}
    if missing := module.asked.keys() - written:
        raise CourseError(f"the prose of {name} lacks {', '.join(sorted(missing))}")
    if unknown := written - module.asked.keys() - module.provided.keys():
        raise CourseError(f"the prose of {name} is about unknown {', '.join(sorted(unknown))}")
    if any(part.figures for label, part in parts.items() if label not in module.asked):
        raise CourseError(f"the prose of {name} has a figure that follows no stub")
    return parts


def _add_figure(cells: _Cells, name: str, text: str) -> None:
    pieces = _BLOCK.split(text)
    if len(pieces) != 3:
        raise CourseError(f"the figure {name} has {len(pieces) // 2} blocks of python, not one")
    before, code, after = (piece.strip() for piece in pieces)
    drawing = f"import matplotlib.pyplot as plt\n\n{code}\nplt.show()"
    cells.add_text(f"figure {name} before", before)
    cells.add_code(f"figure {name}", guard(drawing), tags=["figure"])
    cells.add_text(f"figure {name} after", after)


class _Cells:
    """The cells so far; a cell's id follows from its module and label."""

    def __init__(self, module: str, v4: Any) -> None:
        self.cells: list[Any] = []
        self._module = module
        self._v4 = v4

    def add_text(self, label: str, *paragraphs: str) -> None:
        text = "\n\n".join(filter(None, paragraphs))
        if text:
            self.cells.append(self._v4.new_markdown_cell(text, id=self._make_id(label)))

    def add_code(self, label: str, code: str, **metadata: Any) -> None:
        cell = self._v4.new_code_cell(code, id=self._make_id(label), metadata=metadata)
        self.cells.append(cell)

    def _make_id(self, label: str) -> str:
        return hashlib.sha256(f"{self._module}/{label}".encode()).hexdigest()[:12]
