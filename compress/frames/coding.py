"""From tokens to a frame and back: the one path that files and experiments take.

Blocks of 2^18 tokens are coded one by one, each by itself.  A block that is stored costs ceil(log2 K) bits a
token whatever Q says; what that saves or loses beside Q̂ is the ledger's `coder`.  A block that `mix`
would make longer is stored, too: its user wants a small file, and not to see the price of a belief.

Next: `atomic` (an output that is whole or absent).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from compress.checksums import joined
from compress.coders.lanes import Laned, each_decoded
from compress.coders.protocol import Coder
from compress.errors import CorruptError, LimitError
from compress.frames.format import BlockKind
from compress.frames.frame import Block, Frame, FrameWriter, packed
from compress.frames.header import BLOCK_TOKENS, Header, Limits
from compress.models.sequential import SequentialCoder
from compress.ordered import in_order
from compress.symbols import Counts, Symbols, histogram, smallest_dtype

if TYPE_CHECKING:
    from compress.coders.words.prefix import PrefixCoder

__all__ = ["Decoded", "Decoder", "block_of", "decode_frame", "in_blocks", "write_frame"]

# Content is joined from the pieces of its tokens so many bits at a time: 4 MiB.
_JOINED = 1 << 25


def write_frame(
    file: BinaryIO,
    header: Header,
    parts: Iterable[Symbols],
    content_crc: int,
    *,
    number: Callable[[Symbols], Symbols] = lambda symbols: symbols,
    block_tokens: int | None = None,
    threads: int = 1,
) -> int:
    """Write the frame of these symbols, in parts of any size, and return its bytes.

    content_crc: CRC-32 of the bytes that the symbols are.  number: how the symbols come of what the parts are.

    block_tokens: tokens a block, each in one lane where four cost more; None: as many as usual, in lanes.  What is
    written does not depend on the threads.

    >>> import io
    >>> from compress.coders.catalog import choose
    >>> from compress.sources.tokens import BYTES
    >>> choice, file = choose("huffman"), io.BytesIO()
    >>> header = Header(choice, BYTES, ("a", "b"), choice.fit([2, 1]), count=3, content_bytes=3)
    >>> write_frame(file, header, [np.array([0, 0, 1], np.uint8)], zlib.crc32(b"aab"))
    39
    """
    writer = FrameWriter(file, header)
    if header.count:
        coder, whole = header.build(), block_tokens is not None
        dearest = _dearest_bits(coder, header)
        blocks = in_blocks(parts, block_tokens or header.block_tokens)

        def work(part: Symbols) -> bytes:
            return packed(block_of(header, coder, number(part), whole=whole))

        def needs(part: Symbols) -> int:
            # The symbols beside what they come of, and the payload as it is written, and packed.
            symbols = part.size * smallest_dtype(len(header.tokens)).itemsize
            return part.nbytes + symbols + 2 * math.ceil(part.size * dearest / 8) + header.room(part.size)

        # A decoder has as much.
        for block in in_order(work, blocks, threads, Limits.max_memory, needs):
            writer.block(block)
    writer.end(content_crc)
    return writer.size


def _dearest_bits(coder: Coder, header: Header) -> float:
    """What a token costs at most; where that is not known beforehand, hardly more than it has without a code."""
    if coder.surprises is None:
        return 8 * smallest_dtype(len(header.tokens)).itemsize
    return float(coder.surprises[np.isfinite(coder.surprises)].max())


def block_of(header: Header, coder: Coder, symbols: Symbols, *, whole: bool = False) -> Block:
    """A block of these symbols, in four lanes if they are many; whole: not where four cost more than one.

    >>> from compress.coders.catalog import choose
    >>> from compress.sources.tokens import BYTES
    >>> choice = choose("huffman")
    >>> header = Header(choice, BYTES, ("a", "b"), choice.fit([2, 1]), count=3, content_bytes=3)
    >>> block_of(header, header.build(), np.array([0, 0, 1], np.uint8)).payload.to01()
    '001'
    """
    family = header.coder.family
    in_lanes = header.has_lanes and symbols.size >= family.lanes_from and (family.sends_words or not whole)
    if in_lanes and isinstance(coder, Laned):
        first, *others = coder.encode_lanes(symbols)
        return Block(symbols.size, first, BlockKind.LANES, lanes=tuple(others))
    payload = coder.encode(symbols)
    if not whole and isinstance(coder, SequentialCoder) and coder.model.is_stored_where_dearer:
        as_it_is = _stored(len(header.tokens))
        if len(payload) > symbols.size * as_it_is.book.longest:
            return Block(symbols.size, as_it_is.encode(symbols), BlockKind.STORED)
    return Block(symbols.size, payload)


def _stored(size: int) -> PrefixCoder:
    """The coder of blocks that are stored: of K tokens, ceil(log2 K) bits each."""
    # Few blocks are.
    from compress.coders.words.fixed import fixed
    from compress.coders.words.prefix import PrefixCoder

    return PrefixCoder("stored", fixed([1] * size))


def in_blocks(parts: Iterable[Symbols], size: int) -> Iterator[Symbols]:
    """The same symbols, so many at a time.

    >>> [part.tolist() for part in in_blocks([np.arange(3), np.arange(2)], 2)]
    [[0, 1], [2, 0], [1]]
    """
    held, many = list[Symbols](), 0
    for part in parts:
        for start in range(-many, part.size, size):
            piece = part[max(start, 0) : start + size]
            held.append(piece)
            many += piece.size
            if many == size:
                yield held[0] if len(held) == 1 else np.concatenate(held)
                held, many = [], 0
    if held:
        yield np.concatenate(held)


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
    def is_summed(self) -> bool:
        """Whether it tells what blocks should cost: if that was asked for, and the counts do not tell it."""
        return self._priced and bool(self._header.tokens) and self.coder.surprises is None

    @cached_property
    def _stored(self) -> PrefixCoder:
        return _stored(len(self._header.tokens))

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
        if isinstance(self.coder, Laned):
            return self.coder.decode_lanes(block.payloads, block.count)
        return each_decoded(self.coder, block.payloads, block.count, len(self._header.tokens))


class Decoded(NamedTuple):
    """What came of a frame: how often each token, shape (K,).

    ideal_bits: Σ -log2 q_t of them, if it was asked for; None where each token has one price, for the counts tell it.
    """

    counts: Counts
    ideal_bits: float | None


def decode_frame(frame: Frame, output: BinaryIO | None, *, priced: bool = False, threads: int = 1) -> Decoded:
    """Decode one frame, check its content, write it if there is an output, and count its tokens.

    priced: whether to find what the blocks should cost, where no token has one price for all of them.

    >>> import io
    >>> from compress import encode
    >>> from compress.frames.frame import read_frames
    >>> from compress.frames.header import Limits
    >>> decode_frame(next(read_frames(io.BytesIO(encode(b"aab")), Limits())), None).counts.tolist()
    [2, 1]
    """
    header = frame.header
    size, crc, bits = 0, 0, 0.0
    counts = np.zeros(len(header.tokens), np.int64)
    decoder = Decoder(header, priced=priced)
    for part in _in_whole_bytes(frame, decoder, _Joiner(header), threads):
        bits += part.ideal_bits
        counts += part.counts
        size += part.size
        # Before the pieces are joined, or a long token said often would fill the memory.
        if size > header.content_bytes:
            raise CorruptError(f"the content is larger than the {header.content_bytes} bytes claimed")
        for content, its_crc in part.contents:
            crc = joined(crc, its_crc, len(content))
            if output is not None:
                output.write(content)
    if size != header.content_bytes or crc != frame.content_crc:
        raise CorruptError("the content is damaged: its size or checksum does not match")
    return Decoded(counts, bits if priced and header.tokens and decoder.is_summed else None)


class _Part(NamedTuple):
    """Some tokens that are whole bytes: how often each comes, the bytes' number, and what they should cost.

    contents: the bytes, in pieces, and the CRC-32 of each.
    """

    counts: Counts
    size: int
    contents: Iterable[tuple[bytes, int]]
    ideal_bits: float


class _Joiner:
    """Tokens back to bytes."""

    def __init__(self, header: Header) -> None:
        self._join = header.kind.joiner(header.tokens)
        self._piece_bits = np.array([header.kind.bits(token) for token in header.tokens], np.int64)
        self._granule = header.kind.granule

    def is_little(self, symbols: Symbols) -> bool:
        """Whether these are whole bytes, and few."""
        return not symbols.size % self._granule and symbols.size * int(self._piece_bits.max(initial=0)) <= _JOINED

    def part(self, symbols: Symbols, ideal_bits: float) -> _Part:
        """What tokens become that are whole bytes; few are joined now, and many when their bytes are asked for."""
        seen = histogram(symbols, self._piece_bits.size)
        contents = (self._piece(symbols),) if self.is_little(symbols) else map(self._piece, self._cut(symbols))
        return _Part(seen, int(seen @ self._piece_bits) // 8, contents, ideal_bits)

    def _piece(self, symbols: Symbols) -> tuple[bytes, int]:
        content = self._join(symbols)
        return content, zlib.crc32(content)

    def _cut(self, symbols: Symbols) -> Iterator[Symbols]:
        """These symbols in parts, each of which is little content: up to _JOINED bits, and one token."""
        ends = np.cumsum(self._piece_bits[symbols])
        yield from np.split(symbols, np.flatnonzero(np.diff(ends // _JOINED)) + 1)


def _in_whole_bytes(frame: Frame, decoder: Decoder, joiner: _Joiner, threads: int) -> Iterator[_Part]:
    """The tokens of a frame, a block at most at a time, cut where bytes of content end."""
    granule = frame.header.kind.granule
    rest = np.zeros(0, np.uint8)

    def work(block: Block) -> tuple[Symbols, float, _Part | None]:
        symbols, ideal = decoder.decode(block)
        return symbols, ideal, joiner.part(symbols, ideal) if joiner.is_little(symbols) else None

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
        # A block may end within a byte: what is left waits for the next block.
        symbols = np.concatenate((rest.astype(symbols.dtype), symbols)) if rest.size else symbols
        whole = symbols.size - symbols.size % granule
        symbols, rest = symbols[:whole], symbols[whole:]
        for start in range(0, max(symbols.size, 1), BLOCK_TOKENS):
            yield joiner.part(symbols[start : start + BLOCK_TOKENS], 0.0 if start else ideal)
    if rest.size:
        raise CorruptError("the content ends within a byte")
