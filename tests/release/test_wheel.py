"""The wheel in a kit: its files and metadata; installed, it has no secret and grades."""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.version import Version

from grader import __version__
from grader.course.manifest import load_course
from grader.engine import Grader
from grader.examiner.hints import HINTS
from grader.release import wheel
from grader.release.wheel import make_wheel

ROOT = Path(__file__).resolve().parents[2]
NAME = make_wheel("kit").name
VERSION = NAME.split("-")[1]
ABOUT = f"backprop_grader-{VERSION}.dist-info"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The content of the wheel by path."""
    with zipfile.ZipFile(io.BytesIO(make_wheel("kit").content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_grader_gives_the_same_wheel() -> None:
    """Its name has the version, and the local version if there is one."""
    assert make_wheel("kit") == make_wheel("kit")
    version = re.escape(__version__)
    assert re.fullmatch(rf"backprop_grader-{version}\+kit\.x[0-9a-f]{{8}}-py3-none-any\.whl", NAME)
    assert make_wheel().name == f"backprop_grader-{__version__}-py3-none-any.whl"


def test_another_grader_gives_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip does not install an equal version again, and keeps these apart as they are written."""
    assert str(Version(VERSION)) == VERSION
    write, listed = wheel._write_metadata, wheel._list_files()
    for name, changed in (
        ("_write_metadata", lambda *given: write(*given) + b"Requires-Dist: another\n"),
        ("_list_files", lambda: listed[:-1]),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(wheel, name, changed)
            assert make_wheel("kit").name != NAME
    assert make_wheel("kit").name == NAME


def test_the_record_of_a_wheel_lists_every_file(files: dict[str, bytes]) -> None:
    """With its digest and its size, as installers verify them."""
    rows = list(csv.reader(files[f"{ABOUT}/RECORD"].decode().splitlines()))
    assert [row[0] for row in rows] == list(files)
    for name, digest, size in rows[:-1]:
        kind, _, value = digest.partition("=")
        found = base64.urlsafe_b64encode(hashlib.new(kind, files[name]).digest())
        assert (value, size) == (found.decode().rstrip("="), str(len(files[name])))
    assert rows[-1][1:] == ["", ""]


def test_a_wheel_has_the_grader_and_no_course(files: dict[str, bytes]) -> None:
    """Each other installed file is in it, unchanged apart from the version."""
    package = ROOT / "grader"
    expected = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file()
        and not {"suites", "exercises", "new_course", "__pycache__"}
        & set(path.relative_to(package).parts)
    }
    del expected["grader/course.toml"]
    start = expected.pop("grader/__init__.py").decode()
    found = {name: content for name, content in files.items() if name.startswith("grader/")}
    assert found.pop("grader/__init__.py").decode() == start.replace(__version__, VERSION)
    assert found == expected
    assert "grader/writers/pages/templates/page.css" in found


def test_the_metadata_of_a_wheel_is_the_graders(files: dict[str, bytes], tmp_path: Path) -> None:
    """Requirements, license and commands, with another version and without extras."""
    for name, content in files.items():
        if name.startswith(ABOUT):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (packed,) = metadata.distributions(path=[str(tmp_path)])
    installed = metadata.distribution("backprop-grader")
    assert packed.version == VERSION
    assert packed.requires == [r for r in installed.requires or () if "extra" not in r]
    assert packed.metadata["Requires-Python"] == installed.metadata["Requires-Python"]
    assert set(packed.entry_points) == set(installed.entry_points)
    assert {point.name for point in packed.entry_points} == {"grade", "backprop-grader"}
    assert packed.read_text("licenses/LICENSE") == (ROOT / "LICENSE").read_text()


def _bodies(source: str) -> Iterator[str]:
    """Yield the bodies of functions without docstrings, names of arguments included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            done = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if len(text := "\n".join(map(ast.unparse, done))) >= 40:
                yield text


def _long_strings(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 30:
            yield " ".join(node.value.split())


@pytest.mark.slow
def test_the_kit_installs_itself_grades_and_has_no_secret(
    kit_of_course: Path, tmp_path: Path
) -> None:
    """In a fresh environment, as its README describes it, with requirements from the index."""
    kit = Path(shutil.copytree(kit_of_course, tmp_path / "kit"))
    venv.create(kit / ".venv", with_pip=True)
    programs = kit / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")
    # Nothing but the kit may be imported.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(programs / program), *arguments],
            cwd=kit,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    (packed,) = (kit / "wheels").iterdir()
    installed = run("pip", "install", "--quiet", f"./wheels/{packed.name}")
    if re.search("NewConnectionError|NameResolutionError|ConnectTimeout", installed.stderr):
        pytest.skip("there is no network")
    assert installed.returncode == 0, installed.stderr

    (package,) = (kit / ".venv").rglob("site-packages/grader")
    texts = {
        path: path.read_text(encoding="utf-8")
        for folder in (package, package.parent / ABOUT)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert len(texts) > 200
    _assert_without_secrets("\n".join(texts.values()))
    present = {body for p, text in texts.items() if p.suffix == ".py" for body in _bodies(text)}
    for name in ("solutions/*.py", "grader/suites/*/*.py"):
        for path in ROOT.glob(name):
            assert not present & set(_bodies(path.read_text(encoding="utf-8"))), path

    untouched = run("grade", "submit")
    assert untouched.returncode == 1, untouched.stderr
    assert "not implemented yet" in untouched.stdout
    tested = run("pytest", "-q")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert re.search(r"^\d\d skipped in", tested.stdout, re.MULTILINE)
    answer = (ROOT / "solutions" / "activations.py").read_text(encoding="utf-8")
    module = kit / "exercises" / "activations.py"
    module.write_text(answer, encoding="utf-8")
    right = run("grade", "submit", "exercises", "--exercise", "activations")
    assert right.returncode == 0, right.stdout + right.stderr
    assert "activations  Activation functions and their slopes  4.25 / 4.25" in right.stdout
    module.write_text(f"{answer}\n\ndef sigmoid(z):\n    return z * 0 + 0.5\n", encoding="utf-8")
    wrong = run("grade", "submit", "exercises", "--exercise", "activations")
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr
    assert re.search(r"activations/sigmoid +costs", wrong.stdout)
    tested = run("pytest", "-q", "exercises/activations.py")
    assert tested.returncode == 1, tested.stdout + tested.stderr
    assert re.search(r"^✗ activations/sigmoid +costs", tested.stdout, re.MULTILINE)
    assert "FAILED exercises/activations.py::sigmoid::values" in tested.stdout


def _assert_without_secrets(installed: str) -> None:
    """No hidden check by name, no text of a mistake, no line of a right answer."""
    with Grader(load_course()) as grader:
        checks = grader.collected_checks()
    names: dict[str, set[str]] = {"hidden": set(), "visible": set()}
    for node, check in checks.items():
        names[check.visibility].add(node.rpartition("::")[2].partition("[")[0])
    hidden = names["hidden"] - names["visible"]
    assert len(hidden) > 100
    assert not hidden & set(re.findall(r"\btest_\w+", installed))
    squeezed = " ".join(installed.split())
    # Some mistakes have a sentence of the hints for every course.
    general = " ".join(HINTS.values())
    for path in ROOT.glob("grader/suites/*/misconceptions.py"):
        texts = set(_long_strings(path.read_text(encoding="utf-8")))
        assert texts
        assert not [text for text in texts if text in squeezed and text not in general], path
