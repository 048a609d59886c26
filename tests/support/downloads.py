"""One class of twelve students, as eight learning platforms hand it over."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Files = dict[str, bytes]

RIGHT = b"import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"
OTHER = b"def affine_forward(x, w, b):\n    return x @ w + b\n"
STALE = b"def sigmoid(z):\n    return z\n"


@dataclass(frozen=True)
class Student:
    """One student, and what was handed in; ``earlier`` is an attempt before that."""

    name: str
    number: str
    login: str
    files: Files
    earlier: Files = field(default_factory=dict)
    late: bool = False
    text: bool = False
    partner: tuple[str, str] | None = None

    @property
    def time(self) -> str:
        return "2026-03-02" if self.late else "2026-03-01"


def zipped(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def notebook(source: str) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
    cell["execution_count"] = None
    return json.dumps(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    ).encode()


BOTH = {"activations.py": RIGHT, "forward.py": OTHER}
STUDENTS = (
    Student("Ada Lovelace", "1001", "alovelace", BOTH),
    Student("Grace Hopper", "1002", "ghopper", {"activations.py": RIGHT}, late=True),
    Student("Emmy Noether", "1003", "enoether", BOTH, {"activations.py": STALE}),
    Student(
        "Alan Turing",
        "1004",
        "aturing",
        {"hw1.zip": zipped({f"hw1/{n}": c for n, c in BOTH.items()})},
    ),
    Student("Mary Jackson", "1005", "mjackson", {"forward.py": OTHER}, text=True),
    Student("Karl Weierstrass", "1006", "kweier", {"hw1.rar": b"Rar!\x1a\x07\0"}),
    Student(unicodedata.normalize("NFD", "José Núñez"), "1007", "jnunez", BOTH),
    Student("Team Red", "1008", "team-red", BOTH, partner=("Blue Member", "2008")),
    Student("数" * 40, "1009", "shu", BOTH),
    Student('O\'Brien "Bob" Smith', "1010", "bob_s", {"activations.py": RIGHT + b"\n"}),
    Student("Kurt Goedel", "1011", "kgoedel", {"report.pdf": b"%PDF-1.4\n"}),
    Student(
        "Sofia Kowalewskaja",
        "1012",
        "skowa",
        {"Copy of activations.ipynb": notebook(RIGHT.decode())},
    ),
)


def plain(students: Sequence[Student] = STUDENTS) -> Files:
    """Return a folder for each student, called by number."""
    return {f"{s.number}/{name}": content for s in students for name, content in s.files.items()}


def canvas(students: Sequence[Student] = STUDENTS) -> Files:
    """Return a flat folder, with ``-1`` in the names of files that were handed in again."""
    files: Files = {}
    for place, s in enumerate(students):
        short = "".join(c for c in unicodedata.normalize("NFC", s.name).lower() if c.isalnum())
        start = f"{short}_{'LATE_' if s.late else ''}{s.number}_{9000 + place}"
        for name, content in s.earlier.items():
            files[f"{start}_{name}"] = content
        for name, content in s.files.items():
            stem, _, ending = name.rpartition(".")
            files[f"{start}_{stem + '-1' if s.earlier else stem}.{ending}"] = content
        if s.text:
            files[f"{start}_text.html"] = b"<p>hello</p>"
    return files


def moodle(students: Sequence[Student] = STUDENTS) -> Files:
    """Return a folder for each student and plugin."""
    files: Files = {}
    for s in students:
        for name, content in s.files.items():
            files[f"{s.name}_{s.number}_assignsubmission_file_/{name}"] = content
        if s.text:
            files[f"{s.name}_{s.number}_assignsubmission_onlinetext_/onlinetext.html"] = b"<p>"
            files[f"{s.name}_{s.number}_assignsubmission_onlinetext_/activations.py"] = STALE
    return files


def moodle_flat(students: Sequence[Student] = STUDENTS) -> Files:
    """Return a flat folder, as Moodle makes it without folders."""
    files: Files = {}
    for s in students:
        for name, content in s.files.items():
            files[f"{s.name}_{s.number}_assignsubmission_file_{name}"] = content
    return files


def blackboard(students: Sequence[Student] = STUDENTS) -> Files:
    """Return a flat folder, with a text for each attempt."""
    files: Files = {}
    for s in students:
        for attempt, time in ((s.earlier, "2026-02-01"), (s.files, s.time)):
            if attempt:
                start = f"HW_1_{s.login}_attempt_{time}-10-11-12"
                files[f"{start}.txt"] = f"Name: {s.name} ({s.login})\nAssignment: HW 1\n".encode()
                files |= {f"{start}_{name}": content for name, content in attempt.items()}
    return files


def brightspace(students: Sequence[Student] = STUDENTS) -> Files:
    """Return a folder for each attempt."""
    files: Files = {"index.html": b"<html>"}
    for s in students:
        for attempt, time in ((s.earlier, "Feb 1"), (s.files, "Mar 2" if s.late else "Mar 1")):
            folder = f"{s.number}-55{s.number} - {s.name} - {time}, 2026 1011 AM"
            files |= {f"{folder}/{name}": content for name, content in attempt.items()}
    return files


def gradescope(students: Sequence[Student] = STUDENTS) -> Files:
    """Return numbered folders, and a file about all of them."""
    files: Files = {}
    lines = ["---"]
    for place, s in enumerate(students):
        for step, attempt in enumerate((s.earlier, s.files)):
            if attempt:
                folder = f"submission_{500 + 100 * step + place}"
                files |= {f"{folder}/{name}": content for name, content in attempt.items()}
                lines += [f"{folder}:", "  :submitters:"]
                for name, number in ((s.name, s.number), *([s.partner] if s.partner else [])):
                    lines += [f"  - :name: {json.dumps(name)}", f"    :sid: '{number}'"]
                    lines += [f"    :email: {number}@school.org"]
                time = s.time if step else "2026-02-01"
                lines += [f"  :created_at: !ruby/object:Time {time} 09:11:12.123456789 Z"]
    files["submission_metadata.yml"] = "\n".join(lines).encode()
    return files


def github(students: Sequence[Student] = STUDENTS) -> Files:
    """Return a clone for each student, in a folder called after the assignment."""
    files: Files = {}
    for s in students:
        clone = f"hw1-submissions/hw1-{s.login}"
        files |= {f"{clone}/{name}": content for name, content in s.files.items()}
        files |= {f"{clone}/README.md": b"# hw1\n", f"{clone}/.git/HEAD": b"ref: main\n"}
    return files


def nbgrader(students: Sequence[Student] = STUDENTS) -> Files:
    """Return the folder of a course."""
    files: Files = {"gradebook.db": b"", "source/hw1/activations.ipynb": notebook("")}
    for s in students:
        folder = f"submitted/{s.login}/hw1"
        files |= {f"{folder}/{name}": content for name, content in s.files.items()}
        files[f"{folder}/timestamp.txt"] = f"{s.time} 10:11:12.000001 UTC".encode()
    return files


PLATFORMS: dict[str, Callable[..., Files]] = {
    "canvas": canvas,
    "moodle": moodle,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "gradescope": gradescope,
    "github": github,
    "nbgrader": nbgrader,
}
BY_LOGIN = ("blackboard", "github", "nbgrader")


def id_of(platform: str, student: Student) -> str:
    """Return the id that a student's submission should have."""
    if platform == "gradescope" and student.partner:
        return f"{student.number}+{student.partner[1]}"
    return student.login if platform in BY_LOGIN else student.number


def write_files(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(content)
    return folder


def as_folder(where: Path, files: Files) -> Path:
    """Write the folder itself."""
    return write_files(where / "download", files)


def as_zip(where: Path, files: Files) -> Path:
    """Write one zip."""
    where.mkdir(parents=True, exist_ok=True)
    (where / "download.zip").write_bytes(zipped(files))
    return where / "download.zip"


def wrapped(where: Path, files: Files) -> Path:
    """Write a folder in a folder, with what macOS adds."""
    write_files(where / "outer" / "assignment_7_export", files)
    write_files(where / "outer", {"__MACOSX/._x.py": b"", ".DS_Store": b"", "grades.csv": b"a\n"})
    return where / "outer"


def zip_in_folder(where: Path, files: Files) -> Path:
    """Write a folder that has only a zip, whose files are in a folder."""
    inside = {f"export/{name}": content for name, content in files.items()}
    return write_files(where / "outer", {"submissions (1).zip": zipped(inside)})


FORMS = (as_folder, as_zip, wrapped, zip_in_folder)


def every_form() -> Iterator[tuple[str, Callable[[Path, Files], Path]]]:
    """Yield each platform with each form of a download."""
    for platform in PLATFORMS:
        for form in FORMS:
            yield platform, form
