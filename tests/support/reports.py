"""Small reports made by hand, for the tests of what is done with reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from grader.check_report import CheckReport
from grader.records import (
    Audience,
    Check,
    Course,
    Environment,
    Exercise,
    Feedback,
    HiddenFeedback,
    Isolation,
    Limits,
    ModuleState,
    Outcome,
    ScoreReport,
    Seed,
    SourceFile,
    Submission,
)
from grader.report import Report, build_report, map_checks
from grader.scoring import score

CHECKS = (
    Check("alpha/slope/values", "alpha", "slope", "Right values", 120, "visible", "value"),
    Check("alpha/slope/purity", "alpha", "slope", "Inputs are left", 80, "hidden", "property"),
    Check("alpha/curve/values", "alpha", "curve", "Right curve", 200, "hidden", "value"),
    Check("alpha/curve/advice", "alpha", "curve", "Is quick", 0, "visible", "property"),
    Check("beta/chain/values", "beta", "chain", "Right chain", 150, "visible", "value"),
    Check("beta/chain/large", "beta", "chain", "Right when large", 50, "hidden", "value"),
    Check("gamma/loop/values", "gamma", "loop", "Right loop", 400, "visible", "value"),
)
# The fields of `Feedback` that are not text.
NOT_TEXT = ("places", "written_out")
OUTCOMES = (
    Outcome("alpha/slope/values", "passed", duration_s=0.01),
    Outcome("alpha/slope/purity", "passed", duration_s=0.002),
    Outcome(
        "alpha/curve/values",
        "failed",
        observation="sign",
        misconceptions=("curve_sign",),
        what="the curve has the wrong sign",
        hint="Which way does it bend?",
        feedback=Feedback(
            called="curve(x: float64 (3,))",
            got="float64 (3,)",
            wrong="the sign is turned",
            values="at [0]: got 1",
            expected="271828",
            repeat="curve(x)",
        ),
        duration_s=0.03,
    ),
    Outcome("alpha/curve/advice", "failed", feedback=Feedback(wrong="it is slow")),
    Outcome("beta/chain/values", "error", feedback=Feedback(raised="ValueError: no")),
    Outcome(
        "beta/chain/large",
        "timeout",
        observation="timeout",
        feedback=Feedback(waited="10 s"),
        duration_s=10.0,
    ),
    Outcome(
        "gamma/loop/values", "not_run", feedback=Feedback(wrong="gamma.py could not be loaded")
    ),
)
MODULES = (
    ModuleState("alpha", "graded"),
    ModuleState("beta", "graded"),
    ModuleState("gamma", "unloadable", "SyntaxError in line 3"),
)
COURSE = Course(
    name="letters",
    version="1.2.0",
    title="Letters",
    exercises=(
        Exercise("alpha", "First things"),
        Exercise("beta", "Second things"),
        Exercise("gamma", "Third things"),
    ),
    limits=Limits(call_s=10, load_s=20, function_s=20, memory_mib=1024, cpu_s=300),
    packages=("numpy",),
    hidden_feedback="hint",
    manifest=Path("course.toml"),
    suites=Path("suites"),
    stubs=Path("stubs"),
    suite_sha256="ab" * 32,
)


def scores_of(
    identity: str = "ada",
    outcomes: tuple[Outcome, ...] = OUTCOMES,
    checks: tuple[Check, ...] = CHECKS,
    modules: tuple[ModuleState, ...] = MODULES,
    hidden_feedback: HiddenFeedback = "hint",
) -> ScoreReport:
    """Return a scored submission of three small exercises; no code was run for it."""
    course = replace(COURSE, hidden_feedback=hidden_feedback)
    outcomes = tuple(replace(outcome, varied=True) for outcome in outcomes)
    return ScoreReport(
        course=course,
        submission=Submission(identity, (SourceFile("alpha.py", b"x = 1\n"),)),
        exercises=score(course, checks, outcomes, modules),
        isolation=Isolation("sandbox", "landlock", "seccomp", "seccomp", 1024, 300, 10.0),
        seed=Seed("public", repeat_with="public"),
        environment=Environment("0.1.0", "1.2.0", "3.11.9", "2.0.0", "8.2.0", "linux"),
        started_at="2026-03-02T10:11:12Z",
        duration_s=12.345,
    )


def report_of(
    identity: str = "ada",
    outcomes: tuple[Outcome, ...] = OUTCOMES,
    audience: Audience = "student",
) -> Report:
    """Return the report of `scores_of` for one audience."""
    return build_report(scores_of(identity, outcomes), audience)


def solved(identity: str = "ada") -> Report:
    """Return the report of a submission that lost nothing."""
    return report_of(identity, tuple(map(_passed, OUTCOMES)))


def _passed(outcome: Outcome) -> Outcome:
    return Outcome(outcome.check_id, "passed", duration_s=outcome.duration_s)


def change_outcome(check_id: str, **changes: Any) -> tuple[Outcome, ...]:
    """Return the outcomes with one of them changed; ``feedback`` takes fields as a dict."""
    if "feedback" in changes:
        changes["feedback"] = Feedback(**changes["feedback"])
    return tuple(replace(o, **changes) if o.check_id == check_id else o for o in OUTCOMES)


def change_check(report: Report, check_id: str, **changes: Any) -> Report:
    """Return a report with one check changed, its sums as they were."""
    return map_checks(report, lambda c: replace(c, **changes) if c.id == check_id else c)


def change_exercises(report: Report, **changes: Any) -> Report:
    """Return a report with each of its exercises changed."""
    return replace(report, exercises=tuple(replace(e, **changes) for e in report.exercises))


def check_of(report: Report, check_id: str) -> CheckReport:
    """Return the check of that id."""
    return next(check for check in report.checks() if check.id == check_id)
