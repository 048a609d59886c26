"""The folder of what a batch unpacks: removed at the end, or by a later batch."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from grader.batch.scratch import open_scratch
from grader.errors import GraderError


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def age(folder: Path) -> None:
    os.utime(folder, (1.0, 1.0))


def test_it_is_private_and_removed(temporary: Path) -> None:
    """Nothing of the students' files stays."""
    with open_scratch() as folder:
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "x").write_text("x")
    assert list(temporary.iterdir()) == []


def test_without_space_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to do; `tempfile` raises this if it can write into no folder."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    with pytest.raises(GraderError, match=r"cannot be written: .*; free space"), open_scratch():
        pass


def test_what_a_killed_batch_left_is_removed(temporary: Path) -> None:
    """But not the folder of a batch that runs, a new one, or one of others."""
    for name in ("grade-unpacked-dead", "grade-unpacked-new", "other"):
        (temporary / name).mkdir()
        (temporary / name / "x").write_text("x")
    for name in ("grade-unpacked-dead", "other"):
        age(temporary / name)
    with open_scratch() as running:
        age(running)
        with open_scratch():
            names = {path.name for path in temporary.iterdir()}
    assert "grade-unpacked-dead" not in names
    assert {"grade-unpacked-new", "other", running.name} <= names
