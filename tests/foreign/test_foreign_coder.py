"""Somebody else's coder in an experiment: what it costs is in the ledger, and too little is told, too."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import compress
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import DataError, SpecError
from compress.experiments.checks import honest
from compress.foreign.choice import chosen
from compress.foreign.coder import ForeignCoder
from compress.foreign.shapes import Payload
from compress.foreign.workshop import Workshop
from compress.frames.format import PARTS
from compress.judging.court import Court
from compress.symbols import Symbols

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


def test_a_byte_that_nobody_counts_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = ForeignCoder.sent

    def with_a_byte_more(coder: ForeignCoder, symbols: Symbols) -> Payload:
        payload = sent(coder, symbols)
        return replace(payload, data=payload.data + b"?")

    monkeypatch.setattr(ForeignCoder, "sent", with_a_byte_more)
    made = compress.validate("dice:2", coder=f"{OURS}:Huffman", n=300)
    assert made.checks.failed == ("accounting",)


def test_what_it_states_is_its_q() -> None:
    mine = compress.validate("dice:2", coder=f"{BROKEN}:Honest", n=3_000)
    huffman = compress.validate("dice:2", coder="huffman", n=3_000)
    assert mine.expected_bits_per_token == huffman.expected_bits_per_token
    assert mine.ledger.code == pytest.approx(huffman.ledger.code)
    assert mine.ledger.coder == pytest.approx(0)
    assert mine.checks.expectation is True


@pytest.mark.slow
def test_what_it_states_has_to_be_what_it_does() -> None:
    mine = compress.validate("dice:2", coder=f"{BROKEN}:Honest", n=3_000)
    assert mine.checks.expectation is True
    # Who states nothing promises nothing, and who lies is told so by the sum of what is spent.
    assert compress.validate("dice:2", coder=f"{SAMPLES / 'student.py'}:Mended", n=300).checks.expectation is None
    for name in ("Liar", "Overstates"):
        lied = compress.validate("dice:2", coder=f"{BROKEN}:{name}", n=3_000)
        assert lied.checks.failed == ("expectation",)
        assert lied.payload_bits == mine.payload_bits
        assert lied.ledger.total == pytest.approx(8 * lied.file_bytes)
    with pytest.raises(DataError, match="StatesNothing states that '2' has no code, and P has it"):
        compress.validate("dice:2", coder=f"{BROKEN}:StatesNothing", n=3)
    with pytest.raises(DataError, match="its lengths are not all numbers of 0 or more"):
        compress.validate("dice:2", coder=f"{BROKEN}:StatesWrongly", n=3)


@pytest.mark.slow
def test_a_length_tells_something_to_who_has_to_be_told_it() -> None:
    """The words of one length have a Kraft sum of 1 at most; a weight for each length makes it 1 for all together."""
    lengths = np.arange(0, 5_000)
    tells = -np.log2(1 / ((lengths + 1.0) * (lengths + 2.0)))
    assert float(np.exp2(-tells).sum()) <= 1
    for length, told in ((0, 1.0), (62, 12.0), (4_094, 24.0)):
        assert tells[length] == pytest.approx(told, abs=0.1)
        for needs_end in (False, True):
            least = 40.0 + (tells[length] if needs_end else 0.0)
            assert honest(length + least - 0.01, length, needs_end=needs_end)
            assert not honest(length + least + 0.01, length, needs_end=needs_end)
    # Rest of a payload that is read from its end: three bytes behind it make another message of it.
    with Workshop(f"{BROKEN}:EndTells") as workshop:
        assert Court(workshop).is_self_delimiting() is False
    q, message = np.array([0.5, 0.25, 0.25]), np.array([0, 1, 2, 2], np.uint8)
    for name, needs_end in (("EndTells", True), ("Mended", False)):
        with Workshop(f"{BROKEN}:{name}") as workshop:
            coder = ForeignCoder(workshop, q)
            assert coder.needs_end(coder.sent(message), message) is needs_end


def test_side_information_is_its_model() -> None:
    told = compress.validate("dice:2", coder=f"{BROKEN}:Told", n=500)
    assert told.payload_bits == 0
    assert told.ledger.container_parts["model"] > 8 * 500
    assert told.ledger.total == pytest.approx(8 * told.file_bytes)
    # Hidden or not, the message is there.
    assert told.checks.honest is True
    assert told.verdict == "pass"


@pytest.mark.slow
def test_too_good_to_be_true_fails() -> None:
    made = compress.validate("dice:2", coder=f"{BROKEN}:Smuggler", n=2_000)
    assert made.checks.failed == ("honest",)
    for name in ("Arithmetic", "Huffman"):
        ours = compress.validate("dice:2", coder=f"{OURS}:{name}", n=2_000)
        assert (ours.verdict, ours.checks.honest) == ("pass", True)
        assert ours.payload_bits == compress.validate("dice:2", coder=name.lower(), n=2_000).payload_bits


@pytest.mark.slow
def test_a_message_that_does_not_come_back_fails_its_round_trip() -> None:
    for name in ("Dies", "TooFew", "Wraps", "Floats"):
        made = compress.validate("H=.7,T=.3", coder=f"{BROKEN}:{name}", n=40)
        assert made.checks.failed == ("round_trip",), name
    with pytest.raises(DataError, match=r"broken\.py:Panics: PanicError: called"):
        compress.validate("H=.7,T=.3", coder=f"{BROKEN}:Panics", n=40)


@pytest.mark.slow
def test_why_a_message_did_not_come_back_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Symbols lost, symbols changed, and a decoder that gave up: each in its own words, at the end of the table."""
    for name, why in (
        ("TooFew", "39 symbols came back of 40"),
        ("Shifts", "symbol 0 was 1 and came back as 0"),
        ("Floats", "decode gave a ndarray of float64, not a row of whole numbers"),
        ("Dies", "its process was ended by SIGABRT"),
    ):
        made = compress.validate("H=.7,T=.3", coder=f"{BROKEN}:{name}", n=40)
        assert made.lost is not None
        assert made.lost.startswith(f"{BROKEN}:{name}: ")
        assert why in made.lost
    with Workshop(f"{BROKEN}:Mended") as workshop:
        coder = ForeignCoder(workshop, np.array([0.5, 0.25, 0.25]))
        payload = coder.sent(np.array([0, 1, 2, 2], np.uint8))
        assert coder.lost(payload, np.array([0, 1, 2, 2], np.uint8)) is None
        lost = coder.lost(payload, np.array([0, 1, 0, 2], np.uint8))
        assert lost == f"{BROKEN}:Mended: symbol 2 was 0 and came back as 2"
    call = ["validate", "--true", "H=.7,T=.3", "-n", "40", "--coder"]
    assert run([*call, f"{BROKEN}:TooFew", "--json", "-"]) == 3
    [told] = json.loads(capsys.readouterr().out)["runs"]
    assert told["lost"].endswith("39 symbols came back of 40")
    assert run([*call, f"{BROKEN}:TooFew"]) == 3
    assert "not decoded: " in (shown := capsys.readouterr().out)
    assert " ".join(shown.split()).endswith("39 symbols came back of 40")
    assert run([*call, f"{BROKEN}:Mended"]) == 0
    assert "not decoded" not in capsys.readouterr().out


@pytest.mark.slow
def test_an_interval_is_for_who_keeps_to_what_it_states(capsys: pytest.CaptureFixture[str]) -> None:
    """The others spend what nobody can tell, and luck says little of that."""
    silent = compress.validate("dice:2", coder="zlib:", n=3_000)
    assert (silent.ci95, silent.is_rough) == (None, False)
    assert silent.z is not None
    assert compress.validate("dice:2", coder=f"{BROKEN}:Liar", n=3_000).ci95 is None
    honest = compress.validate("dice:2", coder=f"{BROKEN}:Honest", n=3_000)
    assert honest.ci95 == compress.validate("dice:2", coder="huffman", n=3_000).ci95
    assert run(["validate", "--true", "dice:2", "-n", "9", "--coder", "zlib:"]) == 0
    shown = capsys.readouterr().out
    assert "±" not in shown.partition("zlib:")[2]
    assert "~" not in shown
    assert "what it spends beyond -log2 q̂(x)" in shown
    call = ["validate", "--true", "dice:2", "-n", "9", "--repeat", "3", "--coder"]
    for coder, says in (("zlib:", True), (f"{BROKEN}:Honest", False)):
        assert run([*call, coder]) == 0
        assert ("A coder that states no Q̂ has no interval" in " ".join(capsys.readouterr().out.split())) is says


def test_ours_have_no_such_check_and_names_mean_what_they_did() -> None:
    assert compress.validate("H=.7,T=.3", n=100).checks.honest is None
    assert chosen("huffman") == choose("huffman")
    with pytest.raises(SpecError, match="'hufman' is not a coder"):
        chosen("hufman")
    with pytest.raises(SpecError, match="takes no parameter"):
        chosen("huffman:3")


def test_it_gets_into_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("abc")
    coder = f"{SAMPLES / 'student.py'}:Mended"
    assert run(["encode", str(tmp_path / "x"), "--coder", coder]) == 2
    assert "is not a coder; the coders are arithmetic, " in capsys.readouterr().err
    assert run(["validate", "--true", "dice:1", "-n", "60", "--coder", coder, "--break", "short"]) == 2
    assert "gets into no file, and it is a file that is broken" in capsys.readouterr().err
    assert run(["validate", "--true", "dice:1", "-n", "60", "--assumed", "kt", "--coder", coder]) == 2
    capsys.readouterr()
    assert run(["validate", "--true", "dice:1", "-n", "60", "--coder", coder, "--json", "-"]) == 0
    [made] = json.loads(capsys.readouterr().out)["runs"]
    assert made["coder"] == coder
    assert made["checks"]["honest"] is True


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's list of open files")
def test_it_has_nothing_to_talk_to_us_with_but_its_answers(tmp_path: Path) -> None:
    (tmp_path / "curious.py").write_text(_CURIOUS)
    made = compress.validate("dice:2", coder=f"{tmp_path / 'curious.py'}:", n=100)
    assert made.lost is None
    assert made.checks.round_trip


_CURIOUS = """
import os

def encode(symbols):
    for fd in os.listdir("/proc/self/fd"):
        try:
            name = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            continue  # the list itself
        if int(fd) > 2 and name.startswith("socket"):
            raise RuntimeError(f"{fd} is {name}")
    return bytes(symbols)

def decode(payload, count):
    return list(payload)
"""
