"""A batch that is killed ten times ends with the files of one that is not."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.here import grade_here
from support.running import alive, family, started, wait_for
from test_batch import NAIVE, ONE, results
from test_regrade import LARGEST, NOTHING, RIGHT, command, place, repair

__all__ = ["place"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


def kill_ten_times(arguments: tuple[str | Path, ...], journal: Path, every: int) -> None:
    """Kill a batch each time it has graded some more, and at last let it end."""
    before = journal.read_bytes().count(b"\n") if journal.exists() else 0
    for kill in range(10):
        with started(*arguments, "--jobs", "1") as process:
            wanted = before + kill * every
            wait_for(lambda n=wanted: journal.exists() and journal.read_bytes().count(b"\n") >= n)
            relatives = family(process.pid)
            assert process.poll() is None  # it has not ended by itself
        wait_for(lambda pids=relatives: not alive(pids))
    done = grade_here(*arguments)
    assert done.returncode == 0, done.stderr


def test_a_class_in_the_layout_of_canvas(tmp_path: Path, solution: Callable[[str], str]) -> None:
    """Three dozen students, some wrong, late, or without code."""
    folder = tmp_path / "download"
    folder.mkdir()
    for number in range(36):
        text = solution("forward") + (NAIVE if number % 3 else "") + f"\nN = {number}\n"
        late = "LATE_" if number % 7 == 0 else ""
        name = "report.pdf" if number % 12 == 0 else "forward.py"
        (folder / f"s{number:02}_{late}{1000 + number}_{2000 + number}_{name}").write_text(text)
    grade_here("batch", folder, "--output", tmp_path / "whole", *ONE)
    out = tmp_path / "out"
    arguments = ("batch", folder, "--output", out, *ONE)
    kill_ten_times(arguments, out / "journal.jsonl", 3)
    assert results(out) == results(tmp_path / "whole")
    found = list(csv.DictReader((out / "summary.csv").read_text().splitlines()))
    assert len(found) == 36
    missing = [row for row in found if row["status"] == "missing"]
    assert len(missing) == 3
    assert all(row["name"] and "report.pdf" in row["reason"] for row in missing)
    assert missing[0]["late"] == "yes"
    assert not [path for path in out.rglob(".*") if path.name != ".lock"]


def test_a_regrade(place: Path) -> None:
    """It has the same reports, and a complete list of what changed."""
    for number in range(32):
        text = (RIGHT, LARGEST, NOTHING)[number % 3] + f"N = {number}\n"
        (place / "class" / f"s{number:02}.py").write_text(text)
    grade_here(*command(place))
    first = results(place / "out")
    (place / "out").rename(place / "killed")
    grade_here(*command(place))
    assert results(place / "out") == first
    repair(place)
    whole = grade_here(*command(place, "--regrade"))
    assert "25 of 36 scores changed" in whole.stdout
    (place / "out").rename(place / "whole")
    (place / "killed").rename(place / "out")
    kill_ten_times(command(place, "--regrade"), place / "out/journal.jsonl", 3)
    assert results(place / "out") == results(place / "whole")
