"""A chain as Q: the compiled loops are the plain ones bit for bit, and cost what its rows say."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from bitarray import bitarray
from damage import refused
from hypothesis import given
from hypothesis import strategies as st

from compress.coders.protocol import Form, Table
from compress.errors import CorruptError, DataError
from compress.models.catalog import recipe_of, sequential
from compress.models.chains import Chained, chained
from compress.models.driven import DrivenCoder
from compress.models.sequential import SequentialCoder
from compress.probability.chain import Chain
from compress.probability.frequencies import TOTAL
from compress.symbols import smallest_dtype

STICKY = Chain.of([("a", [("a", 0.95), ("b", 0.05)]), ("b", [("a", 0.1), ("b", 0.9)])])


@st.composite
def models(draw: st.DrawFn) -> Chained:
    """Rows of any kind of number, each token able to follow each."""
    size = draw(st.integers(1, 12))
    rng = np.random.Generator(np.random.PCG64(draw(st.integers(0, 2**32))))
    shares = rng.dirichlet(np.full(size, draw(st.sampled_from([0.02, 1.0, 30.0]))), size + 1)
    rows = np.maximum(1, (shares * (TOTAL - 2 * size)).astype(np.int64))
    rows[:, 0] += TOTAL - rows.sum(axis=1)
    return Chained("chain", rows)


@pytest.mark.both_forms
@given(models(), st.integers(0, 80), st.integers(0, 2**32))
def test_the_compiled_loops_are_the_plain_ones_bit_for_bit(model: Chained, n: int, seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    symbols = rng.integers(0, model.size, n).astype(smallest_dtype(model.size))
    fast, plain = SequentialCoder(model), DrivenCoder(model)
    bits = fast.encode(symbols)
    assert bits == plain.encode(symbols)
    for behind in ("", "0" * 70, "1" * 70, "10" * 9):
        assert np.array_equal(fast.decode(bits + bitarray(behind), n), symbols)
    assert np.array_equal(plain.decode(bits, n), symbols)
    assert fast.law(symbols).hold(len(bits))
    assert fast.ideal_bits(symbols) == pytest.approx(plain.ideal_bits(symbols), abs=1e-9)


def test_all_short_messages_are_a_prefix_free_code_of_the_chain() -> None:
    coder = SequentialCoder(chained(STICKY))
    for n in range(1, 6):
        words = {}
        for symbols in itertools.product(range(2), repeat=n):
            chance = STICKY.stationary[symbols[0]] * math.prod(
                STICKY.matrix[a, b] for a, b in itertools.pairwise(symbols)
            )
            bits = coder.encode(np.array(symbols, np.uint8))
            assert -math.log2(chance) - 1e-6 <= len(bits) < -math.log2(chance) + 2
            words[bits.to01()] = symbols
        assert len(words) == 2**n
        assert not any(b.startswith(a) for a, b in itertools.permutations(words, 2))


def test_what_cannot_follow_has_no_price() -> None:
    coder = SequentialCoder(chained(Chain.of([("a", [("b", 1)]), ("b", [("a", 0.5), ("b", 0.5)])])))
    assert coder.ideal_bits(np.array([0, 0], np.uint8)) == math.inf
    assert coder.ideal_bits(np.array([0, 1], np.uint8)) == pytest.approx(math.log2(3), abs=1e-9)
    with pytest.raises(DataError, match="symbol 0 cannot follow symbol 0"):
        coder.encode(np.array([0, 0], np.uint8))


def test_what_independent_tokens_cost_with_it() -> None:
    model, p = chained(STICKY), np.array([0.3, 0.7])
    for n in (0, 1, 2, 4):
        due = sum(
            math.prod(p[x] for x in symbols) * model.ideal_bits(np.array(symbols, np.uint8))
            for symbols in itertools.product(range(2), repeat=n)
        )
        assert model.expected_bits(n, p) == pytest.approx(due, abs=1e-9)


def test_a_file_tells_every_row() -> None:
    table = recipe_of(STICKY).table(2)
    symbols = np.array([0, 0, 1, 1, 1, 0], np.uint8)
    assert sequential(table).encode(symbols) == SequentialCoder(chained(STICKY)).encode(symbols)
    for numbers in (table.numbers[:-1], (*table.numbers[:-2], 0, 1), (4,), (4, *[TOTAL] * 6)):
        with pytest.raises(DataError, match="a chain of 2 tokens has 3 rows that sum to 2\\^40 each"):
            sequential(Table(Form.RECIPE, 2, numbers))


@given(models(), st.integers(0, 100), st.binary(max_size=30))
def test_damage_is_an_error_or_another_message(model: Chained, count: int, payload: bytes) -> None:
    bits = bitarray(endian="big")
    bits.frombytes(payload)
    for coder in (SequentialCoder(model), DrivenCoder(model)):
        try:
            symbols = coder.decode(bits, count)
        except CorruptError:
            continue
        assert symbols.size == count
        assert symbols.size == 0 or int(symbols.max()) < model.size


@pytest.mark.fuzz
def test_ten_thousand_damaged_payloads_are_an_error_or_another_message() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    shares = rng.dirichlet(np.full(40, 0.3), 41)
    rows = np.maximum(1, (shares * (TOTAL - 100)).astype(np.int64))
    rows[:, 0] += TOTAL - rows.sum(axis=1)
    coder = SequentialCoder(Chained("chain", rows))
    honest = coder.encode(rng.integers(0, 40, 300).astype(np.uint8))
    errors = refused(coder, honest, 300, 40, times=10_000)
    print(f"\n{errors:,} of 10,000 are refused, the others are other messages")
    assert errors > 1_000


def test_the_step_that_cannot_be_is_the_one_that_is_named() -> None:
    # a may follow a, and does; b never follows b, and does at the end.
    coder = SequentialCoder(chained(Chain.of([("a", [("a", 0.5), ("b", 0.5)]), ("b", [("a", 1), ("b", 0)])])))
    with pytest.raises(DataError, match="symbol 1 cannot follow symbol 1"):
        coder.encode(np.array([0, 0, 1, 1], np.uint8))


def test_a_token_that_no_message_begins_with_follows_nothing() -> None:
    coder = SequentialCoder(Chained("chain", np.array([[TOTAL, 0]] * 3, np.int64)))
    with pytest.raises(DataError, match="symbol 1 cannot follow nothing"):
        coder.encode(np.array([1, 0], np.uint8))
