"""Executing source of a course as a module."""

from __future__ import annotations

import ast
import sys
import types
from typing import Any


def execute(name: str, source: str | ast.Module, path: str = "", **names: Any) -> dict[str, Any]:
    """Return what a module defines.

    Parameters
    ----------
    name : str
        Of the module. Unless it is one of Python's own, it is known as imported meanwhile:
        dataclasses look there.
    path : str
        For tracebacks; by default that of the module.
    **names : object
        What it finds defined.
    """
    module = types.ModuleType(name)
    module.__dict__.update(names)
    known = name in sys.modules or name in sys.stdlib_module_names
    if not known:
        sys.modules[name] = module
    try:
        # Without the __future__ of this file.
        code = compile(source, path or f"{name}.py", "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - the course's own
    finally:
        if not known:
            del sys.modules[name]
    return module.__dict__
