"""Which platform's a download is, at whatever level of folders and archives around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.errors import SubmissionError
from grader.sanitize import clean_line
from grader.submissions.layouts.forms import FORMS
from grader.submissions.layouts.people import are_people, find_people
from grader.submissions.layouts.pieces import Form, Found
from grader.submissions.layouts.plain import PLAIN
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import is_archive

_MAX_LEVELS = 8
_MANY = 3  # folders of people: in fewer, one student may have kept two versions
_NUMBER = 4  # digits of a student's number

Unpack = Callable[[Item], Level | None]


@dataclass(frozen=True, slots=True)
class Words:
    """The course's words.

    Parameters
    ----------
    files : frozenset of str
        Names of modules and notebooks.
    own : frozenset of str
        What folders of one student are called.
    """

    files: frozenset[str]
    own: frozenset[str]


def recognise(
    level: Level, layout: str, words: Words, unpack: Unpack, *, is_archived: bool
) -> tuple[Form, Found] | None:
    """Return a download's platform and its pieces, or None for plain folders at the top.

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
    levels = list(_levels(level, unpack))
    forms = [form for form in FORMS if layout in ("auto", form.name)]
    for one in levels:
        for form in forms:
            found = form.find(one)
            if found is not None:
                _refuse_strays(form, found)
                return form, found
    if forms and layout != "auto":
        raise SubmissionError(
            f"it is not a {forms[0].title} download, whose names are like {forms[0].example}; "
            "choose another --layout"
        )
    return _find_plain(levels, words, is_archived=is_archived, chosen=layout == PLAIN.name)


def _levels(level: Level, unpack: Unpack) -> Iterator[Level]:
    """Yield a level, and those within that hold all of it."""
    for _ in range(_MAX_LEVELS):
        yield level
        inner = [item for item in level.tops() if item.counts]
        if len(inner) != 1:
            return
        (only,) = inner
        if only.kind == "folder":
            level = level.below(only.top)
        elif only.kind == "file" and is_archive(only.top):
            unpacked = unpack(only)
            if unpacked is None:
                return
            level = unpacked
        else:
            return


def _find_plain(
    levels: Sequence[Level], words: Words, *, is_archived: bool, chosen: bool
) -> tuple[Form, Found] | None:
    for depth, level in enumerate(levels):
        people = find_people(level, words.files, words.own)
        stray = _course_file(level, words)
        if people and stray and len(people) > 1:
            raise SubmissionError(
                f"{stray} is beside folders of several students ({_list(people)}); "
                "move it out, or give the students' folders one by one"
            )
        if depth == 0 and not chosen:
            _refuse_classes_inside(level, words)
        if people or (not stray and (chosen or _has_archives_of_people(level, words))):
            if depth == 0 and not is_archived:
                return None
            found = PLAIN.find(level)
            return (PLAIN, found) if found else None
    return None


def _course_file(level: Level, words: Words) -> str:
    return next((item.top for item in level.tops() if item.top in words.files), "")


def _has_archives_of_people(level: Level, words: Words) -> bool:
    """Return whether a level has archives, some beside folders, that are named after people."""
    tops = [item for item in level.tops() if item.counts]
    archives = [item for item in tops if is_archive(item.top)]
    folders = [item for item in tops if item.kind == "folder"]
    if not archives or len(tops) != len(archives) + len(folders):
        return False
    stems = sorted(item.stem for item in tops)
    numbers = all(stem.isdecimal() and len(stem) >= _NUMBER for stem in stems)
    pairs = pairwise(stems)
    return len(stems) > 1 and (numbers or any(are_people(*pair, words.own) for pair in pairs))


def _refuse_classes_inside(level: Level, words: Words) -> None:
    """Refuse folders that are classes: which of the folders are submissions is in doubt."""
    folders = level.folders()
    if len(folders) < 2:
        return
    holding = {folder: _count_students(level.below(folder), words) for folder in folders}
    classes = [folder for folder, count in holding.items() if count > 1]
    many = [folder for folder in classes if holding[folder] >= _MANY]
    if many or (classes and 2 * len(classes) >= len(folders)):
        raise SubmissionError(
            f"{clean_line((many or classes)[0], 60)} holds the work of several students; "
            "give that folder itself to `grade batch`"
        )


def _count_students(level: Level, words: Words) -> int:
    found = (form.find(level) for form in FORMS)
    keys = max((len({p.key for p in one.pieces}) for one in found if one), default=0)
    return keys if keys > 1 else len(find_people(level, words.files, words.own))


def _refuse_strays(form: Form, found: Found) -> None:
    if found.strays:
        raise SubmissionError(
            f"it is a {form.title} download, but {_list(found.strays)} is not named as "
            f"{form.title} does ({form.example}); move it out, or choose --layout plain"
        )


def _list(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > 3 else ""
    return ", ".join(clean_line(name, 60) for name in names[:3]) + more
