"""Signals at any moment: the old file or the new one, whole; nothing half done; the shell's exit status."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import processes
import pytest

import compress
from compress.frames.frame import FrameWriter

ROOT = Path(__file__).resolve().parents[2]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
TEXT = b"".join(b"line %d of a text that is encoded\n" % i for i in range(3000))

# Each starts several processes.
pytestmark = pytest.mark.timeout(600)

# Says a word when the package's first lines were run, so that moments are counted from there.
PROGRAM = "import os; from compress.__main__ import main; os.write(1, b'.'); main()"


@dataclass(frozen=True)
class Ended:
    status: int
    err: bytes
    seconds: float


def codelen(
    folder: Path, *arguments: str, number: signal.Signals | None = None, delay: float = 0.0, cache: Path | None = None
) -> Ended:
    """Call codelen and send it a signal `delay` seconds after its first line."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = str(cache)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"."
        begin = time.monotonic()
        if number is not None:
            time.sleep(delay)
            process.send_signal(number)
        _, err = process.communicate(timeout=200)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return Ended(process.returncode, err, time.monotonic() - begin)


def is_well(folder: Path, ended: Ended, number: signal.Signals) -> bool:
    """Whether a run of `encode -f text` that was signalled left what it should."""
    target = (folder / "text.clen").read_bytes()
    finished = target != b"old" and compress.decode(target) == TEXT
    word = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up", "SIGQUIT": "quit"}[number.name]
    told = (128 + number, f"codelen: {word}\n".encode())
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    return (
        names == ["text", "text.clen"]
        and (finished or target == b"old")
        and (
            (ended.status, ended.err) == told
            # The interpreter, at its very end, gives the signals back to the system: the work was done.
            or (finished and ended.err == b"" and ended.status in (0, -number))
        )
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "text.clen").write_bytes(b"old")
    return tmp_path


@pytest.mark.fuzz
@pytest.mark.timeout(3000)
def test_signals_while_kernels_are_compiled_leave_everything_whole(folder: Path) -> None:
    """Each with a cache of its own; where they are compiled already, `tests/machine` tries it."""
    rng = random.Random(2)
    whole = codelen(folder, "encode", "-qf", "text", cache=folder / "cache")
    assert (whole.status, whole.err) == (0, b"")
    for place in range(150):
        (folder / "text.clen").write_bytes(b"old")
        number, delay = SIGNALS[place % len(SIGNALS)], rng.uniform(0, 1.05 * whole.seconds)
        cache = folder / f"cache{place}"
        ended = codelen(folder, "encode", "-qf", "text", number=number, delay=delay, cache=cache)
        assert is_well(folder, ended, number), (delay, number, ended)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_the_output_is_written_removes_what_is_half_done(folder: Path, number: signal.Signals) -> None:
    """The kernel raises the signal itself, between two bytecodes of the write."""
    end = FrameWriter.end

    def struck(self: FrameWriter, content_crc: int) -> None:
        os.kill(os.getpid(), number)
        end(self, content_crc)

    def work() -> None:
        FrameWriter.end = struck  # type: ignore[method-assign]  # in the other process alone
        processes.codelen("encode", "-qf", "text")()

    ended = processes.run(work, folder=folder)
    assert ended.status == 128 + number
    assert is_well(folder, Ended(ended.status, ended.err, 0.0), number)
    assert (folder / "text.clen").read_bytes() == b"old"


def test_nothing_can_catch_a_signal_on_its_way() -> None:
    """What is raised in a callback of the compiler is swallowed, or crashes: so nothing is raised."""
    program = (
        "import ctypes, os, signal; from compress.interrupts import end_on_signals; end_on_signals()\n"
        "@ctypes.CFUNCTYPE(None)\n"
        "def callback(): os.kill(os.getpid(), signal.SIGTERM); [i for i in range(1000)]\n"
        "try: callback()\n"
        "except BaseException: pass\n"
        "print('swallowed')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=200,
    )
    assert (done.returncode, done.stdout, done.stderr) == (143, b"", b"codelen: terminated\n")


def test_a_signal_that_was_ignored_stays_ignored() -> None:
    """As nohup does it."""
    program = (
        "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from compress.interrupts import end_on_signals; end_on_signals()\n"
        "os.kill(os.getpid(), signal.SIGHUP); print('still here')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        timeout=200,
    )
    assert done.stdout == b"still here\n"


def test_a_library_leaves_the_signals_alone() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    compress.encode(b"abc")
    from compress.cli.main import run

    assert run(["info", "dice:2", "-q"]) == 0
    assert [signal.getsignal(number) for number in SIGNALS] == before
