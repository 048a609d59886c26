"""Misconceptions that are named in a kit, which has a table of their answers and not their code."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.courses import write_thermometer
from support.here import grade_here
from support.samples import sample

from grader.course.manifest import load_course
from grader.engine import Grader, StudentResult, grade_for_student
from grader.files import fill_folder
from grader.records import FAILED, Outcome, ScoreReport, SourceFile, Submission
from grader.release.release import Release
from grader.report import to_json
from grader.testing.catalogue import Entry, load_catalogue, source_of

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path("suites", "temperature", "mistakes.json")
FIRST = "At which temperature does your scale let water freeze?"
SECOND = "Put 0 degrees into your formula, and look up what a thermometer shows then."
WHAT = "the offset of the scale is missing"

HEAD = "import numpy as np\n\n\n"
RIGHT = f"""{HEAD}def to_fahrenheit(celsius):
    return np.asarray(celsius) * 1.8 + 32.0


def daily_range(readings):
    return readings.max(axis=1) - readings.min(axis=1)
"""
OFFSET = RIGHT.replace(" * 1.8 + 32.0", " * 1.8")
BOTH = OFFSET.replace("axis=1", "axis=0")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small course whose first misconception has words and a second hint."""
    folder = tmp_path_factory.mktemp("small") / "course"
    write_thermometer(folder)
    path = folder / "suites" / "temperature" / "misconceptions.py"
    text = path.read_text(encoding="utf-8")
    more = f'hint="{FIRST}",\n    second_hint="{SECOND}",\n    what="{WHAT}",'
    path.write_text(text.replace(f'hint="{FIRST}",', more), encoding="utf-8")
    return folder


def write_kit(course: Path, folder: Path) -> Path:
    draft = Release(
        load_course(course / "course.toml"),
        course / "solutions",
        with_hidden=False,
        install="backprop-grader",
    ).draft()
    assert draft.findings == ()
    fill_folder(folder, draft.kit.pack())
    return folder


@pytest.fixture(scope="module")
def kit(small: Path) -> Path:
    """Its kit, which no test may change."""
    return write_kit(small, small.with_name("kit"))


@pytest.fixture(scope="module")
def kit_grader(kit: Path) -> Iterator[Grader]:
    """A grader that has the kit alone."""
    with Grader(load_course(kit / "course.toml")) as grader:
        yield grader


def submit(source: str, name: str = "temperature") -> Submission:
    return Submission("one", (SourceFile(f"{name}.py", source.encode()),))


def failed_in(report: ScoreReport) -> dict[str, Outcome]:
    return {
        scored.check.id: scored.outcome
        for scored in report.checks()
        if scored.outcome.outcome in FAILED
    }


def names(report: ScoreReport) -> dict[str, tuple[str, ...]]:
    return {
        check: outcome.misconceptions
        for check, outcome in failed_in(report).items()
        if outcome.misconceptions
    }


# What is named


def test_a_known_mistake_is_named_with_its_words(kit_grader: Grader) -> None:
    """As in a full run: id, words and first hint, in checks and in problems."""
    result = grade_for_student(kit_grader, submit(OFFSET))
    outcome = failed_in(result.scores)["temperature/to_fahrenheit/values"]
    assert (outcome.misconceptions, outcome.what, outcome.hint) == (("T-01",), WHAT, FIRST)
    problem = _problem(result)
    assert problem["misconceptions"] == ["T-01"]
    assert problem["hint"] == FIRST


def _problem(result: StudentResult) -> dict[str, object]:
    (problem,) = json.loads(to_json(result.report))["exercises"][0]["functions"][0]["problems"]
    return dict(problem)


def test_each_function_has_its_own(kit_grader: Grader) -> None:
    """Mistakes of two functions are both named."""
    assert names(kit_grader.grade(submit(BOTH))) == {
        "temperature/to_fahrenheit/values": ("T-01",),
        "temperature/daily_range/values": ("T-03",),
    }


def test_noise_does_not_hide_a_mistake(kit_grader: Grader) -> None:
    """Another order of additions changes the last digits."""
    for seed in range(5):
        noisy = OFFSET.replace(
            "* 1.8",
            f"* (1.8 + 1e-12 * np.random.default_rng({seed}).normal(size=np.shape(celsius)))",
        )
        assert list(names(kit_grader.grade(submit(noisy))).values()) == [("T-01",)]


@pytest.mark.parametrize("factor", ["1.80001", "1.9", "-1.8", "0.0"])
def test_another_mistake_is_not_named(kit_grader: Grader, factor: str) -> None:
    """What is like none of the known ones has no name."""
    report = kit_grader.grade(submit(OFFSET.replace("1.8", factor)))
    assert failed_in(report)
    assert names(report) == {}


def test_right_work_is_named_nothing(kit_grader: Grader, small: Path) -> None:
    """Neither the solution nor a variant."""
    for entry in load_catalogue(small / "suites", "temperature", "variants"):
        report = kit_grader.grade(submit(f"{RIGHT}\n\n{source_of([entry])}"))
        assert not failed_in(report)
        assert not any(s.outcome.what or s.outcome.misconceptions for s in report.checks())


def test_other_inputs_are_not_looked_up(kit_grader: Grader) -> None:
    """With another seed, or another numpy, there are other calls."""
    report = kit_grader.grade(submit(OFFSET), seed="another")
    assert failed_in(report)
    assert names(report) == {}


# What is readable


def test_no_word_of_a_misconception_is_in_the_kit(kit: Path, small: Path) -> None:
    """Not as text, and not in what base64 hides."""
    entries = load_catalogue(small / "suites", "temperature", "misconceptions")
    packed = b"".join(path.read_bytes() for path in kit.rglob("*") if path.is_file())
    packed += b"".join(map(base64.b64decode, _strings(json.loads((kit / TABLE).read_text()))))
    for words in [WHAT, SECOND, *(e.hint for e in entries), *(e.id for e in entries)]:
        assert words.encode() not in packed


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [str(value)]


def test_the_second_hint_is_read_by_grade_hint_alone(kit: Path, tmp_path: Path) -> None:
    """The report has the first hint only, which opens the second."""
    (tmp_path / "temperature.py").write_text(OFFSET)
    grade_here("submit", tmp_path, "--course", kit, cwd=tmp_path)
    report = (tmp_path / "report.json").read_text()
    assert FIRST in report
    assert SECOND not in report
    hinted = grade_here("hint", "to_fahrenheit", "--course", kit, cwd=tmp_path)
    assert SECOND in " ".join(hinted.stdout.split())


@pytest.mark.slow
def test_the_same_course_has_the_same_table(small: Path, kit: Path, tmp_path: Path) -> None:
    """There is nothing random in it."""
    again = write_kit(small, tmp_path / "again")
    assert (again / TABLE).read_bytes() == (kit / TABLE).read_bytes()


# A table that is damaged or absent


DAMAGED = {
    "changed": (1.0, b'"salt":"', b'"salt":"AAAA'),
    "half": (0.5, b"", b""),
    "empty": (0.0, b"", b""),
    "not text": (1.0, b"{", b"\xff{"),
}


@pytest.mark.parametrize(("kept", "old", "new"), sample(DAMAGED.items(), each=4))
def test_a_damaged_table_is_a_note_and_no_score(
    kit: Path, tmp_path: Path, kept: float, old: bytes, new: bytes
) -> None:
    """Nothing is named, one line says why, and the points are the same."""
    table = (kit / TABLE).read_bytes()
    for path in ("course.toml", "suites/temperature/test_temperature.py", TABLE):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((kit / path).read_bytes())
    with Grader(load_course(tmp_path / "course.toml")) as grader:
        whole = grader.grade(submit(OFFSET))
    (tmp_path / TABLE).write_bytes(table[: int(kept * len(table))].replace(old, new, 1))
    with Grader(load_course(tmp_path / "course.toml")) as grader:
        right = grader.grade(submit(RIGHT))
        report = grader.grade(submit(OFFSET))
    (note,) = report.exercises[0].module.notes
    assert note.startswith("no known mistake is named: suites/temperature/mistakes.json cannot be")
    assert "\n" not in note
    assert names(report) == {}
    assert right.exercises[0].module.notes == (note,)
    assert report.score_c == whole.score_c
    assert failed_in(report).keys() == failed_in(whole).keys()


def test_a_kit_without_a_table_names_nothing(kit: Path, tmp_path: Path) -> None:
    """As one that was made before there were tables."""
    for path in ("course.toml", "suites/temperature/test_temperature.py"):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((kit / path).read_bytes())
    with Grader(load_course(tmp_path / "course.toml")) as grader:
        report = grader.grade(submit(OFFSET))
    assert failed_in(report)
    assert names(report) == {}
    assert report.exercises[0].module.notes == ()


# The course of this project


@pytest.fixture(scope="module")
def own(kit_of_course: Path) -> Iterator[Grader]:
    """A grader that has the kit of this project's course."""
    with Grader(load_course(kit_of_course / "course.toml")) as grader:
        yield grader


def _grade(grader: Grader, *entries: Entry) -> ScoreReport:
    name = entries[0].exercise
    solution = (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    source = f"{solution}\n\n{source_of(entries)}"
    return grader.grade(submit(source, name), exercises=(name,))


@pytest.mark.slow
def test_most_of_what_a_full_run_names_is_named_in_the_kit(own: Grader, grader: Grader) -> None:
    """At least nine in ten of a sample, and hardly ever as another."""
    counted: Counter[str] = Counter()
    for exercise in own.course.exercises:
        entries = load_catalogue(grader.course.suites, exercise.name, "misconceptions")
        for entry in entries[3::25]:
            full, here = names(_grade(grader, entry)), failed_in(_grade(own, entry))
            if any(check in here for check in full):
                counted["full"] += 1
                counted["kit"] += any(outcome.what for outcome in here.values())
                counted["own"] += any(entry.what in outcome.what for outcome in here.values())
    assert counted["full"] > 20
    assert counted["kit"] >= 0.9 * counted["full"]
    assert counted["own"] >= 0.9 * counted["kit"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise", "first", "second"),
    [
        ("optimizers", "E1-X1", "E1-X2"),  # in the only result
        ("backprop", "D1-02", "D1-07"),  # in one result and in another
        ("losses", "B5-X30", "B5-02"),  # the second in a result that fails no visible check alone
        # A check of one result fails, and the mistake in the other passes it.
        ("backprop", "D4-X1", "D4-03"),
    ],
)
def test_two_mistakes_are_named_beside_each_other(
    own: Grader, grader: Grader, exercise: str, first: str, second: str
) -> None:
    """Both are in the words and in the ids."""
    entries = load_catalogue(grader.course.suites, exercise, "misconceptions")
    pair = [next(e for e in entries if e.id == name) for name in (first, second)]
    named = names(_grade(own, *pair))
    assert named
    assert set(named.values()) == {(first, second)}


@pytest.mark.slow
def test_no_right_variant_is_named_anything_in_the_kit(own: Grader, grader: Grader) -> None:
    """The table has no variant, and right work fails no check."""
    for exercise in own.course.exercises:
        for entry in load_catalogue(grader.course.suites, exercise.name, "variants")[::3]:
            for scored in _grade(own, entry).checks():
                assert not scored.outcome.what, (entry.id, scored.check.id)


@pytest.mark.slow
def test_the_tables_of_the_whole_course_are_small(own: Grader) -> None:
    """Under 3 MB together, and no hint of the course is in them."""
    content = {path: path.read_bytes() for path in own.course.suites.glob("*/mistakes.json")}
    assert len(content) == len(own.course.exercises)
    assert sum(map(len, content.values())) < 3_000_000
