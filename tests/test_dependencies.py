"""Dependencies: each is used where it is declared, and the pinned environment has all of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.requirements import is_installed

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = CONFIG["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
LOCK = ROOT / "requirements-dev.txt"
# Where the packages of each extra are used; "" are those that every installation has.
USED_IN = {"": ["grader"], "cluster": ["grader"], "test": ["tests"], "docs": ["docs"], "dev": []}
SCRIPTS = [*(ROOT / ".ci").iterdir(), *(ROOT / ".github").rglob("*.yml")]


def requirements(extra: str) -> list[Requirement]:
    listed = map(Requirement, EXTRAS[extra] if extra else PROJECT["dependencies"])
    return [one for one in listed if one.name != PROJECT["name"]]


@cache
def modules_by_distribution() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for module, owners in metadata.packages_distributions().items():
        for owner in owners:
            found.setdefault(canonicalize_name(owner), set()).add(module)
    return found


def names_of(distribution: str) -> set[str]:
    """Return the names by which code knows a distribution: its own, modules and commands."""
    commands = metadata.distribution(distribution).entry_points.select(group="console_scripts")
    modules = modules_by_distribution().get(canonicalize_name(distribution), set())
    return {distribution, *modules, *(command.name for command in commands)}


def names_in_code(folders: list[str]) -> Iterator[str]:
    """Yield each module that is imported, and each text of one word, such as a command."""
    for path in (p for folder in folders for p in (ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"^ *(?:import|from) (\w+)", text, re.MULTILINE)
        yield from re.findall(r'"([\w-]+)"', text)


def names_in_scripts() -> Iterator[str]:
    """Yield each word of the scripts and hooks that CI runs, and of the system that builds."""
    yield from (Requirement(one).name for one in CONFIG["build-system"]["requires"])
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    texts = [hook["entry"] for repo in hooks["repos"] for hook in repo["hooks"]]
    texts += [path.read_text(encoding="utf-8") for path in SCRIPTS if path.is_file()]
    for text in texts:
        yield from re.findall(r"[\w-]+", text)


@pytest.mark.parametrize("extra", USED_IN)
def test_each_dependency_is_imported_or_run(extra: str) -> None:
    """By the code it is declared for, or by what CI runs."""
    used = {*names_in_code(USED_IN[extra])}
    if extra in {"test", "docs", "dev"}:
        used |= {*names_in_scripts()}
    installed = [one.name for one in requirements(extra) if is_installed(one.name)]
    assert [name for name in installed if not names_of(name) & used] == []


def test_every_extra_is_looked_at() -> None:
    """A new extra has its place in this test."""
    assert USED_IN.keys() == {"", *EXTRAS}


def pins() -> dict[str, list[str]]:
    """Return the versions of each pinned package: one, or one for each kind of machine."""
    found: dict[str, list[str]] = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([\w.-]+)==(\S+)", line):
            found.setdefault(canonicalize_name(match[1]), []).append(match[2])
    return found


@pytest.mark.parametrize("extra", USED_IN)
def test_the_pinned_environment_has_every_dependency(extra: str) -> None:
    """In versions that pyproject.toml allows."""
    pinned = pins()
    for one in requirements(extra):
        versions = pinned.get(canonicalize_name(one.name), [])
        assert versions, one.name
        assert all(one.specifier.contains(version) for version in versions), (str(one), versions)


def test_every_pinned_package_has_a_hash() -> None:
    """So that `pip install --require-hashes` takes the file."""
    text = re.sub(r"^\s*#.*\n", "", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    assert len(entries) > 50
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
