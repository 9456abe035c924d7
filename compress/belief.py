"""What is believed, from the words for it: a Q for all tokens, one that changes on the way, or a chain.

Next: `ledger` (where every bit went).
"""

from __future__ import annotations

import numpy as np

from compress.errors import ZeroProbabilityError
from compress.models.catalog import Recipe, recipe_named
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution, Pair
from compress.probability.relative import Assumed, beside
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.specs import Reading
from compress.symbols import Stream, histogram

__all__ = ["belief", "believed", "meant_of"]


def belief(reading: Reading, spec: str) -> Assumed | Recipe:
    """The belief of a spec about a file: a distribution, a word for one, or a recipe for one that changes.

    >>> belief(Reading(), "kt").spec, belief(Reading(), "dice:1").size
    ('kt', 6)
    """
    return recipe_named(spec) or reading.assumed(spec)


def believed(reading: Reading, spec: str) -> Assumed | Chain | Recipe:
    """The belief of a spec: as for a file, or a chain.

    >>> believed(Reading(), "kt").spec
    'kt'
    """
    return reading.chain(spec) if spec.startswith("markov:") else belief(reading, spec)


def meant_of(stream: Stream, assumed: Assumed, zeros: ZeroPolicy = REFUSED) -> Distribution:
    """The Q that is meant beside a stream of at least one token, over the joint alphabet, after its zero policy.

    Raises ZeroProbabilityError, with the place of the first, for a token that Q excludes and that occurs.

    >>> meant_of(Stream.of("abracadabra"), Reading().assumed("empirical")).weights
    (5, 2, 1, 1, 2)
    """
    counts = histogram(stream.symbols, len(stream.tokens)).tolist()
    observed = Distribution(stream.tokens, tuple(counts))
    q = zeros.apply(Pair.of(observed, beside(assumed, observed, counts)).q)
    for token, weight in zip(q.tokens, q.weights, strict=True):
        if not weight and token in observed.index:
            symbol = observed.index[token]
            first = int(np.argmax(stream.symbols == symbol))
            raise ZeroProbabilityError(token, f"it occurs {counts[symbol]} times, first at token {first}")
    return q
