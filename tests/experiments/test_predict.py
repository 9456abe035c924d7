"""Forecasts are the formulas, each worked out here by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from compress.coders.catalog import choose
from compress.errors import DataError, SpecError
from compress.experiments.predict import Forecast, PairForecast, Surprises, expected_code, expected_pair
from compress.probability.distribution import Distribution, Pair
from compress.probability.zeros import REFUSED, ZeroPolicy

P = Distribution.parse("a=.5,b=.5,c=0")
Q = Distribution.parse("a=.25,b=.5,c=.25")


@pytest.mark.parametrize("base", [2, math.e, 10])
def test_a_distribution_has_the_averages_of_its_surprises(base: float) -> None:
    """Surprises of 1, 2 and 2 bits: their mean is 1.5, the mean square of what they stray is 0.25."""
    forecast, unit = Forecast(Distribution.parse("a=.5,b=.25,c=.25"), base), math.log(2, base)
    assert forecast.surprises == pytest.approx(np.array([1, 2, 2]) * unit)
    assert forecast.entropy == pytest.approx(1.5 * unit)
    assert forecast.largest_entropy == pytest.approx(math.log(3, base))
    assert forecast.perplexity == pytest.approx(2**1.5)
    assert forecast.varentropy == pytest.approx(0.25 * unit**2)


@pytest.mark.parametrize("base", [2, math.e])
def test_a_pair_has_the_sums_of_what_each_token_adds(base: float) -> None:
    """Tokens of 2 and 1 bits under Q: H(P,Q) = 1.5; a costs 1 bit more than it should, half the time."""
    forecast, unit = PairForecast(Pair(P, Q), base), math.log(2, base)
    assert forecast.prices == pytest.approx(np.array([2, 1, 2]) * unit)
    assert forecast.costs == pytest.approx(np.array([1, 0.5, 0]) * unit)
    assert forecast.excesses == pytest.approx(np.array([0.5, 0, 0]) * unit)
    assert forecast.entropy == pytest.approx(unit)
    assert forecast.cross_entropy == pytest.approx(1.5 * unit)
    assert forecast.kl_divergence == pytest.approx(0.5 * unit)
    assert forecast.reverse_kl_divergence == math.inf
    assert forecast.perplexity == pytest.approx(2**1.5)
    middle = [0.375, 0.5, 0.125]
    pairs = [*zip((0.5, 0.5, 0), middle, strict=True), *zip((0.25, 0.5, 0.25), middle, strict=True)]
    assert forecast.js_divergence == pytest.approx(sum(x * math.log(x / m, base) for x, m in pairs if x) / 2)


def test_a_pair_is_infinite_where_q_excludes_what_p_draws_and_no_term_is_undefined() -> None:
    forecast = PairForecast(Pair(Q, P))
    assert (forecast.cross_entropy, forecast.kl_divergence) == (math.inf, math.inf)
    assert forecast.reverse_kl_divergence == pytest.approx(0.5)
    assert forecast.costs.tolist() == [0.25, 0.5, math.inf]
    assert forecast.excesses.tolist() == [-0.25, 0, math.inf]
    both = PairForecast(Pair(Distribution.parse("a=1,b=0"), Distribution.parse("a=1,b=0")))
    assert (both.costs.tolist(), both.excesses.tolist()) == ([0, 0], [0, 0])


def test_a_code_is_expected_to_cost_its_prices_under_p() -> None:
    p, q = Distribution.parse("H=.7,T=.3"), Distribution.parse("H=.2,T=.8")
    forecast = expected_code(q, choose("huffman"), p)
    assert forecast.expected == 1
    assert forecast.redundancy == pytest.approx(1 + 0.7 * math.log2(0.7) + 0.3 * math.log2(0.3))
    assert forecast.surprises == pytest.approx([-math.log2(0.2), -math.log2(0.8)])
    assert forecast.own_p
    alone = expected_code(q, choose("huffman"))
    assert not alone.own_p
    assert alone.pair == Pair(q, q)


def test_a_floor_is_applied_to_q_over_the_joint_alphabet() -> None:
    p, q = Distribution.parse("a=.5,b=.5"), Distribution.parse("a=1")
    assert expected_pair(p, q, REFUSED).cross_entropy == math.inf
    floored = expected_pair(p, q, ZeroPolicy.parse("floor:0.25"))
    assert floored.pair.q.probabilities == pytest.approx([0.8, 0.2])
    assert floored.cross_entropy == pytest.approx(-(math.log2(0.8) + math.log2(0.2)) / 2)


def test_what_is_out_of_reach_is_not_called_infinite() -> None:
    with pytest.raises(DataError, match="cannot be computed"):
        expected_pair(Distribution.parse("poisson:200"), Distribution.parse("poisson:1"), REFUSED)


def test_a_bare_probability_has_a_surprise_and_what_is_none_is_refused() -> None:
    assert Surprises(["0.5", "1/8", "1", "0"]).values == [1, 3, 0, math.inf]
    assert Surprises(["0.5"], math.e).values == pytest.approx([math.log(2)])
    for word in ("1.5", "-0.1"):
        with pytest.raises(SpecError, match="is not a probability: it lies outside"):
            Surprises(["0.5", word])


def test_a_normal_has_the_entropy_of_its_density_less_the_cells_width() -> None:
    """H of cells of width s is near h - log2 s, the nearer the smaller s is; other tokens have no density."""
    for sd, step in ((1, 0.1), (3, 0.01)):
        made = Forecast(Distribution.parse(f"normal:mean=2,sd={sd},step={step}"))
        assert made.density_entropy is not None
        assert made.density_entropy == pytest.approx(math.log2(sd * math.sqrt(2 * math.pi * math.e) / step))
        assert made.density_entropy == pytest.approx(made.entropy, abs=step**2)
        nats = Forecast(made.p, base=math.e).density_entropy
        assert nats == pytest.approx(made.density_entropy * math.log(2))
    assert Forecast(Distribution.parse("poisson:4")).density_entropy is None
    assert Forecast(Distribution.parse("H=.7,T=.3")).density_entropy is None
