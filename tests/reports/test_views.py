"""What a record says in a table is what it holds, each figure in its column and its row."""

from __future__ import annotations

import io
import json
import math
import sys
import time
from pathlib import Path

import pytest

import compress
from compress.cli import main, options
from compress.coders.catalog import choose
from compress.errors import OutputError
from compress.experiments.predict import PairForecast, expected_code
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.frames.header import Limits
from compress.frames.inspections import Inspections, inspect
from compress.probability.distribution import Distribution, Pair
from compress.reports.record import dump
from compress.reports.table import render
from compress.reports.views import as_json, as_parquet, as_rows, as_table
from compress.sources.iid import IidSource
from compress.sweeps.grid import Grid
from compress.sweeps.sweep import sweep
from compress.teaching.demo import demo

COIN = Distribution.parse("H=0.7,T=0.3")


def lines(record: object, **how: bool) -> list[list[str]]:
    """The words of each line of a record's table, as a pipe gets it."""
    return [line.split() for line in render(as_table(record, **how)).splitlines()]


def an_experiment(n: int) -> Experiment:
    beliefs = [Distribution.parse("H=0.9,T=0.1"), Distribution.parse("H=0.5,T=0.5")]
    return validate_all(IidSource(COIN), beliefs, [choose("arithmetic"), choose("huffman")], n)


def test_an_experiment_has_a_row_for_each_run_with_its_figures_in_order() -> None:
    experiment = an_experiment(2_000)
    shown = lines(experiment)
    assert len(experiment.runs) == 4
    for run in experiment.runs:
        row = [run.assumed.spec, run.coder, f"{run.kl_divergence:.4f}", f"{run.cross_entropy:.4f}"]
        row += [f"{run.expected_bits_per_token:.4f}", f"{run.payload_bits / run.n:.4f}"]
        if run.standard_error:
            row += ["±", f"{1.959964 * run.standard_error:.4f}", f"{run.z:+.2f}"]
        else:
            row += ["-"]
        assert [*row, "pass"] in shown
        terms = [*run.ledger.terms.values(), 8.0 * run.file_bytes]
        ledger = [f"{value:,.{0 if float(value).is_integer() else 1}f}".replace("-0.0", "0.0") for value in terms]
        assert any(line[:2] == [run.assumed.spec, run.coder] and line[2:] == ledger for line in shown)


def test_a_rough_interval_has_its_mark_and_a_line_that_explains_it() -> None:
    for n, marked in ((50, True), (2_000, False)):
        text = render(as_table(an_experiment(n)))
        assert any(word[-1] == "~" for word in text.split() if word[0].isdigit()) is marked
        assert ("too few surprises decide this interval" in text) is marked


def test_the_demo_has_both_coders_beside_each_friend() -> None:
    record = demo(3_000)
    shown = lines(record)
    for place, heads in enumerate(("0", "0.2", "0.5", "0.7", "0.9", "1")):
        arithmetic, huffman = record.experiment.runs[2 * place : 2 * place + 2]
        assert (arithmetic.coder, huffman.coder) == ("arithmetic", "huffman")
        [row] = [line for line in shown if line[0:1] == [heads] and len(line) > 5]
        assert row[1:4] == [
            f"{arithmetic.kl_divergence:.4f}",
            f"{arithmetic.cross_entropy:.4f}",
            f"{arithmetic.payload_bits / 3_000:.4f}",
        ]
        assert row[-2:] == ["1.0000", "pass"]


def test_a_pair_shows_what_each_token_adds_in_its_own_column() -> None:
    pair = Pair(Distribution.parse("a=.5,b=.5"), Distribution.parse("a=.25,b=.75"))
    shown = lines(PairForecast(pair))
    third = -math.log2(0.75)
    assert ["a", "0.5", "0.25", "2.0000", "1.0000", "0.5000"] in shown
    assert ["b", "0.5", "0.75", f"{third:.4f}", f"{third / 2:.4f}", f"{(third - 1) / 2:.4f}"] in shown
    assert ["H(P)", "1.0000", "bits/token,", "the", "floor"] in shown
    assert ["H(P,Q)", f"{1 + third / 2:.4f}", "bits/token,", "what", "a", "code", "for", "Q", "costs"] in shown


def test_a_code_has_a_row_for_each_token_with_its_length_and_word() -> None:
    shown = lines(expected_code(Distribution.parse("a=.5,b=.25,c=.25"), choose("huffman")))
    assert ["a", "0.5", "1.0000", "1", "0.5", "0"] in shown
    assert ["b", "0.25", "2.0000", "2", "0.25", "10"] in shown
    assert ["c", "0.25", "2.0000", "2", "0.25", "11"] in shown


def test_an_inspection_counts_by_token_and_not_by_byte() -> None:
    [frame] = inspect(io.BytesIO(compress.encode("ééèèèè".encode(), tokens="chars", coder="huffman")), Limits())
    shown = lines(Inspections("name", [frame]))
    assert ["payload", "1.0000", "bits/token"] in shown
    assert ["content", "12", "bytes"] in shown
    assert as_json(Inspections("name", [frame]))["frames"][0]["payload_bits"] == 6


def test_infinity_is_a_word_in_json_and_what_is_undefined_is_null() -> None:
    said = json.loads(dump({"values": [math.inf, -math.inf, math.nan, -0.5]}))
    assert said == {"values": ["inf", "-inf", None, -0.5]}


def test_progress_is_drawn_on_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(options, "_PATIENCE", -1.0)
    for screen, drawn in ((Screen(), True), (io.StringIO(), False)):
        monkeypatch.setattr("sys.stderr", screen)
        assert list(options.watched(range(3), "encoding")) == [0, 1, 2]
        assert ("encoding" in screen.getvalue()) is drawn
        assert "B/s" not in screen.getvalue()


def test_progress_of_bytes_goes_by_their_number_and_tells_their_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(options, "_PATIENCE", -1.0)
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    for _ in options.watched([1_000_000, 3_000_000], "encoding", size=lambda size: size):
        time.sleep(0.3)
    shown = screen.getvalue()
    assert " 25%" in shown
    assert "MB/s" in shown


def test_a_parquet_file_has_the_rows_with_numbers_as_numbers(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    made = sweep(Grid(("a=.5,b=.5",), ("a=1", "uniform", "kt"), n="40,50", repeat=2))
    (tmp_path / "x.parquet").write_bytes(as_parquet(made))
    table = parquet.read_table(tmp_path / "x.parquet")
    found = table.to_pylist()
    due = as_rows(made)
    assert [row["true"] for row in found] == [row["true"] for row in due]
    assert [row["predicted"] for row in found[:2]] == [math.inf, math.inf]
    assert [row["measured"] for row in found] == [row["measured"] for row in due]
    kinds = {name: str(table.schema.field(name).type) for name in ("true", "n", "predicted", "measured", "passed")}
    assert kinds == {"true": "string", "n": "int64", "predicted": "double", "measured": "double", "passed": "int64"}


def test_without_pyarrow_it_is_said_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OutputError, match="pip install 'codelen\\[parquet\\]'"):
        as_parquet(sweep(Grid(("a=.5,b=.5",), n="40", repeat=1)))
    monkeypatch.setattr("compress.cli.experiments.sweep.sweep", lambda *_, **__: pytest.fail("the work was begun"))
    assert main.run(["sweep", "--true", "dice:1", "-n", "9", "--parquet", "x.parquet"]) == 1
