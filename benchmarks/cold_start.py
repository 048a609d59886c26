"""Measure in pairs what the process boundary costs, from a cold start.

    python benchmarks/cold_start.py [--pairs N]

A: ``grade submit`` on the solutions, sandboxed.  B: a plain ``pytest`` process that runs
the same suites on the same code, student and tests together, through `in_process`.
And: ``grade --help`` beside ``python -c "import click"``.

The two of a pair run one after the other, and the benchmark compares their ratio, because
both share the noise of the machine. It asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

from common import ENVIRONMENT, GRADE, ROOT, SUITES

Command = list[str]


def seconds(command: Command, folder: str) -> float:
    """Run a command to its end and return the wall-clock seconds."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, check=False)
    took = time.perf_counter() - began
    if done.returncode:
        printed = (done.stdout + done.stderr).decode()[-2000:]
        raise SystemExit(f"{command} failed:\n{printed}")
    return took


def compare(title: str, a: Command, b: Command, pairs: int) -> None:
    """Run two commands in turn and print their times and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        seconds(a, folder), seconds(b, folder)  # warm the disk's cache and the .pyc files
        taken = [(seconds(a, folder), seconds(b, folder)) for _ in range(pairs)]
    ratios = sorted(x / y for x, y in taken)
    print(f"{title}: {pairs} pairs")
    for name, times in (("A", [x for x, _ in taken]), ("B", [y for _, y in taken])):
        print(f"  {name}  median {statistics.median(times):.3f} s  least {min(times):.3f} s")
    print(
        f"  A/B  median {statistics.median(ratios):.2f}  "
        f"least {ratios[0]:.2f}  most {ratios[-1]:.2f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=11)
    pairs = parser.parse_args().pairs
    plain = [sys.executable, "-m", "pytest", "-q", "-p", "in_process", "-c", os.devnull]
    plain += ["--rootdir", str(ROOT / "grader" / "suites"), "-p", "no:cacheprovider", *SUITES]
    compare(
        "A: grade submit, cold and sandboxed; B: plain pytest in one process",
        [GRADE, "submit", str(ROOT / "solutions")],
        plain,
        pairs,
    )
    compare(
        'A: grade --help; B: python -c "import click"',
        [GRADE, "--help"],
        [sys.executable, "-c", "import click"],
        pairs,
    )


if __name__ == "__main__":
    main()
