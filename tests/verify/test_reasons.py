"""Why `grade verify` finds that a misconception is not named: each reason, constructed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.courses import make_stubs, write_small_course
from support.samples import sample

from grader.course.manifest import load_course
from grader.verify.verification import Verification

SUITE = '''
from grader.testing import by_source, check, close, equal, expect, function, unmodified


@function("spread(values)", points=2, slips=False)
class TestSpread:
    @check(1, visible=True{options})
    def test_values(self, student, rng):
        """Right for three values."""
        {body}

    @check(1{options})
    def test_many_values(self, student, rng):
        """Right for more values."""
        {body}
'''
PLAIN = """values = rng.uniform(0.5, 2.0, size=3)
        close(student.spread(values), max(values) - min(values), "the spread")"""
LARGE = """values = rng.uniform(0.5, 2.0, size=5000)
        close(student.spread(values), max(values) - min(values), "the spread")"""
HELPED = """values = rng.uniform(0.5, 2.0, size=3)
        taken = student.take(values)
        close(student.spread(taken), max(values) - min(values), "the spread")"""
PROBED = """values = rng.uniform(0.5, 2.0, size=3)
        def probe(module, values):
            return module.spread(module.take(values))
        close(student.run(probe, values), max(values) - min(values), "the spread")"""
KEPT = """values = rng.uniform(0.5, 2.0, size=3)
        taken = student.keep("take", values)
        close(student.spread(taken), max(values) - min(values), "the spread")"""
NAMING = """values = rng.uniform(0.5, 2.0, size=3)
        got = student.spread(values)
        expect(got > 0, "not positive", identity="X-02")"""
SOLUTION = '''

def take(values):
    """Return the values.

    *Graded on* values.

    >>> take([1.0])
    [1.0]
    """
    return list(values)
'''
TAKE = '''

@function("take(values)", points=1, slips=False)
class TestTake:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right twice."""
        for n in (2, 3):
            values = rng.normal(size=n)
            close(student.take(values), values, "the values")
'''


def wrong(body: str, identity: str = "X-01", extra: str = "") -> str:
    text = f'@misconception("{identity}", of="spread", hint="Why?"{extra})\n'
    return f"\n\n{text}def wrong_{identity[-1]}(values):\n    {body}\n"


HEAD = "import numpy as np\n\nfrom grader.testing import edit, misconception\n"
MINUS = "return float(np.min(values) - np.max(values))"
CASES = {
    "as the right one": (
        PLAIN, "", wrong("return float(np.ptp(values)) if values[0] % 1 else -1.0"),
        "loses points in no function: no check of spread distinguishes it from the right one; "
        "spread([",
    ),
    "not replayed": (
        PLAIN, ", replay=False", wrong(MINUS),
        "is not diagnosed as itself: the calls of spread/values are not compared: it is marked",
    ),
    "too large": (
        LARGE, "", wrong(MINUS),
        "is not diagnosed as itself: call 1 of spread/values cannot be compared: its arguments",
    ),
    "too slow": (
        PLAIN, "", wrong(f"sum(1 for _ in range(60_000_000))\n    {MINUS}"),
        "is not diagnosed as itself: it takes more than 0.5 s of processor time in call 1 of",
    ),
    "differs": (
        PLAIN, "", wrong("return -float(np.random.default_rng().uniform(1, 2))"),
        "is not diagnosed as itself: call 1 of spread/values gave -1.",
    ),
    "lacks a name": (
        PLAIN, "", wrong("return -len(take(values)) + 0.5"),
        "NameError: name 'take' is not defined when made again: define that name",
    ),
    "another comes first": (
        PLAIN, "",
        wrong("return float(abs(values[0]))", "X-02")
        + wrong("return float(values[0])", "X-01"),
        "is not diagnosed as itself: X-02 does the same in every call of the checks and comes "
        "first; add a check whose inputs distinguish the two",
    ),
    "named by the suite": (
        NAMING, "", wrong(MINUS, "X-02") + wrong("return -1.0"),
        "is not diagnosed as itself: spread/values itself names X-02, with identity=",
    ),
    "costs nothing": (
        PLAIN, "", wrong(MINUS, extra=", loses_points=False"),
        "is not diagnosed as itself: it is marked loses_points=False",
    ),
    "another function may be wrong": (
        HELPED, "", wrong(MINUS),
        "is not diagnosed as itself: spread/values calls take too, which may be what is wrong",
    ),
    "a probe needs a name": (
        PROBED, "", wrong(MINUS),
        "is not diagnosed as itself: call 1 of spread/values cannot be compared: it needs take",
    ),
    "an object needs a name": (
        KEPT, "", wrong(MINUS),
        "is not diagnosed as itself: call 1 of spread/values cannot be compared: it needs take",
    ),
    "other texts": (
        PLAIN, "", wrong("raise ValueError(str(np.random.default_rng().uniform()))"),
        "is not diagnosed as itself: its calls raise exceptions with other texts each time",
    ),
}  # fmt: skip


def find(tmp_path: Path, case: str, canonical: str = "") -> list[str]:
    """Return the findings against a course with one of these suites."""
    body, options, misconceptions, _ = CASES[case]
    folder = write_small_course(tmp_path / "course").parent
    suite = folder / "suites" / "numbers"
    (suite / "test_numbers.py").write_text(SUITE.format(body=body, options=options) + TAKE)
    if case == "another function may be wrong":
        (suite / "variants.py").unlink()  # what is right would show which one is wrong
    (suite / "misconceptions.py").write_text(HEAD + misconceptions)
    if canonical:
        (suite / "canonical.py").write_text(canonical)
    with (folder / "solutions" / "numbers.py").open("a") as file:
        file.write(SOLUTION)
    make_stubs(folder)
    course = load_course(folder / "course.toml")
    trials = Verification(course, folder / "solutions", seeds=1).run(1)
    return [f for t in trials if t.kind == "misconception" for f in t.findings]


@pytest.mark.parametrize("case", sample([(case, (case,)) for case in CASES], each=13))
def test_the_reason_is_found(tmp_path: Path, case: str) -> None:
    """In one finding, with what to do."""
    found = find(tmp_path, case)
    beginning = CASES[case][-1]
    assert [one for one in found if beginning in one], found
    assert all(len(one) < 400 and one.count(": ") for one in found)


RIGHT = """import numpy as np


def spread(values):
    return float(np.max(values) - np.min(values))


def take(values):
    return list(values)
"""


HELPED_BY_CANONICAL = (
    "a probe needs a name",
    "another function may be wrong",
    "an object needs a name",
)


@pytest.mark.parametrize("case", sample([(case, (case,)) for case in HELPED_BY_CANONICAL], each=3))
def test_what_the_finding_advises_helps(tmp_path: Path, case: str) -> None:
    """With the other function in canonical.py the misconception is named."""
    assert find(tmp_path, case, RIGHT) == []
