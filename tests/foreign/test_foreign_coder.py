"""Somebody else's coder in an experiment: what it costs is in the ledger, and too little is told, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import compress
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import DataError, SpecError
from compress.foreign.coder import chosen
from compress.frames.format import PARTS

BROKEN, OURS = (Path(__file__).with_name(f"{name}.py") for name in ("broken", "ours"))
SAMPLES = Path(__file__).parents[2] / "samples" / "coders"

pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs a checkout")]


def test_its_payload_is_its_own_and_the_ledger_sums_to_it() -> None:
    mine = compress.validate("dice:2", coder=f"{SAMPLES / 'student.py'}:Mended", n=3_000)
    huffman = compress.validate("dice:2", coder="huffman", n=3_000)
    assert mine.verdict == "pass"
    assert mine.payload_bits == huffman.payload_bits
    assert mine.checks.round_trip is True
    assert (mine.checks.exact_length, mine.checks.code_price, mine.checks.honest) == (None, None, True)
    # Of a coder that states nothing Q̂ is Q: what whole bits cost is its own.
    assert mine.ledger.code == pytest.approx(0, abs=1e-6)
    assert mine.ledger.coder == pytest.approx(mine.payload_bits - mine.ideal_bits)
    assert mine.ledger.total == pytest.approx(8 * mine.file_bytes)
    assert mine.file_bytes == -(-mine.payload_bits // 8)
    assert tuple(mine.ledger.container_parts) == PARTS


def test_what_it_states_is_its_q() -> None:
    mine = compress.validate("dice:2", coder=f"{BROKEN}:Honest", n=3_000)
    huffman = compress.validate("dice:2", coder="huffman", n=3_000)
    assert mine.expected_bits_per_token == huffman.expected_bits_per_token
    assert mine.ledger.code == pytest.approx(huffman.ledger.code)
    assert mine.ledger.coder == pytest.approx(0)
    assert mine.checks.expectation is True


def test_side_information_is_its_model() -> None:
    told = compress.validate("dice:2", coder=f"{BROKEN}:Told", n=500)
    assert told.payload_bits == 0
    assert told.ledger.container_parts["model"] > 8 * 500
    assert told.ledger.total == pytest.approx(8 * told.file_bytes)
    # Hidden or not, the message is there.
    assert told.checks.honest is True
    assert told.verdict == "pass"


def test_too_good_to_be_true_fails() -> None:
    made = compress.validate("dice:2", coder=f"{BROKEN}:Smuggler", n=2_000)
    assert "honest" in made.checks.failed
    for name in ("Arithmetic", "Huffman"):
        ours = compress.validate("dice:2", coder=f"{OURS}:{name}", n=2_000)
        assert (ours.verdict, ours.checks.honest) == ("pass", True)
        assert ours.payload_bits == compress.validate("dice:2", coder=name.lower(), n=2_000).payload_bits


def test_a_message_that_does_not_come_back_fails_its_round_trip() -> None:
    for name in ("Dies", "TooFew", "Wraps", "Floats"):
        made = compress.validate("H=.7,T=.3", coder=f"{BROKEN}:{name}", n=40)
        assert made.checks.failed == ("round_trip",), name
    with pytest.raises(DataError, match=r"broken\.py:Panics: PanicError: called"):
        compress.validate("H=.7,T=.3", coder=f"{BROKEN}:Panics", n=40)


def test_ours_have_no_such_check_and_names_mean_what_they_did() -> None:
    assert compress.validate("H=.7,T=.3", n=100).checks.honest is None
    assert chosen("huffman") == choose("huffman")
    with pytest.raises(SpecError, match="'hufman' is no coder"):
        chosen("hufman")
    with pytest.raises(SpecError, match="takes no number"):
        chosen("huffman:3")


def test_it_gets_into_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("abc")
    coder = f"{SAMPLES / 'student.py'}:Mended"
    assert run(["encode", str(tmp_path / "x"), "--coder", coder]) == 2
    assert "is no coder; there are arithmetic, " in capsys.readouterr().err
    assert run(["validate", "--true", "dice:1", "-n", "60", "--coder", coder, "--break", "short"]) == 2
    assert "gets into no file, and it is a file that is broken" in capsys.readouterr().err
    assert run(["validate", "--true", "dice:1", "-n", "60", "--assumed", "kt", "--coder", coder]) == 2
    capsys.readouterr()
    assert run(["validate", "--true", "dice:1", "-n", "60", "--coder", coder, "--json", "-"]) == 0
    [made] = json.loads(capsys.readouterr().out)["runs"]
    assert made["coder"] == coder
    assert made["checks"]["honest"] is True
