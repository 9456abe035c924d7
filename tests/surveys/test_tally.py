"""Very many files: a line each, sums at the end, and no file twice however often it is interrupted."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from compress.cli.main import run
from compress.errors import DataError, OutputError
from compress.ledger import TERMS
from compress.specs import BARE
from compress.surveys import whereabouts
from compress.surveys.subject import Ways
from compress.surveys.survey import report
from compress.surveys.tally import Tally, journal_of, tally
from compress.surveys.whereabouts import content_of, files_among, names_in

TEXTS = {f"f{number:02}": b"to be or not to be " * (number + 1) for number in range(12)}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    for name, text in TEXTS.items():
        (Path("in") / name).write_bytes(text)


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    status = run(["report", *words, "--json", "-"])
    out = capsys.readouterr().out
    made = json.loads(out) if out else {}
    made.pop("command", None)
    return status, made


def test_the_totals_are_those_of_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--coder", "huffman", "--coder", "fixed", "--assumed", "empirical", "--assumed", "uniform"]
    status, made = called(capsys, "in", *words, "--keep", "rows.jsonl", "--baselines", "zlib")
    whole = report("in", assumed=["empirical", "uniform"], coders=["huffman", "fixed"], baselines="zlib", speed=False)
    assert status == 0
    assert made["schema"] == "codelen.totals/1"
    assert (made["files"], made["unread"], made["failures"]) == (12, 0, 0)
    found = {(total["assumed"], total["coder"]): total for total in made["totals"]}
    assert len(found) == 5
    for total in whole.totals:
        line = found[total.how.spec, total.how.coder.name]
        sizes = total.sums.sizes
        due = (12, total.sums.n, total.sums.payload_bits, sizes.content_bytes, sizes.file_bytes)
        names = ("files", "n", "payload_bits", "content_bytes", "file_bytes")
        assert tuple(line[name] for name in names) == due
        assert line["ledger"] == pytest.approx(total.sums.terms)
    [zlib] = whole.baseline_totals
    assert found[None, "zlib 6"]["file_bytes"] == zlib.sizes.file_bytes
    rows = [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()]
    assert [row["file"] for row in rows[1:]] == [f"in/{name}" for name in TEXTS]
    assert [row["rows"][0]["payload_bits"] for row in rows[1:]] == [
        row.sums.payload_bits for row in whole.rows if row.how.coder.name == "huffman" and row.how.spec == "empirical"
    ]


def test_no_file_is_coded_twice_however_often_it_is_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    _, whole = called(capsys, "in", "--keep", "whole.jsonl", "--baselines", "none")
    lines = Path("whole.jsonl").read_bytes().splitlines(keepends=True)
    for have in (1, 5, 13):
        Path("part.jsonl").write_bytes(b"".join(lines[:have]) + b'{"file": "in/f')
        status, made = called(capsys, "in", "--keep", "part.jsonl", "--resume", "--baselines", "none")
        assert (status, made) == (0, whole)
        assert Path("part.jsonl").read_bytes() == b"".join(lines)
    for words, said in (
        (["in", "--baselines", "zlib"], "its baselines differs"),
        (["in", "--coder", "rans", "--baselines", "none"], "its hows differs"),
        (["in/f00", "--baselines", "none"], "its number differs"),
        (["in", "--zeros", "floor:.1", "--baselines", "none"], "its zeros differs"),
    ):
        assert run(["report", *words, "--keep", "part.jsonl", "--resume"]) == 1
        assert said in capsys.readouterr().err
    Path("part.jsonl").write_bytes(b"".join([lines[0], lines[2]]))
    assert run(["report", "in", "--keep", "part.jsonl", "--resume", "--baselines", "none"]) == 1
    assert "line 2 is no result of this work" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("more", [[], ["--send"]], ids=["read there", "sent"])
def test_two_processes_keep_the_same_lines(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    made = []
    for jobs in ("1", "2"):
        _, totals = called(capsys, "in", "in/gone", "--keep", f"{jobs}.jsonl", "--jobs", jobs, *more)
        made.append((totals, Path(f"{jobs}.jsonl").read_bytes()))
    assert made[0] == made[1]


def test_what_is_sent_is_read_only_when_somebody_is_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(name: str) -> bytes:
        read.append(name)
        return content_of(name)

    monkeypatch.setattr("compress.surveys.tally.content_of", noted)
    files = files_among(["in"])
    seen: list[tuple[int, int]] = []

    def watch(names: Any) -> Any:
        for place, name in enumerate(names):
            seen.append((place, len(read)))
            yield name

    with journal_of(files, Ways(()), BARE, Path("rows.jsonl")) as journal:
        tally(files, Ways(()), journal, send=True, watch=watch)
    assert read == files
    assert all(have <= place for place, have in seen)


def test_what_cannot_be_coded_is_counted_and_the_first_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        (Path("in") / f"g{number}").write_bytes(b"\xff\xfe")
    status, made = called(capsys, "in", "in/gone", "--tokens", "chars", "--keep", "a.jsonl", "--baselines", "none")
    assert status == 1
    # Two coders each, and the file that is not there.
    assert (made["files"], made["failures"], made["unread"]) == (43, 61, 1)
    assert run(["report", "in", "--tokens", "chars", "--keep", "b.jsonl", "--baselines", "none"]) == 1
    out = capsys.readouterr().out
    assert out.count("not coded: ") == 20
    assert "and 40 failures more, in the file of rows" in out
    assert "42 files, tokens chars" in out


def test_a_row_that_fails_is_in_the_verdict() -> None:
    made = Tally()
    row = {
        "assumed": "q",
        "coder": "c",
        "n": 1,
        "payload_bits": 1,
        "file_bytes": 9,
        "ledger": dict.fromkeys(TERMS, 0.0),
        "failed": [],
    }
    line: dict[str, Any] = {"file": "a", "bytes": 1, "rows": [row], "baselines": [], "failures": []}
    made.add(line)
    assert made.verdict == "pass"
    made.add({**line, "rows": [{**row, "failed": ["round_trip"]}]})
    assert made.verdict == "fail"
    [total] = made.totals.values()
    assert (total.files, total.failed) == (2, 1)


def test_names_may_come_from_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    Path("list").write_text("in/f00\n\nin/f03\n")
    status, made = called(capsys, "--files-from", "list", "--keep", "a.jsonl")
    assert (status, made["files"]) == (0, 2)
    status, made = called(capsys, "in/f01", "--files-from", "list", "--no-speed")
    assert [each["name"] for each in made["inputs"]] == ["in/f01", "in/f00", "in/f03"]
    Path("list").write_bytes(b"in/f00\n\xff\n")
    assert run(["report", "--files-from", "list"]) == 1
    assert "codelen: list: not UTF-8 text (byte 7)" in capsys.readouterr().err
    assert run(["report"]) == 2
    with pytest.raises(DataError, match="no list of names"):
        names_in(io.BytesIO(b"\xff"))


def test_options_that_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--send"], ["--resume"], ["--keep", "a", "--csv", "b"], ["--keep", "a", "--cross"]):
        assert run(["report", "in", *words]) == 2, words
    assert run(["report", "in", "--keep", "in/f00", "--resume"]) == 1
    assert "input" in capsys.readouterr().err
    assert Path("in/f00").read_bytes() == TEXTS["f00"]


# ---------------------------------------------------------------- elsewhere


def test_a_url_is_a_file_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fsspec")
    with zipfile.ZipFile("texts.zip", "w") as archive:
        for name, text in TEXTS.items():
            archive.writestr(f"deep/{name}", text)
        archive.writestr("top", b"aab")
    assert files_among(["zip://deep/f0*::texts.zip"]) == [f"zip://deep/f0{digit}::texts.zip" for digit in range(10)]
    assert content_of("zip://deep/f03::texts.zip") == TEXTS["f03"]
    assert len(files_among(["zip://deep::texts.zip"])) == 12
    status, made = called(capsys, "zip://deep/f0*::texts.zip", "in/f00", "--no-speed", "--baselines", "none")
    assert status == 0
    assert made["inputs"][3]["sha256"] == hashlib.sha256(TEXTS["f03"]).hexdigest()
    assert made["rows"][0]["payload_bits"] == made["rows"][-2]["payload_bits"]
    status, made = called(capsys, "zip://gone::texts.zip", "in/f00", "--no-speed")
    assert (status, len(made["failures"])) == (1, 1)


def test_a_url_without_fsspec_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(OutputError, match="pip install 'codelen\\[remote\\]'"):
        files_among(["s3://bucket/a"])
    with pytest.raises(OutputError, match="pip install"):
        whereabouts.content_of("s3://bucket/a")
