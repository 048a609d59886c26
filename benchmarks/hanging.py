"""Measure what submissions that hang cost a class.

    python benchmarks/hanging.py [--count 40] [--pairs 3] [--jobs 2]

Classes of right and of mixed submissions are graded twice, one run after the other: as they are,
and with every tenth submission replaced by one that hangs in one of the ways below. The benchmark
compares the ratio of both, on the wall clock and in processor time, and asserts nothing.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from batch import Spent, grade, make_copies, make_mixed
from common import COURSE, ROOT

from grader.cli.options import count_cores

_LOOP = "    while True:\n        pass\n"
# Appended to the solution of a module: a function, a helper of several functions, one kind of
# argument, a sleep, and a loop that the import meets.
HANGING = {
    "endless function": ("losses", f"def bce(*args):\n{_LOOP}"),
    "endless helper": (
        "activations",
        f"def _look(z):\n{_LOOP}\n"
        + "\n".join(
            f"def {name}(*args):\n    return _look(args)\n"
            for name in ("sigmoid", "relu", "leaky_relu", "gelu", "gelu_prime", "tanh_prime")
        ),
    ),
    "one argument": (
        "activations",
        "_right = gelu\n\n\ndef gelu(z):\n    while np.ndim(z) == 0:\n        pass\n"
        "    return _right(z)\n",
    ),
    "sleep": ("forward", "def affine_forward(*args):\n    import time\n\n    time.sleep(1000)\n"),
    "import": ("backprop", "while True:\n    pass\n"),
}


class Row(NamedTuple):
    """The times of a class with hanging submissions, divided by those of the class without.

    ``kind`` is what was measured: ``wall`` or ``cpu``, and of which class.
    """

    kind: str
    ratio: float
    least: float
    most: float


def hang(folder: Path) -> None:
    """Replace every tenth submission of a class by one that hangs, in one way after the other."""
    ways = list(HANGING.values())
    for number, own in enumerate(sorted(folder.iterdir())[4::10]):
        module, text = ways[number % len(ways)]
        shutil.copytree(ROOT / "solutions", own, ignore=_NOT_CODE, dirs_exist_ok=True)
        with (own / f"{module}.py").open("a") as file:
            file.write(f"\n\n{text}")


_NOT_CODE = shutil.ignore_patterns("notebooks", "__pycache__")
CLASSES: dict[str, Callable[[Path, int], None]] = {
    "right": lambda folder, count: make_copies(folder, "solutions", count),
    "mixed": make_mixed,
}


def measure(count: int = 40, pairs: int = 3, jobs: int | None = None) -> list[Row]:
    """Return how many times as long each class takes with hanging submissions as without."""
    rows = []
    for name, make in CLASSES.items():
        with tempfile.TemporaryDirectory() as scratch:
            without, with_them = Path(scratch, "without"), Path(scratch, "with")
            make(without, count)
            shutil.copytree(without, with_them)
            hang(with_them)
            took = [
                (grade(without, jobs or count_cores()), grade(with_them, jobs or count_cores()))
                for _ in range(pairs)
            ]
        rows += [_compare(f"wall, {name}", took, lambda spent: spent.wall_s)]
        rows += [_compare(f"cpu, {name}", took, lambda spent: spent.cpu_s)]
    return rows


def _compare(kind: str, took: list[tuple[Spent, Spent]], of: Callable[[Spent], float]) -> Row:
    ratios = sorted(of(second) / of(first) for first, second in took)
    return Row(kind, statistics.median(ratios), ratios[0], ratios[-1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    print(f"{options.count} submissions, every tenth hangs: {', '.join(HANGING)}")
    print(f"limit of one call: {COURSE.limits.call_cpu_s:g} s of processor time")
    for kind, ratio, least, most in measure(options.count, options.pairs, options.jobs):
        print(f"{kind:12} {ratio:5.2f} ({least:.2f} to {most:.2f})")


if __name__ == "__main__":
    main()
