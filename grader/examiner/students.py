"""The proxies of one submission's answers, by which the suites call them."""

from __future__ import annotations

from grader.examiner.collection import Suites
from grader.examiner.messages import Examine
from grader.records import SourceFile
from grader.sandbox.allowance import Allowance
from grader.sandbox.launch import Launcher
from grader.sandbox.module import Module
from grader.sandbox.several import SeveralFiles
from grader.sandbox.student import Student
from grader.submissions.child.stubs import join_cells, names_bound


def make_student(
    suites: Suites, name: str, request: Examine, launcher: Launcher, allowance: Allowance
) -> Student:
    """Return the proxy of the answer to one exercise.

    Parameters
    ----------
    name : str
        The exercise.
    """
    exercise = suites.course.exercise(name)
    of_exercise = [c.check for c in suites.checks.values() if c.check.exercise == name]
    functions = tuple(dict.fromkeys(check.function for check in of_exercise if not check.whole))
    source, siblings, several = request.sources.get(name), request.siblings, None
    if request.stands_for_all and not functions and _answers_functions(suites, source):
        source = None  # the one file is not this program
    if not exercise.is_one_file and not request.stands_for_all:
        sources = {n: request.sources[n] for n in exercise.modules if n in request.sources}
        source, siblings = None, {**siblings, **sources}
        several = SeveralFiles(exercise.modules, sources, suites.owners[name])
    else:
        siblings = {key: file for key, file in siblings.items() if key != name}
    module = Module(
        suites.course,
        exercise,
        source,
        functions,
        launcher,
        allowance,
        stands_for_all=request.stands_for_all,
        siblings=siblings,
        several=several,
        has_whole=any(check.whole for check in of_exercise),
    )
    return Student(module)


def _answers_functions(suites: Suites, source: SourceFile | None) -> bool:
    """Return whether a file defines a function that any suite asks for."""
    if source is None:
        return False
    text = join_cells(source.cells) if source.cells else source.content.decode(errors="replace")
    asked = {c.signature.needs for c in suites.checks.values()}
    return not asked.isdisjoint(names_bound(text))
