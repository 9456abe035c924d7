"""Contexts and what followed each: chains of links, and the loops that walk them.

    contexts    "th" ──▶ a 3 ──▶ e 9 ──▶ o 1          what followed each, in the order of the symbols
                          │       └ leads to "he"      and the context that follows then
                          └ leads to "ha"

What followed is a chain that is walked from its beginning.  A context is looked for by its tokens only when it
follows a token for the first time in its own; from then on the link of the chain leads there.

The four numbers of a link stand side by side, so that a step of the walk is one look into memory; and a loop is handed
arrays, not a record of them, whose every use would be counted.  Each of the two made it twice as quick.

Next: `logistic` (many contexts at once, mixed: the scale on which chances are added up).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import WHOLE, Bytes, finish, refill, settle
from compress.kernel import divided, kernel
from compress.symbols import Symbols

__all__ = ["SYMBOL", "Memory", "decode_contexts", "encode_contexts"]

Numbers = npt.NDArray[np.int32]
# A polynomial of the tokens in this number, modulo a prime, spreads the contexts over the table.
_BASE, _PRIME = 1_103_515_245, (1 << 31) - 1


class Memory(NamedTuple):
    """Contexts and the links of their chains, both numbered from 1; 0 is none.  Four numbers stand together for each.

    contexts: of each its first link, how many tokens came after it, where in the message it first ended, and nothing.
    links: of each its symbol, how often it came, the next link, and the context that it leads to.
    slots: contexts by a number made of their tokens.  used: how many contexts and links there are.
    """

    contexts: Numbers
    links: Numbers
    slots: Numbers
    used: Numbers


# What each of four numbers is.
_FIRST, _TOTAL, _PLACE = 0, 1, 2
SYMBOL, _COUNT, _NEXT, _LEAD = 0, 1, 2, 3


@kernel
def _new_context(place: int, contexts: Numbers, used: Numbers) -> int:
    context = int(used[0]) + 1
    used[0] = context
    contexts[4 * context + _PLACE] = place
    return context


@kernel(work=lambda *_: 1)
def _context(message: Symbols, place: int, order: int, contexts: Numbers, slots: Numbers, used: Numbers) -> int:
    """The context that the tokens before this place are; it is made if it is new."""
    if place < order:
        return _new_context(place, contexts, used)
    mark = 0
    for i in range(place - order, place):
        mark = (mark + int(message[i]) + 1) * _BASE % _PRIME
    at = mark & (slots.size - 1)
    while slots[at]:
        context = int(slots[at])
        there, alike = int(contexts[4 * context + _PLACE]), 0
        while alike < order and message[there - 1 - alike] == message[place - 1 - alike]:
            alike += 1
        if alike == order:
            return context
        at = (at + 1) & (slots.size - 1)
    context = _new_context(place, contexts, used)
    slots[at] = context
    return context


@kernel(work=lambda *_: 1)
def _new_link(
    message: Symbols,
    place: int,
    order: int,
    context: int,
    link: int,
    last: int,
    contexts: Numbers,
    links: Numbers,
    slots: Numbers,
    used: Numbers,
) -> int:
    """The token at this place came after its context for the first time: the context that follows.

    link, last: the first of the chain's links that is not below the token, and the one before it.
    """
    new = int(used[1]) + 1
    used[1] = new
    links[4 * new + SYMBOL], links[4 * new + _COUNT], links[4 * new + _NEXT] = int(message[place]), 1, link
    if last:
        links[4 * last + _NEXT] = new
    else:
        contexts[4 * context + _FIRST] = new
    lead = _context(message, place + 1, order, contexts, slots, used)
    links[4 * new + _LEAD] = lead
    return lead


# For each token some others and some links are looked at.
@kernel(work=lambda symbols, size, order, *_: symbols.size * (3 + order))
def encode_contexts(
    symbols: Symbols,
    size: int,
    order: int,
    least: int,
    unit: int,
    contexts: Numbers,
    links: Numbers,
    slots: Numbers,
    used: Numbers,
    out: Bytes,
) -> int:
    """Narrow [0, 1) by what was counted in each token's context; returns the payload's bits.

    A symbol owns least + unit·count of a context's total, least·size + unit·count.  contexts, links, slots, used: a
    `Memory` of nothing.

    >>> memory = [np.zeros(size, np.int32) for size in (20, 20, 8, 2)]
    >>> memory[1][SYMBOL] = 2
    >>> encode_contexts(np.array([1, 1, 1], np.uint8), 2, 1, 1, 1, *memory, np.zeros(9, np.uint8)), memory[3].tolist()
    (4, [2, 2])
    """
    low, width, at = 0, WHOLE, 0
    context = _context(symbols, 0, order, contexts, slots, used)
    # Invariant: the memory is that of symbols[:i], whose last tokens are `context`; the interval as in `interval`.
    for i in range(symbols.size):
        symbol = int(symbols[i])
        # The first link that is not below the symbol, the one before, and what was counted before.
        link, last, below = int(contexts[4 * context + _FIRST]), 0, 0
        while int(links[4 * link + SYMBOL]) < symbol:
            below += int(links[4 * link + _COUNT])
            link, last = int(links[4 * link + _NEXT]), link
        total = int(contexts[4 * context + _TOTAL])
        is_known = int(links[4 * link + SYMBOL]) == symbol
        count = int(links[4 * link + _COUNT]) if is_known else 0
        part = divided(width, least * size + unit * total)
        begin, frequency = least * symbol + unit * below, least + unit * count
        low, width, at = settle(low + part * begin, part * frequency, out, at)
        contexts[4 * context + _TOTAL] = total + 1
        if is_known:
            links[4 * link + _COUNT] = count + 1
            context = int(links[4 * link + _LEAD])
        else:
            context = _new_link(symbols, i, order, context, link, last, contexts, links, slots, used)
    return finish(low, width, out, at)


@kernel(work=lambda data, size, order, *rest: rest[-1].size * (3 + order))
def decode_contexts(
    data: Bytes,
    size: int,
    order: int,
    least: int,
    unit: int,
    contexts: Numbers,
    links: Numbers,
    slots: Numbers,
    used: Numbers,
    symbols: Symbols,
) -> tuple[int, int]:
    """What `encode_contexts` wrote: the bytes that moved out of the window, and the number of tokens found.

    >>> memory, found = [np.zeros(size, np.int32) for size in (20, 20, 8, 2)], np.zeros(3, np.uint8)
    >>> memory[1][SYMBOL] = 2
    >>> data = np.array([0b0011_1000, *[0] * 9], np.uint8)
    >>> decode_contexts(data, 2, 1, 1, 1, *memory, found), found.tolist()
    ((0, 3), [1, 1, 1])
    """
    offset, width, at = 0, WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    context = _context(symbols, 0, order, contexts, slots, used)
    for i in range(symbols.size):
        total = int(contexts[4 * context + _TOTAL])
        part = divided(width, least * size + unit * total)
        point = divided(offset, part)
        if point >= least * size + unit * total:
            return at - 8, i
        # The first link that does not end below the point, the one before, and what was counted before.
        link, last, below = int(contexts[4 * context + _FIRST]), 0, 0
        while link:
            end = least * (int(links[4 * link + SYMBOL]) + 1) + unit * (below + int(links[4 * link + _COUNT]))
            if point < end:
                break
            below += int(links[4 * link + _COUNT])
            link, last = int(links[4 * link + _NEXT]), link
        # It is that link's symbol, or below it one that has none.
        symbol = min((point - unit * below) // least, int(links[4 * link + SYMBOL]))
        symbols[i] = symbol
        is_known = int(links[4 * link + SYMBOL]) == symbol
        count = int(links[4 * link + _COUNT]) if is_known else 0
        begin, frequency = least * symbol + unit * below, least + unit * count
        offset, width, at = refill(offset - part * begin, part * frequency, data, at)
        contexts[4 * context + _TOTAL] = total + 1
        if is_known:
            links[4 * link + _COUNT] = count + 1
            context = int(links[4 * link + _LEAD])
        else:
            context = _new_link(symbols, i, order, context, link, last, contexts, links, slots, used)
    return at - 8, symbols.size
