"""Every target takes its seeds, what once crashed, and a second of mutations."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from mutation import mended, mutated
from targets import TARGETS

import compress

CRASHES = sorted(path for path in (Path(__file__).parent / "crashes").glob("*-*"))


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_their_mutations_are_taken(name: str) -> None:
    target, chance = TARGETS[name], random.Random(3)
    seeds = [*target.seeds()]
    assert seeds
    for seed in seeds:
        target.try_(seed)
    for _ in range(60):
        data = mutated(chance.choice(seeds), chance, seeds, target.words)
        target.try_(mended(data) if target.is_frame else data)


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.name)
def test_what_once_crashed_is_taken(path: Path) -> None:
    TARGETS[path.name.partition("-")[0]].try_(path.read_bytes())


def test_checksums_are_mended() -> None:
    data = compress.encode(b"to be or not to be", coder="huffman")
    assert mended(data) == data
    for at in (9, len(data) - 12):
        damaged = bytearray(data)
        damaged[at] ^= 1
        with pytest.raises(compress.CompressError, match=r"checksum does not match"):
            compress.decode(bytes(damaged))
        with pytest.raises(compress.CompressError) as error:
            compress.decode(mended(bytes(damaged)))
        # It is the content that differs then, or what it means.
        assert "header is damaged" not in str(error.value)
        assert "block is damaged" not in str(error.value)
