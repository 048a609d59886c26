"""What the comparisons of a check leave for `grade verify`."""

from __future__ import annotations

from typing import Any

import pytest

from grader.testing.expect import close
from grader.testing.margins import begin_measuring, find_coincidences, measured


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ({"N": 7, "D": 4, "C": 3}, []),
        ({"N": 7, "D": 2}, ["D is 2"]),
        ({"N": 6, "C": 3}, ["N is a multiple of C"]),
        ({"N": 5, "D": 4, "C": 4}, ["D equals C"]),
        ({"N = D": 4, "C = 1": 1}, []),
        ({"lr": 0.3, "beta": 0.9, "eps": 0.07}, []),
        ({"lr": 0.1, "beta": 0.9}, ["lr equals 1 - beta", "beta equals 1 - lr"]),
        ({"eps": 0.1, "lr": 0.1}, ["eps equals lr", "1 - eps equals 1 - lr"]),
    ],
)
def test_numbers_that_cannot_be_told_apart_are_found(
    sizes: dict[str, Any], found: list[str]
) -> None:
    """Sizes of 2, equal ones, multiples, and arguments that equal another or 1 minus another."""
    assert list(find_coincidences(sizes)) == found


def test_the_largest_error_of_a_check_is_kept_until_the_next_begins() -> None:
    """In units of the tolerance, with what the sizes have in common."""
    begin_measuring()
    close(1.0, 1.05, "w", rtol=0.0, atol=0.1, sizes={"N": 2})
    close(1.0, 1.01, "w", rtol=0.0, atol=0.1)
    kept = measured(passed=True)
    assert kept.error == pytest.approx(0.5)
    assert kept.coincidences == ("N is 2",)
    assert measured(7.0).error == 7.0
    begin_measuring()
    assert measured(passed=True).error is None
