"""Limited: the best code of words of at most LEN bits; deflate allows 15 bits, JPEG 16.

A token of q costs 2^-l of the strings if its word has l bits, and to shorten it from l to l - 1 costs as much again.
So buy for each token a coin of each value 2^-1, 2^-2, ..., 2^-LEN, which weighs q: the lightest coins that are worth
K - 1 are the best code, and a token's length is how many of its coins are among them.

    value 2^-LEN   coins sorted by weight, put together in pairs     ──▶ packages, which are worth 2^-(LEN-1)
    next value     coins and packages sorted by weight, in pairs     ──▶ packages, and so on
    value 2^-1     the lightest 2K - 2 of all that is there

Next: `sfe` (a word is a point of the cumulative distribution).
Source: L. Larmore and D. Hirschberg 1990, "A fast algorithm for optimal length-limited Huffman codes" (package-merge).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from compress.coders import reference
from compress.coders.family import Parameter
from compress.coders.protocol import Static
from compress.coders.words.codebook import ABSENT, Codebook, with_weight
from compress.coders.words.families import family_of_words
from compress.coders.words.prefix import PrefixCoder
from compress.errors import SpecError
from compress.probability.distribution import Pair
from compress.probability.information import ROUNDING, mean

__all__ = ["FAMILY", "limited"]

_WEIGHT = itemgetter(0)


def limited(weights: Sequence[int], longest: int) -> Codebook:
    """The least Σ weight·length of all codes whose words have at most `longest` bits.

    Of coins that weigh the same, a coin comes before a package, and an earlier token before a later one.
    O(K·LEN).  Raises SpecError for more tokens than words of so many bits can tell apart.

    >>> limited([8, 4, 2, 1, 1], 3).lengths.tolist()
    [1, 3, 3, 3, 3]
    """
    present = with_weight(weights)
    if len(present) > 1 << longest:
        least = (len(present) - 1).bit_length()
        raise SpecError(f"{len(present):,} tokens need words of {least} bits, and limited:{longest} allows {longest}")
    # Of each value, the deepest first: which of the items, by weight, are coins.
    coins = sorted(((weights[symbol], True) for symbol in present), key=_WEIGHT)
    rows: list[list[bool]] = []
    packages: list[tuple[int, bool]] = []
    for _ in range(longest):
        # Both are sorted, so that to sort them is to merge them.
        items = sorted([*coins, *packages], key=_WEIGHT)
        rows.append([is_coin for _, is_coin in items])
        packages = [(one[0] + other[0], False) for one, other in zip(items[::2], items[1::2], strict=False)]
    lengths = [ABSENT] * len(weights)
    order = sorted(present, key=weights.__getitem__)
    for symbol in present:
        lengths[symbol] = 0
    taken = 2 * len(present) - 2
    for row in reversed(rows):
        # A package that was taken is two items of the next row, and the lightest coins come first.
        bought = sum(row[:taken])
        for symbol in order[:bought]:
            lengths[symbol] += 1
        taken = 2 * (taken - bought)
    return Codebook.of(lengths)


def _promise(coder: Static, pair: Pair) -> bool:
    """No word is longer than allowed, and H(Q) <= E_Q[length] <= ceil(log2 K), which words of one length would cost."""
    assert isinstance(coder, PrefixCoder)
    assert coder.parameter is not None
    q = pair.q
    possible = sum(weight > 0 for weight in q.weights)
    cost = mean(q.probabilities, coder.surprises)
    holds = q.entropy - ROUNDING <= cost <= (possible - 1).bit_length() + ROUNDING
    return holds and coder.book.longest <= coder.parameter


FAMILY = family_of_words(
    "limited",
    6,
    "the best code of words of at most LEN bits",
    limited,
    reference.limited_lengths,
    _promise,
    use="decoders with a table of 2^LEN entries",
    year=1990,
    parameter=Parameter.whole("LEN", 1, 64, 16),
)
