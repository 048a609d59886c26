"""The table of known mistakes: what is looked up in it, and what a reader sees without answers."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.examiner.sealed import (
    NAME,
    DamagedTable,
    KnownMistakes,
    Record,
    Suspect,
    TableWriter,
    parse_table,
    seal,
    unseal,
)

ASKED = (b"asked 0", b"asked 1")
RIGHT = (b"right 0", b"right 1")
WRONG = (b"wrong 0", b"wrong 1")
RECORD = Record("M-01", "the sign is wrong", "Look at the sign of the slope.")
SECOND = "Write the slope down by hand."
KEYS = st.binary(min_size=16, max_size=32)


def write(master: bytes = b"master") -> str:
    """Return a table with one misconception, which is right in the first call."""
    writer = TableWriter(b"salt", master)
    number, key = writer.add_record("f", RECORD, SECOND)
    place = writer.step(writer.root("e/f/values", "whole"), ASKED, RIGHT, is_right=True)
    place = writer.step(place, ASKED, WRONG, is_right=False)
    writer.add_suspect(place, Suspect(0, ((number, key),), 1, ("values",)))
    return writer.finish()


def known(text: str) -> KnownMistakes:
    return KnownMistakes(parse_table(text.encode()))


def follow(table: KnownMistakes, *answers: tuple[bytes, bytes]) -> list[Suspect] | None:
    place = table.root("e/f/values", "whole")
    for answered in answers:
        found = table.step(place, ASKED, answered)
        if found is None:
            return None
        place = found
    return table.suspects(place)


def test_the_answers_of_a_mistake_open_its_words() -> None:
    """And those that it shares with the right ones do not."""
    table = known(write())
    (suspect,) = follow(table, RIGHT, WRONG) or []
    assert table.read(suspect) == [RECORD]
    assert suspect.failed == ("values",)
    assert follow(table, RIGHT) == []


def test_words_are_cut_and_stripped_of_what_a_terminal_obeys() -> None:
    """A table may have been changed; what is read still opens the second hint."""
    evil = "\x1b]0;title\x07 x[::2]\n::error::"
    writer = TableWriter(b"salt", b"master")
    number, key = writer.add_record("f", Record("M\x1b", evil * 10_000, evil), evil)
    table = known(writer.finish())
    (record,) = table.read(Suspect(0, ((number, key),), 1, ()))
    hint = table.second_hint("f", "M\x1b", f"{record.hint} More.")
    assert hint is not None
    for words in (record.id, record.what, record.hint, hint):
        assert len(words) <= 5_000
        assert "\x1b" not in words
        assert "::error" not in words


@pytest.mark.parametrize("grid", [0, 1])
def test_one_grid_is_enough(grid: int) -> None:
    """An answer that rounding moved on one grid is found on the other."""
    moved = tuple(b"moved" if grid != place else one for place, one in enumerate(WRONG))
    assert follow(known(write()), RIGHT, moved)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answers", [(WRONG,), (WRONG, WRONG), (RIGHT, RIGHT), (RIGHT, WRONG, RIGHT), (WRONG, RIGHT)]
)
def test_other_answers_lead_nowhere(answers: tuple[tuple[bytes, bytes], ...]) -> None:
    """Each answer counts, and their order."""
    assert follow(known(write()), *answers) is None


def test_other_inputs_lead_nowhere() -> None:
    """The same answers to other questions are not looked up."""
    table = known(write())
    place = table.root("e/f/values", "whole")
    assert table.step(place, (b"other 0", b"other 1"), RIGHT) is None
    assert table.step(table.root("e/f/shape", "whole"), ASKED, RIGHT) is None


def test_the_first_hint_opens_the_second() -> None:
    """The hint of a report may go on with that of another mistake."""
    table = known(write())
    assert table.second_hint("f", "M-01", RECORD.hint) == SECOND
    assert table.second_hint("f", "M-01", f"{RECORD.hint} And another.") == SECOND
    for wrong in (("f", "M-01", "Look."), ("f", "M-02", RECORD.hint), ("g", "M-01", RECORD.hint)):
        assert table.second_hint(*wrong) is None


def test_equal_courses_have_equal_tables() -> None:
    """And another master key gives other bytes."""
    assert write() == write()
    assert write() != write(b"another")


def test_no_words_are_readable() -> None:
    """Neither as text nor in what base64 hides."""
    text = write()
    packed = b"".join(map(_bytes, _values(json.loads(text))))
    for words in ("M-01", RECORD.what, RECORD.hint, SECOND, "sign", "slope", "values"):
        assert words not in text
        assert words.encode() not in packed


def _values(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [one for item in inner for one in _values(item)]
    return [value]


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


@settings(max_examples=50)
@given(st.binary(max_size=400), KEYS, KEYS)
def test_only_the_key_opens(content: bytes, key: bytes, other: bytes) -> None:
    """What is sealed comes back with its key and with no other."""
    sealed = seal(content, key)
    assert unseal(sealed, key) == content
    assert len(sealed) % 64 == 16
    if other != key:
        assert unseal(sealed, other) is None


@settings(max_examples=50)
@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    """A table is as it was written, or it is refused with a reason."""
    written = write().encode()
    content = bytearray(written)
    place = data.draw(st.integers(0, len(content) - 2))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        read = parse_table(bytes(content))
    except DamagedTable:
        return
    # The last bits of base64 are padding, which stands for nothing.
    assert read == parse_table(written)


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"salt": 1}', write()[:-40], "\x00"])
def test_a_damaged_table_is_refused(tmp_path: Path, content: str) -> None:
    """The message names the file."""
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / NAME).write_text(content)
    with pytest.raises(DamagedTable, match=r"suites/e/mistakes\.json cannot be read: "):
        KnownMistakes.load(tmp_path, "e")


def test_a_course_without_a_table_has_none(tmp_path: Path) -> None:
    """As kits that were made before there were tables."""
    assert KnownMistakes.load(tmp_path, "e") is None
