"""`grade reset`: the stub of one function, back in a student's file."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from support.courses import write_thermometer
from support.here import grade_here
from support.running import assert_one_line

from grader.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
SOLVED = (ROOT / "solutions" / "activations.py").read_bytes()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with solved work in `work`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "activations.py").write_bytes(SOLVED)
    return tmp_path / "work"


def definition(path: Path, name: str) -> str:
    return path.read_text(encoding="utf-8").split(f"\ndef {name}(")[1].split("\n\n\n")[0].rstrip()


@pytest.mark.parametrize("typed", [("tanh_prime",), ("activations/tanh_prime", "work")])
def test_the_stub_is_back_and_nothing_else_has_changed(work: Path, typed: tuple[str, ...]) -> None:
    """The file as it was is kept beside it."""
    done = grade_here("reset", *typed)
    assert done.returncode == 0, done.output
    assert done.output.splitlines() == [
        "written  work/activations.py (tanh_prime is the stub again)",
        "kept     work/activations.py.bak (the file as it was)",
    ]
    stub = definition(ROOT / "exercises" / "activations.py", "tanh_prime")
    assert definition(work / "activations.py", "tanh_prime") == stub
    solved = definition(ROOT / "solutions" / "activations.py", "tanh_prime")
    assert (work / "activations.py").read_text() == SOLVED.decode().replace(solved, stub)
    assert (work / "activations.py.bak").read_bytes() == SOLVED


def test_what_is_kept_is_never_overwritten(work: Path) -> None:
    """Each time there is another name, and none where there was nothing to do."""
    grade_here("reset", "sigmoid")
    once = (work / "activations.py").read_bytes()
    done = grade_here("reset", "sigmoid")
    assert done.output == "sigmoid in work/activations.py is the stub already.\n"
    assert done.returncode == 0
    grade_here("reset", "relu")
    names = {path.name: path.read_bytes() for path in work.iterdir()}
    assert set(names) == {"activations.py", "activations.py.bak", "activations.py.bak2"}
    assert names["activations.py.bak"] == SOLVED
    assert names["activations.py.bak2"] == once


@pytest.mark.skipif(os.name == "nt", reason="permissions and links of Unix")
def test_permissions_and_links_stay(work: Path) -> None:
    """A file that others may not read is not shown to them, nor is its copy."""
    (work / "activations.py").rename(work / "mine.py")
    (work / "mine.py").chmod(0o600)
    (work / "activations.py").symlink_to("mine.py")
    assert grade_here("reset", "sigmoid", work).returncode == 0
    assert (work / "activations.py").is_symlink()
    assert "NotImplementedError" in (work / "mine.py").read_text()
    for name in ("mine.py", "activations.py.bak"):
        assert stat.S_IMODE((work / name).stat().st_mode) == 0o600


@pytest.mark.usefixtures("work")
def test_the_kept_file_is_not_graded() -> None:
    """Nor is it a note of the report."""
    grade_here("reset", "sigmoid", "work")
    done = grade_here("submit", "work", "--exercise", "activations")
    assert "10 / 12 points" in done.output
    assert ".bak" not in done.output


def refused(*arguments: str | Path) -> str:
    """Return the one line with which a command ended that changed nothing."""
    before = {path: path.read_bytes() for path in Path.cwd().rglob("*") if path.is_file()}
    done = grade_here("reset", *arguments)
    assert done.returncode == 3
    assert_one_line(done.output)
    assert {p: p.read_bytes() for p in Path.cwd().rglob("*") if p.is_file()} == before
    return done.output


def test_a_file_that_cannot_be_parsed_is_refused(work: Path) -> None:
    """With its line; it stays as it is, and there is no copy."""
    (work / "activations.py").write_bytes(SOLVED + b"\ndef f(:\n")
    line = SOLVED.count(b"\n") + 2
    assert f"work/activations.py is unchanged: line {line}: " in refused("sigmoid")


def test_a_notebook_is_refused_with_what_to_do(work: Path) -> None:
    """Alone in the folder, or by its path."""
    shutil.rmtree(work)
    grade_here("init", "books", "--notebooks", "--exercise", "activations")
    for arguments in (("sigmoid",), ("sigmoid", "books/activations.ipynb")):
        told = refused(*arguments)
        assert "books/activations.ipynb is a notebook" in told
        assert "`grade init fresh --notebooks`" in told
        assert "copy the cell of sigmoid" in told


def test_of_several_files_none_is_chosen(work: Path) -> None:
    """Unless one is in the folder itself."""
    shutil.copytree(work, "other")
    told = refused("sigmoid")
    assert "other/activations.py, work/activations.py" in told
    shutil.copy(work / "activations.py", ".")
    assert "written  activations.py (" in grade_here("reset", "sigmoid").output


def test_the_last_report_names_the_file_of_another_name(work: Path) -> None:
    """As of a hand-in with one file for all exercises."""
    (work / "activations.py").rename(work / "all_in_one.py")
    assert "activations.py is not in . or the folders there" in refused("sigmoid")
    grade_here("submit", "work/all_in_one.py", "--exercise", "activations")
    assert "written  work/all_in_one.py" in grade_here("reset", "sigmoid").output
    assert "nowhere does not exist" in refused("sigmoid", "nowhere")


def test_an_unknown_function_is_wrong_usage(work: Path) -> None:
    """With the name that is most like it."""
    done = grade_here("reset", "sigmod", work)
    assert done.returncode == 2
    assert "no stub has a function 'sigmod'; did you mean sigmoid?" in done.output


def test_a_kit_has_no_other_copy_of_its_stubs(tmp_path: Path) -> None:
    """So a student who works in them is told where there is one."""
    write_thermometer(tmp_path / "kit")
    stub = next((tmp_path / "kit" / "exercises").glob("*.py"))
    before = stub.read_bytes()
    done = grade_here("reset", "to_fahrenheit", stub.parent, "--course", tmp_path / "kit")
    assert done.returncode == 3, done.output
    assert "is the course's only copy of the stub, and is unchanged" in done.output
    assert stub.read_bytes() == before


def test_the_shell_completes_functions() -> None:
    """With the exercise beside each name."""
    complete = ShellComplete(main, {}, "grade", "_GRADE_COMPLETE")
    found = complete.get_completions(["reset"], "gelu")
    assert [(item.value, item.help) for item in found] == [
        ("gelu", "activations"),
        ("gelu_prime", "activations"),
    ]
