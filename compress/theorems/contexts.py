"""Laws of contexts and losses, each an experiment.

As in `measures`: a docstring with the statement, the derivation and the source, and a parameter that can be wrong.

Next: `theorems.catalog` (all of them).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from compress.coders.catalog import build
from compress.models.chains import chained
from compress.models.counts import Counting
from compress.models.sequential import SequentialCoder
from compress.probability import information
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.information import ROUNDING
from compress.sources.iid import IidSource
from compress.sources.markov import MarkovSource
from compress.sources.protocol import generator
from compress.theorems.measures import SIGMAS, Finding, drawn_numbers
from compress.training.weigh import weigh

__all__ = []


def luck_saves_little(seed: int, free: int = 0) -> Finding:
    """Fair flips become shorter by c bits with a probability of at most 2^-c.

    A prefix-free code has at most 2^(n-c) words of n - c bits or fewer, by Kraft, and each message has probability
    2^-n.

    Source: Cover & Thomas, sec. 14.2.
    """
    coder, n, times = SequentialCoder(Counting.of("kt", 2)), 24, 3_000
    source = IidSource(Distribution.parse("H=.5,T=.5"))
    saved = np.array(
        [n - len(coder.encode(source.sample(n, np.random.PCG64([seed, at])))) + free for at in range(times)]
    )
    shares = {c: float((saved >= c).mean()) for c in range(1, 7)}
    good = all(share <= 2.0**-c + SIGMAS * math.sqrt(2.0**-c / times) for c, share in shares.items())
    return Finding("at most 1/2, 1/4, 1/8, ...", ", ".join(f"{share:.3f}" for share in shares.values()), good)


def pairs_cost_the_sum(seed: int, given: bool = True) -> Finding:
    """H(X,Y) = H(X) + H(Y|X): a pair costs its first token, and then its second given the first.

    P(x,y) = P(x)·P(y|x), so the surprise of a pair is the surprise of x plus the surprise of y given x. The same holds
    for the means.

    Source: Cover & Thomas, theorem 2.2.1.
    """
    table = drawn_numbers(seed, 12).reshape(3, 4)
    joint, n = table / table.sum(), 4_000
    pairs = IidSource(Distribution(tuple(f"p{at}" for at in range(12)), tuple(map(int, table.ravel().tolist()))))
    drawn = pairs.sample(n, generator(seed)).astype(np.int64)
    x, y = drawn // 4, drawn % 4
    first, second = joint.sum(axis=1), joint / joint.sum(axis=1, keepdims=True)
    together = weigh(np.tile(joint.ravel(), (n, 1)), drawn).payload_bits
    after = second[x] if given else np.tile(joint.sum(axis=0), (n, 1))
    apart = weigh(np.tile(first, (n, 1)), x).payload_bits + weigh(after, y).payload_bits
    return Finding(f"{together:,} bits together", f"{apart:,} bits one after the other", abs(together - apart) <= 5)


def context_saves_mutual_information(seed: int, knows: bool = True) -> Finding:
    """To know the token before saves I(X;Y) bits per token.

    I(X;Y) = H(Y) - H(Y|X) by definition; a code for the chain spends H(Y|X), and a code without context H(Y).

    Source: Cover & Thomas, sec. 2.3-2.4.
    """
    chain = Chain.of([("a", [("a", 0.9), ("b", 0.1)]), ("b", [("a", 0.3), ("b", 0.7)])])
    n = 50_000
    symbols = MarkovSource(chain).sample(n, generator(seed))
    blind = len(build("arithmetic", chain.distribution.weights).encode(symbols))
    seeing = len(SequentialCoder(chained(chain)).encode(symbols)) if knows else blind
    due = n * (chain.distribution.entropy - chain.entropy_rate)
    # What is saved at a step, -log2 π(x) + log2 P(x | before), strays by its own variance.
    gain = -np.log2(chain.stationary)[None, :] - chain.prices
    reach = SIGMAS * math.sqrt(n * chain.moments(gain).variance) + 4
    return Finding(
        f"n·I = {due:,.0f} bits", f"{blind - seeing:,} ± {reach:,.0f} bits saved", abs(blind - seeing - due) <= reach
    )


def processing_adds_nothing(seed: int, merge: bool = True) -> Finding:
    """I(X;f(Y)) <= I(X;Y): what is computed from Y knows no more about X than Y does.

    I(X;Y) = I(X;f(Y)) + I(X;Y|f(Y)), and the last term is 0 or more.

    Source: Cover & Thomas, theorem 2.8.1.
    """

    def shared(table: npt.NDArray[Any]) -> float:
        p = table / table.sum()
        parts = information.entropy(p.sum(axis=0)), information.entropy(p.sum(axis=1))
        return sum(parts) - information.entropy(p.ravel())

    most = -math.inf
    for at in range(200):
        table = drawn_numbers(seed + at, 20).reshape(4, 5)
        made = np.stack([table[:, 0] + table[:, 1], table[:, 2], table[:, 3] + table[:, 4]], axis=1)
        if not merge:
            made = np.diag(table.sum(axis=1))
        most = max(most, shared(made) - shared(table))
    return Finding("I(X;f(Y)) - I(X;Y) <= 0", f"at most {most:.5f} bits, 200 tables", most <= ROUNDING)


def loss_is_the_file(seed: int, unit: float = 1.0) -> Finding:
    """The cross-entropy of a model on some tokens is the size of a file of them.

    The arithmetic coder spends -log2 q_t(x_t) on each token, wherever q_t comes from, and the sum is the loss in bits.

    Source: Cover & Thomas, sec. 13.3; D. MacKay 2003, ch. 6.
    """
    n, size = 2_000, 16
    logits = drawn_numbers(seed, n * size).reshape(n, size) / 250
    q = np.exp(logits)
    q /= q.sum(axis=1, keepdims=True)
    tokens = (q.cumsum(axis=1) < (drawn_numbers(seed + 1, n)[:, None] - 0.5) / 1_000).sum(axis=1).clip(max=size - 1)
    loss = -float(np.log(q[np.arange(n), tokens]).sum()) / math.log(2) * unit
    bits = weigh(q, tokens).payload_bits
    return Finding(f"loss {loss:,.1f} bits", f"payload {bits:,} bits", -0.1 <= bits - loss < 2.1)
