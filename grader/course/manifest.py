"""The manifest of a course, ``course.toml``: exercises, homeworks, limits, allowed packages.

The manifest of a kit also lists the checks whose code the kit lacks, so that the maximum score
is the same everywhere.
"""

from __future__ import annotations

import ast
import hashlib
import json
import keyword
import os
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec

from grader import __version__
from grader.course.listed import find_misnamed
from grader.course.pristine import PRISTINE
from grader.course.provided import describe_name, read_provided
from grader.errors import CourseError
from grader.records import (
    EXAMPLES,
    PROVIDED_FOLDER,
    Check,
    CheckKind,
    Course,
    ExampleRules,
    Exercise,
    HiddenFeedback,
    Homework,
    Leak,
    Limits,
    SourceFile,
    make_title,
)

DEFAULT_COURSE = Path(__file__).resolve().parents[1] / "course.toml"
# How the local version of a grader begins that is handed out in a kit, without any course.
KIT = "kit"
# Of a course that limits no time at all.
DEFAULT_LIMITS = Limits(call_cpu_s=1.0, load_cpu_s=4.0)
# Limits of processor time, and the limits that replace them.
_CPU_LIMITS = (("call_cpu_s", "call_s"), ("load_cpu_s", "load_s"))
_IN_KIT = __version__.partition("+")[2].split(".")[0] == KIT


class _Withheld(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str
    points: float
    kind: CheckKind = "value"
    essential: bool = False


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1)]
    exercise: Annotated[tuple[Exercise, ...], msgspec.Meta(min_length=1)]
    version: str = "1"
    title: str = ""
    limits: Limits = Limits()
    packages: tuple[str, ...] = ("numpy",)
    hidden_feedback: HiddenFeedback = "hint"
    withheld: tuple[_Withheld, ...] = ()
    homework: tuple[Homework, ...] = ()
    slip_credit: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    examples: ExampleRules = ExampleRules()
    leak: tuple[Leak, ...] = ()
    scratch_mib: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0


def find_manifest(course: str | os.PathLike[str] | None) -> Path:
    """Return the manifest of a course, its folder or ``course.toml``; by default this package's.

    The grader of a kit has no course. Its default is the nearest ``course.toml`` in the current
    folder or above it. No other grader looks there, because a submission must not choose its
    checks, which run outside the sandbox.

    Raises
    ------
    CourseError
        If there is no default.
    """
    if course is None:
        return _find_above() if _IN_KIT else _find_own()
    path = Path(course)
    return path / DEFAULT_COURSE.name if path.is_dir() else path


def _find_above() -> Path:
    try:
        here = Path.cwd()
    except OSError as error:
        raise CourseError("the current folder was removed; change to another") from error
    for folder in (here, *here.parents):
        if (folder / DEFAULT_COURSE.name).is_file():
            return folder / DEFAULT_COURSE.name
    raise CourseError(
        f"there is no {DEFAULT_COURSE.name} in {here} or above it; "
        "run the command in the folder of your kit, or name that folder with --course"
    )


def _find_own() -> Path:
    if DEFAULT_COURSE.is_file():
        return DEFAULT_COURSE
    raise CourseError("this grader was installed without a course; name one with --course")


def load_course(manifest: Path = DEFAULT_COURSE) -> Course:
    """Read a course, and take a digest of its manifest, its suites and what it provides.

    Parameters
    ----------
    manifest : Path
        A ``course.toml``. Suites are in ``suites/`` beside it, and modules that students
        import in ``provided/``; stubs in ``exercises/`` beside
        it or, in a checkout, one folder up. If that folder has untouched copies of all stubs,
        as in a kit, these are the stubs.

    Raises
    ------
    CourseError
        If the manifest is missing or not valid.
    """
    try:
        content = manifest.read_bytes()
        table = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError as error:
        begin = "" if _IN_KIT else ", or begin a course with `grade new`"
        advice = f"name the folder of its {DEFAULT_COURSE.name}{begin}"
        raise CourseError(f"the course {manifest} does not exist; {advice}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CourseError(f"the course {manifest} cannot be read: {reason}") from error
    try:
        read = msgspec.convert(_add_limits(table), _Manifest)
    except msgspec.ValidationError as error:
        # Only a manifest that does not fit is worth the time to load what describes it.
        from grader.course.keys import find_misfits

        misfit = next(find_misfits(table, _Manifest), str(error))
        raise CourseError(f"the course {manifest} cannot be used: {misfit}") from error
    for defect in _find_defects(read):
        raise CourseError(f"the course {manifest} cannot be used: {defect}")
    manifest = manifest.resolve()  # the grader's processes run elsewhere
    folder = manifest.parent
    suites = folder / "suites"
    names = [name for exercise in read.exercise for name in (exercise.name, *exercise.modules)]
    provided = read_provided(folder / PROVIDED_FOLDER, read.packages, names)
    return Course(
        name=read.name,
        version=read.version,
        title=read.title or make_title(read.name),
        exercises=read.exercise,
        limits=read.limits,
        packages=read.packages,
        hidden_feedback=read.hidden_feedback,
        manifest=manifest,
        suites=suites,
        stubs=_find_stubs(folder, read.exercise),
        suite_sha256=_digest(content, suites, provided),
        withheld=tuple(_read_withheld(entry, read.exercise) for entry in read.withheld),
        homeworks=read.homework,
        slip_credit=read.slip_credit,
        examples=read.examples,
        provided=provided,
        leaks=read.leak,
        scratch_mib=read.scratch_mib,
    )


def _add_limits(table: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest with limits of processor time, where it has none of time at all.

    Where it limits the clock alone, these limits are those of processor time, too.
    """
    limits = table.get("limits", {})
    if not isinstance(limits, dict):
        return table
    added = {
        cpu: getattr(DEFAULT_LIMITS, cpu)
        for cpu, wall in _CPU_LIMITS
        if not limits.keys() & {cpu, wall}
    }
    return {**table, "limits": {**limits, **added}}


def write_manifest(course: Course, withheld: Iterable[Check] = ()) -> str:
    """Return the manifest of a course as text, with checks whose code is elsewhere."""
    return "\n".join(_write_lines(course, withheld)) + "\n"


def _write_head(course: Course) -> Iterator[str]:
    for name in ("name", "version", "title", "packages", "hidden_feedback"):
        yield f"{name} = {_toml(getattr(course, name))}"
    yield f"slip_credit = {course.slip_credit}"
    if course.scratch_mib:
        yield f"scratch_mib = {course.scratch_mib}"


def _write_lines(course: Course, withheld: Iterable[Check]) -> Iterator[str]:
    yield from _write_head(course)
    yield "\n[limits]"
    limits = msgspec.structs.asdict(course.limits)
    yield from (f"{name} = {most}" for name, most in limits.items() if most is not None)
    if course.examples.points:
        yield f"\n[examples]\npoints = {course.examples.points}"
    if course.examples.functions:
        yield "\n[examples.functions]"
        for name, formula in course.examples.functions.items():
            yield f"{name} = {_toml(formula)}"
    for exercise in course.exercises:
        yield f"\n[[exercise]]\nname = {_toml(exercise.name)}\ntitle = {_toml(exercise.title)}"
        if exercise.files:
            yield f"files = {_toml(exercise.files)}"
    for homework in course.homeworks:
        yield f"\n[[homework]]\nname = {_toml(homework.name)}\ntitle = {_toml(homework.title)}"
        yield f"exercises = {_toml(homework.exercises)}"
    for check in withheld:
        yield f"\n[[withheld]]\nid = {_toml(check.id)}\ntitle = {_toml(check.title)}"
        yield f"points = {check.points_c / 100}\nkind = {_toml(check.kind)}"
        if check.essential:
            yield "essential = true"


def _toml(value: str | tuple[str, ...]) -> str:
    # JSON's strings and lists of strings are valid TOML.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _find_defects(read: _Manifest) -> Iterator[str]:
    """Yield the defects of packages, exercises, examples, leaks and homeworks."""
    yield from find_misnamed(read.packages)
    known = [exercise.name for exercise in read.exercise]
    yield from _find_defects_of_exercises(known)
    yield from _find_defects_of_files(read)
    yield from _find_defects_of_examples(read.examples, known)
    for leak in read.leak:
        if not leak.reason.strip() or not leak.text.strip():
            key = "text" if leak.reason.strip() else "reason"
            yield f"the [[leak]] in {leak.file!r} has an empty {key}; write it"
    names = [homework.name for homework in read.homework]
    for homework in read.homework:
        label = f"the homework {homework.name!r}"
        if homework.name in known:
            yield f"{label} has the name of an exercise; give it another name"
        if names.count(homework.name) > 1:
            yield f"{label} is listed twice; give each homework a name of its own"
        for name in homework.exercises:
            if name not in known:
                yield f"{label} has the exercise {name!r}; there are {', '.join(known)}"
            if homework.exercises.count(name) > 1:
                yield f"{label} has the exercise {name!r} twice"


def _find_defects_of_exercises(names: list[str]) -> Iterator[str]:
    for name in names:
        if not name.isidentifier() or not name.isascii() or keyword.iskeyword(name):
            yield (
                f"the exercise {name!r} is not the name of a module; "
                "use letters, digits and underscores"
            )
        if names.count(name) > 1:
            yield f"the exercise {name!r} is listed twice; give each exercise a name of its own"


def _find_defects_of_files(read: _Manifest) -> Iterator[str]:
    """Yield the defects of exercises of several files."""
    seen: dict[str, str] = {}
    for exercise in read.exercise:
        for name in exercise.modules:
            label = f"the exercise {exercise.name!r} has the file {name!r}"
            if name in seen:
                yield f"{label}, which {seen[name]!r} has, too; give each file a name of its own"
            if exercise.files and (why := describe_name(name, read.packages)):
                yield f"{label}, which {why}"
            seen[name] = exercise.name
    for exercise in read.exercise:
        if seen.get(exercise.name, exercise.name) != exercise.name:
            label = f"the exercise {seen[exercise.name]!r} has the file {exercise.name!r}"
            yield f"{label}, which is the name of another exercise; rename one of them"


def _find_defects_of_examples(rules: ExampleRules, exercises: list[str]) -> Iterator[str]:
    if rules.points and EXAMPLES in exercises:
        yield f"examples.points adds an exercise {EXAMPLES!r}; give yours another name"
    for name, formula in rules.functions.items():
        if not name.isidentifier() or keyword.iskeyword(name):
            yield f"examples.functions has {name!r}, which is not the name of a function"
        try:
            ast.parse(formula or "x", mode="eval")
        except (SyntaxError, ValueError) as error:
            yield f"examples.functions has {name} = {formula!r}, not an expression: {error}"


def _read_withheld(entry: _Withheld, exercises: tuple[Exercise, ...]) -> Check:
    exercise, _, rest = entry.id.partition("/")
    function, _, name = rest.partition("/")
    if exercise not in [known.name for known in exercises] or not name:
        raise CourseError(f"the withheld check {entry.id!r} is not of an exercise of the course")
    return Check(
        entry.id,
        exercise,
        function,
        entry.title,
        points_c=round(entry.points * 100),
        visibility="hidden",
        kind=entry.kind,
        essential=entry.essential,
    )


def _find_stubs(folder: Path, exercises: tuple[Exercise, ...]) -> Path:
    candidates = folder / "exercises", folder.parent / "exercises"
    stubs = next((path for path in candidates if path.is_dir()), candidates[0])
    # In a kit, students work in the folder of the stubs.
    pristine = stubs / PRISTINE
    names = [name for exercise in exercises for name in exercise.file_names]
    complete = all((pristine / name).is_file() for name in names)
    return pristine if complete else stubs


def _digest(manifest: bytes, suites: Path, provided: Iterable[SourceFile]) -> str:
    digest = hashlib.sha256(manifest)
    for path in sorted(suites.rglob("*.py")):
        digest.update(f"\0{path.relative_to(suites).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    for file in provided:
        digest.update(f"\0{PROVIDED_FOLDER}/{file.name}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()
