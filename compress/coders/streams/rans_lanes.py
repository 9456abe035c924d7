"""rANS over four lanes: `encode_rans` and `decode_rans` four times, side by side, with no branch to guess.

The payloads are the same, to the byte.  What was traded for what, on bytes of 5 bits, million tokens a second:

                                                                            encode   decode
    as it is written down in `rans`                                            145      190
    at most two bytes move for a token: both are copied, the place counts      200      280
    four lanes                                                                 410      600
    and the two bytes are behind the state before it is known how many move             670

A state is divided by a token's frequency f, which takes a processor some twenty steps.  The table has floor(2^S/f)
instead, with S = BITS + 30: x times that, without its last S bits, is x div f or 1 less, for x < 2^32 <= 2^S, and a
comparison tells which.  As x < f·2^(32 - BITS), the product stays below 2^62.

A decoder looks up whose a place is, in a byte if there are 256 tokens at most, and then f and c of the token in one
number: two small tables stay in the nearest cache, where one that tells all of each place does not.

Next: `tans` (all steps in one table).  Source: F. Giesen 2014, "Interleaved entropy coders".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES
from compress.coders.streams.interval import Bytes
from compress.kernel import NO_SIGN, kernel, step
from compress.symbols import Counts, Symbols

__all__ = ["decode_four_rans", "encode_four_rans", "parts_of", "reciprocals"]

Int64s = npt.NDArray[np.int64]

LEAST = 1 << 24
_STATE_BYTES = 4
# Beyond the bits of the total.
_RECIPROCAL_BITS = 30
# Of a token its frequency, and above that where its places begin.
_FREQUENCY_BITS = 17
_FREQUENCY_MASK = (1 << _FREQUENCY_BITS) - 1


def reciprocals(frequencies: Counts, total_bits: int) -> Int64s:
    """floor(2^(bits + 30) / f) of each frequency, 0 for 0.

    >>> reciprocals(np.array([0, 1 << 10]), 10).tolist()
    [0, 1073741824]
    """
    return np.where(frequencies > 0, (1 << (total_bits + _RECIPROCAL_BITS)) // np.maximum(frequencies, 1), 0)


def parts_of(frequencies: Counts) -> Int64s:
    """Each token's frequency and where its places begin, as one number.

    >>> parts_of(np.array([1, 2])).tolist() == [1, 1 << 17 | 2]
    True
    """
    begins = np.cumsum(frequencies) - frequencies
    packed: Int64s = frequencies | begins << _FREQUENCY_BITS
    return packed


@step
def _put(
    state: int, frequency: int, begin: int, reciprocal: int, total_bits: int, out: Bytes, at: int
) -> tuple[int, int]:
    """Move up to two bytes out, and take a token in: (state, at)."""
    limit = frequency << (32 - total_bits)
    out[(at - 1) & NO_SIGN] = state & 255
    out[(at - 2) & NO_SIGN] = (state >> 8) & 255
    moved = int(state >= limit) + int((state >> 8) >= limit)
    state >>= 8 * moved
    times = (state * reciprocal) >> (total_bits + _RECIPROCAL_BITS)
    times += int(state - times * frequency >= frequency)
    # T·times + begin + state - f·times
    return state + times * ((1 << total_bits) - frequency) + begin, at - moved


@step
def _taken(state: int, place: int, part: int, total_bits: int) -> int:
    """The state without the token that has this place, its last bits."""
    return (part & _FREQUENCY_MASK) * (state >> total_bits) + place - (part >> _FREQUENCY_BITS)


@step
def _refilled(state: int, data: Bytes, at: int, last: int) -> tuple[int, int]:
    """Move up to two bytes in: (state, at).  Behind the end others are read."""
    at = min(at, last) & NO_SIGN
    with_two = state << 16 | int(data[at]) << 8 | int(data[at + 1])
    left = int(state >= LEAST) + int(state >= LEAST >> 8)
    return with_two >> (8 * left), at + 2 - left


@kernel(work=lambda *_: 1)
def _one_in(
    state: int, symbol: int, frequencies: Counts, cumulative: Counts, inverses: Int64s, bits: int, out: Bytes, at: int
) -> tuple[int, int]:
    return _put(state, int(frequencies[symbol]), int(cumulative[symbol]), int(inverses[symbol]), bits, out, at)


@kernel(work=lambda *_: 1)
def _state_out(state: int, out: Bytes, at: int) -> int:
    """The last state, before what was moved out."""
    for _ in range(_STATE_BYTES):
        at -= 1
        out[at] = state & 255
        state >>= 8
    return at


@kernel
def encode_four_rans(
    symbols: Symbols,
    frequencies: Counts,
    cumulative: Counts,
    inverses: Int64s,
    bits: int,
    out0: Bytes,
    out1: Bytes,
    out2: Bytes,
    out3: Bytes,
) -> tuple[int, int, int, int]:
    """Take token i into lane i mod 4, the last one first; each lane is filled from its end: where the payloads begin.

    inverses: `reciprocals`.  Each lane has room for its payload and two bytes before it.

    >>> frequencies, lanes = np.array([4, 12]), [np.zeros(6, np.uint8) for _ in range(4)]
    >>> begins = encode_four_rans(
    ...     np.array([0, 1], np.uint8), frequencies, np.array([0, 4]), reciprocals(frequencies, 4), 4, *lanes
    ... )
    >>> begins, lanes[0][2:].tolist(), lanes[3][2:].tolist()
    ((2, 2, 2, 2), [4, 0, 0, 0], [1, 0, 0, 0])
    """
    whole = symbols.size - symbols.size % LANES
    x0, x1, x2, x3 = LEAST, LEAST, LEAST, LEAST
    at0, at1, at2, at3 = out0.size, out1.size, out2.size, out3.size
    # The last one to three tokens are those of the first lanes.
    if whole < symbols.size:
        x0, at0 = _one_in(x0, int(symbols[whole]), frequencies, cumulative, inverses, bits, out0, at0)
    if whole + 1 < symbols.size:
        x1, at1 = _one_in(x1, int(symbols[whole + 1]), frequencies, cumulative, inverses, bits, out1, at1)
    if whole + 2 < symbols.size:
        x2, at2 = _one_in(x2, int(symbols[whole + 2]), frequencies, cumulative, inverses, bits, out2, at2)
    for i in range(whole - LANES, -1, -LANES):
        s0, s1, s2, s3 = int(symbols[i]), int(symbols[i + 1]), int(symbols[i + 2]), int(symbols[i + 3])
        x0, at0 = _put(x0, int(frequencies[s0]), int(cumulative[s0]), int(inverses[s0]), bits, out0, at0)
        x1, at1 = _put(x1, int(frequencies[s1]), int(cumulative[s1]), int(inverses[s1]), bits, out1, at1)
        x2, at2 = _put(x2, int(frequencies[s2]), int(cumulative[s2]), int(inverses[s2]), bits, out2, at2)
        x3, at3 = _put(x3, int(frequencies[s3]), int(cumulative[s3]), int(inverses[s3]), bits, out3, at3)
    return (
        _state_out(x0, out0, at0),
        _state_out(x1, out1, at1),
        _state_out(x2, out2, at2),
        _state_out(x3, out3, at3),
    )


@kernel(work=lambda *_: 1)
def _state_in(data: Bytes, at: int) -> int:
    state = 0
    for i in range(at, at + _STATE_BYTES):
        state = (state << 8) | int(data[i])
    return state


@kernel(work=lambda *_: 1)
def _one_out(
    state: int,
    owners: Symbols,
    parts: Int64s,
    bits: int,
    data: Bytes,
    at: int,
    last: int,
    symbols: Symbols,
    i: int,
) -> tuple[int, int]:
    place = state & ((1 << bits) - 1)
    symbol = int(owners[place])
    symbols[i] = symbol
    return _refilled(_taken(state, place, int(parts[symbol]), bits), data, at, last)


@kernel(is_apart=True)
def decode_four_rans(
    data: Bytes, positions: Int64s, states: Int64s, owners: Symbols, parts: Int64s, bits: int, symbols: Symbols
) -> None:
    """Take token i out of lane i mod 4; afterwards `positions` and `states` say where each lane stands.

    data: all payloads and five bytes more.  positions: where each begins.  owners: whose each place is.  parts:
    `parts_of`.

    >>> data, begins = np.array([4, 0, 0, 0, *[1, 0, 0, 0] * 3, *[0] * 5], np.uint8), np.arange(0, 16, 4)
    >>> states, found = np.zeros(4, np.int64), np.zeros(1, np.uint8)
    >>> owners = np.array([0] * 4 + [1] * 12, np.uint8)
    >>> decode_four_rans(data, begins, states, owners, parts_of(np.array([4, 12])), 4, found)
    >>> found.tolist(), (states == LEAST).all()
    ([0], np.True_)
    """
    at0, at1, at2, at3 = int(positions[0]), int(positions[1]), int(positions[2]), int(positions[3])
    x0, x1, x2, x3 = _state_in(data, at0), _state_in(data, at1), _state_in(data, at2), _state_in(data, at3)
    at0, at1, at2, at3 = at0 + _STATE_BYTES, at1 + _STATE_BYTES, at2 + _STATE_BYTES, at3 + _STATE_BYTES
    last, mask, whole = data.size - 2, (1 << bits) - 1, symbols.size - symbols.size % LANES
    for i in range(0, whole, LANES):
        p0, p1, p2, p3 = x0 & mask, x1 & mask, x2 & mask, x3 & mask
        s0, s1, s2, s3 = int(owners[p0]), int(owners[p1]), int(owners[p2]), int(owners[p3])
        symbols[i], symbols[i + 1], symbols[i + 2], symbols[i + 3] = s0, s1, s2, s3
        x0, at0 = _refilled(_taken(x0, p0, int(parts[s0]), bits), data, at0, last)
        x1, at1 = _refilled(_taken(x1, p1, int(parts[s1]), bits), data, at1, last)
        x2, at2 = _refilled(_taken(x2, p2, int(parts[s2]), bits), data, at2, last)
        x3, at3 = _refilled(_taken(x3, p3, int(parts[s3]), bits), data, at3, last)
    # The last one to three tokens are those of the first lanes.
    if whole < symbols.size:
        x0, at0 = _one_out(x0, owners, parts, bits, data, at0, last, symbols, whole)
    if whole + 1 < symbols.size:
        x1, at1 = _one_out(x1, owners, parts, bits, data, at1, last, symbols, whole + 1)
    if whole + 2 < symbols.size:
        x2, at2 = _one_out(x2, owners, parts, bits, data, at2, last, symbols, whole + 2)
    positions[0], positions[1], positions[2], positions[3] = at0, at1, at2, at3
    states[0], states[1], states[2], states[3] = x0, x1, x2, x3
