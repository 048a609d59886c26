"""`grade init --update`: changed stubs in a folder in which a student works."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.here import grade_here
from support.running import assert_one_line

from grader.release.kit_notebook import point_at_kit
from grader.submissions.updating.folder import TWO_FOLDERS_UP

ROOT = Path(__file__).resolve().parents[2]
PROVIDED = "def provided(z):\n    return z + 1\n"
WRITTEN = "return 2 * x  # mine"


def edit(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_bytes().decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_bytes(text.encode())


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_course(folder: Path, version: str, *changes: tuple[str, str]) -> Path:
    """Write a course of three exercises with stubs, of which the last ones are changed."""
    stubs = folder / "exercises"
    (stubs / "notebooks").mkdir(parents=True)
    manifest = f'name = "small"\nversion = "{version}"\ntitle = "Small"\n[limits]\n'
    manifest += "call_s = 1\nload_s = 1\nfunction_s = 1\nsubmission_s = 9\n"
    manifest += "memory_mib = 512\ncpu_s = 9\n"
    for name in ("one", "two"):
        manifest += f'[[exercise]]\nname = "{name}"\ntitle = "Title"\n'
        text = f'"""Module {name}."""\n\nimport math\n\n\n{PROVIDED}\n\n' + "\n\n".join(
            f'def {name}_{n}(x):\n    """Return {n}."""\n    raise NotImplementedError\n'
            for n in ("a", "b")
        )
        for old, new in changes:
            text = text.replace(old, new)
        (stubs / f"{name}.py").write_text(text)
        parts = text.split("\n\n\n")
        cells = [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"{name}-{place}",
                "metadata": {},
                "outputs": [],
                "source": part.rstrip().splitlines(keepends=True),
            }
            for place, part in enumerate((*parts, f'grade("{name}", course=Path("../.."))'))
        ]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        content = json.dumps(notebook, indent=1) + "\n"
        (stubs / "notebooks" / f"{name}.ipynb").write_text(content)
    (folder / "course.toml").write_text(manifest)
    return folder


CHANGES = (("Return a.", "Return the a."), ("z + 1", "z + 2"))


def write_kit(folder: Path, version: str, *changes: tuple[str, str]) -> Path:
    """Write a course as a kit has it, with copies of the stubs."""
    write_course(folder, version, *changes)
    copies = folder / "exercises" / ".stubs"
    shutil.copytree(folder / "exercises", folder / "copies")
    (folder / "copies").rename(copies)
    (copies / "VERSION").write_text(f"small {version}\n")
    return folder


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an old course and a new one."""
    monkeypatch.chdir(tmp_path)
    write_course(tmp_path / "old", "1.0")
    write_course(tmp_path / "new", "1.1", *CHANGES)
    return tmp_path


@pytest.fixture
def work(here: Path) -> Path:
    """Work that was begun with the old course."""
    grade_here("init", "work", "--course", "old")
    edit(here / "work" / "one.py", ("raise NotImplementedError", WRITTEN))
    return here / "work"


def test_changed_stubs_are_brought_function_by_function(work: Path) -> None:
    """What was written stays, and what changed is one line each."""
    before = (work / "one.py").read_bytes()
    done = grade_here("init", "work", "--update", "--course", "new")
    assert done.returncode == 0
    assert done.output.splitlines()[:6] == [
        "Stubs of small 1.0 -> small 1.1",
        "updated  work/one.py",
        "  provided: new provided code",
        "  one_a: new docstring",
        "kept     work/one.py.before (the file as it was)",
        "updated  work/two.py (nothing was written in it: it is the new stub)",
    ]
    assert "  grade submit work --course new " in done.output
    expected = before.replace(b"Return a.", b"Return the a.").replace(b"z + 1", b"z + 2")
    assert (work / "one.py").read_bytes() == expected
    assert (work / "one.py.before").read_bytes() == before
    assert (work / "two.py").read_bytes() == Path("new/exercises/two.py").read_bytes()
    assert not (work / "two.py.before").exists()


def test_a_second_run_changes_nothing(work: Path) -> None:
    """And says so, with exit status 0."""
    grade_here("init", "work", "--update", "--course", "new")
    before = tree(work)
    done = grade_here("init", "work", "--update", "--course", "new")
    assert done.returncode == 0
    assert done.output.splitlines()[:2] == [
        "Stubs of small 1.1",
        "Nothing to do: your files are up to date.",
    ]
    assert tree(work) == before


def test_without_the_option_nothing_is_changed_and_it_is_named(work: Path) -> None:
    """As it was; a folder without files gets no such line."""
    before = tree(work)
    done = grade_here("init", "work", "--course", "new")
    assert "kept     work/one.py (it existed already)" in done.output
    assert "`grade init work --course new --update` brings changed stubs" in done.output
    assert tree(work) == before
    assert "--update" not in grade_here("init", "other", "--course", "new").output


def test_what_was_kept_is_never_overwritten(work: Path) -> None:
    """Another copy gets another name; the same content is there once."""
    (work / "one.py.before").write_text("an older copy")
    before = (work / "one.py").read_bytes()
    done = grade_here("init", "work", "--update", "--course", "new")
    assert "kept     work/one.py.before2 (" in done.output
    assert (work / "one.py.before").read_text() == "an older copy"
    (work / "one.py").write_bytes(before)
    shutil.rmtree(work / ".stubs")
    grade_here("init", "work", "--update", "--course", "new")
    kept = sorted(path.name for path in work.glob("*before*"))
    assert kept == [
        "one.py.before",
        "one.py.before2",
    ]


def test_a_file_that_cannot_be_parsed_is_refused_and_the_others_are_updated(work: Path) -> None:
    """With its line and exit status 3; after it was corrected, the same command updates it."""
    edit(work / "one.py", ("return 2", "return ("))
    before = (work / "one.py").read_bytes()
    done = grade_here("init", "work", "--update", "--course", "new")
    assert done.returncode == 3
    assert "refused  work/one.py is unchanged: line 1" in done.output
    assert "grade: 1 file could not be updated, for the reason above" in done.output
    assert (work / "one.py").read_bytes() == before
    assert b"z + 2" in (work / "two.py").read_bytes()
    edit(work / "one.py", ("return (", "return 2"))
    done = grade_here("init", "work", "--update", "--course", "new")
    assert done.returncode == 0
    assert "Stubs of small 1.0 -> small 1.1" in done.output
    assert "one_a: new docstring" in done.output


def test_new_exercises_are_written_as_the_others_are(work: Path, here: Path) -> None:
    """As notebooks where all others are notebooks."""
    (work / "two.py").unlink()
    assert (
        "written  work/two.py" in grade_here("init", "work", "--update", "--course", "new").output
    )
    grade_here("init", "books", "--notebooks", "--course", "old")
    (here / "books" / "two.ipynb").unlink()
    done = grade_here("init", "books", "--update", "--course", "new")
    assert "written  books/two.ipynb" in done.output
    assert not (here / "books" / "two.py").exists()
    assert 'Path(\\"../new\\")' in (here / "books" / "two.ipynb").read_text()


def test_only_the_chosen_exercises_are_updated(work: Path) -> None:
    """The others stay as they are."""
    before = (work / "two.py").read_bytes()
    grade_here("init", "work", "--update", "--course", "new", "--exercise", "one")
    assert (work / "two.py").read_bytes() == before
    assert b"z + 2" in (work / "one.py").read_bytes()


@pytest.mark.parametrize("given", ["kit", "kit/exercises"])
def test_work_in_an_old_kit_is_updated_from_a_new_one(here: Path, given: str) -> None:
    """Modules and notebooks, from the copies in the kits; the kit's own folder is named."""
    write_kit(here / "kit", "1.0")
    write_kit(here / "fresh", "1.1", *CHANGES)
    # The student has begun in both.
    for folder in ("kit", "fresh"):
        for name in ("one.py", "notebooks/one.ipynb"):
            edit(here / folder / "exercises" / name, ("raise NotImplementedError", WRITTEN))
    done = grade_here("init", given, "--update", "--course", "fresh")
    if given == "kit":
        assert done.returncode == 3
        assert_one_line(done.output)
        assert "kit has none of the stubs, and kit/exercises has" in done.output
        return
    assert done.returncode == 0
    assert "Stubs of small 1.0 -> small 1.1" in done.output
    for name in ("one.py", "notebooks/one.ipynb"):
        path = here / "kit" / "exercises" / name
        assert path.read_text().count(WRITTEN) == 2
        assert "z + 2" in path.read_text()
        assert path.with_name(f"{path.name}.before").is_file()
    notebook = here / "kit" / "exercises" / "notebooks" / "one.ipynb"
    assert 'Path(\\"../../../fresh\\")' in notebook.read_text()
    before = tree(here)
    assert "Nothing to do" in grade_here("init", given, "--update", "--course", "fresh").output
    assert tree(here) == before


def test_the_last_cell_of_a_kits_notebook_names_the_place_that_is_replaced() -> None:
    """Once."""
    notebook = (ROOT / "exercises" / "notebooks" / "losses.ipynb").read_text(encoding="utf-8")
    pointed = point_at_kit(
        notebook, "losses", install="", packages=(), origin="# Course: small 1.0"
    )
    assert pointed.encode().count(TWO_FOLDERS_UP) == 1


def test_the_version_of_the_course_in_a_file_is_renewed(here: Path) -> None:
    """So that a report notes no other version; another comment stays."""
    line = '"""Module one."""'
    write_kit(here / "kit", "1.0", (line, f"# Course: small 1.0\n{line}"))
    write_kit(here / "fresh", "1.1", (line, f"# Course: small 1.1\n{line}"))
    file = here / "kit" / "exercises" / "one.py"
    edit(file, ("raise NotImplementedError", WRITTEN), ("import math", "# Course: CS 101"))
    done = grade_here("init", "kit/exercises", "--update", "--course", "fresh")
    assert "  the module: its first line names the new version" in done.output
    assert file.read_text().startswith("# Course: small 1.1\n")
    assert "# Course: CS 101" in file.read_text()


def test_old_work_that_was_copied_into_a_new_kit_is_updated(here: Path) -> None:
    """Though the copies there are those of the new stubs."""
    write_kit(here / "fresh", "1.1", *CHANGES)
    file = here / "fresh" / "exercises" / "one.py"
    shutil.copy("old/exercises/one.py", file)
    edit(file, ("raise NotImplementedError", WRITTEN))
    done = grade_here("init", "fresh/exercises", "--update", "--course", "fresh")
    assert done.returncode == 0
    assert "  one_a: new docstring" in done.output
    assert "  provided: left: the provided code differs from yours" in done.output
    assert WRITTEN in file.read_text()


def test_in_a_kit_that_a_student_works_in_nothing_is_to_do(here: Path) -> None:
    """And its stubs are those of the copies: `reset` and `init` use them."""
    write_kit(here / "kit", "1.0")
    file = here / "kit" / "exercises" / "one.py"
    stub = file.read_bytes()
    edit(file, ("raise NotImplementedError", WRITTEN))
    assert (
        "Nothing to do" in grade_here("init", "kit/exercises", "--update", "--course", "kit").output
    )
    grade_here("init", "again", "--course", "kit")
    assert (here / "again" / "one.py").read_bytes() == stub
    assert grade_here("reset", "one_a", file, "--course", "kit").returncode == 0
    assert file.read_text().count(WRITTEN) == 1


def test_the_stubs_of_a_course_are_not_updated(here: Path) -> None:
    """They are the only ones."""
    before = tree(here)
    for folder in ("new/exercises", "new/exercises/notebooks"):
        done = grade_here("init", folder, "--update", "--course", "new")
        assert done.returncode == 3
        assert "has the course's only copies of the stubs" in done.output
        assert_one_line(done.output)
    assert tree(here) == before


def test_copies_that_are_broken_are_not_used(work: Path) -> None:
    """As if there were none."""
    (work / ".stubs" / "one.py").write_text("def (")
    (work / ".stubs" / "VERSION").write_bytes(b"\xff")
    done = grade_here("init", "work", "--update", "--course", "new")
    assert done.returncode == 0
    assert "Stubs of an unknown version -> small 1.1" in done.output
    assert "  one_a: new docstring" in done.output


@pytest.mark.parametrize("made_by", ["copy", "link", "symlink"])
def test_work_in_the_place_of_a_copy_is_not_taken_for_a_stub(work: Path, made_by: str) -> None:
    """Otherwise the work would be replaced, as if nothing were written."""
    mine, copies = work / "one.py", work / ".stubs"
    if made_by == "copy":
        shutil.copy(mine, copies)
    else:
        (copies / "one.py").unlink()
        if made_by == "symlink":
            (copies / "one.py").symlink_to(mine)
        else:
            (copies / "one.py").hardlink_to(mine)
    assert grade_here("init", "work", "--update", "--course", "new").returncode == 0
    found = tree(work)
    assert any(content.count(WRITTEN.encode()) == 2 for content in found.values())
    assert (work / "one.py").read_text().count(WRITTEN) == 2
    assert "Return the a." in (work / "one.py").read_text()


def test_copies_that_are_a_link_are_not_written(work: Path) -> None:
    """They would replace the files of the folder that it names."""
    shutil.rmtree(work / ".stubs")
    (work / ".stubs").symlink_to(work, target_is_directory=True)
    before = {path: path.read_bytes() for path in work.glob("*.py")}
    done = grade_here("init", "work", "--update", "--course", "new")
    assert done.returncode == 3
    assert_one_line(done.output)
    assert "is a link; delete it" in done.output
    (work / "two.py").unlink()
    assert grade_here("init", "work", "--course", "new").returncode == 3
    assert (work / "one.py").read_bytes() == before[work / "one.py"]


def test_a_notebook_in_the_place_of_its_copy_is_not_taken_for_a_stub(here: Path) -> None:
    """The same of cells."""
    grade_here("init", "cells", "--notebooks", "--course", "old")
    mine = here / "cells" / "one.ipynb"
    edit(mine, ("raise NotImplementedError", WRITTEN))
    shutil.copy(mine, here / "cells" / ".stubs")
    assert grade_here("init", "cells", "--update", "--course", "new").returncode == 0
    assert WRITTEN in mine.read_text()


@pytest.mark.skipif(os.name == "nt", reason="pipes of Unix")
def test_a_strange_version_of_copies_is_one_short_line(work: Path) -> None:
    """It is a text that anyone may have changed; a pipe is not read."""
    version = work / ".stubs" / "VERSION"
    version.write_text("\x1b[31msmall\n" + "x" * 10_000_000)
    first, *_ = grade_here("init", "work", "--update", "--course", "new").output.splitlines()
    assert "\x1b" not in first
    assert len(first) < 200
    version.unlink()
    os.mkfifo(version)
    done = grade_here("init", "work", "--update", "--course", "new")
    assert "Stubs of an unknown version" in done.output


def test_what_is_kept_is_not_graded(here: Path) -> None:
    """Neither the copies of stubs nor the files as they were; no note names them."""
    grade_here("init", "real", "--exercise", "activations")
    edit(
        here / "real" / "activations.py", ('def sigmoid(z):\n    """', 'def sigmoid(z):\n    """I ')
    )
    shutil.rmtree(here / "real" / ".stubs")
    grade_here("init", "real", "--update", "--exercise", "activations")
    assert (here / "real" / "activations.py.before").is_file()
    done = grade_here("submit", "real", "--exercise", "activations")
    assert "0 / 12 points" in done.output
    assert ".before" not in done.output
    assert ".stubs" not in done.output


@pytest.mark.skipif(os.name == "nt", reason="permissions and links of Unix")
def test_permissions_and_links_stay(work: Path) -> None:
    """A file that others may not read is not shown to them, nor is its copy."""
    (work / "one.py").rename(work / "mine.py")
    (work / "mine.py").chmod(0o600)
    (work / "one.py").symlink_to("mine.py")
    assert grade_here("init", "work", "--update", "--course", "new").returncode == 0
    assert (work / "one.py").is_symlink()
    assert "z + 2" in (work / "mine.py").read_text()
    for name in ("mine.py", "one.py.before"):
        assert stat.S_IMODE((work / name).stat().st_mode) == 0o600


def test_a_full_disk_loses_nothing(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says so, and there is no half of a file."""
    before = tree(work)

    for step in range(100):
        rewrite(work, before)
        left = step

        def count() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as full:
            for owner, name in WRITES:
                wrap(full, owner, name, count)
            done = grade_here("init", "work", "--update", "--course", "new")
        if done.returncode == 0:
            break
        assert done.returncode == 3
        assert "No space left on device" in done.output.splitlines()[-1]
        found = tree(work)
        assert not [name for name in found if name not in before and name != "one.py.before"]
        assert any(content.count(WRITTEN.encode()) == 2 for content in found.values())
        assert grade_here("init", "work", "--update", "--course", "new").returncode == 0
        assert b"z + 2" in (work / "one.py").read_bytes()
    assert step > 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process to end")
def test_a_kill_at_any_moment_loses_nothing(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is in the file or beside it, and the next run completes the update."""
    before = tree(work)
    grade_here("init", "work", "--update", "--course", "new")
    expected = {name: c for name, c in tree(work).items() if "before" not in name}
    ended = -1
    for step in range(100):
        rewrite(work, before)
        ended = run_and_die(step, monkeypatch)
        found = tree(work)
        assert any(content.count(WRITTEN.encode()) == 2 for content in found.values())
        assert found["one.py"] in (before["one.py"], expected["one.py"])
        done = grade_here("init", "work", "--update", "--course", "new")
        assert done.returncode == 0
        found = tree(work)
        assert {name: found[name] for name in expected} == expected
        if not ended:
            break
    assert ended == 0
    assert step > 8


# Each is called before something is on the disk that was not there.
WRITES = ((Path, "replace"), (os, "fsync"), (os, "fdopen"), (Path, "write_bytes"))


def rewrite(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def run_and_die(step: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run the update in a process that is killed before one of its writes; return its end."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)

    for owner, name in WRITES:
        wrap(monkeypatch, owner, name, count)
    grade_here("init", "work", "--update", "--course", "new")
    os._exit(0)


def wrap(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, first: Callable[[], None]) -> None:
    original = getattr(owner, name)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        first()
        return original(*arguments, **options)

    monkeypatch.setattr(owner, name, wrapped)
