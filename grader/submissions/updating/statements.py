"""Statements of a module that a merge compares: imports, constants, comments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.course.cutting import first_line
from grader.submissions.source_text import Definition, SourceText, names_set
from grader.submissions.updating.pieces import Block


def imports_in(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports of a body, one name each, also below ``if`` or ``try``."""
    for statement in body:
        if isinstance(statement, Definition):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from split_import(node)


def split_import(node: ast.Import | ast.ImportFrom) -> list[ast.Import | ast.ImportFrom]:
    """Return an import as imports of one name each."""
    if isinstance(node, ast.Import):
        return [ast.Import([alias]) for alias in node.names]
    return [ast.ImportFrom(node.module, [alias], node.level) for alias in node.names]


def bound_by(node: ast.Import | ast.ImportFrom) -> str:
    """Return the name that an import of one name gives a value."""
    (alias,) = node.names
    return alias.asname or alias.name.partition(".")[0]


def one_line(node: ast.stmt) -> str:
    """Return a statement as one line."""
    return " ".join(ast.unparse(node).split())


def runs_as_script(node: ast.stmt) -> bool:
    """Return whether a statement is an ``if __name__ == "__main__":``."""
    tested = ast.walk(node.test) if isinstance(node, ast.If) else ()
    return any(isinstance(part, ast.Name) and part.id == "__name__" for part in tested)


def without_scripts(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body that an import executes."""
    return [node for node in body if not runs_as_script(node)]


def find_counterpart(body: list[ast.stmt], node: ast.stmt) -> ast.stmt | None:
    """Return the statement of a body that sets the same names, or also runs as a script."""
    names = names_set(node)
    if runs_as_script(node):
        found = [one for one in body if runs_as_script(one)]
    else:
        found = [one for one in body if names and names_set(one) == names]
    return found[-1] if found else None


def last_line(block: Block, node: ast.stmt) -> int:
    """Return the line, from 0, after a statement and what begins on its last line."""
    end = block.source.after(node)
    for other in block.body:
        if other.lineno == end and (other.end_lineno or 0) > end:
            return last_line(block, other)
    return end


def comment_above(block: Block, name: str) -> tuple[int, int, str]:
    """Return where the comment above a definition is, and its text."""
    part = block.definition(name)
    assert part is not None
    source, node = block.source, part.node
    place = block.body.index(node)
    above = source.after(block.body[place - 1]) if place else 0
    lines = list(range(above, first_line(node)))
    while lines and not source.lines[lines[0]].strip():
        del lines[0]
    while lines and not source.lines[lines[-1]].strip():
        del lines[-1]
    if not lines:
        start = source.start_of_line(first_line(node))
        return start, start, ""
    start, end = source.start_of_line(lines[0]), source.end_of_line(lines[-1])
    return start, end, source.plain(source.text[start:end])


def comment_to_add(mine: Block, theirs: Block, node: Definition) -> str:
    """Return the comment above a stub's definition, with the blank lines after it."""
    start, _, comment = comment_above(theirs, node.name)
    if not comment or comment in SourceText.plain(mine.source.text):
        return ""
    source = theirs.source
    return source.plain(source.text[start : source.start_of_line(first_line(node))])


def is_future(node: ast.stmt) -> bool:
    """Return whether a statement must precede all others but the docstring."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
