"""Inputs: files by their names, and pipes, read whole or spooled up to a limit.

A name must lead to a regular file: a pipe or a device comes as -, standard input, so that
nobody removes, names an output after, or waits for what is no file.  What is read whole must
fit in memory, and the machine's other work beside it.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from compress.errors import CompressError, DataError, LimitError

__all__ = [
    "Spool",
    "about",
    "csv_rows",
    "default_limit",
    "open_input",
    "read_whole",
    "readable_twice",
    "size_of",
    "standard_input",
]

_CHUNK = 1 << 20
# Read at a time, so that not every few bytes ask the system.
_BUFFER = 1 << 20
# Bytes of a pipe that are kept in memory in any case.
_SPOOLED = 1 << 24
_AS_INPUT = "; to read it to its end, redirect it to standard input and give -"


@contextlib.contextmanager
def about(name: str) -> Iterator[None]:
    """What is wrong inside a file names it: a CompressError, or DataError where it does not fit in memory."""
    try:
        yield
    except CompressError as error:
        error.args = (f"{name}: {error}",)
        raise
    except MemoryError:
        raise DataError(f"{name}: needs more memory than is free") from None


def open_input(path: str | Path, remedy: str = _AS_INPUT) -> BinaryIO:
    """A regular file, open for reading.  Raises DataError for anything else, OSError if it cannot be read.

    remedy: what to do with a pipe or a device.
    """
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise DataError("is a directory")
    if not stat.S_ISREG(mode):
        raise DataError(f"is not a regular file{remedy}")
    return Path(path).open("rb", buffering=_BUFFER)


def standard_input() -> BinaryIO:
    """Standard input.  Raises DataError if it is closed."""
    if sys.stdin is None:
        raise DataError("standard input is closed")
    return sys.stdin.buffer


def read_whole(file: BinaryIO, limit: int | None = None) -> bytes:
    """All that is left of a file: at most `limit` bytes, half of the free memory if None.

    Raises LimitError if there are more, as soon as that is known.
    """
    most = default_limit() if limit is None else limit
    content = io.BytesIO()
    while chunk := file.read(_CHUNK):
        if content.tell() + len(chunk) > most:
            raise LimitError(f"holds more than {most:,} bytes, which is the limit")
        content.write(chunk)
    return content.getvalue()


class Spool(NamedTuple):
    """Where a pipe is kept that is read twice, and how much of it.

    most: bytes, None for half of the space that is free.  folder: of the temporary file, None for the usual one.
    memory: the most bytes if it is kept in memory instead; a little is there anyway.
    """

    most: int | None = None
    folder: Path | None = None
    memory: int | None = None

    def room(self) -> int:
        """The most bytes that it takes."""
        if self.memory is not None:
            return self.memory if self.most is None else min(self.memory, self.most)
        # Whoever reads a file does not wait for these.
        import shutil
        import tempfile

        return shutil.disk_usage(self.folder or tempfile.gettempdir()).free // 2 if self.most is None else self.most


@contextlib.contextmanager
def readable_twice(file: BinaryIO, spool: Spool) -> Iterator[BinaryIO]:
    """A file whose bytes can be read again: itself if it is a regular one, otherwise a copy, which has no name.

    Raises LimitError if it holds more than it may, and for a device without a limit, whose end may never come.
    """
    mode = _mode(file)
    if stat.S_ISREG(mode):
        if spool.most is not None and os.fstat(file.fileno()).st_size - file.tell() > spool.most:
            raise _beyond(spool.most)
        yield file
        return
    if stat.S_ISCHR(mode) and not file.isatty() and spool.most is None:
        raise LimitError("is a device, whose end may never come; max_input SIZE sets a limit")
    import tempfile

    room, size, folder = spool.room(), 0, None if spool.folder is None else str(spool.folder)
    place = folder or tempfile.gettempdir()
    with tempfile.SpooledTemporaryFile(0 if spool.memory is not None else _SPOOLED, dir=folder) as kept:
        while chunk := file.read(min(_CHUNK, room + 1 - size)):
            size += len(chunk)
            if size > room:
                raise _beyond(room)
            with _named(place):
                kept.write(chunk)
        with _named(place):
            kept.seek(0)
        yield cast("BinaryIO", kept)


@contextlib.contextmanager
def _named(folder: str) -> Iterator[None]:
    """A disk that is full is named by the folder of the temporary file, which has no name."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or folder
        raise


def size_of(file: BinaryIO) -> int:
    """The bytes that are left of a file that can be read again.

    >>> file = io.BytesIO(b"to be")
    >>> file.read(2), size_of(file), file.read(1)
    (b'to', 3, b' ')
    """
    begins = file.tell()
    size = file.seek(0, os.SEEK_END) - begins
    file.seek(begins)
    return size


def _mode(file: BinaryIO) -> int:
    """What kind of file it is; of none of the system's, that of a pipe."""
    try:
        return os.fstat(file.fileno()).st_mode
    except (OSError, AttributeError):
        return stat.S_IFIFO


def _beyond(most: int) -> LimitError:
    return LimitError(f"holds more than {most:,} bytes, which is the limit; max_input SIZE sets another limit")


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV table that are not empty, each with the number of its line; a cell may have any length.

    Raises DataError where the text is not CSV.
    """
    # Few inputs are tables.
    import csv

    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        # The longest cell that the library takes is a setting of the whole process: ours for one row only.
        usual = csv.field_size_limit(len(text) + 1)
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise DataError(f"line {rows.line_num} is not CSV: {error}") from None
        finally:
            csv.field_size_limit(usual)
        if row is None:
            return
        if row:
            yield rows.line_num, row


def default_limit() -> int:
    """Half of the memory that is free, bytes."""
    return _free_memory() // 2


def _free_memory() -> int:
    """What the system could give to this process, bytes; all there is where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
