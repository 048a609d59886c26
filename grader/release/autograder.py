"""The zip for Gradescope's autograder: the whole course, and the grader itself.

The grader is packed as a wheel of the files that are installed here, so Gradescope runs the
version that the instructor has tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.course.listed import list_distributions
from grader.course.manifest import DEFAULT_COURSE, write_manifest
from grader.course.texts import read_stubs, read_text
from grader.records import PROVIDED_FOLDER, Course
from grader.release.wheel import make_wheel
from grader.submissions.bundle import pack_files

_SCRIPTS = Path(__file__).parent / "gradescope"
# Packed with each suite, unlike its variants: what mistakes are named from.
_CATALOGUE = ("misconceptions.py", "canonical.py")


def pack_autograder(course: Course) -> bytes:
    """Return the zip to upload to Gradescope, the same for the same course and grader.

    It contains the suites with hidden checks, and what mistakes are named from, but neither
    solutions nor variants.
    """
    files = {PurePosixPath("course") / path: content for path, content in _course_files(course)}
    for script in sorted(_SCRIPTS.iterdir()):
        files[PurePosixPath(script.name)] = script.read_bytes()
    if further := list_distributions(course.packages):
        files[PurePosixPath("requirements.txt")] = "\n".join([*further, ""]).encode()
    wheel = make_wheel()
    files[PurePosixPath("wheels") / wheel.name] = wheel.content
    return pack_files(files)


def _course_files(course: Course) -> Iterator[tuple[PurePosixPath, bytes]]:
    yield PurePosixPath(DEFAULT_COURSE.name), write_manifest(course).encode()
    for file in course.provided:
        yield PurePosixPath(PROVIDED_FOLDER) / file.name, file.content
    for exercise in course.exercises:
        folder = course.suites / exercise.name
        if not exercise.is_one_file:  # which function is in which file
            for name, stub in read_stubs(course, exercise).items():
                yield PurePosixPath("exercises", f"{name}.py"), stub.encode()
        for name in (f"test_{exercise.name}.py", *_CATALOGUE):
            if name not in _CATALOGUE or (folder / name).is_file():
                content = read_text(folder / name).encode()
                yield PurePosixPath("suites") / exercise.name / name, content
