"""The download of a platform and its gradebook, for the pages of docs/instructors.

``python page_downloads.py PLATFORM`` writes them into the current folder: a class of four, with a
late hand-in, one that was handed in again, and one without code.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import downloads
from support.downloads import Files, Student, notebook, write_files, zipped

_ROOT = Path(__file__).parents[2]
_STUB = (_ROOT / "exercises" / "activations.py").read_bytes()
_WORK = {
    f"{name}.py": (_ROOT / "solutions" / f"{name}.py").read_bytes()
    for name in ("activations", "gradient_check")
}
_FIRST = {"activations.py": _WORK["activations.py"]}

STUDENTS = (
    Student("Ada Lovelace", "1001", "ada", _WORK),
    Student(
        "Ben Okri", "1002", "ben", {"gradient_check.py": _WORK["gradient_check.py"]}, late=True
    ),
    Student("Cleo Sol", "1003", "cleo", _FIRST, {"activations.py": _STUB}),
    Student("Dev Rao", "1004", "dev", {"report.pdf": b"%PDF-1.4\n"}),
)
_POINTS = 18  # of the homework week1
# The same class some days later: the one without code has handed in code.
_LATER = (*STUDENTS[:3], replace(STUDENTS[3], files=_FIRST, late=True))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], above: str = "") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([header, *rows])
    head, _, body = file.getvalue().partition("\r\n")
    return f"{head}\r\n{above}{body}".encode()


def _split(name: str) -> tuple[str, str]:
    first, _, last = name.partition(" ")
    return first, last


def _canvas() -> Files:
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 1 (4711)"]
    rows = [
        [", ".join(reversed(_split(s.name))), s.number, f"S{s.number}", s.login, "One", ""]
        for s in STUDENTS
    ]
    above = f"    Points Possible,,,,,{_POINTS}\r\n"
    return {
        "submissions.zip": zipped(downloads.canvas(STUDENTS)),
        "later.zip": zipped(downloads.canvas(_LATER)),
        "gradebook.csv": _table(
            header, [*rows, ["Student, Test", "999", "", "", "One", ""]], above
        ),
    }


def _moodle() -> Files:
    header = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"]
    header += ["Grade can be changed", "Last modified (grade)", "Feedback comments"]
    rows = [
        [
            f"Participant {s.number}",
            s.name,
            f"{s.login}@example.org",
            "Submitted for grading",
            "",
            f"{_POINTS}.00",
            "Yes",
            "-",
            "",
        ]
        for s in STUDENTS
    ]
    return {
        "download.zip": zipped(downloads.moodle(STUDENTS)),
        "worksheet.csv": _table(header, rows),
    }


def _blackboard() -> Files:
    header = ["Last Name", "First Name", "Username", f"Week 1 [Total Pts: {_POINTS} Score] |4711"]
    rows = [[*reversed(_split(s.name)), s.login, ""] for s in STUDENTS]
    return {
        "gradebook_download.zip": zipped(downloads.blackboard(STUDENTS)),
        "gc.xls": _table(header, rows).decode().replace(",", "\t").encode("utf-16"),
    }


def _brightspace() -> Files:
    header = ["OrgDefinedId", "Username", "Last Name", "First Name"]
    header += [f"Week 1 Points Grade <Numeric MaxPoints:{_POINTS}>", "End-of-Line Indicator"]
    rows = [[f"#{s.number}", f"#{s.login}", *reversed(_split(s.name)), "", "#"] for s in STUDENTS]
    return {
        "download.zip": zipped(downloads.brightspace(STUDENTS)),
        "grades.csv": _table(header, rows),
    }


def _gradescope() -> Files:
    inside = {f"assignment_7_export/{n}": c for n, c in downloads.gradescope(STUDENTS).items()}
    rows = [[*_split(s.name), s.number, f"{s.number}@school.org"] for s in STUDENTS]
    return {
        "submissions.zip": zipped(inside),
        "roster.csv": _table(["First Name", "Last Name", "SID", "Email"], rows),
    }


def _github() -> Files:
    """Return the clones of GitHub Classroom, and those of Classroom 50."""
    rows = [[s.number, s.login, f"7{s.number}", s.name] for s in STUDENTS]
    header = ["identifier", "github_username", "github_id", "name"]
    files = downloads.github(STUDENTS)
    other = "backprop-week1_submissions_2026_03_02_T_08_00_00/backprop-week1-"
    files |= {n.replace("hw1-submissions/hw1-", other): c for n, c in files.items()}
    return {**files, "classroom_roster.csv": _table(header, rows)}


def _nbgrader() -> Files:
    books = tuple(
        Student(
            s.name,
            s.number,
            s.login,
            {
                n.replace(".py", ".ipynb"): notebook(c.decode()) if n.endswith(".py") else c
                for n, c in s.files.items()
            },
            late=s.late,
        )
        for s in STUDENTS
    )
    files = downloads.nbgrader(books)
    return {f"course/{name}": content for name, content in files.items()}


def _drive() -> Files:
    """Return a folder with a zip for each student, and a list of the class."""
    rows = [[s.login, s.name, f"{s.login}@example.org"] for s in STUDENTS]
    files = {f"Week 1/{s.login}.zip": zipped(s.files) for s in STUDENTS}
    return {"Week 1.zip": zipped(files), "class.csv": _table(["id", "name", "email"], rows)}


PLATFORMS = {
    "canvas": _canvas,
    "moodle": _moodle,
    "blackboard": _blackboard,
    "brightspace": _brightspace,
    "gradescope": _gradescope,
    "github": _github,
    "nbgrader": _nbgrader,
    "drive": _drive,
}

if __name__ == "__main__":
    write_files(Path.cwd(), PLATFORMS[sys.argv[1]]())
