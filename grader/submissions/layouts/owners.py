"""Files of several students in one folder, each called after its student and its exercise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from grader.submissions.layouts.course import Clues
from grader.submissions.layouts.people import are_people, is_date, is_of_many
from grader.submissions.layouts.pieces import Found
from grader.submissions.layouts.plain import find_plain
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import is_code, split_around, split_name, words_of

_CHUNKS = re.compile(r"[^\W_]+")
_VERSION = re.compile(r"v?\d{1,3}", re.IGNORECASE)
# Fewer than one student's folders are called by: `Cleo Sol` keeps a name that may be a solution.
_OF_VERSIONS = frozenset(
    """
    assignment backup bak copy corrected draft ex exercise final fixed homework homeworks hw kopie
    latest my new newer newest of old rev revised solution submission updated ver version von week
    """.split()
)
_NUMBER = 5  # digits of a student's number; fewer may be a day, a version or a week
_MANY = 3
_MOST_READ = 64


def find_owners(level: Level, clues: Clues, *, full: bool = False) -> tuple[list[str], bool]:
    """Return files of one folder that seem to be of different students, and whether it is sure.

    They answer the same exercise, and their names differ in words that may be names of
    people. It is sure if two of these begin with a capital, or if three files have the name
    of the exercise, too.

    Parameters
    ----------
    full : bool
        Look only at names of two words with capitals.

    Returns
    -------
    files : list of str
        One name for each student; empty if there are not two.
    is_sure : bool
        Whether one student's files are hardly called so.
    """
    found: dict[str, dict[str, Item]] = {}
    doubtful: list[str] = []
    named = ((item, name) for item in _code(level) if (name := _person(item.top, clues)))
    for item, name in islice(named, _MOST_READ):
        if full and len(list(_capitals(name))) < 2:
            continue
        for exercise in clues.answers(item):
            people = found.setdefault(exercise, {})
            if all(are_people(name, other, frozenset()) for other in people):
                people[name] = item
            if len(people) > 1:
                doubtful = [one.top for one in people.values()]
            if _is_sure(people, clues):
                return doubtful, True
    return doubtful, False


def group_owned(level: Level, clues: Clues) -> Found | None:
    """Return a level's pieces, in which the files of one student have the same key.

    Returns
    -------
    Found or None
        None if no file is called after a student and an exercise.
    """
    keys = {item.top: key for item in _code(level) if (key := _owner(item.top, clues))}
    shown: dict[tuple[str, ...], str] = {}
    for key in keys.values():
        shown.setdefault(words_of(key), key)
    same = {name: shown[words_of(key)] for name, key in keys.items()}
    return find_plain(level, same) if same else None


def _code(level: Level) -> Iterator[Item]:
    return (item for item in level.tops() if item.kind == "file" and is_code(item.top))


def _is_sure(people: dict[str, Item], clues: Clues) -> bool:
    capital = sum(any(_capitals(name)) for name in people)
    named = sum(bool(clues.exercise_of(item.top)) for item in people.values())
    return capital > 1 or named >= _MANY


def _owner(file: str, clues: Clues) -> str:
    """Return a file's name without that of its exercise, or nothing if no student is in it."""
    if not clues.exercise_of(file):
        return ""
    key = " ".join(filter(None, _sides(file, clues)))
    return key if _keep_names(key, clues) else ""


def _person(file: str, clues: Clues) -> str:
    """Return the words of a file's name that may be names of people."""
    return _keep_names(" ".join(_sides(file, clues)), clues)


def _sides(file: str, clues: Clues) -> Iterator[str]:
    """Yield what is before and after the exercise's name, without words of versions there."""
    stem = unicodedata.normalize("NFC", split_name(file)[0])
    before, after = split_around(stem, clues.exercise_of(file))
    for text, is_after in ((before, False), (after, True)):
        chunks = list(_CHUNKS.finditer(text))
        while chunks and _is_version(chunks[-1][0], text, is_after=is_after):
            chunks.pop()
        while chunks and _is_version(chunks[0][0], text, is_after=is_after):
            chunks.pop(0)
        yield text[chunks[0].start() : chunks[-1].end()] if chunks else ""


def _is_version(chunk: str, text: str, *, is_after: bool) -> bool:
    if _VERSION.fullmatch(chunk):
        # Before the exercise a number is a part of the name: `Ada 2 - activations.py`.
        return is_after and not is_of_many(text)
    letters = {word for word in words_of(chunk) if word.isalpha()}
    return bool(letters) and letters <= _OF_VERSIONS


def _keep_names(text: str, clues: Clues) -> str:
    many = is_of_many(text)
    chunks = _CHUNKS.findall(unicodedata.normalize("NFC", text))
    return " ".join(chunk for chunk in chunks if many or _may_name(chunk, clues))


def _may_name(chunk: str, clues: Clues) -> bool:
    if chunk.isdecimal():
        return len(chunk) >= _NUMBER and not is_date(chunk)
    letters = [word for word in words_of(chunk) if word.isalpha()]
    is_own = clues.own.issuperset(letters)
    # `Adam` may be a student, `adam` is a function.
    is_function = chunk.islower() and set(letters) <= clues.words_of_functions
    return len(chunk) > 1 and not is_own and not is_function


def _capitals(name: str) -> Iterator[str]:
    """Yield the words that begin with a capital, or that are in letters without capitals."""
    for word in name.split():
        uncased = word.isalpha() and word.lower() == word.upper()
        if uncased or (word[0].isupper() and not word.isupper()):
            yield word
