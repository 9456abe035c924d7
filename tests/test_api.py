"""Python as people guess it: names, arguments, and errors that say what would have been right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import compress
from compress import Distribution, decode_with, encode_with
from compress.cli.main import run
from compress.errors import DataError, SpecError
from compress.probability.zeros import ZeroPolicy

P = np.array([[0.7, 0.2, 0.1]] * 50)
TOKENS = np.arange(50) % 3


def test_the_coder_may_be_the_second_argument() -> None:
    assert compress.encode(b"abracadabra", "huffman") == compress.encode(b"abracadabra", coder="huffman")
    assert compress.encode(b"abracadabra", "huffman") != compress.encode(b"abracadabra")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda some: compress.encode(some), r"a bytes-like object is required, not 'str'; .* text.encode\(\)"),
        (lambda some: Distribution({"H": 0.7}), "takes whole weights; Distribution.of takes a dict or a spec"),  # type: ignore[arg-type]
        (lambda some: Distribution("dice:2"), "takes whole weights; Distribution.of takes a dict or a spec"),  # type: ignore[arg-type]
        (lambda some: compress.validate([0.7, 0.3]), r"not 'list'; .* names its tokens: \{'a': 0.7, 'b': 0.3\}"),  # type: ignore[arg-type]
        (lambda some: compress.validate("dice:1", [0.7, 0.3]), r"not 'list'; a dict names the tokens"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_guess_is_told_what_is_right(call: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        call("text")


def test_a_distribution_without_weights_is_none() -> None:
    with pytest.raises(DataError, match="2 tokens but 0 weights"):
        Distribution(("a", "b"))


def test_measures_of_vectors_are_at_hand() -> None:
    assert compress.entropy([0.5, 0.25, 0.25]) == 1.5
    assert compress.cross_entropy([0.5, 0.5], [0.25, 0.75]) == pytest.approx(
        compress.entropy([0.5, 0.5]) + compress.kl_divergence([0.5, 0.5], [0.25, 0.75])
    )
    assert compress.surprise([0.25]).tolist() == [2.0]


# ---------------------------------------------------------------- what the commands do


def test_weigh_takes_the_names_that_encode_with_has() -> None:
    logits = np.log(P) + 3
    made = compress.weigh(logits, TOKENS, logits=True, zeros="floor:1e-6")
    data = encode_with(logits, TOKENS, logits=True, zeros="floor:1e-6")
    assert (made.file_bytes, made.verdict) == (len(data), "pass")
    assert decode_with(data, logits, logits=True, zeros="floor:1e-6").tolist() == TOKENS.tolist()
    assert compress.weigh(np.log2(P), TOKENS, logits=True, base=2).loss_bits == pytest.approx(made.loss_bits)
    top, which = P[:, :2], np.tile(np.array([[0, 1]]), (50, 1))
    listed = compress.weigh(top, TOKENS, top_k=which, vocabulary=3)
    assert listed.file_bytes == len(encode_with(top, TOKENS, top_k=which, vocabulary=3))
    assert compress.weigh(P.tolist(), TOKENS.tolist()).loss_bits == pytest.approx(made.loss_bits)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_the_order_of_bytes_does_not_matter(dtype: str) -> None:
    little, big = P.astype(f"<{dtype}"), P.astype(f">{dtype}")
    assert compress.weigh(big, TOKENS.astype(">i4")) == compress.weigh(little, TOKENS)
    assert encode_with(big, TOKENS) == encode_with(little, TOKENS)


def test_with_a_floor_both_losses_are_named() -> None:
    """That of what was coded, which is the payload's, and that of the predictions."""
    logits = np.array([[0.0, -28.0]] * 2)
    made = compress.weigh(logits, [0, 1], logits=True, zeros="floor:1e-9")
    said = " ".join(str(made).split())
    assert (
        "loss 10.361633 nats/token 14.948676 bits/token with floor:1e-9, as it was coded; as predicted: 20.1977" in said
    )
    assert made.payload_bits == pytest.approx(2 * 14.948676, abs=2)
    certain = compress.weigh(np.array([[1.0, 0.0]] * 2), [0, 1], zeros="floor:1e-9")
    assert "as predicted: infinite" in str(certain)
    assert "as predicted" not in str(compress.weigh(P, TOKENS))


def test_inspect_takes_a_file_by_its_name_or_its_bytes(tmp_path: Path) -> None:
    data = compress.encode(b"to be or not to be")
    (tmp_path / "a.clen").write_bytes(data)
    [frame] = compress.inspect(data).frames
    made = compress.inspect(tmp_path / "a.clen")
    assert made.frames == [frame]
    assert made.name == str(tmp_path / "a.clen")
    assert "8 x file bytes" in str(made)
    assert '"schema": "codelen.inspect/1"' in made.to_json()
    (tmp_path / "bad.clen").write_bytes(data[:-1])
    with pytest.raises(compress.CompressError, match=r"bad\.clen: the file ends too early"):
        compress.inspect(tmp_path / "bad.clen")


def test_learn_has_the_tasks_and_options_of_the_command(tmp_path: Path) -> None:
    assert compress.learn(epochs=1).task == "coin"
    table = tmp_path / "t.csv"
    table.write_text("a,y\n" + "1,x\n2,z\n" * 30)
    made = compress.learn("labels", data=table, label="y", epochs=2, seed=3)
    assert (made.task, made.verdict, made.plan.seed) == ("labels", "pass", 3)
    text = tmp_path / "text"
    text.write_text("the cat sat on the mat. " * 20)
    assert compress.learn("text", file=text, epochs=0, zeros="floor:0.001").plan.zeros == ZeroPolicy.parse(
        "floor:0.001"
    )
    with pytest.raises(SpecError, match="'poetry' is nothing to learn; there are coin, labels, text"):
        compress.learn("poetry")
    with pytest.raises(SpecError, match="data and label go together"):
        compress.learn("labels", data=table)
    with pytest.raises(SpecError, match="file is for text; the task is labels"):
        compress.learn("labels", file=text)
    with pytest.raises(SpecError, match="data and label are for labels, and file is for text; the task is text"):
        compress.learn("text", data=table, label="y")
    text.write_text("short")
    with pytest.raises(DataError, match="text: 5 characters are too few"):
        compress.learn("text", file=text)


def test_what_is_learned_by_default_is_found_wherever_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert compress.learn("text", epochs=0).verdict == "pass"
    assert run(["learn", "text", "--epochs", "0", "--quiet"]) == 0


def test_laws_are_tried_by_their_names() -> None:
    made = compress.laws("gibbs", seed=4)
    assert ([law.name for law, _ in made.found], made.seed, made.verdict) == (["gibbs"], 4, "pass")


def test_sweep_takes_words_lists_and_an_executor(tmp_path: Path) -> None:
    words = ("bernoulli:{0.2..0.8:3}", ["true", "kt"])
    made = compress.sweep(*words, n=[50, 60], repeat=2)
    assert len(made.rows) == 12
    assert made == compress.sweep(*words, n="50,60", repeat=2)
    with ThreadPoolExecutor(2) as pool:
        assert made == compress.sweep(*words, n="50,60", repeat=2, keep=tmp_path / "rows.jsonl", executor=pool)
    assert made == compress.sweep(*words, n="50,60", repeat=2, keep=tmp_path / "rows.jsonl", resume=True)
    rows = made.to_rows()
    assert rows[0]["at_true"] == 0.2
    assert {"true", "assumed", "coder", "n", "measured", "excess", "excess_bits", "coverage", "verdict"} <= set(rows[0])
    with pytest.raises(SpecError, match="is not a coder"):
        compress.sweep("dice:1", coder="hufman")
