"""The number of lines that a text takes in a terminal, and how lines are divided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.text import Text


def height_of(console: Console, draw: Callable[[], object]) -> int:
    """Return how many lines of the terminal something takes, without printing it."""
    with console.capture() as captured:
        draw()
    lines = captured.get().splitlines()
    if not console.is_terminal:
        return len(lines)
    return sum(max(1, -(-Text.from_ansi(line).cell_len // console.width)) for line in lines)


def share_lines(wanted: Sequence[int], room: int) -> list[int]:
    """Divide lines: all that is wanted where little is, and equal parts of the rest."""
    shares = [0] * len(wanted)
    by_size = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for count, place in enumerate(by_size):
        shares[place] = min(wanted[place], room // (len(wanted) - count))
        room -= shares[place]
    return shares
