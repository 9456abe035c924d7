"""The ladder: each rung is a file of its own, what was saved is told, and what does not come back is a failure."""

from __future__ import annotations

import bz2
import contextlib
import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import compress
from compress.cli.main import run
from compress.reports.table import render
from compress.reports.views import as_json, as_rows, as_table
from compress.surveys import ladder as module
from compress.surveys.baselines import Baseline
from compress.surveys.ladder import KNOWS, Ladder, ladder, rungs
from compress.surveys.report import Seconds

TEXT = b"the cat sat on the mat, and the dog sat on the cat. " * 4
BESIDE = ("zlib -9", "bz2 -9", "lzma -9e")


@pytest.fixture(scope="module")
def made() -> Ladder:
    return ladder([("a", TEXT), ("b", bytes(range(60)))], speed=False)


def sizes_of(made: Ladder, at: int) -> dict[str, int]:
    return {rung.name: sizes.file_bytes for rung, sizes in zip(made.rungs, made.climbs[at].sizes, strict=True)}


def test_each_rung_is_the_file_that_encode_writes(made: Ladder) -> None:
    sizes = sizes_of(made, 0)
    assert list(sizes) == [*KNOWS, "order:4", "order:5", *BESIDE]
    for name in (*KNOWS, "order:4", "order:5"):
        assert sizes[name] == len(compress.encode(TEXT, assumed=name))
    assert sizes["zlib -9"] == len(zlib.compress(TEXT, 9))
    assert sizes["bz2 -9"] == len(bz2.compress(TEXT))
    assert sizes["lzma -9e"] == len(lzma.compress(TEXT, preset=9 | lzma.PRESET_EXTREME))
    for rung in rungs():
        assert rung.decode(rung.encode(TEXT)) == TEXT


def test_a_step_is_measured_by_the_one_above(made: Ladder) -> None:
    sizes = list(sizes_of(made, 0).values())
    saved = [made.saved(made.climbs[0], place) for place in range(len(sizes))]
    assert saved[1 : len(KNOWS)] == [1 - sizes[place] / sizes[place - 1] for place in range(1, len(KNOWS))]
    assert {saved[0], *saved[len(KNOWS) :]} == {None}


def test_the_total_is_that_of_all_files(made: Ladder) -> None:
    assert made.total is not None
    assert made.total.content_bytes == len(TEXT) + 60
    both = [a + b for a, b in zip(sizes_of(made, 0).values(), sizes_of(made, 1).values(), strict=True)]
    assert [sizes.file_bytes for sizes in made.total.sizes] == both
    assert Ladder(made.rungs, made.climbs[:1]).total is None


def test_the_tables_have_the_figures(made: Ladder) -> None:
    text = render(as_table(made))
    sizes = sizes_of(made, 0)
    assert f"{8 * sizes['mix'] / len(TEXT):.3f}" in text
    assert "2 files, 268 bytes; all was decoded and compared" in text
    one = render(as_table(Ladder(made.rungs, made.climbs[:1])))
    assert one.startswith(f"a: {len(TEXT)} bytes; all was decoded and compared\n")
    for name, size in sizes.items():
        assert any(f"{size:,}" in line for line in one.splitlines() if name in line)
    assert all(said in one for said in KNOWS.values())
    assert render(as_table(Ladder(made.rungs, ()))) == "no file was given\n"


@pytest.mark.parametrize("columns", ["80", "120"])
def test_no_line_is_wider_than_the_screen(made: Ladder, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = render(as_table(made))
    assert max(map(len, text.splitlines())) <= int(columns)
    assert all(said in text for said in KNOWS.values())


def test_a_longer_context_alone_is_said_to_be_diluted_only_where_it_is(made: Ladder) -> None:
    assert "(dilution)" in render(as_table(made))
    assert "(dilution)" not in render(as_table(ladder([("ab", b"abcdefgh" * 300)], speed=False)))


def test_json_and_rows_say_the_same(made: Ladder) -> None:
    fields = as_json(made)
    rows = as_rows(made)
    assert len(rows) == 2 * len(rungs())
    first = fields["files"][0]["rungs"][6]
    assert first["name"] == "mix"
    assert first["bits_per_byte"] == 8 * first["file_bytes"] / len(TEXT)
    assert first["encode_speed"] is None
    assert rows[6]["file"] == "a"
    assert rows[6]["file_bytes"] == first["file_bytes"]
    assert fields["total"]["bytes"] == len(TEXT) + 60


def test_times_are_those_of_compiled_loops_and_everyone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    modes, asked, heard = list[str](), list[int](), list[str]()

    @contextlib.contextmanager
    def noted(mode: str) -> Iterator[None]:
        modes.append(mode)
        yield

    def timed(encode: Callable[[], object], decode: Callable[[], object], runs: int) -> Seconds:
        asked.append(runs)
        return Seconds(1.0, 2.0)

    monkeypatch.setattr(module, "compilation", noted)
    monkeypatch.setattr(Seconds, "of", timed)
    made = ladder([("a", TEXT)], heard=heard.append)
    assert heard == [rung.name for rung in rungs()]
    assert set(modes) == {"always"}
    assert set(asked) == {1}
    assert {sizes.encode_speed for sizes in made.climbs[0].sizes} == {len(TEXT)}
    assert "enc MB/s" in render(as_table(made))
    modes.clear()
    ladder([("a", TEXT)], speed=False)
    assert modes == []


def test_what_does_not_come_back_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    broken = Baseline("zlib", 9, zlib.compress, lambda data: zlib.decompress(data)[:-1])
    monkeypatch.setattr(module, "_STRONGEST", (("zlib -9", broken),))
    assert run(["ladder", "--no-speed", "--json", str(tmp_path / "j"), str(tmp_path / "a")]) == 3
    out = capsys.readouterr().out
    assert "a, zlib -9" in out
    assert "all was decoded" not in out
    told = json.loads((tmp_path / "j").read_text())
    assert told["verdict"] == "fail"
    assert [rung["round_trip"] for rung in told["files"][0]["rungs"]] == [True] * 9 + [False]


def test_nothing_and_a_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert run(["ladder", "--no-speed", str(tmp_path / "empty")]) == 0
    assert "empty: 0 bytes" in capsys.readouterr().out.replace(str(tmp_path), "")
    assert run(["ladder", str(tmp_path / "absent")]) == 1
    assert "absent" in capsys.readouterr().err
