"""Payloads that were damaged, and what a decoder may make of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from bitarray import bitarray

from compress.errors import CorruptError
from compress.symbols import Symbols


class Decodes(Protocol):
    """What has a decoder, and an encoder for what it finds."""

    def encode(self, symbols: Symbols) -> bitarray: ...

    def decode(self, bits: bitarray, count: int) -> Symbols: ...


def damaged(honest: bitarray, times: int, seed: int = 1) -> Iterator[bitarray]:
    """The payload with some bits turned, and every third time cut short."""
    rng = np.random.Generator(np.random.PCG64(seed))
    for _ in range(times):
        bits = honest.copy()
        for place in rng.integers(0, len(bits), rng.integers(1, 9)).tolist():
            bits.invert(place)
        del bits[int(rng.integers(0, len(bits) + 1)) if rng.random() < 0.3 else len(bits) :]
        yield bits


def refused(coder: Decodes, honest: bitarray, count: int, size: int, times: int) -> int:
    """How many damaged payloads are refused; every other one is a message of so many symbols below `size`."""
    errors = 0
    for bits in damaged(honest, times):
        errors += not is_message(coder, bits, count, size)
    return errors


def is_message(coder: Decodes, bits: bitarray, count: int, size: int) -> bool:
    """Whether the bits are a message; that it is one of K symbols, and can be encoded, is asserted."""
    try:
        symbols = coder.decode(bits, count)
    except CorruptError:
        return False
    assert symbols.size == count
    assert symbols.size == 0 or int(symbols.max()) < size
    assert np.array_equal(coder.decode(coder.encode(symbols), count), symbols)
    return True
