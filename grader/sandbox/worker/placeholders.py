"""Names of packages that the grader does not have.

While a file is loaded, a placeholder accepts almost everything: plot settings, device checks
and decorators of a missing package must not cost the functions beside them. When a graded
function uses one later, it raises an error that names it and the remedy. While a program
runs there are none: importing what does not exist raises.
"""

from __future__ import annotations

import opcode
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from grader.sandbox.worker.progress import STAND_INS


class PackageNotAvailable(ModuleNotFoundError):
    """A package that the grader does not have was used."""


# Instructions that take a value apart; their argument is how many they need.
_UNPACKS = (opcode.opmap["UNPACK_SEQUENCE"], opcode.opmap["UNPACK_EX"])
# Decorators that keep what a function returns, also where they are called as functions:
# `fast = njit(slow)`.
_KEEPS_RESULTS = frozenset("jit njit function no_grad compile inference_mode".split())


class Absent:
    """A name of a package that is not available.

    Parameters
    ----------
    path : str
        Dotted name of what was imported.
    why : str
        The message for a student who uses it.
    """

    loading = True
    # Answers whether a line of a file is a decorator; set by the loader.
    is_decorator: Callable[[str, int], bool] = staticmethod(lambda _name, _line: False)
    # The functions that were left undecorated, and by which decorator.
    undecorated: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, path: str, why: str) -> None:
        self._path = path
        self._why = why

    def _accept(self, *_args: Any) -> Any:
        return self if Absent.loading else self._refuse()

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise PackageNotAvailable(f"{self._path} {self._why}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return find_member(self, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Accept a call while the file is loaded, and refuse it later."""
        if not Absent.loading:
            return self._refuse()
        caller = sys._getframe(1)  # noqa: SLF001
        if len(args) == 1 and not kwargs and self._decorates(args[0], caller):
            Absent.undecorated[args[0].__name__] = self._path
            return self._keep(args[0])
        return self

    def _keep(self, target: Any) -> Any:
        # numba's `vectorize` is for functions of single numbers.
        is_scalar = self._path.endswith(".vectorize")
        return np.vectorize(target, otypes=[float]) if is_scalar else target

    def _decorates(self, target: Any, caller: types.FrameType) -> bool:
        if not isinstance(target, types.FunctionType | type):
            return False
        known = self._path.rpartition(".")[2] in _KEEPS_RESULTS
        return known or Absent.is_decorator(caller.f_code.co_filename, caller.f_lineno)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        """Let ``class Net(torch.nn.Module)`` become a class of its own."""
        return (type(self._path.rpartition(".")[2], (_AbsentBase,), {"_absent": self}),)

    def __instancecheck__(self, _value: object) -> bool:
        """Return False: nothing is an instance of a class that is not there."""
        return False

    def __subclasscheck__(self, _value: object) -> bool:
        """Return False, for the same reason."""
        return False

    def __iter__(self) -> Iterator[Any]:
        """Yield as many placeholders as an assignment unpacks, and none in a loop."""
        if not Absent.loading:
            self._refuse()
        return iter([self] * _count_unpacked(sys._getframe(1)))  # noqa: SLF001

    def __len__(self) -> int:
        return 0 if Absent.loading else self._refuse()

    def __bool__(self) -> bool:
        return False if Absent.loading else self._refuse()

    def __exit__(self, *_error: object) -> None:
        """Leave a ``with`` block."""

    def __eq__(self, other: object) -> bool:
        return self is other if Absent.loading else self._refuse()

    __hash__ = object.__hash__

    def __array_ufunc__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Accept numpy's functions while the file is loaded."""
        return self._accept()

    def __repr__(self) -> str:
        return f"<{self._path}, which is not available>"

    def __format__(self, _spec: str) -> str:
        return repr(self)

    __enter__ = __getitem__ = __setitem__ = __delitem__ = __next__ = _accept
    __lt__ = __le__ = __gt__ = __ge__ = _accept
    # As a number it would be a wrong one.
    __float__ = __int__ = __index__ = __complex__ = __array__ = _refuse


class _AbsentBase:
    """The base of a student's class that derives from one which is not available."""

    _absent: Absent

    def __init_subclass__(cls, **_kwargs: Any) -> None:
        """Accept any arguments, as some frameworks' classes do."""

    def __init__(self, *_args: Any, **kwargs: Any) -> None:
        vars(self).update(kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._absent, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do as the missing class would: it is not there."""
        return self._absent(*args, **kwargs)


class AbsentModule(Absent, types.ModuleType):
    """A module of a package that is not available.

    Parameters
    ----------
    name, why : str
        As for `Absent`.
    """

    def __init__(self, name: str, why: str) -> None:
        types.ModuleType.__init__(self, name)
        Absent.__init__(self, name, why)
        self.__path__: list[str] = []
        self.__all__: list[str] = []


def find_member(parent: Absent, name: str) -> Any:
    """Return the placeholder ``parent.name``."""
    stand_in = STAND_INS.get(name)
    if stand_in is not None and parent._path.partition(".")[0] in stand_in.packages:  # noqa: SLF001
        return stand_in.value
    return Absent(f"{parent._path}.{name}", parent._why)  # noqa: SLF001


def _add_operators() -> None:
    names = "add sub mul matmul truediv floordiv mod pow lshift rshift and or xor".split()
    for name in (*names, "divmod"):
        for prefix in ("", "r", "i"):
            setattr(Absent, f"__{prefix}{name}__", Absent._accept)  # noqa: SLF001
    for name in ("neg", "pos", "abs", "invert", "round"):
        setattr(Absent, f"__{name}__", Absent._accept)  # noqa: SLF001


_add_operators()


def _count_unpacked(caller: types.FrameType) -> int:
    """Return how many values the instruction that iterates in a frame asks for."""
    code = caller.f_code.co_code
    place = caller.f_lasti
    return code[place + 1] if code[place] in _UNPACKS else 0
