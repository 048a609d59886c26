"""The file of examples among what was handed in: it answers no exercise and is not imported."""

from __future__ import annotations

from collections.abc import Iterable

from grader.examples.values import FILE
from grader.submissions.child.choose import Course
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.sources import Read, read_code
from grader.submissions.child.stubs import names_defined
from grader.submissions.names import is_old, split_name, split_version


def set_aside_examples(
    code: Iterable[CodeFile], course: Course
) -> tuple[list[CodeFile], Read | None]:
    """Return the code without files of examples, and the one of them that counts.

    A file of that name with a function of the course is code. Where an exercise has the name,
    there are no examples.
    """
    rest: list[CodeFile] = []
    found: list[tuple[tuple[object, ...], Read]] = []
    own = any(FILE in exercise.file_names for exercise in course.exercises)
    for file in code:
        read = None if own or not _is_named(file) else read_code(file)
        if read is None or course.asked_of(frozenset(names_defined(read.text))):
            rest.append(file)
        else:
            copy = split_version(file.path[-1])[1]
            rank = (is_old(file.path), file.nesting, len(file.path), -copy, file.path)
            found.append((rank, read))
    return rest, min(found, key=lambda one: one[0])[1] if found else None


def _is_named(file: CodeFile) -> bool:
    name = file.path[-1]
    return split_name(name)[1] == ".py" and f"{split_version(name)[0]}.py" == FILE
