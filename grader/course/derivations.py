"""Pages beside the stubs that derive what the functions of a module compute.

``exercises/derivations/<module>.html`` is one file, which the author of a course writes. A function
whose name is an id in the page has a link: in the stub, the last line of its docstring names the
place; in the notebook, the text above the function has the link.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.course.cutting import is_private, is_provided
from grader.course.pristine import PRISTINE
from grader.course.programs import Definition
from grader.course.texts import read_text
from grader.errors import SubmissionError
from grader.files import replace_whole
from grader.records import Course

# The folder of the pages beside the stubs.
DERIVATIONS = "derivations"
# The notebooks of a course are in a folder of their own; `grade init` puts them beside the pages.
_FROM_NOTEBOOKS = "](../"
_ID = re.compile(r"""\sid\s*=\s*["']?([^\W\d]\w*)(?=["'\s>])""")
_LITERAL = re.compile(r"""([A-Za-z]*)(\"""|'''|"|')(.*)\2""", re.DOTALL)


def find_pages(course: Course) -> dict[str, Path]:
    """Return the pages of a course's modules, by module."""
    above = course.stubs.parent if course.stubs.name == PRISTINE else course.stubs
    paths = {name: above / DERIVATIONS / f"{name}.html" for name in course.modules}
    return {name: path for name, path in paths.items() if path.is_file()}


def read_pages(course: Course) -> Iterator[tuple[str, str]]:
    """Yield path below the stubs and text of each page.

    Raises
    ------
    CourseError
        If a page is not text.
    """
    for path in find_pages(course).values():
        yield f"{DERIVATIONS}/{path.name}", read_text(path)


def find_links(course: Course, module: str) -> dict[str, str]:
    """Return where the page of a module derives its functions, by the ids in the page."""
    path = find_pages(course).get(module)
    names = _ID.findall(read_text(path)) if path else ()
    return {name: f"{DERIVATIONS}/{module}.html#{name}" for name in names}


def add_links(solution: str, links: Mapping[str, str]) -> str:
    """Return a solution with a last line in the docstring of each function that has a link.

    A docstring of several literals stays as it is.
    """
    lines = solution.splitlines(keepends=True)
    for node in reversed(ast.parse(solution).body):
        if not isinstance(node, Definition) or node.name not in links or is_private(node.name):
            continue
        first = node.body[0]
        literal = ast.get_source_segment(solution, first) or ""
        if ast.get_docstring(node) is None or is_provided(node, solution.splitlines()):
            continue
        indent = " " * (node.col_offset + 4)
        new = _extend(literal, f"Derivation: {links[node.name]}", indent)
        start, end = first.lineno - 1, first.end_lineno or first.lineno
        before = lines[start].encode()[: first.col_offset].decode()
        after = lines[end - 1].encode()[first.end_col_offset :].decode()
        lines[start:end] = [before + new + after]
    return "".join(lines)


def _extend(literal: str, line: str, indent: str) -> str:
    """Return a docstring with one more paragraph."""
    found = _LITERAL.fullmatch(literal)
    if found is None or isinstance(ast.parse(literal, mode="eval").body, ast.JoinedStr):
        return literal
    prefix, quotes, text = found.groups()
    longer = quotes if len(quotes) == 3 else quotes * 3
    new = f"{prefix}{longer}{text.rstrip()}\n\n{indent}{line}\n{indent}{longer}"
    # Several literals look like one that has quotes in it.
    whole = len(quotes) == 3 or quotes not in text.replace("\\" + quotes, "")
    return new if whole else literal


def write_link(place: str) -> str:
    """Return a link for a notebook of the course, in Markdown."""
    return f"[Derivation]({_FROM_NOTEBOOKS[2:]}{place})"


def move_links(notebook: bytes) -> bytes:
    """Return a notebook whose links lead to pages beside it."""
    old, new = f"{_FROM_NOTEBOOKS}{DERIVATIONS}/", f"]({DERIVATIONS}/"
    return notebook.replace(old.encode(), new.encode())


def hand_out_pages(course: Course, folder: Path) -> int:
    """Write the pages into a work folder, and return how many are new; one that exists stays.

    Raises
    ------
    CourseError, SubmissionError
        If a page is not text, or the folder cannot be written to.
    """
    pages = dict(read_pages(course))
    written = 0
    try:
        if pages:
            (folder / DERIVATIONS).mkdir(exist_ok=True)
        for name, text in pages.items():
            if not (folder / name).exists():
                replace_whole(folder / name, text.encode())
                written += 1
    except OSError as error:
        reason = error.strerror or str(error)
        raise SubmissionError(
            f"the pages cannot be written to {folder / DERIVATIONS}: {reason}"
        ) from error
    return written
