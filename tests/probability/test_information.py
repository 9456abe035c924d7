from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.errors import DataError
from compress.probability import information
from compress.probability.continuous import (
    differential_entropy,
    exponential_entropy,
    laplace_entropy,
    normal_entropy,
    uniform_entropy,
)
from compress.probability.distribution import Distribution
from compress.probability.information import (
    cross_entropy,
    entropy,
    js_divergence,
    kl_divergence,
    perplexity,
    surprise,
    varentropy,
)

# Rounding of a handful of float operations, in bits.
ULPS = 1e-12

LN2 = math.log(2)
COIN = [0.7, 0.3]
ROUNDED_DICE = [0.03, 0.06, 0.08, 0.11, 0.14, 0.17, 0.14, 0.11, 0.08, 0.06, 0.03]

Pair = tuple[list[float], list[float]]


def normalised(weights: list[int]) -> list[float]:
    total = sum(weights)
    return [weight / total for weight in weights]


def weight_vectors(size: int, least: int = 0) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(least, 1000), min_size=size, max_size=size).filter(any)


pmfs = st.integers(1, 8).flatmap(weight_vectors).map(normalised)


@st.composite
def pairs(draw: st.DrawFn, least: int = 0) -> Pair:
    size = draw(st.integers(1, 8))
    return normalised(draw(weight_vectors(size))), normalised(draw(weight_vectors(size, least)))


def is_positive_zero(value: float) -> bool:
    return value == 0 and math.copysign(1, value) == 1


# Surprise


def test_surprise_of_the_lectures_table_is_right_to_two_decimals() -> None:
    probabilities = [0.01, 0.12, 0.23, 0.34, 0.45, 0.56, 0.67, 0.78, 0.89, 1]
    shown = [f"{bits:.2f}" for bits in surprise(probabilities)]
    assert shown == ["6.64", "3.06", "2.12", "1.56", "1.15", "0.84", "0.58", "0.36", "0.17", "0.00"]


def test_surprise_of_the_impossible_is_infinite() -> None:
    assert surprise(0).item() == math.inf
    assert surprise(-0.0).item() == math.inf
    assert surprise([0, 0.5]).tolist() == [math.inf, 1.0]


def test_surprise_of_certainty_is_zero_with_a_positive_sign() -> None:
    assert is_positive_zero(surprise(1).item())
    assert all(is_positive_zero(bits) for bits in surprise([1, 1.0]))


def test_surprise_of_a_power_of_two_is_its_exponent_exactly() -> None:
    exponents = np.arange(1075)
    assert surprise(np.ldexp(1.0, -exponents)).tolist() == exponents.tolist()


def test_surprise_keeps_the_shape() -> None:
    assert surprise(0.5).shape == ()
    assert surprise([]).shape == (0,)
    assert surprise(np.full((2, 3), 0.25)).tolist() == [[2.0] * 3] * 2


@pytest.mark.parametrize("outside", [-1e-300, -0.1, 1.0000000000000002, 2, math.inf, -math.inf, math.nan])
def test_surprise_refuses_what_is_no_probability(outside: float) -> None:
    with pytest.raises(DataError, match=r"outside \[0, 1\]"):
        surprise([0.5, outside])


@given(st.floats(1e-9, 1), st.floats(1e-9, 1))
def test_surprises_of_independent_events_add(p: float, q: float) -> None:
    assert surprise(p * q).item() == pytest.approx(surprise(p).item() + surprise(q).item(), abs=ULPS)


# Entropy


def test_entropy_of_a_fair_coin_is_one_bit_exactly() -> None:
    assert entropy([0.5, 0.5]) == 1.0


def test_entropy_of_a_nine_to_one_coin_is_0_47_bits() -> None:
    assert f"{entropy([0.9, 0.1]):.2f}" == "0.47"


@pytest.mark.parametrize("certain", [[1], [1.0, 0.0], [0, 1, 0]])
def test_entropy_of_certainty_is_zero_with_a_positive_sign(certain: list[float]) -> None:
    assert is_positive_zero(entropy(certain))
    assert is_positive_zero(cross_entropy(certain, certain))
    assert is_positive_zero(kl_divergence(certain, certain))


def test_entropy_of_two_exact_dice_is_3_2744_bits() -> None:
    counts = [6 - abs(7 - total) for total in range(2, 13)]
    by_hand = math.log2(36) - sum(count * math.log2(count) for count in counts) / 36
    assert f"{by_hand:.4f}" == "3.2744"
    assert entropy([count / 36 for count in counts]) == pytest.approx(by_hand, abs=ULPS)


@pytest.mark.parametrize("exponent", range(11))
def test_entropy_of_2_to_the_m_equal_tokens_is_m_bits_exactly(exponent: int) -> None:
    size = 1 << exponent
    assert entropy(np.full(size, 1 / size)) == exponent


@given(pmfs)
def test_entropy_lies_between_zero_and_log_k(p: list[float]) -> None:
    assert 0 <= entropy(p) <= math.log2(len(p)) + ULPS


@given(pmfs)
def test_entropy_ignores_the_order_of_tokens_and_those_that_cannot_occur(p: list[float]) -> None:
    assert entropy([*p[::-1], 0.0, 0.0]) == entropy(p)


@given(pmfs, pmfs)
def test_entropy_of_independent_tokens_adds(p: list[float], q: list[float]) -> None:
    both = [a * b for a, b in product(p, q)]
    assert entropy(both) == pytest.approx(entropy(p) + entropy(q), abs=ULPS)


@given(pairs())
def test_entropy_is_concave(pair: Pair) -> None:
    p, q = pair
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    assert (entropy(p) + entropy(q)) / 2 - ULPS <= entropy(middle) <= (entropy(p) + entropy(q)) / 2 + 1 + ULPS


@given(st.lists(weight_vectors(4), min_size=1, max_size=4))
def test_entropy_of_a_pair_is_the_first_entropy_plus_the_mean_entropy_given_the_first(rows: list[list[int]]) -> None:
    total = sum(map(sum, rows))
    joint = [weight / total for row in rows for weight in row]
    first = [sum(row) / total for row in rows]
    given_first = sum(sum(row) / total * entropy(normalised(row)) for row in rows)
    assert entropy(joint) == pytest.approx(entropy(first) + given_first, abs=ULPS)


# Cross-entropy and divergence


def test_cross_entropies_of_the_six_friends_are_right_to_two_decimals() -> None:
    shown = []
    for heads in (0, 0.2, 0.5, 0.7, 0.9, 1):
        floored = [max(heads, 1e-10), max(1 - heads, 1e-10)]
        shown.append(f"{cross_entropy(COIN, [q / sum(floored) for q in floored]):.2f}")
    assert shown == ["23.25", "1.72", "1.00", "0.88", "1.10", "9.97"]


def test_a_token_that_never_occurs_costs_nothing_even_if_q_excludes_it() -> None:
    assert cross_entropy([1, 0], [0.5, 0.5]) == 1.0
    assert cross_entropy([0.5, 0.5, 0], [0.5, 0.5, 0]) == 1.0
    assert kl_divergence([0.5, 0.5, 0], [0.25, 0.75, 0]) == pytest.approx(1 - math.log2(3) / 2, abs=ULPS)
    assert varentropy([0.5, 0.5, 0], [0.5, 0.5, 0]) == 0.0


@pytest.mark.parametrize("p", [COIN, [0.5, 0.5], [1e-300, 1.0]])
def test_a_token_that_occurs_and_that_q_excludes_costs_infinity(p: list[float]) -> None:
    assert cross_entropy(p, [0, 1]) == math.inf
    assert kl_divergence(p, [0, 1]) == math.inf
    assert perplexity(p, [0, 1]) == math.inf
    assert math.isnan(varentropy(p, [0, 1]))


@given(pairs(least=1))
def test_cross_entropy_is_entropy_plus_divergence(pair: Pair) -> None:
    p, q = pair
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl_divergence(p, q), abs=ULPS)


@given(pairs())
def test_divergence_is_never_negative_and_zero_only_for_the_same_distribution(pair: Pair) -> None:
    p, q = pair
    divergence = kl_divergence(p, q)
    distance = sum(abs(a - b) for a, b in zip(p, q, strict=True))
    # Pinsker (Cover & Thomas, lemma 11.6.1) makes Gibbs' inequality a number: D >= distance²/(2 ln 2).
    assert divergence >= max(0.0, distance**2 / (2 * LN2) - ULPS)
    assert kl_divergence(p, p) == 0.0


def test_divergence_from_a_neighbour_of_the_truth_does_not_round_below_zero() -> None:
    for size in range(2, 60):
        for weight in range(1, size):
            p = weight / size
            assert 0 <= kl_divergence([p, 1 - p], [math.nextafter(p, 1), math.nextafter(1 - p, 0)]) < 1e-15


def test_divergence_is_not_symmetric() -> None:
    # D((1/2,1/2)||(1/4,3/4)) = 1 - log2(3)/2, the other way round (3/4)·log2(3) - 1.
    assert kl_divergence([0.5, 0.5], [0.25, 0.75]) == pytest.approx(1 - math.log2(3) / 2, abs=ULPS)
    assert kl_divergence([0.25, 0.75], [0.5, 0.5]) == pytest.approx(0.75 * math.log2(3) - 1, abs=ULPS)


def test_divergence_of_probabilities_whose_ratio_overflows_is_finite() -> None:
    # log2(1/2) - log2(2^-1074) = 1073 for one half of the time, -1 for the other.
    assert kl_divergence([0.5, 0.5], [2.0**-1074, 1.0]) == pytest.approx(0.5 * 1073 - 0.5, rel=4e-16)


@given(pairs(least=1), pairs(least=1))
def test_divergence_and_cross_entropy_of_independent_tokens_add(first: Pair, second: Pair) -> None:
    (p, q), (r, s) = first, second
    truth = [a * b for a, b in product(p, r)]
    belief = [a * b for a, b in product(q, s)]
    assert kl_divergence(truth, belief) == pytest.approx(kl_divergence(p, q) + kl_divergence(r, s), abs=ULPS)
    assert cross_entropy(truth, belief) == pytest.approx(cross_entropy(p, q) + cross_entropy(r, s), abs=ULPS)


@given(pairs(), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_merging_tokens_never_raises_divergence(pair: Pair, bins: list[int]) -> None:
    p, q = pair
    merged_p, merged_q = [0.0] * 4, [0.0] * 4
    for place, a, b in zip(bins, p, q, strict=False):
        merged_p[place] += a
        merged_q[place] += b
    merged = kl_divergence(merged_p, merged_q)
    assert 0 <= merged <= kl_divergence(p, q) + ULPS


def test_entropy_plus_the_divergence_of_a_swapped_pair_is_no_cross_entropy() -> None:
    # The identity is no tautology: with P and Q swapped in D it fails by over a tenth of a bit.
    swapped = entropy(COIN) + kl_divergence([0.1, 0.9], COIN)
    assert abs(swapped - cross_entropy(COIN, [0.1, 0.9])) > 0.1


# Perplexity


@pytest.mark.parametrize("size", [1, 2, 3, 6, 1000])
def test_perplexity_of_equal_tokens_is_their_number(size: int) -> None:
    assert perplexity(np.full(size, 1 / size)) == pytest.approx(size, rel=ULPS)


@given(pairs(least=1))
def test_perplexity_is_two_to_the_cross_entropy_and_least_for_the_truth(pair: Pair) -> None:
    p, q = pair
    assert perplexity(p, q) == pytest.approx(2 ** cross_entropy(p, q), rel=ULPS)
    assert perplexity(p) == pytest.approx(math.prod(a**-a for a in p if a), rel=ULPS)
    assert 1 <= perplexity(p) <= perplexity(p, q) * (1 + ULPS)


def test_perplexity_too_large_for_a_float_is_infinite() -> None:
    assert cross_entropy([1, 0], [2.0**-1074, 1]) == 1074.0
    assert perplexity([1, 0], [2.0**-1074, 1]) == math.inf


# Varentropy


@given(st.integers(1, 999))
def test_varentropy_of_a_coin_has_its_closed_form(heads: int) -> None:
    p = heads / 1000
    assert varentropy([p, 1 - p]) == pytest.approx(p * (1 - p) * math.log2(p / (1 - p)) ** 2, abs=ULPS)


@pytest.mark.parametrize("size", [1, 2, 4, 1024])
def test_varentropy_of_equal_tokens_is_zero_exactly(size: int) -> None:
    assert varentropy(np.full(size, 1 / size)) == 0.0


@given(pairs(least=1))
def test_varentropy_is_the_mean_square_of_surprise_less_the_square_of_its_mean(pair: Pair) -> None:
    p, q = pair
    square = sum(a * math.log2(b) ** 2 for a, b in zip(p, q, strict=True))
    assert varentropy(p, q) == pytest.approx(square - cross_entropy(p, q) ** 2, abs=1e-10)
    assert varentropy(p, q) >= 0


@given(pmfs, pmfs)
def test_varentropy_of_independent_tokens_adds(p: list[float], q: list[float]) -> None:
    both = [a * b for a, b in product(p, q)]
    assert varentropy(both) == pytest.approx(varentropy(p) + varentropy(q), abs=1e-11)


# Jensen-Shannon


@given(pairs())
def test_js_divergence_is_symmetric_and_lies_between_zero_and_one(pair: Pair) -> None:
    p, q = pair
    js = js_divergence(p, q)
    assert js == js_divergence(q, p)
    assert 0 <= js <= 1 + ULPS
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    assert js == pytest.approx(entropy(middle) - (entropy(p) + entropy(q)) / 2, abs=ULPS)


def test_js_divergence_of_what_shares_no_token_is_one_bit() -> None:
    assert js_divergence([1, 0], [0, 1]) == 1.0
    assert js_divergence([0.5, 0.5, 0, 0], [0, 0, 0.25, 0.75]) == pytest.approx(1, abs=ULPS)
    assert js_divergence(COIN, COIN) == 0.0


def test_js_divergence_never_exceeds_one_bit_not_even_by_rounding() -> None:
    # Unrounded it is 1; the sum of its rounded terms is an ulp more.
    p = [27 / 35, 8 / 35]
    assert js_divergence([*p, 0, 0], [0, 0, *p]) == 1


# Bases


@given(pairs(least=1))
def test_nats_are_bits_times_ln_2(pair: Pair) -> None:
    p, q = pair
    assert entropy(p, base=math.e) == pytest.approx(entropy(p) * LN2, abs=ULPS)
    assert cross_entropy(p, q, base=math.e) == pytest.approx(cross_entropy(p, q) * LN2, abs=ULPS)
    assert kl_divergence(p, q, base=math.e) == pytest.approx(kl_divergence(p, q) * LN2, abs=ULPS)
    assert js_divergence(p, q, base=math.e) == pytest.approx(js_divergence(p, q) * LN2, abs=ULPS)
    assert varentropy(p, q, base=math.e) == pytest.approx(varentropy(p, q) * LN2**2, abs=ULPS)
    assert surprise(q, base=math.e) == pytest.approx(surprise(q) * LN2, abs=ULPS)


def test_the_entropy_of_k_equal_tokens_is_one_in_base_k() -> None:
    for size in (2, 3, 4, 10, 1.5e3):
        tokens = np.full(int(size), 1 / size)
        assert entropy(tokens, base=size) == pytest.approx(1, abs=ULPS)
    assert entropy([0.25] * 4, base=16) == 0.5


MEASURES: dict[str, Callable[[float], object]] = {
    "surprise": lambda base: surprise(0.5, base=base),
    "entropy": lambda base: entropy(COIN, base=base),
    "cross_entropy": lambda base: cross_entropy(COIN, COIN, base=base),
    "kl_divergence": lambda base: kl_divergence(COIN, [0.5, 0.5], base=base),
    "varentropy": lambda base: varentropy(COIN, base=base),
    "js_divergence": lambda base: js_divergence(COIN, [0.5, 0.5], base=base),
    "normal_entropy": lambda base: normal_entropy(1, base=base),
    "uniform_entropy": lambda base: uniform_entropy(1, base=base),
    "exponential_entropy": lambda base: exponential_entropy(1, base=base),
    "laplace_entropy": lambda base: laplace_entropy(1, base=base),
    "differential_entropy": lambda base: differential_entropy(lambda _: 1.0, 0, 1, base=base),
}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize("base", [1, 0.5, 0, -2, math.nan])
def test_a_base_that_is_not_above_one_is_refused(measure: Callable[[float], object], base: float) -> None:
    with pytest.raises(ValueError, match="base must be above 1"):
        measure(base)


# What is not a distribution

ONE: dict[str, Callable[[object], object]] = {
    "entropy": lambda p: entropy(p),  # type: ignore[arg-type]  # refused inputs have no type
    "perplexity": lambda p: perplexity(p),  # type: ignore[arg-type]
    "varentropy": lambda p: varentropy(p),  # type: ignore[arg-type]
}
TWO: dict[str, Callable[[object, object], object]] = {
    "cross_entropy": lambda p, q: cross_entropy(p, q),  # type: ignore[arg-type]
    "kl_divergence": lambda p, q: kl_divergence(p, q),  # type: ignore[arg-type]
    "js_divergence": lambda p, q: js_divergence(p, q),  # type: ignore[arg-type]
    "perplexity": lambda p, q: perplexity(p, q),  # type: ignore[arg-type]
    "varentropy": lambda p, q: varentropy(p, q),  # type: ignore[arg-type]
}
REFUSED: dict[str, tuple[object, str]] = {
    "rounded dice": (ROUNDED_DICE, "sum to 1.01, not to 1"),
    "too little": ([0.5, 0.4], "sum to 0.9, not to 1"),
    "beyond the tolerance": ([0.5, 0.5 + 2e-9], "sum to 1.000000002, not to 1"),
    "beyond that of float32": (np.array([0.5, 0.500002], np.float32), "sum to 1.000002027, not to 1"),
    "beyond that of float16": (np.array([0.5, 0.502], np.float16), "sum to 1.00195"),
    "nothing": ([0.0, 0.0], "sum to 0, not to 1"),
    "negative": ([1.5, -0.5], "negative or not a number"),
    "nan": ([0.5, math.nan, 0.5], "negative or not a number"),
    "infinite": ([math.inf, 0.0], "sum to inf, not to 1"),
    "empty": ([], "at least one probability"),
    "scalar": (1.0, "a vector"),
    "matrix": ([[0.5, 0.5]], "a vector"),
}


@pytest.mark.parametrize("one", ONE.values(), ids=ONE)
@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_no_distribution_is_refused(one: Callable[[object], object], case: tuple[object, str]) -> None:
    with pytest.raises(DataError, match=case[1]):
        one(case[0])


@pytest.mark.parametrize("two", TWO.values(), ids=TWO)
@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_no_distribution_is_refused_on_either_side(
    two: Callable[[object, object], object], case: tuple[object, str]
) -> None:
    with pytest.raises(DataError, match=case[1]):
        two(case[0], [0.5, 0.5])
    with pytest.raises(DataError, match=case[1]):
        two([0.5, 0.5], case[0])


@pytest.mark.parametrize("two", TWO.values(), ids=TWO)
def test_different_alphabets_are_refused(two: Callable[[object, object], object]) -> None:
    with pytest.raises(DataError, match="P has 2 tokens and Q has 3"):
        two([0.5, 0.5], [0.25, 0.25, 0.5])
    with pytest.raises(DataError, match="P has 2 tokens and Q has 1"):
        two([0.5, 0.5], [1.0])


def test_sums_within_1e_9_are_accepted_on_both_sides_of_one() -> None:
    for miss in (-9e-10, 9e-10):
        assert entropy([0.5, 0.5 + miss]) == pytest.approx(1, abs=2e-9)


@pytest.mark.parametrize("classes", [2, 10, 1000, 50_000])
def test_a_float32_softmax_is_accepted_as_it_is(classes: int) -> None:
    logits = np.random.default_rng(classes).normal(scale=3, size=classes).astype(np.float32)
    powers = np.exp(logits - logits.max())
    softmax = powers / powers.sum()
    exact = softmax.astype(np.float64) / math.fsum(softmax.astype(np.float64))
    # As near to the exact result as the sum is to 1, in bits: a mass of 1e-6 at the largest surprise.
    assert entropy(softmax) == pytest.approx(entropy(exact), abs=1e-6 * surprise(exact).max())
    assert cross_entropy(exact, softmax) == pytest.approx(entropy(exact), abs=1e-5)
    assert 0 <= kl_divergence(exact, softmax) < 1e-6


def test_a_float32_softmax_that_misses_one_is_no_exact_distribution() -> None:
    softmax = np.array([0.6, 0.4 - 4e-8], np.float32)
    assert 2e-8 < abs(math.fsum(softmax.astype(np.float64)) - 1) < 1e-7
    assert entropy(softmax) == pytest.approx(entropy([0.6, 0.4]), abs=1e-6)
    table = {"a": softmax[0], "b": softmax[1]}
    with pytest.raises(DataError, match="not to 1; normalize=True rescales them"):
        Distribution.from_probabilities(table)
    assert Distribution.from_probabilities(table, normalize=True).probabilities[0] == pytest.approx(0.6, abs=1e-7)


def test_refusals_are_value_errors_with_exit_status_1() -> None:
    with pytest.raises(ValueError, match=r"sum to 1\.01") as caught:
        entropy(ROUNDED_DICE)
    assert isinstance(caught.value, DataError)
    assert caught.value.exit_status == 1


# Differential entropy


def normal_density(mean: float, sd: float) -> Callable[[float], float]:
    def density(x: float) -> float:
        z = (x - mean) / sd
        return math.exp(-z * z / 2) / (sd * math.sqrt(2 * math.pi)) if abs(z) < 40 else 0.0

    return density


def exponential_density(rate: float) -> Callable[[float], float]:
    return lambda x: rate * math.exp(-rate * x) if x >= 0 else 0.0


def laplace_density(scale: float) -> Callable[[float], float]:
    return lambda x: math.exp(-abs(x) / scale) / (2 * scale)


@pytest.mark.parametrize("sd", [0.01, 0.5, 1, 20])
def test_the_integral_for_a_normal_is_its_closed_form(sd: float) -> None:
    closed = normal_entropy(sd)
    assert closed == pytest.approx(0.5 * math.log2(2 * math.pi * math.e * sd * sd), abs=ULPS)
    assert differential_entropy(normal_density(0, sd), -math.inf, math.inf) == pytest.approx(closed, abs=1e-8)
    assert differential_entropy(normal_density(3, sd), 3 - 12 * sd, 3 + 12 * sd) == pytest.approx(closed, abs=1e-8)


@pytest.mark.parametrize("width", [0.125, 0.3, 1, 1000])
def test_the_integral_for_a_uniform_is_its_closed_form(width: float) -> None:
    assert uniform_entropy(width) == math.log2(width)
    inside = differential_entropy(lambda _: 1 / width, -1, width - 1)
    assert inside == pytest.approx(math.log2(width), abs=1e-8)
    wider = differential_entropy(lambda x: 1 / width if 0 <= x <= width else 0.0, -width / 3, 2 * width)
    assert wider == pytest.approx(math.log2(width), abs=1e-6)


@pytest.mark.parametrize("rate", [0.1, 1, 8])
def test_the_integral_for_an_exponential_is_its_closed_form(rate: float) -> None:
    closed = exponential_entropy(rate)
    assert closed == pytest.approx(1 / LN2 - math.log2(rate), abs=ULPS)
    density = exponential_density(rate)
    assert differential_entropy(density, 0, math.inf) == pytest.approx(closed, abs=1e-8)
    assert differential_entropy(lambda x: density(-x), -math.inf, 0) == pytest.approx(closed, abs=1e-8)
    assert differential_entropy(density, 0, 60 / rate) == pytest.approx(closed, abs=1e-8)


@pytest.mark.parametrize("scale", [0.1, 1, 8])
def test_the_integral_for_a_laplace_is_its_closed_form(scale: float) -> None:
    closed = laplace_entropy(scale)
    assert closed == pytest.approx(1 + 1 / LN2 + math.log2(scale), abs=ULPS)
    assert differential_entropy(laplace_density(scale), -math.inf, math.inf) == pytest.approx(closed, abs=1e-8)
    assert differential_entropy(laplace_density(scale), -60 * scale, 50 * scale) == pytest.approx(closed, abs=1e-8)


def test_differential_entropy_may_be_negative_or_zero() -> None:
    assert uniform_entropy(0.125) == -3.0
    assert differential_entropy(lambda _: 8.0, 0, 0.125) == pytest.approx(-3, abs=ULPS)
    assert uniform_entropy(1) == 0.0


@pytest.mark.parametrize("factor", [0.01, 0.5, 3, 100])
def test_stretching_x_by_a_adds_log_a(factor: float) -> None:
    base = differential_entropy(normal_density(0, 1), -math.inf, math.inf)
    stretched = differential_entropy(lambda x: normal_density(0, 1)(x / factor) / factor, -math.inf, math.inf)
    assert stretched == pytest.approx(base + math.log2(factor), abs=1e-8)


@pytest.mark.parametrize("middle", [0.275, 0.5, 0.71])
def test_a_narrow_peak_is_not_stepped_over(middle: float) -> None:
    peak = differential_entropy(normal_density(middle, 0.002), 0, 1)
    assert peak == pytest.approx(normal_entropy(0.002), abs=1e-8)


def test_among_densities_of_one_deviation_the_normal_has_most_entropy() -> None:
    normal = normal_entropy(1)
    others = (uniform_entropy(math.sqrt(12)), laplace_entropy(math.sqrt(0.5)), exponential_entropy(1))
    assert all(0.05 < normal - other < 0.7 for other in others)


def test_differential_entropy_in_nats_is_bits_times_ln_2() -> None:
    bits = differential_entropy(normal_density(0, 2), -math.inf, math.inf)
    nats = differential_entropy(normal_density(0, 2), -math.inf, math.inf, base=math.e)
    assert nats == pytest.approx(bits * LN2, abs=ULPS)
    assert normal_entropy(2, base=math.e) == pytest.approx(0.5 + math.log(2 * math.sqrt(2 * math.pi)), abs=ULPS)


@pytest.mark.parametrize("step", ["0.4", "0.2", "0.1", "0.05"])
def test_entropy_of_a_normal_in_cells_nears_h_minus_log_step_as_step_squared(step: str) -> None:
    """Cells spoil the entropy by E[(f'/f)²]·step²/24 nats to first order, which is step²/24 for a standard normal.

    The density g of a point spread evenly over its cell has h(g) = H(cells) + log step, and
    h(g) - h(f) = D(f||g).  Within a cell f = g·(1 + r) with r = (f'/f)·(x - middle), of mean 0
    and mean square (f'/f)²·step²/12, so that D = E[r²]/2.
    """
    width = float(step)
    excess = Distribution.parse(f"normal:step={step}").entropy - (normal_entropy(1) - math.log2(width))
    assert excess == pytest.approx(width**2 / 24 / LN2, rel=width**2)


@pytest.mark.parametrize(
    ("density", "low", "high", "message"),
    [
        (lambda _: 0.5, 0, 1, "integrates to 0.5"),
        (lambda _: 1.001, 0, 1, "integrates to 1.001"),
        (lambda _: 1.0, 1, 0, "hold no interval"),
        (lambda _: 1.0, 1, 1, "hold no interval"),
        (lambda _: 1.0, math.nan, 1, "hold no interval"),
        (lambda _: 1.0, 0, math.nan, "hold no interval"),
        (exponential_density(1), 0, 1, "integrates to 0.632121"),
    ],
)
def test_what_is_no_density_over_the_bounds_is_refused(
    density: Callable[[float], float], low: float, high: float, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        differential_entropy(density, low, high)


def test_a_density_that_is_negative_somewhere_is_refused() -> None:
    with pytest.raises(DataError):
        differential_entropy(lambda x: 4 * x - 1, 0, 1)


def test_a_density_that_is_not_a_number_is_refused_without_endless_halving() -> None:
    calls = 0

    def density(x: float) -> float:
        nonlocal calls
        calls += 1
        assert calls < 200_000, "the integral halves its panels without end"
        return math.nan

    with pytest.raises(DataError):
        differential_entropy(density, 0, 1)


@pytest.mark.parametrize("closed", [normal_entropy, uniform_entropy, exponential_entropy, laplace_entropy])
@pytest.mark.parametrize("parameter", [0, -1, math.nan])
def test_closed_forms_refuse_a_parameter_that_is_not_above_zero(
    closed: Callable[[float], float], parameter: float
) -> None:
    with pytest.raises(DataError, match="must be above 0"):
        closed(parameter)


# Mass that has to be found


@pytest.mark.parametrize(
    ("mean", "sd", "low", "high"),
    [
        (1000, 1, -math.inf, math.inf),
        (-1000, 1, -math.inf, math.inf),
        (5, 0.001, -math.inf, math.inf),
        (5, 0.001, 0, math.inf),
        (5, 0.001, -10, 1e6),
        (1e6, 1e5, -math.inf, math.inf),
        (1e-6, 1e-7, -math.inf, math.inf),
    ],
)
def test_a_normal_is_found_wherever_it_lies(mean: float, sd: float, low: float, high: float) -> None:
    assert differential_entropy(normal_density(mean, sd), low, high) == pytest.approx(normal_entropy(sd), abs=1e-8)


def test_a_peak_that_the_search_misses_is_found_where_points_say() -> None:
    """Half the mass in N(0, 1), half in a peak of 1e-7 at 5.1: h = 1 bit + the mean of both, as they do not meet."""
    wide, narrow = normal_density(0, 1), normal_density(5.1, 1e-7)

    def density(x: float) -> float:
        return (wide(x) + narrow(x)) / 2

    with pytest.raises(DataError, match=r"integrates to 0\.5 where mass was found.*points=\[\.\.\.\] says where"):
        differential_entropy(density, -math.inf, math.inf)
    found = differential_entropy(density, -math.inf, math.inf, points=[5.1])
    # Beneath the peak the wide one has 1e-12 of the mass.
    assert found == pytest.approx(1 + (normal_entropy(1) + normal_entropy(1e-7)) / 2, abs=1e-6)


def test_a_density_without_bound_is_integrated_as_near_as_floats_go() -> None:
    """Beta(1/2, 1/2) has h = log2(π/4), and 1/sqrt(1 - x) at 1, where floats are 1e-16 apart; at 0 they are not."""
    arcsine = differential_entropy(lambda x: 1 / (math.pi * math.sqrt(x * (1 - x))), 0, 1)
    assert arcsine == pytest.approx(math.log2(math.pi / 4), abs=1e-6)
    # f = 1/(2·sqrt(x)) on [0, 1]: h = E[log2(2·sqrt(X))] = 1 + E[log2 X]/2 = 1 - 1/ln 2, as X = U².
    root = differential_entropy(lambda x: 0.5 / math.sqrt(x), 0, 1)
    assert root == pytest.approx(1 - 1 / LN2, abs=1e-10)


# D close to 0


@pytest.mark.parametrize("exponent", range(3, 13))
def test_a_small_divergence_has_twelve_digits(exponent: int) -> None:
    """P = (1/2 + δ, 1/2 - δ): D(P||uniform) = Σ p·log2(2p) = 2δ²/ln 2·(1 + 2δ²/3 + ...), here in 80 decimals."""
    delta = Fraction(1, 10**exponent)
    p = Distribution.from_probabilities({"a": Fraction(1, 2) + delta, "b": Fraction(1, 2) - delta})
    uniform = Distribution(p.tokens, (1, 1))
    with localcontext(prec=80):
        chances = [Decimal("0.5") + Decimal(10) ** -exponent, Decimal("0.5") - Decimal(10) ** -exponent]
        due = float(sum(chance * (2 * chance).ln() for chance in chances) / Decimal(2).ln())
    assert p.divergence(uniform) == pytest.approx(due, rel=1e-12, abs=0)
    # From rounded probabilities as many digits as they have.
    assert information.kl_divergence(p.probabilities, uniform.probabilities) == pytest.approx(due, rel=2e-4, abs=0)
    assert p.divergence(p) == 0


def test_a_divergence_of_tiny_and_huge_ratios_is_finite() -> None:
    assert information.kl_divergence([1, 0], [1e-300, 1 - 1e-300]) == pytest.approx(300 * math.log2(10))
    assert information.kl_divergence([1e-300, 1], [0.5, 0.5]) == pytest.approx(1)
    assert information.kl_divergence([1, 0], [5e-324, 1]) == pytest.approx(1074)
