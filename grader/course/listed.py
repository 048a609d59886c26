"""The names in ``packages`` of a course: what code imports, and what pip installs for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence

ALWAYS = "numpy"  # the grader itself needs it
# Packages of courses whose distribution has another name, by what is imported.
_DISTRIBUTIONS = {
    "Bio": "biopython",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "jwt": "pyjwt",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
_IMPORTED = {name: key for key, name in _DISTRIBUTIONS.items()} | {"opencv-python": "cv2"}


def further(packages: Iterable[str]) -> tuple[str, ...]:
    """Return the packages that a course needs beyond those of the grader."""
    return tuple(name for name in packages if name != ALWAYS)


def distribution_of(package: str) -> str:
    """Return what pip installs for a package that is imported by this name."""
    return _DISTRIBUTIONS.get(package, package)


def list_distributions(packages: Iterable[str]) -> list[str]:
    """Return what pip installs for the packages that a course needs beyond the grader's."""
    return sorted(map(distribution_of, further(packages)))


def pip_arguments(packages: Iterable[str]) -> str:
    """Return them as a command of pip has them after the grader, each behind a space."""
    return "".join(f" {name}" for name in list_distributions(packages))


def find_misnamed(packages: Sequence[str]) -> Iterator[str]:
    """Yield the defects of the names that show in the names themselves."""
    for place, name in enumerate(packages):
        whole = name.partition(".")[0]
        stem = re.split(r"[\s=<>~!\[;@]", name.strip())[0]
        if imported := _IMPORTED.get(re.sub(r"[-_.]+", "-", stem).lower()):
            yield misnamed(name, imported)
        elif not all(part.isidentifier() for part in name.split(".")):
            yield f"packages has {name!r}; write the name that is imported, as {'pandas'!r}"
        elif name != whole:
            yield f"packages has {name!r}; write {whole!r}, which is the whole package"
        elif name in sys.stdlib_module_names:
            yield f"packages has {name!r}, which is a part of Python; leave it out"
        elif name == "grader":
            yield f"packages has {name!r}, which has the suites; leave it out"
        elif name in packages[:place]:
            yield f"packages has {name!r} twice; leave one out"


def misnamed(name: str, imported: str) -> str:
    """Return the defect of a course that has the name of a distribution."""
    return f"packages has {name!r}, which is what pip installs; write {imported!r}, the import"
