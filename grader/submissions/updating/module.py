"""Bring the changes of a stub into a module that a student has begun."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from grader.course.origin import renew_origin
from grader.errors import CourseError, SubmissionError
from grader.submissions.source_text import (
    Definition,
    Edit,
    ModuleFile,
    SourceText,
    find_bindings,
    names_set,
    read_module,
)
from grader.submissions.updating.changes import Change, Merged
from grader.submissions.updating.definition import (
    BY_HAND,
    Record,
    merge_definition,
    merge_docstring,
)
from grader.submissions.updating.level import (
    Level,
    insert_import,
    insert_statement,
    merge_comment,
    remove_definitions,
)
from grader.submissions.updating.pieces import Block, Part, shape_of
from grader.submissions.updating.statements import (
    bound_by,
    comment_to_add,
    find_counterpart,
    imports_in,
    one_line,
    runs_as_script,
    split_import,
    without_scripts,
)

MODULE = "the module"
# The name that represents those of `from x import *`.
ANY = "*"


def merge_module(mine: bytes, base: bytes | None, theirs: bytes) -> Merged:
    """Return a student's module with the changes of its stub.

    Every statement that is not the stub's stays, as do line endings and the encoding. With the
    old stub, parts that the course did not change stay as the student has them.

    Parameters
    ----------
    mine : bytes
        The student's module.
    base : bytes or None
        The stub from which the student began, if it is known.
    theirs : bytes
        The new stub.

    Raises
    ------
    SubmissionError
        If the module is not Python, or its encoding lacks characters of the stub.
    CourseError
        If the stub is not Python.
    """
    module = read_module(mine)
    new = read_stub_module(theirs)
    old = None if base is None else read_stub_module(base)
    renewed = renew_origin(module.source.text, new.text)
    changes: tuple[Change, ...] = ()
    if renewed != module.source.text:
        module = read_module(module.encode(renewed))
        changes = (Change(MODULE, "its first line names the new version"),)
    merge = merge_source(module.source, old, new) if module.source.body else _append(module, new)
    content = module.encode(merge[0])
    if content != mine:
        read_module(content)
    return Merged(content, (*changes, *merge[1]))


def can_read_module(content: bytes) -> bool:
    """Return whether `merge_module` can read a module."""
    try:
        read_module(content)
    except SubmissionError:
        return False
    return True


def _append(module: ModuleFile, theirs: SourceText) -> tuple[str, tuple[Change, ...]]:
    """Add a whole stub to a module without statements."""
    mine = module.source
    gap = "\n\n" if mine.text.strip() else ""
    end = len(mine.text)
    added = Edit(end, end, gap + theirs.plain(theirs.text))
    return mine.edited([added]), (Change(MODULE, "had no code; it has the stub again"),)


def read_stub_module(content: bytes) -> SourceText:
    """Return the text of a stub, or raise a `CourseError`."""
    try:
        return read_module(content).source
    except SubmissionError as error:
        raise CourseError(f"a stub of the course is not valid Python: {error}") from error


def merge_source(
    mine: SourceText,
    base: SourceText | None,
    theirs: SourceText,
    elsewhere: frozenset[str] = frozenset(),
) -> tuple[str, tuple[Change, ...]]:
    """Return a text with the changes of its stub, and what they are.

    Parameters
    ----------
    elsewhere : frozenset of str
        Names that are defined in other places, such as other cells of a notebook.

    Raises
    ------
    SubmissionError
        If it cannot be merged.
    """
    record = Record()
    old = Block(base, base.body) if base else None
    try:
        level = Level(record, Block(mine, mine.body), old, Block(theirs, theirs.body), "")
        _merge_docstring(level)
        _Merger(elsewhere).merge(level)
        return mine.edited(record.edits), tuple(record.changes)
    except RecursionError as error:
        raise SubmissionError("it is nested too deeply") from error


def _merge_docstring(level: Level) -> None:
    mine, base, theirs = level.mine, level.base, level.theirs
    if theirs.docstring is None or (mine.docstring is None and base is None):
        return  # The student removed it, and whether it has changed is not known.
    if merge_docstring(level.record, mine, base, theirs, indents=("", "", "")):
        level.record.change(MODULE, "new docstring")


@dataclass(frozen=True, slots=True)
class _Merger:
    """The merge of one text, level by level: its own statements, then those of classes."""

    elsewhere: frozenset[str]

    def merge(self, level: Level) -> None:
        anchor: ast.stmt | None = level.mine.docstring
        for node in level.theirs.statements:
            if isinstance(node, ast.Import | ast.ImportFrom):
                found = self._merge_import(level, node, anchor)
            elif isinstance(node, Definition):
                found = self._merge_definition(level, node, anchor)
            else:
                found = self._merge_statement(level, node, anchor)
            anchor = found or anchor
        if level.base is not None:
            remove_definitions(level, level.base)

    def _merge_import(
        self, level: Level, node: ast.Import | ast.ImportFrom, anchor: ast.stmt | None
    ) -> ast.stmt | None:
        """Add what an import of the stub brings and the module lacks."""
        record = level.record
        mine = without_scripts(level.mine.body)
        old = without_scripts(level.base.body) if level.base else []
        lacking = []
        found = None
        known = [ast.dump(alone) for alone in imports_in(old)]
        for alone in split_import(node):
            bound = bound_by(alone)
            same = [one for one in imports_in(mine) if ast.dump(one) == ast.dump(alone)]
            holders = list(find_bindings(mine, bound))
            if same or bound in self.elsewhere:
                inside = [one for one in holders if one in mine]
                found = inside[0] if inside else found
            elif ast.dump(alone) in known:
                continue  # The student removed it, or imports another thing by this name.
            elif holders:
                line = holders[0].lineno
                record.leave(MODULE, f"line {line} sets {bound}; not added: {one_line(alone)}")
            else:
                lacking.append(alone)
        for alone in lacking:
            insert_import(level, alone, found or anchor)
            record.change(MODULE, f"new `{one_line(alone)}`")
        return found

    def _merge_definition(
        self, level: Level, node: Definition, anchor: ast.stmt | None
    ) -> ast.stmt | None:
        name = level.owner + node.name
        new = Part(level.theirs.source, node)
        old = level.base.definition(node.name) if level.base else None
        own = level.mine.definition(node.name)
        later = [
            one
            for one in find_bindings(level.mine.body, node.name)
            if own is None or one.lineno > own.node.lineno
        ]
        if later:
            if old is None or old.shape() != new.shape():
                line = later[-1].lineno
                level.record.leave(name, f"line {line} defines it in another way; {BY_HAND}")
            return None
        if own is not None:
            if old is not None and not level.owner:
                merge_comment(level, node.name)
            if merge_definition(level.record, own, old, new, name):
                self.merge(level.below(own, old, new))
            return own.node
        if level.owner or node.name not in self.elsewhere:
            self._add_definition(level, node, anchor)
        return None

    def _add_definition(self, level: Level, node: Definition, anchor: ast.stmt | None) -> None:
        """Add a definition that the module lacks, unless it may come from elsewhere."""
        base, record = level.base, level.record
        name = level.owner + node.name
        missing = base is not None and base.definition(node.name) is not None
        if level.owner and missing:
            return  # It may be inherited, or set in another way.
        if level.mine.inherits and not level.theirs.inherits:
            record.leave(name, "not added, as your class may inherit it")
            return
        if not level.owner and (base is None or missing) and self._imports_all(level.mine):
            record.leave(name, "not added, as `import *` may define it")
            return
        comment = "" if level.owner else comment_to_add(level.mine, level.theirs, node)
        text = comment + level.theirs.source.text_of(node)
        if not insert_statement(level, node, text, anchor):
            record.leave(name, f"not added to a class on one line; {BY_HAND}")
            return
        asked = Part(level.theirs.source, node).asked
        what = "new, for you to write" if asked else "new, provided"
        record.change(name, "was missing; its stub is there again" if missing else what)

    def _imports_all(self, mine: Block) -> bool:
        return ANY in self.elsewhere or any(
            alias.name == ANY for one in imports_in(mine.body) for alias in one.names
        )

    def _merge_statement(
        self, level: Level, node: ast.stmt, anchor: ast.stmt | None
    ) -> ast.stmt | None:
        """Bring a statement that is neither a definition nor an import, such as a constant."""
        mine, record = level.mine, level.record
        names, shape = names_set(node), shape_of(node)
        label = level.owner + names[0] if names else MODULE
        if same := [one for one in mine.body if shape_of(one) == shape]:
            return same[0]
        old = level.base.body if level.base else []
        before = [shape_of(one) for one in old]
        own = find_counterpart(mine.body, node)
        if own is not None and shape not in before:
            _replace_statement(level, own, find_counterpart(old, node), node, label)
        if own is not None:
            return own
        bound = [n for n in names if n in self.elsewhere or any(find_bindings(mine.body, n))]
        if bound and shape not in before:
            record.leave(label, f"{bound[0]} is set in another way; {BY_HAND}")
        if not bound and (names or shape not in before):
            text = level.theirs.source.text_of(node)
            if insert_statement(level, node, text, anchor):
                record.change(label, "new code, provided")
        return None


def _replace_statement(
    level: Level, own: ast.stmt, old: ast.stmt | None, new: ast.stmt, label: str
) -> None:
    """Replace a statement, unless it is the student's."""
    mine, theirs = level.mine.source, level.theirs.source
    if old is None or shape_of(own) != shape_of(old):
        if runs_as_script(new):
            return  # What is run as a script is the student's own matter.
        text = one_line(new)[:60]
        level.record.leave(label, f"line {own.lineno} stays; its stub has `{text}`")
        return
    text = theirs.plain(theirs.text[theirs.start_of(new) : theirs.end_of(new)])
    level.record.edits.append(Edit(mine.start_of(own), mine.end_of(own), text))
    level.record.change(label, "new value" if names_set(new) else "new code, provided")
