"""ArithmeticCoder: within 2 bits of ideal, for every message, checked against exact arithmetic.

`Exact` is the coder as its documentation describes it, in whole numbers of any size: no
window, no bytes, no carries.  Both must agree to the bit.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import constriction
import numpy as np
import numpy.typing as npt
import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st

from compress.coders.streams.arithmetic import ArithmeticCoder
from compress.coders.streams.interval import _boundary
from compress.errors import CorruptError, DataError
from compress.probability.frequencies import TOTAL, TOTAL_BITS
from compress.sources.protocol import generator
from compress.symbols import Symbols, smallest_dtype

# Rounding of a sum of a few surprises, and of 10^5 to 10^6 of them, bits.
FEW, MANY = 1e-9, 1e-6


class NoTokenError(Exception):
    """The point lies in no token's part of the interval."""


class Exact:
    """The interval [low, low + width) / 2^scale, exactly.

    The documented rules: of a width between 2^54 and 2^62 the last 18 bits are cut, a boundary is
    floor(width'·c / 2^40), and while the width is below 2^54 the scale is refined by 8 bits.
    """

    def __init__(self, frequencies: Sequence[int]) -> None:
        self.cumulative = [0, *itertools.accumulate(frequencies)]
        assert self.cumulative[-1] == TOTAL
        self.low, self.width, self.scale = 0, 1 << 62, 62

    def bounds(self, symbol: int) -> tuple[int, int]:
        cut = self.width - self.width % (1 << 18)
        return cut * self.cumulative[symbol] // TOTAL, cut * self.cumulative[symbol + 1] // TOTAL

    def push(self, symbol: int) -> None:
        begin, end = self.bounds(symbol)
        self.low, self.width = self.low + begin, end - begin
        while self.width < 1 << 54:
            self.low, self.width, self.scale = self.low << 8, self.width << 8, self.scale + 8

    def payload(self) -> bitarray:
        """The fewest bits m, and of these strings the first, whose every continuation lies in the interval."""
        m = max(self.scale - self.width.bit_length(), 0)
        while True:
            block = Fraction(1 << self.scale, 1 << m)
            place = math.ceil(self.low / block)
            if (place + 1) * block <= self.low + self.width:
                return bitarray(f"{place:0{m}b}" if m else "", endian="big")
            m += 1

    def pop(self, bits: bitarray) -> int:
        """The token that the point 0.bits000... names; narrows the interval to it."""
        string = bits[: self.scale].to01().ljust(self.scale, "0")
        offset = int(string, 2) - self.low
        for symbol in range(len(self.cumulative) - 1):
            begin, end = self.bounds(symbol)
            if begin <= offset < end:
                self.push(symbol)
                return symbol
        raise NoTokenError

    @property
    def settled_bits(self) -> int:
        """The bits that have left the window of 62."""
        return self.scale - 62


def frequencies_of(coder: ArithmeticCoder) -> list[int]:
    return [int(f) for f in coder.frequencies.values]


def exact_payload(coder: ArithmeticCoder, message: Sequence[int]) -> bitarray:
    exact = Exact(frequencies_of(coder))
    for symbol in message:
        exact.push(symbol)
    return exact.payload()


def exact_decode(coder: ArithmeticCoder, bits: bitarray, count: int) -> list[int] | None:
    """The tokens of a payload, or None where the decoder must refuse it."""
    exact = Exact(frequencies_of(coder))
    try:
        symbols = [exact.pop(bits) for _ in range(count)]
    except NoTokenError:
        return None
    return symbols if exact.settled_bits <= len(bits) else None


def decode_or_none(coder: ArithmeticCoder, bits: bitarray, count: int) -> list[int] | None:
    try:
        return [int(symbol) for symbol in coder.decode(bits, count)]
    except CorruptError:
        return None


def symbols_of(values: Sequence[int], size: int) -> Symbols:
    return np.array(values, dtype=smallest_dtype(size))


def bits_of(string: str) -> bitarray:
    return bitarray(string, endian="big")


def random_bits(rng: np.random.Generator, count: int) -> bitarray:
    bits = bitarray(endian="big")
    bits.frombytes(rng.bytes(count // 8 + 1))
    return bits[:count]


def ideal_of(coder: ArithmeticCoder, symbols: Symbols) -> float:
    """Σ (40 - log2 f), term by term."""
    counts = np.bincount(symbols, minlength=coder.size).tolist()
    return math.fsum(
        count * (TOTAL_BITS - math.log2(f)) for count, f in zip(counts, frequencies_of(coder), strict=True) if count
    )


def slack_of(coder: ArithmeticCoder, symbols: Symbols) -> tuple[float, float]:
    return coder.slack_bits(np.bincount(symbols, minlength=coder.size).astype(np.int64))


def check_message(coder: ArithmeticCoder, symbols: Symbols, rounding: float = MANY) -> float:
    """Encode, hold the length against the bounds, decode with random bits behind; returns bits above ideal."""
    bits = coder.encode(symbols)
    ideal = ideal_of(coder, symbols)
    below, above = slack_of(coder, symbols)
    assert ideal - below - rounding <= len(bits) < ideal + 2 + above + rounding
    assert coder.ideal_bits(symbols) == pytest.approx(ideal, rel=1e-13, abs=1e-9)
    rng = np.random.Generator(generator(symbols.size))
    for payload in (bits, bits + random_bits(rng, 100), bits + bits_of("1" * 100)):
        decoded = coder.decode(payload, symbols.size)
        assert decoded.dtype == symbols.dtype
        assert np.array_equal(decoded, symbols)
    return len(bits) - ideal


RARE = TOTAL - 1

# Small worlds: fair, skewed, extreme, with gaps, of whole shares and of repeating ones.
TABLES: list[list[int]] = [
    [1],
    [0, 1, 0],
    [1, 1],
    [3, 1],
    [1, 3],
    [2, 1],
    [7, 3],
    [10**12 - 1, 1],
    [1, 10**12 - 1],
    [1, RARE],
    [RARE, 1],
    [0, 1, 1],
    [1, 0, 2],
    [2, 1, 0],
    [1, 1, 1],
    [1, 2, 4],
    [1, TOTAL - 2, 1],
    [TOTAL - 2, 1, 1],
    [1000, 1, 1],
    [3, TOTAL - 6, 3],
]


def messages(table: Sequence[int], longest: int) -> Iterator[tuple[int, ...]]:
    """Every message of up to `longest` tokens that are possible."""
    possible = [symbol for symbol, weight in enumerate(table) if weight]
    for count in range(longest + 1):
        yield from itertools.product(possible, repeat=count)


# Golden bits


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("message", "payload"),
    [("", ""), ("0", "0"), ("1", "11"), ("00", "0"), ("01", "101"), ("10", "110"), ("11", "1111")],
)
def test_payloads_of_three_quarters_against_one_worked_by_hand(message: str, payload: str) -> None:
    """q = (3/4, 1/4), every boundary exact.  In sixteenths:

    ""  [0, 16)   the empty string: any point will do
    0   [0, 12)   1 bit holds blocks of 8: [0, 8) = 0
    1   [12, 16)  2 bits, blocks of 4: [12, 16) = 11
    00  [0, 9)    [0, 8) = 0
    01  [9, 12)   blocks of 4 begin at 8 and 12, too early and too late; 3 bits: [10, 12) = 101
    10  [12, 15)  blocks of 4 end at 16, too late; 3 bits: [12, 14) = 110
    11  [15, 16)  4 bits: 1111
    """
    coder = ArithmeticCoder.of([3, 1])
    assert coder.encode(symbols_of([int(token) for token in message], 2)).to01() == payload


@pytest.mark.both_forms
def test_fair_bits_are_written_as_they_are() -> None:
    coder = ArithmeticCoder.of([1, 1])
    for message in messages([1, 1], 6):
        assert coder.encode(symbols_of(message, 2)).to01() == "".join(map(str, message))


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("size", "bits", "digest"),
    [(2, 966, "d8129de4286dc4fd"), (7, 12328, "14b19cba3781614b"), (300, 41944, "683c1fb5abade5d5")],
)
def test_the_same_message_gives_these_very_bits_compiled_or_not(size: int, bits: int, digest: str) -> None:
    payload = golden_coder(size).encode(symbols_of(golden_message(size), size))
    assert len(payload) == bits
    assert hashlib.sha256(payload.tobytes()).hexdigest()[:16] == digest


def golden_coder(size: int) -> ArithmeticCoder:
    return ArithmeticCoder.of([10**6 // rank**2 + 1 for rank in range(1, size + 1)])


def golden_message(size: int) -> list[int]:
    return [(i * i * 7 + i) % size for i in range(3000)]


@pytest.mark.both_forms
@pytest.mark.parametrize("size", [2, 7, 300])
def test_the_golden_bits_are_those_of_exact_arithmetic(size: int) -> None:
    coder, message = golden_coder(size), golden_message(size)[:700]
    assert coder.encode(symbols_of(message, size)) == exact_payload(coder, message)


# Every short message


def check_every_message(table: Sequence[int], longest: int) -> None:
    coder = ArithmeticCoder.of(table)
    for count, group in itertools.groupby(messages(table, longest), key=len):
        payloads = []
        for message in group:
            symbols = symbols_of(message, len(table))
            bits = coder.encode(symbols)
            below, above = slack_of(coder, symbols)
            excess = len(bits) - ideal_of(coder, symbols)
            assert -below - FEW <= excess < 2 + above + FEW, (message, excess)
            assert bits == exact_payload(coder, message), message
            assert coder.decode(bits, count).tolist() == list(message)
            payloads.append(bits.to01())
        # In dictionary order a payload's extensions follow it directly.
        payloads.sort()
        assert not any(later.startswith(payload) for payload, later in itertools.pairwise(payloads))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_short_message_is_exact_within_2_bits_and_no_beginning_of_another(table: list[int]) -> None:
    check_every_message(table, 5)


@pytest.mark.both_forms
@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_message_of_up_to_3_tokens_is_exact_within_2_bits(table: list[int]) -> None:
    check_every_message(table, 3)


@pytest.mark.both_forms
@pytest.mark.parametrize("table", TABLES, ids=str)
def test_whatever_three_bits_follow_the_message_stays_the_same(table: list[int]) -> None:
    coder = ArithmeticCoder.of(table)
    for message in messages(table, 3):
        bits = coder.encode(symbols_of(message, len(table)))
        for follow in itertools.product("01", repeat=3):
            assert coder.decode(bits + bits_of("".join(follow)), len(message)).tolist() == list(message)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_whatever_hundred_bits_follow_the_message_stays_the_same(table: list[int]) -> None:
    coder = ArithmeticCoder.of(table)
    rng = np.random.Generator(generator(2))
    follows = [bits_of("0" * 100), bits_of("1" * 100), *(random_bits(rng, 100) for _ in range(3))]
    for message in messages(table, 5):
        bits = coder.encode(symbols_of(message, len(table)))
        for follow in follows:
            assert coder.decode(bits + follow, len(message)).tolist() == list(message)


@given(st.lists(st.integers(0, 10**14), min_size=1, max_size=12).filter(any), st.data())
def test_any_message_over_any_table_is_that_of_exact_arithmetic(weights: list[int], data: st.DataObject) -> None:
    coder = ArithmeticCoder.of(weights)
    possible = [symbol for symbol, weight in enumerate(weights) if weight]
    message = data.draw(st.lists(st.sampled_from(possible), max_size=80))
    bits = coder.encode(symbols_of(message, len(weights)))
    assert bits == exact_payload(coder, message)
    follow = bits_of(data.draw(st.text("01", max_size=100)))
    assert coder.decode(bits + follow, len(message)).tolist() == message


# The derivation of the slack


@pytest.mark.both_forms
@given(st.integers(1 << 54, 1 << 62), st.integers(0, TOTAL))
def test_a_boundary_is_the_exact_floor_of_the_cut_width_times_c_over_2_to_the_40(width: int, c: int) -> None:
    assert _boundary(width, c) == (width - width % (1 << 18)) * c // TOTAL


@pytest.mark.both_forms
def test_boundaries_are_exact_at_the_extremes_of_width_and_c() -> None:
    widths = {(1 << k) + d for k in (54, 55, 58, 61, 62) for d in (-(1 << 18), -1, 0, 1, (1 << 18) - 1, 1 << 18)}
    for width in widths:
        if 1 << 54 <= width <= 1 << 62:
            for c in (0, 1, 2, 3, TOTAL // 3, TOTAL // 2, TOTAL - 2, TOTAL - 1, TOTAL):
                assert _boundary(width, c) == (width - width % (1 << 18)) * c // TOTAL


@given(
    st.integers(1 << 54, 1 << 62),
    st.integers(1, TOTAL).flatmap(lambda f: st.tuples(st.just(f), st.integers(0, TOTAL - f))),
)
def test_a_tokens_part_of_the_interval_is_within_the_documented_factors_of_its_due(
    width: int, place: tuple[int, int]
) -> None:
    """f/T·(1 - 2^-36) - 2^-54 < part < f/T + 2^-54."""
    f, begin = place
    cut = width - width % (1 << 18)
    part = Fraction(cut * (begin + f) // TOTAL - cut * begin // TOTAL, width)
    due = Fraction(f, TOTAL)
    assert due * (1 - Fraction(1, 1 << 36)) - Fraction(1, 1 << 54) < part < due + Fraction(1, 1 << 54)


def excess_of_interval(coder: ArithmeticCoder, message: Sequence[int]) -> float:
    """log2(1/width) - Σ -log2 q̂ of the exact interval, bits; accurate even where it is 1e-12."""
    exact = Exact(frequencies_of(coder))
    due = Fraction(1)
    for symbol in message:
        exact.push(symbol)
        due *= Fraction(frequencies_of(coder)[symbol], TOTAL)
    ratio = Fraction(exact.width, 1 << exact.scale) / due
    return -math.log1p(ratio - 1) / math.log(2)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_the_slack_bounds_the_exact_interval_of_every_short_message(table: list[int]) -> None:
    coder = ArithmeticCoder.of(table)
    for message in messages(table, 4):
        below, above = slack_of(coder, symbols_of(message, len(table)))
        # Rounding of the slack itself: a few parts in 2^53 of it, and of 1.
        rounding = 1e-15
        assert -below - rounding <= excess_of_interval(coder, message) <= above + rounding, message


@given(st.lists(st.integers(1, 10**14), min_size=2, max_size=8), st.data())
def test_the_slack_bounds_the_exact_interval_of_any_message(weights: list[int], data: st.DataObject) -> None:
    coder = ArithmeticCoder.of(weights)
    message = data.draw(st.lists(st.integers(0, len(weights) - 1), min_size=1, max_size=60))
    below, above = slack_of(coder, symbols_of(message, len(weights)))
    assert -below - 1e-13 <= excess_of_interval(coder, message) <= above + 1e-13


def test_the_slack_is_thousandths_of_a_bit_for_10_million_ordinary_tokens_and_0_for_none() -> None:
    coder = ArithmeticCoder.of([10**6 // rank for rank in range(1, 257)])
    counts = (np.array(frequencies_of(coder)) * (10**7 / TOTAL)).astype(np.int64)
    below, above = coder.slack_bits(counts)
    assert 0 < below < above < 0.01
    assert coder.slack_bits(np.zeros(256, np.int64)) == (0.0, 0.0)


def test_the_slack_is_not_idle_an_interval_may_exceed_its_due() -> None:
    """Tokens of frequency 1 or 3 whose floors fall luckily get more than q̂: `below` has to be above 0."""
    coder = ArithmeticCoder.of([TOTAL - 4, 1, 3])
    least = min(excess_of_interval(coder, message) for message in itertools.product(range(3), repeat=4))
    below, _ = slack_of(coder, symbols_of([1] * 4, 3))
    assert -below <= least < 0


# Carries


def approach(frequencies: Sequence[int], target: Fraction, settled_bits: int, side: int) -> tuple[list[int], int]:
    """A message whose interval holds the target until its last token falls just below (-1) or above it (+1).

    Returned with S, the bits that were settled before that token: interval and target agree within 2^-S.
    """
    exact = Exact(frequencies)
    message: list[int] = []
    for _ in range(5000):
        scaled = target * (1 << exact.scale) - exact.low
        symbol = next(s for s in range(len(frequencies)) if exact.bounds(s)[0] <= scaled < exact.bounds(s)[1])
        if exact.settled_bits >= settled_bits and 0 <= symbol + side < len(frequencies):
            return [*message, symbol + side], exact.settled_bits
        exact.push(symbol)
        message.append(symbol)
    raise AssertionError("the target lies on a boundary")


def check_carry(coder: ArithmeticCoder, target: Fraction, settled_bits: int) -> None:
    """Just below k/2^j the bits end in a long run of ones, just above it a carry has made them zeros."""
    for side in (-1, 1):
        message, settled = approach(frequencies_of(coder), target, settled_bits, side)
        bits = coder.encode(symbols_of(message, coder.size))
        assert bits == exact_payload(coder, message), message
        assert coder.decode(bits, len(message)).tolist() == message
        due = int(target * (1 << settled)) - (side < 0)
        assert bits[:settled].to01() == f"{due:0{settled}b}"


@pytest.mark.parametrize("table", [[1, 1, 1], [3, 5, 7], [1, 10, 1], [1, 10, 4, 2]], ids=str)
@pytest.mark.parametrize("target", [Fraction(1, 2), Fraction(1, 4), Fraction(5, 8), Fraction(1, 256), Fraction(3, 512)])
def test_a_carry_runs_through_any_number_of_255s(table: list[int], target: Fraction) -> None:
    coder = ArithmeticCoder.of(table)
    for settled_bits in (*range(16, 64, 8), 128, 256, 392):
        check_carry(coder, target, settled_bits)


@pytest.mark.both_forms
def test_a_carry_through_a_thousand_bits_of_ones_is_made() -> None:
    check_carry(ArithmeticCoder.of([1, 1, 1]), Fraction(1, 2), 1000)


@pytest.mark.both_forms
@pytest.mark.parametrize("table", [[1, 1, 1], [1000, 1], [1, 1000], [1, RARE], [RARE, 1]], ids=str)
def test_no_carry_leaves_the_first_byte_at_the_very_top_of_the_interval(table: list[int]) -> None:
    coder, last = ArithmeticCoder.of(table), len(table) - 1
    for count in (1, 2, 10, 100, 300):
        exact = Exact(frequencies_of(coder))
        for _ in range(count):
            exact.push(last)
        assert exact.low + exact.width <= 1 << exact.scale
        assert coder.encode(symbols_of([last] * count, len(table))) == exact.payload()


# Extremes


def test_a_million_all_but_certain_tokens_cost_at_most_2_bits() -> None:
    coder = ArithmeticCoder.of([10**12 - 1, 1])
    assert frequencies_of(coder) == [TOTAL - 1, 1]
    symbols = np.zeros(1_000_000, np.uint8)
    # 10^6·1.3e-12 bits is next to nothing; the interval is short of 1 by as much, so 1 bit says which half.
    assert 0 < check_message(coder, symbols) < 1
    assert coder.encode(symbols).to01() == "0"


@pytest.mark.parametrize("position", [0, 1, 500_000, 999_999])
def test_a_token_of_probability_1e_minus_12_costs_its_40_bits_among_a_million(position: int) -> None:
    """q·2^40 = 1.0995 is 1 part, whose surprise is 40 bits and not 39.86."""
    coder = ArithmeticCoder.of([10**12 - 1, 1])
    symbols = np.zeros(1_000_000, np.uint8)
    symbols[position] = 1
    assert coder.surprises[1] == 40.0
    check_message(coder, symbols)
    assert 40 <= len(coder.encode(symbols)) <= 42


@pytest.mark.both_forms
@pytest.mark.parametrize("table", [[1], [0, 0, 5], [9, 0]])
def test_certainty_costs_0_bits_however_long_the_message(table: list[int]) -> None:
    coder = ArithmeticCoder.of(table)
    symbols = symbols_of([table.index(max(table))] * 3000, len(table))
    assert len(coder.encode(symbols)) == 0
    assert coder.ideal_bits(symbols) == 0.0
    assert coder.decode(bitarray(endian="big"), 3000).tolist() == symbols.tolist()
    assert coder.decode(bits_of("1" * 100), 3000).tolist() == symbols.tolist()


@pytest.mark.both_forms
@pytest.mark.parametrize("table", TABLES, ids=str)
def test_an_empty_message_costs_0_bits(table: list[int]) -> None:
    coder = ArithmeticCoder.of(table)
    assert coder.encode(symbols_of([], len(table))) == bitarray()
    assert coder.decode(bitarray(endian="big"), 0).tolist() == []
    assert coder.decode(bits_of("1011"), 0).tolist() == []


@pytest.mark.parametrize("bits_each", [1, 2, 4, 8, 16])
def test_a_uniform_q_over_2_to_the_k_tokens_writes_exactly_k_bits_each(bits_each: int) -> None:
    size = 1 << bits_each
    coder = ArithmeticCoder.of([1] * size)
    rng = np.random.Generator(generator(bits_each))
    symbols = rng.integers(0, size, 50_000).astype(smallest_dtype(size))
    bits = coder.encode(symbols)
    assert len(bits) == bits_each * 50_000
    # Whole shares: the payload is the symbols themselves.
    due = (symbols[:, None] >> np.arange(bits_each - 1, -1, -1).astype(symbols.dtype)) & 1
    assert bits == bitarray(due.astype(np.uint8).ravel().tolist(), endian="big")
    assert np.array_equal(coder.decode(bits, 50_000), symbols)


@pytest.mark.parametrize(
    ("table", "rare"), [([3, TOTAL - 3], 0), ([TOTAL - 3, 3], 1), ([TOTAL // 2, 3, TOTAL // 2 - 3], 1)]
)
def test_100_thousand_tokens_of_frequency_3_stay_within_the_slack(table: list[int], rare: int) -> None:
    coder = ArithmeticCoder.of(table)
    assert frequencies_of(coder)[rare] == 3
    symbols = symbols_of([rare] * 100_000, len(table))
    below, above = slack_of(coder, symbols)
    # 2^-14/3 relative each, in bits: 2.9e-5 a token.
    assert 2.9 < below < above < 3.0
    check_message(coder, symbols)


@pytest.mark.parametrize("frequency", [1, 2, 3, 5, 7])
def test_a_mixture_of_the_rarest_tokens_stays_within_the_slack(frequency: int) -> None:
    coder = ArithmeticCoder.of([frequency, frequency, TOTAL - 3 * frequency, frequency])
    rng = np.random.Generator(generator(frequency))
    check_message(coder, np.array([0, 1, 3], np.uint8)[rng.integers(0, 3, 50_000)])


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_60_thousand_tokens_of_frequency_1_come_back(place: str) -> None:
    """All of them share one bucket of the decoder's table, and are told apart by halving."""
    large = {"first": 0, "middle": 30_000, "last": 60_000}[place]
    weights = [1] * 60_001
    weights[large] = TOTAL - 60_000
    coder = ArithmeticCoder.of(weights)
    assert sorted(set(frequencies_of(coder))) == [1, TOTAL - 60_000]
    rng = np.random.Generator(generator(large))
    check_message(coder, rng.permutation(60_001).astype(np.uint16))
    check_message(coder, rng.integers(0, 60_001, 20_000).astype(np.uint16))


@pytest.mark.both_forms
@pytest.mark.parametrize("gap", [1, 2, 7, 8, 9, 10, 17, 100])
def test_tokens_between_gaps_of_impossible_ones_come_back(gap: int) -> None:
    """Gaps longer and shorter than the decoder's few tries; before, between and after the possible ones."""
    for ends in ((0, 0), (gap, 0), (0, gap), (gap, gap)):
        weights = [0] * ends[0]
        for weight in (5, 1, 10**13, 3):
            weights += [weight, *[0] * gap]
        weights += [1, *[0] * ends[1]]
        coder = ArithmeticCoder.of(weights)
        possible = np.flatnonzero(np.array(weights))
        rng = np.random.Generator(generator(gap))
        symbols = rng.choice(possible, 300).astype(smallest_dtype(len(weights)))
        check_message(coder, symbols)


@pytest.mark.both_forms
@pytest.mark.parametrize("table", [[0, 1], [1, 0], [1, 0, 1], [0, 0, 3, 1]])
def test_a_symbol_of_frequency_0_is_refused_by_name(table: list[int]) -> None:
    coder = ArithmeticCoder.of(table)
    impossible = table.index(0)
    symbols = symbols_of([table.index(1), impossible], len(table))
    assert coder.ideal_bits(symbols) == math.inf
    with pytest.raises(DataError, match=f"symbol {impossible} has frequency 0"):
        coder.encode(symbols)


@pytest.mark.both_forms
def test_a_symbol_outside_the_alphabet_is_refused() -> None:
    with pytest.raises(DataError, match="symbol 2 lies outside"):
        ArithmeticCoder.of([1, 1]).encode(symbols_of([0, 2], 3))


# Random tables


def random_table(case: int) -> list[int]:
    """Tables of 2 to 5000 tokens whose logarithms spread more and more."""
    rng = np.random.Generator(generator(case))
    size = (2, 3, 17, 256, 300, 5000)[case % 6]
    return [int(weight) + 1 for weight in np.exp(rng.normal(0, 1 + case % 7, size)) * 1e6]


@pytest.mark.parametrize("case", range(18))
def test_100_thousand_tokens_cost_their_ideal_and_less_than_2_bits_more(case: int) -> None:
    weights = random_table(case)
    coder = ArithmeticCoder.of(weights)
    rng = np.random.Generator(generator(1000 + case))
    p = np.array(frequencies_of(coder)) / TOTAL
    # Drawn from q itself, and all tokens alike, which makes the rare ones frequent.
    likely = rng.choice(len(weights), 100_000, p=p / p.sum())
    alike = rng.integers(0, len(weights), 100_000)
    for symbols in (likely, alike):
        check_message(coder, symbols.astype(smallest_dtype(len(weights))))


# An independent peer


def peer_bits(symbols: Symbols, probabilities: npt.NDArray[np.float64]) -> int:
    """The size that constriction's range coder needs for the same message and model."""
    encoder = constriction.stream.queue.RangeEncoder()
    model = constriction.stream.model.Categorical(probabilities, perfect=False)
    encoder.encode(symbols.astype(np.int32), model)
    return int(encoder.num_bits())


@pytest.mark.parametrize("case", [0, 1, 2, 3, 4, 6, 7, 8, 9])
def test_constrictions_range_coder_needs_about_as_much(case: int) -> None:
    """Ours within 2 bits of ideal; theirs, of 24-bit probabilities, within 0.01% and 64 bits of ours."""
    rng = np.random.Generator(generator(2000 + case))
    weights = [int(weight) for weight in np.exp(rng.normal(0, 1, len(random_table(case)))) * 1e6 + 1e4]
    coder = ArithmeticCoder.of(weights)
    p = np.array(weights) / sum(weights)
    symbols = rng.choice(len(weights), 100_000, p=p).astype(smallest_dtype(len(weights)))
    ours, theirs = len(coder.encode(symbols)), peer_bits(symbols, p)
    assert ours < coder.ideal_bits(symbols) + 2.01
    assert abs(theirs - ours) <= 1e-4 * ours + 64


# Damage


@pytest.mark.both_forms
@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_payload_cut_short_of_a_1_decodes_to_something_else_or_is_refused(table: list[int]) -> None:
    """The payload names the first block in the interval, so with a 1 of it lost the point lies below the interval."""
    coder = ArithmeticCoder.of(table)
    rng = np.random.Generator(generator(5))
    possible = np.flatnonzero(np.array(table))
    for count in (1, 2, 5, 12):
        message = rng.choice(possible, count).tolist()
        bits = coder.encode(symbols_of(message, len(table)))
        for kept in range(len(bits)):
            decoded = decode_or_none(coder, bits[:kept], count)
            assert decoded == exact_decode(coder, bits[:kept], count)
            if bits[kept:].any():
                assert decoded != message


@pytest.mark.both_forms
@pytest.mark.parametrize("table", [*TABLES, [1] * 5, [1] * 40, [10**13, *[1] * 20], [1, *[0] * 20, 1]], ids=str)
def test_any_payload_decodes_as_exact_arithmetic_says_or_is_refused(table: list[int]) -> None:
    coder = ArithmeticCoder.of(table)
    rng = np.random.Generator(generator(6))
    for case in range(25):
        length = int(rng.integers(0, 300))
        bits = (random_bits(rng, length), bits_of("1" * length), bits_of("0" * length))[case % 3]
        count = int(rng.integers(0, 40))
        decoded = decode_or_none(coder, bits, count)
        assert decoded == exact_decode(coder, bits, count)
        assert decoded is None or all(table[symbol] > 0 for symbol in decoded)


def test_damaged_payloads_never_lead_outside_the_alphabet() -> None:
    for case in range(12):
        weights = random_table(case)
        coder = ArithmeticCoder.of(weights)
        rng = np.random.Generator(generator(3000 + case))
        symbols = rng.integers(0, len(weights), 2000).astype(smallest_dtype(len(weights)))
        bits = coder.encode(symbols)
        for _ in range(40):
            damaged = bits.copy()
            damaged.invert(int(rng.integers(0, len(bits))))
            decoded = decode_or_none(coder, damaged[: int(rng.integers(0, len(bits) + 1))], 2000)
            assert decoded is None or (len(decoded) == 2000 and max(decoded) < len(weights))


@pytest.mark.both_forms
def test_a_point_in_what_the_parts_leave_unused_names_no_token() -> None:
    """Thirds: after one token the width is no multiple of 2^18, and the last few points belong to nobody."""
    coder = ArithmeticCoder.of([1, 1, 1])
    assert exact_decode(coder, bits_of("1" * 200), 20) is None
    with pytest.raises(CorruptError, match="names no token"):
        coder.decode(bits_of("1" * 200), 20)


@pytest.mark.both_forms
def test_a_payload_that_ends_before_its_window_does_is_refused() -> None:
    with pytest.raises(CorruptError, match="ends within"):
        ArithmeticCoder.of([1, 1]).decode(bits_of("0101"), 100)


@pytest.mark.both_forms
def test_bits_of_the_other_endianness_decode_to_the_same_symbols() -> None:
    """A bitarray's endianness is how it lies in memory; as a sequence of bits it is the same."""
    coder = ArithmeticCoder.of([3, 1, 2])
    message = [0, 2, 1, 1, 0, 2, 0, 0, 1, 2, 2]
    bits = coder.encode(symbols_of(message, 3))
    other = bitarray(bits, endian="little")
    assert other == bits
    assert coder.decode(other, len(message)).tolist() == message
