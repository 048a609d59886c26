"""A class is the same class in each platform's download, packed or not, however wrapped."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import downloads
from support.downloads import (
    PLATFORMS,
    STUDENTS,
    Files,
    as_folder,
    as_zip,
    every_form,
    id_of,
    write_files,
    zipped,
)
from support.samples import sample

from grader.batch.classes import ClassOptions, find_submissions
from grader.batch.listing import Listed, Listing
from grader.batch.names import read_names
from grader.batch.reading import read_listed
from grader.batch.work import Snapshot
from grader.course.manifest import load_course
from grader.errors import GraderError, SubmissionError
from grader.records import Course, Person
from grader.submissions.child import unpack


@pytest.fixture(scope="module")
def plain(course: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Snapshot]:
    """Return what plain folders give of each student."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "into").mkdir()
    path = as_folder(folder, downloads.plain())
    listing = find_submissions([path], course, ClassOptions(), folder / "into")
    return {identity: read_listed(one, course) for identity, one in by_id(listing).items()}


@pytest.fixture
def find(course: Course, tmp_path: Path) -> Callable[..., Listing]:
    """Return a function that finds the submissions of a download."""

    def find(path: Path, **options: object) -> Listing:
        into = tmp_path / f"into-{len(list(tmp_path.iterdir()))}"
        into.mkdir()
        return find_submissions([path], course, ClassOptions(**options), into)  # type: ignore[arg-type]

    return find


def by_id(listing: Listing) -> dict[str, Listed]:
    return {one.id: one for one in listing.submissions}


def text_of(listed: Listed) -> str:
    return " ".join((*listed.notes, listed.reason))


FORMS = [(f"{platform}-{form.__name__}", (platform, form)) for platform, form in every_form()]


@pytest.mark.parametrize(("platform", "form"), sample(FORMS, each=5))
def test_a_class_is_the_same_in_every_form(
    find: Callable[..., Listing],
    plain: dict[str, Snapshot],
    course: Course,
    tmp_path: Path,
    platform: str,
    form: Callable[[Path, Files], Path],
) -> None:
    """Each student has one submission, with the files that a plain folder gives."""
    listing = find(form(tmp_path / "other", PLATFORMS[platform]()))
    found = by_id(listing)
    assert set(found) == {id_of(platform, student) for student in STUDENTS}
    for student in STUDENTS:
        ours = read_listed(found[id_of(platform, student)], course)
        theirs = plain[student.number]
        assert bool(ours.reason) == bool(theirs.reason) == (student.number in ("1006", "1011"))
        if not ours.reason:
            assert ours.submission.files == theirs.submission.files
            assert ours.submission.sha256 == theirs.submission.sha256


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_layout_is_found_and_can_be_chosen(
    find: Callable[..., Listing], tmp_path: Path, platform: str
) -> None:
    """One line counts students and files; another layout is refused."""
    path = as_folder(tmp_path, PLATFORMS[platform]())
    (line,) = find(path).found
    assert "12 students" in line
    assert "2 without code" in line
    assert find(path, layout=platform).submissions == find(path).submissions
    other = "moodle" if platform != "moodle" else "canvas"
    with pytest.raises(SubmissionError, match=r"choose another --layout"):
        find(path, layout=other)


@pytest.mark.parametrize("platform", ["canvas", "blackboard", "brightspace", "gradescope"])
def test_the_latest_attempt_is_graded(
    find: Callable[..., Listing], tmp_path: Path, platform: str
) -> None:
    """The earlier one is named, and the number of the attempt is known."""
    again = STUDENTS[2]
    found = by_id(find(as_folder(tmp_path, PLATFORMS[platform]())))[id_of(platform, again)]
    assert found.attempt == 2
    assert "activations.py" in " ".join(found.notes)
    assert sorted(part.name for part in found.parts) == ["activations.py", "forward.py"]


@pytest.mark.parametrize("platform", ["moodle", "gradescope", "brightspace", "canvas"])
def test_names_and_numbers_are_known(
    find: Callable[..., Listing], tmp_path: Path, platform: str
) -> None:
    """A name in any script, with quotes or in NFD keeps its number."""
    for path in (
        as_folder(tmp_path, PLATFORMS[platform]()),
        as_zip(tmp_path, PLATFORMS[platform]()),
    ):
        found = by_id(find(path))
        for student in STUDENTS:
            person = found[id_of(platform, student)].students[0]
            assert person.number == student.number
            if platform != "canvas":
                same = unicodedata.normalize("NFC", person.name)
                assert same == unicodedata.normalize("NFC", student.name)


def test_a_team_has_several_students(find: Callable[..., Listing], tmp_path: Path) -> None:
    """Gradescope lists them."""
    team = by_id(find(as_folder(tmp_path, downloads.gradescope())))["1008+2008"]
    assert [person.number for person in team.students] == ["1008", "2008"]


def test_moodle_without_folders(find: Callable[..., Listing], tmp_path: Path) -> None:
    """The same students are found in flat names."""
    found = by_id(find(as_folder(tmp_path, downloads.moodle_flat())))
    assert set(found) == {student.number for student in STUDENTS}
    assert [part.name for part in found["1002"].parts] == ["activations.py"]


def test_online_text_is_not_code(find: Callable[..., Listing], tmp_path: Path) -> None:
    """What a student typed into the platform's page is named, and not graded."""
    found = by_id(find(as_folder(tmp_path, downloads.moodle())))["1005"]
    assert [part.name for part in found.parts] == ["forward.py"]
    assert "online text" in text_of(found)


def test_lateness(find: Callable[..., Listing], tmp_path: Path) -> None:
    """It comes from the time and --due, else from the platform's mark, else it is not known."""
    due = datetime.fromisoformat("2026-03-01T23:59+01:00")
    late, other = STUDENTS[1], STUDENTS[0]
    canvas = by_id(find(as_folder(tmp_path / "canvas", downloads.canvas()), due=due))
    assert (canvas[late.number].late, canvas[other.number].late) == (True, None)
    for platform in ("blackboard", "brightspace", "gradescope", "nbgrader"):
        path = as_folder(tmp_path / platform, PLATFORMS[platform]())
        found = by_id(find(path, due=due))
        assert found[id_of(platform, late)].late is True
        assert found[id_of(platform, other)].late is False
        assert by_id(find(path))[id_of(platform, late)].late is None


def test_a_submission_without_code_is_missing(
    find: Callable[..., Listing], course: Course, tmp_path: Path
) -> None:
    """Also one that is only a link that leads nowhere, or an archive that is not read."""
    folder = as_folder(tmp_path, downloads.moodle())
    (folder / "Lin K_77_assignsubmission_file_").mkdir()
    (folder / "Lin K_77_assignsubmission_file_" / "activations.py").symlink_to("nowhere.py")
    (folder / "Lin L_78_assignsubmission_file_").symlink_to("nowhere")
    (folder / "Lin M_79_assignsubmission_file_").mkdir()
    found = by_id(find(folder))
    reasons = {"77": "symbolic link", "78": "symbolic link", "79": "empty"}
    reasons |= {"1006": "RAR", "1011": "report.pdf"}
    for identity, reason in reasons.items():
        snapshot = read_listed(found[identity], course)
        assert snapshot.missing
        assert reason in snapshot.reason


TYPED = "there is no code in it, only text or a link that was entered on the platform; hand in"


@pytest.mark.parametrize(
    ("own", "reason", "beside"),
    [
        ("HW_ada_attempt_2026-03-01-10-11-12.txt", "it is empty", "{own}_report.pdf"),
        (
            "Ada_5_assignsubmission_onlinetext_/onlinetext.html",
            TYPED,
            "Ada_5_assignsubmission_file_/report.pdf",
        ),
        (
            "Ada_5_assignsubmission_onlinetext_onlinetext.html",
            TYPED,
            "Ada_5_assignsubmission_file_report.pdf",
        ),
        ("adal_5_99_text.html", TYPED, "adal_5_98_report.pdf"),
        ("adal_5_99_link.html", TYPED, "adal_5_98_report.pdf"),
        ("submitted/ada/hw1/timestamp.txt", "it is empty", "submitted/ada/hw1/report.pdf"),
    ],
)
def test_files_of_the_platform_are_not_in_a_reason(
    find: Callable[..., Listing], tmp_path: Path, own: str, reason: str, beside: str
) -> None:
    """Only files that the student handed in are listed."""
    (one,) = find(as_folder(tmp_path / "own", {own: b""})).submissions
    assert one.reason.startswith(reason)
    report = beside.format(own=own.removesuffix(".txt"))
    (one,) = find(as_folder(tmp_path / "both", {own: b"", report: b"%PDF"})).submissions
    asked = r"hand in \.py, \.ipynb or \.zip"
    found = re.fullmatch(rf"there is no code in it, only (.*); {asked}", one.reason)
    assert found
    assert found[1].removeprefix("hw1/") == "report.pdf"


# What is in doubt is refused


def refused(find: Callable[..., Listing], path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        find(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_one_file_beside_folders_is_refused(find: Callable[..., Listing], tmp_path: Path) -> None:
    """Either the file or the folders are the submissions."""
    write_files(tmp_path / "c", {f"{n}/activations.py": b"" for n in ("ada", "grace", "emmy")})
    write_files(tmp_path / "c", {"activations.py": b""})
    assert "move it out" in refused(find, tmp_path / "c")


def test_two_students_with_one_number_are_refused(
    find: Callable[..., Listing], tmp_path: Path
) -> None:
    """The line names both."""
    names = ("Ada L_5_assignsubmission_file_", "Grace H_5_assignsubmission_file_")
    write_files(tmp_path / "c", {f"{name}/activations.py": b"" for name in names})
    message = refused(find, tmp_path / "c")
    assert "ada l" in message
    assert "grace h" in message


@pytest.mark.parametrize("people", [("ada", "grace"), ("ada", "grace", "emmy")])
def test_a_class_in_a_submission_is_refused(
    find: Callable[..., Listing], tmp_path: Path, people: tuple[str, ...]
) -> None:
    """Of folders that are classes themselves, one has to be given."""
    files = {f"week {n}/{who}/activations.py": b"" for n in (1, 2) for who in people}
    write_files(tmp_path / "c", files)
    assert "give that folder itself" in refused(find, tmp_path / "c")


def test_a_name_of_another_kind_is_refused(find: Callable[..., Listing], tmp_path: Path) -> None:
    """A stray file is neither graded nor dropped."""
    path = as_folder(tmp_path, {**downloads.canvas(), "activations.py": b""})
    assert "activations.py is not named as Canvas does" in refused(find, path)


def test_an_absent_id_is_refused(find: Callable[..., Listing], tmp_path: Path) -> None:
    """So that a wrong --only does not grade nothing."""
    path = as_folder(tmp_path, downloads.canvas())
    with pytest.raises(SubmissionError, match="no submission has the id 4711"):
        find(path, only=("4711",))


# Plain folders


def test_a_zip_of_plain_folders(find: Callable[..., Listing], tmp_path: Path) -> None:
    """Folders called after people in a zip are a class; one student's folders are not."""
    people = {f"class/{who}/activations.py": b"x" for who in ("ada", "grace")}
    found = find(as_zip(tmp_path, people))
    assert [one.id for one in found.submissions] == ["ada", "grace"]
    own = {f"hw1/{folder}/activations.py": b"x" for folder in ("old", "new")}
    (one,) = find(as_zip(tmp_path / "own", own)).submissions
    assert (one.id, one.parts) == ("download", ())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("ada.zip", "grace.tar.gz"), ["ada", "grace"]),
        (("ada.zip", "grace/forward.py"), ["ada", "grace"]),
        (("1001.zip", "1002.zip"), ["1001", "1002"]),
        (("hw1_ada.zip", "hw1_grace.zip"), ["hw1_ada", "hw1_grace"]),
        (("part1.zip", "part2.zip"), ["download"]),
        (("code/forward.py", "old.zip"), ["download"]),
        (("forward.py", "ada.zip", "part2.zip"), ["download"]),
    ],
)
def test_archives_in_a_zip(
    find: Callable[..., Listing], tmp_path: Path, names: tuple[str, ...], expected: list[str]
) -> None:
    """They are submissions where they are called after people."""
    found = find(as_zip(tmp_path, dict.fromkeys(names, zipped({"forward.py": b"x"}))))
    assert [one.id for one in found.submissions] == expected


def test_a_module_beside_archives_of_people_is_refused(
    find: Callable[..., Listing], tmp_path: Path
) -> None:
    """With --layout plain all of it is one student's."""
    names = ("forward.py", "ada.zip", "grace.zip")
    path = as_zip(tmp_path, dict.fromkeys(names, zipped({"forward.py": b"x"})))
    assert "forward.py is beside files that seem to be of several students" in refused(find, path)
    assert [one.id for one in find(path, layout="plain").submissions] == ["download"]


def test_two_students_in_one_folder_are_refused_unless_the_layout_is_given(
    find: Callable[..., Listing], tmp_path: Path
) -> None:
    """With --layout plain the report of that student says what is in doubt."""
    files = {f"{who}/forward.py": b"x" for who in ("ada", "grace", "emmy", "mary")}
    files |= {f"bob/{whose}/forward.py": b"y" for whose in ("bobs", "sues")}
    path = as_folder(tmp_path, files)
    assert "bob holds the work of several students (bobs, sues)" in refused(find, path)
    found = find(path, layout="plain")
    assert [one.id for one in found.submissions] == ["ada", "bob", "emmy", "grace", "mary"]


# Names


def test_names_complete_what_the_platform_says(
    find: Callable[..., Listing], tmp_path: Path
) -> None:
    """A line is found by id, login, number or address."""
    table = tmp_path / "names.csv"
    table.write_text("id,name,login,number,email\n1001,Ada King,aking,,ada@x.org\n,Bo,,1008,\n")
    found = by_id(find(as_folder(tmp_path, downloads.gradescope()), names=read_names(table)))
    assert found["1001"].students == (Person("Ada King", "aking", "1001", "ada@x.org"),)
    assert [person.name for person in found["1008+2008"].students] == ["Bo", "Blue Member"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n", "columns id,name"),
        ("id,name,number\n1,A,5\n2,B,5\n", "5 belongs to two students"),
    ],
)
def test_names_that_are_wrong_are_refused(tmp_path: Path, text: str, message: str) -> None:
    """One line says what to do."""
    table = tmp_path / "names.csv"
    table.write_text(text)
    with pytest.raises(SubmissionError, match=message):
        read_names(table)


# Odd names


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.integers(min_value=1, max_value=10**12),
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"),
            min_size=1,
            max_size=30,
        ).filter(lambda name: name.strip(". ")),
        min_size=2,
        max_size=6,
    )
)
def test_any_name_keeps_its_number(course: Course, people: dict[int, str]) -> None:
    """Whatever a student is called, the number in Moodle's names is the id."""
    files = {f"x{n}_{k}_assignsubmission_file_/forward.py": b"" for k, n in people.items()}
    with TemporaryDirectory() as folder:
        into = Path(folder) / "into"
        into.mkdir()
        path = as_zip(Path(folder), files)
        found = find_submissions([path], course, ClassOptions(), into)
    assert {one.id for one in found.submissions} == {str(number) for number in people}


def test_a_zip_with_backslashes(find: Callable[..., Listing], tmp_path: Path) -> None:
    """As some programs write them."""
    files = {name.replace("/", "\\"): content for name, content in downloads.moodle().items()}
    found = find(as_zip(tmp_path, files))
    assert {one.id for one in found.submissions} == {student.number for student in STUDENTS}


def test_an_archive_writes_only_into_its_folder(
    find: Callable[..., Listing], tmp_path: Path
) -> None:
    """A path that leads out of the archive, or from the root, names a file and no place."""
    files = {f"../../a_{n}_1_forward.py": b"x" for n in (1, 2)}
    before = sorted(path.name for path in tmp_path.iterdir())
    found = find(as_zip(tmp_path / "in", {**files, "/evil.txt": b""}))
    assert sorted(path.name for path in tmp_path.iterdir() if "into" not in path.name) == [
        *before,
        "in",
    ]
    where = [part.path for one in found.submissions for part in one.parts]
    assert where
    assert all(path.startswith(bytes(tmp_path)) for path in where)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="writes to /dev/full")
def test_a_full_disk_is_one_line(
    find: Callable[..., Listing], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what to do; the download has no fault."""
    path = as_zip(tmp_path / "in", {f"a_{n}_1_forward.py": b"x" for n in (1, 2)})
    monkeypatch.setattr(unpack, "open", lambda *_: FileIO("/dev/full", "wb"), raising=False)
    with pytest.raises(GraderError, match=r"No space left on device; free space, or set TMPDIR"):
        find(path)
    monkeypatch.setattr(os, "mkdir", fail_without_space)
    with pytest.raises(GraderError, match=r"No space left on device; free space, or set TMPDIR"):
        find_submissions([path], load_course(), ClassOptions(), tmp_path)


def fail_without_space(*_: object, **_options: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_too_much_in_an_archive_is_one_student_and_a_reason(
    find: Callable[..., Listing], course: Course, tmp_path: Path
) -> None:
    """One file that unpacks to far more than it holds does not stop the class."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada_1_11_forward.py", b"x = 1\n")
        archive.writestr("bob_2_12_forward.py", bytes(19 * 2**20))
    found = by_id(find(path))
    assert not read_listed(found["1"], course).reason
    assert "far more than it holds" in read_listed(found["2"], course).reason


def test_brightspace_attempts_without_a_readable_time(
    find: Callable[..., Listing], tmp_path: Path
) -> None:
    """Which of them is the latest is not guessed."""
    folders = [f"7-{n} - Ada L - {n} mars 2026 10 11" for n in (1, 2)]
    write_files(tmp_path / "c", {f"{folder}/forward.py": b"" for folder in folders})
    assert "the times of the attempts of 7" in refused(find, tmp_path / "c")


def test_github_with_a_roster(find: Callable[..., Listing], tmp_path: Path) -> None:
    """The roster of GitHub Classroom says who a login is."""
    roster = b"identifier,github_username,github_id,name\n0042,Octo-Ada,1,Ada\n"
    files = {f"c-hw-{who}/forward.py": b"" for who in ("octo-ada", "octo-bo")}
    files |= {f"c-hw-{who}/.git/HEAD": b"" for who in ("octo-ada", "octo-bo")}
    path = as_folder(tmp_path, {**files, "classroom_roster.csv": roster})
    found = by_id(find(path))
    assert set(found) == {"octo-ada", "octo-bo"}
    assert found["octo-ada"].students == (Person("Ada", "Octo-Ada", "0042"),)


def test_blackboard_with_one_student(find: Callable[..., Listing], tmp_path: Path) -> None:
    """The text of the attempt says where the assignment's name ends."""
    start = "HW_1_a_lovelace_attempt_2026-03-01-10-11-12"
    files = {f"{start}.txt": b"Name: Ada L (a_lovelace)\n", f"{start}_forward.py": b""}
    (one,) = find(as_folder(tmp_path, files)).submissions
    assert (one.id, one.handed_in_at) == ("a_lovelace", "2026-03-01T10:11:12")
