"""Chains: stationary, entropy rate, variance of dependent sums, each found a second way; and what is refused."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.errors import DataError, LimitError
from compress.probability.chain import MOST_STATES, Chain, Matrix
from compress.probability.distribution import Distribution
from compress.probability.moments import Moments

STICKY = Chain.of([("a", [("a", 0.95), ("b", 0.05)]), ("b", [("a", 0.1), ("b", 0.9)])])
ALTERNATING = Chain.of([("a", [("b", 1)]), ("b", [("a", 1)])])


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """A chain of a few tokens, some steps impossible, a ring among them so that it holds together."""
    size = draw(st.integers(1, 6))
    rows = []
    for a in range(size):
        weights = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
        weights[(a + 1) % size] += 1
        total = sum(weights)
        rows.append((str(a), [(str(b), Fraction(weight, total)) for b, weight in enumerate(weights)]))
    return Chain.of(rows)


@given(chains())
def test_the_stationary_distribution_stays(chain: Chain) -> None:
    pi = chain.stationary
    assert pi.sum() == pytest.approx(1, abs=1e-15)
    assert np.allclose(pi @ chain.matrix, pi, rtol=1e-12, atol=0)
    assert chain.distribution.probabilities == pytest.approx(pi, rel=1e-14)


def test_rare_tokens_have_all_their_digits() -> None:
    chain = Chain.of(
        [("a", [("a", 1 - Fraction(1, 10**12)), ("b", Fraction(1, 10**12))]), ("b", [("a", 0.5), ("b", 0.5)])]
    )
    assert chain.stationary[1] == pytest.approx(1e-12 / (0.5 + 1e-12), rel=1e-14)


def test_the_entropy_rate_of_two_tokens_by_hand() -> None:
    """Cover & Thomas 4.31: π = (β, α)/(α + β), h = π(a)·H(α) + π(b)·H(β)."""
    assert STICKY.stationary.tolist() == pytest.approx([2 / 3, 1 / 3])
    h = [-p * math.log2(p) - (1 - p) * math.log2(1 - p) for p in (0.05, 0.1)]
    assert STICKY.entropy_rate == pytest.approx(2 / 3 * h[0] + 1 / 3 * h[1], rel=1e-13)
    assert ALTERNATING.entropy_rate == 0
    assert ALTERNATING.distribution.entropy == 1


@given(chains())
def test_knowing_the_token_before_never_costs(chain: Chain) -> None:
    assert -1e-12 <= chain.entropy_rate <= chain.distribution.entropy + 1e-12
    assert Chain.independent(Distribution.parse("a=.7,b=.3")).entropy_rate == pytest.approx(0.8812908992306926)


def variance_of_sums(chain: Chain, prices: Matrix, n: int) -> float:
    """Var(Σ f) of n steps, by carrying mean and mean square of the sum along, state by state."""
    mass, first, second = chain.stationary.copy(), np.zeros(chain.size), np.zeros(chain.size)
    step = np.where(chain.matrix > 0, prices, 0.0)
    for _ in range(n):
        second = second @ chain.matrix + 2 * (first @ (chain.matrix * step)) + mass @ (chain.matrix * step**2)
        first = first @ chain.matrix + mass @ (chain.matrix * step)
        mass = mass @ chain.matrix
    return float(second.sum() - first.sum() ** 2)


@given(chains(), st.integers(0, 2**32))
def test_the_variance_is_that_by_which_sums_grow(chain: Chain, seed: int) -> None:
    prices = np.random.Generator(np.random.PCG64(seed)).integers(0, 9, chain.matrix.shape).astype(np.float64)
    moments = chain.moments(prices)
    n = 60 * math.ceil(chain.relaxation) * chain.period
    grown = (variance_of_sums(chain, prices, 2 * n) - variance_of_sums(chain, prices, n)) / n
    assert moments.variance == pytest.approx(grown, rel=1e-6, abs=1e-6)
    assert moments.mean == pytest.approx(float(np.sum(chain.stationary[:, None] * chain.matrix * prices)))


def test_what_never_follows_costs_nothing_whatever_its_price() -> None:
    chain = Chain.of([("a", [("b", 1)]), ("b", [("a", 0.5), ("b", 0.5)])])
    free, dear = (np.array([[price, 1.0], [2.0, 3.0]]) for price in (0.0, math.inf))
    assert chain.moments(dear) == chain.moments(free)
    assert chain.moments(dear).largest == pytest.approx(1.0)


def test_a_chain_without_memory_has_the_moments_of_independent_tokens() -> None:
    p = Distribution.parse("a=.5,b=.3,c=.2")
    prices = np.array([1.0, 2.0, 5.0])
    chain = Chain.independent(p)
    found, due = chain.moments(np.broadcast_to(prices, (3, 3))), Moments.of(p, prices)
    for name in ("mean", "variance", "largest", "third"):
        assert getattr(found, name) == pytest.approx(getattr(due, name))
    assert found.memory == pytest.approx(1)
    assert found.clump == pytest.approx(1)
    assert chain.period == 1
    assert found.is_long(1)


def test_how_long_a_chain_remembers() -> None:
    # Its other eigenvalue is 1 - 0.05 - 0.1.
    assert STICKY.relaxation == pytest.approx(1 / 0.15)
    moments = STICKY.moments(np.broadcast_to(np.array([0.0, 1.0]), (2, 2)))
    assert moments.memory == pytest.approx(1 / 0.15)
    assert [moments.is_long(n) for n in (1_999, 2_001)] == [False, True]
    # Of two tokens: π(a)π(b)·(1 + λ)/(1 - λ).
    assert moments.variance == pytest.approx(2 / 9 * 1.85 / 0.15)
    assert moments.clump == pytest.approx(1.85 / 0.15)


def test_a_chain_with_a_period_strays_no_further() -> None:
    assert (ALTERNATING.period, ALTERNATING.relaxation) == (2, 2)
    moments = ALTERNATING.moments(np.broadcast_to(np.array([0.0, 1.0]), (2, 2)))
    assert moments.variance == 0
    assert moments.largest == 0.5
    ring = Chain.of([(str(i), [(str((i + 1) % 3), 1)]) for i in range(3)])
    assert (ring.period, ring.relaxation) == (3, 3)


def test_the_same_chain_in_another_order() -> None:
    moved = STICKY.over(["b", "a"])
    assert moved.tokens == ("b", "a")
    assert moved.matrix.tolist() == STICKY.matrix[::-1, ::-1].tolist()
    assert moved.entropy_rate == pytest.approx(STICKY.entropy_rate)
    with pytest.raises(DataError, match="the chain is over other tokens: 'c' is not in both"):
        STICKY.over(["a", "b", "c"])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "a chain needs at least one token"),
        ([("a", [("a", 0.5)])], "after 'a': weights sum to 0.5, not to 1; normalize=True rescales them"),
        ([("a", [("b", 1)])], "after 'a': token 'b' has probability above 0 but is not in the alphabet"),
        ([("a", [])], "after 'a': weights sum to 0, not to 1"),
        ([("a", [("a", 1)]), ("a", [("a", 1)])], "after 'a': token 'a' is given twice"),
        ([("a", [("a", 1)]), ("b", [("a", 1)])], "the chain falls apart: no way leads from 'a' to 'b'"),
        # One place in which a stream stays is one P; the others are none of it.
        (
            [("a", [("a", 1)]), ("b", [("a", 1)])],
            "so 'b' never comes again once it is left, and has probability 0 in P; leave it out",
        ),
        ([("a", [("a", 0.5), ("b", 0.5)]), ("b", [("b", 1)])], "to 'a', so 'a' never comes again once it is left"),
        (
            [(t, [(t, 0.5), (u, 0.5)]) for t, u in zip("abcd", "bcde", strict=True)]
            + [("e", [("f", 1)]), ("f", [("e", 1)])],
            "so 'a', 'b', 'c', ... never come again once they are left, and have probability 0 in P; leave them out",
        ),
        # Two are two.
        (
            [("a", [("b", 0.5), ("c", 0.5)]), ("b", [("b", 1)]), ("c", [("c", 1)])],
            "so where it ends depends on where it begins, and it has no single P",
        ),
        (
            [("a", [("a", 1)]), ("b", [("b", 1)])],
            "the chain falls apart: no way leads from 'a' to 'b', so where it ends",
        ),
    ],
)
def test_what_is_no_chain_is_refused(table: list[tuple[str, list[tuple[str, float]]]], message: str) -> None:
    with pytest.raises(DataError) as caught:
        Chain.of(table)
    assert message in str(caught.value)


def test_too_many_tokens_are_refused() -> None:
    size = MOST_STATES + 1
    with pytest.raises(LimitError, match="a chain of 1,001 tokens is more than 1,000"):
        Chain.of((str(i), [(str((i + 1) % size), 1)]) for i in range(size))
