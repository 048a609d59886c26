"""All code of one submission, wherever in it: in folders, and in archives in archives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from os import fsdecode

from grader.errors import SubmissionError
from grader.sanitize import clean_line
from grader.submissions.child.archive import list_archive
from grader.submissions.child.budget import MAX_ARCHIVE, MAX_NESTING, Budget
from grader.submissions.child.entries import IS_LINK, Entry, UnreadableError
from grader.submissions.child.environment import REPORT
from grader.submissions.child.folder import list_file, list_folder
from grader.submissions.child.messages import Part
from grader.submissions.names import (
    Path,
    find_environments,
    is_archive,
    is_below,
    is_code,
    is_junk,
    split_path,
)
from grader.submissions.nothing import NothingFoundError


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A module or notebook that was handed in.

    Parameters
    ----------
    entry : Entry
        Where it is, below what all code has in common.
    nesting : int
        In how many archives it is, the outermost not counted.
    """

    entry: Entry
    nesting: int

    @property
    def path(self) -> Path:
        """Return the parts of its path."""
        return self.entry.path


@dataclass(slots=True)
class Collected:
    """The content of a submission.

    Parameters
    ----------
    code : list of CodeFile
        Modules and notebooks, in the order of their paths.
    problems : list of str
        Why archives in it could not be read.
    rest : list of tuple of str
        Files without code: files of other kinds, and archives that are never read.
    reports : list of Entry
        Entries of the rest that may be a report of this grader.
    is_damaged : bool
        Some archive or folder should be read, and cannot be.
    """

    code: list[CodeFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    rest: list[Path] = field(default_factory=list)
    reports: list[Entry] = field(default_factory=list)
    is_damaged: bool = False

    def add_problem(self, path: Path, error: SubmissionError) -> None:
        """Add why an archive or a folder could not be read."""
        self.problems.append(f"{_show(path)} cannot be read: {error}")
        if isinstance(error, NothingFoundError):
            self.rest.append(path)
        else:
            self.is_damaged = True


def collect(parts: Sequence[Part], budget: Budget) -> Collected:
    """Return the code of a submission.

    Parameters
    ----------
    parts : sequence of Part
        Folders, archives and files that together are one submission.
    budget : Budget
        For all of them together.

    Raises
    ------
    SubmissionError
        If the only part cannot be read.
    """
    found = Collected()
    loose = [part for part in parts if not part.is_folder and not part.inside]
    if len(parts) > 1:
        _add_loose(loose, budget, found)
    for part in parts if len(parts) == 1 else [p for p in parts if p not in loose]:
        try:
            _collect_part(part, budget, found)
        except SubmissionError as error:
            if len(parts) == 1:
                raise
            found.add_problem(split_path(part.name), error)
    found.code = _without_common_folder(found.code)
    common = _common(path[:-1] for path in found.rest)
    found.rest = sorted(path[common:] for path in found.rest)
    return found


def _collect_part(part: Part, budget: Budget, found: Collected) -> None:
    path, name = fsdecode(part.path), split_path(part.name)
    if part.is_folder:
        entries, nesting = list_folder(path, budget), 0
    elif is_archive(path):
        entries, nesting = _list_file(list_file(path, part.name, budget), budget), 0
    else:
        found.code.append(CodeFile(list_file(path, part.name, budget), 0))
        return
    inside = split_path(part.inside)
    chosen = [e for e in entries if e.path[: len(inside)] == inside]
    prefix = name if part.inside else ()
    moved = [replace(e, path=(*prefix, *(e.path[len(inside) :] or ()))) for e in chosen]
    _add([e for e in moved if e.path], nesting, budget, found)


def _add_loose(parts: Sequence[Part], budget: Budget, found: Collected) -> None:
    """Add single files and archives as if they were in one folder."""
    entries = [list_file(fsdecode(part.path), part.name, budget) for part in parts]
    _add([entry for entry in entries if entry.path], 0, budget, found)


def _list_file(entry: Entry, budget: Budget, limit: int = MAX_ARCHIVE) -> list[Entry]:
    try:
        return list_archive(entry.read(limit), budget, "/".join(entry.path))
    except UnreadableError as error:
        raise SubmissionError(str(error)) from error


def _add(entries: list[Entry], nesting: int, budget: Budget, found: Collected) -> None:
    own = _drop_environments(e for e in entries if not is_junk(e.path))
    budget.take_entries(len(own))
    for entry in own:
        if entry.kind == "folder":
            _add_unreadable(entry, found)
        elif is_code(entry.path[-1]):
            found.code.append(CodeFile(entry, nesting))
        elif entry.kind == "link":
            found.add_problem(entry.path, NothingFoundError(IS_LINK))
        elif is_archive(entry.path[-1]):
            _add_archive(entry, nesting + 1, budget, found)
        else:
            found.rest.append(entry.path)
            if entry.path[-1] == REPORT:
                found.reports.append(entry)


def _add_unreadable(entry: Entry, found: Collected) -> None:
    try:
        entry.read(0)
    except UnreadableError as error:
        found.add_problem(entry.path, SubmissionError(str(error)))


def _drop_environments(entries: Iterable[Entry]) -> list[Entry]:
    kept = sorted(entries, key=lambda entry: entry.path)
    environments = find_environments([entry.path for entry in kept])
    return [entry for entry in kept if not is_below(entry.path, environments)]


def _add_archive(entry: Entry, nesting: int, budget: Budget, found: Collected) -> None:
    """Add the files of an archive in the submission, or why it was left out."""
    try:
        if nesting > MAX_NESTING:
            raise SubmissionError(f"it is an archive in more than {MAX_NESTING} others")
        # Less than would leave nothing for the files beside it.
        share = budget.share()
        inner = _list_file(entry, share, min(MAX_ARCHIVE, share.bytes_left))
        below = [replace(e, path=(*entry.path, *e.path)) for e in inner if not is_junk(e.path)]
        _add(below, nesting, share, found)
    except SubmissionError as error:
        found.add_problem(entry.path, error)


def _without_common_folder(code: list[CodeFile]) -> list[CodeFile]:
    """Return the files in order, below the folder or archive that holds them all."""
    common = _common(file.path[:-1] for file in code)
    moved = [replace(f, entry=replace(f.entry, path=f.path[common:])) for f in code]
    least = min((file.nesting for file in moved), default=0)
    return sorted((CodeFile(f.entry, f.nesting - least) for f in moved), key=lambda f: f.path)


def _common(folders: Iterator[Path] | Iterable[Path]) -> int:
    listed = list(folders)
    if not listed:
        return 0
    first, last = min(listed), max(listed)
    pairs = zip(first, last, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(first), len(last)))


def _show(path: Path) -> str:
    return clean_line("/".join(path), 80)
