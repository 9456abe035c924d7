"""Reports on every screen: narrow, wide, a pipe, and one that knows no Greek."""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

import processes
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import compress
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.experiments.validate import validate_all
from compress.foreign.choice import at_work, chosen
from compress.ledger import TERMS
from compress.probability.distribution import Distribution
from compress.probability.relative import Relative
from compress.reports import plain
from compress.reports.table import Either, folded, new_table, render, spec_name
from compress.reports.tables.validation import demo_report, experiment_report
from compress.sources.iid import IidSource
from compress.specs import Reading
from compress.teaching.demo import demo

BELIEFS = ["true", "uniform", "1=1/1000,0=999/1000", "1=300000000000000000001/500000000000000000001,0=2/5"]
FIGURE = re.compile(r"[-+]?[\d,]+\.\d+")
COMMANDS = [
    ["demo", "-n", "1000"],
    ["info", "dice:3", "--versus", "uniform"],
    ["info", "zipf:k=50,s=1.2"],
    ["code", "dice:3", "--true", "uniform:16"],
    ["code", "normal:mean=0,sd=2,step=0.5", "--coder", "arithmetic"],
    ["code", "geometric:p=0.5"],
]


def many_runs(n: int = 100_000) -> str:
    source = IidSource(Distribution.parse("bernoulli:0.7"))
    beliefs = [Reading(normalize=True).assumed(spec) for spec in BELIEFS]
    coders = [choose(name) for name in ("arithmetic", "huffman", "shannon")]
    experiment = validate_all(source, beliefs, coders, n)
    return render(experiment_report(experiment))


def widest(text: str) -> int:
    return max(map(cell_len, text.splitlines()))


def test_many_runs_fit_in_80_columns_and_lose_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = many_runs()
    monkeypatch.setenv("COLUMNS", "80")
    narrow = many_runs()
    assert widest(wide) > 80 >= widest(narrow)
    assert sorted(FIGURE.findall(wide)) == sorted(figure for figure in FIGURE.findall(narrow))
    assert "…" not in narrow


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_report_fits_in_80_columns(
    command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(command) == 0
    out = capsys.readouterr().out
    assert widest(out) <= 80
    assert "…" not in out


def test_a_file_s_report_fits_in_80_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text, packed = tmp_path / "text", tmp_path / "packed.clen"
    text.write_bytes(bytes(range(256)) * 4000)
    assert run(["encode", str(text), "-o", str(packed)]) == 0
    monkeypatch.chdir(tmp_path)
    assert run(["inspect", packed.name]) == 0
    assert 60 < widest(capsys.readouterr().out) <= 80


def test_a_terminal_narrower_than_a_figure_does_not_cut_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    figures = [f"{10**20 + place:,}" for place in range(6)]
    table = new_table("", *"abcdef")
    table.add_row("row", *figures)
    assert all(figure in render(table) for figure in figures)


def test_a_pipe_has_no_edge() -> None:
    words = " ".join(["word"] * 100)
    table = new_table("long", "n")
    table.add_row(words, "1")
    assert words in render(table)
    assert widest(render(Either(table, "narrow"))) > 400


@pytest.mark.parametrize(
    ("columns", "form"), [("200", "the wide form" * 8), ("104", "the wide form" * 8), ("103", "narrow")]
)
def test_the_wide_form_is_shown_where_it_fits(columns: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert render(Either("the wide form" * 8, "narrow")) == form + "\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_screen_without_the_signs_shows_the_same_columns(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    report = demo_report(demo(1000, 0, watch=iter))
    usual = render(report).splitlines()
    plain.register()
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=plain.PLAIN)
    monkeypatch.setattr(sys, "stdout", stream)
    text = render(report)
    stream.write(text)
    stream.flush()
    shown = stream.buffer.getvalue().decode(encoding).splitlines()
    rows = [(a, b) for a, b in zip(usual, shown, strict=True) if a.endswith("pass")]
    assert len(rows) == 6
    assert all(len(a) == len(b) for a, b in rows)
    assert not any("?" in line for line in shown)
    assert shown[4].startswith("Q(heads)")
    assert set(shown[5]) == {"-"}


def test_unknown_letters_are_spelled_out() -> None:
    plain.register()
    assert "Q̂·Σ ≤ é 😀 ─".encode("ascii", plain.PLAIN) == b"Q^*sum <= \\xe9 \\U0001f600 -"
    assert "±é─".encode("cp1252", plain.PLAIN) == b"\xb1\xe9-"


def test_the_handler_is_for_writing_only() -> None:
    plain.register()
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", plain.PLAIN)


def test_the_command_writes_letters_that_standard_output_has() -> None:
    work, environment = processes.codelen("code", "é=0.5,H=0.5"), {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = processes.run(work, folder=Path(), environment=environment)
    assert ended.status == 0
    out = ended.out.decode("ascii")
    assert "Q^" in out
    assert "\\xe9" in out


@given(st.text("ab/:,= ", max_size=60), st.integers(1, 20))
def test_a_folded_name_is_whole_and_narrow(name: str, width: int) -> None:
    lines = folded(name, width=width).split("\n")
    assert "".join(lines) == name
    assert not name or all(0 < len(line) <= width for line in lines)
    assert folded("a", name, "b", width=width).startswith("a\n")


def test_the_name_of_a_coder_from_outside_leaves_room_for_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a_folder_with_a_name" / "coders.py"
    path.parent.mkdir()
    path.write_text(
        "import zlib\nclass WithALongNameOfItsOwn:\n    compress, decompress = zlib.compress, zlib.decompress"
    )
    choices = [choose("huffman"), chosen(f"{path}:WithALongNameOfItsOwn")]
    with at_work(choices):
        source = IidSource(Distribution.parse("dice:2"))
        made = validate_all(source, [Relative.TRUE, Relative.UNIFORM], choices, 100)
    wide = render(experiment_report(made))
    monkeypatch.setenv("COLUMNS", "80")
    narrow = render(experiment_report(made))
    assert widest(narrow) <= 80 < widest(wide)
    assert sorted(FIGURE.findall(wide)) == sorted(FIGURE.findall(narrow))
    for term in TERMS:
        assert re.search(rf"^{term} +\S", narrow, re.MULTILINE)
    assert "coders.py:Wi...gNameOfItsOwn" in wide


def test_a_belief_that_nobody_spelled_is_told_by_its_first_tokens() -> None:
    made = compress.validate({"H": 0.7, "T": 0.3}, {"H": 0.6, "T": 0.4}, n=100)
    assert spec_name(made.assumed) == "H=0.6,T=0.4"
    assert "H=0.6,T=0.4" in str(made)
    assert spec_name(Distribution.of({"a": 0.25, "b": 0.25, "c": 0.125, "d": 0.375})) == "a=0.25,b=0.25,c=0.125"
