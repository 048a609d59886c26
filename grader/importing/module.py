"""The module of an exercise: what students write, and what it needs of the notebook."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from grader.course.cutting import PROVIDED
from grader.errors import CourseError
from grader.importing.docstrings import Facts, document, quote
from grader.importing.getters import add_getter, document_getter, needed_getters
from grader.importing.notebook_code import Module, Part, binds, is_import
from grader.importing.parts import Assignment, Code
from grader.importing.statements import BUILTINS, Definition, Statement, make_statement, split

_EMPTY = re.compile(
    r"raise NotImplementedError|^\s*\.\.\.\s*$|=\s*\.\.\.\s*(?:#.*)?$", re.MULTILINE
)


def read_module(assignment: Assignment, tested: Iterable[str]) -> Module:
    """Return what students write of what some tests name.

    Parameters
    ----------
    tested : iterable of str
        The names that the tests use.

    Raises
    ------
    CourseError
        If a solution is not Python.
    """
    notes: list[str] = []
    parts = [part for code in assignment.codes for part in _read_code(code, assignment, notes)]
    functions = {
        part.statement.node.name: part
        for part in parts
        if part.code.asked
        and isinstance(part.statement.node, Definition)
        and not part.statement.node.name.startswith("_")
    }
    module = Module(parts, functions, notes=notes)
    for name in sorted(set(tested) - set(functions)):
        if any(binds(part, name) for part in parts if part.code.asked and not is_import(part)):
            add_getter(module, name)
    return module


def _read_code(code: Code, assignment: Assignment, notes: list[str]) -> Iterable[Part]:
    try:
        statements = split(code.text)
    except SyntaxError as error:
        where = code.question or "a cell"
        if code.asked:
            line = f" (line {error.lineno} of its cell)" if error.lineno else ""
            raise CourseError(
                f"{assignment.name}: the solution in {where} is not valid Python: "
                f"{error.msg}{line}; if this is the students' version, import the source"
            ) from error
        first = next((line for line in code.text.splitlines() if line.strip()), "")
        notes.append(f"a cell of the notebook is not valid Python: {first.strip()[:60]}")
        return
    for statement in statements:
        named = _as_function(statement)
        yield Part(named, code)


def _as_function(statement: Statement) -> Statement:
    """Return ``f = lambda x: ...`` as a function, and everything else as it is."""
    node = statement.node
    if (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Lambda)
        and isinstance(node.targets[0], ast.Name)
        and len(node.targets) == 1
    ):
        header = f"def {node.targets[0].id}({ast.unparse(node.value.args)}):"
        text = f"{header}\n    return {ast.unparse(node.value.body)}"
        return make_statement(ast.parse(text).body[0], text, statement.line)
    return statement


def write_module(module: Module, title: str, graded: Mapping[str, Facts]) -> tuple[str, list[str]]:
    """Return the source of the solution, and the packages that it imports.

    Parameters
    ----------
    graded : mapping of str to Facts
        What is known of the checks, by function that the suite asks for; other functions are there
        if these need them.
    """
    wanted = {name for name in graded if name in module.functions}
    getters = needed_getters(module, graded)
    names: set[str] = set()
    for name in wanted:
        names |= module.functions[name].statement.uses
    for getter in getters:
        names |= make_statement(ast.parse(module.texts[getter][1]).body[0]).uses
    kept = _close(module.parts, wanted, names)
    module.notes += _find_unbound(module, kept)
    pieces = [
        (part.code.place, number, _write_part(part, module, graded))
        for number, part in enumerate(module.parts)
        if number in kept and not is_import(part)
    ]
    for getter in getters:
        place, text = module.texts[getter]
        pieces.append((place, len(module.parts), document_getter(module, getter, text, graded)))
    module.notes += [
        f"{name} is needed, and no check tests it"
        for name in (*module.functions, *getters)
        if not graded.get(name, Facts()).checks
        and any(f"def {name}(" in text for _, _, text in pieces)
    ]
    imports = dict.fromkeys(
        ast.unparse(module.parts[number].statement.node)
        for number in sorted(kept)
        if is_import(module.parts[number])
    )
    header = [quote(f"{title.rstrip('.')}.", ""), *(["\n".join(imports)] if imports else [])]
    body = [text.strip("\n") for _, _, text in sorted(pieces)]
    source = "\n\n".join(header) + "\n\n\n" + "\n\n\n".join(body) + "\n"
    return source, _packages(module.parts, kept)


def _write_part(part: Part, module: Module, graded: Mapping[str, Facts]) -> str:
    node = part.statement.node
    if part.code.asked and isinstance(node, Definition) and node.name in module.functions:
        return document(part.statement.text, part.code.prose, graded)
    return _as_provided(part, module)


def _close(parts: Sequence[Part], wanted: set[str], names: set[str]) -> set[int]:
    """Return the places of the statements that the wanted functions depend on."""
    kept: set[int] = set()
    names |= wanted
    grows = True
    while grows:
        grows = False
        for number, part in enumerate(parts):
            statement = part.statement
            touched = statement.binds | (frozenset() if part.code.asked else statement.changes)
            if number not in kept and (names & touched or (statement.is_star and names)):
                kept.add(number)
                names |= statement.uses
                grows = True
    return kept


def _find_unbound(module: Module, kept: set[int]) -> list[str]:
    """Return which functions use a name that no code of the notebook binds."""
    statements = [module.parts[number].statement for number in sorted(kept)]
    if any(statement.is_star for statement in statements):
        return []
    bound = BUILTINS.union(*(statement.binds for statement in statements))
    return [
        f"{one.node.name} uses {', '.join(sorted(unbound))}, which the notebook does not define"
        for one in statements
        if isinstance(one.node, Definition) and (unbound := one.uses - bound)
    ]


def _as_provided(part: Part, module: Module) -> str:
    """Return a statement that a stub has as it is, with the comment that keeps it there."""
    node, text = part.statement.node, part.statement.text.strip("\n")
    if isinstance(node, Definition) and part.code.asked:
        return text  # a private helper, which stubs leave out
    if part.code.asked:
        names = ", ".join(sorted(part.statement.binds))
        module.notes.append(f"the stub has the solution's {names}, which other code needs")
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return text
    above = list(takewhile(lambda line: not line.strip() or line.startswith("#"), text.split("\n")))
    return "\n".join([*above, PROVIDED, *text.split("\n")[len(above) :]])


def _packages(parts: Sequence[Part], kept: set[int]) -> list[str]:
    found = {
        module.partition(".")[0]
        for number in kept
        for module in _imported_modules(parts[number].statement.node)
    }
    return sorted(found - sys.stdlib_module_names)


def _imported_modules(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def find_empty(module: Module, graded: Iterable[str]) -> list[str]:
    """Return the graded functions whose solution is not written."""
    texts = {name: part.statement.text for name, part in module.functions.items()}
    texts |= {name: text for name, (_, text) in module.texts.items()}
    return [name for name in graded if name in texts and _EMPTY.search(texts[name])]


def find_untested(module: Module, graded: Iterable[str]) -> list[str]:
    """Return the functions that students write and no check tests."""
    return [name for name in module.functions if name not in set(graded)]
