"""Compressors that everybody has, to stand beside: what they make of the same bytes.

They look for repetition, which a code of one word a token never sees, so that a file of theirs may be
smaller than n·H(P̂): H(P̂) is a floor for who takes tokens to be independent, not for who does not.

Next: `report` (many files, beliefs and coders).
"""

from __future__ import annotations

import bz2
import importlib
import importlib.util
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from compress.errors import SpecError, quoted

__all__ = ["BASELINES", "Baseline", "baselines_named"]


@dataclass(frozen=True)
class Baseline:
    """A compressor at one of its levels."""

    name: str
    level: int
    compress: Callable[[bytes], bytes]
    decompress: Callable[[bytes], bytes]

    def __reduce__(self) -> str | tuple[Any, ...]:
        """To another process goes the name of one that has its usual level."""
        if BASELINES.get(self.name) != self:
            return super().__reduce__()
        return _usual, (self.name,)


def _zstd(level: int) -> Baseline:
    """zstd, whose package is not everybody's: it is loaded when something is to be compressed."""

    def package() -> Any:
        return importlib.import_module("zstandard")

    return Baseline(
        "zstd",
        level,
        lambda data: bytes(package().ZstdCompressor(level=level).compress(data)),
        lambda data: bytes(package().ZstdDecompressor().decompress(data)),
    )


def _usual(name: str) -> Baseline:
    return BASELINES[name]


# The level that each has when nobody asks for one.
BASELINES = {
    "zlib": Baseline("zlib", 6, lambda data: zlib.compress(data, 6), zlib.decompress),
    "bz2": Baseline("bz2", 9, lambda data: bz2.compress(data, 9), bz2.decompress),
    "lzma": Baseline("lzma", 6, lambda data: lzma.compress(data, preset=6), lzma.decompress),
}

if importlib.util.find_spec("zstandard"):
    BASELINES["zstd"] = _zstd(3)


def baselines_named(names: str) -> list[Baseline]:
    """The compressors of these names, with commas between them; of `none`, none.  Raises SpecError for another.

    >>> [zlib] = baselines_named("zlib")
    >>> zlib.level, zlib.decompress(zlib.compress(b"to be or not to be"))
    (6, b'to be or not to be')
    """
    wanted = [] if names == "none" else names.split(",")
    for name in wanted:
        if name not in BASELINES:
            raise SpecError(f"no baseline is called {quoted(name)}; choose from {', '.join(BASELINES)}, or none")
    return [BASELINES[name] for name in wanted]
