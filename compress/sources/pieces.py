"""A file a piece at a time, so that it may be larger than memory: cut where tokens end, counted, and numbered.

The tokens of the pieces are those of the whole.  Two passes make a file: the first counts its tokens, from which Q may
follow, and the second codes them.

Next: `sources.protocol` (where a stream comes from).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, TypeVar

import numpy as np

from compress.checksums import joined
from compress.errors import DataError, PlacedError, quoted
from compress.ordered import in_order
from compress.sources.tokens import Tokeniser
from compress.symbols import Counts, Seen, Symbols, histogram, renamed, smallest_dtype

__all__ = ["Content", "Numbering", "counted", "numbering", "pieces"]

T = TypeVar("T")

# Bytes of a piece: of text each byte may become a token of eighty.
_PIECE = 1 << 20


def pieces(kind: Tokeniser, file: BinaryIO, size: int = _PIECE) -> Iterator[bytes]:
    """The content of a file, about so many bytes at a time; more only where a token is longer.

    >>> import io
    >>> from compress.sources.tokens import tokeniser
    >>> list(pieces(tokeniser("words"), io.BytesIO(b"to be or not to be"), 5))
    [b'to ', b'be or ', b'not ', b'to ', b'be']
    """
    held = b""
    # Twice as much where nothing can be cut, so that a long token is looked through a few times only.
    while chunk := file.read(max(size, len(held))):
        held += chunk
        whole = kind.settled(held)
        if whole:
            yield held[:whole]
            held = held[whole:]
    if held:
        yield held


@dataclass(frozen=True, eq=False)
class Content:
    """What the first pass over a file finds: its tokens, its bytes, and their CRC-32."""

    seen: Seen
    size: int
    crc: int


def counted(kind: Tokeniser, cut: Callable[[], Iterable[bytes]], threads: int = 1) -> Content:
    """The first pass; cut(): the pieces, from the first one on.  Raises DataError for bytes that are no such tokens.

    >>> from compress.sources.tokens import tokeniser
    >>> found = counted(tokeniser("chars"), lambda: [b"abra", b"cadabra"])
    >>> found.seen.tokens, found.seen.counts, found.seen.first("d")
    (('a', 'b', 'c', 'd', 'r'), (5, 2, 1, 1, 2), 6)
    """
    size = 0

    def placed() -> Iterator[tuple[bytes, int]]:
        nonlocal size
        for piece in cut():
            yield piece, size
            size += len(piece)

    tokens, counts, crc = (_values_counted if kind.values else _tokens_counted)(kind, placed(), threads)
    return Content(Seen(tokens, counts, lambda token: _first(kind, cut(), token)), size, crc)


class _Counted(NamedTuple):
    tokens: tuple[str, ...]
    counts: tuple[int, ...]
    crc: int


def _values_counted(kind: Tokeniser, placed: Iterable[tuple[bytes, int]], threads: int) -> _Counted:
    values = kind.values
    assert values is not None
    total, crc = np.zeros(values.size, np.int64), 0

    def work(placed: tuple[bytes, int]) -> tuple[Counts, int, int]:
        piece, _ = placed
        return histogram(_placed(values.of, *placed), values.size), zlib.crc32(piece), len(piece)

    for counts, its_crc, size in in_order(work, placed, threads):
        total += counts
        crc = joined(crc, its_crc, size)
    present = np.flatnonzero(total).tolist()
    return _Counted(tuple(map(values.name, present)), tuple(total[present].tolist()), crc)


def _tokens_counted(kind: Tokeniser, placed: Iterable[tuple[bytes, int]], _: int) -> _Counted:
    # Python cuts by one thread at a time.
    total, crc = Counter[str](), 0
    for piece, before in placed:
        found = _placed(kind.split, piece, before).seen
        total.update(dict(zip(found.tokens, found.counts, strict=True)))
        crc = zlib.crc32(piece, crc)
    tokens = tuple(sorted(total))
    return _Counted(tokens, tuple(map(total.__getitem__, tokens)), crc)


class Numbering(NamedTuple):
    """What the second pass does with a piece: it is cut into values, and these, or some of them, become symbols.

    Python cuts by one thread at a time; where it does, the values are the symbols.
    """

    values: Callable[[bytes], Symbols]
    symbols: Callable[[Symbols], Symbols]


def numbering(kind: Tokeniser, tokens: Sequence[str]) -> Numbering:
    """How pieces become symbols of these tokens.  It raises DataError for a token that is not among them.

    >>> from compress.sources.tokens import BYTES
    >>> made = numbering(BYTES, ("a", "b"))
    >>> made.symbols(made.values(b"ba")).tolist()
    [1, 0]
    """
    values = kind.values
    if values is None:
        return Numbering(lambda piece: kind.split(piece).over(tokens).symbols, lambda symbols: symbols)
    # A value that is none of these tokens has one number more.
    table = np.full(values.size, min(len(tokens), values.size - 1), smallest_dtype(min(len(tokens) + 1, values.size)))
    table[[values.number(token) for token in tokens]] = np.arange(len(tokens))

    def number(found: Symbols) -> Symbols:
        symbols = renamed(found, table)
        if len(tokens) < values.size and symbols.max() == len(tokens):
            value = int(found[np.argmax(symbols == len(tokens))])
            raise DataError(f"token {quoted(values.name(value))} is not in the alphabet")
        return symbols.astype(smallest_dtype(len(tokens)), copy=False)

    return Numbering(values.of, number)


def _placed(cut: Callable[[bytes], T], piece: bytes, before: int) -> T:
    """What a piece is cut into; an error names the byte in the whole file."""
    try:
        return cut(piece)
    except PlacedError as error:
        raise error.behind(before) from None


def _first(kind: Tokeniser, cut: Iterable[bytes], token: str) -> int:
    """At which token of these pieces a token comes first."""
    before = 0
    for piece in cut:
        stream = kind.split(piece)
        if token in stream.tokens:
            return before + stream.seen.first(token)
        before += stream.symbols.size
    raise DataError(f"token {quoted(token)} does not come")
