"""The folder of a course from the assignments of another grader."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.course.manifest import DEFAULT_LIMITS, write_manifest
from grader.course.stubs import find_gaps, make_whole_stub
from grader.importing.checks import Draft, translate_test
from grader.importing.docstrings import Facts
from grader.importing.expressions import Known
from grader.importing.module import find_empty, find_untested, read_module, write_module
from grader.importing.notebook_code import Module, Part
from grader.importing.parts import Assignment, GradedCell
from grader.importing.statements import Statement, imported, split
from grader.importing.suite import Group, give_points, signature_of, write_suite
from grader.records import Course, Exercise
from grader.sandbox.student import RESERVED
from grader.sanitize import clean_line

# A module of such a name would hide the package.
_PACKAGES = frozenset({"numpy", "pandas", "scipy", "matplotlib", "pytest", "grader", "conftest"})
_MAX_MODULE = 2**20


@dataclass(frozen=True, slots=True)
class Made:
    """The exercise that was made of one assignment.

    Parameters
    ----------
    groups : tuple of Group
        The functions with their checks.
    untranslated : tuple of Draft
        What became a comment.
    lost_c : int
        Points of tests of which no assertion could be translated, in hundredths.
    notes : tuple of str
        What was left out or changed.
    """

    name: str
    title: str
    kind: str
    groups: tuple[Group, ...]
    untranslated: tuple[Draft, ...]
    lost_c: int
    notes: tuple[str, ...]
    empty: tuple[str, ...]
    packages: tuple[str, ...]
    solution: str
    suite: str


@dataclass(slots=True)
class _Sorted:
    """The drafts of an assignment by the function that they test."""

    groups: dict[str, Group] = field(default_factory=dict)
    rest: list[Draft] = field(default_factory=list)
    lost_c: int = 0


def make_exercise(assignment: Assignment, name: str) -> Made | str:
    """Return an exercise made of an assignment, or why there is none.

    Raises
    ------
    CourseError
        If a solution is not Python.
    """
    parsed = [(test, _parse(test.text)) for test in assignment.tests]
    tested = {name for _, statements in parsed for one in statements for name in _names(one)}
    module = read_module(assignment, tested)
    known = _known(module)
    found = _Sorted()
    for test in assignment.tests:
        environment = _environment(assignment, module, test, parsed)
        drafts = translate_test(test, known, environment)
        _sort(give_points(drafts, test.points_c or 0), test, module, found)
    groups = [group for group in found.groups.values() if group.checks]
    for group in found.groups.values():
        found.rest += [] if group.checks else group.drafts
    groups.sort(key=lambda group: _place(group.name, module))
    if not groups:
        return _why_nothing(assignment, module, found.rest)
    _give_first_points(groups, module)
    graded = {g.name: Facts((*_defined(g), *g.names()), g.example()) for g in groups}
    for draft in (draft for group in groups for draft in group.checks):
        for asked in draft.functions:
            graded.setdefault(asked, Facts())  # beside the function that is tested
    solution, packages = write_module(module, assignment.title, graded)
    imports = {**module.imports, **_imports_of_tests(parsed)}
    suite = write_suite(assignment.title, groups, found.rest, imports)
    untested = [n for n in find_untested(module, graded) if f"def {n}(" not in solution]
    notes = [*assignment.left_out, *module.notes, *find_gaps(solution)]
    notes += [f"{name} is left out: no check tests it" for name in untested]
    drafts = [draft for group in groups for draft in group.drafts]
    comments = [draft for draft in (*drafts, *found.rest) if not draft.lines]
    return Made(
        name,
        assignment.title,
        assignment.kind,
        tuple(groups),
        tuple(comments),
        found.lost_c,
        tuple(dict.fromkeys(notes)),
        tuple(find_empty(module, graded)),
        tuple(packages),
        solution,
        suite,
    )


def _parse(text: str) -> list[Statement]:
    try:
        return split(text)
    except SyntaxError:
        return []


def _names(statement: Statement) -> set[str]:
    """Return the names that a test may take from the notebook, arguments of its functions too."""
    node = statement.node
    arguments = node.args.args if isinstance(node, ast.FunctionDef) else []
    return {*statement.uses, *(argument.arg for argument in arguments)}


def _known(module: Module) -> Known:
    usable = {name for name in module.functions if name not in RESERVED}
    module.notes += [
        f"{name} is a name of suites' own; give the function another name"
        for name in sorted(set(module.functions) - usable)
    ]
    classes = module.classes() & usable
    return Known(frozenset(usable - classes), classes, dict(module.getters), module.imports)


def _environment(
    assignment: Assignment,
    module: Module,
    test: GradedCell,
    parsed: Sequence[tuple[GradedCell, list[Statement]]],
) -> list[Statement]:
    """Return the statements above a test that students do not write."""
    found = [(p.code.place, p.statement) for p in module.provided if not _only_shows(p)]
    if assignment.kind == "nbgrader":  # one cell after the other runs, tests too
        found += [(other.place, one) for other, statements in parsed for one in statements]
    return [one for place, one in sorted(found, key=lambda e: e[0]) if place < test.place]


def _only_shows(part: Part) -> bool:
    """Return whether a statement of a notebook is there for its result, as `f(3)` in a cell."""
    node = part.statement.node
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
    )


def _imports_of_tests(parsed: Sequence[tuple[GradedCell, list[Statement]]]) -> dict[str, str]:
    return imported(one for _, statements in parsed for one in statements)


def _place(name: str, module: Module) -> int:
    if name in module.functions:
        return module.parts.index(module.functions[name])
    place = module.texts[name][0] if name in module.texts else 0
    return next((n for n, p in enumerate(module.parts) if p.code.place == place), 0)


def _sort(drafts: Sequence[Draft], test: GradedCell, module: Module, found: _Sorted) -> None:
    if not any(draft.lines for draft in drafts):
        found.lost_c += test.points_c or 0
    last: Group | None = None
    for draft in drafts:
        names = draft.functions or _mentioned(draft.source, module)
        names = names or _mentioned(draft.setup, module)
        if not names:
            (last.drafts if last else found.rest).append(draft)
            continue
        name = max(names, key=lambda one: _place(one, module))
        last = found.groups.setdefault(name, Group(name, _signature(name, module)))
        last.drafts.append(draft)


def _mentioned(source: str, module: Module) -> list[str]:
    words = set(re.findall(r"\w+", source))
    getters = [getter for name, getter in module.getters.items() if name in words]
    return [name for name in module.functions if name in words] or getters


def _signature(name: str, module: Module) -> str:
    if name in module.functions:
        return signature_of(module.functions[name].statement.node)
    return f"{name}()"


def _give_first_points(groups: Sequence[Group], module: Module) -> None:
    """Give a point to each function whose checks have none, which no course may have."""
    for group in groups:
        if not group.points_c:
            group.drafts[:] = give_points(group.drafts, 100)
            module.notes.append(f"{group.name} has 1 point; its tests had none")


def _defined(group: Group) -> list[str]:
    return [] if group.has_visible else ["defined"]


def _why_nothing(assignment: Assignment, module: Module, rest: Sequence[Draft]) -> str:
    tests = len(assignment.tests)
    of = "it has no tests" if not tests else "none of its tests could be made a check"
    reasons = [*module.notes, *(f"a test {draft.reason}" for draft in rest)]
    why = f" ({reasons[0]})" if reasons else ""
    return f"{clean_line(assignment.name)} has nothing that a check could grade: {of}{why}"


def find_own_modules(folder: Path, made: Sequence[Made]) -> dict[str, bytes]:
    """Return the modules beside a notebook that its solution imports, by name."""
    found: dict[str, bytes] = {}
    for name in sorted({package for one in made for package in one.packages}):
        path = folder / f"{name}.py"
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _MAX_MODULE:
            found[name] = path.read_bytes()
    return found


def make_course(
    name: str, title: str, made: Sequence[Made], own: Mapping[str, bytes]
) -> dict[PurePosixPath, bytes]:
    """Return the files of a course, by path.

    Parameters
    ----------
    own : mapping of str to bytes
        Modules that the course provides, by name.
    """
    exercises = tuple(Exercise(one.name, clean_line(one.title, 120)) for one in made)
    packages = sorted({package for one in made for package in one.packages} - set(own))
    course = Course(
        name=name,
        version="1",
        title=clean_line(title, 120),
        exercises=exercises,
        limits=DEFAULT_LIMITS,
        packages=tuple(packages),
        hidden_feedback="hint",
        manifest=Path("course.toml"),
        suites=Path("suites"),
        stubs=Path("exercises"),
        suite_sha256="",
    )
    files = {PurePosixPath("course.toml"): write_manifest(course)}
    for one in made:
        file = f"{one.name}.py"
        files[PurePosixPath("solutions", file)] = one.solution
        files[PurePosixPath("exercises", file)] = make_whole_stub(one.solution)
        files[PurePosixPath("suites", one.name, f"test_{file}")] = one.suite
    provided = {PurePosixPath("provided", f"{name}.py"): text for name, text in own.items()}
    return {path: text.encode() for path, text in files.items()} | provided


def name_modules(assignments: Sequence[Assignment]) -> list[str]:
    """Return a name for the module of each assignment: letters, digits and underscores."""
    found: list[str] = []
    for assignment in assignments:
        name = make_name(assignment.name)
        if name in sys.stdlib_module_names | _PACKAGES or keyword.iskeyword(name):
            name = f"{name}_exercise"
        while name in found:
            name += "_"
        found.append(name)
    return found


def make_name(text: str) -> str:
    """Return a text as an identifier in lower case."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    name = "_".join(words) or "exercise"
    return f"exercise_{name}" if name[0].isdigit() else name
