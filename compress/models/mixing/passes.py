"""A message, bit by bit: foretell, code, learn.

With a byte's last bit the byte is known, and so is what will be looked up for the next, before anything is learned.

Next: `memory` (all that is counted).
"""

from __future__ import annotations

from compress.coders.streams.interval import WHOLE, Bytes, finish, refill, settle
from compress.kernel import kernel
from compress.models.mixing.bits import foretell, learn, turn
from compress.models.mixing.contexts import remember
from compress.models.mixing.logistic import CHANCE_BITS
from compress.models.mixing.now import Memory
from compress.symbols import Counts, Symbols

__all__ = ["count_mixing", "decode_mixing", "encode_mixing"]

_ONE = 1 << CHANCE_BITS


@kernel(work=lambda symbols, *_: 300 * symbols.size, is_apart=True)
def encode_mixing(symbols: Symbols, memory: Memory, out: Bytes) -> int:
    """Narrow [0, 1) bit by bit; returns the payload's bits.

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> encode_mixing(np.frombuffer(b"aaaaaaaa", np.uint8), begun(8), np.zeros(99, np.uint8))
    14
    """
    low, width, at = 0, WHOLE, 0
    for i in range(symbols.size):
        turn(symbols, i, memory)
        byte = int(symbols[i])
        for place in range(7, -1, -1):
            bit = (byte >> place) & 1
            chance = foretell(memory)
            part = width >> CHANCE_BITS
            zero = part * (_ONE - chance)
            if bit:
                low, width, at = settle(low + zero, part * chance, out, at)
            else:
                low, width, at = settle(low, zero, out, at)
            if place == 0:
                remember(symbols, i + 1, memory.marks, memory.row_counts, memory.now)
            learn(bit, memory)
    return finish(low, width, out, at)


@kernel(work=lambda data, *rest: 300 * rest[-1].size, is_apart=True)
def decode_mixing(data: Bytes, memory: Memory, symbols: Symbols) -> tuple[int, int]:
    """What `encode_mixing` wrote: the bytes that moved out of the window, and the number of tokens found.

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> symbols = np.zeros(2, np.uint8)
    >>> decode_mixing(np.array([32, *[0] * 12], np.uint8), begun(2), symbols), symbols.tolist()
    ((1, 2), [128, 0])
    """
    offset, width, at = 0, WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    for i in range(symbols.size):
        turn(symbols, i, memory)
        byte = 0
        for place in range(7, -1, -1):
            chance = foretell(memory)
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
            byte = byte << 1 | bit
            if place == 0:
                symbols[i] = byte
                remember(symbols, i + 1, memory.marks, memory.row_counts, memory.now)
            learn(bit, memory)
    return at - 8, symbols.size


@kernel(work=lambda symbols, *_: 300 * symbols.size, is_apart=True)
def count_mixing(symbols: Symbols, memory: Memory, shares: Counts) -> None:
    """Count how often a bit came that owned so many of 2^16; shares: of each, shape (2^16 + 1,).

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> shares = np.zeros(_ONE + 1, np.int64)
    >>> count_mixing(np.zeros(1, np.uint8), begun(1), shares), np.flatnonzero(shares)[:3].tolist()
    (None, [32768, 56759, 61684])
    """
    for i in range(symbols.size):
        turn(symbols, i, memory)
        byte = int(symbols[i])
        for place in range(7, -1, -1):
            bit = (byte >> place) & 1
            chance = foretell(memory)
            shares[chance if bit else _ONE - chance] += 1
            if place == 0:
                remember(symbols, i + 1, memory.marks, memory.row_counts, memory.now)
            learn(bit, memory)
