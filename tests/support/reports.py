"""Small reports made by hand, for the tests of what is done with reports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.records import (
    Audience,
    Check,
    Course,
    Environment,
    Exercise,
    Isolation,
    Limits,
    ModuleState,
    Outcome,
    ScoreReport,
    Seed,
    SourceFile,
    Submission,
)
from grader.report import ReportPayload, build_payload
from grader.scoring import mark

CHECKS = (
    Check("alpha/slope/values", "alpha", "slope", "Right values", 120, "visible", "value"),
    Check("alpha/slope/purity", "alpha", "slope", "Inputs are left", 80, "hidden", "property"),
    Check("alpha/curve/values", "alpha", "curve", "Right curve", 200, "hidden", "value"),
    Check("alpha/curve/advice", "alpha", "curve", "Is quick", 0, "visible", "property"),
    Check("beta/chain/values", "beta", "chain", "Right chain", 150, "visible", "value"),
    Check("beta/chain/large", "beta", "chain", "Right when large", 50, "hidden", "value"),
    Check("gamma/loop/values", "gamma", "loop", "Right loop", 400, "visible", "value"),
)
OUTCOMES = (
    Outcome("alpha/slope/values", "passed", duration_s=0.01),
    Outcome("alpha/slope/purity", "passed", duration_s=0.002),
    Outcome(
        "alpha/curve/values",
        "failed",
        message="Called  curve(x: float64 (3,))\nWrong   the sign is turned",
        detail="Values  at [0]: got 1, expected 271828",
        repeat="Repeat  curve(x)",
        hint="Which way does it bend?",
        diagnosis="curve_sign",
        duration_s=0.03,
    ),
    Outcome("alpha/curve/advice", "failed", message="Wrong   it is slow"),
    Outcome("beta/chain/values", "error", message="Raised  ValueError: no"),
    Outcome("beta/chain/large", "timeout", message="Waited  10 s", duration_s=10.0),
    Outcome("gamma/loop/values", "not_run", message="gamma.py could not be loaded"),
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
    limits=Limits(10, 20, 20, 180, 1024, 300),
    packages=("numpy",),
    hidden_feedback="hint",
    suites=Path("suites"),
    stubs=Path("stubs"),
    suite_sha256="ab" * 32,
)


def report_of(
    identity: str = "ada",
    outcomes: tuple[Outcome, ...] = OUTCOMES,
    checks: tuple[Check, ...] = CHECKS,
) -> ScoreReport:
    """Return a marked submission of three small exercises that nobody ran."""
    return ScoreReport(
        course=COURSE,
        submission=Submission(identity, (SourceFile("alpha.py", b"x = 1\n"),)),
        exercises=mark(COURSE, checks, outcomes, MODULES),
        isolation=Isolation("sandbox", "landlock", "seccomp", "seccomp", 1024, 300, 10.0),
        seed=Seed("public"),
        environment=Environment("0.1.0", "3.11.9", "2.0.0", "8.2.0", "linux"),
        started_at="2026-03-02T10:11:12Z",
        duration_s=12.345,
    )


def payload_of(
    identity: str = "ada",
    outcomes: tuple[Outcome, ...] = OUTCOMES,
    audience: Audience = "student",
) -> ReportPayload:
    """Return the payload of `report_of`."""
    return build_payload(report_of(identity, outcomes), audience)


def solved(identity: str = "ada") -> ReportPayload:
    """Return the payload of a submission that lost nothing."""
    return payload_of(identity, tuple(replace(o, outcome="passed", message="") for o in OUTCOMES))
