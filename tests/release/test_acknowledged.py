"""Leaks that a course acknowledges: only that text in that file, and it is still there."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest
from support.courses import write_small_course
from support.here import grade_here

from grader.course.manifest import load_course
from grader.records import Leak
from grader.release.acknowledged import Acknowledged

STUB = PurePosixPath("exercises/numbers.py")
TEXT = "return float(np.max(values) - np.min(values))"


@pytest.mark.parametrize(
    ("path", "text", "covered"),
    [
        ("exercises/numbers.py", TEXT, True),
        ("exercises/numbers.py", f"    {TEXT}  ", True),
        ("exercises/numbers.py", "np.max(values) - np.min(values)", True),  # a part of it
        ("exercises/numbers.py", "return float( np.max(values)-np.min(values) )", True),
        ("exercises/numbers.py", "return np.max(values)", False),
        ("exercises/numbers.py", f"{TEXT}\nreturn 2", False),
        ("exercises/letters.py", TEXT, False),
        ("exercises/notebooks/numbers.ipynb", TEXT, False),
        ("exercises/numbers.py", "", False),
    ],
)
def test_only_that_text_in_that_file_is_covered(path: str, text: str, covered: bool) -> None:
    """Layout does not matter, and a part of what is acknowledged is."""
    known = Acknowledged([Leak(str(STUB), TEXT, "An example.")])
    assert known.covers(PurePosixPath(path), text) is covered
    assert known.count == covered
    assert bool(list(known.list_unused([STUB], whole=False))) is not covered


def test_what_another_kit_has_is_not_unused() -> None:
    """The kit of a homework has other files."""
    known = Acknowledged([Leak("exercises/letters.py", TEXT, "An example.")])
    assert list(known.list_unused([STUB], whole=False)) == []
    assert len(list(known.list_unused([STUB], whole=True))) == 1


@pytest.mark.slow
def test_release_and_verify_honour_what_they_propose(tmp_path: Path) -> None:
    """The lines that a refusal prints are enough, once they have a reason."""
    manifest = write_small_course(tmp_path / "course", "provided_function_with_solution")
    options = ("--course", manifest.parent)
    refused = grade_here("release", tmp_path / "kit", *options)
    assert refused.returncode == 3
    assert not (tmp_path / "kit").exists()
    proposed = refused.stderr[refused.stderr.index("[[leak]]") :]
    proposed = proposed[: proposed.index('reason = ""')] + 'reason = "It is the example."\n'
    manifest.write_text(manifest.read_text() + "\n" + proposed)
    assert load_course(manifest).leaks == (Leak(str(STUB), TEXT, "It is the example."),)
    released = grade_here("release", tmp_path / "kit", *options)
    assert released.returncode == 0, released.stderr
    assert "1 leak is acknowledged in course.toml" in released.stdout
    assert json.dumps(TEXT) not in (tmp_path / "kit" / "course.toml").read_text()
    verified = grade_here("verify", *options, "--seeds", "1")
    assert verified.returncode == 0, verified.stdout
    assert "1 leak is acknowledged in course.toml" in verified.stdout
