"""One bit: foretold from all that was counted, and then counted itself.

Memory is slow: the bucket of a context comes from far away, and thirteen are needed for half a byte.  So they are asked
for as soon as it is known which they will be, which is before anything is learned of the bit before.  What is done for
each context is done for sixteen at once, as processors do; the three that are left over say nothing.  Of the time that
alice29.txt takes, asking saves 15 %, and sixteen at once 20 %.

Next: `passes` (a message, bit by bit).
"""

from __future__ import annotations

from compress.kernel import NO_SIGN, prefetch, step
from compress.models.mixing.blend import INPUTS, REFINING, between, dots, held, on_the_scale, rate, squash, train
from compress.models.mixing.chances import COUNT_BITS, FINE_BITS, nearer
from compress.models.mixing.contexts import halfway
from compress.models.mixing.logistic import CHANCE_BITS, STRETCH, STRETCH_BITS
from compress.models.mixing.matches import follow, length_class, looked_up
from compress.models.mixing.now import (
    AT_ONCE,
    CHOICES,
    CHOSEN,
    EXPECTED,
    MATCHED,
    MIXED,
    NODE,
    PARTIAL,
    PAST,
    RATE,
    REFINED,
    SAID,
    Memory,
)
from compress.models.mixing.slots import BUCKET, CHANCE, COUNTED, HISTORY, found, near, seen
from compress.symbols import Symbols

__all__ = ["OF_MATCHES", "foretell", "learn", "sets", "turn"]

_ONE = 1 << CHANCE_BITS
# What a match tells of itself: nothing, or how long it is.
_TOLD = 5
# Where in `chances` those of matches begin, behind those of histories.
OF_MATCHES = AT_ONCE << 8
# The bits of a place in `chances`, and of one in STRETCH.
_OF_ALL, _STRETCHED = 2 * OF_MATCHES - 1, (1 << STRETCH_BITS) - 1
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


@step
def turn(message: Symbols, place: int, memory: Memory) -> None:
    """The bytes before `place` are known, and the next begins.

    >>> import numpy as np
    >>> from compress.models.mixing.memory import begun
    >>> memory = begun(400)
    >>> turn(np.frombuffer(b"hm", np.uint8), 1, memory), int(memory.now[RATE])
    (None, 59)
    """
    if memory.positions.size:
        follow(message, place, memory.positions, memory.now)
    memory.now[RATE] = rate(place)


@step
def _buckets(memory: Memory) -> int:
    """How many buckets each context has; behind those of all there is one that is always empty."""
    return (memory.slots.size - BUCKET) // (BUCKET * memory.kept.size)


@step
def _ask(memory: Memory, partial: int) -> None:
    """Ask for all that will be looked up when this byte is known as far as this.  Nothing depends on it."""
    buckets = _buckets(memory)
    for k in range(memory.kept.size):
        mark = halfway(int(memory.marks[int(memory.kept[k])]), partial)
        prefetch(memory.slots, k * BUCKET * buckets + near(mark, buckets))
        prefetch(memory.slots, k * BUCKET * buckets + near(mark ^ 1, buckets))
    prefetch(memory.positions, looked_up(int(memory.now[PAST]), memory.positions.size))


@step
def foretell(memory: Memory) -> int:
    """The chance of 2^16 that the next bit is a 1.

    >>> from compress.models.mixing.memory import begun
    >>> foretell(begun(1))
    32768
    """
    now, contexts = memory.now, memory.kept.size
    partial, node = int(now[PARTIAL]), int(now[NODE])
    if node == 1:
        buckets = _buckets(memory)
        for k in range(contexts):
            mark = halfway(int(memory.marks[int(memory.kept[k])]), partial)
            memory.places[k] = found(memory.slots, k * BUCKET * buckets, buckets, mark)
    # Where nothing is expected the match asks for a chance that is always a half.
    told, of_match = 0, contexts << 8
    if now[EXPECTED]:
        length = int(now[MATCHED])
        told = 1 + int(length >= 8) + int(length >= 16) + int(length >= 32)
        of_match = OF_MATCHES | length_class(length) << 1 | (int(now[EXPECTED]) >> 7) & 1
    known = 0
    for k in range(AT_ONCE):
        number = int(memory.slots[(int(memory.places[k]) + node) & NO_SIGN])
        known += int(number & COUNTED > 0)
        at = of_match if k == contexts else k << 8 | (number >> HISTORY) & 255
        belief = int(memory.chances[at & _OF_ALL])
        memory.numbers[k], memory.asked[k], memory.beliefs[k] = number, at, belief
        memory.inputs[k] = STRETCH[(belief >> _TO_STRETCH) & _STRETCHED]
        memory.inputs[AT_ONCE + k] = ((number >> CHANCE) - (_ONE >> 1)) >> _TO_LINE
    last = int(now[PAST]) & 255
    by_bits, by_byte = partial * INPUTS, (256 + last) * INPUTS
    by_known = (512 + told * (contexts + 1) + known) * INPUTS
    now[CHOSEN], now[CHOSEN + 1], now[CHOSEN + 2] = by_bits, by_byte, by_known
    a, b, c = dots(memory.inputs, memory.weights, by_bits, by_byte, by_known)
    now[SAID], now[SAID + 1], now[SAID + 2] = a, b, c
    at, balance = CHOICES * partial, memory.balance
    x = on_the_scale(a * int(balance[at]) + b * int(balance[at + 1]) + c * int(balance[at + 2]))
    now[MIXED] = x
    chance = squash(x)
    if memory.corrections.size:
        at, way = between(x)
        at += REFINING * (last << 8 | partial)
        better = (int(memory.corrections[at]) * (256 - way) + int(memory.corrections[at + 1]) * way) >> 8
        now[REFINED] = at + (way >> 7)
        chance = (chance + 3 * better) >> 2
    # No chance is 2^16, for none that is mixed or refined is.
    return max(chance, 1)


@step
def learn(bit: int, memory: Memory) -> None:
    """The bit came: what was counted and weighed for it is moved.

    >>> from compress.models.mixing.memory import begun
    >>> memory = begun(1)
    >>> before = foretell(memory)
    >>> learn(1, memory)
    >>> foretell(memory) > before
    True
    """
    now, contexts = memory.now, memory.kept.size
    partial, node = int(now[PARTIAL]), int(now[NODE])
    # The last bit of a byte moves the 1 before its bits to 256, and the next byte begins.
    after = partial << 1 | bit if partial < 128 else 1
    if node >= 8:
        _ask(memory, after)
    prefetch(memory.corrections, REFINING * ((int(now[PAST]) & 255) << 8 | after) + REFINING // 2)
    due = (bit << CHANCE_BITS) - bit
    wrong = due - squash(int(now[MIXED]))
    for choice in range(CHOICES):
        x, at = int(now[SAID + choice]), CHOICES * partial + choice
        train(memory.inputs, memory.weights, int(now[CHOSEN + choice]), ((due - squash(x)) * int(now[RATE])) >> 8)
        memory.balance[at] = held(int(memory.balance[at]) + ((x * wrong) >> 17))
    if memory.corrections.size:
        at = int(now[REFINED])
        memory.corrections[at] = int(memory.corrections[at]) + ((due - int(memory.corrections[at])) >> _REFINING_RATE)
    for k in range(AT_ONCE):
        memory.numbers[k] = seen(int(memory.numbers[k]), bit)
        memory.beliefs[k] = nearer(int(memory.beliefs[k]), bit)
    for k in range(contexts):
        memory.slots[(int(memory.places[k]) + node) & NO_SIGN] = memory.numbers[k]
        memory.chances[int(memory.asked[k]) & _OF_ALL] = memory.beliefs[k]
    if now[EXPECTED]:
        memory.chances[int(memory.asked[contexts])] = memory.beliefs[contexts]
        now[EXPECTED] = 256 | (int(now[EXPECTED]) << 1) & 255
        if int(memory.asked[contexts]) & 1 != bit:
            now[EXPECTED] = now[MATCHED] = 0
    now[PARTIAL] = after
    now[NODE] = node << 1 | bit if node < 8 else 1
