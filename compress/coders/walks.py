"""What a message costs, found by walking through it again in the plainest way: to check coders that have states.

As in `reference`, nothing is shared with the coders but the definition: no tables, and no bits are written.

Next: `frequencies` (Q as whole numbers).
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import numpy as np

from compress.kernel import kernel
from compress.symbols import Counts, Symbols

__all__ = ["moved_bytes", "regrown_bits", "sequences_within", "tunstall_tree", "walked_bits"]


@kernel(allocates=True)
def walked_bits(symbols: Symbols, frequencies: Counts, owners: Counts, total_bits: int) -> int:
    """The payload's bits, by a walk that has no table but whose each state is: the n-th of a token is counted out.

    Of 16 states 10 are a's and 6 are b's.  From state 16, b is number 8 after 1 bit is cut off, its third, state 23;
    a is number 11 after 1 more, and 4 bits tell the state.

    >>> owners = np.array([0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1])
    >>> walked_bits(np.array([0, 1], np.uint8), np.array([10, 6]), owners, 4)
    6
    """
    total = 1 << total_bits
    # ranks: the n-th state of each token, in a list of all; firsts: where a token's begin.
    firsts = np.zeros(frequencies.size + 1, np.int64)
    for token in range(frequencies.size):
        firsts[token + 1] = firsts[token] + frequencies[token]
    listed, seen = np.zeros(total, np.int64), np.zeros(frequencies.size, np.int64)
    for place in range(total):
        token = int(owners[place])
        listed[firsts[token] + seen[token]] = place
        seen[token] += 1
    state, bits = total, total_bits
    for i in range(symbols.size - 1, -1, -1):
        token = int(symbols[i])
        while state >= 2 * int(frequencies[token]):
            state //= 2
            bits += 1
        state = total + int(listed[int(firsts[token]) + state - int(frequencies[token])])
    return bits


@kernel(allocates=True)
def moved_bytes(symbols: Symbols, frequencies: Counts, total_bits: int) -> int:
    """The bytes that rANS moves out of a state of 32 bits; of the parts only their sizes are known.

    Three tokens of 4/16 make 2^24 a number below 2^30, and the fourth moves a byte out.

    >>> [moved_bytes(np.zeros(count, np.uint8), np.array([4, 12]), 4) for count in (3, 4)]
    [0, 1]
    """
    begins = np.zeros(frequencies.size, np.int64)
    for token in range(1, frequencies.size):
        begins[token] = begins[token - 1] + frequencies[token - 1]
    state, moved = 1 << 24, 0
    for i in range(symbols.size - 1, -1, -1):
        token = int(symbols[i])
        size = int(frequencies[token])
        # After the step it would have more than 32 bits.
        while (state // size) >> (32 - total_bits):
            state //= 256
            moved += 1
        state += (state // size) * ((1 << total_bits) - size) + int(begins[token])
    return moved


def tunstall_tree(weights: Sequence[int], bits: int) -> dict[int, dict[int, int]]:
    """The tree of Tunstall's code: where each inner node leads with each token.  A sorted list has the leaves.

    weights: those of 2^40.

    >>> tunstall_tree([7 << 38, 3 << 38], 2)
    {0: {0: 1, 1: 2}, 1: {0: 3, 1: 4}, 3: {0: 5, 1: 6}}
    """
    present, total = [token for token, weight in enumerate(weights) if weight], sum(weights)
    leaves, tree = [(-(1 << 62), 0)], dict[int, dict[int, int]]()
    while len(present) > 1 and len(leaves) + len(present) - 1 <= 2**bits:
        chance, node = leaves.pop(0)
        born = len(present) * len(tree) + 1
        tree[node] = dict(zip(present, range(born, born + len(present)), strict=True))
        for token, child in tree[node].items():
            bisect.insort(leaves, (-(-chance * weights[token] // total), child))
    return tree


def sequences_within(surprises: Sequence[int | None], n: int, least: int, most: int) -> int:
    """How many sequences of n tokens have a sum of surprises from `least` to `most`, counted by sums, token by token.

    >>> sequences_within([1, 2, None], 3, 4, 5)
    6
    """
    sums = {0: 1}
    for _ in range(n):
        longer: dict[int, int] = {}
        for total, times in sums.items():
            for bits in surprises:
                if bits is not None:
                    longer[total + bits] = longer.get(total + bits, 0) + times
        sums = longer
    return sum(times for total, times in sums.items() if least <= total <= most)


@kernel(allocates=True)
def regrown_bits(symbols: Symbols, size: int) -> int:
    """The bits of Vitter's code: for each token a whole new tree of Huffman's, over a list of leaves, lightest first.

    The list is all that is kept.  A symbol that came changes places with the last one of its weight, then weighs 1
    more; a new one stands first, with weight 1.  Those that have not come are one leaf before all, of weight 0.

    >>> [regrown_bits(np.array([0, 1, 0, 2, 3][:count], np.uint8), 4) for count in range(6)]
    [0, 2, 5, 6, 9, 12]
    """
    listed, counts, waiting = np.zeros(size, np.int64), np.zeros(size, np.int64), np.arange(size)
    weights, above, many, bits = np.zeros(2 * size + 1, np.int64), np.zeros(2 * size + 1, np.int64), 0, 0
    for i in range(symbols.size):
        symbol, place = int(symbols[i]), 0
        while place < many and int(listed[place]) != symbol:
            place += 1
        is_new, unknown = place == many, 1 if many < size else 0
        bits += _depth(0 if is_new else place + unknown, counts[:many], unknown, weights, above)
        if is_new:
            left, number = size - many, 0
            while int(waiting[number]) != symbol:
                number += 1
            # The first numbers have 1 bit less, as many as there are beyond `left`.
            longest = 0
            while 1 << longest < left:
                longest += 1
            bits += longest - 1 if number < (1 << longest) - left else longest
            waiting[number] = waiting[left - 1]
            for at in range(many, 0, -1):
                listed[at], counts[at] = listed[at - 1], counts[at - 1]
            listed[0], counts[0] = symbol, 1
            many += 1
        else:
            last = place
            while last + 1 < many and int(counts[last + 1]) == int(counts[place]):
                last += 1
            listed[place] = listed[last]
            listed[last] = symbol
            counts[last] += 1
    return bits


@kernel(allocates=True)
def _depth(leaf: int, counts: Counts, unknown: int, weights: Counts, above: Counts) -> int:
    """How deep a leaf is where the two lightest are put together again and again: leaves first, then older nodes."""
    leaves = counts.size + unknown
    weights[0] = 0
    for place in range(counts.size):
        weights[unknown + place] = counts[place]
    light, node = 0, leaves
    for made in range(leaves, 2 * leaves - 1):
        weights[made] = 0
        for _ in range(2):
            if light < leaves and (node == made or int(weights[light]) <= int(weights[node])):
                taken, light = light, light + 1
            else:
                taken, node = node, node + 1
            weights[made] += weights[taken]
            above[taken] = made
    depth = 0
    while leaf < 2 * leaves - 2:
        leaf = int(above[leaf])
        depth += 1
    return depth
