"""A class of many reports: the same files from any number of processes, in little memory."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.pictures import report_with_series
from support.reports import CHECKS, report_of, scores_of, solved
from support.running import alive, assert_one_line, family, run_grade, started, wait_for
from support.samples import sample

from grader.choosing import restrict
from grader.cli import helpers, tallying
from grader.cli.export import export
from grader.cli.page import page
from grader.records import Outcome, Person
from grader.report import Report, UnexaminedReport, build_unexamined, to_json
from grader.writers.pages.class_page import write_class_page
from grader.writers.pages.tally import ClassTally, unpack_tally

CORES = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
with_processes = pytest.mark.skipif(CORES < 2, reason="one processor makes all pages itself")
ORIGINAL = "Ada Lovelace_{}_assignsubmission_file_"


def fill(folder: Path, count: int = 20, notes: int = 0) -> Path:
    """Write reports of several kinds as a batch does, each with a note of some kilobytes."""
    reports = folder / "reports"
    reports.mkdir(parents=True)
    (folder / "journal.jsonl").touch()
    kinds: list[Report | UnexaminedReport] = [
        report_of(audience="instructor"),
        solved(),
        report_with_series(),
        build_unexamined(replace(scores_of(), fault="the disk is full"), "instructor"),
    ]
    for number in range(count):
        report = kinds[number % len(kinds)]
        submission = replace(
            report.submission,
            id=f"s{number:04}",
            sha256=hashlib.sha256(b"%d" % number).hexdigest(),
            students=(Person(f"Ada {number}", f"u{number}", str(number), ""),),
            original=ORIGINAL.format(number),
            notes=(" ".join(["x" * 1023] * notes), *report.submission.notes),
        )
        report = replace(report, submission=submission)
        (reports / f"s{number:04}.json").write_bytes(to_json(report))
    return folder


def run(command: Any, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def use_cores(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have so many processes work, on parts of three reports."""
    monkeypatch.setattr(tallying, "_PART", 3)

    def use(count: int) -> None:
        monkeypatch.setattr(helpers, "count_cores", lambda: count)

    return use


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    "command, options",
    [
        (page, ["-o", "OUT/class.html"]),
        (page, ["-o", "OUT/class.html", "--anonymous"]),
        (page, ["-o", "OUT/class.html", "--exercise", "alpha"]),
        (page, ["-o", "OUT/class.html", "--pages", "OUT/own"]),
        (page, ["-o", "OUT/class.html", "--pages", "OUT/own", "--anonymous"]),
        (page, ["-o", "OUT/class.html", "--pages", "OUT/own", "--audience", "student"]),
        (export, ["-o", "OUT/junit.xml", "--to", "junit"]),
        (export, ["-o", "OUT/feedback.zip", "--to", "moodle-feedback"]),
    ],
    ids=lambda value: None if callable(value) else "".join(value[2:]) or "class",
)
def test_several_processes_write_the_bytes_of_one(
    command: Any, options: list[str], tmp_path: Path, use_cores: Callable[[int], None]
) -> None:
    """Whatever is made of a class; and nothing but that is left in the folder."""
    before = family(os.getpid())
    out = fill(tmp_path / "out")
    (out / "adjustments.csv").write_text("id,exercise,points,reason\ns0000,,1,ill\n")
    if command is export:
        out = (out / "reports").rename(tmp_path / "feedback")
    made, lines = [], []
    for cores in (1, 4):
        use_cores(cores)
        target = tmp_path / f"made{cores}"
        target.mkdir()
        result = run(command, out, *(o.replace("OUT", str(target)) for o in options))
        assert result.exit_code == 0, result.output
        made.append(contents(target))
        lines.append(result.output.replace(str(target), "OUT"))
    assert made[0] == made[1]
    assert lines[0] == lines[1]
    assert family(os.getpid()) <= before
    assert not any(Path(name).name.startswith(".") for name in made[1])


def twice(reports: Path) -> None:
    (reports / "z.json").write_bytes((reports / "s0001.json").read_bytes())


def broken(reports: Path) -> None:
    for name in ("s0008", "s0013"):
        (reports / f"{name}.json").write_text(f"{name} is not JSON")


def other(reports: Path) -> None:
    report = restrict(report_of("s0008"), ["alpha"])
    (reports / "s0008.json").write_bytes(to_json(report))


@pytest.mark.parametrize("spoil", [twice, broken, other])
@pytest.mark.parametrize("more", [[], ["--pages", "own"], ["--anonymous"]])
def test_the_first_error_is_that_of_one_process(
    spoil: Callable[[Path], None],
    more: list[str],
    tmp_path: Path,
    use_cores: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one line, and no page of the class is written."""
    monkeypatch.chdir(tmp_path)
    out = fill(tmp_path / "out")
    spoil(out / "reports")
    said = []
    for cores in (1, 4):
        use_cores(cores)
        result = run(page, out, "-o", "class.html", "--exercise", "beta", *more)
        assert result.exit_code == 3
        assert_one_line(result.output)
        said.append(result.output)
    assert said[0] == said[1]
    assert not Path("class.html").exists()


def test_lines_about_reports_come_in_their_order(
    tmp_path: Path, use_cores: Callable[[int], None]
) -> None:
    """From whichever process."""
    out = fill(tmp_path / "out")
    rows = "".join(f"s{n:04},,1,ill\n" for n in (14, 0, 5))
    (out / "adjustments.csv").write_text(f"id,exercise,points,reason\n{rows}")
    use_cores(4)
    result = run(page, out, "-o", tmp_path / "class.html", "--exercise", "alpha")
    assert re.findall(r"adjustment of (\w+) ", result.stderr) == ["s0000", "s0005", "s0014"]


KINDS = st.sampled_from(["passed", "failed", "error", "timeout", "not_implemented", "not_run"])
OUTCOMES = st.lists(
    st.builds(lambda kind, what: (kind, what), KINDS, st.sampled_from(["", "sign", "axis"])),
    min_size=len(CHECKS),
    max_size=len(CHECKS),
)


def graded(number: int, outcomes: list[tuple[Any, str]]) -> Report | UnexaminedReport:
    """Return the report of a submission with these outcomes, of one exercise or of all."""
    identity = f"s{number}"
    if outcomes[0][1] == "axis" and outcomes[1][1] == "axis":
        return build_unexamined(replace(scores_of(identity), fault="full"), "instructor")
    report = report_of(
        identity,
        tuple(
            Outcome(check.id, kind, what=what if kind == "failed" else "")
            for check, (kind, what) in zip(CHECKS, outcomes, strict=True)
        ),
        "instructor",
    )
    return restrict(report, ["beta"]) if outcomes[2][1] == "axis" else report


@given(st.lists(OUTCOMES, min_size=1, max_size=12), st.sets(st.integers(0, 12)))
def test_tallies_of_parts_are_the_tally_of_all(
    outcomes: list[list[tuple[Any, str]]], cuts: set[int]
) -> None:
    """Wherever a class is cut, also into parts without a check, an exercise or a report."""
    reports = [graded(number, each) for number, each in enumerate(outcomes)]
    whole, joined = ClassTally(), ClassTally()
    for report in reports:
        whole.add(report)
    ends = [*sorted(cuts), len(reports)]
    for start, end in zip([0, *ends], ends, strict=False):
        part = ClassTally()
        for report in reports[start:end]:
            part.add(report)
        joined.extend(unpack_tally(part.pack()))
    assert write_class_page(joined) == write_class_page(whole)
    assert joined.strongest() == whole.strongest()
    assert joined.courses == whole.courses
    marks = [
        {name: bytes(check.marks) for name, check in one.checks.items()} for one in (whole, joined)
    ]
    assert marks[0] == marks[1]


# The command in a process of its own


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("many") / "out", 80)


@pytest.fixture(scope="module")
def expected(many: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The pages of an undisturbed run."""
    own = tmp_path_factory.mktemp("expected") / "own"
    done = run_grade("page", many, "-o", own.parent / "c.html", "--pages", own)
    assert done.returncode == 0, done.stderr
    assert len(contents(own)) == 60  # a quarter was not examined
    return contents(own)


@pytest.fixture
def making(many: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that has begun to write pages into ``own``."""
    own = tmp_path / "own"
    with started("page", many, "-o", tmp_path / "c.html", "--pages", own) as process:
        wait_for(lambda: own.is_dir() and len(list(own.glob("*.html"))) > 5)
        yield process


@with_processes
@pytest.mark.parametrize(
    "number", sample([(n.name, (n,)) for n in (signal.SIGINT, signal.SIGTERM)], each=2)
)
def test_an_interrupted_command_leaves_whole_pages_and_no_process(
    number: int, making: subprocess.Popen[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    """Nor anything else; one line says that it has to be run again."""
    processes = family(making.pid)
    making.send_signal(number)
    _, said = making.communicate(timeout=30)
    assert making.returncode == 130
    assert_one_line(said)
    assert "interrupted" in said
    assert not alive(processes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own"]
    written = contents(tmp_path / "own")
    assert written.items() <= expected.items()


@with_processes
def test_a_process_that_is_killed_is_replaced(
    making: subprocess.Popen[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    """The pages are the same."""
    os.kill(min(family(making.pid)), signal.SIGKILL)
    _, said = making.communicate(timeout=60)
    assert making.returncode == 0, said
    assert {name: made for name, made in contents(tmp_path / "own").items() if name[0] != "."} == (
        expected
    )


@with_processes
def test_processes_end_with_a_command_that_is_killed(making: subprocess.Popen[str]) -> None:
    """They do not write on alone."""
    processes = family(making.pid)
    assert processes
    making.kill()
    wait_for(lambda: not alive(processes))


@pytest.mark.parametrize("pages", sample([("own", (["--pages", "own"],)), ("none", ([],))], each=2))
def test_a_terminal_shows_how_far_it_has_come(pages: list[str], many: Path, tmp_path: Path) -> None:
    """A line that moves, and is gone at the end."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    command = [sys.executable, "-m", "grader", "page", many, "-o", "c.html", *pages]
    shown = b""
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=theirs, stdout=subprocess.DEVNULL, env=environment
    ) as watched:
        os.close(theirs)
        while part := _read(ours):
            shown += part
    os.close(ours)
    assert watched.returncode == 0
    assert b"80/80" in shown
    assert b"written" in shown.rpartition(b"80/80")[2]


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 65536)
    except OSError:  # Linux has no end of file here
        return b""


def test_elsewhere_nothing_is_shown_but_what_was_written(many: Path, tmp_path: Path) -> None:
    """A log has no use for a line that moves."""
    done = run_grade("page", many, "-o", "c.html", cwd=tmp_path)
    assert done.stderr == "written  c.html\n"
    done = run_grade("page", many, "-o", "c.html", "--pages", "own", cwd=tmp_path)
    written = ["written  own (the pages of the submissions)", "written  c.html"]
    assert done.stderr.splitlines()[-2:] == written


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of 150 MB together, each of less than one."""
    return fill(tmp_path_factory.mktemp("large") / "out", 200, notes=750)


# The peak since the program began: that of `wait4` begins with what forked it.
_PEAK = """
import pathlib, re, resource, sys
from grader.cli.main import main
try:
    main(sys.argv[1:])
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    own = int(re.search(r"VmHWM:\\s*([0-9]+) kB", status)[1])
    print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


LARGE = [
    "export REPORTS --to csv -o out.csv",
    "export REPORTS --to junit -o out.xml",
    "export REPORTS --to moodle-feedback -o out.zip",
    "page REPORTS -o out.html",
    "page REPORTS -o out.html --anonymous",
    "page REPORTS -o out.html --pages own",
]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc has the peak")
@pytest.mark.slow
@pytest.mark.parametrize("command", LARGE)
def test_the_memory_does_not_grow_with_the_class(command: str, large: Path, tmp_path: Path) -> None:
    """No process holds more than a few of the reports at once."""
    folder = str(large / "reports")
    arguments = [a.replace("REPORTS", folder) for a in command.split()]
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout.splitlines()[-1]) < 100_000
