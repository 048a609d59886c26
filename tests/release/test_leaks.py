"""The search for leaks finds every copy, whatever it leaves out to be quick."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from grader.release import leaks
from grader.release.leaks import find_leaks, mark_solutions
from grader.release.shapes import Sketch, canonical

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = {path.stem: path.read_text() for path in sorted((ROOT / "solutions").glob("*.py"))}
TEXTS = [*SOLUTIONS.values(), *(p.read_text() for p in sorted(ROOT.glob("grader/*.py")))]


class _Renamed(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(f"other_{node.id}", node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(f"other_{node.arg}", ast.Constant("with an annotation"))


def _prefixed(prefix: str, code: str) -> str:
    return "".join(f"{prefix}{line}\n" for line in code.splitlines())


FORMS: dict[str, tuple[str, Callable[[str], str]]] = {
    "module": ("a.py", str),
    "comment": ("a.py", lambda code: f"x = 1\n{_prefixed('# ', code)}y = 2\n"),
    "docstring": (
        "a.py",
        lambda code: f'def f():\n    """Do.\n\n{_prefixed("    ", code)}    """\n',
    ),
    "session": ("a.md", lambda code: _prefixed("... ", code)),
    "fence": ("a.md", lambda code: f"Text.\n\n```python\n{code}\n```\n"),
    "class": ("a.py", lambda code: f"class A:\n{_prefixed('    ', code)}"),
    "cell": ("a.ipynb", lambda code: json.dumps({"source": code.splitlines(keepends=True)})),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_marked_function_is_found_under_other_names(form: str) -> None:
    """A copy of each solution, wherever it is put."""
    secrets = mark_solutions(SOLUTIONS)
    marked = {mark.origin for mark in secrets.shapes.values()}
    name, put = FORMS[form]
    found = set()
    for exercise, source in SOLUTIONS.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and f"{node.name} in {exercise}.py" in marked:
                node.body = node.body[ast.get_docstring(node) is not None :]
                text = put(ast.unparse(_Renamed().visit(node)))
                lines = list(find_leaks({PurePosixPath(name): text}, [secrets]))
                found |= {line.rpartition("(")[2].rstrip(")") for line in lines}
                assert lines
    assert found == marked


@pytest.mark.parametrize("text", TEXTS)
def test_the_quick_search_finds_the_shapes_that_a_full_one_finds(text: str) -> None:
    """Each piece of the text is written by itself here, and compared."""
    body = ast.parse(text).body
    everything = set(_written(body))
    some = {shape: _mark(nodes) for shape, nodes in list(_shaped(body))[::3]}
    skeletons = frozenset(mark.skeleton for mark in some.values())
    found = leaks._shapes_in(leaks._outline(text), skeletons)
    assert everything & some.keys() == found & some.keys() == some.keys()


def _mark(nodes: list[ast.AST]) -> leaks.Mark:
    return leaks.Mark("", "", "", Sketch(nodes).skeleton)


def _shaped(body: list[ast.stmt]) -> Iterator[tuple[str, list[ast.AST]]]:
    for nodes in _pieces(body):
        yield canonical(nodes), nodes


def _written(body: list[ast.stmt]) -> Iterator[str]:
    return (shape for shape, _ in _shaped(body))


def _pieces(body: list[ast.stmt]) -> Iterator[list[ast.AST]]:
    """Yield the pieces with enough nodes, by another count than that of the search."""
    for top in body:
        for node in ast.walk(top):
            least = {ast.stmt: 11, ast.expr: 14}
            for kind, nodes in least.items():
                if isinstance(node, kind) and _size([node]) >= nodes:
                    yield [node]
            if isinstance(node, ast.FunctionDef) and _size(node.body) >= 7:
                yield list(node.body)


def _size(nodes: list[ast.AST] | list[ast.stmt]) -> int:
    """Return the number of nodes but for contexts, annotations and docstrings."""
    return sum(map(_count, nodes))


def _count(node: ast.AST) -> int:
    match node:
        case ast.Expr(ast.Constant(str())):
            return 0
    children = (
        child
        for name, value in ast.iter_fields(node)
        if name not in ("annotation", "returns", "ctx")
        for child in (value if isinstance(value, list) else [value])
        if isinstance(child, ast.AST)
    )
    return 1 + sum(map(_count, children))


def test_a_function_with_async_is_a_solution_too() -> None:
    """Its body is found like any other."""
    body = "    rows = [row for row in table if row.total > limit]\n    return sorted(rows)[-3:]\n"
    secrets = mark_solutions({"a": f"async def best(table, limit):\n{body}"})
    text = f"def other(table, limit):\n{body}"
    assert list(find_leaks({PurePosixPath("kit.py"): text}, [secrets]))
