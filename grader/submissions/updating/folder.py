"""Update the files of a folder in which a student works."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.course.derivations import move_links, read_pages
from grader.course.origin import describe_version
from grader.course.pristine import (
    PRISTINE,
    find_pristine,
    is_elsewhere,
    keep_pristine,
    read_version,
    write_version,
)
from grader.course.stubs import NOTEBOOKS, find_stub, read_stub_file
from grader.errors import GraderError, SubmissionError
from grader.files import keep_copy, write_whole
from grader.records import Course
from grader.submissions.names import CODE
from grader.submissions.restore import read_own
from grader.submissions.updating.began import may_be_notebook_stub, may_be_stub
from grader.submissions.updating.changes import Change, Merged
from grader.submissions.updating.module import merge_module
from grader.submissions.updating.notebook import merge_notebook

_COPY = ".before"
# Where the last cell of a kit's notebook looks for the kit first.
TWO_FOLDERS_UP = b'Path(\\"../..\\")'
# A notebook has its outputs, with pictures.
_MAX_NOTEBOOK = 2**26


@dataclass(frozen=True, slots=True)
class FileUpdate:
    """The result of an update of one file.

    Parameters
    ----------
    path : Path
        The file.
    state : str
        ``written`` if it was not there, ``updated``, ``same`` if there was nothing to do, or
        ``refused``.
    changes : tuple of Change
        The changes in it, and parts that were left.
    copy : Path or None
        The file as it was, unless nothing was written in it.
    reason : str
        Why it was refused.
    kind : str
        ``work`` if students work on it, ``provided`` if they import it, ``page`` if they read it.
    """

    path: Path
    state: Literal["written", "updated", "same", "refused"]
    changes: tuple[Change, ...] = ()
    copy: Path | None = None
    reason: str = ""
    kind: Literal["work", "provided", "page"] = "work"


class FolderUpdate:
    """The update of a folder, file by file.

    Parameters
    ----------
    course : Course
        The course, or some exercises of it, with the new stubs.
    folder : Path
        Where the student works; its folder ``notebooks`` is updated, too.
    notebooks : bool
        Whether an exercise of which there is no file gets a notebook; by default it does
        if the other exercises have notebooks.

    Raises
    ------
    SubmissionError
        If it is the folder of the course's own stubs, the student's files are below it, or its
        copies of stubs are a link.
    """

    def __init__(self, course: Course, folder: Path, *, notebooks: bool = False) -> None:
        self._course = course
        self._folder = folder
        self._notebooks = notebooks
        with _explain(folder):
            self._refuse_other_folders()
        above = folder.absolute().parent if folder.absolute().name == NOTEBOOKS else folder
        self.old_version = read_version(folder) or read_version(above)
        self.new_version = describe_version(course)

    def _has_own_copy(self, file: Path) -> bool:
        """Return whether the copy of a file is the new stub itself, as in a kit.

        Such a copy does not show from which stub the student began: the file may be one of an
        older kit that was put there.
        """
        return find_pristine(file).resolve() == find_stub(self._course, file.name).resolve()

    def _refuse_other_folders(self) -> None:
        stubs, folder = self._course.stubs, self._folder
        if folder.is_dir() and folder.resolve() in (
            stubs.resolve(),
            (stubs / NOTEBOOKS).resolve(),
        ):
            raise SubmissionError(
                f"{folder} has the course's only copies of the stubs; give the folder you work in"
            )
        for place in (folder, folder / NOTEBOOKS):
            if is_elsewhere(place):
                raise SubmissionError(f"{place / PRISTINE} is a link; delete it")
        names = [f"{name}{ending}" for name in self._course.modules for ending in CODE]
        if not any((folder / name).is_file() for name in names):
            below = [path.parent for name in names for path in folder.glob(f"[!.]*/{name}")]
            if below:
                raise SubmissionError(
                    f"{folder} has none of the stubs, and {min(below)} has; give that folder"
                )

    def run(self) -> Iterator[FileUpdate]:
        """Update the files one after the other, each whole or not at all.

        Yields
        ------
        FileUpdate
            One for each file.

        Raises
        ------
        GraderError
            If a file cannot be written; the files so far are updated.
        """
        refused = False
        with _explain(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        with _explain(self._folder):
            files = [(file, self._update) for file in self._files()]
            files += [(file, self._update_provided) for file in self._provided()]
            pages = {self._folder / name: text for name, text in read_pages(self._course)}
            files += [(file, lambda file: self._update_page(file, pages[file])) for file in pages]
        for file, update_one in files:
            try:
                update = update_one(file)
            except SubmissionError as error:
                refused = True
                update = FileUpdate(file, "refused", reason=str(error))
            yield update
        copies = (self._folder / PRISTINE).resolve()
        if not refused and copies.is_dir() and copies != self._course.stubs.resolve():
            with _explain(copies):
                write_version(self._folder, self._course)

    def _files(self) -> Iterator[Path]:
        """Yield the files to update, and those to write, in the course's order."""
        endings = {path.suffix for path in self._present()}
        new = ".ipynb" if self._notebooks or endings == {".ipynb"} else ".py"
        for exercise in self._course.exercises:
            for name in exercise.modules:
                present = [path for path in self._present() if path.stem == name]
                ending = new if exercise.is_one_file else ".py"
                yield from present or [self._folder / f"{name}{ending}"]

    def _present(self) -> list[Path]:
        folders = (self._folder, self._folder / NOTEBOOKS)
        return [
            folder / name
            for module in self._course.modules
            for folder in folders
            for name in (f"{module}{ending}" for ending in CODE)
            if (folder / name).is_file() and find_stub(self._course, name).is_file()
        ]

    def _update(self, file: Path) -> FileUpdate:
        new = self._read_stub(file)
        if not file.exists():
            write_whole(file, new)
            self._keep_pristine(file, new)
            return FileUpdate(file, "written")
        if not file.is_file():
            raise SubmissionError("it is not a file; rename it")
        notebook = file.suffix == ".ipynb"
        mine = read_own(file, _MAX_NOTEBOOK) if notebook else read_own(file)
        base = self._read_base(file, new)
        merge = merge_notebook if notebook else merge_module
        merged = Merged(new, ()) if mine == base else merge(mine, base, new)
        copy = None
        if merged.content != mine:
            copy = keep_copy(file, mine, _COPY) if mine != base else None
            # A link stays one.
            write_whole(file.resolve(), merged.content)
        if base != new:
            self._keep_pristine(file, new)
        state: Literal["updated", "same"] = "updated" if merged.content != mine else "same"
        return FileUpdate(file, state, merged.changes, copy)

    def _provided(self) -> Iterator[Path]:
        """Yield where the modules of the course belong that students import."""
        folders = {path.parent: None for path in self._present()} or {self._folder: None}
        for folder in folders:
            yield from (folder / file.name for file in self._course.provided)

    def _update_provided(self, file: Path) -> FileUpdate:
        """Put a module of the course in its place; the grader uses no other."""
        new = next(one.content for one in self._course.provided if one.name == file.name)
        if not file.exists():
            write_whole(file, new)
            self._keep_pristine(file, new)
            return FileUpdate(file, "written", kind="provided")
        if not file.is_file():
            raise SubmissionError("it is not a file; rename it")
        mine, pristine = read_own(file), find_pristine(file)
        if mine == new:
            return FileUpdate(file, "same", kind="provided")
        untouched = pristine.is_file() and read_own(pristine) == mine
        copy = None if untouched else keep_copy(file, mine, _COPY)
        write_whole(file.resolve(), new)
        self._keep_pristine(file, new)
        return FileUpdate(file, "updated", copy=copy, kind="provided")

    def _update_page(self, file: Path, text: str) -> FileUpdate:
        """Put a page in its place, and keep one that is another."""
        new = text.encode()
        if not file.exists():
            with _explain(file.parent):
                file.parent.mkdir(exist_ok=True)
            write_whole(file, new)
            return FileUpdate(file, "written", kind="page")
        if not file.is_file():
            raise SubmissionError("it is not a file; rename it")
        mine = read_own(file, _MAX_NOTEBOOK)
        if mine == new:
            return FileUpdate(file, "same", kind="page")
        copy = keep_copy(file, mine, _COPY)
        write_whole(file.resolve(), new)
        return FileUpdate(file, "updated", copy=copy, kind="page")

    def _read_stub(self, file: Path) -> bytes:
        content = read_stub_file(self._course, file.name)
        if file.parent == self._folder:
            content = move_links(content)
        if file.suffix == ".ipynb":
            kit, place = self._course.manifest.parent, file.absolute().parent.resolve()
            path = os.path.relpath(kit, place) if kit.drive == place.drive else kit
            return content.replace(TWO_FOLDERS_UP, _in_json(Path(path)))
        return content

    def _read_base(self, file: Path, new: bytes) -> bytes | None:
        """Return the stub from which the student began, or None if it is not known."""
        copy = find_pristine(file)
        if self._has_own_copy(file) or not copy.is_file():
            return None
        content = read_own(copy, _MAX_NOTEBOOK)
        # A copy of the student's own work, or a link to it, would let the work be replaced.
        is_stub = may_be_notebook_stub if file.suffix == ".ipynb" else may_be_stub
        return content if not copy.samefile(file) and is_stub(content, new) else None

    def _keep_pristine(self, file: Path, content: bytes) -> None:
        if not self._has_own_copy(file):
            with _explain(find_pristine(file)):
                keep_pristine(file, content)


def _in_json(path: Path) -> bytes:
    """Return a path as Python has it in a cell of a notebook."""
    return json.dumps(f"Path({json.dumps(path.as_posix())})")[1:-1].encode()


@contextlib.contextmanager
def _explain(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GraderError(f"{path} cannot be read or written: {error.strerror}") from error
