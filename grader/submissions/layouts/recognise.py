"""Which platform's a download is, at whatever level of folders and archives around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.sanitize import clean_line
from grader.submissions.layouts.forms import FORMS
from grader.submissions.layouts.people import find_people
from grader.submissions.layouts.pieces import Form, Found
from grader.submissions.layouts.plain import PLAIN
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import is_archive

_MAX_LEVELS = 8
_MANY = 3  # folders of people: in fewer, one student may have kept two versions

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
        inner = [item for item in level.tops() if item.kind == "folder" or item.may_answer]
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
        _refuse_class_inside(level, words, depth)
        if people or (not stray and chosen) or _is_full_of_archives(level, stray):
            if depth == 0 and not is_archived:
                return None
            found = PLAIN.find(level)
            return (PLAIN, found) if found else None
    return None


def _course_file(level: Level, words: Words) -> str:
    return next((item.top for item in level.tops() if item.top in words.files), "")


def _is_full_of_archives(level: Level, stray: str) -> bool:
    tops = [item for item in level.tops() if item.kind == "folder" or item.may_answer]
    return not stray and len(tops) > 1 and all(is_archive(item.top) for item in tops)


def _refuse_class_inside(level: Level, words: Words, depth: int) -> None:
    """Refuse folders each of which is a class: which are the submissions is in doubt."""
    if depth or len(level.folders()) < 2:
        return
    for folder in level.folders():
        inner = level.below(folder)
        found = (form.find(inner) for form in FORMS)
        keys = max((len({p.key for p in one.pieces}) for one in found if one), default=0)
        if keys > 1 or len(find_people(inner, words.files, words.own)) >= _MANY:
            raise SubmissionError(
                f"{clean_line(folder, 60)} holds the work of several students; "
                "give that folder itself to `grade batch`"
            )


def _refuse_strays(form: Form, found: Found) -> None:
    if found.strays:
        raise SubmissionError(
            f"it is a {form.title} download, but {_list(found.strays)} is not named as "
            f"{form.title} does ({form.example}); move it out, or choose --layout plain"
        )


def _list(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > 3 else ""
    return ", ".join(clean_line(name, 60) for name in names[:3]) + more
