"""Where the processor time of a right submission goes.

The processor time of `grade batch` is split by process, for a small and a large class; the
difference is what each further submission costs. Within the examiner, samples (`sampled.py`)
show what it does. The student's code and the suites' numbers by themselves (`limit.py`) are
the least that any grader needs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
from batch import warm
from classes import make_class
from common import ENVIRONMENT, GRADE, ROOT, Row, Size, run
from pieces import measure_workers

_KINDS = {"examiner": ("examiner.main", "benchmarks.sampled"), "workers": ("fork_server",)}
_COLUMN = "processor time each, ms"


def measure(size: Size) -> Iterator[Row]:
    """Yield milliseconds for each submission, by part, and the seconds of the start."""
    few, count = 2, max(size.count, 4)
    with tempfile.TemporaryDirectory() as scratch:
        made = make_class("varied", Path(scratch, "large"), count)
        make_class("varied", Path(scratch, "small"), few)
        parts: dict[str, list[float]] = {}
        starts: list[float] = []
        for _ in range(max(1, size.pairs - 1)):
            whole, small = (_split(Path(scratch, name)) for name in ("large", "small"))
            each = {name: 1000 * (whole[name] - small[name]) / (count - few) for name in whole}
            starts.append(sum(small.values()) - few * sum(each.values()) / 1000)
            student, suites = _limit(made)
            shares = _sample(Path(scratch, "large"))
            (loads,) = measure_workers()["load all, processor time"]
            large, small_s = (run(warm(folders)).cpu_s for folders in (made, made[:few]))
            found = {
                "the student's code": student,
                "suites: inputs, expected values, comparisons": shares["suites"] * each["examiner"],
                "workers: start, and import of the student's modules": loads,
                "calls, in the worker": each["workers"] - loads - student,
                "calls, in the examiner": shares["calls"] * each["examiner"],
                "records of pytest-json-report": shares["records"] * each["examiner"],
                "examiner, all else": shares["rest"] * each["examiner"],
                "coordinator: reading, scores, reports, journal": each["coordinator"],
                "together": sum(each.values()),
                "the least: student's code and suites alone": student + suites,
                "warm pytest, unprotected": 1000 * (large - small_s) / (count - few),
            }
            for name, value in found.items():
                parts.setdefault(name, []).append(value)
    for name, values in parts.items():
        yield Row(name, {_COLUMN: values})
    yield Row("start of the batch, once", {"processor time, s": starts})


def _split(folder: Path, batch: Sequence[str] = (*GRADE, "batch")) -> dict[str, float]:
    """Return the seconds of processor time of a batch with one grader, by kind of process."""
    last: dict[tuple[str, int], float] = {}

    def look(pid: int) -> None:
        try:
            for child in psutil.Process(pid).children():
                command = " ".join(child.cmdline())
                for kind, marks in _KINDS.items():
                    if any(mark in command for mark in marks):
                        last[kind, child.pid] = _used(child)
        except psutil.Error:
            pass  # it has just ended

    with tempfile.TemporaryDirectory() as out:
        spent = run([*batch, str(folder), "--output", out, "--jobs", "1"], watch=look)
    split = {kind: sum(s for (of, _), s in last.items() if of == kind) for kind in _KINDS}
    if not all(split.values()):
        raise SystemExit(f"grade batch starts its processes in another way: {split}")
    return {**split, "coordinator": spent.cpu_s - sum(split.values())}


def _used(process: psutil.Process) -> float:
    """Return the processor time of a process, of its children and of those that have ended."""
    alive = [process, *process.children(recursive=True)]
    times = [one.cpu_times() for one in alive]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def _sample(folder: Path) -> dict[str, float]:
    """Return which share of the examiner's time goes where."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "samples")
        inside = [sys.executable, str(ROOT / "benchmarks" / "inside.py"), "sampled", str(file)]
        _split(folder, [*inside, "batch"])
        samples = Counter(file.read_text(encoding="utf-8").split())
    return {
        name: samples[name] / samples.total() for name in ("suites", "calls", "records", "rest")
    }


def _limit(folders: list[Path]) -> tuple[float, float]:
    """Return the mean milliseconds of students' code and of the suites."""
    command = [sys.executable, str(ROOT / "benchmarks" / "limit.py"), *map(str, folders)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=True)
    pairs = json.loads(done.stdout)
    student, suites = (1000 * sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return student, suites
