"""One bit: foretold from all that was counted, and then counted itself.

Next: `passes` (a message, bit by bit).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.kernel import kernel, step
from compress.models.mixing.blend import REFINING, between, dot, held, on_the_scale, rate, squash, train
from compress.models.mixing.chances import COUNT_BITS, FINE_BITS, Numbers, nearer
from compress.models.mixing.contexts import halfway, remember
from compress.models.mixing.logistic import CHANCE_BITS, STRETCH, STRETCH_BITS
from compress.models.mixing.matches import follow, length_class
from compress.models.mixing.now import (
    ASKED,
    CHOICES,
    CHOSEN,
    EXPECTED,
    MATCH_CHANCE,
    MATCHED,
    MIXED,
    NODE,
    PARTIAL,
    PAST,
    RATE,
    REFINED,
    SAID,
)
from compress.models.mixing.slots import BUCKET, CHANCE, COUNTED, HISTORY, found, near, seen
from compress.symbols import Counts, Symbols

__all__ = [
    "INPUTS_OF_A_CONTEXT",
    "foretell",
    "learn",
    "sets",
    "turn",
]

Refined = npt.NDArray[np.uint16]

_ONE = 1 << CHANCE_BITS
# What a history of the context means, and the chance in it.
INPUTS_OF_A_CONTEXT = 2
# What a match tells of itself: nothing, or how long it is.
_TOLD = 5
# A chance around a half, as an input between -2 and 2 of 2^8.
_TO_LINE = CHANCE_BITS - 10
_REFINING_RATE = 5
_TO_STRETCH = FINE_BITS + COUNT_BITS - STRETCH_BITS


def sets(contexts: int) -> int:
    """How many sets of weights there are: by the bits of this byte, by the byte before, by what is known.

    >>> sets(1)
    522
    """
    return 256 + 256 + _TOLD * (contexts + 1)


@kernel(work=lambda *_: 1)
def turn(message: Symbols, place: int, positions: Numbers, marks: Counts, row_counts: Counts, now: Counts) -> None:
    """The bytes before `place` are known, and the next begins.

    >>> from compress.models.mixing.memory import begun
    >>> memory = begun(2)
    >>> turn(np.frombuffer(b"hm", np.uint8), 1, memory.positions, memory.marks, memory.row_counts, memory.now)
    >>> int(memory.now[PARTIAL]), chr(memory.now[PAST])
    (1, 'h')
    """
    remember(message, place, marks, row_counts, now)
    if positions.size:
        follow(message, place, positions, now)
    now[RATE] = rate(place)


@step
def foretell(
    slots: Numbers,
    chances: Numbers,
    weights: Numbers,
    balance: Numbers,
    corrections: Refined,
    inputs: Numbers,
    places: Counts,
    kept: Counts,
    marks: Counts,
    now: Counts,
) -> int:
    """The chance of 2^16 that the next bit is a 1.

    >>> from compress.models.mixing.memory import begun
    >>> memory = begun(1)
    >>> memory.now[PARTIAL] = memory.now[NODE] = 1
    >>> foretell(*memory[:9], memory.now)
    32768
    """
    partial, node, contexts = int(now[PARTIAL]), int(now[NODE]), places.size
    if node == 1:
        size = slots.size // contexts
        # Memory is slow: all are asked for before the first is waited for.
        asked = 0
        for k in range(contexts):
            asked += int(slots[k * size + near(halfway(int(marks[int(kept[k])]), partial), size // BUCKET)])
        now[ASKED] = asked
        for k in range(contexts):
            places[k] = found(slots, k * size, size // BUCKET, halfway(int(marks[int(kept[k])]), partial))
    known = 0
    for k in range(contexts):
        number = int(slots[int(places[k]) + node])
        known += int(number & COUNTED > 0)
        inputs[2 * k] = STRETCH[int(chances[k << 8 | (number >> HISTORY) & 255]) >> _TO_STRETCH]
        inputs[2 * k + 1] = ((number >> CHANCE) - (_ONE >> 1)) >> _TO_LINE
    told = 0
    inputs[2 * contexts] = 0
    if now[EXPECTED]:
        length = int(now[MATCHED])
        told = 1 + int(length >= 8) + int(length >= 16) + int(length >= 32)
        expected = (int(now[EXPECTED]) >> 7) & 1
        at = contexts << 8 | length_class(length) << 1 | expected
        now[MATCH_CHANCE] = at
        inputs[2 * contexts] = STRETCH[int(chances[at]) >> _TO_STRETCH]
    last = int(now[PAST]) & 255
    now[CHOSEN] = partial * inputs.size
    now[CHOSEN + 1] = (256 + last) * inputs.size
    now[CHOSEN + 2] = (512 + told * (contexts + 1) + known) * inputs.size
    total = 0
    for choice in range(CHOICES):
        x = dot(inputs, weights, int(now[CHOSEN + choice]))
        now[SAID + choice] = x
        total += x * int(balance[CHOICES * partial + choice])
    x = on_the_scale(total)
    now[MIXED] = x
    chance = squash(x)
    if corrections.size:
        at, way = between(x)
        at += REFINING * (last << 8 | partial)
        better = (int(corrections[at]) * (256 - way) + int(corrections[at + 1]) * way) >> 8
        now[REFINED] = at + (way >> 7)
        chance = (chance + 3 * better) >> 2
    # No chance is 2^16, for none that is mixed or refined is.
    return max(chance, 1)


@step
def learn(
    bit: int,
    slots: Numbers,
    chances: Numbers,
    weights: Numbers,
    balance: Numbers,
    corrections: Refined,
    inputs: Numbers,
    places: Counts,
    now: Counts,
) -> None:
    """The bit came: what was counted and weighed for it is moved.

    >>> from compress.models.mixing.memory import begun
    >>> memory = begun(1)
    >>> memory.now[PARTIAL] = memory.now[NODE] = 1
    >>> before = foretell(*memory[:9], memory.now)
    >>> learn(1, *memory[:7], memory.now)
    >>> foretell(*memory[:9], memory.now) > before
    True
    """
    partial, node, contexts = int(now[PARTIAL]), int(now[NODE]), places.size
    due = (bit << CHANCE_BITS) - bit
    wrong = due - squash(int(now[MIXED]))
    for choice in range(CHOICES):
        x, at = int(now[SAID + choice]), CHOICES * partial + choice
        train(inputs, weights, int(now[CHOSEN + choice]), ((due - squash(x)) * int(now[RATE])) >> 8)
        balance[at] = held(int(balance[at]) + ((x * wrong) >> 17))
    if corrections.size:
        at = int(now[REFINED])
        corrections[at] = int(corrections[at]) + ((due - int(corrections[at])) >> _REFINING_RATE)
    for k in range(contexts):
        at = int(places[k]) + node
        number = int(slots[at])
        slots[at] = seen(number, bit)
        at = k << 8 | (number >> HISTORY) & 255
        chances[at] = nearer(int(chances[at]), bit)
    if now[EXPECTED]:
        at = int(now[MATCH_CHANCE])
        chances[at] = nearer(int(chances[at]), bit)
        now[EXPECTED] = 256 | (int(now[EXPECTED]) << 1) & 255
        if at & 1 != bit:
            now[EXPECTED] = now[MATCHED] = 0
    now[PARTIAL] = partial << 1 | bit
    now[NODE] = node << 1 | bit if node < 8 else 1
