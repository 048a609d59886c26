"""Bring the changes of a course's notebook into one that a student has begun, cell by cell."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grader.errors import SubmissionError
from grader.invocation import find_program
from grader.submissions.source_text import Definition, SourceText, find_bindings
from grader.submissions.updating.cells import (
    Cell,
    describe_cell,
    dump_notebook,
    has_only_comments,
    is_code_to_merge,
    load_notebook,
    parse_cell,
    parse_or_none,
    read_cells,
)
from grader.submissions.updating.changes import Merged
from grader.submissions.updating.definition import BY_HAND, Record
from grader.submissions.updating.lines import merge_lines
from grader.submissions.updating.module import ANY, merge_source

_HEADING = re.compile(r"## (?:Provided: )?`(\w+)`")
_MINOR_WITH_IDS = 5
_UNWRITTEN = "raise NotImplementedError"


def merge_notebook(mine: bytes, base: bytes | None, theirs: bytes) -> Merged:
    """Return a student's notebook with the changes of the course's.

    Cells are matched by their ids. The student's cells, their order and all outputs stay.

    Parameters
    ----------
    mine : bytes
        The student's notebook.
    base : bytes or None
        The notebook from which the student began, if it is known.
    theirs : bytes
        The new notebook of the course.

    Raises
    ------
    SubmissionError
        If it is not a notebook of format 4, or its cells have lost their ids.
    """
    content = load_notebook(mine)
    new, old = (
        read_cells(load_notebook(theirs)),
        read_cells(load_notebook(base)) if base is not None else None,
    )
    minor = content.get("nbformat_minor")
    without_ids = not isinstance(minor, int) or minor < _MINOR_WITH_IDS
    merger = _Merger(read_cells(content), old, without_ids)
    if not {cell.id for cell in new} & merger.mine.keys():
        raise SubmissionError(
            f"its cells have lost their ids, as in Colab; `{find_program()} init fresh "
            "--notebooks` writes a new one: copy your functions into it"
        )
    cells = merger.merge(new)
    changes = tuple(merger.record.changes)
    if not any(change.done for change in changes):
        return Merged(mine, changes)
    return Merged(dump_notebook({**content, "cells": cells}, mine), changes)


@dataclass(slots=True)
class _Merger:
    """The merge of one notebook."""

    cells: list[Cell]
    base: list[Cell] | None
    without_ids: bool
    record: Record = field(default_factory=Record)
    mine: dict[str, Cell] = field(init=False)
    old: dict[str, Cell] = field(init=False)
    sources: dict[int, SourceText | None] = field(init=False)
    changed: dict[int, str] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    added: dict[int, list[Cell]] = field(default_factory=dict)
    # The subject of the cell, for messages.
    about: str = "introduction"

    def __post_init__(self) -> None:
        self.mine = {cell.id: cell for cell in reversed(self.cells) if cell.id}
        self.old = {cell.id: cell for cell in self.base or ()}
        self.sources = {c.place: parse_or_none(c) for c in self.cells if c.kind == "code"}

    def merge(self, theirs: list[Cell]) -> list[dict[str, Any]]:
        """Return the cells of the merged notebook."""
        anchor = -1
        for cell in theirs:
            heading = _HEADING.match(cell.source) if cell.kind == "markdown" else None
            self.about = heading[1] if heading else self.about
            if "## Grade it" in cell.source:
                self.about = "end"
            own = self.mine.get(cell.id)
            if is_code_to_merge(cell):
                self._merge_code(own, cell, anchor)
            else:
                self._merge_text(own, cell, anchor)
            anchor = own.place if own else anchor
        self._remove({cell.id for cell in theirs}, theirs)
        return list(self._arrange())

    def _arrange(self) -> Iterable[dict[str, Any]]:
        yield from map(self._fit, self.added.get(-1, ()))
        for cell in self.cells:
            if cell.place not in self.removed:
                raw = cell.raw
                if cell.place in self.changed:
                    text = self.changed[cell.place]
                    lines = not isinstance(raw.get("source"), str)
                    raw = {**raw, "source": text.splitlines(keepends=True) if lines else text}
                yield raw
            yield from map(self._fit, self.added.get(cell.place, ()))

    def _fit(self, cell: Cell) -> dict[str, Any]:
        """Return a new cell in the format of the notebook."""
        raw = copy.deepcopy(cell.raw)
        if self.without_ids:
            raw.setdefault("metadata", {})["id"] = raw.pop("id", cell.id)
        return raw

    def _add(self, cell: Cell, anchor: int) -> None:
        self.added.setdefault(anchor, []).append(cell)

    def _merge_text(self, own: Cell | None, new: Cell, anchor: int) -> None:
        """Bring a cell of text, or one of code that only shows something."""
        old = self.old.get(new.id)
        what = describe_cell(new)
        if own is None:
            if old is None:
                self._add(new, anchor)
                self.record.change(self.about, f"new {what}")
            return  # else the student removed it
        if own.kind != new.kind or own.plain == new.plain:
            return
        if old is not None and old.plain == new.plain:
            return
        text = new.source
        if old is not None and own.plain != old.plain:
            both = merge_lines(*(one.plain.split("\n") for one in (old, own, new)))
            text = "\n".join(both) if both is not None else text
            what += ", beside your changes" if both is not None else " instead of yours"
        elif has_only_comments(new) and not has_only_comments(own):
            return  # The student wrote helpers in it.
        if has_only_comments(new) and what.endswith("instead of yours"):
            self.record.leave(self.about, f"the comment for helpers is new; {BY_HAND}")
            return
        self.changed[own.place] = text
        self.record.change(self.about, f"new {what}")

    def _merge_code(self, own: Cell | None, new: Cell, anchor: int) -> None:
        """Bring a cell with definitions, imports or constants."""
        source = parse_cell(new)
        names = {node.name for node in source.body if isinstance(node, Definition)}
        holder = self._find_holder(own, names)
        old = self.old.get(new.id)
        label = next(iter(sorted(names)), "imports")
        if (
            holder is None
            and any(ANY in _names(other) for other in self.sources.values() if other is not None)
            and (self.base is None or old is not None)
            and names
        ):
            self.record.leave(label, "not added, as `import *` may define it")
            return
        if holder is None:
            if old is None or names:
                self._add(new, anchor)
                what = "new, for you to write" if _UNWRITTEN in new.source else "new code"
                what = "was missing; its stub is there again" if old is not None else what
                self.record.change(label, what)
            return
        mine = self.sources.get(holder.place)
        if mine is None:
            if old is None or old.plain != new.plain:
                self.record.leave(label, f"its cell is not Python; {BY_HAND}")
            return
        others = (s for place, s in self.sources.items() if place != holder.place and s)
        elsewhere = frozenset(name for other in others for name in _names(other))
        base = parse_or_none(old) if old is not None else None
        text, changes = merge_source(mine, base, source, elsewhere)
        self.record.changes += changes
        if text != holder.source:
            self.changed[holder.place] = text

    def _find_holder(self, own: Cell | None, names: set[str]) -> Cell | None:
        """Return the cell that has some definitions now: that of the stub, or another."""
        if not names:
            return own if own is not None and own.kind == "code" else None
        holding = [
            cell
            for cell in self.cells
            if (source := self.sources.get(cell.place)) and names & _names(source)
        ]
        if own is not None and (own in holding or self.sources.get(own.place, own) is None):
            return own
        if holding:
            return holding[-1]
        return own if own is not None and own.kind == "code" else None

    def _remove(self, kept: set[str], theirs: list[Cell]) -> None:
        """Remove the cells that the course no longer has, where the student wrote nothing."""
        asked = {
            node.name
            for cell in theirs
            if is_code_to_merge(cell)
            for node in parse_cell(cell).body
            if isinstance(node, Definition)
        }
        for old in self.base or ():
            own = self.mine.get(old.id)
            if own is None or old.id in kept:
                continue
            source = parse_or_none(old) if old.kind == "code" else None
            names = {n.name for n in source.body if isinstance(n, Definition)} if source else set()
            label = next(iter(sorted(names - asked)), "the notebook")
            unwritten = _UNWRITTEN in old.source
            if own.plain != old.plain or (names and not unwritten):
                if names:
                    self.record.leave(label, "no longer in the notebook; your version stays")
                continue
            self.removed.add(own.place)
            what = (
                "no longer part of the exercise; its stub"
                if names
                else f"the old {describe_cell(old)}"
            )
            self.record.change(label, f"{what} is removed")


def _names(source: SourceText) -> set[str]:
    """Return the names that a cell binds; `ANY` for those of an ``import *``."""
    bound: set[str] = set()
    for statement in source.body:
        for node in ast.walk(statement):
            if isinstance(node, Definition):
                bound.add(node.name)
            elif isinstance(node, ast.alias):
                bound.add(node.asname or node.name.partition(".")[0])
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound.add(node.id)
    return {name for name in bound if name == ANY or any(find_bindings(source.body, name))}
