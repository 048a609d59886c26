"""``grade reset``: put the stub of a function back into a student's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from grader.cli.command import GradeCommand, report_error, suggest
from grader.cli.options import REPORT, course_option, load_chosen, path_argument
from grader.cli.streams import write_line
from grader.invocation import find_program

if TYPE_CHECKING:
    from grader.course.functions import StubFunction
    from grader.records import Course


def _complete_functions(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    with report_error(lambda _: None):
        found = _functions(load_chosen(context.params.get("course"), completing=True))
        return [
            CompletionItem(one.name, help=one.exercise.name)
            for one in found
            if one.name.startswith(incomplete)
        ]
    return []


@click.command(cls=GradeCommand)
@click.argument("function", shell_complete=_complete_functions)
@path_argument
@course_option
def reset(function: str, path: Path, course: Path | None) -> None:
    r"""Put the stub of FUNCTION back into your file.

    FUNCTION is a function or class of the course, or exercise/function. PATH is the file,
    or a folder (by default the current one) in which the file is searched for, including
    its subfolders. The rest of the file does not change. A copy of the file with your code
    is kept beside it, under a name such as activations.py.bak.

    Exit status: 0 the stub is there, 2 wrong usage, 3 nothing was changed.

    \b
    Examples:
      grade reset sigmoid
      grade reset backprop/output_delta work
    """
    from grader.errors import SubmissionError
    from grader.files import keep_copy, write_whole
    from grader.submissions.restore import read_own, restore_function

    loaded = load_chosen(course)
    stub = _choose(_functions(loaded), function)
    file = _find_file(path, stub)
    _refuse_notebook(file, stub)
    _refuse_own_stub(file, loaded, stub)
    content = read_own(file)
    try:
        restored = restore_function(content, stub.name, stub.text)
    except SubmissionError as error:
        raise SubmissionError(f"{file} is unchanged: {error}") from error
    if restored == content:
        write_line(f"{stub.name} in {file} is the stub already.")
        return
    kept = keep_copy(file, content, ".bak")
    # A link stays one.
    write_whole(file.resolve(), restored)
    write_line(f"written  {file} ({stub.name} is the stub again)")
    write_line(f"kept     {kept} (the file as it was)")


def _functions(course: Course) -> list[StubFunction]:
    from grader.course.functions import read_functions

    return [one for exercise in course.exercises for one in read_functions(course, exercise)]


def _choose(functions: list[StubFunction], wanted: str) -> StubFunction:
    """Return the function of a name; an unknown one is a `click.BadParameter`."""
    known: dict[str, list[StubFunction]] = {}
    for one in functions:
        for name in (one.name, f"{one.exercise.name}/{one.name}"):
            known.setdefault(name, []).append(one)
    found = known.get(wanted, [])
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{one.exercise.name}/{one.name}" for one in found)
        reason = f"several exercises have {wanted!r}; choose from {names}"
    else:
        asked = suggest(wanted, known) or f"`{find_program()} list` has them all"
        reason = f"no stub has a function {wanted!r}; {asked}"
    raise click.BadParameter(reason, param_hint="FUNCTION")


def _find_file(path: Path, stub: StubFunction) -> Path:
    """Return the file that has the exercise of a function."""
    from grader.cli.saved import find_files
    from grader.errors import SubmissionError
    from grader.sanitize import name_some, quote_path

    if path.is_file():
        return path
    if not path.is_dir():
        raise SubmissionError(f"{path} does not exist; give your folder, or your file")
    for name in _names_of_file(stub):
        found = find_files(path, name)
        if found and (len(found) == 1 or found[0].parent == path):
            return found[0]
        if found:
            some = name_some([quote_path(one) for one in found], 5)
            raise SubmissionError(f"{some} fit; give the file to reset after {stub.name}")
    raise SubmissionError(
        f"{stub.file_name} is not in {path} or the folders there; "
        f"give your folder, as in `{find_program()} reset {stub.name} work`"
    )


def _names_of_file(stub: StubFunction) -> list[str]:
    """Return what the file of an exercise may be called; the last report may name another."""
    from grader.report import recall_report

    names = [stub.file_name, f"{stub.module}.ipynb"]
    report = recall_report(Path(REPORT))
    for exercise in report.exercises if report is not None else ():
        if exercise.name == stub.exercise.name:
            names += [
                one.location.file
                for one in exercise.functions
                if one.location is not None and (stub.exercise.is_one_file or one.name == stub.name)
            ]
    return list(dict.fromkeys(names))


def _refuse_notebook(file: Path, stub: StubFunction) -> None:
    from grader.errors import SubmissionError

    if file.suffix == ".ipynb":
        fresh = f"{find_program()} init fresh --notebooks"
        raise SubmissionError(
            f"{file} is a notebook, which may be open elsewhere, and is unchanged; `{fresh}` "
            f"writes new ones: copy the cell of {stub.name} from there"
        )
    if file.suffix != ".py":
        raise SubmissionError(f"{file} is not a .py file; give a folder, or your module")


def _refuse_own_stub(file: Path, course: Course, stub: StubFunction) -> None:
    from grader.errors import SubmissionError

    original = course.stubs / stub.file_name
    if original.is_file() and original.samefile(file):
        raise SubmissionError(
            f"{file} is the course's only copy of the stub, and is unchanged; "
            f"take {stub.name} from the kit that you were given"
        )
