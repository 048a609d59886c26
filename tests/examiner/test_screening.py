"""A first look at pairs of misconceptions leaves out none that may explain a call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.examiner.screening import Screen
from grader.sandbox.calls import Call
from grader.sandbox.protocol.messages import Surroundings
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.record import Record, make_record
from grader.testing.catalogue import Entry, load_catalogue

CANONICAL = """
import numpy as np

def f(z, pairs=()):
    a = z + 1
    b = 2 * z
    return a, b
"""
MISCONCEPTIONS = """
from grader.testing import edit

EDITS = [
    edit("A", {"a": "z - 1"}, of="f", what="a is low", hint="?"),
    edit("B", {"b": "3 * z"}, of="f", what="b is large", hint="?"),
    edit("WRITES", {"a": "np.add(z, 1, out=z)"}, of="f", what="z is changed", hint="?"),
    edit("RAISES", {"b": "1 / 0"}, of="f", what="it raises", hint="?"),
    edit("HANGS", {"b": "[0 for _ in iter(int, 1)]"}, of="f", what="it never ends", hint="?"),
]
"""
Z = np.array([0.5, -1.5, 2.0])


@pytest.fixture
def entries(tmp_path: Path) -> dict[str, Entry]:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "canonical.py").write_text(CANONICAL)
    (tmp_path / "x" / "misconceptions.py").write_text(MISCONCEPTIONS)
    return {one.id: one for one in load_catalogue(tmp_path, "x", "misconceptions")}


@pytest.mark.parametrize(
    ("value", "wrong", "expected"),
    [
        ((Z - 1, 5 * Z), [(0,), (1,)], ["A"]),
        ((Z - 1, 3 * Z), [(0,), (1,)], ["A", "B"]),
        ((Z + 1, 3 * Z), [(1,)], ["B"]),
        ((7 * Z, 5 * Z), [(0,), (1,)], []),
    ],
)
def test_what_gives_one_of_the_wrong_results_is_kept(
    entries: dict[str, Entry], value: Any, wrong: list[Any], expected: list[str]
) -> None:
    """Exceptions, endless loops and changed arguments do no harm to the next candidate."""
    call = Call("f", (Z,), packed_args=[pack(Z)], value=value, answered=True)
    screen = Screen(call, wrong)
    order = [entries[name] for name in ("RAISES", "WRITES", "HANGS", "A", "B")]
    assert [one.id for (one,) in screen.keep((entry,) for entry in order)] == expected


def test_instances_are_of_the_classes_of_the_candidate(tmp_path: Path) -> None:
    """Named tuples, alone and in containers, are passed as in the comparison itself."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "canonical.py").write_text(
        "from typing import NamedTuple\n\n"
        "class Cell(NamedTuple):\n    row: int\n    column: int\n\n"
        "def f(cell, others):\n    row = cell.row + len(others)\n"
        "    return Cell(row, cell.column)\n"
    )
    (tmp_path / "x" / "misconceptions.py").write_text(
        "from grader.testing import edit\n\nEDITS = [\n"
        "    edit('A', {'row': 'cell.row'}, of='f', what='a', hint='?'),\n"
        "    edit('B', {'row': 'cell.column'}, of='f', what='b', hint='?'),\n]\n"
    )
    entries = load_catalogue(tmp_path, "x", "misconceptions")
    fields = {"row": 4, "column": 2}
    cell, others = make_record("namedtuple", "Cell", fields), {Record("Cell", row=1, column=1)}
    packed = [pack(cell), pack(others)]
    call = Call("f", (cell, others), packed_args=packed, value=cell, answered=True)
    kept = Screen(call, [(0,)]).keep([(entry,) for entry in entries])
    assert [mistakes[0].id for mistakes in kept] == ["A"]


def test_a_function_that_reads_a_file_finds_it(tmp_path: Path) -> None:
    """As it does where the whole call is made again."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "canonical.py").write_text(
        "def f(name):\n    file = open(name)\n    text = file.read()\n    return text * 2\n"
    )
    (tmp_path / "x" / "misconceptions.py").write_text(
        "from grader.testing import edit\n\nEDITS = [edit('ONCE', {'return': 'text'}, of='f', "
        "what='once', hint='?')]\n"
    )
    entries = load_catalogue(tmp_path, "x", "misconceptions")
    around = Surroundings(files={"a.txt": b"ab"})
    call = Call(
        "f",
        ("a.txt",),
        packed_args=[pack("a.txt")],
        value="ab",
        answered=True,
        around=around,
    )
    assert Screen(call, [()]).keep([(entries[0],)]) == [(entries[0],)]
