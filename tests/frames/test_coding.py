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
from compress.frames.coding import in_blocks, write_frame
from compress.frames.format import BlockKind
from compress.frames.frame import read_frames
from compress.frames.header import Header, Limits
from compress.kernel import compilation
from compress.models.sequential import SequentialCoder
from compress.sources.tokens import BYTES
from compress.symbols import Symbols


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
    choice, n = choose(coder), 1000
    table = choice.fit([4, 2, 1, 1])
    header = Header(choice, BYTES, ("a", "b", "c", "d"), table, count=n, content_bytes=n)
    dearest = np.full(n, 3, np.uint64)
    write_frame(io.BytesIO(), header, [dearest], 0, number=lambda part: part.astype(np.uint8))
    assert said == [8 * n + n + 2 * (bits * n // 8) + header.room(n)]


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
