"""Shannon-Fano-Elias: the book's table, words in order, and parts that do not fit."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress import decode, encode
from compress.coders import reference
from compress.coders.catalog import CODERS, build
from compress.coders.protocol import Form, Table
from compress.coders.words.codebook import ABSENT
from compress.coders.words.sfe import FAMILY, middles, sfe
from compress.errors import DataError
from compress.probability.distribution import Distribution, Pair

WEIGHTS = st.lists(
    st.one_of(st.integers(0, 3), st.integers(0, 1000), st.integers(0, 10**40)), min_size=1, max_size=60
).filter(any)


def words(weights: list[int]) -> list[str | None]:
    return [None if word is None else word.to01() for word in sfe(weights).words]


def test_the_words_of_cover_and_thomas_example_5_9_1() -> None:
    """p = 0.25 0.5 0.125 0.125: F̄ = 0.125 0.5 0.8125 0.9375."""
    assert words([2, 4, 1, 1]) == ["001", "10", "1101", "1111"]


def test_the_lengths_of_cover_and_thomas_example_5_9_2() -> None:
    """p = 0.25 0.25 0.2 0.15 0.15 have 3 3 4 4 4 bits, 3.5 on average, 1.2 above Huffman's."""
    lengths = sfe([25, 25, 20, 15, 15]).lengths.tolist()
    assert lengths == [3, 3, 4, 4, 4]
    assert sum(w * n for w, n in zip([25, 25, 20, 15, 15], lengths, strict=True)) == 350


@pytest.mark.parametrize(
    ("weights", "due"),
    [
        ([7], ["1"]),
        ([0, 7], [None, "1"]),
        ([1, 1], ["01", "11"]),
        # 3/4 has 2 bits, the part [0, 1/2) with the middle 1/4; 1/4 has 3, the part [1/2, 3/4) with the middle 5/8.
        ([0, 3, 0, 1], [None, "01", None, "101"]),
    ],
)
def test_small_ones_by_hand(weights: list[int], due: list[str | None]) -> None:
    assert words(weights) == due


@given(WEIGHTS)
def test_words_are_in_order_and_none_begins_another(weights: list[int]) -> None:
    book = sfe(weights)
    assert book.lengths.tolist() == reference.sfe_lengths(weights)
    present = [word for word in words(weights) if word is not None]
    assert present == sorted(present)
    assert not any(later.startswith(word) for word, later in itertools.pairwise(present))
    assert book.kraft_sum <= Fraction(1, 2)


@given(WEIGHTS)
def test_each_word_is_a_point_of_its_part(weights: list[int]) -> None:
    """Found again with fractions: from the sum of the parts before to that and its own."""
    begin = Fraction(0)
    for word, length in zip(words(weights), sfe(weights).lengths.tolist(), strict=True):
        if word is None:
            assert length == ABSENT
            continue
        point, end = Fraction(int(word, 2), 1 << length), begin + Fraction(2, 1 << length)
        assert begin <= point
        assert point + Fraction(1, 1 << length) <= end
        begin = end
    assert begin <= 1


@given(WEIGHTS)
def test_it_costs_one_to_two_bits_more_than_surprise(weights: list[int]) -> None:
    total = sum(weights)
    for weight, length in zip(weights, sfe(weights).lengths.tolist(), strict=True):
        if weight:
            assert math.log2(total) - math.log2(weight) + 1 - 1e-9 <= length
            assert length < math.log2(total) - math.log2(weight) + 2 + 1e-9


@pytest.mark.parametrize("lengths", [(1, 1), (0, 2), (2, 2, 3)])
def test_parts_that_do_not_fit_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="the parts of these lengths do not fit"):
        middles(lengths)
    with pytest.raises(DataError, match="do not fit"):
        FAMILY.build(Table(Form.LENGTHS, len(lengths), lengths), None)
    with pytest.raises(DataError, match="a word of 5000 bits is longer than 4096"):
        middles([5000])


@pytest.mark.both_forms
def test_every_short_message_comes_back() -> None:
    coder = build("sfe", [5, 1, 2])
    for message in itertools.chain.from_iterable(itertools.product(range(3), repeat=n) for n in range(6)):
        bits = coder.encode(np.array(message, np.uint8))
        assert coder.decode(bits + bits[:1], len(message)).tolist() == [*message]
    content = b"abracadabra" * 50
    assert decode(encode(content, "sfe")) == content
    assert CODERS["sfe"].number == 7


def test_its_promise_refuses_shannons_lengths_and_another_q() -> None:
    q = Distribution(("a", "b", "c", "d"), (8, 4, 2, 1))
    assert FAMILY.promise(build("sfe", q.weights), Pair(q, q))
    assert not FAMILY.promise(build("shannon", q.weights), Pair(q, q))
    assert not FAMILY.promise(build("sfe", q.weights[::-1]), Pair(q, q))
