"""Commands, the course, and samples: what all benchmarks share."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.cli.options import count_cores
from grader.course.manifest import DEFAULT_COURSE, load_course

ROOT = Path(__file__).resolve().parents[1]
GRADE = [sys.executable, "-m", "grader"]
COURSE = load_course(DEFAULT_COURSE)
NAMES = [exercise.name for exercise in COURSE.exercises]
SUITES = [str(COURSE.suites / name / f"test_{name}.py") for name in NAMES]
CORES = count_cores()
ENVIRONMENT = {
    # In a step of GitHub Actions, exports would write into its summary.
    **{name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")},
    "GRADED_FOLDER": str(ROOT / "solutions"),
    "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "benchmarks"))),
    "OPENBLAS_NUM_THREADS": "1",
    # Other installed plugins would slow pytest down.
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}


@dataclass(frozen=True)
class Row:
    """Samples of one thing that was measured.

    Parameters
    ----------
    title : str
        What it is.
    figures : dict of str to list of float
        The samples of each column; a column's name ends with its unit.
    ratio : tuple of str
        The two columns whose samples were taken in pairs, or nothing.
    """

    title: str
    figures: dict[str, list[float]]
    ratio: tuple[str, ...] = ()


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Parameters
    ----------
    count : int
        Submissions in a class.
    pairs : int
        How often each pair is measured.
    reports : int
        Reports in the folder that is exported.
    growth : sequence of int
        The sizes of the growing class.
    """

    count: int
    pairs: int
    reports: int
    growth: Sequence[int]


@dataclass(frozen=True)
class Spent:
    """Wall-clock and processor time of a command with all its processes, and their memory."""

    wall_s: float
    cpu_s: float
    peak_mib: float = 0.0


def run(command: list[str], watch: Callable[[int], None] | None = None) -> Spent:
    """Run a command to its end and return what it used.

    Parameters
    ----------
    watch : callable, optional
        Called with the process's id some 30 times a second, in a thread.
    """
    before, began = _children_s(), time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=ENVIRONMENT, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT
        )
        sampler = _Sampler(process.pid, watch)
        status = process.wait()
        wall_s = time.perf_counter() - began
        sampler.stop()
        if status:
            output.seek(0)
            printed = output.read().decode()[-2000:]
            raise SystemExit(f"{' '.join(command)[:300]}: status {status}\n{printed}")
    return Spent(wall_s, _children_s() - before, sampler.peak_mib)


def pair(
    title: str,
    one: Callable[[], float],
    other: Callable[[], float],
    names: tuple[str, str],
    pairs: int,
) -> Row:
    """Measure two things in turn; the first of a pair is the second of the next."""
    taken: dict[str, list[float]] = {name: [] for name in names}
    both = list(zip(names, (one, other), strict=True))
    for number in range(pairs):
        for name, measure in both if number % 2 == 0 else both[::-1]:
            taken[name].append(measure())
    return Row(title, taken, names)


def memory_mib(pid: int) -> float:
    """Return the proportional memory (PSS) of a process and its descendants."""
    total = 0.0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            total += sum(memory_mib(int(child)) for child in task.read_text().split())
    except (OSError, ValueError):
        pass  # the process has ended
    return total


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Sampler(threading.Thread):
    """Looks at a process and its descendants while they run: at their memory by default."""

    def __init__(self, pid: int, watch: Callable[[int], None] | None) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._watch = watch
        self._ended = threading.Event()
        self.peak_mib = 0.0
        self.start()

    def run(self) -> None:
        while not self._ended.wait(0.03 if self._watch else 0.1):
            if self._watch is not None:
                self._watch(self._pid)
            else:
                self.peak_mib = max(self.peak_mib, memory_mib(self._pid))

    def stop(self) -> None:
        self._ended.set()
        self.join()
