"""What a call prints and raises, as a check gets it from a worker."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.records import Course, SourceFile
from grader.sandbox.calls import Call, NotImplementedYet, Raised
from grader.sandbox.launch import ProcessLauncher
from grader.sandbox.module import Module
from grader.sandbox.protocol.messages import MAX_OUTPUT
from grader.sandbox.student import Student
from grader.testing.expect import CheckFailed
from grader.testing.printing import printed
from grader.testing.raising import raises

SOURCE = r"""
import sys


class EmptyError(ValueError):
    pass


class VeryEmptyError(EmptyError):
    pass


def show(text):
    print("one")
    print("log", file=sys.stderr)
    print(text, end="")
    sys.stdout.buffer.write("\u00fc\n".encode())


def flood(count, piece="x", returned=0):
    for _ in range(count):
        print(piece, end="")
    return "z" * returned


def fail(text):
    print("before")
    raise VeryEmptyError(text)


def later():
    raise NotImplementedError


def give_back(text):
    return text



def pretend():
    class ValueError(Exception):
        pass
    raise ValueError("mine")


def add_in_place(z):
    z += 1.0
    return z


def many_kinds():
    kind = KeyError
    for n in range(60):
        kind = type("K" * 200 + str(n), (kind,), {})
    raise kind("deep")
"""


@pytest.fixture(scope="module")
def student(course: Course) -> Iterator[Student]:
    """A student whose module is loaded in a worker."""
    source = SourceFile("activations.py", SOURCE.encode())
    launcher: Any = ProcessLauncher(course.limits, course.packages)
    asked = Student(Module(course, course.exercise("activations"), source, ("show",), launcher))
    asked.begin("show", ("text",))
    yield asked
    asked.close()


def last(student: Student) -> Call:
    assert student.last is not None
    return student.last


def refusal(student: Any, want: str, **options: Any) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        printed(student, want, **options)
    return caught.value


def test_the_standard_output_alone_counts(student: Student) -> None:
    """The report shows the errors as well."""
    student.show("two ")
    printed(student, "one\ntwo \u00fc")
    printed(student, "one\ntwo \u00fc\n", exact=True)
    assert last(student).looks_at_output
    assert last(student).printed == "one\nlog\ntwo \u00fc"
    assert refusal(student, "One\ntwo \u00fc").observation.text == (
        "what was printed differs in upper and lower case only"
    )
    assert refusal(student, "one\ntwo \u00fc", exact=True).observation.id == "final_newline"
    student.flood(2, "\n  a\n b \n")
    assert last(student).printed == "  a\n b \n\n  a\n b"


def test_each_call_has_its_own_output(student: Student) -> None:
    """In one message, too; and a call that raises has what it printed before."""
    student.many("flood", [(2,), (0,), (3,)])
    assert [call.output for call in student.calls[-3:]] == ["xx", "", "xxx"]
    with pytest.raises(Raised):
        student.fail("nothing")
    printed(student, "before")


def test_nothing_is_cut_without_a_word(student: Student) -> None:
    """What is longer than can be looked at fails the check, whatever its beginning."""
    student.flood(MAX_OUTPUT)
    printed(student, "x" * MAX_OUTPUT)
    student.flood(MAX_OUTPUT + 1)
    failed = refusal(student, "x" * MAX_OUTPUT)
    assert failed.observation.id == "too_much_printed"
    assert "65,537 characters" in failed.observation.text


def test_values_come_before_what_is_printed(student: Student) -> None:
    """All calls of a message share its size."""
    returned = student.many("flood", [(64, "y" * 1024, 2**18)] * 12 + [(16, "y" * 1024)] * 4)
    assert [len(value or "") for value in returned] == [2**18] * 12 + [0] * 4
    calls = student.calls[-16:]
    sizes = {(len(call.output), call.output_size) for call in calls}
    assert sizes == {(MAX_OUTPUT, 0), (2**14, 0)}
    student.many("flood", [(64, "y" * 1024, 2**18)] * 14)
    sizes = {(len(call.output), call.output_size) for call in student.calls[-14:]}
    assert sizes == {(MAX_OUTPUT, 0), (0, MAX_OUTPUT)}


def test_values_come_before_what_became_of_arguments(student: Student) -> None:
    """A message with both would be too large; that an argument changed is known all the same."""
    calls = [(np.zeros(2_000),) for _ in range(150)]
    found = student.many("add_in_place", calls)
    assert len(found) == 150
    assert all(value.tolist() == [1.0] * 2_000 for value in found)
    assert all(call.modified for call in student.calls[-150:])


def test_what_was_returned_and_not_printed_is_named(student: Student) -> None:
    """And what was neither."""
    student.give_back("a\nb")
    assert refusal(student, "a\nb").observation.text == (
        "nothing was printed; the right text was returned"
    )
    failed = refusal(student, "c")
    assert (failed.observation.text, failed.expected) == ("nothing was printed", "'c'")


def test_a_check_without_a_call_is_a_fault_of_the_suite() -> None:
    """It is not the student's."""
    nothing: Any = SimpleNamespace(last=None)
    with pytest.raises(TypeError, match="looks at the last call"):
        printed(nothing, "a")


def test_exceptions_are_known_by_their_classes(student: Student) -> None:
    """By those of Python's, and by the names of the student's."""
    for error in (ValueError, Exception, "EmptyError", "VeryEmptyError", ("Other", ValueError)):
        with raises(error, match="^noth", base=ValueError):
            student.fail("nothing")
    for error in (KeyError, "NoError"):
        with pytest.raises(CheckFailed, match="raises VeryEmptyError"), raises(error):
            student.fail("nothing")
    with pytest.raises(CheckFailed, match="ValueError of its own, expected ValueError"):  # noqa: SIM117
        with raises(ValueError):
            student.pretend()
    with pytest.raises(CheckFailed, match="raises nothing"), raises(ValueError):
        student.give_back(1)


def test_a_stub_raises_nothing(student: Student) -> None:
    """Whatever is asked for."""
    with pytest.raises(NotImplementedYet), raises(NotImplementedError):
        student.later()
    with pytest.raises(NotImplementedYet), raises(Exception):
        student.not_there()


def test_the_names_of_classes_are_bounded(student: Student) -> None:
    """However many there are, and however long."""
    with pytest.raises(Raised) as caught:
        student.many_kinds()
    assert caught.value.kinds[0] == "KeyError"
    assert len(caught.value.own_kinds) == 20
    assert max(map(len, caught.value.own_kinds)) == 80
