"""The built files: looked into, installed into a fresh venv, and graded with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.from_file import load_file
from support.requirements import missing

from grader import __version__
from grader.course.template import TEMPLATE

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent


# The module that CI runs before it publishes.
CHECKS: Any = load_file("check_dist", ROOT / ".ci" / "check_dist.py")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """The files of this checkout that git tracks."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a clone: git lists the files")
    files: list[str] = CHECKS.list_tracked(ROOT)
    return files


@pytest.fixture(scope="module")
def dist(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with both built files, made from a copy of what git tracks."""
    folder = tmp_path_factory.mktemp("built")
    for name in tracked:
        (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "copy" / name)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist")]
    subprocess.run([*command, str(folder / "copy")], check=True, capture_output=True)
    return folder / "dist"


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """The wheel of this checkout."""
    (built,) = dist.glob("*.whl")
    return built


def test_built_files_have_what_git_tracks_and_nothing_else(dist: Path, tracked: list[str]) -> None:
    """The source distribution all of it, the wheel the package and the stubs."""
    assert list(CHECKS.check_files(dist, tracked, __version__)) == []


def test_the_index_can_show_the_description(dist: Path) -> None:
    """Twine renders README.md as PyPI does, and checks the metadata."""
    files = [str(path) for path in dist.iterdir()]
    command = [sys.executable, "-m", "twine", "check", "--strict", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_fault_of_built_files_is_a_line(tmp_path: Path) -> None:
    """A stray file, a missing one, right answers in the wheel, and a link."""
    version = "1.2"
    top, about = f"backprop_grader-{version}", f"backprop_grader-{version}.dist-info"
    tracked = ["grader/a.py", "grader/suites/x/variants.py", "exercises/x.py", "tests/t.py"]
    with tarfile.open(tmp_path / f"{top}.tar.gz", "w:gz") as sdist:
        for name in [*tracked[:-1], "PKG-INFO", "notes.txt"]:
            sdist.addfile(tarfile.TarInfo(f"{top}/{name}"))
        link = tarfile.TarInfo(f"{top}/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        sdist.addfile(link)
    with zipfile.ZipFile(tmp_path / f"{top}-py3-none-any.whl", "w") as built:
        for name in ["grader/a.py", "grader/suites/x/variants.py"]:
            built.writestr(name, "")
        for name in CHECKS.METADATA:
            built.writestr(f"{about}/{name}", "")
    assert list(CHECKS.check_files(tmp_path, tracked, version)) == [
        f"{top}.tar.gz: {top}/link is a link",
        f"{top}.tar.gz has link, which does not belong there",
        f"{top}.tar.gz has notes.txt, which does not belong there",
        f"{top}.tar.gz is without tests/t.py",
        f"{top}-py3-none-any.whl has grader/suites/x/variants.py, which does not belong there",
        f"{top}-py3-none-any.whl is without grader/exercises/x.py",
    ]
    (tmp_path / "second.whl").touch()
    (fault,) = CHECKS.check_files(tmp_path, tracked, version)
    assert "and nothing else" in fault


@pytest.mark.parametrize(
    ("tag", "heading", "faults"),
    [
        ("v1.2", "## 1.2 (2026-12-01)", 0),
        ("v1.2", "## [1.2] - 2026-12-01", 0),
        ("1.2", "## 1.2", 1),
        ("v1.3", "## 1.2", 1),
        ("v1.2", "## Unreleased", 1),
        ("v1.20", "## 1.20", 2),
        ("v1.2", "", 1),
    ],
)
def test_tag_version_and_changelog_agree(tag: str, heading: str, faults: int) -> None:
    """The tag has the version after a v, and the top heading begins with it."""
    found = list(CHECKS.check_version(tag, "1.2", f"# Changelog\n\n{heading}\n\n- x\n"))
    assert len(found) == faults, found


def test_the_version_is_read_from_the_source() -> None:
    """Without importing the package, which the job that builds has not installed."""
    assert CHECKS.read_version(ROOT) == __version__


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs bash")
@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_ci_can_try_both_files(dist: Path, kind: str) -> None:
    """In a fresh venv: doctor, init and submit."""
    (file,) = dist.glob(kind)
    command = ["bash", str(ROOT / ".ci" / "try-package"), str(file), sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["uv", "tool", "run", "--python", sys.executable, "--from", "WHEEL", "backprop-grader"],
        [
            "uv",
            "tool",
            "run",
            "--python",
            sys.executable,
            "--find-links",
            "DIST",
            "backprop-grader",
        ],
        ["pipx", "run", "--python", sys.executable, "--spec", "WHEEL", "backprop-grader"],
    ],
    ids=["uvx --from", "uvx", "pipx run"],
)
def test_the_package_runs_without_an_installation(
    command: list[str], wheel: Path, tmp_path: Path
) -> None:
    """By its name, as `uvx backprop-grader` and `pipx run backprop-grader` do it."""
    places = {"WHEEL": str(wheel), "DIST": str(wheel.parent)}
    homes = {"UV_CACHE_DIR": "uv", "PIPX_HOME": "pipx", "PIPX_SHARED_LIBS": "shared"}
    done = subprocess.run(
        [
            str(PROGRAMS / command[0]),
            *(places.get(word, word) for word in command[1:]),
            "--version",
        ],
        env={**os.environ, **{name: str(tmp_path / folder) for name, folder in homes.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert __version__ in done.stdout


@pytest.mark.slow
def test_the_wheel_carries_stubs_and_suites_and_no_solution(wheel: Path) -> None:
    """Everything to grade with is inside, and nothing to copy from."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        texts = {n: archive.read(n).decode() for n in names if n.endswith(".py")}
    for module in ("activations", "backprop", "optimizers", "training"):
        assert f"grader/exercises/{module}.py" in names
        assert f"grader/exercises/derivations/{module}.html" in names
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
