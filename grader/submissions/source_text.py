"""The text of a module with its syntax tree: places in it, and edits that keep all else."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from grader.course.cutting import first_line
from grader.errors import SubmissionError
from grader.sanitize import clean_line

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

# The ends of lines that Python knows; a form feed is not among them.
_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of a part of a text; at one place, edits are in their order."""

    start: int
    end: int
    text: str


class SourceText:
    """The source of a module or of a notebook's cell.

    Parameters
    ----------
    text : str
        Its text, with its own line endings.
    body : list of ast.stmt
        The statements of the text.
    masked : str
        The text that was parsed, if it is another one with the same lines and places.
    """

    def __init__(self, text: str, body: list[ast.stmt], masked: str = "") -> None:
        self.text = text
        self.body = body
        self._masked = masked or text
        ends = list(_END.finditer(text))
        self.newline = ends[0][0] if ends else "\n"
        self._starts = [0, *(end.end() for end in ends)]
        stops = [end.start() for end in ends]
        self.lines = [
            text[start:stop] for start, stop in zip(self._starts, [*stops, len(text)], strict=True)
        ]

    def offset(self, line: int, column: int) -> int:
        """Return the place of a position of `ast`: lines from 1, columns in bytes of UTF-8."""
        before = self.lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(before)

    def start_of_line(self, line: int) -> int:
        """Return where a line begins, counted from 0; one after the last is the end."""
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def end_of_line(self, line: int) -> int:
        """Return where a line, counted from 0, ends before its line ending."""
        return self._starts[line] + len(self.lines[line])

    def start_of(self, node: ast.stmt | ast.expr) -> int:
        """Return where a node begins, without decorators."""
        return self.offset(node.lineno, node.col_offset)

    def end_of(self, node: ast.stmt | ast.expr) -> int:
        """Return where a node ends."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def text_of(self, node: ast.stmt) -> str:
        """Return the lines of a statement, with decorators, from its first character on."""
        first = first_line(node)
        start = self._starts[first] + len(self.indent_of_line(first))
        return self.plain(self.text[start : self.end_of(node)])

    def indent_of_line(self, line: int) -> str:
        """Return the white space at the beginning of a line, counted from 0."""
        content = self.lines[line]
        return content[: len(content) - len(content.lstrip(" \t\f"))]

    def after(self, node: ast.stmt) -> int:
        """Return the line, from 0, after a definition and the comments that are part of it.

        These are the ones after its last statement that are indented more than it is.
        """
        end = node.end_lineno or node.lineno
        for place, line in enumerate(self.lines[end:], end + 1):
            bare = line.strip()
            if bare and not (bare.startswith("#") and _width(line) > node.col_offset):
                break
            if bare:
                end = place
        return end

    def comments(self, node: ast.stmt) -> tuple[str, ...]:
        """Return the comments in a statement, and those that `after` counts to it."""
        within = range(first_line(node), self.after(node))
        return tuple(text for line, text in self._comments if line in within)

    @cached_property
    def _comments(self) -> list[tuple[int, str]]:
        kinds = (tokenize.COMMENT,)
        return [(t.start[0] - 1, t.string.rstrip()) for t in self.tokens if t.type in kinds]

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        """Python's tokens; their columns count characters."""
        try:
            lines = io.StringIO(self._masked, newline=None)
            return list(tokenize.generate_tokens(lines.readline))
        except (tokenize.TokenError, SyntaxError) as error:
            raise SubmissionError(clean_line(str(error))) from error

    @staticmethod
    def plain(text: str) -> str:
        """Return a text with the line endings of this program."""
        return _END.sub("\n", text)

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text with some parts replaced; new lines end as the others do."""
        pieces, done = [], 0
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            assert edit.start >= done, "two edits overlap"
            pieces += [self.text[done : edit.start], edit.text.replace("\n", self.newline)]
            done = edit.end
        return "".join([*pieces, self.text[done:]])


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """The bytes of a module, taken apart.

    Parameters
    ----------
    source : SourceText
        Its text.
    bom, encoding : bytes and str
        How the text is written into bytes.
    """

    source: SourceText
    bom: bytes
    encoding: str

    def encode(self, text: str) -> bytes:
        """Return a new text as the bytes of this module.

        Raises
        ------
        SubmissionError
            If its encoding cannot write the text.
        """
        try:
            return self.bom + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise SubmissionError(
                f"its encoding {self.encoding} lacks characters of the stub; save it as UTF-8"
            ) from error


def read_module(content: bytes) -> ModuleFile:
    """Take the bytes of a module apart; nothing in it is executed.

    Raises
    ------
    SubmissionError
        If it is not Python.
    """
    body = _parse(content)
    bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    rest = content.removeprefix(bom)
    encoding, _ = tokenize.detect_encoding(iter(rest.splitlines(keepends=True)).__next__)
    text = rest.decode(encoding)
    if text.encode(encoding) != rest:
        raise SubmissionError(f"its encoding {encoding} is not supported; save it as UTF-8")
    return ModuleFile(SourceText(text, body), bom, encoding)


def read_cell(text: str, masked: str) -> SourceText:
    """Parse the code of a notebook's cell, of which magics are masked as comments.

    Raises
    ------
    SubmissionError
        If it is not Python.
    """
    return SourceText(text, _parse(masked), masked)


def _parse(content: bytes | str) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content).body
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno else ""
        raise SubmissionError(f"{where}{clean_line(error.msg)}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SubmissionError(clean_line(str(error)) or "it is nested too deeply") from error


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())


def find_bindings(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """Yield the statements that give a module's name a value, also below ``if`` or ``try``."""
    for node in body:
        if isinstance(node, Definition):
            if node.name == name:
                yield node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            if any((one.asname or one.name.partition(".")[0]) == name for one in node.names):
                yield node
        elif blocks := list(_blocks(node)):
            for block in blocks:
                yield from find_bindings(block, name)
        elif any(_is_stored(part, name) for part in _parts_of_targets(node)):
            yield node


def names_set(node: ast.stmt) -> tuple[str, ...]:
    """Return the names that an assignment gives a value."""
    parts = _parts_of_targets(node)
    found = (part for part in parts if isinstance(part, ast.Name))
    return tuple(part.id for part in found if isinstance(part.ctx, ast.Store))


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield from filter(None, [getattr(node, field, None)])
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _parts_of_targets(node: ast.stmt) -> Iterator[ast.AST]:
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    for target in filter(None, targets):
        yield from ast.walk(target)


def _is_stored(part: ast.AST, name: str) -> bool:
    return isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Store)
