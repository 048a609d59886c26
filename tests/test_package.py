"""The wheel: built, looked into, installed into a fresh venv, and graded with."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from support.requirements import missing

from grader.course.template import TEMPLATE

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_carries_stubs_and_suites_and_no_solution(wheel: Path) -> None:
    """Everything to grade with is inside, and nothing to copy from."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        texts = {n: archive.read(n).decode() for n in names if n.endswith(".py")}
    for module in ("activations", "backprop", "optimizers", "training"):
        assert f"grader/exercises/{module}.py" in names
        assert f"grader/suites/{module}/test_{module}.py" in names
    assert "grader/report.schema.json" in names
    assert "grader/course.toml" in names
    assert "grader/writers/pages/templates/page.css" in names
    assert not [n for n in names if n.startswith(("solutions", "tests", "benchmarks"))]
    right = [n for n in names if n.endswith(("variants.py", "workloads.py"))]
    # Those of the course that `grade new` writes are its author's.
    template = {p.relative_to(ROOT).as_posix() for p in TEMPLATE.rglob("*.*") if p.is_file()}
    assert {n for n in template if "__pycache__" not in n} <= set(names)
    assert set(right) <= template
    for path in (ROOT / "solutions").glob("*.py"):
        solution = path.read_text(encoding="utf-8")
        assert solution not in texts.values()


@pytest.mark.slow
def test_the_installed_wheel_grades_in_a_fresh_venv(wheel: Path, tmp_path: Path) -> None:
    """Install, init, submit: as a student does it, away from the checkout."""
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(programs / command[0]), *command[1:]],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    installed = run("python", "-m", "pip", "install", "--quiet", str(wheel))
    assert installed.returncode == 0, installed.stderr
    assert run("grade", "init", "work").returncode == 0
    untouched = run("grade", "submit", "work")
    assert untouched.returncode == 1, untouched.stderr
    assert "not implemented yet" in untouched.stdout
    solved = run("grade", "submit", str(ROOT / "solutions"), "--report", "solved.json")
    assert solved.returncode == 0, solved.stdout + solved.stderr
    report = json.loads((tmp_path / "solved.json").read_text(encoding="utf-8"))
    assert report["percent"] == 100
    assert run("grade", "new", "course").returncode == 0
    graded = run("grade", "submit", "course/solutions", "--course", "course")
    assert graded.returncode == 0, graded.stdout + graded.stderr


def test_packages_that_the_tests_need_are_named() -> None:
    """Only those of the extra, and only those that are not installed."""
    requirements = ["absent-always", 'pytest; extra == "test"', 'absent-too; extra == "test"']
    assert missing(requirements, "test") == ["absent-too"]
    assert missing(requirements, "docs") == []
