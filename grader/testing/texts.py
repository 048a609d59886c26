"""Differences between a wrong text and the right one: in words, and the lines that differ."""

from __future__ import annotations

import difflib
import itertools
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from grader.testing.showing import show
from grader.wording import counted

_MOST_LINES = 8  # of a comparison that is shown
_WIDTH = 44  # characters of one of these lines: a terminal of 60 columns shows them whole
_BEFORE = 20  # characters that are shown before the first difference in a long line
# Texts beyond this size are compared line by line from the top only.
_MOST_COMPARED = 400
_FEW = 2  # characters that may be the same by accident
# Characters, and accents among them, of texts that are compared whatever their code points are.
_MOST_COMPOSED, _MOST_MARKS = 100_000, 1_000
# Typographical quotes, and each kind that a keyboard has.
_QUOTES = dict.fromkeys([*range(0x2018, 0x2020), 0xAB, 0xBB, 0x60, 0x22], 0x27)
_VISIBLE = {" ": "·", "\t": "→", "\r": "␍", "\u00a0": "⍽"}

# The id of an observation, and what follows the name of the text.
Words = tuple[str, str]


def compare_texts(got: str, want: str) -> Words:
    """Return how a text relates to the right one: the id of an observation, and words."""
    if not got:
        return "empty_text", "is an empty text"
    if "\n" in got.strip("\n") or "\n" in want.strip("\n"):
        return _compare_lines(got, want)
    return _compare_line(got, want) or ("values", "is wrong")


def _compare_line(got: str, want: str) -> Words | None:
    """Return how a line differs, where it is a difference of a kind that has words."""
    if got.rstrip("\n") == want.rstrip("\n"):
        return "final_newline", _word_newline(got, want)
    for one, other, words in ((got, want, "has"), (want, got, "lacks")):
        if len(one) > 1 and one[0] == one[-1] and one[0] in "'\"" and one[1:-1] == other:
            return "quotes", f"{words} quotes around it"
    for identity, words, fold in _FOLDS:
        if fold(got) == fold(want):
            return identity, words
    if len(want) > 2 and got == want[::-1]:
        return "reversed", "is the right text backwards"
    if Counter(got.split()) == Counter(want.split()):
        return "other_order", "has the right words in another order"
    return _compare_ends(got, want) or _compare_characters(got, want)


def _compare_ends(got: str, want: str) -> Words | None:
    """Return whether there is more than the right text, or only its beginning."""
    if got.startswith(want) and want:
        return "goes_on", "begins with the right text and goes on after it"
    if want.startswith(got):
        return "cut_short", "is the beginning of the right text"
    if got.endswith(want) and want:
        return "more_before", "ends with the right text and has more before it"
    return None


def _compare_characters(got: str, want: str) -> Words | None:
    """Return which characters differ, where most of them are right."""
    few = len(got) < len(want)
    short, long = (got, want) if few else (want, got)
    apart = len(long) - len(short)
    if len(short) <= _FEW or 2 * apart > len(short):
        return None
    if not apart:
        wrong = sum(a != b for a, b in zip(got, want, strict=True))
        words = f"is wrong in {wrong} of {len(want)} characters"
        return ("values", words) if 2 * wrong <= len(want) else None
    if not _is_part(short, long):
        return None
    count = counted(apart, "character")
    if few:
        return "missing_characters", f"lacks {count}: the others are right"
    return "extra_characters", f"has {count} too many: the others are right"


def _word_newline(got: str, want: str) -> str:
    if len(got) > len(want):
        return "has a line break too many at its end"
    return "lacks a line break at its end"


def _without_space(text: str) -> str:
    return "".join(text.split())


def _without_marks(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c.isspace())


def _composed(text: str) -> str:
    if text.isascii() or len(text) > _MOST_COMPOSED:
        return text
    # Python sorts marks on one letter in a time that grows with the square of their number.
    if sum(map(bool, map(unicodedata.combining, text))) > _MOST_MARKS:
        return text
    return unicodedata.normalize("NFKC", text)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).casefold()


# The first that fits: after this folding the two are the same.
_FOLDS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("outer_space", "has other white space at its beginning or end", str.strip),
    ("white_space", "differs in white space only", _without_space),
    ("letter_case", "differs in upper and lower case only", str.casefold),
    ("quotes", "differs in quotes only", lambda text: text.translate(_QUOTES)),
    ("marks", "differs in punctuation only", _without_marks),
    ("accents", "has other code points for the same letters", _composed),
    ("marks", "differs in case, punctuation and white space only", _letters),
)


def _compare_lines(got: str, want: str) -> Words:
    whole = _compare_line(got, want)
    if whole and whole[0] in ("final_newline", "letter_case", "accents"):
        return whole
    mine, right = got.splitlines(), want.splitlines()
    if mine == right:
        return "line_ends", "differs in the kind of line breaks only"
    if Counter(mine) == Counter(right):
        return "other_order", "has the right lines in another order"
    if len(mine) == len(right):
        return _compare_each(mine, right)
    blank = [line for line in mine if line.strip()] == [line for line in right if line.strip()]
    few = len(mine) < len(right)
    if blank:
        return "blank_lines", f"has too {'few' if few else 'many'} empty lines"
    short, long = (mine, right) if few else (right, mine)
    if _is_part(short, long):
        apart = len(long) - len(short)
        count = counted(apart, "line")
        rest = "the others are right"
        words = f"lacks {count}: {rest}" if few else f"has {count} too many: {rest}"
        return ("missing_lines" if few else "extra_lines"), words
    first = _first_difference(mine, right)
    words = f"has too {'few' if few else 'many'} lines, and line {first + 1} is the first wrong one"
    return ("missing_lines" if few else "extra_lines"), words


def _is_part(short: Sequence[str], long: Sequence[str]) -> bool:
    """Return whether all lines are among some others, in their order."""
    left = iter(long)
    return all(line in left for line in short)


def _compare_each(mine: Sequence[str], right: Sequence[str]) -> Words:
    wrong = [n for n, (a, b) in enumerate(zip(mine, right, strict=True)) if a != b]
    kinds = {_compare_line(mine[n], right[n]) for n in wrong[:_MOST_COMPARED]}
    identity, words = (kinds.pop() if len(kinds) == 1 else None) or ("values", "")
    if len(wrong) == 1:
        text = f"is wrong in line {wrong[0] + 1} of {len(right)}"
        return identity, f"{text}, which {words}" if words else text
    text = f"is wrong in {len(wrong)} of {len(right)} lines, first in line {wrong[0] + 1}"
    return identity, f"{text}; each {words}" if words else text


def show_texts(got: str, want: str) -> tuple[str, str]:
    """Return the answer and the right text, for readers who may see values.

    Short texts are written out. Of several lines those that differ are shown, with the second
    part empty: on ``-`` what came back, on ``+`` what is right.
    """
    if "\n" in got.strip("\n") or "\n" in want.strip("\n"):
        return "\n".join(_show_lines(got, want)), ""
    if max(len(got), len(want)) <= _WIDTH:
        return f"got {show(got)}", show(want)
    first = _first_difference(got, want)
    return (
        f"from character {first + 1} on: got {show(_window(got, first))}",
        show(_window(want, first)),
    )


def _show_lines(got: str, want: str) -> Iterator[str]:
    mine, right = got.split("\n"), want.split("\n")
    first = _first_difference(mine, right)
    yield f"from line {first + 1} on, - is yours and + is right"
    begin = max(0, first - 1)
    found = _differences(mine[begin:], right[begin:])
    for mark, line, other in itertools.islice(found, _MOST_LINES):
        yield f"{mark} {_visible(line, other)}".rstrip()
    if next(found, None):
        yield "…"


def _differences(
    mine: Sequence[str], right: Sequence[str]
) -> Iterator[tuple[str, str, str | None]]:
    """Yield lines with a mark, and the line of the other side that it is compared with."""
    mine, right = mine[:_MOST_COMPARED], right[:_MOST_COMPARED]
    matcher = difflib.SequenceMatcher(None, mine, right, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            # One line on each side is enough to find the place.
            kept = mine[a : a + 1] if b - a < 3 and a == 0 else mine[b - 1 : b]
            yield from ((" ", line, None) for line in kept)
            continue
        both = list(zip(mine[a:b], right[c:d], strict=False))
        for one, other in both:
            yield "-", one, other
            yield "+", other, one
        yield from (("-", line, None) for line in mine[a + len(both) : b])
        yield from (("+", line, None) for line in right[c + len(both) : d])


def _first_difference(got: Sequence[str], want: Sequence[str]) -> int:
    pairs = enumerate(zip(got, want))  # noqa: B905 - the shorter one ends it
    return next((n for n, (a, b) in pairs if a != b), min(len(got), len(want)))


def _window(text: str, first: int) -> str:
    """Return the part of a long text around a place."""
    begin = max(0, first - _BEFORE)
    part = text[begin : begin + _WIDTH]
    return f"{'…' if begin else ''}{part}{'…' if begin + _WIDTH < len(text) else ''}"


def _visible(line: str, other: str | None) -> str:
    """Return a line, cut around the first difference, with white space that matters visible."""
    if other is not None:
        spaces = _without_space(line) == _without_space(other)
        line = _window(line, _first_difference(line, other)) if len(line) > _WIDTH else line
        if spaces:
            line = "".join(_VISIBLE.get(c, c) for c in line)
    kept = line.rstrip()
    line = kept + "".join(_VISIBLE.get(c, c) for c in line[len(kept) :])
    line = line[:_WIDTH] + "…" if len(line) > _WIDTH + 2 else line
    return "".join(c if c.isprintable() else _escape(c) for c in line)


def _escape(character: str) -> str:
    return "→" if character == "\t" else repr(character)[1:-1]
