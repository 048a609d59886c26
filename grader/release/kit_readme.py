"""The README of a kit: how to begin, read the result and hand in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from textwrap import fill

from grader.course.derivations import DERIVATIONS, find_pages
from grader.course.listed import pip_arguments
from grader.course.programs import TODO
from grader.course.stubs import NOTEBOOKS
from grader.course.texts import read_stubs
from grader.examples.scoring import TITLE
from grader.examples.template import has_examples
from grader.records import EXAMPLES, Check, Course, Exercise

_START = """\
# {title}

{exercises}, {points} points. You need Python 3.11 or newer. Type in this folder, on Linux or macOS:
```sh
python3 -m venv .venv
.venv/bin/pip install "{install}"{packages}
.venv/bin/grade submit exercises{course}
```
On Windows type `py -m venv .venv`, and `.venv\\Scripts\\` instead of `.venv/bin/`, here and below.
"""
_COLAB = """\
In Colab, open a notebook of `exercises/{folder}`. Its last cell grades, and shows what to upload.
"""
_WORK = """
## Work

{work}

Other commands, each after `.venv/bin/`:

- `grade submit exercises{course} --exercise {first}` grades one exercise
"""
_FIRST = """\
The result shows 0 points at first. {specified} Open `exercises/{file}`, write {instead}, save, and
grade again. To paste the lines below `Repeat`, type `cd exercises`,
then `../.venv/bin/python`."""
_HOMEWORK = "- `grade submit exercises{course} --homework {week}` grades one homework\n"
_COMMANDS = """\
- `grade watch exercises{course}` grades at every save
- `grade list{course}` shows the last result, `grade next{course}` its next step
- `grade hint{course}` shows a second hint
"""
_RESET = "- `grade reset FUNCTION exercises{course}` puts a stub back\n"
_DOCTEST = "- `python -m doctest exercises/{file}` runs the examples in the docstrings\n"
_EXAMPLES = "- `grade examples exercises{course}` checks your examples in `examples.py`\n"
_LAST_COMMANDS = """\
- `pytest` runs the checks, as VS Code does
- `grade submit exercises{course} --bundle work.zip` packs your files for handing in

Outside of Linux there is no sandbox.
"""
_DERIVATIONS = "The formulas are derived in `exercises/{derivations}`.\n"
_INSTEAD_OF_RAISE = "your code instead of the first `TODO` and the line below it"
_INSTEAD_OF_TODO = "your program instead of `{todo}`"
_FUNCTIONS = "The docstring of a function is its specification."
_PROGRAMS = "The docstring of a file is the specification of its program."
_PROVIDED = """
{files} {are} provided: import {them} and leave {them} as {they_are}. Your work is graded with the
course's own, so you need not hand {them} in.
"""
_WITHHELD = """
{here} points are decided here, and percentages are of these. Your instructor's hidden checks decide
the other {rest}.
"""
_NEWER = """
## A newer kit

Unpack it beside this folder, not over it: that would replace your files. Install its grader there,
and bring its changes into your files, with this folder's name for OLD:

```sh
.venv/bin/grade init ../OLD/exercises --update{course}
.venv/bin/grade submit ../OLD/exercises{course}
```

Your code stays, and a copy of each changed file ends in `.before`.
"""


def write_readme(
    course: Course,
    checks: Collection[Check],
    withheld: Iterable[Check],
    *,
    notebooks: bool,
    install: str,
    in_kit: bool,
) -> str:
    """Return the README of a kit.

    Parameters
    ----------
    withheld : iterable of Check
        The hidden checks, which the kit lacks.
    notebooks : bool
        Whether the kit has notebooks.
    install : str
        The grader's requirement for pip, or the path of its wheel in the kit.
    in_kit : bool
        Whether it is a wheel in the kit, which finds the kit's course by itself.
    """
    elsewhere = {check.id for check in withheld}
    here = [check for check in checks if check.id not in elsewhere]
    points = _add_up(checks)
    stubs = [text for one in course.exercises for text in read_stubs(course, one).values()]
    with_functions = any(map(_has_functions, stubs))
    homeworks = course.homeworks if len(course.homeworks) > 1 else ()
    words = {
        "title": _write_title(course),
        "exercises": _count(course),
        "points": points,
        "install": f"./{install}" if in_kit else install,
        "packages": pip_arguments(course.packages),
        "course": "" if in_kit else " --course .",
        "folder": NOTEBOOKS,
        "derivations": DERIVATIONS,
        "first": course.exercises[0].name,
        "file": course.exercises[0].file_name,
        "week": homeworks[0].name if homeworks else "",
        "work": _describe_work(course.exercises[0].file_name, stubs),
    }
    pieces = [
        _START,
        _COLAB if notebooks else "",
        _WORK,
        _HOMEWORK if homeworks else "",
        _COMMANDS,
        _RESET if with_functions else "",
        _DOCTEST if with_functions else "",
        _EXAMPLES if with_functions and has_examples(course) else "",
        _LAST_COMMANDS,
        _DERIVATIONS if find_pages(course) else "",
    ]
    text = "".join(pieces).format(**words)
    if course.provided:
        text += _write_provided([file.name for file in course.provided])
    text += "\n## Points\n\n" + "".join(_write_exercises(course, checks, here))
    if elsewhere:
        rest = _add_up([check for check in checks if check.id in elsewhere])
        text += _WITHHELD.format(here=_add_up(here), points=points, rest=rest)
    return text + _NEWER.format(**words)


def _has_functions(stub: str) -> bool:
    return "raise NotImplementedError" in stub


def _describe_work(file: str, stubs: Sequence[str]) -> str:
    """Return where students read what to write, and where they write it first."""
    kinds = [
        _FUNCTIONS if any(map(_has_functions, stubs)) else "",
        _PROGRAMS if any(TODO in stub for stub in stubs) else "",
    ]
    functions = _has_functions(stubs[0])
    text = _FIRST.format(
        specified=" ".join(filter(None, kinds)),
        file=file,
        instead=_INSTEAD_OF_RAISE if functions else _INSTEAD_OF_TODO.format(todo=TODO),
    )
    # Code is not broken over lines.
    whole = re.sub("`[^`]*`", lambda code: code[0].replace(" ", "\0"), text)
    return fill(whole, 100, break_on_hyphens=False, break_long_words=False).replace("\0", " ")


def _write_exercises(
    course: Course, checks: Collection[Check], here: Collection[Check]
) -> Iterator[str]:
    """Yield a line for each exercise: its homework where there are several, and its points."""
    examples = [Exercise(EXAMPLES, TITLE)] if course.examples.points else []
    for exercise in (*course.exercises, *examples):
        full = _add_up([check for check in checks if check.exercise == exercise.name])
        shown = _add_up([check for check in here if check.exercise == exercise.name])
        weeks = [h.name for h in course.homeworks if exercise.name in h.exercises]
        several = len(course.homeworks) > 1 and weeks
        homework = f" ({', '.join(f'`{name}`' for name in weeks)})" if several else ""
        points = full if shown == full else f"{full}, {shown} here"
        yield f"- `{exercise.name}`{homework}: {points}\n"


def _write_provided(names: list[str]) -> str:
    files = " and ".join(f"`exercises/{name}`" for name in names)
    if len(names) == 1:
        return _PROVIDED.format(files=files, are="is", them="it", they_are="it is")
    return _PROVIDED.format(files=files, are="are", them="them", they_are="they are")


def _write_title(course: Course) -> str:
    alone = [set(homework.exercises) for homework in course.homeworks] == [set(course.select())]
    if alone and course.homeworks[0].title != course.title:
        return f"{course.title}: {course.homeworks[0].title}"
    return course.title


def _count(course: Course) -> str:
    count = len(course.exercises)
    return "1 exercise" if count == 1 else f"{count} exercises"


def _add_up(checks: Iterable[Check]) -> str:
    return f"{sum(check.points_c for check in checks) / 100:.10g}"
