"""Packages that do not fit are one line before anything is graded."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata

import pytest

from grader.engine import Grader
from grader.errors import GraderError
from grader.records import Course
from grader.sandbox.packages import refuse_unfit_packages


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    refuse_unfit_packages.cache_clear()
    yield
    refuse_unfit_packages.cache_clear()


@pytest.mark.parametrize(
    ("needed", "line"),
    [
        ("numpy>=999", r'numpy cannot be used: \S+ does not satisfy >=999; run `pip install "nump'),
        ("no-such-package>=2", 'no-such-package cannot be used: not installed; run `pip install "'),
    ],
)
def test_an_old_or_missing_package_is_named_with_what_installs_it(
    course: Course, monkeypatch: pytest.MonkeyPatch, needed: str, line: str
) -> None:
    """The processes that were started have ended."""
    monkeypatch.setattr(metadata, "requires", lambda _: ["click>=8", needed])
    with pytest.raises(GraderError, match=line) as raised, Grader(course) as grader:
        grader.collected_checks()
    assert "`grade doctor`" in str(raised.value)
    assert grader._session is None


def test_what_fits_or_is_optional_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a grader that is not installed, of which nothing is known."""
    optional = ["numpy>=1.26", "nothing>=1; sys_platform == 'linux'", 'none; extra == "x"']
    monkeypatch.setattr(metadata, "requires", lambda _: optional)
    refuse_unfit_packages()
    refuse_unfit_packages.cache_clear()

    def absent(_: str) -> list[str]:
        raise metadata.PackageNotFoundError("backprop-grader")

    monkeypatch.setattr(metadata, "requires", absent)
    refuse_unfit_packages()
