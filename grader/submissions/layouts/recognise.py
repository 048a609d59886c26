"""Which platform's a download is, at whatever level of folders and archives around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.errors import SubmissionError
from grader.sanitize import name_some
from grader.submissions.layouts.course import Clues, Open
from grader.submissions.layouts.doubts import (
    find_archives_of_people,
    refuse_classes_inside,
    refuse_file_beside_files,
    refuse_file_beside_people,
)
from grader.submissions.layouts.forms import FORMS
from grader.submissions.layouts.owners import find_owners, group_owned
from grader.submissions.layouts.people import are_people
from grader.submissions.layouts.pieces import Form, Found, Piece
from grader.submissions.layouts.plain import PLAIN
from grader.submissions.layouts.tree import Level, levels_within
from grader.submissions.names import is_archive

_MANY = 3  # folders with files of any name: in fewer, one student may have kept two parts


@dataclass(frozen=True, slots=True)
class Recognised:
    """The platform and the layout of a download.

    Parameters
    ----------
    form : Form or None
        The platform; None where the top is a folder of submissions, or one submission.
    pieces : tuple of Piece
        The pieces of students' work.
    left_out : tuple of str
        Names beside the students' that are not submissions.
    """

    form: Form | None = None
    pieces: tuple[Piece, ...] = ()
    left_out: tuple[str, ...] = ()


def recognise(
    level: Level, layout: str, clues: Clues, unpack: Open, *, is_archived: bool
) -> Recognised:
    """Return a download's platform and its pieces.

    Parameters
    ----------
    level : Level
        The outermost.
    layout : str
        ``auto``, or the name of the one platform that it can be.
    unpack : callable
        Returns the level of an archive, or None if it cannot be read.
    is_archived : bool
        The outermost level is an archive's, so there are no folders that can be given.

    Raises
    ------
    SubmissionError
        If it can be read in more than one way, or is not that platform's.
    """
    levels = list(levels_within(level, unpack, clues.has_work))
    forms = [form for form in FORMS if layout in ("auto", form.name)]
    for one in levels:
        readings = [(form, found) for form in forms if (found := form.find(one))]
        if readings:
            _refuse_two_readings(readings)
            form, found = readings[0]
            return Recognised(form, found.pieces, _sort_out(form, found, one, clues))
    if forms and layout != "auto":
        raise SubmissionError(
            f"it is not a {forms[0].title} download, whose names are like {forms[0].example}; "
            "choose another --layout"
        )
    return _find_plain(levels, clues, is_archived=is_archived, chosen=layout == PLAIN.name)


def _refuse_two_readings(readings: Sequence[tuple[Form, Found]]) -> None:
    (first, found), *others = readings
    for form, other in others:
        if not first.certain and _owners(other) != _owners(found):
            raise SubmissionError(
                f"it can be a {first.title} or a {form.title} download; choose with "
                f"--layout {first.name} or --layout {form.name}"
            )


def _owners(found: Found) -> set[frozenset[Piece]]:
    """Return which pieces are of the same student."""
    owners: dict[str, set[object]] = {}
    for piece in found.pieces:
        owners.setdefault(piece.key, set()).add(piece.item)
    return set(map(frozenset, owners.values()))  # type: ignore[arg-type]


def _sort_out(form: Form, found: Found, level: Level, clues: Clues) -> tuple[str, ...]:
    """Return the names that are not the platform's; refuse them if they may be a student's."""
    work = [name for name in found.strays if any(map(clues.has_work, level.of(name)))]
    if work:
        raise SubmissionError(
            f"it is a {form.title} download, but {name_some(work, 3, 60)} is not named as "
            f"{form.title} does ({form.example}); move it out, or choose --layout plain"
        )
    return found.strays


def _find_plain(
    levels: Sequence[Level], clues: Clues, *, is_archived: bool, chosen: bool
) -> Recognised:
    for depth, level in enumerate(levels):
        is_top = depth == 0 and not is_archived
        files = [item for item in level.tops() if clues.is_own_name(item.top)]
        work = list(filter(clues.has_work, files))
        people = clues.find_people(level)
        if work:
            refuse_file_beside_people(work[0].top, level, clues)
        if not chosen and (is_top or people):
            refuse_classes_inside(level, clues)
        stubs = tuple(item.top for item in files)
        rest = Level(level.name, tuple(i for i in level.items if i.top not in stubs))
        owned = None if chosen else _find_owned(rest, clues, stubs, is_top=is_top, work=bool(work))
        if owned:
            return Recognised(PLAIN, owned.pieces, stubs)
        is_chosen = chosen and not files
        if people or is_chosen or (not work and _has_people(rest, clues)):
            if is_top:
                return Recognised(left_out=stubs)
            found = PLAIN.find(rest)
            return Recognised(PLAIN, found.pieces, stubs) if found else Recognised()
    return Recognised()


def _find_owned(
    level: Level, clues: Clues, own: Sequence[str], *, is_top: bool, work: bool
) -> Found | None:
    """Return the files of one folder by their students, or None if they may be one student's.

    Parameters
    ----------
    own : sequence of str
        Files beside them with the name of a module; they make a folder one submission.
    work : bool
        There is work in these.
    """
    files, is_sure = find_owners(level, clues)
    if work:
        files = files or find_archives_of_people(level, clues)
    if own and files and (work or not is_sure):
        refuse_file_beside_files(own[0], files)
    # Without such a file each entry of a folder is a submission.
    owned = group_owned(level, clues) if is_sure or (is_top and not own) else None
    return owned or (PLAIN.find(level) if is_sure else None)


def _has_people(level: Level, clues: Clues) -> bool:
    """Return whether folders and archives of any content are called after people."""
    if len(clues.find_people(level, any_name=True)) >= _MANY:
        return True
    tops = [item for item in level.tops() if item.counts]
    archives = [item for item in tops if is_archive(item.top)]
    folders = [item for item in tops if item.kind == "folder"]
    if not archives or len(tops) != len(archives) + len(folders):
        return False
    stems = sorted(item.stem for item in tops)
    return any(are_people(*pair, clues.own) for pair in pairwise(stems))
