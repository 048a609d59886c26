"""Zips of pages: Moodle and Canvas give each student the page of that student, and no other."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from support import downloads, receivers
from support.reports import report_of

from grader.batch.classes import ClassOptions, find_submissions
from grader.cli.export import export
from grader.errors import ExportError
from grader.records import Course
from grader.report import Report, to_json
from grader.writers.exports.feedback_zip import canvas_path, moodle_path, write_feedback_zip
from grader.writers.pages.request import PageRequest


def handed_in_as(original: str, identity: str = "ada") -> Report:
    report = report_of(identity, audience="instructor")
    return replace(report, submission=replace(report.submission, original=original))


def make(requests: Iterable[PageRequest]) -> Iterator[bytes]:
    return (request.make() for request in requests)


def pack(reports: list[Report], target: str) -> tuple[zipfile.ZipFile, list[str]]:
    left_out: list[str] = []
    content = b"".join(write_feedback_zip(reports, target, left_out, make))
    return zipfile.ZipFile(io.BytesIO(content)), left_out


@pytest.mark.parametrize(
    ("original", "path"),
    [
        ("Ada Lovelace_11_assignsubmission_file_", "Ada Lovelace_11_assignsubmission_file_/"),
        ("Ada Lovelace_11_assignsubmission_file", "Ada Lovelace_11_assignsubmission_file_/"),
        ("Ada_L_11_assignsubmission_file_hw.py", "Ada L_11_assignsubmission_file_/"),
        (
            "Participant_11_assignsubmission_onlinetext_",
            "Participant_11_assignsubmission_onlinetext_/",
        ),
    ],
)
def test_moodle_finds_the_participant_of_a_page(original: str, path: str) -> None:
    """Folders and flat files, old and new, with low lines in a name, and blind."""
    assert moodle_path(original) == path + "feedback.html"
    assert receivers.moodle_feedback([moodle_path(original)], {11}) == {11: "feedback.html"}


@pytest.mark.parametrize(
    "original",
    [
        "lovelaceada_101_9001_activations.py",
        "lovelaceada_LATE_101_9001_activations-1.py",
        "lovelaceada_101_LATE_9001_a_2_b.zip",
        "anon_LATE_101_9001_x.py",
    ],
)
def test_canvas_finds_the_student_and_the_file_of_a_page(original: str) -> None:
    """Late or not, handed in again, anonymous."""
    assert canvas_path(original).endswith("_9001_feedback.html")
    found = receivers.canvas_feedback([canvas_path(original)], {9001: 101})
    assert found == {101: canvas_path(original)}


@pytest.mark.parametrize("form", ["canvas", "moodle", "moodle_flat"])
def test_every_student_of_a_download_gets_a_page(form: str, tmp_path: Path, course: Course) -> None:
    """Also those who handed in again, late, a text or nothing that can be graded."""
    files = getattr(downloads, form)()
    (tmp_path / "into").mkdir()
    path = downloads.as_zip(tmp_path, files)
    found = find_submissions([path], course, ClassOptions(), tmp_path / "into").submissions
    numbers = {int(student.number) for student in downloads.STUDENTS}
    if form == "canvas":
        attachments = {9000 + i: int(s.number) for i, s in enumerate(downloads.STUDENTS)}
        paths = [canvas_path(one.original) for one in found]
        assert receivers.canvas_feedback(paths, attachments).keys() == numbers
    else:
        paths = [moodle_path(one.original) for one in found]
        assert receivers.moodle_feedback(paths, numbers).keys() == numbers


def test_a_page_is_for_students() -> None:
    """Of an instructor's report nothing of hidden checks is shown."""
    archive, left_out = pack(
        [handed_in_as("A_11_assignsubmission_file_"), report_of("eve")], "moodle-feedback"
    )
    (name,) = archive.namelist()
    page = archive.read(name).decode()
    assert "Right curve" in page
    assert "271828" not in page
    assert left_out == ["eve"]


def test_equal_reports_make_equal_zips() -> None:
    """No time is in them."""
    reports = [handed_in_as("A_11_assignsubmission_file_")]
    zips = (write_feedback_zip(reports, "moodle-feedback", [], make) for _ in range(2))
    one, other = map(b"".join, zips)
    assert one == other


def test_reports_of_another_download_are_refused() -> None:
    """A number of Canvas is not a participant of Moodle."""
    with pytest.raises(ExportError, match="no report is of a download of Moodle"):
        pack([handed_in_as("lovelaceada_101_9001_a.py")], "moodle-feedback")


def test_the_command_takes_the_students_reports_of_a_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the output folder of a batch; a report without a name in the download ends with 3."""
    whole = handed_in_as("A_11_assignsubmission_file_")
    for place, hint in (("reports", "for the instructor"), ("feedback", "for the student")):
        report = replace(whole, audience="student" if place == "feedback" else "instructor")
        notes = replace(report.submission, notes=(hint,))
        (tmp_path / place).mkdir()
        (tmp_path / place / "ada.json").write_bytes(to_json(replace(report, submission=notes)))
    (tmp_path / "journal.jsonl").write_text("")
    command = [str(tmp_path), "--to", "moodle-feedback", "-o", str(tmp_path / "out.zip")]
    with pytest.raises(SystemExit) as ended:
        export.main(command)
    assert not ended.value.code
    archive = zipfile.ZipFile(tmp_path / "out.zip")
    assert b"for the student" in archive.read(archive.namelist()[0])
    (tmp_path / "feedback" / "eve.json").write_bytes(to_json(report_of("eve")))
    with pytest.raises(SystemExit) as ended:
        export.main(command)
    assert ended.value.code == 3
    assert "among them eve" in capsys.readouterr().err.splitlines()[-1]
