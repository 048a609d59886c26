"""Measure in pairs what isolated batch grading costs, and how the cost grows.

    python benchmarks/batch.py [--count 40] [--pairs 3] [--growth 10,100,1000]

Processor time: ``grade batch --jobs 1``, sandboxed, beside one warm pytest process that runs
the same suites on the same code with nothing in between (`warm_pytest`).

Wall clock: ``grade batch`` on all cores beside ``xargs -P`` over one bare
``pytest --json-report`` process a submission.

Growth: seconds and memory for 10, 100, 1000 ... copies of the stubs.

The two of a pair run one after the other, and the benchmark compares their ratio, because
both share the noise of the machine. It asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from common import COURSE, ENVIRONMENT, GRADE, ROOT, SUITES

from grader.cli.options import count_cores
from grader.testing.catalogue import load_catalogue


@dataclass(frozen=True)
class Spent:
    """Wall-clock time of a command, and processor time and memory of all its processes."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def run(command: list[str], **options: object) -> Spent:
    """Run a command to its end and return what it used."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=ENVIRONMENT, stdout=output, stderr=subprocess.STDOUT, **options
        )
        sampler = Sampler(process.pid)
        status = process.wait()
        sampler.stop()
        if status:
            output.seek(0)
            raise SystemExit(f"{command[:4]} failed:\n{output.read().decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(time.perf_counter() - began, cpu_s, sampler.peak_mib)


class Sampler(threading.Thread):
    """Watches the memory of a process and all its descendants together."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak_mib = 0.0
        self.start()

    def run(self) -> None:
        while not self._ended.wait(0.1):
            self.peak_mib = max(self.peak_mib, memory_mib(self._pid))

    def stop(self) -> None:
        self._ended.set()
        self.join()


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


def make_mixed(folder: Path, count: int) -> None:
    """Make a class: a third right, a third untouched, a third with one misconception."""
    wrong = [
        (exercise.name, entry)
        for exercise in COURSE.exercises
        for entry in load_catalogue(COURSE.suites, exercise.name, "misconceptions")
    ]
    for number in range(count):
        own = folder / f"s{number:05}"
        source = ROOT / ("exercises" if number % 3 == 1 else "solutions")
        shutil.copytree(source, own, ignore=shutil.ignore_patterns("notebooks", "__pycache__"))
        if number % 3 == 2:
            name, entry = wrong[number * 7 % len(wrong)]
            with (own / f"{name}.py").open("a") as file:
                file.write(f"\n\n{entry.source}\n")


def make_copies(folder: Path, source: str, count: int) -> None:
    """Make a class of equal submissions."""
    for number in range(count):
        ignored = shutil.ignore_patterns("notebooks", "__pycache__")
        shutil.copytree(ROOT / source, folder / f"s{number:05}", ignore=ignored)


def grade(folder: Path, jobs: int) -> Spent:
    """Grade a class in the sandbox."""
    with tempfile.TemporaryDirectory() as out:
        return run([GRADE, "batch", str(folder), "--output", out, "--jobs", str(jobs)])


def run_warm(folder: Path) -> Spent:
    """Run the suites on a class in one unprotected process."""
    script = str(ROOT / "benchmarks" / "warm_pytest.py")
    return run([sys.executable, script, *map(str, sorted(folder.iterdir()))])


def run_bare_loop(folder: Path, jobs: int) -> Spent:
    """Run one bare pytest process a submission, several at once."""
    options = f"-q -p in_process -p pytest_jsonreport.plugin -p no:cacheprovider -c {os.devnull}"
    options += f" --rootdir {COURSE.suites} --json-report --json-report-file {os.devnull}"
    loop = (
        f"ls -d {folder}/*/ | xargs -P {jobs} -I{{}} sh -c "
        f"'GRADED_FOLDER={{}} {sys.executable} -m pytest {options} {' '.join(SUITES)} || true'"
    )
    return run(["sh", "-c", loop])


def show(title: str, pairs: list[tuple[float, float]], unit: str, count: int) -> None:
    """Print the medians of both and of their ratio."""
    ratios = sorted(a / b for a, b in pairs)
    a, b = (statistics.median(column) / count * 1000 for column in zip(*pairs, strict=True))
    print(
        f"{title:52} {a:8.0f} {b:8.0f} {unit}   ratio {statistics.median(ratios):.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f})",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--growth", default="10,100,1000")
    options = parser.parse_args()
    cores = count_cores()
    print(f"{'':52} {'ours':>8} {'other':>8} ms a submission, median of {options.pairs} pairs")
    with tempfile.TemporaryDirectory() as scratch:
        classes = {"right": Path(scratch, "right"), "mixed": Path(scratch, "mixed")}
        make_copies(classes["right"], "solutions", options.count)
        make_mixed(classes["mixed"], options.count)
        for name, folder in classes.items():
            pairs = [(grade(folder, 1).cpu_s, run_warm(folder).cpu_s) for _ in range(options.pairs)]
            show(f"processor time, {name}: batch / warm pytest", pairs, "ms", options.count)
        for name, folder in classes.items():
            pairs = [
                (grade(folder, cores).wall_s, run_bare_loop(folder, cores).wall_s)
                for _ in range(options.pairs)
            ]
            title = f"wall clock, {name}: batch / xargs -P {cores} pytest"
            show(title, pairs, "ms", options.count)
    for count in map(int, filter(None, options.growth.split(","))):
        with tempfile.TemporaryDirectory() as scratch:
            make_copies(Path(scratch), "exercises", count)
            spent = grade(Path(scratch), cores)
            print(
                f"{count:6} copies of the stubs: {spent.wall_s / count * 1000:6.0f} ms each, "
                f"{spent.cpu_s / count * 1000:6.0f} ms of processor time, "
                f"at most {spent.peak_mib:.0f} MiB in all",
                flush=True,
            )


if __name__ == "__main__":
    main()
