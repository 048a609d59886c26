"""The engine: levels of isolation, interruption, and what a failing check reports."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.reports import check_of
from support.running import alive, family, started, wait_for
from support.samples import sample
from support.scores import faults, losses

from grader.check_report import CheckReport
from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.engine import Grader, grade_for_student
from grader.errors import CourseError, ExaminerError, SandboxError
from grader.examiner import messages
from grader.examiner.feedback import FAULT
from grader.records import (
    Audience,
    Course,
    Feedback,
    HiddenFeedback,
    Outcome,
    Place,
    ScoreReport,
    SourceFile,
    Submission,
)
from grader.report import build_report, to_json
from grader.sandbox.processes import start
from grader.sandbox.protocol.frames import Stream, StreamClosed
from grader.sandbox.protocol.messages import Restrictions
from grader.seeds import PUBLIC, seed_id
from grader.writers.feedback import GRADE_AGAIN, text_of

ROOT = Path(__file__).resolve().parents[1]
Grade = Callable[..., ScoreReport]
Solution = Callable[[str], str]


class Unrestricted:
    """A fork server that has found no sandbox."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.stream = Stream(ours.fileno(), ours.detach())
        fd = theirs.detach()
        Stream(fd, fd).send_message(Restrictions(network="seccomp", missing="no Landlock here"))

    def end(self) -> None:
        """Do nothing."""


def without_sandbox(grader: Grader) -> Grader:
    """Return a grader whose fork server found that this machine has no sandbox."""
    session = grader._session
    assert session is not None
    assert session.processes.fork_server is not None
    session.processes.fork_server.end()
    session.processes.fork_server = Unrestricted()  # type: ignore[assignment]
    return grader


def test_without_restrictions_auto_grades_and_says_why(solution: Solution) -> None:
    """An old kernel still gives a result, and the reason is kept."""
    with Grader(load_course(), "auto") as grader:
        without_sandbox(grader)
        source = SourceFile("forward.py", solution("forward").encode())
        report = grader.grade(Submission("x", (source,)), exercises=("forward",))
        assert report.isolation.level == "process"
        assert report.isolation.network == "open"
        assert losses(report) == {}
        assert grader.why_no_sandbox.startswith("no Landlock here (see `")


def test_without_restrictions_a_demanded_sandbox_is_refused(solution: Solution) -> None:
    """Nothing of the student's runs, and the line says what to do."""
    with Grader(load_course(), "sandbox") as grader:
        without_sandbox(grader)
        source = SourceFile("forward.py", solution("forward").encode())
        with pytest.raises(SandboxError, match=r"no Landlock here.*--isolation process"):
            grader.grade(Submission("x", (source,)))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "how",
    sample([(n.name, (n,)) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)], each=3),
)
def test_an_interrupted_grading_leaves_no_process(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C and kill end the examiner, the fork server and the student's loop."""
    (tmp_path / "activations.py").write_text("def sigmoid(z):\n    while True:\n        pass\n")
    with started("submit", cwd=tmp_path) as process:
        # Examiner, its fork, fork server, worker.
        wait_for(lambda: len(family(process.pid)) >= 4)
        relatives = family(process.pid)
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    wait_for(lambda: not alive(relatives))
    assert not (tmp_path / "report.json").exists()


def test_a_failing_visible_check_reads_like_this(grade: Grade, solution: Solution) -> None:
    """Every field, word for word: what was called, what is wrong, how to repeat it."""
    wrong = "\n\ndef weight_gradients(delta, A_prev):\n    return A_prev.T @ delta, delta.mean(0)\n"
    report = grade(backprop=solution("backprop") + wrong)
    shown = build_report(report, "student")
    check = check_of(shown, "backprop/weight_gradients/db_values")
    recipe = (
        "import numpy as np\n"
        "from backprop import weight_gradients\n"
        "rng = np.random.default_rng(538567228)\n"
        "delta = rng.normal(size=(7, 4))\n"
        "A_prev = rng.normal(size=(7, 3))\n"
        "weight_gradients(delta, A_prev)"
    )
    assert check.feedback == Feedback(
        called="weight_gradients(delta: float64 (7, 4), A_prev: float64 (7, 3))",
        got="arrays of shape (3, 4) and (4,)",
        wrong="db is exactly 1/N times the right answer (N = 7)",
        values="at [0]: got 0.039649773",
        expected="0.27754841",
        repeat=recipe,
    )
    assert text_of(replace(check, hint=""), 4_000, GRADE_AGAIN) == (
        "Called  weight_gradients(delta: float64 (7, 4), A_prev: float64 (7, 3))\n"
        "Got     arrays of shape (3, 4) and (4,)\n"
        "Wrong   db is exactly 1/N times the right answer (N = 7)\n"
        "Credit  half of the points: db is right except for a factor 1/N\n"
        "Values  at [0]: got 0.039649773, expected 0.27754841\n"
        f"Repeat  paste into Python, in the folder of your module:\n{recipe}"
    )
    hidden = check_of(shown, "backprop/weight_gradients/square_case").feedback
    assert hidden.wrong == "db is exactly 1/N times the right answer (N = 4)"
    assert (hidden.values, hidden.expected) == ("", "")


def test_hidden_feedback_decides_what_a_student_reads(grade: Grade, solution: Solution) -> None:
    """none: nothing but the outcome; outcome: the feedback; hint: the hint, too."""
    wrong = "\n\ndef sigmoid_prime(z):\n    a = sigmoid(z)\n    return -a * (1 - a)\n"
    report = grade(activations=solution("activations") + wrong)

    def hidden(feedback: HiddenFeedback, audience: Audience = "student") -> CheckReport:
        course = replace(report.course, hidden_feedback=feedback)
        return next(
            check
            for check in build_report(replace(report, course=course), audience).checks()
            if check.visibility == "hidden" and check.outcome == "failed"
        )

    nothing, outcome, hint = hidden("none"), hidden("outcome"), hidden("hint")
    assert nothing.feedback == Feedback()
    assert (nothing.observation, nothing.misconception, nothing.hint) == (None, None, "")
    assert outcome.feedback.wrong
    assert (outcome.observation, outcome.misconception, outcome.hint) == (None, None, "")
    assert hint.observation
    assert hint.misconception
    assert hint.hint
    for shown in (outcome, hint):
        assert (shown.feedback.values, shown.feedback.expected) == ("", "")
    everything = hidden("none", "instructor")
    assert everything.feedback.wrong == outcome.feedback.wrong
    assert everything.feedback.values
    assert everything.feedback.expected


def test_a_student_is_not_told_the_seed(grade: Grade, solution: Solution) -> None:
    """A secret seed is in no report for students, only a digest of it."""
    report = grade(seed="hush", activations=solution("activations"))
    assert b"hush" not in to_json(build_report(report, "student"))
    assert build_report(report, "instructor").seed.repeat_with == "hush"
    assert report.seed.id == seed_id("hush") != seed_id("other")


def test_the_call_with_the_wrong_default_is_the_one_to_repeat(grade: Grade) -> None:
    """The same call with the right default passed is right, and nothing to look at."""
    source = "import numpy as np\n\n\ndef leaky_relu(z, alpha=0.5):\n"
    source += "    z = np.asarray(z, dtype=float)\n    return np.where(z > 0, z, alpha * z)\n"
    by_name = {s.check.id: s.outcome for s in grade(activations=source).checks()}
    outcome = by_name["activations/leaky_relu/default_alpha"]
    assert outcome.outcome == "failed"
    assert outcome.observation == "default"
    assert "alpha:" not in outcome.feedback.called
    assert outcome.feedback.repeat.endswith("\nleaky_relu(z)")


def test_what_was_printed_is_shown_where_values_are(grade: Grade) -> None:
    """Prints help with a visible check and are kept from the others."""
    report = grade(activations="def relu(z):\n    print('seen', z)\n    return 0 * z\n")
    shown = build_report(report, "student")
    assert check_of(shown, "activations/relu/values").feedback.printed.startswith("seen [[")
    assert check_of(shown, "activations/relu/integer_input").feedback.printed == ""
    for check in shown.checks():
        assert check.visibility == "visible" or "seen" not in text_of(check, 4_000, GRADE_AGAIN)
    instructors = build_report(report, "instructor")
    assert check_of(instructors, "activations/relu/integer_input").feedback.printed


BODIES = [
    "import pytest; pytest.skip('no')",
    "import pytest; pytest.exit('no')",
    "import pytest; pytest.fail('no')",
    "import pytest; pytest.xfail('no')",
    "assert 1 == 2",
    "import unittest; raise unittest.SkipTest",
    "from grader.testing import by_source; student.f(by_source(lambda x: x))",
    "student.f(lambda x: x)",
    "import numpy; student.f(numpy.zeros(10**6))",
]


@pytest.fixture(scope="module")
def judged_by_bodies(tmp_path_factory: pytest.TempPathFactory) -> ScoreReport:
    """The report of a course that has each of the bodies in a check of its own function."""
    suite = "".join(
        f'@function("f{number}(x)", points=2)\nclass Test{number}:\n    @check(1, visible=True)\n'
        f'    def test_odd(self, student):\n        """T."""\n'
        f"        {body.replace('student.f', f'student.f{number}')}\n\n"
        '    @check(1)\n    def test_fine(self, student):\n        """T."""\n\n\n'
        for number, body in enumerate(BODIES)
    )
    manifest = make_odd_course(tmp_path_factory.mktemp("bodies"), suite)
    with Grader(load_course(manifest)) as grader:
        return grader.grade(Submission("x", (SourceFile("odd.py", b""),)))


@pytest.mark.parametrize("body", BODIES)
def test_a_check_that_judges_nothing_earns_nothing(
    judged_by_bodies: ScoreReport, body: str
) -> None:
    """What a suite raises beside `CheckFailed` is a fault of the grader, and no points."""
    report = judged_by_bodies
    function = list(report.functions())[BODIES.index(body)]
    odd, fine = function.checks
    assert (odd.outcome.outcome, odd.outcome.observation, odd.score_c) == ("error", FAULT, 0)
    assert "defect of the grader" in odd.outcome.feedback.wrong
    assert " at " in odd.outcome.feedback.fault
    shown = check_of(build_report(report, "student"), odd.check.id).feedback
    assert (shown.wrong, shown.fault) == (odd.outcome.feedback.wrong, "")
    assert (fine.outcome.outcome, fine.score_c) == ("passed", 100)


def test_parameters_of_a_check_arrive(tmp_path: Path) -> None:
    """A parametrised test is one check for each of its values."""
    suite = (
        'import pytest\n\n\n@function("f(x)", points=2)\nclass TestF:\n'
        '    @pytest.mark.parametrize("n", [1, 2])\n    @check(1, visible=True)\n'
        '    def test_values(self, student, rng, n):\n        """T."""\n'
        "        assert student.f(n) == 2 * n\n        assert rng.normal() != 0\n"
    )
    with Grader(load_course(make_odd_course(tmp_path, suite))) as grader:
        source = b"def f(x):\n    return 2 * x\n"
        report = grader.grade(Submission("x", (SourceFile("odd.py", source),)))
    assert [c.check.id for c in report.checks()] == ["odd/f/values_1", "odd/f/values_2"]
    assert report.score_c == 200


def test_a_submission_has_its_time_as_a_whole(tmp_path: Path) -> None:
    """When it is over, nothing more of the submission is called, and the report says so."""
    classes = "".join(
        f'@function("f{n}(x)", points=1)\nclass Test{n}:\n    @check(1, visible=True)\n'
        f'    def test_values(self, student):\n        """T."""\n        student.f{n}(1)\n\n\n'
        for n in range(4)
    )
    manifest = make_odd_course(tmp_path, classes)
    text = re.sub(r"submission_s = [\d.]+", "submission_s = 1.0", manifest.read_text())
    manifest.write_text(text)
    source = "import time\n" + "".join(
        f"def f{n}(x):\n    time.sleep({0.1 if n == 0 else 5})\n" for n in range(4)
    )
    with Grader(load_course(manifest)) as grader:
        report = grader.grade(Submission("x", (SourceFile("odd.py", source.encode()),)))
        outcomes = [check.outcome for check in report.checks()]
        kinds = [outcome.outcome for outcome in outcomes]
        assert kinds == ["passed", "timeout", "timeout", "timeout"]
        late = "the whole submission took longer than 1 s"
        assert outcomes[1].feedback.waited == f"no answer: {late}"
        assert [outcome.feedback.waited for outcome in outcomes[2:]] == [late] * 2
        # The next one has its own time.
        quick = "".join(f"def f{n}(x):\n    return x\n" for n in range(4))
        again = grader.grade(Submission("y", (SourceFile("odd.py", quick.encode()),)))
        assert {check.outcome.outcome for check in again.checks()} == {"passed"}


@pytest.mark.slow
def test_a_limit_that_is_met_is_reported_alike_in_every_run(tmp_path: Path) -> None:
    """Also of hidden checks: the limit's name and number, and not what was left of it."""
    tests = "".join(
        f"    @check({points}, visible={n == 0})\n    def test_number{n}(self, student):\n"
        f'        """T."""\n        student.f({n})\n\n'
        for n, points in enumerate((1, 0.5, 0.25, 0.25))
    )
    suite = f'@function("f(x)", points=2)\nclass TestF:\n{tests}'
    manifest = make_odd_course(tmp_path, suite)
    manifest.write_text(
        re.sub(r"call_cpu_s = [\d.]+", "call_cpu_s = 0.8", manifest.read_text(encoding="utf-8"))
    )
    loop = SourceFile(
        "odd.py", b"def f(x):\n    while x:\n        pass\n    raise ValueError(0.5)\n"
    )

    def waits(grader: Grader) -> list[str]:
        report = build_report(grader.grade(Submission("x", (loop,))), "student")
        return [check.feedback.waited for check in report.checks()]

    with Grader(load_course(manifest)) as grader:
        first = waits(grader)
        assert first[1:] == [
            "one call used more than 0.8 s of processor time",
            "one call used more than 0.05 s of processor time, the limit after an earlier timeout",
            "not called again: two of its calls took too long",
        ]
        assert first == waits(grader)


def test_the_numbers_in_an_exception_of_a_hidden_check_are_left_out(tmp_path: Path) -> None:
    """They may be its inputs; of a visible check they are reported."""
    suite = (
        '@function("f(x)", points=2)\nclass TestF:\n'
        "    @check(1, visible=True)\n    def test_seen(self, student):\n"
        '        """T."""\n        student.f(0.25)\n\n'
        "    @check(1)\n    def test_unseen(self, student):\n"
        '        """T."""\n        student.f(0.75)\n'
    )
    with Grader(load_course(make_odd_course(tmp_path, suite))) as grader:
        source = b"def f(x):\n    raise ValueError(f'no {x}')\n"
        report = grader.grade(Submission("x", (SourceFile("odd.py", source),)))
    seen, unseen = (check.outcome.feedback for check in report.checks())
    line = "line 2: raise ValueError(f'no {x}')"
    assert seen.raised == f"ValueError: no 0.25\n{line}"
    assert unseen.raised == f"ValueError: no …\n{line}"
    assert seen.places == unseen.places == (Place(0, 2),)


@pytest.mark.slow
def test_an_import_that_lasts_names_the_limit_that_it_met(tmp_path: Path) -> None:
    """The one for imports, or that of the whole submission where less was left."""
    suite = (
        '@function("f(x)", points=1)\nclass TestF:\n    @check(1, visible=True)\n'
        '    def test_values(self, student):\n        """T."""\n        student.f(1)\n'
    )
    manifest = make_odd_course(tmp_path, suite)
    text = manifest.read_text()
    # A default value that a needed function waits for, in compiled code.
    source = SourceFile("odd.py", b"import time\ndef f(x, y=time.sleep(60)):\n    pass\n")
    for limit, reason in (
        ("load_cpu_s", "importing it did nothing for more than 1 s"),
        ("submission_s", "the whole submission took longer than 0.5 s"),
    ):
        manifest.write_text(re.sub(rf"{limit} = [\d.]+", f"{limit} = 0.5", text))
        with Grader(load_course(manifest)) as grader:
            (exercise,) = grader.grade(Submission("x", (source,))).exercises
        assert exercise.module.status == "unloadable"
        assert exercise.module.message == f"odd.py cannot be imported: {reason}"


def make_odd_course(folder: Path, suite: str) -> Path:
    """Write a course of one exercise and return its manifest."""
    manifest = DEFAULT_COURSE.read_text(encoding="utf-8").partition("[[exercise]]")[0]
    path = folder / "course.toml"
    path.write_text(f'{manifest}[[exercise]]\nname = "odd"\ntitle = "Odd"\n')
    (folder / "suites" / "odd").mkdir(parents=True)
    imports = "from grader.testing import check, function\n\n"
    (folder / "suites" / "odd" / "test_odd.py").write_text(imports + suite)
    return path


def test_a_missing_manifest_is_one_clear_line(tmp_path: Path) -> None:
    """The line names the file."""
    with pytest.raises(
        CourseError, match=r"the course .*course\.toml does not exist; name the folder"
    ):
        load_course(tmp_path / "course.toml")


def test_the_environment_of_the_caller_does_not_reach_a_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tokens in the caller's environment are not in the student's."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    with Grader(load_course()) as grader:
        source = b"import os\n\n\ndef relu(z):\n    raise ValueError(sorted(os.environ))\n"
        report = grader.grade(Submission("x", (SourceFile("activations.py", source),)))
    text = to_json(build_report(report)).decode()
    assert "OPENBLAS_NUM_THREADS" in text
    assert "GITHUB_TOKEN" not in text
    assert os.environ["GITHUB_TOKEN"] == "ghp_secret"


def test_the_line_where_nan_arose_is_reported(grade: Grade, solution: Solution) -> None:
    """A value that is not finite comes with the line of the student's that numpy warned of."""
    naive = "\n\ndef softmax(Z):\n    e = np.exp(Z)\n    return e / e.sum(axis=1, keepdims=True)\n"
    report = grade(losses=solution("losses") + naive)
    found = [c.outcome.feedback for c in report.checks() if "is NaN" in c.outcome.feedback.wrong]
    assert found
    for feedback in found:
        arose = re.fullmatch(
            r"numpy warned first: overflow encountered in exp, line (\d+): e = np\.exp\(Z\)",
            feedback.arose,
        )
        assert arose
        assert feedback.places == (Place(0, int(arose[1])),)


def test_the_line_that_made_numpy_warn_is_reported(grade: Grade, solution: Solution) -> None:
    """A warning names its line, also where the values are right."""
    naive = "\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))\n"
    report = grade(activations=solution("activations") + naive)
    found = [c.outcome.feedback for c in report.checks() if c.outcome.observation == "warned"]
    assert any(re.match(r"line \d+: return 1 / \(1 \+ np", one.arose) for one in found), found
    assert all(one.wrong.startswith("numpy warned: ") for one in found)


def test_an_examiner_whose_coordinator_has_gone_exits_quietly(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    """If you interrupt a start, you see no traceback of ours."""
    child = start("grader.examiner.main", ())
    child.stream.send_message(messages.Start(course, None))
    child._process.stdout.close()  # type: ignore[union-attr]
    assert child.end(grace_s=60) == 0
    assert capfd.readouterr().err == ""


def test_a_student_is_shown_the_report_that_is_written(grader: Grader, solution: Solution) -> None:
    """Every surface shows one grading: scores, report, and what could be decided here."""
    source = SourceFile("forward.py", solution("forward").encode())
    begun: list[str] = []
    result = grade_for_student(
        grader, Submission("x", (source,)), seed=PUBLIC, exercises=("forward",), begin=begun.append
    )
    assert begun == ["forward"]
    assert losses(result.scores) == {}
    assert result.report == build_report(result.scores, "student")
    assert result.shown is result.report  # nothing is withheld in the course itself
    assert result.why_no_sandbox == ""
    instructors = grade_for_student(
        grader, Submission("x", (source,)), exercises=("forward",), audience="instructor"
    )
    assert instructors.report.audience == "instructor"


def test_a_refused_submission_gets_a_report_without_points(grader: Grader) -> None:
    """Every check says why, and nothing was run."""
    report = grader.refuse(Submission("x", ()), "the zip is damaged", exercises=("forward",))
    (exercise,) = report.exercises
    assert (exercise.module.status, exercise.module.message) == ("unloadable", "the zip is damaged")
    assert report.score_c == 0
    assert report.max_score_c > 0
    wrong = Feedback(wrong="the zip is damaged")
    for scored in report.checks():
        assert scored.outcome == Outcome(scored.check.id, "not_run", feedback=wrong)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_examination_that_is_killed_is_an_error_and_the_next_one_starts_afresh(
    solution: Solution,
) -> None:
    """It is never a score; how its process ended is in the message."""
    good = SourceFile("forward.py", solution("forward").encode())
    slow = SourceFile("forward.py", b"import time\ntime.sleep(60)\n")
    with Grader(load_course()) as grader:
        grader.collected_checks()
        session = grader._session
        assert session is not None
        examiner = session.processes.examiner._process.pid

        def kill_the_examination(_exercise: str) -> None:
            for pid in family(examiner):
                os.kill(pid, signal.SIGKILL)

        with pytest.raises(ExaminerError, match="ended without a result: it crashed: a kill"):
            grader.grade(
                Submission("x", (slow,)), exercises=("forward",), begin=kill_the_examination
            )
        assert grader._session is None
        again = grader.grade(Submission("x", (good,)), exercises=("forward",))
        assert losses(again) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="there is a fork server")
@pytest.mark.parametrize("name", sample([(n, (n,)) for n in ("examiner", "fork_server")], each=2))
def test_a_process_that_is_killed_while_it_starts_is_an_error_and_the_next_one_starts_afresh(
    name: str, solution: Solution
) -> None:
    """The session is not kept: nothing could be graded with it."""
    good = Submission("x", (SourceFile("forward.py", solution("forward").encode()),))
    with Grader(load_course()) as grader:
        assert grader._session is not None
        os.kill(getattr(grader._session.processes, name).pid, signal.SIGKILL)
        with pytest.raises(
            ExaminerError, match=r"was killed while it started, .*run the same command again"
        ):
            grader.grade(good, exercises=("forward",))
        assert losses(grader.grade(good, exercises=("forward",))) == {}


@pytest.mark.parametrize("error", [StreamClosed("end"), OSError(errno.EAGAIN, "no more of them")])
def test_a_process_that_cannot_be_started_is_an_error(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there are too many, or it is gone before it is sent the course."""

    def fail(*_: object, **_options: object) -> None:
        raise error

    if isinstance(error, OSError):
        monkeypatch.setattr(subprocess, "Popen", fail)
    else:
        monkeypatch.setattr(Stream, "send_message", fail)
    with pytest.raises(ExaminerError, match=r"cannot be started|ended while it started; run"):
        Grader(load_course())


SLOW_VALUE = """

class Value(Value):
    def backward(self):
        import time
        time.sleep(0.05)
        super().backward()
"""


def kill_workers(grader: Grader, times: int, done: threading.Event) -> None:
    """Kill the worker that runs, so many times, each in the middle of its calls."""
    grader.collected_checks()
    assert grader._session is not None
    assert grader._session.processes.fork_server is not None
    server = grader._session.processes.fork_server._process.pid
    killed: set[int] = set()
    for _ in range(times):
        while not (workers := family(server) - killed):
            if done.wait(0.005):
                return
        done.wait(0.2)
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed |= workers


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("times", [1, 2])
def test_a_worker_that_is_killed_from_outside_costs_no_points(
    times: int, solution: Solution
) -> None:
    """Its check begins again with a fresh worker, kept objects and all; twice is a fault."""
    file = SourceFile("autodiff.py", (solution("autodiff") + SLOW_VALUE).encode())
    done = threading.Event()
    with Grader(load_course()) as grader:
        killer = threading.Thread(target=kill_workers, args=(grader, times, done))
        grader.collected_checks()
        killer.start()
        try:
            if times == 1:
                report = grader.grade(Submission("x", (file,)), exercises=("autodiff",))
                assert losses(report) == {}
                assert not faults(report)
            else:
                with pytest.raises(ExaminerError, match="workers are killed from outside"):
                    grader.grade(Submission("x", (file,)), exercises=("autodiff",))
        finally:
            done.set()
            killer.join()


def test_a_grader_that_was_stopped_starts_no_process(course: Course) -> None:
    """A thread that goes on with its next submission would otherwise wait for it to end."""
    endless = Submission("x", (SourceFile("forward.py", b"while True: pass\n"),))
    with Grader(course) as grader:
        grader.close()  # as after an error; the next submission would open a session
        grader.stop()
        with pytest.raises(ExaminerError, match="the grader was stopped"):
            grader.grade(endless, exercises=("forward",))
        assert grader.take_fingerprints(endless) == {}
