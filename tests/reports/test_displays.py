"""Objects show themselves in a notebook: every figure of their tables, escaped, and nothing else."""

from __future__ import annotations

import importlib
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import compress
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.experiments.predict import expected_code
from compress.experiments.validate import validate_all
from compress.probability.distribution import Distribution, Pair
from compress.probability.relative import Relative
from compress.shown import Shown
from compress.sources.iid import IidSource
from compress.specs import Reading
from compress.teaching.demo import demo

P = Distribution.parse("a=.5,b=.3,c=.2")


def all_objects() -> dict[str, Any]:
    run = compress.validate(P, "a=.4,b=.3,c=.3", "huffman", n=500)
    book = expected_code(P, choose("huffman")).coder.book
    experiment = validate_all(IidSource(P), [Relative.TRUE], [choose("huffman")], 100)
    report = compress.report([Path(__file__)], speed=False)
    named = (P, Pair.of(P, P), book, run, run.ledger, experiment, report, demo(100), compress.compare(report, report))
    return {type(each).__name__: each for each in named}


OBJECTS = all_objects()


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, flags=re.DOTALL)
    return [[unescape(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, flags=re.DOTALL)] for row in rows]


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_a_piece_of_html(name: str) -> None:
    html = OBJECTS[name]._repr_html_()
    assert html.startswith("<div>")
    assert html.endswith("</div>")
    assert len({len(row) for row in cells(html)}) <= 3
    assert not re.search(r"<(script|style|img|link)|--all|url\(", html)
    assert not hasattr(OBJECTS[name], "_repr_svg_")
    assert not hasattr(OBJECTS[name], "_repr_png_")


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_that_is_printed_says_the_same(name: str) -> None:
    shown, html = str(OBJECTS[name]), OBJECTS[name]._repr_html_()
    words = set(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert len(words) > 7
    assert words <= set(shown.split())
    assert "--all" not in shown
    assert shown == shown.rstrip()


def test_a_record_that_is_printed_is_what_the_command_line_shows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = validate_all(IidSource(P), [Relative.TRUE], [choose("huffman")], 100)
    assert run(["validate", "--true", P.spec, "--coder", "huffman", "-n", "100"]) == 0
    assert f"{made}\n" == capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["validate", "--true", P.spec, "--coder", "huffman", "-n", "100"]) == 0
    assert "\x1b[" in capsys.readouterr().out
    assert "\x1b[" not in str(made)
    assert repr(made) == "Experiment(true='a=.5,b=.3,c=.2', n=100, seed=0, runs=1, verdict='pass')"
    assert str(Distribution.parse("zipf:k=200")).splitlines()[-7] == "... and 160 more tokens"


def test_a_run_that_is_printed_says_what_was_lost(tmp_path: Path) -> None:
    (tmp_path / "c.py").write_text("def C(q):\n    return lambda s: bytes(len(s)), lambda p, n: [0] * n")
    made = compress.validate(P, coder=f"{tmp_path / 'c.py'}:C", n=50)
    assert made.lost is not None
    assert f"not decoded: {made.lost}" in str(made)
    assert "not decoded" not in str(OBJECTS["Validation"])


def test_the_figures_are_the_objects() -> None:
    assert ["a", "0.5", "1.00"] in cells(OBJECTS["Distribution"]._repr_html_())
    assert [row[0] for row in cells(OBJECTS["Pair"]._repr_html_())][1:4] == ["a", "b", "c"]
    assert cells(OBJECTS["Codebook"]._repr_html_())[1:] == [["0", "1", "0"], ["1", "2", "10"], ["2", "2", "11"]]
    run, shown = OBJECTS["Validation"], cells(OBJECTS["Validation"]._repr_html_())
    assert shown[1][:3] == ["a=.4,b=.3,c=.3", "huffman", f"{run.kl_divergence:.4f}"]
    assert shown[1][-1] == "pass"
    assert ["8 x file bytes", f"{8 * run.file_bytes:,}.0"] in cells(OBJECTS["Ledger"]._repr_html_())
    assert len(cells(OBJECTS["Ledger"]._repr_html_())) == 1 + 6 + 1


def test_foreign_tokens_are_words() -> None:
    html = Distribution.from_weights([("<b>&", 1), ('"x"', 1)])._repr_html_()
    assert "<b>" not in html
    assert {row[0] for row in cells(html)} >= {"<b>&", '"x"'}


def test_a_long_one_is_cut_and_says_so() -> None:
    html = Distribution.parse("uniform:1000")._repr_html_()
    assert "... and 960 more tokens</div>" in html
    assert html.count("<tr>") < 50
    book = expected_code(Distribution.parse("uniform:1000"), choose("huffman")).coder.book
    assert book is not None
    assert "... and 960 more" in book._repr_html_()


def test_every_record_is_one_line_at_a_prompt() -> None:
    from compress.reports.views import VIEWS

    for name in VIEWS:
        module, _, kind = name.rpartition(".")
        record = getattr(importlib.import_module(f"compress.{module}"), kind)
        if issubclass(record, Shown):
            assert record._told, name
            assert "__repr__" in vars(record)
    [run] = validate_all(Reading().source("zipf:k=1000"), [Relative.UNIFORM], [choose("huffman")], 200).runs
    told = f"Validation(assumed='uniform', coder='huffman', n=200, cross_entropy={run.cross_entropy:.6g}, "
    assert repr(run).startswith(told)
    assert len(repr(run)) < 200
