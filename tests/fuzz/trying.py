"""One input and what a target makes of it: the fault, the lines that it reaches, and the least that has the fault."""

from __future__ import annotations

import resource
import signal
import sys
import time
import zlib
from pathlib import Path
from typing import Any

from targets import Target

__all__ = ["PACKAGE", "Crashes", "bounded", "fault_of", "lines_of", "smallest"]

HERE = Path(__file__).parent
PACKAGE = str(HERE.parent.parent / "compress")
# Seconds of work for one input, and bytes for all of them; an input that only waits may take longer.
PATIENCE, MEMORY = 20, 6 << 30
WAITING = 300

Lines = set[tuple[str, int]]


class HangError(Exception):
    """An input that takes too long."""


def bounded() -> None:
    """From here on an input that takes too long is stopped, and memory has an end."""

    def hung(*_: object) -> None:
        raise HangError(f"more than {PATIENCE} s of work, or {WAITING} s")

    signal.signal(signal.SIGALRM, hung)
    signal.signal(signal.SIGPROF, hung)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def fault_of(target: Target, data: bytes) -> str | None:
    """What is wrong with what a target makes of an input; None for nothing."""
    signal.alarm(WAITING)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        target.try_(data)
    except (Exception, HangError) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
    return None


def lines_of(target: Target, data: bytes) -> Lines:
    """The lines of the package that an input reaches."""
    found: Lines = set()

    def trace(frame: Any, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line":
            found.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        fault_of(target, data)
    finally:
        sys.settrace(None)
    return found


def smallest(target: Target, data: bytes) -> bytes:
    """The data without what the same kind of fault does not need; all of it where the fault does not come again."""
    fault = fault_of(target, data)
    if fault is None:
        return data
    kind = fault.partition(":")[0]
    piece, tries, end = len(data) // 2, 0, time.monotonic() + 3 * PATIENCE
    while piece and tries < 300 and time.monotonic() < end:
        for start in range(0, len(data), piece):
            shorter = data[:start] + data[start + piece :]
            tries += 1
            if (fault_of(target, shorter) or "").partition(":")[0] == kind:
                data = shorter
                break
        else:
            piece //= 2
    return data


class Crashes:
    """The crashes of a target, one of each kind, each kept in a file as its smallest input."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target, self._folder = target, folder
        self._kinds: set[str] = set()
        self.told: list[str] = []

    def look(self, data: bytes) -> None:
        """Try an input, and keep it if it has a fault of a new kind."""
        fault = fault_of(self._target, data)
        if fault is None or fault[:60] in self._kinds:
            return
        self._kinds.add(fault[:60])
        least = smallest(self._target, data)
        place = self._folder / f"{self._target.name}-{zlib.crc32(least):08x}"
        self._folder.mkdir(exist_ok=True)
        place.write_bytes(least)
        again = fault_of(self._target, least)
        self.told.append(f"{place.name}: {again if again is not None else f'once, and not again: {fault}'}")
