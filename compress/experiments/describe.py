"""What can be said of a distribution, of a pair, and of a code before a single token is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from compress.coders.catalog import choose
from compress.coders.codebook import Codebook
from compress.errors import DataError, SpecError, quoted
from compress.probability import information
from compress.probability.distribution import Distribution, align
from compress.probability.zeros import ZeroPolicy

__all__ = [
    "CodeDescription",
    "Description",
    "PairDescription",
    "describe",
    "describe_code",
    "describe_pair",
    "surprises",
]

Summary = list[tuple[str, str]]
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Description:
    """A distribution's surprises and averages; `summary` says them in words, `fields` in numbers."""

    surprises: Vector
    summary: Summary
    fields: dict[str, Any]


@dataclass(frozen=True)
class PairDescription:
    """P and Q over their joint alphabet; `columns` holds what each token adds to the averages."""

    p: Distribution
    q: Distribution
    columns: list[tuple[str, Vector]]
    summary: Summary
    fields: dict[str, Any]


@dataclass(frozen=True)
class CodeDescription:
    """The code for Q: each token's surprise and price, the book of a prefix code, the averages under P."""

    p: Distribution
    q: Distribution
    surprises: Vector
    prices: Vector
    book: Codebook | None
    summary: Summary
    fields: dict[str, Any]


def surprises(probabilities: Sequence[float], base: float = 2) -> list[float]:
    """-log p of each probability.  Raises SpecError for one outside [0, 1]."""
    outside = next((p for p in probabilities if not 0 <= p <= 1), None)
    if outside is not None:
        raise SpecError(f"{outside:g} is no probability: it lies outside [0, 1]")
    bits: list[float] = information.surprise(probabilities, base=base).tolist()
    return bits


def _unit(base: float) -> str:
    return {2: "bits", math.e: "nats"}.get(base, f"base-{base:g} units")


def _number(value: float) -> str:
    if math.isinf(value):
        return "inf"
    # What four decimals would call 0, and is not, is written out.
    return f"{value:.4g}" if 0 < abs(value) < 5e-5 else f"{value:.4f}"


def describe(p: Distribution, base: float = 2) -> Description:
    """Entropy, perplexity and varentropy of P."""
    unit, values = _unit(base), p.probabilities
    fields = {
        "entropy": information.entropy(values, base=base),
        "largest_entropy": math.log(p.size) / math.log(base),
        "perplexity": information.perplexity(values),
        "varentropy": information.varentropy(values, base=base),
    }
    summary = [
        ("K", f"{p.size:,} tokens"),
        ("H(P)", f"{_number(fields['entropy'])} {unit}/token"),
        ("log K", f"{_number(fields['largest_entropy'])} {unit}/token, the most that K tokens can have"),
        (
            "perplexity",
            f"{_number(fields['perplexity'])}, the equally likely tokens that would be as surprising",
        ),
        ("varentropy", f"{_number(fields['varentropy'])} {unit}², the variance of the surprise"),
    ]
    return Description(information.surprise(values, base=base), summary, fields)


def describe_pair(p: Distribution, q: Distribution, zeros: str, base: float = 2) -> PairDescription:
    """H(P,Q) and D(P||Q), token by token; infinite where Q excludes what P can draw."""
    given, policy = q, ZeroPolicy.parse(zeros)
    p, q = align(p, q)
    if given.endless is not None and policy.floor is None:
        for token, chance, weight in zip(p.tokens, p.weights, q.weights, strict=True):
            if chance and not weight and given.endless.has(token):
                raise DataError(
                    f"{given.spec} gives token {quoted(token)} a probability above 0 but below 1e-307, too small to be "
                    "kept: D(P||Q) is finite, but out of reach"
                )
    q = policy.apply(q)
    truth, belief, unit = p.probabilities, q.probabilities, _unit(base)
    own, cost = information.surprise(truth, base=base), information.surprise(belief, base=base)
    occurs = truth > 0
    cross, divergence = np.zeros(p.size), np.zeros(p.size)
    cross[occurs] = truth[occurs] * cost[occurs]
    divergence[occurs] = truth[occurs] * (cost[occurs] - own[occurs])
    fields = {
        "entropy": information.entropy(truth, base=base),
        "cross_entropy": information.cross_entropy(truth, belief, base=base),
        "kl_divergence": p.divergence(q) / math.log2(base),
        "reverse_kl_divergence": q.divergence(p) / math.log2(base),
        "js_divergence": information.js_divergence(truth, belief, base=base),
        "perplexity": information.perplexity(truth, belief),
    }
    summary = [
        ("H(P)", f"{_number(fields['entropy'])} {unit}/token, the floor"),
        ("D(P||Q)", f"{_number(fields['kl_divergence'])} {unit}/token, the price of believing Q"),
        ("H(P,Q)", f"{_number(fields['cross_entropy'])} {unit}/token, what a code for Q costs"),
        ("D(Q||P)", f"{_number(fields['reverse_kl_divergence'])} {unit}/token, the other way round"),
        ("JS(P,Q)", f"{_number(fields['js_divergence'])} {unit}"),
        ("perplexity", _number(fields["perplexity"])),
    ]
    columns = [("-log q", cost), ("adds to H(P,Q)", cross), ("adds to D(P||Q)", divergence)]
    return PairDescription(p, q, columns, summary, fields)


def describe_code(p: Distribution, q: Distribution, name: str) -> CodeDescription:
    """The code that a coder builds from Q, and what it is expected to cost when P is true."""
    p, q = align(p, q)
    choice = choose(name)
    coder = choice.of(q.weights)
    prices = coder.surprises
    expected = information.mean(p.probabilities, prices)
    fields: dict[str, Any] = {
        "expected_bits_per_token": expected,
        "entropy": p.entropy,
        "cross_entropy": information.cross_entropy(p.probabilities, q.probabilities),
        "redundancy": expected - p.entropy,
    }
    fields |= coder.facts
    book = coder.book
    summary = [
        ("E[price]", f"{_number(expected)} bits/token"),
        ("H(P)", f"{_number(fields['entropy'])} bits/token"),
        ("H(P,Q)", f"{_number(fields['cross_entropy'])} bits/token"),
        ("redundancy", f"{_number(fields['redundancy'])} bits/token above H(P)"),
    ]
    if book is not None:
        summary += [
            (
                "Kraft sum",
                f"{book.kraft_sum}{', complete' if book.is_complete else ', so some strings of bits mean nothing'}",
            ),
            ("longest", f"{book.longest} bits"),
        ]
    else:
        summary.append(("Q̂", choice.family.q_hat))
    return CodeDescription(p, q, information.surprise(q.probabilities), prices, book, summary, fields)
