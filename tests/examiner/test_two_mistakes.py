"""Diagnosis of two mistakes in one function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.examiner.arrangement import Arrangement
from grader.examiner.diagnosis import diagnose, find_replaceable
from grader.examiner.evidence import CheckRun
from grader.examiner.named import Slip, word
from grader.examiner.replay import CallResult, compare, make_with
from grader.examiner.right import load_names
from grader.records import Outcome
from grader.repairs import Repair
from grader.sandbox.calls import Call
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.unpacking import unpack
from grader.testing.catalogue import Entry, load_catalogue

Z = np.array([[0.5, -1.5, 2.0], [1.0, 4.0, -3.0]])
CANONICAL = """
def f(z):
    scaled = 3 * z
    shifted = scaled + 1
    total = shifted.sum(axis=0)
    return total
"""
MISCONCEPTIONS = """
from grader.testing import edit, misconception

EDITS = [
    edit("SCALE", {"scaled": "4 * z"}, of="f", what="four times", hint="How often?"),
    edit("SHIFT", {"shifted": "scaled - 1"}, of="f", what="minus one", hint="Up or down?"),
    edit("ROWS", {"total": "shifted.sum(axis=1)"}, of="f", what="rows", hint="Which axis?"),
    edit("FIRST", {"scaled": "4 * z * (z == z[0])"}, of="f", what="one row", hint="Which?"),
]


@misconception("WHOLE", of="f", hint="Another way.")
def whole(z):
    return 0 * z
"""


@pytest.fixture
def entries(tmp_path: Path) -> tuple[Entry, ...]:
    folder = tmp_path / "numbers"
    folder.mkdir()
    (folder / "canonical.py").write_text(CANONICAL)
    (folder / "misconceptions.py").write_text(MISCONCEPTIONS)
    return load_catalogue(tmp_path, "numbers", "misconceptions")


def run(name: str, function: Callable[[Any], Any], *arguments: Any, of: str = "f") -> CheckRun:
    calls = [
        Call(of, (a,), packed_args=[pack(a)], value=unpack(pack(function(a))), answered=True)
        for a in arguments
    ]
    return CheckRun(Outcome(name, "failed", observation="values"), tuple(calls))


def name(runs: list[CheckRun], entries: tuple[Entry, ...]) -> dict[str, str]:
    found = diagnose(runs, entries).items()
    return {check: "+".join(map(label, mistakes)) for check, mistakes in found}


def label(one: Any) -> str:
    if isinstance(one, Slip):
        return f"{'/'.join(one.results)}:{'*'.join(one.repairs)}"
    return one.id if isinstance(one, Entry) else one.what


def test_two_are_named_that_together_did_the_same(entries: tuple[Entry, ...]) -> None:
    """Neither alone did."""
    runs = [run("a", lambda z: (4 * z + 1).sum(axis=1), Z, -Z)]
    assert name(runs, entries) == {"a": "SCALE+ROWS"}


def test_one_that_is_all_of_it_is_named_alone(entries: tuple[Entry, ...]) -> None:
    """A pair with nothing to add is not named."""
    assert name([run("a", lambda z: (4 * z + 1).sum(axis=0), Z)], entries) == {"a": "SCALE"}


def test_each_check_has_the_one_of_the_two_that_shows_in_it(entries: tuple[Entry, ...]) -> None:
    """At z = 0 the factor is not to be seen, and two samples are as many as the units."""

    def both(z: Any) -> Any:
        return (4 * z + 1).sum(axis=1)

    runs = [run("both", both, Z), run("zeros", both, np.zeros((2, 3)))]
    assert name(runs, entries) == {"both": "SCALE+ROWS", "zeros": "ROWS"}


def test_what_all_fitting_pairs_have_in_common_is_named(entries: tuple[Entry, ...]) -> None:
    """For a single row two of the ways to scale are the same."""
    runs = [run("a", lambda z: (4 * z - 1).sum(axis=0), Z[:1])]
    assert name(runs, entries) == {"a": "SHIFT"}


@pytest.mark.parametrize(
    "function",
    [
        lambda z: (5 * z - 1).sum(axis=0),
        lambda z: (4 * z - 1).sum(axis=1) + 0.001,
        lambda z: (4 * z - 1).sum(axis=1),
    ],
)
def test_nothing_is_named_where_no_two_fit(
    entries: tuple[Entry, ...], function: Callable[[Any], Any]
) -> None:
    """A third mistake, or another one."""
    assert name([run("a", function, Z)], entries) == {}


def test_a_slip_on_top_of_a_misconception_is_named(entries: tuple[Entry, ...]) -> None:
    """The sign is turned of what one misconception gives."""
    runs = [run("a", lambda z: -(4 * z + 1).sum(axis=0), Z, 2 * Z)]
    assert name(runs, entries) == {"a": "SCALE+:sign"}


def test_two_slips_are_named(entries: tuple[Entry, ...]) -> None:
    """Nothing but factors is wrong."""
    runs = [run("a", lambda z: -2 * (3 * z + 1).sum(axis=0), Z, 2 * Z)]
    assert name(runs, entries) == {"a": ":sign*factor_2"}
    assert word(diagnose(runs, entries)["a"])[0] == (
        "the result is right except for the sign and a factor 2"
    )


def test_slips_that_undo_each_other_are_not_named_together(entries: tuple[Entry, ...]) -> None:
    """A sum in place of a mean and a mean in place of a sum are none where all is right."""

    def function(z: Any) -> Any:
        return (3 * z + 1).sum(axis=0) * (len(z) if len(z) == 4 else 1)

    taller = np.vstack([Z, 2 * Z])
    assert name([run("a", function, Z, taller)], entries) == {}


@pytest.mark.parametrize(
    ("repairs", "words"),
    [
        (("sign",), "dW is off by a sign"),
        (("factor_2",), "dW is off by a factor 2"),
        (("sign", "factor_2"), "dW is off by a sign and a factor 2"),
        (("mean_for_sum",), "dW has a mean in place of a sum"),
        (("axis_too_few",), "dW has a missing axis of length 1"),
        (("transposed",), "dW is transposed"),
        (("order",), "dW is in the wrong order"),
    ],
)
def test_beside_another_mistake_nothing_is_called_right(
    repairs: tuple[Repair, ...], words: str
) -> None:
    """And what is right here does not part the two in the wrong place."""
    columns = Arrangement("samples are columns in your code, but here they are rows")
    what, _ = word((columns, Slip(repairs, ("dW",))))
    assert (
        what
        == f"Two things: samples are columns in your code (but here they are rows), and {words}."
    )


def test_a_single_slip_is_left_to_credit(entries: tuple[Entry, ...]) -> None:
    """The report has words for it already."""
    assert name([run("a", lambda z: -(3 * z + 1).sum(axis=0), Z)], entries) == {}


def test_what_explains_one_check_and_speaks_against_none_that_passed(
    entries: tuple[Entry, ...],
) -> None:
    """Another mistake shows for whole numbers only, and is not known."""

    def truncates(z: Any) -> Any:
        return (4 * z + 1).sum(axis=0) if z.dtype.kind == "f" else np.zeros(3, dtype=int) + 7

    whole = np.arange(6).reshape(2, 3)
    values, integers = run("values", truncates, Z, 3 * Z), run("int", truncates, whole)
    assert name([values, integers], entries) == {"values": "SCALE"}
    passed = run("passed", lambda z: (3 * z + 1).sum(axis=0), Z)
    passed = CheckRun(Outcome("passed", "passed"), passed.calls)
    assert name([values, integers, passed], entries) == {}


RESULTS = """
def g(z):
    a = z + 1
    b = 2 * z
    c = z**2
    return a, b, c
"""
OF_RESULTS = """
from grader.testing import edit

EDITS = [
    edit("A", {"a": "z - 1"}, of="g", what="a is low", hint="Up or down?"),
    edit("B", {"b": "3 * z"}, of="g", what="b is large", hint="How often?"),
    edit("B2", {"b": "3 * z + 0 * z"}, of="g", what="b is large, too", hint="How often?"),
    edit("C", {"c": "z**3"}, of="g", what="c is a cube", hint="Which power?"),
    edit("AC", {"a": "z - 1", "c": "z**4"}, of="g", what="a is low, c is high", hint="Which?"),
]
"""


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda z: (z - 1, 5 + z, z**3), "A+C"),
        (lambda z: (z - 1, 2 * z, -(z**2)), "A+c:sign"),
        (lambda z: (z - 1, 3 * z, z**3), "A+C"),
        (lambda z: (z + 1, 7 * z, 5 * z), ""),
        (lambda z: (-2 * (z + 1), -2 * 2 * z, -2 * z**2), ":sign*factor_2"),
    ],
)
def test_each_result_is_explained_by_itself(
    tmp_path: Path, function: Callable[[Any], Any], expected: str
) -> None:
    """What is explained is named, whatever is wrong in another result."""
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "canonical.py").write_text(RESULTS)
    (tmp_path / "results" / "misconceptions.py").write_text(OF_RESULTS)
    entries = load_catalogue(tmp_path, "results", "misconceptions")
    found = name([run("a", function, Z, 2 * Z, of="g")], entries)
    assert found == ({"a": expected} if expected else {})


@pytest.mark.parametrize(
    ("student", "ours", "same"),
    [
        (lambda a, b: np.dot(a, b), lambda a, b: a @ b, True),
        (lambda a, b: a @ b, lambda a, b: np.dot(b.T, a.T).T, True),
        (lambda a, b: a + b, lambda a, b: np.add(b, a), True),
        (lambda a, b: a @ b, lambda a, b: a.T @ b, False),
        (lambda a, b: a + b, lambda a, b: a.T + b, False),
    ],
)
def test_shapes_that_do_not_fit_are_the_same_whatever_multiplies(
    student: Callable[..., Any], ours: Callable[..., Any], same: bool
) -> None:
    """numpy words the same misfit in several ways."""

    def raised_by(function: Callable[..., Any]) -> CallResult:
        return make_with(function, "f", call, {})

    arrays = np.zeros((6, 5)), np.zeros((4, 3))
    call = Call("f", arrays, packed_args=[pack(a) for a in arrays])
    theirs = raised_by(student)
    call.raised, call.raised_text = theirs.raised, theirs.raised_text
    assert theirs.raised == "ValueError"
    assert compare(call, raised_by(ours)) == ("same" if same else "compatible")


HELPED = """
def _f(z):
    return (3 * z + 1).sum(axis=0)


def twice(z):
    result = 2 * _f(z)
    return result
"""
OF_HELPED = """
from grader.testing import edit

EDITS = [edit("THREE", {"result": "3 * _f(z)"}, of="twice", what="three times", hint="How often?")]
"""


@pytest.fixture
def helped(tmp_path: Path) -> tuple[Entry, ...]:
    (tmp_path / "helped").mkdir()
    (tmp_path / "helped" / "canonical.py").write_text(HELPED)
    (tmp_path / "helped" / "misconceptions.py").write_text(OF_HELPED)
    return load_catalogue(tmp_path, "helped", "misconceptions")


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda z: 2 * (4 * z + 1).sum(axis=1), "the mistake of f costs points here, too"),
        (lambda z: 3 * (3 * z + 1).sum(axis=0), "THREE"),
        (lambda z: 2 * (4 * z + 1).sum(axis=0), ""),
    ],
)
def test_the_mistakes_of_a_function_that_is_called_are_all_that_is_wrong(
    entries: tuple[Entry, ...],
    helped: tuple[Entry, ...],
    function: Callable[[Any], Any],
    expected: str,
) -> None:
    """They are found on the trusted side, where no code of the student's is executed."""
    of_f = diagnose([run("f", lambda z: (4 * z + 1).sum(axis=1), Z)], entries)
    mistakes = find_replaceable(of_f)
    assert [entry.id for entry in mistakes] == ["SCALE", "ROWS"]
    found = diagnose([run("a", function, Z, of="twice")], helped, helpers={"f": mistakes})
    assert {check: "+".join(map(label, named)) for check, named in found.items()} == (
        {"a": expected} if expected else {}
    )


def test_what_is_not_known_wholly_explains_no_other_function(entries: tuple[Entry, ...]) -> None:
    """A slip on top of a misconception is not an implementation."""
    of_f = diagnose([run("f", lambda z: -(4 * z + 1).sum(axis=0), Z)], entries)
    assert of_f
    assert find_replaceable(of_f) == ()
    assert find_replaceable({}) == ()


def test_a_mistake_that_raises_does_not_explain_a_result_of_none(tmp_path: Path) -> None:
    """A call that returned nothing raised nothing."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "canonical.py").write_text("def f(z):\n    first = z[0]\n    return first * 2\n")
    (folder / "misconceptions.py").write_text(
        "from grader.testing import edit\n\nEDITS = [edit('RAISES', {'first': '1 / 0'}, of='f', "
        "what='it raises', hint='?'), edit('ADDS', {'return': 'first + 2'}, of='f', "
        "what='it adds', hint='?')]\n"
    )
    catalogue = load_catalogue(tmp_path, "texts", "misconceptions")
    assert name([run("a", lambda _z: None, Z, -Z)], catalogue) == {}
    assert name([run("a", lambda z: z[0] + 2, Z, -Z)], catalogue) == {"a": "ADDS"}


def test_a_mistake_raises_the_exceptions_that_another_function_catches(tmp_path: Path) -> None:
    """Its class is the same where both are in one file, as in a student's module."""
    folder = tmp_path / "queues"
    folder.mkdir()
    (folder / "canonical.py").write_text(
        "class Empty(LookupError):\n    pass\n\n"
        "def take(items):\n    if not items:\n        raise Empty('nothing')\n"
        "    entry = items[0]\n    return entry\n\n"
        "def first(items):\n    try:\n        found = take(items)\n"
        "    except Empty:\n        return 'none'\n    return found\n"
    )
    (folder / "misconceptions.py").write_text(
        "from grader.testing import edit, misconception\n\nEDITS = [\n"
        "    edit('LAST', {'entry': 'items[-1]'}, of='take', what='the last', hint='?'),\n"
        "    edit('TWICE', {'found': 'take(items) * 2'}, of='first', what='twice', hint='?'),\n]\n"
    )
    catalogue = load_catalogue(tmp_path, "queues", "misconceptions")
    (last,) = (entry for entry in catalogue if entry.id == "LAST")
    of_first = [entry for entry in catalogue if entry.function == "first"]

    def wrong(items: Any) -> Any:
        return items[-1] if items else "none"

    runs = [run("a", wrong, [1, 2, 3], [], of="first")]
    names = load_names(tmp_path, "queues")
    found = diagnose(runs, of_first, helpers={"take": (last,)}, names=names)
    assert [label(one) for one in found["a"]] == ["the mistake of take costs points here, too"]


@pytest.mark.parametrize("rows", [str, lambda name: (name, 1), len])
def test_entries_of_a_list_are_no_results_of_their_own(
    tmp_path: Path, rows: Callable[[str], Any]
) -> None:
    """A mistake with more of them explains no list whose first entry is its own."""
    folder = tmp_path / "names"
    folder.mkdir()
    row = {str: "name", len: "len(name)"}.get(rows, "(name, 1)")
    (folder / "canonical.py").write_text(
        f"def f(names):\n    rows = [{row} for name in names]\n    found = set(rows)\n"
        "    return found\n"
    )
    (folder / "misconceptions.py").write_text(
        "from grader.testing import edit\n\n"
        "EDITS = [edit('LIST', {'found': 'rows'}, of='f', what='a list', hint='Which type?')]\n"
    )
    catalogue = load_catalogue(tmp_path, "names", "misconceptions")
    once, often = ["bolt", "nail"], ["nail", "nail", "nail"]

    def without_repeats(names: list[str]) -> list[Any]:
        return [rows(name) for name in dict.fromkeys(names)]

    runs = [run("once", without_repeats, once), run("often", without_repeats, often)]
    assert name(runs, catalogue) == {}
    runs = [
        run(of, lambda names: [*map(rows, names)], names)
        for of, names in zip("ab", (once, often), strict=True)
    ]
    assert name(runs, catalogue) == {"a": "LIST", "b": "LIST"}
