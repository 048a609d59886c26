"""Nouns with numbers and articles, as messages write them."""

from __future__ import annotations

import pytest

from grader.wording import counted, with_article


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "row", "0 rows"),
        (1, "row", "1 row"),
        (2, "entry", "2 entries"),
        (3, "array", "3 arrays"),
        (1, "group of bars", "1 group of bars"),
        (2, "group of bars", "2 groups of bars"),
    ],
)
def test_a_noun_is_in_the_plural_unless_there_is_one(number: int, noun: str, words: str) -> None:
    """Of several words, the first is the one that is counted."""
    assert counted(number, noun) == words


@pytest.mark.parametrize("words", ["a list", "an array", "an Opaque", "a Point"])
def test_an_article_fits_its_noun(words: str) -> None:
    """As the first letter asks, whatever its case."""
    assert with_article(words.partition(" ")[2]) == words
