"""The zip for Gradescope's autograder: the whole course, and the grader itself.

The grader is packed as a wheel of the files that are installed here, so Gradescope runs the
version that the instructor has tried.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from grader import __version__
from grader.course.manifest import DEFAULT_COURSE, write_manifest
from grader.course.texts import read_text
from grader.records import Course
from grader.submissions.bundle import pack_files

_PACKAGE = DEFAULT_COURSE.parent
_SCRIPTS = Path(__file__).parent / "gradescope"
_NAME = f"backprop_grader-{__version__}"
# Packed with each suite, unlike its variants: what mistakes are named from.
_CATALOGUE = ("misconceptions.py", "canonical.py")
# The package's own course is not packed: the zip has the course that is graded.
_LEFT_OUT = frozenset({"suites", "exercises", "__pycache__", DEFAULT_COURSE.name})


def pack_autograder(course: Course) -> bytes:
    """Return the zip to upload to Gradescope, the same for the same course and grader.

    It contains the suites with hidden checks, and what mistakes are named from, but neither
    solutions nor variants.
    """
    files = {PurePosixPath("course") / path: content for path, content in _course_files(course)}
    for script in sorted(_SCRIPTS.iterdir()):
        files[PurePosixPath(script.name)] = script.read_bytes()
    files[PurePosixPath("wheels") / f"{_NAME}-py3-none-any.whl"] = _make_wheel()
    return pack_files(files)


def _course_files(course: Course) -> Iterator[tuple[PurePosixPath, bytes]]:
    yield PurePosixPath(DEFAULT_COURSE.name), write_manifest(course).encode()
    for exercise in course.exercises:
        folder = course.suites / exercise.name
        for name in (f"test_{exercise.name}.py", *_CATALOGUE):
            if name not in _CATALOGUE or (folder / name).is_file():
                content = read_text(folder / name).encode()
                yield PurePosixPath("suites") / exercise.name / name, content


def _make_wheel() -> bytes:
    files = {
        PurePosixPath(path.relative_to(_PACKAGE.parent).as_posix()): path.read_bytes()
        for path in sorted(_PACKAGE.rglob("*"))
        if path.is_file() and not _LEFT_OUT & set(path.relative_to(_PACKAGE).parts)
    }
    metadata = PurePosixPath(f"{_NAME}.dist-info")
    files[metadata / "METADATA"] = _metadata().encode()
    files[metadata / "WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: grade release\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[metadata / "entry_points.txt"] = b"[console_scripts]\ngrade = grader.cli.main:main\n"
    record = metadata / "RECORD"
    files[record] = "".join(_record(files, record)).encode()
    return pack_files(files)


def _metadata() -> str:
    requirements = importlib.metadata.requires("backprop-grader") or []
    lines = ["Metadata-Version: 2.1", "Name: backprop-grader", f"Version: {__version__}"]
    lines.append("Requires-Python: >=3.11")
    lines += [f"Requires-Dist: {line}" for line in requirements if "extra ==" not in line]
    return "\n".join(lines) + "\n"


def _record(files: Mapping[PurePosixPath, bytes], record: PurePosixPath) -> Iterator[str]:
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
        yield f"{path},sha256={digest.decode()},{len(content)}\n"
    yield f"{record},,\n"
