"""Any model with the arithmetic coder: whatever its whole numbers are, a message comes back and costs what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given, settings
from hypothesis import strategies as st

from compress.errors import CorruptError
from compress.models.driven import DrivenCoder
from compress.models.protocol import LARGEST_TOTAL
from compress.probability.frequencies import TOTAL
from compress.symbols import smallest_dtype


class Whims:
    """Frequencies that nobody can foresee, made of all that came; the total changes with every token."""

    def __init__(self, seed: int, size: int) -> None:
        self._seed, self._size = seed, size
        self._past: list[int] = []
        self._row = self._drawn()

    def _drawn(self) -> list[int]:
        rng = np.random.Generator(np.random.PCG64([self._seed, *self._past]))
        total = TOTAL if rng.random() < 0.3 else int(rng.integers(self._size, LARGEST_TOTAL))
        shares = rng.dirichlet(np.full(self._size, rng.choice([0.01, 1.0, 100.0])))
        row = (
            np.maximum(1, np.floor(shares * (total - 2 * self._size)).astype(np.int64))
            if total > 3 * self._size
            else None
        )
        row = np.ones(self._size, np.int64) if row is None else row
        row[int(rng.integers(self._size))] += total - int(row.sum())
        return [int(each) for each in row]

    def interval(self, symbol: int) -> tuple[int, int, int]:
        return sum(self._row[:symbol]), self._row[symbol], sum(self._row)

    def symbol_at(self, point: int) -> int:
        return int(np.searchsorted(np.cumsum(self._row), point, side="right"))

    def update(self, symbol: int) -> None:
        self._past.append(symbol)
        self._row = self._drawn()


@dataclass(frozen=True)
class Whimsical:
    """The recipe."""

    seed: int
    size: int
    spec: str = "whims"

    def start(self) -> Whims:
        return Whims(self.seed, self.size)


def comes_back(seed: int, size: int, n: int) -> None:
    coder = DrivenCoder(Whimsical(seed, size))
    rng = np.random.Generator(np.random.PCG64(seed))
    symbols = rng.integers(0, size, n).astype(smallest_dtype(size))
    bits = coder.encode(symbols)
    assert np.array_equal(coder.decode(bits, n), symbols)
    assert np.array_equal(coder.decode(bits + bitarray("10" * 40), n), symbols)
    # What is left over of an interval costs less than 2^-22 a token.
    assert -1e-6 <= len(bits) - coder.ideal_bits(symbols) < 2 + 1e-5 * n


@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(0, 25))
def test_a_model_of_any_whole_numbers_round_trips(seed: int, size: int, n: int) -> None:
    comes_back(seed, size, n)


@pytest.mark.fuzz
@pytest.mark.timeout(600)
@settings(max_examples=10_000)
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(0, 12))
def test_ten_thousand_models_of_any_whole_numbers_round_trip(seed: int, size: int, n: int) -> None:
    comes_back(seed, size, n)


@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(0, 25), st.binary(max_size=30))
def test_any_bits_are_an_error_or_a_message(seed: int, size: int, n: int, payload: bytes) -> None:
    bits = bitarray(endian="big")
    bits.frombytes(payload)
    try:
        symbols = DrivenCoder(Whimsical(seed, size)).decode(bits, n)
    except CorruptError:
        return
    assert symbols.size == n
    assert symbols.size == 0 or int(symbols.max()) < size


def test_the_ideal_is_the_sum_of_the_surprises() -> None:
    model = Whimsical(3, 4)
    predictor, bits = model.start(), 0.0
    for symbol in (0, 3, 1, 1):
        _, frequency, total = predictor.interval(symbol)
        bits += math.log2(total / frequency)
        predictor.update(symbol)
    assert DrivenCoder(model).ideal_bits(np.array([0, 3, 1, 1], np.uint8)) == pytest.approx(bits)
