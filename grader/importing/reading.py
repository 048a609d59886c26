"""Recognising an assignment and its grader at a path."""

from __future__ import annotations

from pathlib import Path

from grader.errors import CourseError
from grader.importing.built import find_test_files, has_tests, read_built
from grader.importing.cells import Document, read_notebook
from grader.importing.nbgrader import is_nbgrader, read_nbgrader
from grader.importing.otter import is_otter, read_otter
from grader.importing.parts import Assignment
from grader.sanitize import clean_line

MAX_NOTEBOOKS = 100
_NEITHER = (
    "is not an assignment of nbgrader or otter: no cell has nbgrader's metadata, `# BEGIN "
    "QUESTION` or a test of otter's"
)


def read_assignments(path: Path) -> tuple[list[Assignment], list[str]]:
    """Return the assignments of a notebook or a folder, and what was left out.

    Raises
    ------
    CourseError
        If there is none, or one cannot be read.
    """
    shown = clean_line(str(path), 200)
    if path.is_dir():
        notebooks = sorted(one for one in path.glob("*.ipynb") if one.is_file())
        if not notebooks:
            raise CourseError(
                f"{shown} has no notebook; name a notebook, or the folder of an assignment"
            )
        if len(notebooks) > MAX_NOTEBOOKS:
            raise CourseError(f"{shown} has {len(notebooks)} notebooks; import some at a time")
    elif path.suffix == ".ipynb" and path.is_file():
        notebooks = [path]
    elif not path.exists():
        raise CourseError(
            f"{shown} does not exist; name a notebook, or the folder of an assignment"
        )
    else:
        raise CourseError(f"{shown} is not a notebook (.ipynb); name the notebook, or its folder")
    found, others = [], []
    for notebook in notebooks:
        document = read_notebook(notebook)
        if assignment := _take_apart(document, notebook):
            found.append(assignment)
        else:
            others.append(f"{clean_line(notebook.name)} {_NEITHER}")
    if not found:
        raise CourseError(f"{shown} {_NEITHER}" if len(others) == 1 else "; ".join(others[:3]))
    return found, others


def _take_apart(document: Document, notebook: Path) -> Assignment | None:
    # Boundaries first: a notebook of otter may have metadata that nbgrader left.
    if is_otter(document):
        return read_otter(document)
    files = find_test_files(notebook)
    if has_tests(document, files):
        return read_built(document, files)
    return read_nbgrader(document) if is_nbgrader(document) else None
