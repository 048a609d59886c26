"""The parts of a formula."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A whole number."""

    value: int


@dataclass(frozen=True)
class Operator:
    """An operator: ``+``, ``-`` or ``*``."""

    sign: str
