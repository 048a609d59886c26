"""The pages for students: what they show below a command is what the command prints."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.shell import run_shell
from test_docs import DOCS, PRELUDE, as_command, blocks, environment

from grader.check_report import CheckReport
from grader.problems import Problem
from grader.records import Feedback, Smallest
from grader.report import FunctionReport
from grader.writers.problems import ShownProblem, rows_of_problem

FOLDER = DOCS / "students"
PAGES = sorted(FOLDER.rglob("*.md"))
_END = "=== end of block ==="
_ANY = "..."


def shown(page: Path) -> list[tuple[str, list[str]]]:
    """Return the commands of a page, each with the outputs that are shown below it."""
    found: list[tuple[str, list[str]]] = []
    compared = False
    for block in blocks(page):
        if block.file or block.language == "sh":
            compared = block.runs
            if compared:
                found.append((as_command(block), []))
        elif block.language == "text" and block.runs and compared:
            found[-1][1].append(block.text)
    return found


def plain(text: str) -> str:
    """Return a text without layout, and without numbers of lines, which docstrings change."""
    return " ".join(re.sub(r"line \d+", "line", re.sub("─+", "─", text)).split())


def pattern(block: str) -> str:
    """Return what matches an output of which a block shows parts, with ``...`` for the others."""
    parts = re.split(rf"^\s*{re.escape(_ANY)}\n", block, flags=re.MULTILINE)
    return ".*".join(re.escape(plain(part)) for part in parts)


def test_a_pattern_is_as_strict_as_the_page() -> None:
    """Lines may be left out only where the page has dots, and breaks of lines do not count."""
    block = "one  two\n...\nthree\n"
    assert re.fullmatch(pattern(block), plain("one\ntwo\nmore\nthree"))
    assert not re.fullmatch(pattern(block), plain("one two\nthree\nmore"))
    assert not re.fullmatch(pattern("one\nthree\n"), plain("one\ntwo\nthree"))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
@pytest.mark.parametrize(
    "page", [p for p in PAGES if any(outputs for _, outputs in shown(p))], ids=lambda p: p.stem
)
def test_a_page_shows_what_its_commands_print(page: Path, tmp_path: Path) -> None:
    """All of it but what dots stand for; where two outputs are shown, both are parts of it."""
    script = [PRELUDE, "exec 2>&1"]
    for commands, _ in shown(page):
        script += [commands, f"echo '{_END}'"]
    done = run_shell("\n".join(script), tmp_path, environment())
    printed = done.stdout.split(f"{_END}\n")
    assert done.returncode == 0, printed[-1]
    for (commands, outputs), text in zip(shown(page), printed, strict=False):
        whole = len(outputs) == 1
        for output in outputs:
            wanted = pattern(output) if whole else f".*{pattern(output)}.*"
            assert re.fullmatch(wanted, plain(text)), f"{commands}\n{text}\n\nshown:\n{output}"


def test_the_page_for_beginners_shows_each_result() -> None:
    """Every command on it that runs has its output below it."""
    commands = [c for c, outputs in shown(FOLDER / "first-five-minutes.md") if not outputs]
    assert [c for c in commands if c.startswith("grade ")] == []


@pytest.mark.parametrize("page", ["first-five-minutes", "reading-a-result"])
def test_a_first_page_is_short(page: str) -> None:
    """A student reads it in a few minutes."""
    text = re.sub(r"<!--.*?-->", "", (FOLDER / f"{page}.md").read_text("utf-8"), flags=re.DOTALL)
    assert len(text.split()) <= 700


def test_the_table_has_the_labels_of_a_result_in_their_order() -> None:
    """A new label needs a row; a fault is for instructors, and two rows are shown elsewhere."""
    feedback = Feedback(**dict.fromkeys("called got wrong raised ended waited".split(), "x"))
    feedback = replace(feedback, **dict.fromkeys("arose printed values repeat".split(), "x"))
    check = CheckReport(
        id="e/f/one",
        title="One",
        visibility="visible",
        outcome="failed",
        score=0.0,
        max_score=1.0,
        observation=None,
        misconception=None,
        hint="",
        feedback=feedback,
        duration_s=0.0,
        essential=True,
    )
    problem = Problem(
        id="f/one",
        what="x",
        shown="e/f/one",
        checks=("e/f/one", "e/f/two"),
        cost=1.0,
        hint="x",
        depends_on=("g",),
        smallest=Smallest("f(1)"),
    )
    function = FunctionReport("f", 0.0, 1.0, (check,), (problem,))
    rows = rows_of_problem(ShownProblem("e", function, problem, check), "")
    page = (FOLDER / "labels.md").read_text(encoding="utf-8")
    table = page.partition("## Labels")[2].partition("## Sentences")[0]
    labels = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert labels == [*(label for label, _ in rows), "Still", "Note"]
    common = (FOLDER / "reading-a-result.md").read_text(encoding="utf-8")
    shorter = re.findall(r"^\| `(\w+)` \|", common, re.MULTILINE)
    assert shorter == [label for label in labels if label in shorter]
