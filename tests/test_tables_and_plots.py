"""Courses that list pandas or matplotlib, graded from end to end in the sandbox."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.courses import ROOT, copy_course
from support.scores import faults, losses

from grader.course.manifest import load_course
from grader.engine import Grader
from grader.errors import GraderError
from grader.examiner.hints import HINTS
from grader.examiner.observing import choose_hint
from grader.examiner.table_hints import MODIFIED_TABLE
from grader.records import CheckScore, ScoreReport, SourceFile, Submission
from grader.sandbox.calls import Call
from grader.sandbox.starting import clean_environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs the sandbox")

TOTALS = """
import pandas as pd

def total_by_shop(sales):
    {body}

def largest(sales):
    return sales.groupby("shop")["price"].{method}()
"""
RIGHT = (
    "t = (sales['price'] * sales['count']).groupby(sales['shop']).sum(); "
    "return t.rename('total').reset_index()"
)
PLOT = """
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
import numpy as np

plt.figure()  # left open by the module

def plot_square(x):
    {body}

def count_bars(words):
    names = sorted(set(words))
    {bars}
"""
DRAWN = (
    "plt.plot(x, np.square(x), label='square'); plt.title('The square'); plt.xlabel('x'); "
    "plt.ylabel('y'); plt.legend(); plt.show()"
)
BARS = "return plt.bar(names, [words.count(n) for n in names])[0].figure"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A warm grader of the course on tables."""
    pytest.importorskip("pandas")
    yield from _open("tables", tmp_path_factory)


@pytest.fixture(scope="module")
def plots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A warm grader of the course on plots."""
    pytest.importorskip("matplotlib")
    yield from _open("plots", tmp_path_factory)


def _open(name: str, factory: pytest.TempPathFactory) -> Iterator[Grader]:
    manifest = copy_course(name, factory.mktemp(name) / "course")
    with Grader(load_course(manifest), "sandbox") as grader:
        yield grader


def grade(grader: Grader, text: str) -> ScoreReport:
    (exercise,) = grader.course.exercises
    source = SourceFile(exercise.file_name, text.encode())
    return grader.grade(Submission("test", (source,)))


def outcomes(report: ScoreReport) -> dict[str, CheckScore]:
    """Return the checks by function and name."""
    return {scored.check.id.partition("/")[2]: scored for scored in report.checks()}


def test_right_work_on_tables_gets_full_marks(tables: Grader) -> None:
    """The solution, and the stub nothing."""
    right = grade(tables, TOTALS.format(body=RIGHT, method="max"))
    assert losses(right) == {}
    assert right.isolation.level == "sandbox"
    stub = (tables.course.stubs / "sales.py").read_text(encoding="utf-8")
    assert grade(tables, stub).score_c == 0


def test_a_changed_table_costs_its_check_alone(tables: Grader) -> None:
    """A new column of the caller's table is noticed, and the mistake is named."""
    pd = pytest.importorskip("pandas")
    body = (
        "sales['total'] = sales['price'] * sales['count']; "
        "return sales.groupby('shop')['total'].sum().reset_index()"
    )
    report = grade(tables, TOTALS.format(body=body, method="max"))
    check = outcomes(report)["total_by_shop/unchanged"]
    assert losses(report) == {"total_by_shop": 100}
    assert check.outcome.observation == "modified"
    assert check.outcome.misconceptions == ("T-03",)
    call = Call("f", (pd.DataFrame({"x": [1]}),), modified_keys=("0",))
    assert choose_hint("modified", call) == MODIFIED_TABLE
    call = Call("f", ([1],), modified_keys=("0",))
    assert choose_hint("modified", call) == HINTS["modified"]


def test_a_column_that_is_not_there_is_no_key_of_a_dict(tables: Grader) -> None:
    """The student reads which columns there are."""
    report = grade(tables, TOTALS.format(body="return sales[['Shop']]", method="max"))
    found = outcomes(report)["total_by_shop/many"].outcome
    assert found.observation == "no_such_column"
    assert "sales has the columns shop, price, count" in found.feedback.raised
    assert found.hint == HINTS["no_such_column"]


def test_a_wrong_table_is_described_named_and_can_be_made_again(tables: Grader) -> None:
    """In words, with the values and lines to paste in the visible check."""
    body = "return sales.groupby('shop')['price'].sum().rename('total').reset_index()"
    report = grade(tables, TOTALS.format(body=body, method="min"))
    found = outcomes(report)["total_by_shop/values"].outcome
    assert found.misconceptions == ("T-01",)
    feedback = found.feedback
    assert feedback.called == (
        "total_by_shop(sales: a table of 5 rows, columns shop, price, count)"
    )
    assert feedback.wrong.startswith("the column 'total' of the table is wrong in")
    assert "row 0: got " in feedback.values
    namespace: dict[str, object] = {}
    lines = [line for line in feedback.repeat.splitlines() if not line.startswith("from sales")]
    exec("\n".join(lines).replace("total_by_shop(", "got = ("), namespace)
    assert namespace["got"].shape == (5, 3)  # type: ignore[attr-defined]
    assert outcomes(report)["largest/prices"].outcome.misconceptions == ("T-04",)


def test_right_plots_get_full_marks_and_no_figure_stays_open(plots: Grader) -> None:
    """A figure that the module opened is not among those of a call."""
    report = grade(plots, PLOT.format(body=DRAWN, bars=BARS))
    assert losses(report) == {}


def test_a_wrong_plot_is_described_and_named(plots: Grader) -> None:
    """By the call that drew it, with lines that show it again."""
    body = DRAWN.replace("x, np.square(x)", "np.square(x), x")
    report = grade(plots, PLOT.format(body=body, bars="plt.bar([], [])"))
    found = outcomes(report)["plot_square/curve"].outcome
    assert found.misconceptions == ("P-01",)
    assert found.feedback.called == "plot_square(x: float64 (5,))"
    assert found.feedback.got == "a list of 1: a figure with 1 line"
    assert found.feedback.repeat.splitlines()[-2:] == ["plot_square(x)", "plt.show()"]
    assert outcomes(report)["count_bars/heights"].outcome.feedback.got == "None"


def test_what_is_missing_in_a_plot_was_not_returned(plots: Grader) -> None:
    """Hints are about drawing."""
    body = DRAWN.replace("plt.title('The square')", "plt.title = 'The square'")
    found = outcomes(grade(plots, PLOT.format(body=body, bars=BARS)))["plot_square/texts"].outcome
    assert found.observation == "no_text_drawn"
    assert found.hint == HINTS["no_text_drawn"]
    body = DRAWN.replace("plt.plot(", "plt.scatter(")
    found = outcomes(grade(plots, PLOT.format(body=body, bars=BARS)))["plot_square/curve"].outcome
    assert found.observation == "drawn_otherwise"


def test_saving_a_plot_is_refused_in_words(plots: Grader) -> None:
    """As every file is."""
    report = grade(plots, PLOT.format(body="plt.savefig('x.png')", bars=BARS))
    found = outcomes(report)["plot_square/curve"].outcome
    assert found.outcome == "error"
    assert "PermissionError" in found.feedback.raised
    assert "'x.png'" in found.feedback.raised


def test_a_missing_package_is_no_students_failure(tables: Grader) -> None:
    """There is no report, but one line with the command that installs it."""
    course = replace(tables.course, packages=("numpy", "no_such_package"))
    with Grader(course) as grader, pytest.raises(GraderError) as caught:
        grade(grader, "x = 1")
    assert str(caught.value).startswith("no_such_package, which the course needs, is not installed")


def test_a_table_is_not_passed_where_pandas_is_not_listed(tables: Grader) -> None:
    """That is the suite's fault, and costs nothing."""
    course = replace(tables.course, packages=("numpy",))
    with Grader(course, "sandbox") as grader:
        report = grade(grader, "def total_by_shop(sales):\n    return 1\n")
    assert report.status == "unexamined"
    assert 'write packages = ["numpy", "pandas"] in course.toml' in " ".join(faults(report))


def test_a_course_without_them_loads_neither() -> None:
    """The examiner of our own course has no pandas and no matplotlib."""
    code = (
        "import sys; from grader.examiner.main import _import_listed, collect; "
        "from grader.course.manifest import load_course; "
        "_import_listed(load_course()); collect(load_course()); "
        "sys.exit(bool({'pandas', 'matplotlib'} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), check=False)
    assert done.returncode == 0


RECIPES = ROOT / "docs" / "authors" / "recipes"
OF_PAGES = """
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

def read_days(name):
    return pd.read_csv(name, sep=";", parse_dates=["day"])

def total_by_shop(sales):
    return sales.groupby("shop")["price"].sum().rename("total").reset_index()

def plot_square(x):
    plt.plot(x, np.square(x), label="square")
    plt.title("The square")
    plt.legend()
"""


@pytest.mark.slow
def test_the_suites_of_the_pages_grade_as_they_describe(tmp_path: Path) -> None:
    """Right work gets full marks; a forgotten reset_index is worded as on the page."""
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    text = "".join((RECIPES / f"{name}.md").read_text("utf-8") for name in ("tables", "plots"))
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    packages = {
        name
        for block in re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        for name in tomllib.loads(block)["packages"]
    }
    assert packages == {"numpy", "pandas", "matplotlib"}
    suite = tmp_path / "suites" / "page" / "test_page.py"
    suite.parent.mkdir(parents=True)
    suite.write_text("\n".join(blocks), encoding="utf-8")
    manifest = f'name = "page"\npackages = {sorted(packages)}\n\n[[exercise]]\nname = "page"\n'
    (tmp_path / "course.toml").write_text(manifest, encoding="utf-8")
    with Grader(load_course(tmp_path / "course.toml"), "sandbox") as grader:
        assert losses(grade(grader, OF_PAGES)) == {}
        wrong = OF_PAGES.replace('.rename("total").reset_index()', '.to_frame("total")')
        found = outcomes(grade(grader, wrong))["total_by_shop/three_sales"].outcome.feedback
    for label, words in (("Called", found.called), ("Got", found.got), ("Wrong", found.wrong)):
        assert f"    {label:7} {words}" in text.splitlines()
