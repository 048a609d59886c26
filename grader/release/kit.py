"""The kit for students: stubs, notebooks, a README, the visible checks, and the grader.

The kit's ``course.toml`` lists the hidden checks with their titles and points and without their
code, so that the kit's reports have the same maximum score as the instructor's.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from grader.course.derivations import DERIVATIONS, read_pages
from grader.course.manifest import DEFAULT_COURSE, KIT, write_manifest
from grader.course.origin import describe_version, write_origin
from grader.course.pristine import PRISTINE, VERSION
from grader.course.stubs import NOTEBOOKS
from grader.course.texts import read_stubs, read_text
from grader.course.work_folder import SETTINGS, write_settings
from grader.examiner.sealed import NAME, DamagedTable, parse_table
from grader.example_points import checks_of_examples
from grader.examples.template import draft_examples, has_examples
from grader.examples.values import FILE as EXAMPLES
from grader.records import PROVIDED_FOLDER, Check, Course
from grader.release.acknowledged import Acknowledged
from grader.release.excerpt import make_excerpt
from grader.release.kit_notebook import point_at_kit
from grader.release.kit_readme import write_readme
from grader.release.leaks import (
    Marks,
    Place,
    find_leaks,
    mark_hidden_checks,
    mark_right_answers,
    mark_solutions,
    read_docstrings,
)
from grader.release.template import GIT, inspect_repository, list_template, write_template
from grader.release.wheel import find_strangers, make_wheel

MANIFEST = PurePosixPath(DEFAULT_COURSE.name)
README = PurePosixPath("README.md")
STUBS = PurePosixPath("exercises")
SUITES = PurePosixPath("suites")
PROVIDED = PurePosixPath(PROVIDED_FOLDER)
WHEELS = PurePosixPath("wheels")
PYTEST = PurePosixPath("pytest.ini")

# Without the grader's plugin, pytest would collect the suites, which it cannot run. A student's
# own tests import the modules from any folder.
_PYTEST_INI = (
    f"[pytest]\nnorecursedirs = {SUITES} {WHEELS} .* build dist venv\npythonpath = {STUBS}\n"
)
_WHEEL = re.compile(rf"{WHEELS}/backprop_grader-[^/]+\+{KIT}\.x[0-9a-f]{{8}}-py3-none-any\.whl")

Secrets = tuple[Marks, ...]


@dataclass(frozen=True, slots=True)
class Kit:
    """The kit that students get.

    Parameters
    ----------
    files : mapping of PurePosixPath to str
        The texts by path.
    withheld : tuple of Check
        The checks that count and whose code is not in the texts.
    wheels : mapping of PurePosixPath to bytes
        The grader by path, unless it is installed from elsewhere.
    """

    files: Mapping[PurePosixPath, str]
    withheld: tuple[Check, ...]
    wheels: Mapping[PurePosixPath, bytes] = field(default_factory=dict)

    def with_tables(self, tables: Mapping[str, str]) -> Kit:
        """Return the kit with tables of known mistakes, by exercise."""
        added = {table_path(exercise): text for exercise, text in tables.items()}
        return replace(self, files=dict(sorted({**self.files, **added}.items())))

    def pack(self) -> dict[PurePosixPath, bytes]:
        """Return the content of every file by path."""
        return {**{path: text.encode() for path, text in self.files.items()}, **self.wheels}


def make_kit(
    course: Course,
    checks: Mapping[str, Check],
    *,
    with_hidden: bool = False,
    install: str = "",
    git: bool = False,
) -> Kit:
    """Make the kit of a course, equal for equal courses.

    Parameters
    ----------
    checks : mapping of str to Check
        All its checks by pytest's ids, from `grader.engine.Grader.collected_checks`.
    with_hidden : bool
        Whether to include the hidden checks.
    install : str
        The grader's requirement for pip; by default the kit contains the grader.
    git : bool
        Whether it will be a repository, which has some more files.
    """
    wheel = None if install else make_wheel(KIT)
    wheels = {WHEELS / wheel.name: wheel.content} if wheel else {}
    shown = {n: c for n, c in checks.items() if with_hidden or c.visibility == "visible"}
    # The cases of one test are all included, or none of them.
    mixed = {find_place(n) for n, c in checks.items() if n not in shown}
    shown = {n: c for n, c in shown.items() if find_place(n) not in mixed}
    withheld = tuple(check for node, check in checks.items() if node not in shown)
    stubs = {**dict(_copy_stubs(course, install)), **dict(_copy_provided(course))}
    # Students work in the stubs: a copy shows a later update what they have changed.
    copies = {STUBS / PRISTINE / path.relative_to(STUBS): text for path, text in stubs.items()}
    version = {STUBS / PRISTINE / VERSION: f"{describe_version(course)}\n"}
    pages = {STUBS / name: text for name, text in read_pages(course)}
    files = {**stubs, **copies, **version, **pages}
    # Examples are judged by right implementations, which a kit does not have.
    examples = checks_of_examples(course, course.select())
    if has_examples(course):
        files[STUBS / EXAMPLES] = draft_examples(course)
    files |= {PROVIDED / file.name: file.content.decode() for file in course.provided}
    files[MANIFEST] = write_manifest(course, withheld)
    files[PYTEST] = _PYTEST_INI
    files[SETTINGS] = write_settings(".venv")
    notebooks = any(path.suffix == ".ipynb" for path in files)
    grader = install or "".join(map(str, wheels))
    files[README] = write_readme(
        course,
        [*checks.values(), *examples],
        [*withheld, *examples],
        notebooks=notebooks,
        install=grader,
        in_kit=not install,
    )
    if git:
        files |= write_template(grader, course.packages, in_kit=not install)
    for exercise in course.exercises:
        suite = read_suite(course, exercise.name)
        if not with_hidden:
            kept = frozenset(find_place(n) for n, c in shown.items() if c.exercise == exercise.name)
            suite = make_excerpt(suite, kept, f"Visible checks: {exercise.title}.")
        files[suite_path(exercise.name)] = suite
    return Kit(dict(sorted(files.items())), (*withheld, *examples), wheels)


def find_place(node: str) -> Place:
    """Return class and name of a test from pytest's id."""
    *classes, test = node.partition("[")[0].split("::")[1:]
    return "::".join(classes), test


def suite_path(exercise: str) -> PurePosixPath:
    """Return the path of an exercise's suite in a course."""
    return SUITES / exercise / f"test_{exercise}.py"


def table_path(exercise: str) -> PurePosixPath:
    """Return the path of an exercise's table of known mistakes in a kit."""
    return SUITES / exercise / NAME


def read_suite(course: Course, exercise: str) -> str:
    """Return the source of an exercise's suite."""
    return read_text(course.suites / exercise / f"test_{exercise}.py")


def gather_secrets(
    course: Course,
    solutions: Mapping[str, str],
    checks: Mapping[str, Check],
    *,
    with_hidden: bool = False,
) -> Secrets:
    """Return the marks of what a kit must not contain.

    Parameters
    ----------
    solutions : mapping of str to str
        The sources of its solutions by module.
    checks : mapping of str to Check
        All its checks by pytest's ids.
    with_hidden : bool
        Whether the kit may contain hidden checks.
    """
    names = [exercise.name for exercise in course.exercises]
    right: Secrets = (
        mark_solutions(solutions),
        mark_right_answers(_read_catalogue(course, "variants.py"), with_helpers=True),
        mark_right_answers(_read_catalogue(course, "canonical.py"), with_helpers=False),
    )
    if course.provided:
        public = "\n\n".join(file.content.decode() for file in course.provided)
        right = tuple(marks.without(Marks(), public) for marks in right)
    if with_hidden:
        return right
    hidden = {
        name: frozenset(
            find_place(n)
            for n, c in checks.items()
            if c.exercise == name and c.visibility == "hidden"
        )
        for name in names
    }
    suites = {name: read_suite(course, name) for name in names}
    return *right, mark_hidden_checks(suites, hidden, read_docstrings(solutions.values()))


def _read_catalogue(course: Course, file_name: str) -> dict[str, str]:
    """Return the text of a file beside each suite that has it, by exercise."""
    paths = {e.name: course.suites / e.name / file_name for e in course.exercises}
    return {name: read_text(path) for name, path in paths.items() if path.is_file()}


def inspect_files(
    course: Course,
    files: Mapping[PurePosixPath, bytes],
    secrets: Secrets,
    known: Acknowledged | None = None,
) -> Iterator[str]:
    """Search the files of a kit for leaks.

    Parameters
    ----------
    known : Acknowledged, optional
        As for `find_leaks`.

    Yields
    ------
    str
        One line for each finding: a file that a kit does not have, or a leak.
    """
    expected = _expected_files(course)
    texts, packed = {}, {}
    for path, content in sorted(files.items()):
        if _WHEEL.fullmatch(str(path)):
            inside = _unpack(content)
            if not inside:
                yield f"{path} is not a wheel"
            for stranger in find_strangers(inside):
                yield f"{path / stranger} is not a file of the grader"
            packed.update({path / inner: inside[inner] for inner in inside})
        elif path in expected:
            texts[path] = content
        elif path.parts[0] != GIT:
            yield f"{path} is not a file of a kit"
    yield from inspect_repository(files)
    yield from _inspect_tables(texts)
    for found, whole in ((_without_copies(texts), False), (packed, True)):
        decoded = {}
        for path, content in found.items():
            try:
                decoded[path] = content.decode()
            except UnicodeDecodeError:
                yield f"{path} is not valid UTF-8"
        yield from find_leaks(decoded, secrets, whole=whole, known=known)


def _without_copies(texts: dict[PurePosixPath, bytes]) -> dict[PurePosixPath, bytes]:
    """Return texts without the copies that equal their stubs, and so have the same leaks."""
    stubs = [path for path in texts if path.is_relative_to(STUBS)]
    copies = {STUBS / PRISTINE / path.relative_to(STUBS): texts[path] for path in stubs}
    return {path: text for path, text in texts.items() if copies.get(path) != text}


def _inspect_tables(files: Mapping[PurePosixPath, bytes]) -> Iterator[str]:
    for path, content in files.items():
        if path.name == NAME:
            try:
                parse_table(content)
            except DamagedTable as error:
                yield f"{path} is not a table of known mistakes: {error}"


def _unpack(content: bytes) -> dict[PurePosixPath, bytes]:
    """Return the files in a wheel, or none if it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {PurePosixPath(name): archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):  # the last: encrypted
        return {}


def _expected_files(course: Course) -> set[PurePosixPath]:
    expected = {MANIFEST, README, PYTEST, SETTINGS, STUBS / EXAMPLES, *list_template()}
    expected.add(STUBS / PRISTINE / VERSION)
    for exercise in course.exercises:
        for folder in (STUBS, STUBS / PRISTINE):
            notebook = folder / NOTEBOOKS / f"{exercise.name}.ipynb"
            expected |= {notebook, *(folder / name for name in exercise.file_names)}
        expected |= {STUBS / DERIVATIONS / f"{name}.html" for name in exercise.modules}
        expected |= {suite_path(exercise.name), table_path(exercise.name)}
    for file in course.provided:
        folders = (PROVIDED, STUBS, STUBS / NOTEBOOKS)
        expected |= {folder / file.name for folder in folders}
        expected |= {STUBS / PRISTINE / file.name, STUBS / PRISTINE / NOTEBOOKS / file.name}
    return expected


def _copy_provided(course: Course) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield what students import, beside the stubs and beside the notebooks."""
    notebooks = any(
        (course.stubs / NOTEBOOKS / f"{exercise.name}.ipynb").is_file()
        for exercise in course.exercises
    )
    for file in course.provided:
        for folder in (STUBS, *([STUBS / NOTEBOOKS] if notebooks else [])):
            yield folder / file.name, file.content.decode()


def _copy_stubs(course: Course, install: str) -> Iterator[tuple[PurePosixPath, str]]:
    for exercise in course.exercises:
        for name, stub in read_stubs(course, exercise).items():
            yield STUBS / f"{name}.py", f"{write_origin(course)}\n{stub}"
        notebook = course.stubs / NOTEBOOKS / f"{exercise.name}.ipynb"
        if notebook.is_file():
            path = STUBS / NOTEBOOKS / notebook.name
            yield (
                path,
                point_at_kit(
                    read_text(notebook),
                    exercise.name,
                    install=install,
                    packages=course.packages,
                    origin=write_origin(course),
                ),
            )
