"""What a worker sends costs no more than its bytes: colliding keys, huge numbers, long ranges."""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from grader.sandbox.protocol import keys
from grader.sandbox.protocol.forms import FORMS_BY_TAG
from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.inspection import MAX_ITEMS, Tag
from grader.sandbox.protocol.keys import MAX_COMPARED, MAX_EQUAL_HASHES, Comparisons
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Opaque

P = sys.hash_info.modulus


def same_hash(count: int) -> list[int]:
    """Integers that hash alike."""
    return [7 + P * n for n in range(count)]


MAKERS: dict[str, Callable[[int], Any]] = {
    "integers": lambda n: n,
    "fractions": Fraction,
    "decimals": Decimal,
    "tuples": lambda n: (1, (n, "a")),
    "frozen sets": lambda n: frozenset([n]),
    "records": lambda n: Record("Point", x=n),
}
CONTAINERS: dict[str, Callable[[list[Any]], Any]] = {
    "set": set,
    "frozenset": frozenset,
    "dict": dict.fromkeys,
    "Counter": lambda items: Counter(dict.fromkeys(items, 1)),
    "OrderedDict": OrderedDict.fromkeys,
    "defaultdict": lambda items: defaultdict(int, dict.fromkeys(items)),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("maker", MAKERS)
def test_keys_that_collide_are_refused_before_they_are_keys(maker: str, container: str) -> None:
    """In every container, whatever has the equal hashes."""
    items = [MAKERS[maker](number) for number in same_hash(MAX_EQUAL_HASHES + 1)]
    assert len(set(map(hash, items))) == 1
    with pytest.raises(FrameError, match="made to collide"):
        unpack(pack(CONTAINERS[container](items)))
    few = CONTAINERS[container](items[:20])
    assert unpack(pack(few)) == few


def test_collisions_within_collisions_are_counted() -> None:
    """Comparing sets of sets would cost the product of their sizes."""
    numbers = same_hash(60)
    items = [frozenset(numbers[:n] + numbers[n + 1 :]) for n in range(60)]
    assert len(set(map(hash, items))) == 1
    packed = pack(frozenset(items))
    assert len(packed) < 100_000
    with pytest.raises(FrameError, match="made to collide"):
        unpack(packed)


def test_many_small_containers_share_one_count() -> None:
    """Each has few collisions, all together have too many."""
    one = frozenset(same_hash(90))
    most = MAX_COMPARED // (90 * 90 // 2)
    assert unpack(pack([one] * (most - 1))) == [one] * (most - 1)
    with pytest.raises(FrameError, match="made to collide"):
        unpack(pack([one] * (most + 2)))


@pytest.mark.parametrize(
    "items",
    [
        {2**n for n in range(3000)},
        {2.0**n for n in range(-1000, 1000)},
        {(x, y, z) for x in range(-9, 9) for y in range(-9, 9) for z in range(-9, 9)},
        {Fraction(1, 2**n) for n in range(1000)},
        {Decimal(n) / 8 for n in range(-3000, 3000)},
        set(range(-20_000, 20_000)),
        {frozenset((a, b)) for a in range(60) for b in range(60)},
    ],
    ids=["powers", "floats", "grid", "halves", "decimals", "integers", "edges"],
)
def test_honest_keys_are_accepted(items: set[Any]) -> None:
    """Powers of two, and pairs with -1 and -2, have some equal hashes."""
    assert unpack(pack(items)) == items


def test_counting_looks_at_each_key_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that do not collide are hashed and not weighed."""
    weighed = []
    weigh = keys._weigh
    monkeypatch.setattr(keys, "_weigh", lambda key: weighed.append(key) or weigh(key))
    Comparisons().count([(n, str(n)) for n in range(20_000)])
    assert not weighed
    with pytest.raises(ValueError, match="collide"):
        Comparisons().count([(n,) for n in same_hash(20_000)])
    assert not weighed


def forge(tag: int, body: Any) -> bytes:
    """A value as a worker can send it that was taken over."""
    return msgspec.msgpack.encode(msgspec.msgpack.Ext(tag, msgspec.msgpack.encode(body)))


HOSTILE = [
    (Tag.DECIMAL, "1E999999999"),
    (Tag.DECIMAL, "1E-999999999"),
    (Tag.DECIMAL, "0E9999"),
    (Tag.DECIMAL, "1" * 5_000),
    (Tag.DECIMAL, "1_0"),
    (Tag.DECIMAL, "١"),  # noqa: RUF001 - a digit of another script
    (Tag.DECIMAL, "x"),
    (Tag.DECIMAL, 5),
    (Tag.FRACTION, [1, 0]),
    (Tag.FRACTION, [1, -2]),
    (Tag.FRACTION, [2, 4]),
    (Tag.FRACTION, [1.5, 2]),
    (Tag.FRACTION, [True, 2]),
    (Tag.FRACTION, [1]),
    (Tag.COMPLEX, [1, 2.0]),
    (Tag.BYTEARRAY, 2**40),
    (Tag.BYTEARRAY, [1, 2]),
    (Tag.TEXT, "a"),
    (Tag.TEXT, b"\xff"),
    (Tag.SET, [[1]]),
    (Tag.SET, "ab"),
    (Tag.FROZENSET, [{"a": 1}]),
    (Tag.DICT, [1]),
    (Tag.DICT, [[], 1]),
    (Tag.COUNTER, [1, 2, 3]),
    (Tag.DEFAULTS, ["eval", 1, 2]),
    (Tag.DEFAULTS, ["os.system"]),
    (Tag.DEFAULTS, [None]),
    (Tag.DEFAULTS, []),
    (Tag.DEQUE, [1, 2, 3]),
    (Tag.DEQUE, [-1]),
    (Tag.DEQUE, [2**64 - 1, 1]),
    (Tag.DEQUE, []),
    (Tag.DATE, [2020, 2, 30]),
    (Tag.DATE, [10**6, 1, 1]),
    (Tag.DATE, [2020, 1]),
    (Tag.DATETIME, [2020, 1, 1, 25, 0, 0, 0, 0, None]),
    (Tag.DATETIME, [2020, 1, 1, 1, 0, 0, 0, 2, None]),
    (Tag.DATETIME, [2020, 1, 1]),
    (Tag.TIME, [1, 2, 3, 4, 0, "../../etc/passwd"]),
    (Tag.TIME, [1, 2, 3, 4, 0, "/etc/passwd"]),
    (Tag.TIME, [1, 2, 3, 4, 0, "tzdata.zi"]),
    (Tag.TIME, [1, 2, 3, 4, 0, [2, 0, 0]]),
    (Tag.TIME, []),
    (Tag.TIMEZONE, []),
    (Tag.TIMEZONE, [5]),
    (Tag.TIMEDELTA, [10**12, 0, 0]),
    (Tag.TIMEDELTA, [1.5, 0, 0]),
    (Tag.RANGE, [0, 1, 0]),
    (Tag.RANGE, [0, 1]),
    (Tag.RANGE, [0, 1.5, 1]),
    (Tag.SLICE, [0, "a", 1]),
    *((tag, body) for tag in (Tag.TABLE, Tag.FIGURE) for body in ([], [1], "a", b"a", [None] * 9)),
    (Tag.RECORD, []),
    (Tag.RECORD, ["dataclass"]),
    (Tag.RECORD, ["class", "A"]),
    (Tag.RECORD, [["dataclass"], "A"]),
    (Tag.RECORD, ["dataclass", 5]),
    (Tag.RECORD, ["enum", "A"]),
    (Tag.RECORD, ["enum", "A", "name", "A"]),
    (Tag.RECORD, ["value_enum", "A", "name", "value", 1, 2]),
    (Tag.RECORD, ["exception", "A", "args", "a"]),
    (Tag.RECORD, ["exception", "A", "args", "text", [], "a"]),
    (Tag.RECORD, ["dataclass", "no name"]),
    (Tag.RECORD, ["dataclass", "A" * 200]),
    (Tag.RECORD, ["dataclass", "A", "x"]),
    (Tag.RECORD, ["dataclass", "A", 1, 2]),
    (Tag.RECORD, ["dataclass", "A", "x", "x", 1, 2]),
    (Tag.RECORD, ["dataclass", "A", "__array_interface__", {}]),
    (Tag.RECORD, ["dataclass", "A", "\x1b", 1]),
    (Tag.RECORD, ["dataclass", "A", *[f"x{n}" for n in range(600)], *range(600)]),
]


@pytest.mark.parametrize(("tag", "body"), HOSTILE, ids=lambda value: repr(value)[:40])
def test_a_forged_value_is_refused(tag: int, body: Any) -> None:
    """Numbers that are too large, dates that do not exist, names that are not known."""
    for wrap in (lambda data: data, lambda data: b"\x91" + data):
        with pytest.raises(FrameError):
            unpack(wrap(forge(tag, body)))


def test_every_form_is_forged_in_the_list() -> None:
    """A type that is added is tried, too."""
    missing = set(FORMS_BY_TAG) - {tag for tag, _ in HOSTILE}
    assert missing == {Tag.ORDERED}  # as COUNTER


def test_a_long_range_stays_a_text_on_the_trusted_side() -> None:
    """An array of a suite's would be made of all of its numbers."""
    assert unpack(pack(range(10**12))) == Opaque("range", "range(0, 1000000000000)")
    assert unpack(pack(range(2**80, 0, -1))) == Opaque("range", f"range({2**80}, 0, -1)")
    half = range(MAX_ITEMS // 2 + 1)
    assert unpack(pack([half, half])) == [half, Opaque("range", repr(half))]
    assert unpack(pack([half, half]), {int: int}) == [half, half]


def sizes() -> Iterator[Any]:
    """Yield values that are just not too large."""
    yield [(n,) for n in range(MAX_ITEMS // 2 - 1)]
    yield [(n, n) for n in range(MAX_ITEMS // 3 - 1)]
    yield {str(n): n for n in range(MAX_ITEMS // 2 - 1)}
    yield {(n,): n for n in range(MAX_ITEMS // 3 - 1)}
    yield set(range(MAX_ITEMS - 2))
    yield [Fraction(n, 7) for n in range(MAX_ITEMS // 3 - 1)]
    yield [Decimal(n) for n in range(MAX_ITEMS - 1)]
    yield [2**70 + n for n in range(MAX_ITEMS - 1)]


@pytest.mark.parametrize("value", list(sizes()), ids=lambda value: type(value).__name__)
def test_what_is_packed_can_be_unpacked(value: Any) -> None:
    """Both sides count alike, so that no answer is refused that was sent whole."""
    back = unpack(pack(value))
    assert back == value


@pytest.mark.parametrize(
    "item",
    [2**20_000, Decimal(1).scaleb(9_000), Fraction(1, 2**20_000), object(), {1: [2**20_000]}],
    ids=["integer", "decimal", "fraction", "object", "dict"],
)
def test_what_cannot_cross_counts_alike_on_both_sides(item: Any) -> None:
    """A list of such things is one value that is too large, or comes back whole."""
    for count in (10, 900, 2_000):
        back = unpack(pack([item] * count))
        assert isinstance(back, Opaque) or len(back) == count
