"""Fano's code: the splits of the books, the bound of 2015, and a reference that tries every split."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.coders import reference
from compress.coders.catalog import CODERS, build
from compress.coders.words.codebook import ABSENT
from compress.coders.words.fano import FAMILY, fano
from compress.coders.words.huffman import huffman
from compress.errors import DataError
from compress.probability.distribution import Distribution, Pair

WEIGHTS = st.lists(
    st.one_of(st.integers(0, 3), st.integers(0, 1000), st.integers(0, 10**40)), min_size=1, max_size=60
).filter(any)


def lengths(weights: Sequence[int]) -> list[int]:
    return [int(length) for length in fano(weights).lengths]


@pytest.mark.parametrize(
    ("weights", "due"),
    [
        # Splits 15 7 | 6 6 5, 15 | 7, 6 | 6 5, 6 | 5: differences 5, 8, 5, 1.
        ([15, 7, 6, 6, 5], [2, 2, 2, 3, 3]),
        # D. Salomon, Data Compression, sec. 2.6: .25 .20 .15 .15 .10 .10 .05 has 2.7 bits.
        ([25, 20, 15, 15, 10, 10, 5], [2, 2, 3, 3, 3, 4, 4]),
        # Powers of 1/2 are split evenly, and lose nothing.
        ([4, 2, 1, 1], [1, 2, 3, 3]),
        ([7], [0]),
        ([0, 3, 0, 1], [ABSENT, 1, ABSENT, 1]),
        # A tie: 2 | 2 1 1 and 2 2 | 1 1 both differ by 2, and the earlier split is taken.
        ([2, 2, 1, 1], [1, 2, 3, 3]),
    ],
)
def test_lengths_by_hand(weights: list[int], due: list[int]) -> None:
    assert lengths(weights) == due


def test_salomons_example_costs_270_hundredths() -> None:
    weights = [25, 20, 15, 15, 10, 10, 5]
    assert sum(w * n for w, n in zip(weights, lengths(weights), strict=True)) == 270


@given(WEIGHTS)
def test_the_lengths_are_those_of_every_split_tried(weights: list[int]) -> None:
    assert lengths(weights) == reference.fano_lengths(weights)


def test_small_worlds_whole() -> None:
    """Every weight vector of up to 4 tokens and weights up to 6: complete, and never better than Huffman."""
    for size in range(1, 5):
        for weights in product(range(7), repeat=size):
            if not any(weights):
                continue
            book = fano(weights)
            assert book.kraft_sum == 1
            assert [*book.lengths.tolist()] == reference.fano_lengths(weights)
            costs = [
                sum(w * n for w, n in zip(weights, each.lengths.tolist(), strict=True) if w)
                for each in (book, huffman(weights))
            ]
            assert costs[0] >= costs[1]


@given(WEIGHTS)
def test_it_costs_at_most_a_bit_less_the_rarest_above_entropy(weights: list[int]) -> None:
    """Σ w·length <= W·H + W - min w, as 2^(Σ w·length - W + min w) <= Π (W/w)^w, which whole numbers decide."""
    present = [w for w in weights if w]
    total, least = sum(present), min(present)
    if total > 10**5:
        # The power would be too long a number: floats, with room for their rounding.
        excess = sum(
            w / total * (n - math.log2(total / w)) for w, n in zip(weights, lengths(weights), strict=True) if w
        )
        assert -1e-9 <= excess <= 1 - least / total + 1e-9
        return
    spent = sum(w * n for w, n in zip(weights, lengths(weights), strict=True) if w)
    due = math.prod(Fraction(total, w) ** w for w in present)
    assert Fraction(2) ** (spent - total + least) <= due <= Fraction(2) ** spent


def test_its_promise_refuses_a_code_of_another_q() -> None:
    q = Distribution(("a", "b", "c", "d"), (8, 4, 2, 1))
    assert FAMILY.promise(build("fano", q.weights), Pair(q, q))
    assert not FAMILY.promise(build("fano", q.weights[::-1]), Pair(q, q))


def test_without_weight_there_is_no_code() -> None:
    with pytest.raises(DataError, match="at least one token of weight above 0"):
        fano([0, 0])
    assert CODERS["fano"].number == 5
