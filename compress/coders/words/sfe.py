"""Shannon-Fano-Elias: a word is a point of the cumulative distribution, in the order of the alphabet.

    q      0.25   0.5    0.125   0.125         each token owns a part of [0, 1)
    from   0      0.25   0.75    0.875
    middle 0.125  0.5    0.8125  0.9375        = .001  .10  .1101  .1111  in binary
    word   001    10     1101    1111          its first ceil(-log2 q) + 1 digits

So many digits stay within the token's part, so no word begins another one.  It costs a bit more than Shannon's code,
H(P,Q) + 1 <= E_P[length] < H(P,Q) + 2, and needs no sorting: the words are in the order of the tokens.  Give one word
to a whole message instead of a token, and it is the arithmetic coder.

A decoder is told the lengths l alone.  The middles are those of parts of 2^(1-l), which is q where that is a power of
1/2, as above.

Next: `fixed` (the code that believes in nothing).
Source: Cover & Thomas, sec. 5.9 (P. Elias; unpublished, told by N. Abramson 1963).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from bitarray import bitarray
from bitarray.util import int2ba

from compress.coders import reference
from compress.coders.protocol import Static
from compress.coders.words.codebook import ABSENT, LONGEST, Codebook
from compress.coders.words.families import family_of_words
from compress.coders.words.shannon import is_rounded_up, shannon
from compress.errors import DataError
from compress.probability.distribution import Pair

__all__ = ["FAMILY", "middles", "sfe"]


def sfe(weights: Sequence[int]) -> Codebook:
    """Shannon's lengths and one bit more, with the middles' digits for words.

    >>> [word.to01() for word in sfe([2, 4, 1, 1]).words]
    ['001', '10', '1101', '1111']
    """
    return middles([length if length == ABSENT else length + 1 for length in shannon(weights).lengths.tolist()])


def middles(lengths: Sequence[int]) -> Codebook:
    """The book of these lengths whose words are the middles of parts of 2^(1-length), laid side by side in [0, 1).

    Raises DataError for parts that do not fit.

    >>> [word.to01() for word in middles([3, 2, 4, 4]).words]
    ['001', '10', '1101', '1111']
    """
    longest = max(lengths, default=0)
    if longest > LONGEST:
        raise DataError(f"a word of {longest} bits is longer than {LONGEST}")
    words: dict[int, bitarray] = {}
    # Where the next part begins, in units of 2^-longest.
    begin = 0
    for symbol, length in enumerate(lengths):
        if length == ABSENT:
            continue
        half = 1 << (longest - length)
        if begin + 2 * half > 1 << longest:
            raise DataError("the parts of these lengths do not fit into [0, 1)")
        words[symbol] = int2ba((begin + half) >> (longest - length), length)
        begin += 2 * half
    return Codebook(np.array(lengths, np.int64), words.__getitem__)


def _promise(coder: Static, pair: Pair) -> bool:
    """2^(1-length) <= q < 2^(2-length) for each token: so H(P,Q) + 1 <= E_P[length] < H(P,Q) + 2."""
    return is_rounded_up(pair.q, coder.surprises - 1)


FAMILY = family_of_words(
    "sfe",
    7,
    "Shannon-Fano-Elias: H(P,Q) + 1 to H(P,Q) + 2, whatever P is",
    sfe,
    reference.sfe_lengths,
    _promise,
    use="words in the order of the tokens; the step to arithmetic coding",
    year=1963,
    words=middles,
)
