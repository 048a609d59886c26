"""The folder in which a student works: how pytest recognises it, and how an editor starts pytest.

`grade init` writes `grader.WORK_FOLDER` beside the stubs. A file of that name makes the plugin
(`grader.pytest_plugin`) collect the visible checks there, and nowhere else; it names the course
if that is not the grader's own. The settings are those of VS Code.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path, PurePosixPath

import msgspec

from grader import WORK_FOLDER
from grader.course.manifest import DEFAULT_COURSE, find_manifest
from grader.errors import CourseError, SubmissionError
from grader.invocation import find_program
from grader.records import Course
from grader.sanitize import clean_line

SETTINGS = PurePosixPath(".vscode", "settings.json")
_ABOUT = """\
# Written by `grade init`: in this folder, pytest runs the visible checks of your functions.
"""


class _Marker(msgspec.Struct, forbid_unknown_fields=True):
    course: str = ""


def write_settings(environment: str = "") -> str:
    """Return the settings with which VS Code runs the checks in its test explorer.

    Parameters
    ----------
    environment : str
        The folder of the Python environment, below that of the settings; by default the one that
        VS Code finds.
    """
    settings: dict[str, object] = {
        "python.testing.pytestEnabled": True,
        "python.testing.unittestEnabled": False,
        "python.testing.pytestArgs": ["."],
    }
    if environment:
        settings["python.defaultInterpreterPath"] = f"${{workspaceFolder}}/{environment}"
    return json.dumps(settings, indent=2) + "\n"


def mark_work_folder(course: Course, folder: Path) -> list[str]:
    """Write the files of a work folder beside the stubs, and return the names of the new ones.

    A file that exists is kept as it is.

    Raises
    ------
    SubmissionError
        If the folder cannot be written to.
    """
    environment = ".venv" if (folder / ".venv").is_dir() else ""
    texts = {
        PurePosixPath(WORK_FOLDER): write_mark(course, folder),
        SETTINGS: write_settings(environment),
    }
    written = []
    for name, text in texts.items():
        path = folder / name
        try:
            path.parent.mkdir(exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            continue
        except OSError as error:
            reason = error.strerror or str(error)
            raise SubmissionError(f"{path} cannot be written: {reason}") from error
        written.append(str(name))
    return written


def write_mark(course: Course, folder: Path) -> str:
    """Return the text of the file by which a work folder is recognised, with its course."""
    if course.manifest == DEFAULT_COURSE:
        return _ABOUT
    # A kit may be moved as a whole; another course stays where it is.
    whole, own = course.manifest.parent, folder.resolve()
    up = len(own.parts) - len(whole.parts)
    named = "/".join([".."] * up) if up and own.is_relative_to(whole) else whole.as_posix()
    return f"{_ABOUT}course = {json.dumps(named, ensure_ascii=False)}\n"


def find_course(folder: Path) -> Path:
    """Return the manifest of the course of a work folder.

    Parameters
    ----------
    folder : Path
        A folder with a file ``grader.WORK_FOLDER``.

    Raises
    ------
    CourseError
        If that file is not valid, or there is no such course.
    """
    path = folder / WORK_FOLDER
    advice = f"remove the file; `{find_program()} init` writes it again"
    try:
        named = msgspec.toml.decode(path.read_bytes(), type=_Marker).course
    except (OSError, tomllib.TOMLDecodeError, msgspec.MsgspecError) as error:
        raise CourseError(f"{path} cannot be read: {clean_line(str(error))}; {advice}") from error
    if not named:
        return find_manifest(None)
    manifest = find_manifest(folder / named)
    if not manifest.is_file():
        raise CourseError(
            f"{path} names the course {clean_line(named)}, which is not there; {advice}"
        )
    return manifest
