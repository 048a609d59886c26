"""`grade new`: a small course that verifies, and what an author does next with it."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest
from support.here import grade_here
from support.running import assert_one_line

import grader.course.template as template
from grader.course.manifest import load_course
from grader.course.notebooks import outdated_files
from grader.release.release import Release
from grader.release.wheel import make_wheel
from grader.verify.verification import Verification

FILES = [
    ".github/workflows/verify.yml",
    ".gitattributes",
    ".gitignore",
    "README.md",
    "course.toml",
    "exercises/fitting.py",
    "exercises/words.py",
    *(
        f"suites/{exercise}/{name}.py"
        for exercise in ("fitting", "words")
        for name in ("canonical", "misconceptions", f"test_{exercise}", "variants")
    ),
]
WRONG = {
    "fitting": (
        "import numpy as np\n\n\ndef error_gradient(X, y, w):\n    return 2 * X.T @ (X @ w - y)\n",
        ["the gradient is not divided by the number of rows"],
    ),
    "words": (
        "def count_words(text):\n    counts = {}\n    for word in text.split(' '):\n"
        "        counts[word] = counts.get(word, 0) + 1\n    return counts\n",
        [
            "only single spaces separate words",
            "words in upper and lower case are counted separately",
        ],
    ),
}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a new course, in the current folder."""
    monkeypatch.chdir(tmp_path)
    done = grade_here("new", "course")
    assert done.returncode == 0, done.output
    return tmp_path / "course"


def test_a_new_course_has_every_file_and_a_title(course: Path) -> None:
    """Named as its folder; its files are those of the template, and stubs made of them."""
    found = {p.relative_to(course).as_posix() for p in course.rglob("*") if p.is_file()}
    solutions = {"solutions/fitting.py", "solutions/words.py"}
    assert found == {*FILES, *solutions}
    loaded = load_course(course / "course.toml")
    assert (loaded.name, loaded.title) == ("course", "Course")
    assert (course / "README.md").read_text(encoding="utf-8").startswith("# course\n")
    assert outdated_files(loaded, course / "solutions") == {}


@pytest.mark.parametrize("name", ["statistics", 'A "quoted" name\\', "Zählen", "my-course"])
def test_a_name_is_written_as_it_is(name: str, tmp_path: Path) -> None:
    """In the manifest and the README, quotes included."""
    done = grade_here("new", str(tmp_path / "c"), "--name", name)
    assert done.returncode == 0, done.output
    manifest = (tmp_path / "c" / "course.toml").read_text(encoding="utf-8")
    assert tomllib.loads(manifest)["name"] == name
    assert (tmp_path / "c" / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")


@pytest.mark.slow
def test_a_new_course_verifies_without_a_finding(course: Path) -> None:
    """With two seeds here, and with all of them in the test of its README."""
    verification = Verification(load_course(course / "course.toml"), course / "solutions", seeds=2)
    findings = [(t.subject, f) for t in verification.run(1) for f in t.findings]
    assert findings == []


@pytest.mark.usefixtures("course")
def test_right_work_gets_everything_and_stubs_nothing() -> None:
    """As the new author tries first."""
    done = grade_here("submit", "course/solutions", "--course", "course")
    assert "solutions   8 / 8 points   100 %" in done.output
    done = grade_here("submit", "course/exercises", "--course", "course")
    assert "exercises   0 / 8 points   0 %" in done.output


@pytest.mark.parametrize("exercise", WRONG)
def test_wrong_work_is_named(exercise: str, course: Path) -> None:
    """The mistakes of the catalogue, with their hints."""
    source, mistakes = WRONG[exercise]
    (course / "work").mkdir()
    (course / "work" / f"{exercise}.py").write_text(source, encoding="utf-8")
    done = grade_here("submit", "course/work", "--course", "course", "--exercise", exercise)
    assert done.returncode == 1
    for mistake in mistakes:
        assert mistake in done.output


@pytest.mark.slow
def test_the_kit_of_a_new_course_has_no_leak(course: Path) -> None:
    """It can be handed out as it is."""
    loaded = load_course(course / "course.toml")
    release = Release(
        loaded, course / "solutions", exercises=(), with_hidden=False, install="", git=False
    )
    assert release.draft().findings == ()


def test_the_examples_of_a_new_course_are_true(course: Path) -> None:
    """The doctests pass on its solutions."""
    for path in (course / "solutions").glob("*.py"):
        module = types.ModuleType(path.stem)
        exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), module.__dict__)
        results = doctest.testmod(module)
        assert (results.failed, results.attempted > 0) == (0, True)


def test_a_forgotten_option_is_noted(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder of a course, commands are about another one without --course."""
    monkeypatch.chdir(course)
    note = "note: for the course in this folder, give --course ."
    assert note in grade_here("stubs", "--check").stderr
    done = grade_here("stubs", "--check", "--course", ".")
    assert (done.returncode, done.stderr) == (0, "")
    monkeypatch.chdir(course.parent)
    assert note not in grade_here("stubs", "--check").stderr


@pytest.mark.parametrize("there", ["a file", "a full folder", "a link"])
def test_a_folder_that_is_not_empty_is_refused(there: str, tmp_path: Path) -> None:
    """In one line, and what is there stays as it is."""
    folder = tmp_path / "course"
    if there == "a full folder":
        folder.mkdir()
        (folder / "mine.py").write_text("x = 1\n", encoding="utf-8")
    elif there == "a file":
        folder.write_text("x = 1\n", encoding="utf-8")
    else:
        folder.symlink_to(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    done = grade_here("new", str(folder))
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "is not empty; name a folder that is empty or does not exist" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """It gives the course its name."""
    (tmp_path / "cells").mkdir()
    assert grade_here("new", str(tmp_path / "cells")).returncode == 0
    assert load_course(tmp_path / "cells" / "course.toml").name == "cells"


def test_the_current_folder_stays_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell in it sees the course."""
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    assert grade_here("new", ".").returncode == 0
    assert tmp_path.stat().st_ino == before
    assert sorted(path.name for path in Path.cwd().iterdir()) == [
        ".gitattributes",
        ".github",
        ".gitignore",
        "README.md",
        "course.toml",
        "exercises",
        "solutions",
        "suites",
    ]


def test_a_folder_that_cannot_be_filled_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the last file cannot be moved, none is there."""
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if target == tmp_path / "suites":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    done = grade_here("new", str(tmp_path))
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", " ", "a\nb"])
def test_a_name_that_cannot_be_one_is_wrong_usage(name: str, tmp_path: Path) -> None:
    """Nothing is written."""
    done = grade_here("new", str(tmp_path / "c"), "--name", name)
    assert done.returncode == 2
    assert not (tmp_path / "c").exists()


def test_the_grader_of_a_kit_has_no_new_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Students do not write courses; one line says what an author does."""
    packed = make_wheel("kit").content
    assert b"new_course" not in packed
    monkeypatch.setattr(template, "TEMPLATE", tmp_path / "nothing")
    done = grade_here("new", str(tmp_path / "c"))
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "handed out in a kit" in done.stderr


def run_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    programs = Path(sys.executable).parent
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-s"],
        input=script,
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the README is written for a POSIX shell")
def test_every_command_of_the_readme_and_the_output_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, in the folder of the course; the stub in work/ has no points yet."""
    monkeypatch.chdir(tmp_path)
    done = grade_here("new", "course")
    printed = re.findall(r"^  \S*(?:grade|-m grader) (.+?)(?:   |$)", done.stdout, re.MULTILINE)
    assert [line.split()[0] for line in printed] == ["verify", "submit", "stubs", "release"]
    ran = run_shell("\n".join(f"grade {line}" for line in printed), tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "No finding." in ran.stdout
    course = tmp_path / "course"
    readme = (course / "README.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    commands = commands.replace("grade submit work", "! grade submit work")
    prepared = "rm -r kit\nmkdir submissions\ncp -r solutions submissions/ada\n"
    ran = run_shell(prepared + commands, course)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "No finding." in ran.stdout
    assert (course / "kit" / "README.md").is_file()
    assert (course / "class.html").is_file()
    assert (course / "scores.csv").read_text(encoding="utf-8").splitlines()[1].startswith('"ada",')
