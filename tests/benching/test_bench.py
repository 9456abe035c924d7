"""The bench: what is measured comes back, is counted to the bit, and is told as it was; times are not tested."""

from __future__ import annotations

import bz2
import itertools
import json
import lzma
import re
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from of_q import EACH

from compress.benching.bench import Bench, Course, Measured, Times, _timed, bench, ours
from compress.benching.peers import PEERS, Contender, Work, peers_named
from compress.benching.workloads import MADE, Workload, made
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import DataError, SpecError
from compress.reports.table import render
from compress.reports.views import as_json, as_rows, as_table

CHECKSUMS = [526511703, 949489193]
TEXT = Workload("text", b"it was the best of codes, it was the worst of codes\n" * 40)


@pytest.fixture(autouse=True)
def _no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """An action is done once, however little time it takes."""
    monkeypatch.setattr("compress.benching.bench._WHILE", 0.0)


@pytest.mark.parametrize(("name", "entropy", "kinds"), [("zipf", 4.48, 256), ("coin", 0.47, 2), ("text", 4.8, 80)])
def test_a_workload_is_what_it_is_said_to_be(name: str, entropy: float, kinds: int) -> None:
    workload = made(name, 100_000)
    assert workload.size == 100_000 == sum(workload.counts.weights)
    assert workload.counts.entropy == pytest.approx(entropy, abs=0.06)
    assert kinds <= len(workload.counts.tokens) <= max(kinds, 256)
    assert made(name, 100_000).content == workload.content
    # Nothing repeats but by chance: of pairs, the entropy is twice that of one.
    pairs = np.unique(workload.array[::2].astype(int) << 8 | workload.array[1::2], return_counts=True)[1] / 50_000
    assert -(pairs * np.log2(pairs)).sum() == pytest.approx(2 * entropy, abs=0.4)


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("workload", [TEXT, made("coin", 3_000), Workload("one", b"z"), Workload("same", b"z" * 900)])
def test_every_peer_gives_the_bytes_back(name: str, workload: Workload) -> None:
    if not PEERS[name].is_here:
        pytest.skip(f"{name} is not installed")
    if len(set(workload.content)) == 1 and PEERS[name].told == "Q":
        pytest.skip("who is told that a byte is certain has nothing to send, and some refuse that")
    [course] = bench([workload], [], [PEERS[name]], runs=1).courses
    [row] = course.rows
    assert (row.coder, row.is_ours) == (name, False)
    assert row.excess == pytest.approx(row.payload_bits / workload.size - course.entropy)
    assert row.payload_bits > 0


def test_what_zlib_and_others_send_is_counted_in_bits() -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, 8, zlib.Z_HUFFMAN_ONLY)
    large = made("text", 200_000)
    work = PEERS["zlib, Huffman"].begin(large)
    assert work.encode() == packer.compress(large.content) + packer.flush()
    [course] = bench([TEXT], [], peers_named("zlib,bz2,lzma,bitarray"), runs=1).courses
    sizes = [8 * len(pack(TEXT.content)) for pack in (bz2.compress, lzma.compress)]
    assert [row.payload_bits for row in course.rows[2:4]] == sizes
    assert course.rows[1].payload_bits == 8 * len(zlib.compress(TEXT.content, 6))
    # The best words of bytes are ours, too.
    words = choose("huffman").of(TEXT.counts.weights).encode(TEXT.stream.symbols)
    assert course.rows[4].payload_bits == len(words)


def test_a_workload_is_the_same_on_every_machine() -> None:
    assert [zlib.crc32(made(name, 2_000).content) for name in ("zipf", "coin")] == CHECKSUMS


def test_a_turn_is_the_mean_of_what_takes_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that moves a second with each look: after five seconds it has not taken longer than five."""
    monkeypatch.setattr("compress.benching.bench._WHILE", 5.0)
    clock, done = itertools.count(100.0), list[int]()
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    assert _timed(lambda: done.append(1)) == 1.0
    assert len(done) == 6


def test_a_clock_that_stands_ends_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.perf_counter", lambda: 7.0)
    assert 0 < _timed(lambda: None) < 1e-10


def test_every_turn_is_heard() -> None:
    heard: list[str] = []
    bench([TEXT, made("coin", 10)], [choose("fixed")], runs=3, heard=heard.append)
    assert heard == ["text"] * 4 + ["coin"] * 4


@pytest.mark.parametrize("name", EACH)
def test_every_coder_of_ours_can_be_measured(name: str) -> None:
    choice = choose(name)
    [course] = bench([TEXT], [choice], runs=2).courses
    [row] = course.rows
    assert (row.coder, row.told, row.is_ours) == (choice.name, "Q", True)
    assert len(row.encode.seconds) == len(row.decode.seconds) == len(course.copy.seconds) == 2
    assert row.payload_bits == len(choice.of(TEXT.counts.weights).encode(TEXT.stream.symbols))


@pytest.mark.slow
def test_a_long_workload_is_coded_in_blocks_and_lanes() -> None:
    workload = made("coin", 300_000)
    work = ours(choose("arithmetic")).begin(workload)
    blocks = work.encode()
    assert [(block.count, len(block.payloads)) for block in blocks] == [(1 << 18, 4), (300_000 - (1 << 18), 1)]
    assert work.content(work.decode(blocks)) == workload.content
    assert work.bits(blocks) == pytest.approx(workload.size * workload.counts.entropy, abs=10)


def test_what_comes_back_wrong_is_an_error() -> None:
    wrong = Contender("wrong", "Q", lambda workload: Work(lambda: b"x", lambda payload: b"y", len))
    with pytest.raises(DataError, match=r"^wrong did not give text back$"):
        bench([TEXT], [], [wrong])
    with pytest.raises(DataError, match=r"^none has no bytes to code$"):
        bench([Workload("none", b"")], [choose("huffman")])


def test_the_turns_alternate() -> None:
    order: list[str] = []

    def contender(name: str) -> Contender:
        def begin(workload: Workload) -> Work:
            def encode() -> bytes:
                order.append(name)
                return b""

            return Work(encode, lambda payload: workload.content, len)

        return Contender(name, "Q", begin)

    bench([TEXT], [], [contender("a"), contender("b")], runs=3)
    assert order == ["a", "b"] * 4


def test_peers_are_chosen_by_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [peer.name for peer in peers_named("zlib,bz2")] == ["zlib, Huffman", "zlib, level 6", "bz2, level 9"]
    assert peers_named("none") == []
    assert {"zlib, Huffman", "bitarray, Huffman"} <= {peer.name for peer in peers_named("all")}
    with pytest.raises(SpecError, match="no peer is called 'gzip'; choose from zstandard, zlib-ng, zlib, isal, "):
        peers_named("gzip")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "zstandard, literals" not in {peer.name for peer in peers_named("all")}
    with pytest.raises(SpecError, match=r"pcodec is not installed: pip install 'codelen\[peers\]'"):
        peers_named("pcodec")


def row(coder: str, excess: float, encode: float, decode: float, *, is_ours: bool = False) -> Measured:
    times = (Times((seconds, 2 * seconds, 1.5 * seconds)) for seconds in (encode, decode))
    return Measured(coder, "Q" if is_ours else "counts", is_ours, 4_000_000, excess, *times)


COURSE = Course(
    "text",
    1_000_000,
    4.0,
    Times((0.0001,)),
    (row("huffman", 0.02, 0.001, 0.002, is_ours=True), row("peer", 0.03, 0.002, 0.001), row("slow", 0.0, 1.0, 1.0)),
)


def test_times_and_ratios() -> None:
    times = COURSE.rows[0].encode
    assert (times.best, times.median) == (0.001, 0.0015)
    assert times.spread == pytest.approx(2 / 3)
    assert COURSE.speed(times) == pytest.approx(1e6 / 0.0015 / 1e6)
    assert COURSE.speed(times, best=True) == pytest.approx(1000)
    assert [COURSE.quickest_peer(way) for way in ("encode", "decode")] == [COURSE.rows[1]] * 2
    assert replace(COURSE, rows=COURSE.rows[:1]).quickest_peer("encode") is None
    # Nobody is quicker than huffman to encode, and only `slow` is smaller.
    assert [each.coder for each in COURSE.frontier("encode")] == ["huffman", "slow"]
    assert [each.coder for each in COURSE.frontier("decode")] == ["peer", "huffman", "slow"]


def test_of_two_that_are_as_small_the_quicker_one_is_on_the_line() -> None:
    course = replace(COURSE, rows=(row("a", 0.1, 2.0, 2.0), row("b", 0.1, 1.0, 1.0)))
    assert [each.coder for each in course.frontier("encode")] == ["b"]


def test_the_table_has_the_quickest_first_and_fits_a_screen() -> None:
    text = render(as_table(Bench(3, (COURSE,))))
    assert "text: 1,000,000 bytes, H(P̂) = 4.0000 bits; a copy in memory: 10,000 MB/s" in text
    assert re.search(r"encode .*\n─+\nhuffman +given +0\.0200 +667 +1,000 +67% +6\.7% +2\.00x\n\(peer\) +own", text)
    assert re.search(r"decode .*\n─+\n\(peer\) +own +0\.0300 +667 +1,000 +67% +6\.7% +1\.00x\nhuffman", text)
    assert "3 turns" in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_record_and_the_rows_have_all_figures() -> None:
    record = as_json(Bench(3, (COURSE,)))
    assert record["schema"] == "codelen.bench/1"
    assert record["courses"][0]["frontier"] == {"encode": ["huffman", "slow"], "decode": ["peer", "huffman", "slow"]}
    first, *_ = as_rows(Bench(3, (COURSE,)))
    assert (first["workload"], first["coder"], first["ours"], first["told"]) == ("text", "huffman", True, "Q")
    assert first["encode_speed"] == pytest.approx(1e6 / 0.0015)


def test_the_command_measures_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").write_bytes(TEXT.content)
    call = ["bench", "a", "--coder", "huffman", "--peers", "zlib", "--runs", "2", "--json", "b.json", "--plot", "b.svg"]
    assert run([*call, "--html", "b.html", "--csv", "b.csv"]) == 0
    record = json.loads(Path("b.json").read_text())
    assert [course["workload"] for course in record["courses"]] == ["a"]
    assert [coder["coder"] for coder in record["courses"][0]["coders"]] == ["huffman", "zlib, Huffman", "zlib, level 6"]
    assert all(name in Path("b.svg").read_text() for name in ("huffman", "zlib, Huffman", "zlib, level 6"))
    assert "zlib, level 6" in Path("b.html").read_text()
    assert len(Path("b.csv").read_text().splitlines()) == 4
    assert "(zlib, level 6)" in capsys.readouterr().out


def test_without_a_file_three_workloads_are_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "-n", "500", "--coder", "fixed", "--peers", "none", "--runs", "1"]) == 0
    out = capsys.readouterr().out
    assert [name for name in MADE if f"{name}: 500 bytes" in out] == list(MADE)
    assert re.search(r"\nfixed +given .* -\n", out)
    assert run(["bench", "-n", "500", "--peers", "gzip"]) == 2
    assert run(["bench", "nothing"]) == 1
