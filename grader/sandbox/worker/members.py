"""The modules of an exercise that is several files, as one."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any


class Members(MutableMapping[str, Any]):
    """The names in several modules.

    Parameters
    ----------
    owners : mapping of str to str
        Which module has each function that is asked for. Only if that module was not loaded is
        the function looked for in the others; any other name is, too.
    """

    def __init__(self, owners: Mapping[str, str]) -> None:
        self._owners = owners
        self.modules: dict[str, types.ModuleType] = {}

    def _holders(self, name: str) -> list[dict[str, Any]]:
        owner = self.modules.get(self._owners.get(name, ""))
        modules = self.modules.values() if owner is None else (owner,)
        return [module.__dict__ for module in modules if name in module.__dict__]

    def __getitem__(self, name: str) -> Any:
        """Return what a name means."""
        for space in self._holders(name):
            return space[name]
        raise KeyError(name)

    def __setitem__(self, name: str, value: Any) -> None:
        """Give a name something, in every module that has it."""
        spaces = [module.__dict__ for module in self.modules.values()]
        for space in [s for s in spaces if name in s] or spaces[:1]:
            space[name] = value

    def __delitem__(self, name: str) -> None:
        """Remove a name from every module that has it."""
        for module in self.modules.values():
            module.__dict__.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """Yield every name once."""
        spaces = (module.__dict__ for module in self.modules.values())
        names = dict.fromkeys(name for space in spaces for name in space)
        # A function that its own module lacks is in none.
        return (name for name in names if self._holders(name))

    def __len__(self) -> int:
        """Return how many names there are."""
        return sum(1 for _ in self)

    def find_elsewhere(self, function: str) -> str:
        """Return another module that defines a function which its own lacks, or nothing."""
        for name, module in self.modules.items():
            found = module.__dict__.get(function)
            if isinstance(found, types.FunctionType | type) and found.__module__ == name:
                return name
        return ""

    def as_module(self, name: str) -> types.ModuleType:
        """Return a module with these names, for functions of the suite."""
        return _Joined(name, self)


class _Joined(types.ModuleType):
    def __init__(self, name: str, members: Members) -> None:
        super().__init__(name)
        self.__dict__["_members_"] = members

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_members_"][name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__["_members_"][name] = value
