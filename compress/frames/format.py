"""The file format: its marks and the parts that the ledger counts.

    magic  version  header  CRC │ block  CRC │ block  CRC │ ...  end  CRC of the content

`compress/manual/format.md` has it byte by byte, with a worked example (`codelen manual format` shows it).

Next: `packing` (numbers, alphabets and tables as bytes).
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["MAGIC", "PARTS", "VERSION", "VERSION_WITHOUT_LANES", "BlockKind"]

MAGIC = b"\x8bCLN"
VERSION = 3
# What a frame without lanes is written in, so that earlier versions of codelen read it.
VERSION_WITHOUT_LANES = 2

# The parts of the container, in the order of the ledger.
PARTS = ("header", "alphabet", "model", "index", "checksums", "padding")


class BlockKind(IntEnum):
    """How a block's tokens are written."""

    END = 0  # no block: the frame's end
    CODED = 1
    STORED = 2
    GIVEN = 3
    LANES = 4  # coded, every fourth token in a payload of its own
