"""Packages that a course lists: what a worker may import and read, and what it may not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.confined import confined
from support.listed import Workers, serve

from grader.errors import CourseError
from grader.sandbox.launch import ProcessLauncher
from grader.sandbox.protocol.installed import find_installed, imports_of, is_installed
from grader.sandbox.worker.confinement import library_roots
from grader.sandbox.worker.listed import load_listed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks")

USES = """
import io

import pandas as pd
from pandas import DataFrame
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns

DATES = ["2024-01-01", "2024-02-01", "2024-02-03"]
FRAME = DataFrame({"name": ["a", "b", "a"], "price": [1.0, 2.0, 3.0], "day": DATES})


def tables():
    read = pd.read_csv(io.StringIO("a;b\\n1;2"), sep=None, engine="python")
    sums = FRAME.groupby("name")["price"].sum().tolist()
    merged = FRAME.merge(FRAME, on="name")
    pivot = FRAME.pivot_table(index="name", values="price")
    days = pd.to_datetime(FRAME["day"]).dt.tz_localize("Europe/Berlin").dt.month.tolist()
    return [list(read.columns), sums, len(merged), pivot.shape, days, len(FRAME.to_json()) > 9]


def plots():
    FRAME.plot(x="name", y="price")
    plt.figure()
    plt.plot([1, 2], label="x")
    plt.scatter([1], [2])
    plt.bar(["a", "b"], [3, 4])
    plt.hist([1, 2, 2])
    plt.imshow(np.eye(3))
    plt.legend()
    plt.title("$x^2$")
    plt.rcParams["font.family"] = "Arial"
    plt.show()
    picture = io.BytesIO()
    plt.savefig(picture)
    figure = plt.figure()
    figure.add_subplot(projection="3d")
    plt.tight_layout()
    return picture.getvalue()[:4], len(plt.get_fignums())


def save():
    plt.savefig("plot.png")


def threads():
    with open("/proc/self/status") as file:
        return [line for line in file if "Threads" in line]


def seaborn():
    return sns.lineplot([1, 2])


def allocate(mib):
    return np.zeros(mib * 2**17).size


def read(path):
    return len(open(path, "rb").read())


def imported(name):
    __import__(name)
    return True
"""
FUNCTIONS = ("tables", "plots", "save", "seaborn", "allocate", "read", "imported")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Workers of a course that lists pandas and matplotlib; the limit of memory is low."""
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    with serve("numpy", "pandas", "matplotlib", memory_mib=300) as workers:
        yield workers


def test_what_students_do_with_tables_works_in_the_sandbox(workers: Workers) -> None:
    """Modules, dates and time zones that are loaded late can be read."""
    student = workers.student(USES, *FUNCTIONS)
    assert student.state().status == "graded"
    found = student.tables()
    assert found[:4] == [["a", "b"], [4.0, 2.0], 5, (2, 1)]
    assert found[4:] == [[1, 2, 2], True]


def test_what_students_do_with_plots_works_in_the_sandbox(workers: Workers) -> None:
    """No window is opened, and fonts that are not there are replaced without a word."""
    student = workers.student(USES, *FUNCTIONS)
    assert student.plots() == (b"\x89PNG", 3)
    assert student.last is not None
    assert student.last.printed == ""


def test_a_package_that_is_not_listed_has_a_placeholder(workers: Workers) -> None:
    """The message lists what may be used, in one sentence."""
    student = workers.student(USES, *FUNCTIONS)
    with pytest.raises(Exception, match="use only matplotlib, numpy, pandas and the standard"):
        student.seaborn()


def test_a_plot_is_not_saved_to_a_file(workers: Workers) -> None:
    """A worker writes no files."""
    student = workers.student(USES, *FUNCTIONS)
    with pytest.raises(Exception, match="PermissionError"):
        student.save()


def test_the_memory_of_the_packages_is_not_the_students(workers: Workers) -> None:
    """The limit of 300 MiB is for what the student's code takes."""
    student = workers.student(USES, *FUNCTIONS)
    assert student.allocate(120) == 120 * 2**17
    with pytest.raises(Exception, match="MemoryError"):
        student.allocate(400)


def test_what_listed_packages_require_is_read_and_nothing_else(workers: Workers) -> None:
    """Neither another package nor the grader, and nothing that is not listed is imported."""
    import hypothesis
    import PIL
    import pylab

    import grader.course.manifest

    student = workers.student(USES, *FUNCTIONS)
    for module in (PIL, pylab):
        assert student.read(str(module.__file__)) > 0
    for module in (pytest, hypothesis, grader.course.manifest):
        with pytest.raises(Exception, match="PermissionError"):
            student.read(str(module.__file__))
    assert student.imported("mpl_toolkits.axisartist")
    for name in ("hypothesis", "sphinx"):
        with pytest.raises(Exception, match=r"ModuleNotFoundError|not available"):
            student.imported(name)


def test_a_course_with_numpy_alone_reads_no_more_than_numpy() -> None:
    """What other courses may read is not widened: exactly these roots, and none of pandas."""
    names = {path.name for path in library_roots()}
    python = f"python3.{sys.version_info[1]}"
    assert names <= {"numpy", "numpy.libs", python, _multiarch(), "zoneinfo"}
    for package in ("pandas", "matplotlib", "dateutil"):
        pytest.importorskip(package)
        path = str(sys.modules[package].__file__)
        assert confined(lambda path=path: Path(path).read_text()) == "PermissionError 13"


def _multiarch() -> str:
    import sysconfig

    return str(sysconfig.get_config_var("MULTIARCH"))


def test_what_a_package_requires_is_found_without_importing_it() -> None:
    """Distributions and imports have different names; extras are left out."""
    pytest.importorskip("matplotlib")
    found = find_installed(["matplotlib"])
    assert {"matplotlib", "mpl_toolkits", "PIL", "dateutil", "pylab", "numpy"} <= {*found.folders}
    assert not {"pandas", "pytest", "grader", "click"} & {*found.folders}
    site = Path(found.folders["pylab"])
    assert site / "pylab.py" in found.roots
    assert site not in found.roots
    assert found.folders == {**found.folders, **find_installed(["PIL", "kiwisolver"]).folders}


def test_names_of_what_is_installed() -> None:
    """A distribution's imports, and whether an import can be found."""
    assert imports_of("pyyaml") == ["yaml"]
    assert imports_of("no-such-distribution") == []
    assert is_installed("yaml")
    assert not is_installed("no_such_package")


def test_a_package_that_cannot_be_imported_is_the_courses_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line has the reason; what it prints before does not come between our messages."""
    broken = 'print("hello")\nraise RuntimeError("no GPU\\nhere")\n'
    (tmp_path / "broken_one.py").write_text(broken, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    assert load_listed(["numpy", "broken_one"]).problem == (
        "broken_one, which the course needs, cannot be imported: RuntimeError: no GPU here; "
        f"install it again in the environment of {sys.executable}"
    )


def test_no_worker_begins_without_a_package_of_the_course() -> None:
    """With a sandbox and without one, before anything of a student's arrives."""
    with (
        serve("numpy", "no_such_package") as workers,
        pytest.raises(CourseError, match="no_such_package, which the course needs, cannot"),
    ):
        workers.launcher.launch()
    with pytest.raises(CourseError, match="no_such_package, which the course needs, cannot"):
        ProcessLauncher(workers.course.limits, ("no_such_package",)).launch()
