"""How the cost of a batch grows with the size of the class."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from batch import grade
from classes import make_class
from common import CORES, Row, Size


def measure(size: Size) -> Iterator[Row]:
    """Yield time and memory for copies of the untouched stubs."""
    for count in size.growth:
        with tempfile.TemporaryDirectory() as scratch:
            make_class("stubs", Path(scratch, "class"), count)
            spent = grade(Path(scratch, "class"), CORES, ["--homework", "week2"])
            figures = {
                "wall clock each, ms": [spent.wall_s / count * 1000],
                "processor time each, ms": [spent.cpu_s / count * 1000],
                "memory of all processes, MiB": [spent.peak_mib],
            }
            yield Row(f"{count} submissions", figures)
