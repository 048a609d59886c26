"""Code of an assignment that a suite may contain, which runs outside the sandbox.

A suite is trusted: its author answers for it. What this package writes there was not read by an
author yet, so it has only what computes: no files, no processes, no attributes with leading
underscores, and names of few modules. All else stays a comment.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Mapping

from grader.importing.sizes import is_huge

MODULES = frozenset(
    "math cmath numpy itertools functools collections statistics fractions decimal datetime "
    "string re random operator copy textwrap calendar numbers".split()
)
_SUBMODULES = frozenset({"linalg", "random", "fft", "polynomial", "datetime", "date"})
BUILTINS = frozenset(
    "abs all any bin bool bytes chr complex dict divmod enumerate filter float frozenset hex int "
    "isinstance iter len list map max min next oct ord pow range repr reversed round set slice "
    "sorted str sum tuple type zip".split()
) | {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
# Names that read or write files, load code, or lead from an object to its module.
_REFUSED = (
    (
        frozenset(
            "tofile dump dumps save savez savez_compressed savetxt load loads loadtxt fromfile "
            "genfromtxt fromregex memmap open DataSource ctypes ctypeslib f2py lib core compat "
            "distutils testing attrgetter methodcaller itemgetter format_map Formatter "
            "show_config get_include system popen os sys subprocess SystemRandom "
            "frompyfunc set_string_function setbufsize rec char ma".split()
        )
        | sys.stdlib_module_names
    )
    - MODULES
    - frozenset("array select time trace queue stat wave symbol token struct".split())
)
_STATEMENTS = (
    ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.For | ast.While | ast.If
    | ast.Pass | ast.Break | ast.Continue | ast.Return | ast.FunctionDef
)  # fmt: skip
_EXPRESSIONS = (
    ast.BoolOp | ast.NamedExpr | ast.BinOp | ast.UnaryOp | ast.Lambda | ast.IfExp | ast.Dict
    | ast.Set | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Compare
    | ast.Call | ast.FormattedValue | ast.JoinedStr | ast.Constant | ast.Attribute
    | ast.Subscript | ast.Starred | ast.Name | ast.List | ast.Tuple | ast.Slice
)  # fmt: skip
_MAX_NODES = 5_000


def find_refused(node: ast.AST, imports: Mapping[str, str]) -> str:
    """Return why some code may not run outside the sandbox, or an empty string.

    Parameters
    ----------
    imports : mapping of str to str
        The full names of imported names.
    """
    nodes = list(ast.walk(node))
    if len(nodes) > _MAX_NODES:
        return "is too long"
    for inner in nodes:
        if reason := _refuse(inner, imports):
            return reason
    return ""


def _refuse(node: ast.AST, imports: Mapping[str, str]) -> str:
    if isinstance(node, ast.stmt):
        if not isinstance(node, _STATEMENTS) or getattr(node, "decorator_list", None):
            return f"has a statement that stays out of suites ({type(node).__name__.lower()})"
    elif isinstance(node, ast.expr) and not isinstance(node, _EXPRESSIONS):
        return f"has an expression that stays out of suites ({type(node).__name__.lower()})"
    if is_huge(node):
        return "computes a huge value"
    if isinstance(node, ast.Attribute):
        return _refuse_attribute(node, imports)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return refuse_name(node.id, imports)
    return ""


def refuse_name(name: str, imports: Mapping[str, str]) -> str:
    """Return why a name may not be used in a suite, or an empty string."""
    if name in imports:
        module, _, own = imports[name].partition(".")
        parts = own.split(".") if own else []
        bad = [part for part in parts if part.startswith("_") or part in _REFUSED]
        if module not in MODULES or bad:
            return f"uses {imports[name]}"
        return ""
    if name.startswith("__") or (hasattr(builtins, name) and name not in BUILTINS):
        return f"uses {name}"
    return ""


def _refuse_attribute(node: ast.Attribute, imports: Mapping[str, str]) -> str:
    name = node.attr
    if name.startswith(("_", "read_", "to_")) or name in _REFUSED:
        return f"uses .{name}"
    # `np.linalg.det` is known; `np.anything.else` may lead to modules of numpy's own.
    inner = node.value
    if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
        module = imports.get(inner.value.id, "")
        if module in MODULES and inner.attr not in _SUBMODULES and inner.attr.islower():
            ufunc = name in {"reduce", "accumulate", "outer", "at", "real", "shape"}
            return "" if ufunc else f"uses {ast.unparse(node)}"
    return ""
