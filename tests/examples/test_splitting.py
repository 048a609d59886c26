"""Splitting a file of examples into statements, also one that was made to take long."""

from __future__ import annotations

import pytest

from grader.examples import statements
from grader.examples.statements import MOST_CHARACTERS, split_statements

SIZE = 60_000


@pytest.mark.parametrize(
    "line",
    ["f(1)\\\n", ")(\n", 'f("\\\n', "[\n]", "'''\\\n", "f(\n)\\\n"],
)
def test_the_work_is_proportional_to_the_file(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that never end are not read again from each of them."""
    read = 0
    find_end = statements._find_end

    def count(text: str, start: int) -> tuple[int, str]:
        nonlocal read
        end, problem = find_end(text, start)
        read += end - start
        return end, problem

    monkeypatch.setattr(statements, "_find_end", count)
    assert list(split_statements(line * (SIZE // len(line))))
    assert read < 100 * SIZE


def test_quotes_are_looked_at_within_one_example() -> None:
    """A quote without an end is not searched for in all of the rest."""
    line = '"\\' * (SIZE // 2)
    (found,) = split_statements(line)
    assert "more than 10000 characters" in found.problem


@pytest.mark.parametrize("count", [1, 15, 30])
def test_examples_after_brackets_without_an_end_are_found(count: int) -> None:
    """The lines with the brackets cost only themselves."""
    found = list(split_statements("f(1\n" * count + "g(1) == 2\n" * 20))
    assert sum(one.text == "g(1) == 2" and not one.problem for one in found) == 20
    assert sum(bool(one.problem) for one in found) == count


def test_a_statement_of_the_largest_size_is_whole() -> None:
    """One character more is too many."""
    text = "f(" + "1" * (MOST_CHARACTERS - 3) + ")"
    (whole,) = split_statements(text)
    assert (whole.text, whole.problem) == (text, "")
    (more,) = split_statements(f"{text}1")
    assert more.problem
