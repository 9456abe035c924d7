"""What a command's result becomes in files: the same figures in each format, all of them or none."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Group
from rich.table import Column, Table

import compress
from compress.cli.main import run
from compress.errors import printable
from compress.reports.markdown import markdown
from compress.reports.table import render
from compress.reports.views import as_table
from compress.teaching.demo import demo

COMMANDS = {
    "report": "report in --no-speed --coder huffman --coder shannon",
    "validate": "validate --true zipf:k=5 --assumed uniform --assumed true --coder huffman --coder arithmetic -n 500",
    "demo": "demo -n 500",
}
RUNS = {"report": "rows", "validate": "runs", "demo": "runs"}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/prose.txt").write_bytes(b"the cat sat on the mat, and that was that. " * 20)
    Path("in/=1+1").write_bytes(b"aab" * 50)


def result(call: str, *arguments: str) -> tuple[int, str]:
    """The status of a call, and what it says on standard error."""
    with pytest.MonkeyPatch.context() as patch:
        said = io.StringIO()
        patch.setattr("sys.stderr", said)
        return run([*call.split(), *arguments]), said.getvalue()


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("command", COMMANDS)
def test_all_formats_of_one_call_have_the_same_figures(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    call = [*COMMANDS[command].split(), "--json", "x.json", "--csv", "x.csv", "--markdown", "x.md"]
    assert run(call) == 0
    table = capsys.readouterr().out
    record = json.loads(Path("x.json").read_text("utf-8"))
    rows = table_of(Path("x.csv").read_text("utf-8"))
    runs = record[RUNS[command]]
    coded = rows[: len(runs)]
    assert len(runs) >= 4
    for each, row in zip(runs, coded, strict=True):
        for term, bits in each["ledger"].items():
            assert float(row[f"ledger_{term}"]) == bits
        for check, verdict in each["checks"].items():
            assert row[f"checks_{check}"] == ("" if verdict is None else str(verdict))
        assert int(row["payload_bits"]) == each["payload_bits"]
        assert int(row["file_bytes"]) == each["file_bytes"]
        assert (row["coder"], row["verdict"]) == (each["coder"], each["verdict"])
    # Every figure of the table stands in the Markdown, and no other.
    assert figures(Path("x.md").read_text("utf-8")) == figures(table)


def figures(text: str) -> list[str]:
    return sorted(re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w.])", text.replace("\\", "")))


def test_the_rows_of_a_report_are_those_of_its_record_with_baselines_and_failures() -> None:
    assert run([*COMMANDS["report"].split(), "gone", "--json", "x.json", "--csv", "x.csv", "-q"]) == 1
    record, rows = json.loads(Path("x.json").read_text()), table_of(Path("x.csv").read_text())
    every = [*record["rows"], *record["baselines"], *record["failures"]]
    assert [row["file"].removeprefix("'") for row in rows] == [each["file"] for each in every]
    assert [row["baseline"] for row in rows] == [each.get("baseline", "") for each in every]
    assert rows[-1] == dict.fromkeys(rows[0], "") | {"file": "gone", "error": "No such file or directory"}
    for each, row in zip(every, rows, strict=True):
        for key in ("n", "alphabet_size", "entropy", "kl_divergence", "bits_per_token", "ratio", "bits_per_byte"):
            assert row[key] == str(each.get(key, ""))


def test_speeds_stand_in_the_rows_that_they_belong_to() -> None:
    record = compress.report(["in"], baselines="zlib,bz2")
    rows = record.to_rows()
    speeds = [row.sums.sizes.encode_speed for row in record.rows]
    speeds += [row.sizes.encode_speed for row in record.baselines]
    assert [row["encode_speed"] for row in rows] == speeds
    assert len(set(speeds)) == len(rows) == 8


def test_a_name_that_a_spreadsheet_would_reckon_with_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("in")
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "plain", "a=1"]
    for name in names:
        Path(name).write_bytes(b"aab")
    call = ["report", "--no-speed", "--baselines", "none", "--coder", "huffman", "--csv", "../x.csv", "-q"]
    assert run([*call, "--", *names]) == 0
    shown = [row["file"] for row in table_of(Path("../x.csv").read_text())]
    assert shown == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "plain", "a=1"]
    # A negative number is no name.
    assert "\n'-" not in compress.report(["plain"], coders=["shannon"]).to_csv()


def test_numbers_are_plain_and_an_infinite_one_is_called_so() -> None:
    text = demo(2_000).to_csv()
    rows = table_of(text)
    assert [float(row["kl_divergence"]) for row in rows] == [run.kl_divergence for run in demo(2_000).experiment.runs]
    # A coin that is believed to be fair has no interval: each flip costs a bit.
    assert [row["ci95_low"] == "" for row in rows[::2]] == [False, False, True, False, False, False]
    assert all(float(row["ci95_low"]) < float(row["ci95_high"]) for row in rows[::2] if row["ci95_low"])
    assert (rows[1]["z"], rows[1]["standard_error"]) == ("", "0.0")


@pytest.mark.parametrize("name", ["a\nb", "a,b", 'a"b', "a\rb", "a\x1b[31mb", "\udcffb", "<b>|*_`&amp;"])
def test_foreign_names_survive_every_format(name: str) -> None:
    path = os.fsencode("in/" + name)
    try:
        Path(os.fsdecode(path)).write_bytes(b"aab")
    except OSError:
        pytest.skip("this file system takes no such name")
    call = ["report", f"in/{name}", "--no-speed", "--baselines", "none", "--coder", "huffman", "-q"]
    assert run([*call, "--json", "x.json", "--csv", "x.csv", "--markdown", "x.md"]) == 0
    assert [row["file"] for row in json.loads(Path("x.json").read_text("utf-8"))["rows"]] == [f"in/{name}"]
    table = Path("x.csv").read_text("utf-8")
    assert table.count("\n") == 2
    assert [row["file"] for row in table_of(table)] == [printable(f"in/{name}")]
    [row] = [line for line in Path("x.md").read_text("utf-8").split("\n") if "huffman" in line]
    assert "\x1b" not in row
    # Every bar that is not escaped ends a cell: 13 columns.
    assert len(re.findall(r"(?<!\\)\|", row)) == 13
    assert "<b>" not in row


def test_markdown_escapes_what_is_not_its_own_and_aligns_numbers_right() -> None:
    table = Table("a_b", Column("*n*", justify="right"))
    table.add_row("|_x_", "-0.5")
    text = markdown(Group("# no heading", "1. no list", "round_trip", "", "- no point\n-0.5 is a number", table))
    assert text == (
        "\\# no heading  \n1\\. no list  \nround_trip\n\n\\- no point  \n\\-0.5 is a number\n\n"
        "| a_b     | \\*n\\* |\n|:--------|------:|\n| \\|\\_x\\_ |  -0.5 |\n"
    )


def test_a_record_shows_itself_as_the_command_line_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    made = compress.report(["in"], speed=False)
    for name, text in (("json", made.to_json()), ("csv", made.to_csv()), ("markdown", made.to_markdown())):
        assert run(["report", "in", "--no-speed", f"--{name}", "-"]) == 0
        # Only who was called by a command tells of one.
        typed = '  "command": "codelen report in --no-speed --json -",\n'
        out = capsys.readouterr().out
        assert (typed in out) == (name == "json")
        assert out.replace(typed, "") == text
    flat = demo(100).to_rows()
    assert [row["coder"] for row in flat] == ["arithmetic", "huffman"] * 6
    assert all(isinstance(value, str | int | float | None) for row in flat for value in row.values())
    assert render(as_table(made)).split()[:3] == made.to_markdown().split()[:3] == ["2", "files", "in"]


def test_a_record_tells_the_command_that_made_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As it was typed, so that it may be typed again."""
    typed = ["info", "a b=0.5,$c=0.5", "--json", "-"]
    assert run(typed) == 0
    assert shlex.split(json.loads(capsys.readouterr().out)["command"]) == ["codelen", *typed]
    assert "command" not in json.loads(demo(100).to_json())


def test_on_a_terminal_json_spells_out_what_would_be_obeyed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control character, one that turns the text around, a delete, a line's end; and a letter that is only large."""
    token = "a\x9b\u202e\x7f\u2028\U000e0001\U0001f600"
    command = ["info", f"{token}=0.5,c=0.5", "--json", "-"]
    assert run(command) == 0
    piped = capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(command) == 0
    shown = capsys.readouterr().out
    assert r"a\u009b\u202e\u007f\u2028\udb40\udc01\U0001f600".replace(r"\U0001f600", "\U0001f600") in shown
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert json.loads(shown) == json.loads(piped)
    assert token in piped


@pytest.mark.slow
def test_no_library_warns_a_user(tmp_path: Path) -> None:
    """A letter that the font of a picture lacks."""
    command = [
        sys.executable,
        "-m",
        "compress",
        "info",
        "\u65e5=0.5,\u16a0=0.5",
        "--plot",
        str(tmp_path / "x.png"),
        "-q",
    ]
    done = subprocess.run(command, capture_output=True, timeout=100, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert (tmp_path / "x.png").stat().st_size > 1000


def test_a_record_without_runs_has_no_rows() -> None:
    from compress.experiments.predict import Surprises
    from compress.reports.views import as_rows

    with pytest.raises(TypeError, match="a Surprises has no rows"):
        as_rows(Surprises(["0.5"], 2))


# ---------------------------------------------------------------- all or nothing


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--json", "x", "--csv", "x"], "x: two exports would write this file; name another for one of them"),
        (
            ["--json", "x", "--csv", "in/../x"],
            "in/../x: two exports would write this file; name another for one of them",
        ),
        (["--json", "-", "--markdown", "-"], "-: two exports would write this file; name another for one of them"),
        (
            ["--json", "link", "--csv", "linked"],
            "linked: two exports would write this file; name another for one of them",
        ),
        (["--json", "x", "--csv", "in/prose.txt"], "in/prose.txt: is the input; name another output"),
        (["--json", "x", "--markdown", "no/x"], "no/x: its directory does not exist"),
        (["--json", "x", "--markdown", "in"], "in: is not a regular file"),
        (["--json", "x", "--csv", "/sys/x"], "/sys/x: Permission denied"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(
    arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("link").symlink_to("linked")
    before = sorted(Path().rglob("*"))
    monkeypatch.setattr("compress.cli.surveys.report.survey", lambda *_, **__: pytest.fail("the work was begun"))
    status, said = result("report in --no-speed", *arguments)
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith(f"codelen: {says}")
    assert capsys.readouterr().out == ""
    assert sorted(Path().rglob("*")) == before


def _full(*_: Any) -> None:
    raise OSError(28, "No space left on device")


def _interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("trouble", [_full, _interrupted])
def test_exports_are_whole_or_absent(trouble: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("x.json").write_text("as it was")
    monkeypatch.setattr("compress.frames.atomic.os.fsync", trouble)
    call = "demo -n 50 -q --json x.json --csv x.csv --markdown x.md"
    status, said = result(call)
    assert status == (1 if trouble is _full else 130)
    if trouble is _full:
        assert said == "codelen: x.md: No space left on device\n"
    assert Path("x.json").read_text() == "as it was"
    assert sorted(path.name for path in Path().iterdir()) == ["in", "x.json"]


def test_with_an_export_on_standard_output_nothing_else_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "-n", "50", "--json", "-", "--csv", "x.csv"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 50
    assert len(table_of(Path("x.csv").read_text())) == 12


def test_an_export_that_is_there_is_replaced_and_one_that_fails_its_checks_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("x.csv").write_text("old")
    monkeypatch.setattr("compress.experiments.checks.accounting", lambda *_: False)
    assert run(["demo", "-n", "50", "-q", "--csv", "x.csv"]) == 3
    assert {row["verdict"] for row in table_of(Path("x.csv").read_text())} == {"fail"}


def test_the_sum_of_the_rows_is_the_total() -> None:
    made = compress.report(["in"], assumed=["empirical", "uniform"], speed=False, baselines="none")
    for total in made.totals:
        rows = [
            row for row in made.to_rows() if (row["assumed"], row["coder"]) == (total.how.spec, total.how.coder.name)
        ]
        assert sum(row["file_bytes"] for row in rows) == total.sums.sizes.file_bytes
        assert math.fsum(row["ledger_mismatch"] for row in rows) == pytest.approx(total.sums.terms["mismatch"])
