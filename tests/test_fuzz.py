"""What bytes of a student can do to the readers: give plain data, or the reader's own error.

By default a few hundred examples each. A long run::

    pytest tests/test_fuzz.py --hypothesis-profile=long

What such a run finds is kept as a file in ``tests/crashes``, and tried every time.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import resource
import socket
import struct
import tarfile
import tracemalloc
import warnings
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import example
from hypothesis import given as for_all
from hypothesis import strategies as st
from support import plain

from grader.errors import SubmissionError
from grader.sandbox.protocol.forms import FORMS, FORMS_BY_TAG
from grader.sandbox.protocol.frames import (
    MAX_FRAME,
    FrameError,
    Stream,
    StreamClosed,
    decode_message,
)
from grader.sandbox.protocol.messages import (
    MAX_LISTED,
    CallReplies,
    CallReply,
    Confined,
    LoadReplies,
    LoadReply,
)
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.record import Record, TupleRecord
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import DTYPES, Opaque
from grader.submissions.child.archive import list_archive
from grader.submissions.child.budget import MAX_LISTED as MAX_ENTRIES
from grader.submissions.child.budget import MAX_TOTAL, Budget
from grader.submissions.child.entries import Entry, UnreadableError
from grader.submissions.notebook import NotebookError, read_code_cells
from grader.testing.describing import describe
from grader.testing.expect import (
    CheckFailed,
    close,
    finite,
    gradient,
    has_shape,
)
from grader.testing.plain import equal
from grader.testing.results import entries, mapping, results, sequence

CRASHES = Path(__file__).parent / "crashes"
ENOUGH = 2 * 2**30  # bytes of address space that no reader needs beyond what is in use


def kept(kind: str) -> list[Path]:
    return sorted((CRASHES / kind).iterdir())


@pytest.fixture(autouse=True, scope="module")
def _limited_memory() -> Iterator[None]:
    """A reader that asks for gigabytes gets a MemoryError, which fails the test."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * 4096 + ENOUGH, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def error_of(kind: type[Exception], read: Callable[[], Any]) -> tuple[str, Any]:
    """Return the words of a reader's own error, or what it read; other errors come out."""
    try:
        return "", read()
    except kind as error:
        return str(error), None


# Damage

LIES = st.sampled_from([0] * 20 + [1, -1, 7, 255, 2**16, 2**31, 2**32 - 1])


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Bytes of which a few were overwritten, put in, taken out or cut off."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 5]))):
        place = draw(st.integers(0, len(data)))
        noise = draw(st.binary(max_size=3) | st.sampled_from([b"\xff", b"\x7f\xff\xff\xff", b"\0"]))
        match draw(st.sampled_from(["overwrite", "insert", "delete", "cut"])):
            case "overwrite":
                data[place : place + len(noise)] = noise
            case "insert":
                data[place:place] = noise
            case "delete":
                del data[place : place + len(noise)]
            case "cut":
                del data[place:]
    return bytes(data)


# MessagePack, written by hand so that it can lie about its lengths


def _sized(first: int, length: int, lie: int) -> bytes:
    """A header with a length of four bytes, which may be a lie."""
    return bytes([first]) + struct.pack(">I", (length + lie) % 2**32)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    body = draw(st.text(max_size=8).map(str.encode) | st.binary(max_size=8))
    return _sized(draw(st.sampled_from([0xDB, 0xC6])), len(body), draw(LIES)) + body


ATOMS = (
    st.integers(0, 0x7F).map(lambda n: bytes([n]))
    | st.integers(0xE0, 0xFF).map(lambda n: bytes([n]))
    | st.sampled_from([b"\xc0", b"\xc1", b"\xc2", b"\xc3", b"\x80", b"\x90", b"\xa0"])
    | st.floats().map(lambda x: b"\xcb" + struct.pack(">d", x))
    | st.floats(width=32).map(lambda x: b"\xca" + struct.pack(">f", x))
    | st.integers(0, 2**64 - 1).map(lambda n: b"\xcf" + struct.pack(">Q", n))
    | st.integers(-(2**63), 2**63 - 1).map(lambda n: b"\xd3" + struct.pack(">q", n))
    | texts()
)
SHAPES = st.lists(
    st.integers(-1, 4) | st.sampled_from([2**31, 2**62, 8_000_000]), max_size=3
) | st.integers(30, 70).map(lambda n: [1] * n)


def extension(code: int, body: bytes, lie: int) -> bytes:
    return _sized(0xC9, len(body), lie) + bytes([code % 256]) + body


@st.composite
def arrays(draw: st.DrawFn) -> bytes:
    """An array as it is sent: its dtype, shape and bytes may not fit."""
    dtype = draw(
        st.sampled_from([*sorted(DTYPES), "|O", "|V8", "<U2", "<M8[s]", ">f8", "f8,f8", "", "x"])
    )
    shape = draw(SHAPES)
    fitting = int(np.prod([abs(n) % 5 for n in shape], dtype=object)) * 8
    data = bytes(min(fitting, 4096) if draw(st.booleans()) else draw(st.integers(0, 40)))
    noise = draw(st.binary(max_size=min(len(data), 16)))
    body = msgspec.msgpack.encode([dtype, shape, noise + data[len(noise) :]])
    return extension(1, body, draw(LIES))


@st.composite
def containers(draw: st.DrawFn, inner: st.SearchStrategy[bytes]) -> bytes:
    parts = draw(st.lists(inner, max_size=5))
    lie = draw(LIES)
    match draw(st.sampled_from(["list", "map", "tuple", "extension"])):
        case "list":
            return _sized(0xDD, len(parts), lie) + b"".join(parts)
        case "map":
            pairs = [draw(ATOMS) + part for part in parts]
            return _sized(0xDF, len(pairs), lie) + b"".join(pairs)
        case "tuple":
            return extension(2, _sized(0xDD, len(parts), 0) + b"".join(parts), lie)
    tag = draw(st.integers(-2, max(FORMS_BY_TAG) + 1))
    if draw(st.booleans()):
        parts = [_sized(0xDD, len(parts), 0), *parts]
    return extension(tag, b"".join(parts), lie)


VALUES = st.recursive(ATOMS | arrays(), containers, max_leaves=25)
PLAIN_TYPES = {
    *(type(None), bool, int, float, str, bytes, list, tuple, dict, np.ndarray, Opaque, Record),
    *(kind for kind in FORMS if isinstance(kind, type)),
    *(TupleRecord, ZoneInfo),
}


def assert_plain(value: Any) -> None:
    """Only plain data, all the way down."""
    assert type(value) in PLAIN_TYPES
    if isinstance(value, Record):
        assert isinstance(value.type_name, str)
        assert_plain(dict(value.fields))
        return
    if isinstance(value, set | frozenset | deque):
        assert_plain(list(value))
    if isinstance(value, np.ndarray):
        assert value.dtype.str in DTYPES
        assert value.ndim <= 32
    if isinstance(value, list | tuple):
        for item in value:
            assert_plain(item)
    if isinstance(value, dict):
        for key, item in value.items():
            assert_plain(key)
            assert_plain(item)


def read_value(data: bytes) -> Any:
    error, value = error_of(FrameError, lambda: unpack(data))
    assert error.isprintable()
    assert_plain(value)
    return value


EXPECTATIONS: list[Callable[[Any], object]] = [
    lambda value: close(value, 1.0, "x"),
    lambda value: close(value, np.ones((2, 3)), "x", shape="values"),
    lambda value: gradient(value, np.ones((2, 3)), "x"),
    lambda value: equal(value, 1, "x"),
    lambda value: sequence(value, 2, "x"),
    lambda value: results(value, "loss", "grad"),
    lambda value: entries(value, ("a", "b"), "x"),
    lambda value: mapping(value, ("a", "b"), "x"),
    lambda value: has_shape(value, (2, 3), "x"),
    lambda value: finite(value, "x"),
    describe,
]


@for_all(damaged(VALUES))
@example(b"\xd6\xff\0\0\0\0")  # MessagePack's own extension for times
@example(extension(3, b"-0x1", 0))
def test_a_value_is_plain_or_a_frame_error_and_can_be_judged(data: bytes) -> None:
    """Whatever a worker returns, the expectations judge it or fail the check."""
    judge_all(read_value(data))


@for_all(damaged(plain.VALUES.map(pack)))
def test_damaged_plain_data_is_plain_or_a_frame_error_and_can_be_judged(data: bytes) -> None:
    """Of every type that has a form."""
    judge_all(read_value(data))


def judge_all(value: Any) -> None:
    with np.errstate(all="ignore"):
        for judge in EXPECTATIONS:
            try:
                judge(value)
            except CheckFailed:
                continue


@pytest.mark.parametrize("path", kept("wire"), ids=lambda path: path.stem)
def test_values_that_once_did_harm_are_plain_or_a_frame_error(path: Path) -> None:
    """What was found is not forgotten."""
    read_value(path.read_bytes())


# Replies

FIELDS = "state value size modified printed warned error defined notes type text line code".split()
WORDS = ["loaded", "failed", "returned", "raised", "missing", "too_large", "unavailable", "cell"]


def fixed_text(text: str) -> bytes:
    return bytes([0xA0 | len(text)]) + text.encode()


@st.composite
def mappings(draw: st.DrawFn, inner: st.SearchStrategy[bytes]) -> bytes:
    keys = draw(st.lists(st.sampled_from(FIELDS).map(fixed_text) | ATOMS, max_size=6))
    body = b"".join(key + draw(inner) for key in keys)
    return _sized(0xDF, len(keys), draw(LIES)) + body


SAID = st.sampled_from(WORDS).map(fixed_text) | ATOMS
SMALL = st.recursive(
    SAID | arrays(), lambda inner: containers(inner) | mappings(inner), max_leaves=6
)
REPLIES = mappings(SMALL)
NAMES_OF_REPLIES = st.sampled_from(["CallReply", "LoadReply", "Confined", "Call", ""])


@st.composite
def tagged(draw: st.DrawFn) -> bytes:
    """A reply that begins with the name of a type, and perhaps has all that it needs."""
    fields = [(fixed_text("type"), fixed_text(draw(NAMES_OF_REPLIES)))]
    if draw(st.booleans()):
        fields.append((fixed_text("state"), draw(SAID)))
    keys = draw(st.lists(st.sampled_from(FIELDS).map(fixed_text), max_size=4))
    fields += [(key, draw(SMALL)) for key in keys]
    return _sized(0xDF, len(fields), draw(LIES)) + b"".join(key + value for key, value in fields)


@st.composite
def groups(draw: st.DrawFn) -> bytes:
    """What answers a frame of requests: a list of replies, or something else."""
    parts = draw(st.lists(tagged() | REPLIES, max_size=4))
    return draw(st.just(_sized(0xDD, len(parts), draw(LIES)) + b"".join(parts)) | REPLIES)


KINDS = {CallReplies: list[CallReply], LoadReplies: list[LoadReply], Confined: Confined}


def receive(payload: bytes, form: Any) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        theirs.send(payload)
        theirs.shutdown(socket.SHUT_WR)
        with contextlib.suppress(FrameError, StreamClosed):
            received = Stream(ours.fileno(), ours.fileno()).receive_message(form, 5)
            assert msgspec.convert(received, KINDS[form]) == received
            assert not isinstance(received, list) or len(received) <= MAX_LISTED


@st.composite
def framed(draw: st.DrawFn, body: st.SearchStrategy[bytes]) -> bytes:
    payload = draw(body)
    return struct.pack("<I", (len(payload) + draw(LIES)) % 2**32) + payload


def framed_by_hand(message: object) -> bytes:
    payload = msgspec.msgpack.encode(message)
    return struct.pack("<I", len(payload)) + payload


@for_all(damaged(framed(groups())), st.sampled_from(list(KINDS)))
@example(framed_by_hand([CallReply("returned", b"\xc0")]), CallReplies)
@example(framed_by_hand([LoadReply("loaded", ["f"])]), LoadReplies)
@example(framed_by_hand(Confined()), Confined)
def test_a_reply_has_its_form_or_is_a_frame_error(payload: bytes, form: Any) -> None:
    """Nothing a worker sends is taken for what it is not."""
    receive(payload, form)


FULL = MAX_FRAME - 64
BOMBS = {
    "lists": _sized(0xDD, FULL, 0) + b"\x90" * FULL,
    "dicts": _sized(0xDD, FULL, 0) + b"\x80" * FULL,
    "floats": _sized(0xDD, FULL // 9, 0) + (b"\xcb" + bytes(8)) * (FULL // 9),
    "tuples": _sized(0xDD, FULL // 3, 0) + b"\xd4\x02\x90" * (FULL // 3),
    "deep": b"\x91" * FULL,
    "deep_maps": b"\x81\x01" * (FULL // 2),
    "shapes": extension(1, b"\x93\xa2f8" + _sized(0xDD, FULL // 2, 0) + b"\x01" * (FULL // 2), 0),
    "integer": extension(3, b"f" * FULL, 0),
    "opaque": extension(4, b"\x92" + _sized(0xDB, FULL - 10, 0) + b"x" * (FULL - 10) + b"\xa0", 0),
    "rows": extension(1, b"\x93\xa3|b1\x92\xce\x00\x40\x00\x00\x00\xc4\x00", 0),
    "text": _sized(0xDB, FULL, 0) + b"x" * FULL,
}


@pytest.mark.parametrize("name", BOMBS)
def test_the_largest_frames_take_little_memory(name: str) -> None:
    """Sixteen times what was sent is the most that any value costs to read."""
    tracemalloc.start()
    try:
        read_value(BOMBS[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * MAX_FRAME


@pytest.mark.parametrize("field", ["modified", "warned", "notes", "defined", "other"])
@pytest.mark.parametrize("item", [b"\xa0", b"\x90", b"\x80", b"\x01", b"\xa1x"])
def test_the_largest_replies_take_little_memory(field: str, item: bytes) -> None:
    """A list in a reply is refused before it is built."""
    count = FULL // len(item) - 64
    payloads = []
    for form, name, state in (
        (CallReplies, "CallReply", "returned"),
        (LoadReplies, "LoadReply", "loaded"),
    ):
        body = b"\x91\x83" + fixed_text("type") + fixed_text(name)
        body += fixed_text("state") + fixed_text(state) + fixed_text(field)
        payloads.append((form, body + _sized(0xDD, count, 0) + item * count))
    tracemalloc.start()
    try:
        for form, payload in payloads:
            with contextlib.suppress(FrameError):
                decode_message(payload, form)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_FRAME


# Notebooks

NAMES = [
    "cells", "source", "cell_type", "metadata", "outputs", "nbformat", "nbformat_minor", "input",
    "worksheets", "language", "id", "orig_nbformat", "collapsed", "prompt_number", "level", "code",
    "text", "attachments", "execution_count", "output_type", "png", "name", "heading", "html",
]  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 6)
    | st.integers()
    | st.floats()
    | st.sampled_from([*NAMES, "markdown", "stream", "pyout", "pyerr", "display_data", "\ud800"])
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=20,
)


def notebook(version: int, cells: Any) -> dict[str, Any]:
    head: dict[str, Any] = {"nbformat": version, "nbformat_minor": 0, "metadata": {}}
    return head | ({"cells": cells} if version != 3 else {"worksheets": [{"cells": cells}]})


@st.composite
def notebooks(draw: st.DrawFn) -> bytes:
    """A notebook of some version with cells that nearly are some."""
    cell = st.fixed_dictionaries(
        {"cell_type": st.sampled_from(["code", "markdown", "heading", "html", 1]),
         "source": st.text(max_size=9) | st.lists(st.text(max_size=5), max_size=3) | JSON},
        optional={name: JSON for name in NAMES if name not in ("cell_type", "source")},
    )  # fmt: skip
    whole = notebook(draw(st.integers(0, 5)), draw(st.lists(cell, max_size=3) | JSON))
    whole |= draw(st.just({}) | st.dictionaries(st.sampled_from(NAMES), JSON, max_size=2))
    return json.dumps(draw(st.just(whole) | JSON)).encode()


def read_notebook(content: bytes) -> None:
    error, cells = error_of(NotebookError, lambda: read_code_cells(content))
    assert error.isprintable()
    for cell in cells or ():
        assert type(cell) is str
        cell.encode()


@for_all(damaged(notebooks()))
def test_a_notebook_is_cells_or_a_notebook_error(content: bytes) -> None:
    """Whatever the file holds."""
    read_notebook(content)


@pytest.mark.slow
@pytest.mark.parametrize("first", ["1", "NaN"])  # which msgspec reads, or only Python
@pytest.mark.parametrize("cell", ["{}", "[]", "1", '{"cell_type":"code","source":""}'])
def test_a_notebook_of_very_many_cells_takes_little_memory(cell: str, first: str) -> None:
    """What is not needed is not built, or freed at once."""
    cells = ",".join([cell] * (2**21 // len(cell)))
    content = f'{{"x":{first},"nbformat":4,"cells":[{cells}]}}'.encode()
    tracemalloc.start()
    try:
        with pytest.raises(NotebookError):
            read_code_cells(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * len(content)


@pytest.mark.parametrize("path", kept("notebook"), ids=lambda path: path.stem)
def test_notebooks_that_once_did_harm_are_cells_or_a_notebook_error(path: Path) -> None:
    """What was found is not forgotten."""
    read_notebook(path.read_bytes())


# Archives

LIMIT = 4096
PATHS = st.sampled_from(
    ["activations.py", "a/activations.py", "../activations.py", "/training.ipynb", "x.py", "a/",
     "activations.py/", "a\\activations.py", "c:activations.py", "activations.py\0.txt", "",
     "__MACOSX/activations.py", "ACTIVATIONS.PY", "e\u0301/training.ipynb"]
)  # fmt: skip


@st.composite
def zips(draw: st.DrawFn) -> bytes:
    """A zip with some entries, some of which are no regular files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that are there twice
        for path in draw(st.lists(PATHS, max_size=4)):
            info = zipfile.ZipInfo(path)
            info.external_attr = draw(st.sampled_from([0, 0o100644, 0o120777, 0o060000])) << 16
            info.compress_type = draw(st.sampled_from([0, 8, 8, 12, 14]))
            info.extra = draw(st.sampled_from([b"", b"\x01\0\x08\0" + b"\xff" * 8, b"ab"]))
            archive.writestr(info, draw(st.sampled_from([0, 1, 100, 5000, 200_000])) * b"#\n")
        archive.comment = draw(st.binary(max_size=6))
    return buffer.getvalue()


@st.composite
def forged_zips(draw: st.DrawFn) -> bytes:
    """A zip some of whose header fields were overwritten, wherever a header begins."""
    data = bytearray(draw(zips()))
    headers = [m.start() for m in re.finditer(rb"PK(\x01\x02|\x03\x04|\x05\x06)", bytes(data))]
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.sampled_from(headers)) + draw(st.integers(4, 45))
        noise = draw(st.sampled_from([b"\xff", b"\0", b"\xff\xff\xff\xff", b"\x01", b"\x80\0"]))
        if place + len(noise) <= len(data):
            data[place : place + len(noise)] = noise
    return bytes(data)


def read_archive(data: bytes) -> None:
    budget = Budget()
    error, found = error_of(SubmissionError, lambda: list_archive(data, budget))
    assert "\n" not in error
    for entry in found or ():
        assert entry.path
        assert not {"", ".", ".."} & set(entry.path)
        error, content = error_of(UnreadableError, partial(read_entry, entry))
        assert len(content or b"") <= LIMIT
        assert bool(error) != (content is not None)
    assert budget.bytes_left <= MAX_TOTAL


def read_entry(entry: Entry) -> bytes:
    return entry.read(LIMIT)


@for_all(damaged(forged_zips()))
def test_a_zip_is_entries_or_a_submission_error(data: bytes) -> None:
    """Whatever its headers say."""
    read_archive(data)


@st.composite
def tars(draw: st.DrawFn) -> bytes:
    """A tar with some files, links and devices, packed or not."""
    buffer = io.BytesIO()
    mode = draw(st.sampled_from(["w", "w:gz", "w:bz2", "w:xz"]))
    kinds = [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
    form = draw(st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:
        for path in draw(st.lists(PATHS, max_size=4)):
            info = tarfile.TarInfo(path.replace("\0", ""))
            info.type = draw(st.sampled_from([tarfile.REGTYPE, *kinds]))
            info.linkname = draw(st.sampled_from(["", "activations.py", "/etc/passwd"]))
            content = draw(st.sampled_from([0, 1, 100, 5000])) * b"#\n"
            info.size = len(content) if info.type == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(content) if info.size else None)
    return buffer.getvalue()


@for_all(damaged(tars()))
def test_a_tar_is_entries_or_a_submission_error(data: bytes) -> None:
    """Whatever its headers say, packed in whatever way."""
    read_archive(data)


@pytest.mark.parametrize("path", kept("zip"), ids=lambda path: path.stem)
def test_zips_that_once_did_harm_are_entries_or_a_submission_error(path: Path) -> None:
    """What was found is not forgotten."""
    read_archive(path.read_bytes())


def test_a_zip_of_very_many_entries_takes_little_memory() -> None:
    """They are counted before they are read."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, *[0] * 15)
    count = MAX_ENTRIES + 1
    size = count * len(entry)
    end = b"PK\6\6" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, count, count, size, 0)
    end += b"PK\6\7" + struct.pack("<LQL", 0, size, 1)
    end += b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    data = entry * count + end
    tracemalloc.start()
    try:
        with pytest.raises(SubmissionError, match="too many files"):
            list_archive(data, Budget())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * len(data)
