"""Codebook: canonical words, their Kraft sum, and what a code of these lengths believes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st

from compress.coders.words.codebook import ABSENT, Codebook
from compress.errors import DataError


def kraft(lengths: Sequence[int]) -> Fraction:
    return sum((Fraction(1, 1 << length) for length in lengths if length != ABSENT), Fraction(0))


def words_of(book: Codebook) -> list[str | None]:
    return [None if word is None else word.to01() for word in book.words]


def present_words(book: Codebook) -> list[str]:
    return [word for word in words_of(book) if word is not None]


def small_length_vectors() -> Iterator[tuple[int, ...]]:
    """Every vector of up to 5 lengths from ABSENT to 4, with a word at least."""
    for size in range(1, 6):
        for lengths in itertools.product(range(ABSENT, 5), repeat=size):
            if max(lengths) >= 0:
                yield lengths


def no_word_begins_another(words: Sequence[str]) -> bool:
    return not any(long.startswith(short) for short, long in itertools.permutations(words, 2))


def complete_lengths(choices: Sequence[int]) -> list[int]:
    """The lengths of a full tree, grown by splitting the leaf that each choice names."""
    lengths = [0]
    for choice in choices:
        length = lengths.pop(choice % len(lengths)) + 1
        lengths += [length, length]
    return lengths


# The worked example of the module's docstring.


def test_the_worked_example_has_the_words_0_10_110_111() -> None:
    """a is 0; b is 0 + 1 with a zero appended, 10; c is 10 + 1 with one appended, 110; d is 110 + 1."""
    book = Codebook.of([1, 2, 3, 3])
    assert words_of(book) == ["0", "10", "110", "111"]
    assert book.values == [0b0, 0b10, 0b110, 0b111]
    assert book.order.tolist() == [0, 1, 2, 3]
    assert book.kraft_sum == 1
    assert book.is_complete
    assert book.is_prefix_free
    assert book.longest == 3
    assert book.size == 4
    assert book.implied.tolist() == [0.5, 0.25, 0.125, 0.125]
    assert book.surprises.tolist() == [1.0, 2.0, 3.0, 3.0]


def test_words_go_by_length_and_then_by_symbol() -> None:
    """Lengths 3 1 3 2 in that order: 0 to symbol 1, 10 to 3, 110 to 0, 111 to 2."""
    book = Codebook.of([3, 1, 3, 2])
    assert book.order.tolist() == [1, 3, 0, 2]
    assert words_of(book) == ["110", "0", "111", "10"]


def test_an_incomplete_book_leaves_the_largest_words_unused() -> None:
    book = Codebook.of([2, 2, 2])
    assert words_of(book) == ["00", "01", "10"]
    assert book.kraft_sum == Fraction(3, 4)
    assert not book.is_complete
    assert book.is_prefix_free


# Kraft


def test_a_book_exists_exactly_if_the_kraft_sum_is_at_most_1() -> None:
    books = refused = 0
    for lengths in small_length_vectors():
        if kraft(lengths) <= 1:
            books += 1
            assert Codebook.of(lengths).kraft_sum == kraft(lengths)
        else:
            refused += 1
            with pytest.raises(DataError, match="Kraft sum"):
                Codebook.of(lengths)
    assert books > 1000
    assert refused > 1000


def test_the_words_of_every_small_book_have_their_lengths_and_are_prefix_free() -> None:
    for lengths in small_length_vectors():
        if kraft(lengths) <= 1:
            book = Codebook.of(lengths)
            words = words_of(book)
            assert [ABSENT if word is None else len(word) for word in words] == list(lengths)
            assert no_word_begins_another(present_words(book))
            assert book.is_prefix_free


def test_a_book_is_complete_exactly_if_every_long_string_begins_with_a_word() -> None:
    strings = ["".join(bits) for bits in itertools.product("01", repeat=4)]
    for lengths in small_length_vectors():
        if kraft(lengths) <= 1:
            book = Codebook.of(lengths)
            words = tuple(present_words(book))
            assert book.is_complete == all(string.startswith(words) for string in strings), lengths


def test_words_are_canonical_each_the_least_that_extends_none_before() -> None:
    for lengths in small_length_vectors():
        if kraft(lengths) > 1:
            continue
        book = Codebook.of(lengths)
        taken: list[str] = []
        for symbol in sorted((i for i in range(len(lengths)) if lengths[i] >= 0), key=lambda i: (lengths[i], i)):
            candidates = ("".join(bits) for bits in itertools.product("01", repeat=lengths[symbol]))
            least = next(word for word in candidates if not word.startswith(tuple(taken)))
            assert words_of(book)[symbol] == least
            taken.append(least)


@given(st.lists(st.integers(0, 1000), max_size=120))
def test_the_lengths_of_any_full_tree_make_a_complete_prefix_free_book(choices: list[int]) -> None:
    book = Codebook.of(complete_lengths(choices))
    assert book.kraft_sum == 1
    assert book.is_complete
    assert book.is_prefix_free
    # Filled from all zeros to all ones, without a gap.
    assert book.values[0] == 0
    assert book.values[-1] == (1 << book.longest) - 1


@given(st.lists(st.integers(ABSENT, 200), min_size=1, max_size=60).filter(lambda lengths: max(lengths) >= 0))
def test_the_kraft_sum_is_exact_at_any_length(lengths: list[int]) -> None:
    if kraft(lengths) > 1:
        with pytest.raises(DataError, match="Kraft sum"):
            Codebook.of(lengths)
    else:
        assert Codebook.of(lengths).kraft_sum == kraft(lengths)


def test_a_kraft_sum_that_floats_take_for_1_is_seen_as_less() -> None:
    """1/2 + 1/4 + ... + 2^-99 is 1 - 2^-99, which as a float is 1."""
    lengths = list(range(1, 100))
    book = Codebook.of(lengths)
    assert float(book.kraft_sum) == 1.0
    assert book.kraft_sum == 1 - Fraction(1, 1 << 99)
    assert not book.is_complete
    assert Codebook.of([*lengths, 99]).is_complete


def test_a_kraft_sum_that_exceeds_1_by_2_to_the_minus_99_is_refused() -> None:
    with pytest.raises(DataError, match="Kraft sum"):
        Codebook.of([*range(1, 100), 99, 99])


def test_65536_words_of_16_bits_are_all_strings_of_16_bits() -> None:
    book = Codebook.of([16] * 65_536)
    assert book.is_complete
    assert book.values == list(range(65_536))
    assert book.words[0x1234] == bitarray(f"{0x1234:016b}", endian="big")


# One word, no word


def test_a_book_of_one_symbol_has_the_empty_word() -> None:
    book = Codebook.of([0])
    assert book.words == (bitarray(),)
    assert book.is_complete
    assert book.is_prefix_free
    assert book.longest == 0
    assert book.implied.tolist() == [1.0]
    assert book.expected_length([1.0]) == 0.0
    assert book.redundancy([1.0]) == 0.0


@pytest.mark.parametrize("lengths", [[0, 0], [0, 1], [0, 60], [5, 0, ABSENT]])
def test_the_empty_word_tolerates_no_other(lengths: list[int]) -> None:
    with pytest.raises(DataError, match="Kraft sum"):
        Codebook.of(lengths)


def test_an_absent_symbol_has_no_word_no_mass_and_an_infinite_surprise() -> None:
    book = Codebook.of([1, ABSENT, 1])
    assert words_of(book) == ["0", None, "1"]
    assert book.surprises.tolist() == [1.0, math.inf, 1.0]
    assert book.implied.tolist() == [0.5, 0.0, 0.5]
    assert book.order.tolist() == [0, 2]
    assert book.is_complete
    assert book.size == 3


@pytest.mark.parametrize("lengths", [[], [ABSENT], [ABSENT, ABSENT], [-2, 1], [1, -2]])
def test_a_book_without_words_or_with_negative_lengths_is_refused(lengths: list[int]) -> None:
    with pytest.raises(DataError, match="at least one word"):
        Codebook.of(lengths)


# Expectations


def test_the_expected_length_is_sum_p_times_length_for_any_p() -> None:
    book = Codebook.of([1, 2, 3, 3])
    assert book.expected_length([0.5, 0.25, 0.125, 0.125]) == 1.75
    assert book.expected_length([0.25] * 4) == 2.25
    assert book.expected_length([0.0, 0.0, 0.0, 1.0]) == 3.0


def test_an_expected_length_is_infinite_only_if_a_possible_token_has_no_word() -> None:
    book = Codebook.of([1, ABSENT, 1])
    assert book.expected_length([0.5, 0.25, 0.25]) == math.inf
    assert book.expected_length([0.5, 0.0, 0.5]) == 1.0


def test_the_redundancy_of_the_fair_example_is_0_and_of_a_loaded_coin_is_1_minus_its_entropy() -> None:
    assert Codebook.of([1, 2, 3, 3]).redundancy([0.5, 0.25, 0.125, 0.125]) == 0.0
    entropy = -0.7 * math.log2(0.7) - 0.3 * math.log2(0.3)
    assert Codebook.of([1, 1]).redundancy([0.7, 0.3]) == pytest.approx(1 - entropy, abs=1e-12)


@given(
    st.lists(st.integers(0, 1000), max_size=40),
    st.lists(st.integers(0, 100), min_size=41, max_size=41).filter(lambda weights: weights[0] > 0),
)
def test_no_complete_code_costs_less_than_the_entropy(choices: list[int], weights: list[int]) -> None:
    lengths = complete_lengths(choices)
    total = sum(weights[: len(lengths)])
    p = np.array(weights[: len(lengths)]) / total
    book = Codebook.of(lengths)
    assert book.redundancy(p) >= -1e-12
    # A code of these lengths believes 2^-length: under that P nothing is wasted.
    assert abs(book.redundancy(book.implied)) <= 1e-12


def test_implied_probabilities_sum_to_the_kraft_sum_unnormalised() -> None:
    for lengths in small_length_vectors():
        if kraft(lengths) <= 1:
            book = Codebook.of(lengths)
            assert Fraction(math.fsum(book.implied)) == book.kraft_sum


def test_a_book_that_is_not_prefix_free_says_so() -> None:
    """Canonical words cannot be so; these are put in their place."""
    for words, free in ((("0", "10", "11"), True), (("1", "0", "01"), False), (("00", "0"), False), (("", "1"), False)):
        book = Codebook.of([2] * len(words))
        vars(book)["words"] = tuple(bitarray(word) for word in words)
        assert book.is_prefix_free is free
