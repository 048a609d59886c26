"""Seeded inputs that remember how they were drawn, so that a call can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

_DRAWN = ("normal", "uniform", "integers", "permutation")


class _Draw(NamedTuple):
    """One call of the generator; made into text only on request."""

    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    value: Any
    drawn: bytes

    @property
    def text(self) -> str:
        shown = [_literal(arg) for arg in self.args]
        shown += [f"{key}={_literal(arg)}" for key, arg in self.kwargs.items()]
        return f"rng.{self.method}({', '.join(shown)})"


class Draws(np.random.Generator):
    """``numpy.random.default_rng(seed)`` with a memory.

    It draws with `normal`, `uniform`, `integers` and `permutation`, as ``default_rng(seed)`` does.
    The generator's other methods raise ``TypeError``: what they draw could not be shown and
    drawn again.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self.seed = seed
        # numpy's methods call one another on the object they belong to: on this one they may.
        self._plain = np.random.Generator(self.bit_generator)
        self._drawn: list[_Draw] = []

    def drew(self, value: Any) -> bool:
        """Return whether it drew a value that is still as it was."""
        return any(one.value is value and _bytes(value) == one.drawn for one in self._drawn)

    def recipe(self, names: dict[str, Any]) -> list[str] | None:
        """Return Python statements that draw the named values again.

        None where a value was not drawn as it is.
        """
        places = {id(value): name for name, value in names.items()}
        unchanged = {id(one.value) for one in self._drawn if _bytes(one.value) == one.drawn}
        if not set(places) <= unchanged:
            return None
        lines = [f"rng = np.random.default_rng({self.seed})"]
        left = set(places)
        for one in self._drawn:
            if not left:
                break
            name = places.get(id(one.value), "_")
            lines.append(f"{name} = {one.text}")
            left.discard(id(one.value))
        return lines

    def _draw(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        value = getattr(self._plain, method)(*args, **kwargs)
        self._drawn.append(_Draw(method, args, kwargs, value, _bytes(value)))
        return value


def _remember(name: str) -> Callable[..., Any]:
    def drawn(self: Draws, *args: Any, **kwargs: Any) -> Any:
        return self._draw(name, args, kwargs)

    return drawn


def _refuse(name: str) -> Callable[..., Any]:
    def refused(_self: Draws, *_args: Any, **_kwargs: Any) -> Any:
        raise TypeError(
            f"rng.{name} cannot be repeated for the student; draw with normal, uniform, integers "
            "or permutation"
        )

    return refused


for _name, _method in vars(np.random.Generator).items():
    if callable(_method) and not _name.startswith("_"):
        setattr(Draws, _name, _remember(_name) if _name in _DRAWN else _refuse(_name))


def _literal(argument: Any) -> str:
    # numpy shows an array as what it calls it, which means nothing where it is pasted.
    return repr(argument.tolist() if isinstance(argument, np.ndarray) else argument)


def _bytes(value: Any) -> bytes:
    return np.asarray(value).tobytes()
