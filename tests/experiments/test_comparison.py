"""What each coder costs: curves whose values are known from elsewhere."""

from __future__ import annotations

import pytest

from compress.coders.catalog import choose
from compress.experiments.comparison import coders_for, expected_cost
from compress.probability.distribution import Distribution


def test_the_curves_of_two_tokens_are_those_of_the_books() -> None:
    """At 9/10: H = 0.4690; a bit costs 0.5310 more, pairs 0.645 - 0.469, Shannon's words 0.9·1 + 0.1·4."""
    p = Distribution.parse("bernoulli:0.9")
    names = ("huffman", "block:2", "shannon", "arithmetic", "rans")
    made = coders_for(p, [choose(name) for name in names])
    assert [choice.name for choice, _, _ in made.costs] == ["huffman", "block:2", "shannon", "arithmetic", "rans:14"]
    at_nine_tenths = {}
    for curve in made.curves:
        assert len(curve.chances) == len(curve.excess) == 200
        assert curve.chances[0] == 0.5
        assert curve.excess[0] == pytest.approx(0, abs=1e-9)
        assert min(curve.excess) > -1e-9
        at_nine_tenths[curve.choice.family.name] = curve.excess[curve.chances.index(0.9)]
    assert at_nine_tenths["huffman"] == pytest.approx(1 - p.entropy)
    assert at_nine_tenths["block"] == pytest.approx(0.645 - p.entropy)
    assert at_nine_tenths["shannon"] == pytest.approx(1.3 - p.entropy)
    assert at_nine_tenths["arithmetic"] == pytest.approx(0, abs=1e-9)
    assert 0 < at_nine_tenths["rans"] < 1e-6


def test_without_a_name_all_are_listed_and_seven_are_drawn() -> None:
    made = coders_for(Distribution.parse("dice:2"))
    assert len(made.costs) > len(made.drawn) == 7
    assert all(cost is not None and not why for _, cost, why in made.costs)


def test_a_cost_in_the_long_run_is_that_of_whole_groups() -> None:
    assert expected_cost(Distribution.parse("a=.9,b=.1"), choose("block:3")) == pytest.approx(0.5327, abs=5e-5)
