"""The files of an exercise that is several modules, and what of them is lost."""

from __future__ import annotations

from collections.abc import Mapping

from grader.records import SourceFile
from grader.sandbox.calls import NotImplementedYet, Raised, StudentError, describe_error
from grader.sandbox.protocol.messages import ErrorReply

NOT_UTF8 = (
    "it holds NUL bytes, as a file in UTF-16 does; save it as UTF-8 (in your editor: Save with "
    "encoding)"
)


def is_text(source: SourceFile) -> bool:
    """Return whether a file may be code; Python's own message, about null bytes, does not help."""
    return source.cells is not None or b"\0" not in source.content


class SeveralFiles:
    """The files that one student handed in for an exercise that is more than one.

    Parameters
    ----------
    modules : tuple of str
        The names of all its modules.
    sources : mapping of str to SourceFile
        The files that were handed in, by module.
    owners : mapping of str to str
        The module of each function of the stubs.

    Attributes
    ----------
    lost : dict of str to str
        Why a file that was handed in, or was not, has no functions.
    """

    def __init__(
        self,
        modules: tuple[str, ...],
        sources: Mapping[str, SourceFile],
        owners: Mapping[str, str],
    ) -> None:
        self._modules = modules
        self.sources = sources
        self.owners = owners
        absent = [name for name in modules if name not in sources]
        self._absent = frozenset(absent)
        self.lost = {name: f"{name}.py was not handed in" for name in absent}
        for name, source in sources.items():
            if source.error:
                self.lost[name] = source.error
            elif not is_text(source):
                self.lost[name] = f"{source.name} cannot be imported: {NOT_UTF8}"

    @property
    def missing(self) -> str:
        """Return that none of the files was handed in."""
        return f"{' and '.join(f'{name}.py' for name in self._modules)} were not handed in"

    @property
    def handed_in(self) -> str:
        """Return the names of the files that were handed in, as text."""
        return " and ".join(source.name for source in self.sources.values())

    @property
    def readable(self) -> list[str]:
        """Return the modules that can be read."""
        handed_in = [name for name in self._modules if name in self.sources]
        sources = self.sources
        return [name for name in handed_in if not sources[name].error and is_text(sources[name])]

    @property
    def importable(self) -> list[str]:
        """Return the modules that could be imported, as far as that was tried."""
        return [name for name in self._modules if name not in self.lost]

    def note_broken(self, broken: Mapping[str, ErrorReply]) -> None:
        """Note which modules a worker could not import."""
        for name in self.readable:
            if name in broken:
                file = self.sources[name].name
                self.lost[name] = f"{file} cannot be imported: {describe_error(broken[name])}"

    def file_of(self, function: str) -> str:
        """Return the name of the file in which a function is, or is missing."""
        name = self.owners.get(function, self._modules[0])
        source = self.sources.get(name)
        return f"{name}.py" if source is None else source.name

    def explain(self, function: str) -> StudentError | None:
        """Return why a function is lost with its file, or None."""
        owner = self.owners.get(function, "")
        if owner not in self.lost:
            return None
        kind = NotImplementedYet if owner in self._absent else Raised
        return kind(self.lost[owner])
