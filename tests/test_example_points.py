"""Examples that count: an exercise of its own, for a course that adds it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from support.right_examples import RIGHT

from grader.course.manifest import load_course, write_manifest
from grader.engine import Grader
from grader.errors import CourseError
from grader.example_points import grade_examples, withhold_examples
from grader.examples.scoring import list_checks
from grader.examples.signatures import read_signatures
from grader.records import Course, ExampleRules, ScoreReport, SourceFile, Submission
from grader.report import build_report, to_json
from grader.scoring import leave_out_withheld
from grader.submissions.bundle import pack_bundle
from grader.submissions.reader import read_submission

ROOT = Path(__file__).resolve().parents[1]
ORIGINAL = load_course()
COURSE = replace(ORIGINAL, examples=replace(ORIGINAL.examples, points=0.5))
CODE = SourceFile("activations.py", b"def relu(z):\n    return z\n")
SOME = ("sigmoid(0.0) == 0.4", "relu([-1, 2]) == [0, 2]", "relu_prime(1.0) == 1.0")


@pytest.fixture(scope="module")
def counting() -> Iterator[Grader]:
    """A grader of the course in which examples count."""
    with Grader(COURSE) as grader:
        yield grader


def hand_in(*lines: str) -> Submission:
    """Return a submission with these examples."""
    return Submission("ann", (CODE,), examples=SourceFile("examples.py", "\n".join(lines).encode()))


def grade(grader: Grader, submission: Submission) -> ScoreReport:
    return grader.grade(submission, exercises=("activations",))


def test_right_examples_earn_all_points(counting: Grader) -> None:
    """Half a point for each exercise that is graded, in a report that is valid."""
    scores = grade(counting, hand_in(*RIGHT))
    assert [one.name for one in scores.exercises] == ["activations", "examples"]
    (function,) = scores.exercises[1].functions
    assert (function.name, function.score_c, function.max_score_c) == ("activations", 50, 50)
    report = build_report(scores, "student")
    schema_names = [one["name"] for one in msgspec.json.decode(to_json(report))["exercises"]]
    assert schema_names == ["activations", "examples"]
    assert [file.name for file in report.submission.files] == ["activations.py", "examples.py"]


def test_a_function_earns_its_share_with_right_and_telling_examples(counting: Grader) -> None:
    """A wrong one, one that tells little apart, and none at all earn nothing, and why is told."""
    scores = grade(counting, hand_in(*SOME))
    found = {c.check.id.rpartition("/")[2]: c for c in scores.exercises[1].functions[0].checks}
    assert found["relu"].outcome.outcome == "passed"
    assert found["relu"].score_c > 0
    assert found["sigmoid"].outcome.feedback.wrong == "no example of sigmoid is right: line 1"
    assert "known mistakes, and half of them" in found["relu_prime"].outcome.feedback.wrong
    assert found["gelu"].outcome.outcome == "not_implemented"
    assert scores.exercises[1].score_c == found["relu"].score_c


@pytest.mark.parametrize(
    ("examples", "status", "message"),
    [
        (None, "missing", "no examples.py"),
        (SourceFile("examples.py", b"\0"), "unloadable", "null bytes"),
        (SourceFile("examples.py", b"#" * 100_000), "unloadable", "more than 64 KiB"),
        (SourceFile("examples.py", b"", "it is a link"), "unloadable", "it is a link"),
        (SourceFile("examples.py", b"x = 1\n"), "graded", ""),
    ],
)
def test_a_file_without_examples_earns_nothing(
    counting: Grader, examples: SourceFile | None, status: str, message: str
) -> None:
    """The code beside it is graded all the same."""
    scores = grade(counting, Submission("ann", (CODE,), examples=examples))
    code, own = scores.exercises
    assert code.module.status == "graded"
    assert (own.module.status, own.score_c, own.max_score_c) == (status, 0, 50)
    assert message in own.module.message


def test_what_cannot_be_graded_has_the_same_maximum(counting: Grader) -> None:
    """A refused submission is out of as many points."""
    refused = counting.refuse(hand_in(), "it is empty", exercises=("activations",))
    assert refused.max_score_c == grade(counting, hand_in()).max_score_c


def test_shares_add_up() -> None:
    """Points are hundredths, whatever the number of functions."""
    signatures = read_signatures(COURSE)
    for points in (0.01, 0.5, 1.0, 3.33):
        course = replace(COURSE, examples=replace(COURSE.examples, points=points))
        checks = list_checks(course, signatures.values(), ("activations", "losses"))
        assert sum(check.points_c for check in checks) == 2 * round(points * 100)


def test_the_file_is_part_of_a_hand_in_only_where_it_counts(tmp_path: Path) -> None:
    """Then it is in the digest and in a bundle; a course without points does not look at it."""
    (tmp_path / "activations.py").write_bytes(CODE.content)
    before = read_submission(tmp_path, COURSE)
    (tmp_path / "Examples.py").write_text(RIGHT[0], encoding="utf-8")
    after, ignored = read_submission(tmp_path, COURSE), read_submission(tmp_path, ORIGINAL)
    assert after.sha256 != before.sha256 == ignored.sha256
    assert ignored.examples is None
    assert after.examples == SourceFile("examples.py", RIGHT[0].encode())
    with zipfile.ZipFile(io.BytesIO(pack_bundle(after))) as bundle:
        assert bundle.namelist() == ["activations.py", "examples.py"]


def test_a_kit_withholds_them(tmp_path: Path) -> None:
    """It has nothing to judge by: they count, and the instructor's run decides."""
    kit = replace(COURSE, suites=tmp_path)

    def refuse(_examples: object) -> None:
        raise AssertionError

    (own,) = grade_examples(kit, hand_in(*RIGHT), ("activations",), refuse)  # type: ignore[arg-type]
    assert (own.score_c, own.max_score_c) == (0, 50)
    withheld = withhold_examples(kit, ("activations",)).withheld
    assert {c.check.id for f in own.functions for c in f.checks} <= {c.id for c in withheld}


def test_the_course_has_no_points_for_examples(grader: Grader) -> None:
    """Its points are fixed; the exercise is added by a course's own manifest."""
    scores = grade(grader, hand_in(*RIGHT))
    assert [one.name for one in scores.exercises] == ["activations"]
    assert leave_out_withheld(scores) is scores


def test_the_manifest_is_read_and_written(tmp_path: Path) -> None:
    """Points and functions, and what is wrong with them."""
    manifest = tmp_path / "course.toml"
    manifest.write_text(write_manifest(COURSE), encoding="utf-8")
    assert load_course(manifest).examples == COURSE.examples
    for rules, message in (
        (ExampleRules({"class": "x"}), "not the name of a function"),
        (ExampleRules({"f": "x +"}), "not an expression"),
    ):
        manifest.write_text(write_manifest(replace(COURSE, examples=rules)), encoding="utf-8")
        with pytest.raises(CourseError, match=message):
            load_course(manifest)
    text = write_manifest(COURSE).replace('name = "activations"', 'name = "examples"')
    manifest.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="give yours another name"):
        load_course(manifest)


def test_every_function_of_the_course_can_be_judged(course: Course) -> None:
    """An author who adds points finds a function without a variant with `grade verify`."""
    from grader.examiner.right import load_right

    for signature in read_signatures(course).values():
        if not signature.left_out:
            assert load_right(course.suites, signature.exercise, signature.name)
