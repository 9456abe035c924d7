"""tANS over four lanes: `encode_tans` and `decode_tans` four times, side by side, with no branch to guess.

The payloads are the same, to the bit.  What was traded for what, on bytes of 5 bits, million tokens a second:

                                                                       encode   decode
    as it is written down in `tans`                                        75      180
    how many bits are cut off is looked up; 32 of them move at a time     250
    four lanes; 7 bytes are loaded for three tokens of each               560      745
    8 bytes, which are one load; what is left of them stays in place               1,080

From a state x a token of frequency f cuts off n bits or n - 1, n the number of bits in (2·T - 1) div f: the first
where x >= f·2^n.  So one number is enough for it, n·2^20 - f·2^n: with x added, what stands above 2^20 is n or n - 1.

Next: `block` (a word for a group of tokens).  Source: Y. Collet 2013, FSE.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES, LOADED_BITS, loaded
from compress.coders.streams.interval import Bytes
from compress.kernel import kernel, step
from compress.symbols import Counts, Symbols

__all__ = ["cuts_of", "decode_four_tans", "encode_four_tans", "packed_states"]

Int64s = npt.NDArray[np.int64]
Uint32s = npt.NDArray[np.uint32]
Packed = npt.NDArray[np.integer]

# More than any state has.
_POINT = 20
_WORD_MASK = (1 << 32) - 1
# What a state says: how many bits lead on, the least state that they lead to, and whose it is.
_CUT_BITS, _BASE_BITS = 5, 16
_CUT_MASK, _BASE_MASK = (1 << _CUT_BITS) - 1, (1 << _BASE_BITS) - 1
_SYMBOL_AT = _CUT_BITS + _BASE_BITS
_LOADED_MASK = (1 << LOADED_BITS) - 1
# Of 56 bits that are loaded 49 are sure to be there: three times 16.
_LOOKS = 3
_GROUP = _LOOKS * LANES
# What has no sign needs no test for indices from the end.
_NO_SIGN = (1 << 60) - 1


def cuts_of(frequencies: Counts, total_bits: int) -> Int64s:
    """What, with a state added, says above 2^20 how many bits a token cuts off.

    >>> [(int(cut) + state) >> 20 for cut in cuts_of(np.array([3, 13]), 4) for state in (16, 23, 24, 31)]
    [2, 2, 3, 3, 0, 0, 0, 1]
    """
    most = np.frexp(((2 << total_bits) - 1) // np.maximum(frequencies, 1))[1] - 1
    found: Int64s = (most << _POINT) - (frequencies << most)
    return found


def packed_states(owners: Counts, cuts: Bytes, bases: Counts, size: int) -> Packed:
    """What each state says, shape (T,), in 32 bits if there are at most 256 symbols.

    >>> packed_states(np.array([1]), np.array([2], np.uint8), np.array([3]), 2).tolist() == [1 << 21 | 3 << 5 | 2]
    True
    """
    packed = owners << _SYMBOL_AT | bases << _CUT_BITS | cuts
    return packed.astype(np.uint32) if size <= 256 else packed


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
    out[(at - 1) & _NO_SIGN] = window & _WORD_MASK
    full = held >> 5
    return int(states[(own + (state >> cut)) & _NO_SIGN]), window >> (32 * full), held & 31, at - full


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
def _take(state: int, window: int, left: int, table: Packed) -> tuple[int, int, int]:
    """A token, the state before it, and how many bits of the window are left."""
    entry = int(table[state])
    cut = entry & _CUT_MASK
    left -= cut
    bits = (window >> left) & ((1 << cut) - 1)
    return entry >> _SYMBOL_AT, ((entry >> _CUT_BITS) & _BASE_MASK) + bits, left


@kernel(work=lambda *_: 1)
def _rest(data: Bytes, position: int, state: int, table: Packed, begin: int, symbols: Symbols) -> tuple[int, int]:
    """Tokens begin, begin + 4, ... of a lane: where it stands then, and the state."""
    for i in range(begin, symbols.size, LANES):
        entry = int(table[state])
        cut = entry & _CUT_MASK
        symbols[i] = entry >> _SYMBOL_AT
        bits = loaded(data, position, data.size - 8) >> (LOADED_BITS - cut)
        state, position = ((entry >> _CUT_BITS) & _BASE_MASK) + bits, position + cut
    return position, state


@kernel
def decode_four_tans(
    data: Bytes, positions: Int64s, states: Int64s, table: Packed, total_bits: int, symbols: Symbols
) -> None:
    """Walk back, token i in lane i mod 4; afterwards `positions` and `states`, less T, say where each lane stands.

    data: all payloads and 8 bytes more.  positions: the bit at which each begins.  table: `packed_states`.

    >>> from compress.coders.catalog import choose
    >>> coder, found = choose("tans:4").of([10, 6]), np.zeros(1, np.uint8)
    >>> first = int.from_bytes(coder.encode(np.array([1], np.uint8)).tobytes(), "big")
    >>> data, states = np.array([first, 0, 0, 0, *[0] * 8], np.uint8), np.zeros(4, np.int64)
    >>> decode_four_tans(data, np.arange(0, 32, 8), states, coder._packed, 4, found), found.tolist(), states.tolist()
    (None, [1], [0, 0, 0, 0])
    """
    last, shift = data.size - 8, LOADED_BITS - total_bits
    at0, at1, at2, at3 = int(positions[0]), int(positions[1]), int(positions[2]), int(positions[3])
    x0, x1 = loaded(data, at0, last) >> shift, loaded(data, at1, last) >> shift
    x2, x3 = loaded(data, at2, last) >> shift, loaded(data, at3, last) >> shift
    at0, at1, at2, at3 = at0 + total_bits, at1 + total_bits, at2 + total_bits, at3 + total_bits
    whole = symbols.size - symbols.size % _GROUP
    for i in range(0, whole, _GROUP):
        a, b = loaded(data, at0, last), loaded(data, at1, last)
        c, d = loaded(data, at2, last), loaded(data, at3, last)
        left0, left1, left2, left3 = LOADED_BITS, LOADED_BITS, LOADED_BITS, LOADED_BITS
        for look in range(_LOOKS):
            at = i + LANES * look
            symbols[at], x0, left0 = _take(x0, a, left0, table)
            symbols[at + 1], x1, left1 = _take(x1, b, left1, table)
            symbols[at + 2], x2, left2 = _take(x2, c, left2, table)
            symbols[at + 3], x3, left3 = _take(x3, d, left3, table)
        at0, at1 = at0 + LOADED_BITS - left0, at1 + LOADED_BITS - left1
        at2, at3 = at2 + LOADED_BITS - left2, at3 + LOADED_BITS - left3
    positions[0], states[0] = _rest(data, at0, x0, table, whole, symbols)
    positions[1], states[1] = _rest(data, at1, x1, table, whole + 1, symbols)
    positions[2], states[2] = _rest(data, at2, x2, table, whole + 2, symbols)
    positions[3], states[3] = _rest(data, at3, x3, table, whole + 3, symbols)
