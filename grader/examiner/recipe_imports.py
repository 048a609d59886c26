"""The imports of lines that repeat a call: numpy, and the student's functions from their files."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePath

from grader.sanitize import clean_line


def write_imports(
    functions: Mapping[str, str],
    modules: Mapping[str, str],
    lines: Sequence[str],
    standard: Mapping[str, Collection[str]] | None = None,
) -> Iterator[str]:
    """Yield lines that import what other lines need.

    Parameters
    ----------
    functions, modules : mapping of str to str
        The file of each function that is called, and of each module that is passed; with slashes
        between them the files of what is passed as one module.
    lines : sequence of str
        The other lines.
    standard : mapping of str to collection of str, optional
        What they need of Python's own modules.
    """
    for module, names in sorted((standard or {}).items()):
        yield f"from {module} import {', '.join(sorted(names))}"
    if any("np." in line for line in lines):
        yield "import numpy as np"
    if any("pd." in line for line in lines):
        yield "import pandas as pd"
    by_file: dict[str, list[str]] = {}
    for name, file in functions.items():
        by_file.setdefault(file, []).append(name)
    for module, file in modules.items():
        if "/" in file:
            yield from _import_several(module, [PurePath(name).stem for name in file.split("/")])
            continue
        by_file.setdefault(file, [])
        yield from _import_module(module, PurePath(file))
    for file, names in by_file.items():
        yield from _import_names(names, PurePath(file))


def _import_module(module: str, file: PurePath) -> Iterator[str]:
    if file.suffix == ".ipynb":
        yield f"import __main__ as {module}"
    elif not _is_importable(file):
        yield "import runpy, types"
        yield f"{module} = types.SimpleNamespace(**runpy.run_path({str(file)!r}))"
    else:
        yield f"import {file.stem}" + ("" if file.stem == module else f" as {module}")


def _import_several(module: str, names: Sequence[str]) -> Iterator[str]:
    yield f"import {', '.join(names)}, types"
    joined = ", ".join(f"**vars({name})" for name in reversed(names))
    yield f"{module} = types.SimpleNamespace(**{{{joined}}})"


def _import_names(names: Sequence[str], file: PurePath) -> Iterator[str]:
    if file.suffix == ".ipynb":
        yield f"# Paste this where the cells of {clean_line(str(file), 80)} were executed."
    elif names and not _is_importable(file):
        yield "import runpy"
        for name in names:
            yield f"{name} = runpy.run_path({str(file)!r})[{name!r}]"
    elif names:
        yield f"from {file.stem} import {', '.join(names)}"


def _is_importable(file: PurePath) -> bool:
    return file.stem.isidentifier() and not keyword.iskeyword(file.stem)
