"""Values: what may cross the process boundary, and in which form.

Plain data crosses as MessagePack; what MessagePack does not know is tagged. Arrays cross as
dtype, shape and raw bytes; nothing is ever pickled. What the trusted side may send beyond data
(a seeded generator, a function as source, a handle to an object that stayed in the worker) is
rebuilt only where the receiver passes a builder for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

DTYPES = frozenset("|b1 |i1 <i2 <i4 <i8 |u1 <u2 <u4 <u8 <f2 <f4 <f8 <c8 <c16".split())
MAX_AXES = 8  # of an array; numpy may have 64, and works on many axes take long
MAX_HEX = 3500  # digits of an integer; Python writes out no more than 4300 decimal ones


@dataclass(frozen=True, slots=True)
class Opaque:
    """A returned object that is not plain data: its type and the beginning of its repr."""

    type_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """A random generator for the student's function: ``numpy.random.default_rng(seed)``."""

    seed: int


@dataclass(frozen=True, slots=True)
class Handle:
    """An object that stays in the student's process.

    Parameters
    ----------
    number : int
        The number.
    source : str
        The class, function or method that made it.
    """

    number: int
    source: str = field(default="", compare=False)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(
            f"a handle has no `{name}`: the object is in the student's process, so call its "
            f"methods with student.call_on(handle, {name!r}), and read an attribute in a probe"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A function that the trusted side answers.

    Its argument is an object of the class ``of`` with the attribute ``at``, and is kept under
    ``number``.
    """

    of: str
    at: str
    number: int


@dataclass(frozen=True, slots=True)
class SourceFunction:
    """A function to be built on the other side from its source."""

    name: str
    source: str
