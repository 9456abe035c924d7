"""Files whose Q is counted on the way: they come back, say what they cost, and begin anew with each block."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from bitarray import bitarray
from damage import refused
from hypothesis import given
from hypothesis import strategies as st

import compress
from compress.cli.main import run
from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Form, Table
from compress.errors import CompressError, CorruptError, LimitError, SpecError
from compress.frames import header as module
from compress.frames.files import Encoding
from compress.frames.frame import Block, FrameWriter
from compress.frames.header import Header, Limits
from compress.frames.inspections import Inspection, inspect
from compress.models.catalog import recipe_named
from compress.models.sequential import SequentialCoder
from compress.sources.tokens import tokeniser

TEXT = "It was the best of codes, it was the worst of codes;\nit was the age of \u2014 surprise.\n".encode() * 30
CONTENTS = {
    "nothing": b"",
    "a byte": b"z",
    "one letter": b"z" * 5_000,
    "all bytes": bytes(range(256)) * 3,
    "prose": TEXT,
}


MODELS = ("kt", "laplace", "order:0", "order:1", "order:2,1/2", "order:5")


def coder_of(spec: str, size: int) -> SequentialCoder:
    """The coder of a model that is named."""
    recipe = recipe_named(spec)
    assert recipe is not None
    return SequentialCoder(recipe.build(size))


def looked_into(data: bytes) -> Inspection:
    [frame] = inspect(io.BytesIO(data), Limits())
    return frame


@pytest.mark.parametrize("tokens", ["bytes", "bits", "chars", "words", "lines"])
@pytest.mark.parametrize("model", MODELS)
def test_every_kind_of_token_comes_back(model: str, tokens: str) -> None:
    for data in CONTENTS.values():
        if tokens in ("chars", "words", "lines") and not data.isascii() and data is not TEXT:
            continue
        encoded = compress.encode(data, assumed=model, tokens=tokens)
        assert encoded == compress.encode(data, assumed=model, tokens=tokens)
        assert compress.decode(encoded) == data
        frame = looked_into(encoded)
        assert abs(frame.ledger.total - 8 * len(encoded)) < 1e-6


@pytest.mark.parametrize("model", MODELS)
def test_the_ledger_has_what_was_learned(model: str) -> None:
    frame = looked_into(compress.encode(TEXT, assumed=model))
    symbols = tokeniser("bytes").split(TEXT)
    coder = coder_of(model, len(symbols.tokens))
    ideal = coder.ideal_bits(symbols.symbols)
    counts = np.bincount(symbols.symbols)
    entropy = math.fsum(c * math.log2(len(TEXT) / c) for c in counts.tolist())
    ledger = frame.ledger
    assert frame.ideal_bits == pytest.approx(ideal)
    assert ledger.entropy == pytest.approx(entropy)
    assert ledger.mismatch == pytest.approx(ideal - entropy)
    assert (ledger.code, ledger.luck) == (0, 0)
    assert ledger.coder == pytest.approx(frame.payload_bits - ideal)
    assert 0 <= ledger.coder < 2
    # The model of the file is a form, and a recipe of one number, or of four.
    assert ledger.container_parts["model"] == 8 * (6 if model.startswith("order") else 3)


def test_a_model_begins_anew_with_each_block(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compress.encode(TEXT, assumed="kt")
    monkeypatch.setattr(module, "SEQUENTIAL_BLOCK_TOKENS", 500)
    encoded = compress.encode(TEXT, assumed="kt")
    monkeypatch.undo()
    # Who decodes need not know how many tokens a block has.
    assert compress.decode(encoded) == TEXT
    frame, symbols = looked_into(encoded), tokeniser("bytes").split(TEXT)
    coder = coder_of("kt", len(symbols.tokens))
    parts = [symbols.symbols[start : start + 500] for start in range(0, len(TEXT), 500)]
    assert frame.blocks == len(parts) > 4
    assert frame.ideal_bits == pytest.approx(math.fsum(map(coder.ideal_bits, parts)))
    assert frame.payload_bits == sum(len(coder.encode(part)) for part in parts)
    assert frame.payload_bits > looked_into(whole).payload_bits
    assert looked_into(whole).blocks == 1


def test_a_report_judges_every_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prose").write_bytes(TEXT)
    monkeypatch.setattr(module, "SEQUENTIAL_BLOCK_TOKENS", 500)
    made = compress.report([tmp_path], assumed=["kt", "empirical"], coders=["arithmetic"], baselines="none")
    [kt, empirical] = made.rows
    assert (kt.checks.round_trip, kt.checks.exact_length, kt.checks.code_price, kt.checks.accounting) == (
        *(True, True, None, True),
    )
    assert kt.sums.mismatch == pytest.approx((kt.inspection.ideal_bits - kt.sums.terms["entropy"]) / kt.sums.n)
    assert empirical.checks.exact_length is True
    honest = SequentialCoder.encode
    monkeypatch.setattr(SequentialCoder, "encode", lambda self, symbols: honest(self, symbols) + bitarray("00"))
    [kt] = compress.report([tmp_path], assumed=["kt"], coders=["arithmetic"], baselines="none", speed=False).rows
    assert kt.checks.exact_length is False


@pytest.mark.parametrize("coder", [choose(name).name for name in CODERS if name != "arithmetic"])
def test_a_model_needs_the_arithmetic_coder(coder: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    recipe = recipe_named("kt")
    assert recipe is not None
    with pytest.raises(SpecError, match=f"{coder} uses one code for all tokens; kt needs arithmetic"):
        Encoding(recipe, choose(coder))
    (tmp_path / "a").write_bytes(b"abc")
    assert run(["encode", str(tmp_path / "a"), "--assumed", "kt", "--coder", coder]) == 2
    assert capsys.readouterr().err.startswith(f"codelen: {coder} uses one code for all tokens; kt needs arithmetic")


def a_frame(coder: str = "arithmetic", recipe: int = 1, count: int = 3, bits: str = "00100") -> bytes:
    """A frame as somebody might make it up."""
    table = Table(Form.RECIPE, 2, (recipe,))
    file = io.BytesIO()
    writer = FrameWriter(file, Header(choose(coder), tokeniser("bytes"), ("a", "b"), table, count, count))
    writer.block(Block(count, bitarray(bits)))
    writer.end(0)
    return file.getvalue()


def test_a_made_up_recipe_is_refused_by_name() -> None:
    with pytest.raises(CorruptError, match="the model is impossible: no model has the recipe 7"):
        compress.decode(a_frame(recipe=7))
    for coder in ("huffman", "shannon", "fixed"):
        with pytest.raises(CorruptError, match=f"the model is impossible: {coder} takes none that changes"):
            compress.decode(a_frame(coder=coder))


def test_a_claim_of_too_many_tokens_allocates_nothing() -> None:
    with pytest.raises(LimitError):
        compress.decode(a_frame(count=1 << 40))
    with pytest.raises(LimitError, match="more than kt counts in a message"):
        [*inspect(io.BytesIO(a_frame(count=(1 << 30) + 1)), Limits(1 << 40, 1 << 40))]


DAMAGED = compress.encode(TEXT[:400], assumed="kt")


@given(st.integers(0, 8 * len(DAMAGED) - 1), st.integers(0, len(DAMAGED)))
def test_damage_is_an_error_or_the_original(bit: int, length: int) -> None:
    flipped = bytearray(DAMAGED)
    flipped[bit // 8] ^= 0x80 >> bit % 8
    for data in (bytes(flipped), DAMAGED[:length]):
        try:
            assert compress.decode(data) == TEXT[:400]
        except CompressError:
            continue


@pytest.mark.fuzz
@pytest.mark.parametrize("model", MODELS)
def test_ten_thousand_damaged_payloads_are_an_error_or_another_message(model: str) -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    coder = coder_of(model, 62)
    symbols = rng.integers(0, 62, 300).astype(np.uint8)
    honest = coder.encode(symbols)
    errors = refused(coder, honest, 300, 62, times=10_000)
    print(f"\n{model}: {errors:,} of 10,000 are refused, the others are other messages")
    assert errors > 1_000


def test_inspect_says_what_the_mismatch_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    assert run(["encode", str(tmp_path / "a"), "--assumed", "kt"]) == 0
    assert run(["inspect", str(tmp_path / "a.clen")]) == 0
    out = capsys.readouterr().out
    assert "assumed Q  kt\n" in out
    assert "learning, less structure" in out
    assert run(["inspect", str(tmp_path / "a.clen"), "--json", "-"]) == 0
    [frame] = json.loads(capsys.readouterr().out)["frames"]
    assert frame["assumed"] == {"spec": "kt", "zeros": "error", "from_label": False, "is_sequential": True}
    assert run(["encode", str(tmp_path / "a"), "-f"]) == 0
    assert run(["inspect", str(tmp_path / "a.clen")]) == 0
    assert "n·D(P||Q): the price of believing Q" in capsys.readouterr().out


def test_a_report_calls_what_was_learned_no_divergence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    arguments = ["report", str(tmp_path / "a"), "--coder", "arithmetic", "--baselines", "none", "--no-speed"]
    assert run([*arguments, "--assumed", "order:2", "--assumed", "uniform", "--json", str(tmp_path / "r.json")]) == 0
    out = capsys.readouterr().out
    assert "H(P̂)  mismatch  payload" in out
    assert "mismatch: D(P̂||Q); of order:2: learning, less structure" in out
    learned, static = json.loads((tmp_path / "r.json").read_text())["rows"]
    assert learned["kl_divergence"] is None
    assert learned["ledger"]["mismatch"] < 0
    assert static["kl_divergence"] > 0
    assert run([*arguments, "--assumed", "uniform"]) == 0
    assert "mismatch" not in capsys.readouterr().out


def test_decoding_does_not_ask_what_it_should_have_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = compress.encode(TEXT, assumed="order:2")
    monkeypatch.setattr(SequentialCoder, "ideal_bits", lambda self, symbols: 1 / 0)
    assert compress.decode(encoded) == TEXT


def test_a_context_model_needs_memory_that_is_allowed() -> None:
    encoded = compress.encode(TEXT, assumed="order:3")
    assert compress.decode(encoded) == TEXT
    with pytest.raises(LimitError, match=r"a block needs \d+ bytes; max_memory allows 50000"):
        [*inspect(io.BytesIO(encoded), Limits(max_memory=50_000))]


def test_a_block_is_no_longer_than_its_model_can_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compress.models.counts.LARGEST_TOTAL", 600 * 1000)
    encoded = compress.encode(TEXT, assumed="order:1,1/1000")
    longest = (600_000 - 1 - len(set(TEXT))) // 1_000
    assert looked_into(encoded).blocks == math.ceil(len(TEXT) / longest) > 4
    assert compress.decode(encoded) == TEXT
