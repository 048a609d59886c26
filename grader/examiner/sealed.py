"""A table of known mistakes that shows nothing to a reader who does not have their answers.

A kit has no misconceptions. In their place it has, for each exercise, this table, which
`grader.examiner.rehearsal` writes. A *path* begins at a public root for a check and one of its
results. Each call leads from one place to the next: the place and the digest of the answer
together give a key, by which a row is found and the secret of the next place is opened. At the end
of a path, the secret opens a list of misconceptions and the keys of their records.

Steps from a right answer to a wrong one cost a call of scrypt, so that guessing is slow. Sealing is
a stream of HMAC-SHA256 in counter mode with an HMAC over the result. Every key seals one text.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.sanitize import clean

NAME = "mistakes.json"
# Of scrypt, about 0.3 ms and 128 KiB; a right answer is in no need of it.
_COST = 2**7
# Of a second hint, which is opened once.
_HINT_COST = 2**13
_TAG, _SECRET, _MAC = 8, 16, 16
_ROW = _TAG + _SECRET + 1
_LENGTH = 4
# What is sealed is as long as a multiple of this, so that lengths tell little.
_BLOCK = 64
# Of words: a table may have been changed by anyone who had the kit.
_LONGEST = 5_000

_T = TypeVar("_T")


class Record(msgspec.Struct, array_like=True, frozen=True):
    """The words of a misconception."""

    id: str
    what: str
    hint: str


class Suspect(msgspec.Struct, array_like=True, frozen=True):
    """A misconception or two together, at a place where they gave these answers.

    Parameters
    ----------
    number : int
        The place in the catalogue of the exercise; those of two come after it.
    records : tuple of (int, bytes)
        Where the record of each is, and what opens it.
    wrong : int
        In how many results it is wrong.
    failed : tuple of str
        The ids of all checks that it fails, without those of its function.
    """

    number: int
    records: tuple[tuple[int, bytes], ...]
    wrong: int
    failed: tuple[str, ...]


class Place(msgspec.Struct, frozen=True):
    """A place on a path: its secret, and whether all answers up to it are right."""

    secret: bytes
    is_right: bool


class Table(msgspec.Struct, forbid_unknown_fields=True):
    """The content of ``mistakes.json``.

    Parameters
    ----------
    salt : bytes
        Makes keys of different courses different.
    rows : bytes
        All steps: a tag, and the sealed secret of the next place.
    suspects, records, second_hints : list of bytes
        Sealed; each begins with a tag where it is looked up by one.
    sha256 : bytes
        Of everything else.
    """

    salt: bytes
    rows: bytes
    suspects: list[bytes]
    records: list[bytes]
    second_hints: list[bytes]
    sha256: bytes = b""

    def digest(self) -> bytes:
        """Return the digest of everything else."""
        rest = msgspec.structs.replace(self, sha256=b"")
        return hashlib.sha256(msgspec.json.encode(rest)).digest()


class DamagedTable(Exception):
    """A table cannot be used; the message says why."""


def parse_table(content: bytes) -> Table:
    """Return the table in a file, or raise `DamagedTable`."""
    try:
        table = msgspec.json.decode(content, type=Table)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DamagedTable(str(error)) from error
    if table.sha256 != table.digest():
        raise DamagedTable("it was changed")
    return table


class KnownMistakes:
    """What can be looked up in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def load(cls, suites: Path, exercise: str) -> KnownMistakes | None:
        """Read the table of an exercise, or return None where the course has none.

        Raises
        ------
        DamagedTable
            If it cannot be read, or is not as it was written.
        """
        path = suites / exercise / NAME
        if not path.is_file():
            return None
        try:
            return cls(parse_table(path.read_bytes()))
        except (OSError, DamagedTable) as error:
            raise DamagedTable(f"suites/{exercise}/{NAME} cannot be read: {error}") from error

    def root(self, check: str, result: str) -> Place:
        """Return where the path of a result of a check begins."""
        return begin(self._table.salt, check, result)

    def step(self, place: Place, asked: Sequence[bytes], answered: Sequence[bytes]) -> Place | None:
        """Return the place that one more call leads to, or None where nothing is known.

        Parameters
        ----------
        asked, answered : sequence of bytes
            The digests of the call and of the answer, on each grid.
        """
        for slow in (False, True) if place.is_right else (False,):
            for grid, digests in enumerate(zip(asked, answered, strict=True)):
                key = step_key(self._table.salt, place, grid, digests, slow=slow)
                sealed = self._rows.get(key[:_TAG])
                if sealed is not None:
                    opened = _mix(sealed, key[_TAG:])
                    return Place(opened[:_SECRET], opened[_SECRET:] == b"\1")
        return None

    def suspects(self, place: Place) -> list[Suspect]:
        """Return the misconceptions that are known at a place."""
        return self._open(self._suspects, place.secret, list[Suspect]) or []

    def read(self, suspect: Suspect) -> list[Record]:
        """Return the words of the misconceptions."""
        sealed = self._table.records
        found = [
            _decode(unseal(sealed[number], key), Record)
            for number, key in suspect.records
            if 0 <= number < len(sealed)
        ]
        return [
            Record(*(clean(words, _LONGEST) for words in (record.id, record.what, record.hint)))
            for record in found
            if record is not None
        ]

    def second_hint(self, function: str, misconception: str, shown: str) -> str | None:
        """Return a second hint, or None where there is none that can be opened.

        Parameters
        ----------
        function, misconception : str
            Whose hint it is.
        shown : str
            The hint of the report, which begins with the first hint of that misconception.
        """
        tag = _hint_tag(self._table.salt, function, misconception)
        for sealed in self._table.second_hints:
            if sealed[:_TAG] == tag:
                size = int.from_bytes(sealed[_TAG : _TAG + 2], "little")
                key = _hint_key(tag, shown.encode()[:size])
                hint = _decode(unseal(sealed[_TAG + 2 :], key), str)
                return hint if hint is None else clean(hint, _LONGEST)
        return None

    @cached_property
    def _rows(self) -> dict[bytes, bytes]:
        rows = self._table.rows
        return {
            rows[at : at + _TAG]: rows[at + _TAG : at + _ROW] for at in range(0, len(rows), _ROW)
        }

    @cached_property
    def _suspects(self) -> dict[bytes, bytes]:
        return {sealed[:_TAG]: sealed[_TAG:] for sealed in self._table.suspects}

    def _open(self, found: dict[bytes, bytes], secret: bytes, form: type[_T]) -> _T | None:
        sealed = found.get(_derive(secret, b"tag")[:_TAG])
        return _decode(unseal(sealed, secret), form) if sealed is not None else None


_Edge = tuple[Place, int, tuple[bytes, bytes], bool]


class TableWriter:
    """Writes a table.

    Parameters
    ----------
    salt : bytes
        As of `Table`; public.
    master : bytes
        All secrets are derived from it, so that equal courses have equal tables. Readers of the
        table must not know it.
    """

    def __init__(self, salt: bytes, master: bytes) -> None:
        self._salt = salt
        self._master = master
        self._next: dict[_Edge, Place] = {}
        self._suspects: dict[bytes, list[Suspect]] = {}
        self._records: list[bytes] = []
        self._numbers: dict[bytes, int] = {}
        self._second_hints: dict[bytes, bytes] = {}

    def root(self, check: str, result: str) -> Place:
        """Return where the path of a result of a check begins."""
        return begin(self._salt, check, result)

    def step(
        self, place: Place, asked: Sequence[bytes], answered: Sequence[bytes], *, is_right: bool
    ) -> Place:
        """Return the place that one more call leads to, which is one with every equal answer."""
        slow = place.is_right and not is_right
        edges = [
            (place, grid, digests, slow)
            for grid, digests in enumerate(zip(asked, answered, strict=True))
        ]
        known = next((self._next[edge] for edge in edges if edge in self._next), None)
        if known is None:
            secret = _derive(self._master, b"".join([place.secret, *edges[0][2]]))[:_SECRET]
            known = Place(secret, is_right)
        for edge in edges:
            self._next.setdefault(edge, known)
        return known

    def add_suspect(self, place: Place, suspect: Suspect) -> None:
        """Note that a misconception leads to a place."""
        found = self._suspects.setdefault(place.secret, [])
        if suspect not in found:
            found.append(suspect)

    def add_record(self, function: str, record: Record, second_hint: str) -> tuple[int, bytes]:
        """Add the words of a misconception once; return its number and what opens it."""
        key = _derive(self._master, f"record {function} {record.id}".encode())[:_SECRET]
        if key in self._numbers:
            return self._numbers[key], key
        self._numbers[key] = len(self._records)
        self._records.append(seal(msgspec.msgpack.encode(record), key))
        if record.hint and second_hint:
            tag = _hint_tag(self._salt, function, record.id)
            first = clean(record.hint, _LONGEST).encode()  # as it is shown
            sealed = seal(msgspec.msgpack.encode(second_hint), _hint_key(tag, first))
            self._second_hints[tag] = len(first).to_bytes(2, "little") + sealed
        return self._numbers[key], key

    def _write_row(self, edge: _Edge) -> bytes:
        place, grid, digests, slow = edge
        key = step_key(self._salt, place, grid, digests, slow=slow)
        known = self._next[edge]
        payload = known.secret + (b"\1" if known.is_right else b"\0")
        return key[:_TAG] + _mix(payload, key[_TAG:])

    def finish(self) -> str:
        """Return the table as the text of a file."""
        with ThreadPoolExecutor() as pool:  # scrypt runs beside other threads
            rows = sorted(pool.map(self._write_row, self._next))
        table = Table(
            salt=self._salt,
            rows=b"".join(rows),
            suspects=sorted(
                _derive(secret, b"tag")[:_TAG] + seal(msgspec.msgpack.encode(found), secret)
                for secret, found in self._suspects.items()
            ),
            records=self._records,
            second_hints=sorted(tag + sealed for tag, sealed in self._second_hints.items()),
        )
        table.sha256 = table.digest()
        return msgspec.json.encode(table).decode() + "\n"


def begin(salt: bytes, check: str, result: str) -> Place:
    """Return where the path of a result of a check begins, which is public."""
    return Place(_derive(salt, f"{check} {result}".encode())[:_SECRET], is_right=True)


def step_key(
    salt: bytes, place: Place, grid: int, digests: Iterable[bytes], *, slow: bool
) -> bytes:
    """Return the tag of a row and the key of what is in it, as one."""
    key = _derive(place.secret, b"".join([bytes([grid]), *digests]))
    return hashlib.scrypt(key, salt=salt, n=_COST, r=8, p=1, dklen=32) if slow else key


def seal(content: bytes, key: bytes) -> bytes:
    """Return bytes that only the key opens."""
    content = len(content).to_bytes(_LENGTH, "little") + content
    padded = content + bytes(-len(content) % _BLOCK)
    sealed = _mix(padded, b"".join(_stream(key, len(padded))))
    return hmac.digest(_derive(key, b"mac"), sealed, "sha256")[:_MAC] + sealed


def unseal(sealed: bytes, key: bytes) -> bytes | None:
    """Return what `seal` was given, or None with another key."""
    mac, content = sealed[:_MAC], sealed[_MAC:]
    if not hmac.compare_digest(mac, hmac.digest(_derive(key, b"mac"), content, "sha256")[:_MAC]):
        return None
    opened = _mix(content, b"".join(_stream(key, len(content))))
    return opened[_LENGTH : _LENGTH + int.from_bytes(opened[:_LENGTH], "little")]


def _decode(content: bytes | None, form: type[_T]) -> _T | None:
    try:
        return None if content is None else msgspec.msgpack.decode(content, type=form)
    except msgspec.MsgspecError:
        return None


def _stream(key: bytes, size: int) -> Iterator[bytes]:
    for number in range(0, size, 32):
        yield _derive(key, b"stream" + number.to_bytes(8, "little"))


def _mix(content: bytes, stream: bytes) -> bytes:
    size = len(content)
    mixed = int.from_bytes(content, "little") ^ int.from_bytes(stream[:size], "little")
    return mixed.to_bytes(size, "little")


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose, "sha256")


def _hint_tag(salt: bytes, function: str, misconception: str) -> bytes:
    return _derive(salt, f"second hint {function} {misconception}".encode())[:_TAG]


def _hint_key(tag: bytes, first_hint: bytes) -> bytes:
    return hashlib.scrypt(first_hint, salt=tag, n=_HINT_COST, r=8, p=1, dklen=32)
