"""Outputs are whole or absent: errors, signals and strange targets leave no half of a file."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import processes
import pytest

import compress
from compress.errors import OutputError
from compress.frames import atomic
from compress.frames.atomic import refuse_to_destroy, write_atomically

# Encoding a large file takes a slow machine its time.
pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).resolve().parents[2]


def test_a_stream_that_is_both_is_named_by_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "x").open("wb") as file:
        monkeypatch.setattr(atomic, "_STREAMS", {file.fileno(): "standard input"})
        with pytest.raises(OutputError, match="x: is the input standard input; name another output"):
            refuse_to_destroy([tmp_path / "x"], [file.fileno()])
        with pytest.raises(OutputError, match=r"^standard input: is the input "):
            refuse_to_destroy([file.fileno()], [tmp_path / "x"])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(target: Path, data: bytes, *, overwrite: bool, then: Callable[[], object] = lambda: None) -> None:
    """Write a target, and do something else before it is finished."""
    with write_atomically(target, overwrite=overwrite) as file:
        file.write(data)
        then()


def raising(error: BaseException) -> Callable[[], object]:
    def call(*_: object, **__: object) -> None:
        raise error

    return call


# ---------------------------------------------------------------- one write


def test_a_block_that_ends_well_makes_the_file(tmp_path: Path) -> None:
    with write_atomically(tmp_path / "new", overwrite=False) as file:
        file.write(b"content")
        assert not (tmp_path / "new").exists()
    assert (tmp_path / "new").read_bytes() == b"content"
    assert names(tmp_path) == ["new"]


def test_until_the_end_the_old_file_is_there_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with write_atomically(target, overwrite=True) as file:
        file.write(b"new")
        file.flush()
        assert target.read_bytes() == b"old"
        assert len(names(tmp_path)) == 2
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt, SystemExit, GeneratorExit, BrokenPipeError])
def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(error):
        write(target, b"half of the new", overwrite=True, then=raising(error()))
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_leaves_nothing_where_nothing_was(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        write(tmp_path / "out", b"half", overwrite=False, then=raising(error()))
    assert names(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_of_the_last_steps_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    owner: object = os if step == "fsync" else Path
    monkeypatch.setattr(owner, step, raising(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write(target, b"new", overwrite=True)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["out"]


def test_a_target_that_is_there_is_refused_without_overwrite(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match="-f overwrites"):
        write(target, b"new", overwrite=False, then=lambda: pytest.fail("the block was entered"))
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("leads_to", ["nowhere", "link", "other"])
def test_a_link_to_nowhere_is_a_name_that_is_taken(tmp_path: Path, leads_to: str) -> None:
    """`link` leads to itself, `other` leads back to it."""
    (tmp_path / "link").symlink_to(leads_to)
    (tmp_path / "other").symlink_to("link")
    with pytest.raises(OutputError, match="already exists; -f"):
        write(tmp_path / "link", b"new", overwrite=False, then=lambda: pytest.fail("the block was entered"))
    assert (tmp_path / "link").readlink() == Path(leads_to)
    write(tmp_path / "link", b"new", overwrite=True)
    assert not (tmp_path / "link").is_symlink()
    assert names(tmp_path) == ["link", "other"]


def test_a_link_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="meanwhile"):
        write(tmp_path / "out", b"mine", overwrite=False, then=lambda: (tmp_path / "out").symlink_to("nowhere"))
    assert (tmp_path / "out").readlink() == Path("nowhere")
    assert names(tmp_path) == ["out"]


def test_a_target_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(OutputError, match="meanwhile"):
        write(target, b"mine", overwrite=False, then=lambda: target.write_bytes(b"another's"))
    assert target.read_bytes() == b"another's"
    assert names(tmp_path) == ["out"]


class Signalled(BaseException):
    pass


def test_a_signal_the_moment_the_temporary_file_exists_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making a file and remembering its name there must be no moment for a signal."""
    opened = os.open
    arrived = 0

    def open_and_be_hit(path: str, flags: int, mode: int = 0o777, **options: int) -> int:
        nonlocal arrived
        handle = opened(path, flags, mode, **options)
        if flags & os.O_CREAT:
            arrived += 1
            os.kill(os.getpid(), signal.SIGUSR1)
        return handle

    def strike(*_: object) -> None:
        raise Signalled

    previous = signal.signal(signal.SIGUSR1, strike)
    monkeypatch.setattr(os, "open", open_and_be_hit)
    try:
        with contextlib.suppress(Signalled):
            write(tmp_path / "out", b"new", overwrite=False)
    finally:
        signal.signal(signal.SIGUSR1, previous)
    assert arrived == 1
    assert names(tmp_path) in ([], ["out"])


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_directory_is_no_target(tmp_path: Path, overwrite: bool) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OutputError):
        write(target, b"new", overwrite=overwrite, then=lambda: pytest.fail("the block was entered"))
    assert target.is_dir()
    assert names(target) == []
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_target_in_a_directory_that_is_missing_is_an_error(tmp_path: Path, overwrite: bool) -> None:
    with pytest.raises((FileNotFoundError, OutputError)):
        write(tmp_path / "no" / "out", b"new", overwrite=overwrite)
    assert names(tmp_path) == []


def test_a_pipe_with_a_name_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    """Nor is a device: `-f -o /dev/null` must not make a file of it."""
    target = tmp_path / "pipe"
    os.mkfifo(target)
    reader = os.open(target, os.O_RDWR | os.O_NONBLOCK)
    try:
        with contextlib.suppress(OutputError):
            write(target, b"content", overwrite=True)
        assert stat.S_ISFIFO(target.stat().st_mode)
    finally:
        os.close(reader)


def test_a_symbolic_link_points_to_the_whole_content_afterwards(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with write_atomically(tmp_path / "link", overwrite=True) as file:
        file.write(b"new")
    assert (tmp_path / "link").read_bytes() == b"new"
    assert (tmp_path / "real").read_bytes() in (b"old", b"new")
    assert names(tmp_path) == ["link", "real"]


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000, 0o027])
def test_the_mode_is_what_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    previous = os.umask(mask)
    try:
        with write_atomically(tmp_path / "out", overwrite=False) as file:
            file.write(b"x")
            [temporary] = tmp_path.iterdir()
            # While it is written, nobody else may read it.
            assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
        assert os.umask(mask) == mask
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o666 & ~mask


NAMES = {
    "space": "a b",
    "umlaut": "ü",
    "dash": "-",
    "255 bytes": "x" * 255,
    "63 letters of 4 bytes": "😀" * 63,
    "hidden": ".hidden",
    "newline": "new\nline",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_every_name_that_a_file_may_have_is_a_target(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"old")
    with write_atomically(tmp_path / name, overwrite=True) as file:
        file.write(b"new")
    assert (tmp_path / name).read_bytes() == b"new"
    assert names(tmp_path) == [name]


def test_a_name_in_no_encoding_is_a_target(tmp_path: Path) -> None:
    target = tmp_path / os.fsdecode(b"\xff\xfe")
    try:
        target.write_bytes(b"old")
    except OSError:
        pytest.skip("this file system knows only UTF-8")
    with write_atomically(target, overwrite=True) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"


# ---------------------------------------------------------------- signals


@pytest.fixture(scope="module")
def content() -> bytes:
    """Large enough that encoding it takes a while."""
    return np.random.default_rng(1).geometric(0.03, 5_000_000).astype(np.uint8).tobytes()


def in_shell_terms(status: int) -> int:
    """A process that died of a signal, before or after codelen looks out for it, is 128 + n in every shell."""
    return status if status >= 0 else 128 - status


def interrupted(folder: Path, number: signal.Signals, delay: float | None) -> tuple[int, bytes]:
    """Encode `big.bin` again and send a signal: `delay` seconds after the temporary file appeared, or at once."""
    work = processes.codelen("encode", "-qf", "big.bin")
    with open(os.devnull, "r+b") as nothing, (folder.parent / "errors").open("w+b") as errors:
        streams = (nothing.fileno(), nothing.fileno(), errors.fileno())
        with processes.forked(work, folder=folder, streams=streams) as process:
            begin = time.monotonic()
            while delay is not None and process.poll() is None and not list(folder.glob(".*.part")):
                assert time.monotonic() - begin < 100
                time.sleep(0.002)
            time.sleep(delay or 0)
            process.signal(number)
            status = process.wait()
        errors.seek(0)
        return status, errors.read()


@pytest.fixture
def folder(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "big.bin").write_bytes(content)
    (tmp_path / "big.bin.clen").write_bytes(b"old")
    return tmp_path


@pytest.mark.parametrize(
    ("number", "expected", "delay"),
    [(signal.SIGTERM, 143, delay) for delay in (0.0, 0.03, 0.1, 0.2, 0.3)]
    + [(signal.SIGINT, 130, delay) for delay in (0.0, 0.1, 0.25)],
)
def test_a_signal_leaves_the_old_file_or_the_new_one_whole(
    folder: Path, content: bytes, number: signal.Signals, expected: int, delay: float
) -> None:
    status, errors = interrupted(folder, number, delay)
    assert in_shell_terms(status) in (expected, 0)
    assert names(folder) == ["big.bin", "big.bin.clen"]
    assert (folder / "big.bin").stat().st_size == len(content)
    target = (folder / "big.bin.clen").read_bytes()
    if target != b"old":
        assert compress.decode(target) == content
    else:
        assert status == expected
        assert errors in (b"codelen: terminated\n", b"codelen: interrupted\n")


def test_a_signal_before_the_first_byte_leaves_the_old_file(folder: Path) -> None:
    status, _ = interrupted(folder, signal.SIGTERM, None)
    assert in_shell_terms(status) == 143
    assert names(folder) == ["big.bin", "big.bin.clen"]
    assert (folder / "big.bin.clen").read_bytes() == b"old"


def test_without_a_signal_the_same_run_ends_well(folder: Path, content: bytes) -> None:
    """The control: it is the signal that stops the runs above."""
    status, errors = interrupted(folder, signal.SIGCONT, 0.0)
    assert (status, errors) == (0, b"")
    assert compress.decode((folder / "big.bin.clen").read_bytes()) == content
