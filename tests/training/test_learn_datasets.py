"""Training on tables of scikit-learn, as CSV files: every epoch's payload is its loss, whatever the data are."""

from __future__ import annotations

import importlib
import io
import math
from pathlib import Path

import pytest

from compress.reports.table import render
from compress.reports.views import as_table
from compress.training.labelled import read_table, split
from compress.training.learn import Plan, learn_labels


@pytest.mark.fuzz
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "hidden", "right"),
    [("digits", 0, 0.93), ("digits", 32, 0.95), ("wine", 0, 0.9), ("breast_cancer", 0, 0.93)],
)
def test_a_table_of_scikit_learn(name: str, hidden: int, right: float, tmp_path: Path) -> None:
    datasets = pytest.importorskip("sklearn.datasets", reason="needs scikit-learn")
    importlib.import_module("sklearn")
    made = getattr(datasets, f"load_{name}")()
    lines = [",".join([*(f"x{at}" for at in range(made.data.shape[1])), "class"])]
    lines += [
        ",".join([*map(repr, row), str(made.target_names[label])])
        for row, label in zip(made.data.tolist(), made.target.tolist(), strict=True)
    ]
    (tmp_path / "d.csv").write_text("\n".join(lines))
    data = split(read_table(io.BytesIO((tmp_path / "d.csv").read_bytes())), "class", 0)
    found = learn_labels(data, Plan(hidden=hidden))
    print(f"\n{name}, {hidden} hidden\n{render(as_table(found))}")
    assert found.verdict == "pass"
    assert len(found.epochs) == 21
    for epoch in found.epochs:
        held = epoch.held_out
        assert abs(held.payload_bits - held.n * (held.loss or 0) / math.log(2)) <= 3
    assert found.last.accuracy > right
    assert found.last.held_out.payload_bits < 0.5 * found.baselines["order 0"]
