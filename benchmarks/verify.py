"""What the course promises: the trials of `grade verify`, all of which must hold."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from common import ENVIRONMENT, GRADE, NAMES, Row, Size

_SEEDS = 2
_MARGINS = (
    ("least wrong way", "least error of a misconception, tolerances"),
    ("float32 furthest off", "largest error of a variant in float32, tolerances"),
)


def measure(size: Size) -> Iterator[Row]:
    """Yield the number of trials of each exercise, by kind, and how near errors come to a limit."""
    chosen = NAMES if size.reports >= 100 else NAMES[3:4]
    options = [word for name in chosen for word in ("--exercise", name)]
    done = subprocess.run(
        [*GRADE, "verify", "--seeds", str(_SEEDS), *options],
        env={**ENVIRONMENT, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"grade verify: status {done.returncode}\n{done.stdout}{done.stderr}")
    lines = done.stdout.splitlines()
    (head,) = (line for line in lines if line.startswith("exercise "))
    kinds = re.split(r"  +", head.strip())[1:]
    for name in chosen:
        (line,) = (line for line in lines if line.split()[:1] == [name])
        cells = [cell.partition("/") for cell in line.split()[1:]]
        assert len(cells) == len(kinds)
        assert all(held == made for held, _, made in cells), line
        trials = [[float(made)] for _, _, made in cells]
        yield Row(name, dict(zip(kinds, trials, strict=True)))
    for start, title in _MARGINS:
        found = re.search(rf"^{start}: (\S+) tolerances", done.stdout, re.MULTILINE)
        if found:
            yield Row(title, {"tolerances": [float(found[1])]})
