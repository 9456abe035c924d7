"""Our own coders, as if somebody else had written them."""

from __future__ import annotations

from typing import Any

import numpy as np
from bitarray import bitarray

from compress.coders.catalog import build
from compress.symbols import smallest_dtype


class Ours:
    name = ""

    def __init__(self, probabilities: Any) -> None:
        self.size = len(probabilities)
        self.coder = build(self.name, [int(p * 2**60) for p in probabilities.tolist()])

    def encode(self, symbols: Any) -> bitarray:
        return self.coder.encode(np.asarray(symbols).astype(smallest_dtype(self.size)))

    def decode(self, payload: bitarray, count: int) -> Any:
        return self.coder.decode(payload, count).astype(np.int64)


class Arithmetic(Ours):
    name = "arithmetic"


class InWords(Arithmetic):
    """Its payload is whole words of 32 bits."""

    def encode(self, symbols: Any) -> Any:
        data = super().encode(symbols).tobytes()
        return data + bytes(-len(data) % 4)

    def decode(self, payload: Any, count: int) -> Any:
        bits = bitarray(endian="big")
        bits.frombytes(np.frombuffer(payload, np.uint32).tobytes())
        return super().decode(bits, count)


class Huffman(Ours):
    name = "huffman"


class Shannon(Ours):
    name = "shannon"


class Fixed(Ours):
    name = "fixed"


# Compiled where it is imported, so that not every process that is forked has to load the machine code again.
for kind in (Arithmetic, Huffman):
    for width in (np.uint8, np.uint16):
        made = kind(np.full(np.iinfo(width).max // 256 + 2, 0.5**9))
        made.decode(made.encode(np.zeros(4, width)), 4)
