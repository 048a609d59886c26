"""Release a kit: make it, search it for leaks, and grade with it before it is written.

A kit is written only if it contains no solution and no hidden check, its stubs score nothing,
its visible checks give the solutions full marks, and no definition in its suites is a complete
answer.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.course.manifest import load_course
from grader.course.stubs import NOTEBOOKS
from grader.course.texts import read_solutions
from grader.engine import Grader
from grader.errors import CourseError
from grader.files import fill_folder
from grader.records import Course, ScoreReport, SourceFile, Submission
from grader.release.acknowledged import Acknowledged
from grader.release.kit import (
    MANIFEST,
    STUBS,
    Kit,
    Secrets,
    gather_secrets,
    inspect_files,
    make_kit,
    suite_path,
)
from grader.scoring import leave_out_withheld
from grader.submissions.reader import read_submission

# Parameters of helpers that are part of a check.
_OF_CHECKS = frozenset({"student", "rng", "module"})
_Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Draft:
    """A kit, and the findings against it.

    Parameters
    ----------
    known : Acknowledged
        The leaks that the course acknowledges, and those that were found beside them.
    """

    kit: Kit
    findings: tuple[str, ...]
    known: Acknowledged


class Release:
    """Makes and examines the kit of a course.

    Parameters
    ----------
    solutions : Path
        The folder of its solutions, which the kit must not contain.
    exercises : tuple of str
        The exercises of the kit; all if it is empty. It must not contain a solution or a
        hidden check of the others either.
    with_hidden : bool
        Whether the kit contains the hidden checks.
    install : str
    git : bool
        As for `grader.release.kit.make_kit`.
    """

    def __init__(
        self,
        course: Course,
        solutions: Path,
        *,
        exercises: tuple[str, ...] = (),
        with_hidden: bool,
        install: str = "",
        git: bool = False,
    ) -> None:
        self._course = course
        self._chosen = course.narrow(exercises)
        self._folder = solutions
        self._with_hidden = with_hidden
        self._install = install
        self._git = git

    def draft(self, grader: Grader | None = None) -> Draft:
        """Return the kit, and all findings against it.

        Parameters
        ----------
        grader : Grader, optional
            One of the course that is there already, which makes no tables of known mistakes:
            they contain nothing that can be found.
        """
        if grader is not None:
            return self._draft(grader, with_tables=False)
        with Grader(self._course) as own:
            return self._draft(own, with_tables=True)

    def _draft(self, grader: Grader, *, with_tables: bool) -> Draft:
        known = Acknowledged(self._course.leaks)
        names = self._chosen.select()
        collected = grader.collected_checks().items()
        checks = {node: check for node, check in collected if check.exercise in names}
        kit = make_kit(
            self._chosen,
            checks,
            with_hidden=self._with_hidden,
            install=self._install,
            git=self._git,
        )
        shown = {check.id for check in checks.values()} - {check.id for check in kit.withheld}
        if with_tables:
            salt, master = _derive_secrets(self._course)
            kit = kit.with_tables(grader.make_mistake_tables(sorted(shown), salt, master))
        found = list(self._inspect(grader, kit.pack(), known))
        return Draft(kit, tuple(found or self._try(kit, grader)), known)

    def inspect(self, folder: Path) -> tuple[str, ...]:
        """Return the findings against the kit in a folder."""
        files = {
            # A kit has no links: the empty content is a finding.
            PurePosixPath(path.relative_to(folder).as_posix()): path.read_bytes()
            if path.is_file()
            else b""
            for path in sorted(folder.rglob("*"))
            if path.is_file() or path.is_symlink()
        }
        if not files:
            raise CourseError(f"{folder} has no kit")
        with Grader(self._course) as grader:
            return tuple(self._inspect(grader, files, Acknowledged(self._course.leaks)))

    def _inspect(
        self, grader: Grader, files: Mapping[PurePosixPath, bytes], known: Acknowledged
    ) -> Iterator[str]:
        course, checks = grader.course, grader.collected_checks()
        sources = read_solutions(course, self._folder)
        secrets: Secrets = gather_secrets(course, sources, checks, with_hidden=self._with_hidden)
        return inspect_files(self._chosen, files, secrets, known)

    def _try(self, kit: Kit, whole: Grader) -> Iterator[str]:
        """Grade stubs, notebooks, solutions and helpers of suites with the kit alone."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            fill_folder(folder, kit.pack())
            with Grader(load_course(folder / MANIFEST), whole.isolation) as grader:
                for path in (STUBS, STUBS / NOTEBOOKS):
                    if (folder / path).is_dir():
                        report = _grade(grader, folder / path)
                        if report.score_c:
                            yield f"{path} without changes score {report.score_c / 100:g} points"
                yield from _judge_solutions(_grade(grader, self._folder))
                for trial in _plan_trials(kit, grader.course):
                    # The kit has fewer checks and no misconceptions: try it first.
                    if trial.wins(grader) and (won := trial.wins(whole)):
                        yield f"{trial.path} contains an answer to {won}: {trial.helper}"


def _derive_secrets(course: Course) -> tuple[bytes, bytes]:
    """Return the salt and the master key of the tables of known mistakes.

    Both follow from the course, so that a kit is made again byte by byte. The digest of the course
    is in every report, so it can be the salt only; the key needs the files that no kit has.
    """
    salt = hashlib.sha256(f"known mistakes {course.suite_sha256}".encode()).digest()[:16]
    master = hashlib.sha256(b"the key of known mistakes")
    for path in sorted(course.suites.rglob("*.py")):
        master.update(path.read_bytes())
    return salt, master.digest()


def _grade(grader: Grader, path: Path) -> ScoreReport:
    return leave_out_withheld(grader.grade(read_submission(path, grader.course)))


def _judge_solutions(report: ScoreReport) -> Iterator[str]:
    for scored in report.checks():
        if scored.score_c != scored.check.points_c:
            feedback = scored.outcome.feedback
            reason = " ".join(filter(None, (feedback.wrong, feedback.raised, feedback.values)))
            yield f"the solution fails {scored.check.id} of the kit: {' '.join(reason.split())}"


@dataclass(frozen=True, slots=True)
class _Trial:
    """A helper of a suite, submitted as the functions of an exercise."""

    path: PurePosixPath
    helper: str
    asked: frozenset[str]
    submission: Submission
    exercise: str

    def wins(self, grader: Grader) -> str:
        """Return the functions with full marks, or an empty string."""
        report = leave_out_withheld(grader.grade(self.submission, exercises=(self.exercise,)))
        won = [
            f.name
            for f in report.functions()
            if f.name in self.asked and f.score_c == f.max_score_c
        ]
        return ", ".join(won)


# A helper may return the answer, or the text that is to be printed.
_WAYS = (
    "_answer = {helper}",
    "def _answer(*args, **kwargs):\n    print({helper}(*args, **kwargs))",
)


def _plan_trials(kit: Kit, course: Course) -> Iterator[_Trial]:
    for exercise in course.exercises:
        path = suite_path(exercise.name)
        stubs = {name: kit.files[STUBS / name] for name in exercise.file_names}
        suite = ast.parse(kit.files[path])
        nodes = [node for node in suite.body if _is_portable(node)]
        helpers = "\n\n".join(map(ast.unparse, nodes))
        ways = _WAYS if _uses_output(suite) else _WAYS[:1]
        for node, (file, stub), way in itertools.product(nodes, stubs.items(), ways):
            asked = _could_be(node, stub) if isinstance(node, _Definition) else []
            if isinstance(node, _Definition) and asked:
                answers = "\n".join(f"{name} = _answer" for name in asked)
                answer = way.format(helper=node.name)
                source = f"{stub}\n\n{helpers}\n\n{answer}\n{answers}\n"
                texts = {**stubs, file: source}
                files = tuple(SourceFile(name, text.encode()) for name, text in texts.items())
                submission = Submission("release", files)
                yield _Trial(path, node.name, frozenset(asked), submission, exercise.name)


def _uses_output(suite: ast.Module) -> bool:
    """Return whether a suite may look at what is printed."""
    imports = [node for node in ast.walk(suite) if isinstance(node, ast.ImportFrom)]
    return any(name.name in ("printed", "*") for node in imports for name in node.names)


def _is_portable(node: ast.stmt) -> bool:
    """Return whether a student could use a statement of a suite."""
    if isinstance(node, ast.ImportFrom):
        return not (node.module or "").startswith("grader")
    return not (isinstance(node, _Definition) and node.decorator_list)


def _could_be(node: ast.FunctionDef | ast.ClassDef, stub: str) -> list[str]:
    """Return the names in a stub that a definition could replace."""
    asked = ast.parse(stub).body
    if isinstance(node, ast.ClassDef):
        return [found.name for found in asked if isinstance(found, ast.ClassDef)]
    if _OF_CHECKS & set(_parameters(node)):
        return []
    most = len(_parameters(node))
    least = most - len(node.args.defaults)
    functions = [found for found in asked if isinstance(found, ast.FunctionDef)]
    return [f.name for f in functions if least <= len(_parameters(f)) <= most]


def _parameters(node: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
