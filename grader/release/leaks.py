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
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from grader.course.cutting import is_provided
from grader.course.programs import guarded_by
from grader.course.stubs import find_program_of
from grader.release.acknowledged import Acknowledged
from grader.release.shapes import Nodes, Skeleton, Sketch, Trace, canonical, is_text
from grader.sanitize import clean_line

Place = tuple[str, str]  # a class, or "" for none, and a test in it

# Shorter lines, such as `return z`, occur in any code.
_LONG_LINE = 25
# Smaller bodies of variants are not characteristic: variants are common right answers.
_COMMON_BODY = 16
_SHOWN = 60
_PARAGRAPH = re.compile(r"\n\s*\n")
# Marks of code in prose and in comments.
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_COMMENTS = re.compile(r"(?:^[ \t]*#.*\n?)+", re.MULTILINE)
_PREFIX = re.compile(r"^[ \t]*(?:#+|>>>|\.\.\.|>|//|\*|-)[ \t]?", re.MULTILINE)
_Parse = Callable[[str], list[ast.stmt]]  # `_parse`, which caches
_Documented = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Mark(NamedTuple):
    """The origin of a mark: some words, and the code that is shown after them.

    ``skeleton`` is that of the code; pieces of other skeletons have another shape.
    """

    words: str
    code: str | ast.AST
    origin: str
    skeleton: Skeleton = (0, 0)

    @property
    def text(self) -> str:
        """Return what acknowledges it: the code, or the place where there is none."""
        code = self.code if isinstance(self.code, str) else ast.unparse(self.code)
        return code.strip() or self.origin

    def describe(self) -> str:
        """Return the words with the code."""
        return f"{self.words} `{_shorten(self.code)}`" if self.code else self.words


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of secrets.

    Parameters
    ----------
    lines : dict of str to Mark
        By line, without indentation.
    shapes : dict of str to Mark
        By canonical text of a piece of a syntax tree.
    tests : dict of (str, str) to Mark
        By class and name of a test.
    """

    lines: dict[str, Mark] = field(default_factory=dict)
    shapes: dict[str, Mark] = field(default_factory=dict)
    tests: dict[Place, Mark] = field(default_factory=dict)

    def add(self, body: list[ast.stmt], source: str, whose: str = "", origin: str = "") -> None:
        """Add consecutive statements, without a leading docstring."""
        body = body[1:] if body and is_text(body[0]) else body
        if not body:
            return
        for line in source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]:
            if len(line.strip()) >= _LONG_LINE:
                self.lines.setdefault(line.strip(), Mark(f"{whose} line", line, origin))
        for nodes, skeleton in Sketch(body).pieces:
            mark = Mark(f"{whose} code", _join(nodes), origin, skeleton)
            self.shapes.setdefault(canonical(nodes), mark)

    def without(self, public: Marks, text: str) -> Marks:
        """Return the marks that are neither public nor in a public text."""
        shapes = public.shapes.keys() | _shapes_in(_outline(text), _skeletons(self))
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
            if not is_provided(node, lines):
                secret.add(node.body, source, "the solution's", f"{node.name} in {name}.py")
        for statement in find_program_of(tree, lines):
            body = guarded_by(statement) or [statement]
            secret.add(body, source, "the solution's", f"{name}.py")
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
                sketch = Sketch(node.body)
                if sketch.size >= _COMMON_BODY:
                    origin = f"{node.name} beside the suite of {name}"
                    mark = Mark("a right answer's code", _join(node.body), origin, sketch.skeleton)
                    secret.shapes[canonical(node.body)] = mark
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
            marks = Marks(tests={place: Mark("the hidden check", "", origin)})
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
    files: Mapping[PurePosixPath, str],
    secrets: Iterable[Marks],
    *,
    whole: bool = False,
    known: Acknowledged | None = None,
) -> Iterator[str]:
    """Yield one line for each function of a secret that a file contains.

    Parameters
    ----------
    files : mapping of PurePosixPath to str
        Texts by path; each text in an ``.ipynb`` file is searched separately.
    whole : bool
        Whether each text is either a module or prose. Of modules only comments and strings are
        then searched line by line, which takes half as long.
    known : Acknowledged, optional
        The text that files may contain. It notes which of it was found, and in which files.
    """
    search = _Search(secrets)
    known = known or Acknowledged()
    for path, content in files.items():
        found: dict[str, list[Mark]] = {}
        for text in _texts(path, content):
            for mark in search.find(text, whole=whole):
                if not known.covers(path, mark.text):
                    found.setdefault(mark.origin, []).append(mark)
        for origin, marks in found.items():
            known.note(path, [mark.text for mark in marks])
            yield f"{path} contains {marks[0].describe()} ({origin})"


def read_docstrings(sources: Iterable[str]) -> str:
    """Return all docstrings of some modules, which students may read."""
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    documented = (node for node in nodes if isinstance(node, _Documented))
    return "".join(f"{ast.get_docstring(node) or ''}\n\n" for node in documented)


class _Search:
    """Data that is prepared once for all texts that are searched for some secrets."""

    def __init__(self, secrets: Iterable[Marks]) -> None:
        self._secrets = tuple(secrets)
        self._skeletons = frozenset().union(*map(_skeletons, self._secrets))
        # A text that contains a line has its words but the outermost, each between two spaces.
        self._words = {
            line: max(line.split()[1:-1], key=len, default="")
            for secret in self._secrets
            for line in secret.lines
        }

    def find(self, text: str, *, whole: bool) -> Iterator[Mark]:
        outline = _outline(text, whole=whole)
        shapes = _shapes_in(outline, self._skeletons)
        words = {"", *text.split()}
        for secret in self._secrets:
            yield from (
                secret.tests[place] for place in sorted(outline.tests & secret.tests.keys())
            )
            for line, mark in secret.lines.items():
                if self._words[line] in words and line in text:
                    yield mark
            yield from (secret.shapes[shape] for shape in sorted(shapes & secret.shapes.keys()))


def _skeletons(marks: Marks) -> frozenset[Skeleton]:
    return frozenset(mark.skeleton for mark in marks.shapes.values())


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


def _codes(text: str, parse: _Parse, *, whole: bool = False) -> Iterator[str]:
    """Yield the parts of a text that may be code: all, paragraphs, lines, strings."""
    yield text
    body = parse(text)
    unfenced = _FENCE.sub("", "\n".join(_COMMENTS.findall(text)) if whole and body else text)
    for plain in {unfenced, _PREFIX.sub("", unfenced)}:
        for paragraph in _PARAGRAPH.split(plain):
            yield paragraph
            yield from paragraph.splitlines()
    for node in _walk(body):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            yield from _codes(node.value, parse)


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


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return (node for node in ast.walk(tree) if isinstance(node, kinds))


def _placed(body: list[ast.stmt]) -> Iterator[tuple[Place, ast.FunctionDef]]:
    """Yield the functions of a module and of its classes, by class and name."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield ("", node.name), node
        elif isinstance(node, ast.ClassDef):
            yield from (((node.name, name), test) for (_, name), test in _placed(node.body))


class _Outline(NamedTuple):
    """The parts of a text that are code, each with its trace, and the places of its tests."""

    codes: tuple[tuple[str, Trace], ...]
    tests: frozenset[Place]


@lru_cache(maxsize=1024)
def _outline(text: str, *, whole: bool = False) -> _Outline:
    """Return the outline of a text, of which the files of the grader are in every kit."""
    parse = cache(_parse)
    traces = (
        (code, Sketch(body).trace)
        for code in set(_codes(text, parse, whole=whole))
        if (body := parse(code))
    )
    codes = tuple((code, trace) for code, trace in traces if trace.pieces)
    return _Outline(codes, frozenset(place for place, _ in _placed(parse(text))))


def _shapes_in(outline: _Outline, skeletons: frozenset[Skeleton]) -> set[str]:
    """Return the shapes of a text that have one of these skeletons."""
    lengths = frozenset(length for length, _ in skeletons)
    found = (code for code, trace in outline.codes if trace.has_any(skeletons, lengths))
    sketches = map(Sketch, map(_parse, found))
    return {canonical(nodes) for one in sketches for nodes in one.pieces_like(skeletons)}


def _join(nodes: Nodes) -> ast.AST:
    """Return nodes as they are shown."""
    return ast.Module([node for node in nodes if not is_text(node)], [])


def _shorten(code: str | ast.AST) -> str:
    return clean_line(code if isinstance(code, str) else ast.unparse(code), _SHOWN)
