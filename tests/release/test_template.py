"""The kit as a git repository: one commit, equal everywhere, searched as the folder is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from support.courses import write_thermometer
from support.here import grade_here
from support.running import assert_one_line
from support.shared import share_folder

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ".github/workflows/grade.yml"
EXTRA = {".gitignore", ".gitattributes", WORKFLOW}
HOSTILE = """\
[user]
    name = Ada
    email = ada@example.org
[core]
    hooksPath = {hooks}
    autocrlf = true
    excludesFile = {hooks}/excludes
[commit]
    gpgSign = true
[init]
    defaultBranch = trunk
    templateDir = {hooks}
    defaultObjectFormat = sha256
"""

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


def files_of(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {n: found[n] for n in found if not n.startswith(".git/") and "__pycache__" not in n}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, and its kit as a repository, which no test may change."""

    def make(folder: Path) -> None:
        write_thermometer(folder / "thermometer")
        done = grade_here("release", folder / "kit", "--course", folder / "thermometer", "--git")
        assert done.returncode == 0, done.stderr
        assert "push its branch main" in done.stdout

    return share_folder(tmp_path_factory, "made-for-git", make)


@pytest.fixture
def kit(made: Path, tmp_path: Path) -> Path:
    """The repository, to be changed."""
    return Path(shutil.copytree(made / "kit", tmp_path / "kit"))


def test_the_one_commit_has_every_file_of_the_kit(kit: Path) -> None:
    """On main, with nothing left to add; what grade and Python write there is ignored."""
    assert git(kit, "branch", "--all").split() == ["*", "main"]
    assert git(kit, "log", "--format=%an %ae %s").splitlines() == [
        "grade release grade@localhost Thermometers 1.0.0"
    ]
    listed = git(kit, "ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD").splitlines()
    assert listed == [f"100644 {name}" for name in sorted(files_of(kit))]
    assert files_of(kit).keys() > EXTRA
    for name in ("report.json", "exercises/temperature.py.bak2", ".venv/x.py", "work.zip"):
        (kit / name).parent.mkdir(exist_ok=True)
        (kit / name).write_text("")
    assert git(kit, "status", "--porcelain") == ""
    assert not (kit / ".git" / "hooks").exists()


@pytest.mark.slow
def test_no_configuration_changes_the_commit(made: Path, tmp_path: Path) -> None:
    """Neither a user's settings and hooks nor git's variables; the kit is that of a folder."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "post-commit", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        (hooks / name).chmod(0o755)
    (hooks / "excludes").write_text("*\n")
    (tmp_path / ".gitconfig").write_text(HOSTILE.format(hooks=hooks))
    hostile = {
        "HOME": str(tmp_path),
        "GIT_DIR": str(tmp_path / "elsewhere"),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_COMMITTER_DATE": "2026-01-01T00:00:00",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(hooks),
    }
    arguments = ("release", "again", "--course", str(made / "thermometer"), "--git")
    done = subprocess.run(
        [sys.executable, "-m", "grader", *arguments],
        cwd=tmp_path,
        env={**os.environ, **hostile},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert git(tmp_path / "again", "rev-parse", "HEAD") == git(made / "kit", "rev-parse", "HEAD")
    assert files_of(tmp_path / "again") == files_of(made / "kit")
    assert not {"ran", "elsewhere", "index"} & {path.name for path in tmp_path.iterdir()}


@pytest.mark.slow
def test_a_repository_is_searched_as_a_folder_is(kit: Path, made: Path) -> None:
    """What git keeps beside the kit is a finding: another commit, a file, a hook."""
    checking = ("release", kit, "--check", "--course", made / "thermometer")
    clean = grade_here(*checking)
    assert clean.returncode == 0, clean.stderr
    (kit / "exercises" / "notes.md").write_text("The solution was here.\n")
    git(kit, "add", "exercises/notes.md")
    identity = ("-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgSign=false")
    git(kit, *identity, "commit", "--quiet", "-m", "More")
    (kit / "exercises" / "notes.md").unlink()
    (kit / ".git" / "hooks").mkdir()
    (kit / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\n")
    (kit / ".git" / "objects" / "00").mkdir(exist_ok=True)
    (kit / ".git" / "objects" / "00" / "00").write_bytes(b"not compressed")
    found = grade_here(*checking)
    assert found.returncode == 3
    assert found.stderr.count("holds a file that is not in the kit") == 1
    for finding in (
        ".git has 2 commits; a kit has one",
        ".git/hooks/pre-commit is not a file of a new repository",
        ".git/objects/00/00 is not an object of git",
    ):
        assert f"finding  {finding}\n" in found.stderr


def test_a_leak_in_the_files_for_git_is_found(kit: Path, made: Path) -> None:
    """They are searched like all others."""
    solution = (made / "thermometer" / "solutions" / "temperature.py").read_text()
    (kit / WORKFLOW).write_text(solution)
    shutil.rmtree(kit / "wheels")  # most of the search is in there
    done = grade_here("release", kit, "--check", "--course", made / "thermometer")
    assert done.returncode == 3
    assert f"{WORKFLOW} contains the solution's" in done.stderr


@pytest.mark.slow
def test_without_git_nothing_is_written(made: Path, tmp_path: Path) -> None:
    """One line, also where the folder is not empty."""
    # Without a wheel, in which most of the search is.
    course = ("--course", made / "thermometer", "--git", "--install", "backprop-grader")
    full = grade_here("release", made / "kit", *course)
    assert full.returncode == 3
    assert "kit is not empty" in full.stderr
    done = subprocess.run(
        [sys.executable, "-m", "grader", "release", str(tmp_path / "kit"), *map(str, course)],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "git is not installed; install it, or leave out --git" in done.stderr
    assert list(tmp_path.iterdir()) == []
    for excluded in ("--zip", "--check", "--to=gradescope"):
        assert grade_here("release", tmp_path / "kit", *course, excluded).returncode == 2


def test_the_workflow_is_pinned_as_the_examples_are(kit: Path) -> None:
    """The same actions, few rights, no expression in a script."""
    text = (kit / WORKFLOW).read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    assert loaded["permissions"] == {"contents": "read"}
    steps = loaded["jobs"]["grade"]["steps"]
    example = (ROOT / "docs" / "ci" / "github-submit.yml").read_text(encoding="utf-8")
    used = [line.partition("uses: ")[2] for line in text.splitlines() if "uses: " in line]
    assert len(used) == 2
    assert all(f"uses: {action}\n" in example for action in used)
    assert not [step for step in steps if "${{" in step.get("run", "")]
    zizmor = Path(sys.executable).with_name("zizmor")
    if zizmor.exists():
        command = [str(zizmor), "--offline", "--persona", "auditor", str(kit / WORKFLOW)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_workflows_commands_grade_the_kit(kit: Path, tmp_path: Path) -> None:
    """With the grader of the kit; the step fails while points are missing."""
    install, submit = (
        step["run"].strip()
        for step in yaml.safe_load((kit / WORKFLOW).read_text())["jobs"]["grade"]["steps"]
        if "run" in step
    )
    wheel = install.removeprefix('python -I -m pip install "./').removesuffix('"')
    with zipfile.ZipFile(kit / wheel) as archive:
        archive.extractall(tmp_path / "engine")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "grader", *submit.removeprefix("grade ").split()],
        cwd=kit,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "engine")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "0 of 1.5 visible points" in done.stdout


@pytest.mark.slow
def test_a_kit_that_installs_from_elsewhere_names_its_course(made: Path, tmp_path: Path) -> None:
    """Another grader may have a course of its own."""
    named = ("--course", made / "thermometer", "--git", "--install", "grader @ git+https://x.org/y")
    done = grade_here("release", tmp_path / "kit", *named)
    assert done.returncode == 0, done.stderr
    steps = yaml.safe_load((tmp_path / "kit" / WORKFLOW).read_text())["jobs"]["grade"]["steps"]
    commands = [step["run"].strip() for step in steps if "run" in step]
    assert commands[0] == 'python -I -m pip install "grader @ git+https://x.org/y"'
    assert commands[1] == "grade submit exercises --course ."
