"""Long lines fit the terminal, and lose nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from grader.writers.terminal.hanging import wrap_hanging

WORDS = st.lists(st.text("aé数ñ,.:()", min_size=1, max_size=90), min_size=1, max_size=20)


@given(WORDS, st.sampled_from([20, 60, 100]), st.sampled_from(["", "  "]))
def test_every_piece_fits_and_no_letter_is_lost(words: list[str], width: int, indent: str) -> None:
    """Letters that take two columns count as two."""
    line = indent + " ".join(words)
    pieces = list(wrap_hanging(line, width))
    assert all(cell_len(piece) <= width for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(line.split())
    assert pieces[0].startswith(indent)
    assert all(piece.startswith(indent + "    ") for piece in pieces[1:])


def test_words_stay_whole() -> None:
    """Where they fit."""
    line = "1003, Emmy Noether, attempt 2: activations.py, forward.py"
    assert list(wrap_hanging(line, 40)) == [
        "1003, Emmy Noether, attempt 2:",
        "    activations.py, forward.py",
    ]
