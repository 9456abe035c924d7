"""From a frame back to tokens, and to the bytes that they are, each block by itself; the content's checksum comes last.

Next: `atomic` (an output that is whole or absent).
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from compress.checksums import joined
from compress.coders.lanes import Laned, each_decoded
from compress.coders.protocol import Coder
from compress.errors import CorruptError, LimitError
from compress.frames.coding import stored
from compress.frames.format import BlockKind
from compress.frames.frame import Block, Frame
from compress.frames.header import BLOCK_TOKENS, Header
from compress.ordered import in_order
from compress.symbols import Counts, Symbols, histogram

if TYPE_CHECKING:
    from compress.coders.words.prefix import PrefixCoder

__all__ = ["Decoded", "Decoder", "decode_and_count", "decode_frame"]

# Content is joined from the pieces of its tokens so many bits at a time: 4 MiB.
_JOINED = 1 << 25
_NOT_COUNTED = np.zeros(0, np.int64)


class Decoder:
    """Blocks back to symbols: the coders of a header, each built when a block first needs it."""

    def __init__(self, header: Header, *, priced: bool = False) -> None:
        self._header = header
        self._priced = priced

    @cached_property
    def coder(self) -> Coder:
        """The coder that the header describes.  Raises CorruptError."""
        return self._header.build()

    @cached_property
    def _laned(self) -> Laned | None:
        """The coder, if it has a way of its own to decode four lanes."""
        return self.coder if isinstance(self.coder, Laned) else None

    @cached_property
    def is_summed(self) -> bool:
        """Whether it tells what blocks should cost: if that was asked for, and the counts do not tell it."""
        return self._priced and bool(self._header.tokens) and self.coder.surprises is None

    @cached_property
    def _stored(self) -> PrefixCoder:
        return stored(len(self._header.tokens))

    def to_price(self, block: Block) -> int:
        """The bytes of memory that it takes to find what a block should cost; 0 if that is not asked for."""
        return self._header.room_to_price(block.count) if self.is_summed else 0

    def decode(self, block: Block) -> tuple[Symbols, float]:
        """The symbols of a block, and what they should cost, bits, or 0.  Raises CorruptError."""
        symbols = self._decoded(block)
        return symbols, self.coder.ideal_bits(symbols) if self.is_summed else 0.0

    def _decoded(self, block: Block) -> Symbols:
        if block.kind == BlockKind.STORED:
            if len(block.payload) != block.count * self._stored.book.longest:
                raise CorruptError(f"a stored block of {block.count} tokens has {len(block.payload)} bits")
            return self._stored.decode(block.payload, block.count)
        if block.kind != BlockKind.LANES:
            return self.coder.decode(block.payload, block.count)
        if self._laned is not None:
            return self._laned.decode_lanes(block.payloads, block.count)
        return each_decoded(self.coder, block.payloads, block.count, len(self._header.tokens))


class Decoded(NamedTuple):
    """What came of a frame: how often each token, shape (K,).

    ideal_bits: Σ -log2 q_t of them; None where each token has one price, for the counts tell it.
    """

    counts: Counts
    ideal_bits: float | None


def decode_frame(frame: Frame, output: BinaryIO | None, *, threads: int = 1) -> None:
    """Decode one frame, check its content, and write it if there is an output.

    >>> import io
    >>> from compress import encode
    >>> from compress.frames.frame import read_frames
    >>> from compress.frames.header import Limits
    >>> output = io.BytesIO()
    >>> decode_frame(next(read_frames(io.BytesIO(encode(b"aab")), Limits())), output)
    >>> output.getvalue()
    b'aab'
    """
    header = frame.header
    deque(_decoded(frame, output, Decoder(header), _Joiner(header), threads), maxlen=0)


def decode_and_count(frame: Frame, output: BinaryIO | None, *, threads: int = 1) -> Decoded:
    """The same, with all that a ledger asks for: how often each token came, and what the blocks should cost.

    >>> import io
    >>> from compress import encode
    >>> from compress.frames.frame import read_frames
    >>> from compress.frames.header import Limits
    >>> decode_and_count(next(read_frames(io.BytesIO(encode(b"aab")), Limits())), None).counts.tolist()
    [2, 1]
    """
    header, bits = frame.header, 0.0
    counts = np.zeros(len(header.tokens), np.int64)
    decoder = Decoder(header, priced=True)
    for part in _decoded(frame, output, decoder, _Joiner(header, counts=True), threads):
        bits += part.ideal_bits
        counts += part.counts
    return Decoded(counts, bits if header.tokens and decoder.is_summed else None)


def _decoded(frame: Frame, output: BinaryIO | None, decoder: Decoder, joiner: _Joiner, threads: int) -> Iterator[_Part]:
    """The parts of a frame, each after it was written; behind the last one size and checksum are compared."""
    header, size, crc = frame.header, 0, 0
    for part in _in_whole_bytes(frame, decoder, joiner, threads):
        size += part.size
        # Before the pieces are joined, or a long token said often would fill the memory.
        if size > header.content_bytes:
            raise CorruptError(f"the content is larger than the {header.content_bytes} bytes claimed")
        for content, its_crc in part.contents:
            crc = joined(crc, its_crc, len(content))
            if output is not None:
                output.write(content)
        yield part
    if size != header.content_bytes or crc != frame.content_crc:
        raise CorruptError("the content is damaged: its size or checksum does not match")


class _Part(NamedTuple):
    """Some tokens that are whole bytes: how often each comes, the bytes' number, and what they should cost.

    counts: shape (0,) where nobody asked.  contents: the bytes, in pieces, and the CRC-32 of each.
    """

    counts: Counts
    size: int
    contents: Iterable[tuple[memoryview, int]]
    ideal_bits: float


class _Joiner:
    """Tokens back to bytes; counts: whether it counts them, too."""

    def __init__(self, header: Header, *, counts: bool = False) -> None:
        self._join = header.kind.joiner(header.tokens)
        self._piece_bits = np.array([header.kind.bits(token) for token in header.tokens], np.int64)
        self._token_bits = None if counts else header.kind.token_bits
        self._longest = int(self._piece_bits.max(initial=0))
        self._granule = header.kind.granule

    def is_little(self, symbols: Symbols) -> bool:
        """Whether these are whole bytes, and few."""
        return not symbols.size % self._granule and symbols.size * self._longest <= _JOINED

    def part(self, symbols: Symbols, ideal_bits: float) -> _Part:
        """What tokens become that are whole bytes; few are joined now, and many when their bytes are asked for."""
        contents = (self._piece(symbols),) if self.is_little(symbols) else map(self._piece, self._cut(symbols))
        if self._token_bits is not None:
            return _Part(_NOT_COUNTED, symbols.size * self._token_bits // 8, contents, ideal_bits)
        seen = histogram(symbols, self._piece_bits.size)
        return _Part(seen, int(seen @ self._piece_bits) // 8, contents, ideal_bits)

    def _piece(self, symbols: Symbols) -> tuple[memoryview, int]:
        content = self._join(symbols)
        return content, zlib.crc32(content)

    def _cut(self, symbols: Symbols) -> Iterator[Symbols]:
        """These symbols in parts, each of which is little content: up to _JOINED bits, and one token."""
        ends = np.cumsum(self._piece_bits[symbols])
        yield from np.split(symbols, np.flatnonzero(np.diff(ends // _JOINED)) + 1)


def _in_whole_bytes(frame: Frame, decoder: Decoder, joiner: _Joiner, threads: int) -> Iterator[_Part]:
    """The tokens of a frame, a block at most at a time, cut where bytes of content end."""
    granule = frame.header.kind.granule
    rest = nothing = np.zeros(0, np.uint8)

    def work(block: Block) -> tuple[Symbols, float, _Part | None]:
        symbols, ideal = decoder.decode(block)
        if not joiner.is_little(symbols):
            return symbols, ideal, None
        # Where each token is whole bytes, no part waits for another, and its symbols are not needed again.
        return symbols if granule > 1 else nothing, ideal, joiner.part(symbols, ideal)

    def blocks() -> Iterator[Block]:
        for block in frame.blocks:
            if (needed := decoder.to_price(block)) > frame.max_memory:
                raise LimitError(f"what a block costs takes {needed} bytes; max_memory allows {frame.max_memory}")
            yield block

    def needs(block: Block) -> int:
        # What a decoder has is free again when the price is asked for.
        return max(frame.needs(block), decoder.to_price(block))

    for symbols, ideal, part in in_order(work, blocks(), threads, frame.max_memory, needs):
        if part is not None and not rest.size:
            yield part
            continue
        # A block may end within a byte: what is left waits for the next block.  The last one does not: no header that
        # is read has a count of tokens that would leave a rest.
        symbols = np.concatenate((rest.astype(symbols.dtype), symbols)) if rest.size else symbols
        whole = symbols.size - symbols.size % granule
        symbols, rest = symbols[:whole], symbols[whole:]
        for start in range(0, max(symbols.size, 1), BLOCK_TOKENS):
            yield joiner.part(symbols[start : start + BLOCK_TOKENS], 0.0 if start else ideal)
