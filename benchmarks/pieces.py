"""What the process boundary is made of: a worker, an import, a call."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from common import NAMES, ROOT, Row, Size, run


def measure(size: Size) -> Iterator[Row]:
    """Yield milliseconds of a worker, an imported module, a call and a fresh process."""
    found: dict[str, list[float]] = {}
    for _ in range(size.pairs):
        for name, values in measure_workers().items():
            found.setdefault(name, []).append(statistics.median(values))
    for name, title in (
        ("worker", "a worker, forked, confined, ended"),
        ("load", "the same with a module imported"),
        ("call", "a call with ten numbers"),
    ):
        yield Row(title, {"ms": found[name]})
    yield Row("a fresh process with numpy", {"ms": [_start_fresh() for _ in range(3 * size.pairs)]})


def measure_workers() -> dict[str, list[float]]:
    """Return what `workers.py` measures in an examiner."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "times.json")
        inside = [sys.executable, str(ROOT / "benchmarks" / "inside.py"), "workers", str(file)]
        submit = ["submit", str(ROOT / "solutions"), "--exercise", NAMES[0]]
        run([*inside, *submit, "--report", f"{scratch}/report.json"])
        times: dict[str, list[float]] = json.loads(file.read_text(encoding="utf-8"))
        return times


def _start_fresh() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return 1000 * (time.perf_counter() - began)
