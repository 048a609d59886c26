"""Whether a file may be the stub from which a student began: nothing in it is written.

A copy of the student's own work in the place of the stub's would let an update replace the work
as a file in which nothing was written.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors import SubmissionError
from grader.submissions.source_text import Definition, SourceText, read_module
from grader.submissions.updating.cells import load_notebook, parse_or_none, read_cells
from grader.submissions.updating.module import read_stub_module
from grader.submissions.updating.pieces import Part


def may_be_stub(content: bytes, theirs: bytes) -> bool:
    """Return whether a module can be read and has no function that students write.

    Parameters
    ----------
    theirs : bytes
        The new stub, which shows what they write.
    """
    try:
        module = read_module(content).source
    except SubmissionError:
        return False
    return not _has_work([module], [read_stub_module(theirs)])


def may_be_notebook_stub(content: bytes, theirs: bytes) -> bool:
    """Return the same of a notebook."""
    try:
        return not _has_work(_sources(content), _sources(theirs))
    except SubmissionError:
        return False


def _sources(content: bytes) -> list[SourceText]:
    cells = (cell for cell in read_cells(load_notebook(content)) if cell.kind == "code")
    return [source for cell in cells if (source := parse_or_none(cell)) is not None]


def _has_work(sources: Iterable[SourceText], stubs: Iterable[SourceText]) -> bool:
    asked = {part.node.name for part in _parts(stubs) if part.asked}
    return any(part.node.name in asked and not part.asked for part in _parts(sources))


def _parts(sources: Iterable[SourceText]) -> Iterable[Part]:
    for source in sources:
        yield from (Part(source, node) for node in source.body if isinstance(node, Definition))
