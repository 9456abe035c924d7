"""Fano: split the tokens, likeliest first, where both halves weigh as alike as can be; split the halves again.

    weights  15  7  6  6  5       15 7 | 6 6 5       a first bit for each half
                                  15 | 7   6 | 6 5   a second bit, and so on until one token is left

The split from above came before Huffman's merging from below, and costs a little more: for 15 7 6 6 5 it spends 89
bits where Huffman spends 87.  Still H(Q) <= E_Q[length] <= H(Q) + 1 - min q.

Next: `limited` (the best code of short words).  Source: R. Fano 1949 (MIT RLE report 65); the bound:
S. Krajči, C.-F. Liu, L. Mikeš, S. Moser 2015.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from compress.coders import reference
from compress.coders.protocol import Static
from compress.coders.words.codebook import ABSENT, Codebook, with_weight
from compress.coders.words.families import family_of_words
from compress.probability.distribution import Pair
from compress.probability.information import ROUNDING, mean

__all__ = ["FAMILY", "fano"]


def fano(weights: Sequence[int]) -> Codebook:
    """Sort by weight, the heaviest first, and split; of two splits that are as good, the earlier one.

    O(K log K) and a step for each split.

    >>> fano([15, 7, 6, 6, 5]).lengths.tolist()
    [2, 2, 2, 3, 3]
    """
    order = sorted(with_weight(weights), key=lambda symbol: -weights[symbol])
    sums = [0, *accumulate(weights[symbol] for symbol in order)]
    lengths = [ABSENT] * len(weights)
    parts = [(0, len(order), 0)]
    while parts:
        # Invariant: the tokens order[first:last] share their first `depth` bits, and nobody else has these.
        first, last, depth = parts.pop()
        if last - first == 1:
            lengths[order[first]] = depth
            continue
        both = sums[first] + sums[last]
        # The first place at which the left half is not the lighter one; the place before it may be as good.
        place = bisect_left(sums, (both + 1) // 2, first, last - 1)
        if both - 2 * sums[place - 1] <= abs(2 * sums[place] - both):
            place -= 1
        parts += [(first, place, depth + 1), (place, last, depth + 1)]
    return Codebook.of(lengths)


def _promise(coder: Static, pair: Pair) -> bool:
    """H(Q) <= E_Q[length] <= H(Q) + 1 - min q, over the tokens that Q allows."""
    q = pair.q
    least = min(float(chance) for chance in q.probabilities if chance > 0)
    return -ROUNDING <= mean(q.probabilities, coder.surprises) - q.entropy <= 1 - least + ROUNDING


FAMILY = family_of_words(
    "fano",
    5,
    "Shannon-Fano by splitting: H(Q) to H(Q) + 1 - min q",
    fano,
    reference.fano_lengths,
    _promise,
    use="to compare splitting from above with Huffman's merging from below",
    year=1949,
)
