"""Changes of an update in a file, and parts that it left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One line about a function, or about another part of a file.

    Parameters
    ----------
    name : str
        The function, as ``sigmoid`` or ``Dual.exp``, or another part.
    text : str
        The change, in words.
    done : bool
        Whether the file has it; else it is left as it was.
    """

    name: str
    text: str
    done: bool = True


@dataclass(frozen=True, slots=True)
class Merged:
    """A file with the changes of its stub.

    Parameters
    ----------
    content : bytes
        The file.
    changes : tuple of Change
        The changes, and parts that were left.
    """

    content: bytes
    changes: tuple[Change, ...]
