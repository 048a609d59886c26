"""The README of a kit: how to begin, read the result and hand in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from grader.course.listed import pip_arguments
from grader.course.programs import TODO
from grader.course.stubs import NOTEBOOKS
from grader.course.texts import read_stubs
from grader.examples.scoring import TITLE
from grader.examples.template import has_examples
from grader.records import EXAMPLES, Check, Course, Exercise

_START = """\
# {title}

{exercises}, {points} points. {work} You grade your files on your own machine.

## The first five minutes

You need Python 3.11 or newer, and a network for the packages that the grader uses. Open a terminal,
go to the folder of this file with `cd`, and type these lines. On Linux and macOS:

```sh
python3 -m venv .venv
.venv/bin/pip install "{install}"{packages}
.venv/bin/grade submit exercises{course}
```

In PowerShell or cmd on Windows:

```bat
py -m venv .venv
.venv\\Scripts\\pip install "{windows}"{packages}
.venv\\Scripts\\grade submit exercises{course}
```

Below, too, write `.venv\\Scripts\\` instead of `.venv/bin/` on Windows. The last command shows
0 points, since nothing is written yet. Open `exercises/{file}`, write {instead}

```sh
.venv/bin/grade submit exercises{course} --exercise {first}
```

A failed check shows what was called, what is wrong, and lines that make the same call again. To
paste them, start Python in the folder of your file: `cd exercises`, then `../.venv/bin/python`.
Outside of Linux your code is graded without a sandbox, in a process that may read and write your
files.

| command | what it does |
|---|---|
| `grade watch exercises{course}` | grades at every save |
| `grade list{course}` | shows how far you are |
| `grade next{course}` | shows what to do next |
| `grade hint{course}` | shows a second hint for what is wrong |
{reset}
Write `.venv/bin/` before each `grade`, as above.

{examples}\
`.venv/bin/pytest` runs the checks of this kit, too, one test for each; `-k NAME` chooses them by
{names}. If you open this folder in VS Code, its test explorer shows the same
tests.
"""
_FUNCTIONS_IN_EACH = """\
Each file in `exercises` has functions for you to write; the
docstring of a function is its whole specification."""
_FUNCTIONS = """\
The files of the exercises, in `exercises`, have functions for you
to write; the docstring of a function is its whole
specification."""
_PROGRAMS = """\
The files of the exercises, in `exercises`, are programs for you to
write; the docstring of a file is its whole specification."""
_BOTH = """\
The files of the exercises, in `exercises`, have functions or a program
for you to write; the docstring of a function is its whole specification, as is that of the file
for a program."""
_INSTEAD_OF_RAISE = """\
code instead of the
first `raise NotImplementedError`, and grade this exercise alone:"""
_INSTEAD_OF_TODO = """\
your program instead of
`{todo}`, and grade this exercise alone:"""
_RESET = "| `grade reset FUNCTION exercises{course}` | puts the stub of a function back |\n"
_EXAMPLES = """\
To see whether you understand a function before you write it, put examples of it into
`exercises/examples.py`. This command checks them:

```sh
.venv/bin/grade examples exercises{course}
```

"""
_PROVIDED = """
{files} {are} provided: import {them} and leave {them} as {they_are}. Your work is graded with the
course's own, so you need not hand {them} in.
"""
_NOTEBOOKS = """
If you prefer Jupyter, work in `exercises/{folder}` instead. The last cell of each notebook
grades it; `grade submit exercises/{folder}{course}` grades all of them. In Colab, that cell shows
what to upload.
"""
_HOMEWORKS = """
Each homework has some of the exercises. Grade one of them, out of its points:

```sh
.venv/bin/grade submit exercises{course} --homework {first}
```

| homework | title | exercises | points |
|---|---|---|---|
"""
_TABLE = """
## Exercises and points

| exercise | what it is about | points | decided here |
|---|---|---|---|
"""
_WITHHELD = """
{here} of {points} points are decided here. Your instructor's run decides the other {rest} with
hidden checks, which the docstrings name after `*Graded on*`. The percentage that
`grade submit` shows is of the points that are decided here.
"""
_END = """
## Exit status

`grade submit` writes `report.json`, shows the result and exits with one of these:

| status | meaning |
|---|---|
| 0 | graded, with all points that are decided here (or at least `--fail-under`) |
| 1 | graded, with points missing |
| 2 | wrong usage; see `grade submit --help` |
| 3 | not graded; one line says why and what to do |

## A newer kit

If you get a newer kit, unpack it into a new folder beside this one. If you unpack it over this one,
your files are lost. In the new folder, install its grader as at first. Then bring its changes into
the files that you have begun, with the name of this folder for OLD:

```sh
.venv/bin/grade init ../OLD/exercises --update{course}
```

Your code stays as it is, and each file that changes is kept as it was, with `.before` at the end of
its name. From then on, grade your files from the new folder, with
`.venv/bin/grade submit ../OLD/exercises{course}`.

## Handing in

Hand in your files as your instructor says. `--bundle work.zip` packs the files that were graded:

```sh
.venv/bin/grade submit exercises{course} --bundle work.zip
```
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
    course_option = "" if in_kit else " --course ."
    elsewhere = {check.id for check in withheld}
    here = [check for check in checks if check.id not in elsewhere]
    points = _add_up(checks)
    stubs = [text for one in course.exercises for text in read_stubs(course, one).values()]
    with_functions = any(map(_has_functions, stubs))
    with_examples = with_functions and has_examples(course)
    pieces = [
        _START.format(
            title=_write_title(course),
            exercises=_count(course),
            points=points,
            install=f"./{install}" if in_kit else install,
            windows=".\\" + install.replace("/", "\\") if in_kit else install,
            packages=pip_arguments(course.packages),
            course=course_option,
            first=course.exercises[0].name,
            file=course.exercises[0].file_name,
            work=_describe_work(stubs, provided=bool(course.provided)),
            instead=_INSTEAD_OF_RAISE
            if _has_functions(stubs[0])
            else _INSTEAD_OF_TODO.format(todo=TODO),
            reset=_RESET.format(course=course_option) if with_functions else "",
            examples=_EXAMPLES.format(course=course_option) if with_examples else "",
            names="the name of the function" if with_functions else "their names",
        )
    ]
    if course.provided:
        pieces.append(_write_provided([file.name for file in course.provided]))
    if notebooks:
        pieces.append(_NOTEBOOKS.format(folder=NOTEBOOKS, course=course_option))
    pieces += [_TABLE, *_write_rows(course, checks, here)]
    if elsewhere:
        rest = _add_up([check for check in checks if check.id in elsewhere])
        pieces.append(_WITHHELD.format(here=_add_up(here), points=points, rest=rest))
    if len(course.homeworks) > 1:
        pieces.append(_HOMEWORKS.format(first=course.homeworks[0].name, course=course_option))
        pieces += _write_homeworks(course, checks)
    return "".join([*pieces, _END.format(course=course_option)])


def _has_functions(stub: str) -> bool:
    return "raise NotImplementedError" in stub


def _describe_work(stubs: Collection[str], *, provided: bool) -> str:
    """Return what students write in which files; modules that are provided are among them."""
    if all(TODO not in stub for stub in stubs):
        return _FUNCTIONS if provided else _FUNCTIONS_IN_EACH
    return _BOTH if any(map(_has_functions, stubs)) else _PROGRAMS


def _write_rows(course: Course, checks: Collection[Check], here: list[Check]) -> Iterable[str]:
    examples = [Exercise(EXAMPLES, TITLE)] if course.examples.points else []
    for exercise in (*course.exercises, *examples):
        full = _add_up([check for check in checks if check.exercise == exercise.name])
        shown = _add_up([check for check in here if check.exercise == exercise.name])
        yield f"| `{exercise.name}` | {exercise.title} | {full} | {shown} |\n"


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


def _write_homeworks(course: Course, checks: Collection[Check]) -> Iterable[str]:
    for homework in course.homeworks:
        points = _add_up(check for check in checks if check.exercise in homework.exercises)
        names = ", ".join(f"`{name}`" for name in homework.exercises)
        yield f"| `{homework.name}` | {homework.title} | {names} | {points} |\n"


def _add_up(checks: Iterable[Check]) -> str:
    return f"{sum(check.points_c for check in checks) / 100:.10g}"
