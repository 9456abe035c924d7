"""A block in four lanes: every fourth token in a payload of its own, so that four can be coded at the same time.

A coder waits for itself: what one token leaves is what the next one starts from.  Of four messages, four can wait side
by side.

Next: `codebook` (words).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders.protocol import Coder
from compress.kernel import IN_32_BITS, step
from compress.symbols import Symbols, smallest_dtype

__all__ = [
    "LANES",
    "LOADED_BITS",
    "Laned",
    "ahead",
    "each_decoded",
    "each_encoded",
    "first_highest",
    "fit_in_a_row",
    "in_one_row",
    "lane_size",
    "loaded",
    "split",
]

LANES = 4
# A load has 8 bytes, of which the first may have been read but for its last bit.
LOADED_BITS = 56
_LOADED_MASK = (1 << LOADED_BITS) - 1
# Of a row, and some more are behind it.
_MOST_BYTES = IN_32_BITS - 64


@runtime_checkable
class Laned(Protocol):
    """A coder that has its own way to code four lanes, quicker than one after the other; the payloads are the same."""

    def encode_lanes(self, symbols: Symbols) -> list[bitarray]:
        """The payloads of every fourth symbol from the first on, from the second on, and so on.  Raises DataError."""
        ...

    def decode_lanes(self, payloads: Sequence[bitarray], count: int) -> Symbols:
        """Every fourth token from each of four payloads: the first `count` of all.  Raises CorruptError."""
        ...


def lane_size(count: int, lane: int) -> int:
    """How many of so many tokens are in a lane: the first has tokens 0, 4, 8, ...

    >>> [lane_size(6, lane) for lane in range(LANES)]
    [2, 2, 1, 1]
    """
    return (count + LANES - 1 - lane) // LANES


def split(symbols: Symbols, lanes: int = LANES) -> list[Symbols]:
    """The lanes of a message.

    >>> [lane.tolist() for lane in split(np.arange(6, dtype=np.uint8))]
    [[0, 4], [1, 5], [2], [3]]
    """
    return [np.ascontiguousarray(symbols[lane::lanes]) for lane in range(lanes)]


def each_encoded(coder: Coder, symbols: Symbols) -> list[bitarray]:
    """The payloads of the four lanes of a message, one after the other.

    >>> from compress.coders.catalog import build
    >>> [bits.to01() for bits in each_encoded(build("huffman", [2, 1, 1]), np.arange(3, dtype=np.uint8))]
    ['0', '10', '11', '']
    """
    return [coder.encode(lane) for lane in split(symbols)]


def each_decoded(coder: Coder, payloads: Sequence[bitarray], count: int, size: int) -> Symbols:
    """The first `count` tokens of an alphabet of so many, every fourth from each payload.  Raises CorruptError.

    >>> from compress.coders.catalog import build
    >>> coder = build("huffman", [2, 1, 1])
    >>> each_decoded(coder, each_encoded(coder, np.arange(3, dtype=np.uint8)), 3, 3).tolist()
    [0, 1, 2]
    """
    symbols = np.zeros(count, smallest_dtype(size))
    for lane, bits in enumerate(payloads):
        symbols[lane::LANES] = coder.decode(bits, lane_size(count, lane))
    return symbols


@step
def ahead(data: npt.NDArray[np.uint8], position: int, last: int) -> int:
    """The 57 bits from a bit position on, the highest ones of 64; what is above bit 63 is not to be looked at.

    Behind byte `last`, which 7 more follow, others are read.  Eight bytes that are named one by one, in one expression,
    are a single load in machine code; seven are three loads.

    >>> f"{ahead(np.array([0b00010110, 0b10000000, *[0] * 7], np.uint8), 3, 1):b}"[-64:][:7]
    '1011010'
    """
    at = min(position >> 3, last) & IN_32_BITS
    word = (
        int(data[at]) << 56
        | int(data[at + 1]) << 48
        | int(data[at + 2]) << 40
        | int(data[at + 3]) << 32
        | int(data[at + 4]) << 24
        | int(data[at + 5]) << 16
        | int(data[at + 6]) << 8
        | int(data[at + 7])
    )
    return word << (position & 7)


@step
def loaded(data: npt.NDArray[np.uint8], position: int, last: int) -> int:
    """The 56 bits from a bit position on, as `ahead` finds them.

    >>> f"{loaded(np.array([0b00010110, 0b10000000, *[0] * 7], np.uint8), 3, 1):056b}"[:7]
    '1011010'
    """
    return ahead(data, position, last) >> (64 - LOADED_BITS) & _LOADED_MASK


def first_highest(bits: bitarray) -> bitarray:
    """The same bits, of which the first of eight is the highest of its byte: a copy only if it was not so.

    >>> first_highest(bitarray("011", endian="little")).tobytes()
    b'`'
    """
    return bits if bits.endian == "big" else bitarray(bits, endian="big")


def fit_in_a_row(payloads: Sequence[bitarray]) -> bool:
    """Whether all payloads together have fewer bytes than `ahead` can tell apart.

    >>> fit_in_a_row([bitarray("011"), bitarray()])
    True
    """
    return sum(map(len, payloads)) <= 8 * _MOST_BYTES


def in_one_row(
    payloads: Sequence[bytes | bitarray], behind: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Payloads one after the other, with so many bytes of zeros behind all of them, and where each begins.

    >>> in_one_row([b"ab", b"", b"c"], 1)[1].tolist()
    [0, 2, 2]
    """
    sizes = np.array([memoryview(payload).nbytes for payload in payloads], np.int64)
    return np.frombuffer(b"".join([*payloads, bytes(behind)]), np.uint8), np.cumsum(sizes) - sizes
