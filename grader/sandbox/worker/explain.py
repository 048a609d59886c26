"""Words for what a student's code raised: what it is, and what to do."""

from __future__ import annotations

import ast
import linecache
import re
import sys
import types
from collections.abc import Iterator, Mapping

from grader.sandbox.worker.console import NoInput
from grader.sandbox.worker.deadline import StatementTooLong
from grader.sandbox.worker.effects import bound_names
from grader.sandbox.worker.imports import FileLines
from grader.sandbox.worker.placeholders import AbsentModule, PackageNotAvailable

PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
# Long enough for the sizes at the end of numpy's sentence about a product.
_MAX_REASON = 150
_PYTHON_2_NAMES = {
    "xrange": "range",
    "raw_input": "input",
    "unicode": "str",
    "basestring": "str",
    "long": "int",
    "unichr": "chr",
    "reduce": "functools.reduce",
    "izip": "zip",
    "execfile": "exec(open(...).read())",
    "cmp": "(a > b) - (a < b)",
}
_PYTHON_2_METHODS = {
    "iteritems": "items",
    "itervalues": "values",
    "iterkeys": "keys",
    "has_key": "`key in`",
}
_CANNOT_IMPORT = re.compile(r"cannot import name '(\w+)'")
_PLACE = re.compile(r" \((?:unknown location|/[^)]*)\)$")
_NETWORK = ("URLError", "HTTPError", "gaierror", "ConnectionError", "ConnectionRefusedError")
# How files begin that are something else under the name of a module.
_NO_PYTHON = {
    "<!doctype": "that is a web page; download the file itself",
    "<html": "that is a web page; download the file itself",
    "{\\rtf": "that is a document of a text editor; save it as plain text",
    "%pdf": "that is a PDF; hand in the code",
}
# Messages of Python 3 about code for Python 2.
_PYTHON_2_SYNTAX = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer",
    "invalid decimal literal",
)


def text_of(error: BaseException) -> str:
    """Return the text of an exception, or an empty string if making it fails."""
    try:
        text = (error.msg or "") if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        return ""
    # The path of a module is of no use to the student.
    return _PLACE.sub("", text) if isinstance(error, ImportError) else text


def explain(error: BaseException, missing: Mapping[str, str], around: str = "") -> str:
    """Return the text of an exception, with the cause or the advice that belongs to it.

    Parameters
    ----------
    error : BaseException
        As the student's code raised it.
    missing : mapping of str to str
        Names that are not there because a statement was left out, and why.
    around : str
        Its relation to the input and the files that were given.
    """
    name = name_not_found(error)
    if name in missing:
        return f"{name} is missing because {missing[name]}"
    if isinstance(error, SystemExit):
        return "this ends the whole program; return ends a function only"
    text = text_of(error)
    advice = around or _advise(error, text)
    return f"{text.rstrip('.')}; {advice}" if advice else text


def name_not_found(error: BaseException) -> str:
    """Return the name that was looked for in a module and not found, or an empty string."""
    if isinstance(error, ImportError) and (found := _CANNOT_IMPORT.match(text_of(error))):
        return found[1]
    in_module = isinstance(error, AttributeError) and isinstance(error.obj, types.ModuleType)
    if isinstance(error, NameError) or in_module:
        return str(getattr(error, "name", None) or "")
    return ""


def _advise(error: BaseException, text: str) -> str:
    if isinstance(error, SyntaxError):
        return _advise_syntax(text, (error.text or "").strip())
    name = str(getattr(error, "name", None))
    if isinstance(error, NameError) and name in _PYTHON_2_NAMES:
        return f"that is Python 2, in Python 3 write {_PYTHON_2_NAMES[name]}"
    if isinstance(error, AttributeError) and name in _PYTHON_2_METHODS:
        return f"that is Python 2, in Python 3 write {_PYTHON_2_METHODS[name]}"
    is_package = isinstance(error, PackageNotAvailable)
    if isinstance(error, ImportError) and not is_package:
        return f"the grader runs {PYTHON}" if _is_standard(name) else ""
    if isinstance(error, PermissionError) and error.filename is None:
        return "graded code cannot start processes or open connections"
    if isinstance(error, FileNotFoundError | PermissionError):
        return "graded code cannot read or write your files"
    if type(error).__name__ in _NETWORK:
        return "graded code has no network"
    return ""


def _advise_syntax(text: str, code: str) -> str:
    for beginning, advice in _NO_PYTHON.items():
        if code.lower().startswith(beginning):
            return advice
    if text.startswith("invalid non-printable character"):
        return "delete that character and type it again; it was pasted from a page or document"
    if "inconsistent use of tabs" in text:
        return "indent with spaces only"
    if code.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "git leaves such lines in a merge: keep one of the two versions and delete the marks"
    if text.startswith(_PYTHON_2_SYNTAX):
        return f"that looks like Python 2, and the grader runs {PYTHON}"
    # The second is of Python 3.14.
    if "codec can't decode" in text or text.startswith("Non-UTF-8 code"):
        return "save the file as UTF-8"
    return f"the grader runs {PYTHON}"


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def give_reason(error: BaseException, missing: Mapping[str, str]) -> str:
    """Return why a statement was left out, in a few words."""
    if isinstance(error, NoInput):
        return "it asks for input"
    if isinstance(error, StatementTooLong):
        return "it takes too long"
    if isinstance(error, SystemExit):
        return "it exits"
    text = " ".join(explain(error, missing).split())[:_MAX_REASON]
    if isinstance(error, PackageNotAvailable):
        return text
    return f"{type(error).__name__[:40]}: {text}".rstrip(": ")


def find_cause(name: str, files: Mapping[str, FileLines]) -> str:
    """Return what would have bound a name and did not, or an empty string.

    That is an import of a missing package, or code for when the file is run by itself.

    Parameters
    ----------
    name : str
        A name that was not found.
    files : mapping of str to FileLines
        The student's files and cells.
    """
    for file_name, lines in files.items():
        for node in _imports(lines):
            names = {a.asname or a.name.partition(".")[0] for a in node.names}
            module = sys.modules.get(getattr(node, "module", None) or "")
            starred = names == {"*"} and isinstance(module, AbsentModule)
            if starred or (name in names and node.lineno in lines.guarded):
                code = linecache.getline(file_name, node.lineno).strip()[:80]
                return (
                    f"{name} is missing; line {node.lineno} imports from what is neither in the "
                    f"grader nor in this submission: {code}"
                )
    return _find_under_main(name, files)


def _find_under_main(name: str, files: Mapping[str, FileLines]) -> str:
    tests = [node for lines in files.values() for tree in lines.trees for node in tree.body]
    for node in tests:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            for statement in node.body:
                if name in bound_names([statement]):
                    place = f"line {statement.lineno}, under `if {ast.unparse(node.test)}:`"
                    return f"{name} is missing: {place}, is not executed when it is imported"
    return ""


def _imports(lines: FileLines) -> Iterator[ast.Import | ast.ImportFrom]:
    for tree in lines.trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node
