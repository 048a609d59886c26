"""The expectation of an exception."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from grader.sandbox.calls import Raised
from grader.sanitize import clean_line
from grader.testing.expect import fail
from grader.testing.showing import WIDTH

# A class of Python, or the name of a class that students define.
Error = type[BaseException] | str


@contextlib.contextmanager
def raises(
    error: Error | tuple[Error, ...], match: str | None = None, *, base: Error | None = None
) -> Iterator[None]:
    """Expect that a call of the student's code raises an exception.

    ``with raises(ValueError, match="empty"): student.parse("")``

    Exceptions of a derived class are right, too. A stub, a call that takes too long, a call that
    ends its process, and a package that the grader does not have raise nothing: the check fails.
    A function that always raises passes such a check, so use ``kind="property"``, or let the same
    check ask for a value as well.

    Parameters
    ----------
    error : type or str, or a tuple of them
        The class of the exception, or the name of a class that students define. Of several, any
        one is right.
    match : str, optional
        A regular expression that is found in the text of the exception.
    base : type or str, optional
        A class that the exception must be derived from as well.

    Raises
    ------
    CheckFailed
        If nothing is raised, or another exception. Only visible checks show ``match`` and the text
        of the exception.
    """
    errors = error if isinstance(error, tuple) else (error,)
    name = " or ".join(map(_name, errors))
    try:
        yield
    except Raised as raised:
        if not raised.name:
            raise  # the answer could not be read
        _judge(raised, errors, name, match, base)
    else:
        raise fail("not_raised", f"the call raises nothing, expected {name}")


def _judge(
    raised: Raised, errors: tuple[Error, ...], name: str, match: str | None, base: Error | None
) -> None:
    if not any(_is_one(raised, error) for error in errors):
        if raised.unavailable:
            raise raised  # the student has to change the package
        own = " of its own" if raised.name in map(_name, errors) else ""
        text = f"the call raises {raised.name}{own}, expected {name}"
        raise fail("other_exception", text) from raised
    if base is not None and not _is_one(raised, base):
        text = f"{raised.name} is not derived from {_name(base)}"
        raise fail("other_base", text) from raised
    if match is not None and not re.search(match, raised.text):
        text = f"the call raises {raised.name}, with another text than the docstring asks for"
        # Without repr, which doubles each backslash of the pattern.
        expected = f"a text that matches `{clean_line(match, WIDTH)}`"
        # The text itself is where the exception is reported.
        raise fail("other_text", text, "", expected) from raised


def _is_one(raised: Raised, error: Error) -> bool:
    """Return whether an exception is one of a class, or of any class of that name."""
    # A student's class with the name of a class of Python is another class.
    if isinstance(error, type) and error.__module__ == "builtins":
        return error.__name__ in raised.kinds
    own = (*raised.own_kinds, *(raised.kinds if isinstance(error, str) else ()))
    return _name(error) in own


def _name(error: Error) -> str:
    return error if isinstance(error, str) else error.__name__
