"""Fixed width: ceil(log2 K) bits for each of K tokens, whatever Q is.

Next: `integers` (words for whole numbers, whatever Q is).
"""

from __future__ import annotations

from collections.abc import Sequence

from compress.coders import reference
from compress.coders.protocol import Static
from compress.coders.words.codebook import ABSENT, Codebook, with_weight
from compress.coders.words.families import family_of_words
from compress.probability.distribution import Pair
from compress.probability.information import ROUNDING, mean

__all__ = ["FAMILY", "fixed"]


def fixed(weights: Sequence[int]) -> Codebook:
    """ceil(log2 K) bits for each of the K tokens that are possible: the code that believes in nothing.

    >>> fixed([5, 1, 1]).lengths.tolist()
    [2, 2, 2]
    """
    present = with_weight(weights)
    length = (len(present) - 1).bit_length()
    return Codebook.of([length if weight else ABSENT for weight in weights])


def _promise(coder: Static, pair: Pair) -> bool:
    """E_P[length] = ceil(log2 K), with K the tokens that Q allows."""
    possible = sum(weight > 0 for weight in pair.q.weights)
    return abs(mean(pair.p.probabilities, coder.surprises) - (possible - 1).bit_length()) <= ROUNDING


FAMILY = family_of_words(
    "fixed",
    4,
    "words of ceil(log2 K) bits, whatever Q is",
    fixed,
    reference.fixed_lengths,
    _promise,
    use="a yardstick: what it costs to believe nothing",
    equal=True,
)
