"""Training, weighed: every epoch's payload is its loss, and the model comes near what nobody can save."""

from __future__ import annotations

import csv
import io
import json
import math
import zlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from compress.cli.main import run
from compress.errors import DataError, SpecError, ZeroProbabilityError
from compress.models.counts import Counting
from compress.probability.zeros import ZeroPolicy
from compress.reports.views import as_csv, as_page, as_table
from compress.training.epochs import Learning, calibration
from compress.training.labelled import LabelledTable, _held_out, learn_birds, read_table, split
from compress.training.learn import FLOOR, Plan, learn_coin, learn_labels, learn_text
from compress.training.network import Network

COIN = 0.8812908992306926


def test_a_coin_is_learned() -> None:
    made = learn_coin()
    assert (made.verdict, made.parameters, made.rows, len(made.epochs)) == ("pass", 2, 10_000, 21)
    assert made.floor == pytest.approx(COIN)
    sizes = [epoch.held_out.payload_bits for epoch in made.epochs]
    assert sizes[0] == 10_000
    assert sizes == sorted(sizes, reverse=True)
    assert made.truth is not None
    # The model is as good as P itself, within what 10,000 flips can tell.
    assert 0 <= sizes[-1] - made.truth.payload_bits < 20
    assert sizes[-1] / 10_000 == pytest.approx(COIN, abs=0.03)
    for epoch in made.epochs:
        assert abs(epoch.held_out.payload_bits - epoch.held_out.loss_bits) < 3
    assert made.epochs[0].training_loss == pytest.approx(math.log(2))


@pytest.mark.parametrize("hidden", [0, pytest.param(6, marks=pytest.mark.slow)])
def test_labels_are_learned_to_near_what_no_model_saves(hidden: int) -> None:
    made = learn_labels(learn_birds(4_000, seed=1), Plan(hidden=hidden, seed=1))
    assert made.verdict == "pass"
    assert made.truth is not None
    n = made.last.held_out.n
    own = made.truth.payload_bits
    assert own - 20 < made.last.held_out.payload_bits < own + 0.03 * n
    assert made.last.held_out.payload_bits < 0.8 * made.baselines["order 0"]
    assert made.last.accuracy > 0.6 > made.epochs[0].accuracy
    assert made.parameters == ((10 + 1) * 3 if not hidden else (10 + 1) * 6 + (6 + 1) * 3)
    assert made.furthest < 3


def test_the_same_seed_gives_the_same_files() -> None:
    data = learn_birds(500, seed=2)
    one, other = (learn_labels(data, Plan(epochs=3, hidden=3, seed=5)) for _ in range(2))
    assert one == other
    assert learn_labels(data, Plan(epochs=3, hidden=3, seed=6)).last != one.last


def test_training_stops_where_it_no_longer_helps() -> None:
    data = learn_birds(300, seed=3)
    made = learn_labels(data, Plan(rate=0.05, epochs=300, hidden=20, patience=4))
    assert len(made.epochs) < 200
    assert made.ended.endswith("no smaller held-out loss for 4 epochs")
    assert made.best.number == made.last.number - 4


def test_a_loss_that_goes_astray_says_what_to_change() -> None:
    with pytest.raises(DataError, match=r"the loss grew to .* nats in epoch 1; try a smaller step than 1e\+06"):
        learn_labels(learn_birds(300, seed=3), Plan(rate=1e6))


def test_what_an_over_confident_model_pays() -> None:
    """Labels that nothing foretells, learned by heart: certain beliefs, right as often as chance."""
    rng = np.random.Generator(np.random.PCG64(1))
    text = "\n".join(f"{rng.normal()},{rng.normal()},{'xy'[rng.integers(2)]}" for _ in range(80))
    made = learn_labels(split(read_table_of(f"a,b,label\n{text}"), "label", 0), Plan(rate=0.1, epochs=400, hidden=60))
    assert made.last.training_loss < 0.5
    assert (made.last.held_out.loss or 0) > math.log(2)
    assert sum(each.count for each in made.calibration) == 16
    certain = made.calibration[-1]
    assert certain.believed > certain.right + 0.15


def read_table_of(text: str) -> LabelledTable:
    return read_table(io.BytesIO(text.encode()))


def test_a_floor_makes_the_impossible_dear_and_not_infinite(monkeypatch: pytest.MonkeyPatch) -> None:
    data = learn_birds(200, seed=1)
    monkeypatch.setattr(Network, "probabilities", lambda self, x: np.tile([1.0, 0.0, 0.0], (len(x), 1)))
    monkeypatch.setattr(Network, "loss", lambda self, x, y: 1.0)
    made = learn_labels(data, Plan(epochs=0))
    wrong = int((data.held_y != 0).sum())
    assert made.last.held_out.excluded == wrong > 0
    assert made.last.held_out.zeros_bits == pytest.approx(wrong * math.log2(1e9), rel=1e-6)
    assert made.verdict == "pass"


def test_calibration_counts_what_came_true() -> None:
    bins = calibration(np.array([0.95, 0.91, 0.7, 0.5]), np.array([True, False, True, False]))
    assert [(each.low, each.count, each.right) for each in bins] == [(0.5, 1, 0), (0.7, 1, 1), (0.9, 2, 0.5)]
    assert bins[-1].believed == pytest.approx(0.93)
    assert calibration(np.array([1.0]), np.array([True]))[0].high == 1.0


def test_a_payload_that_is_not_the_loss_fails() -> None:
    made = learn_coin(n=200, plan=Plan(epochs=2, batch=200))
    longer = replace(made.last.held_out, payload_bits=made.last.held_out.payload_bits + 4)
    assert replace(made, epochs=(*made.epochs[:-1], replace(made.last, held_out=longer))).verdict == "fail"


@pytest.mark.parametrize(
    ("settings", "message"), [({"rate": 0}, "the length of a step"), ({"batch": 0}, "a step must take 1")]
)
def test_a_plan_that_makes_no_sense(settings: dict[str, float], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Plan(**settings)  # type: ignore[arg-type]  # by their names


def test_the_command_shows_and_keeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [tmp_path / f"x.{ending}" for ending in ("json", "csv", "md", "html", "svg")]
    options = [f"--{name}" for name in ("json", "csv", "markdown", "html", "plot")]
    pairs = [word for pair in zip(options, map(str, names), strict=True) for word in pair]
    assert run(["learn", "labels", "--epochs", "4", *pairs]) == 0
    out = capsys.readouterr().out
    record = json.loads(names[0].read_text())
    assert (record["schema"], record["zeros"], record["parameters"]) == ("codelen.learn/1", "floor:1e-9", 33)
    assert [epoch["epoch"] for epoch in record["epochs"]] == [0, 1, 2, 3, 4]
    for epoch in record["epochs"]:
        assert f"{epoch['payload_bits']:,}" in out
        assert abs(epoch["payload_bits"] - epoch["held_out_loss_bits"]) < 3
    assert "floor:1e-9: costs 0.0000 bits in the last epoch" in out
    assert f"H(Y|X) = {record['floor']:.4f} bits/token" in out
    assert [each["name"] for each in record["totals"]] == ["uniform", "order 0, kt", "two-part", "prequential"]
    for each in record["totals"]:
        assert each["bits"] == each["model_bits"] + each["data_bits"]
        assert f"{each['bits']:,}" in out
    rows = list(csv.DictReader(names[1].read_text().splitlines()))
    assert [float(row["payload_bits"]) for row in rows] == [epoch["payload_bits"] for epoch in record["epochs"]]
    assert "| epoch |" in names[2].read_text("utf-8")
    assert "Learning, weighed" in names[3].read_text("utf-8")
    assert "P on these tokens" in names[4].read_text("utf-8")


def test_a_text_of_a_hundred_characters_is_long_enough() -> None:
    made = learn_text("ab" * 50, plan=Plan(epochs=0))
    assert made.verdict == "pass"
    with pytest.raises(DataError, match="99 characters are too few"):
        learn_text("ab" * 49 + "a", plan=Plan(epochs=0))


def test_the_command_tells_by_its_exit_status_that_a_payload_was_not_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Learning, "verdict", "fail")
    assert run(["learn", "coin", "--epochs", "1", "-q"]) == 3


def test_many_epochs_are_shown_in_part() -> None:
    made = learn_coin(n=50, plan=Plan(epochs=200, batch=50, momentum=0.0))
    shown = as_csv(made)
    assert shown.count("\n") == 202
    table = as_table(made)
    assert table is not None
    assert "<tr>" in as_page(made)


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        ("labels --data d.csv", 2, "--data FILE.csv and --label COLUMN go together"),
        ("coin --hidden 3", 2, "coin learns one number: --hidden is for labels and text"),
        ("coin --data d.csv --label b", 2, "--data and --label go with labels"),
        ("labels --file d.csv", 2, "--file goes with text"),
        ("text --file d.csv", 1, "d.csv: 84 characters are too few to learn from and to test on; 100 are needed"),
        ("text --file none.txt", 1, "none.txt: No such file or directory"),
        ("text --file bad", 1, "bad: not UTF-8 text (byte 1)"),
        ("labels --data d.csv --label c", 1, "d.csv: no column is called 'c'; there are 'a', 'b'"),
        ("labels --data none.csv --label c", 1, "none.csv: No such file or directory"),
        ("labels --lr 1e9", 1, "the loss grew to"),
        ("labels --batch 0", 2, "a step must take 1 row or more, not 0"),
        ("labels --zeros laplace:1", 2, "laplace adds to counts, and predictions are not counts"),
        ("labels --data d.csv --label b --json d.csv", 1, "d.csv: is the input"),
    ],
)
def test_what_cannot_be_learned_is_said_in_a_line(
    options: str,
    status: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text("a,b\n" + "1,x\n2,y\n" * 10)
    Path("bad").write_bytes(b"a\xff")
    assert run(["learn", *options.split()]) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"codelen: {says}")


def test_a_table_of_one_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.csv").write_text("n,b\n" + "".join(f"{i % 10},{'xy'[i % 10 > 4]}\n" for i in range(200)))
    assert (
        run(
            [
                "learn",
                "labels",
                "--data",
                str(tmp_path / "d.csv"),
                "--label",
                "b",
                "--lr",
                "0.1",
                "--zeros",
                "floor:1e-6",
            ]
        )
        == 0
    )
    out = capsys.readouterr().out
    assert "labels: 2 classes" in out
    assert "H(Y|X)" not in out
    assert "floor:1e-6: costs" in out
    assert "100.0%" in out
    assert ZeroPolicy.parse("floor:1e-9") == FLOOR


TEXT = (
    "".join(
        f"the {a} {b} sat on the {c}. " for a in ("red", "old") for b in ("cat", "dog", "rat") for c in ("mat", "box")
    )
    * 6
)


def test_a_text_is_read_and_the_rest_decoded_by_asking() -> None:
    made = learn_text(TEXT, Plan(rate=0.05, epochs=6, hidden=24))
    assert (made.verdict, made.decodes_alone, made.floor, made.totals) == ("pass", True, None, ())
    n = made.last.held_out.n
    assert (made.rows, n) == (len(TEXT) - len(TEXT) // 5, len(TEXT) // 5)
    size = len(set(TEXT))
    # Vectors of 12 for each and for none; five of them to 24, and 24 to each.
    assert made.parameters == 12 * (size + 1) + (60 * 24 + 24) + (24 * size + size)
    assert made.last.held_out.payload_bits < 0.5 * made.epochs[0].held_out.payload_bits
    assert made.last.held_out.payload_bits < made.baselines["order:0"]
    assert made.baselines["uniform"] == pytest.approx(n * math.log2(size))
    assert set(made.baselines) == {"uniform", "order:0", "order:1", "order:2", "order:3", "zlib", "bz2", "lzma"}
    assert replace(made, decodes_alone=False).verdict == "fail"


def test_what_others_need_for_the_rest_is_all_of_it_less_the_first() -> None:
    made = learn_text(TEXT, Plan(rate=0.05, epochs=0, hidden=4))
    data, first = TEXT.encode(), TEXT[: len(TEXT) - len(TEXT) // 5].encode()
    assert made.baselines["zlib"] == 8 * (len(zlib.compress(data, 6)) - len(zlib.compress(first, 6)))
    symbols = np.unique(list(TEXT), return_inverse=True)[1].astype(np.uint8)
    model = Counting("order:0", len(set(TEXT)), Fraction(1, 32))
    assert made.baselines["order:0"] == pytest.approx(
        model.ideal_bits(symbols) - model.ideal_bits(symbols[: len(first)])
    )


def test_the_command_reads_a_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.txt").write_text(TEXT)
    assert run(["learn", "text", "--file", str(tmp_path / "t.txt"), "--epochs", "2", "--hidden", "8"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "text: 17 classes" in out
    assert "decoded again by asking the network for one after the other" in out
    assert "order:2 " in out


def test_a_class_that_only_the_held_out_rows_have_is_dear_and_no_error() -> None:
    text = "\n".join(f"{i % 7},{'xy'[i % 2]}" for i in range(100)).splitlines()
    first = int(_held_out(100, 0)[0][0])
    text[first] = text[first][:-1] + "z"
    data = split(read_table_of("a,label\n" + "\n".join(text)), "label", 0)
    assert 2 in data.held_y
    assert 2 not in data.y
    made = learn_labels(data, Plan(epochs=20, rate=0.05))
    assert made.verdict == "pass"
    assert (made.last.held_out.loss or 0) * 20 > math.log(20)


def test_what_is_impossible_is_refused_by_its_class_unless_a_floor_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = learn_birds(200, seed=1)
    monkeypatch.setattr(Network, "probabilities", lambda self, x: np.tile([1.0, 0.0, 0.0], (len(x), 1)))
    first = int(np.argmax(data.held_y != 0))
    name = data.classes[int(data.held_y[first])]
    with pytest.raises(
        ZeroProbabilityError, match=f"Q gives token '{name}' .*it is held-out row {first}, after epoch 0"
    ):
        learn_labels(data, Plan(epochs=0, zeros=ZeroPolicy()))
