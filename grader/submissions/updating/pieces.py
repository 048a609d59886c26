"""The pieces of a definition, compared and moved between a stub and a student's module."""

from __future__ import annotations

import ast
import inspect
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.course.cutting import is_todo
from grader.submissions.source_text import Definition, SourceText

_UNWRITTEN = "NotImplementedError"
# Calls by which a body can use names that it does not spell.
_DYNAMIC = frozenset(("locals", "vars", "eval", "exec"))
_IDENTIFIERS = frozenset(("id", "arg", "name", "asname", "rest", "names"))


@dataclass(frozen=True, slots=True)
class Block:
    """A module or a class: its source, its statements, and whether it has base classes."""

    source: SourceText
    body: list[ast.stmt]
    inherits: bool = False

    @property
    def docstring(self) -> ast.Expr | None:
        """The statement that is its docstring."""
        return docstring_of(self.body)

    @property
    def statements(self) -> list[ast.stmt]:
        """Its statements without its docstring."""
        return self.body[1:] if self.docstring else self.body

    def definition(self, name: str) -> Part | None:
        """Return the definition of a name that counts, which is the last."""
        nodes = [node for node in self.body if isinstance(node, Definition) and node.name == name]
        return Part(self.source, nodes[-1]) if nodes else None


@dataclass(frozen=True, slots=True)
class Part:
    """A definition in its source."""

    source: SourceText
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

    @property
    def block(self) -> Block:
        """Its content."""
        bases = isinstance(self.node, ast.ClassDef) and bool(self.node.bases)
        return Block(self.source, self.node.body, bases)

    @property
    def unwritten(self) -> bool:
        """Whether it only raises ``NotImplementedError``; of a class, whether all methods do."""
        statements = self.block.statements
        if isinstance(self.node, ast.ClassDef):
            parts = [Part(self.source, n) for n in statements if isinstance(n, Definition)]
            return len(parts) == len(statements) > 0 and all(part.unwritten for part in parts)
        return len(statements) == 1 and _raises_unwritten(statements[0])

    @property
    def asked(self) -> bool:
        """Whether a stub asks for it, or for a method of it."""
        methods = (Part(self.source, n) for n in self.node.body if isinstance(n, Definition))
        return self.unwritten or any(method.asked for method in methods)

    @property
    def comments(self) -> tuple[str, ...]:
        """The comments in it without those of a stub, which are gone once it is written."""
        return tuple(text for text in self.source.comments(self.node) if not is_todo(text))

    def shape(self) -> object:
        """Return what two equal definitions have in common: code, docstrings and comments."""
        return shape_of(self.node), self.comments

    def body_shape(self) -> object:
        """Return the same of its body without the docstring."""
        return [shape_of(node) for node in self.block.statements], self.comments

    def decorators(self) -> list[str]:
        """Return its decorators, without layout."""
        return [ast.dump(one) for one in self.node.decorator_list]

    def parameters(self) -> object:
        """Return what its calls depend on; of a class its bases. Annotations do not count."""
        if isinstance(self.node, ast.ClassDef):
            return [ast.dump(one) for one in (*self.node.bases, *self.node.keywords)]
        return list(_parameters(self.node))

    def head_shape(self) -> object:
        """Return its head with decorators and annotations, without layout."""
        if isinstance(self.node, ast.ClassDef):
            return self.decorators(), self.parameters()
        returns = ast.dump(self.node.returns) if self.node.returns else ""
        return self.decorators(), ast.dump(self.node.args), returns

    @property
    def called(self) -> str:
        """Its parameters as text."""
        if isinstance(self.node, ast.ClassDef):
            return ", ".join(ast.unparse(one) for one in (*self.node.bases, *self.node.keywords))
        return ast.unparse(self.node.args)

    @property
    def indent(self) -> str:
        """The white space before its body."""
        first = self.node.body[0]
        indent = self.source.indent_of_line(first.lineno - 1)
        begins = self.source.start_of_line(first.lineno - 1) + len(indent)
        if self.source.start_of(first) == begins:
            return indent
        return self.source.indent_of_line(self.node.lineno - 1) + "    "

    def head(self) -> tuple[int, int]:
        """Return where its head begins, at ``def`` or ``class``, and where its colon ends."""
        start = self.source.start_of(self.node)
        depth = 0
        begun = False
        for token in self.source.tokens:
            place = self.source.start_of_line(token.start[0] - 1) + token.start[1]
            begun = begun or place >= start
            if not begun or token.type != tokenize.OP:
                continue
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ":" and not depth:
                return start, place + 1
        raise AssertionError  # a definition has a colon


def docstring_of(body: Sequence[ast.stmt]) -> ast.Expr | None:
    """Return the statement that is the docstring of a body."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first if isinstance(first.value.value, str) else None
    return None


def text_of_docstring(node: ast.Expr | None) -> str | None:
    """Return a docstring without its indentation."""
    if node is None:
        return None
    assert isinstance(node.value, ast.Constant)
    lines = inspect.cleandoc(str(node.value.value)).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def shape_of(node: ast.stmt) -> str:
    """Return a statement without layout and the indentation of docstrings."""
    for part in ast.walk(node):
        if isinstance(part, Definition) and (docstring := docstring_of(part.body)):
            # In place, as a copy of the tree takes longer than all else: no other code needs
            # the indentation of a docstring's value.
            docstring.value = ast.Constant(text_of_docstring(docstring))
    return ast.dump(node)


def _raises_unwritten(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == _UNWRITTEN


def _parameters(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and default of each parameter."""
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    for place, (one, default) in enumerate(zip(plain, defaults, strict=True)):
        kind = "positional only" if place < len(arguments.posonlyargs) else "positional"
        yield kind, one.arg, ast.dump(default) if default else ""
    if arguments.vararg:
        yield "*", arguments.vararg.arg, ""
    for one, other in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield "keyword", one.arg, ast.dump(other) if other else ""
    if arguments.kwarg:
        yield "**", arguments.kwarg.arg, ""


def accepts_calls(mine: Part, theirs: Part) -> bool:
    """Return whether the calls that fit a stub's function fit a student's, too."""
    if isinstance(mine.node, ast.ClassDef) or isinstance(theirs.node, ast.ClassDef):
        return True
    own, asked = list(_parameters(mine.node)), list(_parameters(theirs.node))
    if any(kind.startswith("*") for kind, _, _ in (*own, *asked)):
        return True
    plain = [one for one in own if one[0] != "keyword"]
    wanted = [name for kind, name, _ in asked if kind != "keyword"]
    more = [*plain[len(wanted) :], *(one for one in own if one[0] == "keyword")]
    names = {name for _, name, _ in asked}
    return (
        [name for _, name, _ in plain[: len(wanted)]] == wanted
        and names <= {name for _, name, _ in own}
        and all(default for _, name, default in more if name not in names)
    )


def runs_with(mine: Part, theirs: Part) -> bool:
    """Return whether a written body means the same below the head of another stub.

    It does if it uses no parameter that is gone and no name that is a parameter now.
    """
    if isinstance(mine.node, ast.ClassDef) or isinstance(theirs.node, ast.ClassDef):
        return False
    own = {name: kind for kind, name, _ in _parameters(mine.node)}
    new = {name: kind for kind, name, _ in _parameters(theirs.node)}
    used = set(_identifiers(mine.node.body))
    if list(own) == list(new):
        return all(_is_same_kind(own[name], new[name]) for name in own)
    changed = own.keys() ^ new.keys()
    changed |= {n for n in own.keys() & new.keys() if not _is_same_kind(own[n], new[n])}
    # A call of itself may pass its arguments in the old order.
    return not used & {*changed, *_DYNAMIC, mine.node.name}


def _is_same_kind(one: str, other: str) -> bool:
    return one == other or not (one.startswith("*") or other.startswith("*"))


def _identifiers(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        for node in ast.walk(statement):
            for field, value in ast.iter_fields(node):
                if field in _IDENTIFIERS:
                    texts = value if isinstance(value, list) else [value]
                    yield from (text for text in texts if isinstance(text, str))


def move(text: str, old: str, new: str, *, code: bool = True) -> str:
    """Return lines with another indentation, but for the first and what is in strings.

    Parameters
    ----------
    text : str
        A definition, a docstring or a head; its first line has no indentation.
    old, new : str
        The white space before it.
    code : bool
        Whether it is code, in which the lines of a string keep their place.
    """
    if old == new:
        return text
    first, *lines = text.split("\n")
    fixed = _lines_in_strings(old + text) if code else frozenset()
    moved = [
        new + line.removeprefix(old) if line.strip() and place not in fixed else line
        for place, line in enumerate(lines, 1)
    ]
    return "\n".join([first, *moved])


def _lines_in_strings(text: str) -> frozenset[int]:
    """Return the lines, from 0, that begin in a string that is not a docstring."""
    tree = ast.parse(f"if 1:\n{text}" if text[:1].isspace() else text)
    offset = 1 if text[:1].isspace() else 0
    documented = {
        id(docstring.value)
        for node in ast.walk(tree)
        if isinstance(node, Definition) and (docstring := docstring_of(node.body))
    }
    found: set[int] = set()
    for node in ast.walk(tree):
        string = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        )
        if string and id(node) not in documented and isinstance(node, ast.expr):
            end = node.end_lineno or node.lineno
            found.update(range(node.lineno - offset, end - offset))
    return frozenset(found)
