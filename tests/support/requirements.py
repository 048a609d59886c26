"""What the tests need to be installed."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata

from packaging.requirements import Requirement


def missing(requirements: Iterable[str], extra: str) -> list[str]:
    """Return the names of an extra's packages that are not installed."""
    return [
        requirement.name
        for requirement in map(Requirement, requirements)
        if requirement.marker is not None
        and requirement.marker.evaluate({"extra": extra})
        and not is_installed(requirement.name)
    ]


def is_installed(name: str) -> bool:
    """Return whether there is a distribution of this name."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
