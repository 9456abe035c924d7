"""Counting models: the compiled loops are the plain ones bit for bit, and cost what the closed form says."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from bitarray import bitarray
from damage import is_message
from hypothesis import example, given
from hypothesis import strategies as st
from regret import asymptotic_regret

from compress.coders.streams.arithmetic import ArithmeticCoder
from compress.coders.streams.interval import LEAST_WIDTH_BITS
from compress.errors import CorruptError, DataError, LimitError, SpecError
from compress.models.counts import ALPHAS, Counting, most_counted, uneven_bits
from compress.models.driven import DrivenCoder
from compress.models.protocol import LARGEST_TOTAL
from compress.models.sequential import SequentialCoder
from compress.symbols import Symbols, smallest_dtype


def drawn(size: int, n: int, seed: int, skew: float = 1.0) -> Symbols:
    """n symbols of a distribution that is drawn, too."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return rng.choice(size, n, p=rng.dirichlet(np.full(size, skew))).astype(smallest_dtype(size))


@st.composite
def messages(draw: st.DrawFn) -> tuple[Counting, Symbols]:
    size = draw(st.sampled_from([1, 2, 3, 4, 5, 16, 17, 100, 256, 257, 1000]))
    n, seed = draw(st.integers(0, 120)), draw(st.integers(0, 2**32))
    model = Counting.of(draw(st.sampled_from(sorted(ALPHAS))), size)
    return model, drawn(size, n, seed, draw(st.sampled_from([0.05, 1.0, 50.0])))


@pytest.mark.both_forms
@given(messages())
@example((Counting.of("kt", 1), np.zeros(9, np.uint8)))
def test_the_compiled_loops_are_the_plain_ones_bit_for_bit(case: tuple[Counting, Symbols]) -> None:
    model, symbols = case
    fast, plain = SequentialCoder(model), DrivenCoder(model)
    bits = fast.encode(symbols)
    assert bits == plain.encode(symbols)
    assert fast.encode(symbols) == bits
    for behind in ("", "0" * 70, "1" * 70, "10" * 9):
        assert np.array_equal(fast.decode(bits + bitarray(behind), symbols.size), symbols)
    assert np.array_equal(plain.decode(bits, symbols.size), symbols)


@pytest.mark.both_forms
@given(messages())
def test_few_tokens_are_summed_to_the_same_bits(case: tuple[Counting, Symbols]) -> None:
    """The loop for long messages of 17 to 256 tokens is the plain one."""
    model, symbols = case
    plain, fast = np.zeros(1_000, np.uint8), np.zeros(1_000, np.uint8)
    if 16 < model.size <= 256:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("compress.models.counts.WORTH_IT", 1 << 40)
            expected = model.encode_into(symbols, plain)
            patch.setattr("compress.models.counts.WORTH_IT", 0)
            assert model.encode_into(symbols, fast) == expected
        assert np.array_equal(fast, plain)


@given(messages())
def test_a_message_costs_what_the_closed_form_says_and_less_than_two_bits_more(case: tuple[Counting, Symbols]) -> None:
    model, symbols = case
    coder = SequentialCoder(model)
    assert coder.ideal_bits(symbols) == pytest.approx(DrivenCoder(model).ideal_bits(symbols), abs=1e-8)
    assert coder.law(symbols).hold(len(coder.encode(symbols)))
    # The order of the tokens is of no account.
    assert coder.ideal_bits(np.sort(symbols)) == coder.ideal_bits(symbols)


def sequential(model: Counting, symbols: list[int]) -> Fraction:
    """Π q_t(x_t | past), from the definition."""
    chance = Fraction(1)
    for t, symbol in enumerate(symbols):
        count = symbols[:t].count(symbol)
        chance *= (count + model.alpha) / (t + model.size * model.alpha)
    return chance


@pytest.mark.parametrize("spec", ALPHAS)
def test_all_short_messages_are_a_prefix_free_code(spec: str) -> None:
    model = Counting.of(spec, 3)
    coder = SequentialCoder(model)
    for n in range(5):
        words = {}
        for symbols in itertools.product(range(3), repeat=n):
            bits = coder.encode(np.array(symbols, np.uint8))
            ideal = -math.log2(sequential(model, [*symbols]))
            assert ideal - 1e-9 <= len(bits) < ideal + 2
            words[bits.to01()] = symbols
        assert len(words) == 3**n
        for a, b in itertools.permutations(words, 2):
            assert not b.startswith(a)


@pytest.mark.parametrize(("size", "alpha"), [(2, "kt"), (4, "kt"), (256, "kt"), (256, "laplace")])
def test_the_price_of_learning_is_what_theory_says(size: int, alpha: str) -> None:
    """Exactly the lgamma form, within 3 bits; and for kt near the asymptotic one where the counts are large."""
    model = Counting.of(alpha, size)
    for n in (100, 1_000, 10_000, 100_000):
        symbols = drawn(size, n, seed=n, skew=5.0)
        counts = np.bincount(symbols, minlength=size)
        seen = counts[counts > 0]
        exact = (math.lgamma(n + size * float(model.alpha)) - math.lgamma(size * float(model.alpha))) / math.log(2)
        exact -= math.fsum(
            math.lgamma(c + float(model.alpha)) - math.lgamma(float(model.alpha)) for c in seen
        ) / math.log(2)
        assert SequentialCoder(model).ideal_bits(symbols) == pytest.approx(exact, abs=1e-6)
        assert 0 <= len(SequentialCoder(model).encode(symbols)) - exact < 3
        regret = exact - math.fsum(c * math.log2(n / c) for c in seen)
        if alpha == "kt" and counts.min() > 20:
            assert regret == pytest.approx(asymptotic_regret(size, n), abs=0.1 * size)


@pytest.mark.fuzz
@pytest.mark.timeout(600)
def test_a_table_of_regret() -> None:
    print("\n     K           n   payload - lgamma   regret   asymptotic   (K-1)/2·log2 n")
    for size in (2, 4, 256):
        for power in range(2, 8):
            n = 10**power
            symbols = drawn(size, n, seed=power, skew=50.0)
            counts = np.bincount(symbols, minlength=size)
            coder = SequentialCoder(Counting.of("kt", size))
            bits = coder.encode(symbols)
            exact, seen = coder.ideal_bits(symbols), counts[counts > 0]
            regret = exact - math.fsum(c * math.log2(n / c) for c in seen)
            slope = (size - 1) / 2 * math.log2(n)
            figures = (
                f"{len(bits) - exact:18.2f}",
                f"{regret:8.1f}",
                f"{asymptotic_regret(size, n):12.1f}",
                f"{slope:16.1f}",
            )
            said = " ".join((f"{size:6} {n:11,}", *figures))
            print(said + ("   (too few counts for the asymptotic form)" if counts.min() < 20 else ""))
            assert 0 <= len(bits) - exact < 3
            assert np.array_equal(coder.decode(bits, n), symbols)


def test_learning_is_cheaper_than_being_told_wrong() -> None:
    symbols = drawn(256, 100_000, seed=1, skew=0.1)
    told = ArithmeticCoder.of([1] * 256)
    assert len(SequentialCoder(Counting.of("kt", 256)).encode(symbols)) < len(told.encode(symbols))


@given(st.integers(1, 300), st.integers(0, 200), st.binary(max_size=40), st.sampled_from(sorted(ALPHAS)))
def test_damage_is_an_error_or_another_message(size: int, count: int, payload: bytes, spec: str) -> None:
    bits = bitarray(endian="big")
    bits.frombytes(payload)
    for coder in (SequentialCoder(Counting.of(spec, size)), DrivenCoder(Counting.of(spec, size))):
        is_message(coder, bits, count, size)


def test_a_payload_that_ends_early_is_corrupt() -> None:
    symbols = drawn(256, 2_000, seed=4)
    coder = SequentialCoder(Counting.of("kt", 256))
    bits = coder.encode(symbols)
    with pytest.raises(CorruptError, match=r"the payload of \d+ bits ends within its 2000 tokens"):
        coder.decode(bits[: len(bits) // 2], 2_000)
    with pytest.raises(CorruptError):
        DrivenCoder(Counting.of("kt", 256)).decode(bits[: len(bits) // 2], 2_000)


@pytest.mark.both_forms
def test_quick_and_plain_forms_refuse_the_same_payloads_that_end_early() -> None:
    symbols = drawn(4, 200, seed=5)
    quick, plain = SequentialCoder(Counting.of("kt", 4)), DrivenCoder(Counting.of("kt", 4))
    bits = quick.encode(symbols)
    refused = 0
    for cut in range(0, len(bits), 8):
        told = []
        for coder in (quick, plain):
            try:
                told.append(str(coder.decode(bits[:cut], 200).tolist()))
            except CorruptError as error:
                told.append(str(error))
        assert told[0] == told[1], cut
        refused += "ends within its 200 tokens" in told[0]
    assert refused > 3


def test_a_point_beyond_all_tokens_is_corrupt() -> None:
    ones = bitarray("1" * 200)
    # 2^62 // 3 leaves one point over.
    for coder in (SequentialCoder(Counting.of("laplace", 3)), DrivenCoder(Counting.of("laplace", 3))):
        with pytest.raises(CorruptError, match="the payload names no token 0"):
            coder.decode(ones, 5)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(DataError, match="lies outside an alphabet of 3 tokens"):
        SequentialCoder(Counting.of("kt", 3)).encode(np.array([0, 3], np.uint8))
    with pytest.raises(LimitError, match="more than kt counts in a message"):
        SequentialCoder(Counting.of("kt", 3)).decode(bitarray(), 1 << 30)
    with pytest.raises(SpecError, match="no counting model is called 'jeffreys'; there are kt, laplace"):
        Counting.of("jeffreys", 3)


def test_a_model_starts_anew_for_every_message() -> None:
    model = Counting.of("kt", 4)
    first, second = model.start(), model.start()
    first.update(2)
    assert first.interval(2) == (2, 3, 6)
    assert second.interval(2) == (2, 1, 4)
    assert [first.symbol_at(point) for point in range(6)] == [0, 1, 2, 2, 2, 3]


@pytest.mark.parametrize(("n", "size", "alpha"), [(1, 2, "1/2"), (1000, 256, "1/32"), (20_000, 3, "5/2")])
def test_what_uneven_parts_cost_is_the_sum_over_the_totals(n: int, size: int, alpha: str) -> None:
    a, b = Fraction(alpha).as_integer_ratio()
    due = math.fsum(-math.log1p(-(a * size + b * t) / 2**LEAST_WIDTH_BITS) for t in range(n)) / math.log(2)
    assert due <= uneven_bits(n, size, Fraction(alpha)) <= due * (1 + 1e-5) + b * n * 2.0**-LEAST_WIDTH_BITS


def test_where_not_one_token_can_be_counted_the_longest_message_is_empty() -> None:
    assert most_counted(LARGEST_TOTAL, Fraction(1)) == 0
    assert most_counted(LARGEST_TOTAL - 2, Fraction(1)) == 1
    assert most_counted(2 * LARGEST_TOTAL, Fraction(1)) == 0


def test_a_message_that_is_too_long_is_refused_by_both_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counting, "longest", 3)
    coder = SequentialCoder(Counting.of("kt", 2))
    payload = coder.encode(np.zeros(3, np.uint8))
    assert coder.decode(payload, 3).tolist() == [0, 0, 0]
    for attempt in (lambda: coder.encode(np.zeros(4, np.uint8)), lambda: coder.decode(payload, 4)):
        with pytest.raises(LimitError, match="4 tokens of 2 kinds are more than kt counts in a message"):
            attempt()
