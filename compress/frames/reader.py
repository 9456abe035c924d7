"""A file that is read forwards, whatever it claims of itself: with the byte where it stands, and a checksum.

Next: `frame` (how a frame is written and read).
"""

from __future__ import annotations

import zlib
from typing import BinaryIO

from compress.errors import CorruptError
from compress.frames.packing import Cursor

__all__ = ["Reader"]

# Files are read in pieces of this size, so that a forged length allocates nothing.
_PIECE = 1 << 20


class Reader:
    """A file that is read forwards, knows its byte, and sums up what it read since a checksum began."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead = b""
        self._crc = 0
        self.position = 0

    def has_more(self) -> bool:
        """Whether another byte follows."""
        self._ahead = self._ahead or self._file.read(1)
        return bool(self._ahead)

    def take(self, size: int) -> bytes:
        """The next bytes.  Raises CorruptError where the file ends before."""
        if not size:
            return b""
        data = self._ahead or self._file.read(min(size, _PIECE))
        self._ahead = b""
        if len(data) < size:
            data = self._whole(data, size)
        self._crc = zlib.crc32(data, self._crc)
        self.position += size
        return data

    def _whole(self, begin: bytes, size: int) -> bytes:
        """So many bytes that begin so, a piece at a time."""
        pieces, known = [begin], len(begin)
        while known < size:
            if not pieces[-1]:
                raise CorruptError(f"the file ends too early (byte {self.position + known})")
            pieces.append(self._file.read(min(size - known, _PIECE)))
            known += len(pieces[-1])
        return b"".join(pieces)

    def varint(self) -> int:
        """The next number.  Raises CorruptError."""
        start, data = self.position, self.take(1)
        if data[0] < 0x80:
            return data[0]
        while data[-1] >= 0x80 and len(data) < 10:
            data += self.take(1)
        try:
            return Cursor(data).varint()
        except CorruptError as error:
            raise CorruptError(f"{error} (byte {start})") from None

    def begin_checksum(self) -> None:
        """Begin a new checksum: it covers what is read from here on."""
        self._crc = 0

    def end_checksum(self, what: str) -> None:
        """Read a CRC-32, and raise CorruptError if it is not that of what was read."""
        start, due = self.position, self._crc.to_bytes(4, "little")
        if self.take(4) != due:
            raise CorruptError(f"the {what} is damaged: its checksum does not match (byte {start})")
