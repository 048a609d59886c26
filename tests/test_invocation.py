"""What messages suggest to type: `grade` where a shell finds it, and else what works."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.running import GRADE

from grader.invocation import find_program
from grader.sanitize import quote_path

ROOT = Path(__file__).resolve().parents[1]
SPELT_OUT = re.compile(r"(run|type|try|in) `grade\b")


def program(folder: Path, name: str, mode: int = 0o755) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("")
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("sys.argv", ["ipykernel_launcher.py"])


def test_a_command_that_the_shell_finds_is_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it was called: in an active environment its path need not be typed."""
    program(tmp_path / "bin", "grade")
    assert find_program() == "grade"
    monkeypatch.setattr("sys.argv", [str(program(tmp_path / ".venv" / "bin", "grade"))])
    assert find_program() == "grade"


@pytest.mark.parametrize("typed", [".venv/bin/grade", "{here}/.venv/bin/grade"])
def test_else_it_is_what_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """From the current folder, where it is in there, and in quotes where a shell needs them."""
    monkeypatch.setattr("sys.argv", [typed.format(here=tmp_path)])
    program(tmp_path / ".venv" / "bin", "grade")
    assert find_program() == ".venv/bin/grade"
    elsewhere = program(tmp_path / "my env", "backprop-grader")
    monkeypatch.setattr("sys.argv", [str(elsewhere)])
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    assert find_program() == f"'{elsewhere}'"


def test_on_windows_the_ending_is_not_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The launcher of Windows cuts it off, and no shell needs it."""
    program(tmp_path / "Scripts", "grade.exe")
    monkeypatch.setattr("sys.argv", [str(tmp_path / "Scripts" / "grade")])
    assert find_program() == "Scripts/grade"


def test_else_it_is_a_module_of_this_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name where the shell finds this Python, and not another that it is a link to."""
    python = program(tmp_path / "env" / "bin", "python3")
    monkeypatch.setattr("sys.executable", str(python))
    assert find_program() == "env/bin/python3 -m grader"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(python)
    assert find_program() == "env/bin/python3 -m grader"
    monkeypatch.setenv("PATH", str(python.parent))
    assert find_program() == "python3 -m grader"
    monkeypatch.setattr("sys.argv", [])
    assert find_program() == "python3 -m grader"


def test_before_that_it_is_the_command_beside_this_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for `.venv/bin/pytest` in a kit, in its `exercises`, and far away."""
    python = program(tmp_path / ".venv" / "bin", "python3")
    monkeypatch.setattr("sys.executable", str(python))
    monkeypatch.setattr("sys.argv", [str(python.with_name("pytest"))])
    grade = program(python.parent, "grade")
    assert find_program() == ".venv/bin/grade"
    for folder, typed in (
        ("a", "../.venv/bin/grade"),
        ("a/b", "../../.venv/bin/grade"),
        ("a/b/c", str(grade)),
    ):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        assert find_program() == typed
    monkeypatch.setenv("PATH", str(python.parent / "elsewhere"))
    grade.rename(grade.with_suffix(".exe"))
    assert find_program() == str(grade)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("work", "work"),
        (r"C:\Users\ada\hw 1", r'"C:\Users\ada\hw 1"'),
        (r"C:\kit\exercises", r"C:\kit\exercises"),
        ("it's", '"it\'s"'),
        ("a,b", '"a,b"'),
        ("-x", "./-x"),
        ("a & del b", '"a & del b"'),
        ("$(del x)", "PATH"),
        ("%PATH%", "PATH"),
        ("a`b", "PATH"),
        ("a\nb", "PATH"),
    ],
)
def test_a_path_is_quoted_as_windows_takes_it(
    monkeypatch: pytest.MonkeyPatch, name: str, typed: str
) -> None:
    """In cmd and in PowerShell; a name that either would replace is not shown."""
    monkeypatch.setattr("sys.platform", "win32")
    assert quote_path(name) == typed


def test_no_message_spells_out_what_to_run() -> None:
    """Its first word is that of `find_program`; docstrings and docs use the plain name."""
    for path in (ROOT / "grader").rglob("*.py"):
        if path.name == "kit_readme.py":
            continue  # a page of documentation
        text = path.read_text(encoding="utf-8")
        if "`grade" not in text:
            continue
        tree = ast.parse(text)
        documented = ast.Module | ast.FunctionDef | ast.ClassDef
        docs = [node.body[0] for node in ast.walk(tree) if isinstance(node, documented)]
        texts = {id(one.value) for one in docs if isinstance(one, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in texts:
                assert not SPELT_OUT.search(str(node.value)), path


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [[GRADE], [sys.executable, "-m", "grader"]], ids=["path", "module"]
)
def test_messages_suggest_what_works_here(command: list[str], tmp_path: Path) -> None:
    """After a result, about a saved file, and for an empty folder; by path and as a module."""

    def run(*arguments: str, path: str = "/nowhere") -> str:
        done = subprocess.run(
            [*command, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        return done.stdout + done.stderr

    assert "  grade watch work  " in run("init", "work", path=str(Path(GRADE).parent))
    (tmp_path / "empty").mkdir()
    work = tmp_path / "work" / "activations.py"
    text = work.read_text(encoding="utf-8")
    work.write_text(text.replace("raise NotImplementedError", "return z", 1), encoding="utf-8")
    assert f"Stuck? `{GRADE} hint`" in run("submit", "work", "--exercise", "activations")
    assert f"`{GRADE} hint` shows those that failed" in run("hint", "quantum")
    assert f"`{GRADE} init empty` puts the stubs there" in run("submit", "empty")
    work.write_text(work.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert f"run `{GRADE} submit` again" in run("list")
    assert f"  {GRADE} watch new  " in run("init", "new")
