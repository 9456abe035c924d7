"""Theorems about groups of tokens: what a word for many costs, and what a word of many tells.

As in `measures`: a docstring with the statement, the derivation and the source, and a parameter that can be wrong.

Next: `samples` (of samples and contexts).
"""

from __future__ import annotations

import math

import numpy as np

from compress.coders.catalog import choose
from compress.coders.messages.leaves import grown
from compress.experiments.comparison import expected_cost
from compress.probability.information import ROUNDING
from compress.theorems.measures import Finding, drawn_pmf

__all__ = ["groups_come_near_entropy", "words_tell_their_tokens"]


def groups_come_near_entropy(seed: int, excess: float = 0.0) -> Finding:
    """H(P) <= E[length]/M < H(P) + 1/M for Huffman's code of groups of M tokens.

    A group of M independent tokens has the entropy M·H(P), for surprises of independent tokens add. Huffman's code of
    the groups costs at least that and less than 1 bit more. Divided by M, the bit too much is as small as you like.

    Source: C. Shannon 1948, theorem 9; Cover & Thomas, theorem 5.4.2.

    >>> groups_come_near_entropy(0).holds
    True
    """
    nearest = math.inf
    for at, size in enumerate((1, 2, 3, 4, 6, 8) * 5):
        p = drawn_pmf(seed + at, 2 + at % 2)
        above = expected_cost(p, choose(f"block:{size}")) + excess - p.entropy
        if not -ROUNDING <= above < 1 / size:
            return Finding("0 <= E[length]/M - H < 1/M", f"{above:.4f} for M = {size}, {p.weights}", holds=False)
        nearest = min(nearest, above) if size == 8 else nearest
    return Finding("0 <= E[length]/M - H < 1/M", f"in {nearest:.4f} of H for M = 8, of 30", holds=True)


def words_tell_their_tokens(seed: int, missed: float = 0.0) -> Finding:
    """H(word) = E[tokens of a word]·H(P), into whatever words a message is cut.

    -log2 P of a word is the sum of its tokens' surprises. Whether there is a next token was decided by those before it,
    so each token that comes adds H(P) on average, and as many come as the word has (A. Wald's identity 1944).

    Source: J. Massey 1983, "The entropy of a rooted tree with probabilities"; F. Jelinek and K. Schneider 1972.

    >>> words_tell_their_tokens(0).holds
    True
    """
    worst = 0.0
    for at in range(60):
        # A tree grown for one belief, and tokens of another.
        p, q = drawn_pmf(seed + at, 2 + at % 4), drawn_pmf(seed + at + 1_000, 2 + at % 4)
        tree = grown(q.weights, 3 + at % 5)
        chances = tree.chances(p.probabilities.tolist())
        told = -math.fsum(chance * math.log2(chance) for chance in chances.tolist() if chance)
        due = (float(chances @ np.array(tree.depths)[tree.leaves]) + missed) * p.entropy
        worst = max(worst, abs(told - due))
    return Finding("H(word) = E[tokens]·H(P)", f"within {worst:.1e} bits, 60 times", holds=worst < 1e-9)
