"""The column of a gradebook that grades go into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import ExportError
from grader.sanitize import clean_line


@dataclass(frozen=True, slots=True)
class Column:
    """A column that grades could go into, and what else it may be called."""

    index: int
    header: str
    aliases: tuple[str, ...] = ()


def choose_column(asked: str | None, candidates: Sequence[Column], what: str) -> Column:
    """Return the one column that is meant, of those that grades could go into.

    Parameters
    ----------
    asked : str or None
        The value of ``--column``: a header, one of its other names, or a part of it that no
        other has. Without it there must be one candidate only.
    what : str
        What the columns are, for the message.

    Raises
    ------
    ExportError
        If there is none or more than one; the message lists the candidates.
    """
    if not candidates:
        raise ExportError(f"the roster has no column of {what}; download it again")
    fitting = list(candidates) if asked is None else _fitting(asked, candidates)
    if len(fitting) == 1:
        return fitting[0]
    names = "; ".join(clean_line(column.header) for column in fitting or candidates)
    if asked is None:
        problem = f"the roster has several columns of {what}"
    elif fitting:
        problem = f"several columns fit {clean_line(asked)!r}"
    else:
        problem = f"no column of {what} fits {clean_line(asked)!r}"
    raise ExportError(f"{problem}; choose one with --column: {names}")


def _fitting(asked: str, candidates: Sequence[Column]) -> list[Column]:
    wanted = asked.strip().casefold()
    by_header = [c for c in candidates if c.header.strip().casefold() == wanted]
    by_alias = [c for c in candidates if wanted in {a.casefold() for a in c.aliases}]
    by_part = [c for c in candidates if wanted and wanted in c.header.casefold()]
    return by_header or by_alias or by_part
