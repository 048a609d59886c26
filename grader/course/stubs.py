"""Stubs for students, made from the solutions.

The stub of ``solutions/<module>.py`` has the docstring and imports of the module, and every
public function and method with its docstring, and for a body a comment with TODO and
``raise NotImplementedError``.
Whatever is under a comment ``# provided`` is copied whole; private helpers are left out.
Comments that start with ``# stub:`` appear in the stub only, without that word. A stub ends with
lines that show how to grade it, which only ``python <module>.py`` executes.

A solution that does something when it is run is a program. Its statements, at the top level or
below ``if __name__ == "__main__":``, are left out, and a comment shows where to write them.
Imports and constants stay: of a module without functions those in capital letters.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.cutting import (
    PROVIDED,
    Cutter,
    first_line,
    is_private,
    is_provided,
)
from grader.course.derivations import add_links, find_links, move_links
from grader.course.pristine import keep_pristine, write_version
from grader.course.programs import GUARD, TODO, Definition, find_program, guarded_by
from grader.course.texts import advise_stubs, read_solutions, read_text
from grader.errors import CourseError, SubmissionError
from grader.records import Course

# The folder of the notebooks beside the stubs, and of their prose beside the solutions.
NOTEBOOKS = "notebooks"

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
    """Return the stub of a solution: every public function raises ``NotImplementedError``.

    Raises
    ------
    CourseError
        If the solution is not valid Python, or something public has no docstring.
    """
    if gaps := find_gaps(solution):
        raise CourseError(f"no stub can be made of the solution: {', '.join(gaps)}")
    cutter = Cutter(solution)
    lines = cutter.lines
    kept: list[str] = []
    done, was_program = 0, False
    for node in cutter.tree.body:
        first = first_line(node)
        end = node.end_lineno or node.lineno
        above, done = lines[done:first], end
        is_program = node in cutter.program
        # A comment on a program could describe how it is written.
        kept += _without_comments(above) if is_program or was_program else above
        provided = bool(kept) and kept[-1].strip() == PROVIDED
        if provided:
            kept.pop()
        if is_program:
            kept += _write_todo(node) if not was_program or guarded_by(node) else []
        elif _is_left_out(node, cutter) and not provided:
            while kept and kept[-1].startswith("#") and not kept[-1].startswith(_STUB_ONLY):
                kept.pop()  # a comment on what is left out
        elif isinstance(node, Definition) and not provided:
            kept += cutter.cut(node)
        else:
            kept += lines[first:end]
        was_program = is_program
    kept += _without_comments(lines[done:]) if was_program else lines[done:]
    return _tidy([_uncover(line) for line in kept])


def _is_left_out(node: ast.stmt, cutter: Cutter) -> bool:
    return is_private(node.name) if isinstance(node, Definition) else node in cutter.unneeded


def find_gaps(solution: str) -> list[str]:
    """Return why no stub can be made of a solution."""
    try:
        return list(Cutter(solution).find_gaps())
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return [f"line {line} is not valid Python: {getattr(error, 'msg', error)}"]


def find_program_of(tree: ast.Module, lines: Sequence[str]) -> list[ast.stmt]:
    """Return the statements of a solution that are its program, see `find_program`."""
    return find_program(tree, lambda node: is_provided(node, lines))


def _without_comments(lines: list[str]) -> list[str]:
    kept = (PROVIDED, _STUB_ONLY.strip())
    return [line for line in lines if not line.startswith("#") or line.startswith(kept)]


def _write_todo(node: ast.stmt) -> list[str]:
    return [GUARD, f"    pass  {TODO}"] if guarded_by(node) else [TODO]


def make_whole_stub(solution: str) -> str:
    """Return a stub with the lines that show how to grade it; a program prints nothing else."""
    return make_stub(solution) + ("" if Cutter(solution).program else _WHEN_RUN)


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
    gaps = [
        f"{solutions / name}.py: {gap}" for name, text in sources.items() for gap in find_gaps(text)
    ]
    if gaps:
        raise CourseError("; ".join(gaps))
    return keep_outdated(
        {
            course.stubs / f"{name}.py": make_whole_stub(add_links(text, find_links(course, name)))
            for name, text in sources.items()
        }
    )


def keep_outdated(made: dict[Path, str]) -> dict[Path, str]:
    """Return those of some texts whose file is missing or has another text."""
    return {p: text for p, text in made.items() if not p.is_file() or read_text(p) != text}


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
        for name, content in _list_files(course, notebooks=notebooks):
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


def _list_files(course: Course, *, notebooks: bool) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files that students work on or import."""
    for exercise in course.exercises:
        # An exercise of several files has no notebook: notebooks cannot import one another.
        as_notebook = notebooks and exercise.is_one_file
        for module in exercise.modules:
            name = f"{module}.ipynb" if as_notebook else f"{module}.py"
            yield name, move_links(read_stub_file(course, name))
    for file in course.provided:
        yield file.name, file.content


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
        raise CourseError(f"{path} does not exist; {reason}")
    return path.read_bytes()
