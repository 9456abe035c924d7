"""tANS over four lanes: `encode_tans` and `decode_tans` four times, side by side, with no branch to guess.

The payloads are the same, to the bit.  What was traded for what, on bytes of 5 bits, million tokens a second:

                                                                       encode   decode
    as it is written down in `tans`                                        75      180
    how many bits are cut off is looked up; 32 of them move at a time     250
    four lanes; 7 bytes are loaded for three tokens of each               560      745
    8 bytes, which are one load; what is left of them stays in place               1,080
    of at most 2^14 states four are told by one load, and a token is a byte        1,210
    what is needed first stands lowest; eight a load, of 7 bits at most                  +12 %, of a coin +25 %

From a state x a token of frequency f cuts off n bits or n - 1, n the number of bits in (2·T - 1) div f: the first
where x >= f·2^n.  So one number is enough for it, n·2^20 - f·2^n: with x added, what stands above 2^20 is n or n - 1.

Next: `block` (a word for a group of tokens).  Source: Y. Collet 2013, FSE.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES, LOADED_BITS, ahead, loaded
from compress.coders.streams.interval import Bytes
from compress.kernel import IN_32_BITS, kernel, step
from compress.symbols import Counts, Symbols

__all__ = ["cuts_of", "decode_four_tans", "encode_four_tans", "packed_states"]

Int64s = npt.NDArray[np.int64]
Uint32s = npt.NDArray[np.uint32]
Packed = npt.NDArray[np.integer]

# More than any state has.
_POINT = 20
_WORD_MASK = (1 << 32) - 1
# What a state says: how many bits lead on, above 8 bits whose it is, above 16 the least state that they lead to.
_SYMBOL_AT, _BASE_AT = 8, 16
_CUT_MASK, _BASE_MASK = 255, (1 << 16) - 1
# Symbols of more than 8 bits stand above all that.
_WIDE_AT = 32
# 57 bits are loaded: they tell so many states of at most 16 bits, or of at most 14, or where at most 7 are cut off.
_LOOKS, _MORE_LOOKS, _MOST_LOOKS = 3, 4, 8
_WINDOW_BITS = 64


def cuts_of(frequencies: Counts, total_bits: int) -> Int64s:
    """What, with a state added, says above 2^20 how many bits a token cuts off.

    >>> [(int(cut) + state) >> 20 for cut in cuts_of(np.array([3, 13]), 4) for state in (16, 23, 24, 31)]
    [2, 2, 3, 3, 0, 0, 0, 1]
    """
    most = np.frexp(((2 << total_bits) - 1) // np.maximum(frequencies, 1))[1] - 1
    found: Int64s = (most << _POINT) - (frequencies << most)
    return found


def packed_states(owners: Counts, cuts: Bytes, bases: Counts, size: int, total_bits: int) -> tuple[Packed, int]:
    """What each state says, shape (T,), and how many are told by one load: above 3 it is in 32 bits.

    >>> packed, looks = packed_states(np.array([1]), np.array([2], np.uint8), np.array([3]), 2, 4)
    >>> packed.tolist() == [3 << 16 | 1 << 8 | 2], packed.dtype.name, looks
    (True, 'uint32', 8)
    """
    said = bases << _BASE_AT | cuts.astype(np.int64)
    if size > 256 or total_bits > LOADED_BITS // _MORE_LOOKS:
        return said | owners << _WIDE_AT, _LOOKS
    is_short = int(cuts.max()) <= LOADED_BITS // _MOST_LOOKS
    return (said | owners << _SYMBOL_AT).astype(np.uint32), _MOST_LOOKS if is_short else _MORE_LOOKS


@step
def _put(
    state: int, cut_of: int, own: int, states: Counts, window: int, held: int, out: Uint32s, at: int
) -> tuple[int, int, int, int]:
    """Cut bits off, and go to the token's own state: (state, window, held, at), with 31 bits held at most.

    own: where the token's states begin, less its frequency.
    """
    cut = (state + cut_of) >> _POINT
    window |= (state & ((1 << cut) - 1)) << held
    held += cut
    # Store always, advance sometimes, as a prefix coder does.
    out[(at - 1) & IN_32_BITS] = window & _WORD_MASK
    full = held >> 5
    return int(states[(own + (state >> cut)) & IN_32_BITS]), window >> (32 * full), held & 31, at - full


@kernel(work=lambda *_: 1)
def _one_in(
    symbol: int, total_bits: int, cuts: Int64s, own: Int64s, states: Counts, out: Uint32s
) -> tuple[int, int, int, int]:
    """The last token of a lane, which is the first to be taken."""
    return _put(1 << total_bits, int(cuts[symbol]), int(own[symbol]), states, 0, 0, out, out.size)


@kernel(work=lambda *_: 1)
def _state_out(state: int, window: int, held: int, total_bits: int, out: Uint32s, at: int) -> int:
    """The last state, before what was cut off: the payload's bits."""
    bits = 32 * (out.size - at) + held + total_bits
    window |= (state - (1 << total_bits)) << held
    at -= 1
    out[at] = window & _WORD_MASK
    out[at - 1] = window >> 32
    return bits


@kernel
def encode_four_tans(
    symbols: Symbols,
    cuts: Int64s,
    own: Int64s,
    states: Counts,
    total_bits: int,
    out0: Uint32s,
    out1: Uint32s,
    out2: Uint32s,
    out3: Uint32s,
) -> tuple[int, int, int, int]:
    """Take token i into lane i mod 4, the last one first; each lane is filled from its end: the payloads' bits.

    cuts: `cuts_of`.  own: for each token where its own states begin in `states`, less its frequency.
    Each lane has room for its payload and 64 bits before it.

    >>> from compress.coders.catalog import choose
    >>> coder, lanes = choose("tans:4").of([10, 6]), [np.zeros(3, np.uint32) for _ in range(4)]
    >>> own = coder.frequencies.cumulative[:-1] - coder.frequencies.values
    >>> cuts = cuts_of(coder.frequencies.values, 4)
    >>> encode_four_tans(np.array([0, 1, 0, 0], np.uint8), cuts, own, coder._states, 4, *lanes)
    (4, 5, 4, 4)
    """
    whole = symbols.size - symbols.size % LANES
    x0, x1, x2, x3 = 1 << total_bits, 1 << total_bits, 1 << total_bits, 1 << total_bits
    w0, w1, w2, w3 = 0, 0, 0, 0
    held0, held1, held2, held3 = 0, 0, 0, 0
    at0, at1, at2, at3 = out0.size, out1.size, out2.size, out3.size
    # The last one to three tokens are those of the first lanes.
    if whole < symbols.size:
        x0, w0, held0, at0 = _one_in(int(symbols[whole]), total_bits, cuts, own, states, out0)
    if whole + 1 < symbols.size:
        x1, w1, held1, at1 = _one_in(int(symbols[whole + 1]), total_bits, cuts, own, states, out1)
    if whole + 2 < symbols.size:
        x2, w2, held2, at2 = _one_in(int(symbols[whole + 2]), total_bits, cuts, own, states, out2)
    for i in range(whole - LANES, -1, -LANES):
        s0, s1, s2, s3 = int(symbols[i]), int(symbols[i + 1]), int(symbols[i + 2]), int(symbols[i + 3])
        x0, w0, held0, at0 = _put(x0, int(cuts[s0]), int(own[s0]), states, w0, held0, out0, at0)
        x1, w1, held1, at1 = _put(x1, int(cuts[s1]), int(own[s1]), states, w1, held1, out1, at1)
        x2, w2, held2, at2 = _put(x2, int(cuts[s2]), int(own[s2]), states, w2, held2, out2, at2)
        x3, w3, held3, at3 = _put(x3, int(cuts[s3]), int(own[s3]), states, w3, held3, out3, at3)
    return (
        _state_out(x0, w0, held0, total_bits, out0, at0),
        _state_out(x1, w1, held1, total_bits, out1, at1),
        _state_out(x2, w2, held2, total_bits, out2, at2),
        _state_out(x3, w3, held3, total_bits, out3, at3),
    )


@step
def _take(state: int, window: int, left: int, table: Packed, is_small: bool) -> tuple[int, int, int]:
    """A token, the state before it, and how many bits of the window are left."""
    entry = int(table[state])
    cut = entry & _CUT_MASK
    left -= cut
    bits = (window >> left) & ((1 << cut) - 1)
    symbol = (entry >> _SYMBOL_AT) & 255 if is_small else entry >> _WIDE_AT
    return symbol, ((entry >> _BASE_AT) & _BASE_MASK) + bits, left


@step
def _rest(
    data: Bytes, position: int, state: int, table: Packed, is_small: bool, begin: int, symbols: Symbols
) -> tuple[int, int]:
    """Tokens begin, begin + 4, ... of a lane: where it stands then, and the state."""
    for i in range(begin, symbols.size, LANES):
        window = loaded(data, position, data.size - 8)
        symbols[i], state, left = _take(state, window, LOADED_BITS, table, is_small)
        position += LOADED_BITS - left
    return position, state


@step
def _decode(
    data: Bytes,
    positions: Int64s,
    states: Int64s,
    table: Packed,
    is_small: bool,
    looks: int,
    total_bits: int,
    symbols: Symbols,
) -> None:
    last, shift = data.size - 8, LOADED_BITS - total_bits
    at0, at1, at2, at3 = int(positions[0]), int(positions[1]), int(positions[2]), int(positions[3])
    x0, x1 = loaded(data, at0, last) >> shift, loaded(data, at1, last) >> shift
    x2, x3 = loaded(data, at2, last) >> shift, loaded(data, at3, last) >> shift
    at0, at1, at2, at3 = at0 + total_bits, at1 + total_bits, at2 + total_bits, at3 + total_bits
    whole = symbols.size - symbols.size % (looks * LANES)
    for i in range(0, whole, looks * LANES):
        a, b, c, d = ahead(data, at0, last), ahead(data, at1, last), ahead(data, at2, last), ahead(data, at3, last)
        left0, left1, left2, left3 = _WINDOW_BITS, _WINDOW_BITS, _WINDOW_BITS, _WINDOW_BITS
        for look in range(looks):
            at = i + LANES * look
            symbols[at], x0, left0 = _take(x0, a, left0, table, is_small)
            symbols[at + 1], x1, left1 = _take(x1, b, left1, table, is_small)
            symbols[at + 2], x2, left2 = _take(x2, c, left2, table, is_small)
            symbols[at + 3], x3, left3 = _take(x3, d, left3, table, is_small)
        at0, at1 = at0 + _WINDOW_BITS - left0, at1 + _WINDOW_BITS - left1
        at2, at3 = at2 + _WINDOW_BITS - left2, at3 + _WINDOW_BITS - left3
    positions[0], states[0] = _rest(data, at0, x0, table, is_small, whole, symbols)
    positions[1], states[1] = _rest(data, at1, x1, table, is_small, whole + 1, symbols)
    positions[2], states[2] = _rest(data, at2, x2, table, is_small, whole + 2, symbols)
    positions[3], states[3] = _rest(data, at3, x3, table, is_small, whole + 3, symbols)


@kernel
def decode_four_tans(
    data: Bytes, positions: Int64s, states: Int64s, table: Packed, looks: int, total_bits: int, symbols: Symbols
) -> None:
    """Walk back, token i in lane i mod 4; afterwards `positions` and `states`, less T, say where each lane stands.

    data: all payloads and 8 bytes more.  positions: the bit at which each begins.  table, looks: `packed_states`.

    >>> from compress.coders.catalog import choose
    >>> coder, found = choose("tans:4").of([10, 6]), np.zeros(1, np.uint8)
    >>> first = int.from_bytes(coder.encode(np.array([1], np.uint8)).tobytes(), "big")
    >>> data, states = np.array([first, 0, 0, 0, *[0] * 8], np.uint8), np.zeros(4, np.int64)
    >>> decode_four_tans(data, np.arange(0, 32, 8), states, *coder._packed, 4, found), found.tolist(), states.tolist()
    (None, [1], [0, 0, 0, 0])
    """
    # The loop is made into machine code three times, for each number of looks.
    if looks == _MOST_LOOKS:
        _decode(data, positions, states, table, True, _MOST_LOOKS, total_bits, symbols)
    elif looks == _MORE_LOOKS:
        _decode(data, positions, states, table, True, _MORE_LOOKS, total_bits, symbols)
    else:
        _decode(data, positions, states, table, False, _LOOKS, total_bits, symbols)
