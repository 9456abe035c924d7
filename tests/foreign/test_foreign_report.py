"""Somebody else's coder in a report: its payload in a file that is like ours in all the rest."""

from __future__ import annotations

import csv
import io
import json
import math
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import compress
from compress.cli.main import run
from compress.errors import DataError, SpecError
from compress.frames.header import NO_LIMITS
from compress.frames.inspections import inspect
from compress.surveys.report import Report, Row
from compress.surveys.survey import report

BROKEN, OURS = (Path(__file__).with_name(f"{name}.py") for name in ("broken", "ours"))
SAMPLES = Path(__file__).parents[2] / "samples"
TEXT = b"the cat sat on the mat, and that was that. " * 50

pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs a checkout")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "b.bin").write_bytes(bytes(range(256)) * 3)
    (tmp_path / "empty").write_bytes(b"")
    return tmp_path


def made(paths: list[Path], *coders: object, **how: object) -> Report:
    return report(paths, coders=coders, **{"baselines": "none", "speed": False, **how})  # type: ignore[arg-type]


def one(path: Path, coder: object, **how: object) -> Row:
    [row] = made([path], coder, **how).rows
    return row


OTHER_WAYS: list[dict[str, object]] = [{"tokens": "words"}, {"assumed": ["uniform"]}, {"zeros": "floor:1e-3"}]


@pytest.mark.parametrize("how", [{}, *(pytest.param(each, marks=pytest.mark.slow) for each in OTHER_WAYS)], ids=str)
def test_our_own_coder_from_outside_has_a_file_of_the_same_size(folder: Path, how: dict[str, object]) -> None:
    """Where it stands around the payload is counted as if it were ours, the difference is the payload's."""
    for name in ("a.txt", "b.bin"):
        if name == "b.bin" and how.get("tokens"):
            continue
        outside, ours = made([folder / name], f"{OURS}:Arithmetic", "arithmetic", **how).rows
        assert outside.sums.payload_bits == ours.sums.payload_bits
        assert outside.sums.sizes == ours.sums.sizes
        assert outside.inspection.ledger.container_parts == ours.inspection.ledger.container_parts
        assert outside.inspection.ledger.terms == pytest.approx(ours.inspection.ledger.terms, abs=1e-6)
        assert outside.alphabet_size == ours.alphabet_size
        assert outside.checks.round_trip is True
        assert (outside.checks.exact_length, outside.checks.code_price, outside.checks.honest) == (None, None, None)


def test_its_ledger_sums_to_its_file(folder: Path) -> None:
    mended, huffman = made([folder / "a.txt"], f"{SAMPLES}/coders/student.py:Mended", "huffman").rows
    entropy = math.fsum(count * math.log2(len(TEXT) / count) for count in Counter(TEXT).values())
    assert mended.sums.terms["entropy"] == pytest.approx(entropy)
    assert math.fsum(mended.sums.terms.values()) == pytest.approx(8 * mended.sums.sizes.file_bytes, abs=1e-6)
    # The student's words are whole bits, too, and states none: so that is `coder`, not `code`.
    assert mended.sums.payload_bits == pytest.approx(huffman.sums.payload_bits, rel=0.01)
    assert mended.sums.terms["coder"] == pytest.approx(mended.sums.payload_bits - mended.inspection.ideal_bits)
    assert mended.verdict == "pass"


def test_who_makes_a_model_of_its_own_is_told_no_q(folder: Path) -> None:
    row = one(folder / "a.txt", zlib)
    symbols = np.unique(np.frombuffer(TEXT, np.uint8), return_inverse=True)[1].astype(np.uint8)
    assert row.sums.payload_bits == 8 * len(zlib.compress(symbols.tobytes()))
    # A byte says that there is no table.
    assert row.inspection.ledger.container_parts["model"] == 8
    assert row.sums.terms["code"] == pytest.approx(0, abs=1e-9)
    assert row.sums.terms["mismatch"] == 0
    assert row.how.coder.name == "zlib:"
    assert row.verdict == "pass"


def test_side_information_is_part_of_its_file(folder: Path) -> None:
    row = one(folder / "a.txt", f"{BROKEN}:Told")
    assert row.sums.payload_bits == 0
    assert row.inspection.ledger.container_parts["model"] > 8 * len(TEXT)
    assert row.sums.sizes.file_bytes > len(TEXT)
    assert math.fsum(row.sums.terms.values()) == pytest.approx(8 * row.sums.sizes.file_bytes, abs=1e-6)
    assert row.verdict == "pass"


@pytest.mark.slow
def test_what_it_states_is_looked_at(folder: Path) -> None:
    honest, huffman = made([folder / "a.txt"], f"{BROKEN}:Honest", "huffman").rows
    assert honest.checks.expectation is True
    assert honest.sums.terms["code"] == pytest.approx(huffman.sums.terms["code"], rel=0.1)
    assert honest.sums.terms["coder"] == pytest.approx(0, abs=1e-6)
    assert one(folder / "a.txt", f"{BROKEN}:Liar").checks.failed == ("expectation",)
    assert one(folder / "a.txt", f"{SAMPLES}/coders/student.py:Mended").checks.expectation is None
    [failure] = made([folder / "a.txt"], f"{BROKEN}:StatesNothing", "huffman").failures
    assert "has no code, and P has it" in failure.message


@pytest.mark.slow
def test_what_goes_wrong_is_the_files_own_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "coin").write_bytes(b"HHT" * 20)
    lost = made([folder / "coin"], f"{BROKEN}:TooFew", "huffman")
    assert [row.checks.failed for row in lost.rows] == [("round_trip",), ()]
    assert lost.verdict == "fail"
    assert [row.lost and row.lost.rpartition(": ")[2] for row in lost.rows] == ["59 symbols came back of 60", None]
    # Whose message is lost has no speed, and no other failure for that.
    [floats] = made([folder / "coin"], f"{BROKEN}:Floats", speed=True).rows
    assert (floats.seconds, floats.verdict) == (None, "fail")
    assert floats.lost is not None
    [mended] = made([folder / "coin"], f"{BROKEN}:Mended", speed=True).rows
    assert mended.seconds is not None
    panics = made([folder / "coin", folder / "empty"], f"{BROKEN}:Panics", "huffman")
    assert panics.rows[0].file == str(folder / "coin")
    assert [row.how.coder.name for row in panics.rows] == ["huffman", f"{BROKEN}:Panics", "huffman"]
    [failure] = panics.failures
    assert "PanicError" in failure.message
    with pytest.raises(DataError, match=r"^nothing could be coded; .*did not answer within 0\.5 s"):
        made([folder / "coin"], f"{BROKEN}:Loops", timeout=0.5)


@pytest.mark.slow
def test_a_coder_that_cannot_be_had_is_told_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for coder, says in ((f"{folder}/none.py:X", "no such file"), (f"{BROKEN}:Nobody", "has no Nobody")):
        with pytest.raises(DataError, match=says):
            made([folder], coder)
        assert run(["report", str(folder), "--coder", coder]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count(says) == 1


def test_a_file_without_tokens_needs_no_coder(folder: Path) -> None:
    outside, ours = made([folder / "empty"], f"{BROKEN}:Panics", "arithmetic").rows
    assert outside.sums == ours.sums
    assert outside.how.coder.name.endswith("Panics")


def test_a_q_that_changes_is_ours_alone(folder: Path) -> None:
    with pytest.raises(SpecError, match="kt"):
        made([folder / "a.txt"], zlib, assumed=["kt"])


@pytest.mark.slow
def test_the_file_of_the_report_is_in_memory_only(folder: Path) -> None:
    """It has the arithmetic coder's header, and so it would be read as a file of that."""
    before = sorted(folder.iterdir())
    made([folder / "a.txt"], f"{OURS}:Huffman")
    assert sorted(folder.iterdir()) == before
    [frame] = inspect(io.BytesIO(compress.encode(TEXT, coder="arithmetic")), NO_LIMITS)
    row = one(folder / "a.txt", f"{OURS}:Huffman")
    parts = row.inspection.ledger.container_parts
    assert {part: bits for part, bits in parts.items() if part not in ("index", "padding")} == {
        part: bits for part, bits in frame.ledger.container_parts.items() if part not in ("index", "padding")
    }


@pytest.mark.slow
def test_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    coder = f"{SAMPLES}/coders/student.py:Mended"
    call = ["report", str(folder / "a.txt"), str(folder / "empty"), "--coder", coder, "--coder", "huffman"]
    assert run([*call, "--baselines", "none"]) == 0
    shown = capsys.readouterr().out
    assert "speeds of somebody else's coder: with a process of its own for each call" in shown
    assert run([*call, "--no-speed", "--json", str(folder / "a.json"), "--csv", str(folder / "a.csv"), "-q"]) == 0
    record = json.loads((folder / "a.json").read_text())
    assert [row["coder"] for row in record["rows"]] == [coder, "huffman"] * 2
    assert record["rows"][0]["checks"]["round_trip"] is True
    rows = [*csv.DictReader((folder / "a.csv").read_text().splitlines())]
    assert rows[0]["coder"] == coder
    assert run(["compare", str(folder / "a.json"), str(folder / "a.json")]) == 0
    assert run(["report", str(folder / "a.txt"), "--coder", f"{BROKEN}:TooFew", "--no-speed"]) == 3
    shown = " ".join(capsys.readouterr().out.split())
    assert "1 file, tokens bytes" in shown
    assert "2,149 symbols came back of 2,150" in shown
    assert run(["report", str(folder / "a.txt"), "--coder", f"{BROKEN}:Panics", "--no-speed"]) == 1
    assert "speeds of" not in capsys.readouterr().out
    assert run(["report", "--cross", str(folder / "a.txt"), str(folder / "b.bin"), "--coder", coder]) == 0
    assert "student.py:Mended" in capsys.readouterr().out
