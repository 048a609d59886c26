"""The packages that grading needs, and whether those that are installed fit."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from importlib import metadata

from packaging.requirements import Requirement

from grader.course.listed import distribution_of, further, misnamed
from grader.errors import CourseError, GraderError
from grader.invocation import find_program
from grader.sandbox.protocol.installed import imports_of, is_installed

DISTRIBUTION = "backprop-grader"


def list_requirements() -> list[Requirement]:
    """Return what the installed grader needs on this system.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If the grader is not installed, only present.
    """
    needed = map(Requirement, metadata.requires(DISTRIBUTION) or ())
    return [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]


def find_problem(requirement: Requirement) -> str:
    """Return why a package does not fit, or an empty string."""
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return "not installed"
    if requirement.specifier.contains(version, prereleases=True):
        return ""
    return f"{version} does not satisfy {requirement.specifier}"


def install_line(requirement: Requirement) -> str:
    """Return the command that installs a package, with quotes that every shell takes."""
    return f'pip install "{requirement.name}{requirement.specifier}"'


@cache
def refuse_unfit_packages() -> None:
    """Raise a `GraderError` if a package is missing or has another version than grading needs."""
    try:
        requirements = list_requirements()
    except metadata.PackageNotFoundError:
        return  # nothing is known about versions
    for requirement in requirements:
        # The sandbox is optional, and its absence has words of its own.
        if requirement.marker is None and (problem := find_problem(requirement)):
            raise GraderError(
                f"{requirement.name} cannot be used: {problem}; run "
                f"`{install_line(requirement)}` in the environment of {sys.executable}, or see "
                f"`{find_program()} doctor`"
            )


def find_missing(packages: Sequence[str]) -> list[str]:
    """Return which packages of a course are not installed, without importing one.

    Parameters
    ----------
    packages : sequence of str
        The names that are imported.

    Raises
    ------
    CourseError
        If one is the name of a distribution that is installed, whose import has another name.
    """
    missing = [name for name in further(packages) if not is_installed(name)]
    for name in missing:
        if imported := imports_of(name):
            raise CourseError(f"the course cannot be used: {misnamed(name, imported[0])}")
    return missing


def describe_missing(packages: Sequence[str]) -> str:
    """Return which packages that a course lists are not installed, and how to install them."""
    missing = find_missing(packages)
    if not missing:
        return ""
    return (
        f"{' and '.join(missing)}, which the course needs, {'is' if len(missing) == 1 else 'are'} "
        f"not installed; run `pip install {' '.join(map(distribution_of, missing))}` in the "
        f"environment of {sys.executable}"
    )


def refuse_missing_packages(packages: Sequence[str]) -> None:
    """Raise a `GraderError` if a package that a course lists is not installed."""
    if missing := describe_missing(packages):
        raise GraderError(missing)
