"""Programs in a worker: what they print, read and write, and how they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from grader.records import Course, SourceFile
from grader.sandbox.calls import (
    NotImplementedYet,
    NotRun,
    Raised,
    StudentError,
    TookTooLong,
    WorkerEnded,
)
from grader.sandbox.given import MAX_GIVEN, Output
from grader.sandbox.launch import ProcessLauncher
from grader.sandbox.module import Module
from grader.sandbox.protocol.frames import encode_message
from grader.sandbox.protocol.messages import MAX_OUTPUT, CallReply, Surroundings
from grader.sandbox.student import Student
from grader.testing.expect import CheckFailed
from grader.testing.printing import printed

Make = Callable[..., Student]


@pytest.fixture(scope="module")
def launcher(course: Course) -> ProcessLauncher:
    return ProcessLauncher(replace(course.limits, call_s=1.0, call_cpu_s=1.0), course.packages)


@pytest.fixture
def make(course: Course, launcher: ProcessLauncher) -> Iterator[Make]:
    """Return how to hand in a file."""
    made: list[Student] = []

    def hand_in(text: str, scratch_mib: int = 0, **options: Any) -> Student:
        limits = replace(course.limits, call_s=1.0, call_cpu_s=1.0)
        mine = replace(course, scratch_mib=scratch_mib, limits=limits)
        cells = options.pop("cells", None)
        name = "activations.py" if cells is None else "activations.ipynb"
        source = SourceFile(name, text.encode(), cells=cells)
        exercise = mine.exercise("activations")
        student = Student(Module(mine, exercise, source, ("f",), launcher, **options))
        student.begin("f")
        made.append(student)
        return student

    yield hand_in
    for student in made:
        student.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print('hello')", Output("hello\n", "", 0)),
        ("import sys\nprint(sys.argv)", Output("['activations.py', '3', 'a b']\n", "", 0)),
        ("import sys\nprint('x', file=sys.stderr)\nsys.exit(3)", Output("", "x\n", 3)),
        ("import sys\nsys.exit()", Output("", "", 0)),
        ("raise SystemExit('no')", Output("", "no\n", 1)),
        ("exit(256 + 7)", Output("", "", 7)),
        ("print(__name__, __file__)", Output("__main__ activations.py\n", "", 0)),
        ("if __name__ == '__main__':\n    print('main')", Output("main\n", "", 0)),
        ("name = input('name? ')\nprint('hi', name)", Output("name? hi Ada\n", "", 0)),
        ("import sys\nfor line in sys.stdin:\n    print(line.strip())", Output("Ada\n2\n", "", 0)),
        (
            "while True:\n    try: print(input())\n    except EOFError: break",
            Output("Ada\n2\n", "", 0),
        ),
        ("import sys\nsys.stdout.buffer.write(b'raw')", Output("raw", "", 0)),
        ("import random, numpy as np\nrandom.random()\nprint(end='')", Output("", "", 0)),
        ("%matplotlib inline\nprint(1)", Output("1\n", "", 0)),
        ("from tqdm import tqdm\nfor n in tqdm([1, 2]):\n    print(n)", Output("1\n2\n", "", 0)),
        (
            "try:\n    import torch\nexcept ModuleNotFoundError:\n    torch = 1\nprint(torch)",
            Output("1\n", "", 0),
        ),
        (
            "from importlib import import_module\ntry:\n    import_module('torch')\n"
            "except ModuleNotFoundError:\n    print(1)",
            Output("1\n", "", 0),
        ),
        (
            "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n"
            "print(P(len(input())))",
            Output("P(x=3)\n", "", 0),
        ),
    ],
)
def test_a_program_prints_and_ends(text: str, expected: Output, make: Make) -> None:
    """As ``python file.py 3 "a b"`` does, with the same input for each run."""
    student = make(text)
    for _ in range(2):
        assert student.run_script(3, "a b", stdin="Ada\n2\n") == expected
    assert student.state().status == "graded"
    assert student.state().notes == ()


def test_what_was_a_placeholder_raises_in_a_program(make: Make) -> None:
    """The functions are graded beside it as ever, before and after the program was run."""
    student = make("import torch\ndef f():\n    return 1\nprint(torch.rand(3))\n")
    for _ in range(2):
        assert student.f() == 1
        with pytest.raises(Raised, match="torch is not available in the grader"):
            student.run_script()


def test_a_missing_module_of_another_file_raises_in_a_program(make: Make) -> None:
    """What that file lacks is explained where the program uses it."""
    helper = SourceFile(
        "helper.py", b"from stok import items\ndef g():\n    return list(items())\n"
    )
    student = make("from helper import g\nprint(g())", siblings={"helper": helper})
    with pytest.raises(Raised, match=r"stok is not available in the grader"):
        student.run_script()


def test_the_cells_of_a_notebook_are_a_program(make: Make) -> None:
    """In order, in one namespace; magics are translated as ever."""
    student = make("", cells=("n = int(input())", "%time m = n + 1", "print(m)"))
    assert student.run_script(stdin="4").text == "5\n"


def test_each_run_begins_anew(make: Make) -> None:
    """No name, no module of the submission and no draw is left of the last one."""
    helper = SourceFile("helper.py", b"print('imported')\nitems = []")
    text = (
        "import random\nimport helper\n"
        "helper.items.append(1)\nprint(helper.items, 'seen' in globals(), random.random())\n"
        "seen = 1"
    )
    student = make(text, siblings={"helper": helper})
    first = student.run_script()
    assert first.text.startswith("imported\n[1] False ")
    assert student.run_script() == first


def test_a_program_and_functions_of_one_file_do_not_meet(make: Make) -> None:
    """The module that was imported keeps its state; a worker that only read it is replaced."""
    text = (
        "count = 0\ndef f():\n    global count\n    count += 1\n    return count\n"
        "if __name__ == '__main__':\n    print(f())\n"
    )
    student = make(text)
    assert student.run_script().text == "1\n"
    assert student.f() == 1
    assert student.run_script().text == "1\n"
    assert student.f() == 2


def test_a_program_need_not_be_importable(make: Make) -> None:
    """Neither what it reads at the top, nor what it does for ever without input."""
    for text in (
        "numbers = [int(input()) for _ in range(2)]\nprint(sum(numbers))",
        "n = 2\nwhile n:\n    try: input()\n    except EOFError: continue\n    n -= 1\nprint(3)",
        "import os\nif not input():\n    os._exit(3)\ninput()\nprint(3)",
    ):
        student = make(text)
        assert student.run_script(stdin="1\n2\n").text == "3\n"
        assert student.state().status == "graded"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("print(1)\n1 / 0", Raised, "ZeroDivisionError: division by zero\nline 2: 1 / 0"),
        (
            "a = input()\nb = input()\nwhile True: input()",
            Raised,
            "EOFError: EOF when reading a line; your program asks for more input than it is given: "
            "input() was called 3 times and there are 2 lines\nline 3: while True: input()",
        ),
        ("while True: print('x' * 100)", TookTooLong, "one call used more than"),
        ("while True: pass", TookTooLong, "one call used more than"),
        ("print('x' * 100_000)", Raised, "it printed 100,001 characters, more than can be looked"),
        ("import os\nos._exit(3)", WorkerEnded, "ended the whole process"),
        ("def main(:\n    pass", NotRun, "cannot be imported: SyntaxError"),
        (
            "from stok import items\nprint('low:', ', '.join(items()) or 'none')",
            Raised,
            "stok is not available in the grader; use only numpy and the standard library\n"
            "line 1: from stok import items",
        ),
        (
            "from losses import mse\nprint(mse)",
            Raised,
            "losses cannot be imported: there is no losses.py in this submission; hand it in too",
        ),
        (
            "from numba import njit\n@njit\ndef f():\n    return 1\nprint(f())",
            Raised,
            "numba.njit is not available in the grader",
        ),
        ("", NotImplementedYet, "not implemented yet"),
        ('"""A program."""\nimport sys\nLIMIT = 3\n# TODO\n', NotImplementedYet, "not implemented"),
        (
            "def main():\n    '''Do it.'''\n    raise NotImplementedError\n"
            "if __name__ == '__main__':\n    main()",
            NotImplementedYet,
            "not implemented yet",
        ),
        (
            "def main():\n    helper()\ndef helper():\n    raise NotImplementedError\nmain()",
            Raised,
            "`helper` is not implemented yet",
        ),
    ],
)
def test_a_program_that_fails(text: str, kind: type[StudentError], words: str, make: Make) -> None:
    """Each way has words of its own, with the student's line, and the next run is made."""
    student = make(text)
    for _ in range(2):
        with pytest.raises(kind) as caught:
            student.run_script(stdin="1\n2\n")
        assert words in str(caught.value)


def test_a_stub_of_another_file_is_named_with_it(make: Make) -> None:
    """The program itself is written."""
    stub = SourceFile("helper.py", b"def g():\n    raise NotImplementedError\n")
    student = make("import helper\nprint(helper.g())", siblings={"helper": stub})
    with pytest.raises(Raised, match=r"^`g` in helper\.py is not implemented yet\nhelper\.py"):
        student.run_script()


def test_what_was_printed_before_an_error_is_known(make: Make) -> None:
    """It is the beginning of the output that the feedback shows."""
    student = make("print('before')\n1 / 0")
    with pytest.raises(Raised):
        student.run_script()
    assert student.last is not None
    assert student.last.printed == "before"


@pytest.mark.parametrize(
    ("aside", "want", "words"),
    [
        ("b", "a\nb\nc", "; line 2 is printed to standard error"),
        ("b d", "a\nb\nc\nd", "; 2 lines are printed to standard error"),
        (
            "a b c d",
            "a\nb\nc\nd",
            "nothing was printed; the right text is printed to standard error",
        ),
        ("b", "a\nx\nc", ""),
        ("b", "a\nb\nc\nc", ""),
        ("", "a\nc", ""),
    ],
)
def test_what_went_to_standard_error_is_named(
    aside: str, want: str, words: str, make: Make
) -> None:
    """If all that is missing is there, in a program and in a function."""
    line = f"print(c, file=sys.stderr if c in {aside.split()} else sys.stdout)"
    text = f"import sys\ndef f():\n    for c in 'abcd':\n        {line}\n"
    student = make(text + "if __name__ == '__main__':\n    f()\n")
    for call in (student.f, student.run_script):
        call()
        with pytest.raises(CheckFailed) as caught:
            printed(student, want)
        text = caught.value.observation.text
        assert text.endswith(words) if words else "standard error" not in text


def test_input_is_for_the_next_call_only(make: Make) -> None:
    """A prompt is printed; without input everything is as ever."""
    student = make("def f(*args):\n    return input('? ')\ndef g():\n    return [f(), f()]")
    student.give_input("1\n2\n")
    assert student.g() == ["1", "2"]
    assert student.last is not None
    assert student.last.printed == "? ?"
    with pytest.raises(Raised, match="the grader runs your code without a keyboard"):
        student.f()
    student.give_input("3\n")
    assert student.many("f", [(1,), (2,)]) == ["3", "3"]
    student.give_input("4\n")
    student.begin("f")
    with pytest.raises(Raised, match="without a keyboard"):
        student.f()


def test_methods_and_probes_have_input_too(make: Make) -> None:
    """Also the first call of a class."""
    student = make(
        "class f:\n    def __init__(self): self.x = input()\n"
        "    def m(self): return self.x + input()"
    )
    student.give_input("a\n")
    kept = student.keep("f")
    student.give_input("b\n")
    assert student.call_on(kept, "m") == "ab"
    student.give_input("c\nd\n")
    assert student.run(probe) == "cd"


def probe(module: Any) -> Any:
    return module.f().m()


READER = """
from os import listdir


def f(name):
    return open(name).read()


def g():
    return sorted(listdir())
"""


def test_files_are_for_the_calls_of_one_check(make: Make) -> None:
    """Another check finds none of them, and the functions of the system are back."""
    student = make(READER)
    student.give_files({"./a.txt": "one", "sub/b.txt": b"two"})
    assert student.f("a.txt") == "one"
    assert student.f("sub/b.txt") == "two"
    assert student.g() == ["a.txt", "sub"]
    assert student.many("f", [("a.txt",), ("sub/b.txt",)]) == ["one", "two"]
    student.give_files({"c.txt": "three"})
    assert student.g() == ["c.txt"]
    with pytest.raises(Raised, match=r"No such file or directory: 'a.txt'; the files here are c"):
        student.f("a.txt")
    student.begin("f")
    assert "c.txt" not in student.g()
    with pytest.raises(Raised, match="graded code cannot read or write your files"):
        student.f("c.txt")


WRITER = "def f(name, text):\n    with open(name, 'a') as file:\n        file.write(text)\n"


def test_what_a_call_wrote_can_be_looked_at_and_given_to_the_next(make: Make) -> None:
    """Each call begins with the files that were given, and with nothing else."""
    student = make(WRITER, scratch_mib=1)
    student.give_files({"old.txt": "old"})
    student.f("new.txt", "1")
    assert student.last is not None
    assert student.last.files == {"old.txt": b"old", "new.txt": b"1"}
    assert student.last.written == {"new.txt": b"1"}
    student.f("old.txt", "2")
    assert student.last.files == {"old.txt": b"old2"}
    student.give_files(student.last.files)
    student.f("old.txt", "3")
    assert student.last.files == {"old.txt": b"old23"}


def test_a_file_that_is_no_text_is_the_students_mistake(make: Make) -> None:
    """A check that decodes it fails, where it would be a fault of the suite's."""
    text = "def f():\n    open('a.txt', 'wb').write(b'caf\\xe9')\n"
    student = make(text, scratch_mib=1)
    student.begin("f")
    student.f()
    assert student.last is not None
    left = student.last.files["a.txt"]
    assert left == b"caf\xe9"
    assert left.decode("latin-1") == "caf\u00e9"
    with pytest.raises(StudentError, match=r"'a\.txt', which is not text in utf-8: the byte"):
        left.decode()


def test_a_file_that_was_removed_is_gone(make: Make) -> None:
    """From what the call left."""
    student = make("import os\ndef f():\n    os.remove('a')\n    1 / 0", scratch_mib=1)
    student.give_files({"a": "1", "b": "2"})
    with pytest.raises(Raised):
        student.f()
    assert student.last is not None
    assert student.last.files == {"b": b"2"}


def test_without_a_scratch_folder_nothing_is_written(make: Make) -> None:
    """With files that were given, and without."""
    student = make(WRITER)
    with pytest.raises(Raised, match="graded code cannot read or write your files"):
        student.f("/no-such-folder/a", "1")
    student.give_files({"a": "1"})
    with pytest.raises(Raised, match="Permission denied: 'b'; the grader lets no program write"):
        student.f("b", "1")


def test_more_than_the_scratch_folder_holds(make: Make) -> None:
    """It is the student's error, or more than a suite can look at."""
    student = make(WRITER, scratch_mib=1)
    with pytest.raises(Raised, match="No space left on device: 'a'; the grader lets a program"):
        student.f("a", "x" * 2**20 + "x")
    student = make(WRITER, scratch_mib=8)
    student.f("a", "x" * 1000)
    student.give_files({"a": b"x" * (MAX_GIVEN - 10)})
    student.f("b", "x" * 100)
    assert student.last is not None
    with pytest.raises(Raised, match=r"it wrote 2,097,\d\d\d bytes into files, more than can be"):
        _ = student.last.files
    student = make("def f():\n    open('a', 'w').write('x' * 5_000_000)", scratch_mib=8)
    student.f()
    assert student.last is not None
    with pytest.raises(Raised, match="it wrote 5,000,001 bytes"):
        _ = student.last.files


def test_values_come_before_files(make: Make) -> None:
    """What many calls write takes no room of what they return."""
    student = make(
        "def f(n):\n    open('a', 'w').write('x' * 1_500_000)\n    return 'y' * n", scratch_mib=2
    )
    assert list(map(len, student.many("f", [(1_000_000,)] * 3))) == [1_000_000] * 3
    sizes = [(len(call.written), call.unsent) for call in student.calls]
    assert sizes == [(0, 1_500_001)] * 3
    assert list(map(len, student.many("f", [(10,)] * 3))) == [10] * 3
    assert [len(call.written) for call in student.calls[3:]] == [1, 1, 0]


@pytest.mark.parametrize(
    ("give", "kind", "words"),
    [
        (lambda s: s.give_input(["1", "2"]), TypeError, "input is given as text, not as list"),
        (lambda s: s.give_input("1" * 3_000_000), ValueError, "3,000,000 bytes are given"),
        (lambda s: s.run_script(stdin=b"1"), TypeError, "not as bytes"),
        (lambda s: s.give_files({"../a": ""}), ValueError, "without .."),
        (lambda s: s.give_files({"/etc/a": ""}), ValueError, "relative"),
        (lambda s: s.give_files({"": ""}), ValueError, "cannot be the name"),
        (lambda s: s.give_files({"a\0": ""}), ValueError, "cannot be the name"),
        (lambda s: s.give_files({"a//b": ""}), ValueError, "cannot be the name"),
        (lambda s: s.give_files({"a": "", "a/b": ""}), ValueError, "both a file and a folder"),
        (lambda s: s.give_files({"a": 3}), TypeError, "not str and int"),
        (lambda s: s.give_files({"a": b"1" * 3_000_000}), ValueError, "3,000,001 bytes are given"),
        (lambda s: s.give_files({str(n): "" for n in range(501)}), ValueError, "501 files"),
    ],
)
def test_what_cannot_be_given_is_a_fault_of_the_suite(
    give: Callable[[Student], Any], kind: type[Exception], words: str, make: Make
) -> None:
    """It is never the student's."""
    with pytest.raises(kind, match=words):
        give(make("def f(): pass"))


def test_a_call_is_the_same_only_with_the_same_surroundings(make: Make) -> None:
    """Recorded answers are for the input and the files of their call."""
    student = make("import sys\ndef f():\n    return sys.stdin.read() + open('a').read()")

    def ask(text: str, content: str) -> str:
        student.give_files({"a": content})
        student.give_input(text)
        return str(student.f())

    assert ask("1", "2") == "12"
    recorded = list(student.calls)
    for text, content in (("1", "2"), ("1", "3"), ("3", "2")):
        student.begin("f", recorded=recorded)
        assert ask(text, content) == text + content
        assert (student.calls[0] is recorded[0]) == ((text, content) == ("1", "2"))


@pytest.mark.parametrize(
    "value",
    [
        b"\xc0",
        encode_message({"errors": "x" * (MAX_OUTPUT + 1), "status": 0}),
        encode_message({"errors": "", "status": 256}),
        encode_message({"errors": 3, "status": 0}),
    ],
)
def test_an_output_that_cannot_be_is_no_answer(
    value: bytes, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its form is bounded before it is built."""
    student = make("print(1)")
    monkeypatch.setattr(student, "_exchange", lambda *_: [CallReply("returned", value)])
    with pytest.raises(WorkerEnded, match="could not be read"):
        student.run_script()


@pytest.mark.parametrize(
    "reply",
    [
        CallReply("returned", b"\xc0", written={"../a": b"1"}),
        CallReply("returned", b"\xc0", written={"/a": b"1"}),
        CallReply("returned", b"\xc0", removed=["a\0"]),
    ],
)
def test_files_that_cannot_be_are_no_answer(
    reply: CallReply, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that student code has taken over may claim to have written anything."""
    student = make("def f(): pass", scratch_mib=1)
    monkeypatch.setattr(student, "_exchange", lambda *_: [reply])
    with pytest.raises(WorkerEnded, match="could not be read"):
        student.f()


def test_a_worker_without_a_scratch_folder_has_written_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it claims."""
    student = make("def f(): pass")
    reply = CallReply("returned", b"\xc0", written={"a": b"1"})
    monkeypatch.setattr(student, "_exchange", lambda *_: [reply])
    with pytest.raises(WorkerEnded, match="could not be read"):
        student.f()


ATTACKS = """
import builtins, io, os, sys
KEPT = []

def keep(*_):
    KEPT.extend([open, io.open, os.listdir, os.stat, open("secret.txt")])
    return len(KEPT)

def use():
    found = []
    for one in KEPT:
        try:
            found.append(str(one("secret.txt")) if callable(one) else one.read())
        except OSError as error:
            found.append(type(error).__name__)
    return found

def real():
    import posix
    return [open is io.open, open.__module__, os.stat is posix.stat, os.listdir is posix.listdir,
            os.scandir is posix.scandir, os.remove is posix.remove, type(sys.stdin).__name__]

class Hostile(OSError):
    @property
    def advice(self):
        os._exit(1)

def hostile():
    raise Hostile("x")
"""


@pytest.mark.skipif("sys.platform == 'win32'")
def test_nothing_of_it_is_active_unless_a_check_asks(make: Make) -> None:
    """Before and after a call with files, Python's own functions are where they were."""
    student = make(ATTACKS)
    own = [True, open.__module__, True, True, True, True, "_Keyboard"]
    assert student.real() == own
    student.give_files({"secret.txt": "hidden"})
    student.give_input("1\n")
    assert student.real() != own
    student.begin("f")
    assert student.real() == own


@pytest.mark.skipif("sys.platform == 'win32'")
def test_functions_that_were_kept_find_no_files_later(make: Make) -> None:
    """They do what the system does; only an open file is as readable as a value that was kept."""
    student = make(ATTACKS)
    student.give_files({"secret.txt": "hidden"})
    assert student.keep("keep") is not None
    student.begin("f")
    errors = ["FileNotFoundError"] * 4
    assert student.use() == [*errors, "hidden"]
    student.give_files({"other.txt": "x"})
    assert student.use()[:4] == errors


def test_an_exception_of_the_programs_own_is_not_asked_for_advice(make: Make) -> None:
    """It could do anything instead of answering."""
    student = make(ATTACKS)
    student.give_files({"a": ""})
    with pytest.raises(Raised, match="Hostile: x"):
        student.hostile()


def test_a_course_without_them_sends_nothing_of_them(make: Make) -> None:
    """The request of an ordinary call has no surroundings."""
    student = make("def f(): return 1")
    student.f()
    assert student.last is not None
    assert student.last.around is None
    assert student.last.request("f").around is None
    student.give_input("")
    student.f()
    assert student.last.around == Surroundings("")
