"""Several attempts of one student: the latest is graded, and the others are named."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import downloads
from support.downloads import BOTH, STALE, write_files, zipped

from grader.batch.attempts import Given, keep_latest
from grader.batch.classes import ClassOptions, find_submissions
from grader.batch.listing import Listed, Listing
from grader.batch.preview import preview
from grader.batch.reading import read_listed
from grader.errors import SubmissionError
from grader.records import Course, Person


def find(tmp_path: Path, course: Course, *paths: Path) -> Listing:
    into = tmp_path / f"into{len(list(tmp_path.glob('into*')))}"
    into.mkdir()
    return find_submissions(paths, course, ClassOptions(), into)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Two students, and a zip that one of them handed in later."""
    write_files(tmp_path / "subs", {f"{who}/forward.py": STALE for who in ("alice", "bob")})
    write_files(tmp_path / "late", {"alice.zip": zipped({"forward.py": BOTH["forward.py"]})})
    return tmp_path


def test_what_was_given_later_replaces_what_was_given_before(plain: Path, course: Course) -> None:
    """An archive has the id of the folder; the report and the preview name the folder."""
    for late in ("late/alice.zip", "late"):
        alice, bob = find(plain, course, plain / "subs", plain / late).submissions
        assert (alice.id, bob.id) == ("alice", "bob")
        assert (alice.path, alice.attempt) == (plain / "late/alice.zip", 2)
        assert alice.replaced == ("an earlier attempt is not graded: subs/alice",)
        assert bob.replaced == ()
        assert alice.replaced[0] in "\n".join(preview(alice, read_listed(alice, course)))
        submission = read_listed(alice, course).submission
        assert submission.notes[-1] == alice.replaced[0]
        assert submission.files[0].content == BOTH["forward.py"]
        assert str(plain) not in "".join(submission.notes)


def test_the_order_of_the_paths_decides_where_no_time_is_known(plain: Path, course: Course) -> None:
    """Also if a folder is given after a file, and if a path is given twice."""
    alice, _ = find(plain, course, plain / "late/alice.zip", plain / "subs").submissions
    assert alice.path == plain / "subs/alice"
    paths = (plain / "late/alice.zip", plain / "subs", plain / "late/alice.zip")
    alice, _ = find(plain, course, *paths).submissions
    assert alice.path == plain / "late/alice.zip"


def test_a_later_download_of_a_class_replaces_what_changed(tmp_path: Path, course: Course) -> None:
    """A student whose files are the same in both has one attempt, without a note."""
    first = {f"ada{n}_1{n}_2{n}_forward.py": BOTH["forward.py"] for n in range(3)}
    second = {**first, "ada1_11_21_forward.py": STALE, "ada3_13_23_forward.py": STALE}
    one = downloads.as_folder(tmp_path / "one", first)
    other = downloads.as_zip(tmp_path / "other", second)
    found = find(tmp_path, course, one, other).submissions
    assert [listed.id for listed in found] == ["10", "11", "12", "13"]
    assert [listed.attempt for listed in found] == [1, 2, 1, 1]
    assert [bool(listed.replaced) for listed in found] == [False, True, False, False]
    assert found[1].replaced == ("an earlier attempt is not graded: forward.py in download",)
    assert read_listed(found[1], course).submission.files[0].content == STALE


def test_who_handed_in_is_known_from_the_other_attempt(tmp_path: Path, course: Course) -> None:
    """A zip called after a platform's number is of the student with that number."""
    folder = downloads.as_folder(tmp_path, {"ada_10_20_forward.py": STALE})
    write_files(tmp_path / "late", {"10.zip": zipped({"forward.py": STALE + b"\n"})})
    (ada,) = find(tmp_path, course, folder, tmp_path / "late/10.zip").submissions
    assert ada.path.name == "10.zip"
    assert ada.students == find(tmp_path, course, folder).submissions[0].students
    assert ada.students


def test_two_students_with_one_id_are_refused(tmp_path: Path, course: Course) -> None:
    """Nothing is graded in place of somebody else's work."""
    one = downloads.as_folder(tmp_path / "1", {"ada_10_20_forward.py": STALE})
    other = downloads.as_folder(tmp_path / "2", {"grace_10_20_forward.py": STALE})
    with pytest.raises(SubmissionError, match="two submissions have the id 10"):
        find(tmp_path, course, one, other)


def listed(place: int, time: str, name: str = "") -> Given:
    students = (Person(name),) if name else ()
    one = Listed("ada", Path(f"p{place}/ada"), students=students, handed_in_at=time)
    return Given(place, one)


@given(st.lists(st.datetimes(), min_size=1, max_size=4, unique=True))
def test_the_latest_time_is_graded_in_whatever_order(times: list) -> None:  # type: ignore[type-arg]
    """All other attempts are named, and the attempts are counted."""
    for order in permutations(times):
        found = [listed(place, time.isoformat()) for place, time in enumerate(order)]
        (kept,) = keep_latest(found)
        assert kept.handed_in_at == max(times).isoformat()
        assert kept.attempt == len(times) == len(kept.replaced) + 1


def test_times_that_cannot_be_compared_do_not_count() -> None:
    """A time without a zone beside one with a zone, or none at all: the later path is graded."""
    for times in (("2026-03-02T10:00", "2026-03-01T10:00+00:00"), ("2026-03-02T10:00", "")):
        (kept,) = keep_latest([listed(place, time) for place, time in enumerate(times)])
        assert kept.handed_in_at == times[-1]
