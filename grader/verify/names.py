"""Names that a known mistake uses and nothing defines: misspelt, it would raise a NameError."""

from __future__ import annotations

import ast
import builtins
import dis
import types
from collections.abc import Iterable, Iterator, Sequence

from grader.testing.catalogue import Entry, source_of

_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})


def find_undefined_names(entries: Sequence[Entry], solutions: Iterable[str]) -> Iterator[str]:
    """Yield findings against misconceptions that use a name which is defined nowhere.

    Parameters
    ----------
    solutions : iterable of str
        The sources of the exercise's modules, in which a function may be replaced.
    """
    known = {*vars(builtins), *(name for source in solutions for name in _list_bound(source))}
    for entry in entries:
        source = source_of((entry,))
        # Without the __future__ of this file.
        code = compile(source, "", "exec", dont_inherit=True)
        for name in sorted({*_list_read(code)} - known - {*_list_bound(source)}):
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


def _list_read(module: types.CodeType) -> Iterator[str]:
    """Yield the names that definitions read and that are not variables of theirs."""
    # What else the file of an entry does is not a part of the entry, such as the list of edits.
    waiting = [code for code in _list_inner(module) if code.co_name.isidentifier()]
    while waiting:
        code = waiting.pop()
        for instruction in dis.get_instructions(code):
            if instruction.opname in _READS:
                yield str(instruction.argval)
        waiting += _list_inner(code)


def _list_inner(code: types.CodeType) -> list[types.CodeType]:
    return [one for one in code.co_consts if isinstance(one, types.CodeType)]
