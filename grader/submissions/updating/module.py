"""Bring the changes of a stub into a module that a student has begun."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from grader.course.origin import renew_origin
from grader.course.stubs import first_line
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
from grader.submissions.updating.pieces import Block, Part, move, shape_of
from grader.submissions.updating.statements import (
    bound_by,
    comment_above,
    comment_to_add,
    find_counterpart,
    imports_in,
    is_future,
    last_line,
    one_line,
    split_import,
)

MODULE = "the module"
# A name that stands for those of `from x import *`.
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
        changes = (Change(MODULE, "names the version of its stub"),)
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
        raise CourseError(f"a stub of the course cannot be parsed: {error}") from error


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
    merger = _Merger(elsewhere)
    old = Block(base, base.body) if base else None
    try:
        merger.merge_text(Block(mine, mine.body), old, Block(theirs, theirs.body))
        return mine.edited(merger.record.edits), tuple(merger.record.changes)
    except RecursionError as error:
        raise SubmissionError("it is nested too deeply") from error


@dataclass(slots=True)
class _Merger:
    """The merge of one text."""

    elsewhere: frozenset[str]
    record: Record = field(default_factory=Record)

    def merge_text(self, mine: Block, base: Block | None, theirs: Block) -> None:
        if theirs.docstring and mine.docstring is None and (base is None or not mine.body):
            pass  # The student removed it, and whether it has changed is not known.
        elif theirs.docstring and merge_docstring(
            self.record, mine, base, theirs, indents=("", "", "")
        ):
            self.record.change(MODULE, "new docstring")
        self.merge_body(mine, base, theirs, "")

    def merge_body(self, mine: Block, base: Block | None, theirs: Block, owner: str) -> None:
        anchor: ast.stmt | None = mine.docstring
        for place, node in enumerate(theirs.statements):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found = self._merge_import(mine, base, node, anchor)
            elif isinstance(node, Definition):
                found = self._merge_definition(mine, base, theirs, place, owner, anchor)
            else:
                found = self._merge_statement(mine, base, theirs, place, owner, anchor)
            anchor = found or anchor
        if base is not None:
            self._remove_definitions(mine, base, theirs, owner)

    def _merge_import(
        self,
        mine: Block,
        base: Block | None,
        node: ast.Import | ast.ImportFrom,
        anchor: ast.stmt | None,
    ) -> ast.stmt | None:
        """Add what an import of the stub brings and the module lacks."""
        lacking = []
        found = None
        known = [ast.dump(alone) for alone in imports_in(base.body if base else [])]
        for alone in split_import(node):
            bound = bound_by(alone)
            same = [one for one in imports_in(mine.body) if ast.dump(one) == ast.dump(alone)]
            holders = list(find_bindings(mine.body, bound))
            if same or bound in self.elsewhere:
                inside = [one for one in holders if one in mine.body]
                found = inside[0] if inside else found
            elif ast.dump(alone) in known:
                continue  # The student removed it, or imports another thing by this name.
            elif holders:
                line = holders[0].lineno
                self.record.leave(MODULE, f"line {line} sets {bound}; not added: {one_line(alone)}")
            else:
                lacking.append(alone)
        for alone in lacking:
            self._insert_import(mine, alone, found or anchor)
            self.record.change(MODULE, f"new `{one_line(alone)}`")
        return found

    def _insert_import(self, mine: Block, node: ast.stmt, anchor: ast.stmt | None) -> None:
        own = [one for one in mine.body if isinstance(one, ast.Import | ast.ImportFrom)]
        if is_future(node):
            anchor = mine.docstring
        elif not isinstance(anchor, ast.Import | ast.ImportFrom):
            first = next((n.lineno for n in mine.body if isinstance(n, Definition)), None)
            early = [one for one in own if first is None or one.lineno < first]
            anchor = early[-1] if early else anchor
        after_text = anchor is not None and anchor is mine.docstring
        self._insert(mine, anchor, ast.unparse(node), 1 if after_text else 0)

    def _merge_definition(
        self,
        mine: Block,
        base: Block | None,
        theirs: Block,
        place: int,
        owner: str,
        anchor: ast.stmt | None,
    ) -> ast.stmt | None:
        node = theirs.statements[place]
        assert isinstance(node, Definition)
        name = owner + node.name
        new = Part(theirs.source, node)
        old = base.definition(node.name) if base else None
        own = mine.definition(node.name)
        later = [
            one
            for one in find_bindings(mine.body, node.name)
            if own is None or one.lineno > own.node.lineno
        ]
        if later:
            if base is None or old is None or old.shape() != new.shape():
                line = later[-1].lineno
                self.record.leave(name, f"line {line} defines it in another way; {BY_HAND}")
            return None
        if own is not None:
            if old is not None and not owner:
                self._merge_comment(mine, base, theirs, node.name)
            merge_definition(self.record, own, old, new, name, self.merge_body)
            return own.node
        if owner or node.name not in self.elsewhere:
            self._add_definition(mine, theirs, place, owner, anchor, base=base)
        return None

    def _add_definition(
        self,
        mine: Block,
        theirs: Block,
        place: int,
        owner: str,
        anchor: ast.stmt | None,
        *,
        base: Block | None,
    ) -> None:
        """Add a definition that the module lacks, unless it may come from elsewhere."""
        node = theirs.statements[place]
        assert isinstance(node, Definition)
        name = owner + node.name
        missing = base is not None and base.definition(node.name) is not None
        if owner and missing:
            return  # It may be inherited, or set in another way.
        if mine.inherits and not theirs.inherits:
            self.record.leave(name, "not added, as your class may inherit it")
            return
        if not owner and (base is None or missing) and self._imports_all(mine):
            self.record.leave(name, "not added, as `import *` may define it")
            return
        comment = "" if owner else comment_to_add(mine, theirs, node)
        text = comment + theirs.source.text_of(node)
        if not self._insert_at_level(mine, theirs, anchor, text, node, owner):
            self.record.leave(name, f"not added to a class on one line; {BY_HAND}")
            return
        what = "new, for you to write" if Part(theirs.source, node).asked else "new, provided"
        self.record.change(name, "was missing; its stub is there again" if missing else what)

    def _imports_all(self, mine: Block) -> bool:
        return ANY in self.elsewhere or any(
            alias.name == ANY for one in imports_in(mine.body) for alias in one.names
        )

    def _merge_statement(
        self,
        mine: Block,
        base: Block | None,
        theirs: Block,
        place: int,
        owner: str,
        anchor: ast.stmt | None,
    ) -> ast.stmt | None:
        """Bring a statement that is neither a definition nor an import, such as a constant."""
        node = theirs.statements[place]
        names = names_set(node)
        shape = shape_of(node)
        label = owner + (names[0] if names else "") if names else MODULE
        same = [one for one in mine.body if shape_of(one) == shape]
        if same:
            return same[0]
        old = find_counterpart(base.body, names) if base else None
        own = find_counterpart(mine.body, names)
        before = [shape_of(one) for one in base.body] if base else []
        if own is not None:
            if shape in before:
                return own
            if old is not None and shape_of(own) == shape_of(old):
                span = mine.source.start_of(own), mine.source.end_of(own)
                text = theirs.source.plain(
                    theirs.source.text[theirs.source.start_of(node) : theirs.source.end_of(node)]
                )
                self.record.edits.append(Edit(*span, text))
                self.record.change(label, "new value")
                return own
            text = " ".join(ast.unparse(node).split())
            self.record.leave(label, f"line {own.lineno} stays; its stub has `{text[:60]}`")
            return own
        bound = [n for n in names if n in self.elsewhere or any(find_bindings(mine.body, n))]
        if bound:
            if shape not in before:
                self.record.leave(label, f"{bound[0]} is set in another way; {BY_HAND}")
        elif names or shape not in before:
            text = theirs.source.text_of(node)
            if self._insert_at_level(mine, theirs, anchor, text, node, owner):
                self.record.change(label, "new code, provided")
        return None

    def _insert_at_level(
        self,
        mine: Block,
        theirs: Block,
        anchor: ast.stmt | None,
        text: str,
        node: ast.stmt,
        owner: str,
    ) -> bool:
        """Insert a part of a stub into a module, or into a class unless that is on one line."""
        old = theirs.source.indent_of_line(first_line(node))
        new = ""
        if owner:
            first = mine.body[0]
            new = mine.source.indent_of_line(first.lineno - 1)
            if mine.source.start_of(first) != mine.source.start_of_line(first.lineno - 1) + len(
                new
            ):
                return False
        definition = isinstance(node, Definition)
        blank = 1 if owner or not definition else 2
        self._insert(mine, anchor, move(text, old, new), blank, new)
        return True

    def _insert(
        self, mine: Block, anchor: ast.stmt | None, text: str, blank: int, indent: str = ""
    ) -> None:
        """Insert lines after a statement, or before the first one."""
        source = mine.source
        gap = "\n" * blank
        if anchor is None:
            # Nothing but a docstring may precede these.
            future = [one for one in mine.body if is_future(one)]
            anchor = future[-1] if future else None
        if anchor is None and mine.body:
            line = first_line(mine.body[0])
            start = source.start_of_line(line)
            self.record.edits.append(Edit(start, start, f"{indent}{text}\n{gap}"))
            return
        line = last_line(mine, anchor) if anchor is not None else len(source.lines)
        # A text without a line ending at its end gets one.
        end = source.end_of_line(line - 1)
        closing = "\n" if end == len(source.text) and source.lines[-1] else ""
        begin = "\n" if source.text else ""
        self.record.edits.append(Edit(end, end, f"{begin}{gap}{indent}{text}{closing}"))

    def _merge_comment(self, mine: Block, base: Block | None, theirs: Block, name: str) -> None:
        """Bring a changed comment above a definition, if the student has not touched it."""
        assert base is not None
        (_, _, old), (_, _, new) = comment_above(base, name), comment_above(theirs, name)
        start, end, own = comment_above(mine, name)
        if old == new or own != old:
            return
        if not new:
            # With the line ending.
            end = len(mine.source.text) - len(mine.source.text[end:].lstrip("\r\n"))
        self.record.edits.append(Edit(start, end, new if own else f"{new}\n"))
        self.record.change(name, "new comment above it")

    def _remove_definitions(self, mine: Block, base: Block, theirs: Block, owner: str) -> None:
        """Remove what is no longer asked, if nothing was written in it."""
        for node in base.statements:
            if not isinstance(node, Definition) or any(find_bindings(theirs.body, node.name)):
                continue
            old, own = Part(base.source, node), mine.definition(node.name)
            if own is None:
                continue
            if not old.unwritten:
                self.record.leave(owner + node.name, "no longer in the stub; yours stays")
            elif own.shape() != old.shape() or len(mine.body) == 1:
                self.record.leave(owner + node.name, "no longer asked; yours stays")
            else:
                source = mine.source
                line = first_line(own.node)
                while line and not source.lines[line - 1].strip():
                    line -= 1
                start, end = (
                    source.start_of_line(line),
                    source.start_of_line(source.after(own.node)),
                )
                self.record.edits.append(Edit(start, end, ""))
                self.record.change(owner + node.name, "no longer asked; its stub is removed")
