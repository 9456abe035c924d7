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
from typing import BinaryIO, TypeVar

import numpy as np

from compress.errors import DataError, PlacedError, quoted
from compress.ordered import in_order
from compress.sources.tokens import Tokeniser
from compress.symbols import Seen, Symbols, histogram, renamed, smallest_dtype

__all__ = ["Content", "counted", "numbered", "pieces"]

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
    size, crc = 0, 0

    def placed() -> Iterator[tuple[bytes, int]]:
        nonlocal size, crc
        for piece in cut():
            yield piece, size
            size, crc = size + len(piece), zlib.crc32(piece, crc)

    tokens, counts = (_values_counted if kind.values else _tokens_counted)(kind, placed(), threads)
    return Content(Seen(tokens, counts, lambda token: _first(kind, cut(), token)), size, crc)


Counted = tuple[tuple[str, ...], tuple[int, ...]]


def _values_counted(kind: Tokeniser, placed: Iterable[tuple[bytes, int]], threads: int) -> Counted:
    values = kind.values
    assert values is not None
    total = np.zeros(values.size, np.int64)
    for counts in in_order(lambda piece: histogram(_placed(values.of, *piece), values.size), placed, threads):
        total += counts
    present = np.flatnonzero(total).tolist()
    return tuple(map(values.name, present)), tuple(total[present].tolist())


def _tokens_counted(kind: Tokeniser, placed: Iterable[tuple[bytes, int]], _: int) -> Counted:
    # Python cuts by one thread at a time.
    total = Counter[str]()
    for piece in placed:
        found = _placed(kind.split, *piece).seen
        total.update(dict(zip(found.tokens, found.counts, strict=True)))
    tokens = tuple(sorted(total))
    return tokens, tuple(map(total.__getitem__, tokens))


def numbered(kind: Tokeniser, tokens: Sequence[str], cut: Iterable[bytes]) -> Iterator[Symbols]:
    """The second pass: the symbols of each piece.  Raises DataError for a token that is not among these.

    >>> from compress.sources.tokens import BYTES
    >>> [symbols.tolist() for symbols in numbered(BYTES, ("a", "b"), [b"ab", b"ba"])]
    [[0, 1], [1, 0]]
    """
    values = kind.values
    if values is None:
        yield from (kind.split(piece).over(tokens).symbols for piece in cut)
        return
    # A value that is none of these tokens has one number more.
    table = np.full(values.size, min(len(tokens), values.size - 1), smallest_dtype(min(len(tokens) + 1, values.size)))
    table[[values.number(token) for token in tokens]] = np.arange(len(tokens))
    for piece in cut:
        found = values.of(piece)
        symbols = renamed(found, table)
        if len(tokens) < values.size and symbols.max() == len(tokens):
            value = int(found[np.argmax(symbols == len(tokens))])
            raise DataError(f"token {quoted(values.name(value))} is not in the alphabet")
        yield symbols.astype(smallest_dtype(len(tokens)), copy=False)


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
