"""A model's loss and the code that has that length; predictions that are none; memory."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compress.cli.main import run
from compress.errors import DataError
from compress.experiments.weigh import array_of, weigh
from compress.models.rows import Rows


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made_up(n: int = 2_000, size: int = 50, dtype: str = "f4") -> tuple[Any, Any, Any]:
    """Logits, their softmax, and a token of each row."""
    rng = np.random.Generator(np.random.PCG64(n + size))
    logits = (2 * rng.normal(size=(n, size))).astype(dtype)
    wide = np.exp(logits.astype(np.float64))
    p = wide / wide.sum(axis=1, keepdims=True)
    tokens = np.array([rng.choice(size, p=row) for row in p], np.int64)
    return logits, p.astype(dtype), tokens


def saved(**arrays: Any) -> None:
    for name, array in arrays.items():
        np.save(f"{name}.npy", array)


@pytest.mark.parametrize(("dtype", "near"), [("f8", 1e-9), ("f4", 1e-6), ("f2", 2e-3)])
@pytest.mark.parametrize("are_logits", [False, True])
def test_the_loss_is_the_payload(dtype: str, near: float, are_logits: bool) -> None:
    logits, p, tokens = made_up(dtype=dtype)
    made = weigh(logits if are_logits else p, tokens, are_logits=are_logits)
    wide = np.exp(logits.astype(np.float64))
    exact = p.astype(np.float64) if not are_logits else wide / wide.sum(axis=1, keepdims=True)
    loss = -math.fsum(np.log(exact[np.arange(tokens.size), tokens])) / tokens.size
    assert made.loss == pytest.approx(loss, abs=1e-12)
    assert made.perplexity == pytest.approx(math.exp(loss))
    assert (made.bits_per_token or 0) == pytest.approx(loss / math.log(2), abs=near + 2 / tokens.size)
    assert sum(made.terms.values()) == pytest.approx(made.payload_bits, abs=1e-6)
    assert abs(made.terms["code"]) < near * tokens.size
    assert -0.01 < made.terms["coder"] < 2.01
    assert (made.checks.round_trip, made.checks.exact_length, made.verdict) == (True, True, "pass")


def test_logits_are_read_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    logits, _, tokens = made_up()
    whole = weigh(logits, tokens, are_logits=True)
    monkeypatch.setattr("compress.models.rows._BYTES_AT_A_TIME", 8 * 50 * 7)
    sizes = [len(rows) for _, rows in Rows(logits, are_logits=True)._parts()]
    assert max(sizes) == 7
    assert sum(sizes) == 2_000
    again = weigh(logits, tokens, are_logits=True)
    assert again.loss_bits == pytest.approx(whole.loss_bits, rel=1e-14)
    assert replace(again, loss_bits=whole.loss_bits) == whole


def test_a_mapped_file_is_weighed_as_the_array_is() -> None:
    _, p, tokens = made_up()
    saved(p=p, t=tokens)
    assert isinstance(array_of("p.npy"), np.memmap)
    assert weigh(array_of("p.npy"), array_of("t.npy")) == weigh(p, tokens)
    np.savez("p.npz", anything=p)
    assert np.array_equal(array_of("p.npz"), p)


def test_bytes_of_the_text_give_bits_a_byte() -> None:
    _, p, tokens = made_up(400)
    made = weigh(p, tokens, content_bytes=1_600)
    assert made.bits_per_byte == made.payload_bits / 1_600
    assert weigh(p, tokens).bits_per_byte is None
    nothing = weigh(p[:0], tokens[:0])
    assert (nothing.loss, nothing.perplexity, nothing.bits_per_token, nothing.payload_bits) == (None, None, None, 0)


def test_a_wrong_decode_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    _, p, tokens = made_up(50)
    honest = Rows.decode
    monkeypatch.setattr(Rows, "decode", lambda *how: honest(*how) ^ 1)
    made = weigh(p, tokens)
    assert (made.checks.round_trip, made.verdict) == (False, "fail")


# ---------------------------------------------------------------- the command


def test_the_command_says_what_the_api_says(capsys: pytest.CaptureFixture[str]) -> None:
    _, p, tokens = made_up()
    saved(p=p, t=tokens)
    call = ["weigh", "--probs", "p.npy", "--tokens", "t.npy", "--bytes", "9000"]
    assert run([*call, "--json", "x.json", "--markdown", "x.md"]) == 0
    out = capsys.readouterr().out
    made, record = weigh(p, tokens, content_bytes=9_000), json.loads(Path("x.json").read_text())
    assert record["schema"] == "codelen.weigh/1"
    assert record["ledger"] == made.terms
    assert (record["payload_bits"], record["fingerprint"]) == (made.payload_bits, made.fingerprint)
    assert f"loss         {made.loss:.6f} nats/token" in out
    assert f"payload      {made.bits_per_token:.6f} bits/token" in out
    assert f"{made.bits_per_byte:.6f} bits/byte" in out
    assert "predictions  2,000 rows of 50 probabilities, float32" in out
    assert "The receiver holds the same predictions: their bits are not counted." in out
    assert "| payload " in Path("x.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("probs", "tokens", "says"),
    [
        ("p.npy", "gone.npy", "gone.npy: No such file or directory"),
        ("text", "t.npy", "text: is no array of numpy: "),
        ("empty", "t.npy", "empty: is no array of numpy: "),
        ("two.npz", "t.npy", "two.npz: holds 2 arrays, and one is wanted"),
        ("pickled.npy", "t.npy", "pickled.npy: is no array of numpy: "),
        ("t.npy", "t.npy", "t.npy: predictions are floats of shape (n, K), not int64 of shape (40,)"),
        ("p.npy", "p.npy", "p.npy: tokens are whole numbers of shape (n,), not float32 of shape (40, 50)"),
        (
            "l.npy",
            "t.npy",
            "l.npy: row 0 holds a number that is negative or none; --logits takes the softmax of logits",
        ),
        ("p.npy", "short.npy", "p.npy: 39 tokens have 40 rows of predictions: each takes one"),
        ("p.npy", "below.npy", "p.npy: token 3 is -1, and none is below 0"),
        ("p.npy", "beyond.npy", "p.npy: token 3 is 50, and the rows have 50 columns"),
        ("p.npy", "huge.npy", "p.npy: token 3 is 1152921504606846976, and the rows have 50 columns"),
        ("zero.npy", "t.npy", "zero.npy: Q gives token '"),
    ],
)
def test_what_cannot_be_weighed_is_said_in_a_line(
    probs: str, tokens: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logits, p, came = made_up(40)
    zero, below, beyond, huge = p.copy(), came.copy(), came.copy(), came.copy()
    zero[5] = 0
    zero[5, (came[5] + 1) % 50] = 1
    below[3], beyond[3], huge[3] = -1, 50, 1 << 60
    saved(p=p, l=logits, t=came, short=came[1:], zero=zero, below=below, beyond=beyond, huge=huge)
    np.save("pickled.npy", np.array([{}, []], object), allow_pickle=True)
    np.savez("two.npz", a=p, b=p)
    Path("text").write_text("a text, and a longer one than a header")
    Path("empty").touch()
    assert run(["weigh", "--probs", probs, "--tokens", tokens, "--json", "x.json"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"codelen: {says}")
    assert not Path("x.json").exists()


def test_an_input_is_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    _, p, tokens = made_up(20)
    saved(p=p, t=tokens)
    assert run(["weigh", "--probs", "p.npy", "--tokens", "t.npy", "--json", "t.npy"]) == 1
    assert "t.npy: is the input" in capsys.readouterr().err


def test_the_library_names_its_argument() -> None:
    logits, _, tokens = made_up(20)
    with pytest.raises(DataError, match=r"; are_logits=True takes the softmax of logits$"):
        weigh(logits, tokens)
