"""Batches: every submission gets a report, nothing is lost, nothing is done twice."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.here import grade_here
from support.running import alive, assert_one_line, family, run_grade, started, wait_for

from grader.batch.journal import Entry, Journal, Key
from grader.batch.listing import Listed, list_submissions
from grader.batch.output import Output
from grader.batch.reading import read_listed
from grader.batch.work import Graded, Slots, Snapshot, Task
from grader.engine import Grader
from grader.errors import (
    ExaminerError,
    JournalError,
    ReadingError,
    SubmissionError,
    WorkerError,
)
from grader.records import Course, SourceFile, Submission
from grader.submissions.child.messages import Part
from grader.submissions.classes import read_class
from grader.submissions.reader import find_part, read_or_explain, read_parts

ROOT = Path(__file__).resolve().parents[2]
# The quickest exercise. The machine runs other tests beside it.
ONE = ("--exercise", "forward", "--jobs", "1")
NAIVE = "\n\ndef affine_forward(A_prev, W, b):\n    return A_prev @ W, (A_prev, W, b)\n"


@pytest.fixture
def submissions(tmp_path: Path, solution: Callable[[str], str]) -> Path:
    """A class: right, wrong, untouched, empty, damaged, hanging, and a file of another kind."""
    folder = tmp_path / "class"
    for name in ("ann", "bob", "eve"):
        (folder / name).mkdir(parents=True)
    (folder / "ann" / "forward.py").write_text(solution("forward"))
    (folder / "bob" / "forward.py").write_text(solution("forward") + NAIVE)
    (folder / "cat.py").write_text(solution("forward"))
    shutil.copytree(ROOT / "exercises", folder / "dan")
    (folder / "fay.zip").write_bytes(b"PK no zip")
    (folder / "gus.py").write_text("import os\nos._exit(9)\n")
    (folder / "notes.txt").write_text("no submission")
    (folder / ".DS_Store").write_text("")
    return folder


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def results(folder: Path) -> dict[str, str]:
    """Return all that a batch wrote, without the times."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in (".lock", "journal.jsonl"):
            text = path.read_text(encoding="utf-8")
            text = re.sub(r'"(duration_s|started_at)": [^,\n]+', "", text)
            found[str(path.relative_to(folder))] = text
    return found


# Which submissions there are


def test_children_are_submissions_by_their_names(submissions: Path, course: Course) -> None:
    """Folders, zips, modules and notebooks are; hidden and other files are not."""
    listing = list_submissions([submissions], course)
    assert [one.id for one in listing.submissions] == [
        "ann",
        "bob",
        "cat",
        "dan",
        "eve",
        "fay",
        "gus",
    ]
    assert [path.name for path in listing.left_out] == ["notes.txt"]


def test_archives_of_every_kind_are_submissions(tmp_path: Path, course: Course) -> None:
    """Also those that are not read, so that their reports say what to do."""
    for name in ("ann.tar.gz", "bob.TGZ", "cat.7z", "dan.rar", "eve.PY", "fay.py.txt", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "loop.py").symlink_to("loop.py")
    listing = list_submissions([tmp_path], course)
    ids = [one.id for one in listing.submissions]
    assert ids == ["ann", "bob", "cat", "dan", "eve", "fay", "loop"]
    assert listing.left_out == ()


def test_a_submission_can_be_given_itself(submissions: Path, course: Course) -> None:
    """A folder with a file of the course is one submission, not a folder of them."""
    listing = list_submissions([submissions / "ann", submissions / "cat.py"], course)
    assert [one.id for one in listing.submissions] == ["ann", "cat"]


def test_equal_names_in_a_folder_are_told_apart(tmp_path: Path, course: Course) -> None:
    """As much more of the path is taken as makes an id that no other in the folder has."""
    for name in ("a/ann.py", "a/ann.zip", "a/bob.py", "b/bob.py", "b/cat.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    listing = list_submissions([tmp_path / "a", tmp_path / "b"], course)
    ids = [one.id for one in listing.submissions]
    assert ids == ["ann.py", "ann.zip", "bob", "bob", "cat"]


def test_no_submission_is_lost_to_the_names_of_others(tmp_path: Path, course: Course) -> None:
    """Also where the others have all names that would be given to it."""
    digest = hashlib.sha256(str(tmp_path / "c" / "alice.py").encode()).hexdigest()[:8]
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "alice.py").write_text("")
    (tmp_path / "c" / "Alice.ipynb").write_text("")
    for name in ("ALICE.PY", "c-alice.py", f"alice-{digest}", "\uff41lice.zip"):
        (tmp_path / "c" / name).mkdir()
    listing = list_submissions([tmp_path / "c"], course)
    ids = [one.id for one in listing.submissions]
    assert len(ids) == 6
    assert len({unicodedata.normalize("NFKC", identity).casefold() for identity in ids}) == 6


@pytest.mark.parametrize(
    "name",
    [
        "=cmd()",
        "+1",
        "@SUM(1)",
        "con",
        "a/../b".replace("/", "\\"),
        "x" * 200,
        "-rf",
        "a\nb",
        "a\x1b[31m",
        "e\u202ea",
    ],
)
def test_an_id_can_be_a_file_and_a_cell(tmp_path: Path, course: Course, name: str) -> None:
    """Whatever a folder is called, its id does no harm, and stays its own."""
    (tmp_path / name).mkdir()
    (listed,) = list_submissions([tmp_path], course).submissions
    assert re.fullmatch(r"[\w@+][\w .,@()+=&'-]*", listed.id)
    assert listed.id[0].isalnum()
    assert len(listed.id.encode()) <= 80
    assert listed.id.casefold() != "con"


def test_nothing_to_grade_is_one_line(tmp_path: Path, course: Course) -> None:
    """An empty folder and a missing one are refused with one line."""
    with pytest.raises(SubmissionError, match="no submission in"):
        list_submissions([tmp_path], course)
    with pytest.raises(SubmissionError, match="does not exist"):
        list_submissions([tmp_path / "absent"], course)


# The journal


def entry(identity: str = "ann", **changes: Any) -> Entry:
    fields = {"submission": "s", "course": "c", "exercises": (), "seed": "public"}
    key = Key(identity, **{**fields, "grader": "1", "isolation": "sandbox", **changes})
    return Entry(key, "r", "f", 1.0, 2.0, "public", {})


def test_a_journal_remembers(tmp_path: Path) -> None:
    """What was appended is found again, under exactly the same conditions."""
    with Journal(tmp_path / "journal.jsonl") as journal:
        journal.append(entry())
    with Journal(tmp_path / "journal.jsonl") as journal:
        assert journal.find(entry().key) == entry()
        for change in ("submission", "course", "seed", "grader", "isolation"):
            assert journal.find(entry(**{change: "other"}).key) is None
        assert journal.find(entry("bob").key) is None


def test_an_unfinished_line_counts_for_nothing(tmp_path: Path) -> None:
    """Cut off anywhere, a journal holds what was whole, and can be added to."""
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.append(entry("ann"))
        journal.append(entry("bob"))
    content = path.read_bytes()
    first = content.index(b"\n") + 1
    for cut in range(len(content)):
        path.write_bytes(content[:cut])
        with Journal(path) as journal:
            assert (journal.find(entry("ann").key) is not None) == (cut >= first)
            assert journal.find(entry("bob").key) is None
            journal.append(entry("cat"))
        with Journal(path) as journal:
            assert journal.find(entry("cat").key) is not None


def test_a_file_that_is_not_a_journal_is_refused(tmp_path: Path) -> None:
    """A file of that name with other content is not written to."""
    path = tmp_path / "journal.jsonl"
    path.write_text("my diary\n")
    with pytest.raises(JournalError, match="line 1 is not a valid journal entry"):
        Journal(path)
    assert path.read_text() == "my diary\n"


# The work


def task_of(course: Course, **changes: Any) -> Task:
    snapshot = Snapshot(Submission("x", (SourceFile("forward.py", b""),)))
    fields: dict[str, Any] = {
        "snapshot": snapshot,
        "seed": "public",
        "derived_for": None,
        "exercises": ("forward",),
        "manifest": "",
        "isolation": "sandbox",
        "grader": __import__("grader").__version__,
        "suite_sha256": course.suite_sha256,
    }
    return Task(**{**fields, **changes})


def test_other_versions_are_refused(course: Course) -> None:
    """A worker with another grader or course gives no results, and says what it has."""
    import msgspec

    slots = Slots()
    try:
        for change in ({"grader": "9.9"}, {"suite_sha256": "0" * 64}):
            with pytest.raises(WorkerError, match=r"9\.9 is required|000000000000 are required"):
                slots.work(msgspec.msgpack.encode(task_of(course, **change)))
    finally:
        slots.close()


def test_what_cannot_be_graded_twice_gets_a_report(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An examination that ends without a result is tried again, then reported without a score."""
    import msgspec

    tries = []

    def fail(*_: Any, **_options: Any) -> None:
        tries.append(1)
        raise ExaminerError("the examination ended without a result: it crashed")

    monkeypatch.setattr(Grader, "grade", fail)
    slots = Slots()
    try:
        answer = slots.work(msgspec.msgpack.encode(task_of(course)))
    finally:
        slots.close()
    graded = msgspec.msgpack.decode(answer, type=Graded)
    report = json.loads(graded.report)
    assert len(tries) == 2
    assert not graded.final
    assert report["status"] == "unexamined"
    assert report["score"] is None
    assert report["percent"] is None
    assert report["exercises"] == []
    assert "it crashed" in report["submission"]["notes"][-1]


def test_a_result_that_is_not_final_is_tried_again_by_the_next_run(tmp_path: Path) -> None:
    """It has its report, and the journal does not call it done."""
    key = entry("ann").key
    for final in (False, True):
        with Output(tmp_path) as output:
            assert output.find(key) is None
            output.write(key, Graded(b"{}", b"{}", 0.0, 5.0, {}, "graded", final), "public")
            assert output.report_path("ann").read_bytes() == b"{}"
            assert (output.find(key) is not None) == final


def test_a_name_does_no_harm_in_the_report_of_an_empty_submission(
    tmp_path: Path, course: Course
) -> None:
    """The reason why there is nothing to grade holds nothing that a terminal would obey."""
    folder = tmp_path / "a\x1b[31mb\n::error::c"
    folder.mkdir()
    _, reason, _ = read_or_explain(folder, course, "x")
    assert "has none of the course's files" in reason
    assert not re.search(r"[\x00-\x1f]|(^|\s)::\w", reason)
    done = grade_here("submit", folder)
    assert done.returncode == 3
    assert "\x1b" not in done.stderr
    assert_one_line(done.stderr)


# The command


def test_every_submission_gets_a_report(submissions: Path, tmp_path: Path) -> None:
    """Right or wrong, empty, damaged or deadly: each has a report, a feedback and a row."""
    options = ("--exercise", "forward", "--jobs", "2")
    done = run_grade("batch", submissions, "--output", tmp_path / "out", *options)
    assert done.returncode == 0, done.stderr
    assert "7 submissions: 7 graded now" in done.stdout
    assert "notes.txt" in done.stderr
    rows = {
        row["id"]: row
        for row in csv.DictReader((tmp_path / "out/summary.csv").read_text().splitlines())
    }
    scores = {name: float(row["score"]) for name, row in rows.items()}
    assert scores == {"ann": 5, "bob": 3, "cat": 5, "dan": 0, "eve": 0, "fay": 0, "gus": 0}
    for folder in ("reports", "feedback"):
        assert {p.stem for p in (tmp_path / "out" / folder).iterdir()} == set(rows)
    assert (
        "zip is damaged" in read_json(tmp_path / "out/reports/fay.json")["exercises"][0]["message"]
    )
    assert rows["fay"]["status"] == "unloadable"
    summary = read_json(tmp_path / "out/summary.json")
    assert summary["count"] == 7
    assert summary["alike"] == [{"exercise": "forward", "ids": ["ann", "cat"], "same_bytes": True}]
    assert {"function": "forward/affine_forward", "id": "C4-02", "submissions": 1} in summary[
        "diagnoses"
    ]
    counted = {c["id"]: c for c in summary["checks"]}["forward/affine_forward/z_values"]
    assert counted["passed"] == 2


def test_ungradable_submissions_and_earlier_reports_are_listed(
    submissions: Path, tmp_path: Path
) -> None:
    """Once at the end, and by exports, which have them too; to drop one, remove its report."""
    arguments = ("batch", submissions, "--output", tmp_path / "out", "--exercise", "forward")
    first = grade_here(*arguments)
    assert "3 without code that could be graded" in first.stderr
    assert ": eve, fay, gus" in first.stderr
    assert "mean 65.0 % of 4 graded; not in the mean: 1 missing, 2 unloadable" in first.stdout
    shutil.rmtree(submissions / "bob")
    second = grade_here(*arguments)
    assert "1 of earlier runs, not given now" in second.stderr
    assert "graded/reports): bob" in second.stderr.replace("/out/", "/graded/")
    rows = csv.DictReader((tmp_path / "out/summary.csv").read_text().splitlines())
    assert {row["id"] for row in rows if row["given"] == "no"} == {"bob"}
    export = ("export", tmp_path / "out", "--to", "csv", "-o", tmp_path / "scores.csv")
    assert (
        "1 submission not given to the last batch, with earlier results: bob"
        in grade_here(*export).stderr
    )
    assert "bob" in (tmp_path / "scores.csv").read_text()
    (tmp_path / "out/reports/bob.json").unlink()
    assert "earlier runs, not" not in grade_here(*arguments).stderr
    assert "bob" not in (tmp_path / "out/summary.csv").read_text()


@pytest.mark.parametrize("inside", ["", "out"])
def test_results_are_not_put_among_submissions(submissions: Path, inside: str) -> None:
    """The next batch would take them for submissions."""
    refused = grade_here("batch", submissions, "--output", submissions / inside)
    assert refused.returncode == 3
    assert_one_line(refused.stderr)
    assert "choose a folder beside it" in refused.stderr
    assert not (submissions / "journal.jsonl").exists()


def test_only_what_changed_is_graded_again(
    submissions: Path, tmp_path: Path, solution: Callable[[str], str]
) -> None:
    """A changed submission, a damaged report and another seed are; nothing else is."""
    out = tmp_path / "out"
    command = ("batch", submissions, "--output", out, *ONE)
    grade_here(*command)
    first = results(out)
    again = grade_here(*command)
    assert "7 submissions: 0 graded now" in again.stdout
    assert "7 unchanged since earlier runs" in again.stdout
    assert results(out) == first
    (submissions / "bob" / "forward.py").write_text(solution("forward"))
    (out / "reports" / "ann.json").write_text("{}")
    (out / "feedback" / "cat.json").unlink()
    again = grade_here(*command)
    assert "3 graded now" in again.stdout
    assert "4 unchanged since earlier runs" in again.stdout
    changed = {name for name, text in results(out).items() if text != first[name]}
    assert changed == {"reports/bob.json", "feedback/bob.json", "summary.csv", "summary.json"}
    (tmp_path / "secret").write_text("s" * 32)
    again = grade_here(*command, "--secret-file", tmp_path / "secret", "--regrade")
    assert "7 graded now" in again.stdout


def test_a_secret_gives_everyone_inputs_of_their_own(submissions: Path, tmp_path: Path) -> None:
    """Equal work gets equal scores on different inputs, and a student's seed repeats them."""
    secret = "correct horse battery staple"
    (tmp_path / "secret").write_text(secret + "\n")
    shutil.copytree(submissions / "bob", submissions / "bea")
    out = tmp_path / "out"
    done = grade_here(
        "batch", submissions, "--output", out, *ONE, "--secret-file", tmp_path / "secret"
    )
    assert done.returncode == 0, done.stderr
    ann, bob, bea = (read_json(out / f"reports/{name}.json") for name in ("ann", "bob", "bea"))
    assert ann["score"] == 5
    assert bob["seed"]["derived_for"] == "bob"
    assert bob["seed"]["id"] != bea["seed"]["id"]
    wrong = [
        {c["id"]: c["feedback"] for f in r["exercises"][0]["functions"] for c in f["checks"]}
        for r in (bob, bea)
    ]
    assert wrong[0] != wrong[1]
    assert [feedback.get("wrong") for feedback in wrong[0].values() if feedback]
    lines = [json.loads(line) for line in (out / "journal.jsonl").read_text().splitlines()]
    seeds = {line["key"]["id"]: line["repeat_with"] for line in lines}
    assert seeds["bob"] == bob["seed"]["repeat_with"]
    assert read_json(out / "feedback/bob.json")["seed"]["repeat_with"] is None
    report = tmp_path / "again.json"
    options = ("--report", report, "--audience", "instructor", "--seed", seeds["bob"])
    grade_here("submit", submissions / "bob", "--exercise", "forward", *options)
    again = read_json(report)
    assert again["seed"]["id"] == bob["seed"]["id"]
    strip = re.compile(r'"duration_s": [^,}]+')
    assert strip.sub("", json.dumps(again["exercises"])) == strip.sub(
        "", json.dumps(bob["exercises"])
    )
    assert secret not in "".join(p.read_text() for p in out.rglob("*") if p.is_file())


@pytest.mark.parametrize("text", ["", "short", "\n"])
def test_a_secret_must_be_one(submissions: Path, tmp_path: Path, text: str) -> None:
    """An empty or short secret is refused with what to do."""
    (tmp_path / "secret").write_text(text)
    done = grade_here(
        "batch", submissions, "--output", tmp_path / "out", "--secret-file", tmp_path / "secret"
    )
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "openssl rand" in done.stderr


def test_bad_input_is_refused_in_one_line(tmp_path: Path) -> None:
    """No such folder, an empty one, an exercise that does not exist."""
    (tmp_path / "empty").mkdir()
    for arguments, status, error in (
        (("absent", "--output", "out"), 3, "absent does not exist"),
        (("empty", "--output", "out"), 3, "no submission in empty"),
        (("empty", "--output", "out", "--exercise", "foward"), 2, "did you mean forward?"),
    ):
        done = grade_here("batch", *arguments, cwd=tmp_path)
        assert done.returncode == status, done.stderr
        assert error in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "how",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGKILL, marks=pytest.mark.slow),
    ],
)
def test_an_interrupted_batch_leaves_no_process_and_goes_on(
    submissions: Path, tmp_path: Path, how: signal.Signals
) -> None:
    """However it ends, nothing runs on, and the same command ends with the same results."""
    grade_here("batch", submissions, "--output", tmp_path / "whole", *ONE)
    # In alphabetical order these come after the others, and never end by themselves.
    for name in ("x", "y", "z"):
        (submissions / f"{name}.py").write_text("while True: pass\n")
    out = tmp_path / "out"
    command = ("batch", submissions, "--output", out, *ONE)
    with started(*command) as batch:
        journal = out / "journal.jsonl"
        wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") == 7)
        # Examiner, its fork, the fork server and a worker.
        wait_for(lambda: len(family(batch.pid)) >= 4)
        relatives = family(batch.pid)
        batch.send_signal(how)
        _, errors = batch.communicate(timeout=60)
        wait_for(lambda: not alive(relatives))
    assert "Traceback" not in errors
    if how != signal.SIGKILL:
        assert batch.returncode == 130
        assert "run the same command again" in errors
    for name in ("x", "y", "z"):
        (submissions / f"{name}.py").unlink()
    again = grade_here(*command)
    assert "7 unchanged since earlier runs" in again.stdout
    assert results(out) == results(tmp_path / "whole")


@pytest.mark.slow
def test_a_second_batch_on_the_same_output_is_refused(submissions: Path, tmp_path: Path) -> None:
    """Two batches never write into one folder."""
    (submissions / "x.py").write_text("while True: pass\n")
    out = tmp_path / "out"
    with started("batch", submissions, "--output", out, *ONE):
        wait_for(lambda: (out / "journal.jsonl").exists())
        second = run_grade("batch", submissions, "--output", out, *ONE)
    assert second.returncode == 3
    assert "another batch is writing" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="limits file sizes")
def test_a_full_disk_stops_the_batch_and_loses_nothing(submissions: Path, tmp_path: Path) -> None:
    """What cannot be written is reported; with room again the same command goes on."""
    import resource

    out = tmp_path / "out"
    command = ("batch", submissions, "--output", out, *ONE)

    def without_room() -> None:
        # Reports are longer than this, so every one of them fails half way.
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    full = run_grade(*command, preexec_fn=without_room)
    assert full.returncode == 3
    assert "cannot be written" in full.stderr
    assert "Traceback" not in full.stderr
    assert not list((out / "reports").iterdir())
    assert grade_here(*command).returncode == 0
    grade_here("batch", submissions, "--output", tmp_path / "whole", *ONE)
    assert results(out) == results(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_killed_dozens_of_times_a_batch_ends_as_if_it_never_was(
    submissions: Path, tmp_path: Path, solution: Callable[[str], str]
) -> None:
    """Killed at any moment, dozens of times, it ends with the same results."""
    # So many that no machine is done with them before it has been killed a dozen times.
    for number in range(120):
        text = solution("forward") + (NAIVE if number % 3 else "") + f"\nN = {number}\n"
        (submissions / f"s{number:03}.py").write_text(text)
    out = tmp_path / "out"
    command = ("batch", submissions, "--output", out, *ONE)
    grade_here("batch", submissions, "--output", tmp_path / "whole", *ONE)
    kills = 0
    for number in range(24):
        with started(*command) as batch:
            # From before the first process starts to well into the work, in uneven steps.
            time.sleep(0.05 + (number * 0.37) % 1.1)
            if batch.poll() is not None:
                break
            relatives = family(batch.pid)
        wait_for(lambda relatives=relatives: not alive(relatives))
        kills += 1
    assert grade_here(*command).returncode == 0
    assert results(out) == results(tmp_path / "whole")
    assert kills >= 12
    leftovers = [p for p in out.rglob(".*") if p.name != ".lock"]
    assert not leftovers


def test_what_the_machine_could_not_read_has_no_score(course: Course) -> None:
    """A file that is gone, or a disk that fails, says nothing about a student."""
    import msgspec

    with pytest.raises(ReadingError, match="ann: it cannot be read on this machine"):
        read_parts([Part(b"/nowhere/ann.py", "ann.py", is_folder=False)], course, "ann")
    with pytest.raises(ReadingError, match="No such file"):
        find_part(Path("/nowhere/ann.py"))
    task = task_of(course)
    lost = read_listed(Listed("ann", Path("/nowhere/ann.py")), course)
    assert (lost.reason, bool(lost.fault)) == ("", True)
    slots = Slots()
    try:
        answer = slots.work(msgspec.msgpack.encode(msgspec.structs.replace(task, snapshot=lost)))
    finally:
        slots.close()
    graded = msgspec.msgpack.decode(answer, type=Graded)
    report = json.loads(graded.report)
    assert (graded.final, graded.score) == (False, None)
    assert (report["status"], report["score"]) == ("unexamined", None)
    assert "on this machine" in report["submission"]["notes"][-1]


def test_a_class_that_the_machine_cannot_read_is_one_line(
    tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails while a class is looked into does not make students missing."""
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "forward.py").write_text("")

    def fail(path: object) -> None:
        raise OSError(errno.EIO, "Input/output error", path)

    monkeypatch.setattr(os, "lstat", fail)
    with pytest.raises(SubmissionError, match="on this machine: Input/output error"):
        read_class(tmp_path, course, "auto", tmp_path / "into")


def test_a_reader_of_a_class_that_is_killed_is_one_line(
    tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has an exit status of its own, and no traceback."""

    def kill(_: object) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""

    monkeypatch.setattr("grader.submissions.child.classes.answer", kill)
    with pytest.raises(ReadingError, match="killed from outside"):
        read_class(tmp_path, course, "auto", tmp_path / "into")
