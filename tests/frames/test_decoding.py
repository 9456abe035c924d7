"""From a frame back to tokens: a little content at a time, in little memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from itertools import accumulate

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import example, given
from hypothesis import strategies as st

import compress
from compress.coders.catalog import choose
from compress.coders.lanes import each_decoded
from compress.coders.protocol import Table
from compress.coders.words.prefix import PrefixCoder
from compress.errors import CorruptError
from compress.frames import decoding
from compress.frames.coding import block_of
from compress.frames.decoding import Decoder, _Joiner, decode_and_count
from compress.frames.files import Encoding, decode_to, encode_to
from compress.frames.format import BlockKind
from compress.frames.frame import Block, FrameWriter, read_frames
from compress.frames.header import Header, Limits
from compress.ordered import in_order
from compress.sources.tokens import BYTES, tokeniser
from compress.specs import BARE
from compress.symbols import Symbols

# Of 1, 3 and 20 letters.
TOKENS = ("a", "abc", "abcdefghijklmnopqrst")


@given(st.lists(st.integers(0, 2), max_size=40))
@example([2, 2, 0])
@example([0, 2, 2, 2])
def test_content_is_joined_a_little_at_a_time(tokens: list[int]) -> None:
    choice = choose("huffman")
    header = Header(choice, tokeniser("words"), TOKENS, choice.fit([1, 1, 1]), count=len(tokens), content_bytes=0)
    symbols, little = np.array(tokens, np.uint8), 8 * 8
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decoding, "_JOINED", little)
        part = _Joiner(header, counts=True).part(symbols, 0.0)
        pieces = [bytes(content) for content, _ in part.contents]
    assert b"".join(pieces).decode() == "".join(TOKENS[token] for token in tokens)
    assert part.size == sum(map(len, pieces))
    assert part.counts.tolist() == [tokens.count(token) for token in range(3)]
    # So much and one token more, and no two in a row that are as little together.
    assert all(8 * len(piece) <= little + 8 * len(TOKENS[2]) for piece in pieces)
    assert len(pieces) <= 1 + sum(map(len, pieces)) * 8 // little


@pytest.mark.parametrize(("kind", "is_kept"), [("bytes", False), ("chars", False), ("bits", True)])
def test_tokens_whose_bytes_are_joined_are_not_kept(kind: str, is_kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where a byte has several tokens may some be left for the next block."""
    kept = list[int]()

    def watched(
        work: Callable[[Block], tuple[Symbols, float, object]],
        blocks: Iterator[Block],
        threads: int,
        room: int,
        needs: Callable[[Block], int],
    ) -> Iterator[tuple[Symbols, float, object]]:
        for symbols, ideal, part in in_order(work, blocks, threads, room, needs):
            kept.append(symbols.size)
            yield symbols, ideal, part

    monkeypatch.setattr(decoding, "in_order", watched)
    data = b"to be or not to be" * 100
    output = io.BytesIO()
    decode_to(io.BytesIO(compress.encode(data, tokens=kind)), output, Limits())
    assert output.getvalue() == data
    assert kept == [8 * len(data) if is_kept else 0]


def frame_of_bits(sizes: list[int], data: bytes) -> bytes:
    """A frame of the first bits of these bytes, in blocks of these sizes."""
    bits, choice, out = np.unpackbits(np.frombuffer(data, np.uint8)), choose("fixed"), io.BytesIO()
    header = Header(choice, tokeniser("bits"), ("0", "1"), choice.fit([1, 1]), sum(sizes), len(data))
    writer = FrameWriter(out, header)
    for end, size in zip(accumulate(sizes), sizes, strict=True):
        writer.block(block_of(header, header.build(), bits[end - size : end]))
    writer.end(zlib.crc32(data))
    return out.getvalue()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("sizes", [[8], [3, 5], [3, 5, 9, 7], [1] * 16, [9, 7, 3, 5, 8]])
def test_blocks_may_end_within_a_byte(sizes: list[int], threads: int) -> None:
    data = b"\x9c\x01\xf3\x5a"[: sum(sizes) // 8]
    ones = sum(map(int.bit_count, data))
    for output in (io.BytesIO(), None):
        for frame in read_frames(io.BytesIO(frame_of_bits(sizes, data)), Limits()):
            made = decode_and_count(frame, output, threads=threads)
            assert made.counts.tolist() == [8 * len(data) - ones, ones]
            assert output is None or output.getvalue() == data


@pytest.mark.parametrize("priced", [False, True])
@pytest.mark.parametrize(("assumed", "is_told"), [("empirical", False), ("order:1", True)])
def test_what_a_block_should_cost_is_summed_if_it_was_asked_for_and_counts_do_not_tell_it(
    assumed: str, is_told: bool, priced: bool
) -> None:
    data, symbols = b"abracadabra" * 30, np.array([0, 1, 4, 0, 2, 0, 3, 0, 1, 4, 0] * 30, np.uint8)
    header, _ = encode_to(io.BytesIO(data), io.BytesIO(), Encoding(BARE.believed(assumed)))
    decoder, block = Decoder(header, priced=priced), block_of(header, header.build(), symbols)
    decoded, bits = decoder.decode(block)
    assert decoded.tolist() == symbols.tolist()
    assert bits == (header.build().ideal_bits(symbols) if is_told and priced else 0)
    assert decoder.to_price(block) == (header.room_to_price(symbols.size) if is_told and priced else 0)
    assert decoder.is_summed == (is_told and priced)
    nothing = Header(header.coder, header.kind, (), Table(header.table.form, 0), count=0, content_bytes=0)
    assert not Decoder(nothing, priced=priced).is_summed


def test_what_blocks_should_cost_is_summed_where_they_end_within_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compress.frames.header.SEQUENTIAL_BLOCK_TOKENS", 13)
    data = b"to be or not to be"
    encoded = compress.encode(data, tokens="bits", assumed="order:1")
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    for frame in read_frames(io.BytesIO(encoded), Limits()):
        made = decode_and_count(frame, None)
        coder = frame.header.build()
    assert made.ideal_bits == sum(coder.ideal_bits(bits[start : start + 13]) for start in range(0, bits.size, 13))


def test_lanes_are_decoded_by_the_coders_own_way_if_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    data, ways = bytes(range(256)) * 256, list[str]()

    def told(way: str, decode: Callable[..., Symbols]) -> Callable[..., Symbols]:
        def decode_and_tell(*of: object) -> Symbols:
            ways.append(way)
            return decode(*of)

        return decode_and_tell

    monkeypatch.setattr(PrefixCoder, "decode_lanes", told("own", PrefixCoder.decode_lanes))
    monkeypatch.setattr(decoding, "each_decoded", told("other", each_decoded))
    lanes = compress.encode(data, coder="huffman")
    assert compress.decode(lanes) == data
    monkeypatch.setattr(decoding, "isinstance", lambda *_: False, raising=False)
    assert compress.decode(lanes) == data
    assert ways == ["own", "other"]


@pytest.mark.parametrize("bits", [7, 9])
def test_a_stored_block_has_the_bits_of_its_tokens(bits: int) -> None:
    choice = choose("huffman")
    header = Header(choice, BYTES, ("a", "b", "c", "d"), choice.fit([1, 1, 1, 1]), count=4, content_bytes=4)
    block = Block(4, bitarray(bits), BlockKind.STORED)
    with pytest.raises(CorruptError, match=f"^a stored block of 4 tokens has {bits} bits$"):
        Decoder(header).decode(block)


def test_little_content_is_joined_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to 8 bytes here; and only where bytes end."""
    monkeypatch.setattr(decoding, "_JOINED", 64)
    choice = choose("fixed")
    for kind, tokens, most in (("bytes", ("a", "b"), 8), ("bits", ("0", "1"), 64)):
        header = Header(choice, tokeniser(kind), tokens, choice.fit([1, 1]), count=80, content_bytes=80)
        sizes = [size for size in range(80) if _Joiner(header).is_little(np.zeros(size, np.uint8))]
        assert sizes == list(range(0, most + 1, most // 8))
