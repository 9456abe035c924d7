"""Sparse rows: the likeliest tokens, and everything else for what is left; nothing lost, and its price."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress import decode_with, encode_with
from compress.cli.main import run
from compress.errors import CompressError, CorruptError, DataError, SpecError, ZeroProbabilityError
from compress.models.predictions import Manner
from compress.models.sparse import Listing, Sparse
from compress.probability.zeros import ZeroPolicy
from compress.training.weigh import weigh


def made_up(n: int, size: int, k: int, seed: int = 1, dtype: str = "f4") -> tuple[Any, Any, Any, Any]:
    """Whole rows, the k likeliest of each, their ids, and a token of each row."""
    rng = np.random.Generator(np.random.PCG64(seed))
    whole = rng.dirichlet(np.full(size, 0.1), n)
    ids = np.argsort(-whole, axis=1)[:, :k].astype(np.int32)
    tokens = np.array([rng.choice(size, p=row) for row in whole], np.int64)
    return whole, np.take_along_axis(whole, ids.astype(np.int64), axis=1).astype(dtype), ids, tokens


@pytest.mark.both_forms
@given(st.integers(0, 30), st.integers(1, 40), st.integers(0, 2**32), st.data())
def test_what_is_listed_and_what_is_not_come_back(n: int, size: int, seed: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, size))
    _, p, ids, tokens = made_up(n, size, k, seed, "f8")
    encoded = encode_with(p, tokens, top_k=ids, vocabulary=size)
    assert np.array_equal(decode_with(encoded, p, top_k=ids, vocabulary=size), tokens)
    rows = Sparse(p, Listing(ids, size))
    coded = rows.encode(tokens.astype(np.uint8))
    assert coded.bounds.hold(len(coded.payload))


def test_each_token_costs_what_its_row_says() -> None:
    n, size, k = 3_000, 500, 8
    _, p, ids, tokens = made_up(n, size, k, dtype="f8")
    made = weigh(p, tokens, listing=Listing(ids, size))
    loss = literals = 0.0
    for row, listed, token in zip(p, ids.tolist(), tokens.tolist(), strict=True):
        if token in listed:
            loss -= math.log2(row[listed.index(token)])
        else:
            loss -= math.log2(1 - row.sum())
            literals += math.log2(size - k)
    assert literals > 1_000
    assert made.loss_bits == pytest.approx(loss, abs=1e-5 * n)
    assert made.literal_bits == pytest.approx(literals)
    assert made.payload_bits == pytest.approx(loss + literals, abs=2.1 + 1e-5 * n)
    assert made.loss == pytest.approx((loss + literals) * math.log(2) / n, abs=1e-5)
    assert (made.terms["literals"], made.listed, made.size) == (made.literal_bits, k, size)
    assert sum(made.terms.values()) == pytest.approx(8 * made.file_bytes, abs=1e-6)
    assert made.verdict == "pass"


def test_logarithms_are_taken_as_they_are_and_not_as_a_softmax() -> None:
    _, p, ids, tokens = made_up(400, 100, 5, dtype="f8")
    plain = weigh(p, tokens, listing=Listing(ids, 100))
    for base in (math.e, 2.0):
        logs = np.log(p) / math.log(base)
        made = weigh(logs, tokens, manner=Manner(True, base), listing=Listing(ids, 100))
        assert made.loss_bits == pytest.approx(plain.loss_bits)
        assert made.payload_bits == plain.payload_bits


def test_all_tokens_listed_are_whole_rows_in_another_order() -> None:
    whole, p, ids, tokens = made_up(200, 20, 20, dtype="f8")
    sparse, dense = weigh(p, tokens, listing=Listing(ids, 20)), weigh(whole, tokens)
    assert sparse.literal_bits == 0
    assert sparse.loss_bits == pytest.approx(dense.loss_bits)
    assert sparse.payload_bits == pytest.approx(dense.payload_bits, abs=2)


def rows(p: Any, ids: Any, size: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any], int]:
    return np.array(p), np.array(ids), size


@pytest.mark.parametrize(
    ("given_rows", "tokens", "message"),
    [
        (rows([[0.5, 0.25]], [[1, 1]], 9), [1], "row 0 lists a token twice"),
        (rows([[0.5, 0.25]], [[1, 9]], 9), [1], "row 0 lists a token outside the vocabulary of 9"),
        (rows([[0.5, 0.25]], [[1, -1]], 9), [1], "row 0 lists a token outside the vocabulary of 9"),
        (rows([[0.5, 0.25]], [[1, 2, 3]], 9), [1], "ids are whole numbers of shape (1, 2), not int64 of shape (1, 3)"),
        (
            rows([[0.5, 0.25]], [[1.0, 2.0]], 9),
            [1],
            "ids are whole numbers of shape (1, 2), not float64 of shape (1, 2)",
        ),
        (rows([[0.5, 0.25]], [[1, 2]], 1), [0], "2 tokens are listed of a vocabulary of 1"),
        (rows([[0.5, 0.25]], [[1, 2]], 9), [9], "token 0 is 9, and the vocabulary has 9"),
        (rows([[0.5, 0.25]] * 2, [[1, 2]] * 2, 9), [8, 9], "token 1 is 9, and the vocabulary has 9"),
        (rows([[0.5, 0.25]], [[1, 2]], 9), [1, 2], "2 tokens have 1 rows of predictions: each token needs one"),
        (rows([[0.5, 0.75]], [[1, 2]], 9), [1], "row 0 sums to 1.25"),
        (rows([[0.5, -0.25]], [[1, 2]], 9), [1], "row 0 holds a number that is negative or not a number"),
        (rows([[0.5, math.nan]], [[1, 2]], 9), [1], "row 0 holds a number that is negative or not a number"),
    ],
)
def test_what_does_not_fit_is_refused(given_rows: Any, tokens: list[int], message: str) -> None:
    p, ids, size = given_rows
    with pytest.raises(DataError) as caught:
        encode_with(p, tokens, top_k=ids, vocabulary=size)
    assert str(caught.value).startswith(message)


def test_where_nothing_is_left_the_others_are_excluded() -> None:
    with pytest.raises(ZeroProbabilityError, match="it is token 1"):
        encode_with(np.array([[0.5, 0.5]] * 2), [1, 5], top_k=np.array([[1, 2]] * 2), vocabulary=9)
    with pytest.raises(SpecError, match="a zero policy needs whole rows"):
        Sparse(np.array([[0.5]]), Listing(np.array([[1]]), 9), Manner(zeros=ZeroPolicy.parse("floor:1e-9")))
    for half in ({"top_k": np.array([[1]])}, {"vocabulary": 9}):
        with pytest.raises(SpecError, match="sparse rows need both"):
            encode_with(np.array([[0.5]]), [1], **half)


def test_a_receiver_with_other_ids_is_told() -> None:
    _, p, ids, tokens = made_up(300, 50, 4)
    data = encode_with(p, tokens, top_k=ids, vocabulary=50)
    other = ids.copy()
    listed = (ids == tokens[:, None]).any(axis=1)
    place = int(np.argmax(listed))
    other[place, 0] = next(token for token in range(50) if token not in ids[place])
    # The rows are the same, and only the checksum of the content can tell.
    with pytest.raises(CorruptError, match="the content is damaged"):
        decode_with(data, p, top_k=other, vocabulary=50)
    with pytest.raises(DataError, match="it has 300 tokens of 50 kinds, and the predictions are 300 rows of 60"):
        decode_with(data, p, top_k=ids, vocabulary=60)


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_damage_is_an_error_or_the_original(seed: int, flips: int) -> None:
    _, p, ids, tokens = made_up(60, 30, 3)
    data = bytearray(encode_with(p, tokens, top_k=ids, vocabulary=30))
    for place in np.random.Generator(np.random.PCG64(seed)).integers(0, 8 * len(data), flips).tolist():
        data[place // 8] ^= 1 << place % 8
    with contextlib.suppress(CompressError):
        assert np.array_equal(decode_with(bytes(data), p, top_k=ids, vocabulary=30), tokens)


def test_the_command_weighs_and_gives_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    _, p, ids, tokens = made_up(500, 300, 6)
    for name, array in (("p", p), ("i", ids), ("t", tokens)):
        np.save(f"{name}.npy", array)
    sparse = ["weigh", "--probs", "p.npy", "--top-k", "i.npy", "--vocabulary", "300"]
    assert run([*sparse, "--tokens", "t.npy", "-o", "f.clen", "--json", "x.json"]) == 0
    out = capsys.readouterr().out
    assert "predictions  500 rows of 6 out of 300 probabilities, float32" in out
    assert "\nliterals " in out
    record = json.loads(Path("x.json").read_text())
    assert record["listed"] == 6
    assert record["ledger"]["literals"] == weigh(p, tokens, listing=Listing(ids, 300)).literal_bits
    assert run([*sparse, "--decode", "f.clen", "-o", "b.npy"]) == 0
    assert np.array_equal(np.load("b.npy"), tokens)
    assert run([*sparse, "--decode", "f.clen", "-o", "i.npy", "-f"]) == 1
    assert "i.npy: is the input" in capsys.readouterr().err
    assert run(["weigh", "--probs", "p.npy", "--top-k", "i.npy", "--tokens", "t.npy"]) == 2
    assert "--top-k IDS.npy and --vocabulary K go together" in capsys.readouterr().err


@pytest.mark.fuzz
@pytest.mark.timeout(600)
def test_ten_thousand_damaged_files_are_an_error_or_the_original() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    _, p, ids, tokens = made_up(60, 30, 3)
    honest, errors = encode_with(p, tokens, top_k=ids, vocabulary=30), 0
    for _ in range(10_000):
        data = bytearray(honest)
        for place in rng.integers(0, 8 * len(data), rng.integers(1, 9)).tolist():
            data[place // 8] ^= 1 << place % 8
        cut = int(rng.integers(0, len(data) + 1)) if rng.random() < 0.3 else len(data)
        try:
            assert np.array_equal(decode_with(bytes(data[:cut]), p, top_k=ids, vocabulary=30), tokens)
        except CompressError:
            errors += 1
    print(f"\n{errors:,} of 10,000 are errors, the others the original")
    assert errors > 9_000
