"""A class of sixty students, in every variant of a platform's download, however packed."""

from __future__ import annotations

import io
import itertools
import tarfile
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from support import downloads
from support.downloads import (
    BOTH,
    OTHER,
    RIGHT,
    STALE,
    Files,
    Student,
    as_zip,
    notebook,
    write_files,
    zipped,
)

NAMES = (
    "Ada Lovelace", "Ada Lovelace", "Żółć Źdźbło", unicodedata.normalize("NFD", "José Núñez"),
    "O'Brien \"Bob\" Smith", "李 小龙", "محمد علي", "Олександра Шевченко", "Ng, An-Mai",
    "数" * 40, "Å" * 50, "d'Arc, Jeanne-Marie (Zoé)", "X Æ A-12", "Smith + Jones = 2", "श्री राम",
)  # fmt: skip


def tarred(files: Files) -> bytes:
    """Return a packed tar."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            info.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


MAC = {"__MACOSX/hw/._activations.py": b"x", "hw/activations.py": RIGHT, "hw/.DS_Store": b""}
HAND_INS: tuple[Files, ...] = (
    BOTH,
    {"activations.py": STALE},
    {"forward.py": OTHER},
    {"hw1.zip": zipped(MAC)},
    {"hw 1.zip": zipped({f"hw1\\{name}": content for name, content in BOTH.items()})},
    {"work.tar.gz": tarred({f"hw1/{name}": content for name, content in BOTH.items()})},
    {"Copy of activations.ipynb": notebook(RIGHT.decode())},
    {"activations (1).ipynb": notebook(RIGHT.decode()), "plot.png": b"\x89PNG"},
    {**BOTH, "helpers.py": b"def clip(z):\n    return z\n", "data.csv": b"a,b\n"},
    {"report.pdf": b"%PDF-1.4\n"},
    {"work.rar": b"Rar!\x1a\x07\0", "report.pdf": b"%PDF-1.4\n"},
    {"work.zip": b"PK damaged"},
    {"my solution.py": RIGHT},
)


def _student(place: int) -> Student:
    files = dict(HAND_INS[place % len(HAND_INS)])
    again = "activations.py" in files and place % 5 == 0
    return Student(
        NAMES[place % len(NAMES)],
        f"00{4100 + place}",
        f"user-{place}",
        {name: content + b"\n" * place if name.endswith(".py") else content
         for name, content in files.items()},
        {"activations.py": STALE + b"#\n" * place} if again else {},
        late=place % 7 == 0,
        text=place % 11 == 0,
    )  # fmt: skip


CLASS = tuple(map(_student, range(60)))


@dataclass(frozen=True)
class Variant:
    """A way in which a platform hands over a class.

    Parameters
    ----------
    platform : str
        The layout that should be found.
    files : dict
        Of the download.
    ids : sequence of str
        The id of each student of `CLASS`.
    has_attempts, has_times, marks_late, has_names : bool
        What the platform knows.
    """

    platform: str
    files: Files
    ids: Sequence[str]
    has_attempts: bool = False
    has_times: bool = False
    marks_late: bool = False
    has_names: bool = False


NUMBERS = [s.number for s in CLASS]
LOGINS = [s.login for s in CLASS]


def canvas_anonymous() -> Variant:
    """Ids that differ only in case, and ``LATE`` before the name."""
    ids = [f"aBx{chr(97 + place // 2 // 26)}{chr(97 + place // 2 % 26)}" for place in range(60)]
    ids = [one if place % 2 else one.swapcase() for place, one in enumerate(ids)]
    files: Files = {}
    for place, (s, anon) in enumerate(zip(CLASS, ids, strict=True)):
        start = f"{'LATE_' if s.late else ''}anon_{anon}"
        files |= {f"{start}_{90000 + place}_{name}": c for name, c in s.files.items()}
        files |= {f"{start}_text.html": b"<p>"} if s.text else {}
    return Variant("canvas", files, ids, marks_late=True)


def canvas() -> Variant:
    return Variant("canvas", downloads.canvas(CLASS), NUMBERS, has_attempts=True, marks_late=True)


def moodle() -> Variant:
    return Variant("moodle", downloads.moodle(CLASS), NUMBERS, has_names=True)


def moodle_flat() -> Variant:
    return Variant("moodle", downloads.moodle_flat(CLASS), NUMBERS, has_names=True)


def moodle_blind() -> Variant:
    blind = [replace(s, name="Participant") for s in CLASS]
    return Variant("moodle", downloads.moodle(blind), NUMBERS)


def moodle_teams() -> Variant:
    """Groups with a number, and the default group without one."""
    teams = [replace(s, name=f"Team {place}") for place, s in enumerate(CLASS)]
    files = downloads.moodle(teams)
    last = f"_{CLASS[-1].number}_assign"
    files = {name.replace(last, "_assign"): content for name, content in files.items()}
    return Variant("moodle", files, [*NUMBERS[:-1], "Team 59"])


def blackboard() -> Variant:
    known = {"has_attempts": True, "has_times": True, "has_names": True}
    return Variant("blackboard", downloads.blackboard(CLASS), LOGINS, **known)


def brightspace() -> Variant:
    known = {"has_attempts": True, "has_times": True, "has_names": True}
    return Variant("brightspace", downloads.brightspace(CLASS), NUMBERS, **known)


def gradescope() -> Variant:
    known = {"has_attempts": True, "has_times": True, "has_names": True}
    return Variant("gradescope", downloads.gradescope(CLASS), NUMBERS, **known)


def gradescope_bare() -> Variant:
    """Without the file about all of them: the folders are all that is known."""
    once = [replace(s, earlier={}) for s in CLASS]
    files = downloads.gradescope(once)
    del files["submission_metadata.yml"]
    return Variant("gradescope", files, [f"submission_{600 + n}" for n in range(len(CLASS))])


def gradescope_names() -> Variant:
    """Names alone: of two students with one name, the folders keep them apart."""
    once = [replace(s, earlier={}, number="", name=f"P {n // 2}") for n, s in enumerate(CLASS)]
    lines = downloads.gradescope(once)["submission_metadata.yml"].decode().splitlines()
    kept = "\n".join(line for line in lines if ":email:" not in line and ":sid:" not in line)
    files = {**downloads.gradescope(once), "submission_metadata.yml": kept.encode()}
    ids = [f"P {n // 2} submission_{600 + n}" for n in range(len(CLASS))]
    return Variant("gradescope", files, ids, has_times=True)


def github() -> Variant:
    return Variant("github", downloads.github(CLASS), LOGINS)


def _clones(slug: str, *, git: bool) -> Files:
    roster = ["identifier,github_username,github_id,name"]
    files: Files = {}
    for s in CLASS:
        files |= {f"{slug}-{s.login}/{name}": content for name, content in s.files.items()}
        files |= {f"{slug}-{s.login}/.git/HEAD": b"ref: main\n"} if git else {}
        quoted = s.name.replace('"', '""')
        roster.append(f'{s.number},{s.login.upper()},{s.number},"{quoted}"')
    return {**files, "classroom_roster.csv": "\n".join(roster).encode("utf-8-sig")}


def github_roster() -> Variant:
    return Variant("github", _clones("hw1", git=False), LOGINS, has_names=True)


def classroom50() -> Variant:
    return Variant("github", _clones("cs101-hw1", git=True), LOGINS, has_names=True)


def nbgrader() -> Variant:
    return Variant("nbgrader", downloads.nbgrader(CLASS), LOGINS, has_times=True)


def plain() -> Variant:
    return Variant("plain", downloads.plain(CLASS), NUMBERS)


VARIANTS: tuple[Callable[[], Variant], ...] = (
    canvas, canvas_anonymous, moodle, moodle_flat, moodle_blind, moodle_teams, blackboard,
    brightspace, gradescope, gradescope_bare, gradescope_names, github, github_roster,
    classroom50, nbgrader,
)  # fmt: skip

RUBBISH: Files = {
    "__MACOSX/._hw.py": b"", ".DS_Store": b"", "Thumbs.db": b"", "desktop.ini": b"",
    "names.csv": b"id,name\n", "README.txt": b"", "__pycache__/x.py": b"", ".venv/x.py": b"",
    "node_modules/x.py": b"", "grades.py": b"print('a helper of the instructor')\n",
}  # fmt: skip


def as_folder(where: Path, files: Files) -> Path:
    return write_files(where / "download", files)


def with_rubbish(where: Path, files: Files) -> Path:
    return write_files(where / "download", {**files, **RUBBISH})


def wrapped(where: Path, files: Files) -> Path:
    write_files(where / "outer" / "export", files)
    return write_files(where / "outer", {".DS_Store": b"", "names.csv": b"a\n"})


def wrapped_twice(where: Path, files: Files) -> Path:
    write_files(where / "outer" / "inner" / "submissions", files)
    return where / "outer"


def zip_in_folder(where: Path, files: Files) -> Path:
    inside = zipped({f"export/{name}": content for name, content in files.items()})
    return write_files(where / "outer", {"submissions (1).zip": inside, "readme.txt": b""})


def with_backslashes(where: Path, files: Files) -> Path:
    return as_zip(where, {name.replace("/", "\\"): content for name, content in files.items()})


def as_tar(where: Path, files: Files) -> Path:
    return write_files(where, {"class.tar.gz": tarred(files)}) / "class.tar.gz"


FORMS = (
    as_folder, as_zip, with_rubbish, wrapped, wrapped_twice, zip_in_folder, with_backslashes,
    as_tar,
)  # fmt: skip
PAIRS = tuple(itertools.product(VARIANTS, FORMS))
