"""Files coded with each other's counts: the diagonal is free, the rest costs what the theory says."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from pathlib import Path

import pytest

from compress.cli.main import run
from compress.coders.catalog import choose
from compress.probability.zeros import ZeroPolicy
from compress.reports.table import render
from compress.reports.views import as_json, as_table
from compress.surveys.cross import Cross, cross
from compress.surveys.whereabouts import files_among

SAMPLES = Path(__file__).parent.parent.parent / "samples"
ARITHMETIC, HUFFMAN = choose("arithmetic"), choose("huffman")
TEXTS = {"a": b"the cat sat on the mat. " * 40, "b": b"acgtacca" * 90, "c": b"the dog lay in the fog! " * 30}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    for name, text in TEXTS.items():
        Path("in", name).write_bytes(text)
    return [f"in/{name}" for name in TEXTS]


def cross_entropy(p: bytes, q: bytes, floor: float) -> float:
    """H(P̂,Q), Q = max(q, floor) renormalised over both alphabets, from its definition."""
    counts, belief = Counter(p), Counter(q)
    lifted = {byte: max(belief[byte] / len(q), floor) for byte in {*counts, *belief}}
    total = math.fsum(lifted.values())
    return -math.fsum(count / len(p) * math.log2(lifted[byte] / total) for byte, count in counts.items())


def test_each_cell_is_a_file_with_the_counts_of_another(files: list[str]) -> None:
    made = cross(files, [ARITHMETIC, HUFFMAN])
    divergences, measured = made.divergences(ARITHMETIC), made.measured(ARITHMETIC)
    for i, p in enumerate(TEXTS.values()):
        for j, q in enumerate(TEXTS.values()):
            due, n = cross_entropy(p, q, 1e-6), len(p)
            entropy = cross_entropy(p, p, 0)
            assert divergences[i][j] == pytest.approx(due - entropy, abs=1e-9)
            bits = (measured[i][j] or 0) * n
            # Within 2 bits of ideal, and what rounding a probability to 2^-40 may do.
            assert -1e-3 <= bits - n * due <= 2 + 1e-3
        assert divergences[i][i] == 0
    assert made.verdict == "pass"
    assert len(made.report.rows) == 18


def test_whole_words_cost_no_less_than_the_entropy(files: list[str]) -> None:
    made = cross(files, [HUFFMAN])
    for row, text in zip(made.measured(HUFFMAN), TEXTS.values(), strict=True):
        assert min(value for value in row if value is not None) >= cross_entropy(text, text, 0)


def test_the_zero_policy_is_the_price_of_what_a_belief_does_not_know(files: list[str]) -> None:
    cheap = cross(files, [ARITHMETIC], zeros=ZeroPolicy.parse("floor:1e-3")).divergences(ARITHMETIC)
    dear = cross(files, [ARITHMETIC]).divergences(ARITHMETIC)
    assert (cheap[0][1] or 0) < (dear[0][1] or 0) / 1.5
    refused = cross(files, [ARITHMETIC], zeros=ZeroPolicy())
    assert refused.divergences(ARITHMETIC)[0][1] is None
    assert refused.divergences(ARITHMETIC)[0][0] == 0
    assert len(refused.report.failures) == 6


@pytest.mark.slow
def test_samples_are_free_by_themselves_and_within_two_bits_a_payload_of_theory_by_others() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("needs a checkout")
    names = files_among([SAMPLES])
    made = cross(names, [ARITHMETIC])
    assert len(made.beliefs) == len(names) >= 14
    divergences = made.divergences(ARITHMETIC)
    assert [divergences[i][i] for i in range(len(names))] == [0.0] * len(names)
    for row in made.report.rows:
        ledger = row.inspection.ledger
        payloads = 4 if row.inspection.header.has_lanes else 1
        assert row.checks.exact_length is True
        # n·H(P̂,Q) + what rounding Q to 2^-40 may do, and then at most 2 bits a payload.
        assert abs(ledger.code) <= 2**-20 * row.sums.n + 1e-6
        assert -1e-6 <= ledger.coder <= 2 * payloads + 1e-6
    assert made.verdict == "pass"


def test_a_file_that_is_no_belief_is_told_of(files: list[str]) -> None:
    Path("in/empty").touch()
    made = cross([*files, "in/gone", "in/empty"], [HUFFMAN])
    assert made.beliefs == tuple(files)
    assert [each.file for each in made.report.failures] == ["in/gone"]
    assert [len(row) for row in made.measured(HUFFMAN)] == [3, 3, 3]


# ---------------------------------------------------------------- the command


def test_the_command_has_the_matrices_in_every_format(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    call = ["report", "in", "--cross", "--coder", "huffman", "--json", "x.json", "--csv", "x.csv", "--plot", "x.svg"]
    assert run([*call, "--html", "x.html"]) == 0
    out = capsys.readouterr().out
    made = cross(files, [HUFFMAN])
    record = json.loads(Path("x.json").read_text())
    assert (record["schema"], record["zeros"], record["files"]) == ("codelen.cross/1", "floor:1e-6", files)
    assert record["matrices"][0]["kl_divergence"] == made.divergences(HUFFMAN)
    assert record["matrices"][0]["bits_per_token"] == made.measured(HUFFMAN)
    shown = [line.split() for line in out.splitlines()]
    for number, name in enumerate("abc"):
        assert [str(number + 1), name, *(f"{value:.4f}" for value in made.measured(HUFFMAN)[number])] in shown
        assert [str(number + 1), name, *(f"{value:.4f}" for value in made.divergences(HUFFMAN)[number])] in shown
    rows = list(csv.DictReader(io.StringIO(Path("x.csv").read_text())))
    assert [(row["file"], row["assumed"]) for row in rows][:2] == [("in/a", "file:in/a"), ("in/a", "file:in/b")]
    assert b"Q: the counts of" in Path("x.svg").read_bytes()
    assert "zeros floor:1e-6" in out
    assert '<svg role="img"' in Path("x.html").read_text("utf-8")


def test_many_files_fold_into_narrow_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(14):
        (tmp_path / f"{number:02}").write_bytes(bytes([number, 255]) * 30)
    made = cross(files_among([tmp_path]), [HUFFMAN])
    wide = render(as_table(made))
    monkeypatch.setenv("COLUMNS", "80")
    narrow = render(as_table(made))
    assert max(map(len, narrow.splitlines())) <= 80
    assert sorted(word for word in wide.split() if "." in word) == sorted(
        word for word in narrow.split() if "." in word
    )
    assert as_json(made)["matrices"][0]["coder"] == "huffman"


@pytest.mark.parametrize("files", [pytest.param(17, marks=pytest.mark.slow), pytest.param(60, marks=pytest.mark.fuzz)])
def test_a_map_of_many_files_is_drawn(files: int, tmp_path: Path) -> None:
    from compress.reports.plots.catalog import as_picture

    for number in range(files):
        (tmp_path / f"{number:02}<&>").write_bytes(bytes([number, 255]) * 30)
    made = cross(files_among([tmp_path]), [HUFFMAN])
    svg = as_picture(made, None, "svg")
    assert svg == as_picture(made, None, "svg")
    assert f"{files - 1}&lt;&amp;&gt;".encode() in svg
    assert isinstance(made, Cross)
    assert as_picture(cross([], [HUFFMAN]), "cross", "svg").startswith(b"<?xml")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ("in --cross --assumed uniform", 2, "--cross uses the counts of each file as Q: leave out --assumed"),
        ("in gone --cross -q", 1, "gone: No such file or directory"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: str, status: int, says: str, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", *arguments.split()]) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_a_policy_that_is_given_is_taken(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", *files, "--cross", "--zeros", "floor:1e-3", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["zeros"] == "floor:1e-3"
    assert run(["report", *files, "--cross", "--zeros", "error", "-q"]) == 1
    assert "its surprise is infinite" in capsys.readouterr().err
