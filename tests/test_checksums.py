"""CRC-32 of parts, joined, is that of the whole."""

from __future__ import annotations

import zlib

from hypothesis import example, given
from hypothesis import strategies as st

from compress.checksums import joined


@given(st.lists(st.binary(max_size=300), max_size=5), st.integers(0, 5000))
@example([b"", b"", b"a"], 0)
@example([b"a", b"b"], 4097)
def test_parts_in_turn_give_the_checksum_of_the_whole(parts: list[bytes], zeros: int) -> None:
    """Zeros, too: a checksum changes where nothing but they comes."""
    crc = 0
    for part in [*parts, bytes(zeros)]:
        crc = joined(crc, zlib.crc32(part), len(part))
    assert crc == zlib.crc32(b"".join(parts) + bytes(zeros))
