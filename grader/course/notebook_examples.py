"""The examples of a docstring as cells of a notebook, and the tools that these cells use."""

from __future__ import annotations

import ast
import doctest
import re
import textwrap
from collections.abc import Iterable

_LINE_LENGTH = 100
_TOOLS = '''\
# Two tools of this notebook: run this cell, and leave it as it is.
import sys
from contextlib import contextmanager
from traceback import walk_tb


@contextmanager
def attempt():
    """Run the lines below, or show in one line which function is missing."""
    try:
        yield
    except NotImplementedError as error:
        *_, (frame, _) = walk_tb(error.__traceback__)
        print(f"{frame.f_code.co_qualname} is not implemented yet")
    except ModuleNotFoundError as error:
        print(f"{error}; `%pip install {error.name}` installs it")
    else:
        return
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")  # no half-drawn figures


def compare(got, expected):
    """Show a result, and whether it is right."""
    print(f"✓ {got!r}" if got == expected else f"✗ got {got!r}, expected {expected!r}")'''
# For examples that are more than values: those that print, raise or have statements with results.
_SHOW = '''

def show_examples(function):
    """Run the examples of a docstring, and show which are right."""
    import doctest

    class Shown(doctest.DocTestRunner):
        def report_start(self, out, test, example):
            pass

        def report_success(self, out, test, example, got):
            if example.want:
                out(f"✓ {example.source}")

        def report_failure(self, out, test, example, got):
            if example.exc_msg:
                got = got.strip().splitlines()[-1] + "\\n"
            want = example.exc_msg or example.want
            out(f"✗ {example.source}  got\\n{got}  expected\\n{want}")

        def report_unexpected_exception(self, out, test, example, error):
            raise error[1]

    parser, text = doctest.DocTestParser(), function.__doc__ or ""
    test = parser.get_doctest(text, globals(), function.__name__, None, 0)
    Shown(verbose=False).run(test, clear_globs=False)'''


def choose_tools(cells: Iterable[str]) -> str:
    """Return the tools that some cells use."""
    return _TOOLS + (_SHOW if any("show_examples(" in cell for cell in cells) else "")


def write_examples(name: str, docstring: str, definition: str) -> str:
    """Return the examples of a definition's docstring as code that shows their results.

    Parameters
    ----------
    definition : str
        The source of the solution.
    """
    examples = doctest.DocTestParser().get_examples(docstring)
    wanting = [example for example in examples if example.want]
    # A function that prints a number returns something else.
    prints = "print(" in definition or ".write(" in definition
    if wanting and (prints or not all(map(_is_comparison, wanting))):
        return guard(f"show_examples({name})")
    lines = []
    for example in examples:
        source = example.source.rstrip("\n")
        if example.want:
            source = _write_comparison(source, example.want.strip())
        lines += source.splitlines()
        if source.startswith("def "):
            lines.append("")
    return guard("\n".join(lines)) if lines else ""


def _is_comparison(example: doctest.Example) -> bool:
    """Return whether an example is an expression, and its result the value that is written."""
    if example.exc_msg or example.options or "print(" in example.source:
        return False
    try:
        ast.parse(example.source.strip(), mode="eval")
        ast.literal_eval(example.want.strip())
    except (SyntaxError, ValueError):
        return False
    return True


def _write_comparison(expression: str, want: str) -> str:
    if isinstance(ast.parse(expression, mode="eval").body, ast.Tuple):
        expression = f"({expression})"
    line = f"compare({expression}, {want})"
    if len(line) + 4 <= _LINE_LENGTH:
        return line
    return f"compare(\n    {expression},\n    {want},\n)"


def guard(code: str) -> str:
    """Return code that shows one line where something is not written yet."""
    # A new notebook runs from top to bottom and prints one line for each missing function.
    # Inside the block, one blank line between definitions is enough.
    code = re.sub(r"\n{3,}", "\n\n", code)
    if code.startswith("def "):
        code = "\n" + code
    return "with attempt():\n" + textwrap.indent(code, "    ")
