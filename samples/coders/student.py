"""A student's Huffman coder, as it was handed in, and mended.

`Huffman` has one honest mistake, which its author never met: codelen judge finds it.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

from bitarray import bitarray


class Huffman:
    """Words from a tree that grows by putting the two lightest together."""

    def __init__(self, probabilities: Sequence[float]) -> None:
        heap: list[tuple[float, int, Any]] = [(p, symbol, symbol) for symbol, p in enumerate(probabilities)]
        heapq.heapify(heap)
        nodes = len(heap)
        while len(heap) > 1:
            light, next_one = heapq.heappop(heap), heapq.heappop(heap)
            heapq.heappush(heap, (light[0] + next_one[0], nodes, (light[2], next_one[2])))
            nodes += 1
        self.tree = heap[0][2]
        self.words: dict[int, str] = {}
        self._name(self.tree, "")

    def _name(self, node: Any, word: str) -> None:
        if isinstance(node, tuple):
            self._name(node[0], word + "0")
            self._name(node[1], word + "1")
        else:
            self.words[node] = word

    def encode(self, symbols: Sequence[int]) -> bitarray:
        """The words, one after the other."""
        return bitarray("".join(self.words[int(symbol)] for symbol in symbols))

    def decode(self, payload: bitarray, count: int) -> list[int]:
        """Down the tree, a bit at a time."""
        symbols = []
        node = self.tree
        for bit in payload:
            node = node[bit]
            if not isinstance(node, tuple):
                symbols.append(node)
                node = self.tree
        return symbols


class Mended(Huffman):
    """The same, but it counts: a lone token has no bits, and what follows a message is not read."""

    def decode(self, payload: bitarray, count: int) -> list[int]:
        """Down the tree, a bit at a time, until all symbols are there."""
        symbols: list[int] = []
        bits = iter(payload)
        while len(symbols) < count:
            node = self.tree
            while isinstance(node, tuple):
                node = node[next(bits)]
            symbols.append(node)
        return symbols
