"""Codes of short words: package-merge against every code there is, against Huffman, and where it refuses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress import decode, encode
from compress.coders import reference
from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Form, Table
from compress.coders.words.codebook import ABSENT
from compress.coders.words.huffman import huffman
from compress.coders.words.limited import FAMILY, limited
from compress.errors import SpecError
from compress.probability.distribution import Distribution, Pair

WEIGHTS = st.lists(
    st.one_of(st.integers(0, 3), st.integers(0, 1000), st.integers(0, 10**40)), min_size=1, max_size=40
).filter(any)


def lengths(weights: Sequence[int], longest: int) -> list[int]:
    return [int(length) for length in limited(weights, longest).lengths]


def cost(weights: Sequence[int], lengths: Sequence[int]) -> int:
    return sum(weight * length for weight, length in zip(weights, lengths, strict=True) if weight)


def codes(size: int, longest: int) -> Iterator[tuple[int, ...]]:
    """Every list of lengths of at most so many bits that some prefix code has."""
    for each in itertools.product(range(1, longest + 1), repeat=size):
        if sum(Fraction(1, 1 << length) for length in each) <= 1:
            yield each


@pytest.mark.parametrize(
    ("weights", "longest", "due"),
    [
        # By hand, LEN = 3, coins 1 1 2 4 8.  Value 1/8: pairs 2, 6.  Value 1/4: 1 1 2 2' 4 6' 8, pairs 2 4 10.  Value
        # 1/2: 1 1 2 2' 4 4' 8 10', of which the lightest 8 are all; coins five, packages three: six items of value
        # 1/4, four coins (1 1 2 4) and two packages: four items of value 1/8, the coins 1 1 2 4.
        ([8, 4, 2, 1, 1], 3, [1, 3, 3, 3, 3]),
        # As long as Huffman wants, it is Huffman's.
        ([8, 4, 2, 1, 1], 4, [1, 2, 3, 4, 4]),
        # No word longer than 2 bits: all alike.
        ([8, 4, 2, 1], 2, [2, 2, 2, 2]),
        ([5], 1, [0]),
        ([0, 5, 0, 5], 1, [ABSENT, 1, ABSENT, 1]),
    ],
)
def test_lengths_by_hand(weights: list[int], longest: int, due: list[int]) -> None:
    assert cost(weights, lengths(weights, longest)) == cost(weights, due)
    assert max(lengths(weights, longest)) <= longest


def test_no_code_of_short_words_is_better() -> None:
    """Against every code of up to 6 tokens, words of up to 4 bits, for many weights."""
    rng = np.random.Generator(np.random.PCG64(0))
    for size in range(2, 7):
        for longest in range((size - 1).bit_length(), 5):
            every = list(codes(size, longest))
            for _ in range(8):
                weights = (rng.integers(1, 4, size) ** rng.integers(1, 7, size)).tolist()
                assert cost(weights, lengths(weights, longest)) == min(cost(weights, each) for each in every)


@pytest.mark.slow
def test_no_code_of_seven_tokens_is_better() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    for longest in (3, 4, 5):
        every = list(codes(7, longest))
        for _ in range(20):
            weights = (rng.integers(1, 4, 7) ** rng.integers(1, 7, 7)).tolist()
            assert cost(weights, lengths(weights, longest)) == min(cost(weights, each) for each in every)


@given(WEIGHTS, st.integers(6, 20))
def test_the_lengths_are_those_of_coins_that_remember(weights: list[int], longest: int) -> None:
    found = lengths(weights, longest)
    assert found == reference.limited_lengths(weights, longest)
    assert max(found) <= longest
    assert limited(weights, longest).kraft_sum == 1


@given(WEIGHTS)
def test_with_room_enough_it_costs_what_huffman_costs(weights: list[int]) -> None:
    book = huffman(weights)
    longest = max(book.longest, 1)
    assert cost(weights, lengths(weights, longest)) == cost(weights, book.lengths.tolist())
    if book.longest > max((sum(weight > 0 for weight in weights) - 1).bit_length(), 1):
        # A bit less than Huffman wants: never cheaper.
        assert cost(weights, lengths(weights, longest - 1)) >= cost(weights, book.lengths.tolist())


def test_more_tokens_than_words_are_refused() -> None:
    with pytest.raises(SpecError, match="5 tokens need words of 3 bits, and limited:2 allows 2"):
        limited([1] * 5, 2)
    assert lengths([1] * 4, 2) == [2] * 4
    with pytest.raises(SpecError, match="62 tokens need words of 6 bits, and limited:5 allows 5"):
        encode(bytes(range(62)), "limited:5")
    with pytest.raises(SpecError, match="the LEN of limited is a whole number from 1 to 64"):
        choose("limited:65")


def test_a_file_tells_its_limit() -> None:
    content = b"aaaaaaaaaaaaaaaabbbbbbbbccccddefg" * 3
    sizes = {}
    for name in ("limited:3", "limited:4", "limited", "huffman"):
        data = encode(content, name)
        assert decode(data) == content
        sizes[name] = len(data)
    assert sizes["limited:3"] >= sizes["limited:4"] >= sizes["limited"]
    assert choose("limited").name == "limited:16"
    assert CODERS["limited"].number == 6


def test_its_promise_refuses_a_longer_word_and_a_worse_code() -> None:
    q = Distribution(("a", "b", "c", "d"), (8, 4, 2, 1))
    made = choose("limited:2").of(q.weights)
    assert FAMILY.promise(made, Pair(q, q))
    longer = choose("limited:2").family.build(choose("limited:3").fit(q.weights), 2)
    assert not FAMILY.promise(longer, Pair(q, q))
    turned = choose("limited:3").of(q.weights[::-1])
    assert not FAMILY.promise(turned, Pair(q, q))
    # Two tokens may have two words of one bit; words of two are a worse code, whatever else is in the alphabet.
    rare = Distribution(("a", "b", "c", "d"), (1, 1, 0, 0))
    wasteful = FAMILY.build(Table(Form.LENGTHS, 4, (2, 2, ABSENT, ABSENT)), 2)
    assert FAMILY.promise(choose("limited:2").of(rare.weights), Pair(rare, rare))
    assert not FAMILY.promise(wasteful, Pair(rare, rare))
