"""Classes of submissions: right and alike, right and all different, mixed, untouched."""

from __future__ import annotations

import ast
import random
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from common import COURSE, NAMES, ROOT

from grader.testing.catalogue import Entry, load_catalogue, source_of

_OWN_CODE = shutil.ignore_patterns("notebooks", "__pycache__")


def make_class(kind: str, folder: Path, count: int) -> list[Path]:
    """Make a class of a kind of `KINDS`, and return the folder of each submission."""
    made = []
    for number in range(count):
        own = folder / f"s{number:05}"
        KINDS[kind](own, number)
        made.append(own)
    return made


def _copy(source: str, own: Path) -> None:
    shutil.copytree(ROOT / source, own, ignore=_OWN_CODE)


def _right(own: Path, _number: int) -> None:
    _copy("solutions", own)


def _stubs(own: Path, _number: int) -> None:
    _copy("exercises", own)


def _varied(own: Path, number: int) -> None:
    """Write each function in one of the right ways of its catalogue, or as the solution does."""
    _copy("solutions", own)
    chosen = random.Random(number)
    for exercise in NAMES:
        by_function: dict[str, list[Entry | None]] = {}
        for entry in _catalogue(exercise, "variants"):
            by_function.setdefault(entry.function, [None]).append(entry)
        ways = [way for ways in by_function.values() if (way := chosen.choice(ways))]
        append(own / f"{exercise}.py", *(source_of([way]) for way in ways))


def _mixed(own: Path, number: int) -> None:
    """Make a third right, leave a third untouched, and put a mistake into a third."""
    if number % 3 == 0:
        _varied(own, number)
    elif number % 3 == 1:
        _stubs(own, number)
    else:
        _copy("solutions", own)
        wrong = [entry for name in NAMES for entry in _catalogue(name, "misconceptions")]
        entry = wrong[number * 7 % len(wrong)]
        append(own / f"{entry.exercise}.py", source_of([entry]))


KINDS: dict[str, Callable[[Path, int], None]] = {
    "right": _right,
    "varied": _varied,
    "mixed": _mixed,
    "stubs": _stubs,
}


@cache
def _catalogue(exercise: str, kind: str) -> tuple[Entry, ...]:
    return load_catalogue(COURSE.suites, exercise, kind)


def append(file: Path, *sources: str) -> None:
    """Put definitions at the end of a module, each once: several may bring the same helpers."""
    definitions = dict.fromkeys(
        ast.unparse(node) for source in sources for node in ast.parse(source).body
    )
    with file.open("a", encoding="utf-8") as written:
        written.write("\n\n" + "\n\n\n".join(definitions) + "\n")


def make_course(folder: Path, limits: dict[str, float], *, catalogues: bool = True) -> Path:
    """Make a course that is ours, with other limits or without all that a diagnosis needs."""
    manifest = (ROOT / "grader" / "course.toml").read_text(encoding="utf-8")
    for name, limit in limits.items():
        manifest = re.sub(rf"{name} = [\d.]+", f"{name} = {limit}", manifest)
    folder.mkdir()
    (folder / "course.toml").write_text(manifest, encoding="utf-8")
    (folder / "exercises").symlink_to(ROOT / "exercises")
    only = None if catalogues else shutil.ignore_patterns("[!t]*.py", "__pycache__")
    shutil.copytree(COURSE.suites, folder / "suites", ignore=only)
    return folder
