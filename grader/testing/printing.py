"""The expectation of printed text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
        Its name in messages. Sentences begin with it.
    exact : bool
        Whether white space at the ends of lines and line breaks at the end count, too.

    Raises
    ------
    CheckFailed
        If it printed another text, or more than 65,536 characters.
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
        text += "; the right text was returned" if returned else _word_aside(call, [], right)
        raise fail("nothing_printed", text, "", show(right))
    identity, words = compare_texts(got, right)
    words += _word_aside(call, got.split("\n"), right)
    raise CheckFailed(Observation(identity, f"{what} {words}"), *show_texts(got, right))


def _word_aside(call: Call, got: Sequence[str], right: str) -> str:
    """Return that lines went to standard error, where these are all that is missing."""
    wanted = right.split("\n")
    missing = Counter(wanted) - Counter(got)
    if call.arguments is not None and call.answered:
        aside = Counter(tidy(call.value[1]).split("\n"))
    else:  # the beginning of both streams
        aside = Counter(tidy(call.printed).split("\n")) - Counter(got)
    if not missing or missing - aside or not any(missing):
        return ""
    count = missing.total()
    if count == len(wanted):
        return "; the right text is printed to standard error"
    if count > 1:
        return f"; {count} lines are printed to standard error"
    return f"; line {wanted.index(next(iter(missing))) + 1} is printed to standard error"


def answer_of(call: Call) -> Any:
    """Return the parts of a call that a check looks at: the value, and perhaps the printed text."""
    return [call.value, tidy(call.output)] if call.looks_at_output else call.value


def tidy(text: str) -> str:
    """Return a text without white space at the ends of lines and line breaks at its end."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")
