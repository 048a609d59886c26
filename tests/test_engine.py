"""The engine: levels of isolation, interruption, and what a failing check says."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import GRADE, alive, family
from support.scores import losses

from grader.course.manifest import DEFAULT_COURSE
from grader.engine import Grader
from grader.errors import CourseError, SandboxError
from grader.records import ScoreReport, SourceFile, Submission
from grader.report import build_payload
from grader.sandbox.processes import start
from grader.sandbox.protocol.frames import Stream
from grader.seeds import seed_id

ROOT = Path(__file__).resolve().parents[1]
Grade = Callable[..., ScoreReport]
Solution = Callable[[str], str]


class NoWalls:
    """A template that has found no sandbox."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.stream = Stream(ours.fileno(), ours.detach())
        fd = theirs.detach()
        Stream(fd, fd).send_message({"complete": False, "reason": "no Landlock here"})

    def end(self) -> None:
        """Do nothing."""


def test_without_walls_auto_grades_and_says_why(solution: Solution) -> None:
    """An old kernel still gives a result, and the reason is kept."""
    with Grader(DEFAULT_COURSE, "auto") as grader:
        assert grader._template is not None
        grader._template.end()
        grader._template = NoWalls()  # type: ignore[assignment]
        source = SourceFile("forward.py", solution("forward").encode())
        report = grader.grade(Submission("x", (source,)), exercises=("forward",))
        assert report.isolation.level == "process"
        assert losses(report) == {}
        assert grader.why_no_sandbox == "no Landlock here"


def test_without_walls_a_demanded_sandbox_is_refused(solution: Solution) -> None:
    """Nothing of the student's runs, and the line says what to do."""
    with Grader(DEFAULT_COURSE, "sandbox") as grader:
        assert grader._template is not None
        grader._template.end()
        grader._template = NoWalls()  # type: ignore[assignment]
        source = SourceFile("forward.py", solution("forward").encode())
        with pytest.raises(SandboxError, match=r"no Landlock here.*--isolation process"):
            grader.grade(Submission("x", (source,)))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_grading_leaves_no_process(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C and kill end the examiner, the template and the student's loop."""
    (tmp_path / "activations.py").write_text("def sigmoid(z):\n    while True:\n        pass\n")
    started = subprocess.Popen(
        [GRADE, "submit"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 20
    while len(family(started.pid)) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)  # examiner, its fork, template, host
    relatives = family(started.pid)
    assert len(relatives) >= 4
    started.send_signal(how)
    _, said = started.communicate(timeout=20)
    assert b"Traceback" not in said
    while alive(relatives) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(relatives) == set()
    assert not (tmp_path / "report.json").exists()


def test_a_failing_visible_check_reads_like_this(grade: Grade, solution: Solution) -> None:
    """The whole block, word for word: what was called, what is wrong, how to repeat it."""
    wrong = "\n\ndef weight_gradients(delta, A_prev):\n    return A_prev.T @ delta, delta.mean(0)\n"
    report = grade(backprop=solution("backprop") + wrong)
    messages = {
        check["id"]: check["message"]
        for exercise in build_payload(report, "student")["exercises"]
        for function in exercise["functions"]
        for check in function["checks"]
    }
    assert messages["backprop/weight_gradients/db_values"] == (
        "Called  weight_gradients(delta: float64 (7, 4), A_prev: float64 (7, 3))\n"
        "Got     a tuple: float64 array of shape (3, 4); float64 array of shape (4,)\n"
        "Wrong   db is exactly 0.142857 times the right answer, which is 1/N (N = 7)\n"
        "Values  at [0]: got 0.039649773, expected 0.27754841\n"
        "Repeat  rng = np.random.default_rng(538567228)\n"
        "        delta = rng.normal(size=(7, 4))\n"
        "        A_prev = rng.normal(size=(7, 3))\n"
        "        weight_gradients(delta, A_prev)"
    )
    hidden = messages["backprop/weight_gradients/square_case"]
    assert "Wrong   db is exactly 0.25 times the right answer, which is 1/N (N = 4)" in hidden
    assert "expected" not in hidden


def test_hidden_feedback_decides_what_a_student_reads(grade: Grade, solution: Solution) -> None:
    """none: nothing but the outcome; outcome: the message; hint: the hint, too."""
    from dataclasses import replace

    report = grade(activations=solution("activations") + "\n\ndef relu(z):\n    return z\n")

    def hidden(feedback: str, audience: str = "student") -> dict[str, object]:
        course = replace(report.course, hidden_feedback=feedback)
        payload = build_payload(replace(report, course=course), audience)  # type: ignore[arg-type]
        return next(
            check
            for function in payload["exercises"][0]["functions"]
            for check in function["checks"]
            if check["visibility"] == "hidden" and check["outcome"] == "failed"
        )

    assert hidden("none")["message"] == ""
    assert hidden("none")["diagnosis"] is None
    assert hidden("outcome")["message"]
    assert hidden("outcome")["diagnosis"] is None
    assert hidden("hint")["diagnosis"]
    assert hidden("none", "instructor")["message"]


def test_the_seed_is_never_told(grade: Grade, solution: Solution) -> None:
    """A secret seed appears in no report, only a digest of it."""
    report = grade(seed="hush", activations=solution("activations"))
    assert "hush" not in str(build_payload(report))
    assert report.seed.id == seed_id("hush") != seed_id("other")


def test_the_call_with_the_wrong_default_is_the_one_to_repeat(grade: Grade) -> None:
    """The same call with the right default passed is right, and nothing to look at."""
    source = "import numpy as np\n\n\ndef leaky_relu(z, alpha=0.5):\n"
    source += "    z = np.asarray(z, dtype=float)\n    return np.where(z > 0, z, alpha * z)\n"
    by_name = {s.check.id: s.outcome for s in grade(activations=source).checks}
    outcome = by_name["activations/leaky_relu/default_alpha"]
    assert outcome.outcome == "failed"
    assert "alpha:" not in outcome.message
    assert outcome.repeat.endswith("leaky_relu(z)")


def test_what_was_printed_is_shown_where_values_are(grade: Grade) -> None:
    """Prints help with a visible check and are kept from the others."""
    report = grade(activations="def relu(z):\n    print('seen', z)\n    return 0 * z\n")
    by_name = {s.check.id: s.outcome.message for s in report.checks}
    assert "Printed seen [[" in by_name["activations/relu/values"]
    assert "seen" not in by_name["activations/relu/integer_input"]


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        ("def test_f(student): pass", "needs @check"),
        (
            '@function("f(x)", points=1)\nclass TestF:\n    @check(0.5, visible=True)\n'
            '    def test_values(self, student):\n        """T."""\n',
            "add up to 0.5 points; 1 are declared",
        ),
        (
            '@function("f(x)", points=1)\nclass TestF:\n    @check(1)\n'
            '    def test_values(self, student):\n        """T."""\n',
            "no visible check",
        ),
        (
            '@function("f(x)", points=1)\nclass TestF:\n    @check(1, visible=True)\n'
            "    def test_values(self, student):\n        pass\n",
            "needs a docstring",
        ),
        (
            '@function("f(x)", points=1)\nclass TestF:\n'
            '    @check(1, visible=True, kind="property")\n'
            '    def test_values(self, student):\n        """T."""\n',
            "no check that judges values",
        ),
        ("import nothing_like_this", "nothing_like_this"),
        (
            '@function("f(x)", points=1)\nclass TestF:\n    @check(1, visible=True)\n'
            '    def test_values(self, student, tmp_path):\n        """T."""\n',
            "asks for tmp_path",
        ),
        (
            '@function("f(x)", points=1)\nclass TestF:\n    def setup_method(self):\n'
            "        pass\n\n    @check(1, visible=True)\n"
            '    def test_values(self, student):\n        """T."""\n',
            "nothing is set up for it",
        ),
        (
            '@function("f(x)", points=1)\nclass TestF:\n    def __init__(self):\n        pass\n\n'
            "    @check(1, visible=True)\n"
            '    def test_values(self, student):\n        """T."""\n',
            "no check of odd/test_odd.py::TestF was collected",
        ),
        ("", "the suite of odd has no check"),
        (
            '@function("close(x)", points=1)\nclass TestF:\n    @check(1, visible=True)\n'
            '    def test_values(self, student):\n        """T."""\n',
            "a name of the proxy's own",
        ),
    ],
)
def test_a_course_with_a_hole_grades_nobody(tmp_path: Path, suite: str, said: str) -> None:
    """A suite that does not hold together is refused before any submission is looked at."""
    with (
        Grader(make_odd_course(tmp_path, suite)) as grader,
        pytest.raises(CourseError) as caught,
    ):
        grader.grade(Submission("x", (SourceFile("odd.py", b""),)))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        "import pytest; pytest.skip('no')",
        "import pytest; pytest.exit('no')",
        "import pytest; pytest.fail('no')",
        "import pytest; pytest.xfail('no')",
        "assert 1 == 2",
        "import unittest; raise unittest.SkipTest",
        "from grader.sandbox.student import given; student.f(given(lambda x: x))",
    ],
)
def test_a_check_that_judges_nothing_earns_nothing(tmp_path: Path, body: str) -> None:
    """What a suite raises beside its findings is a fault of the grader, and no points."""
    suite = (
        '@function("f(x)", points=2)\nclass TestF:\n    @check(1, visible=True)\n'
        f'    def test_odd(self, student):\n        """T."""\n        {body}\n\n'
        '    @check(1)\n    def test_fine(self, student):\n        """T."""\n'
    )
    with Grader(make_odd_course(tmp_path, suite)) as grader:
        report = grader.grade(Submission("x", (SourceFile("odd.py", b""),)))
    odd, fine = report.checks
    assert (odd.outcome.outcome, odd.outcome.diagnosis, odd.score_c) == ("error", "grader_fault", 0)
    assert (fine.outcome.outcome, fine.score_c) == ("passed", 100)


def test_parameters_of_a_check_arrive(tmp_path: Path) -> None:
    """A parametrised test is one check for each of its values."""
    suite = (
        'import pytest\n\n\n@function("f(x)", points=2)\nclass TestF:\n'
        '    @pytest.mark.parametrize("n", [1, 2])\n    @check(1, visible=True)\n'
        '    def test_values(self, student, rng, n):\n        """T."""\n'
        "        assert student.f(n) == 2 * n\n        assert rng.normal() != 0\n"
    )
    with Grader(make_odd_course(tmp_path, suite)) as grader:
        source = b"def f(x):\n    return 2 * x\n"
        report = grader.grade(Submission("x", (SourceFile("odd.py", source),)))
    assert [c.check.id for c in report.checks] == ["odd/f/values_1", "odd/f/values_2"]
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
    with Grader(manifest) as grader:
        report = grader.grade(Submission("x", (SourceFile("odd.py", source.encode()),)))
        assert report.duration_s < 10
        outcomes = [(c.outcome.outcome, c.outcome.message) for c in report.checks]
        assert [kind for kind, _ in outcomes] == ["passed", "timeout", "timeout", "timeout"]
        assert "the whole submission took longer than 1 s" in outcomes[-1][1]
        # The next one has its own time.
        quick = "".join(f"def f{n}(x):\n    return x\n" for n in range(4))
        again = grader.grade(Submission("y", (SourceFile("odd.py", quick.encode()),)))
        assert again.score_c == 400


def test_a_limit_that_is_hit_is_told_alike_in_every_run(tmp_path: Path) -> None:
    """Also of hidden checks: the limit's name and number, and not what was left of it."""
    tests = "".join(
        f"    @check({points}, visible={n == 0})\n    def test_number{n}(self, student):\n"
        f'        """T."""\n        student.f({n})\n\n'
        for n, points in enumerate((1, 0.5, 0.25, 0.25))
    )
    suite = f'@function("f(x)", points=2)\nclass TestF:\n{tests}'
    manifest = make_odd_course(tmp_path, suite)
    text = re.sub(r"call_s = [\d.]+", "call_s = 0.75", manifest.read_text())
    manifest.write_text(re.sub(r"function_s = [\d.]+", "function_s = 1.5", text))
    loop = SourceFile(
        "odd.py", b"def f(x):\n    while x:\n        pass\n    raise ValueError(0.5)\n"
    )

    def waits(grader: Grader) -> list[str]:
        report = build_payload(grader.grade(Submission("x", (loop,))), "student")
        (function,) = report["exercises"][0]["functions"]
        return [check["message"].splitlines()[1] for check in function["checks"]]

    with Grader(manifest) as grader:
        first = waits(grader)
        assert first[1:] == [
            "Waited  no answer within 0.75 s",
            "Waited  no answer: all calls of f together took longer than 1.5 s",
            "Waited  not called again: all calls of f together took longer than 1.5 s",
        ]
        assert first == waits(grader)


def test_the_numbers_in_an_exception_of_a_hidden_check_are_not_told(tmp_path: Path) -> None:
    """They may be its inputs; of a visible check they are told."""
    suite = (
        '@function("f(x)", points=2)\nclass TestF:\n'
        "    @check(1, visible=True)\n    def test_seen(self, student):\n"
        '        """T."""\n        student.f(0.25)\n\n'
        "    @check(1)\n    def test_unseen(self, student):\n"
        '        """T."""\n        student.f(0.75)\n'
    )
    with Grader(make_odd_course(tmp_path, suite)) as grader:
        source = b"def f(x):\n    raise ValueError(f'no {x}')\n"
        report = grader.grade(Submission("x", (SourceFile("odd.py", source),)))
    seen, unseen = (check.outcome.message for check in report.checks)
    assert "Raised  ValueError: no 0.25" in seen
    assert "Raised  ValueError: no …" in unseen


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
    for limit, told in (
        ("load_s", "importing it took longer than 0.5 s"),
        ("submission_s", "the whole submission took longer than 0.5 s"),
    ):
        manifest.write_text(re.sub(rf"{limit} = [\d.]+", f"{limit} = 0.5", text))
        with Grader(manifest) as grader:
            (exercise,) = grader.grade(Submission("x", (source,))).exercises
        assert exercise.message == f"odd.py cannot be imported: {told}"


def make_odd_course(folder: Path, suite: str) -> Path:
    """Write a course of one exercise and return its manifest."""
    manifest = DEFAULT_COURSE.read_text(encoding="utf-8").partition("[[exercise]]")[0]
    path = folder / "course.toml"
    path.write_text(f'{manifest}[[exercise]]\nname = "odd"\ntitle = "Odd"\n')
    (folder / "suites" / "odd").mkdir(parents=True)
    imports = "from grader.testing.checks import check, function\n\n"
    (folder / "suites" / "odd" / "test_odd.py").write_text(imports + suite)
    return path


def test_a_manifest_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A missing or misspelt course.toml is one clear line."""
    with pytest.raises(CourseError, match="cannot be read"):
        Grader(tmp_path / "course.toml")
    (tmp_path / "course.toml").write_text('name = "x"\nverzion = "1"\n')
    with pytest.raises(CourseError, match="verzion"):
        Grader(tmp_path / "course.toml")


def test_the_environment_of_the_caller_reaches_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens in the caller's environment are not in the student's."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    with Grader(DEFAULT_COURSE) as grader:
        source = b"import os\n\n\ndef relu(z):\n    raise ValueError(sorted(os.environ))\n"
        report = grader.grade(Submission("x", (SourceFile("activations.py", source),)))
    text = str(build_payload(report))
    assert "OPENBLAS_NUM_THREADS" in text
    assert "GITHUB_TOKEN" not in text
    assert os.environ["GITHUB_TOKEN"] == "ghp_secret"


def test_where_nan_arose_is_told(grade: Grade, solution: Solution) -> None:
    """A value that is not finite comes with the line of the student's that numpy warned of."""
    naive = "\n\ndef softmax(Z):\n    e = np.exp(Z)\n    return e / e.sum(axis=1, keepdims=True)\n"
    report = grade(losses=solution("losses") + naive)
    told = [c.outcome.message for c in report.checks if "is NaN" in c.outcome.message]
    assert told
    for message in told:
        assert re.search(
            r"\nArose   numpy warned first: overflow encountered in exp, "
            r"line \d+: e = np\.exp\(Z\)",
            message,
        )


def test_the_line_that_made_numpy_warn_is_told(grade: Grade, solution: Solution) -> None:
    """A warning names its line, also where the values are right."""
    naive = "\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))\n"
    report = grade(activations=solution("activations") + naive)
    told = [c.outcome.message for c in report.checks if "numpy warned" in c.outcome.message]
    assert any(re.search(r"\nArose   line \d+: return 1 / \(1 \+ np", text) for text in told), told


def test_an_examiner_that_nobody_listens_to_leaves_quietly(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whoever interrupts a start sees no traceback of ours."""
    child = start("grader.examiner.main", (str(DEFAULT_COURSE), -1))
    child._process.stdout.close()  # type: ignore[union-attr]
    assert child.end(grace_s=60) == "it left with exit status 0"
    assert capfd.readouterr().err == ""
