"""Code lengths found in the plainest way, to check the constructors of `prefix` against.

Nothing is shared with them: other data structures, one definition
after the other read off the page.  Slower, and easy to believe.  ABSENT (-1) marks a
token of weight 0.

Next: `walks` (messages walked again).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

__all__ = [
    "delta_length",
    "exp_golomb_length",
    "fano_lengths",
    "fibonacci_length",
    "fixed_lengths",
    "gamma_length",
    "golomb_length",
    "huffman_lengths",
    "limited_lengths",
    "omega_length",
    "rice_length",
    "sfe_lengths",
    "shannon_lengths",
    "unary_length",
]


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


def unary_length(number: int) -> int:
    """A bit for each whole number up to this one.

    >>> unary_length(3)
    4
    """
    return number + 1


def golomb_length(number: int, step: int) -> int:
    """The shortest words that are left: of each number of ones, `step` words, the short ones first.

    >>> [golomb_length(number, 3) for number in range(7)]
    [2, 3, 3, 3, 4, 4, 4]
    """
    ones, rest, bits = number // step, number % step, 0
    while 1 << bits < step:
        bits += 1
    return ones + 1 + bits - (rest + step < 1 << bits)


def rice_length(number: int, low: int) -> int:
    """A bit for every 2^low numbers, and `low` bits.

    >>> rice_length(9, 2)
    5
    """
    return (number >> low) + 1 + low


def exp_golomb_length(number: int, low: int) -> int:
    """2^low words of low + 1 bits, then twice as many of two bits more, and so on.

    >>> [exp_golomb_length(number, 0) for number in range(7)]
    [1, 3, 3, 5, 5, 5, 5]
    """
    length, words = low + 1, 1 << low
    while number >= words:
        number, length, words = number - words, length + 2, 2 * words
    return length


def gamma_length(number: int) -> int:
    """2·floor(log2 n) + 1, by halving n.

    >>> [gamma_length(number) for number in range(1, 8)]
    [1, 3, 3, 5, 5, 5, 5]
    """
    length = 1
    while number > 1:
        number, length = number // 2, length + 2
    return length


def delta_length(number: int) -> int:
    """floor(log2 n), and what gamma takes for one more than that.

    >>> [delta_length(number) for number in range(1, 9)]
    [1, 4, 4, 5, 5, 5, 5, 8]
    """
    below = gamma_length(number) // 2
    return below + gamma_length(below + 1)


def omega_length(number: int) -> int:
    """A zero at the end, and before it each number's bits, whose number less 1 is the number before.

    >>> [omega_length(number) for number in (1, 2, 3, 4, 7, 8, 15, 16)]
    [1, 3, 3, 6, 6, 7, 7, 11]
    """
    length = 1
    while number > 1:
        below = gamma_length(number) // 2
        length, number = length + below + 1, below
    return length


def fibonacci_length(number: int) -> int:
    """How many of 1, 2, 3, 5, 8, ... are not above n, and a bit more.

    >>> [fibonacci_length(number) for number in range(1, 9)]
    [2, 3, 4, 4, 5, 5, 5, 6]
    """
    length, one, other = 1, 1, 2
    while one <= number:
        one, other, length = other, one + other, length + 1
    return length
