"""What encode and decode tell on standard error: a line for each file, one for all of them, and how far they are."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from compress.cli.files.places import label
from compress.cli.options import PIPE, bar
from compress.errors import printable

__all__ = ["Summary", "ratio"]


def ratio(content: int, encoded: int) -> str:
    """What so many bytes became."""
    if not content:
        return f"{content} => {encoded} bytes"
    return f"{100 * encoded / content:.1f}% ({content} => {encoded} bytes, {8 * encoded / content:.2f} bits/byte)"


class Summary:
    """Tells of each file what became of it: with -q of none, and of what goes to standard output only with -v."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet, self._verbose = quiet and not verbose, verbose
        self._sizes: list[tuple[int, int]] = []

    @contextlib.contextmanager
    def watching(self, file: BinaryIO, total: int | None) -> Iterator[BinaryIO]:
        """A file, with a bar while it is read; total: the bytes that will be read, if that is known."""
        self._began = time.monotonic()
        if self._quiet:
            yield file
            return
        with bar("reading", total, is_bytes=True) as advance:
            yield cast("BinaryIO", _Watched(file, advance))

    def tell(self, name: str, target: str, sizes: tuple[int, int], what: str, more: str) -> None:
        """A line about one file: what became of it, and with -v more.  sizes: content and encoded, bytes."""
        if target != PIPE:
            self._sizes.append(sizes)
            what = f"{what[:-1]}, {printable(target)})" if what.endswith(")") else f"{what} ({printable(target)})"
        if self._verbose:
            seconds = max(time.monotonic() - self._began, 1e-9)
            what += f"; {more}{seconds:.2f} s, {sizes[0] / seconds / 1e6:.1f} MB/s"
        if self._verbose or (target != PIPE and not self._quiet):
            _say(f"{printable(label(name))} : {what}")

    def total(self, what: Callable[[int, int], str]) -> None:
        """A line about all files, if they are several; what(content, encoded): what became of them."""
        if len(self._sizes) > 1 and not self._quiet:
            content, encoded = map(sum, zip(*self._sizes, strict=True))
            _say(f"{len(self._sizes)} files : {what(content, encoded)}")


class _Watched:
    """A file whose reading is told."""

    def __init__(self, file: BinaryIO, advance: Callable[[int], object]) -> None:
        self._file, self._advance = file, advance

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._advance(len(data))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
