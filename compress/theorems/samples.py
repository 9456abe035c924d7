"""Theorems about samples and contexts: what many draws come to, and what knowing one thing says of another.

As in `measures`: a docstring with the statement, the derivation and the source, and a parameter that can be wrong.

Next: `theorems.contexts` (of contexts and losses).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from compress.coders.catalog import build, choose
from compress.experiments.coverage import binomial_bound
from compress.experiments.power import Chances, tokens_to_tell
from compress.experiments.scores import Scores
from compress.experiments.validate import validate_all
from compress.probability import information
from compress.probability.continuous import normal_entropy
from compress.probability.distribution import Distribution, Pair
from compress.probability.information import ROUNDING
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.theorems.measures import SIGMAS, Finding, drawn_pmf

__all__ = []


def certain_stream(seed: int, chance: float = 1.0) -> Finding:
    """A certain stream costs nothing, and fair flips cost one bit each.

    A certain token has surprise -log2 1 = 0: the interval of the arithmetic coder stays [0, 1), which the empty word
    names. Each fair flip halves the interval, and it takes one more bit to name a half.

    Source: Cover & Thomas, sec. 2.1.
    """
    p = Distribution.from_weights({"x": chance, "y": 1 - chance} if chance < 1 else {"x": 1})
    n = 10_000
    bits = len(build("arithmetic", p.weights).encode(np.zeros(n, np.uint8)))
    fair = Distribution.parse("H=.5,T=.5")
    flips = len(build("arithmetic", fair.weights).encode(IidSource(fair).sample(n, generator(seed))))
    return Finding(f"0 and {n:,} bits for {n:,} tokens", f"{bits:,} and {flips:,} bits", bits == 0 and flips == n)


def shannon_with_a_wrong_belief(seed: int, shift: float = 0.0) -> Finding:
    """H(P) + D(P||Q) <= E[ceil(-log2 q)] < H(P) + D(P||Q) + 1.

    Each length is -log2 q, rounded up: E_P[-log2 q] = H(P) + D(P||Q), and rounding adds less than a bit to each.

    Source: Cover & Thomas, theorem 5.4.3.
    """
    above = []
    for at in range(200):
        p, q = drawn_pmf(seed + at, 9), drawn_pmf(seed + at + 5_000, 9)
        lengths = build("shannon", q.weights).surprises
        above.append(float(p.probabilities @ lengths) + shift - p.entropy - Pair(p, q).divergence)
    return Finding(
        "0 <= E[length] - H - D < 1",
        f"{min(above):.4f} to {max(above):.4f} bits, 200 pairs",
        min(above) >= -ROUNDING and max(above) < 1,
    )


def huffman_may_beat_its_belief(seed: int, believe_the_truth: bool = False) -> Finding:
    """A Huffman code of a wrong Q can cost less than H(P,Q).

    Its lengths are those of another distribution, 2^-length, which may be nearer to P than Q is. A code for Q costs at
    least H(P,Q) for every P if no length is below -log2 q, as in Shannon's code.

    Source: Cover & Thomas, sec. 5.4, by contrast.
    """
    cheaper = 0
    for at in range(200):
        p = drawn_pmf(seed + at, 4)
        q = p if believe_the_truth else drawn_pmf(seed + at + 5_000, 4)
        cheaper += float(p.probabilities @ build("huffman", q.weights).surprises) < Pair(p, q).cross_entropy - 1e-6
    return Finding("some codes below H(P,Q)", f"{cheaper} of 200", cheaper > 0)


def quantised_normal(seed: int, deviation: float = 1.0) -> Finding:
    """In small steps of d a normal has entropy near h - log2 d, with h = log2(2πe)/2 for σ = 1.

    For a small step the mass of a cell is d·f(x), whose surprise is -log2 f(x) - log2 d: the mean of the first is h.

    Source: Cover & Thomas, theorem 8.3.1.
    """
    steps, due, found = (0.5, 0.1, 0.02), [], []
    for step in steps:
        due.append(normal_entropy(deviation) - math.log2(step))
        found.append(Distribution.parse(f"normal:mean=0,sd=1,step={step}").entropy)
    # What is left falls as the square of the step.
    near = all(abs(a - b) < step**2 / 8 for a, b, step in zip(due, found, steps, strict=True))
    said, seen = (", ".join(f"{bits:.4f}" for bits in each) for each in (due, found))
    return Finding(f"{said} bits for d = 0.5, 0.1, 0.02", f"{seen} bits", near)


def plug_in_entropy_is_low(seed: int, bias: float = 1.0) -> Finding:
    """The entropy of a sample's own counts is too low by about (K-1)·log2(e)/2n bits.

    H(P̂) = H_P̂(P) - D(P̂||P), where the first term has mean H(P), and 2n·ln 2·D tends to a chi-square of K-1 degrees,
    whose mean is K-1.

    Source: G. Miller 1955.
    """
    p, n, times = Distribution.parse("zipf:k=20,s=0.5"), 2_000, 400
    source = IidSource(p)
    found = []
    for at in range(times):
        counts = np.bincount(source.sample(n, np.random.PCG64([seed, at])), minlength=p.size)
        found.append(information.entropy(counts / n))
    due = p.entropy - bias * (p.size - 1) * math.log2(math.e) / (2 * n)
    mean, reach = float(np.mean(found)), SIGMAS * float(np.std(found)) / math.sqrt(times) + 1e-5
    return Finding(f"{due:.5f}, of {p.entropy:.5f}", f"{mean:.5f} ± {reach:.5f} bits", abs(mean - due) <= reach)


def code_lengths_are_normal(seed: int, stretch: float = 1.0) -> Finding:
    """The code length of a long message is nearly normal, with variance n·Var(-log2 q).

    It is a sum of n independent surprises, so the central limit theorem of A. de Moivre and P. S. Laplace holds.

    Source: W. Feller, vol. 1, ch. VII; Cover & Thomas, sec. 3.1.
    """
    p, n, times = Distribution.parse("dice:2"), 500, 400
    prices = information.surprise(p.probabilities)
    mean, spread = p.entropy, math.sqrt(information.varentropy(p.probabilities) / n)
    source = IidSource(p)
    draws = (source.sample(n, np.random.PCG64([seed, at])) for at in range(times))
    scores = Scores.of(stretch * (float(prices[draw].mean()) - mean) / spread for draw in draws)
    limit = 1.95 / math.sqrt(times)
    good = scores.distance < limit and abs(scores.variance - 1) < SIGMAS * math.sqrt(2 / times)
    return Finding(
        f"z normal: distance below {limit:.3f}, variance 1",
        f"distance {scores.distance:.3f}, variance {scores.variance:.3f}, {times} streams",
        good,
    )


def luck_fades(seed: int, power: float = 0.5) -> Finding:
    """The mean surprise of n tokens strays from H(P) by √(Var/n): four times as many tokens halve it.

    The surprises of independent tokens are independent, so the variance of their sum is n times the variance of one,
    and the variance of their mean is 1/n of it.

    Source: W. Feller, vol. 1, sec. IX.5.
    """
    p, times, lengths = Distribution.parse("dice:2"), 400, (50, 200, 800)
    prices, source = information.surprise(p.probabilities), IidSource(p)
    due, found = [], []
    for n in lengths:
        draws = (source.sample(n, np.random.PCG64([seed, n, at])) for at in range(times))
        found.append(math.sqrt(np.mean([(prices[draw].mean() - p.entropy) ** 2 for draw in draws])))
        due.append(math.sqrt(information.varentropy(p.probabilities)) / n**power)
    # A deviation that is found from so many strays by a part in √(2·times).
    near = all(abs(b / a - 1) <= SIGMAS / math.sqrt(2 * times) for a, b in zip(due, found, strict=True))
    said, seen = (", ".join(f"{bits:.4f}" for bits in each) for each in (due, found))
    return Finding(f"{said} bits for n = 50, 200, 800", f"{seen} bits, {times} streams each", near)


def intervals_cover(seed: int, reach: float = 1.0) -> Finding:
    """A 95% interval covers the expectation in nearly 95% of all large samples.

    The mean surprise of many tokens is nearly normal, so it lies within 1.96 standard errors of its expectation with a
    probability of 95%. Then the expectation lies as near to the mean.

    Source: J. Neyman 1937.
    """
    source, q, times = IidSource(Distribution.parse("a=.5,b=.3,c=.2")), Distribution.parse("a=.2,b=.3,c=.5"), 300
    covered = 0
    for at in range(times):
        run = validate_all(source, [q], [choose("arithmetic")], 400, 1_000 * seed + at).runs[0]
        covered += run.z is not None and abs(run.z) <= reach * NormalDist().inv_cdf(0.975)
    low, high = binomial_bound(times, 0.95, 1e-5)
    return Finding(f"{low} to {high} of {times}", f"{covered} covered", low <= covered <= high)


def power_is_as_planned(seed: int, share: float = 1.0) -> Finding:
    """So many tokens as are planned tell P from Q as often as was asked, and call Q wrong as seldom.

    The likelihood ratio Σ log2 p/q of n tokens is nearly normal under P and under Q, with means n·D(P||Q) and
    -n·D(Q||P); n is the least for which a limit parts the two as asked.

    Source: J. Neyman and E. Pearson 1933.
    """
    pairs = [
        ("bernoulli:0.6", "bernoulli:0.5"),
        ("dice:1", "1=.1,2=.1,3=.2,4=.2,5=.2,6=.2"),
        ("geometric:p=0.3", "geometric:p=0.34"),
    ]
    powers, alarms = list[float](), list[float]()
    for at, specs in enumerate(pairs):
        pair = Pair.of(*map(Distribution.parse, specs))
        answer = tokens_to_tell(pair.p, pair.q, Chances(0.05, 0.9))
        ratio = information.surprise(pair.q.probabilities) - information.surprise(pair.p.probabilities)
        rng = np.random.Generator(np.random.PCG64([seed, at]))
        for truth, found in ((pair.p, powers), (pair.q, alarms)):
            counts = rng.multinomial(round(share * answer.n), truth.probabilities, size=10_000)
            found.append(float(np.mean(counts @ ratio > (answer.limit or 0.0))))
    said, seen = (", ".join(f"{share:.1%}" for share in each) for each in (powers, alarms))
    as_asked = all(abs(power - 0.9) <= 0.02 for power in powers) and all(alarm <= 0.06 for alarm in alarms)
    return Finding("power 90%, level 5%, three pairs", f"power {said}; alarms {seen}", as_asked)


def typical_messages(seed: int, nats: bool = False) -> Finding:
    """Nearly all long messages are typical: their surprise per token is near H(P).

    The mean surprise tends to H(P), so the probability that it lies within e of H(P) tends to 1. For a coin this
    depends only on the number of heads, so it is a sum of binomial probabilities.

    Source: C. E. Shannon 1948, theorem 3; Cover & Thomas, theorem 3.1.1.
    """
    p, n, near, times = Distribution.parse("H=.7,T=.3"), 1_000, 0.03, 600
    heads = np.arange(n + 1)
    unit = math.log(2) if nats else 1.0
    means = -(heads * math.log2(0.7) + (n - heads) * math.log2(0.3)) / n * unit
    chances = np.array([math.comb(n, k) * 0.7**k * 0.3 ** (n - k) for k in range(n + 1)])
    due = float(chances[np.abs(means - p.entropy) <= near].sum())
    source = IidSource(p)
    typical = 0
    for at in range(times):
        fell = int((source.sample(n, np.random.PCG64([seed, at])) == 0).sum())
        mean = -(fell * math.log2(0.7) + (n - fell) * math.log2(0.3)) / n
        typical += abs(mean - p.entropy) <= near
    reach = SIGMAS * math.sqrt(max(due * (1 - due), 1e-4) / times)
    share = typical / times
    return Finding(f"{due:.3f} of all are within {near} of H", f"{share:.3f} ± {reach:.3f}", abs(share - due) <= reach)


def few_messages_are_typical(seed: int, base: float = 2) -> Finding:
    """Of K^n long messages at least (1-e)·2^n(H-e) and at most 2^n(H+e) are typical.

    A message whose mean surprise is within e of H has a probability from 2^-n(H+e) to 2^-n(H-e). These add up to at
    most 1, so there are at most 2^n(H+e) of them; and for large n to at least 1-e, so there are at least
    (1-e)·2^n(H-e).

    Source: C. E. Shannon 1948, theorem 3; Cover & Thomas, theorem 3.1.2.
    """
    p, n, near = Distribution.parse("H=.7,T=.3"), 1_000, 0.05
    heads = np.arange(n + 1)
    means = -(heads * math.log2(0.7) + (n - heads) * math.log2(0.3)) / n
    typical = sum(math.comb(n, int(k)) for k in np.flatnonzero(np.abs(means - p.entropy) <= near))
    entropy = information.entropy(p.probabilities, base=base)
    least, most, size = n * (entropy - near) + math.log2(1 - near), n * (entropy + near), math.log2(typical)
    return Finding(
        f"2^{least:.0f} to 2^{most:.0f} of the 2^{n:,} messages", f"2^{size:.1f} are typical", least <= size <= most
    )
