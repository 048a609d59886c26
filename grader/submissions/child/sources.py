"""From a file's bytes to a module or a notebook, or to why it cannot be one."""

from __future__ import annotations

from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.records import SourceFile
from grader.sanitize import clean_line
from grader.submissions.child.budget import MAX_NOTEBOOK, MAX_SOURCE
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.entries import UnreadableError
from grader.submissions.child.stubs import join_cells
from grader.submissions.names import Path, split_name
from grader.submissions.notebook import NotebookError, read_code_cells


@dataclass(frozen=True, slots=True)
class Read:
    """A code file that has been read.

    Parameters
    ----------
    file : CodeFile
        Where it is.
    content : bytes
        Its bytes; none where there is a problem.
    cells : tuple of str or None
        The code cells, for a notebook.
    problem : str
        Why it cannot be taken, as a whole sentence, or an empty string.
    """

    file: CodeFile
    content: bytes = b""
    cells: tuple[str, ...] | None = None
    problem: str = ""

    @property
    def path(self) -> Path:
        """Return the parts of its path."""
        return self.file.path

    @property
    def ending(self) -> str:
        """Return what its name ends with, in lower case."""
        return split_name(self.path[-1])[1]

    @property
    def shown(self) -> str:
        """Return its path for people."""
        return clean_line("/".join(self.path), 100)

    @property
    def text(self) -> str:
        """Return its code as one text."""
        if self.cells is not None:
            return join_cells(self.cells)
        return self.content.decode("utf-8-sig", "replace").replace("\r\n", "\n")

    def as_source(self, name: str) -> SourceFile:
        """Return it as a part of a submission, under a name."""
        return SourceFile(name, self.content, self.problem, self.cells)


def read_code(file: CodeFile) -> Read:
    """Read a module or notebook; what is wrong with it becomes its problem."""
    shown = clean_line(file.path[-1], 100)
    is_notebook = split_name(file.path[-1])[1] == ".ipynb"
    try:
        content = file.entry.read(MAX_NOTEBOOK if is_notebook else MAX_SOURCE)
        if not is_notebook:
            return Read(file, content)
        return _read_notebook(file, content, shown)
    except (UnreadableError, SubmissionError) as error:
        return Read(file, problem=f"{shown} cannot be read: {clean_line(str(error))}")
    except MemoryError:
        return Read(file, problem=f"{shown} cannot be read: it takes too much memory")


def _read_notebook(file: CodeFile, content: bytes, shown: str) -> Read:
    try:
        cells = read_code_cells(content)
    except NotebookError as error:
        return Read(file, problem=f"{shown} cannot be read: {error}")
    if sum(map(len, cells)) > MAX_SOURCE:
        return Read(file, problem=f"{shown} has more than {MAX_SOURCE // 1024} KiB of code")
    return Read(file, content, cells)
