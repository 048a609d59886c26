"""The pages that quote results: the page of benchmarks, and sentences elsewhere.

The page is made of `benchmarks.md.j2`. In another page, a sentence of `_QUOTES` gets its figures.
Nothing is measured here.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import jinja2
from common import ROOT, Row
from results import Part
from tables import format_table, median, ratios, show_number, show_ratio

PAGE = ROOT / "docs" / "benchmarks.md"
_TEMPLATE = ROOT / "benchmarks" / "benchmarks.md.j2"
_CONDITIONS = ("machine", "system", "python", "numpy", "pytest", "grader")


class Results:
    """The results as a page asks for them: by part, title of the row and column.

    Raises
    ------
    SystemExit
        If something is asked for that was not measured.
    """

    def __init__(self, parts: dict[str, Part]) -> None:
        self._parts = parts

    def has(self, part: str) -> bool:
        return part in self._parts

    def table(self, part: str, first: str = "", having: str = "", only: Sequence[str] = ()) -> str:
        """Return the rows of a part as a table, or those that have a column, or these titles."""
        rows = [row for row in self._part(part).rows if not having or having in row.figures]
        rows = [self._row(part, title) for title in only] or rows
        return format_table(rows, first)

    def value(self, part: str, title: str, column: str) -> str:
        return show_number(median(self._row(part, title), column))

    def ratio(self, part: str, title: str) -> str:
        return show_ratio(self._row(part, title))

    def middle(self, part: str, title: str) -> str:
        """Return the median ratio alone."""
        return f"{statistics.median(ratios(self._row(part, title))):.2f}"

    def conditions(self) -> str:
        """Return a table of machines and versions, with their parts if they are several."""
        together: dict[tuple[str, ...], list[str]] = {}
        for name, part in self._parts.items():
            key = tuple(part.conditions[one] for one in _CONDITIONS)
            together.setdefault(key, []).append(name)
        rows = [(*_CONDITIONS, "parts"), ("---",) * (len(_CONDITIONS) + 1)]
        rows += [(*key, ", ".join(names)) for key, names in together.items()]
        if len(together) == 1:  # all parts, so that they need no column
            rows = [row[:-1] for row in rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def loads(self) -> str:
        """Return a sentence on when the parts were measured, and how busy the machine was."""
        conditions = [part.conditions for part in self._parts.values()]
        days = sorted({one["date"] for one in conditions})
        loads = sorted(float(one["load"]) for one in conditions)
        when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        return (
            f"Measured on {when}, at a load average of {loads[0]} to {loads[-1]} when a part began."
        )

    def _part(self, name: str) -> Part:
        if name not in self._parts:
            raise SystemExit(f"no results of {name}; run: python benchmarks/run.py --only {name}")
        return self._parts[name]

    def _row(self, part: str, title: str) -> Row:
        for row in self._part(part).rows:
            if row.title == title:
                return row
        raise SystemExit(f"no result {title!r} of {part}; run it again with --only {part}")


class _Quote(NamedTuple):
    """A sentence with figures, which stand for ``{}``."""

    file: str
    text: str
    figures: Callable[[Results], Sequence[str]]


_QUOTES = (
    _Quote(
        "README.md",
        "`grade batch` used {} times the processor time of one pytest process without a sandbox",
        lambda results: [results.middle("batch", "right and all different: processor time")],
    ),
    _Quote(
        "docs/design.md",
        "importing numpy takes {} ms; [forking and confining](benchmarks.md#a-worker-and-a-call) "
        "a worker takes {} ms",
        lambda results: [
            results.value("pieces", "a fresh process with numpy", "ms"),
            results.value("pieces", "a worker, forked, confined, ended", "ms"),
        ],
    ),
    _Quote(
        "docs/design.md",
        "exercise and {} ms for each call",
        lambda results: [results.value("pieces", "a call with ten numbers", "ms")],
    ),
)


def make_pages(parts: dict[str, Part]) -> dict[Path, str]:
    """Return the text of each page that quotes results.

    Raises
    ------
    SystemExit
        If a result is missing, or a page lacks a sentence that is to quote one.
    """
    results = Results(parts)
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    pages = {PAGE: template.render(results=results)}
    for quote in _QUOTES:
        path = ROOT / quote.file
        text = pages.get(path) or path.read_text(encoding="utf-8")
        pattern = re.escape(quote.text).replace(re.escape("{}"), r"\d+(?:\.\d+)?")
        sentence = quote.text.format(*quote.figures(results))
        pages[path], count = re.subn(pattern, lambda _, new=sentence: new, text)
        if count != 1:
            raise SystemExit(f"{quote.file} must have once: {quote.text}")
    return pages
