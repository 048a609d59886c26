"""Files of several students in one folder are a class, and one student's files are not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.downloads import OTHER, RIGHT, Files, as_folder, as_zip, notebook, zipped

from grader.batch.classes import ClassOptions, find_submissions
from grader.batch.listing import Listing
from grader.batch.reading import read_listed
from grader.errors import SubmissionError
from grader.records import Course, Exercise
from grader.submissions.layouts.course import Clues
from grader.submissions.layouts.owners import find_owners, group_owned
from grader.submissions.layouts.tree import Item, Level

HELPER = b"def draw(z):\n    return z\n"
STUB = "activations.py"
ADA, BEN = "Ada Lovelace - activations.py", "Ben Okri - activations.py"
ONE = ["download"]  # the folder, or the archive, is one submission

# Files and the ids of their students.
CLASSES: dict[str, tuple[list[str], list[str]]] = {
    "name first": ([ADA, BEN], ["Ada Lovelace", "Ben Okri"]),
    "a form's": (
        ["activations - Ada Lovelace.py", "activations - Ben Okri.py"],
        ["Ada Lovelace", "Ben Okri"],
    ),
    "several exercises": (
        [ADA, BEN, "Ada Lovelace - gradient_check.py", "gradient check - Cleo Sol.py"],
        ["Ada Lovelace", "Ben Okri", "Cleo Sol"],
    ),
    "copies": (
        [ADA, BEN, "Ada Lovelace - activations (1).py", "Copy of Ada Lovelace - activations_v2.py"],
        ["Ada Lovelace", "Ben Okri"],
    ),
    "notebooks": (
        ["Ada Lovelace - activations.ipynb", BEN, "Ben Okri - activations.ipynb"],
        ["Ada Lovelace", "Ben Okri"],
    ),
    "an archive, too": (
        [ADA, BEN, "Cleo Sol.zip"],
        ["Ada Lovelace", "Ben Okri", "Cleo Sol"],
    ),
    "one word": (["activations_Ada.py", "activations_Ben.py"], ["Ada", "Ben"]),
    "a function's name": (["activations_Adam.py", "activations_Ben.py"], ["Adam", "Ben"]),
    "homework first": (
        ["hw1_Ada_Lovelace_activations.py", "hw1_Ben_Okri_activations_final.py"],
        ["Ada_Lovelace", "Ben_Okri"],
    ),
    "other letters": (["李明-activations.py", "王芳-activations.py"], ["李明", "王芳"]),
    "logins": (
        ["ada_activations.py", "ben_activations.py", "cleo_activations.py"],
        ["ada", "ben", "cleo"],
    ),
    "numbers": (
        ["41001_activations.py", "41002_activations.py", "41003_activations.py"],
        ["41001", "41002", "41003"],
    ),
    "letters and numbers": (
        ["s410015_activations.py", "s410022_activations.py", "s410033_activations.py"],
        ["s410015", "s410022", "s410033"],
    ),
    "anonymous": (
        [f"activations - Student {n}.py" for n in (1, 2, 3)],
        ["Student 1", "Student 2", "Student 3"],
    ),
    "any name": (["Ada.py", "Ben Okri.py"], ["Ada", "Ben Okri"]),
}
DOUBTS = {
    "two logins": ["ada_activations.py", "ben_activations.py"],
    "logins alone": ["alovelace.py", "bokri.py", "csol.py"],
    "archives": ["Ada Lovelace.zip", "Ben Okri.zip"],
    "two numbers": ["activations_41001.py", "activations_41002.py"],
}
ONE_STUDENTS = {
    "copies": ["activations (1).py", "activations (2).py", "Copy of activations.ipynb"],
    "versions": [
        "activations_v1.py",
        "activations_v2.py",
        "activations final.py",
        "my activations.py",
    ],
    "days": [f"activations_2026030{n}.py" for n in (1, 2, 3)],
    "short numbers": [f"activations_{n}.py" for n in (1, 22, 301)],
    "ways": ["activations_fast.py", "activations_slow.py", "activations_numpy.py"],
    "functions": ["activations_sigmoid.py", "activations_relu.py", "activations_softmax.py"],
    "one name": [ADA, "Ada Lovelace - gradient_check.py", "Ada Lovelace - activations (1).py"],
    "short and long": ["Ada - activations.py", ADA],
    "parts of the course": ["gradient_check.py", "forward.py"],
    "slips": ["Activation.py", "activatons.py", "Aktivations.py"],
    "archives": ["part 1.zip", "activations.zip", "old.zip"],
    "two exercises": ["activations_Ada.py", "gradient_check_Ben.py"],
}


def content(name: str) -> bytes:
    text = (
        RIGHT if "gradient" not in name.casefold() else b"def relative_error(a, b):\n    return 0\n"
    )
    if name.endswith(".zip"):
        return zipped({STUB: text})
    return notebook(text.decode()) if name.endswith(".ipynb") else text


def files_of(names: list[str]) -> Files:
    return {name: content(name) for name in names}


def find(course: Course, *paths: Path, layout: str = "auto") -> Listing:
    with TemporaryDirectory() as into:
        return find_submissions(paths, course, ClassOptions(layout), Path(into))


def ids(listing: Listing) -> list[str]:
    return [one.id for one in listing.submissions]


@pytest.fixture
def stub(course: Course) -> Files:
    """Return the untouched stub of an instructor, as a folder holds it."""
    return {STUB: (course.stubs / STUB).read_bytes()}


@pytest.mark.parametrize("case", CLASSES)
def test_a_class_is_the_same_with_a_stub_and_without(
    course: Course, tmp_path: Path, stub: Files, case: str
) -> None:
    """In a folder, in an archive and in a folder in it; the stub is left out."""
    names, expected = CLASSES[case]
    files = files_of(names)
    for number, more in enumerate(({}, stub)):
        paths = [as_folder(tmp_path / f"{number}", {**files, **more})]
        paths.append(as_zip(tmp_path / f"{number}-zip", {**files, **more}))
        inner = {f"week 1/{name}": text for name, text in {**files, **more}.items()}
        paths.append(as_zip(tmp_path / f"{number}-inner", inner))
        for path in paths:
            listing = find(course, path)
            assert sorted(ids(listing)) == sorted(expected), path
            assert [left.name for left in listing.left_out] == sorted(more)


@pytest.mark.parametrize("case", [*CLASSES, *DOUBTS])
def test_work_beside_files_of_students_is_refused(
    course: Course, tmp_path: Path, case: str
) -> None:
    """One line shows what to do, and both ways work."""
    names = DOUBTS.get(case) or CLASSES[case][0]
    folder = as_folder(tmp_path, {**files_of(names), STUB: RIGHT})
    with pytest.raises(SubmissionError) as caught:
        find(course, folder)
    message = str(caught.value)
    assert "\n" not in message
    assert "activations.py is beside files that seem to be of several students" in message
    assert "move it out, or choose --layout plain if all of it is one student's" in message
    assert ids(find(course, folder, layout="plain")) == ONE
    (folder / STUB).unlink()
    assert len(ids(find(course, folder))) > 1


@pytest.mark.parametrize("case", sorted(DOUBTS.keys() - {"archives"}))
def test_a_stub_beside_files_in_doubt_is_refused(
    course: Course, tmp_path: Path, stub: Files, case: str
) -> None:
    """They may be ways in which one student tried the exercise."""
    folder = as_folder(tmp_path, {**files_of(DOUBTS[case]), **stub})
    with pytest.raises(SubmissionError, match="seem to be of several students"):
        find(course, folder)


@pytest.mark.parametrize("work", [True, False])
@pytest.mark.parametrize("case", ONE_STUDENTS)
def test_files_of_one_student_are_one_submission(
    course: Course, tmp_path: Path, stub: Files, case: str, *, work: bool
) -> None:
    """Beside a module with work, and beside an untouched stub; in an archive without it, too."""
    files = files_of(ONE_STUDENTS[case])
    beside = {STUB: RIGHT} if work else stub
    assert ids(find(course, as_folder(tmp_path / "folder", {**files, **beside}))) == ONE
    assert ids(find(course, as_zip(tmp_path / "zip", {**files, **beside}))) == ONE
    if case != "parts of the course":
        assert ids(find(course, as_zip(tmp_path / "alone", files))) == ONE


def test_helpers_without_the_functions_are_not_students(course: Course, tmp_path: Path) -> None:
    """Whatever they are called."""
    names = ("activations_Drawing.py", "activations_Mnist.py", "Curves.py", "digits.py")
    files = dict.fromkeys(names, HELPER)
    assert ids(find(course, as_folder(tmp_path, {**files, STUB: RIGHT}))) == ONE


def test_the_files_of_a_student_are_graded_together(course: Course, tmp_path: Path) -> None:
    """Each as the exercise that it is called after; of copies the newer."""
    newer = b"# 2\n" + RIGHT
    files = {ADA: RIGHT, "Ada Lovelace - activations (2).py": newer, BEN: RIGHT}
    files["forward - Ada Lovelace.py"] = OTHER
    ada, ben = find(course, as_folder(tmp_path, files)).submissions
    read = read_listed(ada, course).submission
    assert {file.name: file.content for file in read.files} == {STUB: newer, "forward.py": OTHER}
    assert [file.name for file in read_listed(ben, course).submission.files] == [STUB]


def test_sections_of_a_class_are_refused(course: Course, tmp_path: Path) -> None:
    """Each is a class of its own; files with one word may be one student's."""
    files = {f"{part}/{name}": RIGHT for part in ("a", "b") for name in (ADA, BEN)}
    with pytest.raises(SubmissionError, match="a holds the work of several students"):
        find(course, as_folder(tmp_path / "0", files))
    files = {f"{who}/activations_{n}.py": RIGHT for who in ("ada", "ben") for n in ("One", "Two")}
    assert ids(find(course, as_folder(tmp_path / "1", files))) == ["ada", "ben"]


def test_files_that_are_given_one_by_one_have_the_same_ids(course: Course, tmp_path: Path) -> None:
    """Those of one student are one submission; a later attempt replaces the earlier one."""
    files = {**files_of([ADA, BEN, "Ada Lovelace - forward.py"]), "activations_v2.py": RIGHT}
    folder = as_folder(tmp_path / "0", files)
    given = find(course, *sorted(folder.iterdir()))
    assert ids(given) == ids(find(course, folder)) == ["Ada Lovelace", "Ben Okri", "activations_v2"]
    assert [part.name for part in given.submissions[0].parts] == [
        ADA,
        "Ada Lovelace - forward.py",
    ]
    late = as_folder(tmp_path / "1", {ADA: RIGHT + b"# late\n"})
    listing = find(course, folder, late / ADA)
    assert ids(listing) == ids(given)
    ada = listing.submissions[0]
    assert (ada.attempt, [part.name for part in ada.parts]) == (2, [ADA])
    assert "an earlier attempt is not graded" in ada.replaced[0]


def test_a_link_beside_the_files_keeps_its_student(course: Course, tmp_path: Path) -> None:
    """It is not followed, and the reason is reported."""
    folder = as_folder(tmp_path, files_of([ADA, BEN]))
    (folder / "Cleo Sol").symlink_to(tmp_path)
    listing = find(course, folder)
    assert ids(listing) == ["Ada Lovelace", "Ben Okri", "Cleo Sol"]
    assert "symbolic link" in listing.submissions[2].reason


def test_folders_beside_the_files_keep_their_students(course: Course, tmp_path: Path) -> None:
    """Whatever files in them are called, and if they are empty."""
    folder = as_folder(tmp_path, {**files_of([ADA, BEN]), f"cleo/{ADA}": RIGHT, "dev/": b""})
    listing = find(course, folder)
    assert ids(listing) == ["Ada Lovelace", "Ben Okri", "cleo", "dev"]
    assert [[part.name for part in one.parts] for one in listing.submissions] == [
        [ADA],
        [BEN],
        [ADA],
        [],
    ]


def test_names_that_no_file_system_takes_are_refused(course: Course, tmp_path: Path) -> None:
    """Also where the name would show a student."""
    for name in (f"activations_{'Ada' * 100}.py", "Ada - activations.py"):
        with pytest.raises(SubmissionError, match=r"cannot be read|does not exist"):
            find(course, tmp_path / name)


WORDS = st.sampled_from(
    "Ada ada Adam Ben Lovelace 李明 É é _ - ( ) 1 22 41001 20260301 v2 final Copy of hw1 student "
    "activations Activations gradient_check gradient check sigmoid numpy . ' \u0301 \u200d".split(
        " "
    )
)
NAMES = st.lists(st.one_of(WORDS, st.text(max_size=3)), min_size=1, max_size=7).map(
    # A hidden file is in no level.
    lambda words: f"{' '.join(words).replace('/', '_').lstrip('.') or 'x'}.py"
)


@given(st.lists(NAMES, max_size=8, unique=True))
def test_any_names_lose_no_file(names: list[str]) -> None:
    """Each file has one key, and if there are students, there are two or more."""
    level = Level("class", tuple(Item((name,)) for name in names))
    exercises = tuple(map(Exercise, ("activations", "gradient_check")))
    every = frozenset(one.name for one in exercises)
    clues = Clues(
        exercises, lambda _: True, lambda _: None, lambda _: every, frozenset({"sigmoid"})
    )
    files, is_sure = find_owners(level, clues)
    assert set(files) <= set(names)
    assert len(files) != 1
    assert files or not is_sure
    found = group_owned(level, clues)
    if found is not None:
        assert sorted(piece.path for piece in found.pieces) == sorted((name,) for name in names)
        assert all(piece.key for piece in found.pieces)
