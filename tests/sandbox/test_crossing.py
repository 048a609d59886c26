"""Plain data and instances of classes, to a real worker and back."""

from __future__ import annotations

import enum
import http
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from support.plain import VALUES, same

from grader.records import Course, SourceFile
from grader.sandbox.arguments import ArgumentError
from grader.sandbox.calls import NotImplementedYet, Raised, Undefined
from grader.sandbox.launch import ProcessLauncher
from grader.sandbox.module import Module
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.student import Student

SOURCE = """
import enum
from collections import namedtuple
from dataclasses import dataclass, field
from http import HTTPStatus

from shapes import area


@dataclass
class Point:
    x: int
    y: int = 0
    size: int = field(init=False)

    def __post_init__(self):
        self.size = abs(self.x) + abs(self.y)


class Plain:
    def __init__(self, a, b):
        self.a, self.b = a, b


@dataclass
class Strict:
    x: int

    def __post_init__(self):
        if self.x < 0:
            raise ValueError("negative")


class Broke(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


Pair = namedtuple("Pair", "left right")


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Level(enum.IntEnum):
    LOW = 1


class Mode(enum.Flag):
    R = 1
    W = 2


class Name(str):
    def __str__(self):
        return "changed"


class Count(int):
    pass


class Bag(dict):
    pass


def point():
    return 1


def nest(levels):
    value = 0
    for _ in range(levels):
        value = [value]
    return value


def evaluate(text):
    return eval(text)


def echo(value):
    return value


def kind(value):
    return type(value).__name__, type(value).__module__ == __name__


def read(value, name):
    return getattr(value, name)


def build(name, *args):
    return globals()[name](*args)


def member(name):
    return getattr(globals()[name.split(".")[0]], name.split(".")[1])


def both():
    return Mode.R | Mode.W


def fail(code):
    return Broke(code)


def fill(value):
    if isinstance(value, set):
        value.add(99)
    elif isinstance(value, dict):
        value[None] = 1
    elif isinstance(value, list):
        value[0] = 2
    else:
        value.x = 7
"""
SHAPES = """
from dataclasses import dataclass


@dataclass(frozen=True)
class Circle:
    radius: float


def area(circle):
    return 3 * circle.radius**2
"""


@pytest.fixture(scope="module")
def student(course: Course) -> Iterator[Student]:
    """A student whose module has classes, and imports a function from a file with one."""
    source = SourceFile("activations.py", SOURCE.encode())
    asked = Student(
        Module(
            course,
            course.exercise("activations"),
            source,
            ("echo",),
            ProcessLauncher(course.limits, course.packages),
            siblings={"shapes": SourceFile("shapes.py", SHAPES.encode())},
        )
    )
    asked.begin("echo", ("value",))
    yield asked
    asked.close()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@for_all(value=VALUES)
def test_data_goes_there_and_back(student: Student, value: Any) -> None:
    """It keeps its type at every depth, and is not taken for modified."""
    student.begin("echo", ("value",))
    assert same(value, student.echo(value))
    assert student.last is not None
    assert student.last.modified == ()


@dataclass
class Point:
    x: int
    y: int = 0
    size: int = field(init=False, default=0)


@dataclass
class Circle:
    radius: float


@dataclass
class Plain:
    a: int
    b: int


@dataclass
class Strict:
    x: int


@dataclass
class Absent:
    x: int


@dataclass
class point:  # noqa: N801 - the student has a function of that name
    x: int


Pair = namedtuple("Pair", "left right")
Color = enum.Enum("Color", "RED GREEN")
Mode = enum.Flag("Mode", "R W")
Level = enum.IntEnum("Level", "LOW")


@pytest.mark.parametrize(
    ("value", "name", "is_own"),
    [
        (Point(1, 2), "Point", True),
        (Record("Point", x=1), "Point", True),
        ([Plain(1, 2)][0], "Plain", True),
        (Circle(2.0), "Circle", False),
        (Pair(1, [2]), "Pair", True),
        (Color.RED, "Color", True),
        (Mode.R | Mode.W, "Mode", True),
        (Level.LOW, "Level", True),
        (http.HTTPStatus.OK, "HTTPStatus", False),
        (ValueError("a", 1), "ValueError", False),
    ],
    ids=repr,
)
def test_an_instance_becomes_one_of_the_students_class(
    student: Student, value: Any, name: str, is_own: bool
) -> None:
    """Of the module, of one that it imports from, or for exceptions of Python's."""
    assert student.kind(value) == (name, is_own)
    student.echo(value)
    assert student.last is not None
    assert student.last.modified == ()


def test_fields_arrive_and_methods_of_the_student_run(student: Student) -> None:
    """Fields that the class computes are those of the argument."""
    assert student.read(Point(3, -4), "x") == 3
    assert student.read(Record("Point", x=3, y=-4), "size") == 7
    assert student.area(Circle(2.0)) == 12.0
    assert student.read(Pair(1, [2]), "right") == [2]
    assert student.read(Color.GREEN, "value") == 2
    assert student.read(ValueError("a", 1), "args") == ("a", 1)
    assert student.echo(Level.LOW) == 1


@pytest.mark.parametrize(
    ("ask", "want", "text"),
    [
        (lambda s: s.build("Point", 1, 2), ("dataclass", "Point"), "Point(x=1, y=2, size=3)"),
        (lambda s: s.build("Pair", 1, None), ("namedtuple", "Pair"), "Pair(left=1, right=None)"),
        (lambda s: s.member("Color.RED"), ("enum", "Color"), "Color.RED"),
        (lambda s: s.both(), ("enum", "Mode"), "Mode.R|W"),
        (lambda s: s.fail(3), ("exception", "Broke"), "Broke('code 3')"),
    ],
    ids=["dataclass", "namedtuple", "enum", "flags", "exception"],
)
def test_an_instance_comes_back_as_a_record(
    student: Student, ask: Callable[[Student], Any], want: tuple[str, str], text: str
) -> None:
    """With the names of its class and fields, and no code of the student's."""
    back = ask(student)
    assert isinstance(back, Record)
    assert (back.kind, back.type_name) == want
    assert repr(back) == text
    assert student.kind(back) == (want[1], True)
    assert student.echo([back, {"a": back}]) == [back, {"a": back}]


def test_instances_of_derived_types_come_back_as_what_they_are_derived_from(
    student: Student,
) -> None:
    """Whatever methods they have of their own."""
    for name, value in (("Name", "text"), ("Count", 3), ("Bag", {"a": 1})):
        assert same(student.build(name, value), value)
    assert same(student.member("Level.LOW"), 1)


def test_a_class_that_is_missing_is_reported_like_a_function(student: Student) -> None:
    """With what may be meant instead, where there is something."""
    with pytest.raises(
        NotImplementedYet, match="does not define the class `Absent`, which an argument"
    ):
        student.echo([Absent(1)])
    with pytest.raises(Undefined, match=r"does not define the class `point`, .*cannot be"):
        student.echo(point(1))


def test_what_a_class_raises_is_the_students(student: Student) -> None:
    """As if the check had made the instance."""
    with pytest.raises(Raised, match="ValueError: negative") as caught:
        student.echo(Strict(-1))
    assert caught.value.place is not None
    with pytest.raises(Raised, match="TypeError"):
        student.echo(Record("Point", z=1))


@pytest.mark.parametrize("value", [{1, "a"}, {"a": 1}, {(1, 2): 3}, [1, 2], Point(1)])
def test_a_changed_argument_is_noticed(student: Student, value: Any) -> None:
    """In sets, dicts and instances, too."""
    student.fill(value)
    assert student.last is not None
    assert student.last.modified == ("value",)


def test_an_argument_that_cannot_cross_is_no_error_of_the_student(student: Student) -> None:
    """The call is not made."""
    student.begin("echo", ("value",))
    with pytest.raises(ArgumentError, match="the argument `value` of `echo` is a lambda"):
        student.echo(lambda: 1)
    with pytest.raises(ArgumentError, match=r"the argument `name\[0\]` of `read`"):
        student.read(1, name=[object()])
    with pytest.raises(ArgumentError, match="have 5,000,005 bytes together"):
        student.echo("x" * 5_000_000)
    with pytest.raises(ArgumentError, match="can be sent in one message"):
        student.many("echo", [("x" * 1_000_000,)] * 5)
    assert student.echo(1) == 1


@pytest.mark.parametrize(
    "made", ["[0] * 49_990", "b'x' * 4_100_000", "nest(50)"], ids=["items", "bytes", "levels"]
)
def test_what_a_student_returned_and_cannot_get_again_is_the_students(
    student: Student, made: str
) -> None:
    """A suite that hands a state on cannot know how large it is."""
    student.begin("echo", ("value",))
    state = student.evaluate(made)
    with pytest.raises(Raised, match="more than can be passed to it again"):
        student.echo([[0] * 40, {"state": [state]}])
    with pytest.raises(ArgumentError):
        student.echo([[0] * 60_000])


def test_records_are_equal_by_kind_name_and_fields() -> None:
    """The record of an instance is the one that comes back, and cannot be changed."""
    back = unpack(pack([Point(1, 2), Pair(1, 2), Color.RED, ValueError("a")]))
    for value, record in zip(
        (Point(1, 2), Pair(1, 2), Color.RED, ValueError("a")), back, strict=True
    ):
        assert Record.of(value) == record
        assert Record.of(record) is record
        assert hash(Record.of(value)) == hash(record)
    assert back[0] != Record.of(Plain(1, 2))
    assert back[0] == Record("Point", x=1, y=2, size=0)
    assert back[0] != Record("Point", x=1, y=3, size=0)
    assert back[0] != Record("Points", x=1, y=2, size=0)
    assert back[1] == (1, 2)
    assert {back[1]: 5}[(1, 2)] == 5
    left, right = back[1]
    assert (left, right, back[0].x, back[2].name, back[3].args) == (1, 2, 1, "RED", ("a",))
    assert Record.of(Level.LOW) is None
    assert Record.of((1, 2)) is None
    assert Record.of(Point) is None
    with pytest.raises(AttributeError, match="cannot be changed"):
        back[0].x = 2
    with pytest.raises(AttributeError, match="no field 'z'"):
        _ = back[0].z
    with pytest.raises(ValueError, match="name of a type"):
        Record("no name")
    odd = Record("Odd", kind="a", type_name="b", fields="c")
    assert (odd.kind, odd.type_name, odd.fields["kind"]) == ("dataclass", "Odd", "a")


def test_classes_of_a_notebook_are_there_though_no_function_needs_them(course: Course) -> None:
    """Only what the functions need is executed otherwise."""
    cells = (
        "from dataclasses import dataclass\nfrom collections import namedtuple",
        "@dataclass\nclass Point:\n    x: int\n    y: int = 0",
        "Pair = namedtuple('Pair', 'left right')",
        "class Plain:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b",
        "class Net(torch.nn.Module):\n    pass",
        "raise SystemExit",
        "def kind(value):\n    return type(value).__name__",
    )
    source = SourceFile("activations.ipynb", b"", cells=cells)
    launcher = ProcessLauncher(course.limits, course.packages)
    asked = Student(Module(course, course.exercise("activations"), source, ("kind",), launcher))
    asked.begin("kind", ("value",))
    try:
        assert [asked.kind(v) for v in (Record("Point", x=1), Pair(1, 2), Plain(1, 2))] == [
            "Point",
            "Pair",
            "Plain",
        ]
        assert not [note for note in asked.state().notes if "Net" in note]
        with pytest.raises(NotImplementedYet, match="not define the class `Absent`"):
            asked.kind(Absent(1))
    finally:
        asked.close()
