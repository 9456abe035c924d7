"""Labelled rows: read, split and made into numbers, and drawn from a P whose H(Y|X) is known."""

from __future__ import annotations

import io
import itertools
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from compress.cli.main import run
from compress.errors import DataError, LimitError
from compress.training import labelled as module
from compress.training.labelled import LabelledTable, birds, birds_floor, learn_birds, read_table, split


def table(text: str) -> LabelledTable:
    return read_table(io.BytesIO(text.encode()))


def rows_of(n: int, cell: str = "{0},{1}") -> LabelledTable:
    lines = "\n".join(cell.format(i, "xy"[i % 2]) for i in range(n))
    return table(f"a,label\n{lines}\n")


@pytest.mark.slow
def test_the_birds_come_as_often_as_they_should() -> None:
    n = 200_000
    seen = Counter(map(tuple, birds(n, seed=1).rows))
    weights = module._bird_weights()
    assert len(weights) == 3 * 4 * 2 * 10
    for row, of_row in itertools.islice(weights.items(), 0, None, 17):
        for bird, weight in zip(("gull", "heron", "lark"), of_row, strict=True):
            due = weight / sum(of_row) / len(weights)
            assert seen[(*row.split(","), bird)] / n == pytest.approx(due, abs=5 * math.sqrt(due / n))
    assert birds(50, seed=2) == birds(50, seed=2)


def test_the_floor_of_the_birds_is_the_conditional_entropy() -> None:
    total = 0.0
    for place, season, sky, wind in itertools.product(module._PLACES, module._SEASONS, module._SKIES, range(10)):
        weights = [
            module._PLACES[place][k] * module._SEASONS[season][k] * module._SKIES[sky][k] * bend
            for k, bend in enumerate((10 + wind, 15, 20 - wind))
        ]
        q = np.array(weights) / sum(weights)
        total -= float((q * np.log2(q)).sum())
    assert birds_floor() == pytest.approx(total / 240, abs=1e-12)


def test_the_truth_stands_beside_the_rows_that_are_held_out() -> None:
    made = learn_birds(2_000, seed=4)
    assert made.truth is not None
    assert made.truth.shape == (400, 3)
    assert made.truth.sum(axis=1) == pytest.approx(np.ones(400))
    # Its own surprise at what came is near H(Y|X), and no shuffling of it is.
    own = -np.log2(made.truth[np.arange(400), made.held_y]).mean()
    assert own == pytest.approx(birds_floor(), abs=0.15)
    assert -np.log2(made.truth[::-1][np.arange(400), made.held_y]).mean() > own + 0.3


def test_what_is_held_out_was_not_chosen_by_what_it_is() -> None:
    for seed in range(5):
        made = learn_birds(4_000, seed)
        ours, held = (np.bincount(y, minlength=3) / y.size for y in (made.y, made.held_y))
        assert np.abs(ours - held).max() < 0.06


def test_numbers_are_standardised_and_words_are_ones_by_the_rows_to_learn_from() -> None:
    made = split(
        table("n,word,label\n" + "\n".join(f"{i * i},{'abc'[i % 3]},{'xy'[i % 2]}" for i in range(50))), "label", 1
    )
    assert made.x.shape == (40, 4)
    assert made.x[:, 0].mean() == pytest.approx(0, abs=1e-12)
    assert made.x[:, 0].std() == pytest.approx(1)
    assert abs(made.held_x[:, 0].mean()) > 1e-3
    assert set(made.x[:, 1:].ravel()) == {0.0, 1.0}
    assert (made.x[:, 1:].sum(axis=1) == 1).all()
    assert made.classes == ("x", "y")
    assert (made.floor, made.truth) == (None, None)


def test_a_word_that_only_the_held_out_rows_have_is_none() -> None:
    cells = ["known"] * 200
    held, _ = module._held_out(200, 3)
    cells[int(held[0])] = "strange"
    text = "\n".join(f"{cell},{'xy'[i % 2]}" for i, cell in enumerate(cells))
    made = split(table(f"w,label\n{text}"), "label", 3)
    assert made.x.shape == (160, 1)
    assert made.held_x[0].tolist() == [0.0]
    # A number that never changes is 0, and no division by 0.
    assert split(table("n,label\n" + "\n".join(f"7,{'xy'[i % 2]}" for i in range(20))), "label", 0).x.max() == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no row of column names"),
        ("a,a\n1,2\n", "two columns are called 'a'"),
        ("a,b\n1\n", "line 2 has 1 cells, and there are 2 columns"),
        ("a,b\n1,x\n2,\n", "line 3 has nothing in column 'b'"),
        ('a,b\n"1,x\n', "line 2 is not CSV"),
    ],
)
def test_what_is_no_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        table(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("made", "label", "message"),
    [
        (rows_of(20), "c", "no column is called 'c'; there are 'a', 'label'"),
        (rows_of(3), "label", "3 rows are too few to learn from and to test on; 10 are needed"),
        (rows_of(9), "label", "9 rows are too few"),
        (rows_of(20, "{0},x"), "label", "column 'label' has one class only, 'x': there is nothing to learn"),
        (rows_of(300, "name{0},{1}"), "label", "column 'a' has 240 different words, and 200 are allowed"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(made: LabelledTable, label: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        split(made, label, 0)
    assert str(caught.value).startswith(message)


def test_ten_rows_are_enough() -> None:
    made = split(rows_of(10), "label", 0)
    assert (made.y.size, made.held_y.size) == (8, 2)


def test_bytes_that_are_no_text_and_too_many_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"not UTF-8 text \(byte 3\)"):
        read_table(io.BytesIO(b"a,b\xff"))
    assert read_table(io.BytesIO(b"\xef\xbb\xbfa,b\n")).columns == ("a", "b")
    monkeypatch.setattr(module, "LARGEST_TABLE", 10)
    with pytest.raises(LimitError, match="holds more than 10 bytes"):
        table("a,b\n1,2\n3,4\n")


# ---------------------------------------------------------------- numbers, and what is none


@pytest.mark.parametrize("stray", ["NA", "inf", "1,234", "12%", "nan", "-"])
def test_a_slip_in_a_column_of_numbers_is_named_and_is_no_word(stray: str) -> None:
    """As a word it would make a word of each of the numbers, 189 of them, in silence."""
    rows = [f"{at}.5,{'x' if at % 2 else 'y'}" for at in range(100)]
    rows[41] = f'"{stray}",x'
    table = read_table(io.BytesIO("\n".join(["size,kind", "", *rows, ""]).encode()))
    says = (
        f"line 44: column 'size' is a number in 99 of 100 rows, and here it is '{stray}'; mend the cell, or leave "
        "the row or the column out"
    )
    with pytest.raises(DataError) as caught:
        split(table, "kind", 0)
    assert str(caught.value) == says


def test_a_column_that_is_words_for_the_tenth_part_is_words_and_said_to_be() -> None:
    rows = [["north" if at % 9 == 0 else str(at % 4), str(at), "xy"[at % 2]] for at in range(90)]
    made = split(LabelledTable(("place", "size", "kind"), rows), "kind", 0)
    assert made.words == {"place": 5}
    assert made.x.shape[1] == 5 + 1
    assert split(LabelledTable(("size", "kind"), [row[1:] for row in rows]), "kind", 0).words == {}


def test_the_words_of_a_table_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("sex,mass,kind\n" + "f,3.5,x\nm,4.5,y\n" * 30)
    arguments = ["learn", "labels", "--data", str(table), "--label", "kind", "--epochs", "1"]
    assert run(arguments) == 0
    assert "words       no numbers: sex (2 values)" in capsys.readouterr().out
    assert run([*arguments, "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["words"] == {"sex": 2}
