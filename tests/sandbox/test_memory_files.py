"""Files in memory: the same programs do the same with them as with a real folder."""

# The programs are those of students.
# ruff: noqa: B023, PT012, SIM115
from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.protocol import overlay
from grader.sandbox.protocol.memory_files import Files
from grader.sandbox.protocol.messages import Surroundings
from grader.sandbox.protocol.surroundings import Surrounded

# A program of a student's need not close its files.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
MIB = 2**20
GIVEN = {
    "data.csv": b"x,y\n1,2\n3,4.5\n",
    "umlaut.txt": "Zürich\r\nKöln\n".encode(),
    "latin.txt": "Zürich\n".encode("latin-1"),
    "sub/deep/x.txt": b"abc",
    "empty": b"",
}


def in_memory(program: Callable[[], Any], room: int = MIB) -> tuple[Any, Files]:
    """Return what a program does on files in memory."""
    surrounded = Surrounded(Surroundings(files=dict(GIVEN), room=room))
    assert surrounded.files is not None
    with surrounded.active():
        result = outcome(program)
    return result, surrounded.files


def outcome(program: Callable[[], Any]) -> Any:
    """Return what a program returns, or its exception: type, number and file."""
    try:
        return program()
    except OSError as error:
        return type(error), error.errno, str(error.filename)
    except ValueError as error:
        return type(error), str(error)


@pytest.fixture
def on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What a program does on the same files in a real folder."""
    monkeypatch.chdir(tmp_path)
    for name, data in GIVEN.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def run(program: Callable[[], Any]) -> tuple[Any, Mapping[str, bytes]]:
        result = outcome(program)
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        return result, {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in files}

    return run


def read(name: str, **options: Any) -> Any:
    with open(name, **options) as file:
        return file.read()


def lines_of(name: str) -> list[str]:
    with open(name) as file:
        return [line.rstrip() for line in file]


def seek_about() -> Any:
    with open("data.csv", "rb") as file:
        first = file.read(2)
        place = file.seek(-3, os.SEEK_END)
        return first, place, file.read(), file.tell(), file.name, file.mode, file.readable()


def write_modes() -> Any:
    with open("new.txt", "w") as file:
        file.write("one\n")
    with open("new.txt", "a") as file:
        file.write("two\n")
        print("three", file=file)
    with open("new.txt", "r+") as file:
        first = file.readline()
        file.seek(0)
        file.write("ONE")
    return first, Path("new.txt").read_text(), Path("new.txt").stat().st_size


def write_without_closing() -> Any:
    open("kept.txt", "w").write("flushed")
    return open("kept.txt").read()


def save_arrays() -> Any:
    np.save("a.npy", np.arange(6.0).reshape(2, 3))
    np.savetxt("a.txt", np.eye(2))
    np.savez("a.npz", x=np.arange(3))
    with np.load("a.npz") as both:
        return np.load("a.npy").tolist(), np.loadtxt("a.txt").tolist(), both["x"].tolist()


def frame() -> Any:
    pd = pytest.importorskip("pandas")
    table = pd.read_csv("data.csv")
    table.to_csv("out.csv", index=False)
    return table.to_dict("list"), Path("out.csv").read_text()


def change_folders() -> Any:
    os.makedirs("a/b")
    Path("a/b/c.txt").write_text("c")
    os.rename("a", "z")
    Path("z/b/d.txt").touch()
    os.remove("data.csv")
    return sorted(os.listdir("z/b")), os.path.exists("a"), os.path.getsize("z/b/c.txt")


def walk() -> Any:
    found = [(top, sorted(folders), sorted(names)) for top, folders, names in os.walk(".")]
    with os.scandir() as entries:
        kinds = sorted(
            (e.name, e.is_file(), e.is_dir(), e.stat().st_size * e.is_file()) for e in entries
        )
    return sorted(found), kinds


PROGRAMS: dict[str, Callable[[], Any]] = {
    "text": lambda: read("umlaut.txt"),
    "text as it is": lambda: read("umlaut.txt", newline=""),
    "latin": lambda: read("latin.txt", encoding="latin-1"),
    "bytes": lambda: read("latin.txt", mode="rb"),
    "wrong encoding": lambda: read("latin.txt", encoding="utf-8", errors="replace"),
    "unbuffered": lambda: read("data.csv", mode="rb", buffering=0),
    "lines": lambda: lines_of("./data.csv"),
    "seek": seek_about,
    "in folders": lambda: read("sub/deep/../deep/x.txt"),
    "missing": lambda: read("mising.csv"),
    "missing folder": lambda: read("no/such.csv"),
    "below a file": lambda: Path("data.csv/x").write_text("x"),
    "a folder": lambda: read("sub"),
    "an empty name": lambda: read(""),
    "NUL": lambda: read("a\0b"),
    "no such mode": lambda: read("data.csv", mode="q"),
    "two modes": lambda: read("data.csv", mode="rw"),
    "encoded bytes": lambda: read("data.csv", mode="rb", encoding="utf-8"),
    "unbuffered text": lambda: read("data.csv", buffering=0),
    "writing what is read": lambda: open("data.csv").writable(),
    "exclusive": lambda: open("data.csv", "x"),
    "write": write_modes,
    "write without closing": write_without_closing,
    "numpy": save_arrays,
    "genfromtxt": lambda: np.genfromtxt("data.csv", delimiter=",", names=True).tolist(),
    "loadtxt": lambda: np.loadtxt("data.csv", delimiter=",", skiprows=1).tolist(),
    "pandas": frame,
    "folders": change_folders,
    "walk": walk,
    "pathlib": lambda: (
        sorted(p.name for p in Path().iterdir()),
        sorted(map(str, Path().glob("*.csv"))),
        sorted(map(str, Path().rglob("*.txt"))),
        Path("sub").is_dir(),
        Path("data.csv").is_file(),
        Path("nothing").exists(),
        Path("data.csv").stat().st_size,
    ),
    "os.path": lambda: (
        os.path.isfile("empty"),
        os.path.isdir("sub/deep"),
        os.path.exists("sub/"),
        os.path.lexists("none"),
        os.access("data.csv", os.R_OK),
        os.access("none", os.R_OK),
    ),
    "listing a file": lambda: os.listdir("data.csv"),
    "listing nothing": lambda: os.listdir("none"),
    "listing as bytes": lambda: sorted(os.listdir(b".")),
    "removing nothing": lambda: os.remove("none"),
    "removing a full folder": lambda: os.rmdir("sub"),
    "making a folder twice": lambda: os.mkdir("sub"),
    "making a folder nowhere": lambda: os.mkdir("no/such"),
    "moving over a file": lambda: os.replace("data.csv", "empty"),
    "truncating": lambda: open("data.csv", "r+").truncate(3),
    "writing beyond the end": lambda: [open("gap", "wb").seek(5), open("gap", "r+b").write(b"")],
}


@pytest.mark.skipif(os.name == "nt", reason="errors and sizes are those of POSIX")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_does_the_same_as_in_a_real_folder(
    name: str, on_disk: Callable[..., Any]
) -> None:
    """Results, errors and what is in the folder afterwards."""
    expected, left = on_disk(PROGRAMS[name])
    got, files = in_memory(PROGRAMS[name])
    assert got == expected
    kept = {name: data for name, data in GIVEN.items() if name not in files.removed()}
    assert kept | files.written() == left


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["r", "w", "a", "x", "r+", "w+", "rb", "wb", "ab+", "r+b"]),
        st.sampled_from(["a", "b", "sub/a"]),
        st.integers(0, 9),
        st.text("xy\n", max_size=12),
        st.integers(0, 12),
    ),
    max_size=8,
)


@pytest.mark.skipif(os.name == "nt", reason="text is written as on POSIX")
@given(operations=OPERATIONS)
def test_any_order_of_reading_and_writing_is_like_that_of_real_files(
    operations: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Modes, places, and cutting."""

    def program() -> list[Any]:
        seen: list[Any] = []
        for mode, name, place, text, size in operations:
            data: Any = text.encode() if "b" in mode else text

            def step(mode: str = mode, name: str = name, data: Any = data) -> Any:
                with open(name, mode) as file:
                    file.seek(place)
                    got = file.read(3) if file.readable() else ""
                    file.seek(file.tell())
                    wrote = file.write(data) if file.writable() else 0
                    cut = file.truncate(size) if wrote and size % 3 == 0 else 0
                    return got, wrote, cut, file.tell()

            seen.append(outcome(step))
        return seen

    before = Path.cwd()
    folder = tmp_path_factory.mktemp("real")
    os.chdir(folder)
    try:
        expected = program()
    finally:
        os.chdir(before)
    files = Files({}, MIB)
    with overlay.overlaid(files):
        assert program() == expected
    on_disk = [path for path in folder.rglob("*") if path.is_file()]
    assert files.written() == {p.relative_to(folder).as_posix(): p.read_bytes() for p in on_disk}


def test_names_outside_go_to_the_system() -> None:
    """Nothing of the system is hidden or shown by the files of a check."""

    def program() -> Any:
        return (
            Path("/etc/hostname").exists(),
            read(os.__file__)[:3],
            outcome(lambda: read("../../../../../../etc/no-such")),
            os.path.exists(os.path.dirname(os.__file__)),
        )

    expected = program()
    assert in_memory(program)[0] == expected


def test_absolute_names_of_the_folder_are_found() -> None:
    """As `os.path.abspath` and `Path.resolve` make them."""
    got, _ = in_memory(
        lambda: [read(os.path.abspath("data.csv")), Path("data.csv").resolve().read_text()]
    )
    assert got == [GIVEN["data.csv"].decode()] * 2


def test_without_room_nothing_can_be_changed() -> None:
    """The error is the one that students know, with the reason."""
    changes: list[Callable[[], Any]] = [
        lambda: open("out.txt", "w"),
        lambda: open("data.csv", "a"),
        lambda: open("data.csv", "r+"),
        lambda: os.remove("data.csv"),
        lambda: os.mkdir("new"),
        lambda: os.rename("data.csv", "b"),
        lambda: Path("t").touch(),
    ]
    for change in changes:
        with pytest.raises(PermissionError) as caught:
            surrounded = Surrounded(Surroundings(files=dict(GIVEN)))
            with surrounded.active():
                change()
        assert caught.value.advice == "the grader lets no program write files"  # type: ignore[attr-defined]
        assert not surrounded.files or not surrounded.files.written()


def test_what_is_written_is_bounded() -> None:
    """However it is written, and however often what is open is removed."""

    def flood(write: Callable[[], Any]) -> Files:
        files = Files({}, 1000)
        with overlay.overlaid(files), pytest.raises(OSError, match="No space left") as caught:
            for _ in range(10_000):
                write()
        assert "lets a program write" in caught.value.advice  # type: ignore[attr-defined]
        return files

    def append() -> None:
        with open("a", "a") as file:
            file.write("x" * 7)

    def truncate() -> None:
        with open("a", "wb") as file:
            file.truncate(2**40)

    kept = []

    def remove() -> None:
        kept.append(open("a", "wb", buffering=0))
        kept[-1].write(b"x" * 7)
        os.remove("a")

    assert sum(map(len, flood(append).written().values())) <= 1000
    flood(truncate)
    flood(remove)
    assert len(kept) < 200
    numbers = iter(range(10_000))
    files = Files({}, MIB)
    with overlay.overlaid(files), pytest.raises(OSError, match="No space left"):
        while True:
            open(str(next(numbers)), "w").close()
    assert len(files.written()) <= 1000


def test_nothing_is_left_of_it() -> None:
    """Python's own functions are back, also in the modules of the program and in numpy."""
    openers = np.lib._datasource._file_openers  # type: ignore[attr-defined]
    places = [(builtins, "open"), (io, "open"), (Path, "touch")]
    places += [(os, name) for name in overlay._OF_OS] + [(os.path, n) for n in overlay._OF_PATH]
    before = [getattr(owner, name) for owner, name in places]
    names = {"listdir": os.listdir, "mine": open, "other": 3}
    known = dict(names)
    with overlay.overlaid(Files({"a": b"1"}, 0), namespaces=[names]):
        assert all(getattr(o, n) is not b for (o, n), b in zip(places, before, strict=True))
        assert names["listdir"](".") == ["a"]
        saved = names["mine"]
        assert saved("a").read() == "1"
    assert [getattr(owner, name) for owner, name in places] == before
    assert names == known
    assert openers[None] is io.open
    # What a program has kept does what the system does.
    with pytest.raises(FileNotFoundError):
        saved("a")


def test_what_a_program_put_there_itself_stays() -> None:
    """As it would without files; it is the program's own process."""

    def mine(*_args: Any) -> list[str]:
        return ["mine"]

    real = os.listdir
    try:
        with overlay.overlaid(Files({}, 0)):
            os.listdir = mine
        assert os.listdir is mine
    finally:
        os.listdir = real


def test_standard_input_is_what_is_given() -> None:
    """By `input`, by ``sys.stdin`` in its ways, and as ``open(0)``."""
    text = "one\ntwo\r\nthree"
    ways: dict[Callable[[], Any], Any] = {
        lambda: [input(), input(), input()]: ["one", "two", "three"],
        lambda: sys.stdin.read(): "one\ntwo\nthree",
        lambda: list(sys.stdin): ["one\n", "two\n", "three"],
        lambda: sys.stdin.readlines()[1]: "two\n",
        lambda: [sys.stdin.readline(), input()]: ["one\n", "two"],
        lambda: sys.stdin.buffer.read(): text.encode(),
        lambda: open(0).read(): "one\ntwo\nthree",
        lambda: [sys.stdin.isatty(), sys.stdin.readable(), sys.stdin.name]: [
            False,
            True,
            "<stdin>",
        ],
    }
    before = sys.stdin
    for way, expected in ways.items():
        surrounded = Surrounded(Surroundings(input=text))
        with surrounded.active():
            assert way() == expected
        assert sys.stdin is before
        assert surrounded.explain(EOFError()) == ""


@pytest.mark.parametrize(
    ("text", "asked", "words"),
    [
        ("", 1, "once and there are no lines"),
        ("1\n", 2, "twice and there is 1 line"),
        ("1\n2", 3, "3 times and there are 2 lines"),
    ],
)
def test_the_end_of_the_input_is_explained(text: str, asked: int, words: str) -> None:
    """With the numbers by which a student finds the call that is too many."""
    surrounded = Surrounded(Surroundings(input=text))
    with surrounded.active(), pytest.raises(EOFError) as caught:
        for _ in range(asked):
            input()
    assert surrounded.explain(caught.value) == (
        f"your program asks for more input than it is given: input() was called {words}"
    )
