"""codelen in a process of its own, without waiting for it to load: the process that runs the tests is forked.

What a test asks of a process (its exit status, its signals, its streams) a forked one has as well.  What the
start of the interpreter does to it is tried with a new one, in `test_cli` and `test_interrupts`.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path

from compress.__main__ import main

# Seconds for which a process is waited for.
PATIENCE = 200


@dataclass(frozen=True)
class Ended:
    """What a process left: status is negative for one that a signal ended."""

    status: int
    out: bytes
    err: bytes


class Process:
    """A process that was begun; as `with`, it is over at the end of the block."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.status: int | None = None

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        if self.poll() is None:
            self.signal(signal.SIGKILL)
            self.wait()

    def signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.number, number)

    def poll(self) -> int | None:
        """Its exit status if it is over."""
        if self.status is None:
            ended, status = os.waitpid(self.number, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if ended else None
        return self.status

    def wait(self) -> int:
        """Its exit status when it is over."""
        end = time.monotonic() + PATIENCE
        while (status := self.poll()) is None:
            assert time.monotonic() < end, "the process does not end"
            time.sleep(0.002)
        return status


def forked(
    work: Callable[[], object],
    *,
    folder: Path,
    streams: Sequence[int | None],
    environment: Mapping[str, str] = os.environ,
) -> Process:
    """Begin some work in a process of its own; streams: descriptors for 0, 1 and 2, None for one that is closed."""
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # Later versions warn of threads: the child has none, and needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return Process(child)
    status = 70
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        _take(streams)
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
        os._exit(status)


def _take(streams: Sequence[int | None]) -> None:
    """Make these the standard streams, as the interpreter does when it starts."""
    kept = [None if given is None else os.dup2(given, 100 + place) for place, given in enumerate(streams)]
    os.closerange(0, 100)
    for place, given in enumerate(kept):
        if given is not None:
            os.dup2(given, place)
    os.closerange(100, 110)
    # A process that helped watches over what processes share; its end of a pipe is closed, too.
    resource_tracker._resource_tracker._fd = None  # type: ignore[attr-defined]  # not told to the type checker
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    for place, name in enumerate(("stdin", "stdout", "stderr")):
        stream = None
        if kept[place] is not None:
            binary = io.open(place, "wb" if place else "rb", closefd=False)  # noqa: SIM115, UP020  # for good
            stream = io.TextIOWrapper(binary, encoding, "backslashreplace" if place == 2 else "strict")
        # The interpreter has None, too, for one that is closed.
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def codelen(*arguments: str | bytes) -> Callable[[], object]:
    """The work of the command line with these arguments."""

    def work() -> None:
        sys.argv = ["codelen", *map(os.fsdecode, arguments)]
        main()

    return work


def run(
    work: Callable[[], object],
    *,
    folder: Path,
    given: bytes = b"",
    closed: int | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Ended:
    """Do some work in a process of its own, with pipes on all sides but the stream that is closed."""
    pipes = [os.pipe() for _ in range(3)]
    theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
    streams = [None if place == closed else end for place, end in enumerate(theirs)]
    with forked(work, folder=folder, streams=streams, environment=environment) as process:
        for end in theirs:
            os.close(end)
        with ThreadPoolExecutor(3) as pool:
            pool.submit(_feed, pipes[0][1], given)
            read = [pool.submit(_read, pipe[0]) for pipe in pipes[1:]]
            out, err = (each.result(PATIENCE) for each in read)
        return Ended(process.wait(), out, err)


def _feed(end: int, data: bytes) -> None:
    try:
        with open(end, "wb") as file:
            file.write(data)
    except BrokenPipeError:
        pass


def _read(end: int) -> bytes:
    with open(end, "rb") as file:
        return file.read()
