"""A file that is read forwards: every byte once, at its place, and summed up."""

from __future__ import annotations

import io
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compress.errors import CorruptError
from compress.frames import reader
from compress.frames.packing import pack_varint
from compress.frames.reader import Reader


@given(st.binary(max_size=40), st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=12))
@example(b"abc", [(True, 1), (True, 0), (True, 2), (True, 1)])
def test_what_is_taken_is_what_follows_however_it_is_asked_for(data: bytes, asked: list[tuple[bool, int]]) -> None:
    file, at = Reader(io.BytesIO(data)), 0
    for looks, size in asked:
        assert file.position == at
        if looks:
            assert file.has_more() == (at < len(data))
        if at + size > len(data):
            with pytest.raises(CorruptError, match=rf"^the file ends too early \(byte {len(data)}\)$"):
                file.take(size)
            return
        assert file.take(size) == data[at : at + size]
        at += size


def test_much_is_read_a_piece_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_PIECE", 4)
    asked = list[int]()

    class File(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    file = Reader(File(b"0123456789"))
    assert (file.take(1), file.take(9), asked) == (b"0", b"123456789", [1, 4, 4, 1])


@pytest.mark.parametrize("behind", [b"", b"\x05"])
def test_a_number_takes_its_own_bytes_and_ten_at_most(behind: bytes) -> None:
    for number in (0, 127, 128, 2**62):
        assert Reader(io.BytesIO(pack_varint(number) + behind)).varint() == number
    # With the last of ten bytes it is known to be none, whatever follows.
    file = Reader(io.BytesIO(b"a" + b"\x80" * 10 + behind))
    file.take(1)
    with pytest.raises(CorruptError, match=r"\(byte 1\)$") as raised:
        file.varint()
    assert "ends" not in str(raised.value)
    assert file.position == 11


def checked(data: bytes) -> None:
    """Four bytes and their checksum, and four more and theirs."""
    file = Reader(io.BytesIO(data))
    file.take(4)
    file.end_checksum("header")
    file.begin_checksum()
    file.take(4)
    file.end_checksum("block")


@pytest.mark.parametrize(
    ("damaged", "what", "where"), [(0, "header", 4), (4, "header", 4), (8, "block", 12), (12, "block", 12)]
)
def test_a_checksum_is_that_of_what_was_read_since_it_began(damaged: int, what: str, where: int) -> None:
    data = bytearray(b"".join(part + zlib.crc32(part).to_bytes(4, "little") for part in (b"head", b"body")))
    checked(bytes(data))
    data[damaged] ^= 1
    with pytest.raises(CorruptError, match=rf"^the {what} is damaged: its checksum does not match \(byte {where}\)$"):
        checked(bytes(data))
