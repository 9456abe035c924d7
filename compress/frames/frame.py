"""Frames: written block by block, and read with every bit counted; `format` has the byte tables.

Next: `files` (from bytes to frames and back).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bitarray import bitarray

from compress.coders.catalog import chosen_by_number
from compress.coders.protocol import Choice, Form, Static, Table
from compress.errors import CorruptError, DataError, LimitError
from compress.frames.format import MAGIC, PARTS, VERSION
from compress.frames.packing import (
    pack_alphabet,
    pack_table,
    pack_varint,
    unpack_alphabet,
    unpack_table,
    unpack_varint,
)
from compress.probability.families import MAX_TOKENS
from compress.sources.tokens import Tokeniser, by_number
from compress.symbols import smallest_dtype

__all__ = ["NO_TABLE", "FrameReader", "FrameWriter", "Header", "Label", "Limits"]

MIB = 1 << 20
# Files are read in pieces of this size, so that a forged length allocates nothing.
_PIECE = MIB


@dataclass(frozen=True)
class Limits:
    """What a decoder may be asked for, bytes: checked before anything is allocated.

    max_output None means the larger of 1 GiB and 1000 times the compressed size.
    """

    max_output: int | None = None
    max_memory: int = 2048 * MIB

    def output(self, compressed_size: int | None) -> int:
        """The most bytes of content that a file of this size may claim."""
        if self.max_output is not None:
            return self.max_output
        return max(1024 * MIB, 1000 * (compressed_size or 0))


@dataclass(frozen=True)
class Label:
    """The assumed Q in words, for the ledger of a file; weights only if the spec alone does not say them."""

    spec: str = ""
    zeros: str = "error"
    weights: tuple[int, ...] = ()

    def pack(self) -> bytes:
        """Three fields, each with its size in front."""
        texts = (
            self.spec,
            "" if self.zeros == "error" else self.zeros,
            " ".join(f"{weight:x}" for weight in self.weights),
        )
        data = [text.encode("utf-8", "backslashreplace") for text in texts]
        return b"".join(pack_varint(len(text)) + text for text in data)

    @classmethod
    def unpack(cls, data: bytes) -> Label:
        """The label that fills `data`.  Raises CorruptError."""
        fields, at = [], 0
        for _ in range(3):
            size, at = unpack_varint(data, at)
            fields.append(data[at : at + size])
            at += size
        if at != len(data):
            raise CorruptError("the label has a wrong size")
        try:
            spec, zeros, numbers = (text.decode("utf-8") for text in fields)
        except UnicodeDecodeError:
            raise CorruptError("the label is not UTF-8") from None
        weights = numbers.split(" ") if numbers else []
        if not all(number and set(number) <= set("0123456789abcdef") for number in weights):
            raise CorruptError("the label's weights are not numbers")
        return cls(spec, zeros or "error", tuple(int(number, 16) for number in weights))


# Of a frame without tokens.
NO_TABLE = Table(Form.EQUAL, 0)


@dataclass(frozen=True)
class Header:
    """What a decoder knows before the first block."""

    coder: Choice
    kind: Tokeniser
    tokens: tuple[str, ...]
    table: Table
    count: int
    content_bytes: int
    label: Label = Label()

    def build(self) -> Static:
        """The coder of this frame; encoder and decoder both build it here, from the same integers."""
        try:
            return self.coder.build(self.table)
        except DataError as error:
            raise CorruptError(f"the model is impossible: {error}") from None

    def pack(self) -> bytes:
        """The header's bytes, without size and CRC."""
        label = self.label.pack()
        fields = [
            bytes([self.coder.family.number, self._kind_number, 0]),
            pack_varint(self.count),
            pack_varint(self.content_bytes),
            pack_varint(len(label)),
            label,
            pack_varint(len(self.tokens)),
            pack_alphabet(self.kind, self.tokens),
            pack_table(self.table) if self.tokens else b"",
        ]
        return b"".join(fields)

    @property
    def _kind_number(self) -> int:
        if self.kind.number is None:
            raise DataError(f"tokens of kind {self.kind.name} are for analysis and are not written into files")
        return self.kind.number

    @classmethod
    def unpack(cls, data: bytes) -> tuple[Header, dict[str, int]]:
        """The header that fills `data`, and the bytes of its parts.  Raises CorruptError."""
        if len(data) < 3:
            raise CorruptError("the header is cut short")
        coder = chosen_by_number(data[0])
        kind = by_number(data[1])
        if coder is None or kind is None or data[2]:
            raise CorruptError("the header names a coder or token kind that this version does not know")
        count, at = unpack_varint(data, 3)
        content_bytes, at = unpack_varint(data, at)
        label_size, at = unpack_varint(data, at)
        label = Label.unpack(data[at : at + label_size])
        size, at = unpack_varint(data, at + label_size)
        if size > MAX_TOKENS or (count and not size):
            raise CorruptError(f"the header claims {count} tokens of an alphabet of {size}")
        if not kind.fits(count, content_bytes):
            raise CorruptError(f"the header claims {count} tokens of kind {kind.name} in {content_bytes} bytes")
        tokens, alphabet_end = unpack_alphabet(kind, size, data, at)
        table = unpack_table(data[alphabet_end:], size) if size else NO_TABLE
        if not size and alphabet_end != len(data):
            raise CorruptError("an empty alphabet has a model")
        parts = {"header": at, "alphabet": alphabet_end - at, "model": len(data) - alphabet_end}
        return cls(coder, kind, tokens, table, count, content_bytes, label), parts


class FrameWriter:
    """Writes one frame: the header at once, then block after block, then the end."""

    def __init__(self, file: BinaryIO, header: Header) -> None:
        self._file = file
        packed = header.pack()
        start = MAGIC + bytes([VERSION]) + pack_varint(len(packed)) + packed
        file.write(start + _crc(start))

    def block(self, count: int, payload: bitarray) -> None:
        """One block of `count` >= 1 tokens."""
        data = pack_varint(count) + pack_varint(len(payload)) + payload.tobytes()
        self._file.write(data)
        self._file.write(_crc(data))

    def end(self, content_crc: int) -> None:
        """The end mark and the CRC-32 of the content."""
        self._file.write(b"\0" + content_crc.to_bytes(4, "little"))


class FrameReader:
    """Reads one frame and counts every bit of it: `parts` for the container, `payload_bits` for the rest.

    Raises CorruptError or LimitError, whose message names the byte.  Nothing is allocated on
    the word of the file before it was compared with the limits.
    """

    def __init__(
        self, file: BinaryIO, limits: Limits, *, compressed_size: int | None = None, start: int = 0, first: bytes = b""
    ) -> None:
        self._file = file
        self._limits = limits
        self.position = start
        self.parts: Counter[str] = Counter(dict.fromkeys(PARTS, 0))
        self.payload_bits = 0
        self.blocks = 0
        # Whoever looked whether a frame follows has already read its first byte.
        self._ahead = first
        magic = self._read(len(MAGIC) + 1)
        if magic[:-1] != MAGIC:
            raise CorruptError(f"not a codelen file, or damaged (byte {start})")
        if magic[-1] != VERSION:
            raise CorruptError(f"format version {magic[-1]} is not known to this codelen, which reads {VERSION}")
        size, size_bytes = self._varint()
        if size > limits.max_memory:
            raise LimitError(f"the header claims {size} bytes; max_memory allows {limits.max_memory}")
        packed = self._read(size)
        self._check_crc(magic + size_bytes + packed, "header")
        try:
            self.header, parts = Header.unpack(packed)
        except CorruptError as error:
            raise CorruptError(f"{error} (byte {self.position - size - 4})") from None
        self._count("header", len(magic) + len(size_bytes))
        for part, length in parts.items():
            self._count(part, length)
        allowed = limits.output(compressed_size)
        if self.header.content_bytes > allowed:
            raise LimitError(
                f"the content is {self.header.content_bytes} bytes, and {allowed} are allowed; see max_output"
            )

    def read_blocks(self) -> Iterator[tuple[int, bitarray]]:
        """Each block's token count and payload, checked; afterwards `content_crc` is known."""
        left = self.header.count
        item = smallest_dtype(len(self.header.tokens)).itemsize
        while True:
            start = self.position
            count, count_bytes = self._varint()
            self._count("index", len(count_bytes))
            if count == 0:
                break
            if count > left:
                raise CorruptError(f"a block claims more tokens than are left (byte {start})")
            left -= count
            bits, bits_bytes = self._varint()
            size = (bits + 7) // 8
            # The symbols, and the payload as read, as bits, and as the decoder aligns it.
            needed = count * item + 3 * size
            if needed > self._limits.max_memory:
                raise LimitError(f"a block needs {needed} bytes; max_memory allows {self._limits.max_memory}")
            payload = bitarray(endian="big")
            data = self._read(size)
            payload.frombytes(data)
            self._check_crc(count_bytes + bits_bytes + data, "block")
            if payload[bits:].any():
                raise CorruptError(f"the padding of a block is not zero (byte {self.position - 5})")
            self._count("index", len(bits_bytes))
            self.parts["padding"] += len(payload) - bits
            self.payload_bits += bits
            self.blocks += 1
            del payload[bits:]
            yield count, payload
        if left:
            raise CorruptError(f"{left} tokens are missing (byte {self.position})")
        self.content_crc = int.from_bytes(self._read(4), "little")
        self._count("checksums", 4)

    def _read(self, size: int) -> bytes:
        pieces, self._ahead = [self._ahead], b""
        size -= len(pieces[0])
        self.position += len(pieces[0])
        while size:
            piece = self._file.read(min(size, _PIECE))
            if not piece:
                raise CorruptError(f"the file ends too early (byte {self.position})")
            pieces.append(piece)
            size -= len(piece)
            self.position += len(piece)
        return b"".join(pieces)

    def _varint(self) -> tuple[int, bytes]:
        start, data = self.position, b""
        while not data or (data[-1] >= 0x80 and len(data) < 10):
            data += self._read(1)
        try:
            return unpack_varint(data, 0)[0], data
        except CorruptError as error:
            raise CorruptError(f"{error} (byte {start})") from None

    def _check_crc(self, data: bytes, what: str) -> None:
        start = self.position
        if self._read(4) != _crc(data):
            raise CorruptError(f"the {what} is damaged: its checksum does not match (byte {start})")
        self._count("checksums", 4)

    def _count(self, part: str, length: int) -> None:
        self.parts[part] += 8 * length


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")
