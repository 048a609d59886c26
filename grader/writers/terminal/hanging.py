"""Long lines on a terminal: folded between words, the rest indented."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

_HANGING = 4
_NARROWEST = 20
_ROOM = 12  # columns that are left to the words in any case
_COMMAND = re.compile(r"`[^`\n]+`")
# Replaces a blank at which a line is not folded.
_BLANK = "\ue000"


def wrap_hanging(line: str, width: int) -> Iterator[str]:
    """Yield a line in pieces that fit, letters that take two columns counted as two.

    Parameters
    ----------
    width : int
        Columns of the terminal.
    """
    for piece in fold_text(Text(line), width):
        yield piece.plain


def fold_text(text: Text, width: int, hanging: int = _HANGING) -> Iterator[Text]:
    """Yield a line in pieces that fit, with their styles.

    A command in backquotes that fits into one line is not folded, so that it can be copied.

    Parameters
    ----------
    width : int
        Columns of the terminal.
    hanging : int
        By how much the pieces after the first are indented further than the line.
    """
    width = max(width, _NARROWEST)
    indent = len(text.plain) - len(text.plain.lstrip(" "))
    hanging = min(indent + hanging, width - _ROOM)
    rest = text[indent:]
    rest.expand_tabs()
    rest.plain = _COMMAND.sub(lambda found: _hold(found[0], width - hanging), rest.plain)
    console = Console(width=width)
    before = indent
    while True:
        piece = rest.wrap(console, width - before, no_wrap=False)[0]
        piece.rstrip()
        rest = rest[len(piece.plain) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        piece.plain = piece.plain.replace(_BLANK, " ")
        yield Text(" " * before) + piece
        if not rest.plain:
            return
        before = hanging


def _hold(command: str, width: int) -> str:
    return command.replace(" ", _BLANK) if len(command) <= width else command
