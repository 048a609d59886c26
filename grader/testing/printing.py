"""Expecting what a call of the student's printed."""

from __future__ import annotations

from typing import Any

from grader.sandbox.calls import Call
from grader.sandbox.student import Student
from grader.testing.expect import CheckFailed, fail
from grader.testing.observations import Observation
from grader.testing.showing import show
from grader.testing.texts import compare_texts, show_texts


def printed(
    student: Student, want: str, what: str = "what was printed", *, exact: bool = False
) -> None:
    """Expect that the last call printed a text to its standard output.

    Parameters
    ----------
    student : Student
        The proxy.
    want : str
        The right text.
    what : str
        What it is called; sentences begin with it.
    exact : bool
        Whether white space at the ends of lines and line breaks at the end count, too.

    Raises
    ------
    CheckFailed
        If it printed something else, or more than 64 Ki characters, of which no more is known.
    TypeError
        If the check has made no call.
    """
    call = student.last
    if call is None:
        raise TypeError("printed() looks at the last call of the check, and there is none")
    call.looks_at_output = True
    if call.output_size:
        size = f"{call.output_size:,} characters"
        raise fail("too_much_printed", f"{what} is {size} long, more than can be looked at")
    got, right = (text if exact else tidy(text) for text in (call.output, want))
    if got == right:
        return
    if not got:
        returned = isinstance(call.value, str) and tidy(call.value) == tidy(want)
        text = "nothing was printed"
        text += "; the right text was returned" if returned else ""
        raise fail("nothing_printed", text, "", show(right))
    identity, words = compare_texts(got, right)
    raise CheckFailed(Observation(identity, f"{what} {words}"), *show_texts(got, right))


def answer_of(call: Call) -> Any:
    """Return what a check looks at of a call: the value, and perhaps what was printed."""
    return [call.value, tidy(call.output)] if call.looks_at_output else call.value


def tidy(text: str) -> str:
    """Return a text without white space at the ends of lines and line breaks at its end."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")
