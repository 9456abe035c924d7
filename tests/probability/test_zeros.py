from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compress.errors import DataError, SpecError, ZeroProbabilityError
from compress.probability.distribution import Distribution, Pair
from compress.probability.information import surprise
from compress.probability.zeros import ZeroPolicy

weight_lists = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)
floors = st.fractions(min_value=Fraction(1, 10**12), max_value=Fraction(999, 1000))


def of(*weights: int) -> Distribution:
    return Distribution(tuple("abcdefgh"[: len(weights)]), weights, "spec")


def exact(q: Distribution) -> list[Fraction]:
    return [q.exact(token) for token in q.tokens]


def floored(values: list[Fraction], floor: Fraction) -> list[Fraction]:
    """max(q, EPS), renormalised: the definition."""
    raised = [max(value, floor) for value in values]
    return [value / sum(raised) for value in raised]


# Words


def test_error_is_the_default_policy() -> None:
    assert ZeroPolicy.parse("error") == ZeroPolicy() == ZeroPolicy("error", None, "error")


@pytest.mark.parametrize(
    ("spec", "floor"),
    [
        ("floor:1e-10", Fraction(1, 10**10)),
        ("floor:0.1", Fraction(1, 10)),
        ("floor:1/3", Fraction(1, 3)),
        ("floor:1e-300", Fraction(1, 10**300)),
        ("floor:0.9999999999999999999999", 1 - Fraction(1, 10**22)),
    ],
)
def test_a_floor_is_read_exactly_and_keeps_its_words(spec: str, floor: Fraction) -> None:
    assert ZeroPolicy.parse(spec) == ZeroPolicy("floor", floor, spec)


@pytest.mark.parametrize("spec", ["", "clip", "floor", "error:", "error:1", "Floor:0.1", "flooring:0.1", "1e-10"])
def test_a_word_that_is_no_policy_is_refused_and_the_policies_are_named(spec: str) -> None:
    with pytest.raises(
        SpecError, match="is not a zero policy; the policies are error, floor:EPS, escape:EPS, laplace:ALPHA"
    ) as caught:
        ZeroPolicy.parse(spec)
    assert repr(spec) in str(caught.value)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("number", ["0", "1", "-1e-10", "2", "0/5"])
def test_a_floor_outside_zero_to_one_is_refused(number: str) -> None:
    with pytest.raises(SpecError, match=f"the floor must lie between 1e-300 and 1, not {number}"):
        ZeroPolicy.parse(f"floor:{number}")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("", "'' is not a number"),
        ("tiny", "'tiny' is not a number"),
        ("nan", "'nan' is not a finite number"),
        ("1/0", "'1/0' divides by zero"),
        ("1e-999999999", "not a finite number of sensible size"),
    ],
)
def test_a_floor_that_is_no_number_is_refused(number: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        ZeroPolicy.parse(f"floor:{number}")


# Floors


@given(weight_lists, floors)
def test_a_floor_is_max_q_eps_renormalised_exactly(weights: list[int], floor: Fraction) -> None:
    q = of(*weights)
    applied = ZeroPolicy("floor", floor, "floor").apply(q)
    assert exact(applied) == floored(exact(q), floor)
    assert sum(exact(applied)) == 1
    assert (applied.tokens, applied.spec) == (q.tokens, q.spec)


@given(weight_lists, floors)
def test_a_floor_leaves_no_zero_and_never_less_than_eps_over_1_plus_k_eps(weights: list[int], floor: Fraction) -> None:
    least = min(exact(ZeroPolicy("floor", floor, "floor").apply(of(*weights))))
    assert floor / (1 + len(weights) * floor) <= least <= Fraction(1, len(weights))


@given(weight_lists, floors)
def test_a_floor_keeps_the_proportions_of_what_lies_above_it(weights: list[int], floor: Fraction) -> None:
    q = of(*weights)
    pairs = zip(exact(q), exact(ZeroPolicy("floor", floor, "floor").apply(q)), strict=True)
    assert len({after / before for before, after in pairs if before >= floor}) <= 1


@pytest.mark.parametrize("size", [2, 3, 1000])
def test_the_least_floor_is_never_too_small_for_a_distribution(size: int) -> None:
    certain = Distribution(tuple(map(str, range(size))), (1, *[0] * (size - 1)))
    applied = ZeroPolicy.parse("floor:1e-300").apply(certain)
    assert applied.exact("1") == Fraction(1, 10**300 + size - 1)


def test_a_floor_at_the_smallest_probability_changes_nothing() -> None:
    q = of(1, 9)
    assert ZeroPolicy.parse("floor:0.1").apply(q) is q
    assert ZeroPolicy.parse("floor:0.05").apply(q) is q
    raised = ZeroPolicy.parse("floor:0.1000000000000000000000000000001").apply(q)
    assert raised is not q
    assert raised.exact("a") > q.exact("a")


def test_a_floor_of_a_tenth_under_a_certain_coin_gives_one_eleventh() -> None:
    assert exact(ZeroPolicy.parse("floor:0.1").apply(of(1, 0))) == [Fraction(10, 11), Fraction(1, 11)]


def test_the_impossible_costs_minus_log_eps_and_all_else_log_1_plus_eps_more() -> None:
    q = ZeroPolicy.parse("floor:1e-10").apply(of(1, 0))
    likely, impossible = surprise(q.probabilities)
    assert likely == pytest.approx(math.log1p(1e-10) / math.log(2), rel=1e-5)
    assert impossible == pytest.approx(10 * math.log2(10) + math.log1p(1e-10) / math.log(2), abs=1e-12)


def test_a_floor_above_every_probability_makes_tokens_equal() -> None:
    assert exact(ZeroPolicy.parse("floor:0.9").apply(of(1, 2, 3, 0))) == [Fraction(1, 4)] * 4


def test_the_error_policy_leaves_zeros_as_they_are() -> None:
    q = of(1, 0)
    assert ZeroPolicy().apply(q) is q


# Escapes


@given(weight_lists, floors)
@example([3, 0, 1, 0], Fraction(1, 4))
def test_an_escape_is_shared_equally_by_what_was_excluded(weights: list[int], share: Fraction) -> None:
    q = of(*weights)
    applied = ZeroPolicy("escape", share, "escape").apply(q)
    zeros = weights.count(0)
    if not zeros:
        assert applied is q
        return
    for before, after in zip(exact(q), exact(applied), strict=True):
        assert after == (before * (1 - share) if before else share / zeros)
    assert (applied.tokens, applied.spec) == (q.tokens, q.spec)


# Laplace


@given(weight_lists, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_laplace_adds_to_every_count(weights: list[int], alpha: Fraction) -> None:
    q = Distribution(tuple("abcdefgh"[: len(weights)]), tuple(weights), "spec", is_count=True)
    applied = ZeroPolicy("laplace", alpha, "laplace").apply(q)
    total = sum(weights) + len(weights) * alpha
    assert exact(applied) == [(weight + alpha) / total for weight in weights]


def test_laplace_needs_counts() -> None:
    policy = ZeroPolicy.parse("laplace:1/2")
    with pytest.raises(SpecError, match="laplace adds to counts, and H=1,T=0 was not counted; use floor or escape"):
        policy.apply(Distribution.parse("H=1,T=0"))
    counted = policy.apply(Distribution.of(Counter({"a": 4, "b": 2, "c": 0})))
    assert exact(counted) == [Fraction(9, 15), Fraction(5, 15), Fraction(1, 15)]
    # Over a larger alphabet they are still counts.
    assert exact(policy.apply(Distribution.of(Counter("aab")).over("abc"))) == [
        Fraction(5, 9),
        Fraction(3, 9),
        Fraction(1, 9),
    ]


# Prices


@given(weight_lists, st.integers(0, 2**32), st.fractions(min_value=Fraction(1, 1000), max_value=Fraction(1, 2)))
def test_the_price_of_a_policy_is_what_its_formula_says(weights: list[int], seed: int, amount: Fraction) -> None:
    q = Distribution(tuple("abcdefgh"[: len(weights)]), tuple(weights), "spec", is_count=True)
    p = of(*np.random.Generator(np.random.PCG64(seed)).integers(1, 9, len(weights)).tolist())
    out = float(sum(p.exact(token) for token in q.tokens if not q.exact(token)))
    eps, n, size, zeros = float(amount), sum(weights), len(weights), weights.count(0)
    z = float(sum(max(value, amount) for value in exact(q)))
    prices = {name: ZeroPolicy(name, amount, name).price(Pair(p, q)) for name in ("floor", "escape", "laplace")}
    if all(not value or value >= amount for value in exact(q)):
        assert prices["floor"].allowed == pytest.approx((1 - out) * math.log2(z), abs=1e-9)
    assert prices["floor"].excluded == pytest.approx(out * (math.log2(z) - math.log2(eps)), abs=1e-9)
    if zeros:
        assert prices["escape"].allowed == pytest.approx(-(1 - out) * math.log2(1 - eps), abs=1e-9)
        assert prices["escape"].excluded == pytest.approx(out * math.log2(zeros / eps), abs=1e-9)
    total = n + size * eps
    allowed = sum(
        float(p.exact(token)) * math.log2(total / n * weight / (weight + eps))
        for token, weight in zip(q.tokens, weights, strict=True)
        if weight
    )
    assert prices["laplace"].allowed == pytest.approx(allowed, abs=1e-9)
    assert prices["laplace"].excluded == pytest.approx(out * math.log2(total / eps), abs=1e-9)


# Refusals


def test_a_token_that_p_draws_and_q_excludes_is_refused_by_name_with_the_policies() -> None:
    with pytest.raises(ZeroProbabilityError) as caught:
        ZeroPolicy().require(of(1, 0, 3, 4), of(1, 1, 0, 0))
    assert caught.value.token == "c"
    assert caught.value.exit_status == 1
    assert str(caught.value) == (
        "Q gives token 'c' probability 0, yet P draws it with probability 0.375: its surprise is infinite; "
        "choose another Q or a policy: zeros='floor:EPS'"
    )


def test_refusing_a_zero_is_a_data_error() -> None:
    with pytest.raises(DataError, match="its surprise is infinite"):
        ZeroPolicy().require(of(1, 10**30), of(0, 1))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8))
def test_a_zero_of_q_is_refused_where_p_is_above_zero_and_nowhere_else(pairs: list[tuple[int, int]]) -> None:
    # A last token, possible in both, so that neither is without mass.
    p, q = (of(*(pair[side] for pair in pairs[:7]), 1) for side in (0, 1))
    first = next((token for token in p.tokens if p.exact(token) and not q.exact(token)), None)
    refused = None
    try:
        ZeroPolicy().require(p, q)
    except ZeroProbabilityError as error:
        refused = error.token
    assert refused == first


def test_refusing_a_zero_of_q_where_p_has_none_would_be_wrong() -> None:
    ZeroPolicy().require(of(1, 0, 1), of(1, 0, 1))


@given(weight_lists, floors)
def test_after_a_floor_nothing_is_refused(weights: list[int], floor: Fraction) -> None:
    q = of(*weights)
    everything = of(*[1] * len(weights))
    policy = ZeroPolicy("floor", floor, "floor")
    policy.require(everything, policy.apply(q))
    assert min(policy.apply(q).weights) > 0
