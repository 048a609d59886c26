"""Modules that the course provides: students import them, and do not hand them in."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from course.test_broken_courses import report_of
from support.calculator import MANIFEST
from support.courses import write_course
from support.here import grade_here

from grader.course.manifest import load_course
from grader.course.notebooks import outdated_files
from grader.engine import Grader
from grader.errors import CourseError, SubmissionError
from grader.records import ScoreReport, SourceFile, Submission
from grader.release.autograder import pack_autograder
from grader.release.kit import make_kit
from grader.release.release import Release
from grader.submissions.reader import read_submission

SHAPES = '''\
"""Shapes, provided by the course."""

import math
from dataclasses import dataclass

from units import SCALE


@dataclass
class Point:
    """A point in the plane."""

    x: float
    y: float


def distance(a, b):
    """Return how far two points are apart."""
    if not isinstance(a, Point) or not isinstance(b, Point):
        raise TypeError("distance needs two points")
    return SCALE * math.hypot(a.x - b.x, a.y - b.y)
'''
UNITS = '"""Units."""\n\nSCALE = 1.0\n'
SOLUTION = '''\
"""Lengths."""

from shapes import Point, distance


def perimeter(corners):
    """Return the length around a polygon.

    *Graded on* values, triangle, same_class.

    >>> perimeter([(0, 0), (0, 1), (1, 1), (1, 0)])
    4.0
    """
    points = [Point(x, y) for x, y in corners]
    return sum(distance(a, b) for a, b in zip(points, points[1:] + points[:1]))


def middle(a, b):
    """Return the point in the middle of two.

    *Graded on* values, other.

    >>> middle(Point(0, 0), Point(2, 4))
    Point(x=1.0, y=2.0)
    """
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)
'''
SUITE = '''\
"""The suite of lengths."""

from shapes import Point, distance

from grader.testing import check, close, equal, function


def find_middle(module, x, y):
    from shapes import Point

    found = module.middle(Point(x, 0.0), Point(0.0, y))
    return [isinstance(found, Point), float(found.x), float(found.y)]


def is_provided(module, x, y):
    from shapes import Point

    module.perimeter([(x, y), (y, x)])
    return Point is module.Point


@function("perimeter(corners)", points=1)
class TestPerimeter:
    @check(0.5, visible=True)
    def test_values(self, student, rng):
        """Right for a rectangle."""
        width, height = rng.uniform(1, 2, size=2).tolist()
        corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
        close(student.perimeter(corners), 2 * (width + height), "the length")

    @check(0.25)
    def test_triangle(self, student, rng):
        """Right for a triangle."""
        x, y = rng.uniform(1, 2, size=2).tolist()
        want = x + y + distance(Point(x, 0.0), Point(0.0, y))
        close(student.perimeter([(0.0, 0.0), (x, 0.0), (0.0, y)]), want, "the length")

    @check(0.25, kind="property", replay=False)
    def test_same_class(self, student, rng):
        """The points are those of the course."""
        x, y = rng.normal(size=2).tolist()
        equal(student.run(is_provided, x, y), True, "that the point is one of the course's")


@function("middle(a, b)", points=1)
class TestMiddle:
    def expect(self, student, rng):
        """Expect the middle of two points on the axes."""
        x, y = rng.normal(size=2).tolist()
        got = student.run(find_middle, x, y)
        right = isinstance(got, list) and len(got) == 3 and got[0] is True
        equal(right, True, "that it is a point")
        close(got[1:], [x / 2, y / 2], "the middle")

    @check(0.5, visible=True)
    def test_values(self, student, rng):
        """Right on the axes."""
        self.expect(student, rng)

    @check(0.5)
    def test_other(self, student, rng):
        """Right on the axes, with other numbers."""
        self.expect(student, rng)
'''
MISTAKES = """\
from shapes import Point, distance

from grader.testing import misconception


@misconception("L-1", of="perimeter", hint="Where does the polygon end?")
def open_polygon(corners):
    points = [Point(x, y) for x, y in corners]
    return sum(distance(a, b) for a, b in zip(points, points[1:]))
"""
VARIANTS = """\
from shapes import Point, distance

from grader.testing import variant


@variant(of="perimeter")
def with_a_loop(corners):
    total = 0.0
    for place in range(len(corners)):
        total += distance(Point(*corners[place - 1]), Point(*corners[place]))
    return total
"""


def write_lengths(folder: Path) -> Path:
    """Write a course with two provided modules, and return its manifest."""
    files = {
        "course.toml": MANIFEST.replace("calculator", "lengths").replace("Calculator", "Lengths"),
        "provided/shapes.py": SHAPES,
        "provided/units.py": UNITS,
        "solutions/lengths.py": SOLUTION,
        "suites/lengths/test_lengths.py": SUITE,
        "suites/lengths/misconceptions.py": MISTAKES,
        "suites/lengths/variants.py": VARIANTS,
    }
    return write_course(folder, files)


@pytest.fixture(scope="module")
def lengths(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lengths(tmp_path_factory.mktemp("lengths")).parent


@pytest.fixture(scope="module")
def grader(lengths: Path) -> Iterator[Grader]:
    """Return a grader of the course."""
    with Grader(load_course(lengths / "course.toml")) as opened:
        yield opened


def grade_text(grader: Grader, text: str, **siblings: str) -> ScoreReport:
    file = SourceFile("lengths.py", text.encode())
    others = tuple(SourceFile(f"{name}.py", one.encode()) for name, one in siblings.items())
    return grader.grade(Submission("s", (file,), siblings=others))


@pytest.mark.slow
def test_a_course_with_provided_modules_verifies(lengths: Path) -> None:
    """Solution, suite, misconceptions and variants import them, and each other's classes fit."""
    assert report_of(lengths / "course.toml") == []


def test_the_course_s_own_is_imported_whatever_is_handed_in(grader: Grader) -> None:
    """A module of that name in the submission is not reached, not even by another import."""
    forged = "class Point:\n    def __init__(self, x, y):\n        self.x = self.y = 0\n"
    forged += "def distance(a, b):\n    return 0\n"
    for line in ("from shapes import", "from .shapes import", "from exercises.shapes import"):
        text = SOLUTION.replace("from shapes import", line)
        report = grade_text(grader, text, shapes=forged)
        assert report.percent == 100, line
    # Written by a cell, it is no other.
    cells = ("%%writefile shapes.py\n" + forged, SOLUTION)
    notebook = SourceFile("lengths.ipynb", b"", cells=cells)
    assert grader.grade(Submission("s", (notebook,))).percent == 100


def test_one_module_under_several_names(grader: Grader) -> None:
    """A class that was imported in two ways is one class."""
    text = SOLUTION.replace(
        "from shapes import Point, distance",
        "from .shapes import Point\nfrom shapes import distance\n"
        "import shapes\nassert shapes.Point is Point",
    )
    assert grade_text(grader, text).percent == 100


def test_a_sibling_may_import_it(grader: Grader) -> None:
    """Other files of the student's do as the graded one does."""
    text = SOLUTION.replace("from shapes import Point, distance", "from mine import *")
    mine = "from shapes import Point, distance\n"
    assert grade_text(grader, text, mine=mine).percent == 100


def test_an_error_inside_is_at_the_student_s_line(grader: Grader) -> None:
    """The line that called the provided module is shown, and that module is named."""
    text = SOLUTION.replace("Point(x, y) for x, y in corners", "corner for corner in corners")
    check = next(iter(grade_text(grader, text).checks()))
    line = SOLUTION.splitlines().index(
        "    return sum(distance(a, b) for a, b in zip(points, points[1:] + points[:1]))"
    )
    raised = check.outcome.feedback.raised
    assert "distance needs two points" in raised.splitlines()[0]
    assert raised.splitlines()[1].startswith(f"line {line + 1}: return sum(")
    provided_line = SHAPES.splitlines().index(
        '        raise TypeError("distance needs two points")'
    )
    assert raised.endswith(f"(in the provided shapes.py, line {provided_line + 1})")
    assert [place.line for place in check.outcome.feedback.places] == [line + 1]


def test_a_warning_inside_is_at_the_student_s_line(tmp_path: Path) -> None:
    """As an error is."""
    manifest = write_lengths(tmp_path)
    shapes = tmp_path / "provided" / "shapes.py"
    warning = "    import numpy as np\n    np.float64(1e308) * 10\n    return SCALE"
    shapes.write_text(SHAPES.replace("    return SCALE", warning), encoding="utf-8")
    suite = tmp_path / "suites" / "lengths" / "test_lengths.py"
    end = '(0.0, y)]), want, "the length")\n'
    text = SUITE.replace(end, f"{end}        unwarned(student)\n")
    text = text.replace("import check, close", "import check, unwarned, close")
    suite.write_text(text, encoding="utf-8")
    with Grader(load_course(manifest)) as opened:
        check = list(grade_text(opened, SOLUTION).checks())[1]
    assert "return sum(distance(a, b)" in check.outcome.feedback.arose
    assert "in the provided shapes.py, line " in check.outcome.feedback.arose


@pytest.mark.slow
def test_a_kit_s_notebooks_have_it_beside_them(tmp_path: Path) -> None:
    """A notebook imports it where it is."""
    manifest = write_lengths(tmp_path)
    prose = tmp_path / "solutions" / "notebooks" / "lengths.md"
    prose.parent.mkdir()
    parts = ["Lengths.", "<!-- function: perimeter -->\nAround.", "<!-- function: middle -->\nIn."]
    prose.write_text("\n\n".join([*parts, "<!-- closing -->\nDone.\n"]), encoding="utf-8")
    for path, text in outdated_files(load_course(manifest), tmp_path / "solutions").items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    course = load_course(manifest)
    with Grader(course) as opened:
        kit = make_kit(course, opened.collected_checks(), install="grader")
    assert kit.files[PurePosixPath("exercises/notebooks/shapes.py")] == SHAPES
    release = Release(course, tmp_path / "solutions", with_hidden=False, install="grader")
    assert release.draft().findings == ()
    folder = tmp_path / "work"
    shown = grade_here("init", folder, "--notebooks", "--course", tmp_path).stdout
    assert f"written  {folder / 'shapes.py'}" in shown
    assert f"written  {folder / 'lengths.ipynb'}" in shown


def test_a_hand_in_may_have_copies(lengths: Path, tmp_path: Path) -> None:
    """A copy as it was handed out is passed over; one that differs is named in a note."""
    course = load_course(lengths / "course.toml")
    (tmp_path / "lengths.py").write_text(SOLUTION, encoding="utf-8")
    (tmp_path / "shapes.py").write_bytes(SHAPES.replace("\n", "\r\n").encode())
    (tmp_path / "provided").mkdir()
    (tmp_path / "provided" / "shapes.py").write_text(SHAPES, encoding="utf-8")
    read = read_submission(tmp_path, course)
    assert (read.siblings, read.notes) == ((), ())
    (tmp_path / "shapes.py").write_text(f"{SHAPES}# changed\n", encoding="utf-8")
    read = read_submission(tmp_path, course)
    assert read.siblings == ()
    assert read.notes == ("shapes.py is not used: it differs from the shapes.py of the course",)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "lengths.py", "all/lengths.py")
        archive.write(tmp_path / "shapes.py", "all/shapes.py")
    assert read_submission(tmp_path / "all.zip", course).notes == read.notes


def test_a_module_of_that_name_in_a_folder_of_the_student_s_is_theirs(
    lengths: Path, tmp_path: Path
) -> None:
    """`from mine.shapes import ...` is not the course's, though `shapes` alone would be."""
    course = load_course(lengths / "course.toml")
    (tmp_path / "mine").mkdir()
    (tmp_path / "lengths.py").write_text(SOLUTION, encoding="utf-8")
    (tmp_path / "mine" / "shapes.py").write_text("def area():\n    return 1\n", encoding="utf-8")
    assert [file.name for file in read_submission(tmp_path, course).siblings] == ["mine/shapes.py"]


def test_copies_alone_are_nothing_to_grade(lengths: Path, tmp_path: Path) -> None:
    """They answer no exercise, also where they are the only file."""
    course = load_course(lengths / "course.toml")
    (tmp_path / "shapes.py").write_text(f"{SHAPES}# changed\n", encoding="utf-8")
    with pytest.raises(SubmissionError, match="none of the course's files"):
        read_submission(tmp_path, course)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("json", "x = 1\n", "would hide json of the standard library; rename it"),
        ("numpy", "x = 1\n", "would hide the package numpy; rename it"),
        ("lengths", "x = 1\n", "has the name of a file that students hand in, lengths; rename it"),
        ("Lengths", "x = 1\n", "has the name of a file that students hand in, Lengths; rename it"),
        ("grader", "x = 1\n", "has a name that the grader uses, grader; rename it"),
        ("examples", "x = 1\n", "has a name that the grader uses, examples; rename it"),
        ("two words", "x = 1\n", "cannot be imported by its name; rename or remove it"),
        ("__init__", "", "cannot be imported by its name; rename or remove it"),
        ("class", "x = 1\n", "cannot be imported by its name; rename or remove it"),
        ("broken", "def\n", "is not Python: "),
        ("nul", "x = 1\0\n", "is not Python: "),
        ("big", f"x = '{'a' * 2**20}'\n", "bytes of code, more than"),
    ],
)
def test_a_module_that_cannot_be_provided_is_refused(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    """In one line, which names the file."""
    write_lengths(tmp_path)
    (tmp_path / "provided" / f"{name}.py").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=re.escape(message)) as caught:
        load_course(tmp_path / "course.toml")
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "provided") in str(caught.value)


def test_what_is_provided_is_a_part_of_the_course(tmp_path: Path) -> None:
    """The digest of the course changes with it, so that a batch grades again."""
    manifest = write_lengths(tmp_path)
    before = load_course(manifest).suite_sha256
    (tmp_path / "provided" / "units.py").write_text("SCALE = 2.0\n", encoding="utf-8")
    assert load_course(manifest).suite_sha256 != before


@pytest.mark.slow
def test_kits_and_autograders_have_it(lengths: Path, grader: Grader, tmp_path: Path) -> None:
    """A kit has it for the grader, beside the stubs and as the copy that an update reads."""
    kit = make_kit(grader.course, grader.collected_checks(), install="grader")
    for folder in ("provided", "exercises", "exercises/.stubs"):
        assert kit.files[PurePosixPath(folder, "shapes.py")] == SHAPES
    assert (
        "`exercises/shapes.py` and `exercises/units.py` are provided: import them"
        in (kit.files[PurePosixPath("README.md")])
    )
    release = Release(grader.course, lengths / "solutions", with_hidden=False, install="grader")
    assert release.draft().findings == ()
    path = tmp_path / "autograder.zip"
    path.write_bytes(pack_autograder(grader.course))
    with zipfile.ZipFile(path) as archive:
        assert archive.read("course/provided/shapes.py").decode() == SHAPES


@pytest.mark.slow
def test_what_a_solution_shares_with_it_is_no_leak(tmp_path: Path) -> None:
    """It is public: the same lines in a solution are no secret."""
    manifest = write_lengths(tmp_path)
    body = SHAPES[SHAPES.index("    if not isinstance(a, Point)") :]
    solution = f"{SOLUTION}\n\ndef _distance(a, b):\n{body}".replace(
        "import Point, distance", "import SCALE, Point, distance, math"
    )
    (tmp_path / "solutions" / "lengths.py").write_text(solution, encoding="utf-8")
    course = load_course(manifest)
    release = Release(course, tmp_path / "solutions", with_hidden=False, install="grader")
    assert release.draft().findings == ()


@pytest.mark.slow
def test_a_kit_grades_and_is_updated(lengths: Path, tmp_path: Path) -> None:
    """From release to update: `submit`, `batch` and `init --update` with a kit."""
    kit = tmp_path / "kit"
    released = grade_here(
        *("release", kit, "--course", lengths, "--solutions", lengths / "solutions"),
        *("--install", "backprop-grader"),
    )
    assert released.returncode == 0, released.stderr
    work = kit / "exercises"
    untouched = grade_here("submit", work, "--course", kit, cwd=tmp_path).stdout
    assert "0 of 1 visible points" in untouched
    (work / "lengths.py").write_text(SOLUTION, encoding="utf-8")
    # Students can run their code there.
    script = "import lengths; print(lengths.perimeter([(0, 0), (0, 1), (1, 1), (1, 0)]))"
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=work, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "4.0\n"
    shown = grade_here("submit", work, "--course", kit, cwd=tmp_path)
    assert "1 of 1 visible points" in shown.stdout
    assert "not used" not in shown.stdout
    graded = grade_here("batch", work, "--course", lengths, "--output", tmp_path / "out")
    assert graded.returncode == 0, graded.stderr
    assert '"score":2' in (tmp_path / "out" / "summary.json").read_text().replace(" ", "")

    newer = tmp_path / "newer"
    write_lengths(newer)
    (newer / "provided" / "units.py").write_text("SCALE = 2.0\n", encoding="utf-8")
    (newer / "provided" / "shapes.py").write_text(f"{SHAPES}# newer\n", encoding="utf-8")
    (work / "shapes.py").write_text(f"{SHAPES}# mine\n", encoding="utf-8")
    updated = grade_here("init", work, "--update", "--course", newer)
    assert updated.returncode == 0, updated.stderr
    lines = updated.stdout.splitlines()
    provided = "(the course provides it, and grades with its own)"
    assert f"updated  {work / 'units.py'} {provided}" in lines
    assert f"updated  {work / 'shapes.py'} {provided}" in lines
    assert f"kept     {work / 'shapes.py.before'} (the file as it was)" in lines
    assert (work / "shapes.py").read_text(encoding="utf-8").endswith("# newer\n")
    assert (work / "shapes.py.before").read_text(encoding="utf-8").endswith("# mine\n")
    assert not (work / "units.py.before").exists()


def test_init_writes_it_beside_the_stubs(lengths: Path, tmp_path: Path) -> None:
    """Also beside notebooks; a file that is there is not overwritten."""
    (tmp_path / "units.py").write_text("mine\n", encoding="utf-8")
    shown = grade_here("init", tmp_path, "--course", lengths).stdout
    assert (tmp_path / "shapes.py").read_text(encoding="utf-8") == SHAPES
    assert f"written  {tmp_path / 'shapes.py'}" in shown
    assert f"kept     {tmp_path / 'units.py'} (it existed already)" in shown
    assert (tmp_path / "units.py").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.slow
def test_pytest_in_a_work_folder(lengths: Path, tmp_path: Path) -> None:
    """The visible checks are collected, and the provided modules are no exercise."""
    grade_here("init", tmp_path, "--course", lengths)
    (tmp_path / "lengths.py").write_text(SOLUTION, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout
