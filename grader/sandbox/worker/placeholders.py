"""Placeholders for packages that a student imports and the grader does not have.

A top-level ``import matplotlib.pyplot as plt`` must not cost the whole module, so each
such import statement is replaced, before the module is compiled, by an assignment of a
placeholder. While the module is being imported a placeholder tolerates being looked
into and called (``plt.style.use(...)``, ``@njit``); used later, it says what it is.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection
from typing import Any, NoReturn

_FACTORY = "__absent__"


class PackageNotAvailable(ImportError):
    """A package that the grader does not have was used."""


class Absent:
    """Stands for a name of a package that is not available.

    Parameters
    ----------
    path : str
        Dotted name of what was imported.
    why : str
        What to tell the student who uses it.
    """

    loading = True

    def __init__(self, path: str, why: str) -> None:
        self._path = path
        self._why = why

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise PackageNotAvailable(f"{self._path} {self._why}")

    def __getattr__(self, name: str) -> Absent:
        if Absent.loading and not name.startswith("__"):
            return Absent(f"{self._path}.{name}", self._why)
        return self._refuse()

    def __call__(self, *args: Any, **kwargs: Any) -> Absent:
        """Tolerate a call while the module is imported, and refuse it later."""
        return self if Absent.loading else self._refuse(*args, **kwargs)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        """Let ``class Net(torch.nn.Module)`` become a class of its own."""
        return ()

    __iter__ = __getitem__ = __len__ = __bool__ = __enter__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __matmul__ = __rmatmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _refuse
    __neg__ = __float__ = __int__ = __index__ = __array__ = _refuse


def replace_imports(
    tree: ast.Module, packages: Collection[str], course_modules: Collection[str]
) -> dict[str, Any]:
    """Replace top-level imports of what is not available, in place.

    Parameters
    ----------
    tree : ast.Module
        The student's module. Imports inside ``try``, ``if`` and functions stay as they
        are: code that copes with a missing package shall see it missing.
    packages : collection of str
        What may be imported besides the standard library.
    course_modules : collection of str
        Names of the course's own modules, which cannot import one another.

    Returns
    -------
    dict
        Names to put into the module's namespace before it is executed.
    """

    def why(root: str) -> str:
        if not root or root in course_modules:
            return (
                "cannot be imported: every module of the course stands alone; "
                "copy the function into this file"
            )
        allowed = " and ".join([*sorted(packages), "the standard library"])
        return f"is not available in the grader, only {allowed}; write it without"

    def absent(path: str) -> Absent:
        return Absent(path, why(path.partition(".")[0]))

    tree.body = [new for node in tree.body for new in _replace(node, frozenset(packages))]
    return {_FACTORY: absent}


def _replace(node: ast.stmt, packages: frozenset[str]) -> list[ast.stmt]:
    if isinstance(node, ast.Import):
        return [_replace_alias(node, alias, packages) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and (
        node.level or not _available(node.module or "", packages)
    ):
        base = "." * node.level + (node.module or "")
        kept = [alias for alias in node.names if alias.name != "*"]
        return [_assign(node, alias.asname or alias.name, f"{base}.{alias.name}") for alias in kept]
    return [node]


def _replace_alias(node: ast.Import, alias: ast.alias, packages: frozenset[str]) -> ast.stmt:
    if _available(alias.name, packages):
        return ast.copy_location(ast.Import([alias]), node)
    root = alias.name.partition(".")[0]
    return _assign(node, alias.asname or root, alias.name if alias.asname else root)


def _available(name: str, packages: frozenset[str]) -> bool:
    root = name.partition(".")[0]
    return root in sys.stdlib_module_names or root in packages


def _assign(node: ast.stmt, target: str, path: str) -> ast.stmt:
    call = ast.Call(ast.Name(_FACTORY, ast.Load()), [ast.Constant(path)], [])
    assign = ast.Assign([ast.Name(target, ast.Store())], call)
    return ast.fix_missing_locations(ast.copy_location(assign, node))
