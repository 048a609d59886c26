"""How a wrong text is described, and how the lines that differ are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.examiner.hints import HINTS, SECOND_HINTS
from grader.testing.texts import compare_texts, show_texts

POEM = "To be\nor not\nto be"


@pytest.mark.parametrize(
    ("got", "want", "identity", "words"),
    [
        ("", "a", "empty_text", "is an empty text"),
        ("Hello", "hello", "letter_case", "differs in upper and lower case only"),
        ("a\n", "a", "final_newline", "has a line break too many at its end"),
        ("a", "a\n", "final_newline", "lacks a line break at its end"),
        (" a", "a", "outer_space", "has other white space at its beginning or end"),
        ("a  b", "a b", "white_space", "differs in white space only"),
        ("ab", "a b", "white_space", "differs in white space only"),
        ("'ab'", "ab", "quotes", "has quotes around it"),
        ("ab", '"ab"', "quotes", "lacks quotes around it"),
        ("say `a`", "say \u201ca\u201d", "quotes", "differs in quotes only"),
        ("a, b", "a b", "marks", "differs in punctuation only"),
        ("A-b", "a b", "marks", "differs in case, punctuation and white space only"),
        ("e\u0301", "\u00e9", "accents", "has other code points for the same letters"),
        ("abc", "cba", "reversed", "is the right text backwards"),
        ("one two", "two one", "other_order", "has the right words in another order"),
        ("abcd", "abc", "goes_on", "begins with the right text and goes on after it"),
        ("ab", "abc", "cut_short", "is the beginning of the right text"),
        ("x", "y", "values", "is wrong"),
        ("Name: abc", "abc", "more_before", "ends with the right text and has more before it"),
        ("Khoor Zruog", "Khoor, Zruog!", "marks", "differs in punctuation only"),
        ("khoor3", "khoor 123", "missing_characters", "lacks 3 characters: the others are right"),
        ("llorem", "lorm", "extra_characters", "has 2 characters too many: the others are right"),
        ("xbcdef", "abcdef", "values", "is wrong in 1 of 6 characters"),
        ("xyzdef", "abcdef", "values", "is wrong in 3 of 6 characters"),
        ("uvwxyz", "abcdef", "values", "is wrong"),
        ("a1\nb2", "a1\nb3", "values", "is wrong in line 2 of 2"),
        ("abc 1\nabd 2", "abc 1\nabc 2", "values",
         "is wrong in line 2 of 2, which is wrong in 1 of 5 characters"),
        ("To be\nOR not\nto be", POEM, "letter_case", "differs in upper and lower case only"),
        ("To be\nor  not\nto be", POEM, "white_space",
         "is wrong in line 2 of 3, which differs in white space only"),
        ("x\ny\nto be", POEM, "values", "is wrong in 2 of 3 lines, first in line 1"),
        ("To be \nor not \nto be ", POEM, "outer_space",
         "is wrong in 3 of 3 lines, first in line 1; each has other white space at its beginning "
         "or end"),
        ("To be\nto be", POEM, "missing_lines", "lacks 1 line: the others are right"),
        ("To be\n\nor not\nto be", POEM, "blank_lines", "has too many empty lines"),
        ("a\nTo be\nor not\nb\nto be", POEM, "extra_lines",
         "has 2 lines too many: the others are right"),
        ("To be\nx", POEM, "missing_lines",
         "has too few lines, and line 2 is the first wrong one"),
        ("to be\nor not\nTo be", POEM, "letter_case", "differs in upper and lower case only"),
        ("to be\nTo be\nor not", POEM, "other_order", "has the right lines in another order"),
        ("To be\r\nor not\r\nto be", POEM, "line_ends",
         "differs in the kind of line breaks only"),
    ],
)  # fmt: skip
def test_a_wrong_text_is_described(got: str, want: str, identity: str, words: str) -> None:
    """The first kind of difference that fits; each but the last has hints."""
    assert compare_texts(got, want) == (identity, words)
    assert identity in {*HINTS, "values"}
    assert identity in SECOND_HINTS


def test_lines_that_differ_are_shown_with_their_white_space() -> None:
    """On a few lines, the first after one that is right."""
    got, want = show_texts("To be\nor  not\tto\nbe\nx", "To be\nor not to\nbe\ny")
    assert want == ""
    assert got.split("\n") == [
        "from line 2 on, - is yours and + is right",
        "  To be",
        "- or··not→to",
        "+ or·not·to",
        "  be",
        "- x",
        "+ y",
    ]
    got, _ = show_texts("a\nb  ", "a\nb")
    assert got.split("\n")[-2:] == ["- b··", "+ b"]


def test_what_is_long_is_cut_around_the_first_difference() -> None:
    """A line, and the number of lines."""
    got, want = show_texts("a" * 100 + "x" + "b" * 100, "a" * 100 + "y" + "b" * 100)
    assert got.startswith("from character 101 on: got '…" + "a" * 20 + "xbbb")
    assert want.startswith("'…" + "a" * 20 + "ybbb")
    got, _ = show_texts("\n".join("abcdefghijkl"), "\n".join("mnopqrstuvwx"))
    assert len(got.split("\n")) == 10
    assert got.endswith("\n…")


LINES = st.lists(st.text(max_size=30), max_size=6).map("\n".join)


@given(LINES, LINES)
def test_any_two_texts_are_described(got: str, want: str) -> None:
    """In words of bounded length, on lines that a narrow terminal shows, and without a value."""
    if got == want:
        return
    identity, words = compare_texts(got, want)
    assert identity in SECOND_HINTS
    assert len(words) < 150
    for text in show_texts(got, want):
        assert len(text.split("\n")) <= 10
        assert max(map(len, text.split("\n"))) < 350  # a text on one line is written with escapes
        assert all(c.isprintable() for c in text.replace("\n", ""))
