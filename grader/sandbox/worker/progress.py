"""Stand-ins for what only shows progress, so that a missing package costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self


class ProgressBar:
    """``tqdm``: iterates over what it is given, and shows nothing.

    Parameters
    ----------
    iterable : iterable, optional
        The values to iterate over.
    """

    def __init__(self, iterable: Iterable[Any] = (), *_args: Any, **_kwargs: Any) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(list(self._iterable))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave a ``with`` block."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._ignore

    def _ignore(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing."""


def _progress_range(*args: int, **_kwargs: Any) -> ProgressBar:
    return ProgressBar(range(*args))


@dataclass(frozen=True, slots=True)
class StandIn:
    """The placeholder of a name, and its packages.

    Parameters
    ----------
    packages : tuple of str
        Top-level packages that have the name.
    value : object
        The value of the name.
    """

    packages: tuple[str, ...]
    value: Any


STAND_INS = {
    "tqdm": StandIn(("tqdm",), ProgressBar),
    "tqdm_notebook": StandIn(("tqdm",), ProgressBar),
    "trange": StandIn(("tqdm",), _progress_range),
    "tnrange": StandIn(("tqdm",), _progress_range),
    "prange": StandIn(("numba",), range),
    "xrange": StandIn(("past", "six", "future"), range),
    "range": StandIn(("six", "past", "future"), range),
    "track": StandIn(("rich",), ProgressBar),
}
