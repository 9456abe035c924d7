"""rANS over four lanes: `encode_rans` and `decode_rans` four times, side by side, with no branch to guess.

The payloads are the same, to the byte.  What was traded for what, on bytes of 5 bits, million tokens a second:

                                                                            encode   decode
    as it is written down in `rans`                                            145      190
    at most two bytes move for a token: both are copied, the place counts      200      280
    four lanes                                                                 410      600
    and the two bytes are behind the state before it is known how many move             670
    one table of what a step needs; no bound at each step; one byte at
    most where no token is rare                                              +45 %    +20 %

A state x is divided by a token's frequency f, which takes a processor some twenty steps.  With S = BITS + 31 and
x < f·2^(32 - BITS) it is (x·r + a) div 2^S: r is 2^S/f rounded up, and a is 0; or r is rounded down, and a is r.  One
of both is right for every x, for r·f is off from 2^S by f/2 at most in one of them, and x times that is at most 2^S;
and x·r + a stays below 2^63.

A decoder looks up whose a place is, in a byte if there are 256 tokens at most, and then f and where it begins: small
tables stay in the nearest cache, where one that tells all of each place does not.  It asks for no end of the data:
behind all payloads there are as many zeros as a damaged one can take.

Next: `tans` (all steps in one table).  Source: F. Giesen 2014, "Interleaved entropy coders"; A. D. Robison 2005.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES
from compress.coders.streams.interval import Bytes
from compress.kernel import IN_32_BITS, kernel, step
from compress.symbols import Counts, Symbols

__all__ = ["MOST_TOKENS", "decode_four_rans", "encode_four_rans", "has_no_rare", "parts_of", "steps_of"]

Int64s = npt.NDArray[np.int64]

LEAST = 1 << 24
_STATE_BITS = 32
_STATE_BYTES = _STATE_BITS // 8
# Beyond the bits of the total: 2^63 is the end of what a product may be.
_RECIPROCAL_BITS = 31
_OF_BYTES = 1 << 8
# Of a message with more tokens each lane is coded by itself: all lanes together are to have fewer than 2^32 bytes.
MOST_TOKENS = 1 << 30
# Numbers in a row of the table, as a power of 2.
_ROW_BITS = 3


def steps_of(frequencies: Counts, total_bits: int) -> Int64s:
    """What a step needs of each token, eight numbers.

    They are the first state that is too large for it; r and a, by which a state is divided by f; the total without f;
    where its places begin; and three that nobody reads.

    >>> steps_of(np.array([3, 13]), 4).reshape(2, 8)[0].tolist()
    [805306368, 11453246123, 0, 13, 0, 0, 0, 0]
    >>> all((x * 11453246123) >> 35 == x // 3 for x in (0, 3 * 2**28 - 2, 3 * 2**28 - 1))
    True
    """
    whole = 1 << (total_bits + _RECIPROCAL_BITS)
    divisors = np.maximum(frequencies, 1)
    down, above = np.divmod(whole, divisors)
    # Rounded up it is too large by f - above, and rounded down too small by above.
    is_up = (above > 0) & (divisors - above <= above)
    steps = np.zeros((frequencies.size, 1 << _ROW_BITS), np.int64)
    steps[:, 0] = frequencies << (_STATE_BITS - total_bits)
    steps[:, 1] = down + is_up
    steps[:, 2] = np.where(is_up | (above == 0), 0, down)
    steps[:, 3] = (1 << total_bits) - frequencies
    steps[:, 4] = np.cumsum(frequencies) - frequencies
    return steps.ravel()


def has_no_rare(frequencies: Counts, total_bits: int) -> bool:
    """Whether every token that occurs has at least 1/256 of the total: then one byte at most moves for each.

    >>> has_no_rare(np.array([0, 64, (1 << 14) - 64]), 14), has_no_rare(np.array([63, (1 << 14) - 63]), 14)
    (True, False)
    """
    return bool(np.all((frequencies == 0) | (frequencies << 8 >= 1 << total_bits)))


def parts_of(frequencies: Counts) -> Int64s:
    """Each token's frequency, and then where the places of each begin: as many of both, 256 of bytes.

    >>> parts_of(np.array([3, 13]))[[0, 1, 256, 257]].tolist(), parts_of(np.ones(300, np.int64)).size
    ([3, 13, 0, 3], 600)
    """
    parts = np.zeros((2, max(frequencies.size, _OF_BYTES)), np.int64)
    parts[:, : frequencies.size] = frequencies, np.cumsum(frequencies) - frequencies
    return parts.ravel()


@step
def _put(state: int, symbol: int, steps: Int64s, total_bits: int, out: Bytes, at: int) -> tuple[int, int]:
    """Move up to two bytes out, and take a token in: (state, at)."""
    row = symbol << _ROW_BITS
    too_large = int(steps[row])
    out[(at - 1) & IN_32_BITS] = state & 255
    out[(at - 2) & IN_32_BITS] = (state >> 8) & 255
    moved = int(state >= too_large) + int((state >> 8) >= too_large)
    state >>= 8 * moved
    times = (state * int(steps[row + 1]) + int(steps[row + 2])) >> (total_bits + _RECIPROCAL_BITS)
    # T·times + begin + state - f·times
    return state + times * int(steps[row + 3]) + int(steps[row + 4]), at - moved


@step
def _taken(state: int, place: int, frequency: int, begin: int, total_bits: int) -> int:
    """The state without the token that has this place, its last bits."""
    return (place - begin) + frequency * (state >> total_bits)


@step
def _refilled(state: int, data: Bytes, at: int, has_no_rare: bool) -> tuple[int, int]:
    """Move up to two bytes in, or one, if no token is rare: (state, at)."""
    at &= IN_32_BITS
    if has_no_rare:
        with_one = state << 8 | int(data[at])
        return with_one if state < LEAST else state, at + int(state < LEAST)
    two = int(data[at]) << 8 | int(data[at + 1])
    with_two = state << 16 | two
    with_one = with_two >> 8
    at += int(state < LEAST) + int(state < LEAST >> 8)
    return state if state >= LEAST else (with_one if state >= LEAST >> 8 else with_two), at


@kernel(work=lambda *_: 1)
def _one_in(state: int, symbol: int, steps: Int64s, bits: int, out: Bytes, at: int) -> tuple[int, int]:
    return _put(state, symbol, steps, bits, out, at)


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
    steps: Int64s,
    bits: int,
    out0: Bytes,
    out1: Bytes,
    out2: Bytes,
    out3: Bytes,
) -> tuple[int, int, int, int]:
    """Take token i into lane i mod 4, the last one first; each lane is filled from its end: where the payloads begin.

    steps: `steps_of`.  Each lane has room for its payload and two bytes before it.

    >>> lanes = [np.zeros(6, np.uint8) for _ in range(4)]
    >>> begins = encode_four_rans(np.array([0, 1], np.uint8), steps_of(np.array([4, 12]), 4), 4, *lanes)
    >>> begins, lanes[0][2:].tolist(), lanes[3][2:].tolist()
    ((2, 2, 2, 2), [4, 0, 0, 0], [1, 0, 0, 0])
    """
    whole = symbols.size - symbols.size % LANES
    x0, x1, x2, x3 = LEAST, LEAST, LEAST, LEAST
    at0, at1, at2, at3 = out0.size, out1.size, out2.size, out3.size
    # The last one to three tokens are those of the first lanes.
    if whole < symbols.size:
        x0, at0 = _one_in(x0, int(symbols[whole]), steps, bits, out0, at0)
    if whole + 1 < symbols.size:
        x1, at1 = _one_in(x1, int(symbols[whole + 1]), steps, bits, out1, at1)
    if whole + 2 < symbols.size:
        x2, at2 = _one_in(x2, int(symbols[whole + 2]), steps, bits, out2, at2)
    for i in range(whole - LANES, -1, -LANES):
        s0, s1, s2, s3 = int(symbols[i]), int(symbols[i + 1]), int(symbols[i + 2]), int(symbols[i + 3])
        x0, at0 = _put(x0, s0, steps, bits, out0, at0)
        x1, at1 = _put(x1, s1, steps, bits, out1, at1)
        x2, at2 = _put(x2, s2, steps, bits, out2, at2)
        x3, at3 = _put(x3, s3, steps, bits, out3, at3)
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
    symbols: Symbols,
    i: int,
) -> tuple[int, int]:
    place = state & ((1 << bits) - 1)
    symbol = int(owners[place])
    symbols[i] = symbol
    return _refilled(
        _taken(state, place, int(parts[symbol]), int(parts[(parts.size >> 1) + symbol]), bits), data, at, False
    )


@step
def _decode(
    data: Bytes,
    positions: Int64s,
    states: Int64s,
    owners: Symbols,
    parts: Int64s,
    begins: int,
    bits: int,
    has_no_rare: bool,
    symbols: Symbols,
) -> None:
    at0, at1, at2, at3 = int(positions[0]), int(positions[1]), int(positions[2]), int(positions[3])
    x0, x1, x2, x3 = _state_in(data, at0), _state_in(data, at1), _state_in(data, at2), _state_in(data, at3)
    at0, at1, at2, at3 = at0 + _STATE_BYTES, at1 + _STATE_BYTES, at2 + _STATE_BYTES, at3 + _STATE_BYTES
    mask, whole = (1 << bits) - 1, symbols.size - symbols.size % LANES
    for i in range(0, whole, LANES):
        p0, p1, p2, p3 = x0 & mask, x1 & mask, x2 & mask, x3 & mask
        s0, s1, s2, s3 = int(owners[p0]), int(owners[p1]), int(owners[p2]), int(owners[p3])
        symbols[i], symbols[i + 1], symbols[i + 2], symbols[i + 3] = s0, s1, s2, s3
        x0 = _taken(x0, p0, int(parts[s0]), int(parts[begins + s0]), bits)
        x0, at0 = _refilled(x0, data, at0, has_no_rare)
        x1 = _taken(x1, p1, int(parts[s1]), int(parts[begins + s1]), bits)
        x1, at1 = _refilled(x1, data, at1, has_no_rare)
        x2 = _taken(x2, p2, int(parts[s2]), int(parts[begins + s2]), bits)
        x2, at2 = _refilled(x2, data, at2, has_no_rare)
        x3 = _taken(x3, p3, int(parts[s3]), int(parts[begins + s3]), bits)
        x3, at3 = _refilled(x3, data, at3, has_no_rare)
    # The last one to three tokens are those of the first lanes.
    if whole < symbols.size:
        x0, at0 = _one_out(x0, owners, parts, bits, data, at0, symbols, whole)
    if whole + 1 < symbols.size:
        x1, at1 = _one_out(x1, owners, parts, bits, data, at1, symbols, whole + 1)
    if whole + 2 < symbols.size:
        x2, at2 = _one_out(x2, owners, parts, bits, data, at2, symbols, whole + 2)
    positions[0], positions[1], positions[2], positions[3] = at0, at1, at2, at3
    states[0], states[1], states[2], states[3] = x0, x1, x2, x3


@kernel(is_apart=True)
def decode_four_rans(
    data: Bytes,
    positions: Int64s,
    states: Int64s,
    owners: Symbols,
    parts: Int64s,
    bits: int,
    has_no_rare: bool,
    symbols: Symbols,
) -> None:
    """Take token i out of lane i mod 4; afterwards `positions` and `states` say where each lane stands.

    data: all payloads, and zeros, two for each token of a lane and two more.  positions: where each begins.  owners:
    whose each place is.  parts: `parts_of`.

    >>> data, at = np.array([4, 0, 0, 0, *[1, 0, 0, 0] * 3, *[0] * 4], np.uint8), np.arange(0, 16, 4)
    >>> states, found = np.zeros(4, np.int64), np.zeros(1, np.uint8)
    >>> owners = np.array([0] * 4 + [1] * 12, np.uint8)
    >>> decode_four_rans(data, at, states, owners, parts_of(np.array([4, 12])), 4, True, found)
    >>> found.tolist(), (states == LEAST).all()
    ([0], np.True_)
    """
    # The loop is made into machine code three times: where it knows what it needs not ask, and where numbers stand.
    begins = parts.size >> 1
    if begins > _OF_BYTES:
        _decode(data, positions, states, owners, parts, begins, bits, False, symbols)
    elif has_no_rare:
        _decode(data, positions, states, owners, parts, _OF_BYTES, bits, True, symbols)
    else:
        _decode(data, positions, states, owners, parts, _OF_BYTES, bits, False, symbols)
