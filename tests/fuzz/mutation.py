"""Mutations of bytes, and of frames whose checksums are mended, so that damage gets past them."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence

__all__ = ["mended", "mutated"]

# Numbers on the edge of something.
EDGES = (0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 254, 255)


def mutated(data: bytes, chance: random.Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """The data with one to six small changes; others: to splice with.  words: to put in."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(len(made) + 1)
        kind = chance.randrange(9)
        if kind == 0 and made:
            made[at % len(made)] ^= 1 << chance.randrange(8)
        elif kind == 1 and made:
            made[at % len(made)] = chance.choice(EDGES)
        elif kind == 2:
            made[at:at] = bytes(chance.choices(EDGES, k=chance.choice((1, 1, 2, 8))))
        elif kind == 3:
            del made[at : at + chance.choice((1, 1, 2, 8, 64))]
        elif kind == 4:
            piece = made[at : at + chance.choice((1, 4, 16))]
            made[at:at] = piece * chance.choice((1, 2, 9))
        elif kind == 5 and words:
            made[at:at] = chance.choice(words)
        elif kind == 6:
            other = chance.choice(others)
            made[at:] = other[chance.randrange(len(other) + 1) :]
        elif kind == 7:
            # A varint that is far too large.
            made[at : at + 1] = bytes([chance.choice((127, 128, 255))] * chance.randrange(1, 9)) + b"\x01"
        elif made:
            made[at % len(made)] = chance.randrange(256)
    return bytes(made)


def mended(data: bytes) -> bytes:
    """The same with the checksums of the header and of each block as they should be, as far as there are some."""
    made = bytearray(data)
    size, at = _varint(made, 5)
    if size is None or at + size + 4 > len(made):
        return data
    at += size
    at = _stamped(made, 0, at)
    while at < len(made) and made[at] in (1, 2, 3, 4):
        begin, kind = at, made[at]
        count, at = _varint(made, at + 1)
        at += 4 * (kind == 3)
        total = 0
        for _ in range(4 if kind == 4 else 1):
            bits, at = _varint(made, at)
            total += ((bits or 0) + 7) // 8
        at += total
        if count is None or at + 4 > len(made):
            return bytes(made)
        at = _stamped(made, begin, at)
    return bytes(made)


def _stamped(made: bytearray, begin: int, end: int) -> int:
    made[end : end + 4] = zlib.crc32(made[begin:end]).to_bytes(4, "little")
    return end + 4


def _varint(data: bytearray, at: int) -> tuple[int | None, int]:
    value = 0
    for place in range(9):
        if at >= len(data):
            return None, at
        value |= (data[at] & 127) << 7 * place
        at += 1
        if data[at - 1] < 128:
            return value, at
    return None, at
