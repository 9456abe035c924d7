"""Every target takes its seeds, what once crashed, and a second of mutations; the tools find what is wrong."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import trying
from mutation import mended, mutated
from target import Target, may_raise
from targets import TARGETS
from trying import Crashes, fault_of, lines_of

import compress
from compress.kernel import compilation

CRASHES = sorted(path for path in (Path(__file__).parent / "crashes").glob("*-*"))


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_their_mutations_are_taken(name: str) -> None:
    target, chance = TARGETS[name], random.Random(3)
    with compilation("never"):
        seeds = [*target.seeds()]
        assert seeds
        for seed in seeds:
            # Those of thousands of tokens take long.
            if name != "messages" or seed[3] < 56:
                target.try_(seed)
        for _ in range(40):
            data = mutated(chance.choice(seeds), chance, seeds, target.words)
            target.try_(mended(data) if target.is_frame else data)


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.name)
def test_what_once_crashed_is_taken(path: Path) -> None:
    with compilation("never"):
        TARGETS[path.name.partition("-")[0]].try_(path.read_bytes())


def test_checksums_are_mended() -> None:
    data = compress.encode(b"to be or not to be", coder="huffman")
    assert mended(data) == data
    for at in (9, len(data) - 12):
        damaged = bytearray(data)
        damaged[at] ^= 1
        with pytest.raises(compress.CompressError, match=r"checksum does not match"):
            compress.decode(bytes(damaged))
        with pytest.raises(compress.CompressError) as error:
            compress.decode(mended(bytes(damaged)))
        # It is the content that differs then, or what it means.
        assert "header is damaged" not in str(error.value)
        assert "block is damaged" not in str(error.value)


@may_raise(ValueError)
def broken(data: bytes) -> None:
    """It is wrong about two things."""
    if b"!" in data:
        raise ValueError("as it says")
    if b"?" in data:
        raise KeyError(data)
    if b"\n" in data:
        raise ValueError("two\nlines")


BROKEN = Target("broken", broken, lambda: [b"a"])


def test_a_crash_is_kept_once_as_its_smallest_input(tmp_path: Path) -> None:
    crashes = Crashes(BROKEN, tmp_path / "crashes")
    for data in (b"well", b"well!", b"to be or not to be?", b"to be or not to be?", b"to be\nor not"):
        crashes.look(data)
    kept = {path.read_bytes() for path in (tmp_path / "crashes").iterdir()}
    assert kept == {b"?", b"\n"}
    assert [told.partition(": ")[2] for told in crashes.told] == [
        "KeyError: b'?'",
        "AssertionError: ValueError('two\\nlines')",
    ]


def test_a_fault_that_comes_once_is_kept_whole(tmp_path: Path) -> None:
    left = ["too slow"]

    def try_(data: bytes) -> None:
        if left:
            raise ValueError(left.pop())

    crashes = Crashes(Target("once", try_, list), tmp_path)
    crashes.look(b"what was tried")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"what was tried"]
    assert crashes.told[0].endswith("once, and not again: ValueError: too slow")


def busy(_: bytes) -> None:
    while True:
        pass


def test_what_works_for_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is counted, and not the time of a machine that others keep busy."""
    monkeypatch.setattr(trying, "PATIENCE", 0.05)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGPROF)}
    monkeypatch.setattr("resource.setrlimit", lambda *_: None)
    trying.bounded()
    try:
        assert fault_of(Target("slow", lambda _: time.sleep(0.2), list), b"") is None
        assert "HangError" in str(fault_of(Target("busy", busy, list), b""))
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def test_only_lines_of_the_package_are_counted() -> None:
    assert fault_of(BROKEN, b"?") is not None
    assert lines_of(BROKEN, b"?") == set()
    reached = lines_of(TARGETS["specs"], b"dice:2")
    assert "specs.py" in {Path(name).name for name, _ in reached}


@pytest.mark.slow
@pytest.mark.parametrize("plain", [True, False], ids=["plain", "atheris"])
def test_a_short_run_says_what_it_reached(plain: bool, tmp_path: Path) -> None:
    if not plain:
        pytest.importorskip("atheris")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "run.py"), "--minutes", "0.1", "--target", "specs"]
        + ["--plain"] * plain
        + ["--missing", str(tmp_path / "missing")],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, *_ = done.stdout.splitlines()
    assert first.startswith("specs ")
    assert first.endswith(" 0 crashes")
    assert int(first.split()[1].replace(",", "")) > 500
    assert "frames/atomic.py write_atomically" in (tmp_path / "missing").read_text()
