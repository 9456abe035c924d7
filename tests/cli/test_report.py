"""codelen report: rows, totals, failures, exit statuses, and what is the same on every machine."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import compress
from compress.cli.main import run
from compress.surveys import subject

TEXT = b"the cat sat on the mat, and that was that. " * 20


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in/deep").mkdir(parents=True)
    Path("in/b.txt").write_bytes(TEXT)
    Path("in/a.bin").write_bytes(bytes(range(256)))
    Path("in/deep/c").write_bytes(b"aab" * 50)


class Reports:
    """Calls `codelen report`."""

    def __init__(self, streams: pytest.CaptureFixture[str]) -> None:
        self._streams = streams

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        status = run(["report", *arguments])
        out, err = self._streams.readouterr()
        return status, out, err

    def record(self, *arguments: str) -> dict[str, Any]:
        status, out, err = self(*arguments, "--json", "-")
        assert (status, err) == (0, "")
        made: dict[str, Any] = json.loads(out)
        return made


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Reports:
    return Reports(capsys)


def test_a_record_has_what_the_api_says(report: Reports) -> None:
    made = report.record("in", "-r", "--assumed", "empirical", "--assumed", "uniform", "--no-speed")
    again = compress.report(["in"], assumed=["empirical", "uniform"], recursive=True, speed=False)
    assert made["schema"] == "codelen.report/1"
    assert [each["name"] for each in made["inputs"]] == ["in/a.bin", "in/b.txt", "in/deep/c"]
    assert made["speeds"] == []
    assert len(made["rows"]) == len(again.rows) == 12
    for row, due in zip(made["rows"], again.rows, strict=True):
        assert (row["file"], row["assumed"], row["coder"]) == (due.file, due.how.spec, due.how.coder.name)
        assert row["payload_bits"] == due.sums.payload_bits
        assert row["file_bytes"] == due.sums.sizes.file_bytes
        assert row["bits_per_token"] == due.sums.payload_bits / row["n"]
        assert row["ratio"] == row["content_bytes"] / row["file_bytes"]
        assert row["entropy"] + row["kl_divergence"] == pytest.approx(
            (row["ledger"]["entropy"] + row["ledger"]["mismatch"]) / row["n"]
        )
        assert math.fsum(row["ledger"].values()) == pytest.approx(8 * row["file_bytes"], abs=1e-6)
        assert row["verdict"] == "pass"
    for total in made["totals"]:
        rows = [row for row in made["rows"] if (row["assumed"], row["coder"]) == (total["assumed"], total["coder"])]
        assert total["files"] == len(rows) == 3
        assert total["file_bytes"] == sum(row["file_bytes"] for row in rows)
        assert total["payload_bits"] == sum(row["payload_bits"] for row in rows)
    least = min(made["totals"], key=lambda total: total["file_bytes"])
    assert made["best"] == {"assumed": least["assumed"], "coder": least["coder"]}
    assert [each["baseline"] for each in made["baseline_totals"]] == ["zlib", "bz2", "lzma", "zstd"]


@pytest.mark.parametrize(
    "asked",
    [
        ["report", "in/b.txt", "{there}", "--plot", "picture.svg", "--json", "made.json"],
        ["report", "in/b.txt", "{there}", "--cross"],
        ["ladder", "in/b.txt", "{there}", "--no-speed"],
        ["compare", "made.json", "made.json", "--all"],
    ],
)
def test_names_from_here_and_from_the_root_stand_in_one_table(
    asked: list[str], tmp_path: Path, report: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    there = str(tmp_path / "in/a.bin")
    # A ladder mixes, and these are mixed in Python.
    Path("in/b.txt").write_bytes(TEXT[:9])
    Path("in/a.bin").write_bytes(TEXT[:6])
    assert report("in/b.txt", there, "--no-speed", "--json", "made.json")[0] == 0
    assert run([each.format(there=there) for each in asked]) == 0
    out, _ = capsys.readouterr()
    assert "in/b.txt" in out
    assert "a.bin" in out


def test_without_speeds_a_report_is_the_same_twice(report: Reports) -> None:
    assert report("in", "--no-speed", "--json", "-") == report("in", "--no-speed", "--json", "-")


def test_speeds_stand_apart(report: Reports) -> None:
    made = report.record("in", "--coder", "huffman", "--baselines", "bz2")
    assert [(each["file"], each.get("coder", each.get("baseline"))) for each in made["speeds"]] == [
        ("in/a.bin", "huffman"),
        ("in/b.txt", "huffman"),
        ("in/a.bin", "bz2"),
        ("in/b.txt", "bz2"),
    ]
    assert all(each["encode_speed"] > 0 and each["decode_speed"] > 0 for each in made["speeds"])
    assert all(each["runs"] >= 5 for each in made["speeds"])
    assert all(each["encode_spread"] >= 0 and each["decode_spread"] >= 0 for each in made["speeds"])
    del made["speeds"]
    assert "speed" not in json.dumps(made)


def test_the_table_has_a_row_for_each_and_marks_the_least_total(report: Reports) -> None:
    status, out, err = report("in", "--no-speed", "--assumed", "uniform", "--assumed", "empirical")
    assert (status, err) == (0, "")
    made = compress.report(["in"], assumed=["uniform", "empirical"], speed=False)
    shown = [line.split() for line in out.splitlines()]
    assert out.startswith("2 files in in, tokens bytes;")
    for row in made.rows:
        sums = row.sums
        averages = (sums.entropy, sums.mismatch, sums.bits_per_token, sums.file_bits_per_token)
        line = [Path(row.file).name, row.how.spec, row.how.coder.name, f"{sums.n:,}", f"{row.alphabet_size:,}"]
        line += [*(f"{value:.4f}" for value in averages), f"{sums.sizes.file_bytes:,}", f"{sums.sizes.ratio:.3f}"]
        assert [*line, "pass"] in shown
    # Of all, and of those with a belief.
    [least] = [line for line in shown if line[:2] == ["*", "total"]]
    sizes = {each.baseline.name: each.sizes.file_bytes for each in made.baseline_totals}
    name = min(sizes, key=sizes.__getitem__)
    assert (least[2], least[4]) == (name, f"{sizes[name]:,}")
    [best] = [line for line in shown if line[:2] == ["+", "total"]]
    assert best[2:5] == ["empirical", "arithmetic", f"{len(TEXT) + 256:,}"]
    assert out.endswith("\n* the smallest total; + the smallest with an assumed Q\n")
    assert sum(line[:1] == ["total"] for line in shown) == 3 + 3


@pytest.mark.parametrize("option", [["--baselines", "none"], ["--markdown", "-", "--baselines", "none"]])
def test_without_baselines_the_least_total_is_the_least_of_ours(report: Reports, option: list[str]) -> None:
    out = report("in", "--no-speed", *option)[1]
    assert sum("* total" in line for line in out.replace("\\*", "*").splitlines()) == 1
    assert "+ total" not in out
    assert "+ the least" not in out
    record = report.record("in", "--no-speed", "--baselines", "none")
    assert record["least"] == record["best"]


def test_a_record_names_the_least_of_all(report: Reports) -> None:
    made = report.record("in", "--no-speed", "--baselines", "zlib,bz2")
    least = min([*made["totals"], *made["baseline_totals"]], key=lambda each: each["file_bytes"])
    assert made["least"] == {key: least[key] for key in made["least"]}
    assert set(made["least"]) == {"baseline", "level"}
    assert set(made["best"]) == {"assumed", "coder"}


def test_a_narrow_screen_gets_every_figure(report: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = report("in", "--no-speed")[1]
    monkeypatch.setenv("COLUMNS", "80")
    narrow = report("in", "--no-speed")[1]
    assert max(map(len, narrow.splitlines())) <= 80
    assert "payload" in narrow
    figures = {word for word in wide.split() if word.replace(",", "").replace(".", "").isdigit()}
    assert figures - set(narrow.split()) == set()


def test_a_file_that_cannot_be_coded_is_told_of_and_the_rest_is_done(report: Reports) -> None:
    status, out, err = report("gone", "in", "--tokens", "chars", "--coder", "huffman", "--no-speed")
    assert status == 1
    assert err.splitlines() == [
        "codelen: gone: No such file or directory",
        "codelen: in/a.bin (empirical, huffman): not UTF-8 text (byte 128); "
        "use --tokens bytes for files that are not text",
    ]
    assert "not coded: gone: No such file or directory" in out
    assert "not coded: in/a.bin (empirical, huffman): not UTF-8 text (byte 128)" in out
    assert "total of 1" in out
    assert "* the least" not in out


def test_a_check_that_fails_is_exit_status_3(report: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_code_price", lambda *_: False)
    status, out, _ = report("in/b.txt", "--no-speed")
    assert status == 3
    assert "fail: code_price" in out


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["in", "--baselines", "zip"], 2, "no baseline is called 'zip'; choose from zlib, bz2, lzma, zstd, or none"),
        (["in", "--assumed", "true"], 2, "'true' needs a known P"),
        (["in", "--tokens", "ints"], 2, "for analysis only"),
        (["in", "--json", "in/b.txt"], 1, "in/b.txt: is the input"),
        (["in", "--json", "no/x.json"], 1, "no/x.json"),
        ([], 2, "give a PATH, or --files-from FILE"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_work(
    report: Reports, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, says: str
) -> None:
    monkeypatch.setattr("compress.cli.surveys.report.survey", lambda *_, **__: pytest.fail("the work was begun"))
    ended, out, err = report(*arguments)
    assert (ended, out) == (status, "")
    assert says in err
    assert err.count("\n") == 1
