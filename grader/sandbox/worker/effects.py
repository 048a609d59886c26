"""The effects of a statement on the names of its module, as far as its code shows."""

from __future__ import annotations

import ast
import dis
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType

from grader.sandbox.worker.exposed import find_exposed

# Methods of arrays, lists, dictionaries and strings that change nothing.
_READS_ONLY = frozenset(
    "all any argmax argmin argsort astype conj copy cumprod cumsum diagonal dot flatten item max "
    "mean min nonzero prod ravel repeat reshape round squeeze std sum swapaxes tolist trace "
    "transpose var items keys values get index count format join split splitlines startswith "
    "endswith strip lower upper replace encode decode intersection union difference issubset "
    "issuperset bit_length is_integer".split()
)
# Functions that change one of their arguments.
CHANGES_ARGUMENTS = frozenset(
    "fill_diagonal copyto put putmask place put_along_axis shuffle heappush heappop heapify "
    "insort insort_left insort_right setattr delattr next".split()
)
# Calls that configure the whole process.
_CONFIGURES = frozenset(
    "setrecursionlimit seterr seterrcall seed set_state filterwarnings simplefilter "
    "set_printoptions setcontext".split()
)
# Functions whose result holds, or is a view of, what is passed to them.
_HOLDS_ARGUMENTS = frozenset(
    "enumerate zip reversed iter list tuple dict values items reshape ravel view asarray T".split()
)
_COMPREHENSIONS = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"))
_COMPOUND = (ast.If, ast.For, ast.While, ast.With)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DYNAMIC = frozenset(("globals", "locals", "vars", "exec"))


@dataclass
class Names:
    """Names of the module that some code uses.

    Parameters
    ----------
    binds, reads : set of str
        Names that it binds or deletes, and that it reads.
    stores : set of str
        Names into whose items or attributes it stores.
    changes : set of str
        Names whose value a method that it calls, or a function like ``np.copyto``, may change.
    passes : set of tuple of str
        Pairs of a function's name and a name that is passed to it.
    """

    binds: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    passes: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Effects:
    """The effects of one statement.

    Parameters
    ----------
    now : Names
        While it is executed.
    later : Names
        While the functions that it defines are executed.
    aliases : set of tuple of str
        Pairs of a name that it binds and another, whose value or a part of it that may be.
    defines : bool
        Whether what it binds is a function, a module, or a constant, which no method changes.
    configures : bool
        Whether it configures the process, or binds names that its code does not show.
    silent : bool
        Whether nothing can need it: a print, an assertion, a bare value.
    """

    now: Names
    later: Names
    aliases: set[tuple[str, str]] = field(default_factory=set)
    defines: bool = False
    configures: bool = False
    silent: bool = False

    @classmethod
    def nothing(cls) -> Effects:
        """Return the effects of a statement that is not executed."""
        return cls(Names(), Names(), silent=True)


def find_effects(node: ast.stmt, flags: int = 0) -> Effects:
    """Return what a statement does.

    Parameters
    ----------
    node : ast.stmt
        A statement at the top of a module.
    flags : int
        Flags of the compiler, for imports from ``__future__``.

    Raises
    ------
    SyntaxError, ValueError, RecursionError
        If it cannot be compiled.
    """
    effects = _read_statement(node, flags)
    if isinstance(node, _COMPOUND):
        effects.now.reads = find_exposed([node], lambda part: _read_simple(part, flags))
    _read_parts(node, effects, set())
    effects.aliases = set(_find_aliases(node))
    effects.defines = _defines(node)
    effects.silent = _is_silent(node) and not effects.now.binds
    effects.configures = _configures(node) or bool(effects.now.reads & _DYNAMIC)
    return effects


def _read_statement(node: ast.stmt, flags: int) -> Effects:
    code = compile(ast.Module([node], []), "?", "exec", flags, dont_inherit=True)
    effects = Effects(Names(), Names())
    _read_code(code, effects)
    return effects


def _read_simple(node: ast.stmt, flags: int) -> tuple[set[str], set[str]]:
    if isinstance(node, ast.Break | ast.Continue):
        return set(), set()
    now = _read_statement(node, flags).now
    # A name that is deleted is not there for what follows.
    return now.reads, set() if isinstance(node, ast.Delete) else now.binds


def _read_code(code: CodeType, effects: Effects) -> None:
    """Read which names the compiler looks up in the module, now or when a function runs."""
    waiting = [(code, True, True)]
    while waiting:
        part, is_now, is_top = waiting.pop()
        names = effects.now if is_now else effects.later
        for step in dis.get_instructions(part):
            _take_name(step, names, is_top=is_top)
        for inner in part.co_consts:
            if isinstance(inner, CodeType):
                runs = not inner.co_flags & inspect.CO_OPTIMIZED or inner.co_name in _COMPREHENSIONS
                waiting.append((inner, is_now and runs, False))


def _take_name(step: dis.Instruction, names: Names, *, is_top: bool) -> None:
    operation = step.opname
    if operation in ("STORE_GLOBAL", "DELETE_GLOBAL"):
        names.binds.add(step.argval)
    elif operation in ("STORE_NAME", "DELETE_NAME"):
        if is_top:
            names.binds.add(step.argval)
    elif operation == "LOAD_NAME" or operation.endswith(("_GLOBAL", "_GLOBALS")):
        names.reads.add(step.argval)


def _read_parts(node: ast.AST, effects: Effects, local: set[str], *, is_now: bool = True) -> None:
    """Read which names a statement stores into, calls methods of, and passes on."""
    if isinstance(node, _SCOPES):
        for outside in _outside(node):
            _read_parts(outside, effects, local, is_now=is_now)
        inner = local | _local_names(node)
        for statement in node.body if isinstance(node.body, list) else [node.body]:
            _read_parts(statement, effects, inner, is_now=False)
        return
    names = effects.now if is_now else effects.later
    for name in _stored_into(node) - local:
        names.stores.add(name)
    if isinstance(node, ast.Call):
        _read_call(node, names, local)
    elif isinstance(node, ast.AugAssign):
        # `w -= step` changes the array w, under whatever names it is known.
        names.changes |= {base_name(node.target)} - local
    for part in ast.iter_child_nodes(node):
        _read_parts(part, effects, local, is_now=is_now)


def read_body(function: ast.FunctionDef | ast.Lambda) -> tuple[Names, set[tuple[str, str]]]:
    """Return what a function's body does to its own names, and the aliases in it."""
    effects = Effects(Names(), Names())
    body = function.body if isinstance(function.body, list) else [function.body]
    for statement in body:
        _read_parts(statement, effects, set())
    return effects.now, {pair for part in body for pair in _find_aliases(part)}


def _outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[ast.AST]:
    yield from getattr(node, "decorator_list", ())
    yield from node.args.defaults
    yield from (default for default in node.args.kw_defaults if default)


def _local_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    parameters = {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
    body = node.body if isinstance(node.body, list) else [node.body]
    parts = [part for statement in body for part in ast.walk(statement)]
    stored = {p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Store)}
    shared = {name for p in parts if isinstance(p, ast.Global) for name in p.names}
    return (parameters | stored) - shared


def _stored_into(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return {base_name(node)} - {""}
    return set()


def _read_call(node: ast.Call, names: Names, local: set[str]) -> None:
    passed = {base_name(a) for a in [*node.args, *(k.value for k in node.keywords)]}
    passed = {name for name in passed - local if name}
    out = {base_name(k.value) for k in node.keywords if k.arg == "out"} - local
    names.changes |= out
    if isinstance(node.func, ast.Attribute):
        receiver = base_name(node.func.value)
        if receiver and receiver not in local and node.func.attr not in _READS_ONLY:
            names.changes.add(receiver)
    called = last_name(node.func)
    if called in CHANGES_ARGUMENTS:
        names.stores |= passed
    names.passes |= {(base_name(node.func) or called, name) for name in passed}


def bound_names(body: Iterable[ast.stmt]) -> set[str]:
    """Return the names that statements bind, those inside functions aside."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        if not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return names


def base_name(node: ast.AST) -> str:
    """Return the name at the root of ``name.part[0].other``, or an empty string."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def last_name(node: ast.AST) -> str:
    """Return ``c`` of ``a.b.c``, or an empty string."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _find_aliases(node: ast.AST) -> Iterator[tuple[str, str]]:
    for part in ast.walk(node):
        if isinstance(part, ast.For):
            yield from _pair(part.target, part.iter)
        elif isinstance(part, ast.Assign):
            for target in part.targets:
                yield from _pair(target, part.value)


def _pair(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    names = [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]
    yield from ((name, other) for name in names for other in _held_by(value))


def _held_by(value: ast.expr | None) -> set[str]:
    """Return the names whose values another value is, or may hold."""
    parts: list[ast.expr | None] = []
    if isinstance(value, ast.Tuple | ast.List | ast.Set):
        parts = [*value.elts]
    elif isinstance(value, ast.Dict):
        parts = [*value.values]
    elif isinstance(value, ast.Call) and last_name(value.func) in _HOLDS_ARGUMENTS:
        parts = [*value.args]
    elif isinstance(value, ast.IfExp):
        parts = [value.body, value.orelse]
    elif value is not None:
        return {base_name(value)} - {""}
    return {name for part in parts for name in _held_by(part)}


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Import | ast.ImportFrom):
        return True
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    fixed = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop)
    return isinstance(value, ast.Lambda) or (
        value is not None and all(isinstance(part, fixed) for part in ast.walk(value))
    )


def _is_silent(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assert | ast.Pass):
        return True
    return isinstance(node, ast.Expr) and (
        is_print(node) or not isinstance(node.value, ast.Call | ast.Await | ast.Yield)
    )


def is_print(node: ast.stmt) -> bool:
    """Return whether a statement only prints."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in ("print", "display", "help", "pprint")
    )


def _configures(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__" or any(alias.name == "*" for alias in node.names)
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and last_name(node.value.func) in _CONFIGURES
    )
