"""A report: every file with every belief and coder, totals that are sums, and files that cannot be coded."""

from __future__ import annotations

import contextlib
import json
import math
import pickle
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from of_q import EACH, promises

import compress
from compress import Ledger
from compress.cli.helping import Help
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import (
    CompressError,
    CorruptError,
    DataError,
    LimitError,
    PlacedError,
    SpecError,
    ZeroProbabilityError,
)
from compress.frames.decoding import decode_and_count
from compress.frames.files import Encoding, plan
from compress.frames.header import BLOCK_TOKENS
from compress.ledger import TERMS
from compress.sources.tokens import tokeniser
from compress.specs import BARE
from compress.surveys import report as record
from compress.surveys import subject as module
from compress.surveys.baselines import BASELINES
from compress.surveys.report import Row, Seconds, Sizes
from compress.surveys.subject import Content, Ways, surveyed
from compress.surveys.survey import Step, report, survey
from compress.surveys.whereabouts import files_among

TEXT = b"the cat sat on the mat, and that was that. " * 50


def entropy_bits(data: bytes) -> float:
    """n·H(P̂), from the definition."""
    return math.fsum(count * math.log2(len(data) / count) for count in Counter(data).values())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.txt").write_bytes(TEXT)
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 3)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "c").write_bytes(b"aab")
    return tmp_path


def test_there_is_a_row_for_each_file_belief_and_coder_in_that_order(folder: Path) -> None:
    beliefs, coders = ("empirical", "uniform"), ("huffman", "fixed")
    made = report([folder], assumed=beliefs, coders=coders, baselines="none", speed=False)
    names = [str(folder / name) for name in ("a.bin", "b.txt", "empty")]
    due = [(name, q, coder) for name in names for q in beliefs for coder in coders]
    assert [(row.file, row.how.spec, row.how.coder.name) for row in made.rows] == due
    assert [(each.name, each.size) for each in made.inputs] == [(name, Path(name).stat().st_size) for name in names]
    assert made.failures == ()
    assert made.verdict == "pass"


@pytest.mark.parametrize("coder", EACH)
@pytest.mark.parametrize(("kind", "zeros"), [("bytes", "error"), ("words", "error"), ("bytes", "floor:1e-3")])
def test_a_row_says_what_the_encoded_file_says(folder: Path, coder: str, kind: str, zeros: str) -> None:
    [row] = report([folder / "b.txt"], coders=[coder], tokens=kind, zeros=zeros, baselines="none", speed=False).rows
    encoded = compress.encode(TEXT, coder=coder, tokens=kind, zeros=zeros)
    assert row.sums.sizes.file_bytes == len(encoded)
    assert row.sums.n == tokeniser(kind).split(TEXT).symbols.size
    assert row.sums.sizes.content_bytes == len(TEXT)
    assert math.fsum(row.sums.terms.values()) == pytest.approx(8 * len(encoded), abs=1e-6)
    assert row.checks.round_trip is True
    assert row.checks.exact_length is True
    assert row.checks.accounting is True
    assert row.checks.expectation is None
    # The arithmetic coder's table tells the first digits of the file's own counts only.
    assert row.checks.code_price is (None if choose(coder).family.fit_counts and zeros == "error" else promises(coder))
    if kind == "bytes" and zeros == "error":
        assert row.sums.terms["entropy"] == pytest.approx(entropy_bits(TEXT), abs=1e-6)
        assert row.sums.terms["mismatch"] == pytest.approx(0, abs=1e-6)


def test_the_divergence_from_a_belief_is_the_mismatch(folder: Path) -> None:
    (folder / "x").write_bytes(b"aab" * 100)
    [row] = report([folder / "x"], assumed=["a=0.5,b=0.5"], coders=["arithmetic"], baselines="none", speed=False).rows
    assert row.sums.terms["mismatch"] == pytest.approx(300 - entropy_bits(b"aab" * 100), abs=1e-9)
    assert row.sums.payload_bits == 300
    assert row.checks.code_price is True


def test_every_block_has_its_exact_length(folder: Path) -> None:
    (folder / "long").write_bytes(TEXT * (2 * BLOCK_TOKENS // len(TEXT) + 1))
    for row in report([folder / "long"], coders=["arithmetic", "shannon"], baselines="none", speed=False).rows:
        assert row.inspection.blocks == 3
        assert row.checks.exact_length is True


def test_totals_are_the_sums_of_the_rows(folder: Path) -> None:
    made = report([folder], recursive=True, assumed=["empirical", "uniform"], speed=False)
    assert len(made.totals) == 4
    for total in made.totals:
        rows = [row for row in made.rows if (row.how.spec, row.how.coder) == (total.how.spec, total.how.coder)]
        assert len(rows) == len(made.inputs) == 4
        for name in ("n", "payload_bits"):
            assert getattr(total.sums, name) == sum(getattr(row.sums, name) for row in rows)
        for name in ("content_bytes", "file_bytes"):
            assert getattr(total.sums.sizes, name) == sum(getattr(row.sums.sizes, name) for row in rows)
        for term in TERMS:
            assert total.sums.terms[term] == pytest.approx(sum(row.sums.terms[term] for row in rows))
        assert math.fsum(total.sums.terms.values()) == pytest.approx(8 * total.sums.sizes.file_bytes, abs=1e-5)
    assert made.best is not None
    assert made.best.sums.sizes.file_bytes == min(total.sums.sizes.file_bytes for total in made.totals)


def test_a_speed_is_the_quickest_of_several_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0, 0, 3, 4, 10, 12, 17, 20, 22, 29, 30, 34, 36, 40, 44, 45])
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(clock)))
    calls: list[str] = []
    seconds = Seconds.of(lambda: calls.append("encode"), lambda: calls.append("decode"))
    # Encodings of 3, 2, 2, 4, 4 seconds, and decodings of 1, 5, 7, 2, 1.
    assert seconds == Seconds(2.0, 1.0, 5, (1.0, 6.0))
    assert calls == ["encode", "decode"] * 5


def test_what_is_quick_is_timed_for_a_fifth_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "_SECONDS", 0.2)
    begin = time.perf_counter()
    assert Seconds.of(lambda: None, lambda: None).runs > 100
    assert time.perf_counter() - begin > 0.2


def test_a_clock_that_stands_ends_the_timing_and_tells_no_speed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "_SECONDS", 0.2)
    monkeypatch.setattr(time, "perf_counter", lambda: 7.0)
    assert Seconds.of(lambda: None, lambda: None) == Seconds(0.0, 0.0, 100, (-1.0, -1.0))
    made = report([folder / "b.txt"], coders=["huffman"], baselines="none")
    assert {(row.sums.sizes.encode_speed, row.sums.sizes.decode_speed) for row in made.rows} == {(None, None)}
    assert "MB/s" in str(made)


def test_a_total_has_the_fewest_runs_and_the_widest_spread() -> None:
    parts = [Seconds(1.0, 2.0, 5, (0.5, 0.1)), Seconds(3.0, 4.0, 9, (0.2, 0.3))]
    assert Seconds.sum(parts) == Seconds(4.0, 6.0, 5, (0.5, 0.3))


def test_baselines_are_the_standard_librarys_own(folder: Path) -> None:
    import zlib

    made = report([folder / "b.txt"], speed=False)
    named = [(row.baseline.name, row.baseline.level) for row in made.baselines]
    assert named == [("zlib", 6), ("bz2", 9), ("lzma", 6), ("zstd", 3)]
    assert made.baselines[0].sizes.file_bytes == len(zlib.compress(TEXT, 6))
    assert {row.sizes.content_bytes for row in made.baselines} == {len(TEXT)}
    [total, _] = report([folder], baselines="zlib,bz2", speed=False).baseline_totals
    files = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
    assert total.sizes.content_bytes == sum(map(len, files))
    assert total.sizes.file_bytes == sum(len(zlib.compress(data, 6)) for data in files)
    with pytest.raises(SpecError, match="no baseline is called 'zip'; choose from zlib, bz2, lzma, zstd, or none"):
        report([], baselines="zip")


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("data", [b"", b"a", TEXT, bytes(range(256)) * 9], ids=len)
def test_a_baseline_gives_every_content_back(name: str, data: bytes) -> None:
    each = BASELINES[name]
    assert each.decompress(each.compress(data)) == data
    assert each.compress(data) == each.compress(data)


def test_the_steps_of_a_survey_are_told_by_their_bytes(folder: Path) -> None:
    seen: list[Step] = []

    def watch(steps: Sequence[Step]) -> Iterator[Step]:
        for step in steps:
            seen.append(step)
            yield step

    files = [str(folder / "a.bin"), str(folder / "gone"), str(folder / "b.txt")]
    hows = [Encoding(coder=choose("huffman")), Encoding(coder=choose("fixed"))]
    made = survey(files, hows, [BASELINES["zlib"]], watch=watch)
    assert [step.size for step in seen] == [768, 0, len(TEXT)]
    assert [(len(made.rows), len(made.baselines), len(made.failures))] == [(4, 2, 1)]


def test_what_cannot_be_read_or_coded_is_a_failure_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "none").mkdir()
    paths = [folder / "gone", folder / "a.bin", folder / "none", folder / "b.txt"]
    made = report(paths, tokens="chars", coders=["huffman", "fixed"], speed=False, baselines="zlib")
    assert [(Path(each.file).name, each.how and each.how.coder.name, each.message) for each in made.failures] == [
        ("gone", None, "No such file or directory"),
        ("a.bin", "huffman", "not UTF-8 text (byte 128); use tokens='bytes' for files that are not text"),
        ("a.bin", "fixed", "not UTF-8 text (byte 128); use tokens='bytes' for files that are not text"),
        ("none", None, "is a folder without files"),
    ]
    assert [(Path(row.file).name, row.how.coder.name) for row in made.rows] == [
        ("b.txt", "huffman"),
        ("b.txt", "fixed"),
    ]
    assert [Path(row.file or "").name for row in made.baselines] == ["a.bin", "b.txt"]
    # A total that lacks a file is not the best of all.
    assert made.best is None


def test_a_belief_that_excludes_a_token_is_a_failure_of_that_row_alone(folder: Path) -> None:
    (folder / "x").write_bytes(b"aabc")
    made = report(
        [folder / "x"], assumed=["a=0.5,b=0.5", "empirical"], coders=["huffman"], baselines="none", speed=False
    )
    assert len(made.rows) == 1
    assert "Q gives token 'c' probability 0" in made.failures[0].message


def test_files_are_those_of_a_folder_in_order_and_below_it_if_asked(folder: Path) -> None:
    flat = [str(folder / name) for name in ("a.bin", "b.txt", "empty")]
    assert files_among([folder]) == flat
    assert files_among([folder], recursive=True) == [*flat[:2], str(folder / "deep" / "er" / "c"), flat[2]]
    assert files_among([folder / "b.txt", folder / "gone"]) == [flat[1], str(folder / "gone")]


def test_one_path_is_a_path_and_not_its_letters(folder: Path) -> None:
    how: dict[str, Any] = {"coders": ["huffman"], "baselines": "none", "speed": False}
    for path in (folder / "a.bin", str(folder / "a.bin")):
        assert [row.file for row in report(path, **how).rows] == [str(folder / "a.bin")]
    names = [str(folder / name) for name in ("a.bin", "b.txt", "empty")]
    assert [row.file for row in report(str(folder), **how).rows] == names


def test_a_report_in_which_nothing_could_be_coded_is_an_error(folder: Path) -> None:
    with pytest.raises(DataError, match=r"^nothing could be coded; nowhere: No such file"):
        report(["nowhere", "nor.here"])
    assert report([], speed=False).rows == ()


def test_speed_is_measured_only_where_it_is_asked_for(folder: Path) -> None:
    made = report([folder / "b.txt"], coders=["huffman"], baselines="zlib")
    for seconds in (made.rows[0].seconds, made.baselines[0].sizes.seconds):
        assert seconds is not None
        assert seconds.encode > 0
        assert seconds.decode > 0
    assert all(row.seconds is None for row in report([folder / "b.txt"], speed=False).rows)


# ---------------------------------------------------------------- each check can fail


def row_of(data: bytes, folder: Path, coder: str = "huffman") -> Row:
    (folder / "x").write_bytes(data)
    [row] = report([folder / "x"], coders=[coder], baselines="none", speed=False).rows
    return row


def test_a_file_that_decodes_to_something_else_fails_the_round_trip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(frame: object, output: object) -> object:
        counts = decode_and_count(frame, output)  # type: ignore[arg-type]  # passed on as it came
        output.seek(0)  # type: ignore[attr-defined]
        output.write(b"?")  # type: ignore[attr-defined]
        return counts

    monkeypatch.setattr(module, "decode_and_count", wrong)
    assert row_of(TEXT, tmp_path).checks.failed == ("round_trip",)


def test_a_code_of_another_q_fails_price_and_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's label says what was asked for; the table is that of a Q turned round."""

    def swapped(stream: object, size: int, how: Encoding) -> object:
        header = plan(stream, size, how)  # type: ignore[arg-type]  # passed on as it came
        weights = list(range(1, len(header.tokens) + 1))
        return replace(header, table=choose("huffman").fit([3**weight for weight in weights]))

    monkeypatch.setattr(module, "plan", swapped)
    row = row_of(TEXT, tmp_path)
    assert row.checks.failed == ("exact_length", "code_price")
    assert row.verdict == "fail"


def test_a_lost_term_fails_the_accounting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    total = Ledger.total
    monkeypatch.setattr(Ledger, "total", property(lambda ledger: total.fget(ledger) - ledger.entropy))  # type: ignore[attr-defined]
    assert row_of(TEXT, tmp_path).checks.failed == ("accounting",)


def test_sizes_say_how_many_bits_a_byte_became() -> None:
    sizes = Sizes.sum([Sizes(100, 30, None), Sizes(60, 10, None)])
    assert (sizes.ratio, sizes.bits_per_byte) == (4, 2)
    nothing = Sizes(0, 0, None)
    assert (nothing.ratio, nothing.bits_per_byte) == (None, None)


# ---------------------------------------------------------------- by several processes


def test_everything_that_goes_to_another_process_is_the_same_there(folder: Path) -> None:
    hows = [
        Encoding(BARE.believed(spec), choose(name)) for spec, name in (("empirical", "huffman"), ("kt", "arithmetic"))
    ]
    ways = Ways(tuple(hows), tuple(BASELINES.values()))
    told = pickle.loads(pickle.dumps(ways))
    assert told.baselines == ways.baselines
    for file in (Content("a", TEXT), Content(str(folder / "a.bin")), Content(str(folder / "gone"))):
        here, there = surveyed(ways, file), pickle.loads(pickle.dumps(surveyed(told, file)))
        assert there.read == here.read
        assert [str(row) for row in map(plain, there.rows)] == [str(row) for row in map(plain, here.rows)]


def plain(row: Any) -> Any:
    return (row.how.spec, row.sums, row.checks) if isinstance(row, Row) else getattr(row, "message", None) or row.sizes


@pytest.mark.parametrize(
    "error",
    [
        SpecError("a"),
        DataError("a", 2),
        PlacedError("not UTF-8 text", 3, "; use bytes"),
        ZeroProbabilityError("x", "it occurs"),
        CorruptError("cut short"),
        LimitError("too much"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_in_another_process(error: CompressError) -> None:
    made = pickle.loads(pickle.dumps(error))
    assert (type(made), str(made), made.args, vars(made)) == (type(error), str(error), error.args, vars(error))


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("crossed", [[], pytest.param(["--cross"], marks=pytest.mark.slow)], ids=["report", "cross"])
def test_a_report_is_the_same_by_two_processes(
    folder: Path, crossed: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["report", str(folder), str(folder / "gone"), *([] if crossed else ["--no-speed"]), *crossed, "--json", "-"]
    made = []
    for jobs in ("1", "2"):
        assert run([*words, "--jobs", jobs]) == 1
        record = json.loads(capsys.readouterr().out)
        del record["command"]
        made.append(record)
    assert made[0] == made[1]


def test_what_is_timed_is_timed_alone_unless_somebody_asks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    @contextlib.contextmanager
    def at_hand(_: object, *, alone: bool = False) -> Iterator[None]:
        asked.append(alone)
        yield None

    monkeypatch.setattr(Help, "at_hand", at_hand)
    for words in ([], ["--no-speed"], ["--jobs", "2"]):
        assert run(["report", str(folder), "-q", "--baselines", "none", *words]) == 0
    assert asked == [True, False, False]
