"""Articles and plurals of nouns in messages."""

from __future__ import annotations


def with_article(noun: str) -> str:
    """Return a noun with the article that fits."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def plural(noun: str, count: int) -> str:
    """Return a noun as it follows a number: ``entries``, ``groups of bars``."""
    if count == 1:
        return noun
    first, space, rest = noun.partition(" ")
    several = f"{first[:-1]}ies" if first.endswith("ry") else f"{first}s"
    return f"{several}{space}{rest}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 row``, ``2 rows``."""
    return f"{number} {plural(noun, number)}"
