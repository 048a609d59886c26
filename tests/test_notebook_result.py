"""Grading from inside a notebook: what is shown, written, and said when it cannot be done."""

from __future__ import annotations

import json
import linecache
import os
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

import jsonschema
import pytest
from msgspec.structs import replace
from support.here import lend
from support.reports import change_outcome, report_of

from grader.errors import GraderError
from grader.notebook import Interrupted, Result, grade
from grader.report import read_report
from grader.writers.notebook_cell import to_html

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "grader" / "report.schema.json").read_text(encoding="utf-8"))
STUBS = ROOT / "exercises" / "notebooks"
HALF = """\
import numpy as np


def tanh_prime(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    return -np.maximum(z, 0)


def leaky_relu(z, alpha=0.01):
    raise ValueError("<script>alert('$x$')</script> & more")
"""
INTERRUPTED = """
import os, signal, sys, threading, time
from pathlib import Path
from grader.notebook import Interrupted, grade

def children(process="self"):
    return [c for task in Path(f"/proc/{process}/task").iterdir()
            for c in (task / "children").read_text().split()]

def interrupt():
    while not any(map(children, children())):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt, daemon=True).start()
try:
    grade("activations.ipynb", "activations")
except Interrupted as interrupted:
    print(interrupted, len(children()), sorted(os.listdir()))
"""

Solution = Callable[[str], str]


def write(path: Path, *cells: str) -> Path:
    code = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for c in cells
    ]
    notebook = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


class Reader(HTMLParser):
    """Collects the text of a page, and insists that every tag is closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", set[str](), list[tuple[str, str | None]]()
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def html_of(result: Result) -> str:
    return result._repr_html_()


@pytest.fixture(scope="module", autouse=True)
def _warm() -> Iterator[None]:
    with patch("grader.notebook.Grader", lend):
        yield


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A notebook with one function right, one wrong, one raising, the others absent."""
    folder = tmp_path_factory.mktemp("half")
    return grade(write(folder / "activations.ipynb", HALF), "activations"), folder


def test_the_report_and_nothing_else_is_written_beside_the_notebook(
    half: tuple[Result, Path],
) -> None:
    """It is the report that `grade submit` writes for a student."""
    result, folder = half
    assert sorted(path.name for path in folder.iterdir()) == ["activations.ipynb", "report.json"]
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert report["audience"] == "student"
    assert read_report(folder / "report.json") == result.report
    assert (result.score, result.max_score, result.percent) == (1.4, 12, 11.66)


@pytest.mark.parametrize("shown", [repr, lambda result: Reader(html_of(result)).text])
def test_it_shows_points_failures_and_what_to_do_next(
    half: tuple[Result, Path], shown: Callable[[Result], str]
) -> None:
    """As text and as a page: each function's points, each failure's rows and hint."""
    text = shown(half[0])
    for function in half[0].report.functions():
        assert function.name in text
        shown_checks = {check.id: check for check in function.checks}
        for problem in function.problems:
            assert problem.what.splitlines()[0] in text
            assert problem.hint in text
            assert shown_checks[problem.shown].feedback.wrong in text
    assert "1.4 / 12 points" in text
    assert "0 / 1.5" in text
    assert "activations.ipynb does not define" in text
    assert "Next: fix" in text
    assert "as it was last saved" in text
    assert "report.json" in text


def test_students_text_is_text(half: tuple[Result, Path]) -> None:
    """No tag of theirs is a tag, and no dollar of theirs is mathematics."""
    page = html_of(half[0])
    assert "<script" not in page
    assert "<script>alert('$x$')</script> & more" in Reader(page).text
    assert page.startswith('<div class="grade-result tex2jax_ignore mathjax_ignore">')


def test_the_page_stands_alone(half: tuple[Result, Path]) -> None:
    """It loads nothing, runs nothing, and fixes neither black nor white."""
    page = html_of(half[0])
    read = Reader(page)
    assert read.tags <= {
        *("div", "style", "p", "b", "span", "table", "tbody", "tr", "td", "code"),
        *("details", "summary", "br", "pre"),
    }
    assert {name for name, _ in read.attributes} <= {"class", "style", "open"}
    assert "url(" not in page
    assert "#fff" not in page
    assert "#000" not in page


def test_the_text_has_no_colours(
    half: tuple[Result, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it is asked for: it is what is kept in the notebook's file."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in repr(half[0])


def test_every_row_gets_its_lines() -> None:
    """Also lines that go on; everything that was handed in is escaped."""
    feedback = {"called": "curve(x)", "wrong": "<b>no</b>", "repeat": "x = 1\ncurve(x)"}
    outcomes = change_outcome("alpha/curve/values", feedback=feedback, hint="Think.")
    report = report_of("<me>", outcomes)
    alpha, *others = report.exercises
    report = replace(report, exercises=(replace(alpha, notes=("a `note`",)), *others))
    page = to_html(report, next_step="fix `<b>`", warnings=["old"])
    assert "<b>Called</b><pre>curve(x)</pre>" in page
    assert '<b>Repeat</b><pre class="grade-recipe">x = 1\ncurve(x)</pre>' in page
    assert '<b class="grade-failed">Wrong</b><pre>&lt;b&gt;no&lt;/b&gt;</pre>' in page
    assert '<b class="grade-hint">Hint</b><pre>Think.</pre>' in page
    assert '<p class="grade-dim">a <code>note</code></p>' in page
    assert "fix <code>&lt;b&gt;</code>" in page
    assert "&lt;me&gt;" in page
    assert '<p class="grade-note">old</p>' in page
    Reader(page)


@pytest.mark.slow
def test_a_command_that_repeats_a_check_names_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, solution: Solution
) -> None:
    """It can be typed where the kernel runs; the report names no place."""
    drifting = (
        "_right = adam_step\n\n\ndef adam_step(*args, **kwargs):\n"
        "    w, state = _right(*args, **kwargs)\n"
        "    return (w if state['t'] < 2 else w * 1.001), state"
    )
    write(tmp_path / "optimizers.ipynb", solution("optimizers"), drifting)
    monkeypatch.chdir(tmp_path)
    result = grade("optimizers.ipynb", "optimizers")
    typed = "grade submit optimizers.ipynb --exercise optimizers"
    assert f"    Repeat  {typed}\n" in repr(result)
    assert f'<pre class="grade-recipe">{typed}</pre>' in html_of(result)
    assert "grade submit" not in str(result.report)
    assert "grade submit" not in (tmp_path / "report.json").read_text(encoding="utf-8")


def test_the_next_step_follows_the_course(tmp_path: Path, solution: Solution) -> None:
    """Write what is not there, fix what is wrong, then go on with the next exercise."""
    stub = tmp_path / "gradient_check.ipynb"
    stub.write_bytes((STUBS / stub.name).read_bytes())
    assert grade(stub, "gradient_check").next_step.startswith("write `chain_derivative`, run its")
    done = grade(write(stub, solution("gradient_check")), "gradient_check")
    assert done.next_step == "all checks here pass; continue with losses."
    last = write(tmp_path / "autodiff.ipynb", solution("autodiff"))
    assert grade(last, "autodiff").next_step.endswith("this was the last exercise.")


def test_a_folder_is_graded_as_it_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, solution: Solution
) -> None:
    """By default the current one; the report is inside it, and missing modules are reported."""
    write(tmp_path / "forward.ipynb", solution("forward"))
    monkeypatch.chdir(tmp_path)
    result = grade()
    assert result.score == 5
    assert result.next_step == "all checks here pass; continue with backprop."
    assert (tmp_path / "report.json").is_file()
    assert "Unsaved changes do not count" in repr(result)


def test_it_says_how_old_the_file_is(tmp_path: Path, solution: Solution) -> None:
    """A student who forgot to save sees it."""
    path = write(tmp_path / "forward.ipynb", solution("forward"))
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3 * 3600 - 60))
    assert "3 hours ago. Later changes do not count" in repr(grade(path, "forward"))


@pytest.mark.parametrize(("ran", "warned"), [(HALF, False), (HALF.replace("-np", "np"), True)])
def test_code_that_ran_here_and_was_not_saved_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: str, warned: bool
) -> None:
    """The kernel knows what ran; only what is in other words than the file is named."""
    name = "<cell of the test>"
    linecache.cache[name] = (len(ran), None, ran.splitlines(keepends=True), name)
    module = types.ModuleType("__main__")
    exec(compile(ran, name, "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "__main__", module)
    result = grade(write(tmp_path / "activations.ipynb", HALF), "activations")
    assert [warning[:48] for warning in result.warnings] == (
        ["The code that ran here for `relu` is not in acti"] if warned else []
    )
    del linecache.cache[name]


@pytest.mark.parametrize(
    ("path", "exercise", "said"),
    [
        ("activation.ipynb", None, "activation.ipynb does not exist"),
        (
            "activations.ipynb",
            "activation",
            "'activation' is not an exercise; choose from activations,",
        ),
        ("activations.ipynb", None, "cannot be read: it is not"),
    ],
)
def test_what_cannot_be_graded_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, exercise: str | None, said: str
) -> None:
    """IPython shows what `_render_traceback_` returns instead of a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "activations.ipynb").write_text("no notebook")
    with pytest.raises(GraderError, match=said) as raised:
        grade(path, exercise)
    (line,) = raised.value._render_traceback_()
    assert line == f"grade: {raised.value}"
    assert not (tmp_path / "report.json").exists()


def test_a_notebook_of_another_name_stands_for_an_exercise(tmp_path: Path) -> None:
    """With such a name only the exercise has to be named."""
    result = grade(write(tmp_path / "Mine (2).ipynb", HALF), "activations")
    assert result.score == 1.4
    assert result.report.submission.id == "Mine (2)"


@pytest.mark.skipif(sys.platform != "linux", reason="it looks for children in /proc")
def test_an_interrupt_ends_the_processes_and_is_one_line(tmp_path: Path) -> None:
    """As with the stop button of a notebook: nothing stays behind, nothing is written."""
    write(tmp_path / "activations.ipynb", "def sigmoid(z):\n    while True:\n        pass")
    command = [sys.executable, "-c", INTERRUPTED]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "interrupted: nothing was graded 0 ['activations.ipynb']\n"
    assert Interrupted("stopped")._render_traceback_() == ["stopped"]
    assert issubclass(Interrupted, KeyboardInterrupt)
