"""A tree of Huffman's that grows with a message: J. S. Vitter's algorithm Λ, which both ends run alike.

Nodes are numbered from the root, which is 0, down: no node is heavier than one before it, and of equal weights inner
nodes come before leaves.  The children of the i-th inner node are the nodes 2i + 1 and 2i + 2.  A tree can be numbered
so if and only if it is a tree of Huffman's (R. Gallager 1978); with the leaves last it is one of those whose words have
the least sum of lengths, and the shortest longest word.

    abac    0: 4            inner nodes: their weights; d, the only token that has not come, has weight 0
            1: 2  2: a 2
            3: 1  4: b 1    words: a 0   b 10   c 111   d 110
            5: c 1  6: d 0

So two falling lists are all of the tree, the weights of inner nodes and those of leaves: a leaf of weight w stands
behind the inner nodes of w or more, an inner node behind the leaves of more than w, and a search by halving finds how
many those are.  A node that becomes heavier by 1 keeps its place in its list if it is the first of its weight there.

Next: `vitter` (the code of that tree).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.kernel import kernel
from compress.symbols import Counts, Symbols

__all__ = ["LONGEST", "decode_grown", "encode_grown", "sprouted"]

Bytes = npt.NDArray[np.uint8]

# Bits of a token at most: a node k levels above a leaf weighs the k-th Fibonacci number at least, so that 2^63 tokens
# make 92 levels; and behind them stands which new token it is.
LONGEST = 128


def sprouted(size: int) -> tuple[Counts, Counts, Counts, Counts, Counts]:
    """The tree before the first token of an alphabet of so many: inner, leaf, listed, place, waiting.

    inner, leaf: weights of inner nodes and of leaves; the last leaf stands for all tokens that have not come.  listed:
    the symbols of the leaves.  place: the leaf of each symbol, or -1 - i of one that waits as number i.  waiting: the
    symbols that have not come, and last how many they are.

    >>> [each.tolist() for each in sprouted(2)]
    [[0, 0], [0, 0, 0], [0, 0], [-1, -2], [0, 1, 2]]
    """
    inner, leaf, listed = np.zeros(size, np.int64), np.zeros(size + 1, np.int64), np.zeros(size, np.int64)
    return inner, leaf, listed, -1 - np.arange(size), np.append(np.arange(size), size)


@kernel
def _ahead(falling: Counts, many: int, least: int) -> int:
    """How many of the first so many weights are `least` or more.

    >>> _ahead(np.array([5, 3, 3, 1]), 4, 3)
    3
    """
    low, high = 0, many
    while low < high:
        middle = (low + high) >> 1
        if int(falling[middle]) >= least:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _grow(inner: Counts, leaf: Counts, listed: Counts, place: Counts, waiting: Counts, symbol: int) -> None:
    """Let the tree know that a symbol came: its leaf becomes heavier by 1, and so does all above."""
    left, at, is_late = int(waiting[-1]), int(place[symbol]), False
    known = place.size - left
    nodes = known if left else known - 1
    # The inner node that becomes heavier next.
    node = 0
    if at < 0:
        # The last of those that wait gets the number of this one.
        moved, number, at = int(waiting[left - 1]), -1 - at, known
        waiting[number], place[moved], waiting[-1] = moved, -1 - number, left - 1
        listed[at], place[symbol], leaf[at] = symbol, at, 0
        known += 1
        if left > 1:
            # The leaf of all that wait becomes a node with two: the new one, and that of all others.
            inner[nodes], node, is_late = 0, nodes, True
            nodes += 1
    else:
        # It changes places with the first leaf of its weight.
        first = _ahead(leaf, known, int(leaf[at]) + 1)
        other = int(listed[first])
        listed[at], place[other], listed[first], place[symbol] = other, at, symbol, first
        at = first
        stands = at + _ahead(inner, nodes, int(leaf[at]))
        if left and stands == 2 * nodes - 1:
            # Beside a weight of 0 it weighs what its parent weighs, and must not get ahead of that.
            node, is_late = nodes - 1, True
    if not is_late:
        leaf[at] += 1
        node = (at + _ahead(inner, nodes, int(leaf[at])) - 1) >> 1
    while node >= 0:
        # What is above it is what was above it before.
        above = (node + _ahead(leaf, known, int(inner[node]) + 1) - 1) >> 1
        inner[node] += 1
        node = above
    if is_late:
        leaf[at] += 1


@kernel
def _width(left: int, number: int) -> tuple[int, int]:
    """The word of one of so many alike, as (value, bits): the first of them have 1 bit less if they are not 2^k.

    >>> [_width(3, number) for number in range(3)]
    [(0, 1), (2, 2), (3, 2)]
    """
    bits = 0
    while 1 << bits < left:
        bits += 1
    short = (1 << bits) - left
    return (number, bits - 1) if number < short else (number + short, bits)


@kernel(allocates=True)
def encode_grown(
    symbols: Symbols, inner: Counts, leaf: Counts, listed: Counts, place: Counts, waiting: Counts, out: Bytes
) -> int:
    """Write the word of each symbol, then let the tree know; returns the bits.  `out`: zeros, LONGEST bits a symbol.

    >>> out = np.zeros(100, np.uint8)
    >>> bits = encode_grown(np.array([0, 1, 0, 2, 3], np.uint8), *sprouted(4), out)
    >>> f"{int.from_bytes(out[:2].tobytes(), 'big') >> 16 - bits:0{bits}b}"
    '000100001110'
    """
    bits = 0
    path = np.zeros(LONGEST, np.uint8)
    for i in range(symbols.size):
        symbol = int(symbols[i])
        left, at = int(waiting[-1]), int(place[symbol])
        known = place.size - left
        nodes = known if left else known - 1
        stands, levels = 2 * nodes if at < 0 else at + _ahead(inner, nodes, int(leaf[at])), 0
        while stands:
            path[levels] = stands & 1
            levels += 1
            node = (stands - 1) >> 1
            stands = node + _ahead(leaf, known, int(inner[node]) + 1)
        for level in range(levels - 1, -1, -1):
            out[bits >> 3] |= int(path[level]) << (7 - (bits & 7))
            bits += 1
        if at < 0:
            value, width = _width(left, -1 - at)
            for digit in range(width - 1, -1, -1):
                out[bits >> 3] |= (value >> digit & 1) << (7 - (bits & 7))
                bits += 1
        _grow(inner, leaf, listed, place, waiting, symbol)
    return bits


@kernel
def decode_grown(
    data: Bytes,
    stop: int,
    inner: Counts,
    leaf: Counts,
    listed: Counts,
    place: Counts,
    waiting: Counts,
    symbols: Symbols,
) -> int:
    """Read symbols.size words from the first `stop` bits; returns the bits read, or -1 - i if token i is not whole.

    Any bits are words of some message: each leaf has its own, and the tree has no place without one.

    >>> found = np.zeros(5, np.uint8)
    >>> decode_grown(np.array([16, 224], np.uint8), 12, *sprouted(4), found), found.tolist()
    (12, [0, 1, 0, 2, 3])
    """
    bits = 0
    for i in range(symbols.size):
        left = int(waiting[-1])
        known = place.size - left
        nodes = known if left else known - 1
        stands, node = 0, 0
        while node < nodes and int(inner[node]) >= int(leaf[stands - node]):
            if bits >= stop:
                return -1 - i
            stands = 2 * node + 2 - (int(data[bits >> 3]) >> (7 - (bits & 7)) & 1)
            bits += 1
            # How many of the nodes before it are inner ones: of the first ones a, leaves for the rest, halved again.
            node, high = max(0, stands - nodes - 1), min(stands, nodes)
            while node < high:
                middle = (node + high) >> 1
                if int(inner[middle]) >= int(leaf[stands - middle - 1]):
                    node = middle + 1
                else:
                    high = middle
        if stands - node < known:
            symbol = int(listed[stands - node])
        else:
            width = 0
            while 1 << width < left:
                width += 1
            short, number = (1 << width) - left, 0
            for digit in range(width):
                # What the first bits say may be enough.
                if digit == width - 1 and number < short:
                    break
                if bits >= stop:
                    return -1 - i
                number = number << 1 | (int(data[bits >> 3]) >> (7 - (bits & 7)) & 1)
                bits += 1
            if number >= short and width:
                number -= short
            symbol = int(waiting[number])
        symbols[i] = symbol
        _grow(inner, leaf, listed, place, waiting, symbol)
    return bits
