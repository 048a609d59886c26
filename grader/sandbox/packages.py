"""The packages that grading needs, and whether those that are installed fit."""

from __future__ import annotations

import sys
from functools import cache
from importlib import metadata

from packaging.requirements import Requirement

from grader.errors import GraderError
from grader.invocation import find_program

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
