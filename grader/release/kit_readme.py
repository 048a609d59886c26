"""The README of a kit: what a student needs to begin, to read the result, to hand in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from grader import __version__
from grader.course.stubs import NOTEBOOKS
from grader.records import Check, Course

_START = """\
# {title}

{count} exercises, {points} points. Each file in `exercises` holds functions to be written; the
docstring of a function is its whole specification. Your files are graded on your own machine.

## The first five minutes

You need Python 3.11 or newer. In the folder of this file:

```sh
python3 -m venv .venv
.venv/bin/pip install "{install}"
.venv/bin/grade submit exercises --course .
```

On Windows write `.venv\\Scripts\\` for `.venv/bin/`. The last command shows 0 points, since
nothing is written yet. Open `exercises/{first}.py`, write code in the place of the first
`raise NotImplementedError`, and grade this exercise alone:

```sh
.venv/bin/grade submit exercises --course . --exercise {first}
```

A check that fails says what was called, what is wrong, and how to make the same call again.
"""
_NOTEBOOKS = """
Who prefers Jupyter works in `exercises/{folder}` instead. The last cell of each notebook grades
it; `grade submit exercises/{folder} --course .` grades all.
"""
_TABLE = """
## Exercises and points

| exercise | what it is about | points | decided here |
|---|---|---|---|
"""
_WITHHELD = """
{here} of {points} points are decided here. The other {rest} are decided by your instructor's run,
by checks that you do not have. The docstrings name all of them after the word `Checks:`. The
percentage that `grade submit` shows is that of the points that are decided here.
"""
_END = """
## Exit status

`grade submit` writes `report.json`, shows the result and ends with one of these:

| status | meaning |
|---|---|
| 0 | graded, and no point that is decided here is missing (or `--fail-under` is reached) |
| 1 | graded, with points missing |
| 2 | the command was mistyped; `grade submit --help` shows it |
| 3 | could not be graded; one line says why and what to do |

## Handing in

Hand in your files as your instructor says. `--bundle work.zip` packs exactly what was graded:

```sh
.venv/bin/grade submit exercises --course . --bundle work.zip
```
"""


def write_readme(
    course: Course,
    checks: Collection[Check],
    withheld: Iterable[Check],
    *,
    notebooks: bool,
    install: str = "",
) -> str:
    """Return the README of a kit.

    Parameters
    ----------
    course : Course
        The course.
    checks : collection of Check
        All its checks.
    withheld : iterable of Check
        Those that only the instructor's run decides.
    notebooks : bool
        Whether the kit has notebooks.
    install : str
        What pip installs the grader from; by default this version of the package index's.
    """
    elsewhere = {check.id for check in withheld}
    here = [check for check in checks if check.id not in elsewhere]
    points = _add_up(checks)
    pieces = [
        _START.format(
            title=course.title,
            count=len(course.exercises),
            points=points,
            install=install or f"backprop-grader=={__version__}",
            first=course.exercises[0].name,
        )
    ]
    if notebooks:
        pieces.append(_NOTEBOOKS.format(folder=NOTEBOOKS))
    pieces += [_TABLE, *_write_rows(course, checks, here)]
    if elsewhere:
        rest = _add_up([check for check in checks if check.id in elsewhere])
        pieces.append(_WITHHELD.format(here=_add_up(here), points=points, rest=rest))
    return "".join([*pieces, _END])


def _write_rows(course: Course, checks: Collection[Check], here: list[Check]) -> Iterable[str]:
    for exercise in course.exercises:
        full = _add_up([check for check in checks if check.exercise == exercise.name])
        shown = _add_up([check for check in here if check.exercise == exercise.name])
        yield f"| `{exercise.name}` | {exercise.title} | {full} | {shown} |\n"


def _add_up(checks: Iterable[Check]) -> str:
    return f"{sum(check.points_c for check in checks) / 100:.10g}"
