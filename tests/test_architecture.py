"""The house: who may import whom, and who may touch what."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "grader"

# Each room's floor; a room imports only from floors below its own.
FLOORS = {
    "grader.cli": 6,
    "grader.notebook": 6,
    "grader.batch": 5,
    "grader.release": 5,
    "grader.verify": 5,
    "grader.doctor": 5,
    "grader.engine": 4,
    "grader.exam": 3,
    "grader.writers": 3,
    "grader.sandbox": 2,
    "grader.course": 2,
    "grader.marking": 2,
    "grader.report": 2,
    "grader.files": 2,
    "grader.records": 1,
    "grader.errors": 1,
    "grader.plaintext": 1,
    "grader.seeds": 1,
    "grader": 0,
}
# What only some rooms may import.
ONLY = {
    "click": ("grader.cli",),
    "rich": ("grader.cli", "grader.writers"),
    "pytest": ("grader.exam",),
    "_pytest": (),
    "distributed": ("grader.batch",),
    "watchfiles": ("grader.course",),
    "pytest_jsonreport": ("grader.exam",),
    "numpy": ("grader.sandbox", "grader.exam"),
    "subprocess": ("grader.sandbox",),
    "multiprocessing": (),
    "matplotlib": ("grader.writers",),
    "jinja2": ("grader.writers",),
    "pickle": (),
    "dill": (),
    "shelve": (),
    "marshal": (),
}
# Calls that start or end processes.
PROCESS_CALLS = {"fork", "kill", "killpg", "waitpid", "posix_spawn", "execv", "system", "popen"}


def sources() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if "suites" not in p.parts]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    fitting = [name for name in FLOORS if module == name or module.startswith(name + ".")]
    return max(fitting, key=len)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import"
            yield node.module or ""


def ours(path: Path) -> set[str]:
    return {name for name in imported(path) if name == "grader" or name.startswith("grader.")}


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_a_room_imports_only_from_the_floors_below(path: Path) -> None:
    """Nothing imports upwards, nor sideways into another room."""
    own = room(module_name(path))
    for name in ours(path):
        other = room(name)
        assert other == own or FLOORS[other] < FLOORS[own], f"{own} imports {name}"


def test_no_two_files_import_each_other() -> None:
    """There is no cycle of imports."""
    graph = {module_name(path): ours(path) for path in sources()}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        for other in graph.get(name, ()):
            visit(other, (*trail, name))

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_a_library_is_known_only_where_it_belongs(path: Path) -> None:
    """Click in cli, pytest in exam, numpy where numbers are, pickle nowhere."""
    own = room(module_name(path))
    for name in imported(path):
        allowed = ONLY.get(name.partition(".")[0])
        assert allowed is None or own in allowed, f"{own} imports {name}"


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_only_the_sandbox_starts_or_kills_a_process(path: Path) -> None:
    """Every fork, start and kill stands in one room."""
    if room(module_name(path)) == "grader.sandbox":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {("os", c) for c in PROCESS_CALLS}


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_graders_errors_are_caught_in_the_command_line_only(path: Path) -> None:
    """One place turns an error into a line; the examiner passes it on to the engine."""
    if module_name(path) in ("grader.cli.command", "grader.exam.examiner"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            assert "GraderError" not in ast.unparse(node.type)


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
        text = path.read_text(encoding="utf-8")
        code = {
            node.value
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not names & code, path
