"""The child's side of reading a submission: a request in, its result out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from grader.errors import ReadingError, SubmissionError
from grader.examples.values import FILE
from grader.records import Exercise, SourceFile
from grader.sanitize import clean_line, name_some
from grader.submissions.child.alone import advise, find_alone
from grader.submissions.child.budget import MIB, Budget
from grader.submissions.child.choose import (
    Candidate,
    Choice,
    Course,
    State,
    choose,
    find_candidates,
)
from grader.submissions.child.collect import CodeFile, Collected, collect
from grader.submissions.child.entries import IS_LINK
from grader.submissions.child.environment import read_numpy
from grader.submissions.child.examples import set_aside_examples
from grader.submissions.child.messages import (
    MAX_NOTE,
    MAX_NOTES,
    Reply,
    Request,
)
from grader.submissions.child.provided import set_aside_provided
from grader.submissions.child.siblings import read_siblings, without_clashes
from grader.submissions.child.sources import Read
from grader.submissions.child.stubs import names_imported
from grader.submissions.child.students import find_students, refuse_several
from grader.submissions.child.whole import Whole
from grader.submissions.names import Match, Path, is_unread, split_name
from grader.submissions.nothing import NothingFoundError, describe_nothing

MAX_FILES = 40 * MIB  # bytes of all files that are graded


def answer(request: bytes) -> bytes:
    """Return the packed `Reply` to a packed `Request`."""
    try:
        reply = read_hand_in(msgspec.msgpack.decode(request, type=Request))
    except SubmissionError as error:
        empty = isinstance(error, NothingFoundError)
        reply = Reply(error=clean_line(str(error), MAX_NOTE), empty=empty)
    except ReadingError as error:
        reply = Reply(fault=str(error))
    except (MemoryError, RecursionError):
        reply = Reply(error="it takes too much memory to read; hand in only the code")
    return msgspec.msgpack.encode(reply)


def read_hand_in(request: Request) -> Reply:
    """Read a submission and choose which file answers which exercise.

    Raises
    ------
    SubmissionError
        If nothing in it can be graded.
    """
    course = Course([Exercise(name, name) for name in request.exercises], request.stubs)
    collected = collect(request.parts, Budget())
    _refuse_empty(collected, course)
    code, copies = set_aside_provided(collected.code, course, request.provided)
    code, examples = set_aside_examples(code, course)
    reply = _read_code(code, [*collected.problems, *copies], course)
    # The report last, so that it takes nothing of the budget from the code.
    numpy = read_numpy(collected.reports)
    return replace(reply, examples=examples and examples.as_source(FILE), numpy=numpy)


def _read_code(code: Sequence[CodeFile], problems: Sequence[str], course: Course) -> Reply:
    """Choose which code of a submission answers which exercise."""
    candidates = find_candidates(code, course)
    choices = choose(candidates, course)
    refuse_several(find_students(candidates, course.exercises))
    others = _others(code, candidates)
    if alone := find_alone(others, choices, course):
        return _reply_with_one(alone, others, choices, problems)
    if not choices:
        raise _nothing_found(others, problems, course)
    if all(c.taken.state is State.UNREADABLE for c in choices):
        raise SubmissionError("; ".join(c.taken.read.problem for c in choices))
    graded = [c.taken.read.path for c in choices]
    files = _files(choices)
    siblings, left_out = read_siblings(others, graded)
    # Left out as an answer, but another file may import it: `from my_activations import relu`.
    more, _ = read_siblings(_rejected(choices), graded, siblings)
    more = without_clashes(more, (*files, *siblings))
    mentioned = (*siblings, *_used(more, _imported_by(choices)))
    notes = [*problems, *_notes(choices), *_sibling_notes(mentioned, left_out)]
    if all(c.taken.state is State.UNTOUCHED for c in choices) and (
        advice := advise(others, course)
    ):
        notes.insert(0, advice)
    return Reply(files, (*siblings, *more), _bound(notes))


def _refuse_empty(found: Collected, course: Course) -> None:
    """Refuse a submission without code: empty, of other kinds of files, of links, or damaged."""
    if found.code and all(file.entry.kind == "link" for file in found.code):
        shown = clean_line("/".join(found.code[0].path), 80)
        raise NothingFoundError(f"{shown} cannot be read: {IS_LINK}")
    if found.code:
        return
    if found.is_damaged:
        raise SubmissionError("; ".join(found.problems))
    if found.rest:
        reason = describe_nothing(["/".join(path) for path in found.rest])
        # Of an archive with another name, and of a link, only the problem shows what it is.
        known = sum(is_unread(path[-1]) for path in found.rest) == len(found.problems)
        raise NothingFoundError("; ".join((reason, *(() if known else found.problems))))
    raise NothingFoundError(f"it is empty, so it has {_none_of(course)}")


def _rejected(choices: Iterable[Choice]) -> list[CodeFile]:
    """Return the files with work of their own that answer nothing."""
    return [c.read.file for one in choices for c in one.left_out if _matters(c, one.taken)]


def _imported_by(choices: Iterable[Choice]) -> frozenset[str]:
    return frozenset().union(*(names_imported(choice.taken.read.text) for choice in choices))


def _others(code: Iterable[CodeFile], candidates: Iterable[Candidate]) -> list[CodeFile]:
    named = {candidate.read.path for candidate in candidates}
    return [file for file in code if file.path not in named]


def _reply_with_one(
    whole: Whole, others: Sequence[CodeFile], choices: Sequence[Choice], problems: Sequence[str]
) -> Reply:
    read = whole.read
    versions = [one for one in whole.versions if one.content != read.content]
    passed_over = {one.path for one in (read, *whole.versions)}
    rest = [file for file in others if file.path not in passed_over]
    graded = read.as_source(clean_line(read.path[-1], 100))
    siblings, left_out = read_siblings(rest, [read.path])
    more, _ = read_siblings([one.file for one in versions], [read.path], siblings)
    more = without_clashes(more, (graded, *siblings))
    mentioned = (*siblings, *_used(more, names_imported(read.text)))
    notes = [
        *problems,
        *_version_notes(read, versions),
        *_stub_notes(choices, [read.path]),
        *_sibling_notes(mentioned, left_out),
    ]
    return Reply((graded,), (*siblings, *more), _bound(notes), answers_all=True)


def _version_notes(read: Read, versions: Sequence[Read]) -> Iterator[str]:
    if versions:
        yield f"{read.shown} is graded; left out: {_list([one.shown for one in versions])}"


def _used(siblings: Iterable[SourceFile], imported: Collection[str]) -> Iterator[SourceFile]:
    """Return the siblings whose names a graded file imports."""
    return (s for s in siblings if split_name(s.name)[0].rpartition("/")[2] in imported)


def _nothing_found(
    others: Sequence[CodeFile], problems: Sequence[str], course: Course
) -> SubmissionError:
    if advice := advise(others, course):
        return SubmissionError(advice)
    return NothingFoundError("; ".join((f"it has {_none_of(course)}", *problems)))


def _none_of(course: Course) -> str:
    listed = ", ".join(exercise.file_name for exercise in course.exercises)
    return f"none of the course's files ({listed}, or notebooks of these names)"


def _files(choices: Iterable[Choice]) -> tuple[SourceFile, ...]:
    files, left = [], MAX_FILES
    for choice in choices:
        taken = choice.taken
        left -= len(taken.read.content)
        if left < 0:
            reason = (
                f"{taken.name} is left out, because the files have more than {MAX_FILES // MIB} MiB"
            )
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
    yield from _stub_notes(choices, {choice.taken.read.path for choice in choices})


def _stub_notes(choices: Sequence[Choice], graded: Collection[Path]) -> Iterator[str]:
    stubs = [
        candidate.read
        for choice in choices
        for candidate in (choice.taken, *choice.left_out)
        # The notebooks that come with the modules, in a folder below them, are not worth a word.
        if candidate.state is State.UNTOUCHED
        and len(candidate.read.path) <= len(choice.taken.read.path)
    ]
    names = [read.shown for read in stubs if read.path not in graded]
    if names:
        yield f"left out, since nothing is written there: {_list(names)}"


def _matters(other: Candidate, taken: Candidate) -> bool:
    return other.state is not State.UNTOUCHED and other.read.content != taken.read.content


def _describe(candidate: Candidate) -> str:
    name = clean_line(candidate.read.path[-1], 100)
    problem = candidate.read.problem.removeprefix(f"{name} ")
    return f"{candidate.read.shown} ({problem})" if problem else candidate.read.shown


def _sibling_notes(siblings: Sequence[SourceFile], left_out: Sequence[str]) -> Iterator[str]:
    if siblings:
        yield f"not graded, but can be imported: {_list([s.name for s in siblings])}"
    if left_out:
        yield f"not graded: {_list(left_out)}"


def _list(names: Sequence[str]) -> str:
    return name_some(names, 5, 60)


def _bound(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean_line(note, MAX_NOTE) for note in notes[:MAX_NOTES])
