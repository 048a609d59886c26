"""The same files give the same submission, in whatever they are handed in."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.samples import sample

from grader.errors import SubmissionError
from grader.records import Course, Submission
from grader.submissions.child.archive import list_archive
from grader.submissions.child.budget import MAX_ENTRIES, MAX_SOURCE, Budget, Spent
from grader.submissions.child.entries import UnreadableError
from grader.submissions.child.unpack import peek
from grader.submissions.layouts.tree import Item
from grader.submissions.names import without_endings
from grader.submissions.reader import find_part, read_or_explain, read_parts, read_submission

WORK = b"import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"
Files = Mapping[str, bytes]


def as_folder(path: Path, files: Files) -> Path:
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return path


def as_zip(path: Path, files: Files) -> Path:
    path = path.with_name(path.name + ".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def as_tar(path: Path, files: Files, ending: str = ".tar") -> Path:
    path = path.with_name(path.name + ending)
    with tarfile.open(path, f"w:{ending.removeprefix('.tar').strip('.')}") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def as_nested_zip(path: Path, files: Files) -> Path:
    inner = as_zip(path.with_name("inner"), {f"hw 1/{n}": c for n, c in files.items()})
    return as_zip(path, {"hw1.zip": inner.read_bytes()})


def as_tar_in_folder(path: Path, files: Files) -> Path:
    path.mkdir()
    as_tar(path / "x", files, ".tar.gz")
    return path


CONTAINERS: dict[str, Callable[[Path, Files], Path]] = {
    "folder": as_folder,
    "zip": as_zip,
    "tar": as_tar,
    "tar.gz": lambda path, files: as_tar(path, files, ".tar.gz"),
    "tar.bz2": lambda path, files: as_tar(path, files, ".tar.bz2"),
    "tar.xz": lambda path, files: as_tar(path, files, ".tar.xz"),
    "nested": as_nested_zip,
    "tar in a folder": as_tar_in_folder,
}


def notebook(*cells: str) -> bytes:
    code = [{"cell_type": "code", "source": c, "metadata": {}, "outputs": []} for c in cells]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4}).encode()


def stub_of(course: Course, name: str) -> bytes:
    return (course.stubs / name).read_bytes()


def read_or_say(path: Path, course: Course) -> Submission | str:
    submission, reason, _ = read_or_explain(path, course, "x")
    return reason.partition(": ")[2] or submission


@pytest.mark.parametrize("kind", CONTAINERS)
def test_every_container_is_read(tmp_path: Path, course: Course, kind: str) -> None:
    """With spaces, brackets, quotes and new lines in its path, and folders inside."""
    folder = tmp_path / "a [b] 'c'\n\"d\" $e"
    folder.mkdir()
    files = {"hw/activations.py": WORK, "hw/helper.py": b"x = 1\n", "hw/report.pdf": b"%PDF"}
    path = CONTAINERS[kind](folder / "ada l.", files)
    submission = read_submission(path, course)
    assert [(f.name, f.content) for f in submission.files] == [("activations.py", WORK)]
    assert [(f.name, f.content) for f in submission.siblings] == [("helper.py", b"x = 1\n")]
    assert submission.notes == ("not graded, but can be imported: helper.py",)
    assert submission.id == "ada l."


NAMES = ["activations.py", "Activations.py", "activations.ipynb", "activations (1).py",
         "activations (2).ipynb", "losses.py", "LOSSES.PY", "hw1_losses.py", "activation.py",
         "test_activations.py", "helper.py", "all.py", "notes.txt", "forward.py.txt",
         "Kopie von forward.ipynb", "__init__.py", ".hidden.py", "d\u00e9j\u00e0.py"]  # fmt: skip
FOLDERS = ["", "src/", "old/", "activations/", "week 1/ada/", "grace/", "__MACOSX/", ".git/",
           "venv/lib/", "env/", "__pycache__/", "a/b/c/d/"]  # fmt: skip


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_same_files_are_the_same_submission_everywhere(
    tmp_path_factory: pytest.TempPathFactory, course: Course, data: st.DataObject
) -> None:
    """Or the same line that says why there is none."""
    contents = st.sampled_from(
        [WORK, b"", b"def relu(z):\n    return z\n", b"def mse(y, p):\n    return 0\n",
         notebook("def sigmoid(z):\n    return z"), b"not a notebook", b"\xff\0",
         stub_of(course, "activations.py"), stub_of(course, "notebooks/activations.ipynb")]
    )  # fmt: skip
    paths = st.builds(str.__add__, st.sampled_from(FOLDERS), st.sampled_from(NAMES))
    files = data.draw(st.dictionaries(paths, contents, min_size=1, max_size=7))
    if data.draw(st.booleans()):
        files["env/pyvenv.cfg"] = b""
    here = tmp_path_factory.mktemp("same")
    found = {}
    for kind, write in CONTAINERS.items():
        (here / kind).mkdir()
        found[kind] = read_or_say(write(here / kind / "x", files), course)
    for kind, submission in found.items():
        assert submission == found["folder"], kind


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "nested"])
def test_what_came_along_does_not_count(tmp_path: Path, course: Course, kind: str) -> None:
    """Environments, caches and Finder's copies are not taken, not counted and not noted."""
    below = ["__MACOSX/._activations.py", ".DS_Store", "Thumbs.db", ".venv/m/activations.py",
             "venv/activations.py", "my env/pyvenv.cfg", "my env/lib/activations.py",
             "x/site-packages/losses.py", "node_modules/a/losses.py", "__pycache__/losses.py",
             ".ipynb_checkpoints/activations-checkpoint.ipynb", ".git/activations.py"]  # fmt: skip
    files = dict.fromkeys(below, b"def relu(z):\n    return 0\n")
    files |= {f"venv/{n}/m.py": b"" for n in range(MAX_ENTRIES + 1)} if kind == "zip" else {}
    path = CONTAINERS[kind](tmp_path / "x", {**files, "activations.py": WORK})
    submission = read_submission(path, course)
    assert [(f.name, f.content) for f in submission.files] == [("activations.py", WORK)]
    assert submission.notes == ()
    assert submission.siblings == ()


def test_names_as_other_systems_write_them(tmp_path: Path, course: Course) -> None:
    """Backslashes, decomposed letters, capital endings, and UTF-8 that does not say so."""
    folder = unicodedata.normalize("NFD", "\u00fcbung")
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        archive.writestr("hw1\\ACTIVATIONS.PY", WORK)
        archive.writestr(f"{folder}/losses.py", b"x = 1\n")
        archive.writestr("caf\u00e9/helper.py", b"")
    data = (tmp_path / "w.zip").read_bytes()
    # Without the flag that the names are UTF-8.
    for place in range(len(data) - 4):
        if data[place : place + 4] in (b"PK\1\2", b"PK\3\4"):
            flags = place + (8 if data[place : place + 4] == b"PK\1\2" else 6)
            data = data[:flags] + b"\0\0" + data[flags + 2 :]
    (tmp_path / "w.zip").write_bytes(data)
    submission = read_submission(tmp_path / "w.zip", course)
    assert [f.name for f in submission.files] == ["activations.py", "losses.py"]
    assert "hw1/ACTIVATIONS.PY is graded as activations.py" in submission.notes
    assert "not graded: caf\u00e9/helper.py" in submission.notes


def test_two_attachments_are_one_hand_in(tmp_path: Path, course: Course) -> None:
    """A file with the platform's name, a zip, and a folder in an archive of the class."""
    (tmp_path / "adalovelace_10_20_activations-1.py").write_bytes(WORK)
    as_zip(tmp_path / "hw", {"losses.py": b"x = 1\n"})
    as_zip(tmp_path / "class", {"ada/forward.py": b"y = 1\n", "grace/forward.py": b"z = 1\n"})
    parts = [
        find_part(tmp_path / "adalovelace_10_20_activations-1.py", "activations-1.py"),
        find_part(tmp_path / "hw.zip"),
        replaced(find_part(tmp_path / "class.zip"), inside="ada"),
    ]
    submission = read_parts(parts, course, "ada")
    names = {f.name: f.content for f in submission.files}
    assert names == {"activations.py": WORK, "losses.py": b"x = 1\n", "forward.py": b"y = 1\n"}


def replaced(struct_: Any, **changes: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(struct_, **changes)


def test_an_archive_in_the_hand_in_costs_only_itself(tmp_path: Path, course: Course) -> None:
    """What cannot be read is named; files beside it come before files in it."""
    folder = as_folder(tmp_path / "x", {"activations.py": WORK, "broken.zip": b"PK\3\4"})
    as_zip(folder / "data", {"big.zip": b"0" * 2**20, "activations.py": b"x = 1\n"})
    (folder / "a.rar").write_bytes(b"Rar!\x1a\x07\x01\0")
    (folder / "bomb.tar.gz").write_bytes(gzip.compress(tar_of_zeros()))
    submission = read_submission(folder, course)
    assert [f.content for f in submission.files] == [WORK]
    notes = "\n".join(submission.notes)
    assert "a.rar cannot be read: it is a RAR archive, which is not read; unpack it" in notes
    assert "broken.zip cannot be read: the zip is damaged" in notes
    assert "bomb.tar.gz cannot be read: it unpacks to far more" in notes
    assert "activations.py is graded; left out: data.zip/activations.py" in notes


def tar_of_zeros() -> bytes:
    info = tarfile.TarInfo("data.bin")
    info.size = 2**24
    return info.tobuf() + bytes(info.size)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.rar", b"Rar!\x1a\x07\0", "it is a RAR archive"),
        ("x.zip", b"Rar!\x1a\x07\0", "it is a RAR archive"),
        ("x.7z", b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive"),
        ("x.zip", b"", "the zip is damaged"),
        ("x.zip", b"PK", "the zip is damaged"),
        ("x.zip", b"PK\x05\x06" + b"\0" * 18, "none of the course's files"),
        ("x.zip", b"x" * 100, "the zip is damaged"),
        ("x.tar", b"\0" * 257 + b"ustar", "the tar is damaged"),
        ("x.tar", b"x" * 600, "the tar is damaged"),
        ("x.tar", b"", "the tar is damaged"),
        ("x.TAR.GZ", b"x" * 600, "the tar is damaged"),
        ("x.tar", b"PK\3\4", "the zip is damaged"),
        ("x.tgz", b"\x1f\x8b\x08", "the tar is damaged"),
        ("x.tgz", gzip.compress(b"x" * 600, mtime=0), "the tar is damaged"),
        ("x.tar.bz2", bz2.compress(tar_of_zeros()), "far more than it holds"),
        ("x.tar.xz", lzma.compress(tar_of_zeros()), "far more than it holds"),
        ("x.tar.gz", gzip.compress(tar_of_zeros(), mtime=0), "far more than it holds"),
    ],
)
def test_what_cannot_be_unpacked_is_one_line(
    tmp_path: Path, course: Course, name: str, content: bytes, says: str
) -> None:
    """It names the archive, what is wrong, and what to do."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SubmissionError, match=says) as caught:
        read_submission(tmp_path / name, course)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def pack_by_hand(
    name: bytes, packed: bytes, size: int, count: int, extra: bytes = b"", crc: int = 0
) -> bytes:
    """A zip whose list has one file many times, or with more than there is to say."""
    method = 8
    head = (20, 0, method, 0, 33, crc, len(packed), size, len(name))
    data = struct.pack("<4s5H3I2H", b"PK\3\4", *head, 0) + name + packed
    listed = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, *head, len(extra), 0, 0, 0, 0, 0)
    end = len(listed + name + extra) * count
    data += (listed + name + extra) * count
    return data + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, end, len(data) - end, 0)


def test_blocks_that_hold_nothing_are_read_as_nothing(tmp_path: Path, course: Course) -> None:
    """As many of them as a file may take, in each of many files."""
    path = tmp_path / "x.zip"
    path.write_bytes(pack_by_hand(b"activations.py", EMPTY_BLOCKS * 2**14 + b"\3\0", 1, 1))
    assert [f.content for f in read_submission(path, course).files] == [b""]


def deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


# Four deflate blocks, each with a table and no content; together they fill complete bytes.
EMPTY_BLOCKS = bytes.fromhex(
    "04c081000000000090ff6b100007020000000040feaf41001c080000000000f9bf060170200000000000e4ff1a"
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            pack_by_hand(b"activations.py", deflate(b"#" * 2**24) + bytes(2**17), 2**24, 2000),
            "two of its files are in the same place",
        ),
        (
            pack_by_hand(b"activations.py", deflate(b"#" * 2**24), 2**24, 1),
            "larger than",
        ),
        (pack_by_hand(b"activations.py", EMPTY_BLOCKS * 2**19, 1, 1), "larger than"),
        (
            pack_by_hand(b"activations.py", deflate(b"#"), 1, 500, bytes(65_532)),
            "the list of its files is too long",
        ),
    ],
    ids=["one file many times", "a giant", "empty blocks", "much about little"],
)
def test_archives_that_were_made_to_take_long_do_not(
    tmp_path: Path, course: Course, data: bytes, says: str
) -> None:
    """Each is refused before it takes the limit of processor time."""
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(SubmissionError, match=says):
        read_submission(tmp_path / "x.zip", course)


def read_twice(data: bytes, budget: Budget) -> None:
    for entry in list_archive(data, budget):
        with contextlib.suppress(UnreadableError):
            entry.read(1000)
        entry.read(50_000)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_what_is_unpacked_is_counted_together(tmp_path: Path, kind: str) -> None:
    """Also what is too large to be taken, and what it takes in the archive."""
    files = {f"{n}.py": os.urandom(40_000) for n in range(5)}
    data = CONTAINERS[kind](tmp_path / "x", files).read_bytes()
    budget = Budget(total=200_000)
    with pytest.raises(Spent, match="unpacks to too much"):
        read_twice(data, budget)
    share = Budget(total=300_000).share()
    assert share.bytes_left == 100_000
    share.take_bytes(100_000)
    with pytest.raises(Spent):
        share.take_bytes(1)


def test_a_giant_in_an_archive_costs_only_itself(tmp_path: Path, course: Course) -> None:
    """Whatever its header says."""
    files = {"activations.py": os.urandom(MAX_SOURCE + 1), "training.py": b"x = 1\n"}
    for kind in ("zip", "tar", "folder"):
        (tmp_path / kind).mkdir()
        path = CONTAINERS[kind](tmp_path / kind / "x", files)
        first, second = read_submission(path, course).files
        assert "activations.py cannot be read: it is larger than 1024 KiB" in first.error
        assert second.content == b"x = 1\n"


@pytest.mark.parametrize("kind", sample([(k, (k,)) for k in ("zip", "folder", "tar")], each=3))
def test_very_many_files_are_refused(tmp_path: Path, course: Course, kind: str) -> None:
    """Before any of them is read."""
    lots = {f"{n % 7}/{n}.txt": b"" for n in range(MAX_ENTRIES)}
    path = CONTAINERS[kind](tmp_path / "x", {**lots, "activations.py": b""})
    with pytest.raises(SubmissionError, match="too many files"):
        read_submission(path, course)


def as_item(path: Path) -> Item:
    return Item((path.name,), where=os.fsencode(path))


def test_archives_that_are_only_looked_into_have_one_budget(tmp_path: Path) -> None:
    """Those of a few students do not keep a class from being read."""
    budget = Budget(2**20, listed=1000)
    small = as_item(as_zip(tmp_path / "small", {"a.py": WORK, "b.py": WORK}))
    found = peek(small, budget)
    assert found is not None
    assert [item.path for item in found.items] == [("a.py",), ("b.py",)]
    assert peek(as_item(as_tar(tmp_path / "bytes", {"data.bin": bytes(2**20)})), budget) is None
    assert peek(as_item(as_tar(tmp_path / "tar", {"a.py": WORK})), budget) is None


@pytest.mark.parametrize("names", [1_001, 30_000])
def test_the_names_of_an_archive_are_counted_before_they_are_read(
    names: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both those of one archive, and those of the class."""
    long = as_item(as_zip(tmp_path / "long", {f"{number:050}": b"" for number in range(names)}))
    assert (peek(long, Budget(2**20, listed=30_000)) is None) == (names > 20_000)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert peek(long, Budget(2**20, listed=1_000)) is None


def test_links_in_archives_are_not_followed(tmp_path: Path, course: Course) -> None:
    """Nor is a locked file asked for its password."""
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for name, kind in (("activations.py", tarfile.SYMTYPE), ("losses.py", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        pipe = tarfile.TarInfo("forward.py")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
        archive.addfile(tarfile.TarInfo("training.py"))
    found = {f.name: f.error for f in read_submission(tmp_path / "x.tar", course).files}
    assert "symbolic link" in found["activations.py"]
    assert "symbolic link" in found["losses.py"]
    assert "not a regular file" in found["forward.py"]
    assert not found["training.py"]
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as zipped:
        link = zipfile.ZipInfo("activations.py")
        link.external_attr = 0o120777 << 16
        zipped.writestr(link, "/etc/passwd")
        zipped.writestr("training.py", "x = 1\n")
    data = bytearray((tmp_path / "y.zip").read_bytes())
    data[data.index(b"PK\1\2", data.index(b"PK\1\2") + 4) + 8] |= 1
    (tmp_path / "y.zip").write_bytes(data)
    with pytest.raises(SubmissionError, match=r"symbolic link.*encrypted"):
        read_submission(tmp_path / "y.zip", course)


@pytest.mark.parametrize(
    "content",
    [
        b'{"nbformat":4,"cells":[],"metadata":[NaN,' + b"[]," * 2**21 + b"0]}",
        b'{"nbformat":4,"cells":[],"metadata":[' + b"NaN," * 2**20 + b"0]}",
        b'{"nbformat":4,"cells":[],"x":NaN,"metadata":' + b"[" * 2**20 + b"]" * 2**20 + b"}",
        b'{"nbformat":4,"x":NaN,"y":"' + b'\\"' * 2**12,
        b'{"nbformat":4,"cells":[' + b'{"cell_type":""},' * 2**19 + b'{"cell_type":""}]}',
    ],
    ids=["many lists", "many NaN", "deep", "unfinished", "many cells"],
)
def test_notebooks_that_were_made_to_take_long_do_not(
    tmp_path: Path, course: Course, content: bytes
) -> None:
    """They are read, or refused in one line, and another file is graded all the same."""
    (tmp_path / "activations.ipynb").write_bytes(content)
    (tmp_path / "losses.py").write_bytes(b"x = 1\n")
    submission, reason, _ = read_or_explain(tmp_path, course, "x")
    assert reason == ""
    assert [f.name for f in submission.files] == ["activations.ipynb", "losses.py"]


def test_a_link_in_a_class_is_a_line_of_its_own(tmp_path: Path, course: Course) -> None:
    """One that leads to itself, to a folder, or to where one may not go."""
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "folder").symlink_to(course.stubs)
    (tmp_path / "nowhere.zip").symlink_to("/closed/p/x")
    for name in ("loop.py", "folder", "nowhere.zip"):
        submission, reason, _ = read_or_explain(tmp_path / name, course, "mallory")
        assert "it is a symbolic link, which is not followed" in reason
        assert submission.files == ()
    # A folder that is given by name is meant.
    assert read_submission(tmp_path / "folder", course).files
    os.mkfifo(tmp_path / "pipe.py")
    assert "not a regular file" in read_or_explain(tmp_path / "pipe.py", course, "m")[1]


@pytest.mark.parametrize(
    ("name", "stem"),
    [("ada.tar.gz", "ada"), ("ada.TGZ", "ada"), ("ada.py.txt", "ada"), ("a.b.zip", "a.b"),
     ("ada.txt", "ada.txt"), ("ada.ipynb", "ada")],
)  # fmt: skip
def test_the_same_student_has_the_same_name_in_every_container(name: str, stem: str) -> None:
    """Whatever the ending, it does not belong to the name."""
    assert without_endings(name) == stem


def test_it_is_read_the_same_where_processes_cannot_fork(
    tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process is started instead."""
    path = as_zip(tmp_path / "x", {"hw/activations (1).py": WORK, "hw/helper.py": b"x = 1\n"})
    forked = read_submission(path, course)
    monkeypatch.setattr("grader.sandbox.limited.can_fork", lambda: False)
    assert read_submission(path, course) == forked


def test_names_that_are_no_text_are_read(tmp_path: Path, course: Course) -> None:
    """A file system takes any bytes; what cannot be shown is not shown."""
    folder = os.path.join(os.fsencode(tmp_path), b"ada \xff")
    os.mkdir(folder)
    for name in (b"\xff\xfe.py", b"activations \xff (1).py", b"a\\..\\losses.py", b"..\\"):
        Path(os.fsdecode(os.path.join(folder, name))).write_bytes(WORK)
    submission = read_submission(Path(os.fsdecode(folder)), course)
    assert [f.name for f in submission.files] == ["activations.py", "losses.py"]
    assert all(note.isprintable() for note in submission.notes)
    assert submission.id == "ada"
