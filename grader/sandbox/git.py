"""A new git repository with one commit, the same for the same files on every machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from grader.errors import GraderError
from grader.files import explain_no_space, fill_folder

BRANCH = "main"

_AUTHOR = "grade release"
_EMAIL = "grade@localhost"
_DATE = "2000-01-01T00:00:00+0000"
_TIMEOUT_S = 120.0
# Settings with which a system's configuration could change bytes, hooks and the commit's id.
_SETTINGS = {
    "core.autocrlf": "false",
    "core.fileMode": "false",
    "core.hooksPath": os.devnull,
    "core.logAllRefUpdates": "false",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "init.defaultBranch": BRANCH,
}
_INHERITED = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")


def find_git() -> str:
    """Return the path of git.

    Raises
    ------
    GraderError
        If it is not installed.
    """
    program = shutil.which("git")
    if program is None:
        raise GraderError("git is not installed; install it, or leave out --git")
    return program


def make_repository(
    files: Mapping[PurePosixPath, bytes], message: str
) -> dict[PurePosixPath, bytes]:
    """Return the files of ``.git`` of a repository in which some files are committed.

    Neither the configuration of a user or system nor hooks have an influence. Equal files and
    messages give a commit with the same id.

    Parameters
    ----------
    files : mapping of PurePosixPath to bytes
        All files, by path in the repository.
    message : str
        The message of the commit.

    Raises
    ------
    GraderError
        If git is not installed or fails.
    """
    program = find_git()
    with explain_no_space(), tempfile.TemporaryDirectory() as name:
        home, folder = Path(name, "home"), Path(name, "kit")
        home.mkdir()
        fill_folder(folder, files)
        git = _Git(program, folder, home)
        git.run("init", "--quiet", "--template=")
        git.run("add", "--all", "--force", ".")
        tree = git.run("write-tree")
        commit = git.run("commit-tree", tree, "-m", message)
        # Older gits do not know the name of the first branch.
        git.run("symbolic-ref", "HEAD", f"refs/heads/{BRANCH}")
        git.run("update-ref", f"refs/heads/{BRANCH}", commit)
        return {
            PurePosixPath(path.relative_to(folder).as_posix()): path.read_bytes()
            for path in sorted((folder / ".git").rglob("*"))
            if path.is_file()
        }


class _Git:
    def __init__(self, program: str, folder: Path, home: Path) -> None:
        self._program = program
        self._folder = folder
        self._environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        for who in ("AUTHOR", "COMMITTER"):
            self._environment |= {
                f"GIT_{who}_NAME": _AUTHOR,
                f"GIT_{who}_EMAIL": _EMAIL,
                f"GIT_{who}_DATE": _DATE,
            }
        # The empty home is for gits that do not know GIT_CONFIG_GLOBAL.
        self._environment |= {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }

    def run(self, *arguments: str) -> str:
        """Run a command of git and return what it printed."""
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        try:
            done = subprocess.run(
                [self._program, *settings, *arguments],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=True,
                timeout=_TIMEOUT_S,
            )
        except subprocess.CalledProcessError as error:
            reason = " ".join(error.stderr.decode(errors="replace").split())
            raise GraderError(f"`git {arguments[0]}` failed: {reason}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GraderError(f"`git {arguments[0]}` failed: {error}") from error
        return done.stdout.decode().strip()
