"""`grade watch`: a save, and what is shown for it."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.courses import write_thermometer
from support.here import grade_here
from support.running import alive, assert_one_line, family, started, wait_for

from grader.errors import SubmissionError
from grader.records import Course
from grader.submissions.changes import answers_of, changed_exercises
from grader.submissions.reader import read_submission
from grader.submissions.saves import Saves

ROOT = Path(__file__).resolve().parents[2]
WAITING = "Waiting for the next save"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ended by a signal")


class Watch:
    """A running ``grade watch`` and what it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def screen(self) -> str:
        """Return what is printed up to the next invitation to save."""
        text = ""
        while WAITING not in text:
            text += self._lines.get(timeout=60)
        return text

    def line(self) -> str:
        """Return the next line."""
        return self._lines.get(timeout=60)

    def end(self) -> str:
        """End it as Ctrl-C does, and return the rest."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self._reader.join(30)
        rest = ""
        while not self._lines.empty():
            rest += self._lines.get()
        return rest

    def kill(self) -> None:
        """Kill it, and let go of what it prints."""
        self.process.kill()
        self._reader.join()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in ("forward.py", "optimizers.py"):
        shutil.copy(ROOT / "exercises" / name, tmp_path)
    return tmp_path


@pytest.fixture
def watch(work: Path) -> Iterator[Callable[..., Watch]]:
    with contextlib.ExitStack() as stack:

        def begin(*arguments: str, path: Path = work) -> Watch:
            running = Watch(stack.enter_context(started("watch", path, *arguments)))
            stack.callback(running.kill)
            return running

        yield begin


def source_of(name: str) -> str:
    return (ROOT / "solutions" / name).read_text(encoding="utf-8")


def test_a_save_is_graded_and_only_that_exercise_is_shown(
    work: Path, watch: Callable[..., Watch]
) -> None:
    """First an overview, then what each save has changed and what is next."""
    running = watch()
    overview = running.screen()
    assert "forward     0 / 5" in overview
    assert "optimizers  0 / 9" in overview
    (work / "forward.py").write_text(source_of("forward.py"), encoding="utf-8")
    step = running.screen()
    assert "affine_forward" in step
    assert "sgd_step" not in step
    assert "+5 points since the last save." in step
    assert "forward is complete. Next: optimizers." in step
    assert "5 / 14 points in all" in step
    assert not (work / "report.json").exists()


@pytest.mark.slow
def test_of_a_kit_only_what_it_can_decide_is_counted(
    tmp_path: Path, watch: Callable[..., Watch]
) -> None:
    """Hidden checks that are not there are no failures; who decides them is said once."""
    write_thermometer(tmp_path / "thermometer")
    kit = tmp_path / "kit"
    assert grade_here("release", kit, "--course", tmp_path / "thermometer").returncode == 0
    running = watch("--course", kit, path=kit / "exercises")
    overview = running.screen()
    assert "temperature  0 / 1.5" in overview
    assert "Your instructor's hidden checks decide 1.5 more points." in overview
    solution = (tmp_path / "thermometer" / "solutions" / "temperature.py").read_text("utf-8")
    (kit / "exercises" / "temperature.py").write_text(solution, encoding="utf-8")
    step = running.screen()
    assert "1.5 / 1.5" in step
    assert "✗" not in step


def test_ctrl_c_ends_it_with_no_process_left(watch: Callable[..., Watch]) -> None:
    """Status 0, one line, nothing on standard error, and none of its processes is left."""
    running = watch("--exercise", "forward")
    running.screen()
    relatives = family(running.process.pid)
    assert relatives
    assert running.end() == "\nNo longer watching.\n"
    assert running.process.returncode == 0
    assert running.process.stderr
    assert running.process.stderr.read() == ""
    wait_for(lambda: not alive(relatives))


def test_killed_it_leaves_no_process_either(watch: Callable[..., Watch]) -> None:
    """The kernel ends what it had started."""
    running = watch("--exercise", "forward")
    running.screen()
    relatives = family(running.process.pid)
    running.process.kill()
    wait_for(lambda: not alive(relatives))


def test_a_syntax_error_while_typing_is_shown_as_one(
    work: Path, watch: Callable[..., Watch]
) -> None:
    """The line is shown; once it is fixed nothing counts as gained or lost."""
    shutil.copy(ROOT / "solutions" / "forward.py", work)
    running = watch("--exercise", "forward")
    running.screen()
    whole = source_of("forward.py")
    (work / "forward.py").write_text(whole + "\ndef half(\n", encoding="utf-8")
    step = running.screen()
    assert "SyntaxError" in step
    assert "def half(" in step
    assert "Traceback" not in step
    assert "fix this" in step
    (work / "forward.py").write_text(whole, encoding="utf-8")
    step = running.screen()
    assert "forward  The forward pass  5 / 5" in step
    assert "since the last save" not in step


def test_a_save_by_renaming_is_a_save(work: Path, watch: Callable[..., Watch]) -> None:
    """Many editors write another file and move it into the place of the old one."""
    running = watch("--exercise", "forward")
    running.screen()
    for number in range(2):
        new = work / "forward.py~"
        new.write_text(f"{source_of('forward.py')}\n_n = {number}\n", encoding="utf-8")
        (work / "forward.py").rename(work / "forward.py.bak")
        new.rename(work / "forward.py")
        assert "5 / 5" in running.screen()


def test_notebooks_are_watched_by_their_code(work: Path, watch: Callable[..., Watch]) -> None:
    """A cell that changes is graded; a picture that is drawn is not."""
    (work / "forward.py").unlink()
    path = work / "forward.ipynb"
    shutil.copy(ROOT / "exercises" / "notebooks" / "forward.ipynb", path)
    running = watch("--exercise", "forward")
    assert "0 / 5" in running.screen()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["touched"] = True
    path.write_text(json.dumps(notebook), encoding="utf-8")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].append({**cell, "id": "mine", "source": source_of("forward.py")})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert "+5 points since the last save." in running.screen()


def test_a_hang_is_given_up_when_a_newer_save_comes(
    work: Path, watch: Callable[..., Watch]
) -> None:
    """Who has mended an endless loop does not wait for the old one to time out."""
    running = watch("--exercise", "optimizers")
    running.screen()
    stub = (ROOT / "exercises" / "optimizers.py").read_text(encoding="utf-8")
    forever = "\n\ndef {}(*args, **kwargs):\n    while True:\n        pass\n"
    names = ("sgd_step", "momentum_step", "rmsprop_step", "adam_step")
    before = family(running.process.pid)
    (work / "optimizers.py").write_text(stub + "".join(map(forever.format, names)))
    wait_for(lambda: family(running.process.pid) - before)
    (work / "optimizers.py").write_text(source_of("optimizers.py"), encoding="utf-8")
    step = running.screen()
    assert "9 / 9" in step
    assert "Waited" not in step


def test_the_same_failure_three_times_gets_a_second_hint(
    work: Path, watch: Callable[..., Watch]
) -> None:
    """Not at once, and not for ever without it."""
    wrong = "\n\ndef sgd_step(w, g, lr):\n    return w + lr * g\n"
    running = watch("--exercise", "optimizers")
    running.screen()
    seen = []
    for number in range(3):
        text = f"{source_of('optimizers.py')}{wrong}_n = {number}\n"
        (work / "optimizers.py").write_text(text, encoding="utf-8")
        seen.append("    Still   " in running.screen())
    assert seen == [False, False, True]


@pytest.mark.slow
def test_advice_is_shown_once_and_hides_nothing(
    tmp_path: Path, watch: Callable[..., Watch]
) -> None:
    """It comes again when its function fares otherwise; with all points one is complete."""
    path = tmp_path / "activations.py"
    shutil.copy(ROOT / "exercises" / "activations.py", path)
    running = watch("--exercise", "activations", path=tmp_path)
    running.screen()
    naive = "\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))\n"
    seen = []
    for number, source in enumerate((path.read_text("utf-8"), source_of("activations.py"))):
        for again in range(2):
            path.write_text(f"{source}{naive}_n = {number}, {again}\n", encoding="utf-8")
            seen.append(running.screen())
    advice = ["exp overflows for large negative z" in screen for screen in seen]
    assert advice == [True, False, False, False]
    assert all(
        "Next: write sigmoid_prime in activations.py, line " in screen for screen in seen[:2]
    )
    assert all("Everything here is complete, with advice left." in s for s in seen[2:])
    for source in (source_of("activations.py"), source_of("activations.py") + naive):
        path.write_text(source, encoding="utf-8")
        seen.append(running.screen())
    assert "Everything here is complete.\n" in seen[-2]
    assert "exp overflows for large negative z" in seen[-1]


@pytest.mark.slow
def test_a_command_that_repeats_a_check_names_what_is_watched(
    work: Path, watch: Callable[..., Watch]
) -> None:
    """With it the same exercise is graded as a whole, from where the watch was begun."""
    drifting = (
        "\n\n_right = adam_step\n\n\ndef adam_step(*args, **kwargs):\n"
        "    w, state = _right(*args, **kwargs)\n"
        "    return (w if state['t'] < 2 else w * 1.001), state\n"
    )
    running = watch("--exercise", "optimizers")
    running.screen()
    (work / "optimizers.py").write_text(source_of("optimizers.py") + drifting, encoding="utf-8")
    assert f"    Repeat  grade submit {work} --exercise optimizers\n" in running.screen()


@pytest.mark.slow
def test_comments_alone_are_not_graded_unless_a_shown_line_moves(
    work: Path, watch: Callable[..., Watch]
) -> None:
    """One line says so; the number of a line that is shown stays true."""
    path = work / "forward.py"
    right = source_of("forward.py")
    running = watch("--exercise", "forward")
    running.screen()
    path.write_text(right, encoding="utf-8")
    assert "5 / 5" in running.screen()
    path.write_text(f"# above\n\n{right}", encoding="utf-8")
    assert (
        running.line()
        == "Only comments, layout or docstrings have changed, so nothing is graded again.\n"
    )
    broken = right.replace("def affine_forward", "raise_here = 1 / 0\n\n\ndef affine_forward")
    path.write_text(broken, encoding="utf-8")
    step = running.screen()
    (place,) = set(re.findall(r"line (\d+)", step))
    path.write_text(f"{broken}# below\n", encoding="utf-8")
    assert running.line().startswith("Only comments, ")
    path.write_text(f"# above\n{broken}", encoding="utf-8")
    assert set(re.findall(r"line (\d+)", running.screen())) == {str(int(place) + 1)}


@pytest.mark.slow
def test_a_single_file_can_be_watched(work: Path, watch: Callable[..., Watch]) -> None:
    """A file that stands for every module, and saves of other files beside it count not."""
    path = work / "all_in_one.py"
    path.write_text((ROOT / "exercises" / "forward.py").read_text(encoding="utf-8"))
    running = watch("--exercise", "forward", path=path)
    running.screen()
    (work / "forward.py").touch()
    path.write_text(source_of("forward.py"), encoding="utf-8")
    assert "5 / 5" in running.screen()


def test_in_a_terminal_each_save_gets_a_fresh_screen(work: Path) -> None:
    """The screen is cleared there, and nowhere else."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "40", "NO_COLOR": "1"}
    streams = {"stdin": follower, "stdout": follower, "stderr": follower}
    shown = b""
    with started("watch", "--exercise", "forward", cwd=work, env=environment, **streams) as process:
        os.close(follower)
        while WAITING.encode() not in b" ".join(re.sub(rb"\x1b\[[0-9;]*m", b"", shown).split()):
            shown += os.read(leader, 4096)
        process.send_signal(signal.SIGINT)
        process.wait(30)
    os.close(leader)
    assert b"\x1b[2J" in shown
    assert b"\x1b[31m" not in shown
    assert b"\x1b[32m" not in shown


def test_what_cannot_be_watched_is_one_line(tmp_path: Path) -> None:
    """No such path, nothing of the course in it, a misspelt exercise."""
    done = grade_here("watch", tmp_path / "nowhere")
    assert done.returncode == 3
    assert_one_line(done.stderr)
    done = grade_here("watch", tmp_path)
    assert done.returncode == 3
    assert "grade init" in done.stderr
    done = grade_here("watch", ROOT / "exercises", "--exercise", "forwards")
    assert done.returncode == 2
    assert "did you mean forward?" in done.stderr


def test_what_changed_is_told_by_content(work: Path, course: Course) -> None:
    """A save that changes nothing changes nothing; a file that is gone is not graded."""
    before = answers_of(read_submission(work, course), course)
    assert changed_exercises({}, before) == ["forward", "optimizers"]
    (work / "forward.py").touch()
    assert changed_exercises(before, answers_of(read_submission(work, course), course)) == []
    (work / "optimizers.py").unlink()
    (work / "forward.py").write_text("# new\n", encoding="utf-8")
    after = answers_of(read_submission(work, course), course)
    assert changed_exercises(before, after) == ["forward"]


def test_a_folder_that_is_gone_ends_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not wait for saves that cannot come."""
    monkeypatch.setattr("grader.submissions.saves._MISSING_S", 0.1)
    folder = tmp_path / "work"
    folder.mkdir()
    with Saves(folder, "a.py", lambda: None) as saves:
        folder.rmdir()
        with pytest.raises(SubmissionError, match="is no longer there"):
            saves.wait()


def test_where_saves_cannot_be_heard_one_line_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system out of watches is no traceback."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("grader.submissions.saves.watch", refuse)
    with (
        Saves(tmp_path, "", lambda: None) as saves,
        pytest.raises(SubmissionError, match="limit reached; set WATCHFILES_FORCE_POLLING=1"),
    ):
        saves.wait()


def test_a_folder_that_is_replaced_is_watched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when another branch is checked out, or a backup is put back."""
    monkeypatch.setattr("grader.submissions.saves._MISSING_S", 60)
    folder = tmp_path / "work"
    folder.mkdir()
    with Saves(folder, "a.py", lambda: None) as saves:
        (tmp_path / "other").mkdir()
        folder.rename(tmp_path / "old")
        (tmp_path / "other").rename(folder)
        saves.wait()
        (folder / "b.py").touch()
        (folder / "a.py").touch()
        saves.wait()


def test_a_folder_that_is_missing_for_a_moment_is_watched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two renames of a checkout there is none."""
    monkeypatch.setattr("grader.submissions.saves._MISSING_S", 60)
    looked = threading.Event()
    looking = Saves._wait_for_folder

    def wait_for_folder(saves: Saves) -> tuple[int, int] | None:
        looked.set()
        return looking(saves)

    folder = tmp_path / "work"
    folder.mkdir()
    with Saves(folder, "a.py", lambda: None) as saves:
        monkeypatch.setattr(Saves, "_wait_for_folder", wait_for_folder)
        folder.rename(tmp_path / "old")
        assert looked.wait(30)
        folder.mkdir()
        saves.wait()
        (folder / "a.py").touch()
        saves.wait()


def test_a_file_that_is_imported_changes_the_exercises(tmp_path: Path, course: Course) -> None:
    """One that no graded file mentions does not."""
    (tmp_path / "forward.py").write_text("from helper import clip\n", encoding="utf-8")
    (tmp_path / "helper.py").write_text("clip = 1\n", encoding="utf-8")
    before = answers_of(read_submission(tmp_path, course), course)
    (tmp_path / "helper.py").write_text("clip = 2\n", encoding="utf-8")
    after = answers_of(read_submission(tmp_path, course), course)
    assert changed_exercises(before, after) == ["forward"]
    (tmp_path / "forward.py").write_text("clip = 3\n", encoding="utf-8")
    before = answers_of(read_submission(tmp_path, course), course)
    (tmp_path / "helper.py").write_text("x = 2\n", encoding="utf-8")
    after = answers_of(read_submission(tmp_path, course), course)
    assert changed_exercises(before, after) == []
