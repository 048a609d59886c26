"""The result below a notebook's cell: HTML that needs no other file.

It takes its text colour from the page, and its own colours can be distinguished on white and on
black, so light and dark themes need no rules of their own. Where a front end strips styles,
tables and disclosure triangles still make it readable. Students' words are text,
never markup, and dollars in it are not mathematics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from grader.report import ExerciseReport, FunctionReport, Report
from grader.writers.feedback import PROBLEMS, grade_again, lines_of
from grader.writers.problems import ShownProblem, problems_of, rows_of_problem, statement_of
from grader.writers.words import points_of, state_of, summarise

_SIGNS = {"passed": "✓", "failed": "✗", "absent": "·"}
# So many of the first problems are open; the others are a list.
_OPEN = 3
_CLASSES = dict.fromkeys(PROBLEMS, "grade-failed") | {"Hint": "grade-hint"}
# Two classes where JupyterLab has rules for all tables that would win over one.
_STYLE = """\
<style>
div.grade-result { line-height: 1.5; max-width: 60em; }
div.grade-result p { margin: 0.4em 0; }
div.grade-result .grade-score { font-size: 1.25em; }
div.grade-result .grade-bar { background: rgba(128, 128, 128, 0.25); border-radius: 3px;
  height: 6px; margin-bottom: 0.8em; max-width: 24em; }
div.grade-result .grade-bar > div { background: #21873b; border-radius: 3px; height: 6px; }
div.grade-result .grade-next { border-left: 3px solid #2f7fc9; padding-left: 0.7em; }
div.grade-result .grade-note { border-left: 3px solid #a86f00; padding-left: 0.7em; }
div.grade-result table { border-collapse: collapse; margin: 0.3em 0 0.8em; }
div.grade-result.grade-result tr:nth-child(n) { background: none; }
div.grade-result.grade-result td { border: 0; max-width: none; padding: 0.1em 1em 0.1em 0;
  text-align: left; vertical-align: baseline; }
div.grade-result.grade-result td.grade-points { text-align: right; white-space: nowrap; }
div.grade-result .grade-passed { color: #21873b; font-weight: bold; }
div.grade-result .grade-failed { color: #d63b3b; font-weight: bold; }
div.grade-result .grade-hint { color: #a86f00; }
div.grade-result .grade-absent, div.grade-result .grade-dim { opacity: 0.75; }
div.grade-result details { border: 1px solid rgba(128, 128, 128, 0.4); border-radius: 4px;
  margin: 0.5em 0; padding: 0.4em 0.8em; }
div.grade-result summary { cursor: pointer; }
div.grade-result .grade-entry { display: flex; margin: 0.3em 0; }
div.grade-result .grade-entry b { flex: 0 0 5em; }
div.grade-result.grade-result pre { background: none; color: inherit; flex: 1; font-size: 0.95em;
  margin: 0; min-width: 0; overflow-wrap: anywhere; padding: 0; white-space: pre-wrap;
  word-break: normal; }
div.grade-result.grade-result pre.grade-recipe { background: rgba(128, 128, 128, 0.15);
  font-family: monospace; overflow-x: auto; padding: 0.3em 0.5em; white-space: pre; }
</style>"""


def to_html(
    report: Report,
    *,
    next_step: str = "",
    warnings: Sequence[str] = (),
    remarks: Sequence[str] = (),
    again: str | None = None,
) -> str:
    """Return a result as HTML for the output of a notebook's cell.

    Parameters
    ----------
    next_step : str
        What to do now; names between backticks are shown as code.
    warnings, remarks : sequence of str
        What else to know, with emphasis and without.
    again : str, optional
        The command that grades the same work again; by default what the report says of it.
    """
    parts = [_STYLE, *_head(report)]
    parts += [f'<p class="grade-note">{_prose(text)}</p>' for text in warnings]
    if next_step:
        parts.append(f'<p class="grade-next"><b>Next:</b> {_prose(next_step)}</p>')
    parts += [f'<p class="grade-dim">Note: {escape(n)}</p>' for n in report.submission.notes]
    for exercise in report.exercises:
        parts += _exercise(exercise)
    parts += _problems(report, grade_again(report) if again is None else again)
    parts += [f'<p class="grade-dim">{_prose(text)}</p>' for text in remarks]
    # Both classes keep MathJax away: JupyterLab typesets dollars in outputs too.
    inner = "\n".join(parts)
    return f'<div class="grade-result tex2jax_ignore mathjax_ignore">\n{inner}\n</div>'


def _prose(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _head(report: Report) -> Iterator[str]:
    state = "passed" if report.score == report.max_score else "dim"
    yield (
        f'<p class="grade-score"><b>{escape(report.submission.id)}</b> &nbsp; '
        f'<span class="grade-{state}">{points_of(report)} points</span> &nbsp; '
        f"{report.percent:g} %</p>"
    )
    yield f'<div class="grade-bar"><div style="width: {report.percent:g}%"></div></div>'


def _exercise(exercise: ExerciseReport) -> Iterator[str]:
    yield (
        f"<p><b>{escape(exercise.name)}</b> &nbsp; "
        f'<span class="grade-dim">{escape(exercise.title)}</span> &nbsp; '
        f"{points_of(exercise)}</p>"
    )
    state = "failed" if exercise.status == "unloadable" else "dim"
    for line in lines_of(exercise):
        yield f'<p class="grade-{state}">{_prose(line)}</p>'
    if exercise.status == "graded":
        rows = "\n".join(map(_row, exercise.functions))
        yield f"<table><tbody>\n{rows}\n</tbody></table>"


def _row(function: FunctionReport) -> str:
    state = state_of(function)
    return (
        f'<tr><td class="grade-{state}">{_SIGNS[state]}</td>'
        f"<td><code>{escape(function.shown)}</code></td>"
        f'<td class="grade-points">{points_of(function)}</td>'
        f'<td class="grade-dim">{_prose(summarise(function))}</td></tr>'
    )


def _problems(report: Report, again: str) -> Iterator[str]:
    problems = problems_of(report.exercises)
    if problems:
        yield "<p><b>Fix first</b></p>"
    for place, problem in enumerate(problems):
        yield _problem(problem, again, "open" if place < _OPEN else "")


def _problem(shown: ShownProblem, again: str, is_open: str) -> str:
    sign = '<span class="grade-failed">✗</span>'
    if shown.problem.is_advice:
        sign = "<b>!</b>"
    rows = "\n".join(_entry(label, text) for label, text in rows_of_problem(shown, again))
    return (
        f"<details {is_open}><summary>{sign} <b>{escape(shown.name)}</b> &nbsp; {shown.cost}<br>"
        f"{escape(statement_of(shown))}</summary>\n{rows}</details>"
    )


def _entry(label: str, text: str) -> str:
    recipe = ' class="grade-recipe"' if label == "Repeat" else ""
    colour = f' class="{_CLASSES[label]}"' if label in _CLASSES else ""
    return f'<div class="grade-entry"><b{colour}>{label}</b><pre{recipe}>{escape(text)}</pre></div>'
