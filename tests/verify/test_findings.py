"""What `grade verify` prints: every finding is documented, faults once, and narrow terminals."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from support.courses import write_small_course

from grader.cli.verify import _print_finding, _print_table
from grader.course.manifest import load_course
from grader.records import Check
from grader.verify.gaps import find_gaps_in_catalogue
from grader.verify.promises import judge_inputs
from grader.verify.verification import KINDS, Trial, Verification

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "authors" / "verify.md").read_text(encoding="utf-8")
FILES = [
    *(
        ROOT / "grader" / "verify" / f"{name}.py"
        for name in ("docstrings", "gaps", "judges", "names", "promises")
    ),
    ROOT / "grader" / "verify" / "verification.py",
    ROOT / "grader" / "release" / "acknowledged.py",
    ROOT / "grader" / "examiner" / "unnamed.py",
    ROOT / "grader" / "examiner" / "comparable.py",
]


def findings() -> Iterator[tuple[str, str]]:
    """Yield the constant text of everything that is yielded or returned in words, by file."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = getattr(node, "value", None)
            if isinstance(node, ast.Yield | ast.Return) and value is not None:
                value = value.elts[-1] if isinstance(value, ast.Tuple) and value.elts else value
                parts = value.values if isinstance(value, ast.JoinedStr) else [value]
                texts = [p.value for p in parts if isinstance(p, ast.Constant)]
                text = " … ".join(one for one in texts if isinstance(one, str))
                if len(text) > 15:
                    yield path.name, text


DOCUMENTED = [
    phrase.removeprefix(": ...; ")
    for row in re.findall(r"^\| (.+?) \|", PAGE, re.MULTILINE)
    for phrase in re.findall(r"`([^`]+)`", row)
    if len(phrase) > 5
]


@pytest.mark.parametrize(("file", "text"), list(findings()))
def test_every_finding_is_in_the_table(file: str, text: str) -> None:
    """By words that a reader of the finding can search for."""
    # Why a call cannot be compared follows these words.
    wholes = [text, f"cannot be compared: {text}"]
    last = text.rpartition(" … ")[2].strip()
    found = [p for p in DOCUMENTED if any(p in whole for whole in wholes) or last in p]
    assert found, (file, text)


@pytest.mark.slow
def test_a_fault_is_reported_once_with_the_line_of_the_suite(tmp_path: Path) -> None:
    """Whatever the number of seeds, and as a failed promise wherever it happens."""
    manifest = write_small_course(tmp_path / "course", "suite_that_fails_on_an_answer")
    verification = Verification(load_course(manifest), manifest.parent / "solutions", seeds=3)
    trials = list(verification.run(1))
    found = [f for t in trials for f in t.findings if "AssertionError" in f]
    lines = (manifest.parent / "suites/numbers/test_numbers.py").read_text().splitlines()
    asserts = [number for number, line in enumerate(lines, start=1) if "assert " in line]
    assert len(found) == len(asserts) == 2
    for number, check in zip(asserts, ("values", "many_values"), strict=True):
        assert [
            f
            for f in found
            if f.startswith(f"numbers/spread/{check}: AssertionError")
            and f"at test_numbers.py, line {number}: pass an answer" in f
        ]
    assert not any(t.held for t in trials if t.kind == "solution")


@pytest.mark.slow
def test_a_visible_check_that_is_alone_is_reported_with_what_to_do(tmp_path: Path) -> None:
    """It passes, and is to earn nothing while one known answer passes it."""
    manifest = write_small_course(tmp_path / "course")
    suite = manifest.parent / "suites" / "numbers" / "test_numbers.py"
    text = suite.read_text().partition("    @check(1)\n")[0].replace("points=2", "points=1")
    suite.write_text(text)
    verification = Verification(load_course(manifest), manifest.parent / "solutions", seeds=1)
    found = {f for t in verification.run(1) if t.kind == "solution" for f in t.findings}
    assert found == {
        "numbers/spread/values passed and earns no points: add a hidden check of the function's "
        "values, or let the visible ones make two calls with different answers"
    }
    # The advice is right.
    more = text.partition("class TestSpread:\n")[2].replace("test_values(", "test_more(")
    suite.write_text(text.replace("points=1", "points=2") + more)
    verification = Verification(load_course(manifest), manifest.parent / "solutions", seeds=1)
    assert all(t.held for t in verification.run(1) if t.kind == "solution")


@pytest.mark.slow
def test_entries_wait_until_the_solution_gets_full_marks(tmp_path: Path) -> None:
    """With another solution each would lose the same points, and hide the reason."""
    manifest = write_small_course(tmp_path / "course", "solution_that_is_wrong")
    verification = Verification(load_course(manifest), manifest.parent / "solutions", seeds=3)
    trials = list(verification.run(1))
    assert verification.untried == ["numbers"]
    assert {t.kind for t in trials if not t.held} <= {"solution", "leak", "metadata"}
    assert not [t for t in trials if t.kind in ("misconception", "pair", "variant")]
    solutions = [t for t in trials if t.kind == "solution"]
    assert len(solutions) == 3
    assert not any(t.held for t in solutions)
    found = [finding for t in solutions for finding in t.findings]
    assert [f.partition(" ")[0] for f in found] == [
        "numbers/spread/values",
        "numbers/spread/many_values",
    ]


@pytest.mark.slow
def test_a_solution_that_imports_another_exercise_is_told_where_that_belongs(
    tmp_path: Path,
) -> None:
    """Each exercise is graded alone."""
    manifest = write_small_course(tmp_path / "course")
    solution = manifest.parent / "solutions" / "numbers.py"
    text = solution.read_text(encoding="utf-8")
    changed = text.replace("    return ", "    import other\n    return other.f() + ", 1)
    solution.write_text(changed, encoding="utf-8")
    verification = Verification(load_course(manifest), manifest.parent / "solutions", seeds=1)
    found = [finding for trial in verification.run(1) for finding in trial.findings]
    told = "let it import only packages that the course lists, and modules of provided/"
    assert [f for f in found if "other" in f and "is not available" in f and f.endswith(told)]


def test_names_that_canonical_lacks_are_reported(tmp_path: Path) -> None:
    """Those of functions, methods and what is in them, but for names that variants.py has."""
    manifest = write_small_course(tmp_path / "course")
    (manifest.parent / "suites" / "numbers" / "canonical.py").write_text(
        "import math\nLIMIT = 3\n\n\nclass Pile:\n    def __len__(self):\n"
        "        return len(self.entries) + _Pile.count + LIMIT\n\n\n"
        "def both(values):\n    return math.fsum(_half(v) for v in spread(values)) + later()\n\n\n"
        "def later():\n    return Pile()\n"
    )
    gaps = list(find_gaps_in_catalogue(load_course(manifest), "numbers", {}, ()))
    assert [gap.partition(", which")[0] for gap in gaps] == [
        "canonical.py of numbers: Pile uses _Pile",
        "canonical.py of numbers: both uses _half",
    ]


def check_of(name: str, visibility: str = "hidden", *, fixed: bool = False) -> Check:
    return Check(f"e/f/{name}", "e", "f", name, 100, visibility, "value", fixed=fixed)


@pytest.mark.parametrize(
    ("checks", "equal", "expected"),
    [
        ([check_of("a"), check_of("b")], set(), []),
        ([check_of("a"), check_of("b")], {"a"}, ["the inputs of e/f/a are the same"]),
        ([check_of("a", fixed=True), check_of("b")], {"a"}, []),
        ([check_of("a", fixed=True)], set(), ["the inputs of e/f/a vary"]),
        ([check_of("a", "visible", fixed=True)], {"a"}, ["all value checks of e/f are visible"]),
        ([check_of("a", "visible", fixed=True), check_of("b", fixed=True)], {"a", "b"}, []),
    ],
)
def test_inputs_that_do_not_vary(checks: list[Check], equal: set[str], expected: list[str]) -> None:
    """A finding, unless the author acknowledges it; never where all answers can be seen."""
    by_seed = [
        {c.id: "same" if c.id[-1] in equal else f"{c.id} {seed}" for c in checks}
        for seed in range(3)
    ]
    found = [finding for _, finding in judge_inputs(checks, by_seed)]
    assert len(found) == len(expected)
    for finding, beginning in zip(found, expected, strict=True):
        assert finding.startswith(beginning)
    assert not [f for _, f in judge_inputs(checks, by_seed[:1]) if "are the same" in f]


@pytest.mark.slow
def test_inputs_that_two_seeds_share_by_chance_are_no_finding(tmp_path: Path) -> None:
    """Of eight draws of one bit, some are the same for two seeds, and none for ten."""
    manifest = write_small_course(tmp_path / "course")
    suite = manifest.parent / "suites" / "numbers" / "test_numbers.py"
    bits = "".join(
        f"""
    @check(0.01{", visible=True" if number == 0 else ""})
    def test_bit_{number}(self, student, rng):
        \"\"\"Right for one bit.\"\"\"
        bit = float(rng.integers(0, 2))
        close(student.spread([bit, 3.0]), 3.0 - bit, "the spread")
"""
        for number in range(8)
    )
    suite.write_text(
        "from grader.testing import check, close, function\n\n\n"
        f'@function("spread(values)", points=0.08)\nclass TestSpread:{bits}'
    )
    verification = Verification(load_course(manifest), manifest.parent / "solutions", seeds=2)
    trials = list(verification.run(1))
    by_seed = [trial.inputs for trial in trials if trial.kind == "solution"]
    same = [name for name in by_seed[0] if by_seed[0][name] == by_seed[1][name]]
    assert same
    assert not [t for t in trials if t.subject == "inputs"]


def test_calls_without_arguments_have_no_inputs_to_vary() -> None:
    """There is nothing that could be drawn."""
    assert list(judge_inputs([check_of("a")], [{"e/f/a": ""}, {"e/f/a": ""}])) == []


@pytest.mark.parametrize("width", [60, 80])
def test_what_is_printed_fits_and_is_complete(width: int) -> None:
    """A finding is wrapped below its first line, and no column is cut off."""
    printed = io.StringIO()
    console = Console(file=printed, width=width, force_terminal=True, color_system=None,
                      highlight=False, markup=False, soft_wrap=True)  # fmt: skip
    course = SimpleNamespace(title="A course", exercises=[SimpleNamespace(name="numbers")])
    trials = [Trial(kind, "numbers", "subject") for kind in KINDS]
    _print_table(console, SimpleNamespace(course=course), trials)
    text = "numbers, misconception, N-01 of spread: " + "some words of a reason " * 8
    _print_finding(console, text.strip())
    lines = printed.getvalue().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    assert "…" not in printed.getvalue()
    assert printed.getvalue().count("1/1") == len(KINDS)
    wrapped = lines[next(n for n, line in enumerate(lines) if line.startswith("finding  ")) :]
    assert " ".join(" ".join(wrapped).split()) == f"finding {text.strip()}"
    assert all(line.startswith(" " * 9) for line in wrapped[1:])
