"""``grade examples``: are my examples right, and which wrong ways do they tell apart."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand, report_error
from grader.cli.options import (
    choice_option,
    course_option,
    find_solutions,
    load_chosen,
    path_argument,
    solutions_option,
)
from grader.cli.streams import unbroken_pipe

if TYPE_CHECKING:
    from grader.examples.signatures import Signature
    from grader.examples.values import Written
    from grader.examples.verdicts import Judgement
    from grader.records import Course


@click.command(cls=GradeCommand)
@path_argument
@course_option
@solutions_option
@choice_option("--format", "text", "json", help="Print the result in this format.")
def examples(path: Path, course: Path | None, solutions: Path | None, format: str) -> None:
    r"""Check your examples, and show which known mistakes they rule out.

    PATH is a folder with examples.py, or such a file. Each line is an example of one of
    your functions: sigmoid(0.0) == 0.5. Nested lists are arrays. A value is right if it
    is exact, or rounded to the digits that you write, at least three of them. The file
    is parsed and never executed, and your own code is not used.

    A kit checks names, arguments and shapes, and the values that are in a docstring.
    The other values are checked after you hand in. In the whole course you also see how
    many known mistakes in each function your right examples rule out.

    Exit status: 0 all examples are right, 1 some are not or there is none, 2 wrong usage,
    3 the file could not be read.

    \b
    Examples:
      grade examples work
      grade examples work/examples.py --format json
    """
    from grader.examples.form import check_form
    from grader.examples.report import build_report
    from grader.examples.signatures import has_right, read_signatures
    from grader.report import to_json
    from grader.submissions.examples import read_examples

    loaded = load_chosen(course)
    signatures = read_signatures(loaded)
    written = check_form(read_examples(path, loaded), signatures)
    sources = _read_solutions(loaded, solutions)
    judged = bool(sources) or has_right(loaded)
    judgement = _judge(loaded, written, signatures, sources if judged else None)
    report = build_report(written, judgement, signatures, judged=judged)
    with unbroken_pipe():
        if format == "json":
            click.echo(to_json(report), nl=False)
        else:
            from grader.writers.terminal.examples import show_examples

            show_examples(report)
    sys.exit(0 if report.all_right else 1)


def _judge(
    course: Course,
    written: Written,
    signatures: dict[str, Signature],
    solutions: dict[str, str] | None,
) -> Judgement:
    """Judge by the course's implementations; without solutions by docstrings alone."""
    from grader.examples.comparing import judge_by_docstrings
    from grader.examples.docstrings import examples_of
    from grader.examples.verdicts import Judgement

    if solutions is None:
        functions = course.examples.functions
        known = [e for one in signatures.values() for e in examples_of(one, functions)]
        return Judgement(tuple(judge_by_docstrings(written.examples, known)))
    if not written.examples:
        return Judgement(())
    from grader.engine import Grader

    with Grader(course, "process") as grader:
        return grader.judge_examples(written.examples, solutions)


def _read_solutions(course: Course, solutions: Path | None) -> dict[str, str]:
    """Return the solutions by module; none where the course has none and none were named."""
    from grader.course.texts import read_text

    folder = solutions
    if folder is None:
        with report_error(lambda _: None):
            folder = find_solutions(None, course)
    if folder is None:
        return {}
    files = {name: folder / f"{name}.py" for name in course.modules}
    return {name: read_text(file) for name, file in files.items() if file.is_file()}
