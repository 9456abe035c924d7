"""Code lengths found in the plainest way, to check the constructors of `prefix` against.

Nothing is shared with them: other data structures, one definition
after the other read off the page.  Slower, and easy to believe.  ABSENT (-1) marks a
token of weight 0.

Next: `frequencies` (Q as whole numbers).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

__all__ = ["fixed_lengths", "huffman_lengths", "shannon_lengths"]


def huffman_lengths(weights: Sequence[int]) -> list[int]:
    """A heap of trees; ties between equal weights go to leaves, then to what came first.

    >>> huffman_lengths([4, 3, 2, 1])
    [1, 2, 3, 3]
    """
    heap: list[tuple[int, bool, int, int]] = [
        (weight, False, symbol, symbol) for symbol, weight in enumerate(weights) if weight > 0
    ]
    heapq.heapify(heap)
    children: dict[int, tuple[int, int]] = {}
    node = len(weights)
    while len(heap) > 1:
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        children[node] = first[3], second[3]
        heapq.heappush(heap, (first[0] + second[0], True, node, node))
        node += 1
    lengths = [-1] * len(weights)
    waiting = [(heap[0][3], 0)]
    while waiting:
        here, depth = waiting.pop()
        if here in children:
            waiting += [(child, depth + 1) for child in children[here]]
        else:
            lengths[here] = depth
    return lengths


def shannon_lengths(weights: Sequence[int]) -> list[int]:
    """The least l with 2^l·weight >= total, found by doubling.

    >>> shannon_lengths([6, 1, 1])
    [1, 3, 3]
    """
    total = sum(weights)
    lengths = []
    for weight in weights:
        length = 0
        while 0 < weight << length < total:
            length += 1
        lengths.append(length if weight else -1)
    return lengths


def fixed_lengths(weights: Sequence[int]) -> list[int]:
    """The least l with 2^l >= K, found by counting.

    >>> fixed_lengths([5, 1, 1])
    [2, 2, 2]
    """
    possible = sum(weight > 0 for weight in weights)
    length = 0
    while 2**length < possible:
        length += 1
    return [length if weight else -1 for weight in weights]


def fano_lengths(weights: Sequence[int]) -> list[int]:
    """Every split of every part is tried, and the first of the best is kept.

    >>> fano_lengths([15, 7, 6, 6, 5])
    [2, 2, 2, 3, 3]
    """
    lengths = [-1] * len(weights)
    present = [(-weight, symbol) for symbol, weight in enumerate(weights) if weight > 0]
    waiting = [([symbol for _, symbol in sorted(present)], 0)]
    while waiting:
        part, depth = waiting.pop()
        if len(part) == 1:
            lengths[part[0]] = depth
            continue
        right, left, best, cut = sum(weights[symbol] for symbol in part), 0, None, 1
        for place, symbol in enumerate(part[:-1], 1):
            left, right = left + weights[symbol], right - weights[symbol]
            if best is None or abs(left - right) < best:
                best, cut = abs(left - right), place
        waiting += [(part[:cut], depth + 1), (part[cut:], depth + 1)]
    return lengths


def limited_lengths(weights: Sequence[int], longest: int) -> list[int]:
    """Coins that remember whose they are: each value's coins and packages, and the lightest of the last row.

    >>> limited_lengths([8, 4, 2, 1, 1], 3)
    [1, 3, 3, 3, 3]
    """
    coins = sorted((weight, symbol) for symbol, weight in enumerate(weights) if weight > 0)
    packages: list[tuple[int, int, list[int]]] = []
    row: list[tuple[int, int, list[int]]] = []
    for _ in range(longest):
        # The second number puts coins before packages of their weight, and each in the order of its kind.
        row = sorted([*((weight, -len(coins) + at, [symbol]) for at, (weight, symbol) in enumerate(coins)), *packages])
        packages = [
            (row[at][0] + row[at + 1][0], at // 2, row[at][2] + row[at + 1][2]) for at in range(0, len(row) - 1, 2)
        ]
    lengths = [0 if weight > 0 else -1 for weight in weights]
    for _, _, symbols in row[: 2 * len(coins) - 2]:
        for symbol in symbols:
            lengths[symbol] += 1
    return lengths


def sfe_lengths(weights: Sequence[int]) -> list[int]:
    """A bit more than Shannon's.

    >>> sfe_lengths([2, 4, 1, 1])
    [3, 2, 4, 4]
    """
    return [length if length < 0 else length + 1 for length in shannon_lengths(weights)]
