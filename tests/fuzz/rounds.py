"""Targets that encode: whatever is encoded is decoded again to what it was.

messages    bytes in a frame, with any coder, kind of token, belief and policy for zeros
given       numbers in a frame, with the rows of a model
lanes       four payloads at once: what they hold one by one, or refused as they are
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray
from target import LIMITS, Target, may_raise

import compress
from compress.coders.catalog import CODERS, choose
from compress.coders.lanes import LANES, Laned, each_decoded
from compress.errors import CompressError, CorruptError
from compress.sources.tokens import KINDS

__all__ = ["ROUNDS"]

CODED = [*CODERS]
BELIEFS = ("empirical", "kt", "laplace:1/2", "order:1", "order:2,1/3", "mix", "a=1/2,b=1/4,c=1/4")
ZEROS = ("error", "floor:1e-6", "escape:0.01", "laplace:1")
TIMES = (1, 1, 1, 1, 1, 1, 1, 300)


@may_raise(CompressError)
def try_messages(data: bytes) -> None:
    """Four bytes say how; what follows comes back, or how or what is refused."""
    if len(data) < 4:
        return
    coder, belief = CODED[data[0] % len(CODED)], BELIEFS[data[2] % len(BELIEFS)]
    content = data[4:] * TIMES[data[3] // 8 % len(TIMES)]
    if len(content) > 6_000 or (belief == "mix" and len(content) > 200):
        return
    frame = compress.encode(
        content, coder, assumed=belief, tokens=KINDS[data[1] % len(KINDS)], zeros=ZEROS[data[3] % len(ZEROS)]
    )
    try:
        assert compress.decode(frame, max_output=LIMITS.max_output) == content, (coder, belief)
    except CompressError as error:
        raise AssertionError(f"its own frame is refused: {error}") from error


def messages() -> Iterable[bytes]:
    """Each coder, each belief, each kind."""
    for place, family in enumerate(CODERS.values()):
        yield bytes([place, 0, 0, 0]) + b"to be or not to be"
        # 300 times.
        if family.sends_words:
            yield bytes([place, 0, 0, 56]) + b"abracadabra acts"
    for place in range(len(BELIEFS)):
        yield bytes([0, 0, place, 1]) + b"abcabca"
    for place in range(len(KINDS)):
        yield bytes([1, place, 0, 2]) + b"ACGT acgt\n" * 2


def _rows(data: bytes) -> Callable[[npt.NDArray[Any]], npt.NDArray[np.float64]]:
    """Rows that the past chooses among those of some bytes."""
    table: npt.NDArray[np.float64] = np.frombuffer(data[:12], np.uint8).reshape(3, 4) / 16.0

    def row(past: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        chosen: npt.NDArray[np.float64] = table[int(past.sum()) % 3]
        return chosen

    return row


@may_raise(CompressError)
def try_given(data: bytes) -> None:
    """Three rows of logits, how, and numbers below four: they come back with the same rows."""
    if len(data) < 13:
        return
    zeros = ZEROS[data[12] % 3]
    rows, numbers = _rows(data), np.frombuffer(data[13:200], np.uint8) % 4
    frame = compress.encode_with(rows, numbers, logits=data[12] < 128, zeros=zeros)
    found = compress.decode_with(frame, rows, logits=data[12] < 128, zeros=zeros)
    assert np.array_equal(found, numbers)


@may_raise(CorruptError)
def try_lanes(data: bytes) -> None:
    """A coder, a count, three cuts: the four payloads at once are what they are one by one."""
    if len(data) < 5:
        return
    coder, count = choose(CODED[data[0] % len(CODED)]).of([5, 3, 2, 1, 1]), data[1]
    if not isinstance(coder, Laned):
        return
    ends = [0, *sorted(5 + cut for cut in data[2:5]), len(data)]
    payloads = [bitarray(endian="big") for _ in range(LANES)]
    for bits, begin, end in zip(payloads, [5, *ends[1:4]], ends[1:], strict=True):
        bits.frombytes(data[begin:end])
    try:
        alone = each_decoded(coder, payloads, count, 5)
    except CorruptError:
        try:
            coder.decode_lanes(payloads, count)
        except CorruptError:
            return
        raise AssertionError("refused one by one, and taken together") from None
    assert np.array_equal(coder.decode_lanes(payloads, count), alone)


def lanes() -> Iterable[bytes]:
    """What each such coder writes."""
    symbols = np.array([0, 1, 0, 2, 3, 0, 0, 1, 4, 0], np.uint8)
    for place, name in enumerate(CODED):
        coder = choose(name).of([5, 3, 2, 1, 1])
        if isinstance(coder, Laned):
            parts = [bits.tobytes() for bits in coder.encode_lanes(symbols)]
            cuts = np.cumsum([len(part) for part in parts])[:3].tolist()
            yield bytes([place, symbols.size, *cuts]) + b"".join(parts)


ROUNDS = (
    Target("messages", try_messages, messages),
    Target("given", try_given, lambda: [bytes(range(60)), bytes([0, 16, 16, 16] * 3) + bytes([2, *range(40)])]),
    Target("lanes", try_lanes, lanes),
)
