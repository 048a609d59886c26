"""What counts as raising an exception, and what never does."""

from __future__ import annotations

from typing import Any

import pytest

from grader.sandbox.calls import (
    NotImplementedYet,
    NotRun,
    Raised,
    StudentError,
    TookTooLong,
    Undefined,
    WorkerEnded,
)
from grader.testing.expect import CheckFailed
from grader.testing.raising import raises

KEY = Raised("", None, ("KeyError", "LookupError", "Exception", "BaseException"),
             name="KeyError", text="'a'")  # fmt: skip
OWN = Raised("", None, ("ValueError", "Exception", "BaseException"),
             own_kinds=("EmptyError", "ParseError"), name="EmptyError",
             text="line 3 is empty")  # fmt: skip

IMPOSTOR = Raised(
    "", None, ("Exception", "BaseException"), own_kinds=("KeyError",), name="KeyError"
)


@pytest.mark.parametrize(
    ("error", "options", "raised"),
    [
        (KeyError, {}, KEY),
        (LookupError, {}, KEY),
        (Exception, {}, OWN),
        ((TypeError, ValueError), {}, OWN),
        ("EmptyError", {}, OWN),
        ("LookupError", {}, KEY),
        ("KeyError", {}, IMPOSTOR),
        ("ParseError", {"base": ValueError}, OWN),
        (("OtherError", KeyError), {}, KEY),
        (ValueError, {"match": r"line \d"}, OWN),
        (ValueError, {"match": "empty$"}, OWN),
    ],
)
def test_a_right_exception_passes(error: Any, options: dict[str, Any], raised: Raised) -> None:
    """One of the class, or derived from it; a class of students' by its name."""
    with raises(error, **options):
        raise raised


def test_a_missing_package_is_no_other_exception() -> None:
    """The student reads what is missing, unless a failing import is what is asked for."""
    kinds = ("ModuleNotFoundError", "ImportError", "Exception", "BaseException")
    raised = Raised("torch is not available", None, kinds, name="Any", unavailable=True)
    with pytest.raises(Raised) as caught, raises(ValueError):
        raise raised
    assert caught.value is raised
    with raises(ImportError):
        raise raised


@pytest.mark.parametrize(
    ("error", "options", "raised", "identity", "text"),
    [
        (ValueError, {}, None, "not_raised", "the call raises nothing, expected ValueError"),
        (ValueError, {}, KEY, "other_exception", "the call raises KeyError, expected ValueError"),
        ((ValueError, "EmptyError"), {}, KEY, "other_exception",
         "the call raises KeyError, expected ValueError or EmptyError"),
        # A class of the student's with the name of one of Python's is another class.
        (KeyError, {}, IMPOSTOR, "other_exception",
         "the call raises KeyError of its own, expected KeyError"),
        ("EmptyError", {"base": KeyError}, OWN, "other_base",
         "EmptyError is not derived from KeyError"),
        (ValueError, {"match": "^empty"}, OWN, "other_text",
         "the call raises EmptyError, with another text than the docstring asks for"),
    ],
)  # fmt: skip
def test_anything_else_fails(
    error: Any, options: dict[str, Any], raised: Raised | None, identity: str, text: str
) -> None:
    """In words that have no text of the exception, which is reported beside it."""
    with pytest.raises(CheckFailed) as caught, raises(error, **options):
        _raise(raised)
    failed = caught.value
    assert (failed.observation.id, failed.observation.text) == (identity, text)
    assert failed.__cause__ is raised
    shown = (failed.values, failed.expected)
    texts = ("", "a text that matches `^empty`")
    assert shown == (texts if identity == "other_text" else ("", ""))


def test_a_pattern_is_shown_as_it_is_written() -> None:
    """On one line, and without a second backslash before each of its own."""
    for match, shown in ((r"\bline 2\b", r"`\bline 2\b`"), ("a\n", "`a`"), ("'", "`'`")):
        with pytest.raises(CheckFailed) as caught, raises(ValueError, match=match):
            raise OWN
        assert caught.value.expected == f"a text that matches {shown}"


def _raise(raised: Raised | None) -> None:
    if raised is not None:
        raise raised


@pytest.mark.parametrize(
    "error",
    [
        NotImplementedYet("not implemented yet"),
        Undefined("there is no such function"),
        NotRun("it cannot be imported"),
        TookTooLong("it took too long"),
        WorkerEnded("it ended"),
        Raised("it returned 9,000,000 bytes, more than can be looked at"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_answer_is_no_exception(error: StudentError) -> None:
    """It fails the check as what it is."""
    with pytest.raises(type(error)) as caught, raises(BaseException):
        raise error
    assert caught.value is error
