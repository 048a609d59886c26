"""The course's manifest, ``course.toml``: order, titles, limits, allowed packages."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import msgspec

from grader.errors import CourseError
from grader.records import Course, Exercise, Feedback, Limits

DEFAULT_COURSE = Path(__file__).resolve().parents[1] / "course.toml"


class _Limits(msgspec.Struct, forbid_unknown_fields=True):
    call_s: float
    load_s: float
    function_s: float
    memory_mib: int
    cpu_s: int
    submission_s: float = 180.0


class _Exercise(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    title: str


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    version: str
    title: str
    limits: _Limits
    exercise: list[_Exercise]
    packages: list[str] = msgspec.field(default_factory=lambda: ["numpy"])
    hidden_feedback: Feedback = "hint"


def load_course(manifest: Path = DEFAULT_COURSE) -> Course:
    """Read a course.

    Parameters
    ----------
    manifest : Path
        A ``course.toml``. Suites lie in ``suites/`` beside it; stubs in ``exercises/``
        beside it, or, in a checkout, one folder up.

    Returns
    -------
    Course
        The course, with a digest over its manifest and suites.

    Raises
    ------
    CourseError
        If the manifest is missing or says what it cannot.
    """
    try:
        content = manifest.read_bytes()
        read = msgspec.toml.decode(content, type=_Manifest)
    except (OSError, tomllib.TOMLDecodeError, msgspec.MsgspecError) as error:
        raise CourseError(f"the course {manifest} cannot be read: {error}") from error
    folder = manifest.parent
    exercises = tuple(Exercise(e.name, e.title) for e in read.exercise)
    suites = folder / "suites"
    return Course(
        name=read.name,
        version=read.version,
        title=read.title,
        exercises=exercises,
        limits=Limits(**msgspec.structs.asdict(read.limits)),
        packages=tuple(read.packages),
        hidden_feedback=read.hidden_feedback,
        suites=suites,
        stubs=_first_folder(folder / "exercises", folder.parent / "exercises"),
        suite_sha256=_digest(content, suites),
    )


def _first_folder(*candidates: Path) -> Path:
    return next((path for path in candidates if path.is_dir()), candidates[0])


def _digest(manifest: bytes, suites: Path) -> str:
    digest = hashlib.sha256(manifest)
    for path in sorted(suites.rglob("*.py")):
        digest.update(f"\0{path.relative_to(suites).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
