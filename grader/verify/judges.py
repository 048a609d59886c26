"""Finds broken promises of a course in the report of a grading."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from grader.records import FAILED, CheckScore, ScoreReport
from grader.testing.catalogue import Entry

# In units of the tolerance: how far off a wrong way is at least, and single precision at most.
LEAST_WRONG, MOST_ROUNDED = 10.0, 1 / 3
# How far a limit of processor time is from right but slow work, and from the excluded way.
SAFETY = 8
# Of a module that cannot be imported, such as that of another exercise.
_MISSING = (" is not available in the grader; ", ".py in this submission; ")
_IMPORT = "let it import only packages that the course lists, and modules of provided/"
# Of `grader.sandbox.arguments`, whose message has its own advice.
_OF_ARGUMENTS = "ArgumentError: "


def measure(entry: Entry, report: ScoreReport) -> float | None:
    """Return how far off a wrong way or one in single precision is, where numbers decide."""
    if entry.float32:
        return max((s.outcome.measured.error or 0.0 for s in report.checks()), default=None)
    failed = [
        scored
        for scored in report.checks()
        if scored.check.function == entry.function and scored.outcome.outcome in FAILED
    ]
    # A check of a property decides only about those whose values are right.
    deciding = [scored for scored in failed if scored.check.kind == "value"] or failed
    errors = [scored.outcome.measured.error for scored in deciding]
    return (
        None
        if None in errors or not entry.loses_points
        else max(filter(None, errors), default=None)
    )


def judge_faults(report: ScoreReport) -> Iterator[str]:
    """Yield what went wrong in the grader itself."""
    for scored in report.checks():
        fault = scored.outcome.feedback.fault
        if fault.startswith(_OF_ARGUMENTS):
            yield f"{scored.check.id}: {fault}"
        elif fault:
            yield (
                f"{scored.check.id}: {fault}: pass an answer to an expectation before you compute "
                "with it, and use no `assert`"
            )
    reasons = {scored.outcome.measured.undiagnosed for scored in report.checks()}
    for reason in sorted(filter(None, reasons)):
        yield f"the diagnosis failed: {reason}: please report it, with the course"


def judge_stub(report: ScoreReport) -> Iterator[str]:
    """Yield a finding where the untouched stub earns something, or does anything.

    A program that is not written yet may be one that prints nothing, which is wrong.
    """
    for scored in report.checks():
        outcome = scored.outcome.outcome
        idle = outcome == "not_implemented" or scored.check.whole
        if (scored.score_c or not idle) and not scored.outcome.feedback.fault:
            yield (
                f"{scored.check.id} is {outcome} and earns {scored.score_c / 100:g}: a stub is to "
                "raise NotImplementedError as soon as it is called"
            )


def find_losses(report: ScoreReport) -> Iterator[CheckScore]:
    """Yield the checks that lost points; of those that passed only where no other explains it."""
    for function in report.functions():
        lost = [scored for scored in function.checks if scored.score_c != scored.check.points_c]
        failed = [scored for scored in lost if scored.outcome.outcome != "passed"]
        yield from failed or lost


def judge_full_marks(report: ScoreReport) -> Iterator[str]:
    """Yield a finding for each check that lost points by itself."""
    for scored in find_losses(report):
        if scored.outcome.outcome == "passed":
            # Nothing that failed explains it.
            yield (
                f"{scored.check.id} passed and earns no points: add a hidden check of the "
                "function's values, or let the visible ones make two calls with different answers"
            )
        elif not scored.outcome.feedback.fault:
            feedback = scored.outcome.feedback
            expected = f"expected {feedback.expected}" if feedback.expected else ""
            parts = (feedback.wrong, feedback.raised, feedback.values, expected)
            reason = ", ".join(filter(None, parts)).replace("\n", " ")
            is_missing = any(words in reason for words in _MISSING)
            advice = _IMPORT if is_missing else "change it or the check"
            yield (
                f"{scored.check.id} is {scored.outcome.outcome}: {reason}; this is right work, so "
                f"{advice}"
            )


def judge_solution(report: ScoreReport) -> Iterator[str]:
    """Yield the points that the solution loses, and named numbers of a call that are equal.

    And checks of values that a function passes which does nothing but raise an exception.
    """
    yield from judge_full_marks(report)
    for scored in report.checks():
        if scored.outcome.measured.only_raised and scored.check.kind == "value":
            yield (
                f"{scored.check.id}: a function that always raises passes it; make it a property, "
                "or let it ask for a value as well"
            )
        for coincidence in scored.outcome.measured.coincidences:
            yield (
                f"{scored.check.id}: {coincidence}, so an error could be named by either: "
                "give them other values"
            )


def judge_variant(entry: Entry, report: ScoreReport) -> Iterator[str]:
    """Yield what right work loses, and where single precision is near a tolerance."""
    yield from judge_full_marks(report)
    for scored in report.checks():
        error = scored.outcome.measured.error
        if entry.float32 and error is not None and error > MOST_ROUNDED:
            yield (
                f"{scored.check.id} refuses single precision: off by {error:.2g} tolerances, so "
                "widen them"
            )


def judge_workload(entry: Entry, report: ScoreReport) -> Iterator[str]:
    """Yield a finding where a limit of processor time is too near to a way of working."""
    if entry.share == 1:
        yield from judge_full_marks(report)
    limited = [
        scored.outcome.measured
        for scored in report.checks()
        if scored.check.function == entry.function and scored.outcome.measured.cpu_limit_s
    ]
    for measured in limited:
        limit_s, used_s = measured.cpu_limit_s, measured.cpu_s
        if used_s is None or limit_s is None:
            yield "its processor time was not measured: run this on Linux"
        elif entry.share == 1 and used_s * SAFETY > limit_s:
            yield (
                f"takes {used_s:.2g} s of processor time, more than 1/{SAFETY} of {limit_s:g} s: "
                "raise cpu_s"
            )
        elif entry.share < 1 and used_s / entry.share < SAFETY * limit_s:
            whole_s = used_s / entry.share
            yield (
                f"takes {whole_s:.2g} s in all, less than {SAFETY} times {limit_s:g} s: lower "
                "cpu_s, or ask for more work"
            )
    if not limited:
        yield f"no check of {entry.function} limits processor time: give one cpu_s"


def judge_misconception(
    entry: Entry,
    report: ScoreReport,
    costly: Collection[str],
    callers: Collection[str] = (),
) -> Iterator[str]:
    """Yield a finding where a wrong way is not wrong enough, or named otherwise.

    Parameters
    ----------
    costly : collection of str
        The ids of the misconceptions of the exercise that lose points.
    callers : collection of str
        Functions that declare to call this one.
    """
    error = measure(entry, report)
    if error is not None and error < LEAST_WRONG:
        yield (
            f"is off by {error:.2g} tolerances only, at least {LEAST_WRONG:g} are needed: ask for "
            "an input that makes it ten times larger"
        )
    reason = next(filter(None, (s.outcome.measured.unnamed for s in report.checks())), "")
    lost = [f for f in report.functions() if f.score_c != f.max_score_c]
    # A whole that calls the function goes wrong with it.
    losses = {f.name for f in lost if not (f.title and entry.loses_points)}
    if entry.loses_points and entry.function not in losses:
        where = ", ".join(sorted(losses)) or "no function"
        yield f"loses points in {where}: {reason or 'add a check that fails with it'}"
    else:
        yield from _judge_losses(entry, losses, callers)
        if reason:
            yield f"is not diagnosed as itself: {reason}"
    # A misconception that costs nothing may be diagnosed beside it.
    where_named: dict[str, str] = {}
    for scored in report.checks():
        identity = scored.outcome.misconception
        is_known = identity == entry.id or f"{identity} " in reason
        if identity and identity in costly and not is_known:
            where_named.setdefault(identity, scored.check.id.partition("/")[2])
    for identity, where in sorted(where_named.items()):
        yield (
            f"is also diagnosed as {identity}, in {where}: add a check whose inputs distinguish "
            "the two"
        )


def _judge_losses(entry: Entry, losses: Collection[str], callers: Collection[str]) -> Iterator[str]:
    """Yield other functions that lose points, and declared ones that lose none."""
    own = {entry.function} if entry.loses_points else set()
    if others := sorted(set(losses) - own - {*entry.cascades, *callers}):
        yield (
            f"loses points in {', '.join(others)} too: let the checks judge one function each, or "
            f"acknowledge it with cascades={others!r} here, or calls= in their @function"
        )
    for name in sorted(set(entry.cascades) - set(losses)):
        yield f"loses no points in {name}: remove it from its cascades"


def judge_pair(report: ScoreReport) -> Iterator[str]:
    """Yield a finding where two misconceptions lose points, and neither nor any other is named."""
    lost = any(scored.score_c != scored.check.points_c for scored in report.checks())
    if lost and not any(scored.outcome.misconceptions for scored in report.checks()):
        yield "neither is diagnosed: ask for inputs on which each of the two shows by itself"
