"""Submissions that hang: in a function, in a helper, for one argument, asleep, or when imported."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.loading import loaded
from support.scores import losses

from grader.engine import Grader
from grader.records import Course, ScoreReport, SourceFile, Submission
from grader.report import build_report, to_json
from grader.sandbox.calls import StudentError
from grader.sandbox.launch import ProcessLauncher, RunningWorker
from grader.sandbox.module import Module
from grader.sandbox.processes import processor_time
from grader.sandbox.protocol.messages import Ended
from grader.sandbox.student import Student

Solution = Callable[[str], str]
ONCE = "one call used more than 0.5 s of processor time"
LATER = "one call used more than {:g} s of processor time, the limit after an earlier timeout"
NOT_AGAIN = "not called again: two of its calls took too long"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux shows what a process does"
)


@pytest.fixture
def grade(impatient_grader: Grader) -> Callable[..., ScoreReport]:
    """Return a function that grades files given as ``name=text``, or a notebook's cells."""

    def run(**sources: str | tuple[str, ...]) -> ScoreReport:
        files = tuple(
            SourceFile(f"{name}.py", text.encode())
            if isinstance(text, str)
            else SourceFile(f"{name}.ipynb", b"", cells=text)
            for name, text in sources.items()
        )
        names = tuple(name for name in sources if name != "hw")
        exercises = names or ("activations", "forward", "losses")
        return impatient_grader.grade(
            Submission("x", files, stands_for_all=not names), exercises=exercises
        )

    return run


def waits(report: ScoreReport, function: str = "") -> list[str]:
    """Return what is reported of the calls that took too long."""
    return [
        scored.outcome.feedback.waited
        for scored in report.checks()
        if scored.outcome.outcome == "timeout" and function in ("", scored.check.function)
    ]


def test_an_endless_function_costs_one_limit_and_its_own_points(
    grade: Callable[..., ScoreReport], solution: Solution
) -> None:
    """Its other checks are not waited for; each report has the reason, the same in every run."""
    text = solution("activations") + "\n\ndef gelu(z):\n    while True:\n        pass\n"
    first, again = grade(activations=text), grade(activations=text)
    assert set(losses(first)) == {"gelu"}
    assert waits(first)[:2] == [ONCE, LATER.format(0.03125)]
    assert set(waits(first)[2:]) == {NOT_AGAIN}
    assert waits(again) == waits(first)
    student = to_json(build_report(first, "student")).decode()
    assert ONCE in student
    assert NOT_AGAIN in student


def test_a_function_that_hangs_for_one_kind_of_argument_keeps_the_other_points(
    grade: Callable[..., ScoreReport], solution: Solution
) -> None:
    """It is called again with the others, in a fresh process."""
    text = solution("activations") + (
        "\n\n_right = leaky_relu\n\ndef leaky_relu(z, alpha=0.01):\n"
        "    while np.ndim(z) == 0:\n        pass\n    return _right(z, alpha)\n"
    )
    report = grade(activations=text)
    (waited,) = waits(report)
    assert waited == ONCE
    (lost,) = (s.check for s in report.checks() if s.score_c < s.check.points_c)
    assert lost.id == "activations/leaky_relu/scalar_input"


def test_an_endless_helper_costs_each_function_that_calls_it_a_part_of_a_limit(
    grade: Callable[..., ScoreReport], solution: Solution
) -> None:
    """What does not call it is graded as ever."""
    names = ("leaky_relu_prime", "gelu", "gelu_prime")
    text = solution("activations") + "\n\ndef _look(z):\n    while True:\n        pass\n"
    text += "".join(f"\n\ndef {name}(*args, **named):\n    return _look(args)\n" for name in names)
    report = grade(activations=text)
    first, *others = names
    assert waits(report, first)[:2] == [ONCE, LATER.format(0.03125)]
    for name, most in zip(others, (0.125, 0.0625), strict=True):
        assert waits(report, name)[:2] == [LATER.format(most), LATER.format(0.03125)]
        assert set(waits(report, name)[2:]) <= {NOT_AGAIN}
    assert set(losses(report)) == set(names)


def test_a_function_that_sleeps_is_stopped_though_it_computes_nothing(
    grade: Callable[..., ScoreReport], solution: Solution
) -> None:
    """At once or in small pieces; a short sleep costs nothing."""
    text = "\n\nimport time\n" + (
        "\n\n_relu = relu\n\ndef relu(z):\n    time.sleep(0.06)\n    return _relu(z)\n"
        "\n\ndef gelu(z):\n    time.sleep(10_000)\n"
        "\n\ndef gelu_prime(z):\n    while True:\n        time.sleep(0.001)\n"
    )
    report = grade(activations=solution("activations") + text)
    assert set(losses(report)) == {"gelu", "gelu_prime"}
    assert waits(report, "gelu")[0] == "one call did nothing for more than 1 s"
    assert waits(report, "gelu_prime")[0].startswith("one call did nothing for more than 0.25 s")
    slept = next(s for s in report.checks() if s.outcome.feedback.waited)
    assert slept.outcome.observation == "waits"
    assert "sleep" in slept.outcome.hint


def test_one_file_that_hangs_when_it_is_imported_answers_all_exercises(
    grade: Callable[..., ScoreReport], solution: Solution
) -> None:
    """It is executed as a whole once, and then only what the functions need."""
    text = "\n\n".join(map(solution, ("activations", "forward", "losses")))
    report = grade(hw=text + "\n\nwhile True:\n    pass\n")
    assert losses(report) == {}
    notes = [exercise.module.notes[-1] for exercise in report.exercises]
    note = "executing all of hw.py used more than 0.5 s of processor time; only what the functions"
    assert [text[: len(note)] for text in notes] == [note] * 3


def test_a_notebook_whose_loop_never_ends_is_executed_without_it(
    grade: Callable[..., ScoreReport], solution: Solution
) -> None:
    """For every exercise; a statement that took too long is not tried again for the next."""
    cells = tuple(map(solution, ("activations", "forward", "losses")))
    loop = (
        "STEP = 0\nwhile True:\n    STEP += 1",
        "def relu(z):\n    return np.maximum(z, 0) + 0 * STEP",
    )
    report = grade(hw=(*cells, *loop))
    left_out = "cell 4, line 2 was left out: it takes too long (while True:)"
    assert all(left_out in e.module.notes for e in report.exercises if e.name == "activations")
    assert losses(report) == {}


def test_a_statement_that_took_too_long_in_another_process_is_not_executed(
    tmp_path: Path,
) -> None:
    """Its place is sent along, and whatever needs its value does without."""
    cells = ["W = 1", "while W:\n    W += 1", "def relu(z):\n    return z + 0 * W"]
    with loaded(*cells, limit_s=0.2) as module:
        (place,) = module.endless
    mark = tmp_path / "executed"
    told = [cells[0], f"while W:\n    open({str(mark)!r}, 'w')\n    W = 0", cells[2]]
    with loaded(*told, skipped=[place]) as module:
        assert module.endless == [place]
        assert module.notes == ["cell 2, line 1 was left out: it takes too long (while W:)"]
        assert module.module.relu(3) == 3
    assert not mark.exists()


class NotingLauncher(ProcessLauncher):
    """Notes how long each worker is given to exit by itself."""

    def launch(self) -> RunningWorker:
        worker = super().launch()
        self.given = list[tuple[float, ...]]()

        def end(*grace_s: float) -> Ended:
            self.given.append(grace_s)
            return worker.end(*grace_s)

        return replace(worker, end=end)


@pytest.mark.parametrize(
    ("body", "given"),
    [("while True: pass", (0.0,)), ("import os; os._exit(3)", ())],
)
def test_a_call_that_was_stopped_uses_the_processor_no_longer(
    body: str, given: tuple[float, ...], impatient_course: Course
) -> None:
    """Only where a worker ends by itself there is something to wait for: how it ended."""
    launcher = NotingLauncher(impatient_course.limits, impatient_course.packages)
    source = SourceFile("activations.py", f"def relu(z):\n    {body}\n".encode())
    exercise = impatient_course.exercise("activations")
    student = Student(Module(impatient_course, exercise, source, ("relu",), launcher))
    student.begin("relu", ("z",))
    with pytest.raises(StudentError):
        student.relu(1.0)
    assert launcher.given == [given]


@pytest.fixture
def server(impatient_course: Course) -> Iterator[tuple[Grader, int]]:
    """A grader, and the number of the process that forks its workers."""
    with Grader(impatient_course) as grader:
        grader.collected_checks()
        assert grader._session is not None
        server = grader._session.processes.fork_server
        assert server is not None
        yield grader, server.pid


@pytest.mark.slow
def test_a_worker_that_is_stopped_from_outside_costs_no_points(
    server: tuple[Grader, int], solution: Solution
) -> None:
    """Its check begins again with a fresh worker."""
    grader, pid = server
    slow = "\n\n_relu = relu\n\ndef relu(z):\n    end = time.process_time() + 0.15\n"
    slow += "    while time.process_time() < end:\n        pass\n    return _relu(z)\n"
    text = f"import time\n{solution('activations')}{slow}"
    file = SourceFile("activations.py", text.encode())
    done, stopped = threading.Event(), threading.Event()

    def stop() -> None:
        children = Path(f"/proc/{pid}/task/{pid}/children")
        while not (done.is_set() or stopped.is_set()):
            for worker in map(int, children.read_text().split()):
                if (processor_time(worker) or 0.0) > 0.1:  # by then it computes relu
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGSTOP)
                        stopped.set()
            time.sleep(0.001)

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        report = grader.grade(Submission("x", (file,)), exercises=("activations",))
    finally:
        done.set()
        thread.join()
    assert stopped.is_set()
    assert losses(report) == {}
    assert waits(report) == []
