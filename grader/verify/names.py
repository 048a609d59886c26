"""Names that an entry of a catalogue uses and nothing defines: it would raise a NameError."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Container, Iterable, Iterator, Sequence

from grader.testing.catalogue import Entry, source_of


def find_undefined(source: str, known: Container[object]) -> Iterator[tuple[str, str]]:
    """Yield the names that definitions of a module use and that it does not have.

    Parameters
    ----------
    known : container of str
        The names that it has.

    Yields
    ------
    tuple of (str, str)
        What uses it, at the module's outermost level, and the name.
    """
    table = symtable.symtable(source, "", "exec")
    waiting = [(child.get_name(), child) for child in table.get_children()]
    while waiting:
        place, scope = waiting.pop()
        waiting += [(place, child) for child in scope.get_children()]
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            is_known = name in known or hasattr(builtins, name)
            if symbol.is_global() and symbol.is_referenced() and not is_known:
                yield place, name


def find_undefined_names(entries: Sequence[Entry], solutions: Iterable[str]) -> Iterator[str]:
    """Yield findings against misconceptions that use a name which is defined nowhere.

    Parameters
    ----------
    solutions : iterable of str
        The sources of the exercise's modules, in which a function may be replaced.
    """
    known = {name for source in solutions for name in _list_bound(source)}
    for entry in entries:
        source = source_of((entry,))
        own = {*_list_bound(source)}
        # Other statements of its file, such as the list of edits, are not part of the entry.
        names = {name for place, name in find_undefined(source, known | own) if place in own}
        for name in sorted(names):
            yield (
                f"{entry.id} uses the name {name}, which is not defined: correct it, or define it "
                "beside the entry"
            )


def _list_bound(source: str) -> Iterator[str]:
    """Yield every name that a module assigns, defines or imports, wherever that is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
