"""What is remembered of the past: each kind of context is a number made of some of it.

                                                                 worth, %, of  alice29  kennedy  ptt5   sum
    order 0 to 4     so many bytes before: what follows "th"          0         0.6    -0.1   0.5   0.8
                                                                      1         0.4    -0.3   0.1   0.8
                                                                      2         0.7     0.3   0.1   1.3
                                                                      3         0.4    -0.2  -0.1   0.3
                                                                      4         0.5     2.8  -0.1   0.2
    order 6                                                                     0.3    20.6  -0.1   0.3
    word             the letters since the last that was none, the byte before  2.0    -0.3  -0.1   0.5
    words            the same and the word before                               0.8    -0.3  -0.1   0.0
    gap              the two bytes before the last one                         -0.0     0.3   0.0   0.7
    high halves      the high halves of the last four: what kind each is        0.2     1.2   0.0   1.4
    above            the byte one row above (`strides`)                         0.1    -0.4   2.7   0.1
    above two        that, and the one two rows above                          -0.1     4.8   3.9   0.3
    column           how far the row has come                                  -0.1     0.0   0.1   1.0

Worth: by how much the payload grows without it (files of the Canterbury corpus; tests/benchmarks/mix_parts.py).  What
came in each is kept apart (`slots`); which is to be believed is learned (`blend`).

Next: `models.mixing.blend` (which to believe).
"""

from __future__ import annotations

from compress.kernel import kernel, step
from compress.models.mixing.now import DUE, LOOKED, PAST, ROW, WORD, WORD_BEFORE
from compress.models.mixing.slots import MARK_BITS
from compress.models.mixing.strides import COUNTED_AT_ONCE, longest_row, next_look
from compress.symbols import Counts, Symbols

__all__ = ["KINDS", "halfway", "remember"]

KINDS = (
    *("order 0", "order 1", "order 2", "order 3", "order 4", "order 6"),
    *("word", "words", "gap", "high halves", "above", "above two", "column"),
)
_MASK = (1 << MARK_BITS) - 1
# Odd numbers without a pattern; a product with 32 bits stays below 2^62.
_LOW, _HIGH, _HALF = 0x2545F491, 0x3D4D51CB, 0x1127599BF4325C3
_WORD = 0x2F0B4C47


@step
def _mark(value: int, kind: int) -> int:
    """A number of 62 bits that tells a value of 48 bits from most others."""
    mixed = ((value & 0xFFFFFFFF) * _LOW + ((value >> 32) + (kind << 16)) * _HIGH) & _MASK
    return mixed ^ (mixed >> 31)


@step
def halfway(mark: int, partial: int) -> int:
    """The mark of a context and half a byte that is known, 1 before the first bit.

    >>> halfway(5, 1), len({halfway(5, partial) & 255 for partial in range(16, 32)})
    (5, 16)
    """
    return (mark + (partial - 1) * _HALF) & _MASK


@step
def _byte(message: Symbols, place: int) -> int:
    """The byte at this place; before the first, 0."""
    return int(message[place]) if place >= 0 else 0


@kernel(work=lambda *_: 1)
def remember(message: Symbols, place: int, marks: Counts, row_counts: Counts, now: Counts) -> None:
    """The bytes before `place` are known: what each context is, as a mark.

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> def marks(text):
    ...     memory = begun(9)
    ...     for place in range(len(text) + 1):
    ...         remember(np.frombuffer(text, np.uint8), place, memory.marks, memory.row_counts, memory.now)
    ...     return memory.marks
    >>> [kind for kind, a, b in zip(KINDS, marks(b"my cat"), marks(b"a cat"), strict=True) if a != b]
    ['order 6', 'words']
    """
    if place == int(now[DUE]):
        now[ROW] = longest_row(message, max(int(now[LOOKED]), place - COUNTED_AT_ONCE), place, row_counts)
        now[LOOKED], now[DUE] = place, next_look(place)
    last = _byte(message, place - 1)
    past = (int(now[PAST]) << 8 | last) & ((1 << 48) - 1)
    now[PAST] = past
    # Letters of either size are alike, and all beyond ASCII are letters.
    lower = last | 32
    if 97 <= lower <= 122 or last >= 128:
        now[WORD] = (int(now[WORD]) * _WORD + (lower if last < 128 else last) + 1) & 0xFFFFFFFF
    elif now[WORD]:
        now[WORD_BEFORE], now[WORD] = now[WORD], 0
    word, row = int(now[WORD]), int(now[ROW])
    # Where no row is known there is nothing above.
    above = _byte(message, place - row if row else -1)
    above_that = _byte(message, place - 2 * row if row else -1)
    marks[0] = _mark(0, 0)
    marks[1] = _mark(past & 0xFF, 1)
    marks[2] = _mark(past & 0xFFFF, 2)
    marks[3] = _mark(past & 0xFFFFFF, 3)
    marks[4] = _mark(past & 0xFFFFFFFF, 4)
    marks[5] = _mark(past, 5)
    marks[6] = _mark(word | last << 32, 6)
    marks[7] = _mark(word ^ (int(now[WORD_BEFORE]) >> 8) * 3, 7)
    marks[8] = _mark((past >> 8) & 0xFFFF, 8)
    marks[9] = _mark(past & 0xF0F0F0F0, 9)
    marks[10] = _mark(above | row << 8, 10)
    marks[11] = _mark(above | above_that << 8 | row << 16, 11)
    marks[12] = _mark((place % row if row else 0) | row << 16, 12)
