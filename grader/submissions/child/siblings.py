"""Code of a submission that is not graded, and that the graded files may import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.records import SourceFile
from grader.sanitize import clean_line
from grader.submissions.child.budget import MIB
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.messages import MAX_SIBLINGS
from grader.submissions.child.sources import read_code
from grader.submissions.names import Path, split_name

MAX_SIBLING = MIB // 4  # bytes of code
MAX_ALL_SIBLINGS = 2 * MIB


def read_siblings(
    others: Iterable[CodeFile], graded: Sequence[Path], before: Sequence[SourceFile] = ()
) -> tuple[tuple[SourceFile, ...], list[str]]:
    """Return the other code beside and below what is graded, and what is left out of it.

    Parameters
    ----------
    others : iterable of CodeFile
        The code that is not graded.
    graded : sequence of tuple of str
        The paths of the files that are.
    before : sequence of SourceFile
        Siblings that there are already, which count towards the limits.

    Returns
    -------
    siblings : tuple of SourceFile
        Named by their paths below a folder of the graded files.
    left_out : list of str
        The paths of those that are elsewhere, cannot be read, or are too large or too many.
    """
    folders = sorted({path[:-1] for path in graded}, key=len, reverse=True)
    found: list[SourceFile] = []
    left_out: list[str] = []
    left = MAX_ALL_SIBLINGS - sum(map(_size, before))
    most = MAX_SIBLINGS - len(before)
    for file in others:
        name = _name_below(file.path, folders)
        if not name:
            left_out.append(clean_line("/".join(file.path), 80))
            continue
        source = _read_sibling(file, name) if len(found) < most else None
        size = _size(source) if source else 0
        if source is None or size > min(left, MAX_SIBLING):
            left_out.append(name)
        else:
            left -= size
            found.append(source)
    return tuple(found), left_out


def without_clashes(
    siblings: Iterable[SourceFile], graded: Iterable[SourceFile]
) -> tuple[SourceFile, ...]:
    """Return the siblings that no graded module hides, as systems without case see names."""
    taken = {_module_of(file.name) for file in graded}
    return tuple(file for file in siblings if _module_of(file.name) not in taken)


def _module_of(name: str) -> str:
    stem = split_name(name)[0].casefold()
    return stem.removesuffix("/__init__")


def _name_below(path: Path, folders: Sequence[Path]) -> str:
    """Return a file's path below the first of some folders that it is in."""
    for folder in folders:
        if path[: len(folder)] == folder:
            name = "/".join(path[len(folder) :])
            return name if name.isprintable() and len(name) <= 200 else ""
    return ""


def _read_sibling(file: CodeFile, name: str) -> SourceFile | None:
    read = read_code(file)
    if read.problem:
        return None
    # Of a notebook only its code can be imported.
    return SourceFile(name, b"" if read.cells is not None else read.content, "", read.cells)


def _size(source: SourceFile) -> int:
    return len(source.content) + sum(map(len, source.cells or ()))
