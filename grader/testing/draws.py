"""Seeded inputs that remember how they were drawn, so that a call can be repeated."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.testing.drawn import (
    CONSTANTS,
    Earlier,
    Places,
    UnknownError,
    write_array,
    write_literal,
)

# Methods of which the first argument can be a list of anything, and its name.
_FIRST = {"choice": "a", "permutation": "x", "shuffle": "x"}
_IN_PLACE = "shuffle"
# Names in numpy's older functions and in Python's own `random`.
_OTHER_NAMES = {
    "randint": "integers",
    "randrange": "integers",
    "rand": "random",
    "randn": "standard_normal",
    "gauss": "normal",
    "choices": "choice",
    "sample": "choice(..., replace=False)",
}


@dataclass(frozen=True, slots=True)
class _Draw:
    """One call of the generator; made into text only on request.

    Parameters
    ----------
    args, kwargs : tuple and dict
        The arguments as they were then; of a list of items its length.
    value : object
        What was drawn, or shuffled: the object itself.
    content : bytes
        What the generator made of it then.
    """

    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    value: Any
    content: bytes

    @property
    def in_place(self) -> bool:
        """Whether the value is the first argument."""
        return self.method == _IN_PLACE

    def write(self, names: Mapping[int, str]) -> str:
        """Return the call as Python, with the names of drawn values by their places."""
        if "out" in self.kwargs:
            raise UnknownError  # an array that is filled
        shown = [write_literal(arg, names) for arg in self.args]
        shown += [f"{key}={write_literal(arg, names)}" for key, arg in self.kwargs.items()]
        return f"rng.{self.method}({', '.join(shown)})"


class Draws(np.random.Generator):
    """``numpy.random.default_rng(seed)`` with a memory.

    Every method draws as that of ``default_rng(seed)`` does. Of a list or tuple of anything but
    numbers, `choice` and `permutation` return the items themselves, not numpy's copies of them.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self.seed = seed
        # numpy's methods call one another on the object they belong to: on this one they may.
        self._plain = np.random.Generator(self.bit_generator)
        self._drawn: list[_Draw] = []

    def __getattr__(self, name: str) -> Any:
        known = [one for one in dir(np.random.Generator) if not one.startswith("_")]
        near = [_OTHER_NAMES[name]] if name in _OTHER_NAMES else []
        near = near or difflib.get_close_matches(name, known, 1)
        advice = f"did you mean rng.{near[0]}?" if near else "it is numpy's Generator"
        raise AttributeError(f"rng has no method {name!r}; {advice}")

    def spawn(self, n_children: int) -> list[np.random.Generator]:
        """Return independent generators of numpy, whose draws are not remembered."""
        return self._plain.spawn(n_children)

    def drew(self, value: Any) -> bool:
        """Return whether it drew an array that is still as it was."""
        return self._find(value) is not None

    def recipe(self, names: dict[str, Any]) -> list[str] | None:
        """Return Python statements that draw the named values again.

        None where a value was not drawn as it is, or cannot be drawn again: the stream was used
        in another way, too, or an argument cannot be written down.
        """
        places = {self._find(value): name for name, value in names.items()}
        if None in places:
            return None
        wanted = {place: name for place, name in places.items() if place is not None}
        drawn = self._drawn[: max(wanted, default=-1) + 1]
        try:
            lines = _write(drawn, wanted)
        except UnknownError:
            return None
        if not _is_repeated(drawn, self.seed):
            return None
        return [f"rng = np.random.default_rng({self.seed})", *lines]

    def _find(self, value: Any) -> int | None:
        """Return the place of the draw that left an array as it is, or None."""
        if not isinstance(value, np.ndarray) or value.dtype.hasobject:
            return None
        for place in reversed(range(len(self._drawn))):
            if self._drawn[place].value is value:
                return place if _content(value) == self._drawn[place].content else None
        return None

    def _draw(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        first = _FIRST.get(method, "")
        if first in kwargs:
            args, kwargs = (kwargs[first], *args), {k: v for k, v in kwargs.items() if k != first}
        items = args[0] if first and args and _holds_items(args[0]) else None
        in_place = method == _IN_PLACE
        if items is not None and not in_place:
            args = (len(items), *args[1:])
        if in_place and args and type(args[0]) is list:
            self._shuffle(args[0])
            return None
        kept = tuple(map(self._keep, args))
        kept_by_name = {key: self._keep(arg) for key, arg in kwargs.items()}
        value = getattr(self._plain, method)(*args, **kwargs)
        if in_place:
            self._drawn.append(_Draw(method, kept, kept_by_name, args[0], _content(args[0])))
            return None
        content = _content(value)
        if items is not None:
            value = _take(items, value)
        elif isinstance(value, np.str_ | np.bytes_):
            value = value.item()  # of an array of text; a suite passes on plain text
        self._drawn.append(_Draw(method, kept, kept_by_name, value, content))
        return value

    def _shuffle(self, items: list[Any]) -> None:
        order = list(range(len(items)))
        self._plain.shuffle(order)
        items[:] = [items[place] for place in order]
        self._drawn.append(_Draw(_IN_PLACE, (Places(len(items)),), {}, items, _content(order)))

    def _keep(self, arg: Any) -> Any:
        """Return a copy of an argument as it is now."""
        if type(arg) in CONSTANTS or (type(arg) is tuple and set(map(type, arg)) <= {int}):
            return arg
        place = self._find(arg)
        if place is not None:
            return Earlier(place)
        return arg if isinstance(arg, type) else copy.deepcopy(arg)


def _holds_items(population: Any) -> bool:
    """Return whether it is a list or tuple of anything but numbers, or rows of numbers."""
    if not isinstance(population, list | tuple):
        return False
    try:
        return np.asarray(population).dtype.kind not in "biufc"
    except ValueError:  # rows of different lengths
        return True


def _take(items: Sequence[Any], index: Any) -> Any:
    """Return an item, or an array of items, which leaves them as they are.

    numpy would make one text of each, numbers too, and of tuples the rows of a table.
    """
    if np.ndim(index) == 0:
        return items[int(index)]
    taken = np.empty(index.shape, dtype=object)
    for place, one in np.ndenumerate(index):
        taken[place] = items[one]
    return taken


def _write(drawn: Sequence[_Draw], wanted: Mapping[int, str]) -> list[str]:
    """Return a statement for each draw; wanted ones, and those that others need, have names."""
    names = dict(wanted)
    for place in reversed(range(len(drawn))):
        for arg in (*drawn[place].args, *drawn[place].kwargs.values()):
            if isinstance(arg, Earlier):
                # An array that is shuffled in place has the same name before and after.
                name = names.get(place) if drawn[place].in_place else None
                names.setdefault(arg.place, name or f"drawn_{arg.place}")
    lines = []
    for place, draw in enumerate(drawn):
        subject = draw.args[0] if draw.in_place else None
        if isinstance(subject, np.ndarray):
            name = names.get(place, "_")
            lines.append(f"{name} = {write_array(subject, names)}")
            shuffled = replace(draw, args=(Earlier(place), *draw.args[1:]))
            lines.append(shuffled.write({**names, place: name}))
        else:
            text = draw.write(names)
            lines.append(text if draw.in_place else f"{names.get(place, '_')} = {text}")
    return lines


def _is_repeated(drawn: Sequence[_Draw], seed: int) -> bool:
    """Return whether a new generator draws the same: nothing else used the stream between."""
    generator = np.random.default_rng(seed)
    made: list[Any] = []
    for draw in drawn:
        args = [_fill_in(arg, made) for arg in draw.args]
        kwargs = {key: _fill_in(arg, made) for key, arg in draw.kwargs.items()}
        value = getattr(generator, draw.method)(*args, **kwargs)
        made.append(args[0] if draw.in_place else value)
        if _content(made[-1]) != draw.content:
            return False
    return True


def _fill_in(arg: Any, made: Sequence[Any]) -> Any:
    if isinstance(arg, Places):
        return list(range(arg.length))
    return made[arg.place] if isinstance(arg, Earlier) else copy.deepcopy(arg)


def _remember(name: str) -> Callable[..., Any]:
    def drawn(self: Draws, *args: Any, **kwargs: Any) -> Any:
        return self._draw(name, args, kwargs)

    return drawn


for _name, _method in vars(np.random.Generator).items():
    if callable(_method) and not _name.startswith("_") and _name not in vars(Draws):
        setattr(Draws, _name, _remember(_name))


def _content(value: Any) -> bytes:
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return value.tobytes()
    return repr(value).encode("utf-8", "surrogatepass")
