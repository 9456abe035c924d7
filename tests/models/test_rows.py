"""A network's own probabilities drive the coder: the payload has the loss, and the other end must have the same."""

from __future__ import annotations

import math
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from bitarray import bitarray
from hypothesis import given, settings
from hypothesis import strategies as st

from compress.coders.streams.arithmetic import ArithmeticCoder
from compress.errors import CorruptError, DataError, ZeroProbabilityError
from compress.models.rows import Rows
from compress.symbols import Symbols, smallest_dtype

Array = npt.NDArray[np.floating[Any]]


def softmax(n: int, size: int, seed: int, spread: float = 2.0, dtype: str = "f4") -> Array:
    rng = np.random.Generator(np.random.PCG64(seed))
    logits = spread * rng.normal(size=(n, size))
    p = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    rows: Array = (p / p.sum(axis=1, keepdims=True)).astype(dtype)
    return rows


def drawn(rows: Array, seed: int) -> Symbols:
    """A token of each row."""
    rng = np.random.Generator(np.random.PCG64(seed))
    wide = rows.astype(np.float64)
    chosen = [rng.choice(wide.shape[1], p=row / row.sum()) for row in wide]
    return np.array(chosen, smallest_dtype(max(wide.shape[1], 1)))


def loss_bits(rows: Array, symbols: Symbols) -> float:
    """Σ -log2 p_t(x_t): the cross-entropy that it was trained with."""
    return -math.fsum(np.log2(rows.astype(np.float64)[np.arange(symbols.size), symbols]))


@pytest.mark.both_forms
@settings(max_examples=25)
@given(st.integers(0, 60), st.sampled_from([1, 2, 3, 17, 256]), st.integers(0, 2**32), st.sampled_from(["f4", "f8"]))
def test_what_is_coded_comes_back_whatever_follows(n: int, size: int, seed: int, dtype: str) -> None:
    rows = softmax(n, size, seed, dtype=dtype)
    symbols = drawn(rows, seed)
    coded = Rows(rows).encode(symbols)
    assert coded == Rows(rows).encode(symbols)
    for behind in ("", "0" * 70, "1" * 70):
        assert np.array_equal(Rows(rows).decode(coded.payload + bitarray(behind), coded.fingerprint), symbols)
    assert coded.bounds.hold(len(coded.payload))


@pytest.mark.parametrize(("dtype", "near"), [("f8", 1e-9), ("f4", 1e-6), ("f2", 2e-3)])
def test_the_payload_has_as_many_bits_as_the_loss(dtype: str, near: float) -> None:
    rows = softmax(3_000, 256, 1, dtype=dtype)
    symbols = drawn(rows, 1)
    coded = Rows(rows).encode(symbols)
    # Each row is rescaled to sum to 1, which the floats of a softmax do nearly.
    assert coded.ideal_bits == pytest.approx(loss_bits(rows, symbols), abs=near * 3_000)
    assert -0.01 <= len(coded.payload) - coded.ideal_bits < 2.01


def test_one_row_for_all_is_the_static_coder() -> None:
    weights = [5, 3, 2, 6]
    rows = np.tile(np.array(weights) / 16, (500, 1))
    symbols = drawn(rows, 3)
    static = ArithmeticCoder.of(weights)
    assert Rows(rows).encode(symbols).payload == static.encode(symbols)


def test_rows_that_are_nearly_distributions_are_rescaled() -> None:
    exact = softmax(400, 50, 5, dtype="f8")
    symbols = drawn(exact, 5)
    for factor in (1 - 5e-5, 1 + 5e-5):
        bent = (exact * factor).astype(np.float32)
        assert Rows(bent).encode(symbols).ideal_bits == pytest.approx(loss_bits(exact, symbols), abs=4e-4)


# ---------------------------------------------------------------- the receiver


@given(st.integers(0, 199), st.integers(0, 29))
def test_a_receiver_whose_row_differs_by_one_unit_is_told(row: int, column: int) -> None:
    rows = softmax(200, 30, 8, dtype="f8")
    symbols = drawn(rows, 8)
    coded = Rows(rows).encode(symbols)
    other = rows.copy()
    # One part of 2^40 goes from one token to another.
    other[row, column] += 2.0**-39
    other[row, (column + 1) % 30] -= 2.0**-39
    with pytest.raises(CorruptError, match="coded with other predictions"):
        Rows(other).decode(coded.payload, coded.fingerprint)


@given(st.binary(max_size=60), st.integers(0, 40))
def test_damage_is_an_error_and_never_garbage(payload: bytes, n: int) -> None:
    rows = softmax(n, 7, 2)
    bits = bitarray(endian="big")
    bits.frombytes(payload)
    try:
        symbols = Rows(rows).decode(bits, 12_345)
    except CorruptError:
        return
    assert symbols.size == n


def test_a_payload_that_ends_early_is_corrupt() -> None:
    rows = softmax(300, 256, 4)
    coded = Rows(rows).encode(drawn(rows, 4))
    with pytest.raises(CorruptError):
        Rows(rows).decode(coded.payload[:100], coded.fingerprint)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((2, 1, math.nan), "row 2 holds a number that is negative or not a number"),
        ((2, 1, -0.25), "row 2 holds a number that is negative or not a number"),
        ((2, 1, math.inf), "row 2 holds a number that is negative or not a number"),
        ((2, 1, 0.5), r"row 2 sums to 1.25, and it must be 1 within 0.0001"),
        ((2, 1, 0.0), r"row 2 sums to 0.75, and it must be 1 within 0.0001"),
    ],
)
def test_a_row_that_is_no_distribution_is_named(change: tuple[int, int, float], says: str) -> None:
    rows = np.full((5, 4), 0.25, np.float32)
    row, column, value = change
    coded = Rows(rows).encode(np.zeros(5, np.uint8))
    rows[row, column] = value
    with pytest.raises(DataError, match=says):
        Rows(rows).encode(np.zeros(5, np.uint8))
    with pytest.raises(DataError, match=says):
        Rows(rows).decode(coded.payload, coded.fingerprint)


def test_a_law_has_room_for_what_an_interval_loses() -> None:
    """An end of two bits at most, and beyond it what parts of an interval are smaller than their shares."""
    coded = Rows(np.full((1000, 3), 1 / 3)).encode(np.zeros(1000, np.uint8))
    assert coded.bounds.least < coded.ideal_bits
    assert coded.bounds.below > coded.ideal_bits + 2 + 1e-8
    assert coded.bounds.hold(len(coded.payload))


def test_a_fingerprint_is_that_of_the_shares() -> None:
    """Σ w_j·(2j+1) over 2^40 of all rows."""
    coded = Rows(np.array([[0.5, 0.25, 0.25], [0.25, 0.75, 0.0]])).encode(np.array([0, 1], np.uint8))
    mark = ((1 << 39) + (1 << 38) * 3 + (1 << 38) * 5) + ((1 << 38) + 3 * (1 << 38) * 3)
    assert coded.fingerprint == zlib.crc32(mark.to_bytes(8, "little"))


def test_a_token_without_a_share_is_named_by_its_place_in_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a row is a part, and others came before the first."""
    monkeypatch.setattr("compress.models.rows._BYTES_AT_A_TIME", 8 * 3)
    rows = np.array([[0.5, 0.5, 0.0]] * 4)
    with pytest.raises(ZeroProbabilityError, match="it is token 12: its surprise is infinite"):
        Rows(rows, first=10).encode(np.array([0, 1, 2, 1], np.uint8))


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("chance", [0.0, 2.0**-41])
def test_a_token_without_a_share_is_named_wherever_it_stands(chance: float, last: bool) -> None:
    # A third is not a whole number over 2^40, so that something is left over for the last token.
    rows = np.array([[1 / 3, 2 / 3, chance]] * 3)
    if not last:
        rows = rows[:, [2, 0, 1]]
    place = 2 if last else 0
    never = rf"Q gives token '{place}' probability 0, yet it is token 1: its surprise is infinite"
    # Which is no infinite surprise, and as little to be coded.
    seldom = rf"row 1 gives its token {place} probability 4.55e-13, a surprise of 41.0 bits: it is below 2\^-40"
    with pytest.raises(DataError, match=seldom if chance else never) as caught:
        Rows(rows).encode(np.array([1, place, 1], np.uint8))
    assert isinstance(caught.value, ZeroProbabilityError) is (chance == 0)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (np.zeros((3, 2), np.int64), r"predictions are floats of shape \(n, K\), not int64 of shape \(3, 2\)"),
        (np.zeros(3), r"not float64 of shape \(3,\)"),
        (np.zeros((3, 2), np.complex128), "not complex128"),
        (np.zeros((3, 2), np.longdouble), "not float128"),
        (np.zeros((3, 0)), "predictions are of 1 to 262,144 tokens, not of 0"),
    ],
)
def test_what_are_no_predictions_is_refused(rows: Any, says: str) -> None:
    with pytest.raises(DataError, match=says):
        Rows(rows)


def test_tokens_that_do_not_fit_are_named() -> None:
    rows = Rows(np.full((3, 4), 0.25))
    with pytest.raises(DataError, match="2 tokens have 3 rows of predictions: each token needs one"):
        rows.encode(np.zeros(2, np.uint8))
    with pytest.raises(DataError, match="token 1 is 9, and the rows have 4 columns"):
        rows.encode(np.array([0, 9, 0], np.uint8))


def test_no_tokens_cost_nothing() -> None:
    coded = Rows(np.zeros((0, 5))).encode(np.zeros(0, np.uint8))
    assert (len(coded.payload), coded.ideal_bits) == (0, 0.0)
    assert Rows(np.zeros((0, 5))).decode(coded.payload, coded.fingerprint).size == 0
