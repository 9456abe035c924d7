"""Kills and troubles, a few of each; `kills.py` and `troubles.py` make many, and count."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from kills import ALL, SIGNALS, kills
from troubles import OF_OWN_MOUNTS, TROUBLES, Count, first_starts, has_own_mounts
from workloads import TEXT, WORKLOADS, Workload

# Each starts several processes.
pytestmark = pytest.mark.timeout(900)

LOSES = WORKLOADS["encode --rm"]
AFTER = {"text": b"to be", "text.clen": b"coded"}
# What they leave undisturbed is given: no command is run.
ENCODE = Workload("encode", lambda: {"text": b"to be", "text.clen": b"old"}, (), _known={"encode": (AFTER, 1.0)})
REMOVE = Workload("remove", lambda: {"text": b"to be"}, (), _known={"remove": ({"text.clen": b"coded"}, 1.0)})
ROWS = {"rows.csv": b"a\n1\n", "rows.jsonl": b"{}\n{1}\n"}
SWEEP = Workload("sweep", lambda: {"rows.csv": b"old"}, (), "rows.jsonl", _known={"sweep": (ROWS, 1.0)})


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_at_any_moment_leaves_everything_whole(number: signal.Signals) -> None:
    tally = kills(LOSES, number, 1, seed=1)
    assert tally.kills == sum(tally.ends.values()) == 1
    assert tally.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("name", ALL)
def test_a_signal_at_any_moment_of_any_command(name: str, number: signal.Signals) -> None:
    if name == "lab":
        pytest.importorskip("marimo")
    assert kills(ALL[name], number, 2, seed=2).wrong == []


@pytest.mark.fuzz
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", ALL)
def test_two_hundred_signals_of_each_command(name: str) -> None:
    assert [kills(ALL[name], number, 50, seed=3).wrong for number in SIGNALS] == [[]] * len(SIGNALS)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in TROUBLES if name != "first starts"])
def test_trouble(name: str) -> None:
    if name in OF_OWN_MOUNTS and not has_own_mounts():
        pytest.skip("a process here may have no file system of its own")
    count = TROUBLES[name]()
    assert count.runs > 2
    assert count.wrong == []


@pytest.mark.slow
def test_first_starts_at_once() -> None:
    assert first_starts(6).wrong == []


# ---------------------------------------------------------------- what is noticed


def left(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("workload", "files", "done", "wrong"),
    [
        (ENCODE, {}, False, []),
        (ENCODE, {}, True, ["text.clen is not new"]),
        (ENCODE, {"text.clen": b"half"}, False, ["text.clen is neither old nor new"]),
        (ENCODE, {"text": b"half"}, False, ["text is neither old nor new"]),
        (ENCODE, {".text.clen.0123.part": b"half"}, False, [".text.clen.0123.part was left"]),
        (ENCODE, {"new": b""}, False, ["new was left"]),
        (REMOVE, {"text": None}, False, ["text is lost"]),
        (REMOVE, {"text": None, "text.clen": b"half"}, False, ["text.clen is neither old nor new", "text is lost"]),
        (REMOVE, {"text": None, "text.clen": b"coded"}, True, []),
        (REMOVE, {"text.clen": b"coded"}, True, ["text is not new"]),
        (SWEEP, {"rows.jsonl": b'{}\n{"half'}, False, []),
        (SWEEP, {"rows.jsonl": b"{}\n{2}\n"}, False, ["rows.jsonl has a line that is none"]),
        (SWEEP, {"rows.jsonl": b"{}\n", "rows.csv": ROWS["rows.csv"]}, True, ["rows.jsonl is not new"]),
    ],
)
def test_what_is_not_whole_is_noticed(
    workload: Workload, files: Mapping[str, bytes | None], done: bool, wrong: list[str], tmp_path: Path
) -> None:
    have = {name: content for name, content in {**workload.before, **files}.items() if content is not None}
    assert workload.wrong(left(tmp_path / "left", have), done=done) == wrong


def test_a_file_that_a_kill_leaves_is_allowed_to_a_kill_alone(tmp_path: Path) -> None:
    folder = left(tmp_path / "left", {**ENCODE.before, ".text.clen.0123.part": b"half"})
    assert ENCODE.wrong(folder, done=False, killed=True) == []


@pytest.mark.slow
def test_what_a_workload_leaves_is_what_it_says(tmp_path: Path) -> None:
    after, seconds = LOSES.undisturbed()
    assert {*after} == {"text.clen"}
    assert len(after["text.clen"]) < len(TEXT)
    assert seconds > 0
    assert LOSES.wrong(left(tmp_path / "left", after), done=True) == []


def test_a_refusal_is_one_line_that_says_why() -> None:
    from subprocess import CompletedProcess

    count = Count()
    count.judge("a", CompletedProcess((), 0, b"", b""), [], says="full")
    count.judge("b", CompletedProcess((), 1, b"", b"codelen: x: full\n"), [], says="full")
    assert (count.runs, count.refused, count.wrong) == (2, 1, [])
    for status, line in ((2, b"codelen: full\n"), (1, b"Traceback\nfull\n"), (1, b"codelen: x\n"), (-7, b"")):
        count.judge("c", CompletedProcess((), status, b"", line), [], says="full")
    count.judge("d", CompletedProcess((), 0, b"", b""), ["other"], says="full")
    assert count.wrong == [
        "c: exit status 2, 'codelen: full\\n'",
        "c: exit status 1, 'Traceback\\nfull\\n'",
        "c: exit status 1, 'codelen: x\\n'",
        "c: exit status -7, ''",
        "d: other",
    ]
