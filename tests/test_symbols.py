"""What `histogram` counts, exactly; what `code_length` sums."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest

from compress.errors import DataError
from compress.sources.protocol import generator
from compress.symbols import Symbols, code_length, histogram, smallest_dtype


def symbols_of(values: Sequence[int], size: int) -> Symbols:
    return np.array(values, dtype=smallest_dtype(size))


# histogram


@pytest.mark.both_forms
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 65_535, 65_536, 65_537])
def test_a_histogram_counts_as_bincount_does(size: int) -> None:
    for count in (0, 1, 2, 3, 4, 999, 1000):
        rng = np.random.Generator(generator(size + count))
        symbols = rng.integers(0, size, count).astype(smallest_dtype(size))
        counts = histogram(symbols, size)
        assert counts.dtype == np.int64
        assert counts.shape == (size,)
        assert np.array_equal(counts, np.bincount(symbols, minlength=size)), count


@pytest.mark.both_forms
def test_a_histogram_counts_every_small_message() -> None:
    for length in range(6):
        for message in itertools.product(range(3), repeat=length):
            counts = histogram(symbols_of(message, 3), 3)
            assert counts.tolist() == [message.count(symbol) for symbol in range(3)]


@pytest.mark.both_forms
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_a_symbol_outside_the_alphabet_is_refused_wherever_it_stands(
    dtype: type[np.unsignedinteger], position: int
) -> None:
    symbols: Symbols = np.zeros(4, dtype)
    symbols[position] = 7
    assert histogram(symbols, 8).tolist() == [3, 0, 0, 0, 0, 0, 0, 1]
    with pytest.raises(DataError, match="symbol 7 lies outside an alphabet of 7 tokens"):
        histogram(symbols, 7)


@pytest.mark.both_forms
def test_the_largest_symbol_of_a_type_is_refused_by_an_alphabet_one_too_small() -> None:
    assert histogram(symbols_of([255], 256), 256)[255] == 1
    with pytest.raises(DataError, match="symbol 255"):
        histogram(symbols_of([255], 256), 255)
    with pytest.raises(DataError, match="symbol 65535"):
        histogram(symbols_of([65_535], 65_536), 65_535)


def test_no_symbols_make_a_histogram_of_zeros() -> None:
    assert histogram(symbols_of([], 5), 5).tolist() == [0] * 5


def test_a_long_run_of_one_token_loses_no_count() -> None:
    assert histogram(np.full(1_000_001, 3, np.uint8), 5).tolist() == [0, 0, 0, 1_000_001, 0]


# code_length


def test_a_code_length_is_the_sum_of_counts_times_surprises() -> None:
    counts = np.array([3, 0, 5], dtype=np.int64)
    assert code_length(counts, np.array([1.5, 7.0, 0.25])) == 5.75


def test_an_impossible_token_that_occurs_costs_infinitely_much() -> None:
    surprises = np.array([1.0, math.inf])
    assert code_length(np.array([0, 1], dtype=np.int64), surprises) == math.inf
    assert code_length(np.array([4, 0], dtype=np.int64), surprises) == 4.0


def test_no_tokens_cost_0_bits() -> None:
    assert code_length(np.zeros(3, np.int64), np.array([1.0, math.inf, 2.0])) == 0.0


def test_terms_of_a_code_length_do_not_swallow_each_other() -> None:
    """2^53 + 1 + ... + 1, ten times 1: added from the left each 1 would be rounded away."""
    counts = np.array([1 << 53, *[1] * 10], dtype=np.int64)
    assert code_length(counts, np.ones(11)) == float((1 << 53) + 10)
