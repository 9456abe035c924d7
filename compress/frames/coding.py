"""From tokens to a frame: the one path that files and experiments take.

Blocks of 2^18 tokens are coded one by one, each by itself.  A block that is stored costs ceil(log2 K) bits a
token whatever Q says; what that saves or loses beside Q̂ is the ledger's `coder`.  A block that `mix`
would make longer is stored, too: its user wants a small file, and not to see the price of a belief.

Next: `decoding` (from a frame back to tokens).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from compress.coders.lanes import Laned
from compress.coders.protocol import Coder
from compress.frames.format import BlockKind
from compress.frames.frame import Block, FrameWriter, packed
from compress.frames.header import Header, Limits
from compress.models.sequential import SequentialCoder
from compress.ordered import in_order
from compress.symbols import Symbols, smallest_dtype

if TYPE_CHECKING:
    from compress.coders.words.prefix import PrefixCoder

__all__ = ["block_of", "in_blocks", "stored", "write_frame"]


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

    >>> import io, zlib
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
        as_it_is = stored(len(header.tokens))
        if len(payload) > symbols.size * as_it_is.book.longest:
            return Block(symbols.size, as_it_is.encode(symbols), BlockKind.STORED)
    return Block(symbols.size, payload)


def stored(size: int) -> PrefixCoder:
    """The coder of blocks that are stored: of K tokens, ceil(log2 K) bits each.

    >>> stored(5).book.longest
    3
    """
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
