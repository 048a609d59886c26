"""The small course that `grade new` writes; its files are in ``grader/new_course``."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from grader.course.stubs import make_whole_stub
from grader.errors import CourseError

TEMPLATE = Path(__file__).resolve().parents[1] / "new_course"
# The placeholder for the name of the course in the template.
_NAME = "my-course"
_HIDDEN = "dot-"  # how the name of a file begins that begins with a dot in a course


def write_course(name: str) -> dict[PurePosixPath, bytes]:
    """Return the files of a new course by path.

    Parameters
    ----------
    name : str
        Of the course.

    Raises
    ------
    CourseError
        If this grader has no template, as that of a kit.
    """
    paths = sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and _is_source(path))
    if not paths:
        raise CourseError("this grader was handed out in a kit; install your own to begin a course")
    texts = {_place(path): path.read_text(encoding="utf-8") for path in paths}
    for path in list(texts):
        if path.parent.name == "solutions":
            texts[PurePosixPath("exercises", path.name)] = make_whole_stub(texts[path])
    manifest, readme = PurePosixPath("course.toml"), PurePosixPath("README.md")
    quoted = json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")  # is valid TOML
    texts[manifest] = texts[manifest].replace(f'"{_NAME}"', quoted)
    texts[readme] = texts[readme].replace(f"# {_NAME}\n", f"# {name}\n")
    return {path: text.encode() for path, text in sorted(texts.items())}


def _is_source(path: Path) -> bool:
    return "__pycache__" not in path.parts


def _place(path: Path) -> PurePosixPath:
    parts = path.relative_to(TEMPLATE).parts
    return PurePosixPath(*(part.replace(_HIDDEN, ".", part.startswith(_HIDDEN)) for part in parts))
