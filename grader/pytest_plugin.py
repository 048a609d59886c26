"""The pytest plugin: in a kit and in a work folder, pytest runs the visible checks.

There is one item for each check, at the line of the student's function. The functions are graded
once in a session, in the sandbox, as `grade submit` grades them; pytest's own process neither
imports nor runs them.

In every other folder the plugin does nothing, and loads nothing of the grader.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader import WORK_FOLDER

if TYPE_CHECKING:
    from grader.records import Check, Exercise
    from grader.visible_checks import Verdict, VisibleChecks

_ENDINGS = (".py", ".ipynb")
# By folder: whether its modules are a student's.
_known = pytest.StashKey[dict[Path, bool]]()
# In pytest's cache: by course, which checks there are.
_CACHE = "grader/checks"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect a student's module as its checks, and nothing of a kit's suites.

    The module must not be imported, whatever else has collected it.
    """
    found = yield
    if file_path.name.startswith("test_") and _is_suite(file_path):
        return []
    if file_path.suffix not in _ENDINGS or not _has_modules(file_path.parent, parent.config):
        return found
    checks = _Grading.of(parent.config).open(file_path.parent)
    exercise = checks.exercise_of(file_path)
    if exercise is None:
        return [] if checks.is_parsed_only(file_path) else found
    module: StudentModule = StudentModule.from_parent(parent, path=file_path)
    module.checks, module.exercise = checks, exercise
    return [module]


def _is_kit(folder: Path) -> bool:
    """Return whether a folder is a kit, and no course of its author's or this package."""
    return (
        (folder / "course.toml").is_file()
        and (folder / "exercises").is_dir()
        and (folder / "suites").is_dir()
        and not (folder / "__init__.py").exists()
        # A kit has pytest.ini; solutions may have been handed out and put into it.
        and ((folder / "pytest.ini").is_file() or not (folder / "solutions").exists())
    )


def _is_suite(path: Path) -> bool:
    """Return whether a file is a suite of a kit, which the examiner collects."""
    suites = path.parents[1] if len(path.parents) > 1 else path
    return suites.name == "suites" and _is_kit(suites.parent)


def _has_modules(folder: Path, config: pytest.Config) -> bool:
    """Return whether a folder is the exercises of a kit, or was written by `grade init`."""
    known = config.stash.setdefault(_known, {})
    if folder not in known:
        in_kit = folder.name == "exercises" and _is_kit(folder.parent)
        known[folder] = in_kit or (folder / WORK_FOLDER).is_file()
    return known[folder]


class StudentModule(pytest.File):
    """A student's module, by its visible checks."""

    checks: VisibleChecks
    exercise: Exercise

    def collect(self) -> Iterator[pytest.Collector]:
        """Yield a node for each function."""
        functions = _Grading.of(self.config).functions(self)
        lines = self.checks.lines(self.path)
        for name, checks in functions.items():
            function: StudentFunction = StudentFunction.from_parent(self, name=name)
            # Plugins look at the object of a class: an empty one, since nothing is imported.
            function.obj = type(name, (), {})
            function.found, function.line = checks, lines.get(name, 1)
            yield function


class StudentFunction(pytest.Class):
    """A student's function; a class of tests, so that editors show its checks below it."""

    found: list[Check]
    line: int

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each check."""
        assert isinstance(self.parent, StudentModule)
        for check in self.found:
            item: VisibleCheck = VisibleCheck.from_parent(self, name=check.id.rpartition("/")[2])
            item.check, item.line, item.checks = check, self.line, self.parent.checks
            yield item


class VisibleCheck(pytest.Item):
    """A visible check of a function."""

    check: Check
    checks: VisibleChecks
    line: int
    verdict: Verdict | None = None

    def setup(self) -> None:
        """Grade, with everything else that was selected, and skip what is not written yet."""
        self.verdict = _Grading.of(self.config).judge(self)
        if self.verdict.kind == "error":
            pytest.fail(self.verdict.text, pytrace=False)
        if self.verdict.kind == "skipped":
            pytest.skip(self.verdict.words)

    def runtest(self) -> None:
        """Fail if the check failed."""
        if self.verdict is not None and self.verdict.kind == "failed":
            pytest.fail(self.verdict.words, pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return file, line (counted from 0) and name, which is a heading among failures."""
        return self.path, self.line - 1, f"{self.check.function}.{self.name}"


class _Block:
    """The text that pytest prints of a check that failed or was not run, as `grade submit` does.

    In the terminal, a problem of several checks is printed once.
    """

    def __init__(self, item: VisibleCheck, verdict: Verdict) -> None:
        self._grading = _Grading.of(item.config)
        self._verdict = verdict
        self._again = item.checks.again()
        self._name = item.reportinfo()[2]
        self.reprcrash = _Crash(str(item.path), item.line, verdict.words)

    def __str__(self) -> str:
        return self._render()

    def toterminal(self, tw: Any) -> None:
        """Print it."""
        terminal = self._grading.terminal
        if terminal is None or tw is not terminal.config.get_terminal_writer():
            tw.line(self._render())
            return
        shown = self._verdict.problem
        cause = self._verdict.text if shown is None else (shown.name, shown.problem.id)
        first = self._grading.printed.setdefault(cause, self._name)
        if first != self._name:
            _print(terminal, f"The same as {first}, above: {self._verdict.words}")
            return
        columns = tw.fullwidth if terminal.isatty else None
        encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
        tw.line(self._render(columns=columns, colours=tw.hasmarkup, encoding=encoding))

    def _render(self, **terminal: Any) -> str:
        from grader.writers.terminal.block import block_of

        if self._verdict.problem is None:
            return self._verdict.text
        return block_of(self._verdict.problem, self._again, **terminal)


class _Crash:
    """Where and why a check failed, as pytest's summaries and other plugins read it."""

    def __init__(self, path: str, lineno: int, message: str) -> None:
        self.path, self.lineno, self.message = path, lineno, message

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


class _Grading:
    """The part of the plugin that is there once a student's module was collected."""

    _key = pytest.StashKey["_Grading"]()

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        self.printed: dict[object, str] = {}  # by problem, the check that showed it
        self._folders: dict[Path, VisibleChecks] = {}
        self._faults: dict[Path, str] = {}

    @classmethod
    def of(cls, config: pytest.Config) -> _Grading:
        """Return that of a run of pytest."""
        if cls._key not in config.stash:
            config.stash[cls._key] = grading = cls(config)
            config.pluginmanager.register(grading, "grader-visible-checks")
        return config.stash[cls._key]

    def open(self, folder: Path) -> VisibleChecks:
        """Return the visible checks of a folder."""
        from grader.errors import GraderError
        from grader.visible_checks import VisibleChecks

        try:
            if folder not in self._folders:
                checks = VisibleChecks(folder)
                checks.recall(self._cached().get(str(checks.course.manifest)))
                self._folders[folder] = checks
        except GraderError as error:
            raise pytest.Collector.CollectError(str(error)) from None
        return self._folders[folder]

    def functions(self, module: StudentModule) -> dict[str, list[Check]]:
        """Return the visible checks of a module by function."""
        from grader.errors import GraderError

        folder = module.checks.folder
        try:
            if folder not in self._faults:
                functions = module.checks.functions(module.exercise, module.path.stem)
                self._remember(module.checks)
                return functions
        except GraderError as error:
            self._faults[folder] = str(error)
        raise module.CollectError(self._faults[folder])

    def judge(self, item: VisibleCheck) -> Verdict:
        """Grade all exercises of a folder of which a check is selected, unless that was done."""
        from grader.errors import GraderError
        from grader.visible_checks import Verdict

        checks = item.checks
        items = [one for one in item.session.items if isinstance(one, VisibleCheck)]
        try:
            if checks.folder not in self._faults:
                checks.grade({one.check.exercise for one in items if one.checks is checks})
        except GraderError as error:
            self._faults[checks.folder] = str(error)
        if fault := self._faults.get(checks.folder):
            self._remember(checks)
            return Verdict("error", fault, text=f"could not be graded: {fault}")
        return checks.verdict(item.check)

    def _cached(self) -> dict[str, object]:
        # Without pytest's plugin there is no cache, and all is collected anew.
        cache: Any = getattr(self._config, "cache", None)
        found = cache.get(_CACHE, None) if cache is not None else None
        return found if isinstance(found, dict) else {}

    def _remember(self, checks: VisibleChecks) -> None:
        cache: Any = getattr(self._config, "cache", None)
        cached, name, now = self._cached(), str(checks.course.manifest), checks.remembered()
        if cache is not None and now is not None and cached.get(name) != now:
            cache.set(_CACHE, {**cached, name: now})

    @pytest.hookimpl(wrapper=True, trylast=True)  # the other plugins see what it returns
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a block instead of a traceback, and the student's line instead of one of ours."""
        report = yield
        if not isinstance(item, VisibleCheck) or item.verdict is None:
            return report
        verdict = item.verdict
        if report.when == "call":
            report.duration = verdict.duration_s
        if report.skipped and verdict.kind == "skipped":
            report.longrepr = str(item.path), item.line, f"Skipped: {verdict.words}"
        if report.failed and verdict.kind in ("failed", "error"):
            block: Any = _Block(item, verdict)
            report.longrepr = block
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show what pytest leaves out."""
        for checks in self._folders.values():
            if checks.graded:
                again = checks.again()
                words = f"Visible checks only; `{again}` shows points and what to do next."
                _print(terminalreporter, words)
            if checks.level == "process":
                reason = checks.why_no_sandbox or "because of --isolation process"
                _print(terminalreporter, f"Graded without a sandbox ({reason}).")

    def pytest_unconfigure(self) -> None:
        """End the grader's processes."""
        for checks in self._folders.values():
            checks.close()


def _print(terminal: Any, words: str) -> None:
    """Print a line, which in a terminal is folded between words."""
    from textwrap import wrap

    tw = terminal.config.get_terminal_writer()
    for line in wrap(words, max(tw.fullwidth, 20)) if terminal.isatty else [words]:
        tw.line(line)
