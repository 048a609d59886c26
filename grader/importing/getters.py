"""Functions for what were variables: `x` of a notebook becomes `get_x()`, which returns it.

The grader asks for functions. A cell that assigns a variable makes one, if all that it needs is
in it, in what students are given, or in other such functions.
"""

from __future__ import annotations

import ast
import keyword
import re
import textwrap
from collections.abc import Iterable, Mapping

from grader.importing.docstrings import Facts, quote, tidy
from grader.importing.notebook_code import Module, binds, is_import
from grader.importing.statements import Statement, slice_back, unresolved


def add_getter(module: Module, name: str) -> bool:
    """Add a function that returns what was a variable; return whether it could be made."""
    if name in module.getters:
        return True
    getter = f"get_{name}"
    places = sorted({p.code.place for p in module.parts if binds(p, name) and p.code.asked})
    why = ""
    if len(places) != 1:
        why = "several cells assign it"
    elif getter in module.functions or keyword.iskeyword(getter):
        why = f"{getter} is a name of the notebook"
    if why:
        module.notes.append(f"the variable {name} has no function: {why}")
        return False
    own = [part for part in module.parts if part.code.place == places[0]]
    defined = {id(part) for part in module.functions.values()}
    others = [p.statement for p in own if not is_import(p) and id(p) not in defined]
    body = slice_back([name], others)
    bound = frozenset[str]().union(*(statement.binds for statement in body))
    outer = sorted(unresolved(body) - set(module.imports) - set(module.functions))
    module.getters[name] = getter  # an assignment that needs itself ends here
    lines, missing = [], []
    for other in outer:
        earlier = [p for p in module.parts if p.code.place < places[0] and binds(p, other)]
        if any(p.code.asked for p in earlier) and add_getter(module, other):
            lines.append(f"{other} = {module.getters[other]}()")
        elif other in bound or not (earlier or any(p.statement.is_star for p in module.parts)):
            missing.append(other)
    if missing:
        del module.getters[name]
        needs = ", ".join(missing)
        module.notes.append(f"the variable {name} has no function: its cell needs {needs}")
        return False
    lines += [line for statement in body for line in _unindented(statement).split("\n")]
    text = textwrap.indent("\n".join([*lines, f"return {name}"]), "    ")
    module.texts[getter] = places[0], f"def {getter}():\n{text}\n"
    return True


def _unindented(statement: Statement) -> str:
    """Return a statement that can be indented: a text of several lines keeps its content."""
    strings = (n for n in ast.walk(statement.node) if isinstance(n, ast.Constant | ast.JoinedStr))
    if any(n.end_lineno != n.lineno for n in strings):
        return ast.unparse(statement.node)
    return statement.text


def needed_getters(module: Module, graded: Iterable[str]) -> list[str]:
    """Return the getters with checks, and those that they call."""
    found: list[str] = []
    waiting = [name for name in graded if name in module.texts]
    while waiting:
        getter = waiting.pop()
        if getter not in found:
            found.append(getter)
            called = set(re.findall(r"\w+", module.texts[getter][1]))
            waiting += [other for other in module.texts if other in called]
    return found


def document_getter(module: Module, getter: str, text: str, graded: Mapping[str, Facts]) -> str:
    """Return the source of such a function, with the text above the cell as docstring."""
    name = next(variable for variable, own in module.getters.items() if own == getter)
    prose = next((p.code.prose for p in module.parts if binds(p, name) and p.code.asked), "")
    shown = tidy(prose)
    words = f"Return `{name}`." + (f"\n\n{shown}" if shown else "")
    words = graded.get(getter, Facts()).add_to(words)
    header, _, body = text.partition("\n")
    return f"{header}\n{quote(words, '    ')}\n{body}"
