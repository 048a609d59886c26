"""Pages and exports of a large class."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from classes import make_class
from common import GRADE, Row, Size, run

from grader.cli.export import export

_GRADED = 12  # submissions that are graded; the other reports are copies with another id
_FIRST = "s00000"
_PAGES = 500  # of students: each has its own pictures
_ROSTERS = {
    "canvas": ("Student,ID,SIS User ID,Section,Homework (7)", "{name},{number},{login},A,"),
    "moodle": (
        "Identifier,Full name,Status,Grade,Maximum Grade,Grade can be changed",
        "Participant {number},{name},Submitted,,100,Yes",
    ),
    "brightspace": (
        "OrgDefinedId,Username,Homework Points Grade <Numeric MaxPoints:100>,End-of-Line Indicator",
        "#{number},#{login},,#",
    ),
    "blackboard": (
        "Last Name,First Name,Username,Student ID,Homework [Total Pts: 100 Score] |7",
        "{name},{name},{login},{number},",
    ),
}
_CLASSROOM50 = [f"{name}=x" for name in "CLASSROOM ASSIGNMENT OWNER".split()]
_CLASSROOM50 += [f"{kind}_URL=https://example.org" for kind in ("COMMIT", "RELEASE", "REVIEW")]
_CLASSROOM50 += ["ASSIGNMENT_TYPE=individual", "SUBMISSION_TAG=submit/1"]
_CLASSROOM50 += ["DATETIME=2026-01-01T00:00:00Z"]
# The names in a platform's download, without which there is no path for a page.
_ORIGINALS = {
    "moodle-feedback": "Student_{}_assignsubmission_file_",
    "canvas-feedback": "student_{0}_9{0}_forward.py",
}
_ONE = ("gradescope", "prairielearn", "classroom50", "github")  # of a single report


def measure(size: Size) -> Iterator[Row]:
    """Yield seconds, peak memory and size of what is written."""
    with tempfile.TemporaryDirectory() as scratch:
        graded = Path(scratch, "graded")
        _grade(graded)
        many = _multiply(graded, Path(scratch, "many"), size.reports)
        page, pages = Path(scratch, "class.html"), Path(scratch, "pages")
        yield _row("page of the class", [*GRADE, "page", str(many), "-o"], page, size.reports)
        few_count = min(_PAGES, size.reports)
        few = _multiply(graded, Path(scratch, "few"), few_count)
        command = [*GRADE, "page", str(few), "--pages", str(pages), "-o"]
        yield _row("pages of students", command, page, few_count, pages)
        for name in _formats():
            folder, count, options = many, size.reports, []
            if name in _ONE:
                folder, count = many / "reports" / f"{_FIRST}.json", 1
            elif name in _ORIGINALS:
                folder = _multiply(graded, Path(scratch, f"from-{name}"), count, name)
            if name == "classroom50":
                options = [word for one in _CLASSROOM50 for word in ("--set", one)]
            elif name in _ROSTERS:
                options = ["--roster", str(_write_roster(name, Path(scratch), size.reports))]
            command = [*GRADE, "export", str(folder), "--to", name, *options, "-o"]
            yield _row(f"export to {name}", command, Path(scratch, name), count)
            if name in _ORIGINALS:
                shutil.rmtree(folder)  # half a gigabyte


def _row(title: str, command: list[str], out: Path, count: int, pages: Path | None = None) -> Row:
    spent = run([*command, str(out)])
    files = list(pages.iterdir()) if pages else [out]
    figures = {
        "reports": float(count),
        "s": spent.wall_s,
        "processor time each, ms": 1000 * spent.cpu_s / count,
        "memory, MiB": spent.peak_mib,
        "size, KB": sum(file.stat().st_size for file in files) / 1000,
    }
    return Row(title, {name: [value] for name, value in figures.items()})


def _formats() -> Sequence[str]:
    (option,) = (one for one in export.params if one.name == "format")
    assert isinstance(option.type, click.Choice)
    return tuple(option.type.choices)


def _person(number: int) -> dict[str, str]:
    name, login = f"Student {number:05}", f"s{number:05}"
    return {"name": name, "login": login, "number": str(10_000 + number), "email": ""}


def _grade(out: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        make_class("mixed", Path(scratch, "class"), _GRADED)
        run([*GRADE, "batch", f"{scratch}/class", "--output", str(out)])


def _multiply(graded: Path, out: Path, count: int, name: str = "") -> Path:
    """Make the output of a large class from that of a small one: copies with other ids."""
    for kind in ("reports", "feedback"):
        (out / kind).mkdir(parents=True)
        texts = [file.read_text("utf-8") for file in sorted((graded / kind).iterdir())]
        for number in range(count):
            text = texts[number % _GRADED].replace(
                f'"s{number % _GRADED:05}"', f'"s{number:05}"', 1
            )
            original = _ORIGINALS.get(name, "").format(10_000 + number)
            text = text.replace('"original": ""', f'"original": "{original}"', 1)
            person = json.dumps(_person(number))
            text = text.replace('"students": []', f'"students": [{person}]', 1)
            (out / kind / f"s{number:05}.json").write_text(text, encoding="utf-8")
    summary = json.loads((graded / "summary.json").read_bytes())
    rows = summary["submissions"]
    summary["submissions"] = [
        {**rows[number % _GRADED], "id": f"s{number:05}", "students": [_person(number)]}
        for number in range(count)
    ]
    summary["alike"] = []
    (out / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    shutil.copy(graded / "journal.jsonl", out)
    return out


def _write_roster(name: str, folder: Path, count: int) -> Path:
    head, line = _ROSTERS[name]
    lines = [head, *(line.format(**_person(number)) for number in range(count))]
    roster = folder / f"{name}-roster.csv"
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return roster
