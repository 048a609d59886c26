"""The pages under docs/: they build, their links work, and their blocks run.

The `sh` and `python` blocks of a page are run in order, in one folder. A block that cannot be
run has `<!-- not run: why -->` before it. A block after `<!-- file: PATH -->` is written into that
file, in its turn. Commands that only the test needs are in `<!-- run first: ... -->`, which is not
shown; the page itself is `$PAGE`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt
from support.shell import run_shell

from grader.examiner.hints import HINTS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts),
]
_NOT_RUN = re.compile(r"<!-- not run: .{10,} -->")
_RUN_FIRST = re.compile(r"<!-- run first:\n(.*)-->", re.DOTALL)
_FILE = re.compile(r"<!-- file: (\S+) -->")
# Below 100 percent `grade submit` exits with 1, which the pages expect. `watch` runs until
# Ctrl-C, which it gets here.
PRELUDE = """
set -euo pipefail
grade() {
    if [ "$1" = watch ]; then
        timeout -s INT 5 grade "$@" || [ $? = 124 ]
        return
    fi
    grade_here "$@" && return
    status=$?
    [ "$1 $status" = "submit 1" ] || return $status
}
"""


class Block(NamedTuple):
    """A fenced block of a page, or commands to run before one."""

    language: str
    text: str
    line: int
    runs: bool
    file: str


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page, each with what the comment before it declares."""
    comment = ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "html_block":
            comment = token.content.strip()
            hidden = _RUN_FIRST.fullmatch(comment)
            if hidden:
                yield Block("sh", hidden[1], line, runs=True, file="")
        elif token.type == "fence":
            named = _FILE.fullmatch(comment)
            runs = not _NOT_RUN.fullmatch(comment)
            yield Block(token.info.strip(), token.content, line, runs, named[1] if named else "")
            comment = ""
        elif token.type != "inline":
            comment = ""


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "REPOSITORY": str(ROOT),
        "COLUMNS": "100",
    }


def run(command: list[str], folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=text,
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def as_command(block: Block) -> str:
    """Return what the shell does at a block: write a file that the page shows, or run it."""
    if not block.file:
        return block.text.replace(".venv/bin/grade", "grade")
    folder = Path(block.file).parent
    return f"mkdir -p {folder}\ncat > {block.file} <<'END OF FILE'\n{block.text}END OF FILE\n"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_work_as_they_stand(page: Path, tmp_path: Path) -> None:
    """A reader who copies them in order, in one folder, gets the results of the page."""
    wanted = [b for b in blocks(page) if b.file or (b.language == "sh" and b.runs)]
    script = [PRELUDE, f"PAGE={shlex.quote(str(page))}"]
    for block in wanted:
        script += [f"echo 'at line {block.line}' >&2", as_command(block)]
    done = run_shell("\n".join(script), tmp_path, environment())
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_python_of_a_page_runs_as_it_stands(page: Path, tmp_path: Path) -> None:
    """In order, in one namespace."""
    wanted = [b for b in blocks(page) if b.language == "python" and b.runs and not b.file]
    if not wanted:
        return
    # On the same lines as on the page, so that a traceback names the line of the page.
    lines = [""] * (wanted[-1].line + wanted[-1].text.count("\n") + 1)
    for block in wanted:
        for place, text in enumerate(block.text.splitlines(), start=block.line):
            lines[place] = text
    done = run([sys.executable, "-"], tmp_path, "\n".join(lines))
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_block_that_is_not_run_says_why(page: Path) -> None:
    """A comment of that kind without a reason, or before no block, is a mistake."""
    text = page.read_text(encoding="utf-8")
    skipped = [block for block in blocks(page) if not block.runs]
    assert len(re.findall(r"^<!--\s*not run", text, re.MULTILINE)) == len(skipped)


@pytest.mark.slow
def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    """Every link between pages leads to a page or heading that exists."""
    pytest.importorskip("sphinx")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-d",
        str(tmp_path / "t"),
    ]
    done = run([*command, str(DOCS), str(tmp_path / "site")], tmp_path, "")
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    pages = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")}
    ours = {page.relative_to(DOCS).with_suffix("") for page in PAGES if DOCS in page.parents}
    assert ours <= pages
    for page in site.rglob("*.html"):
        fetched = re.findall(
            r'(?:src|href)="(https?://[^"]+\.(?:js|css))"', page.read_text("utf-8")
        )
        assert not fetched, f"{page.name} needs a network"
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "grade batch submissions --output graded" in commands
    report = (site / "reference" / "report.html").read_text(encoding="utf-8")
    assert "derived_for" in report
    assert "not_implemented" in report


def test_every_observation_with_a_hint_is_on_its_page() -> None:
    """If you add a hint, describe its observation in the table."""
    page = (DOCS / "reference" / "observations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", page))
    assert set(HINTS) <= told


def test_the_derivations_beside_the_stubs_are_up_to_date() -> None:
    """They are made from the pages about the mathematics."""
    pytest.importorskip("mdit_py_plugins")
    done = run([sys.executable, "docs/derivations.py", "--check"], ROOT, "")
    assert done.returncode == 0, done.stderr


def test_the_generated_pages_are_up_to_date() -> None:
    """If you change a docstring, `--help`, the report or an attack, run `docs/generate.py`."""
    pytest.importorskip("numpydoc")
    done = run([sys.executable, "docs/generate.py", "--check"], ROOT, "")
    assert done.returncode == 0, done.stderr
