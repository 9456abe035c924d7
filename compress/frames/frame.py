"""Frames: written block by block, and read with every bit counted; `format` has the byte tables.

Next: `coding` (from tokens to a frame).
"""

from __future__ import annotations

import io
import zlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from bitarray import bitarray

from compress.coders.lanes import LANES
from compress.errors import CorruptError, LimitError
from compress.frames.format import MAGIC, PARTS, VERSION, VERSION_WITHOUT_LANES, BlockKind
from compress.frames.header import Header, Limits
from compress.frames.packing import pack_varint
from compress.frames.reader import Reader
from compress.symbols import smallest_dtype

__all__ = ["Block", "Frame", "FrameWriter", "packed", "read_frames"]

_KINDS = frozenset(BlockKind)


@dataclass(frozen=True)
class Block:
    """Some tokens of a message: how many, and their bits; and the fingerprint of the rows that it was coded with.

    lanes: the payloads of every fourth token from the second, third and fourth on, where there are lanes.
    """

    count: int
    payload: bitarray
    kind: BlockKind = BlockKind.CODED
    fingerprint: int | None = None
    lanes: tuple[bitarray, ...] = ()

    @property
    def payloads(self) -> tuple[bitarray, ...]:
        """All of its payloads, each of which fills whole bytes in a file."""
        return (self.payload, *self.lanes)

    def followed_by(self, bits: bitarray) -> Block:
        """The same with some bits behind each payload."""
        first, *lanes = (payload + bits for payload in self.payloads)
        return replace(self, payload=first, lanes=tuple(lanes))


class FrameWriter:
    """Writes one frame: the header at once, then block after block, then the end; size: its bytes so far."""

    def __init__(self, file: BinaryIO, header: Header) -> None:
        self._file = file
        self.size = 0
        packed = header.pack()
        version = VERSION if header.has_lanes else VERSION_WITHOUT_LANES
        start = MAGIC + bytes([version]) + pack_varint(len(packed)) + packed
        self._write(start + _crc(start))

    def block(self, block: Block | bytes) -> None:
        """One block of one token or more, or what was made of it already."""
        self._write(block if isinstance(block, bytes) else packed(block))

    def end(self, content_crc: int) -> None:
        """The end mark and the CRC-32 of the content."""
        self._write(bytes([BlockKind.END]) + content_crc.to_bytes(4, "little"))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)


def read_frames(file: BinaryIO, limits: Limits, *, compressed_size: int | None = None) -> Iterator[Frame]:
    """Every frame of a file in turn; what the caller leaves of one is read before the next.

    Raises CorruptError or LimitError, whose message names the byte; the limit on the output is one for all
    frames together.

    >>> import io
    >>> from compress import encode
    >>> [frame.header.count for frame in read_frames(io.BytesIO(encode(b"aab") * 2), Limits())]
    [3, 3]
    """
    reader, allowed = Reader(file), limits.output(compressed_size)
    if not reader.has_more():
        raise CorruptError("the file is empty, so it is not a codelen file")
    while reader.has_more():
        frame = Frame(reader, Limits(allowed, limits.max_memory))
        yield frame
        deque(frame.blocks, maxlen=0)
        allowed -= frame.header.content_bytes


def packed(block: Block) -> bytes:
    """A block as it stands in a file: index, payload, CRC-32.

    >>> packed(Block(3, bitarray("1100"))).hex(" ")
    '01 03 04 c0 94 01 b6 64'
    """
    mark = b"" if block.fingerprint is None else block.fingerprint.to_bytes(4, "little")
    index = bytes([block.kind]) + pack_varint(block.count) + mark
    index += b"".join(pack_varint(len(payload)) for payload in block.payloads)
    data = index + b"".join(payload.tobytes() for payload in block.payloads)
    return data + _crc(data)


class Frame:
    """A frame as it is read: its header at once, then its blocks, and every bit of it counted.

    parts: bits of the container, by name; block_bits: of each block's payloads.  Both are whole, and content_crc
    and file_bytes are known, when the blocks were read to the end.  Nothing is allocated on the word of the file
    before it was compared with the limits.
    """

    def __init__(self, reader: Reader, limits: Limits) -> None:
        self._reader = reader
        self._limits = limits
        self._begin = reader.position
        self.parts: Counter[str] = Counter(dict.fromkeys(PARTS, 0))
        self.block_bits: list[tuple[int, ...]] = []
        self.file_bytes = 0
        reader.begin_checksum()
        if reader.take(len(MAGIC)) != MAGIC:
            raise CorruptError(f"not a codelen file, or damaged (byte {self._begin})")
        [self.version] = reader.take(1)
        if not 1 <= self.version <= VERSION:
            raise CorruptError(
                f"format version {self.version} is not known to this codelen, which reads 1 to {VERSION}"
            )
        size = reader.varint()
        if size > limits.max_memory:
            raise LimitError(f"the header claims {size} bytes; max_memory allows {limits.max_memory}")
        self.parts["header"] = 8 * (reader.position - self._begin)
        start, packed = reader.position, reader.take(size)
        self._check("header")
        try:
            self.header, parts = Header.unpack(packed, self.version)
        except CorruptError as error:
            raise CorruptError(f"{error} (byte {start})") from None
        for part, length in parts.items():
            self.parts[part] += 8 * length
        size, allowed = self.header.content_bytes, limits.output(None)
        if size > allowed:
            raise LimitError(f"the content is {size} bytes, and {allowed} are allowed; see max_output")
        if self.header.count and self.header.tables > limits.max_memory:
            raise LimitError(
                f"the coder needs {self.header.tables:,} bytes for its tables; max_memory allows {limits.max_memory:,}"
            )
        self.blocks = self._read_blocks()

    @property
    def payload_bits(self) -> int:
        """All bits that are not the container's."""
        return sum(map(sum, self.block_bits))

    @property
    def block_count(self) -> int:
        """Return the number of blocks that were read so far."""
        return len(self.block_bits)

    def _read_blocks(self) -> Iterator[Block]:
        reader, left = self._reader, self.header.count
        while True:
            start = reader.position
            reader.begin_checksum()
            kind, count = self._kind_and_count()
            if kind == BlockKind.END:
                break
            if count > left:
                raise CorruptError(f"a block claims more tokens than are left (byte {start})")
            left -= count
            mark = int.from_bytes(reader.take(4), "little") if kind == BlockKind.GIVEN else None
            sizes = [reader.varint() for _ in range(LANES if kind == BlockKind.LANES else 1)]
            self._count("index", start)
            length = sum((bits + 7) // 8 for bits in sizes)
            needed = self._needed(count, length)
            if needed > self.max_memory:
                raise LimitError(f"a block needs {needed} bytes; max_memory allows {self.max_memory}")
            data = io.BytesIO(reader.take(length))
            self._check("block")
            lanes = [self._without_padding(data.read((bits + 7) // 8), bits) for bits in sizes]
            self.block_bits.append(tuple(sizes))
            yield Block(count, lanes[0], kind, mark, tuple(lanes[1:]))
        self._count("index", start)
        if left:
            raise CorruptError(f"{left} tokens are missing (byte {reader.position})")
        start = reader.position
        self.content_crc = int.from_bytes(reader.take(4), "little")
        self._count("checksums", start)
        self.file_bytes = reader.position - self._begin

    def _without_padding(self, data: bytes, bits: int) -> bitarray:
        payload = bitarray(endian="big")
        payload.frombytes(data)
        if payload[bits:].any():
            raise CorruptError(f"the padding of a block is not zero (byte {self._reader.position - 5})")
        self.parts["padding"] += len(payload) - bits
        del payload[bits:]
        return payload

    @property
    def max_memory(self) -> int:
        """Most bytes for a block, and for all that are decoded at once."""
        return self._limits.max_memory

    def needs(self, block: Block) -> int:
        """The bytes of memory that a block may take while it is decoded."""
        return self._needed(block.count, sum(len(payload) // 8 for payload in block.payloads))

    def _needed(self, count: int, size: int) -> int:
        # The symbols, the payload as read, as bits, and as the decoder aligns it, and what the model learns.
        item = smallest_dtype(len(self.header.tokens)).itemsize
        return count * item + 3 * size + self.header.room(count)

    def _kind_and_count(self) -> tuple[BlockKind, int]:
        start = self._reader.position
        if self.version == 1:
            count = self._reader.varint()
            return BlockKind.CODED if count else BlockKind.END, count
        [number] = self._reader.take(1)
        if number not in _KINDS or (number == BlockKind.LANES and self.version < VERSION):
            raise CorruptError(f"a block is of kind {number}, which this version does not know (byte {start})")
        kind = BlockKind(number)
        if kind == BlockKind.END:
            return kind, 0
        count = self._reader.varint()
        if not count:
            raise CorruptError(f"a block has no tokens (byte {start})")
        if (kind == BlockKind.GIVEN) != self.header.is_given:
            raise CorruptError(f"a block of kind {number} does not go with its model (byte {start})")
        return kind, count

    def _check(self, what: str) -> None:
        start = self._reader.position
        self._reader.end_checksum(what)
        self._count("checksums", start)

    def _count(self, part: str, start: int) -> None:
        self.parts[part] += 8 * (self._reader.position - start)


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")
