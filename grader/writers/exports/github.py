"""A job summary, annotations and outputs for a GitHub Actions step.

A runner obeys any line that begins like a command. Students' text therefore never begins
a line on standard output, and in the files they are entities or carry a delimiter that
they cannot know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.report import ExerciseReport, Report, for_students
from grader.sanitize import clean_line
from grader.writers.escape import for_command, for_command_property, for_html_block, for_markdown
from grader.writers.feedback import grade_again, lines_of, text_of
from grader.writers.problems import problems_of, text_of_problem
from grader.writers.words import describe_adjustments, figures_of, number, points_of

MAX_SUMMARY = 1024 * 1024  # bytes in a step; more and the whole summary is refused
MAX_ANNOTATIONS = 10  # of a kind in a step
_MAX_WORDS = 4_000


def write_summary(report: Report, room: int = MAX_SUMMARY) -> bytes:
    """Return the job summary as Markdown in UTF-8, at most ``room`` bytes long.

    Blocks about problems are left out from the end; where not even the table fits, nothing is
    written.
    """
    shown = for_students(report)
    parts = [_head(shown), *map(_block, _lost(shown, _MAX_WORDS))]
    encoded = [f"{part}\n\n".encode() for part in parts]
    note = b"There are more problems; there is no room for them here.\n\n"
    kept = b""
    for index, part in enumerate(encoded):
        last = index == len(encoded) - 1
        if len(kept) + len(part) + (0 if last else len(note)) > room:
            return kept + note if kept else b""
        kept += part
    return kept


def write_annotations(report: Report) -> str:
    """Return workflow commands: the score as a notice, each problem as an error."""
    shown = for_students(report)
    text = f"{points_of(shown)} points, {number(shown.percent)} %"
    lines = [_command("notice", f"Score of {shown.submission.id}", text)]
    lost = _lost(shown, 800)
    room = MAX_ANNOTATIONS if len(lost) <= MAX_ANNOTATIONS else MAX_ANNOTATIONS - 1
    lines += [_command("error", one.name, f"{one.what}\n{one.words}") for one in lost[:room]]
    if len(lost) > room:
        more = f"{len(lost) - room} more problems; the job summary lists them."
        lines.append(_command("error", "More", more))
    return "".join(f"{line}\n" for line in lines)


def write_outputs(report: Report, delimiter: str) -> str:
    """Return a step's outputs: ``score``, ``max_score``, ``percent``.

    The delimiter is random: text that contained it could end a value and begin another output.
    """
    values = figures_of(report)
    return "".join(f"{name}<<{delimiter}\n{v}\n{delimiter}\n" for name, v in values.items())


@dataclass(frozen=True, slots=True)
class _Lost:
    """Something that costs points: a problem, or a check that did not run.

    Parameters
    ----------
    name, what : str
        The function or the check, and what is wrong, in one line.
    points, words : str
        What it costs or earns, and all that is reported of it.
    """

    name: str
    what: str
    points: str
    words: str


def _lost(report: Report, limit: int) -> list[_Lost]:
    """Return the problems, the first to fix first, and the other checks without their points."""
    again = grade_again(report)
    problems = [one for one in problems_of(report.exercises) if not one.problem.is_advice]
    told = {check_id for one in problems for check_id in one.problem.checks}
    lost = [
        _Lost(one.name, clean_line(one.problem.what), one.cost, text_of_problem(one, limit, again))
        for one in problems
    ]
    for check in report.checks():
        if check.max_score and check.outcome != "passed" and check.id not in told:
            words = text_of(check, limit, again) or check.outcome
            lost.append(_Lost(check.id, clean_line(check.title), points_of(check), words))
    return lost


def _command(kind: str, title: str, message: str) -> str:
    return f"::{kind} title={for_command_property(title)}::{for_command(message)}"


def _head(report: Report) -> str:
    name = for_markdown(report.submission.id, 100)
    lines = [
        f"## {name}: {points_of(report)} points, {number(report.percent)} %",
        "",
        *(f"Adjustment: {for_markdown(line, 400)}\n" for line in describe_adjustments(report)),
        *(f"Note: {for_markdown(note, 300)}\n" for note in report.submission.notes),
        "| exercise | function | points |",
        "|---|---|---:|",
    ]
    for exercise in report.exercises:
        lines += _rows(exercise)
    return "\n".join(lines)


def _rows(exercise: ExerciseReport) -> Iterator[str]:
    lines = " ".join(lines_of(exercise))
    message = f" {for_markdown(lines, 300)}" if lines else ""
    yield f"| **{for_markdown(exercise.name)}**{message} | | **{points_of(exercise)}** |"
    for function in exercise.functions:
        yield f"| | {for_markdown(function.shown)} | {points_of(function)} |"


def _block(one: _Lost) -> str:
    head = f"{for_markdown(one.name)} {for_markdown(one.what)} {one.points}"
    block = for_html_block(one.words, _MAX_WORDS)
    return f"<details><summary>{head}</summary>\n\n{block}\n\n</details>"
