"""Modules that the course provides: ``provided/*.py`` beside ``course.toml``.

Students import them (``from shapes import Point``) and do not hand them in.
"""

from __future__ import annotations

import ast
import hashlib
import keyword
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from grader.errors import CourseError
from grader.records import EXAMPLES, SourceFile

_MAX_BYTES = 2**20
# Names that a process of the grader has already, or that mean something in a student's folder.
_TAKEN = frozenset({"grader", "numpy", "msgspec", "pytest", "conftest", EXAMPLES})


def read_provided(
    folder: Path, packages: Collection[str], modules: Collection[str]
) -> tuple[SourceFile, ...]:
    """Return the modules of a course's folder, by name.

    Parameters
    ----------
    folder : Path
        It need not exist.
    packages, modules : collection of str
        What students may import, and the names of the files that they hand in.

    Raises
    ------
    CourseError
        If one cannot be read, is not Python, or has a name that means something else.
    """
    paths = sorted(folder.glob("*.py")) if folder.is_dir() else []
    try:
        files = tuple(SourceFile(path.name, path.read_bytes()) for path in paths)
    except OSError as error:
        raise CourseError(f"{error.filename} cannot be read: {error.strerror}") from error
    for file in files:
        for defect in _find_defects(file, packages, modules):
            raise CourseError(f"{folder / file.name} {defect}")
    if (size := sum(len(file.content) for file in files)) > _MAX_BYTES:
        raise CourseError(f"{folder} has {size:,} bytes of code, more than {_MAX_BYTES:,}")
    return files


def describe_name(name: str, packages: Collection[str]) -> str:
    """Return why files cannot import a module of that name from one another, or nothing.

    Parameters
    ----------
    packages : collection of str
        What students may import.
    """
    if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name) or name[0] == "_":
        return "cannot be imported by its name; rename or remove it"
    if name in sys.stdlib_module_names:
        return f"would hide {name} of the standard library; rename it"
    if name in {package.partition(".")[0] for package in packages}:
        return f"would hide the package {name}; rename it"
    if name in _TAKEN:
        return f"has a name that the grader uses, {name}; rename it"
    return ""


def _find_defects(
    file: SourceFile, packages: Collection[str], modules: Collection[str]
) -> Iterator[str]:
    name = file.name.removesuffix(".py")
    if name.casefold() in {module.casefold() for module in modules}:
        yield f"has the name of a file that students hand in, {name}; rename it"
    elif why := describe_name(name, packages):
        yield why
    try:
        ast.parse(file.content, file.name)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        what = getattr(error, "msg", None) or error
        yield f"is not Python: {what}" + (f" (line {line})" if line else "")


def list_definitions(files: Iterable[SourceFile]) -> dict[str, str]:
    """Return the functions and classes of provided modules, with the names of their files."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {
        node.name: file.name
        for file in files
        for node in ast.parse(file.content).body
        if isinstance(node, kinds)
    }


def fingerprint_text(content: bytes) -> str:
    """Return a digest of a text that is the same for other ends of lines."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n").rstrip()).hexdigest()
