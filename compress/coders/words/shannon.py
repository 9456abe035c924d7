"""Shannon: ceil(-log2 q) bits, no optimum but a promise for each token by itself, whatever P is.

    H(P) + D(P||Q) <= E_P[length] < H(P) + D(P||Q) + 1

Next: `fano` (split from above).  Source: Shannon 1948, sec. 9; Cover & Thomas, theorem 5.4.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from compress.coders import reference
from compress.coders.protocol import Static
from compress.coders.words.codebook import ABSENT, Codebook, with_weight
from compress.coders.words.families import family_of_words
from compress.probability.distribution import Distribution, Pair

__all__ = ["FAMILY", "is_rounded_up", "shannon"]


def shannon(weights: Sequence[int]) -> Codebook:
    """The least length with 2^-length <= q: the surprise, rounded up to whole bits.

    >>> shannon([6, 1, 1]).lengths.tolist()
    [1, 3, 3]
    """
    total = sum(weights)
    with_weight(weights)
    return Codebook.of([_surprise_rounded_up(weight, total) if weight else ABSENT for weight in weights])


def _surprise_rounded_up(weight: int, total: int) -> int:
    # total/weight <= 2^length, without a division: bit lengths give it but for one.
    length = max(total.bit_length() - weight.bit_length(), 0)
    return length if weight << length >= total else length + 1


def is_rounded_up(q: Distribution, lengths: npt.NDArray[np.float64]) -> bool:
    """Whether 2^-length <= q < 2^(1-length) for each token that Q allows, in whole numbers.

    >>> is_rounded_up(Distribution(("a", "b"), (2, 1)), np.array([1.0, 2.0]))
    True
    """
    for weight, length in zip(q.weights, lengths.tolist(), strict=True):
        if weight and not (math.isfinite(length) and weight << int(length) >= q.total > weight << int(length) >> 1):
            return False
    return True


def _promise(coder: Static, pair: Pair) -> bool:
    """Each length is the surprise, rounded up: so H(P,Q) <= E_P[length] < H(P,Q) + 1."""
    return is_rounded_up(pair.q, coder.surprises)


FAMILY = family_of_words(
    "shannon",
    3,
    "words of ceil(-log2 q) bits: H(P,Q) to H(P,Q) + 1, whatever P is",
    shannon,
    reference.shannon_lengths,
    _promise,
    use="proofs: each token has a bound of its own",
    year=1948,
)
