"""Which file is graded for which exercise: names, stubs, folders and notes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from support.scores import losses

from grader.engine import Grader
from grader.errors import SubmissionError
from grader.records import Course, Submission
from grader.report import build_report
from grader.submissions.child.stubs import is_untouched, read_stub
from grader.submissions.names import (
    Match,
    find_exercise,
    is_junk,
    is_newer,
    split_path,
    split_version,
)
from grader.submissions.reader import read_submission
from grader.writers.terminal.result import to_text

WORK = "def sigmoid(z):\n    return z\n"
OTHER = "def sigmoid(z):\n    return 2 * z\n"
MORE = "def relu(z):\n    return z\n\ndef sgd_step(w, g, lr):\n    return w\n"
SIGMOID = """
import numpy as np

def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)
"""
Read = Callable[[Mapping[str, str]], Submission]


def notebook(*cells: str) -> str:
    code = [{"cell_type": "code", "source": c, "metadata": {}, "outputs": []} for c in cells]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4})


@pytest.fixture
def read(tmp_path: Path, course: Course) -> Read:
    """Return a function that reads a folder with these files."""

    def run(files: Mapping[str, str]) -> Submission:
        for name, text in files.items():
            path = tmp_path / "x" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_submission(tmp_path / "x", course)

    return run


@pytest.fixture(scope="session")
def stub(course: Course) -> Callable[[str], str]:
    """Return the course's stub of a name."""
    return lambda name: (course.stubs / name).read_text(encoding="utf-8")


def text_of(submission: Submission) -> str:
    (file,) = submission.files
    return "".join(file.cells) if file.cells is not None else file.content.decode()


NEARLY = [
    "activations (1).py", "activations-1.py", "Activations.py", "ACTIVATIONS.PY",
    "activations/__init__.py", "activations_final.py", "activations.py.txt", "hw1_activations.py",
    "activations copy.py", "activations - Copy.py", "activation.py", "hw1activations_v2.py",
    "lovelaceada_10000_900001_activations-1.py", "my activations.py",
]  # fmt: skip


@pytest.mark.parametrize(
    "name", [*NEARLY, "Copy of activations.ipynb", "Kopie von activations.ipynb"]
)
def test_a_nearly_right_name_is_taken_and_said(read: Read, name: str) -> None:
    """Where the file defines a function of the exercise."""
    submission = read({name: notebook(WORK) if name.endswith("ipynb") else WORK, "b.py": "x = 1"})
    ending = ".ipynb" if name.endswith("ipynb") else ".py"
    assert [f.name for f in submission.files] == [f"activations{ending}"]
    assert text_of(submission) == WORK
    shown = name.rpartition("/")[2]
    assert f"{shown} is graded as activations{ending}" in " ".join(submission.notes)


@pytest.mark.parametrize("name", ["losses_and_activations.py", "test_activations.py", "acts.py"])
def test_a_name_that_may_mean_something_else_is_not_taken(read: Read, name: str) -> None:
    """Nor is a file that defines no function of the exercise that its name is nearly."""
    submission = read({name: WORK, "my_activations.py": "x = 1\n", "forward.py": "y = 1\n"})
    assert [f.name for f in submission.files] == ["forward.py"]
    assert {f.name for f in submission.siblings} == {name, "my_activations.py"}


@pytest.mark.parametrize(
    ("taken", "left_out"),
    [
        ("activations.py", "activations (1).py"),
        ("activations (2).py", "activations (1).py"),
        ("activations (10).ipynb", "activations (9).py"),
        ("activations (1).py", "Activations.py"),
        ("activations copy.py", "activations_old.py"),
        ("activations (1).py", "activation.py"),
        ("activations.py", "activations.ipynb"),
        ("activations.py", "a/activations.py"),
        ("b/activations.py", "old/activations.py"),
        ("Activations.py", "old/activations.py"),
        ("src/activations (1).py", "backup/activations.py"),
        ("z/activations.py", "archive/activations.py"),
        ("v2/activations.py", "v1/activations.py"),
        ("v10/src/activations.py", "v9/src/activations.py"),
        ("week2/activations.ipynb", "week1/activations.py"),
        ("submission 2/activations.py", "submission 1/activations.py"),
        ("hw (1)/activations.py", "hw/activations.py"),
    ],
)
def test_of_two_the_better_founded_is_taken_and_both_are_named(
    read: Read, taken: str, left_out: str
) -> None:
    """By the rule, not by the order of their names or times."""
    texts = {True: notebook(WORK), False: WORK}
    submission = read(
        {
            taken: texts[taken.endswith("ipynb")],
            left_out: notebook(OTHER) if left_out.endswith("ipynb") else OTHER,
        }
    )
    assert text_of(submission) == WORK
    (note,) = submission.notes
    assert note.startswith(f"{taken} is graded")
    assert note.endswith(f"; left out: {left_out}")


def test_the_folder_that_holds_more_of_the_course_is_taken(read: Read) -> None:
    """Of two versions that are equally well named."""
    names = ("activations.py", "losses.py", "forward.py")
    files = {f"v2/{name}": "x = 2\n" for name in names} | {"v1/activations.py": "x = 1\n"}
    submission = read(files)
    assert {f.content for f in submission.files} == {b"x = 2\n"}
    assert submission.notes == ("v2/activations.py is graded; left out: v1/activations.py",)


def test_the_folder_with_the_higher_number_is_taken_for_each_exercise(read: Read) -> None:
    """Though it holds less of the course: what is in it was changed last."""
    old = {f"v1/{name}.py": "x = 1\n" for name in ("activations", "losses", "forward")}
    submission = read(old | {"v2/activations.py": "x = 2\n"})
    assert {f.name: f.content for f in submission.files} == {
        "activations.py": b"x = 2\n",
        "losses.py": b"x = 1\n",
        "forward.py": b"x = 1\n",
    }
    assert submission.notes == ("v2/activations.py is graded; left out: v1/activations.py",)


def test_the_same_content_twice_is_not_worth_a_word(read: Read) -> None:
    """Nothing was left out."""
    assert read({"activations.py": WORK, "backup/activations.py": WORK}).notes == ()


def test_notebooks_as_they_were_handed_out_are_not_worth_a_word(
    read: Read, stub: Callable[[str], str]
) -> None:
    """They are in a folder below the modules, written or not."""
    names = ("activations", "losses")
    files = {"activations.py": WORK, "losses.py": stub("losses.py")}
    more = {f"notebooks/{name}.ipynb": stub(f"notebooks/{name}.ipynb") for name in names}
    submission = read(files | more)
    assert [f.name for f in submission.files] == ["activations.py", "losses.py"]
    assert submission.notes == ()


@pytest.mark.parametrize("kind", ["as it was", "commented", "with helpers", "without docstrings"])
def test_a_notebook_beside_an_untouched_stub_is_graded(
    read: Read, stub: Callable[[str], str], kind: str
) -> None:
    """Comments, white space and helpers do not answer an exercise."""
    text = stub("activations.py")
    changed = {
        "as it was": text,
        "commented": text.replace("raise", "\n    # to do\n    raise").replace("\n", "  \n"),
        "with helpers": text + "\n\ndef helper(z):\n    return z\n",
        "without docstrings": text.replace('"""Squash', '"""Press').replace("\n", "\r\n"),
    }[kind]
    files = {"activations.py": changed, "notebooks/activations.ipynb": notebook(WORK)}
    submission = read(files)
    assert [f.name for f in submission.files] == ["activations.ipynb"]
    assert submission.notes == ("left out, since nothing is written there: activations.py",)


@pytest.mark.parametrize(
    "more",
    [
        "\nsigmoid = lambda z: z\n",
        "\ndef sigmoid(z):\n    return z\n",
        "\nfrom mine import sigmoid\n",
        "\nfrom mine import *\n",
    ],
)
def test_a_stub_that_is_answered_further_below_is_work(
    read: Read, stub: Callable[[str], str], more: str
) -> None:
    """The last definition of a name counts."""
    files = {"activations.py": stub("activations.py") + more}
    submission = read(files | {"activations.ipynb": notebook(WORK)})
    assert [f.name for f in submission.files] == ["activations.py"]


def test_every_stub_of_the_course_is_known_and_no_solution_is(course: Course) -> None:
    """Modules and notebooks."""
    for exercise in course.exercises:
        for ending in (".py", ".ipynb"):
            found = read_stub(str(course.stubs).encode(), exercise.name, ending)
            assert found is not None
            assert found.asked
            assert is_untouched(found.text, found)
            assert is_untouched(found.text.replace("\n\n", "\n# mine\n\n"), found)
            one = found.text.replace("raise NotImplementedError", "return 1", 1)
            assert not is_untouched(one, found)


def test_untouched_stubs_alone_are_graded_as_such(read: Read, stub: Callable[[str], str]) -> None:
    """Before the first function is written, too."""
    submission = read({name: stub(name) for name in ("activations.py", "forward.py")})
    assert [f.name for f in submission.files] == ["activations.py", "forward.py"]
    assert submission.notes == ()


@pytest.mark.parametrize("where", ["{}", "a/b/{}"])
def test_one_file_of_any_name_answers_what_it_defines(
    read: Read, grader: Grader, solution: Callable[[str], str], where: str
) -> None:
    """In a folder as it does alone; the other exercises are missing."""
    submission = read({where.format("my_solution.py"): solution("activations"), "notes.txt": ""})
    assert submission.stands_for_all
    report = grader.grade(submission, exercises=("activations", "losses"))
    assert [e.module.status for e in report.exercises] == ["graded", "missing"]
    assert losses(report).keys() & {"sigmoid", "relu"} == set()


def test_one_file_of_any_name_beside_untouched_stubs_answers(
    read: Read, stub: Callable[[str], str]
) -> None:
    """But not where it defines nothing of the course, or where a stub is not untouched."""
    stubs = {name: stub(name) for name in ("activations.py", "forward.py")}
    assert [f.name for f in read({**stubs, "all.py": WORK}).files] == ["all.py"]
    kept = read({**stubs, "all.py": "x = 1\n"})
    assert [f.name for f in kept.files] == ["activations.py", "forward.py"]
    kept = read({**stubs, "all.py": WORK, "forward.py": "x = 1\n"})
    assert [f.name for f in kept.files] == ["activations.py", "forward.py"]
    assert kept.notes == ("not graded, but can be imported: all.py",)


def test_one_file_of_any_name_may_import_the_others(read: Read) -> None:
    """Those that define nothing of the course are not meant."""
    submission = read({"part1.py": WORK, "lib/clip.py": "x = 1\n"})
    assert submission.stands_for_all
    assert [f.name for f in submission.files] == ["part1.py"]
    assert [f.name for f in submission.siblings] == ["lib/clip.py"]


def test_several_files_of_other_names_are_named(read: Read, solution: Callable[[str], str]) -> None:
    """Which is to be called what."""
    with pytest.raises(SubmissionError, match=r"p1\.py should be activations\.py, p2\.py sh"):
        read({"p1.py": WORK, "p2.py": solution("losses")})


@pytest.mark.parametrize("other", [OTHER, OTHER + "def sgd_step(w, g, lr):\n    return w\n"])
def test_of_unrelated_files_that_both_answer_none_is_taken(
    read: Read, stub: Callable[[str], str], other: str
) -> None:
    """What is said can be done: two files cannot both be called activations.py."""
    says = r"to grade: p1\.py, p2\.ipynb define.* hand in only one of them, or one file for each"
    files = {"p1.py": WORK, "p2.ipynb": notebook(other)}
    with pytest.raises(SubmissionError, match=says):
        read(files)
    beside = read(files | {"activations.py": stub("activations.py")})
    assert [f.name for f in beside.files] == ["activations.py"]
    assert "hand in only one of them" in beside.notes[0]


@pytest.mark.parametrize(
    ("taken", "left_out"),
    [
        ("hw.py", "hw.ipynb"),
        ("hw.py", "hw_old.py"),
        ("hw.py", "old_hw.py"),
        ("hw.ipynb", "hw_old.py"),
        ("hw.py", "old/hw.py"),
        ("hw.py", "src/hw.py"),
        ("hw.ipynb", "archive/hw.py"),
        ("hw (1).py", "hw.py"),
        ("hw (10).py", "hw (9).py"),
        ("hw-Copy1.ipynb", "hw.ipynb"),
        ("hw - Copy (2).py", "hw - Copy.py"),
        ("hw_v2.py", "hw_v1.py"),
        ("Copy of hw.ipynb", "hw.ipynb"),
        ("v2/hw.py", "v1/hw.py"),
        ("submission 2/hw.py", "submission 1/hw.py"),
    ],
)
def test_of_versions_of_one_file_one_answers(read: Read, taken: str, left_out: str) -> None:
    """By the rules of files that are named after an exercise; the other is named."""
    both = {name: OTHER if name == left_out else WORK for name in (taken, left_out)}
    submission = read({n: notebook(t) if n.endswith("ipynb") else t for n, t in both.items()})
    assert submission.stands_for_all
    assert text_of(submission) == WORK
    assert submission.notes == (f"{taken} is graded; left out: {left_out}",)


def test_of_versions_of_one_file_one_with_work_answers(
    read: Read, stub: Callable[[str], str]
) -> None:
    """Whatever its ending."""
    submission = read({"hw.py": stub("activations.py"), "hw.ipynb": notebook(WORK)})
    assert [f.name for f in submission.files] == ["hw.ipynb"]


def test_a_version_that_was_left_out_can_be_imported(read: Read) -> None:
    """Under its own name; of a copy nothing is said."""
    newer = "from hw import sigmoid\n"
    submission = read({"hw.py": WORK, "hw_v2.py": newer, "hw_v3.py": newer})
    assert [f.name for f in submission.files] == ["hw_v3.py"]
    assert [f.name for f in submission.siblings] == ["hw.py"]
    assert submission.notes == (
        "hw_v3.py is graded; left out: hw.py",
        "not graded, but can be imported: hw.py",
    )


@pytest.mark.parametrize(
    ("taken", "other"),
    [
        (MORE + "from helper import sigmoid\n", WORK),
        (MORE + "import helper\n", WORK),
        (MORE + "%run helper.py\n", WORK),
        (MORE + WORK, "from main import sigmoid\nprint(sigmoid(0))\n"),
        (WORK, "from main import sigmoid\nprint(sigmoid(0))\n"),
    ],
)
def test_of_a_file_and_one_that_imports_it_the_one_with_more_answers(
    read: Read, taken: str, other: str
) -> None:
    """A helper may hold a function of the course, and an experiment may import one."""
    submission = read({"main.py": taken, "helper.py": other})
    assert submission.stands_for_all
    assert text_of(submission) == taken
    assert [f.name for f in submission.siblings] == ["helper.py"]
    assert submission.notes == ("not graded, but can be imported: helper.py",)


def test_files_of_one_name_with_different_functions_are_not_versions(
    read: Read, solution: Callable[[str], str]
) -> None:
    """Half of the work would be lost."""
    with pytest.raises(SubmissionError, match=r"hw\.ipynb should be activations\.ipynb, hw\.py"):
        read({"hw.py": solution("losses"), "hw.ipynb": notebook(WORK)})


@pytest.mark.parametrize(("one", "other"), [("ada", "grace"), ("submission_1", "submission_2")])
def test_the_work_of_two_students_in_files_of_any_name_is_refused(
    read: Read, one: str, other: str
) -> None:
    """They are not versions of one file."""
    with pytest.raises(SubmissionError, match=r"several students.*`grade batch`"):
        read({f"{one}/hw.py": WORK, f"{other}/hw.py": OTHER})


def test_three_students_with_the_same_work_are_refused(read: Read) -> None:
    """As in a zip of a class within a zip."""
    names = ("ada", "grace", "mary")
    with pytest.raises(SubmissionError, match=r"several students \(ada, grace, mary\)"):
        read({f"{name}/activations.py": WORK for name in names})


def test_one_file_of_a_nearly_right_name_answers_all_that_it_defines(read: Read) -> None:
    """Where it is the only one, and there is more in it than its name says."""
    both = WORK + "def sgd_step(w, g, lr):\n    return w\n"
    submission = read({"hw1_activations.py": both})
    assert submission.stands_for_all
    assert [f.name for f in submission.files] == ["hw1_activations.py"]
    beside = read({"losses.py": "x = 1\n"})
    assert not beside.stands_for_all
    assert [f.name for f in beside.files] == ["activations.py", "losses.py"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada/{}", "grace/{}"),
        ("hw1-octo-ada/{}", "hw1-octo-grace/{}"),
        ("student 1/{}", "student 2/{}"),
        ("hw1/Ada Lovelace/{}", "hw1/Grace Hopper/{}"),
        ("Ada L_12_assignsubmission_file_/{}", "Grace H_13_assignsubmission_file_/{}"),
        ("lovelaceada_10_20_{}", "hoppergrace_LATE_11_21_{}"),
        ("submission_1/{}", "submission_2/{}"),
        ("11-22 - Ada L - Nov 3, 2025 904 AM/{}", "12-23 - Grace H - Nov 3, 2025 904 AM/{}"),
    ],
)
def test_the_work_of_two_students_is_refused_in_one_line(read: Read, one: str, other: str) -> None:
    """It says how a class is graded."""
    with pytest.raises(SubmissionError, match=r"several students.*`grade batch`"):
        read({one.format("activations.py"): WORK, other.format("activations.py"): OTHER})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("new", "old"),
        ("v1", "v2"),
        ("week 1", "week 2"),
        ("src", "backup"),
        ("ada", "ada v2"),
        ("try", "ada"),
        ("draft", "final"),
    ],
)
def test_two_versions_of_one_student_are_not_two_students(read: Read, one: str, other: str) -> None:
    """One of them is graded, and the other is named."""
    submission = read({f"{one}/activations.py": WORK, f"{other}/activations.py": OTHER})
    assert len(submission.files) == 1
    assert "left out: " in submission.notes[0]


def test_other_code_is_kept_within_bounds(read: Read) -> None:
    """What lies beside and below the graded files; not what is elsewhere, nor giants."""
    files = {
        "src/activations.py": WORK,
        "src/utils/clip.py": "x = 1\n",
        "src/try.ipynb": notebook("y = 1"),
        "src/giant.py": "#" * 2**19,
        "elsewhere/a.py": "z = 1\n",
    }
    submission = read(files)
    found = {f.name: (f.content, f.cells) for f in submission.siblings}
    assert found == {"utils/clip.py": (b"x = 1\n", None), "try.ipynb": (b"", ("y = 1",))}
    assert submission.notes[-1] == "not graded: elsewhere/a.py, giant.py"
    many = read({f"src/n{number}.py": f"n = {number}\n" for number in range(100)})
    assert len(many.siblings) == 64
    assert many.sha256 != submission.sha256


@pytest.mark.parametrize("name", ["my_activations", "solution_activations", "activations_old"])
def test_a_file_that_was_left_out_can_be_imported(read: Read, grader: Grader, name: str) -> None:
    """Under its own name, and the notes say so where a graded file does."""
    submission = read({"activations.py": f"from {name} import sigmoid\n", f"{name}.py": SIGMOID})
    assert [f.name for f in submission.siblings] == [f"{name}.py"]
    assert submission.notes == (
        f"activations.py is graded; left out: {name}.py",
        f"not graded, but can be imported: {name}.py",
    )
    report = grader.grade(submission, exercises=("activations",))
    assert "sigmoid" not in losses(report)


def test_no_file_that_was_left_out_hides_a_graded_one(
    read: Read, stub: Callable[[str], str]
) -> None:
    """Nor are untouched stubs and copies of what is graded offered."""
    files = {
        "activations.py": WORK,
        "Activations.py": OTHER,
        "activations.ipynb": notebook(OTHER),
        "activations/__init__.py": OTHER,
        "my_activations.py": WORK,
        "b/activations.py": stub("activations.py"),
        "c/activations.py": OTHER,
        "losses.py": "from c.activations import sigmoid\n",
    }
    submission = read(files)
    assert [f.name for f in submission.files] == ["activations.py", "losses.py"]
    assert [f.name for f in submission.siblings] == ["c/activations.py"]


def test_notes_are_in_the_report_and_on_the_screen(read: Read, grader: Grader) -> None:
    """As lines of their own, without control characters."""
    submission = read({"activations (1).py": WORK, "b\x1b[31m\n.py": "x = 1\n"})
    report = grader.grade(submission, exercises=("activations",))
    shown = build_report(report, "student")
    assert shown.submission.notes == submission.notes
    assert "Note: activations (1).py is graded as activations.py" in to_text(shown)
    assert "\x1b" not in to_text(shown)


@pytest.mark.parametrize(
    ("path", "name", "match"),
    [
        ("forward.py", "forward", Match.EXACT),
        ("a\\b/./forward.py", "forward", Match.EXACT),
        ("gradient_check.ipynb", "gradient_check", Match.EXACT),
        ("GradientCheck.py", "gradient_check", Match.RESEMBLES),
        ("gradient check 2.py", "gradient_check", Match.NEAR),
        ("forward_backprop.py", None, None),
        ("check.py", None, None),
        ("1.py", None, None),
    ],
)
def test_names_mean_an_exercise_or_nothing(
    course: Course, path: str, name: str | None, match: Match | None
) -> None:
    """Words decide, and of two exercises neither is meant."""
    named = find_exercise(split_path(path), course.exercises)
    assert (named and named.exercise.name, named and named.match) == (name, match)


@pytest.mark.parametrize(
    ("name", "base", "copy"),
    [
        ("hw.py", "hw", 0),
        ("hw2.py", "hw2", 0),
        ("hw_2.py", "hw_2", 0),
        ("HW (3) (4).ipynb", "hw", 4),
        ("hw-v12.py", "hw", 12),
        ("v2.py", "v2", 0),
        ("old.py", "old", 0),
        ("hw-backup.py", "hw", -1),
        ("old_hw-Copy2.ipynb", "hw", -1),
        (" " * 10**6 + ".py", " " * 10**6, 0),
    ],
    ids=lambda value: str(value)[:20],
)
def test_versions_have_one_base(name: str, base: str, copy: int) -> None:
    """A number without a mark of copies is one of another homework."""
    assert split_version(name) == (base, copy)


def test_numbers_of_folders_are_compared_in_no_time() -> None:
    """However long the names are."""
    assert is_newer(("a", "v10", "x.py"), ("a", "v9", "x.ipynb"))
    assert not is_newer(("v2", "x.py"), ("w1", "x.py"))
    assert not is_newer(("v2", "b2", "x.py"), ("v1", "b1", "x.py"))
    assert not is_newer(("v2", "x.py"), ("v1", "y.py"))
    assert not is_newer((" " * 10**6 + "2", "x.py"), (" " * 10**6 + "1", "x.py"))


def test_junk_is_known_by_any_of_its_folders() -> None:
    """In any case of its letters."""
    assert is_junk(("a", "__MACOSX", "x.py"))
    assert is_junk(("Venv", "x.py"))
    assert not is_junk(("a", "environment", "x.py"))
