"""Bring the changes of a stub's definition into a student's."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from grader.course.cutting import first_line, is_todo
from grader.errors import SubmissionError
from grader.submissions.source_text import Edit, SourceText
from grader.submissions.updating.changes import Change
from grader.submissions.updating.lines import merge_lines
from grader.submissions.updating.pieces import (
    Block,
    Part,
    accepts_calls,
    docstring_of,
    move,
    runs_with,
    text_of_docstring,
)

BY_HAND = "change it by hand"


@dataclass(slots=True)
class Record:
    """The edits of a module so far, and what is reported about them."""

    edits: list[Edit] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def leave(self, name: str, reason: str) -> None:
        """Report that a part was left as it is."""
        self.changes.append(Change(name, reason, done=False))

    def change(self, name: str, what: str) -> None:
        """Report that a part has changed."""
        self.changes.append(Change(name, what))


def merge_definition(
    record: Record, mine: Part, base: Part | None, theirs: Part, name: str
) -> bool:
    """Bring the changes of one definition; a body that was written stays.

    Parameters
    ----------
    mine, base, theirs : Part
        The student's, that of the stub from which the student began, and the new one.
    name : str
        Its name in messages.

    Returns
    -------
    bool
        Whether it is a class whose methods are still to be merged.
    """
    if type(mine.node) is not type(theirs.node):
        if base is None or base.shape() != theirs.shape():
            record.leave(name, f"line {mine.node.lineno} defines it in another way; {BY_HAND}")
        return False
    if mine.shape() == theirs.shape():
        return False
    if base is not None and base.shape() == theirs.shape():
        if not accepts_calls(mine, theirs):
            record.leave(name, _describe_calls(mine, theirs))
        return False
    if _is_untouched(mine, base, theirs):
        parts = _name_changes(mine, theirs)
        text = move(theirs.source.text_of(theirs.node), _own(theirs), _own(mine))
        start = mine.source.start_of_line(first_line(mine.node)) + len(_own(mine))
        record.edits.append(Edit(start, mine.source.end_of(mine.node), text))
        record.change(name, _join(parts))
        return False
    parts = [*_merge_head(record, mine, base, theirs, name)]
    parts += _merge_docstring_of(record, mine, base, theirs, name)
    if not isinstance(theirs.node, ast.ClassDef):
        parts += _merge_provided(record, mine, base, theirs, name)
    if parts:
        record.change(name, _join(parts))
    return isinstance(mine.node, ast.ClassDef)


def _is_untouched(mine: Part, base: Part | None, theirs: Part) -> bool:
    """Return whether nothing in a student's definition is the student's own."""
    if base is not None:
        return mine.shape() == base.shape()
    if isinstance(mine.node, ast.ClassDef):
        return False
    bare = mine.unwritten and not mine.comments
    # An annotation of the student's stays where nothing else of the head has changed.
    annotated = mine.head_shape() != theirs.head_shape()
    return bare and not (annotated and mine.parameters() == theirs.parameters())


def _own(part: Part) -> str:
    return part.source.indent_of_line(first_line(part.node))


def _join(parts: list[str]) -> str:
    return "new " + " and ".join(parts) if parts else "new code"


def _name_changes(mine: Part, theirs: Part) -> list[str]:
    changed = [
        ("parameters", mine.parameters() != theirs.parameters()),
        ("decorators", mine.decorators() != theirs.decorators()),
        ("docstring", _docstring(mine) != _docstring(theirs)),
        ("provided code", not theirs.asked and mine.body_shape() != theirs.body_shape()),
        ("methods", theirs.asked and mine.body_shape() != theirs.body_shape()),
    ]
    return [name for name, differs in changed if differs]


def _docstring(part: Part) -> str | None:
    return text_of_docstring(part.block.docstring)


def _describe_calls(mine: Part, theirs: Part) -> str:
    has = "has the bases" if isinstance(mine.node, ast.ClassDef) else "takes"
    return f"it {has} ({mine.called}), its stub ({theirs.called}); {BY_HAND}"


def _merge_head(
    record: Record, mine: Part, base: Part | None, theirs: Part, name: str
) -> list[str]:
    """Bring parameters and decorators, unless the body may not run with them."""
    parts = []
    source = mine.source
    before = base.decorators() if base is not None else []
    if theirs.decorators() not in (mine.decorators(), before):
        if mine.decorators() == before:
            new = theirs.source.text[
                theirs.source.start_of_line(first_line(theirs.node)) : theirs.source.start_of_line(
                    theirs.node.lineno - 1
                )
            ]
            start = source.start_of_line(first_line(mine.node))
            text = theirs.source.plain(new).removeprefix(_own(theirs))
            moved = _own(mine) + move(text, _own(theirs), _own(mine), code=False) if text else ""
            record.edits.append(Edit(start, source.start_of_line(mine.node.lineno - 1), moved))
            parts.append("decorators")
        else:
            record.leave(name, f"its stub has other decorators; {BY_HAND}")
    if mine.parameters() == theirs.parameters():
        return parts
    both = base is not None and base.parameters() not in (theirs.parameters(), mine.parameters())
    course_changed = base is None or base.parameters() != theirs.parameters()
    if course_changed and not both and (mine.unwritten or runs_with(mine, theirs)):
        start, end = theirs.head()
        text = theirs.source.plain(theirs.source.text[start:end])
        record.edits.append(Edit(*mine.head(), move(text, _own(theirs), _own(mine), code=False)))
        parts.append("parameters")
    elif course_changed or not accepts_calls(mine, theirs):
        record.leave(name, _describe_calls(mine, theirs))
    return parts


def _merge_docstring_of(
    record: Record, mine: Part, base: Part | None, theirs: Part, name: str
) -> list[str]:
    """Bring the docstring of a definition."""
    own, new = mine.block.docstring, theirs.block.docstring
    if own is None and base is None and not mine.unwritten:
        record.leave(name, "it has no docstring, so none is added")
        return []
    if new is None:
        return []
    indents = mine.indent, base.indent if base else "", theirs.indent
    what = merge_docstring(record, mine.block, base.block if base else None, theirs.block, indents)
    return [what] if what else []


def merge_docstring(
    record: Record, mine: Block, base: Block | None, theirs: Block, indents: tuple[str, str, str]
) -> str:
    """Bring a docstring, and return what was changed; empty if nothing was.

    Where both sides have changed it, their changes are merged line by line; if that cannot be
    done, the new one is taken.

    Parameters
    ----------
    indents : tuple of str
        The white space before the bodies of the three.
    """
    own, new = mine.docstring, theirs.docstring
    assert new is not None
    value = text_of_docstring(new)
    before = text_of_docstring(base.docstring) if base is not None else None
    if text_of_docstring(own) == value or (base is not None and before == value):
        return ""
    text = _literal(theirs, new, indents[2], indents[0])
    if own is None:
        _insert_docstring(record, mine, text, indents[0])
        return "docstring"
    what = "docstring"
    if base is not None and base.docstring is not None and text_of_docstring(own) != before:
        old = _literal(base, base.docstring, indents[1], indents[0])
        both = _merge_literals(old, _literal(mine, own, indents[0], indents[0]), text)
        what = "docstring, beside your changes of it" if both else "docstring instead of yours"
        text = both or text
    span = mine.source.start_of(own), mine.source.end_of(own)
    record.edits.append(Edit(*span, text))
    return what


def _insert_docstring(record: Record, mine: Block, text: str, indent: str) -> None:
    source, first = mine.source, mine.body[0]
    if _begins_line(mine, first):
        start = _start_of_body(source, first)
        record.edits.append(Edit(start, start, f"{text}\n{indent}"))
        return
    end = source.start_of(first)
    start = len(source.text[:end].rstrip(" \t"))
    record.edits.append(Edit(start, end, f"\n{indent}{text}\n{indent}"))


def _start_of_body(source: SourceText, first: ast.stmt) -> int:
    """Return where a body begins: at its first statement, or at the stub's comment above it."""
    line = first_line(first)
    while is_todo(source.lines[line - 1]):
        line -= 1
    return source.start_of_line(line) + len(source.indent_of_line(line))


def _begins_line(block: Block, node: ast.stmt) -> bool:
    source = block.source
    start = source.start_of_line(node.lineno - 1)
    return not source.text[start : source.start_of(node)].strip()


def _literal(block: Block, node: ast.Expr, old: str, new: str) -> str:
    text = block.source.plain(
        block.source.text[block.source.start_of(node) : block.source.end_of(node)]
    )
    return move(text, old, new, code=False)


def _merge_literals(base: str, mine: str, theirs: str) -> str:
    """Return a docstring with the changes of both sides, or nothing."""
    merged = merge_lines(*(text.split("\n") for text in (base, mine, theirs)))
    text = "\n".join(merged or [])
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return ""
    return text if len(body) == 1 and docstring_of(body) else ""


def _merge_provided(
    record: Record, mine: Part, base: Part | None, theirs: Part, name: str
) -> list[str]:
    """Bring the code of a provided function; one that a student has changed stays."""
    if theirs.unwritten or mine.body_shape() == theirs.body_shape():
        return []
    if base is not None and base.body_shape() == theirs.body_shape():
        return []
    untouched = base is not None and mine.body_shape() == base.body_shape()
    if mine.block.statements and (mine.unwritten or untouched):
        _replace_body(record, mine, theirs)
        return ["provided code"]
    if base is not None and base.unwritten:
        record.leave(name, "it is provided now, and your version stays")
    else:
        record.leave(name, f"the provided code differs from yours; {BY_HAND}")
    return []


def _replace_body(record: Record, mine: Part, theirs: Part) -> None:
    first, new = mine.block.statements[0], theirs.block.statements
    if not _begins_line(mine.block, first):
        raise SubmissionError(f"line {first.lineno} has more than one statement; change it by hand")
    source, other = mine.source, theirs.source
    start = _start_of_body(source, first)
    begin = other.start_of_line(first_line(new[0])) + len(theirs.indent)
    text = other.plain(other.text[begin : other.end_of(theirs.node)])
    moved = move(text, theirs.indent, mine.indent, code=False)
    record.edits.append(Edit(start, source.end_of(mine.node), moved))
