"""Grading again: what asks first, what `changes.csv` lists, and what no run touches."""

from __future__ import annotations

import csv
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.courses import write_small_course
from support.here import grade_here
from support.running import assert_one_line, started
from support.samples import sample
from test_batch import results

from grader.batch.journal import Key

ROOT = Path(__file__).resolve().parents[2]
RIGHT = "def spread(values):\n    return max(values) - min(values)\n"
# Right for the check of 50 values as it is wrongly written in the first suite.
LARGEST = "def spread(values):\n    return max(values)\n"
NOTHING = "def spread(values):\n    return None\n"
ALONE = ("--jobs", "1")  # the machine runs other tests beside it
COLUMNS = "id name score_before score_after difference checks why".split()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A course with a wrong check, and a class of four."""
    return write_class(tmp_path)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, graded, which no test may change."""
    place = write_class(tmp_path_factory.mktemp("graded"))
    done = batch(place)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Path:
    """A copy of it, with the same course, so that one grader stays warm for all of them."""
    shutil.copytree(
        graded_once, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("course")
    )
    (tmp_path / "course").symlink_to(graded_once / "course")
    return tmp_path


def write_class(place: Path) -> Path:
    write_small_course(place / "course")
    spoil(place)
    for name, text in {"ann": RIGHT, "bob": LARGEST, "cat": NOTHING, "dan": RIGHT}.items():
        (place / "class" / name).mkdir(parents=True)
        (place / "class" / name / "numbers.py").write_text(text)
    return place


def suite(place: Path) -> Path:
    return place / "course/suites/numbers/test_numbers.py"


def spoil(place: Path) -> None:
    """Make the check of 50 values wrong."""
    head, tail = suite(place).read_text().split("normal(size=50)")
    suite(place).write_text(f"{head}normal(size=50){tail.replace(' - sorted(values)[0]', '')}")


def repair(place: Path) -> None:
    """Make it right again, in a course of this place alone."""
    course = place / "course"
    if course.is_symlink():
        shared = course.resolve()
        course.unlink()
        shutil.copytree(shared, course)
    text = suite(place).read_text()
    suite(place).write_text(
        text.replace("sorted(values)[-1], ", "sorted(values)[-1] - sorted(values)[0], ")
    )


def batch(place: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    return grade_here(*command(place, *options))


def command(place: Path, *options: str | Path) -> tuple[str | Path, ...]:
    paths = ("batch", place / "class", "--output", place / "out", "--course", place / "course")
    return (*paths, *ALONE, *options)


def rows(path: Path) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(path.read_text().splitlines())}


def test_a_course_that_changed_asks_and_the_changes_are_listed(graded: Path) -> None:
    """Refused without a terminal; with --regrade a row for each score that changed."""
    before = results(graded / "out")
    repair(graded)
    refused = batch(graded)
    assert refused.returncode == 3
    assert_one_line(refused.stderr.removeprefix("Plain layout: 4 submissions\n"))
    assert "with another version of the course" in refused.stderr
    assert "4 submissions would be graded again" in refused.stderr
    assert "--regrade" in refused.stderr
    assert results(graded / "out") == before
    done = batch(graded, "--regrade")
    assert done.returncode == 0, done.stderr
    assert "3 of 4 scores changed" in done.stdout
    assert "graded again: the course's suites changed" in done.stdout
    changes = rows(graded / "out/changes.csv")
    assert list(next(iter(changes.values()))) == COLUMNS
    assert list(changes) == ["ann", "bob", "dan"]
    assert changes["ann"] == {
        "id": "ann",
        "name": "",
        "score_before": "0.0",
        "score_after": "2.0",
        "difference": "2.0",
        "checks": "numbers/spread/values: passed with 0 -> passed with 1; "
        "numbers/spread/many_values: failed -> passed",
        "why": "the course's suites changed",
    }
    assert changes["bob"]["checks"] == "numbers/spread/many_values: passed -> failed"
    assert not (graded / "out/before").exists()
    after = results(graded / "out")
    again = batch(graded)
    assert again.returncode == 0
    assert "0 graded now" in again.stdout
    assert "scores changed" not in again.stdout
    assert results(graded / "out") == after


CONDITIONS = [
    ("course", "0" * 64, "with another version of the course (suites or course.toml)"),
    ("grader", "0.0.9", "with grader 0.0.9"),
    ("seed", "0123456789ab", "with a secret"),
    ("isolation", "process", "with --isolation process"),
    ("exercises", ["numbers"], "with exercise numbers only"),
]


@pytest.mark.parametrize(
    ("field", "value", "words"), sample([(case[0], case) for case in CONDITIONS], each=2)
)
def test_every_condition_is_named(graded: Path, field: str, value: Any, words: str) -> None:
    """As the journal has it of each result."""
    journal = graded / "out/journal.jsonl"
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    for entry in entries:
        entry["key"][field] = value
    journal.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    refused = batch(graded)
    assert refused.returncode == 3
    assert_one_line(refused.stderr.removeprefix("Plain layout: 4 submissions\n"))
    assert f"were graded {words}; 4 submissions would be graded again" in refused.stderr
    assert batch(graded, "--regrade").returncode == 0
    # The reports did not change, so that there is nothing to list.
    assert not (graded / "out/changes.csv").exists()


@pytest.mark.slow
def test_several_conditions_are_one_line(place: Path) -> None:
    """A secret may be another, or given, or left out."""
    for name in ("one", "other"):
        (place / name).write_text(name * 16)
    batch(place, "--secret-file", place / "one")
    other = batch(place, "--secret-file", place / "other", "--isolation", "process")
    words = "with another secret and with --isolation sandbox; 4 submissions would be graded"
    assert words in other.stderr
    assert "graded with a secret; 4" in batch(place).stderr
    done = batch(place, "--regrade")
    assert "graded again: another secret" in done.stdout
    assert "graded without a secret; 4" in batch(place, "--secret-file", place / "one").stderr


def test_hand_ins_that_changed_and_new_ones_do_not_ask(graded: Path) -> None:
    """They are graded, and the ones that changed are named."""
    (graded / "class/bob/numbers.py").write_text(RIGHT)
    (graded / "class/eve.py").write_text(RIGHT)
    done = batch(graded)
    assert done.returncode == 0, done.stderr
    assert "5 submissions: 2 graded now" in done.stdout
    assert "1 graded again, with other files than in an earlier run: bob" in done.stderr
    (graded / "class/bob/numbers.py").write_text(LARGEST)
    again = batch(graded)
    assert "1 graded again, with files that a later attempt had replaced" in again.stderr
    assert not (graded / "out/changes.csv").exists()


def test_a_result_without_a_score_is_none(graded: Path) -> None:
    """What could not be examined is graded in any way, and nothing is lost by it."""
    (graded / "out/journal.jsonl").write_text("")
    (graded / "secret").write_text("s" * 32)
    assert batch(graded, "--secret-file", graded / "secret").returncode == 0


@pytest.mark.slow
def test_one_who_is_new_is_not_graded_unlike_all_others(place: Path) -> None:
    """A forgotten secret is found, although no result would be replaced."""
    (place / "secret").write_text("s" * 32)
    batch(place, "--secret-file", place / "secret")
    (place / "late").mkdir()
    (place / "late/eve.py").write_text(RIGHT)
    options = ("--output", place / "out", "--course", place / "course", *ALONE)
    late = ("batch", place / "late", *options)
    refused = grade_here(*late)
    assert refused.returncode == 3
    assert (
        "graded with a secret; 1 submission would be graded under other conditions"
        in refused.stderr
    )
    done = grade_here(*late, "--secret-file", place / "secret")
    assert done.returncode == 0, done.stderr
    found = rows(place / "out/summary.csv")
    assert list(found) == ["ann", "bob", "cat", "dan", "eve"]
    assert [row["given"] for row in found.values()] == ["no", "no", "no", "no", "yes"]
    assert "lists 5 submissions" in done.stdout
    assert "4 of earlier runs, not given now" in done.stderr


@pytest.mark.slow
def test_a_late_file_alone_replaces_one_result(place: Path) -> None:
    """It has the same id; the others keep theirs, and the report names the other attempt."""
    repair(place)
    batch(place)
    before = rows(place / "out/summary.csv")
    (place / "late").mkdir()
    (place / "late/cat.py").write_text(RIGHT)
    options = ("--output", place / "out", "--course", place / "course", *ALONE)
    done = grade_here("batch", place / "late/cat.py", *options)
    assert "1 graded again, with other files than in an earlier run: cat" in done.stderr
    after = rows(place / "out/summary.csv")
    assert after["cat"]["score"] != before["cat"]["score"]
    for name in ("ann", "bob", "dan"):
        assert after[name] == {**before[name], "given": "no"}
    report = json.loads((place / "out/reports/cat.json").read_text())
    assert report["submission"]["notes"] == [
        "an attempt with other files was graded before this one"
    ]
    written = results(place / "out")
    again = grade_here("batch", place / "late/cat.py", *options)
    assert "0 graded now" in again.stdout
    assert results(place / "out") == written


@pytest.mark.slow
def test_what_the_instructor_puts_there_is_not_touched(place: Path) -> None:
    """Neither by a first run, nor by a regrade, nor by one that cleans up after a kill."""
    own = {name: f"mine {name}\n" for name in ("adjustments.csv", ".adjustments.csv.swp", "x.json")}
    (place / "out").mkdir()
    for name, text in own.items():
        (place / "out" / name).write_text(text)
    batch(place)
    repair(place)
    batch(place, "--regrade")
    assert {name: (place / "out" / name).read_text() for name in own} == own


@pytest.mark.slow
def test_some_are_graded_again_and_the_others_later(graded: Path) -> None:
    """With --only it is a regrade of these; the others still ask."""
    repair(graded)
    done = batch(graded, "--regrade", "--only", "ann")
    assert done.returncode == 0, done.stderr
    assert "1 of 1 scores changed" in done.stdout
    assert list(rows(graded / "out/changes.csv")) == ["ann"]
    assert list(rows(graded / "out/summary.csv")) == ["ann", "bob", "cat", "dan"]
    assert "3 submissions would be graded again" in batch(graded).stderr
    assert batch(graded, "--regrade").returncode == 0
    assert list(rows(graded / "out/changes.csv")) == ["bob", "dan"]


def test_a_report_changed_by_hand_is_named(graded: Path) -> None:
    """It has no row, and it is not silently taken for a result."""
    path = graded / "out/reports/ann.json"
    path.write_text(path.read_text().replace('"score": 0.0', '"score": 1.0'))
    done = batch(graded, "--only", "bob")
    assert "1 without a row in the summary" in done.stderr
    assert "ann" not in rows(graded / "out/summary.csv")
    assert batch(graded).returncode == 0
    assert "ann" in rows(graded / "out/summary.csv")


def test_a_journal_of_an_earlier_version_is_resumed(graded: Path) -> None:
    """Without the fields that it did not have, nothing is graded again."""
    journal = graded / "out/journal.jsonl"
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    for entry in entries:
        del entry["status"], entry["about"]
    journal.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    done = batch(graded)
    assert "4 submissions: 0 graded now" in done.stdout
    assert "lists 4 submissions: mean" in done.stdout


def test_an_order_of_exercises_is_no_condition() -> None:
    """A key has them in alphabetical order, each once."""
    fields = {"id": "a", "submission": "s", "course": "c", "seed": "x", "grader": "1"}
    one = Key(exercises=("b", "a", "b"), isolation="sandbox", **fields)
    assert one == Key(exercises=("a", "b"), isolation="sandbox", **fields)


def answer(place: Path, text: bytes) -> tuple[int, str]:
    """Run the batch in a terminal, answer its question, or interrupt it, and return its end."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": "500", "TERM": "xterm"}
    streams = {"stdin": follower, "stdout": follower, "stderr": follower}
    shown = b""
    asked = False
    interrupts_at = 0.0
    deadline = time.monotonic() + 120
    with started(*command(place), env=environment, **streams) as process:
        os.close(follower)
        while time.monotonic() < deadline:
            if select.select([leader], [], [], 0.1)[0]:
                try:
                    shown += os.read(leader, 65536)
                except OSError:
                    break  # the other end is closed
            if b"[y/N]" in shown and not asked:
                asked = True
                if text:
                    os.write(leader, text)
            if asked and not text and time.monotonic() > interrupts_at:
                # One that comes before the answer is waited for is not noticed until there is one.
                interrupts_at = time.monotonic() + 1
                process.send_signal(signal.SIGINT)
        os.close(leader)
        assert asked, shown
        return process.wait(timeout=60), shown.decode()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_is_asked(graded: Path) -> None:
    """No, and Ctrl-C, leave everything as it was; yes does it."""
    before = results(graded / "out")
    repair(graded)
    status, shown = answer(graded, b"n\n")
    assert status == 3
    assert "4 submissions would be graded again. Continue? [y/N]" in shown
    assert "nothing was graded" in shown
    status, shown = answer(graded, b"")
    assert status == 130
    assert "Traceback" not in shown
    assert results(graded / "out") == before
    status, shown = answer(graded, b"y\n")
    assert status == 0
    assert "3 of 4 scores changed" in shown
