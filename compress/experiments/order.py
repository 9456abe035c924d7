"""The claim that no token of a stream depends on the one before it, and how likely luck is to look otherwise.

Counts do not see order: 1 2 3 4 5 6 1 2 3 4 5 6 ... has those of a fair die, exactly.  Here it is the pairs that
are counted, each token with the one before it.  Who believes P of every token, whatever came before, wastes

    G = 2·ln 2·n·Σ P̂(a)·D(P̂(·|a)||P)      half nats: the likelihood ratio of a chain of order 1 beside P

and where the claim is true G is nearly χ² with K(K-1) degrees of freedom, K rows of K - 1 (M. S. Bartlett 1951).
The law is near enough where 35 and more of each pair are expected; the rarest tokens are put together for that.
Williams's correction, of each row, is as in `claim`.

Next: `validation` (what an experiment has found).
"""

from __future__ import annotations

import math

import numpy as np

from compress.errors import DataError
from compress.experiments.claim import ALPHA, Claim, chi_square, classes
from compress.probability.distribution import Distribution
from compress.symbols import Symbols

__all__ = ["order_test"]

# Of each pair of tokens, or of classes of them.
_LEAST_EXPECTED = 35
_MOST_CLASSES = 256


def order_test(symbols: Symbols, p: Distribution, *, alpha: float = ALPHA) -> Claim:
    """Whether the tokens may have been drawn from P one by one: symbols of P's alphabet, shape (n,).

    Its cells are the pairs that are told apart; nothing is tested where there are too few tokens for that.
    Raises DataError without scipy, which has the law.

    >>> fair = Distribution.parse("dice:1")
    >>> order_test(np.tile(np.arange(6), 1000), fair).passed
    False
    >>> order_test(np.random.default_rng(0).integers(0, 6, 6000), fair).passed
    True
    """
    pairs, size = max(symbols.size - 1, 0), sum(weight > 0 for weight in p.weights)
    if any(p.weights[symbol] == 0 for symbol in np.unique(symbols).tolist()):
        return Claim(pairs, size, math.inf, None, 0.0, "excluded", alpha, tokens=size)
    least = max(math.sqrt(_LEAST_EXPECTED / max(pairs, 1)), 1 / _MOST_CLASSES)
    # What P excludes is in the first class, and adds nothing to it.
    whole = classes(p.probabilities, least)
    truth = np.bincount(whole, p.probabilities)
    k = truth.size
    if k < 2 or truth.min() < math.sqrt(_LEAST_EXPECTED / max(pairs, 1)):
        return Claim(pairs, 1, 0.0, None, None, None, alpha, tokens=size)
    seen = whole[symbols]
    table = np.bincount(k * seen[:-1] + seen[1:], minlength=k * k).reshape(k, k)
    due = table.sum(axis=1, keepdims=True) * truth
    with np.errstate(divide="ignore", invalid="ignore"):
        waste = 2 * float(np.where(table, table * np.log(table / due), 0.0).sum())
    freedom = k * (k - 1)
    spread = float((1 / truth).sum())
    correction = 1 + (spread - 1) * spread / (6 * pairs * freedom)
    law = chi_square()
    if law is None:
        raise DataError("a test of the order of tokens needs scipy; pip install 'codelen[claim]'")
    bits, luck = (each / (2 * math.log(2)) for each in (waste, correction * freedom))
    return Claim(pairs, k * k, bits, luck, float(law(freedom, waste / correction)), "chi-square", alpha, tokens=size)
