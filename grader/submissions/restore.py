"""Put one function of a stub back into a student's module, and change nothing else."""

from __future__ import annotations

import ast
import codecs
import tokenize
import warnings
from collections.abc import Iterator

from grader.course.stubs import first_line
from grader.errors import SubmissionError
from grader.sanitize import clean_line

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def restore_function(content: bytes, name: str, stub: str) -> bytes:
    """Return a module with the function of its stub in place of the student's.

    Where a name is defined twice, the later one counts and is replaced. A module without the
    function gets it at the end. Encoding and line endings are those of the module.

    Parameters
    ----------
    content : bytes
        The module.
    name : str
        The function, or the class.
    stub : str
        Its source in the stub.

    Raises
    ------
    SubmissionError
        If the module cannot be parsed, or sets the name in another way.
    """
    bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    lines = content.removeprefix(bom).splitlines(keepends=True)
    body = _parse(content)
    ending = b"\r\n" if lines and lines[0].endswith(b"\r\n") else b"\n"
    new = ending.join(_encode(stub, lines)) + ending
    found = max(_bindings(body, name), key=lambda node: node.lineno, default=None)
    if found is None:
        gap = b"" if not lines or lines[-1].endswith((b"\n", b"\r")) else ending
        return content + gap + 2 * ending + new
    if not isinstance(found, _Definition) or found not in body:
        raise SubmissionError(
            f"line {found.lineno} defines {name} in another way than the stub; "
            "remove that by hand, and reset again"
        )
    end = _end_of(found, lines)
    return bom + b"".join([*lines[: first_line(found)], new, *lines[end:]])


def _parse(content: bytes) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content).body
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno else ""
        raise SubmissionError(f"{where}{clean_line(error.msg)}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SubmissionError(clean_line(str(error)) or "it is nested too deeply") from error


def _encode(stub: str, lines: list[bytes]) -> list[bytes]:
    encoding, _ = tokenize.detect_encoding(iter(lines).__next__)
    try:
        return [line.encode(encoding) for line in stub.splitlines()]
    except UnicodeEncodeError as error:
        raise SubmissionError(
            f"its encoding {encoding} lacks characters of the stub; save it as UTF-8"
        ) from error


def _bindings(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """Yield the statements that give a module's name a value, also below ``if`` or ``try``."""
    for node in body:
        if isinstance(node, _Definition):
            if node.name == name:
                yield node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            if any((one.asname or one.name.partition(".")[0]) == name for one in node.names):
                yield node
        elif blocks := list(_blocks(node)):
            for block in blocks:
                yield from _bindings(block, name)
        elif any(_is_stored(part, name) for part in _parts_of_targets(node)):
            yield node


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


def _end_of(node: ast.stmt, lines: list[bytes]) -> int:
    """Return where a definition ends, with the indented comments after its last statement."""
    end = node.end_lineno or node.lineno
    for place, line in enumerate(lines[end:], end + 1):
        if line.strip() and not (line[:1].isspace() and line.lstrip().startswith(b"#")):
            break
        if line.strip():
            end = place
    return end
