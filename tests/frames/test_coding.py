"""From tokens to a frame: blocks of one size, however the tokens come, and what each of them needs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st

import compress
from compress.coders.catalog import choose
from compress.coders.protocol import Coder
from compress.frames.coding import block_of, in_blocks, write_frame
from compress.frames.files import Encoding, encode_to
from compress.frames.format import BlockKind
from compress.frames.frame import read_frames
from compress.frames.header import Header, Limits
from compress.kernel import compilation
from compress.models.sequential import SequentialCoder
from compress.sources.tokens import BYTES
from compress.specs import BARE
from compress.symbols import Symbols


def alike(coder: str, n: int) -> tuple[Header, Coder]:
    """What codes n tokens of four kinds, the last of which costs most."""
    choice = choose(coder)
    header = Header(choice, BYTES, ("a", "b", "c", "d"), choice.fit([4, 2, 1, 1]), count=n, content_bytes=n)
    return header, header.build()


@given(st.lists(st.integers(0, 20), max_size=6), st.integers(1, 9))
def test_blocks_are_the_tokens_that_came_and_all_but_the_last_are_whole(sizes: list[int], size: int) -> None:
    all_of = np.arange(sum(sizes), dtype=np.uint8)
    blocks = list(in_blocks(np.split(all_of, np.cumsum(sizes)[:-1]) if sizes else [], size))
    assert [token for block in blocks for token in block.tolist()] == all_of.tolist()
    assert [block.size for block in blocks[:-1]] == [size] * len(blocks[:-1])
    assert all(0 < block.size <= size for block in blocks)


def test_a_block_that_is_a_part_is_not_copied() -> None:
    parts = [np.arange(8, dtype=np.uint8), np.arange(4, dtype=np.uint8)]
    assert [np.shares_memory(block, parts[0]) for block in in_blocks(parts, 4)] == [True, True, False]


@pytest.mark.parametrize(
    ("coder", "bits"),
    [("huffman", 3), ("arithmetic", 3), ("block:1", 8)],
    ids=["words", "shares", "groups: as many bits as the symbols have"],
)
def test_a_block_is_said_to_need_what_the_dearest_token_needs(
    coder: str, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many tokens in 8 bytes each, as symbols, and as their words, which are written and then packed."""
    said = list[int]()

    def watched(
        work: Callable[[Symbols], bytes],
        blocks: Iterable[Symbols],
        threads: int,
        room: int,
        needs: Callable[[Symbols], int],
    ) -> Iterator[bytes]:
        for block in blocks:
            said.append(needs(block))
            yield work(block)

    monkeypatch.setattr("compress.frames.coding.in_order", watched)
    n = 1000
    header, _ = alike(coder, n)
    dearest = np.full(n, 3, np.uint64)
    write_frame(io.BytesIO(), header, [dearest], 0, number=lambda part: part.astype(np.uint8))
    assert said == [8 * n + n + 2 * (bits * n // 8) + header.room(n)]


@pytest.mark.parametrize(("coder", "whole_in_lanes"), [("huffman", True), ("arithmetic", False)])
def test_a_block_is_in_lanes_from_so_many_tokens_on(coder: str, whole_in_lanes: bool) -> None:
    """Of words four lanes cost no more than one; of one number for a message they do, and where it is whole has one."""
    most = choose(coder).family.lanes_from
    of_most = alike(coder, most)
    last = np.full(most, 3, np.uint8)
    assert block_of(*of_most, last).kind == BlockKind.LANES
    assert block_of(*of_most, last[1:]).kind == BlockKind.CODED
    assert (block_of(*of_most, last, whole=True).kind == BlockKind.LANES) == whole_in_lanes


def test_the_price_of_a_belief_is_seen_whatever_it_is() -> None:
    """Three bits a token, where two would do."""
    block = block_of(*alike("huffman", 1000), np.full(1000, 3, np.uint8))
    assert (block.kind, len(block.payload)) == (BlockKind.CODED, 3000)


@pytest.mark.parametrize("more", [0, 1])
def test_a_message_that_is_whole_is_never_stored(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytes(range(16)) * 8
    payload = bitarray(8 * len(data) + more)
    monkeypatch.setattr(SequentialCoder, "encode", lambda self, symbols: payload)
    with compilation("never"):
        header, _ = encode_to(io.BytesIO(data), io.BytesIO(), Encoding(BARE.believed("mix")))
        assert block_of(header, header.build(), np.frombuffer(data, np.uint8), whole=True).payload == payload


@pytest.mark.parametrize(("more", "kind"), [(0, BlockKind.CODED), (1, BlockKind.STORED)])
def test_a_block_that_is_longer_than_its_tokens_is_stored(
    more: int, kind: BlockKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte has 8 bits as it is."""
    data = bytes(range(16)) * 8
    monkeypatch.setattr(SequentialCoder, "encode", lambda self, symbols: bitarray(8 * len(data) + more))
    with compilation("never"):
        frames = read_frames(io.BytesIO(compress.encode(data, assumed="mix")), Limits())
        assert [block.kind for frame in frames for block in frame.blocks] == [kind]
