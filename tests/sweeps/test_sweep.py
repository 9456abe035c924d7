"""A sweep: a grid's cells, what theory has at each of them, and the curves that they make."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import DataError, OutputError, SpecError
from compress.experiments.repeat import repeat
from compress.experiments.validate import validate
from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.specs import BARE
from compress.sweeps import cell as cells
from compress.sweeps.cell import Row, measured
from compress.sweeps.curves import Look, panels_of
from compress.sweeps.grid import Grid, read_grid
from compress.sweeps.sweep import Sweep, journal_of, kept_rows, sweep
from compress.symbols import Symbols

COIN = ("bernoulli:0.7",)


# ---------------------------------------------------------------- the grid


def test_a_grid_has_each_pairing_once_the_last_axis_turning_the_fastest() -> None:
    grid = Grid(("a=1", "bernoulli:{0.5,0.7}"), ("true", "kt"), ("arithmetic", "block:{2..3}"), "10,20")
    points = [(cell.true.text, cell.assumed.text, cell.coder.text, cell.n) for cell in grid.cells]
    assert len(points) == len(set(points)) == 3 * 2 * 3 * 2
    assert points[:3] == [
        ("a=1", "true", "arithmetic", 10),
        ("a=1", "true", "arithmetic", 20),
        ("a=1", "true", "block:2", 10),
    ]
    assert grid.cells[-1].at == {"true": 0.7, "coder": 3.0, "n": 20}
    assert Grid(COIN, n="1,2").counts == [1, 2]
    assert Grid(("zipf:{2,3},{1,2}",)).cells[1].at == {"true": 2.0, "true.2": 2.0, "n": 10_000}


@pytest.mark.slow
def test_a_grid_may_have_a_million_cells() -> None:
    most = Grid(COIN, ("bernoulli:{0.1..0.9:1000}",), ("rice:{0..9}",), ",".join(map(str, range(1, 101))))
    assert len(most.cells) == 1_000_000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"true": ()}, "needs a P"),
        ({"n": "0"}, "at least one token"),
        ({"repeat": 0}, "1 to 1,000,000"),
        ({"true": ("berno:0.5",)}, "berno"),
        ({"assumed": ("bernoulli:{0.5..2:4}",)}, "1.5|more than 1|probability"),
        ({"coder": ("hufman",)}, "hufman"),
        ({"zeros": "never"}, "never"),
        ({"tokens": "letters"}, "letters"),
        ({"repeat": 1_000_001}, "1 to 1,000,000, not 1,000,001|1 to 1,000,000 streams"),
        (
            {"assumed": ("bernoulli:{0.1..0.9:1000}",), "coder": ("block:{1..16}",), "n": "1000..99999:100"},
            "1,600,000 cells; 1,000,000 are the most",
        ),
    ],
)
def test_a_grid_that_means_nothing_is_refused_before_anything_is_drawn(words: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        Grid(**{"true": COIN, **words})  # type: ignore[arg-type]  # of any kind


def test_a_grid_is_read_from_a_file_and_what_is_given_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "grid.toml"
    path.write_text(
        'true = "bernoulli:{0.5..0.9:5}"\nassumed = ["true", "kt"]\nn = [100, "1e3..1e4:2"]\nrepeat = 3\nseed = 5'
    )
    grid = read_grid(path)
    assert grid == Grid(("bernoulli:{0.5..0.9:5}",), ("true", "kt"), n="100,1e3..1e4:2", repeat=3, seed=5)
    assert read_grid(path, {"assumed": ("uniform",), "seed": 6}) == replace(grid, assumed=("uniform",), seed=6)
    path.write_text('true = "dice:1"\ntokens = "words"\nzeros = ["floor:.1"]\nnormalize = true\nrepeat = 1000000')
    assert read_grid(path) == Grid(("dice:1",), tokens="words", zeros="floor:.1", normalize=True, repeat=1_000_000)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("true = ", "not a grid"),
        ("tru = 'kt'", "'tru' is nothing of a grid"),
        ("true = 0.5", "text"),
        ("normalize = 1", "true or false"),
        ("repeat = [1, 2]", "one value"),
        ("repeat = 'x'", "whole number"),
        ("\xff", "not a grid"),
    ],
)
def test_a_file_that_is_no_grid_is_told_by_its_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "grid.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=f"grid.toml: .*{said}"):
        read_grid(path)


# ---------------------------------------------------------------- a cell


def test_a_cell_is_the_experiment_many_times() -> None:
    grid = Grid(COIN, ("bernoulli:0.5",), ("huffman",), "300", repeat=6, seed=4)
    row = measured(grid, grid.cells[0])
    [made] = repeat(BARE.source(COIN[0]), [BARE.believed("bernoulli:0.5")], [choose("huffman")], 300, 6, 4).each
    assert (row.measured, row.predicted, row.passed) == (made.bits_per_token, made.expected_bits_per_token, 6)
    runs = [validate(COIN[0], "bernoulli:0.5", "huffman", 300, seed) for seed in range(4, 10)]
    lengths = [run.payload_bits / 300 for run in runs]
    assert row.measured == pytest.approx(sum(lengths) / 6, abs=1e-12)
    assert row.spread == pytest.approx(0.0, abs=1e-12)


def test_spread_is_the_standard_deviation_of_the_streams_and_excess_knows_their_luck() -> None:
    grid = Grid(COIN, ("bernoulli:0.6",), n="400", repeat=40)
    row = measured(grid, grid.cells[0])
    runs = [validate(COIN[0], "bernoulli:0.6", "arithmetic", 400, seed) for seed in range(40)]
    lengths = [run.payload_bits / 400 for run in runs]
    mean = sum(lengths) / 40
    assert row.spread == pytest.approx(math.sqrt(sum((length - mean) ** 2 for length in lengths) / 39), rel=1e-9)
    own = [IidSource(Distribution.parse(COIN[0])).surprise_bits(_drawn(400, seed)) / 400 for seed in range(40)]
    assert row.excess == pytest.approx(sum(a - b for a, b in zip(lengths, own, strict=True)) / 40, rel=1e-9)
    # The divergence, and what ends a payload; it strays by what Q says of a head and of a tail.
    p, q = map(Distribution.parse, ("bernoulli:0.7", "bernoulli:0.6"))
    assert row.excess is not None
    assert row.excess == pytest.approx(p.divergence(q) + 2 / 400, abs=4 * 0.29 / math.sqrt(40 * 400))
    assert row.excess_bits == pytest.approx(row.excess * 400)


def _drawn(n: int, seed: int) -> Symbols:
    from compress.experiments.planning import Sample

    return Sample(BARE.source(COIN[0]), n, seed).stream.symbols


def test_what_cannot_be_run_is_a_row_that_says_why() -> None:
    grid = Grid(COIN, ("kt", "bernoulli:1", "true"), ("huffman",), "100", repeat=2)
    kt, sure, fine = sweep(grid).rows
    assert kt.refused is not None
    assert "huffman" in kt.refused
    assert (kt.predicted, kt.verdict, kt.measured) == (None, None, None)
    # P gives what Q excludes: that costs infinitely much, and no file can hold it.
    assert sure.predicted == math.inf
    assert sure.refused is not None
    assert (fine.refused, fine.verdict) == (None, "pass")
    made = sweep(grid)
    assert made.verdict == "pass"
    assert len(made.refused) == 2
    assert Sweep(grid, (kt, sure)).verdict is None


def test_a_check_that_fails_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **named: object) -> object:
        made = repeat(*arguments, **named)  # type: ignore[arg-type]  # as they come
        return replace(made, each=tuple(replace(one, failures={**one.failures, "round_trip": 2}) for one in made.each))

    monkeypatch.setattr(cells, "repeat", broken)
    made = sweep(Grid(COIN, n="50", repeat=3))
    assert made.rows[0].failures == {"round_trip": 2}
    assert made.verdict == "fail"


# ---------------------------------------------------------------- what is kept


def test_a_sweep_that_was_interrupted_goes_on_where_it_ended(tmp_path: Path) -> None:
    grid, path = Grid(COIN, ("bernoulli:{0.5..0.9:5}", "bernoulli:1"), n="50,100", repeat=2), tmp_path / "cells.jsonl"
    whole = sweep(grid)
    with journal_of(grid, path) as journal:
        for row in whole.rows[:7]:
            journal.add(row.plain)
    # Half a line is what the machine was about to write.
    with path.open("ab") as file:
        file.write(b'{"true": "bern')
    measured_again: list[Row] = []
    with journal_of(grid, path, resume=True) as journal:
        assert kept_rows(grid, journal) == list(whole.rows[:7])

        def heard(row: Row) -> None:
            measured_again.append(row)
            journal.add(row.plain)

        again = sweep(grid, kept=kept_rows(grid, journal), heard=heard)
    assert again == whole
    assert len(measured_again) == len(whole.rows) - 7
    # And what is whole has nothing more to do.
    with journal_of(grid, path, resume=True) as journal:
        assert tuple(kept_rows(grid, journal)) == whole.rows
    lines = path.read_bytes().splitlines()
    assert len(lines) == 1 + len(whole.rows)
    assert json.loads(lines[0])["cells"] == len(whole.rows)
    assert "inf" in json.loads(lines[-1]).values()


def gone_on_with(grid: Grid, path: Path) -> list[Row]:
    with journal_of(grid, path, resume=True) as journal:
        return kept_rows(grid, journal)


def test_rows_of_another_grid_or_version_are_refused(tmp_path: Path) -> None:
    grid, path = Grid(COIN, n="50", repeat=2), tmp_path / "cells.jsonl"
    with journal_of(grid, path) as journal:
        journal.add(measured(grid, grid.cells[0]).plain)
    with pytest.raises(OutputError, match="is there"):
        journal_of(grid, path)
    for other, what in (
        (replace(grid, seed=1), "seed"),
        (replace(grid, n="60"), "n"),
        (replace(grid, repeat=3), "repeat"),
    ):
        with pytest.raises(DataError, match=f"its {what} differs"):
            gone_on_with(other, path)
    kept = path.read_text()
    path.write_text(kept.replace('"version": "', '"version": "0.'))
    with pytest.raises(DataError, match="was made by version 0"):
        gone_on_with(grid, path)
    for text, said in (
        ("x", "first line is missing"),
        (kept[:30] + "?", "first line is missing"),
        ("{}\n", "it is no codelen.cells/1"),
        ("[]\n", "it is no codelen.cells/1"),
        (kept + kept.splitlines()[1] + "\n", "line 3"),
        (kept.replace('"runs"', '"ruins"'), "line 2"),
        (kept.replace("bernoulli:0.7", "bernoulli:0.8"), "its true differs"),
    ):
        path.write_text(text)
        with pytest.raises(DataError, match=said):
            gone_on_with(grid, path)
        assert path.read_text() == text


@pytest.mark.parametrize("whole", [0, 1, 30])
def test_a_journal_that_stopped_within_its_first_line_begins_again(whole: int, tmp_path: Path) -> None:
    grid, path = Grid(COIN, n="50", repeat=2), tmp_path / "cells.jsonl"
    with journal_of(grid, path):
        first = path.read_bytes()
    path.write_bytes(first[:whole])
    with journal_of(grid, path, resume=True) as journal:
        journal.add(measured(grid, grid.cells[0]).plain)
    assert path.read_bytes().startswith(first)
    assert path.read_bytes().count(b"\n") == 2


def test_a_row_of_another_cell_is_refused(tmp_path: Path) -> None:
    grid, path = Grid(COIN, n="50,60", repeat=2), tmp_path / "cells.jsonl"
    with journal_of(grid, path) as journal:
        for cell in reversed(grid.cells):
            journal.add(measured(grid, cell).plain)
    with pytest.raises(DataError, match="line 2 is no result"):
        gone_on_with(grid, path)


def test_a_file_that_a_grid_reads_is_part_of_it(tmp_path: Path) -> None:
    table, path = tmp_path / "p.json", tmp_path / "cells.jsonl"
    table.write_text('{"a": 0.5, "b": 0.5}')
    with journal_of(Grid((f"@{table}",), n="50"), path):
        pass
    table.write_text('{"a": 0.4, "b": 0.6}')
    with pytest.raises(DataError, match="its files differs"):
        journal_of(Grid((f"@{table}",), n="50"), path, resume=True)


# ---------------------------------------------------------------- curves


def test_the_curve_of_beliefs_about_a_coin_has_its_least_at_what_the_coin_did() -> None:
    n, runs = 4000, 5
    made = sweep(Grid(COIN, ("bernoulli:{0.5..0.99:50}",), n=str(n), repeat=runs))
    [panel] = panels_of(made.rows, look := Look().of(made.grid))
    assert (look.x, look.y) == ("assumed", "measured")
    [curve] = panel.curves
    assert len(curve.points) == 50
    # Within the interval of 20,000 flips, and half a step.
    assert abs(curve.least.x - 0.7) <= 1.96 * math.sqrt(0.7 * 0.3 / (n * runs)) + 0.005
    for point in curve.points:
        assert point.predicted == pytest.approx(0.7 * -math.log2(point.x) + 0.3 * -math.log2(1 - point.x), abs=1e-4)
        assert point.floor == pytest.approx(0.8813, abs=1e-4)


def test_the_excess_of_a_block_code_has_its_kinks_where_its_words_change() -> None:
    # Words of two flips change at p² = q, the golden ratio's inverse: above it 1, 2, 3, 3; below 2, 2, 2, 2.
    golden = (math.sqrt(5) - 1) / 2
    made = sweep(Grid(("bernoulli:{0.5..0.74:25}",), coder=("block:2",), n="2000", repeat=4))
    excess = {row.at["true"]: row.excess for row in made.rows}
    assert all(value is not None for value in excess.values())
    for row in made.rows:
        chance = row.at["true"]
        words = (1, 2, 3, 3) if chance > golden else (2, 2, 2, 2)
        pairs = (chance * chance, chance * (1 - chance), chance * (1 - chance), (1 - chance) ** 2)
        exact = math.fsum(pair * word for pair, word in zip(pairs, words, strict=True)) / 2
        assert row.predicted == pytest.approx(exact, abs=1e-9)
        assert row.excess == pytest.approx(exact - Distribution.parse(row.true).entropy, abs=0.02)
    slopes = {p: excess[round(p + 0.01, 2)] - excess[p] for p in list(excess)[:-1]}  # type: ignore[operator]  # none is None
    # It climbs steadily until there, and falls away from there on.
    assert all(slope > -0.004 for p, slope in slopes.items() if p + 0.01 < golden)
    assert all(slope < 0.02 for p, slope in slopes.items() if p > golden)
    peak = max(excess, key=lambda p: excess[p] or 0.0)
    assert abs(peak - golden) < 0.011


def test_beside_what_was_measured_stands_what_was_predicted_of_the_same_figure() -> None:
    made = sweep(Grid(COIN, ("bernoulli:0.6", "order:1", "bernoulli:1"), n="100,400", repeat=2))
    assert len(made.refused) == 2
    known, learned = made.rows[0], made.rows[2]
    assert known.predicted is not None
    assert known.entropy is not None
    assert learned.predicted is None
    above = known.predicted - known.entropy
    for figure, predicted, floor in (
        ("measured", known.predicted, known.entropy),
        ("excess", above, None),
        ("excess_bits", 100 * above, None),
        ("spread", None, None),
    ):
        [panel] = panels_of(made.rows, Look(y=figure).of(made.grid))
        # What was refused is no curve.
        assert [curve.name for curve in panel.curves] == ["bernoulli:0.6", "order:1"]
        here, there = (curve.points[0] for curve in panel.curves)
        assert (here.x, here.predicted, here.floor) == (100, predicted, floor)
        assert there.predicted is None
        assert there.floor == floor


def test_a_look_is_guessed_or_chosen() -> None:
    grid = Grid(("bernoulli:{0.5..0.9:5}",), ("true", "kt"), ("arithmetic", "rans"), "10,100")
    assert Look().of(grid) == Look("true", "measured", "coder", "assumed")
    assert Look(x="n").of(grid) == Look("n", "excess", "coder", "assumed")
    assert Look(lines="n", facets="coder").of(grid) == Look("true", "measured", "n", "coder")
    assert Look().of(Grid(COIN, ("kt", "laplace"), n="10..1e4:4")) == Look("n", "excess_bits", "assumed", "")
    assert Look().of(Grid(COIN)) == Look("n", "excess", "", "")
    for wrong in (Look(x="assumed"), Look(x="p"), Look(y="bits"), Look(lines="x"), Look(facets="q")):
        with pytest.raises(SpecError, match="cannot be"):
            wrong.of(grid)


def test_what_nobody_asked_for_but_varies_is_in_the_name_of_a_curve() -> None:
    made = sweep(Grid(("bernoulli:{0.5..0.9:3}",), ("true", "uniform"), ("arithmetic", "rans"), "10,20", repeat=1))
    panels = panels_of(made.rows, Look().of(made.grid))
    assert [panel.name for panel in panels] == ["true", "uniform"]
    assert [curve.name for curve in panels[0].curves] == [
        "arithmetic, n = 10",
        "arithmetic, n = 20",
        "rans, n = 10",
        "rans, n = 20",
    ]
    assert all(len(curve.points) == 3 for panel in panels for curve in panel.curves)


def test_regret_of_counting_grows_by_half_a_bit_for_each_doubling() -> None:
    made = sweep(Grid(("bernoulli:0.3",), ("kt",), n="64..16384:5", repeat=60))
    [panel] = panels_of(made.rows, Look().of(made.grid))
    regrets = [point.y for point in panel.curves[0].points]
    steps = [later - sooner for sooner, later in zip(regrets, regrets[1:], strict=False)]
    # ½ log2 4 a step, for two tokens; the mean of 60 strays by about ½ log2 e · √2 / √60.
    assert all(abs(step - 1) < 4 * 1.02 / math.sqrt(60) * math.sqrt(2) for step in steps)
    assert sum(steps) / 4 == pytest.approx(1.0, abs=0.2)


# ---------------------------------------------------------------- the command


def test_the_command_goes_on_where_it_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, calls = tmp_path / "cells.jsonl", ["sweep", "--true", "bernoulli:{0.2..0.8:4}", "-n", "40", "--repeat", "2"]
    assert run([*calls, "--keep", str(path), "--json", "-"]) == 0
    whole = json.loads(capsys.readouterr().out)["cells"]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    assert run([*calls, "--keep", str(path), "--json", "-"]) == 1
    assert "is there; go on with it by --resume" in capsys.readouterr().err
    assert run([*calls, "--keep", str(path), "--json", "-", "--resume"]) == 0
    assert json.loads(capsys.readouterr().out)["cells"] == whole
    assert len(path.read_bytes().splitlines()) == 5
    assert run([*calls, "--resume"]) == 2
    assert run(["sweep"]) == 2
    # An input is no place for rows.
    grid = tmp_path / "grid.toml"
    grid.write_text('true = "dice:1"\nn = 20')
    assert run(["sweep", str(grid), "--keep", str(grid), "--resume"]) == 1
    assert grid.read_text().startswith("true")


def test_the_table_says_what_is_the_same_and_why_something_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--assumed", "kt", "--assumed", "a=1", "--coder", "huffman", "-n", "20"]
    assert run(["sweep", "--true", "a=.5,b=.5", *words]) == 0
    out = capsys.readouterr().out
    assert out.startswith("true P   a=.5,b=.5   H(P) = 1.0000 bits/token\ncoder    huffman\nn        20\n")
    assert "kt                 -         -" in out
    assert "a=1              inf         -" in out
    assert out.count("- 1 cell: ") == 2
