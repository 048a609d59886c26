"""Stubs for students, made from the solutions.

The stub of ``solutions/<module>.py`` has the docstring and imports of the module, and every
public function and method with its docstring and ``raise NotImplementedError`` for a body.
Whatever is under a comment ``# provided`` is copied whole; private helpers are left out.
Comments that start with ``# stub:`` appear in the stub only, without that word. A stub ends with
lines that show how to grade it, which only ``python <module>.py`` executes.

A solution that does something when it is run is a program. Its statements, at the top level or
below ``if __name__ == "__main__":``, are left out, and a comment shows where to write them.
Imports and constants stay: of a module without functions those in capital letters.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.pristine import keep_pristine, write_version
from grader.course.programs import GUARD, TODO, find_program, guarded_by
from grader.course.texts import advise_stubs, read_solutions, read_text
from grader.errors import CourseError, SubmissionError
from grader.records import Course

# The folder of the notebooks beside the stubs, and of their prose beside the solutions.
NOTEBOOKS = "notebooks"

PROVIDED = "# provided"
# Without it, a module that is run would print nothing. It needs no grader: perhaps there is none.
_WHEN_RUN = """

if __name__ == "__main__":
    import sys

    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    print(f'To grade this file, run:  {python} -m grader submit "{__file__}"')
"""
_STUB_ONLY = "# stub: "


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The files that `hand_out_stubs` wrote, and those that existed."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def make_stub(solution: str) -> str:
    """Return the stub of a solution: every public function raises ``NotImplementedError``."""
    lines = solution.splitlines()
    tree = ast.parse(solution)
    program = find_program_of(tree, lines)
    kept: list[str] = []
    done, was_program = 0, False
    for node in tree.body:
        first = first_line(node)
        end = node.end_lineno or node.lineno
        above, done = lines[done:first], end
        is_program = node in program
        # What is written about a program could say how it is written.
        kept += _without_comments(above) if is_program or was_program else above
        provided = bool(kept) and kept[-1].strip() == PROVIDED
        if provided:
            kept.pop()
        if is_program:
            kept += _write_todo(node) if not was_program or guarded_by(node) else []
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and not provided:
            kept += _cut(node, lines) if not node.name.startswith("_") else []
        else:
            kept += lines[first:end]
        was_program = is_program
    kept += _without_comments(lines[done:]) if was_program else lines[done:]
    return _tidy([_uncover(line) for line in kept])


def find_program_of(tree: ast.Module, lines: Sequence[str]) -> list[ast.stmt]:
    """Return the statements of a solution that are its program, see `find_program`."""

    def is_provided(node: ast.stmt) -> bool:
        first = first_line(node)
        return first > 0 and lines[first - 1].strip() == PROVIDED

    return find_program(tree, is_provided)


def _without_comments(lines: list[str]) -> list[str]:
    kept = (PROVIDED, _STUB_ONLY.strip())
    return [line for line in lines if not line.startswith("#") or line.startswith(kept)]


def _write_todo(node: ast.stmt) -> list[str]:
    return [GUARD, f"    pass  {TODO}"] if guarded_by(node) else [TODO]


def _make_whole_stub(solution: str) -> str:
    """Return a stub with the lines that show how to grade it; a program prints nothing else."""
    is_program = find_program_of(ast.parse(solution), solution.splitlines())
    return make_stub(solution) + ("" if is_program else _WHEN_RUN)


def _cut(node: ast.FunctionDef | ast.ClassDef, lines: list[str]) -> list[str]:
    """Return the lines of a definition with its docstring and an empty body."""
    docstring_end = node.body[0].end_lineno or node.lineno
    if ast.get_docstring(node) is None:
        raise CourseError(f"{node.name} has no docstring, which its stub needs")
    kept = lines[node.lineno - 1 : docstring_end]
    if isinstance(node, ast.FunctionDef):
        return [*kept, " " * (node.col_offset + 4) + "raise NotImplementedError"]
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and not _is_helper(method.name):
            kept += ["", *_cut(method, lines)]
    return kept


def _is_helper(method: str) -> bool:
    # A helper has one leading underscore; special methods have two on each side.
    return method.startswith("_") and not method.endswith("__")


def _uncover(line: str) -> str:
    return "# " + line.removeprefix(_STUB_ONLY) if line.startswith(_STUB_ONLY) else line


def _tidy(lines: list[str]) -> str:
    # A helper that was left out leaves its blank lines; keep two at most.
    tidied: list[str] = []
    for line in lines:
        if line or tidied[-2:] != ["", ""]:
            tidied.append(line)
    return "\n".join(tidied).rstrip() + "\n"


def outdated_stubs(course: Course, solutions: Path) -> dict[Path, str]:
    """Return what each stub that differs from its solution should contain."""
    sources = read_solutions(course, solutions)
    return keep_outdated(
        {course.stubs / f"{name}.py": _make_whole_stub(text) for name, text in sources.items()}
    )


def keep_outdated(made: dict[Path, str]) -> dict[Path, str]:
    """Return those of some texts whose file is missing or has another text."""
    return {p: text for p, text in made.items() if not p.is_file() or read_text(p) != text}


def first_line(node: ast.stmt) -> int:
    """Return the place of a statement's first line, with its decorators, counted from 0."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def hand_out_stubs(course: Course, folder: Path, *, notebooks: bool = False) -> HandedOut:
    """Copy the course's stubs into a folder, which is made if it does not exist.

    Parameters
    ----------
    notebooks : bool
        Whether to hand out notebooks instead of ``.py`` files.

    Raises
    ------
    CourseError, SubmissionError
        If a stub is missing, or the folder cannot be written to.
    """
    written, kept = [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for exercise in course.exercises:
            name = f"{exercise.name}.ipynb" if notebooks else exercise.file_name
            content = read_stub_file(course, name)
            try:
                with (folder / name).open("xb") as file:
                    file.write(content)
            except FileExistsError:
                kept.append(name)
                continue
            keep_pristine(folder / name, content)
            written.append(name)
        if not kept:
            write_version(folder, course)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SubmissionError(f"the stubs cannot be written to {folder}: {reason}") from error
    return HandedOut(tuple(written), tuple(kept))


def find_stub(course: Course, name: str) -> Path:
    """Return the path of a stub, or of a notebook, of a course by its file's name."""
    return course.stubs / (NOTEBOOKS if name.endswith(".ipynb") else "") / name


def read_stub_file(course: Course, name: str) -> bytes:
    """Return the content of a stub, or of a notebook, by its file's name.

    Raises
    ------
    CourseError
        If the course has no such file.
    """
    path = find_stub(course, name)
    if not path.is_file():
        reason = "the course has no notebooks" if path.suffix == ".ipynb" else advise_stubs(course)
        raise CourseError(f"there is no {path}; {reason}")
    return path.read_bytes()
