"""A message, bit by bit: foretell, code, learn.

Next: `memory` (all that is counted).
"""

from __future__ import annotations

from compress.coders.streams.interval import WHOLE, Bytes, finish, refill, settle
from compress.kernel import kernel
from compress.models.mixing.bits import Refined, foretell, learn, turn
from compress.models.mixing.chances import Numbers
from compress.models.mixing.logistic import CHANCE_BITS
from compress.symbols import Counts, Symbols

__all__ = ["count_mixing", "decode_mixing", "encode_mixing"]

_ONE = 1 << CHANCE_BITS


@kernel(work=lambda symbols, *_: 300 * symbols.size)
def encode_mixing(
    symbols: Symbols,
    slots: Numbers,
    chances: Numbers,
    weights: Numbers,
    balance: Numbers,
    corrections: Refined,
    inputs: Numbers,
    places: Counts,
    kept: Counts,
    marks: Counts,
    positions: Numbers,
    row_counts: Counts,
    now: Counts,
    out: Bytes,
) -> int:
    """Narrow [0, 1) bit by bit; returns the payload's bits.

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> encode_mixing(np.frombuffer(b"aaaaaaaa", np.uint8), *begun(8), np.zeros(99, np.uint8))
    14
    """
    low, width, at = 0, WHOLE, 0
    for i in range(symbols.size):
        turn(symbols, i, positions, marks, row_counts, now)
        byte = int(symbols[i])
        for place in range(7, -1, -1):
            bit = (byte >> place) & 1
            chance = foretell(slots, chances, weights, balance, corrections, inputs, places, kept, marks, now)
            part = width >> CHANCE_BITS
            zero = part * (_ONE - chance)
            if bit:
                low, width, at = settle(low + zero, part * chance, out, at)
            else:
                low, width, at = settle(low, zero, out, at)
            learn(bit, slots, chances, weights, balance, corrections, inputs, places, now)
    return finish(low, width, out, at)


@kernel(work=lambda data, *rest: 300 * rest[-1].size)
def decode_mixing(
    data: Bytes,
    slots: Numbers,
    chances: Numbers,
    weights: Numbers,
    balance: Numbers,
    corrections: Refined,
    inputs: Numbers,
    places: Counts,
    kept: Counts,
    marks: Counts,
    positions: Numbers,
    row_counts: Counts,
    now: Counts,
    symbols: Symbols,
) -> tuple[int, int]:
    """What `encode_mixing` wrote: the bytes that moved out of the window, and the number of tokens found.

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> symbols = np.zeros(2, np.uint8)
    >>> decode_mixing(np.array([32, *[0] * 12], np.uint8), *begun(2), symbols), symbols.tolist()
    ((1, 2), [128, 0])
    """
    offset, width, at = 0, WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    for i in range(symbols.size):
        turn(symbols, i, positions, marks, row_counts, now)
        byte = 0
        for _ in range(8):
            chance = foretell(slots, chances, weights, balance, corrections, inputs, places, kept, marks, now)
            part = width >> CHANCE_BITS
            if offset >> CHANCE_BITS >= part:
                return at - 8, i
            zero = part * (_ONE - chance)
            bit = int(offset >= zero)
            if bit:
                offset, width = offset - zero, part * chance
            else:
                width = zero
            offset, width, at = refill(offset, width, data, at)
            learn(bit, slots, chances, weights, balance, corrections, inputs, places, now)
            byte = byte << 1 | bit
        symbols[i] = byte
    return at - 8, symbols.size


@kernel(work=lambda symbols, *_: 300 * symbols.size)
def count_mixing(
    symbols: Symbols,
    slots: Numbers,
    chances: Numbers,
    weights: Numbers,
    balance: Numbers,
    corrections: Refined,
    inputs: Numbers,
    places: Counts,
    kept: Counts,
    marks: Counts,
    positions: Numbers,
    row_counts: Counts,
    now: Counts,
    shares: Counts,
) -> None:
    """Count how often a bit came that owned so many of 2^16; shares: of each, shape (2^16 + 1,).

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> shares = np.zeros(_ONE + 1, np.int64)
    >>> count_mixing(np.zeros(1, np.uint8), *begun(1), shares), np.flatnonzero(shares)[:3].tolist()
    (None, [32768, 56759, 61684])
    """
    for i in range(symbols.size):
        turn(symbols, i, positions, marks, row_counts, now)
        byte = int(symbols[i])
        for place in range(7, -1, -1):
            bit = (byte >> place) & 1
            chance = foretell(slots, chances, weights, balance, corrections, inputs, places, kept, marks, now)
            shares[chance if bit else _ONE - chance] += 1
            learn(bit, slots, chances, weights, balance, corrections, inputs, places, now)
