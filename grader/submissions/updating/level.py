"""One level of a merge, a module or a class: insertions and removals."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from grader.course.cutting import first_line
from grader.submissions.source_text import Definition, Edit, find_bindings
from grader.submissions.updating.definition import Record
from grader.submissions.updating.pieces import Block, Part, move
from grader.submissions.updating.statements import (
    comment_above,
    is_future,
    last_line,
    runs_as_script,
)


@dataclass(frozen=True, slots=True)
class Level:
    """A module, or a class in it, in three versions.

    Parameters
    ----------
    record : Record
        The edits of the module so far.
    mine, base, theirs : Block
        The student's, that of the stub from which the student began, and the new one.
    owner : str
        The text before its names in messages: empty, or ``Dual.``.
    """

    record: Record
    mine: Block
    base: Block | None
    theirs: Block
    owner: str

    def below(self, mine: Part, base: Part | None, theirs: Part) -> Level:
        """Return the level of a class in this one."""
        old = base.block if base else None
        return Level(self.record, mine.block, old, theirs.block, f"{self.owner}{theirs.node.name}.")


def insert_import(level: Level, node: ast.stmt, anchor: ast.stmt | None) -> None:
    """Insert an import of the stub below the others."""
    mine = level.mine
    own = [one for one in mine.body if isinstance(one, ast.Import | ast.ImportFrom)]
    if is_future(node):
        anchor = mine.docstring
    elif not isinstance(anchor, ast.Import | ast.ImportFrom):
        first = next((n.lineno for n in mine.body if isinstance(n, Definition)), None)
        early = [one for one in own if first is None or one.lineno < first]
        anchor = early[-1] if early else anchor
    below_docstring = anchor is not None and anchor is mine.docstring
    _insert(level, anchor, ast.unparse(node), 1 if below_docstring else 0)


def insert_statement(level: Level, node: ast.stmt, text: str, anchor: ast.stmt | None) -> bool:
    """Insert a statement of the stub after a student's; a class on one line can have none.

    Parameters
    ----------
    text : str
        Its lines, perhaps with a comment above it.
    anchor : ast.stmt or None
        The student's statement, or None for the beginning.

    Returns
    -------
    bool
        Whether it was inserted.
    """
    source = level.mine.source
    old = level.theirs.source.indent_of_line(first_line(node))
    new = ""
    if level.owner:
        first = level.mine.body[0]
        new = source.indent_of_line(first.lineno - 1)
        if source.start_of(first) != source.start_of_line(first.lineno - 1) + len(new):
            return False
    apart = isinstance(node, Definition) or runs_as_script(node)
    blank = 2 if apart and not level.owner else 1
    _insert(level, anchor, move(text, old, new), blank, new)
    return True


def _insert(level: Level, anchor: ast.stmt | None, text: str, blank: int, indent: str = "") -> None:
    mine, source = level.mine, level.mine.source
    gap = "\n" * blank
    if anchor is None:
        # Nothing but a docstring may precede these.
        future = [one for one in mine.body if is_future(one)]
        anchor = future[-1] if future else None
    if anchor is None and mine.body:
        start = source.start_of_line(first_line(mine.body[0]))
        level.record.edits.append(Edit(start, start, f"{indent}{text}\n{gap}"))
        return
    # A cell of a notebook may have comments only.
    line = len(source.lines) if anchor is None else last_line(mine, anchor)
    end = source.end_of_line(line - 1)
    # A text without a line ending at its end gets one.
    closing = "\n" if end == len(source.text) and source.lines[-1] else ""
    level.record.edits.append(Edit(end, end, f"\n{gap}{indent}{text}{closing}"))


def merge_comment(level: Level, name: str) -> None:
    """Bring a changed comment above a definition, if the student has not touched it."""
    assert level.base is not None
    source = level.mine.source
    (_, _, old), (_, _, new) = comment_above(level.base, name), comment_above(level.theirs, name)
    start, end, own = comment_above(level.mine, name)
    if old == new or own != old:
        return
    if not new:
        # With the line ending.
        end = len(source.text) - len(source.text[end:].lstrip("\r\n"))
    level.record.edits.append(Edit(start, end, new if own else f"{new}\n"))
    level.record.change(name, "new comment above it")


def remove_definitions(level: Level, base: Block) -> None:
    """Remove what the stub no longer asks for, if nothing was written in it."""
    mine, record = level.mine, level.record
    for node in base.statements:
        if not isinstance(node, Definition) or any(find_bindings(level.theirs.body, node.name)):
            continue
        old, own = Part(base.source, node), mine.definition(node.name)
        name = level.owner + node.name
        if own is None:
            continue
        if not old.unwritten:
            record.leave(name, "no longer in the stub; your version stays")
        elif own.shape() != old.shape() or len(mine.body) == 1:
            record.leave(name, "no longer part of the exercise; your version stays")
        else:
            line = first_line(own.node)
            while line and not mine.source.lines[line - 1].strip():
                line -= 1
            start = mine.source.start_of_line(line)
            end = mine.source.start_of_line(mine.source.after(own.node))
            record.edits.append(Edit(start, end, ""))
            record.change(name, "no longer part of the exercise; its stub is removed")
