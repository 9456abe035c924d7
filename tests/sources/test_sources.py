"""Draws from P: the alias table is exact to the point, and a seed gives the same tokens everywhere."""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

from compress.errors import DataError
from compress.probability.distribution import Distribution
from compress.probability.frequencies import apportion
from compress.sources.iid import IidSource, alias_table, draws
from compress.sources.protocol import generator
from compress.sources.recorded import StreamSource
from compress.symbols import Stream, Symbols, histogram, smallest_dtype

POINTS = 1 << 62

SIZES = (1, 2, 3, 4, 5, 31, 32, 33, 255, 256, 257, 65_536)


def shapes(size: int) -> dict[str, list[int]]:
    """Weights of many shapes for an alphabet of K tokens."""
    rng = np.random.Generator(generator(size))
    return {
        "equal": [1] * size,
        "rising": list(range(1, size + 1)),
        "zipf": [10**15 // rank for rank in range(1, size + 1)],
        "geometric": [1 << max(60 - rank, 0) for rank in range(size)],
        "one in 10^30": [10**30, *[1] * (size - 1)],
        "last in 10^30": [*[1] * (size - 1), 10**30],
        "one certain": [*[0] * (size - 1), 7],
        "every other impossible": [rank % 2 if size > 1 else 1 for rank in range(size)],
        "random": [int(weight) for weight in rng.integers(1, 1 << 40, size)],
    }


def points_owned(keep: npt.NDArray[np.int64], alias: npt.NDArray[np.int64], size: int) -> list[int]:
    """How many of the 2^62 points each token owns, summed over the columns."""
    height = POINTS // keep.size
    points = np.zeros(max(keep.size, size), np.int64)
    points[: keep.size] += keep
    np.add.at(points, alias, height - keep)
    assert not points[size:].any(), "a column that fills up to a power of two owns points"
    return cast(list[int], points[:size].tolist())


class Scripted:
    """A stand-in for a bit generator that hands out the words it is given."""

    def __init__(self, words: Sequence[int]) -> None:
        self.words = np.array(words, dtype=np.uint64)
        self.at = 0

    def random_raw(self, size: int) -> npt.NDArray[np.uint64]:
        self.at += size
        return self.words[self.at - size : self.at]


def sample_points(source: IidSource, points: Sequence[int], low_bits: int = 0) -> list[int]:
    """The tokens that the given points of [0, 2^62) draw; `low_bits` are the two bits that are thrown away."""
    words = [point << 2 | low_bits for point in points]
    rng = cast(np.random.BitGenerator, Scripted(words))
    return cast(list[int], source.sample(len(words), rng).tolist())


def chi_square(counts: npt.NDArray[np.int64], weights: Sequence[int]) -> tuple[float, int]:
    """Pearson's statistic and its degrees of freedom."""
    n, whole = int(counts.sum()), sum(weights)
    possible = np.array([weight > 0 for weight in weights])
    due = np.array([n * weight / whole for weight in weights])[possible]
    return float(np.sum((counts[possible] - due) ** 2 / due)), due.size - 1


def is_plausible(statistic: float, freedom: int) -> bool:
    """Whether a chi-square lies where all but 2·exp(-12.5) of them do, 7 in a million.

    B. Laurent and P. Massart 2000, lemma 1: above f + 2·sqrt(f·x) + 2·x, or below f - 2·sqrt(f·x), with
    probability at most exp(-x) each.
    """
    spread = 2 * math.sqrt(freedom * 12.5)
    return freedom - spread <= statistic <= freedom + spread + 25


# alias_table


@pytest.mark.parametrize("size", [*SIZES[:-1], pytest.param(SIZES[-1], marks=pytest.mark.slow)])
def test_each_token_owns_exactly_its_share_of_the_2_to_the_62_points(size: int) -> None:
    for shape, weights in shapes(size).items():
        keep, alias = alias_table(weights)
        assert points_owned(keep, alias, size) == apportion(weights, POINTS), shape


def test_each_token_owns_its_share_in_every_small_table() -> None:
    for size in range(1, 6):
        for weights in itertools.product((0, 1, 2, 5), repeat=size):
            if any(weights):
                keep, alias = alias_table(weights)
                assert points_owned(keep, alias, size) == apportion(weights, POINTS), weights


@pytest.mark.parametrize("size", SIZES)
def test_the_columns_are_the_least_power_of_two_that_holds_k(size: int) -> None:
    keep, alias = alias_table([1] * size)
    assert keep.shape == alias.shape
    assert size <= keep.size < 2 * size
    assert keep.size & (keep.size - 1) == 0
    assert int(keep.min()) >= 0
    assert int(keep.max()) <= POINTS // keep.size
    assert int(alias.min()) >= 0


def test_the_alias_table_of_4_1_1_by_hand() -> None:
    """Four columns of 2^60 points; the masses are 2^62·(4, 1, 1, 0)/6 in whole points.

    2^62/6 is 768614336404564650 + 4/6, and 4·2^62/6 is 3074457345618258602 + 4/6: of the remainders
    4/6, 4/6, 4/6 the first two get the two points that are left.  Token 0 tops up each of the
    other columns: 3 columns hold 2^60 between a mass and its height.
    """
    sixth = POINTS // 6
    mass = [4 * POINTS // 6 + 1, sixth + 1, sixth, 0]
    assert sum(mass) == POINTS
    keep, alias = alias_table([4, 1, 1])
    assert keep.tolist() == [1 << 60, sixth + 1, sixth, 0]
    assert alias.tolist() == [0, 0, 0, 0]


# IidSource


@pytest.mark.both_forms
@pytest.mark.parametrize("weights", [[1], [1, 1], [4, 1, 1], [1, 2, 3, 4, 5], [0, 1, 0], [10**30, 1], [1] * 33])
@pytest.mark.parametrize("low_bits", [0, 3])
def test_the_points_at_every_edge_of_every_column_draw_the_token_that_owns_them(
    weights: list[int], low_bits: int
) -> None:
    keep, alias = alias_table(weights)
    height = POINTS // keep.size
    source = IidSource(Distribution(tuple(map(str, range(len(weights)))), tuple(weights)))
    for column in range(keep.size):
        kept, base = int(keep[column]), column * height
        below = [offset for offset in (0, kept - 1) if 0 <= offset < kept]
        above = [offset for offset in (kept, height - 1) if kept <= offset]
        above = [offset for offset in above if offset < height]
        assert sample_points(source, [base + offset for offset in below], low_bits) == [column] * len(below)
        owners = sample_points(source, [base + offset for offset in above], low_bits)
        assert owners == [int(alias[column])] * len(above)


GOLDEN = {
    ("bernoulli:0.7", 0): [1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0],
    ("bernoulli:0.7", 7): [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    ("dice:2", 0): [10, 4, 3, 0, 6, 7, 9, 4, 7, 7, 6, 0],
    ("dice:2", 7): [10, 7, 5, 3, 3, 6, 0, 6, 5, 6, 3, 4],
    ("zipf:k=300,s=1.1", 0): [2, 138, 19, 8, 8, 18, 1, 4, 1, 22, 8, 1],
    ("zipf:k=300,s=1.1", 7): [2, 16, 6, 115, 0, 13, 1, 8, 7, 0, 155, 0],
    ("uniform:70000", 0): [15459, 35360, 5370, 2165, 41947, 56893, 10903, 29361, 1438, 60245, 42335, 357],
    ("uniform:70000", 7): [13677, 54558, 36300, 29518, 39343, 51004, 689, 43143, 39513, 61333, 39719, 36492],
}


@pytest.fixture(scope="module")
def source_of() -> Callable[[str], IidSource]:
    """With 70,000 tokens its table takes a while, whatever is drawn from it."""
    return functools.cache(lambda spec: IidSource(Distribution.parse(spec)))


@pytest.mark.both_forms
@pytest.mark.parametrize(("spec", "seed"), GOLDEN)
def test_a_seed_gives_these_very_tokens(spec: str, seed: int, source_of: Callable[[str], IidSource]) -> None:
    source = source_of(spec)
    assert source.sample(12, generator(seed)).tolist() == GOLDEN[spec, seed]


@pytest.mark.both_forms
def test_forty_thousand_draws_have_this_digest_compiled_or_not() -> None:
    # More than one chunk of 2^15 words.
    symbols = IidSource(Distribution.parse("dice:2")).sample(40_000, generator(3))
    assert hashlib.sha256(symbols.tobytes()).hexdigest()[:16] == "8fb68668d053f30a"


@pytest.mark.both_forms
def test_the_first_word_of_pcg64_seeded_with_0_is_the_one_that_the_golden_tokens_stand_on() -> None:
    """11,749,869,230,777,074,271 of 2^64 is 0.637, so `uniform:2` draws its second column."""
    assert int(generator(0).random_raw(1)[0]) == 11749869230777074271
    assert IidSource(Distribution.parse("uniform:2")).sample(1, generator(0)).tolist() == [1]


@pytest.mark.parametrize("spec", ["bernoulli:0.7", "dice:2", "zipf:k=300,s=1.1", "uniform:70000", "uniform:1"])
@pytest.mark.parametrize("size", [1, 7, 1000, 32_768, 40_000, 1 << 20])
def test_draws_in_chunks_are_the_draws_in_one_piece(
    spec: str, size: int, source_of: Callable[[str], IidSource]
) -> None:
    source = source_of(spec)
    n = 300 if size < 10 else 70_001
    parts = list(draws(source, n, 5, size))
    assert [part.size for part in parts] == [*[size] * (n // size), *([n % size] if n % size else [])]
    assert np.array_equal(np.concatenate(parts), source.sample(n, generator(5)))


@pytest.mark.parametrize("n", [0, 1, 32_767, 32_768, 32_769])
def test_a_longer_sample_begins_with_the_shorter_one(n: int) -> None:
    source = IidSource(Distribution.parse("dice:2"))
    long = source.sample(40_000, generator(9))
    assert np.array_equal(source.sample(n, generator(9)), long[:n])


def test_no_draws_are_an_empty_array_of_the_right_type() -> None:
    symbols = IidSource(Distribution.parse("uniform:300")).sample(0, generator(0))
    assert symbols.shape == (0,)
    assert symbols.dtype == np.uint16
    assert list(draws(IidSource(Distribution.parse("uniform:300")), 0, 0)) == []


@pytest.mark.parametrize(
    ("size", "dtype"),
    [(1, np.uint8), (2, np.uint8), (256, np.uint8), (257, np.uint16), (65_536, np.uint16), (65_537, np.uint32)],
)
def test_symbols_take_the_smallest_unsigned_type(size: int, dtype: type[np.unsignedinteger]) -> None:
    symbols = IidSource(Distribution.parse(f"uniform:{size}")).sample(1000, generator(0))
    assert symbols.dtype == dtype
    assert int(symbols.max()) < size


def test_the_last_token_of_a_full_type_is_drawn_as_itself() -> None:
    weights = (*[0] * 65_535, 1)
    symbols = IidSource(Distribution(tuple(map(str, range(65_536))), weights)).sample(100, generator(0))
    assert symbols.tolist() == [65_535] * 100


@pytest.mark.both_forms
def test_another_seed_gives_other_tokens_and_the_same_seed_the_same() -> None:
    source = IidSource(Distribution.parse("uniform:6"))
    first, again, other = (source.sample(50, generator(seed)).tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


CHI_SQUARE_SPECS = [
    "bernoulli:0.7",
    "bernoulli:0.001",
    "uniform:6",
    "uniform:1000",
    "dice:2",
    "binomial:n=10,p=0.5",
    "zipf:k=256,s=1.1",
    "zipf:k=300,s=1.1",
    "benford",
]


@pytest.mark.parametrize("spec", CHI_SQUARE_SPECS)
def test_the_chi_square_of_a_million_draws_is_plausible(spec: str) -> None:
    p = Distribution.parse(spec)
    counts = histogram(IidSource(p).sample(1_000_000, generator(11)), p.size)
    statistic, freedom = chi_square(counts, p.weights)
    assert is_plausible(statistic, freedom), (statistic, freedom)


def test_the_chi_square_of_a_million_draws_notices_a_probability_wrong_by_a_hundredth() -> None:
    p, wrong = Distribution.parse("bernoulli:0.7"), Distribution.parse("bernoulli:0.71")
    counts = histogram(IidSource(wrong).sample(1_000_000, generator(11)), p.size)
    statistic, freedom = chi_square(counts, p.weights)
    assert not is_plausible(statistic, freedom)
    # Too good is no better: counts that are exactly their expectation among 1000 tokens.
    assert not is_plausible(0.0, 999)


def test_neighbouring_draws_are_independent() -> None:
    """The pairs of a million draws from 1..6 are one of 36 with equal chance."""
    symbols = IidSource(Distribution.parse("uniform:6")).sample(1_000_000, generator(12))
    pairs = (symbols[0::2] * 6 + symbols[1::2]).astype(np.uint8)
    statistic, freedom = chi_square(histogram(pairs, 36), [1] * 36)
    assert freedom == 35
    assert is_plausible(statistic, freedom), statistic


@pytest.mark.parametrize("weights", [(0, 1), (1, 0), (0, 3, 0, 1, 0), (1, 0, 0, 0, 10**9)])
def test_a_token_of_probability_0_is_never_drawn(weights: tuple[int, ...]) -> None:
    source = IidSource(Distribution(tuple(map(str, range(len(weights)))), weights))
    counts = histogram(source.sample(1_000_000, generator(4)), len(weights)).tolist()
    assert sum(counts) == 1_000_000
    assert [count for count, weight in zip(counts, weights, strict=True) if weight == 0] == [0] * weights.count(0)


def test_an_iid_source_has_the_entropy_of_its_distribution_as_its_rate() -> None:
    source = IidSource(Distribution.parse("uniform:8"))
    assert source.entropy_rate == 3.0
    assert source.is_sample is False


# StreamSource


def stream(tokens: str) -> Stream:
    alphabet = tuple(sorted(set(tokens)))
    symbols: Symbols = np.array([alphabet.index(token) for token in tokens], dtype=smallest_dtype(len(alphabet)))
    return Stream(alphabet, symbols)


def test_a_stream_is_its_own_empirical_distribution() -> None:
    source = StreamSource(stream("abracadabra"), "file:x")
    assert source.distribution.tokens == ("a", "b", "c", "d", "r")
    assert source.distribution.weights == (5, 2, 1, 1, 2)
    assert source.distribution.spec == "file:x"
    assert source.is_sample is True
    due = -sum(count / 11 * math.log2(count / 11) for count in (5, 2, 1, 1, 2))
    assert source.entropy_rate == pytest.approx(due, abs=1e-12)


def test_a_sample_of_a_stream_is_the_stream_whatever_the_seed() -> None:
    source = StreamSource(stream("abracadabra"), "file:x")
    assert source.sample(11, generator(0)).tolist() == [0, 1, 4, 0, 2, 0, 3, 0, 1, 4, 0]
    assert np.array_equal(source.sample(11, generator(0)), source.sample(11, generator(1)))


@pytest.mark.parametrize("n", [0, 10, 12])
def test_a_stream_has_no_sample_of_another_length(n: int) -> None:
    with pytest.raises(DataError, match="file:x holds 11 tokens"):
        StreamSource(stream("abracadabra"), "file:x").sample(n, generator(0))


def test_an_empty_stream_has_no_distribution() -> None:
    with pytest.raises(DataError, match="file:x holds no token"):
        StreamSource(stream(""), "file:x")


def test_a_stream_of_one_token_is_certain() -> None:
    source = StreamSource(stream("aaaa"), "file:x")
    assert source.entropy_rate == 0.0
    assert source.distribution.weights == (4,)
