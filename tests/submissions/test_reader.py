"""Taking the snapshot: what counts, what is refused, and nothing that is followed."""

from __future__ import annotations

import io
import os
import re
import shlex
import zipfile
from pathlib import Path

import pytest

from grader.course.stubs import hand_out_stubs, make_stub
from grader.errors import CourseError, GraderError, SubmissionError
from grader.files import write_whole
from grader.records import Course
from grader.submissions.bundle import pack_bundle
from grader.submissions.child.budget import MAX_SOURCE
from grader.submissions.reader import read_or_explain, read_submission

SOURCE = "def sigmoid(z):\n    return z\n"


def test_a_folder_gives_its_modules_in_the_courses_order(tmp_path: Path, course: Course) -> None:
    """Only the course's names are taken; the rest is not even read."""
    for name in ("training.py", "activations.py", "conftest.py", "numpy.py", "notes.txt"):
        (tmp_path / name).write_text(SOURCE)
    submission = read_submission(tmp_path, course)
    assert [file.name for file in submission.files] == ["activations.py", "training.py"]
    assert submission.id == tmp_path.name
    assert not submission.stands_for_all
    assert submission.source_of(course.exercises[0]) == submission.files[0]


def test_a_file_of_another_name_stands_for_every_module(tmp_path: Path, course: Course) -> None:
    """all.py answers every exercise, activations.py only its own."""
    (tmp_path / "all.py").write_text(SOURCE)
    (tmp_path / "activations.py").write_text(SOURCE)
    everything = read_submission(tmp_path / "all.py", course)
    assert all(everything.source_of(e) for e in course.exercises)
    one = read_submission(tmp_path / "activations.py", course)
    assert [bool(one.source_of(e)) for e in course.exercises].count(True) == 1
    assert one.sha256 != everything.sha256


def test_files_one_folder_down_are_found(tmp_path: Path, course: Course) -> None:
    """A folder within the folder, as zips have it; hidden ones and links are passed over."""
    inner = tmp_path / "week 1" / "mine"
    inner.mkdir(parents=True)
    (inner / "activations.py").write_text(SOURCE)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "activations.py").write_text("")
    (tmp_path / "linked").symlink_to(inner)
    (only,) = read_submission(tmp_path, course).files
    assert only.content == SOURCE.encode()


@pytest.mark.parametrize(
    ("asked", "told"),
    [("wrk", "did you mean .*work?"), ("activations", "`--exercise activations` grades")],
)
def test_a_path_that_is_not_there_is_met_with_a_suggestion(
    tmp_path: Path, course: Course, asked: str, told: str
) -> None:
    """The nearest name beside it, or the option that was meant."""
    (tmp_path / "work").mkdir()
    with pytest.raises(SubmissionError, match=told):
        read_submission(tmp_path / asked, course)


@pytest.mark.parametrize("name", ["a.py", "activations.py", "a.ipynb"])
def test_a_file_that_cannot_be_read_is_named_once(
    tmp_path: Path, course: Course, name: str
) -> None:
    """By its path, or in a class by its name."""
    (tmp_path / name).write_text("#" * (MAX_SOURCE + 1))
    with pytest.raises(SubmissionError) as caught:
        read_submission(tmp_path / name, course)
    assert str(caught.value).startswith(f"{tmp_path / name} cannot be read: it is ")
    _, reason, _ = read_or_explain(tmp_path / name, course, "ada")
    assert reason.startswith(f"{name} cannot be read: it is ")


def test_a_note_names_a_file_that_cannot_be_read_once(tmp_path: Path, course: Course) -> None:
    """With the reason behind it."""
    (tmp_path / "activations.py").write_text(SOURCE)
    (tmp_path / "activations.ipynb").write_text("{")
    (note,) = read_submission(tmp_path, course).notes
    says = "activations.py is graded; left out: activations.ipynb (cannot be read: it is not valid"
    assert note.startswith(says)


def test_a_link_is_not_followed(tmp_path: Path, course: Course) -> None:
    """A link could lead to the solutions, or to a neighbour's work."""
    (tmp_path / "elsewhere.py").write_text(SOURCE)
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "activations.py").symlink_to(tmp_path / "elsewhere.py")
    (folder / "training.py").write_text(SOURCE)
    linked, honest = read_submission(folder, course).files
    assert "symbolic link" in linked.error
    assert linked.content == b""
    assert not honest.error


@pytest.mark.parametrize("kind", ["pipe", "huge", "closed"])
def test_a_file_that_cannot_be_read_costs_only_itself(
    tmp_path: Path, course: Course, kind: str
) -> None:
    """A pipe, a giant or a link to itself leaves the others in place."""
    odd = tmp_path / "activations.py"
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "closed":
        odd.symlink_to(odd)
    else:
        odd.write_bytes(b"#" * (MAX_SOURCE + 1))
    (tmp_path / "training.py").write_text(SOURCE)
    first, second = read_submission(tmp_path, course).files
    assert first.error.startswith("activations.py ")
    assert not second.error
    (tmp_path / "training.py").unlink()
    with pytest.raises(SubmissionError, match=r"activations\.py"):
        read_submission(tmp_path, course)


def test_a_folder_with_the_name_of_a_module_is_a_folder(tmp_path: Path, course: Course) -> None:
    """It is looked into as any other."""
    (tmp_path / "activations.py").mkdir()
    (tmp_path / "activations.py" / "activations.py").write_text(SOURCE)
    (tmp_path / "training.py").write_text(SOURCE)
    assert len(read_submission(tmp_path, course).files) == 2


def test_nothing_of_the_course_is_an_error_that_says_what_to_do(
    tmp_path: Path, course: Course
) -> None:
    """The message names the files, and the command that makes them."""
    with pytest.raises(SubmissionError, match=r"activations\.py.*grade init"):
        read_submission(tmp_path, course)
    with pytest.raises(SubmissionError, match="does not exist"):
        read_submission(tmp_path / "nowhere", course)
    (tmp_path / "work.txt").touch()
    with pytest.raises(SubmissionError, match="is not a folder, an archive"):
        read_submission(tmp_path / "work.txt", course)


def test_a_bundle_holds_what_was_graded_and_is_always_the_same(
    tmp_path: Path, course: Course
) -> None:
    """Same submission, same bytes."""
    (tmp_path / "activations.py").write_text(SOURCE)
    submission = read_submission(tmp_path, course)
    packed = pack_bundle(submission)
    assert packed == pack_bundle(submission)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.read("activations.py").decode() == SOURCE


def test_a_bundle_is_graded_as_what_it_was_made_of(tmp_path: Path, course: Course) -> None:
    """With the modules that may be imported."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "activations (1).py").write_text(SOURCE)
    (tmp_path / "work" / "helper.py").write_text("x = 1\n")
    (tmp_path / "work" / "losses.py").write_text("")
    submission = read_submission(tmp_path / "work", course)
    (tmp_path / "b.zip").write_bytes(pack_bundle(submission))
    again = read_submission(tmp_path / "b.zip", course)
    assert (again.files, again.siblings) == (submission.files, submission.siblings)
    assert again.sha256 == submission.sha256


def test_stubs_are_handed_out_once(tmp_path: Path, course: Course) -> None:
    """A changed file is never overwritten."""
    folder = tmp_path / "deep" / "work"
    done = hand_out_stubs(course, folder)
    assert len(done.written) == len(course.exercises)
    (folder / "activations.py").write_text("mine")
    (folder / "training.py").unlink()
    again = hand_out_stubs(course, folder)
    assert again.written == ("training.py",)
    assert (folder / "activations.py").read_text() == "mine"
    (tmp_path / "file").touch()
    with pytest.raises(SubmissionError, match="cannot be written"):
        hand_out_stubs(course, tmp_path / "file")


def test_a_stub_keeps_what_is_provided_and_cuts_what_is_asked() -> None:
    """Docstrings stay, bodies go, helpers go, provided functions stay whole."""
    solution = '''"""Title."""

import numpy as np

# stub: Write helpers here.


def _helper(z):
    return z


# provided
def cdf(z):
    """Given."""
    return 1


def f(z, alpha=0.1):
    """Asked.

    >>> f(1)
    2
    """
    # the trick
    return _helper(z) + 1
'''
    assert (
        make_stub(solution)
        == '''"""Title."""

import numpy as np

# Write helpers here.


def cdf(z):
    """Given."""
    return 1


def f(z, alpha=0.1):
    """Asked.

    >>> f(1)
    2
    """
    # TODO: implement f
    raise NotImplementedError
'''
    )
    with pytest.raises(CourseError, match="docstring"):
        make_stub("def f():\n    return 1\n")


def test_a_file_that_is_open_on_windows_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be replaced there; it is unchanged, and nothing is left beside it."""
    path = tmp_path / "report.json"
    write_whole(path, b"old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(GraderError, match="Access is denied; close it in other programs, and run"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was there stays where writing fails, and no scraps are left."""
    path = tmp_path / "report.json"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(GraderError, match="cannot be written"):
        write_whole(tmp_path / "no" / "report.json", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(GraderError, match="cannot be written"):
        write_whole(tmp_path / "folder", b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "report.json"]


def test_a_stub_of_a_class_keeps_its_methods_and_cuts_their_bodies() -> None:
    """Operators stay to be written; helpers with one underscore go."""
    solution = '''class Dual:
    """A number with a slope."""

    def __init__(self, a, b=0.0):
        """Keep both."""
        self.a = a

    def _lift(self, other):
        return other

    def exp(self):
        """Return e to this."""
        return self
'''
    assert (
        make_stub(solution)
        == '''class Dual:
    """A number with a slope."""

    def __init__(self, a, b=0.0):
        """Keep both."""
        # TODO: implement Dual.__init__
        raise NotImplementedError

    def exp(self):
        """Return e to this."""
        # TODO: implement Dual.exp
        raise NotImplementedError
'''
    )


def test_a_suggested_command_takes_the_folder_as_one_word(tmp_path: Path, course: Course) -> None:
    """Whatever a folder is called, the command that puts stubs there does nothing else."""
    folder = tmp_path / "work; rm -rf $HOME"
    folder.mkdir()
    with pytest.raises(SubmissionError) as caught:
        read_submission(folder, course)
    (suggested,) = re.findall(r"`([^`]*)`", str(caught.value))
    assert shlex.split(suggested) == ["grade", "init", str(folder)]
