"""Find solutions and hidden checks in files for students: code, notebooks, prose, strings.

A secret has marks. *Lines* are its lines that are long enough to be characteristic. *Shapes*
are pieces of its syntax tree in which names are numbered in order of appearance, so they
survive other names, other formatting, comments and statements in between. *Tests* are names of
hidden checks. The text of docstrings is not secret.

Marks find copies. A right answer that was written independently, such as the reference of a
visible check, has other marks.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.course.stubs import PROVIDED
from grader.sanitize import clean_line

Place = tuple[str, str]  # a class, or "" for none, and a test in it

# Shorter lines, such as `return z`, occur in any code.
_LONG_LINE = 25
# Smaller pieces of a syntax tree, in nodes, are often written independently. Whole statements
# and whole bodies of functions are characteristic at smaller sizes ...
_PIECE = 14
_STATEMENT = 11
_BODY = 7
# ... but the bodies of variants are not: variants are common right answers.
_COMMON_BODY = 16
_SHOWN = 60
_PARAGRAPH = re.compile(r"\n\s*\n")
# Marks of code in prose and in comments.
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_COMMENTS = re.compile(r"(?:^[ \t]*#.*\n?)+", re.MULTILINE)
_PREFIX = re.compile(r"^[ \t]*(?:#+|>>>|\.\.\.|>|//|\*|-)[ \t]?", re.MULTILINE)
_Documented = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of secrets, each with a description and its origin.

    Parameters
    ----------
    lines : dict of str to (str, str)
        By line, without indentation.
    shapes : dict of str to (str, str)
        By canonical text of a piece of a syntax tree.
    tests : dict of (str, str) to (str, str)
        By class and name of a test.
    """

    lines: dict[str, tuple[str, str]] = field(default_factory=dict)
    shapes: dict[str, tuple[str, str]] = field(default_factory=dict)
    tests: dict[Place, tuple[str, str]] = field(default_factory=dict)

    def add(self, body: list[ast.stmt], source: str, whose: str = "", origin: str = "") -> None:
        """Add consecutive statements, without a leading docstring."""
        body = body[1:] if body and _is_text(body[0]) else body
        if not body:
            return
        for line in source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]:
            if len(line.strip()) >= _LONG_LINE:
                what = f"{whose} line `{_shorten(line)}`"
                self.lines.setdefault(line.strip(), (what, origin))
        for shape, piece in _shapes(body):
            self.shapes.setdefault(shape, (f"{whose} code `{_shorten(piece)}`", origin))

    def without(self, public: Marks, text: str) -> Marks:
        """Return the marks that are neither public nor in a public text."""
        shapes = public.shapes.keys() | _shapes_in(text)
        return Marks(
            {k: v for k, v in self.lines.items() if k not in public.lines and k not in text},
            {k: v for k, v in self.shapes.items() if k not in shapes},
            self.tests,
        )


def mark_solutions(sources: Mapping[str, str]) -> Marks:
    """Return the marks of solutions, given by exercise."""
    secret = Marks()
    for name, source in sources.items():
        tree, lines = ast.parse(source), source.splitlines()
        for node in _functions(tree):
            if lines[node.lineno - 2].strip() != PROVIDED:
                secret.add(node.body, source, "the solution's", f"{node.name} in {name}.py")
    return secret.without(Marks(), read_docstrings(sources.values()))


def mark_right_answers(sources: Mapping[str, str], *, with_helpers: bool) -> Marks:
    """Return the marks of other right answers: whole bodies, since their lines are common.

    Parameters
    ----------
    sources : mapping of str to str
        The text of a file beside each suite, by exercise.
    with_helpers : bool
        Whether private functions of the files count, too. A stub may have the same helper.
    """
    secret = Marks()
    for name, source in sources.items():
        for node in _functions(ast.parse(source)):
            if with_helpers or node.name.startswith("__") or not node.name.startswith("_"):
                for shape, piece in _wholes(node.body, _COMMON_BODY):
                    what = f"a right answer's code `{_shorten(piece)}`"
                    secret.shapes[shape] = (what, f"{node.name} beside the suite of {name}")
    return secret


def mark_hidden_checks(
    suites: Mapping[str, str], hidden: Mapping[str, frozenset[Place]], text: str
) -> Marks:
    """Return the marks of hidden checks.

    Parameters
    ----------
    suites : mapping of str to str
        Each exercise's suite.
    hidden : mapping of str to frozenset of (str, str)
        Each exercise's hidden tests, as class and name.
    text : str
        Text that students may read, such as docstrings.
    """
    secrets, public = [], Marks()
    for name, source in suites.items():
        lines = source.splitlines()
        for place, node in _placed(ast.parse(source).body):
            if place not in hidden[name]:
                public.add(node.body, source)
                text += "\n".join(lines[node.lineno - 1 : node.end_lineno]) + "\n\n"
                continue
            origin = f"{'.'.join(filter(None, place))} in the suite of {name}"
            marks = Marks(tests={place: ("the hidden check", origin)})
            marks.add(node.body, source, "a hidden check's", origin)
            secrets.append(marks)
            for statement in filter(_draws, node.body):
                public.add([statement], source)
    return _without_shared(secrets).without(public, text)


def _without_shared(secrets: list[Marks]) -> Marks:
    """Return the marks that only one check has."""
    lines = Counter(line for marks in secrets for line in marks.lines)
    shapes = Counter(shape for marks in secrets for shape in marks.shapes)
    unshared = Marks()
    for marks in secrets:
        unshared.tests.update(marks.tests)
        unshared.lines.update((k, v) for k, v in marks.lines.items() if lines[k] == 1)
        unshared.shapes.update((k, v) for k, v in marks.shapes.items() if shapes[k] == 1)
    return unshared


def _draws(statement: ast.stmt) -> bool:
    """Return whether a statement only draws inputs."""
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return isinstance(statement, ast.Assign) and "rng" in names and "student" not in names


def find_leaks(
    files: Mapping[PurePosixPath, str], secrets: Iterable[Marks], *, whole: bool = False
) -> Iterator[str]:
    """Yield one line for each function of a secret that a file contains.

    Parameters
    ----------
    files : mapping of PurePosixPath to str
        Texts by path; each text in an ``.ipynb`` file is searched separately.
    whole : bool
        Whether each text is either a module or prose. Of modules only comments and strings are
        then searched line by line, which takes half as long.
    """
    secrets = tuple(secrets)
    for path, content in files.items():
        origins: set[str] = set()
        for text in _texts(path, content):
            for what, origin in _find(text, secrets, whole=whole):
                if origin not in origins:
                    origins.add(origin)
                    yield f"{path} contains {what} ({origin})"


def read_docstrings(sources: Iterable[str]) -> str:
    """Return all docstrings of some modules, which students may read."""
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    documented = (node for node in nodes if isinstance(node, _Documented))
    return "".join(f"{ast.get_docstring(node) or ''}\n\n" for node in documented)


def _find(text: str, secrets: tuple[Marks, ...], *, whole: bool) -> Iterator[tuple[str, str]]:
    shapes = _shapes_in(text, whole=whole)
    tests = {place for place, _ in _placed(_parse(text))}
    for secret in secrets:
        yield from (secret.tests[place] for place in sorted(tests & secret.tests.keys()))
        yield from (secret.lines[line] for line in secret.lines if line in text)
        yield from (secret.shapes[shape] for shape in sorted(shapes & secret.shapes.keys()))


def _texts(path: PurePosixPath, content: str) -> Iterator[str]:
    if path.suffix == ".ipynb":
        try:
            yield from _strings(json.loads(content))
            return
        except ValueError:
            pass  # not valid JSON: search it as text
    yield content


def _strings(value: object) -> Iterator[str]:
    """Yield every text in JSON; a list of lines is one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield "".join(value)
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _codes(text: str, *, whole: bool = False) -> Iterator[str]:
    """Yield the parts of a text that may be code: all, paragraphs, lines, strings."""
    yield text
    body = _parse(text)
    unfenced = _FENCE.sub("", "\n".join(_COMMENTS.findall(text)) if whole and body else text)
    for plain in {unfenced, _PREFIX.sub("", unfenced)}:
        for paragraph in _PARAGRAPH.split(plain):
            yield paragraph
            yield from paragraph.splitlines()
    for node in _walk(body):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            yield from _codes(node.value)


def _parse(code: str) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # prose may contain invalid escapes
            return ast.parse(textwrap.dedent(code).strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _walk(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for node in body:
        yield from ast.walk(node)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _placed(body: list[ast.stmt]) -> Iterator[tuple[Place, ast.FunctionDef]]:
    """Yield the functions of a module and of its classes, by class and name."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield ("", node.name), node
        elif isinstance(node, ast.ClassDef):
            yield from (((node.name, name), test) for (_, name), test in _placed(node.body))


def _shapes_in(text: str, *, whole: bool = False) -> set[str]:
    codes = set(_codes(text, whole=whole))
    return {shape for code in codes for shape, _ in _shapes(_parse(code))}


def _shapes(body: list[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """Yield the canonical texts of all pieces that are large enough to be characteristic."""
    yield from _wholes(body, _BODY)
    for node in _walk(body):
        if isinstance(node, ast.stmt | ast.expr) and not _is_text(node):
            shape, size = _canonical([node])
            if size >= (_STATEMENT if isinstance(node, ast.stmt) else _PIECE):
                yield shape, node
        if isinstance(node, ast.FunctionDef):
            yield from _wholes(node.body, _BODY)


def _wholes(body: list[ast.stmt], least: int) -> Iterator[tuple[str, ast.AST]]:
    done = [node for node in body if not _is_text(node)]
    shape, size = _canonical(done)
    if size >= least:
        yield shape, ast.Module(done, [])


def _canonical(nodes: list[ast.stmt] | list[ast.stmt | ast.expr]) -> tuple[str, int]:
    """Return nodes as text in which names are numbers, and the number of nodes."""
    writer = _Writer()
    writer.write(nodes)
    return " ".join(writer.parts), writer.size


class _Writer:
    """Writes syntax trees without names, annotations and docstrings."""

    _IGNORED = frozenset({"annotation", "returns", "type_comment", "kind", "ctx"})
    _NAMES = frozenset({"id", "arg", "name", "asname"})

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0
        self._names: dict[str, int] = {}

    def write(self, value: object, field: str = "") -> None:
        if isinstance(value, list):
            self.parts.append("[")
            for item in value:
                self.write(item, field)
            self.parts.append("]")
        elif isinstance(value, ast.AST):
            self._write_node(value)
        elif field in self._NAMES and isinstance(value, str):
            self.parts.append(str(self._names.setdefault(value, len(self._names))))
        else:
            self.parts.append(repr(_as_float(value)))

    def _write_node(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt) and _is_text(node):
            return
        self.size += 1
        self.parts.append(type(node).__name__)
        for name, value in ast.iter_fields(node):
            if name not in self._IGNORED:
                self.write(value, name)


def _as_float(value: object) -> object:
    # 2 and 2.0 are the same number.
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
    return float(value) if whole else value  # type: ignore[arg-type]


def _is_text(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _shorten(code: str | ast.AST) -> str:
    return clean_line(code if isinstance(code, str) else ast.unparse(code), _SHOWN)
