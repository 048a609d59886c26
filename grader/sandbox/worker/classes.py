"""The classes of instances among the arguments of a call."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from grader.sandbox.worker.effects import last_name

_MAKERS = frozenset("dataclass NamedTuple namedtuple make_dataclass".split())
_BASES = frozenset("NamedTuple Enum IntEnum StrEnum Flag IntFlag Exception ValueError".split())


def list_classes(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the classes of a file whose instances may be arguments, as far as its code shows.

    Those that are derived from something else are none: making such a class may need a package that
    is missing.
    """
    for node in body:
        if isinstance(node, ast.ClassDef):
            decorators = {last_name(_called(one)) for one in node.decorator_list}
            if decorators <= _MAKERS and {last_name(base) for base in node.bases} <= _BASES:
                yield node.name
        elif isinstance(node, ast.Assign) and last_name(_called(node.value)) in _MAKERS | _BASES:
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def find_class(name: str, namespace: Mapping[str, Any]) -> type | None:
    """Return the class of a name in a module, or in one from which that has something.

    Parameters
    ----------
    name : str
        The class.
    namespace : mapping of str to object
        The student's module.
    """
    for names in (namespace, *_imported(namespace)):
        found = names.get(name)
        if isinstance(found, type):
            return found
    return None


def _imported(namespace: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the names of modules that a module has imported, or imported something from."""
    for value in list(namespace.values()):
        if isinstance(value, ModuleType):
            yield vars(value)
        elif isinstance(value, FunctionType | type):
            module = sys.modules.get(str(value.__module__))
            if isinstance(module, ModuleType):
                yield vars(module)
