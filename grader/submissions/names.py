"""Names of files as students, browsers and systems write them."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from grader.records import Exercise

Path = tuple[str, ...]

CODE = (".py", ".ipynb")
# Known as archives, so that the report can have the remedy; they are not read.
UNREAD = (".rar", ".7z")
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz")
ARCHIVES = (
    *(".zip", *_TARS),
    *UNREAD,
)
# Endings that browsers and editors add.
_ADDED_ENDING = re.compile(r"(?i)(?:(?<=\.py)|(?<=\.ipynb))(?:\.txt|\.json)$")
_JUNK = frozenset(
    (
        *("__macosx", "thumbs.db", "desktop.ini", "__pycache__"),
        *("venv", "site-packages", "node_modules"),
    )
)
# The file by which a virtual environment of any name is known.
ENVIRONMENT = "pyvenv.cfg"
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_OLD = frozenset(("old", "backup", "bak", "alt", "draft", "previous"))
_OLD_FOLDER = _OLD | {"archive", "archived", "archiv"}
# A number at the end of a folder's name: `v2`, `submission 2`, `hw (2)`.
_NUMBERED = re.compile(r"(?P<base>.*?)[\s_(-]*(?P<number>\d{1,9})\)?")
_LONGEST = 200  # characters of a name that is searched: some patterns take their square
_OLD_WORDS = "|".join(sorted(_OLD))
_OLD_NAME = re.compile(rf"^(?:{_OLD_WORDS})[\s_-]+|[\s_-]+(?:{_OLD_WORDS})$")
_COPY_OF = re.compile(r"^(?:copy of|kopie von)\s+")
# `hw (1)`, `hw-Copy1`, `hw - Copy`, `hw_v2`; not `hw2`, which is another homework.
_COPY = re.compile(
    r"(?<=.)(?:\s*\((\d{1,6})\)|[\s_-]+(?:copy|kopie)[\s_-]*(\d{0,6})|[\s_-]+v(\d{1,6}))$"
)
_TESTS = frozenset(("test", "tests"))
_RESEMBLES = 0.85


class Match(IntEnum):
    """How well a file's name fits a module's; the best first."""

    EXACT = 0
    NEAR = 1
    RESEMBLES = 2


@dataclass(frozen=True, slots=True)
class Named:
    """The exercise that a file's name means.

    Parameters
    ----------
    exercise : Exercise
        Which.
    match : Match
        How well the name fits.
    copy : int
        Which copy it is: ``activations (2).py`` is 2, the file without a number 0, an old
        one -1.
    """

    exercise: Exercise
    match: Match
    copy: int = 0

    def file_name(self, ending: str) -> str:
        """Return the name that the file should have."""
        return self.exercise.name + ending


def split_path(name: str) -> Path:
    """Return the parts of a path, in composed characters and without ``.`` and ``..``.

    Parameters
    ----------
    name : str
        With slashes, or with the backslashes that some programs write into archives.
    """
    composed = unicodedata.normalize("NFC", name).replace("\\", "/")
    return tuple(part for part in composed.split("/") if part not in ("", ".", ".."))


def printable(name: str) -> str:
    """Return the name of a file as text that can be sent in a message."""
    return os.fsencode(name).decode("utf-8", "replace")


def is_junk(path: Path) -> bool:
    """Return whether a path was not made by the student but came along.

    Parameters
    ----------
    path : tuple of str
        Its parts; one that is hidden, or of an environment or a cache, is enough.
    """
    return any(part.startswith(".") or part.casefold() in _JUNK for part in path)


def find_environments(paths: Sequence[Path]) -> frozenset[Path]:
    """Return the folders among some paths that are virtual environments."""
    return frozenset(p[:-1] for p in paths if len(p) > 1 and p[-1] == ENVIRONMENT)


def is_below(path: Path, folders: frozenset[Path]) -> bool:
    """Return whether a path is in or below one of some folders."""
    return bool(folders) and any(path[:n] in folders for n in range(1, len(path)))


def split_name(name: str) -> tuple[str, str]:
    """Return a file name's stem and its ending, the ending in lower case.

    Of ``activations.py.txt`` the ending is ``.py``; other endings than those of code are
    not looked at.
    """
    plain = _ADDED_ENDING.sub("", name)
    ending = next((e for e in CODE if plain.casefold().endswith(e)), "")
    return (plain[: -len(ending)], ending) if ending else (name, "")


def is_code(name: str) -> bool:
    """Return whether a file's name is one of a module or notebook."""
    return bool(split_name(name)[1])


def is_archive(name: str) -> bool:
    """Return whether a file's name is one of an archive."""
    return name.casefold().endswith(ARCHIVES)


def is_unread(name: str) -> bool:
    """Return whether a file's name is one of an archive that is not read."""
    return name.casefold().endswith(UNREAD)


def is_tar(name: str) -> bool:
    """Return whether a file's name is one of a tar, packed or not."""
    return name.casefold().endswith(_TARS)


def without_endings(name: str) -> str:
    """Return the name of a submission without the ending of its kind: ``ada.tar.gz`` is ada."""
    longest = max((e for e in ARCHIVES if name.casefold().endswith(e)), key=len, default="")
    return name[: -len(longest)] if longest else split_name(name)[0]


def find_exercise(path: Path, exercises: Sequence[Exercise]) -> Named | None:
    """Return the exercise that a file is named after, or None.

    Parameters
    ----------
    path : tuple of str
        Parts of the file's path.
    exercises : sequence of Exercise
        The course's.
    """
    stem, ending = split_name(path[-1])
    for exercise in exercises:
        if path[-1] == exercise.name + ending:
            return Named(exercise, Match.EXACT)
    if stem.casefold() == "__init__" and len(path) > 1:
        stem = path[-2]
    words = words_of(stem)
    if _TESTS & set(words):
        return None
    return _find_near(words, exercises) or _find_resembling(stem, exercises)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a name, in lower case."""
    return tuple(_WORDS.findall(text.casefold()))


def split_around(stem: str, name: str) -> tuple[str, str]:
    """Return what is before and after an exercise's name in a stem; without a name, the stem.

    Parameters
    ----------
    name : str
        The exercise's: with ``gradient_check``, of `Ada - gradient-check (1)` the result is
        `Ada - ` and ` (1)`; of `gradientcheck`, which only resembles it, it is empty.
    """
    if not name:
        return stem, ""
    wanted = words_of(name)
    found = list(_WORDS.finditer(stem))
    words = tuple(one[0].casefold() for one in found)
    for place in range(len(words) - len(wanted) + 1):
        if words[place : place + len(wanted)] == wanted:
            return stem[: found[place].start()], stem[found[place + len(wanted) - 1].end() :]
    return "", ""


def _find_near(words: tuple[str, ...], exercises: Sequence[Exercise]) -> Named | None:
    """Return the one exercise whose name is among the words; of two there is none."""
    found = [
        (exercise, wanted, place)
        for exercise in exercises
        if (wanted := words_of(exercise.name))
        for place in range(len(words) - len(wanted) + 1)
        if words[place : place + len(wanted)] == wanted
    ]
    # `forward_pass` has the name `forward` in it, and means only itself.
    longest = max((len(wanted) for _, wanted, _ in found), default=0)
    best = [one for one in found if len(one[1]) == longest]
    if not best or len({exercise.name for exercise, _, _ in best}) > 1:
        return None
    if any(not set(wanted) <= set(best[0][1]) for _, wanted, _ in found):
        return None
    exercise, wanted, place = best[0]
    return Named(exercise, Match.NEAR, _number_of(words, words[place + len(wanted) :]))


def _number_of(words: tuple[str, ...], after: tuple[str, ...]) -> int:
    if _OLD & set(words):
        return -1
    return next((int(word[:6]) for word in reversed(after) if word.isdecimal()), 0)


def is_old(path: Path) -> bool:
    """Return whether a folder of a path is called old, a backup or an archive."""
    folders = (part for part in path[:-1] if not is_archive(part))
    return any(_OLD_FOLDER & set(words_of(part)) for part in folders)


def is_newer(path: Path, other: Path) -> bool:
    """Return whether a file is another's newer copy, by the number of one folder.

    ``v2/activations.py`` is newer than ``v1/activations.py``; a folder without a number
    is the oldest. The endings of the files may differ.
    """
    differing = [(a, b) for a, b in zip(path[:-1], other[:-1], strict=False) if a != b]
    if len(path) != len(other) or len(differing) != 1:
        return False
    if split_name(path[-1])[0] != split_name(other[-1])[0]:
        return False
    (base, number), (other_base, other_number) = map(_split_number, differing[0])
    return base == other_base and number > other_number


def split_version(name: str) -> tuple[str, int]:
    """Return what the versions of a file have in common in their names, and which copy it is.

    Parameters
    ----------
    name : str
        Of the file: of ``hw-Copy1.ipynb`` the result is hw and 1, of ``hw.py`` hw and 0, of
        ``hw_old.py`` hw and -1.
    """
    whole = split_name(name)[0].casefold()
    if len(whole) > _LONGEST:
        return whole, 0
    stem, old = _OLD_NAME.subn("", whole)
    stem, copy = _COPY_OF.subn("", stem)
    while found := _COPY.search(stem):
        stem = stem[: found.start()]
        copy = max(copy, int(next(filter(None, found.groups()), "1")))
    return stem, -1 if old else copy


def _split_number(folder: str) -> tuple[str, int]:
    name = without_endings(folder).casefold()
    found = _NUMBERED.fullmatch(name) if len(name) <= _LONGEST else None
    return (found["base"], int(found["number"])) if found else (name, -1)


def _find_resembling(stem: str, exercises: Sequence[Exercise]) -> Named | None:
    names = [exercise.name.casefold() for exercise in exercises]
    near = difflib.get_close_matches(stem.casefold()[:100], names, n=2, cutoff=_RESEMBLES)
    if len(near) != 1:
        return None
    return Named(exercises[names.index(near[0])], Match.RESEMBLES)
