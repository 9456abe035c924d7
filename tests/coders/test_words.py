"""Constructors of prefix codes: Huffman's optimum, Shannon's promise, and a theorem that does not exist.

Averages of surprises are irrational, so the theorems are checked after raising 2 to both
sides: with integer weights n, Σ n·length >= Σ n·log2(1/q) says the same as
2^(Σ n·length) >= Π (1/q)^n, which rationals decide exactly.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from bitarray.util import huffman_code
from hypothesis import given
from hypothesis import strategies as st

from compress.coders import reference
from compress.coders.catalog import choose
from compress.coders.words.codebook import ABSENT, Codebook
from compress.coders.words.fixed import fixed
from compress.coders.words.huffman import huffman
from compress.coders.words.shannon import shannon
from compress.errors import DataError, SpecError
from compress.probability import information
from compress.sources.protocol import generator

Constructor = Callable[[Sequence[int]], Codebook]

# Weights with ties, zeros, and numbers far beyond 64 bits.
WEIGHTS = st.lists(
    st.one_of(st.integers(0, 3), st.integers(0, 1000), st.integers(0, 10**60)), min_size=1, max_size=60
).filter(any)
SMALL_WEIGHTS = st.lists(st.integers(0, 40), min_size=1, max_size=9).filter(any)
POSITIVE_PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), min_size=1, max_size=9).filter(
    lambda pairs: any(p for p, _ in pairs)
)


def lengths_of(book: Codebook) -> list[int]:
    return [int(length) for length in book.lengths]


def cost(weights: Sequence[int], lengths: Sequence[int]) -> int:
    """Σ weight·length: the bits of a message in which each symbol occurs as often as its weight says."""
    return sum(weight * length for weight, length in zip(weights, lengths, strict=True) if weight)


def inverse_likelihood(p: Sequence[int], q: Sequence[int]) -> Fraction:
    """Π (1/q)^p: 2 to the power of Σ p·log2(1/q)."""
    total = sum(q)
    return math.prod(
        (Fraction(total, weight) ** count for count, weight in zip(p, q, strict=True) if count), start=Fraction(1)
    )


@cache
def complete_vectors(size: int) -> npt.NDArray[np.int64]:
    """Every vector of K lengths with Kraft sum exactly 1, one a row."""

    def grow(words: int, room: Fraction) -> Iterator[tuple[int, ...]]:
        if words == 0:
            if room == 0:
                yield ()
            return
        for length in range(size):
            if Fraction(1, 1 << length) <= room:
                for rest in grow(words - 1, room - Fraction(1, 1 << length)):
                    yield (length, *rest)

    return np.array(list(grow(size, Fraction(1))), dtype=np.int64)


# Huffman


def test_there_are_as_many_complete_length_vectors_as_ordered_partitions_of_1_into_powers_of_half() -> None:
    """The first terms of sequence A007178."""
    assert [len(complete_vectors(size)) for size in range(1, 7)] == [1, 1, 3, 13, 75, 525]


@pytest.mark.parametrize(
    ("size", "values"),
    [
        (1, (1, 5)),
        (2, (1, 2, 3, 100)),
        (3, (1, 2, 3, 4, 5, 9, 30)),
        (4, (1, 2, 3, 5, 8, 20)),
        (5, (1, 2, 3, 5, 11)),
        (6, (1, 2, 4, 9)),
    ],
)
def test_no_code_of_whole_bit_words_costs_less_than_huffmans(size: int, values: tuple[int, ...]) -> None:
    tables = list(itertools.product(values, repeat=size))
    least = np.min(complete_vectors(size) @ np.array(tables, dtype=np.int64).T, axis=0).tolist()
    assert [cost(weights, lengths_of(huffman(weights))) for weights in tables] == least


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_of_all_best_codes_huffmans_lengths_vary_least(size: int) -> None:
    """By trying all: the least Σ q·l², and the shortest longest word, of all codes of the least Σ q·l."""
    vectors = [
        lengths
        for lengths in itertools.combinations_with_replacement(range(1, size + 1), size)
        if sum(Fraction(1, 1 << length) for length in lengths) <= 1
    ]
    for weights in itertools.combinations_with_replacement((8, 5, 4, 3, 2, 1), size):
        found = huffman(weights).lengths.tolist()
        moments = [
            tuple(
                sum(weight * length**power for weight, length in zip(weights, sorted(each), strict=True))
                for power in (1, 2)
            )
            for each in (found, *vectors)
        ]
        assert moments[0] == min(moments), weights
        cheapest = [max(each) for each, cost in zip(vectors, moments[1:], strict=True) if cost[0] == moments[0][0]]
        assert max(found) == min(cheapest)
    assert choose("huffman:min-variance") == choose("huffman")
    with pytest.raises(SpecError, match="huffman takes no parameter"):
        choose("huffman:max-variance")


def test_huffmans_code_of_4_3_2_1_by_hand() -> None:
    """1 + 2 = 3, which ties with the leaf 3: the leaf goes first, 3 + 3 = 6, 6 + 4 = 10.

    So the root holds 4 and 6; 6 holds the leaf 3 and the node (1, 2): lengths 1 2 3 3, 19 bits.
    """
    assert lengths_of(huffman([4, 3, 2, 1])) == [1, 2, 3, 3]
    assert cost([4, 3, 2, 1], [1, 2, 3, 3]) == 19


def test_ties_prefer_leaves_which_keeps_the_lengths_even() -> None:
    """Weights 2 2 1 1: 1 + 1 = 2 ties with two leaves of 2, which merge first: four words of 2 bits, not 1 2 3 3."""
    assert lengths_of(huffman([2, 2, 1, 1])) == [2, 2, 2, 2]
    assert cost([2, 2, 1, 1], [2, 2, 2, 2]) == cost([2, 2, 1, 1], [1, 2, 3, 3])


def test_equal_weights_of_k_not_a_power_of_two_have_two_lengths() -> None:
    """Five equal ones: 2^3 - 5 = 3 words of 2 bits and 2 of 3 bits, the earliest symbols merged first."""
    assert lengths_of(huffman([1] * 5)) == [3, 3, 2, 2, 2]
    for size in range(1, 200):
        lengths = lengths_of(huffman([7] * size))
        floor = size.bit_length() - 1
        assert set(lengths) <= {floor, floor + 1}
        assert huffman([7] * size).is_complete


@given(WEIGHTS)
def test_huffmans_lengths_are_the_reference_lengths(weights: list[int]) -> None:
    assert lengths_of(huffman(weights)) == reference.huffman_lengths(weights)


def test_huffmans_lengths_are_the_reference_lengths_in_every_small_table() -> None:
    for size in range(1, 6):
        for weights in itertools.product((0, 1, 2, 3, 4), repeat=size):
            if any(weights):
                assert lengths_of(huffman(weights)) == reference.huffman_lengths(weights), weights


@pytest.mark.slow
def test_huffman_costs_what_bitarrays_own_huffman_code_costs_on_1000_tables() -> None:
    rng = np.random.Generator(generator(20))
    for case in range(1000):
        size = int(rng.integers(2, 400))
        bound = (3, 20, 10**3, 10**9)[case % 4]
        weights = [int(weight) for weight in rng.integers(1, bound + 1, size)]
        peer = huffman_code(dict(enumerate(weights)))
        assert cost(weights, lengths_of(huffman(weights))) == cost(weights, [len(peer[i]) for i in range(size)])


@given(WEIGHTS)
def test_huffmans_code_is_complete_and_gives_heavier_tokens_no_longer_words(weights: list[int]) -> None:
    book = huffman(weights)
    assert book.is_complete
    assert book.is_prefix_free
    assert [length == ABSENT for length in lengths_of(book)] == [weight == 0 for weight in weights]
    present = sorted((weight, -length) for weight, length in zip(weights, lengths_of(book), strict=True) if weight)
    for (lighter, long), (heavier, short) in itertools.pairwise(present):
        assert lighter == heavier or long <= short


@given(SMALL_WEIGHTS)
def test_huffman_costs_from_the_entropy_to_less_than_1_bit_more(weights: list[int]) -> None:
    """H(Q) <= E_Q[length] < H(Q) + 1, exactly: Π (1/q)^w <= 2^(Σ w·length) < Π (1/q)^w · 2^(Σ w)."""
    spent = 2 ** cost(weights, lengths_of(huffman(weights)))
    floor = inverse_likelihood(weights, weights)
    assert floor <= spent < floor * 2 ** sum(weights)


@given(st.lists(st.integers(0, 1000), max_size=60), st.integers(1, 10**12))
def test_a_dyadic_q_costs_exactly_its_entropy_with_huffman_and_shannon(choices: list[int], scale: int) -> None:
    lengths = [0]
    for choice in choices:
        length = lengths.pop(choice % len(lengths)) + 1
        lengths += [length, length]
    weights = [scale << (max(lengths) - length) for length in lengths]
    assert lengths_of(huffman(weights)) == lengths
    assert lengths_of(shannon(weights)) == lengths


def test_fibonacci_weights_make_the_longest_words_there_are() -> None:
    """K Fibonacci numbers merge into a chain: one word of each length 1..K-1, and one more of K-1."""
    for size in (2, 3, 10, 60, 100):
        weights = [1, 1]
        while len(weights) < size:
            weights.append(weights[-1] + weights[-2])
        lengths = lengths_of(huffman(weights))
        # The lightest three tie: 1 + 1 = 2 meets the leaf 2, and goes after it.
        assert sorted(lengths) == [*range(1, size), size - 1]
        assert huffman(weights).longest == size - 1


# Shannon


@given(WEIGHTS)
def test_shannons_lengths_are_the_reference_lengths(weights: list[int]) -> None:
    assert lengths_of(shannon(weights)) == reference.shannon_lengths(weights)


@given(WEIGHTS)
def test_a_shannon_word_has_the_least_length_that_pays_for_its_token(weights: list[int]) -> None:
    total = sum(weights)
    for weight, length in zip(weights, lengths_of(shannon(weights)), strict=True):
        if weight == 0:
            assert length == ABSENT
        else:
            assert weight << length >= total
            assert length == 0 or weight << (length - 1) < total


@pytest.mark.parametrize("bits", [1, 2, 10, 40, 53, 62, 64, 100, 1000])
def test_shannons_lengths_are_exact_at_powers_of_two_and_1_part_beside_them(bits: int) -> None:
    """q = 2^-bits gets `bits`; q just below gets one more; q just above still gets `bits`."""
    whole = 1 << (bits + 5)
    step = whole >> bits
    for rare, length in ((step, bits), (step - 1, bits + 1), (step + 1, bits)):
        assert lengths_of(shannon([rare, whole - rare]))[0] == length, rare


def test_shannons_lengths_of_1_to_63_parts_in_64_are_found_by_counting() -> None:
    """The least l with w·2^l >= 64: 1 part gets 6 bits, 2 get 5, 3 and 4 get 4, ... and 32 to 63 get 1."""
    due = {weight: next(bits for bits in range(7) if weight * 2**bits >= 64) for weight in range(1, 64)}
    assert [due[w] for w in (1, 2, 3, 4, 7, 8, 9, 15, 16, 31, 32, 63)] == [6, 5, 5, 4, 4, 3, 3, 3, 2, 2, 1, 1]
    for weight, length in due.items():
        assert lengths_of(shannon([weight, 64 - weight]))[0] == length


@given(POSITIVE_PAIRS)
def test_shannon_code_of_wrong_q_costs_h_plus_d_to_plus_one(pairs: list[tuple[int, int]]) -> None:
    """H(P) + D(P||Q) <= E_P[length] < H(P) + D(P||Q) + 1, exactly, for any P and Q."""
    p, q = [p for p, _ in pairs], [q for _, q in pairs]
    spent = 2 ** cost(p, lengths_of(shannon(q)))
    floor = inverse_likelihood(p, q)
    assert floor <= spent < floor * 2 ** sum(p)


@given(POSITIVE_PAIRS)
def test_the_wrong_code_theorem_holds_in_floats_too(pairs: list[tuple[int, int]]) -> None:
    p, q = np.array([p for p, _ in pairs]), np.array([q for _, q in pairs])
    p, q = p / p.sum(), q / q.sum()
    spent = shannon([weight for _, weight in pairs]).expected_length(p)
    floor = information.entropy(p) + information.kl_divergence(p, q)
    assert floor - 1e-9 <= spent < floor + 1 + 1e-9


def test_shannons_code_is_complete_only_for_a_dyadic_q() -> None:
    assert shannon([2, 1, 1]).is_complete
    assert shannon([1, 1, 1]).kraft_sum == Fraction(3, 4)


# The theorem that does not exist


def test_two_tokens_cost_1_bit_each_with_huffman_whatever_q_is() -> None:
    for q in ([1, 1], [1, 2], [2, 8], [1, 10**30], [10**30, 1]):
        assert lengths_of(huffman(q)) == [1, 1]


def test_no_theorem_says_that_huffman_costs_at_least_the_cross_entropy_of_a_wrong_q() -> None:
    """P = (.7, .3), Q = (.2, .8): H(P,Q) = .7·2.3219 + .3·0.3219 = 1.7219, and Huffman costs exactly 1.

    Its lengths (1, 1) imply (1/2, 1/2), which is nearer to P than Q is.
    """
    p, q = [0.7, 0.3], [0.2, 0.8]
    assert huffman([2, 8]).expected_length(p) == 1.0
    assert 1.7219 < information.cross_entropy(p, q) < 1.7220
    # Not below the entropy, though: that floor holds for every code.
    assert information.entropy(p) < 1.0
    # Shannon's code keeps the promise: 3 bits and 1 bit, 0.7·3 + 0.3·1 = 2.4.
    assert shannon([2, 8]).expected_length(p) == pytest.approx(2.4, abs=1e-12)


def test_no_theorem_says_that_huffman_costs_less_than_1_bit_above_the_cross_entropy_of_a_wrong_q() -> None:
    """Fibonacci weights 1 1 2 3 5 ..., K = 30, sum to F(32) - 1 = 2,178,308 = 2^21.05: the rarest has that
    surprise, and a word of K - 1 = 29 bits, since the tree is a chain.
    """
    weights = [1, 1]
    while len(weights) < 30:
        weights.append(weights[-1] + weights[-2])
    assert sum(weights) == 2_178_308
    p = [1.0, *[0.0] * 29]
    q = [weight / sum(weights) for weight in weights]
    assert information.cross_entropy(p, q) == pytest.approx(math.log2(2_178_308), abs=1e-12)
    assert huffman(weights).expected_length(p) == 29.0


# Fixed


@pytest.mark.parametrize(
    ("size", "length"), [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (255, 8), (256, 8), (257, 9), (65_536, 16)]
)
def test_a_fixed_word_has_ceil_log2_k_bits_whatever_q_is(size: int, length: int) -> None:
    assert lengths_of(fixed([1] * size)) == [length] * size
    assert lengths_of(fixed(range(1, size + 1))) == [length] * size
    assert fixed([1] * size).is_complete == (size == 1 << length)


def test_a_fixed_code_counts_possible_tokens_only() -> None:
    assert lengths_of(fixed([3, 0, 1, 0, 9])) == [2, ABSENT, 2, ABSENT, 2]
    assert lengths_of(fixed([0, 7])) == [ABSENT, 0]


@given(WEIGHTS)
def test_fixed_lengths_are_the_reference_lengths(weights: list[int]) -> None:
    assert lengths_of(fixed(weights)) == reference.fixed_lengths(weights)


# All of them


@pytest.mark.parametrize("construct", [huffman, shannon, fixed])
def test_certainty_has_the_empty_word(construct: Constructor) -> None:
    assert lengths_of(construct([5])) == [0]
    assert lengths_of(construct([0, 0, 5, 0])) == [ABSENT, ABSENT, 0, ABSENT]


@pytest.mark.parametrize("construct", [huffman, shannon, fixed])
@pytest.mark.parametrize("weights", [[], [0], [0, 0, 0]])
def test_no_possible_token_is_refused(construct: Constructor, weights: list[int]) -> None:
    with pytest.raises(DataError, match="at least one token"):
        construct(weights)


@given(WEIGHTS)
def test_huffman_never_costs_more_than_shannon_or_fixed_under_its_own_q(weights: list[int]) -> None:
    least = cost(weights, lengths_of(huffman(weights)))
    assert least <= cost(weights, lengths_of(shannon(weights)))
    assert least <= cost(weights, lengths_of(fixed(weights)))


@given(WEIGHTS, st.integers(1, 10**30))
def test_lengths_depend_on_proportions_only(weights: list[int], scale: int) -> None:
    scaled = [scale * weight for weight in weights]
    for construct in (huffman, shannon, fixed):
        assert lengths_of(construct(weights)) == lengths_of(construct(scaled))
