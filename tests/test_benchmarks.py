"""The benchmarks measure what they name, and the pages quote what was measured."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks read /proc")

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "benchmarks"
PARTS = ("cold", "watch", "batch", "cost", "pieces", "growth", "hanging", "killed_batch", "scale")


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import modules of the benchmarks, and forget them afterwards: their names are short."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(FOLDER)
    yield import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{FOLDER}{os.sep}"):
            del sys.modules[name]


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    done = [sys.executable, str(FOLDER / "run.py"), *map(str, arguments)]
    return subprocess.run(done, capture_output=True, text=True, check=False)


def test_the_pages_have_the_figures_of_the_stored_results() -> None:
    """If you measure again, or change the template, write the pages again."""
    done = command("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_page_with_another_figure_is_found(load: Any) -> None:
    """In the page of benchmarks and in a sentence of another one."""
    pages = load("pages")
    parts = load("results").read_results(FOLDER / "results.json")
    made = pages.make_pages(parts)
    assert {path.name for path in made} >= {"benchmarks.md", "README.md"}
    (row,) = (row for row in parts["cold"].rows if row.title == "all exercises")
    row.figures["grade, s"] = [3 * value for value in row.figures["pytest, s"]]
    title = "right and all different: processor time"
    (row,) = (row for row in parts["batch"].rows if row.title == title)
    row.figures["grade batch, ms"] = [3 * value for value in row.figures["warm pytest, ms"]]
    changed = pages.make_pages(parts)
    assert "used 3.00 times the processor time" in changed[ROOT / "README.md"]
    assert "| 3.00 (3.00 to 3.00) |" in changed[ROOT / "docs" / "benchmarks.md"]


def test_a_result_that_is_missing_is_named(load: Any) -> None:
    """With the command that measures it."""
    parts = load("results").read_results(FOLDER / "results.json")
    del parts["growth"]
    with pytest.raises(SystemExit, match=r"no results of growth; run: .* --only growth"):
        load("pages").make_pages(parts)


def test_every_part_is_measured_and_on_the_page(load: Any) -> None:
    """Those that take minutes are measured on request."""
    run = load("run")
    assert run.PARTS == PARTS
    template = (FOLDER / "benchmarks.md.j2").read_text(encoding="utf-8")
    for part in (*run.PARTS, *run.ON_REQUEST):
        assert f'results.table("{part}"' in template


def test_the_results_of_other_parts_stay(load: Any, tmp_path: Path) -> None:
    """A run that is interrupted goes on with what is missing."""
    results, row = load("results"), load("common").Row
    path = tmp_path / "results.json"
    for name in ("cold", "watch", "cold"):
        part = results.Part({"load": "0"}, [row(f"of {name}", {"s": [1.23456]})])
        results.write_results(path, name, part)
    found = results.read_results(path)
    assert list(found) == ["cold", "watch"]
    assert found["watch"].rows[0].figures == {"s": [1.235]}


def test_pairs_are_taken_in_turn(load: Any) -> None:
    """What is first in one pair is second in the next; the ratios are those of pairs."""
    order: list[str] = []
    values = iter([6.0, 3.0, 1.0, 4.0, 8.0, 2.0])

    def measure(name: str) -> float:
        order.append(name)
        return next(values)

    row = load("common").pair(
        "a thing", lambda: measure("one"), lambda: measure("two"), ("one", "two"), 3
    )
    assert order == ["one", "two", "two", "one", "one", "two"]
    assert row.figures == {"one": [6.0, 4.0, 8.0], "two": [3.0, 1.0, 2.0]}
    tables = load("tables")
    assert tables.ratios(row) == [2.0, 4.0, 4.0]
    assert (
        tables.format_table([row]).splitlines()[-1] == "| a thing | 6 | 2 | 4.00 (2.00 to 4.00) |"
    )


@pytest.mark.slow
def test_right_submissions_are_right_and_all_different(load: Any, tmp_path: Path) -> None:
    """Plain pytest finds them right, too: where it fails early, it would do less work."""
    made = load("classes").make_class("varied", tmp_path / "class", 20)
    texts = {"".join(p.read_text() for p in sorted(own.glob("*.py"))) for own in made}
    assert len(texts) == 20
    environment = load("common").ENVIRONMENT
    warm = [sys.executable, str(FOLDER / "warm_pytest.py")]
    for folders, outcome in ((made[:2], r"0 failed"), ([ROOT / "exercises"], r"[1-9]\d+ failed")):
        done = subprocess.run(
            [*warm, *map(str, folders)], env=environment, capture_output=True, text=True, check=True
        )
        assert re.fullmatch(outcome, done.stdout.splitlines()[-1])


def test_the_diagnosis_is_left_out_where_there_are_no_catalogues(load: Any, tmp_path: Path) -> None:
    """Only the suites themselves are in that course."""
    course = load("classes").make_course(tmp_path / "course", {"call_s": 3.0}, catalogues=False)
    files = {path.name for path in (course / "suites").rglob("*.py")}
    assert len(files) == 8
    assert all(name.startswith("test_") for name in files)
    assert "call_s = 3.0" in (course / "course.toml").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_a_part_measures_a_tiny_class(part: str, tmp_path: Path) -> None:
    """The quick run prints each row, and stores it where it is asked to."""
    path = tmp_path / "results.json"
    done = command("--quick", "--only", part, "--results", path)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(path.read_text())[part]["rows"]
    assert rows
    for row in rows:
        assert f"  {row['title']}" in done.stdout
        for samples in row["figures"].values():
            assert samples
            assert all(map(math.isfinite, samples))
        assert {*row["ratio"]} <= {*row["figures"]}
