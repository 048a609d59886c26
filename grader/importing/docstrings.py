"""Docstrings of what students write: kept, or made of the text above the cell."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from grader.course.cutting import first_line, is_private
from grader.importing.statements import Definition

_WIDTH = 88
_MOST = 3_000
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_TAG = re.compile(r"<[^>\n]{0,200}>")
_LIST = re.compile(r"\s*(?:[-*+>|]|\d+[.)]|\$\$|\\)")


@dataclass(frozen=True, slots=True)
class Facts:
    """The part of a docstring that comes from the checks of a function.

    Parameters
    ----------
    checks : tuple of str
        Their names, in order.
    example : str
        A session of Python that students may see.
    """

    checks: tuple[str, ...] = ()
    example: str = ""

    def add_to(self, text: str) -> str:
        """Return a docstring with an example, where it has none, and the names of all checks."""
        if self.example and ">>>" not in text:
            text += f"\n\nExamples\n--------\n{self.example}"
        return text + (f"\n\n*Graded on* {', '.join(self.checks)}." if self.checks else "")


def document(text: str, prose: str, graded: Mapping[str, Facts]) -> str:
    """Return the source of one definition in which all that a stub keeps has a docstring.

    Parameters
    ----------
    text : str
        One function or class, perhaps with comments above it.
    prose : str
        The text above the cell, for a function without a docstring.
    graded : mapping of str to Facts
        What is known of the checks, by function.
    """
    node = _definition(text)
    docstring = graded.get(node.name, Facts()).add_to(describe(node, prose))
    text = _set_docstring(text, [node.name], docstring)
    if isinstance(node, ast.ClassDef):
        for method in node.body:
            if not isinstance(method, ast.FunctionDef) or is_private(method.name):
                continue
            if not ast.get_docstring(method):
                text = _set_docstring(text, [node.name, method.name], "TODO: describe it.")
    return text


def describe(node: Definition, prose: str) -> str:
    """Return the docstring of a definition."""
    text = ast.get_docstring(node) or ""
    if not text:
        shown = tidy(prose)
        text = "TODO: describe it in one line." + (f"\n\n{shown}" if shown else "")
    return text


def tidy(prose: str) -> str:
    """Return some Markdown as the text of a docstring."""
    text = _TAG.sub("", _FENCE.sub("", prose))[:_MOST]
    text = re.sub(r"^\s*#{1,6}\s*", "", text, flags=re.MULTILINE)
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.strip().splitlines()
        keep = any(map(_LIST.match, lines))
        paragraphs.append("\n".join(lines) if keep else textwrap.fill(" ".join(lines), _WIDTH))
    return "\n\n".join(p for p in paragraphs if p.strip(" -"))


def quote(text: str, indent: str) -> str:
    """Return a docstring as source, with its lines indented."""
    raw = "r" if "\\" in text else ""
    if raw and (text.endswith("\\") or '"""' in text):
        raw, text = "", text.replace("\\", "\\\\")
    text = text.replace('"""', "'''")
    if text.endswith('"'):
        text += " "
    lines = text.split("\n")
    shown = "\n".join([lines[0], *(f"{indent}{line}".rstrip() for line in lines[1:])])
    end = f"\n{indent}" if len(lines) > 1 else ""
    return f'{indent}{raw}"""{shown}{end}"""'


def _definition(text: str) -> Definition:
    (node,) = ast.parse(text).body
    assert isinstance(node, Definition)
    return node


def _set_docstring(text: str, path: list[str], docstring: str) -> str:
    """Return the source with the docstring of the definition at a path."""
    node = _definition(text)
    for name in path[1:]:
        found = [n for n in node.body if isinstance(n, Definition) and n.name == name]
        node = found[-1]
    return _replace(text, node, docstring)


def _replace(text: str, node: Definition, docstring: str) -> str:
    lines = text.split("\n")
    body = node.body[0]
    first = first_line(body)
    alone = first > node.lineno - 1 and not lines[first][: body.col_offset].strip()
    if not alone:
        # `def f(x): return x` has no line for it.
        module = ast.parse(text)
        (found,) = (n for n in ast.walk(module) if getattr(n, "lineno", 0) == node.lineno
                    and isinstance(n, Definition))  # fmt: skip
        found.body[: bool(ast.get_docstring(found))] = [ast.Expr(ast.Constant(docstring))]
        return ast.unparse(ast.fix_missing_locations(module))
    indent = lines[first][: body.col_offset]
    end = (body.end_lineno or first) if ast.get_docstring(node) else first
    return "\n".join([*lines[:first], quote(docstring, indent), *lines[end:]])
