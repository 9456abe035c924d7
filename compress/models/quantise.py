"""Rows of floats as whole numbers, and the arithmetic coder's loops that take one for each token.

Next: `models.rows` (the coder that is made of them).
"""

from __future__ import annotations

from compress.coders.streams.interval import (
    Bytes,
    count_before,
    narrow,
    refill,
    settle,
)
from compress.kernel import kernel, step
from compress.models.predictions import Probabilities
from compress.probability.frequencies import TOTAL
from compress.symbols import Counts, Symbols

__all__ = ["NO_NUMBERS", "NO_SUM", "NO_TOKEN", "ZERO", "decode_each", "encode_each"]

_FINGERPRINT_MASK = (1 << 62) - 1


# Why a row, or a token of it, cannot be used.
NO_NUMBERS, NO_SUM, ZERO, NO_TOKEN = -1, -2, -3, -4


@step
def _is_sound(row: Probabilities) -> bool:
    """Whether these are numbers from 0 to 2: what is not a number compares with nothing."""
    wrong = False
    for j in range(row.size):
        wrong |= not 0.0 <= float(row[j]) <= 2.0
    return not wrong


@step
def _total(row: Probabilities) -> int:
    """The row's sum over 2^40, each number cut to a whole one."""
    total = 0
    for j in range(row.size):
        total += int(float(row[j]) * TOTAL)
    return total


@kernel
def _quantise(row: Probabilities, tolerance: float, owned: Counts) -> int:
    """What each token owns of 2^40, shape (K,): the row's fingerprint, or -1 or -2 for what is wrong with it.

    With what was cut off, the row's own sum is below total + K of 2^40.  What is left over is the last token's.
    """
    if not _is_sound(row):
        return NO_NUMBERS
    total = _total(row)
    if abs(total - TOTAL) > tolerance * TOTAL + row.size:
        return NO_SUM
    # A row whose numbers are whole over 2^40 stays as it is.
    unit = float(TOTAL) if total == TOTAL else TOTAL * (TOTAL / float(total + row.size))
    last = row.size - 1
    # All together own 2^40 at most, and 2j + 1 is below 2^19: this stays below 2^60.
    mark, given = 0, 0
    for j in range(last):
        own = int(float(row[j]) * unit)
        owned[j] = own
        given += own
        mark += own * (2 * j + 1)
    owned[last] = TOTAL - given
    return mark + (TOTAL - given) * (2 * last + 1)


# All numbers of a row are looked at.
@kernel(work=lambda rows, *_: rows.size)
def encode_each(
    rows: Probabilities,
    symbols: Symbols,
    ranks: Counts,
    others: int,
    tolerance: float,
    out: Bytes,
    came: Counts,
    owned: Counts,
    state: Counts,
) -> tuple[int, int]:
    """Narrow the interval by each token's part of its row: (tokens coded, why no more).

    others: how many tokens the last of a row stands for, 0 if for itself; ranks: which of them came, shape (n,).
    came: what each token owned of 2^40, shape (n,).  owned: room for a row, shape (K,).  state: low, width, at
    and the fingerprint, before these rows and after them.
    """
    low, width, at, mark = int(state[0]), int(state[1]), int(state[2]), int(state[3])
    for i in range(symbols.size):
        symbol = int(symbols[i])
        found = _quantise(rows[i], tolerance, owned)
        if found < 0:
            return i, found
        mark = (mark + found) & _FINGERPRINT_MASK
        own = int(owned[symbol])
        # The last token may own what is left over although it has no chance.
        if own == 0 or not float(rows[i, symbol]) * TOTAL >= 1.0:
            return i, ZERO
        begin = 0
        for j in range(symbol):
            begin += int(owned[j])
        came[i] = own
        low, width = narrow(low, width, begin, begin + own)
        low, width, at = settle(low, width, out, at)
        if others and symbol == owned.size - 1:
            part = width // others
            low, width, at = settle(low + part * int(ranks[i]), part, out, at)
    state[0], state[1], state[2], state[3] = low, width, at, mark
    return symbols.size, 0


@kernel(work=lambda data, rows, *_: rows.size)
def decode_each(
    data: Bytes,
    rows: Probabilities,
    tolerance: float,
    symbols: Symbols,
    ranks: Counts,
    others: int,
    owned: Counts,
    state: Counts,
) -> tuple[int, int]:
    """What `encode_each` wrote: (tokens found, why no more); state: offset, width, at and the fingerprint."""
    offset, width, at, mark = int(state[0]), int(state[1]), int(state[2]), int(state[3])
    last = rows.shape[1] - 1
    for i in range(symbols.size):
        found = _quantise(rows[i], tolerance, owned)
        if found < 0:
            return i, found
        mark = (mark + found) & _FINGERPRINT_MASK
        # No token that ends at `least` or before can be the one.
        least, symbol, below = count_before(offset, width), 0, 0
        while symbol < last and below + int(owned[symbol]) <= least:
            below += int(owned[symbol])
            symbol += 1
        begin, part = narrow(0, width, below, below + int(owned[symbol]))
        while offset - begin >= part:
            if symbol == last:
                return i, NO_TOKEN
            below += int(owned[symbol])
            symbol += 1
            begin, part = narrow(0, width, below, below + int(owned[symbol]))
        symbols[i] = symbol
        offset, width, at = refill(offset - begin, part, data, at)
        if others and symbol == last:
            part = width // others
            rank = offset // part
            if rank >= others:
                return i, NO_TOKEN
            ranks[i] = rank
            offset, width, at = refill(offset - part * rank, part, data, at)
    state[0], state[1], state[2], state[3] = offset, width, at, mark
    return symbols.size, 0
