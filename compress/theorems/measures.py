"""Theorems as experiments: what a law predicts, and what comes of it when it is tried.

Each draws what it needs from its own seed, encodes for real where codes are what it is about, and gives a Finding.
Its docstring has the statement, how it follows, and where it stands.  What a law could be wrong about is a parameter
with the right value as its default, so that a test can hand in a wrong one and see it fail.

Next: `codes` (of words and their lengths).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.coders.catalog import choose
from compress.experiments.validate import validate_all
from compress.experiments.validation import Validation
from compress.probability import information
from compress.probability.distribution import Distribution, Pair
from compress.probability.information import ROUNDING
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.training.network import Network

__all__ = ["SIGMAS", "Finding", "drawn_numbers", "drawn_pmf", "encoded"]

# How far what is drawn may be from what is expected, in standard errors: once in 1.7 million.
SIGMAS = 5.0


@dataclass(frozen=True)
class Finding:
    """What a law predicted and what was measured, in its own words, and whether they agree."""

    predicted: str
    measured: str
    holds: bool


def drawn_numbers(seed: int, n: int) -> npt.NDArray[np.int64]:
    """n whole numbers from 1 to 1,000.

    >>> drawn_numbers(0, 3).tolist()
    [272, 618, 25]
    """
    return (generator(seed).random_raw(n) % 1_000 + 1).astype(np.int64)


def drawn_pmf(seed: int, size: int) -> Distribution:
    """A distribution that is drawn, in whole numbers from 1 to 1,000.

    >>> drawn_pmf(0, 2).weights
    (272, 618)
    """
    return Distribution(tuple(f"t{at}" for at in range(size)), tuple(drawn_numbers(seed, size).tolist()))


def encoded(p: Distribution, q: Distribution, coder: str, n: int, seed: int) -> Validation:
    """n tokens of P, encoded with the coder of Q, decoded and checked.

    >>> fair = Distribution.parse("H=.5,T=.5")
    >>> encoded(fair, fair, "huffman", 100, seed=0).payload_bits
    100
    """
    return validate_all(IidSource(p), [q], [choose(coder)], n, seed).runs[0]


# ---------------------------------------------------------------- surprise and entropy


def surprise_adds(seed: int, join: Callable[[float, float], float] = float.__mul__) -> Finding:
    """Surprise adds over independent events.

    Independent events have P(a and b) = P(a)·P(b). If a measure of surprise adds, s(pq) = s(p) + s(q), and is
    continuous, it is c·log p (A. Cauchy's equation). A fair coin has a surprise of one bit, so it is -log2 p.

    Source: C. E. Shannon 1948, sec. 6; Cover & Thomas, ch. 2.
    """
    words = (generator(seed).random_raw(400) % 1_000 + 1) / 1_001
    pairs = list(zip(words[:200].tolist(), words[200:].tolist(), strict=True))
    apart = [float(information.surprise([p])[0] + information.surprise([q])[0]) for p, q in pairs]
    together = [float(information.surprise([join(p, q)])[0]) for p, q in pairs]
    furthest = max(abs(a - b) for a, b in zip(apart, together, strict=True))
    return Finding(
        f"surprises of 200 pairs: {sum(apart):.4f} bits", f"{sum(together):.4f} bits together", furthest < ROUNDING
    )


def entropy_is_mean_surprise(seed: int, base: float = 2) -> Finding:
    """Entropy is expected surprise.

    H(P) = Σ p·(-log2 p) is the mean of the surprise by definition. By the law of large numbers the mean surprise of n
    draws tends to it. Its standard error is the square root of Var(-log2 p)/n, and five of these are the bound here.

    Source: Cover & Thomas, sec. 2.1.
    """
    p, n = Distribution.parse("zipf:k=50,s=1"), 100_000
    run = encoded(p, p, "arithmetic", n, seed)
    entropy = information.entropy(p.probabilities, base=base)
    mean, reach = run.ideal_bits / n, SIGMAS * (run.standard_error or 0.0) + 1e-6
    return Finding(f"H(P) = {entropy:.4f} bits", f"{mean:.4f} ± {reach:.4f} bits a token", abs(mean - entropy) <= reach)


def entropy_bounds(seed: int, entropy: Callable[[Sequence[float]], float] = information.entropy) -> Finding:
    """0 <= H(P) <= log2 K.

    Each p·(-log2 p) is 0 or more, and all of them are 0 only if one p is 1. D(P||uniform) = log2 K - H(P), which is 0
    or more by Gibbs, and 0 only if P is uniform.

    Source: Cover & Thomas, theorem 2.6.4.
    """
    sizes = range(1, 40)
    drawn = [(size, entropy(drawn_pmf(seed + size, size).probabilities.tolist())) for size in sizes]
    even = [abs(entropy([1 / size] * size) - math.log2(size)) for size in sizes]
    certain = entropy([1.0, 0.0, 0.0])
    within = all(-ROUNDING <= h <= math.log2(size) + ROUNDING for size, h in drawn)
    return Finding(
        "0 <= H <= log2 K",
        f"39 drawn within; even ones {max(even):.1e} from log2 K; certain: {certain:.1f}",
        within and max(even) < ROUNDING and certain == 0,
    )


def gibbs(seed: int, divergence: Callable[[Distribution, Distribution], float] = Distribution.divergence) -> Finding:
    """D(P||Q) >= 0, and it is 0 only if Q = P.

    ln x <= x - 1, with equality only at x = 1. So -D·ln 2 = Σ p·ln(q/p) <= Σ p·(q/p - 1) = Σ q - Σ p <= 0.

    Source: J. W. Gibbs 1902; Cover & Thomas, theorem 2.6.3.
    """
    pairs = [(drawn_pmf(seed + at, 8), drawn_pmf(seed + at + 1_000, 8)) for at in range(200)]
    least = min(divergence(p, q) for p, q in pairs)
    own = max(abs(divergence(p, p)) for p, _ in pairs)
    return Finding("D(P||Q) >= 0, D(P||P) = 0", f"least of 200: {least:.4f}; of P and P: {own:.4f}", least > 0 == own)


def wrong_belief(seed: int, shift: float = 0.0) -> Finding:
    """If P is true, a code of lengths -log2 q costs H(P) + D(P||Q) per token on average.

    E_P[-log2 q] = E_P[-log2 p] + E_P[log2 p/q] = H(P) + D(P||Q). The arithmetic coder spends -log2 q on each token, and
    up to two bits more on the message.

    Source: Cover & Thomas, theorem 5.4.3.
    """
    p, n = Distribution.parse("H=.7,T=.3"), 100_000
    due, measured, near = [], [], []
    for heads in (0.1, 0.2, 0.69, 0.99):
        q, believed = (Distribution.from_weights({"H": h, "T": 1 - h}) for h in (heads, heads - shift))
        run = encoded(p, believed, "arithmetic", n, seed)
        due.append(p.entropy + Pair(p, q).divergence)
        measured.append(run.payload_bits / n)
        near.append(abs(measured[-1] - due[-1]) <= SIGMAS * (run.standard_error or 0.0) + 2 / n + 1e-6)
    said, seen = (", ".join(f"{bits:.4f}" for bits in each) for each in (due, measured))
    return Finding(f"H + D = {said} bits", f"{seen} bits a token, for heads of .1, .2, .69, .99", all(near))


# ---------------------------------------------------------------- learning


def likelihood_is_cross_entropy(seed: int, base: float = 2) -> Finding:
    """Maximum likelihood is minimum cross-entropy.

    L(Q) = Π q(x)^c(x), so -log2 L = Σ c·(-log2 q) = n·H(P̂,Q) = n·H(P̂) + n·D(P̂||Q), which is least for Q = P̂. The
    distribution under which a sample is likeliest is the one that encodes it in the fewest bits.

    Source: Cover & Thomas, sec. 11.1.
    """
    p, n = Distribution.parse("dice:1"), 600
    counts = np.bincount(IidSource(p).sample(n, generator(seed)), minlength=6)
    observed = Distribution(p.tokens, tuple(int(c) + 1 for c in counts))
    beliefs = [drawn_pmf(seed + at, 6) for at in range(100)]
    likelihoods = [-sum(w * math.log2(q.weights[i] / q.total) for i, w in enumerate(observed.weights)) for q in beliefs]
    costs = [
        observed.total * information.cross_entropy(observed.probabilities, q.probabilities, base=base) for q in beliefs
    ]
    furthest = max(abs(a - b) for a, b in zip(likelihoods, costs, strict=True))
    least = min(costs) - observed.total * observed.entropy
    return Finding(
        "-log2 L = n·H(P̂,Q), least at P̂",
        f"{furthest:.1e} apart; 100 others cost {least:.1f} bits more",
        furthest < 1e-6 and least > 0,
    )


def softmax_gradient(seed: int, came: float = 1.0) -> Finding:
    """The gradient of the cross-entropy in the logits is q - one-hot(y), belief minus outcome.

    -ln q_y = ln Σ e^z - z_y. Its derivative with respect to z_j is e^z_j/Σ e^z - [j = y] = q_j - [j = y].

    Source: Goodfellow, Bengio & Courville 2016, sec. 6.2.2.
    """
    rng, step, furthest = generator(seed), 1e-6, 0.0
    for at in range(20):
        logits = (rng.random_raw(5) % 1_000) / 250 - 2
        label = np.array([at % 5], np.uint8)
        nothing = np.zeros((1, 0))

        def loss(z: npt.NDArray[np.float64], label: npt.NDArray[np.uint8] = label) -> float:
            return Network(((np.zeros((0, 5)), z),)).loss(np.zeros((1, 0)), label)

        q = Network(((np.zeros((0, 5)), logits),)).probabilities(nothing)[0]
        for j in range(5):
            nudge = np.eye(5)[j] * step
            slope = (loss(logits + nudge) - loss(logits - nudge)) / (2 * step)
            furthest = max(furthest, abs(slope - (q[j] - (came if j == at % 5 else 0.0))))
    return Finding("∂loss/∂z = q - one-hot(y)", f"{furthest:.1e} from it at most, 100 slopes", furthest < 1e-6)
