"""Whether what a student's functions return may depend on the calls before.

Such functions are asked call by call. Where it cannot be seen that nothing is kept, something may
be: a module-level list, a generator, a counter, a default argument that can be changed.
"""

from __future__ import annotations

import ast
import dis
import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from grader.sandbox.worker.effects import base_name

_CONSTANTS = (
    *(bool, int, float, complex, str, bytes, range, type(None), type(Ellipsis)),
    *(np.generic, np.dtype, np.ufunc),
)
# What has no state of a student's: modules of others, and functions in C or in numpy.
_FUNCTIONS = (
    *(types.ModuleType, types.BuiltinFunctionType, types.MethodDescriptorType),
    *(types.WrapperDescriptorType, types.MemberDescriptorType, types.GetSetDescriptorType),
    type(np.sum),
)
# Calls that change what other calls see, and names by which anything can be changed.
_CHANGES = frozenset(
    "setattr delattr globals vars exec eval __dict__ __globals__ modules seterr seterrcall "
    "set_printoptions setrecursionlimit bit_generator environ "
    "__class__ __code__ __defaults__".split()
)
_MAX_DEPTH = 5
_OPCODES = dis.opmap
_GLOBAL = {_OPCODES[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL")}
_INNER = {
    _OPCODES[name]
    for name in ("STORE_ATTR", "DELETE_ATTR", "STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE")
    if name in _OPCODES
}


def may_keep_state(
    namespaces: Iterable[Mapping[str, Any]],
    trees: Iterable[ast.Module],
    files: Collection[str],
    siblings: Iterable[str],
) -> bool:
    """Return whether earlier calls may have an influence on later ones.

    Parameters
    ----------
    namespaces : iterable of mapping
        Those of the student's modules.
    trees : iterable of ast.Module
        Their code.
    files : collection of str
        The names under which their code runs.
    siblings : iterable of str
        Other modules of the submission, which a function may import when it is called.
    """
    scan = _Scan(files, {name.rpartition(".")[2] for name in siblings})
    values = [
        value
        for namespace in namespaces
        for name, value in namespace.items()
        if name not in _OF_EVERY_MODULE
    ]
    if not all(scan.is_constant(value) for value in values):
        return True
    return scan.stores and any(map(_stores_outside, trees))


class _Scan:
    def __init__(self, files: Collection[str], siblings: Collection[str]) -> None:
        self._files = files
        self._suspect = _CHANGES.union(siblings)
        self._seen: set[int] = set()
        self.stores = False  # into attributes or items of something

    def is_constant(self, value: Any, depth: int = 0) -> bool:
        """Return whether calls neither change a value nor find it changed."""
        if isinstance(value, _CONSTANTS) or id(value) in self._seen:
            return True
        self._seen.add(id(value))
        if depth > _MAX_DEPTH:
            return False
        kind = type(value)
        if kind in (tuple, frozenset):
            return all(self.is_constant(item, depth + 1) for item in value)
        if kind is types.FunctionType:
            return self._is_constant_function(value, depth)
        if kind in (staticmethod, classmethod):
            return self.is_constant(value.__func__, depth + 1)
        if kind is np.vectorize:
            return self.is_constant(value.pyfunc, depth + 1)
        if kind is property:
            parts = (value.fget, value.fset, value.fdel)
            return all(self.is_constant(part, depth + 1) for part in parts)
        if isinstance(value, type):
            return self._is_constant_class(value, depth)
        return isinstance(value, _FUNCTIONS) or kind.__module__ in ("__future__", "typing")

    def _is_constant_function(self, function: types.FunctionType, depth: int) -> bool:
        code = function.__code__
        if code.co_filename not in self._files:
            return True  # of a library
        kept = [
            *(function.__defaults__ or ()),
            *(function.__kwdefaults__ or {}).values(),
            *function.__dict__.values(),
            *(_content(cell) for cell in function.__closure__ or ()),
        ]
        return self._is_constant_code(code) and all(
            self.is_constant(item, depth + 1) for item in kept
        )

    def _is_constant_class(self, kind: type, depth: int) -> bool:
        if kind.__module__ in ("builtins", "numpy") or not hasattr(kind, "__dict__"):
            return True
        own = (v for k, v in vars(kind).items() if k not in _OF_EVERY_CLASS)
        return all(self.is_constant(value, depth + 1) for value in own)

    def _is_constant_code(self, code: types.CodeType) -> bool:
        operations = set(code.co_code[::2])
        if operations & _GLOBAL or self._suspect.intersection(code.co_names):
            return False
        if code.co_freevars and _OPCODES["STORE_DEREF"] in operations:
            return False
        self.stores = self.stores or bool(operations & _INNER)
        inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
        return all(map(self._is_constant_code, inner))


_OF_EVERY_MODULE = frozenset(
    "__name__ __doc__ __package__ __loader__ __spec__ __file__ __builtins__ __annotations__ "
    "__cached__ __path__ __annotate__ __conditional_annotations__".split()
)
_OF_EVERY_CLASS = frozenset(
    "__module__ __doc__ __dict__ __weakref__ __annotations__ __slots__ __qualname__ "
    "__firstlineno__ __static_attributes__ __annotate_func__ __annotations_cache__ __match_args__ "
    "__hash__ __dataclass_fields__ __dataclass_params__".split()
)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None  # it is empty


def _stores_outside(tree: ast.Module) -> bool:
    return any(map(_definition_stores_outside, _definitions(tree.body)))


def _definitions(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the outermost functions and classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
        elif not isinstance(node, ast.expr):
            yield from _definitions(ast.iter_child_nodes(node))


def _definition_stores_outside(node: ast.AST) -> bool:
    """Return whether it stores into an attribute or an item of what is not its own."""
    own: set[str] = set()
    stored: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            own.add(part.id)
        elif isinstance(part, ast.arg):
            own.add(part.arg)
        elif isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            stored.add(base_name(part))
    return bool(stored - own)
