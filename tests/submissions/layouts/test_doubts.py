"""A class in doubt is refused with what to do; what is nobody's work is left out with a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import downloads
from support.downloads import RIGHT, Files, write_files, zipped

from grader.batch.classes import ClassOptions, find_submissions
from grader.batch.listing import Listing
from grader.errors import SubmissionError
from grader.records import Course

THREE = {f"{who}/activations.py": RIGHT for who in ("ada", "emmy", "grace")}
PACKED = {f"{who}/hw.zip": zipped({"activations.py": RIGHT}) for who in ("ada", "emmy", "grace")}
NUMBERED = {f"{number}/activations.py": RIGHT for number in (41001, 41002, 41003)}
STUB = "activations.py"


def find(course: Course, folder: Path, files: Files, layout: str = "auto") -> Listing:
    write_files(folder / "class", files)
    into = folder / f"into-{layout}"
    into.mkdir()
    return find_submissions([folder / "class"], course, ClassOptions(layout), into)


def ids(listing: Listing) -> list[str]:
    return [one.id for one in listing.submissions]


@pytest.mark.parametrize("files", [THREE, PACKED, NUMBERED])
def test_work_beside_the_students_is_refused_and_a_stub_is_left_out(
    course: Course, tmp_path: Path, files: Files
) -> None:
    """Whatever the folders hold, and also where they are called by numbers."""
    stub = (course.stubs / STUB).read_bytes()
    with pytest.raises(SubmissionError, match=r"activations\.py is beside folders"):
        find(course, tmp_path / "work", {**files, STUB: RIGHT})
    listing = find(course, tmp_path / "stub", {**files, STUB: stub})
    assert ids(listing) == sorted({name.partition("/")[0] for name in files})
    assert [path.name for path in listing.left_out] == [STUB]


@pytest.mark.parametrize("platform", sorted(downloads.PLATFORMS))
def test_files_of_the_instructor_do_no_harm(course: Course, tmp_path: Path, platform: str) -> None:
    """Lists of names, notes, scripts, and an untouched stub beside a platform's names."""
    files = downloads.PLATFORMS[platform]()
    below = "hw1-submissions/" if platform == "github" else ""
    below = "submitted/" if platform == "nbgrader" else below
    helpers = {"names.csv": b"id,name\n", "README.txt": b"", "fetch.py": b"import os\n"}
    helpers |= {STUB: (course.stubs / STUB).read_bytes()}
    # Of nbgrader any folder is a student's.
    folders = {"notes/plan.pdf": b""} if platform != "nbgrader" else {}
    listing = find(
        course,
        tmp_path,
        {**files, **{below + name: text for name, text in {**helpers, **folders}.items()}},
    )
    assert len(listing.submissions) == 12
    assert {path.name for path in listing.left_out} == {
        STUB,
        "fetch.py",
        *(["notes"] if folders else []),
    }


@pytest.mark.parametrize(
    "files",
    [
        {"sue/class.zip": zipped(THREE)},
        {"sue/class.zip": zipped({f"a_{n}_1{n}_activations.py": RIGHT for n in (7, 8)})},
        {"sue/all/ada/activations.py": RIGHT, "sue/all/emmy/Copy of activations.ipynb": b""},
        {"sue.zip": zipped({f"x/{name}": text for name, text in THREE.items()})},
        {"sue/activations.py": RIGHT, "sue/others.zip": zipped(THREE)},
    ],
)
def test_a_class_in_the_folder_of_one_student_is_refused(
    course: Course, tmp_path: Path, files: Files
) -> None:
    """With --layout plain it is one submission, whose report says what is in doubt."""
    bob = {"bob/activations.py": RIGHT}
    with pytest.raises(SubmissionError, match=r"sue.* holds the work of several students"):
        find(course, tmp_path, {**files, **bob})
    assert ids(find(course, tmp_path, {}, "plain")) == ["bob", "sue"]


def test_one_students_own_folders_are_not_several_students(course: Course, tmp_path: Path) -> None:
    """Versions, years, weeks, parts and exports."""
    folders = ("v1", "v2", "2025", "2026", "old", "week 1", "submission_1", "submission_2", "src")
    files = {f"ada/{folder}/activations.py": RIGHT for folder in folders}
    files |= {"bob/part-1.zip": zipped({"activations.py": RIGHT}), "bob/part-2.zip": zipped({})}
    assert ids(find(course, tmp_path, files)) == ["ada", "bob"]


def test_people_are_found_in_a_wrapped_class(course: Course, tmp_path: Path) -> None:
    """By copies of notebooks, or where there are several with code of any name."""
    copies = {"ada/Copy of activations.ipynb": b"", "bob/activations (1).ipynb": b""}
    found = find(course, tmp_path / "0", {f"hw1/{name}": text for name, text in copies.items()})
    assert ids(found) == ["ada", "bob"]
    names = {f"hw1/{who}/{who} solution.py": RIGHT for who in ("ada", "bob", "zoe")}
    assert ids(find(course, tmp_path / "1", names)) == ["ada", "bob", "zoe"]


def test_two_readings_are_refused(course: Course, tmp_path: Path) -> None:
    """Either half could be the class."""
    mixed = {f"a{n}_{n}_1{n}_activations.py": RIGHT for n in (7, 8)}
    mixed |= {f"{who}.py": RIGHT for who in ("ada", "bob")}
    with pytest.raises(SubmissionError, match="choose --layout plain"):
        find(course, tmp_path / "0", mixed)
    assert len(find(course, tmp_path / "0", {}, "plain").submissions) == 4
    clones = {f"hw-submissions/hw-{n}_1_{n}_x/activations.py": RIGHT for n in (7, 8)}
    with pytest.raises(SubmissionError, match="--layout github or --layout canvas"):
        find(course, tmp_path / "1", clones)
    assert len(find(course, tmp_path / "1", {}, "github").submissions) == 2


def test_a_notebook_in_two_assignments_is_refused(course: Course, tmp_path: Path) -> None:
    """Assignments with different notebooks are graded together."""
    files = {f"submitted/ada/hw{n}/{name}.ipynb": b"" for n, name in enumerate("ab")}
    assert ids(find(course, tmp_path / "0", files)) == ["ada"]
    with pytest.raises(SubmissionError, match=r"a\.ipynb in the assignments hw0 and hw5"):
        find(course, tmp_path / "1", {**files, "submitted/ada/hw5/a.ipynb": b""})


def test_one_number_in_two_submissions_is_refused(course: Course, tmp_path: Path) -> None:
    """Which of them counts is not guessed."""
    roster = b"identifier,github_username,github_id,name\n7,ada,,A\n7,bob,,B\n"
    files = {f"hw-{who}/forward.py": RIGHT for who in ("ada", "bob")}
    with pytest.raises(SubmissionError, match="7 is the number of a student of two submissions"):
        find(course, tmp_path, {**files, "classroom_roster.csv": roster})


def test_a_team_of_the_roster_has_all_its_students(course: Course, tmp_path: Path) -> None:
    """By the team's name in the repository's, or by several rows with its login."""
    roster = "identifier,github_username,name,group_name\n"
    roster += "1,ada,Ada,Red Team\n2,bob,Bob,Red Team\n3,crew,Cy,\n4,crew,Di,\n"
    files = {f"hw-{who}/forward.py": RIGHT for who in ("red-team", "crew")}
    listing = find(course, tmp_path, {**files, "classroom_roster.csv": roster.encode()})
    people = {one.id: [person.name for person in one.students] for one in listing.submissions}
    assert people == {"red-team": ["Ada", "Bob"], "crew": ["Cy", "Di"]}


def test_a_clone_without_files_has_a_row(course: Course, tmp_path: Path) -> None:
    """Also one in which there is only the repository."""
    files = {"hw-submissions/hw-ada/.git/HEAD": b"", "hw-submissions/hw-bob/forward.py": RIGHT}
    listing = find(course, tmp_path, files)
    assert {one.id: one.reason for one in listing.submissions} == {"ada": "it is empty", "bob": ""}


def test_parts_are_not_versions(course: Course, tmp_path: Path) -> None:
    """Canvas adds a number to what is handed in again; a student may have done so before."""
    names = ("part-1.py", "part-2.py", "forward-1.py", "forward-2.py", "text.html")
    files = {f"ada_7_1{n}_{name}": RIGHT for n, name in enumerate(names)}
    (one,) = find(course, tmp_path, files).submissions
    assert [part.name for part in one.parts] == ["part-1.py", "part-2.py", "forward.py"]
    assert one.attempt == 3
