"""Constructors of prefix codes, named after their inventors.

Each takes weights (integers in proportion to Q, shape (K,)) and returns a Codebook:

    huffman   the least Σ q·length of any code with whole-bit words: H(Q) <= E_Q[length] < H(Q) + 1
    shannon   ceil(-log2 q) bits, no optimum but a promise for each token by itself:
              H(P) + D(P||Q) <= E_P[length] < H(P) + D(P||Q) + 1, whatever P is
    fixed     ceil(log2 K) bits each, whatever Q is

Beware of the theorem that does not exist: under a wrong Q, Huffman's cost need not lie
between H(P,Q) and H(P,Q) + 1.  Its lengths imply a distribution of their own, which may
be nearer to P than Q is.

A token of weight 0 gets no word.  All comparisons are between integers: exact.
Source: D. Huffman 1952; J. van Leeuwen 1976 (two queues); Shannon 1948, sec. 9;
Cover & Thomas, theorem 5.4.3.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from compress.coders.codebook import ABSENT, Codebook
from compress.errors import DataError

__all__ = ["fixed", "huffman", "shannon"]


def huffman(weights: Sequence[int]) -> Codebook:
    """Merge the two lightest, again and again; a symbol's length is how often it was merged.

    Merged weights come out in increasing order, so two queues replace a heap: the sorted leaves, and
    the merged nodes in order of birth.  Ties prefer a leaf, which keeps the lengths as even as can be.
    O(K log K).
    """
    present = _present(weights)
    leaves = deque(sorted(present, key=weights.__getitem__))
    weight_of = [weights[symbol] for symbol in leaves]
    # Nodes are numbered: 0..m-1 the leaves in order of weight, then the merged ones.
    leaf_nodes: deque[int] = deque(range(len(leaves)))
    merged_nodes: deque[int] = deque()
    parent = [0] * (2 * len(leaves) - 1)

    def lightest() -> int:
        # Invariant: both queues are sorted by weight, the merged never lighter than what was taken.
        if not merged_nodes or (leaf_nodes and weight_of[leaf_nodes[0]] <= weight_of[merged_nodes[0]]):
            return leaf_nodes.popleft()
        return merged_nodes.popleft()

    for node in range(len(leaves), 2 * len(leaves) - 1):
        first, second = lightest(), lightest()
        parent[first] = parent[second] = node
        weight_of.append(weight_of[first] + weight_of[second])
        merged_nodes.append(node)
    # From the root down: a child is one deeper than its parent, which was born later.
    depth = [0] * len(parent)
    for node in range(len(parent) - 2, -1, -1):
        depth[node] = depth[parent[node]] + 1
    lengths = [ABSENT] * len(weights)
    for node, symbol in enumerate(leaves):
        lengths[symbol] = depth[node]
    return Codebook.of(lengths)


def shannon(weights: Sequence[int]) -> Codebook:
    """The least length with 2^-length <= q: the surprise, rounded up to whole bits."""
    total = sum(weights)
    _present(weights)
    return Codebook.of([_surprise_rounded_up(weight, total) if weight else ABSENT for weight in weights])


def fixed(weights: Sequence[int]) -> Codebook:
    """ceil(log2 K) bits for each of the K tokens that are possible: the code that believes in nothing."""
    present = _present(weights)
    length = (len(present) - 1).bit_length()
    return Codebook.of([length if weight else ABSENT for weight in weights])


def _surprise_rounded_up(weight: int, total: int) -> int:
    # total/weight <= 2^length, without a division: bit lengths give it but for one.
    length = max(total.bit_length() - weight.bit_length(), 0)
    return length if weight << length >= total else length + 1


def _present(weights: Sequence[int]) -> list[int]:
    present = [symbol for symbol, weight in enumerate(weights) if weight > 0]
    if not present:
        raise DataError("a code needs at least one token of weight above 0")
    return present
