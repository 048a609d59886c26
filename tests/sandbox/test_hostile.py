"""Hostile submissions, one a file in ``tests/sandbox/hostile``.

Each begins with comments:

- ``# costs:`` what it may cost: some functions, everything, or the module, which then cannot be
  loaded;
- ``# attack:`` the kind of attack and what it tries, for docs/security-attacks.md;
- ``# works without restrictions``, if it must succeed without a sandbox;
- ``# module:`` the module to whose solution it is appended, by default ``activations``.

Nearly all return the right answer if their attack succeeds, so an attack that works shows as points
that were not lost. After each of them honest work is graded, and must get the report that it gets
alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.samples import sample
from support.scores import faults, losses

from grader.engine import Grader
from grader.records import Course, ScoreReport, SourceFile, Submission
from grader.report import build_report, to_json

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = sorted((ROOT / "tests" / "sandbox" / "hostile").glob("*.py"))
TRACES = [Path("/tmp/grader-was-here"), Path("/dev/shm/grader")]
SECOND = {"optimizers": "losses"}  # a second module, which nothing in the first may touch


Submit = Callable[[str], ScoreReport]


# Attacks on the restrictions that do no harm where there are none; a line of the file marks them.
WORKS_UNRESTRICTED = [
    path.stem
    for path in HOSTILE
    if re.search("^# works without restrictions$", path.read_text("utf-8"), re.MULTILINE)
]


def attacked_by(fragment: str) -> str:
    """Return the module that an attack is appended to."""
    named = re.search(r"^# module: (\w+)", fragment, re.MULTILINE)
    return named[1] if named else "activations"


@pytest.fixture
def submit(impatient_grader: Grader, solution: Callable[[str], str]) -> Submit:
    def run(fragment: str) -> ScoreReport:
        first = attacked_by(fragment)
        second = SECOND.get(first, "optimizers")
        sources = {first: solution(first) + "\n\n" + fragment, second: solution(second)}
        files = tuple(SourceFile(f"{name}.py", text.encode()) for name, text in sources.items())
        return impatient_grader.grade(Submission("mallory", files), exercises=tuple(sources))

    return run


@pytest.fixture(scope="module")
def honest(solution: Callable[[str], str]) -> Submission:
    """Work with one right and one wrong function, so that its report has some words."""
    text = solution("activations") + "\n\ndef relu(z):\n    print('hm')\n    return z\n"
    return Submission("alice", (SourceFile("activations.py", text.encode()),))


@pytest.fixture(scope="module")
def alone(honest: Submission, impatient_course: Course) -> str:
    """The report of honest work in a grader that has seen nothing else."""
    with Grader(impatient_course) as fresh:
        return without_times(fresh.grade(honest, exercises=("activations",)))


def without_times(report: ScoreReport) -> str:
    """Return all of a report that does not differ from run to run."""
    text = to_json(build_report(report, "instructor")).decode()
    return re.sub(r'"(duration_s|started_at|wall_s)": [^,\n]+', r'"\1": 0', text)


@pytest.mark.parametrize("path", sample([(path.stem, (path,)) for path in HOSTILE], each=9))
def test_an_attack_costs_its_own_checks_and_leaves_nothing_behind(
    path: Path, submit: Submit, impatient_grader: Grader, honest: Submission, alone: str
) -> None:
    """No attack scores, harms what was done well, or outlives its submission."""
    text = path.read_text(encoding="utf-8")
    cost = re.match(r"# costs: ([\w ]+)", text)
    assert cost
    report = submit(text.replace("{ROOT}", str(ROOT)))
    assert not faults(report)
    assert_cost(report, attacked_by(text), cost[1].split())
    assert_harmless(report)
    assert not [trace for trace in TRACES if trace.exists()]
    assert not children_of(impatient_grader)
    after = impatient_grader.grade(honest, exercises=("activations",))
    assert without_times(after) == alone


def assert_cost(report: ScoreReport, attacked: str, names: list[str]) -> None:
    """Exactly what an attack may cost is lost, and nothing of it was earned."""
    earned = {s.check.function for s in report.checks() if s.score_c}
    module, second = sorted(report.exercises, key=lambda exercise: exercise.name != attacked)
    assert second.score_c == second.max_score_c
    if names == ["module"]:
        assert module.module.status == "unloadable"
        assert module.module.message
        assert {s.outcome.outcome for f in module.functions for s in f.checks} == {"not_run"}
    if names in (["module"], ["everything"]):
        assert module.score_c == 0
    elif names == ["nothing"]:
        assert losses(report) == {}
    else:
        assert set(losses(report)) == set(names)
        assert not earned & set(names[:1])


def assert_harmless(report: ScoreReport) -> None:
    """Nothing in a report may act on its reader, or say where the grader is installed."""
    text = to_json(build_report(report, "student")).decode()
    assert json.loads(text)["score"] == report.score_c / 100
    assert not re.search(r"\\u00[01]|\x1b|\u202e|\\u202e", text)
    assert not re.search(r"##\w*\[", text)
    assert not re.search(r"(^|\s|\\n)::\w", text)
    own_words = re.sub(r"line \d+: .*?\\n", "", text)
    assert str(ROOT) not in own_words or "PermissionError" in own_words
    assert len(text) < 1_000_000


def children_of(grader: Grader) -> list[str]:
    """Return the workers that the fork server has left running."""
    session = grader._session
    assert session is not None
    fork_server = session.processes.fork_server
    assert fork_server is not None, "the hostile tests need the sandbox"
    pid = fork_server._process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKS_UNRESTRICTED)
def test_the_same_attack_works_without_restrictions(
    name: str, open_grader: Grader, solution: Callable[[str], str]
) -> None:
    """These attacks fail because of the restrictions, not because they are badly written."""
    fragment = (ROOT / "tests" / "sandbox" / "hostile" / f"{name}.py").read_text(encoding="utf-8")
    source = solution("activations") + "\n\n" + fragment.replace("{ROOT}", str(ROOT))
    submission = Submission("mallory", (SourceFile("activations.py", source.encode()),))
    report = open_grader.grade(submission, exercises=("activations",))
    assert report.isolation.level == "process"
    assert losses(report) == {}
