"""The suite of an exercise, with the assertions of its tests as checks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.importing.checks import Draft
from grader.importing.docstrings import quote
from grader.importing.expressions import import_line
from grader.importing.parts import share
from grader.sanitize import clean_line

_TESTING = (
    "by_source", "check", "close", "equal", "expect", "fail", "function", "has_shape", "raises",
    "sequence",
)  # fmt: skip
_COMPUTED = '''

def computed(compute, what):
    """Return what is computed of an answer, which may be anything."""
    try:
        return compute()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise fail("not_computable", f"{what} is not of the right kind ({type(error).__name__})")
'''
_IS_DEFINED = '''

def is_defined(module, name):
    """Return whether a module defines a function."""
    return callable(getattr(module, name, None))
'''
_LONGEST = 80
_MARK = re.compile(r"\s*#+\s*(BEGIN|END) HIDDEN TESTS")
_NO_VISIBLE = "Is defined"


@dataclass(slots=True)
class Group:
    """The checks of one function, in the order of its tests.

    Parameters
    ----------
    signature : str
        As its suite declares it.
    drafts : list of Draft
        Also those that became comments.
    """

    name: str
    signature: str
    drafts: list[Draft] = field(default_factory=list)

    @property
    def checks(self) -> list[Draft]:
        """The drafts that became checks."""
        return [draft for draft in self.drafts if draft.lines]

    @property
    def points_c(self) -> int:
        """The points of the checks, in hundredths of a point."""
        return sum(draft.points_c for draft in self.checks)

    def names(self) -> list[str]:
        """Return the names of the checks, in their order."""
        counts = {"visible": 0, "hidden": 0}
        found = []
        for draft in self.checks:
            kind = "hidden" if draft.hidden else "visible"
            counts[kind] += 1
            found.append(f"{kind}_{counts[kind]}")
        return found

    @property
    def has_value(self) -> bool:
        """Whether a check that earns points compares an answer with a value."""
        return any(draft.points_c and not _is_property(draft) for draft in self.checks)

    def find_fixed(self) -> list[Draft]:
        """Return the value checks that pass the same arguments for every seed."""
        return [
            draft
            for draft in self.checks
            if draft.points_c
            and not draft.draws
            and not (self.has_value and _is_property(draft))
            and _passes_arguments(draft)
        ]

    def example(self) -> str:
        """Return a session of Python that a visible check shows, or an empty string."""
        for draft in self.checks:
            if not draft.hidden and (found := _find_example(draft, self.name)):
                return found
        return ""

    @property
    def has_visible(self) -> bool:
        """Whether students see a check."""
        return any(not draft.hidden for draft in self.checks)


def _find_example(draft: Draft, name: str) -> str:
    """Return a call with what it gives, where a check is one call that gives a literal."""
    if len(draft.lines) != 1 or not draft.lines[0].startswith(f"equal(student.{name}("):
        return ""
    call = ast.parse(draft.lines[0], mode="eval").body
    assert isinstance(call, ast.Call)
    asked, want = ast.unparse(call.args[0]).removeprefix("student."), call.args[1]
    try:
        shown = repr(ast.literal_eval(want))
    except ValueError:
        return ""
    is_long = len(asked) > _LONGEST or len(shown) > _LONGEST
    return "" if is_long or shown == "None" or "student." in asked else f">>> {asked}\n{shown}"


def signature_of(node: ast.stmt) -> str:
    """Return the signature of a definition, without annotations; of a class its name."""
    if not isinstance(node, ast.FunctionDef):
        return node.name if isinstance(node, ast.ClassDef) else ""
    of = node.args
    positional = [*of.posonlyargs, *of.args]
    without = len(positional) - len(of.defaults)
    defaults = [*(None for _ in range(without)), *of.defaults]
    shown = [_parameter(a, d) for a, d in zip(positional, defaults, strict=True)]
    shown += [f"*{of.vararg.arg}"] if of.vararg else []
    shown += [_parameter(a, d) for a, d in zip(of.kwonlyargs, of.kw_defaults, strict=True)]
    shown += [f"**{of.kwarg.arg}"] if of.kwarg else []
    return f"{node.name}({', '.join(shown)})"


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    if default is None:
        return argument.arg
    text = ast.unparse(default)
    # Commas separate the parameters of a signature.
    return argument.arg if re.search(r"[,=()]", text) else f"{argument.arg}={text}"


def give_points(drafts: Sequence[Draft], points_c: int) -> list[Draft]:
    """Return the drafts of one test with its points, shared by those that became checks."""
    count = sum(bool(draft.lines) for draft in drafts)
    shares = iter(share(points_c, count) if count else ())
    return [replace(draft, points_c=next(shares)) if draft.lines else draft for draft in drafts]


def write_suite(
    title: str, groups: Iterable[Group], rest: Sequence[Draft], imports: Mapping[str, str]
) -> str:
    """Return the source of a suite.

    Parameters
    ----------
    rest : sequence of Draft
        What belongs to no function; it becomes comments.
    imports : mapping of str to str
        The full names of imported names.
    """
    groups = list(groups)
    body = "".join(f"\n\n{_write_group(group)}\n" for group in groups)
    body += "".join("\n\n" + "\n".join(_comment(draft, "")) + "\n" for draft in rest)
    if "is_defined" in body:
        body = _IS_DEFINED + body
    if "computed(" in body:
        body = _COMPUTED + body
    used = {name for group in groups for draft in group.checks for name in draft.imports}
    code = re.sub(r"^\s*#.*$", "", body, flags=re.MULTILINE)
    names = [name for name in _TESTING if re.search(rf"\b{name}\(", code)]
    lines = [
        quote(f"Checks of {clean_line(title)}, imported; read and change them.", ""),
        "",
        *(import_line(name, imports[name]) for name in sorted(used)),
        *([""] if used else []),
        *_import_testing(names),
    ]
    return "\n".join(lines) + "\n" + body


def _import_testing(names: Sequence[str]) -> list[str]:
    line = f"from grader.testing import {', '.join(names)}"
    if len(line) <= 100:
        return [line]
    return ["from grader.testing import (", *(f"    {name}," for name in names), ")"]


def _write_group(group: Group) -> str:
    head = [
        f"@function({_text(group.signature)}, points={group.points_c / 100:g})",
        f"class Test{_camel(group.name)}:",
    ]
    parts = []
    names = iter(group.names())
    if not group.has_visible:
        parts.append("\n".join(_write_defined(group)))
    for draft in group.drafts:
        lines = (
            _write_check(draft, next(names), group.has_value) if draft.lines else _comment(draft)
        )
        parts.append("\n".join(lines))
    return "\n".join(head) + "\n" + "\n\n".join(parts)


def _text(text: str) -> str:
    """Return a text as Python has it, in double quotes as in all suites if it can be."""
    return repr(text) if set(text) & {'"', "\\"} else f'"{text}"'


def _is_property(draft: Draft) -> bool:
    """Return whether a wrong answer can pass by accident: nothing is compared with a value."""
    return not any(line.strip().startswith(("equal(", "close(")) for line in draft.lines)


def _passes_arguments(draft: Draft) -> bool:
    """Return whether a call of a student's code has an argument."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "student"
        and (_count_own(node) or node.keywords)
        for node in ast.walk(ast.parse("\n".join(draft.lines)))
    )


def _count_own(call: ast.Call) -> int:
    """Return how many arguments the student's code gets: a name of it is none of them."""
    of_proxy = {"keep": 1, "call_on": 2}
    assert isinstance(call.func, ast.Attribute)
    return len(call.args) - of_proxy.get(call.func.attr, 0)


def _write_check(draft: Draft, name: str, has_value: bool) -> Iterator[str]:
    settings = ["visible=True"] if not draft.hidden else []
    settings += ['kind="property"'] if has_value and _is_property(draft) else []
    points = f"{draft.points_c / 100:g}"
    yield f"    @check({', '.join([points, *settings])})"
    yield f"    def test_{name}(self, student{', rng' if draft.draws else ''}):"
    yield quote(_title(draft, name), "        ")
    yield from (f"        {line}" for line in draft.lines)


def _title(draft: Draft, name: str) -> str:
    if draft.hidden:
        return f"Hidden test {name.rpartition('_')[2]}."
    return clean_line(draft.title, 90).rstrip(".") + "."


def _write_defined(group: Group) -> Iterator[str]:
    yield '    @check(0, visible=True, kind="property")'
    yield "    def test_defined(self, student):"
    yield f'        """{_NO_VISIBLE}."""'
    yield "        # TODO: write a visible check, which shows students a value."
    yield f'        expect(student.run(is_defined, "{group.name}"), "it is not defined")'


def _comment(draft: Draft, indent: str = "    ") -> Iterator[str]:
    yield f"{indent}# TODO: not translated, because it {draft.reason}:"
    for line in f"{draft.setup}\n{draft.source}".strip("\n").split("\n"):
        if not _MARK.match(line):
            yield f"{indent}#     {line}".rstrip()


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) or name
