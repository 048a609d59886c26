"""Functions of a suite as source, the form in which they are sent to a worker."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

from grader.sandbox.protocol.builders import build_function
from grader.sandbox.protocol.values import SourceFunction


@cache
def source_of(function: Callable[..., Any]) -> str:
    """Return the source of a suite's function, unindented."""
    return textwrap.dedent(inspect.getsource(function))


@cache
def by_source(function: Callable[..., Any]) -> SourceFunction:
    """Return a function of the suite in the form in which it is passed to the student's code.

    Parameters
    ----------
    function : callable
        A ``def`` or a class, not a lambda. Only its source is sent: it can use ``np``, its own
        arguments and what it imports itself, and no constant, helper or closure of the suite.

    Raises
    ------
    TypeError
        If its source alone does not define it.
    """
    sent = SourceFunction(function.__name__, source_of(function))
    try:
        build_function(sent)
    except Exception as error:
        # On the student's side it would look like a fault of the student's.
        text = f"the source of {sent.name} alone does not define it: {error!r}; pass a plain def"
        raise TypeError(text) from error
    return sent
