"""`grade batch` beside one warm pytest process, and beside a loop over cold ones."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from classes import make_class, make_course
from cold import PYTEST
from common import CORES, ENVIRONMENT, GRADE, ROOT, SUITES, Row, Size, Spent, pair, run

# A class with the diagnosis that names mistakes, and one without, as plain pytest has none.
_CLASSES = (
    ("copies of the solutions", "right", True),
    ("right and all different", "varied", True),
    ("mixed, without diagnosis", "mixed", False),
    ("mixed, with diagnosis", "mixed", True),
)


def measure(size: Size) -> Iterator[Row]:
    """Yield processor time and wall-clock time for each submission."""
    each = 1000 / size.count
    with tempfile.TemporaryDirectory() as scratch:
        course = make_course(Path(scratch, "course"), {}, catalogues=False)
        for title, kind, diagnosis in _CLASSES:
            folder = Path(scratch, kind)
            if not folder.exists():
                made = make_class(kind, folder, size.count)
                _refuse_failures(kind, made)
            options = [] if diagnosis else ["--course", str(course)]
            yield pair(
                f"{title}: processor time",
                lambda f=folder, o=options: each * grade(f, 1, o).cpu_s,
                lambda m=made: each * run(warm(m)).cpu_s,
                ("grade batch, ms", "warm pytest, ms"),
                size.pairs,
            )
            if kind != "right" and diagnosis:
                yield pair(
                    f"{title}: wall clock",
                    lambda f=folder, o=options: each * grade(f, CORES, o).wall_s,
                    lambda f=folder: each * run(_bare_loop(f)).wall_s,
                    ("grade batch, ms", "xargs pytest, ms"),
                    size.pairs,
                )


def grade(folder: Path, jobs: int, options: list[str]) -> Spent:
    """Grade a class in the sandbox."""
    with tempfile.TemporaryDirectory() as out:
        command = [*GRADE, "batch", str(folder), "--output", out, "--jobs", str(jobs)]
        return run([*command, *options])


def warm(folders: list[Path]) -> list[str]:
    """Return the command of one warm pytest process for these submissions."""
    return [sys.executable, str(ROOT / "benchmarks" / "warm_pytest.py"), *map(str, folders)]


def _bare_loop(folder: Path) -> list[str]:
    """Return the command for one bare pytest process a submission, several at once."""
    one = f"GRADED_FOLDER={{}} {shlex.join([*PYTEST, *SUITES])} || true"
    loop = f"ls -d {shlex.quote(str(folder))}/* | xargs -P {CORES} -I{{}} sh -c {shlex.quote(one)}"
    return ["sh", "-c", loop]


def _refuse_failures(kind: str, folders: list[Path]) -> None:
    """Stop where pytest does not find right what is right: it would do less work."""
    if kind == "mixed":
        return
    done = subprocess.run(
        warm(folders), env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    if not done.stdout.rstrip().endswith("\n0 failed"):
        raise SystemExit(f"plain pytest fails in right submissions: {done.stdout[-300:]}")
