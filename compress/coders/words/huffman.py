"""Huffman: the least Σ q·length of any code with whole-bit words, H(Q) <= E_Q[length] < H(Q) + 1.

Beware of the theorem that does not exist: under a wrong Q, Huffman's cost need not lie
between H(P,Q) and H(P,Q) + 1.  Its lengths imply a distribution of their own, which may
be nearer to P than Q is.

Of all codes that cost so little its lengths vary least, and none has a shorter longest word: `huffman:min-variance`.

A token of weight 0 gets no word.  All comparisons are between integers: exact.

Next: `shannon` (a promise for each token).  Source: D. Huffman 1952; J. van Leeuwen 1976 (two queues).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from compress.coders import reference
from compress.coders.protocol import Merge, Static
from compress.coders.words.codebook import ABSENT, Codebook, with_weight
from compress.coders.words.families import family_of_words
from compress.probability.distribution import Pair
from compress.probability.information import ROUNDING, mean

__all__ = ["FAMILY", "huffman", "merges"]


def merges(weights: Sequence[int]) -> list[Merge]:
    """Put the two lightest together, again and again, until one is left.

    Merged weights come out in increasing order, so two queues replace a heap: the sorted leaves, and
    the merged nodes in order of birth.  Ties prefer a leaf, which keeps the lengths as even as can be.
    O(K log K).

    >>> merges([4, 3, 2, 1])
    [Merge(first=3, second=2, node=4), Merge(first=1, second=4, node=5), Merge(first=0, second=5, node=6)]
    """
    leaves = deque(sorted(with_weight(weights), key=weights.__getitem__))
    merged: deque[int] = deque()
    weight_of, made = list(weights), []

    def lightest() -> int:
        # Invariant: both queues are sorted by weight, the merged never lighter than what was taken.
        if not merged or (leaves and weight_of[leaves[0]] <= weight_of[merged[0]]):
            return leaves.popleft()
        return merged.popleft()

    for node in range(len(weights), len(weights) + len(leaves) - 1):
        first, second = lightest(), lightest()
        made.append(Merge(first, second, node))
        weight_of.append(weight_of[first] + weight_of[second])
        merged.append(node)
    return made


def huffman(weights: Sequence[int]) -> Codebook:
    """Merge the two lightest, again and again; a symbol's length is how often it was merged.

    >>> [word.to01() for word in huffman([4, 3, 2, 1]).words]
    ['0', '10', '110', '111']
    """
    made = merges(weights)
    # From the root down: a child is one deeper than what it became part of, which was born later.
    depth = [0] * (len(weights) + len(made))
    for merge in reversed(made):
        depth[merge.first] = depth[merge.second] = depth[merge.node] + 1
    return Codebook.of([length if weight else ABSENT for length, weight in zip(depth, weights, strict=False)])


def _promise(coder: Static, pair: Pair) -> bool:
    """H(Q) <= E_Q[length] < H(Q) + 1: a promise about Q, since under P there is none.

    Where rounding can tell: a nearly certain Q comes so near to 1 that a float is 1.
    """
    q = pair.q
    excess = mean(q.probabilities, coder.surprises) - q.entropy
    nearly_certain = float(q.probabilities.max()) > 1 - ROUNDING and max(q.weights) < q.total
    return -ROUNDING <= excess < 1 or (nearly_certain and 1 <= excess <= 1 + ROUNDING)


FAMILY = family_of_words(
    "huffman",
    2,
    "the best code with a word for each token: H(Q) to H(Q) + 1",
    huffman,
    reference.huffman_lengths,
    _promise,
    use="fast decoding, and trees on a blackboard",
    year=1952,
    merges=merges,
    # Of weights that are alike those of leaves are merged first.
    anyway=("min-variance",),
)
