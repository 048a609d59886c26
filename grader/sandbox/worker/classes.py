"""Where the classes are that instances among the arguments of a call are made of."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any


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
