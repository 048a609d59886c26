"""MessagePack's heads: what precedes a value of a stated length."""

from __future__ import annotations

import struct

_FIXED = {1: 0xD4, 2: 0xD5, 4: 0xD6, 8: 0xD7, 16: 0xD8}


def tagged(code: int, body: bytes) -> bytes:
    """Return an extension."""
    return extension(code, len(body)) + body


def extension(code: int, size: int) -> bytes:
    """Return the head of an extension."""
    if size in _FIXED:
        return bytes((_FIXED[size], code))
    return _sized(size, 0xC7) + bytes((code,))


def binary(size: int) -> bytes:
    """Return the head of bytes."""
    return _sized(size, 0xC4)


def _sized(size: int, first: int) -> bytes:
    """Return a length in one, two or four bytes, behind the byte that shows in how many."""
    if size < 2**8:
        return bytes((first, size))
    if size < 2**16:
        return struct.pack(">BH", first + 1, size)
    return struct.pack(">BI", first + 2, size)


def write_head(count: int, small: int, large: int) -> bytes:
    """Return the head of a list or a dictionary."""
    if count < 16:
        return bytes((small | count,))
    if count < 2**16:
        return struct.pack(">BH", large, count)
    return struct.pack(">BI", large + 1, count)
