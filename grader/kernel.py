"""The IPython kernel around this code: the notebook's file, and the cells that have run.

Front ends give a kernel different facts. VS Code puts the notebook's path into the user's
names, Jupyter into the environment. In Colab, Kaggle and Databricks the notebook is not a file
that the kernel can read, so only the code that has run is known.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_VSCODE = "__vsc_ipynb_file__"
_JUPYTER = "JPY_SESSION_NAME"
NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A running kernel.

    Parameters
    ----------
    notebook : Path or None
        The file of the notebook, where the front end names one that exists.
    cells : tuple of str
        The sources of the cells that have run since the kernel started, in this order. The
        first is that of ``In [1]``; the source of a cell that ran again, or that is not Python,
        is empty.
    """

    notebook: Path | None
    cells: tuple[str, ...]


def find_kernel() -> Kernel | None:
    """Return the kernel in which this code runs, or None outside of IPython."""
    # Without IPython there is no kernel, so it need not be imported.
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return None
    return Kernel(_find_notebook(shell), tuple(_cells_of(shell)))


def is_saved(name: str, saved: str) -> bool:
    """Return False where this kernel's definition of a name is not in what was saved."""
    defined = getattr(sys.modules["__main__"], name, None)
    if getattr(defined, "__module__", None) != "__main__":
        return True  # it has not been run here, or was imported
    parts = vars(defined).values() if isinstance(defined, type) else (defined,)
    return all(source in saved for source in _sources(parts))


def write_notebook(cells: tuple[str, ...]) -> bytes:
    """Return a notebook with some code cells."""
    written = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]
    notebook = {"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(notebook).encode()


def _find_notebook(shell: Any) -> Path | None:
    for named in (shell.user_ns.get(_VSCODE), os.environ.get(_JUPYTER)):
        # JupyterLab may name a session by a number instead.
        if isinstance(named, str) and named.endswith(NOTEBOOK) and os.path.isfile(named):  # noqa: PTH113
            return Path(named)
    return None


def _cells_of(shell: Any) -> Iterator[str]:
    """Yield what has run, each source where it ran last, and an empty one for all others."""
    # The first entry is not a cell. Magics are as they were typed.
    sources = shell.history_manager.input_hist_raw[1:]
    last = {source: place for place, source in enumerate(sources)}
    for place, source in enumerate(sources):
        yield source if last[source] == place and _has_run(shell, source) else ""


def _has_run(shell: Any, source: str) -> bool:
    """Return whether IPython could run a cell: one that is not Python has changed nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # IPython has shown those of the cell
            ast.parse(shell.transform_cell(source))
    except Exception:  # noqa: BLE001 - a transformer may be the student's, a cell nested deeply
        return False
    return True


def _sources(parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        if inspect.isfunction(part):
            # No source is known, or a wrapper names itself.
            with contextlib.suppress(OSError, ValueError):
                yield inspect.getsource(part).strip()
