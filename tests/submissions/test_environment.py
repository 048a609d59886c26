"""The numpy of a report that was handed in beside the code: noted, and never trusted."""

from __future__ import annotations

import json
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import ReadingError
from grader.records import Course
from grader.submissions.child.budget import Spent
from grader.submissions.child.entries import Entry, UnreadableError
from grader.submissions.child.environment import read_numpy
from grader.submissions.reader import read_submission

OURS = metadata.version("numpy")
CODE = "def relu(z):\n    return z\n"


def report(numpy: object = "1.26.4", **others: object) -> bytes:
    return json.dumps({"environment": {"numpy": numpy, "python": "3.12"}, **others}).encode()


def entry(content: bytes, name: str = "report.json") -> Entry:
    return Entry((name,), lambda _: content)


def hand_in(folder: Path, *reports: bytes) -> Path:
    for number, content in enumerate(reports):
        place = folder / ("ada" if not number else f"ada/{number}")
        place.mkdir(parents=True, exist_ok=True)
        (place / "report.json").write_bytes(content)
    (folder / "ada" / "activations.py").write_text(CODE)
    return folder / "ada"


def test_another_major_version_is_noted_alike_in_folder_and_zip(
    tmp_path: Path, course: Course
) -> None:
    """As data it changes neither the files nor the digest of the hand-in."""
    folder = hand_in(tmp_path, report("1.26.4"))
    packed = tmp_path / "ada.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"ada/{path.name}")
    note = f"its report.json was made with numpy 1.26.4, and this report with numpy {OURS}"
    for path in (folder, packed):
        submission = read_submission(path, course)
        assert submission.notes == (note,)
        assert [file.name for file in submission.files] == ["activations.py"]
    with_report = read_submission(folder, course).sha256
    (folder / "report.json").unlink()
    bare = read_submission(folder, course)
    assert bare.notes == ()
    assert bare.sha256 == with_report


@pytest.mark.parametrize(
    "reports",
    [
        [report(OURS)],
        [report(f"{OURS.partition('.')[0]}.0.0rc1")],
        [report("1.26.4"), report("1.26.4")],
        [b"", b"x"],
        [report("1.26.4; rm -rf /")],
        [report("1.\u202e26")],
        [report("1." + "2" * 500)],
        [report("1.26.4\n")],
        [report(1.26)],
        [b"[" * 100_000],
        [b'{"environment": []}'],
        [b"\xff\xfe"],
        [report() + b" " * 5 * 2**20],
    ],
)
def test_nothing_else_is_noted(tmp_path: Path, course: Course, reports: list[bytes]) -> None:
    """The same major version, several reports, and files that are not reports of ours."""
    assert read_submission(hand_in(tmp_path, *reports), course).notes == ()


@pytest.mark.parametrize(
    "error", [UnreadableError("it is a link"), Spent("too much"), ReadingError("the disk")]
)
def test_a_report_that_cannot_be_read_costs_nothing(error: Exception) -> None:
    """Neither a score nor the other notes."""

    def fail(_: int) -> bytes:
        raise error

    assert read_numpy([Entry(("report.json",), fail)]) == ""
    assert read_numpy([]) == ""


@given(content=st.binary(max_size=200) | st.text(max_size=60).map(report))
def test_any_bytes_give_a_short_version_or_nothing(content: bytes) -> None:
    """In a line of the report it must not be more than a version."""
    found = read_numpy([entry(content)])
    assert len(found) <= 40
    assert found == "" or (found.isascii() and found.isprintable() and " " not in found)
