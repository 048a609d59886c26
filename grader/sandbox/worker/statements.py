"""Which statements of a file the graded functions need, directly or through others."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Sequence
from functools import cached_property

from grader.sandbox.worker.effects import Effects, Names, read_body


def find_needed(
    statements: Sequence[ast.stmt], effects: Sequence[Effects], wanted: Iterable[str]
) -> list[int]:
    """Return the places of the statements that must be executed.

    Parameters
    ----------
    statements : sequence of ast.stmt
        All statements, in order.
    effects : sequence of Effects
        The effects of each.
    wanted : iterable of str
        The names that shall be there in the end.

    Returns
    -------
    list of int
        In order.
    """
    return _Search(statements, effects).run(set(wanted))


class _Search:
    def __init__(self, statements: Sequence[ast.stmt], effects: Sequence[Effects]) -> None:
        self._statements = statements
        self._effects = effects

        # Names that are needed, and the place before which they must be bound or changed: a
        # statement needs what was done to a name before it, a function all that ever was.
        self._bound: dict[str, float] = {}
        self._changed: dict[str, float] = {}

    def run(self, wanted: set[str]) -> list[int]:
        for name in wanted:
            self._raise_limits(name, math.inf, math.inf)
        needed: set[int] = set()
        while True:
            found = {
                place
                for place in range(len(self._effects))
                if place not in needed and self._is_needed(place)
            }
            if not found:
                return sorted(needed)
            needed |= found
            for place in found:
                self._want(place)

    def _want(self, place: int) -> None:
        effects = self._effects[place]
        for name in effects.now.reads:
            # Cells may have been run in another order than they are in.
            earlier = any(other < place for other in self._binders.get(name, ()))
            limit = place if earlier else math.inf
            self._raise_limits(name, limit, math.inf if self._keeps(place, name) else limit)
        for name in effects.later.reads:
            self._raise_limits(name, math.inf, math.inf)

    def _raise_limits(self, name: str, bound: float, changed: float) -> None:
        self._bound[name] = max(bound, self._bound.get(name, 0))
        self._changed[name] = max(changed, self._changed.get(name, 0))

    def _keeps(self, place: int, name: str) -> bool:
        """Return whether what a statement binds may hold a name's value, not a copy of it."""
        effects = self._effects[place]
        passed = {n for function, n in effects.now.passes if function in self._definers}
        return name in passed or any(name == other for _, other in effects.aliases)

    def _is_needed(self, place: int) -> bool:
        effects = self._effects[place]
        if effects.silent:
            return False
        if effects.configures or any(place < self._bound.get(n, 0) for n in self._binds[place]):
            return True
        changed = {name for names in self._runs[place] for name in self._changes(names)}
        return any(place < self._changed.get(n, 0) for n in self._resolve(changed))

    @cached_property
    def _binders(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, names in enumerate(self._binds):
            for name in names:
                found.setdefault(name, []).append(place)
        return found

    @cached_property
    def _definers(self) -> dict[str, list[int]]:
        """Return the statements that define functions and classes, by their names."""
        found: dict[str, list[int]] = {}
        for place, effects in enumerate(self._effects):
            if isinstance(self._statements[place], ast.ClassDef) or _has_code(effects):
                for name in effects.now.binds:
                    found.setdefault(name, []).append(place)
        return found

    @cached_property
    def _fixed(self) -> set[str]:
        """Return names that are only ever functions, modules or constants."""
        fixed = {n for e in self._effects if e.defines for n in e.now.binds}
        return fixed - {n for e in self._effects if not e.defines for n in e.now.binds}

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for effects in self._effects:
            for name, other in effects.aliases:
                found.setdefault(name, set()).add(other)
        return found

    @cached_property
    def _runs(self) -> list[list[Names]]:
        """Return, by statement, the code that runs when it is executed."""
        return [[e.now, *self._reached(e.now.reads)] for e in self._effects]

    @cached_property
    def _binds(self) -> list[set[str]]:
        return [{name for names in runs for name in names.binds} for runs in self._runs]

    def _reached(self, names: Iterable[str]) -> list[Names]:
        """Return the bodies of the file's functions that can be called under some names."""
        seen: set[int] = set()
        waiting = list(names)
        while waiting:
            for place in self._definers.get(waiting.pop(), ()):
                if place not in seen:
                    seen.add(place)
                    waiting += self._effects[place].later.reads
        return [self._effects[place].later for place in seen]

    def _changes(self, names: Names) -> set[str]:
        passed = {name for function, name in names.passes if function in self._changers}
        return names.stores | ((names.changes | passed) - self._fixed)

    @cached_property
    def _changers(self) -> set[str]:
        """Return the file's functions that may change what is passed to them."""
        changers: set[str] = set()
        while True:
            found = {
                name
                for name, places in self._definers.items()
                if name not in changers
                and any(_may_change(self._statements[p], changers) for p in places)
            }
            if not found:
                return changers
            changers |= found

    def _resolve(self, names: set[str]) -> set[str]:
        """Return names with all whose values they may be."""
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self._aliases.get(name, ())
        return seen


def _has_code(effects: Effects) -> bool:
    later = effects.later
    return bool(later.reads or later.binds or later.stores or later.changes) or effects.defines


def _may_change(node: ast.stmt, changers: set[str]) -> bool:
    functions = [p for p in ast.walk(node) if isinstance(p, ast.FunctionDef | ast.Lambda)]
    return any(_changes_parameter(function, changers) for function in functions)


def _changes_parameter(function: ast.FunctionDef | ast.Lambda, changers: set[str]) -> bool:
    parameters = {p.arg for p in ast.walk(function.args) if isinstance(p, ast.arg)} - {"self"}
    names, aliases = read_body(function)
    changed = names.stores | names.changes
    changed |= {name for called, name in names.passes if called in changers}
    changed |= {other for name, other in aliases if name in changed}
    return bool(changed & parameters)
