"""The pytest plugin: visible checks in kits and work folders, and nothing anywhere else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support.here import grade_here
from support.samples import sample

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = """\
name = "small"
version = "1"
title = "A small course"

[limits]
call_s = 10.0
load_s = 10.0
function_s = 20.0
memory_mib = 1024
cpu_s = 30

[[exercise]]
name = "ranges"
title = "Ranges"

[[exercise]]
name = "signs"
title = "Signs"

[[withheld]]
id = "ranges/spread/many_values"
title = "Right for 50 values"
points = 1
"""
SUITES = {
    "ranges": '''\
from grader.testing import check, close, function, unwarned


@function("spread(values)", points=3)
class TestSpread:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for three values."""
        values = rng.normal(size=3)
        close(student.spread(values), max(values) - min(values), "the spread")

    @check(1, visible=True)
    def test_four_values(self, student, rng):
        """Right for four values."""
        values = rng.normal(size=4)
        close(student.spread(values), max(values) - min(values), "the spread")


@function("middle(values)", points=1)
class TestMiddle:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for three values."""
        values = rng.normal(size=3)
        close(student.middle(values), sorted(values)[1], "the middle")

    @check(0, visible=True)
    def test_quiet(self, student, rng):
        """Does not warn."""
        student.middle(rng.normal(size=3))
        unwarned(student)
''',
    "signs": '''\
from grader.testing import check, close, function


@function("sign(x)", points=2)
class TestSign:
    @check(1, visible=True)
    def test_positive(self, student, rng):
        """Right for a positive number."""
        close(student.sign(rng.uniform(1.0, 2.0)), 1.0, "the sign")

    @check(1, visible=True)
    def test_negative(self, student, rng):
        """Right for a negative number."""
        close(student.sign(-rng.uniform(1.0, 2.0)), -1.0, "the sign")
''',
}
STUBS = {
    "ranges": '''\
"""Ranges."""

import numpy as np


def spread(values):
    """Return the largest value less the smallest."""
    raise NotImplementedError


def middle(values):
    """Return the median."""
    raise NotImplementedError
''',
    "signs": '''\
"""Signs."""


def sign(x):
    """Return 1 or -1."""
    raise NotImplementedError
''',
}
IDS = [
    "ranges/spread/values",
    "ranges/spread/four_values",
    "ranges/middle/values",
    "ranges/middle/quiet",
    "signs/sign/positive",
    "signs/sign/negative",
]


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit as `grade release` lays it out, with an own course."""
    folder = tmp_path / "kit"
    for name, text in SUITES.items():
        (folder / "suites" / name).mkdir(parents=True)
        (folder / "suites" / name / f"test_{name}.py").write_text(text)
    (folder / "exercises").mkdir()
    for name, text in STUBS.items():
        (folder / "exercises" / f"{name}.py").write_text(text)
    (folder / "course.toml").write_text(MANIFEST)
    return folder


def write(kit: Path, **bodies: str) -> None:
    """Write bodies of functions in place of the stubs' lines that raise."""
    for name, stub in STUBS.items():
        written = stub
        for function, body in bodies.items():
            start, found, rest = written.partition(f"def {function}(")
            written = start + found + rest.replace("raise NotImplementedError", body, bool(found))
        (kit / "exercises" / f"{name}.py").write_text(written)


def run(folder: Path, *arguments: str, path: Path | None = None, **environment: str) -> Any:
    """Run pytest with the plugin and no other in a folder, and return what it printed."""
    found = [str(ROOT), *([str(path)] if path else [])]
    variables = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "80"}
    variables |= {"PYTHONPATH": os.pathsep.join(found), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "grader.pytest_plugin", *arguments],
        cwd=folder,
        env={**variables, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def outcomes(folder: Path, *arguments: str, path: Path | None = None) -> dict[str, str]:
    """Run pytest and return outcomes by check (``exercise/function/check``) or by test."""
    return outcomes_and_text(folder, *arguments, path=path)[0]


def outcomes_and_text(
    folder: Path, *arguments: str, path: Path | None = None
) -> tuple[dict[str, str], str]:
    """Run pytest and return outcomes by check, and what it printed."""
    file = folder / "junit.xml"
    done = run(folder, f"--junitxml={file}", *arguments, path=path)
    assert done.returncode in (0, 1, 5), done.stdout + done.stderr
    found = {}
    for case in ET.parse(file).getroot().iter("testcase"):
        names = [*(case.get("classname") or "").split("."), case.get("name") or ""]
        kind = next((part.tag for part in case if part.tag != "system-out"), "passed")
        found["/".join(name for name in names if name != "exercises")] = kind
    return found, str(done.stdout)


def submitted(folder: Path, *arguments: str | Path) -> tuple[dict[str, str], str]:
    """Grade a folder and return what JUnit calls each outcome, and what was printed."""
    report = folder / "r.json"
    done = grade_here("submit", *arguments, "--report", report, "--verbose")
    assert done.returncode in (0, 1), done.stderr
    found = {}
    for exercise in json.loads(report.read_text())["exercises"]:
        for function in exercise["functions"]:
            for check in function["checks"]:
                if check["visibility"] == "visible":
                    found[check["id"]] = _kind(check)
    return found, done.stdout


def _kind(check: dict[str, Any]) -> str:
    if check["outcome"] in ("failed", "error", "timeout"):
        return "failure" if check["max_score"] else "skipped"
    return {"passed": "passed", "not_implemented": "skipped"}.get(check["outcome"], "error")


WORKS = {
    "right": {
        "spread": "return max(values) - min(values)",
        "middle": "return sorted(values)[1]",
        "sign": "return 1.0 if x > 0 else -1.0",
    },
    "wrong, raises, and for one case": {
        "spread": "return min(values) - max(values)",
        "middle": "return values[7]",
        "sign": "return 1.0",
    },
    "advice": {"middle": "np.log(np.zeros(1))\n    return sorted(values)[1]"},
    "half of it, and exits": {
        "spread": "return (max(values) - min(values)) / 2",
        "middle": "raise SystemExit",
        "sign": "return 1.0 if x > 0 else None",
    },
}


@pytest.mark.parametrize(
    "work", sample([(name, (name,)) for name in WORKS if name != "right"], each=3)
)
def test_outcomes_and_blocks_are_those_of_grade_submit(kit: Path, work: str) -> None:
    """By check; whatever `grade submit` prints of a problem, pytest prints, once."""
    write(kit, **WORKS[work])
    expected, printed = submitted(kit, kit / "exercises", "--course", kit)
    assert list(expected) == IDS
    found, shown = outcomes_and_text(kit, "-p", "no:cacheprovider")
    assert found == expected
    blocks = printed.partition("Fix first")[2].split("\n\n")[1:]
    blocks = [block for block in blocks if block.startswith("✗")]
    assert len(blocks) == {"wrong, raises, and for one case": 3, "half of it, and exits": 3}.get(
        work, 0
    )
    for block in blocks:
        assert shown.count(block) == 1
    assert "Traceback" not in shown
    assert "grader/" not in shown


def test_a_skipped_check_has_its_reason_and_the_students_line(kit: Path) -> None:
    """Not written, or advice."""
    write(kit, **WORKS["advice"])
    done = run(kit, "-rs")
    for reason in (
        "SKIPPED [2] exercises/ranges.py:6: spread: not implemented yet",
        "SKIPPED [1] exercises/ranges.py:11: middle: advice, no points: numpy warned",
        "SKIPPED [2] exercises/signs.py:4: sign: not implemented yet",
    ):
        assert reason in done.stdout
    assert "Visible checks only; `grade submit exercises --course .` shows points" in done.stdout


# Writes down what an editor's test explorer reads of items, and how often what is graded.
_OBSERVER = """
import json
import os
import pytest
import grader.engine as engine

GRADED = []
grade = engine.grade_for_student


def watched(grader, submission, *, exercises, **options):
    GRADED.append(list(exercises))
    return grade(grader, submission, exercises=exercises, **options)


engine.grade_for_student = watched


def pytest_sessionfinish(session):
    items = [
        {
            "id": item.nodeid,
            "location": item.location,
            "class": isinstance(item.parent, pytest.Class),
            "group": item.parent.nodeid,
            "file": str(item.parent.parent.path),
        }
        for item in session.items
    ]
    with open(os.environ["OBSERVED"], "w") as file:
        json.dump({"items": items, "graded": GRADED}, file)
"""


def observe(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run pytest and return what the observer saw."""
    helpers = folder.parent / "helpers"
    helpers.mkdir(exist_ok=True)
    (helpers / "observer.py").write_text(_OBSERVER)
    file = helpers / "observed.json"
    done = run(folder, "-p", "observer", *arguments, path=helpers, OBSERVED=str(file))
    assert done.returncode in (0, 1), done.stdout + done.stderr
    seen: dict[str, Any] = json.loads(file.read_text())
    return seen


def test_an_editor_finds_each_check_at_its_function(kit: Path) -> None:
    """File, line, and the function as a group; nothing is graded to find that."""
    text = (kit / "exercises" / "ranges.py").read_text()
    (kit / "exercises" / "ranges.py").write_text(f"{text}\n\n@str\ndef spread(values):\n    pass\n")
    seen = observe(kit, "--collect-only")
    assert seen["graded"] == []
    assert [item["id"] for item in seen["items"]] == [
        "exercises/{}.py::{}::{}".format(*name.split("/")) for name in IDS
    ]
    first = seen["items"][0]
    # The last definition counts; pytest counts lines from 0.
    assert first["location"] == ["exercises/ranges.py", text.count("\n") + 3, "spread.values"]
    assert first["group"] == "exercises/ranges.py::spread"
    assert first["file"] == str(kit / "exercises" / "ranges.py")
    assert all(item["class"] for item in seen["items"])


SELECTED = [
    (("-x",), 6, [["ranges", "signs"]]),
    ((), 6, [["ranges", "signs"]]),
    (("-k", "sign"), 2, [["signs"]]),
    (("exercises/ranges.py::spread",), 2, [["ranges"]]),
    (("exercises/ranges.py",), 4, [["ranges"]]),
    (("exercises/signs.py::sign::negative", "exercises/ranges.py::middle::quiet"), 2, None),
]


@pytest.mark.parametrize(
    ("typed", "count", "graded"),
    sample([(" ".join(case[0]) or "everything", case) for case in SELECTED], each=6),
)
def test_what_is_selected_is_graded_once(
    kit: Path, typed: tuple[str, ...], count: int, graded: list[list[str]] | None
) -> None:
    """By name, file, function or check; the other exercises are not graded."""
    write(kit, **WORKS["right"])
    seen = observe(kit, *typed)
    assert len(seen["items"]) == count
    assert seen["graded"] == (graded or [["ranges", "signs"]])


def test_a_module_is_neither_imported_nor_collected_otherwise(kit: Path) -> None:
    """Whatever options there are; a student's own tests are collected as always."""
    module = kit / "exercises" / "ranges.py"
    module.write_text(
        f"import pathlib\npathlib.Path({str(kit / 'imported')!r}).touch()\n"
        f"def test_mine():\n    pass\n{STUBS['ranges']}"
    )
    (kit / "exercises" / "test_own.py").write_text("def test_own():\n    assert True\n")
    (kit / "test_top.py").write_text("def test_top():\n    assert True\n")
    for options in ((), ("--doctest-modules", "-o", "python_files=*.py", ".")):
        found = outcomes(kit, *options)
        assert sorted(found) == sorted([*IDS, "test_own/test_own", "test_top/test_top"])
    assert len(collect(kit, "exercises/ranges.py")) == 4
    assert not (kit / "imported").exists()


def test_a_module_that_cannot_be_loaded_is_an_error(kit: Path) -> None:
    """With the grader's message, once; the other modules are graded."""
    write(kit, **WORKS["right"])
    (kit / "exercises" / "signs.py").write_text("def sign(x:\n")
    found, shown = outcomes_and_text(kit)
    assert list(found.values()) == ["passed"] * 4 + ["error"] * 2
    assert shown.count("line 1: def sign(x:") == 1
    assert "signs.py cannot be imported: SyntaxError" in shown
    assert "The same as sign.positive, above" in shown
    assert "Traceback" not in shown


@pytest.mark.slow
def test_where_a_notebook_has_the_work_an_empty_module_is_not_green(kit: Path) -> None:
    """`grade submit` takes the notebook, which is another file."""
    code = (STUBS["signs"] + "").replace(
        "raise NotImplementedError", "return 1.0 if x > 0 else -1.0"
    )
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (kit / "exercises" / "signs.ipynb").write_text(json.dumps(notebook))
    found, shown = outcomes_and_text(kit, "-rs", "exercises/signs.py")
    assert found == {"signs/sign/positive": "skipped", "signs/sign/negative": "skipped"}
    assert "signs.py has no work in it" in shown
    # Alone, it is a student's file like a module.
    (kit / "exercises" / "signs.py").unlink()
    assert list(outcomes(kit, "-k", "sign").values()) == ["passed", "passed"]


def test_a_fault_of_the_grader_is_no_failure(kit: Path) -> None:
    """An error with one line for each check."""
    write(kit, **WORKS["right"])
    helpers = kit.parent / "helpers"
    helpers.mkdir()
    (helpers / "faulty.py").write_text(
        "import grader.submissions.reader as reader\n"
        "from grader.errors import ReadingError\n"
        "def read(path, course):\n"
        "    raise ReadingError('the disk is gone')\n"
        "reader.read_submission = read\n"
    )
    found, shown = outcomes_and_text(kit, "-p", "faulty", path=helpers)
    assert set(found.values()) == {"error"}
    assert shown.count("could not be graded: the disk is gone\n") == 1
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    "broken",
    sample([(one, (one,)) for one in ("suites/signs/test_signs.py", "course.toml")], each=2),
)
def test_a_course_that_cannot_grade_is_one_line(kit: Path, broken: str) -> None:
    """And no traceback."""
    (kit / broken).write_text("]")
    done = run(kit)
    assert done.returncode == 2
    errors = re.findall("^(.* ERROR collecting .*)\n(.*)", done.stdout, re.MULTILINE)
    assert errors
    assert all(re.match("the course .*cannot (grade|be read)", line) for _, line in errors)
    assert "grader/" not in done.stdout


# Fails where a process is started, and shows what was loaded.
_IDLE = """
import subprocess
import sys


class Popen(subprocess.Popen):
    def __init__(self, *arguments, **options):
        raise AssertionError("a process was started")


def pytest_configure():
    subprocess.Popen = Popen


def pytest_sessionfinish():
    print("loaded", sorted({"numpy", "grader.engine"} & set(sys.modules)))
"""


def collect(kit: Path, *arguments: str) -> list[str]:
    """Return the ids of the checks that pytest collects."""
    lines = run(kit, "--collect-only", "-q", *arguments).stdout.splitlines()
    return [line for line in lines if "::" in line]


def test_checks_are_collected_again_without_a_process(kit: Path) -> None:
    """The same nodes in the same order, as long as the suites are the same."""
    helpers = kit.parent / "helpers"
    helpers.mkdir()
    (helpers / "idle.py").write_text(_IDLE)
    first = run(kit, "--collect-only", "-q").stdout.splitlines()
    assert len([line for line in first if "::" in line]) == len(IDS)
    again = run(kit, "--collect-only", "-q", "-p", "idle", path=helpers)
    shown = again.stdout.splitlines()
    assert again.returncode == 0
    assert "loaded []" in shown
    assert [line for line in shown if "::" in line] == [line for line in first if "::" in line]


@pytest.mark.slow
def test_other_suites_are_collected_anew(kit: Path) -> None:
    """Even if the manifest and the version are the same, and with their errors."""
    before = collect(kit)
    suite = kit / "suites" / "signs" / "test_signs.py"
    suite.write_text(suite.read_text().replace("test_negative", "test_below"))
    changed = [node.replace("::negative", "::below") for node in before]
    assert before != collect(kit) == collect(kit) == changed
    suite.write_text("]")
    refused = run(kit, "--collect-only", "-q", "-p", "no:cacheprovider").stdout
    assert "cannot grade" in refused
    assert "::" not in refused


DAMAGED = ("]", "[]", '{"KIT": 1}', '{"KIT": {"checks": [{}]}}')


@pytest.mark.slow
def test_a_damaged_cache_is_not_used(kit: Path) -> None:
    """The checks are collected again, and remembered."""
    before = collect(kit)
    cache = kit / ".pytest_cache" / "v" / "grader" / "checks"
    right = cache.read_text()
    for content in DAMAGED:
        cache.write_text(content.replace("KIT", str(kit / "course.toml")))
        assert collect(kit) == before
        assert json.loads(cache.read_text()) == json.loads(right)


@pytest.mark.slow
def test_a_check_that_only_the_cache_has_is_an_error_once(kit: Path) -> None:
    """And then gone."""
    collect(kit)
    cache = kit / ".pytest_cache" / "v" / "grader" / "checks"
    right = cache.read_text()
    write(kit, **WORKS["right"])
    cache.write_text(right.replace("signs/sign/negative", "signs/sign/invented"))
    found, shown = outcomes_and_text(kit)
    assert set(found.values()) == {"error"}
    assert "the remembered checks are not those of the course; run pytest again" in shown
    assert set(outcomes(kit).values()) == {"passed"}


@pytest.mark.slow
def test_two_workers_give_the_same_outcomes(kit: Path) -> None:
    """Of xdist, each of which grades what was selected."""
    write(kit, **WORKS["wrong, raises, and for one case"])
    expected, _ = submitted(kit, kit / "exercises", "--course", kit)
    assert outcomes(kit, "-p", "xdist.plugin", "-n", "2") == expected


@pytest.mark.slow
def test_a_run_stops_and_the_next_one_repeats_what_failed(kit: Path) -> None:
    """With -x and --lf."""
    write(kit, **WORKS["wrong, raises, and for one case"])
    assert list(outcomes(kit, "-x").values()) == ["failure"]
    assert outcomes(kit, "--lf") == {"ranges/spread/values": "failure"}


@pytest.mark.slow
def test_the_json_report_has_the_block(kit: Path) -> None:
    """With the student's file and line."""
    write(kit, **WORKS["wrong, raises, and for one case"])
    plugins = ("-p", "pytest_metadata.plugin", "-p", "pytest_jsonreport.plugin", "--json-report")
    run(kit, *plugins, "--json-report-file=report.json")
    tests = json.loads((kit / "report.json").read_text())["tests"]
    failed = next(test for test in tests if test["nodeid"].endswith("spread::values"))
    assert failed["outcome"] == "failed"
    assert failed["call"]["crash"]["path"] == str(kit / "exercises" / "ranges.py")
    assert failed["call"]["crash"]["lineno"] == failed["lineno"] + 1 == 6
    assert failed["call"]["longrepr"].startswith("✗ ranges/spread")
    # Another check of the same problem has it, too: an editor shows one at a time.
    other = next(test for test in tests if test["nodeid"].endswith("spread::four_values"))
    assert other["call"]["longrepr"] == failed["call"]["longrepr"]


# Prints which modules of the grader pytest has loaded in the end.
_LOADED = """
import sys


def pytest_sessionfinish():
    print("LOADED", sorted(n for n in sys.modules if n.partition(".")[0] in ("grader", "click")))
"""


@pytest.mark.parametrize("place", ["random", "author", "package"])
def test_the_plugin_sleeps_everywhere_else(kit: Path, place: str) -> None:
    """A project with files of those names, a course of its author's, and a package."""
    folder = kit
    if place == "random":
        folder = kit / "exercises"
        (kit / "course.toml").unlink()
    if place == "author":
        (kit / "solutions").mkdir()
    if place == "package":
        (kit / "__init__.py").touch()
    (folder / "conftest.py").write_text(_LOADED)
    done = run(folder, "-q", "-s", "exercises" if place != "random" else ".")
    assert done.returncode == 5, done.stdout
    assert "LOADED ['grader', 'grader.pytest_plugin']" in done.stdout


@pytest.mark.slow
def test_solutions_that_were_handed_out_do_not_matter(kit: Path) -> None:
    """They are put beside the exercises, in a kit as `grade release` writes it."""
    (kit / "pytest.ini").write_text("[pytest]\nnorecursedirs = suites\n")
    (kit / "solutions").mkdir()
    (kit / "solutions" / "signs.py").write_text("def sign(x):\n    return x\n")
    assert list(outcomes(kit)) == IDS


def test_this_repository_is_no_kit() -> None:
    """Its exercises are the course's stubs, which pytest collects nothing from."""
    done = run(ROOT, "--collect-only", "-q", "-p", "no:cacheprovider", "exercises")
    assert done.returncode == 5, done.stdout


def test_loading_the_plugin_loads_nothing_else() -> None:
    """Neither of the grader nor of any library."""
    code = (
        "import sys, pytest; before = set(sys.modules); import grader.pytest_plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['grader', 'grader.pytest_plugin']"


@pytest.mark.slow
def test_suites_of_a_kit_are_not_collected_from_above_or_by_name(kit: Path) -> None:
    """With the plugin; without it, the kit's pytest.ini excludes them."""
    assert list(outcomes(kit.parent)) == [f"kit/{name}" for name in IDS]
    assert run(kit, "suites").returncode == 5
    assert run(kit, "suites/signs/test_signs.py").returncode == 4


@pytest.mark.slow
def test_a_work_folder_is_one_that_grade_init_wrote(kit: Path, tmp_path: Path) -> None:
    """It names its course, also relative to the kit that it is in; settings are kept."""
    inside, outside = kit / "mine", tmp_path / "outside"
    (outside / ".vscode").mkdir(parents=True)
    (outside / ".vscode" / "settings.json").write_text("{}")
    for folder in (inside, outside):
        done = grade_here("init", folder, "--course", kit)
        assert done.returncode == 0, done.stderr
        assert f"written  {folder}/.grade.toml" in done.stdout
        (folder / "ranges.py").write_text(
            (folder / "ranges.py")
            .read_text()
            .replace("raise NotImplementedError", "return max(values) - min(values)", 1)
        )
        found = outcomes(folder)
        assert list(found.values()) == ["passed"] * 2 + ["skipped"] * 4
    assert tomllib.loads((inside / ".grade.toml").read_text()) == {"course": ".."}
    assert (outside / ".vscode" / "settings.json").read_text() == "{}"
    settings = json.loads((inside / ".vscode" / "settings.json").read_text())
    assert settings["python.testing.pytestEnabled"] is True
    assert grade_here("submit", inside, "--course", kit, "--report", "-").returncode == 1
    # Updated to the stubs of a newer kit: its checks are run. A kit's own exercises get no mark.
    other = tmp_path / "other"
    shutil.copytree(kit, other)
    for folder in (inside, kit / "exercises"):
        assert grade_here("init", folder, "--course", other, "--update").returncode == 0
    assert tomllib.loads((inside / ".grade.toml").read_text()) == {"course": str(other)}
    assert not (kit / "exercises" / ".grade.toml").exists()
    assert grade_here("init", inside, "--course", kit, "--update").returncode == 0
    # The kit is moved: what is inside moves with it, the other folder does not find it.
    moved = kit.rename(tmp_path / "moved")
    assert len(outcomes(moved / "mine")) == 6
    done = run(outside)
    assert done.returncode == 2
    assert "names the course" in done.stdout
    assert "grader/" not in done.stdout


def test_a_work_folder_of_this_course_has_its_visible_checks(tmp_path: Path) -> None:
    """Hidden checks are not shown; `grade submit` needs no --course."""
    grade_here("init", tmp_path / "work", "--exercise", "activations")
    found, shown = outcomes_and_text(tmp_path / "work")
    assert "Visible checks only; `grade submit` shows points and what to do next." in shown
    expected, _ = submitted(tmp_path, tmp_path / "work", "--exercise", "activations")
    assert found == expected != {}


def foreign_plugin(folder: Path) -> None:
    """Write an installed distribution with a plugin for pytest."""
    about = folder / "foreign-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[pytest11]\nforeign = foreign_plugin\n")
    (folder / "foreign_plugin.py").write_text("")


@pytest.mark.parametrize("clean", [True, False])
def test_the_examiner_loads_no_plugin_of_others(kit: Path, tmp_path: Path, clean: bool) -> None:
    """Neither one that is installed nor ours; without the examiner's environment it would."""
    foreign_plugin(tmp_path)
    code = f"""
import os, sys
from pathlib import Path
from grader.sandbox.starting import clean_environment
environment = clean_environment()
if not {clean}:
    del environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
os.environ.clear()
os.environ.update(environment)
sys.path.insert(0, {str(tmp_path)!r})
from grader.course.manifest import load_course
from grader.errors import CourseError
from grader.examiner.collection import collect
try:
    print(len(collect(load_course(Path({str(kit)!r}, "course.toml"))).items))
except (CourseError, ValueError) as error:  # the latter before pytest 9.2
    print(error)  # two plugins of one name
print([name for name in ("foreign_plugin", "grader.pytest_plugin") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert ("foreign_plugin" in done.stdout) != clean
    if clean:
        assert done.stdout.split() == ["6", "[]"]


def test_the_plugin_is_declared() -> None:
    """Under the group that pytest loads."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"backprop-grader": "grader.pytest_plugin"}


def _widths(lines: Iterable[str]) -> int:
    return max(map(len, lines))


@pytest.mark.parametrize("columns", sample([(str(n), (n,)) for n in (60, 100)], each=2))
def test_a_block_is_folded_at_the_width_of_the_terminal(columns: int, kit: Path) -> None:
    """As `grade submit` folds it; the lines to paste stay whole."""
    pty = pytest.importorskip("pty")
    write(kit, **WORKS["wrong, raises, and for one case"])
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": str(columns)}
    environment |= {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "TERM": "xterm"}
    command = [sys.executable, "-m", "pytest", "-p", "grader.pytest_plugin", "-q", "-k", "middle"]
    with subprocess.Popen(command, cwd=kit, env=environment, stdout=theirs, stderr=theirs) as child:
        os.close(theirs)
        printed = b""
        while True:
            try:
                read = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            printed += read
            if not read:
                break
    os.close(ours)
    assert child.returncode == 1
    text = printed.decode()
    assert "\x1b[" not in text
    block = text[text.index("✗ ranges/middle") : text.index("Visible checks only")]
    prose = block.partition("    Repeat")[0].splitlines()
    assert _widths(prose) <= columns
