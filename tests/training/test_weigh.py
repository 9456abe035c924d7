"""A model's loss and the code that has that length; predictions that are none; memory."""

from __future__ import annotations

import itertools
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from bitarray import bitarray

from compress import decode_with, encode_with
from compress.cli.main import run
from compress.errors import CorruptError, DataError, SpecError, ZeroProbabilityError
from compress.frames.given import decode_rows
from compress.models.predictions import Manner
from compress.models.rows import Rows
from compress.probability.zeros import ZeroPolicy
from compress.training import weigh as module
from compress.training.arrays import array_of
from compress.training.weigh import weigh


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
    made = weigh(logits if are_logits else p, tokens, manner=Manner(are_logits))
    wide = np.exp(logits.astype(np.float64))
    exact = p.astype(np.float64) if not are_logits else wide / wide.sum(axis=1, keepdims=True)
    loss = -math.fsum(np.log(exact[np.arange(tokens.size), tokens])) / tokens.size
    assert made.loss == pytest.approx(loss, abs=1e-12)
    assert made.perplexity == pytest.approx(math.exp(loss))
    assert (made.bits_per_token or 0) == pytest.approx(loss / math.log(2), abs=near + 2 / tokens.size)
    assert sum(made.terms.values()) == pytest.approx(8 * made.file_bytes, abs=1e-6)
    assert made.terms["container"] == 8 * made.file_bytes - made.payload_bits
    assert abs(made.terms["code"]) < near * tokens.size
    assert -0.01 < made.terms["coder"] < 2.01
    assert (made.checks.round_trip, made.checks.exact_length, made.verdict) == (True, True, "pass")
    assert made.checks.accounting is True


def test_logits_are_read_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    logits, _, tokens = made_up()
    whole = weigh(logits, tokens, manner=Manner(True))
    monkeypatch.setattr("compress.models.rows._BYTES_AT_A_TIME", 8 * 50 * 7)
    sizes = [len(rows) for _, _, rows in Rows(logits, Manner(are_logits=True))._parts()]
    assert max(sizes) == 7
    assert sum(sizes) == 2_000
    again = weigh(logits, tokens, manner=Manner(True))
    assert again.loss_bits == pytest.approx(whole.loss_bits, rel=1e-14)
    assert replace(again, loss_bits=whole.loss_bits) == whole


def test_a_file_is_weighed_as_the_array_is() -> None:
    _, p, tokens = made_up()
    saved(p=p, t=tokens)
    assert not isinstance(array_of("p.npy"), np.ndarray)
    assert weigh(array_of("p.npy"), array_of("t.npy")[:]) == weigh(p, tokens)
    np.savez("p.npz", anything=p)
    assert np.array_equal(array_of("p.npz")[:], p)


@pytest.mark.parametrize("shape", [(9,), (9, 1), (9, 4), (9, 3, 2), (0, 4), (9, 0)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_some_rows_of_a_file_are_those_of_the_array(shape: tuple[int, ...], order: Literal["C", "F"]) -> None:
    whole = np.asarray(np.arange(math.prod(shape), dtype=np.int32).reshape(shape), order=order)
    saved(x=whole)
    rows = array_of("x.npy")
    assert rows.shape == shape
    assert rows.dtype == np.int32
    for begin, end in ((0, 9), (2, 5), (4, 4), (7, 100)):
        assert rows[begin:end].shape == whole[begin:end].shape
        assert np.array_equal(rows[begin:end], whole[begin:end])


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_file_that_becomes_shorter_while_it_is_read_is_refused(order: Literal["C", "F"]) -> None:
    """A map of it would end the process without a word."""
    saved(x=np.ones((4_000, 5), order=order))
    rows = array_of("x.npy")
    os.truncate("x.npy", 4_000 * 5 * 8 - 20_000)
    assert rows[:10].sum() == 50 or order == "F"
    with pytest.raises(DataError, match=r"x.npy: became shorter while it was read"):
        rows[3_000:4_000]


def test_a_folder_of_parts_is_one_array(monkeypatch: pytest.MonkeyPatch) -> None:
    _, p, tokens = made_up()
    for name, cuts in (("p", (0, 700, 700, 701, 2_000)), ("t", (0, 1, 1_999, 2_000))):
        Path(name).mkdir()
        for number, (begin, end) in enumerate(itertools.pairwise(cuts)):
            np.save(f"{name}/{number:03}.npy", (p if name == "p" else tokens)[begin:end])
    Path("p/readme.txt").write_text("no part")
    monkeypatch.setattr("compress.models.rows._BYTES_AT_A_TIME", 8 * 50 * 300)
    rows = array_of("p")
    assert rows.shape == (2_000, 50)
    assert rows.dtype == np.float32
    for begin, end in ((0, 2_000), (699, 702), (700, 700), (1_500, 9_000)):
        assert np.array_equal(rows[begin:end], p[begin:end])
    assert weigh(rows, array_of("t")[:]) == weigh(p, tokens)
    np.save("p/004.npy", p[:3, :9])
    with pytest.raises(DataError, match=r"004.npy: float32 of shape \(3, 9\) does not fit the arrays before it"):
        array_of("p")
    Path("none").mkdir()
    with pytest.raises(DataError, match="none: holds no"):
        array_of("none")


# `resource` would tell the memory of who started it, where that is larger.
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.slow
def test_logits_that_do_not_fit_in_memory_are_weighed_in_little(tmp_path: Path) -> None:
    """Logits of 512 MiB in a sparse file, all 0: a process that weighs them has a fraction of that."""
    n, size = 1 << 16, 1 << 11
    np.lib.format.open_memmap("l.npy", "w+", np.float32, (n, size)).flush()
    np.save("t.npy", np.arange(n) % size)
    peak = (
        "from compress.cli.main import run; "
        "code = run(['weigh', '--probs', 'l.npy', '--tokens', 't.npy', '--logits', '--json', 'x.json', '-q']); "
        "told = dict(line.split(':') for line in open('/proc/self/status')); "
        "print(code, int(told['VmHWM'].split()[0]) >> 10)"
    )
    made = subprocess.run([sys.executable, "-c", peak], capture_output=True, text=True, check=True, timeout=100)
    code, mebibytes = map(int, made.stdout.split())
    assert code == 0
    assert mebibytes < 450
    assert json.loads(Path("x.json").read_text())["payload_bits"] == 11 * n


def test_bytes_of_the_text_give_bits_a_byte() -> None:
    _, p, tokens = made_up(400)
    made = weigh(p, tokens, content_bytes=1_600)
    assert made.bits_per_byte == made.payload_bits / 1_600
    assert weigh(p, tokens).bits_per_byte is None
    nothing = weigh(p[:0], tokens[:0])
    assert (nothing.loss, nothing.perplexity, nothing.bits_per_token, nothing.payload_bits) == (None, None, None, 0)


def test_a_payload_that_is_too_long_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    _, p, tokens = made_up(50)
    honest = Rows.encode
    monkeypatch.setattr(
        Rows, "encode", lambda *how: replace(made := honest(*how), payload=made.payload + bitarray("000"))
    )
    assert weigh(p, tokens).checks.failed == ("exact_length",)


def test_a_wrong_decode_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    _, p, tokens = made_up(50)
    monkeypatch.setattr(module, "decode_rows", lambda *how: decode_rows(*how) ^ 1)
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
    assert (record["payload_bits"], record["fingerprints"]) == (made.payload_bits, [*made.fingerprints])
    assert f"loss         {made.loss:.6f} nats/token" in out
    assert f"payload      {made.bits_per_token:.6f} bits/token, {made.payload_bits:,} bits" in out
    assert f"{made.bits_per_byte:.6f} bits/byte" in out
    assert "predictions  2,000 rows of 50 probabilities, float32" in out
    assert "The receiver holds the same predictions: their bits are not counted." in out
    assert "| coder " in Path("x.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("probs", "tokens", "says"),
    [
        ("p.npy", "gone.npy", "gone.npy: No such file or directory"),
        ("text", "t.npy", "text: is not a numpy array: "),
        ("empty", "t.npy", "empty: is not a numpy array: "),
        ("two.npz", "t.npy", "two.npz: holds 2 arrays; give one"),
        ("pickled.npy", "t.npy", "pickled.npy: is not a numpy array: "),
        ("t.npy", "t.npy", "t.npy: predictions are floats of shape (n, K), not int64 of shape (40,)"),
        ("p.npy", "p.npy", "p.npy: tokens are whole numbers of shape (n,), not float32 of shape (40, 50)"),
        (
            "l.npy",
            "t.npy",
            "l.npy: row 0 holds a number that is negative or not a number; --logits takes the softmax of logits",
        ),
        ("p.npy", "none_at_all.npy", "none_at_all.npy: tokens are whole numbers of shape (n,), not int64 of shape ()"),
        ("p.npy", "short.npy", "short.npy: 39 tokens have 40 rows of predictions: each token needs one"),
        ("p.npy", "below.npy", "below.npy: token 3 is -1, and none is below 0"),
        ("p.npy", "beyond.npy", "beyond.npy: token 3 is 50, and the rows have 50 columns"),
        ("p.npy", "huge.npy", "huge.npy: token 3 is 1152921504606846976, and the rows have 50 columns"),
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
    saved(
        p=p, l=logits, t=came, short=came[1:], zero=zero, below=below, beyond=beyond, huge=huge, none_at_all=np.array(3)
    )
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
    with pytest.raises(DataError, match=r"; logits=True takes the softmax of logits$"):
        weigh(logits, tokens)


# ---------------------------------------------------------------- the file, and the other end


def test_large_logits_are_no_larger_probabilities() -> None:
    """Only what is between them counts: e^800 is no number."""
    rows = np.array([[2.0, 0.0, 1.0]])
    same = Manner(True).probabilities(rows)
    for more in (800.0, -800.0):
        assert Manner(True).probabilities(rows + more) == pytest.approx(same)


def test_the_file_goes_to_another_process_that_has_the_predictions(capsys: pytest.CaptureFixture[str]) -> None:
    logits, _, tokens = made_up()
    saved(l=logits, t=tokens)
    assert run(["weigh", "--probs", "l.npy", "--tokens", "t.npy", "--logits", "-o", "f.clen", "--json", "x.json"]) == 0
    assert json.loads(Path("x.json").read_text())["file_bytes"] == Path("f.clen").stat().st_size
    call = [
        sys.executable,
        "-m",
        "compress",
        "weigh",
        "--decode",
        "f.clen",
        "--probs",
        "l.npy",
        "--logits",
        "-o",
        "back.npy",
    ]
    made = subprocess.run(call, capture_output=True, text=True, check=True, timeout=100)
    assert made.stdout == "back.npy: 2,000 tokens\n"
    assert np.array_equal(np.load("back.npy"), tokens)
    capsys.readouterr()
    # It is there, and stays as it is.
    assert run(call[3:]) == 1
    assert "back.npy" in capsys.readouterr().err
    other = logits.copy()
    other[1_234, 5] += 1e-3
    saved(l=other)
    Path("back.npy").unlink()
    assert run(call[3:]) == 1
    assert "f.clen: block 0, tokens 0 to 1,999: it was coded with other predictions" in capsys.readouterr().err
    assert not Path("back.npy").exists()


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        ("--tokens t.npy --decode f.clen -o b.npy", 2, "--decode only decodes: it takes --probs and -o"),
        ("--bytes 9 --decode f.clen -o b.npy", 2, "--decode only decodes: it takes --probs and -o"),
        ("--json x.json --decode f.clen -o b.npy", 2, "--decode only decodes: it takes --probs and -o"),
        ("--decode f.clen", 2, "--decode needs -o T.npy, for the tokens"),
        ("", 2, "weigh needs --tokens T.npy, or --decode F.clen"),
        ("--tokens t.npy --max-output 9", 2, "--max-output goes with --decode"),
        ("--tokens t.npy -o -", 2, "weigh -o needs the name of a file: it does not write to standard output"),
        ("--tokens t.npy -o f.clen", 1, "f.clen: "),
        ("--tokens gone.npy -o f.clen", 1, "f.clen: "),
        ("--tokens t.npy -o none/f.clen", 1, "none/f.clen: its directory does not exist"),
        ("--tokens t.npy -o t.npy -f", 1, "t.npy: is the input"),
        ("--decode f.clen -o p.npy -f", 1, "p.npy: is the input"),
        ("--decode f.clen -o f.clen -f", 1, "f.clen: is the input"),
        ("--decode p.npy -o b.npy", 1, "p.npy: not a codelen file, or damaged"),
        ("--decode gone.clen -o b.npy", 1, "gone.clen: No such file or directory"),
        ("--decode f.clen -o b.npy --max-output 9", 1, "f.clen: the content is 55 bytes, and 9 are allowed"),
    ],
)
def test_what_does_not_go_together_is_said(
    options: str, status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, p, tokens = made_up(20)
    saved(p=p, t=tokens)
    assert run(["weigh", "--probs", "p.npy", "--tokens", "t.npy", "-o", "f.clen", "-q"]) == 0
    before = Path("f.clen").read_bytes()
    assert run(["weigh", "--probs", "p.npy", *options.split()]) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"codelen: {says}")
    assert Path("f.clen").read_bytes() == before
    assert not Path("b.npy").exists()


# ---------------------------------------------------------------- zeros, and other logarithms


@pytest.mark.parametrize("policy", ["floor:1e-6", "floor:0.1", "escape:0.01", "escape:1e-9"])
def test_what_is_excluded_costs_what_the_policy_says(policy: str) -> None:
    _, p, tokens = made_up(600, dtype="f8")
    # Every seventh row excludes its token, and two others.
    for row in range(0, 600, 7):
        p[row, [tokens[row], (tokens[row] + 1) % 50, (tokens[row] + 2) % 50]] = 0
        p[row] /= p[row].sum()
    with pytest.raises(ZeroProbabilityError, match="it is token 0"):
        weigh(p, tokens)
    made = weigh(p, tokens, manner=Manner(zeros=ZeroPolicy.parse(policy)))
    name, amount = policy.split(":")
    eps, due, allowed = float(amount), 0.0, 0.0
    for row, token in zip(p.tolist(), tokens.tolist(), strict=True):
        share, zeros = row[token], row.count(0)
        if name == "floor":
            due -= math.log2(max(share, eps) / sum(max(value, eps) for value in row))
        else:
            due -= math.log2((share * (1 - eps) if share else eps / zeros) if zeros else share)
        allowed -= math.log2(share) if share else 0
    assert made.excluded == 86
    assert made.loss_bits == pytest.approx(allowed)
    assert made.loss_bits + made.zeros_bits == pytest.approx(due)
    assert made.loss == pytest.approx(due * math.log(2) / 600)
    assert made.payload_bits == pytest.approx(due, abs=2.1 + 0.003 * (eps < 1e-6) * 600)
    assert made.verdict == "pass"
    assert sum(made.terms.values()) == pytest.approx(8 * made.file_bytes, abs=1e-6)
    data = encode_with(p, tokens, zeros=policy)
    assert np.array_equal(decode_with(data, p, zeros=policy), tokens)
    with pytest.raises(CorruptError, match="it was coded with other predictions"):
        decode_with(data, p)


def test_a_policy_hides_no_number_that_is_none() -> None:
    for bad in (-0.5, math.nan):
        rows = np.array([[0.5, 0.5], [bad, 1 - bad]])
        for policy in ("floor:0.01", "escape:0.01"):
            with pytest.raises(DataError, match="row 1 holds a number that is negative or not a number"):
                encode_with(rows, [0, 1], zeros=policy)
    with pytest.raises(SpecError, match="laplace adds to counts, and predictions are not counts"):
        encode_with(np.array([[1.0, 0.0]]), [0], zeros="laplace:1")


def test_logarithms_of_another_base() -> None:
    _, p, tokens = made_up(200, dtype="f8")
    natural, binary = (
        weigh(log(p), tokens, manner=Manner(True, base)) for log, base in ((np.log, math.e), (np.log2, 2.0))
    )
    assert binary.loss_bits == pytest.approx(natural.loss_bits, rel=1e-12)
    for base in (0, 1, -2, math.inf, math.nan):
        with pytest.raises(SpecError, match="is not a base of logarithms"):
            Manner(True, base)
    saved(p=p, t=tokens)
    assert run(["weigh", "--probs", "p.npy", "--tokens", "t.npy", "--base", "2"]) == 2
