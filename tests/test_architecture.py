"""Which package may import which, and which libraries each may use."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "grader"

# Each package's layer; a package imports only from layers below its own.
LAYERS = {
    "grader.__main__": 12,
    "grader.cli": 11,
    "grader.notebook": 11,
    "grader.pytest_plugin": 11,
    "grader.verify": 10,
    "grader.batch": 9,
    "grader.release": 9,
    "grader.importing": 9,
    "grader.doctor": 9,
    "grader.visible_checks": 9,
    "grader.engine": 8,
    "grader.session": 7,
    "grader.example_points": 7,
    "grader.examiner": 6,
    "grader.writers": 6,
    "grader.testing": 5,
    "grader.submissions": 5,
    "grader.sandbox": 4,
    "grader.sandbox.worker": 3,
    "grader.sandbox.protocol": 2,
    "grader.examples": 3,
    "grader.course": 2,
    "grader.schema": 5,
    "grader.choosing": 5,
    "grader.report": 4,
    "grader.problems": 3,
    "grader.check_report": 2,
    "grader.scoring": 2,
    "grader.files": 1,
    "grader.kernel": 2,
    "grader.invocation": 1,
    "grader.tables": 2,
    "grader.adjustments": 5,
    "grader.records": 1,
    "grader.repairs": 1,
    "grader.errors": 0,
    "grader.sanitize": 0,
    "grader.seeds": 1,
    "grader.wording": 0,
    "grader": 0,
}
# What only some packages may import.
ONLY = {
    "click": ("grader.cli",),
    "rich": ("grader.cli", "grader.writers"),
    "pytest": ("grader.examiner", "grader.testing", "grader.pytest_plugin"),
    "_pytest": (),
    "distributed": ("grader.batch",),
    "watchfiles": ("grader.submissions",),
    "pytest_jsonreport": ("grader.examiner",),
    "numpy": (
        "grader.sandbox",
        "grader.sandbox.worker",
        "grader.sandbox.protocol",
        "grader.examiner",
        "grader.testing",
    ),
    "subprocess": ("grader.sandbox",),
    "multiprocessing": (),
    "matplotlib": (),
    "jinja2": ("grader.writers",),
    "pickle": (),
    "dill": (),
    "shelve": (),
    "marshal": (),
}
# Calls that start or end processes.
PROCESS_CALLS = {"fork", "kill", "killpg", "waitpid", "posix_spawn", "execv", "system", "popen"}


@cache
def sources() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if not {"suites", "new_course"} & set(p.parts)]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(module: str) -> str:
    fitting = [name for name in LAYERS if module == name or module.startswith(name + ".")]
    return max(fitting, key=len)


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import"
            yield node.module or ""


def ours(path: Path) -> set[str]:
    return {name for name in imported(path) if name == "grader" or name.startswith("grader.")}


def test_a_package_imports_only_from_the_layers_below() -> None:
    """Nothing imports upwards, nor sideways into another package."""

    def fits(own: str, other: str) -> bool:
        return other == own or LAYERS[other] < LAYERS[own]

    assert not [
        f"{module_name(path)} imports {name}"
        for path in sources()
        for name in ours(path)
        if not fits(package_of(module_name(path)), package_of(name))
    ]


def test_the_layers_are_those_of_the_page_for_contributors() -> None:
    """Each package and module is in one row of the table in CONTRIBUTING.md."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = {
        f"grader.{name.removesuffix('/').removesuffix('.py').replace('/', '.')}": int(layer)
        for layer, names in re.findall(r"^\| (\d+) \| ([^|]+) \|", page, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", names)
    }
    assert found == {name: layer for name, layer in LAYERS.items() if name != "grader"}


def test_no_two_files_import_each_other() -> None:
    """There is no cycle of imports."""
    graph = {module_name(path): ours(path) for path in sources()}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        for other in graph.get(name, ()):
            visit(other, (*trail, name))

    for name in graph:
        visit(name, ())


def test_a_library_is_known_only_where_it_belongs() -> None:
    """Click in cli, pytest in examiner and testing, numpy where numbers are, pickle nowhere."""

    def fits(own: str, library: str) -> bool:
        return library not in ONLY or own in ONLY[library]

    assert not [
        f"{module_name(path)} imports {name}"
        for path in sources()
        for name in imported(path)
        if not fits(package_of(module_name(path)), name.partition(".")[0])
    ]


def test_only_the_sandbox_starts_or_kills_a_process() -> None:
    """Every fork, start and kill is in one package."""
    assert not [
        f"{module_name(path)}:{node.lineno} calls os.{node.attr}"
        for path in sources()
        if not package_of(module_name(path)).startswith("grader.sandbox")
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in PROCESS_CALLS
    ]


def test_graders_errors_are_caught_in_the_command_line_only() -> None:
    """One place turns an error into a line; the examiner passes it on, and pytest shows it."""
    allowed = {"grader.cli.command", "grader.examiner.main", "grader.pytest_plugin"}
    assert allowed >= {
        module_name(path)
        for path in sources()
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and "GraderError" in ast.unparse(node.type)
    }


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    """`grade --help` loads neither numpy nor pytest nor nbformat nor rich."""
    code = (
        "import sys; from grader.cli.main import main; "
        "print([m for m in ('numpy', 'pytest', 'nbformat', 'rich', 'msgspec') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_engine_knows_no_exercise_by_name() -> None:
    """Another course needs no change of the engine."""
    names = {path.name for path in (PACKAGE / "suites").iterdir() if path.is_dir()}
    for path in sources():
        code = {
            node.value
            for node in nodes(path)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not names & code, path
