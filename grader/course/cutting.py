"""Cuts a solution into a stub: interfaces stay, and bodies that students have to write go.

Of a function its decorators, signature and docstring stay, and its body is a comment for the list
of tasks in an editor and ``raise NotImplementedError``. Of a class its decorators, bases,
docstring, fields and constants stay, and its public and special methods, each cut like a function.
Overloads stay whole. A decorator that shows how a function is implemented is removed, and so are
private names, unless something that stays needs a private constant.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence

from grader.course.programs import Definition, find_program

# The comment above a definition that students get whole.
PROVIDED = "# provided"
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
# Decorators that belong to a solution: they change how a function works, not how it is used.
_OF_SOLUTIONS = frozenset(("cache", "jit", "lru_cache", "njit", "vectorize", "wraps"))
# Methods that have their documentation elsewhere: that of the property.
_ACCESSORS = frozenset(("setter", "deleter"))
_EMPTY = "raise NotImplementedError"
_TODO = "# TODO: implement "


def is_private(name: str) -> bool:
    """Return whether a name is a helper's: special names have two underscores on each side."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def is_todo(comment: str) -> bool:
    """Return whether a comment is the one that a stub has in the body of a function."""
    name = comment.strip().removeprefix(_TODO)
    return comment.strip() == _TODO + name and all(map(str.isidentifier, name.split(".")))


def first_line(node: ast.stmt) -> int:
    """Return the place of a statement's first line, with its decorators, counted from 0."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def is_provided(node: ast.stmt, lines: Sequence[str]) -> bool:
    """Return whether a comment above a statement hands it out as it is."""
    above = first_line(node) - 1
    return above >= 0 and lines[above].strip() == PROVIDED


class Cutter:
    """A solution, of which a stub is made."""

    def __init__(self, solution: str) -> None:
        self.lines = solution.splitlines()
        self.tree = ast.parse(solution)
        self.program = find_program(self.tree, self.is_provided)
        self._provided = [node for node in self.tree.body if self.is_provided(node)]
        left_out = [*self.program, *self._provided]
        others = [node for node in self.tree.body if node not in left_out]
        definitions = [node for node in others if isinstance(node, Definition)]
        self._helpers = {node.name for node in definitions if is_private(node.name)}
        # To decorate with what is not written yet would keep the stub from being imported.
        self._asked = {node.name for node in definitions} - self._helpers
        self.unneeded = self._find_unneeded(others)

    def is_provided(self, node: ast.stmt) -> bool:
        """Return whether a comment above a statement hands it out as it is."""
        return is_provided(node, self.lines)

    def find_gaps(self) -> Iterator[str]:
        """Yield why no stub can be made of the solution, by the names of its definitions."""
        for node in self.tree.body:
            if node in self.program:
                continue
            if node in self._provided:
                names = _names_in(node)
            elif isinstance(node, Definition):
                if is_private(node.name):
                    continue
                yield from self._find_undocumented(node, node.name)
                names = self._names_in_interface(node)
            else:
                names = _names_in(node)
                yield from (f"{name} is a lambda; write it with def" for name in _lambdas(node))
            for name in sorted(self._helpers & names):
                yield f"{_label(node)} needs {name}, which the stub lacks; put {PROVIDED} above it"

    def cut(self, node: Definition, owner: str = "") -> list[str]:
        """Return the lines of a definition with its docstring and an empty body.

        Parameters
        ----------
        owner : str
            Of a method, the name of its class and a dot.
        """
        if _is_overload(node):
            return self._lines_of(node)
        kept = self._cut_head(node)
        name = owner + node.name
        if isinstance(node, _FUNCTIONS):
            indent = " " * (node.col_offset + 4)
            return [*kept, f"{indent}{_TODO}{name}", indent + _EMPTY]
        after_definition = True
        for member in filter(_stays, node.body):
            is_definition = isinstance(member, Definition)
            kept += [""] if is_definition or after_definition else []
            kept += (
                self.cut(member, f"{name}.")
                if isinstance(member, Definition) and not self.is_provided(member)
                else self._lines_of(member)
            )
            after_definition = is_definition
        return kept

    def _lines_of(self, node: ast.stmt) -> list[str]:
        return self.lines[first_line(node) : node.end_lineno]

    def _cut_head(self, node: Definition) -> list[str]:
        """Return the decorators that stay, the signature, and the docstring."""
        kept: list[str] = []
        for decorator in filter(self._is_of_interface, node.decorator_list):
            kept += self.lines[decorator.lineno - 1 : decorator.end_lineno]
        body, documented = node.body[0], ast.get_docstring(node) is not None
        if self.lines[body.lineno - 1][: body.col_offset].strip():
            return kept + _write_head(node, documented=documented)
        if documented:
            return kept + self.lines[node.lineno - 1 : body.end_lineno]
        head = self.lines[node.lineno - 1 : first_line(body)]
        while head[-1].strip().startswith("#") or not head[-1].strip():
            head.pop()
        return kept + head

    def _is_of_interface(self, decorator: ast.expr) -> bool:
        name = _name_of(decorator)
        return name not in _OF_SOLUTIONS | self._asked and not is_private(name)

    def _find_undocumented(self, node: Definition, name: str) -> Iterator[str]:
        special = node.name.startswith("__")
        described = special or _is_overload(node) or bool(_ACCESSORS & _decorators(node))
        if not described and ast.get_docstring(node) is None:
            yield f"{name} has no docstring"
        for member in node.body if isinstance(node, ast.ClassDef) else ():
            if not isinstance(member, Definition) or is_private(member.name):
                continue
            if not self.is_provided(member):
                yield from self._find_undocumented(member, f"{name}.{member.name}")

    def _find_unneeded(self, others: list[ast.stmt]) -> list[ast.stmt]:
        """Return the assignments to private names that nothing in the stub needs."""
        private = [node for node in others if _is_private_constant(node)]
        used = set().union(*map(_names_in, self._provided))
        for node in others:
            if isinstance(node, Definition):
                used |= set() if is_private(node.name) else self._names_in_interface(node)
            elif node not in private:
                used |= _names_in(node)
        while needed := [node for node in private if used.intersection(_assigned(node))]:
            used = used.union(*map(_names_in, needed))
            private = [node for node in private if node not in needed]
        return private

    def _names_in_interface(self, node: Definition) -> set[str]:
        """Return the names that a definition needs when it is cut."""
        parts: list[ast.AST] = [one for one in node.decorator_list if self._is_of_interface(one)]
        if isinstance(node, _FUNCTIONS):
            parts += [node.args, *filter(None, [node.returns])]
        else:
            parts += [*node.bases, *node.keywords, *filter(_stays, node.body)]
        names: set[str] = set()
        for part in parts:
            if isinstance(part, Definition) and not self.is_provided(part):
                names |= self._names_in_interface(part)
            else:
                names |= _names_in(part)
        return names


def _write_head(node: Definition, *, documented: bool) -> list[str]:
    """Return the signature and docstring of a definition whose body is on the same line."""
    whole = copy.deepcopy(node)
    whole.decorator_list = []
    whole.body = [*(whole.body[:1] if documented else ()), ast.Pass()]
    return [" " * node.col_offset + line for line in ast.unparse(whole).splitlines()[:-1]]


def _stays(member: ast.stmt) -> bool:
    """Return whether a statement of a class is part of its interface."""
    if isinstance(member, Definition):
        return not is_private(member.name)
    if isinstance(member, ast.AnnAssign):
        return not any(map(is_private, _assigned(member)))
    if isinstance(member, ast.Assign):
        # Another name for a method, as in __radd__ = __add__, is its implementation.
        public = not any(name.startswith("_") for name in _assigned(member))
        return public and not isinstance(member.value, ast.Name | ast.Lambda)
    return False


def _is_private_constant(node: ast.stmt) -> bool:
    names = _assigned(node)
    return bool(names) and all(map(is_private, names))


def _assigned(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign):
        return [one.id for one in node.targets if isinstance(one, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _lambdas(node: ast.stmt) -> list[str]:
    is_lambda = isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Lambda)
    return _assigned(node) if is_lambda else []


def _names_in(node: ast.AST) -> set[str]:
    return {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
    }


def _label(node: ast.stmt) -> str:
    if isinstance(node, Definition):
        return node.name
    return next(iter(_assigned(node)), f"line {node.lineno}")


def _is_overload(node: Definition) -> bool:
    return "overload" in _decorators(node)


def _decorators(node: Definition) -> set[str]:
    return {_name_of(decorator) for decorator in node.decorator_list}


def _name_of(decorator: ast.expr) -> str:
    """Return the last name of a decorator: of `@functools.lru_cache(None)`, lru_cache."""
    if isinstance(decorator, ast.Call):
        return _name_of(decorator.func)
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""
