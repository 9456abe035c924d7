"""Q as integers: what `apportion` promises, exactly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.errors import DataError
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import TOTAL, TOTAL_BITS, Frequencies, apportion, require_honourable, rounded
from compress.sources.protocol import generator


def fits_when_lifted(weights: Sequence[int], total: int) -> bool:
    """Whether every possible token can have the whole part of its share, and at least 1."""
    whole = sum(weights)
    return sum(max(weight * total // whole, 1) for weight in weights if weight) <= total


def small_tables() -> Iterator[tuple[list[int], int]]:
    """Every table of up to 4 weights from a few, with every total that is large enough, up to 16."""
    for size in range(1, 5):
        for weights in itertools.product((0, 1, 2, 3, 7, 40), repeat=size):
            possible = sum(weight > 0 for weight in weights)
            if possible:
                for total in range(2 * possible, 17):
                    yield list(weights), total


def large_tables() -> Iterator[tuple[list[int], int]]:
    """Tables drawn at random, of many sizes and spreads."""
    rng = np.random.Generator(generator(1))
    for case in range(300):
        size = int(rng.integers(1, 200))
        spread = (1.0, 8.0, 30.0)[case % 3]
        weights = [int(weight) for weight in np.exp(rng.normal(0, spread, size)) * 10 + 1]
        yield weights, (2 * size, 2 * size + 1, 3 * size, 1000 + 2 * size, TOTAL)[case % 5]


# apportion


def test_frequencies_sum_to_the_total_in_every_small_table() -> None:
    for weights, total in small_tables():
        assert sum(apportion(weights, total)) == total, (weights, total)


def test_a_frequency_is_0_exactly_where_the_weight_is_0() -> None:
    for weights, total in small_tables():
        for weight, f in zip(weights, apportion(weights, total), strict=True):
            assert (f == 0) == (weight == 0), (weights, total)
            assert f >= 0


def test_where_the_lifted_leave_enough_a_frequency_is_within_1_of_its_share_or_is_1() -> None:
    cases = 0
    for weights, total in itertools.chain(small_tables(), large_tables()):
        if not fits_when_lifted(weights, total):
            continue
        cases += 1
        whole = sum(weights)
        for weight, f in zip(weights, apportion(weights, total), strict=True):
            share = Fraction(weight * total, whole)
            assert abs(f - share) <= 1 or (f == 1 and share < 1), (weights, total, f, float(share))
    assert cases > 1000


def test_where_many_are_lifted_a_frequency_stays_within_the_second_bound() -> None:
    cases = 0
    for weights, total in itertools.chain(small_tables(), large_tables()):
        if fits_when_lifted(weights, total):
            continue
        cases += 1
        whole, size = sum(weights), sum(weight > 0 for weight in weights)
        for weight, f in zip(weights, apportion(weights, total), strict=True):
            if weight:
                q = Fraction(weight, whole)
                assert -size * q - 1 < f - q * total <= 1, (weights, total, f, q)
    assert cases > 100


def test_a_token_that_was_lifted_to_1_gets_no_remainder_on_top() -> None:
    """Shares 0.9, 3.5, 5.6 of 10: 0.9 is lifted to 1; of 3.5 and 5.6 the larger remainder gets what is left.

    1 + 3 + 5 = 9, so one is left.  The first token has had more than its share already:
    with 2 it would be 1.1 above it.
    """
    assert apportion([9, 35, 56], 10) == [1, 3, 6]


def test_a_heavier_token_never_gets_less() -> None:
    for weights, total in itertools.chain(small_tables(), large_tables()):
        pairs = sorted(zip(weights, apportion(weights, total), strict=True))
        for (lighter, f), (heavier, g) in itertools.pairwise(pairs):
            assert lighter == heavier or f <= g, (weights, total)


def test_equal_weights_differ_by_1_at_most_and_the_earlier_gets_it() -> None:
    for weights, total in itertools.chain(small_tables(), large_tables()):
        last: dict[int, int] = {}
        first: dict[int, int] = {}
        for weight, f in zip(weights, apportion(weights, total), strict=True):
            assert last.get(weight, f) >= f, (weights, total)
            assert first.setdefault(weight, f) - f <= 1, (weights, total)
            last[weight] = f


def test_three_equal_weights_share_2_to_the_40_with_the_spare_one_first() -> None:
    """2^40 = 3·366503875925 + 1."""
    assert apportion([5, 5, 5]) == [366503875926, 366503875925, 366503875925]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.integers(1, 10**30))
def test_dyadic_shares_are_exact_at_any_scale_of_the_weights(exponents: list[int], scale: int) -> None:
    # Powers of two, filled up to a power of two by one token more.
    parts = [1 << exponent for exponent in exponents]
    whole = 1 << sum(parts).bit_length()
    parts.append(whole - sum(parts))
    due = [part * (TOTAL // whole) for part in parts]
    assert apportion([part * scale for part in parts]) == due


@given(st.lists(st.integers(0, 10**40), min_size=1, max_size=30).filter(any), st.integers(1, 10**20))
def test_only_proportions_matter(weights: list[int], scale: int) -> None:
    assert apportion(weights) == apportion([scale * weight for weight in weights])


@given(st.lists(st.integers(0, 10**40), min_size=1, max_size=30).filter(any))
def test_any_weights_make_frequencies(weights: list[int]) -> None:
    values = Frequencies.of(weights).values
    assert sum(values.tolist()) == TOTAL
    assert [f > 0 for f in values.tolist()] == [weight > 0 for weight in weights]


@pytest.mark.parametrize(("weights", "total"), [([1], 1), ([1, 1], 3), ([1, 0, 1], 3), ([1] * 10, 19), ([3], 0)])
def test_a_total_below_2k_is_refused(weights: list[int], total: int) -> None:
    with pytest.raises(DataError, match="cannot share"):
        apportion(weights, total)


@pytest.mark.parametrize(("weights", "total"), [([1], 2), ([1, 1], 4), ([1, 0, 1], 4), ([1] * 10, 20)])
def test_a_total_of_2k_is_enough(weights: list[int], total: int) -> None:
    assert apportion(weights, total) == [2 * weight for weight in weights]


@pytest.mark.parametrize("least", [9, 12, 13, 18])
def test_65536_tokens_with_q_down_to_1e_minus_18_keep_the_bounds(least: int) -> None:
    # From 10^-least to about 1, each as likely as the rank of its logarithm.
    size = 1 << 16
    weights = [10**18 // 10 ** (least * rank // (size - 1)) for rank in range(size)]
    frequencies = apportion(weights)
    whole = sum(weights)
    assert sum(frequencies) == TOTAL
    assert min(frequencies) >= 1
    fits = fits_when_lifted(weights, TOTAL)
    for weight, f in zip(weights, frequencies, strict=True):
        # In units of 1/whole, to stay with integers.
        miss = f * whole - weight * TOTAL
        if fits:
            assert abs(miss) <= whole or (f == 1 and weight * TOTAL < whole)
        else:
            assert -size * weight - whole < miss <= whole


def test_one_sure_token_beside_65535_rare_ones_pays_1_part_for_each() -> None:
    """Shares of the rare: 2^40 / 10^30 each, lifted to 1; the sure one keeps 2^40 - 65535."""
    assert apportion([10**30, *[1] * 65535]) == [TOTAL - 65535, *[1] * 65535]


# rounded


def test_a_count_of_b_bits_keeps_the_upper_half_and_is_the_nearest_such_number() -> None:
    for count in range(1 << 12):
        bits = count.bit_length()
        step = 1 << (bits - (bits + 1) // 2)
        (near,) = rounded([count])
        assert near % step == 0
        assert 2 * abs(near - count) <= step, count


@given(st.integers(1, 10**60))
def test_a_rounded_count_strays_by_less_than_its_square_root(count: int) -> None:
    (near,) = rounded([count])
    assert (near - count) ** 2 < count
    # The digits that are left: (b+1)//2 of them, or a carry into a power of two.
    kept = near >> (count.bit_length() // 2) << (count.bit_length() // 2)
    assert kept == near
    assert near.bit_length() <= count.bit_length() or near & (near - 1) == 0


@pytest.mark.parametrize(
    ("count", "near"),
    # 0b1001 drops two bits: 8; 0b1011: 12; 0b1111 carries: 16; 0b11010 drops two bits: the tie goes up, 28.
    [(0, 0), (1, 1), (2, 2), (3, 4), (4, 4), (5, 6), (9, 8), (11, 12), (15, 16), (26, 28), (100, 104)],
)
def test_rounded_counts_worked_by_hand(count: int, near: int) -> None:
    assert rounded([count]) == [near]


def test_a_possible_token_never_becomes_impossible_by_rounding() -> None:
    assert all(near > 0 for near in rounded(range(1, 5000)))


# Frequencies


@pytest.mark.parametrize(
    "values", [[], [TOTAL - 1], [TOTAL + 1], [0], [-1, TOTAL + 1], [TOTAL, TOTAL], [1 << 62, 1 << 62, 1 << 62, 1 << 62]]
)
def test_frequencies_that_do_not_sum_to_2_to_the_40_are_refused(values: list[int]) -> None:
    with pytest.raises(DataError, match="sum to 2"):
        Frequencies(np.array(values, dtype=np.int64))


def test_frequencies_whose_sum_wraps_around_to_the_total_are_refused() -> None:
    """Four times 2^62 is 0 in 64 bits, so with 2^40 the wrapped sum would look right."""
    with pytest.raises(DataError, match="sum to 2"):
        Frequencies(np.array([*[1 << 62] * 4, TOTAL], dtype=np.int64))


def test_cumulative_frequencies_begin_at_0_and_end_at_the_total() -> None:
    frequencies = Frequencies.of([1, 0, 2, 1])
    assert frequencies.cumulative.tolist() == [0, TOTAL // 4, TOTAL // 4, 3 * TOTAL // 4, TOTAL]
    assert frequencies.cumulative.dtype == np.int64


def test_surprises_are_40_minus_log2_f_and_infinite_for_0() -> None:
    values = np.array([TOTAL // 2, TOTAL // 4, TOTAL // 4 - 1, 1, 0], dtype=np.int64)
    surprises = Frequencies(values).surprises
    assert surprises[:2].tolist() == [1.0, 2.0]
    assert surprises[2] == pytest.approx(TOTAL_BITS - math.log2(TOTAL // 4 - 1), abs=1e-14)
    assert surprises[3:].tolist() == [40.0, math.inf]
    assert Frequencies.of([9]).surprises.tolist() == [0.0]


def test_what_is_left_goes_to_the_largest_remainders() -> None:
    """16 shares for 5:3:2 are due as 8, 4.8 and 3.2."""
    assert apportion([5, 3, 2], 16) == [8, 5, 3]
    assert apportion([2, 3, 5], 16) == [3, 5, 8]


@pytest.mark.parametrize(("seldom", "is_refused"), [(21, False), (18, True)])
def test_what_a_token_saves_by_being_lifted_is_its_surprise_less_40_bits(seldom: int, is_refused: bool) -> None:
    """3 of 2^42: a surprise of 40.4 bits, of which 40 are paid; that is negligible where p is below 2^-20/0.4."""
    q = Distribution.from_weights({"a": (1 << 42) - 3, "b": 3})
    pair = Pair(Distribution.from_weights({"a": (1 << seldom) - 1, "b": 1}), q)
    assert (0.415 / 2**seldom > 2**-20) is is_refused
    if is_refused:
        with pytest.raises(DataError):
            require_honourable(pair)
    else:
        require_honourable(pair)
