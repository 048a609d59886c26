"""Changes of a stub are brought into a student's module, and nothing of the student's is lost."""

from __future__ import annotations

import ast
import codecs
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.updating.changes import Merged
from grader.submissions.updating.module import merge_module

# A stub as data: the oracle, of which a text is written


@dataclass(frozen=True)
class Function:
    """A function of a stub; ``body`` is that of a provided one."""

    name: str
    parameters: str = "z"
    docstring: tuple[str, ...] = ("Return it.",)
    body: tuple[str, ...] = ()

    def write(self) -> str:
        lines = [f"def {self.name}({self.parameters}):"]
        text = "\n    ".join(self.docstring)
        lines.append(f'    """{text}{chr(10) + "    " if len(self.docstring) > 1 else ""}"""')
        body = self.body or (f"# TODO: implement {self.name}", "raise NotImplementedError")
        return "\n".join([*lines, *(f"    {line}" for line in body)])


@dataclass(frozen=True)
class Stub:
    """A module of functions and a class of methods."""

    docstring: str = "A module."
    imports: tuple[str, ...] = ("import math", "import numpy as np")
    constants: tuple[str, ...] = ("EPS = 1e-7",)
    functions: tuple[Function, ...] = ()
    methods: tuple[Function, ...] = ()
    comments: dict[str, str] = field(default_factory=dict)

    def write(self) -> bytes:
        parts = [f'"""{self.docstring}"""\n\n' + "\n".join(self.imports)]
        parts += ["\n".join(self.constants)] if self.constants else []
        for one in self.functions:
            comment = self.comments.get(one.name, "")
            parts.append(f"# {comment}\n{one.write()}" if comment else one.write())
        if self.methods:
            written = (m.write().replace("\n", "\n    ") for m in self.methods)
            methods = "\n\n".join(f"    {text}" for text in written)
            parts.append(f'class K:\n    """A class."""\n\n{methods}')
        return ("\n\n\n".join(parts) + "\n").encode()


BASE = Stub(
    functions=(
        Function("given", body=("x = z + 1", "return x * EPS")),
        Function("one", docstring=("Return one.", "", "Notes", "-----", "First.", "", "Last.")),
        Function("two", "z, alpha=0.1"),
        Function("three", "w, b"),
    ),
    methods=(Function("__init__", "self, a"), Function("run", "self")),
    comments={"two": "Here it begins."},
)


def find(functions: tuple[Function, ...], name: str) -> Function:
    return next(one for one in functions if one.name == name)


# Changes of an instructor


def change(functions: tuple[Function, ...], name: str, **new: object) -> tuple[Function, ...]:
    return tuple(replace(f, **new) if f.name == name else f for f in functions)  # type: ignore[arg-type]


COURSE_CHANGES = {
    "docstring": lambda s: replace(
        s,
        functions=change(
            s.functions,
            "one",
            docstring=("Return 1.", "", "Notes", "-----", "First.", "", "Last."),
        ),
    ),
    "longer docstring": lambda s: replace(
        s, functions=change(s.functions, "two", docstring=("Return it.", "", "More Φ."))
    ),
    "default": lambda s: replace(
        s, functions=change(s.functions, "two", parameters="z, alpha=0.2")
    ),
    "renamed": lambda s: replace(s, functions=change(s.functions, "three", parameters="v, b")),
    "optional": lambda s: replace(
        s, functions=change(s.functions, "three", parameters="w, b, axis=None")
    ),
    "new": lambda s: replace(s, functions=(*s.functions[:2], Function("fresh"), *s.functions[2:])),
    "new at the end": lambda s: replace(s, functions=(*s.functions, Function("final"))),
    "removed": lambda s: replace(
        s, functions=tuple(f for f in s.functions if f.name != "two"), comments={}
    ),
    "provided": lambda s: replace(
        s, functions=change(s.functions, "given", body=("y = z - 1", "return y"))
    ),
    "now provided": lambda s: replace(
        s, functions=change(s.functions, "three", body=("return 3",))
    ),
    "module": lambda s: replace(s, docstring="A better module."),
    "import": lambda s: replace(s, imports=("import math", "import os", "import numpy as np")),
    "constant": lambda s: replace(s, constants=("EPS = 1e-8", "NEW = 1")),
    "method": lambda s: replace(
        s,
        methods=(
            s.methods[0],
            Function("more", "self, x"),
            replace(s.methods[1], docstring=("Run.",)),
        ),
    ),
    "comment": lambda s: replace(s, comments={"two": "There it begins."}),
}

# Edits of a student, each of a text and possible on any of the texts before it


def write_body(name: str, *lines: str) -> tuple[str, object]:
    def edit(text: str) -> str:
        start = text.find(f"def {name}(")
        before, after = text[:start], text[start:]
        if start < 0:
            return text
        indent = "        " if name in ("run", "__init__") else "    "
        return before + after.replace("raise NotImplementedError", f"\n{indent}".join(lines), 1)

    return f"write {name}", edit


def replace_text(label: str, old: str, new: str) -> tuple[str, object]:
    return label, lambda text: text.replace(old, new, 1)


def swap(text: str) -> str:
    parts = text.split("\n\n\n")
    places = [n for n, part in enumerate(parts) if "def one(" in part or "def three(" in part]
    if len(places) == 2 and all(parts[p].startswith("def ") for p in places):
        first, second = places
        parts[first], parts[second] = parts[second], parts[first]
    return "\n\n\n".join(parts)


STUDENT_EDITS = dict(
    (
        write_body("one", "mine_one = z", "return mine_one"),
        write_body("two", "# an idea", "return alpha * z  # mine two"),
        write_body("three", "return w @ b"),
        write_body("run", "for mine_k in self.a:", "    print(mine_k)", "return None"),
        replace_text("note", "raise NotImplementedError", "# think\n    raise NotImplementedError"),
        replace_text(
            "one line",
            '    """Return it."""\n    # TODO: implement two\n    raise NotImplementedError',
            '    "x"; return 7',
        ),
        ("no TODO", lambda t: t.replace("    # TODO: implement one\n", "")),
        replace_text("doctest", "    Last.", "    Last.\n\n    >>> one(1)\n    1"),
        replace_text("own docstring", '"""Return one.', '"""My own words.'),
        replace_text("no docstring", '    """Return it."""\n', ""),
        replace_text("no module docstring", '"""A module."""\n\n', ""),
        replace_text("helper", "def three", "def helper_(x):\n    return x - 1\n\n\ndef three"),
        replace_text("class after", "class K", "class Mine:\n    q = 2\n\n\nclass K"),
        replace_text("attribute", "    def run", "    mine_attribute = 3\n\n    def run"),
        replace_text("import", "import math", "import math\nfrom sys import path"),
        replace_text("fewer imports", "import math\n", ""),
        replace_text("constant", "EPS = 1e-7", "EPS = 5.5"),
        replace_text("provided", "x = z + 1", "x = z + 17"),
        replace_text("decorated", "def one", "@staticmethod\ndef one"),
        replace_text("annotated", "def three(w, b)", "def three(w: int, b: int) -> int"),
        replace_text("parameter", "def two(z, alpha=0.1)", "def two(z, alpha=0.1, beta=4)"),
        replace_text("comment", "# Here it begins.", "# Here begins what is mine."),
        replace_text("comments", "def one", "# note\n\n# another\ndef one"),
        replace_text("turned", "def three(", "def old_three("),
        ("turned two", lambda t: t.replace("def old_three(", "def three_(") + "\nthree = 1\n"),
        ("main", lambda t: t + '\n\nif __name__ == "__main__":\n    print(1)\n'),
        ("twice", lambda t: t + "\n\ndef one(z):\n    return 'again'\n"),
        ("no end", lambda t: t.rstrip("\n")),
        ("semicolon", lambda t: t.replace("EPS = 1e-7", "EPS = 1e-7; mine_semi = [\n1]")),
        ("swapped", swap),
        ("tabs", lambda t: t.replace("    ", "\t")),
        ("star", lambda t: t.replace("import math", "import math\nfrom os import *")),
        (
            "future",
            lambda t: t.replace("import math", "from __future__ import annotations\nimport math"),
        ),
    )
)

edits = st.lists(st.sampled_from(sorted(STUDENT_EDITS)), max_size=6, unique=True)
course_changes = st.lists(st.sampled_from(sorted(COURSE_CHANGES)), max_size=4, unique=True)


def apply_changes(names: list[str]) -> Stub:
    stub = BASE
    for name in names:
        stub = COURSE_CHANGES[name](stub)
    return stub


def apply_edits(names: list[str]) -> str:
    text = BASE.write().decode()
    for name in names:
        edited = STUDENT_EDITS[name](text)  # type: ignore[operator]
        try:
            ast.parse(edited)
        except SyntaxError:
            continue  # two edits that do not go together
        text = edited
    return text


def statements(text: str | bytes) -> Counter[str]:
    """Return what is done in a module, without docstrings; of compound statements the parts."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and not isinstance(
            node, ast.FunctionDef | ast.ClassDef | ast.For | ast.If
        ):
            value = node.value if isinstance(node, ast.Expr) else None
            if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                found[ast.dump(node)] += 1
        elif isinstance(node, ast.stmt):
            found[f"{type(node).__name__} {getattr(node, 'name', '')}"] += 1
    return found


def definitions(text: str | bytes) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)}


def changed_lines(merged: Merged) -> Iterator[str]:
    yield from (f"{change.name}: {change.text}" for change in merged.changes)


@given(edits, course_changes, st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_nothing_of_the_students_is_lost(
    mine: list[str], theirs: list[str], known: bool, newline: str, bom: bool
) -> None:
    """Every statement that is not the stub's stays; a second run changes nothing."""
    text = apply_edits(mine)
    content = (codecs.BOM_UTF8 if bom else b"") + text.replace("\n", newline).encode()
    old, new = BASE.write(), apply_changes(theirs).write()
    merged = merge_module(content, old if known else None, new)
    kept = statements(merged.content)
    own = statements(text) - statements(old)
    assert not own - kept, [*changed_lines(merged)]
    assert merged.content.startswith(codecs.BOM_UTF8) == bom
    if newline == "\r\n":
        assert merged.content.count(b"\n") == merged.content.count(b"\r\n")
    # The next run has the new stub as its base, or none again.
    for base in (new,) if known else (new, None):
        again = merge_module(merged.content, base, new)
        assert again.content == merged.content, [*changed_lines(again)]
        assert not any(one.done for one in again.changes)
    if merged.content == content:
        assert not any(one.done for one in merged.changes)


@given(edits, course_changes, st.booleans())
def test_what_is_unwritten_is_that_of_the_new_stub(
    mine: list[str], theirs: list[str], known: bool
) -> None:
    """Each function that the student has not touched, and the new ones."""
    text, new = apply_edits(mine), apply_changes(theirs).write()
    before = definitions(text)
    merged = merge_module(text.encode(), BASE.write() if known else None, new)
    after, wanted = definitions(merged.content), definitions(new)
    elsewhere = {"turned", "turned two", "star", "twice"} & set(mine)
    for name, node in wanted.items():
        own, stub = before.get(name), definitions(BASE.write()).get(name)
        if stub is None:
            checked = not elsewhere
        elif own is None or (name == "three" and "turned two" in mine):
            checked = False
        else:
            asked = "NotImplementedError" in ast.dump(node)
            checked = ast.dump(own) == ast.dump(stub) and (known or asked)
        if checked and "tabs" not in mine:
            assert ast.dump(after[name]) == ast.dump(node), name


@given(edits)
def test_without_a_change_of_the_course_the_students_file_stays(mine: list[str]) -> None:
    """All of it, except that a stub that was deleted is there again."""
    text, old = apply_edits(mine).encode(), BASE.write()
    merged = merge_module(text, old, old)
    missing = [one for one in merged.changes if "was missing" in one.text]
    if not missing:
        assert merged.content == text, [*changed_lines(merged)]
