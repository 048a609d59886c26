"""The child's side of reading a hand-in: a request in, what was found out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from grader.errors import SubmissionError
from grader.records import Exercise, SourceFile
from grader.sanitize import clean_line
from grader.submissions.child.budget import MIB, Budget
from grader.submissions.child.choose import (
    Candidate,
    Choice,
    Course,
    State,
    choose,
    find_candidates,
)
from grader.submissions.child.collect import CodeFile, collect
from grader.submissions.child.messages import (
    MAX_NOTE,
    MAX_NOTES,
    MAX_SIBLINGS,
    Reply,
    Request,
)
from grader.submissions.child.sources import Read, read_code
from grader.submissions.child.students import find_students
from grader.submissions.names import Match, Path

MAX_SIBLING = MIB // 4  # bytes of code
MAX_ALL_SIBLINGS = 2 * MIB
MAX_FILES = 40 * MIB  # bytes of all files that are graded
_MAX_SEARCHED = 64  # files of other names that are looked into for functions of the course


class NothingFoundError(SubmissionError):
    """The hand-in has nothing of the course."""


def answer(request: bytes) -> bytes:
    """Return the packed `Reply` to a packed `Request`."""
    try:
        reply = read_hand_in(msgspec.msgpack.decode(request, type=Request))
    except SubmissionError as error:
        empty = isinstance(error, NothingFoundError)
        reply = Reply(error=clean_line(str(error), MAX_NOTE), empty=empty)
    except (MemoryError, RecursionError):
        reply = Reply(error="it takes too much memory to read; hand in only the code")
    return msgspec.msgpack.encode(reply)


def read_hand_in(request: Request) -> Reply:
    """Read a hand-in and choose what answers which exercise.

    Raises
    ------
    SubmissionError
        If nothing in it can be graded.
    """
    course = Course([Exercise(name, name) for name in request.exercises], request.stubs)
    collected = collect(request.parts, Budget())
    candidates = find_candidates(collected.code, course)
    choices = choose(candidates, course)
    _refuse_several_students(candidates, course)
    written = [c.taken for c in choices if c.taken.state is not State.UNTOUCHED]
    others = _others(collected.code, candidates)
    if not written and (only := _answers_all(others, course, has_stubs=bool(choices))):
        return _reply_with_one(only, choices, collected.problems)
    if not choices:
        raise _nothing_found(others, collected.problems, course)
    if all(c.taken.state is State.UNREADABLE for c in choices):
        raise SubmissionError("; ".join(c.taken.read.problem for c in choices))
    siblings, left_out = _read_siblings(others, [c.taken.read.path for c in choices])
    return Reply(
        _files(choices),
        siblings,
        _bound([*collected.problems, *_notes(choices), *_sibling_notes(siblings, left_out)]),
    )


def _refuse_several_students(candidates: Sequence[Candidate], course: Course) -> None:
    names = find_students(candidates, course.exercises)
    if names:
        listed = ", ".join(clean_line(name, 40) for name in names[:3])
        raise SubmissionError(
            f"it seems to hold the work of several students ({listed}); "
            "`grade batch` grades a class, or give one student's folder"
        )


def _others(code: Iterable[CodeFile], candidates: Iterable[Candidate]) -> list[CodeFile]:
    named = {candidate.read.path for candidate in candidates}
    return [file for file in code if file.path not in named]


def _answers_all(others: Sequence[CodeFile], course: Course, *, has_stubs: bool) -> Read | None:
    """Return the one code file that answers each exercise of which it defines a function."""
    if len(others) != 1:
        return None
    read = read_code(others[0])
    if has_stubs and not course.answered(read.text):
        return None
    if read.problem:
        raise SubmissionError(read.problem)
    return read


def _reply_with_one(read: Read, stubs: Sequence[Choice], problems: Sequence[str]) -> Reply:
    shown = [choice.taken.read.shown for choice in stubs]
    aside = [f"left out, being untouched stubs: {_list(shown)}"] if shown else []
    notes = [*problems, *aside]
    name = clean_line(read.path[-1], 100)
    return Reply((read.as_source(name),), (), _bound(notes), answers_all=True)


def _nothing_found(
    others: Sequence[CodeFile], problems: Sequence[str], course: Course
) -> SubmissionError:
    if problems and not others:
        return SubmissionError("; ".join(problems))
    found = [read_code(file) for file in others[:_MAX_SEARCHED]]
    names = [
        f"{read.shown} should be {answered[0].file_name}"
        for read in found
        if (answered := course.answered(read.text))
    ]
    if names:
        listed = ", ".join(names[:3])
        return SubmissionError(f"it has none of the course's files under its right name: {listed}")
    listed = ", ".join(exercise.file_name for exercise in course.exercises)
    what = f"it has none of the course's files ({listed}, or notebooks of these names)"
    return NothingFoundError("; ".join((what, *problems)))


def _files(choices: Iterable[Choice]) -> tuple[SourceFile, ...]:
    files, left = [], MAX_FILES
    for choice in choices:
        taken = choice.taken
        left -= len(taken.read.content)
        if left < 0:
            reason = f"{taken.name} is left out: the files have more than {MAX_FILES // MIB} MiB"
            files.append(SourceFile(taken.name, b"", reason))
        else:
            files.append(taken.read.as_source(taken.name))
    return tuple(files)


def _notes(choices: Sequence[Choice]) -> Iterator[str]:
    for choice in choices:
        taken = choice.taken
        as_name = f" as {taken.name}" if taken.named.match is not Match.EXACT else ""
        others = [_describe(other) for other in choice.left_out if _matters(other, taken)]
        if as_name or others:
            left_out = f"; left out: {', '.join(others)}" if others else ""
            yield f"{taken.read.shown} is graded{as_name}{left_out}"
    stubs = [c.read.shown for ch in choices for c in ch.left_out if c.state is State.UNTOUCHED]
    if stubs:
        yield f"left out, being untouched stubs: {_list(stubs)}"


def _matters(other: Candidate, taken: Candidate) -> bool:
    return other.state is not State.UNTOUCHED and other.read.content != taken.read.content


def _describe(candidate: Candidate) -> str:
    problem = candidate.read.problem
    return f"{candidate.read.shown} ({problem})" if problem else candidate.read.shown


def _read_siblings(
    others: Iterable[CodeFile], graded: Sequence[Path]
) -> tuple[tuple[SourceFile, ...], list[str]]:
    """Return the other code beside and below what is graded, and what is left out of it."""
    folders = sorted({path[:-1] for path in graded}, key=len, reverse=True)
    found: list[SourceFile] = []
    left_out: list[str] = []
    left = MAX_ALL_SIBLINGS
    for file in others:
        name = _name_below(file.path, folders)
        if not name:
            left_out.append(clean_line("/".join(file.path), 80))
            continue
        source = _read_sibling(file, name) if len(found) < MAX_SIBLINGS else None
        size = _size(source) if source else 0
        if source is None or size > min(left, MAX_SIBLING):
            left_out.append(name)
        else:
            left -= size
            found.append(source)
    return tuple(found), left_out


def _name_below(path: Path, folders: Sequence[Path]) -> str:
    """Return a file's path below the first of some folders that it is in."""
    for folder in folders:
        if path[: len(folder)] == folder:
            name = "/".join(path[len(folder) :])
            return name if name.isprintable() and len(name) <= 200 else ""
    return ""


def _read_sibling(file: CodeFile, name: str) -> SourceFile | None:
    read = read_code(file)
    if read.problem:
        return None
    # Of a notebook only its code can be imported.
    return SourceFile(name, b"" if read.cells is not None else read.content, "", read.cells)


def _size(source: SourceFile) -> int:
    return len(source.content) + sum(map(len, source.cells or ()))


def _sibling_notes(siblings: Sequence[SourceFile], left_out: Sequence[str]) -> Iterator[str]:
    if siblings:
        yield f"not graded, but can be imported: {_list([s.name for s in siblings])}"
    if left_out:
        yield f"not graded: {_list(left_out)}"


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(clean_line(name, 60) for name in names[:5]) + more


def _bound(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean_line(note, MAX_NOTE) for note in notes[:MAX_NOTES])
