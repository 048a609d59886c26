"""Copies of the modules that the course provides among what was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.course.provided import fingerprint_text
from grader.sanitize import clean_line
from grader.submissions.child.choose import Course
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.sources import read_code
from grader.submissions.child.stubs import names_defined
from grader.submissions.names import find_exercise, split_name, split_version


def set_aside_provided(
    code: Sequence[CodeFile], course: Course, provided: Mapping[str, str]
) -> tuple[list[CodeFile], list[str]]:
    """Return the code without copies of provided modules, and a note on each that differs.

    The course's own are used. A file of such a name with a function of the course is code, and so
    is one in a folder of the student's own.

    Parameters
    ----------
    provided : mapping of str to str
        By name of the module, what `fingerprint_text` returns of it.
    """
    names = {name.casefold(): name for name in provided}
    rest, notes = [], []
    for file in code:
        name = names.get(split_version(file.path[-1])[0], "")
        read = read_code(file) if name else None
        if read is None or course.asked_of(frozenset(names_defined(read.text))):
            rest.append(file)
        elif read.problem or fingerprint_text(read.content) != provided[name]:
            # Another version of it may be the student's own module.
            if split_name(file.path[-1])[0].casefold() == name.casefold() and (
                file.path[:-1] in _homes(code) or _is_beside_work(file, code, course)
            ):
                shown = clean_line(file.path[-1], 80)
                notes.append(f"{shown} is not used: it differs from the {name}.py of the course")
            else:
                rest.append(file)
    return rest, notes


def _homes(code: Sequence[CodeFile]) -> set[tuple[str, ...]]:
    """Return the outermost folders with code."""
    least = min(len(file.path) for file in code)
    return {file.path[:-1] for file in code if len(file.path) == least}


def _is_beside_work(file: CodeFile, code: Sequence[CodeFile], course: Course) -> bool:
    beside = [other for other in code if other.path[:-1] == file.path[:-1]]
    return any(find_exercise(other.path, course.exercises) for other in beside)
