"""Check built files before they are published: ``python .ci/check_dist.py dist [TAG]``.

The source distribution must have exactly the files that git tracks, and the wheel exactly those of
``grader`` and ``exercises`` without the right answers. With a tag, the tag, the version of the
package and the top heading of CHANGELOG.md must agree.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "backprop_grader"
# Right answers of the course; those in the course that `grade new` writes are its author's.
NOT_IN_WHEEL = ("grader/suites/*/variants.py", "grader/suites/*/workloads.py")
METADATA = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")


def list_tracked(root: Path) -> list[str]:
    """Return the paths of all files that git tracks and that are there, from the root."""
    command = ["git", "-C", str(root), "ls-files", "-z"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [name for name in done.stdout.split("\0") if (root / name).is_file()]


def expect_sdist(tracked: Iterable[str]) -> set[str]:
    """Return the files of a source distribution, without its own folder."""
    return {*tracked, "PKG-INFO"}


def expect_wheel(tracked: Iterable[str], version: str) -> set[str]:
    """Return the files of a wheel."""
    about = f"{NAME}-{version}.dist-info"
    files = {f"{about}/{name}" for name in METADATA}
    for name in tracked:
        if name.startswith("exercises/"):
            files.add(f"grader/{name}")
        elif name.startswith("grader/") and not any(fnmatch(name, p) for p in NOT_IN_WHEEL):
            files.add(name)
    return files


def compare(file: str, found: Iterable[str], expected: set[str]) -> Iterator[str]:
    """Yield a line for each file too many and each that is missing."""
    names = set(found)
    yield from (
        f"{file} has {name}, which does not belong there" for name in sorted(names - expected)
    )
    yield from (f"{file} is without {name}" for name in sorted(expected - names))


def check_files(folder: Path, tracked: Iterable[str], version: str) -> Iterator[str]:
    """Yield a line for each fault of the built files in a folder."""
    sdist, wheel = f"{NAME}-{version}.tar.gz", f"{NAME}-{version}-py3-none-any.whl"
    if sorted(path.name for path in folder.iterdir()) != sorted((sdist, wheel)):
        yield f"{folder} must have {sdist} and {wheel} and nothing else"
        return
    tracked = list(tracked)
    with tarfile.open(folder / sdist) as archive:
        names = [member.name for member in archive if not member.isdir()]
        yield from (f"{sdist}: {m.name} is a link" for m in archive if m.issym() or m.islnk())
    inside = [name.removeprefix(f"{NAME}-{version}/") for name in names]
    yield from compare(sdist, inside, expect_sdist(tracked))
    with zipfile.ZipFile(folder / wheel) as archive_of_wheel:
        yield from compare(wheel, archive_of_wheel.namelist(), expect_wheel(tracked, version))


def check_version(tag: str, version: str, changelog: str) -> Iterator[str]:
    """Yield a line for each place that has another version than the package."""
    if tag != f"v{version}":
        yield f"the tag is {tag}, but grader.__version__ is {version}: expected v{version}"
    heading = re.search(r"^## \[?([^\s\]]+)", changelog, re.MULTILINE)
    top = heading[1] if heading else "missing"
    if top != version:
        yield f"the top heading of CHANGELOG.md is {top}: expected {version}"


def read_version(root: Path) -> str:
    """Return ``grader.__version__`` without importing the package."""
    source = (root / "grader" / "__init__.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    return str(version)


def main(arguments: list[str]) -> int:
    """Print each fault; return an exit status."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("usage: python .ci/check_dist.py FOLDER [TAG]\n")
        return 2
    version = read_version(ROOT)
    faults = list(check_files(Path(arguments[0]), list_tracked(ROOT), version))
    if len(arguments) == 2:
        changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        faults += check_version(arguments[1], version, changelog)
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
