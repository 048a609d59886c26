"""Reading the examples of a file. It is parsed one statement at a time, and never executed."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterator

import msgspec

from grader.examples.literals import NotLiteralError, Reader
from grader.examples.statements import Statement, split_statements
from grader.examples.values import Example, Remark, Written
from grader.sanitize import clean_line

MOST_BYTES = 64 * 1024
TOO_LARGE = f"it has more than {MOST_BYTES // 1024} KiB; write fewer examples"
MOST_EXAMPLES = 500
MOST_REMARKS = 100
_FORM = "write an example as function(arguments) == value"
_ROUNDED = ("round", "around", "float", "int", "float64", "asarray", "tolist", "list")


class NotReadableError(Exception):
    """A file that has no examples at all; the message says why."""


class Request(msgspec.Struct):
    """Read the examples of a file.

    Parameters
    ----------
    functions : tuple of str
        The functions that may be passed as arguments.
    """

    content: bytes
    functions: tuple[str, ...]


class Reply(msgspec.Struct):
    """The examples of a file, or why there are none."""

    written: Written = Written()
    problem: str = ""


def answer(request: bytes) -> bytes:
    """Return the packed `Reply` to a packed `Request`, for a child process with limits."""
    asked = msgspec.msgpack.decode(request, type=Request)
    try:
        reply = Reply(read_written(asked.content, asked.functions))
    except NotReadableError as error:
        reply = Reply(problem=str(error))
    except (MemoryError, RecursionError):
        reply = Reply(problem="it takes too much memory to read; write smaller examples")
    return msgspec.msgpack.encode(reply)


def read_written(content: bytes, functions: Collection[str]) -> Written:
    """Return the examples of a file, and a remark about each line that is not one.

    Raises
    ------
    NotReadableError
        If the file is too large, or is not text.
    """
    if len(content) > MOST_BYTES:
        raise NotReadableError(TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadableError("it is not valid UTF-8; save it as UTF-8") from error
    if "\0" in text:
        raise NotReadableError("it has null bytes, so it is not a text file")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    examples: list[Example] = []
    remarks: list[Remark] = []
    for statement in split_statements(text):
        try:
            examples += _read_statement(statement, functions)
        except NotLiteralError as error:
            remarks.append(Remark(statement.line, str(error)))
        if len(examples) > MOST_EXAMPLES:
            raise NotReadableError(f"it has more than {MOST_EXAMPLES} examples; write fewer")
    if len(remarks) > MOST_REMARKS:
        more = f"and {len(remarks) - MOST_REMARKS} more lines are not examples"
        remarks[MOST_REMARKS:] = [Remark(remarks[MOST_REMARKS].line, more)]
    return Written(tuple(examples), tuple(remarks))


def _read_statement(statement: Statement, functions: Collection[str]) -> Iterator[Example]:
    if statement.problem:
        raise NotLiteralError(statement.problem)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and of `is` with a literal
            body = ast.parse(statement.text).body
    except SyntaxError as error:
        reason = clean_line(error.msg or "", 100)
        raise NotLiteralError(f"it is not valid Python ({reason}); {_FORM}") from None
    except (ValueError, RecursionError, MemoryError):
        raise NotLiteralError(f"it is too long or nested too deeply; {_FORM}") from None
    for node in body:
        first = statement.line + node.lineno - 1
        try:
            yield from _read_node(node, statement.text, first, functions)
        except RecursionError:
            raise NotLiteralError(f"it is nested too deeply; {_FORM}") from None


def _read_node(
    node: ast.stmt, source: str, line: int, functions: Collection[str]
) -> Iterator[Example]:
    match node:
        case ast.Import() | ast.ImportFrom():
            return  # never executed, and needed to run the file with Python
        case ast.Expr(value=ast.Constant(value=str())):
            return
        case ast.Expr(value=expression) | ast.Assert(test=expression):
            yield _read_example(expression, source, line, functions)
        case _:
            raise NotLiteralError(f"this is a statement, not an example; {_FORM}")


def _read_example(node: ast.expr, source: str, line: int, functions: Collection[str]) -> Example:
    if isinstance(node, ast.Tuple) and any(isinstance(e, ast.Compare) for e in node.elts):
        raise NotLiteralError("a tuple on the right needs parentheses: f(x) == (1.0, 2.0)")
    if not isinstance(node, ast.Compare):
        raise NotLiteralError(_advise(node))
    if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq):
        raise NotLiteralError(f"compare once, with ==; {_FORM}")
    left, right = node.left, node.comparators[0]
    if not _is_call(left) and _is_call(right):
        left, right = right, left
    if not isinstance(left, ast.Call) or not _is_call(left):
        raise NotLiteralError(_advise(left))
    if any(keyword.arg is None for keyword in left.keywords):
        raise NotLiteralError("write out each argument, without **")
    reader = Reader(source, functions)
    assert isinstance(left.func, ast.Name)
    kwargs = {}
    for keyword in left.keywords:
        assert keyword.arg is not None
        kwargs[keyword.arg] = reader.read(keyword.value)
    return Example(
        line,
        clean_line(" ".join(source.split()), 200),
        left.func.id,
        tuple(map(reader.read, left.args)),
        kwargs,
        reader.read(right),
    )


def _is_call(node: ast.expr) -> bool:
    """Return whether this calls something that may be a function of the course."""
    plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return plain and node.func.id not in _ROUNDED  # type: ignore[attr-defined]


def _advise(node: ast.expr) -> str:
    """Return what to write instead of something that is not a comparison of a call."""
    called = node.func if isinstance(node, ast.Call) else None
    name = getattr(called, "attr", getattr(called, "id", ""))
    if name in ("allclose", "isclose", "array_equal", "assert_allclose", "approx"):
        return f"leave {name} out: write f(x) == value with the digits that you know"
    if name in (*_ROUNDED, "all"):
        return f"leave {name} out: {_FORM}"
    if isinstance(node, ast.Call):
        return f"a value is missing; {_FORM}"
    if isinstance(node, ast.Subscript):
        return f"compare the whole result, without an index; {_FORM}"
    return _FORM
