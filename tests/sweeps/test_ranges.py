"""Words with ranges: each of them, exactly, and none that nobody meant."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.errors import SpecError
from compress.sweeps.ranges import Setting, counts_of, settings


def texts(words: str) -> list[str]:
    return [one.text for one in settings(words)]


def test_words_without_a_range_are_themselves() -> None:
    assert settings("zipf:k=256,s=1.1") == [Setting("zipf:k=256,s=1.1", ())]


def test_values_are_evenly_spread_and_exact_where_they_can_be() -> None:
    assert texts("bernoulli:{0.5..0.9:5}") == [f"bernoulli:0.{digit}" for digit in (5, 6, 7, 8, 9)]
    assert texts("x{1..0:3}y") == ["x1y", "x0.5y", "x0y"]
    # Thirds need as many digits as one likes: six are written, and they are what is meant.
    assert settings("q:{0..1:4}")[1] == Setting("q:0.333333", (0.333333,))


def test_each_whole_number_is_meant_where_nothing_says_how_many() -> None:
    assert texts("block:{1..4}") == ["block:1", "block:2", "block:3", "block:4"]
    assert texts("block:{3..1}") == ["block:3", "block:2", "block:1"]
    assert texts("block:{2..2}") == ["block:2"]


def test_values_may_be_listed_as_they_are_written() -> None:
    assert settings("p:{1/3,.50,1e-3}") == [
        Setting("p:1/3", (1 / 3,)),
        Setting("p:.50", (0.5,)),
        Setting("p:1e-3", (0.001,)),
    ]


def test_equal_factors() -> None:
    assert texts("zipf:{1..1000:4:log},1.1") == ["zipf:1,1.1", "zipf:10,1.1", "zipf:100,1.1", "zipf:1000,1.1"]
    # Halfway from 0.01 to 1, in factors.
    [_, middle, _] = settings("p:{0.01..1:3:log}")
    assert middle.values == (0.1,)


def test_several_ranges_go_through_all_pairs_the_last_the_fastest() -> None:
    assert settings("zipf:{2,3},{0..1}") == [
        Setting("zipf:2,0", (2.0, 0.0)),
        Setting("zipf:2,1", (2.0, 1.0)),
        Setting("zipf:3,0", (3.0, 0.0)),
        Setting("zipf:3,1", (3.0, 1.0)),
    ]


@given(st.fractions(-100, 100, max_denominator=1000), st.fractions(-100, 100, max_denominator=1000), st.integers(2, 40))
def test_a_range_begins_and_ends_where_it_says_and_its_steps_are_alike(a: Fraction, b: Fraction, many: int) -> None:
    values = [one.values[0] for one in settings(f"{{{a}..{b}:{many}}}")]
    assert len(values) == many
    # As near as six digits come.
    assert values[0] == pytest.approx(float(a), rel=1e-5)
    assert values[-1] == pytest.approx(float(b), rel=1e-5)
    step = float(b - a) / (many - 1)
    for at, value in enumerate(values):
        assert value == pytest.approx(float(a) + at * step, rel=1e-5, abs=1e-9)


def test_numbers_of_tokens_are_spread_by_equal_factors() -> None:
    assert counts_of("100,1000") == [100, 1000]
    assert counts_of("1e2..1e6:9") == [100, 316, 1000, 3162, 10_000, 31_623, 100_000, 316_228, 1_000_000]
    made = counts_of("1e3..1e9:61")
    ratios = [later / sooner for sooner, later in itertools.pairwise(made)]
    assert max(ratios) - min(ratios) < 1e-3
    assert math.isclose(ratios[30], 1.2589, rel_tol=1e-3)
    # Rounded to the same, or said twice, they are one.
    assert counts_of("1..4:9,4") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("b:{0.5..0.9}", "how many"),
        ("b:{0.5..0.9:1}", "2 to"),
        ("b:{0.5..0.9:1e9}", "2 to"),
        ("b:{1..1000000}", "100,000 at most"),
        ("b:{0..1:3:log}", "equal factors"),
        ("b:{1..4:log}", "not a whole number|how many"),
        ("b:{0.5", "other half"),
        ("b:0.5}", "other half"),
        ("b:{{1,2}}", "other half"),
        ("b:{1,2}}", "other half"),
        ("b:{1..0:3:log}", "equal factors"),
        ("zipf:{1..1000},{1..1000}", "1,000,000 texts; 100,000 are the most"),
        ("b:{}", "not a number"),
        ("b:{a,b}", "not a number"),
        ("b:{1..x:3}", "not a number"),
        ("b:{1..2..3:3}", "not a number"),
    ],
)
def test_what_nobody_meant_is_refused(words: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        settings(words)


def test_of_a_list_the_words_are_told_that_hold_what_is_no_number() -> None:
    with pytest.raises(SpecError, match=r"^'b:\{a,b\}': 'a' is not a number"):
        settings("b:{a,b}")


@pytest.mark.slow
def test_a_range_may_have_a_hundred_thousand_values() -> None:
    assert len(settings("b:{1..100000}")) == len(settings("b:{0..1:100000}")) == 100_000


@pytest.mark.parametrize(
    ("words", "said"),
    [("1..5", "how many"), ("", "whole"), ("0..9:3", "equal factors"), ("1.5", "whole"), ("1,,2", "whole")],
)
def test_numbers_of_tokens_that_are_none_are_refused(words: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        counts_of(words)
