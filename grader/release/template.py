"""The kit as a repository: the files that git and GitHub read, and the search of ``.git``."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from grader.course.listed import pip_arguments
from grader.sandbox.git import BRANCH

GIT = ".git"

_WORKFLOW = PurePosixPath(".github/workflows/grade.yml")
_IGNORED = """\
.venv/
__pycache__/
.ipynb_checkpoints/
.DS_Store

# Files that grade writes.
report.json
*.bak
*.bak[0-9]*
*.before
*.before[0-9]*
work.zip
"""
# The report has a digest of the suites, so a checkout on Windows must not change their lines.
_ATTRIBUTES = """\
* text=auto eol=lf
*.whl binary
"""
_GRADE = """\
# Grades at every push with the checks of this kit.
# If you work in the notebooks, write exercises/notebooks for exercises.
name: Grade

on:
  push:
  workflow_dispatch:

permissions:
  contents: read

# A newer push cancels the grading of an older one.
concurrency:
  group: grade-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  grade:
    name: Grade
    # Nothing is written yet in the template itself.
    if: ${{{{ !github.event.repository.is_template }}}}
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.12"
      - name: Install the grader
        run: |
          python -I -m pip install "{install}"{packages}
      # Its log shows the result; it fails while points are missing.
      - name: Grade
        run: |
          grade submit exercises{course}
"""
# Files that `git init` and one commit leave in .git, besides objects.
_PLAIN = frozenset({"HEAD", "config", "index", f"refs/heads/{BRANCH}"})


def write_template(
    install: str, packages: Iterable[str] = (), *, in_kit: bool
) -> dict[PurePosixPath, str]:
    """Return the texts that a kit has as a repository and not as a folder.

    Parameters
    ----------
    install : str
        The grader's requirement for pip, or the path of its wheel in the kit.
    packages : iterable of str
        The packages that the course lists.
    in_kit : bool
        Whether it is a wheel in the kit, which finds the kit's course by itself.
    """
    return {
        PurePosixPath(".gitignore"): _IGNORED,
        PurePosixPath(".gitattributes"): _ATTRIBUTES,
        _WORKFLOW: _GRADE.format(
            install=f"./{install}" if in_kit else install,
            packages=pip_arguments(packages),
            course="" if in_kit else " --course .",
        ),
    }


def list_template() -> set[PurePosixPath]:
    """Return the paths of the texts of `write_template`."""
    return set(write_template("", in_kit=True))


def inspect_repository(files: Mapping[PurePosixPath, bytes]) -> Iterator[str]:
    """Search ``.git`` for what is not in the kit: other commits, files and settings.

    Parameters
    ----------
    files : mapping of PurePosixPath to bytes
        All files of the kit, with those in ``.git``.

    Yields
    ------
    str
        One line for each finding.
    """
    kept = {content for path, content in files.items() if path.parts[0] != GIT}
    commits = 0
    for path, content in files.items():
        if path.parts[0] != GIT or "/".join(path.parts[1:]) in _PLAIN:
            continue
        if path.parts[1:2] != ("objects",) or len(path.parts) != 4 or path.parts[2] == "pack":
            yield f"{path} is not a file of a new repository"
            continue
        try:
            kind, _, inside = zlib.decompress(content).partition(b"\0")
        except zlib.error:
            yield f"{path} is not an object of git"
            continue
        commits += kind.startswith(b"commit ")
        if kind.startswith(b"blob ") and inside not in kept:
            yield f"{path} holds a file that is not in the kit"
    if commits > 1:
        yield f"{GIT} has {commits} commits; a kit has one"
