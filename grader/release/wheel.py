"""A wheel of the grader that is installed here, without any course.

It is made of the installed files and the installed metadata, so neither a network nor a
checkout is needed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath

from grader import __version__
from grader.course.manifest import DEFAULT_COURSE
from grader.errors import GraderError
from grader.submissions.bundle import pack_files

_DISTRIBUTION = "backprop-grader"
_PACKAGE = DEFAULT_COURSE.parent
# The package's own course is not packed, nor what only this machine needs.
_LEFT_OUT = frozenset({"suites", "exercises", "new_course", "__pycache__", DEFAULT_COURSE.name})
_HEADERS = ("Name", "Summary", "License-Expression", "License-File", "Requires-Python")
_COPIED_FILES = ("entry_points.txt", "licenses/LICENSE")
_ABOUT = re.compile(
    r"backprop_grader-[^/]+\.dist-info/(METADATA|WHEEL|RECORD|entry_points.txt|licenses/LICENSE)"
)
_WHEEL = b"Wheel-Version: 1.0\nGenerator: grade release\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel: the name of its file, and its content."""

    name: str
    content: bytes


def make_wheel(local: str = "") -> Wheel:
    """Return the installed grader as a wheel, the same for the same files.

    Parameters
    ----------
    local : str
        Local version: with ``kit`` the wheel of version 0.1.0 is version 0.1.0+kit.x1a2b3c4d.
        The last part is of the content, because pip does not install an equal version again.

    Raises
    ------
    GraderError
        If the grader has no metadata, since it is not installed.
    """
    try:
        installed = metadata.distribution(_DISTRIBUTION)
    except metadata.PackageNotFoundError as error:
        reason = f"{_DISTRIBUTION} is not installed, only present; run `pip install -e .` in it"
        raise GraderError(reason) from error
    files = {path: (_PACKAGE.parent / path).read_bytes() for path in _list_files()}
    version = __version__.partition("+")[0]
    if local:
        version += f"+{local}.{_digest(files, _write_metadata(installed, version))}"
    # The one place where a grader has its version.
    start = PurePosixPath(_PACKAGE.name, "__init__.py")
    files[start] = files[start].replace(f'"{__version__}"'.encode(), f'"{version}"'.encode())
    name = f"{_DISTRIBUTION.replace('-', '_')}-{version}"
    about = PurePosixPath(f"{name}.dist-info")
    files[about / "METADATA"] = _write_metadata(installed, version)
    files[about / "WHEEL"] = _WHEEL
    for copied in _COPIED_FILES:
        files[about / copied] = (installed.read_text(copied) or "").encode()
    record = about / "RECORD"
    files[record] = "".join([*_write_record(files), f"{record},,\n"]).encode()
    return Wheel(f"{name}-py3-none-any.whl", pack_files(files))


def find_strangers(files: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return the files in a wheel that `make_wheel` does not pack."""
    known = set(_list_files())
    return [path for path in files if path not in known and not _ABOUT.fullmatch(str(path))]


def _list_files() -> list[PurePosixPath]:
    """Return the installed files, without a course, by path beside the package."""
    found = (p.relative_to(_PACKAGE.parent) for p in sorted(_PACKAGE.rglob("*")) if p.is_file())
    return [PurePosixPath(path.as_posix()) for path in found if _is_packed(path)]


def _is_packed(path: Path) -> bool:
    return not (_LEFT_OUT & set(path.parts) or any(part.startswith(".") for part in path.parts))


def _digest(files: Mapping[PurePosixPath, bytes], about: bytes) -> str:
    """Return a part of a local version that differs between graders."""
    digest = hashlib.sha256(about)
    for line in _write_record(files):
        digest.update(line.encode())
    # Without the letter, digits alone would be a number, which has no leading zeros.
    return f"x{digest.hexdigest()[:8]}"


def _write_metadata(installed: metadata.Distribution, version: str) -> bytes:
    """Return the metadata without the description and the extras of the public package."""
    lines = ["Metadata-Version: 2.4"]  # the first with the fields below; old pips read it
    lines += [
        f"{name}: {value}" for name in _HEADERS for value in installed.metadata.get_all(name) or ()
    ]
    lines.insert(2, f"Version: {version}")
    needed = (line for line in installed.requires or () if "extra ==" not in line)
    lines += [f"Requires-Dist: {line}" for line in needed]
    return "\n".join([*lines, ""]).encode()


def _write_record(files: Mapping[PurePosixPath, bytes]) -> Iterator[str]:
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
        yield f"{path},sha256={digest.decode()},{len(content)}\n"
