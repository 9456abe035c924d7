"""Tokens coded with a model's own predictions: they come back with the same ones, and with no others."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from bitarray import bitarray
from hypothesis import example, given
from hypothesis import strategies as st

import compress
from compress import decode_with, encode_with
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.coders.protocol import Form, Table
from compress.errors import CompressError, CorruptError, DataError, LimitError, ZeroProbabilityError
from compress.frames import given as module
from compress.frames.format import BlockKind
from compress.frames.frame import Block, FrameWriter, read_frames
from compress.frames.given import decode_rows
from compress.frames.header import BLOCK_TOKENS, NO_LIMITS, Header, Limits
from compress.frames.inspections import inspect
from compress.probability.frequencies import TOTAL
from compress.sources.tokens import NUMBERS
from compress.symbols import Symbols

Array = npt.NDArray[np.floating[Any]]


def softmax(n: int, size: int, seed: int) -> Array:
    rng = np.random.Generator(np.random.PCG64(seed))
    p = np.exp(2 * rng.normal(size=(n, size)))
    rows: Array = p / p.sum(axis=1, keepdims=True)
    return rows


def drawn(rows: Array, seed: int) -> npt.NDArray[np.int64]:
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.array([rng.choice(rows.shape[1], p=row) for row in rows], np.int64)


@given(st.integers(0, 40), st.sampled_from([1, 2, 5, 300]), st.integers(0, 2**32))
def test_numbers_come_back_with_the_same_predictions(n: int, size: int, seed: int) -> None:
    rows = softmax(n, size, seed)
    numbers = drawn(rows, seed)
    data = encode_with(rows, numbers)
    assert encode_with(rows, numbers.tolist()) == data
    back = decode_with(data, rows)
    assert np.array_equal(back, numbers)
    assert back.dtype == (np.uint16 if size > 256 else np.uint8)
    assert np.array_equal(
        decode_with(encode_with(np.log(rows), numbers, logits=True), np.log(rows), logits=True), numbers
    )


def bigram(past: Symbols) -> Array:
    """What two of the tokens so far let expect of the next, of four."""
    row = np.full(4, 0.1)
    if past.size:
        row[int(past[-1])] += 0.3
    row[int(past.sum()) % 4] += 0.3 if past.size else 0.6
    return row


def test_a_function_of_the_past_decodes_as_it_goes() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    numbers = rng.integers(0, 4, 500)
    asked: list[int] = []

    def watched(past: Symbols) -> Array:
        asked.append(past.size)
        assert np.array_equal(past, numbers[: past.size])
        return bigram(past)

    data = encode_with(bigram, numbers)
    assert np.array_equal(decode_with(data, watched), numbers)
    # Each row once in its order, after one that tells how many columns there are.
    assert asked == [0, *range(500)]
    rows = np.stack([bigram(numbers[:t].astype(np.uint8)) for t in range(500)])
    assert encode_with(rows, numbers) == data
    assert np.array_equal(decode_with(data, rows), numbers)


def test_a_function_cannot_change_the_past() -> None:
    def meddling(past: Symbols) -> Array:
        past[:] = 0
        return np.full(2, 0.5)

    with pytest.raises(ValueError, match="read-only"):
        encode_with(meddling, [1, 0])


@given(st.integers(0, 2**32), st.data())
def test_models_of_any_whole_numbers_round_trip(seed: int, data: st.DataObject) -> None:
    """Rows of whole numbers over 2^40, as wild as they may be, by a function that looks at all that came."""
    size = data.draw(st.integers(1, 7))
    n = data.draw(st.integers(0, 30))

    def wild(past: Symbols) -> Array:
        rng = np.random.Generator(np.random.PCG64([seed, past.size, *past.tolist()]))
        cuts = np.sort(rng.integers(0, TOTAL + 1, size - 1)) if rng.random() < 0.7 else np.zeros(size - 1, np.int64)
        return np.diff([0, *cuts, TOTAL]) / TOTAL

    numbers: list[int] = []
    for _ in range(n):
        row = wild(np.array(numbers, np.uint8))
        numbers.append(data.draw(st.sampled_from(np.flatnonzero(row).tolist())))
    encoded = encode_with(wild, np.array(numbers, int))
    assert decode_with(encoded, wild).tolist() == numbers


def test_whoever_differs_by_one_unit_is_told_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_TOKENS", 100)
    rows = np.tile(np.array([[3, 4, 1]]) / 8, (450, 1))
    numbers = drawn(rows, 1)
    data = encode_with(rows, numbers)
    frame = next(read_frames(io.BytesIO(data), Limits()))
    assert [block.count for block in frame.blocks] == [100, 100, 100, 100, 50]
    assert np.array_equal(decode_with(data, rows), numbers)
    for place, column in ((230, 0), (299, 1), (0, 2), (449, 0)):
        other = rows.copy()
        # One unit of 2^40 from one token to another: none that came need be one of them.
        other[place, column] += 1 / TOTAL
        other[place, (column + 1) % 3] -= 1 / TOTAL
        first = 100 * (place // 100)
        last = min(first + 99, 449)
        with pytest.raises(
            CorruptError, match=f"block {place // 100}, tokens {first} to {last}: it was coded with other predictions"
        ):
            decode_with(data, other)


@pytest.mark.parametrize(
    ("probabilities", "numbers", "message"),
    [
        (np.full((2, 2), 0.5), [0], "1 tokens have 2 rows of predictions: each token needs one"),
        (np.full((2, 2), 0.5), [0, 2], "token 1 is 2, and the rows have 2 columns"),
        (np.full((2, 2), 0.5), [0, -1], "token 1 is -1, and none is below 0"),
        (np.full((2, 2), 0.5), [0.5, 1], "tokens are whole numbers of shape (n,), not float64 of shape (2,)"),
        (np.full((2, 2), 0.5), [[0, 1]], "tokens are whole numbers of shape (n,), not int64 of shape (1, 2)"),
        (np.array([[0.5, 0.5], [0.5, 0.4]]), [0, 1], "row 1 sums to 0.9, and it must be 1 within 1e-09"),
        (np.array([[0.5, 0.5], [math.nan, 1]]), [0, 1], "row 1 holds a number that is negative or not a number"),
        (np.array([[1, 0], [0, 1]]), [0, 1], "predictions are floats of shape (n, K), not int64 of shape (2, 2)"),
        (
            lambda past: [0.5, 0.5][: 2 - past.size],
            [0, 1],
            "the function's row 1 is float64 of shape (1,), and not float64 of shape (2,)",
        ),
        (
            lambda past: [[0.5, 0.5]],
            [0, 1],
            "the function's row 0 is float64 of shape (1, 2), and not floats of shape (K,)",
        ),
        (lambda past: [0.25, 0.5], [0, 1], "row 0 sums to 0.75"),
    ],
)
def test_what_does_not_fit_is_refused(probabilities: Any, numbers: Any, message: str) -> None:
    with pytest.raises(DataError) as caught:
        encode_with(probabilities, numbers)
    assert str(caught.value).startswith(message)


def test_a_row_far_on_is_named_by_its_own_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_TOKENS", 10)
    rows = np.full((35, 2), 0.5)
    rows[23] = [1, 0]
    with pytest.raises(ZeroProbabilityError, match="it is token 23"):
        encode_with(rows, [1] * 35)
    rows[17] = [1, 1]
    with pytest.raises(DataError, match="row 17 sums to 2"):
        encode_with(rows, [0] * 35)


def test_predictions_of_another_shape_are_refused() -> None:
    data = encode_with(np.full((3, 2), 0.5), [0, 1, 1])
    for other in (np.full((4, 2), 0.5), np.full((3, 4), 0.25), lambda past: np.full(3, 1 / 3)):
        with pytest.raises(DataError, match="it has 3 tokens of 2 kinds, and the predictions are"):
            decode_with(data, other)
    with pytest.raises(LimitError, match="the content is 6 bytes, and 5 are allowed"):
        decode_with(data, np.full((3, 2), 0.5), max_output=5)


def test_files_of_the_two_kinds_are_told_apart(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    data = encode_with(np.full((3, 2), 0.5), [0, 1, 1])
    with pytest.raises(DataError, match="it was coded with a model's own predictions, which are not in it"):
        compress.decode(data)
    with pytest.raises(DataError, match="it was not coded with predictions"):
        decode_with(compress.encode(b"aab"), np.full((3, 2), 0.5))
    with pytest.raises(CorruptError, match="2 frames, and the predictions are for one"):
        decode_with(data + data, np.full((3, 2), 0.5))
    (tmp_path / "x.clen").write_bytes(data)
    for command in ("decode", "test"):
        assert run([command, str(tmp_path / "x.clen")]) == 1
        assert "x.clen: it was coded with a model's own predictions" in capsys.readouterr().err


def test_what_stands_around_is_known_without_the_predictions(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Payload and container are the file; what the payload should have cost, nobody can tell."""
    n = BLOCK_TOKENS + 50
    data = encode_with(np.tile([[0.5, 0.25, 0.25]], (n, 1)), np.arange(n) % 3)
    [frame] = inspect(io.BytesIO(data), NO_LIMITS)
    assert frame.payload_bits + frame.ledger.container == 8 * len(data) == 8 * frame.file_bytes
    assert (frame.header.count, frame.blocks) == (n, 2)
    assert all(math.isnan(bits) for term, bits in frame.ledger.terms.items() if term != "container")
    assert (frame.empirical, frame.assumed) == (None, None)
    (tmp_path / "x.clen").write_bytes(data + compress.encode(b"aab"))
    assert run(["inspect", str(tmp_path / "x.clen"), "--json", str(tmp_path / "x.json")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"payload {frame.payload_bits:,} header" in shown
    assert f"8 x file bytes {8 * len(data):,} Not decoded: it was coded with a model's own" in shown
    assert "frame 2 of 2" in shown
    given, other = json.loads((tmp_path / "x.json").read_text())["frames"]
    assert (given["payload_bits"], given["ideal_bits"], given["entropy"]) == (frame.payload_bits, None, None)
    assert set(given["ledger"].values()) == {None, frame.ledger.container}
    assert other["ledger"]["entropy"] == pytest.approx(3 * math.log2(3) - 2)
    # Read to its end, all the same.
    damaged = bytearray(data)
    damaged[len(data) // 2] ^= 1
    with pytest.raises(CorruptError, match="the block is damaged"):
        inspect(io.BytesIO(bytes(damaged)), NO_LIMITS)
    with pytest.raises(CorruptError, match="the file ends too early"):
        inspect(io.BytesIO(data[:-4]), NO_LIMITS)


def a_frame(kind: BlockKind, table: Table, fingerprint: int | None) -> bytes:
    file = io.BytesIO()
    writer = FrameWriter(file, Header(choose("arithmetic"), NUMBERS, ("0", "1"), table, 1, 2))
    writer.block(Block(1, bitarray("0"), kind, fingerprint))
    writer.end(0)
    return file.getvalue()


def test_a_block_goes_with_its_model() -> None:
    coded = a_frame(BlockKind.CODED, Table(Form.GIVEN, 2), None)
    with pytest.raises(CorruptError, match="a block of kind 1 does not go with its model"):
        decode_with(coded, np.full((1, 2), 0.5))
    given_block = a_frame(BlockKind.GIVEN, Table(Form.EQUAL, 2), 5)
    with pytest.raises(CorruptError, match="a block of kind 3 does not go with its model"):
        compress.decode(given_block)


ROWS = softmax(120, 6, 9)
NUMBERS_SENT = drawn(ROWS, 9)
DATA = encode_with(ROWS, NUMBERS_SENT)


@given(st.integers(0, 8 * len(DATA) - 1), st.integers(0, len(DATA)))
@example(8 * len(DATA) - 1, len(DATA) - 1)
def test_damage_is_an_error_or_the_original(bit: int, length: int) -> None:
    flipped = bytearray(DATA)
    flipped[bit // 8] ^= 0x80 >> bit % 8
    for data in (bytes(flipped), DATA[:length]):
        try:
            assert np.array_equal(decode_with(data, ROWS), NUMBERS_SENT)
        except CompressError:
            continue


@pytest.mark.fuzz
@pytest.mark.timeout(600)
def test_ten_thousand_damaged_files_are_an_error_or_the_original() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    errors = 0
    for _ in range(10_000):
        data = bytearray(DATA)
        for place in rng.integers(0, 8 * len(data), rng.integers(1, 9)).tolist():
            data[place // 8] ^= 1 << place % 8
        cut = int(rng.integers(0, len(data) + 1)) if rng.random() < 0.3 else len(data)
        try:
            assert np.array_equal(
                decode_rows(io.BytesIO(data[:cut]), ROWS, limits=Limits(max_memory=1 << 20)), NUMBERS_SENT
            )
        except CompressError:
            errors += 1
    print(f"\n{errors:,} of 10,000 are errors, the others the original")
    assert errors > 9_000


def test_the_file_is_what_its_blocks_and_its_container_are() -> None:
    n = 1_000
    data = encode_with(np.full((n, 4), 0.25), np.zeros(n, int))
    frame = next(read_frames(io.BytesIO(data), Limits()))
    [block] = frame.blocks
    assert (len(block.payload), frame.header.tokens, frame.header.content_bytes) == (2 * n, ("0", "1", "2", "3"), 2 * n)
    # The alphabet is a number, and the model a form.
    assert (frame.parts["alphabet"], frame.parts["model"]) == (0, 8)
    assert frame.payload_bits + sum(frame.parts.values()) == 8 * len(data)


def test_a_content_checksum_that_is_wrong_is_seen() -> None:
    wrong = bytearray(DATA)
    wrong[-1] ^= 1
    with pytest.raises(CorruptError, match="the content is damaged: its size or checksum does not match"):
        decode_with(bytes(wrong), ROWS)
