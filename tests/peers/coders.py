"""Coders that others wrote and that people use, in the shape that `judge` takes."""

from __future__ import annotations

import tempfile
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray
from bitarray.util import canonical_decode, canonical_huffman

Vector = npt.NDArray[np.float64]
Symbols = npt.NDArray[np.integer[Any]]


class ConstrictionRange:
    """constriction's range coder, words of 32 bits."""

    def __init__(self, probabilities: Vector) -> None:
        import constriction

        self.queue = constriction.stream.queue
        self.model = constriction.stream.model.Categorical(probabilities, perfect=False)

    def encode(self, symbols: Symbols) -> bytes:
        coder = self.queue.RangeEncoder()
        coder.encode(symbols.astype(np.int32), self.model)
        return bytes(coder.get_compressed().tobytes())

    def decode(self, payload: bytes, count: int) -> Symbols:
        words = np.frombuffer(payload, np.uint32)
        made: Symbols = self.queue.RangeDecoder(words).decode(self.model, count)
        return made


class ConstrictionAns:
    """constriction's ANS coder, last symbol first."""

    def __init__(self, probabilities: Vector) -> None:
        import constriction

        self.stack = constriction.stream.stack
        self.model = constriction.stream.model.Categorical(probabilities, perfect=False)

    def encode(self, symbols: Symbols) -> bytes:
        coder = self.stack.AnsCoder()
        coder.encode_reverse(symbols.astype(np.int32), self.model)
        return bytes(coder.get_compressed().tobytes())

    def decode(self, payload: bytes, count: int) -> Symbols:
        made: Symbols = self.stack.AnsCoder(np.frombuffer(payload, np.uint32)).decode(self.model, count)
        return made


class ConstrictionHuffman:
    """constriction's Huffman code, symbol by symbol."""

    def __init__(self, probabilities: Vector) -> None:
        import constriction

        self.symbol = constriction.symbol
        self.encoder = constriction.symbol.huffman.EncoderHuffmanTree(probabilities)
        self.decoder = constriction.symbol.huffman.DecoderHuffmanTree(probabilities)

    def encode(self, symbols: Symbols) -> bytes:
        coder = self.symbol.QueueEncoder()
        for symbol in symbols.tolist():
            coder.encode_symbol(symbol, self.encoder)
        words, _ = coder.get_compressed()
        return bytes(words.tobytes())

    def decode(self, payload: bytes, count: int) -> list[int]:
        coder = self.symbol.QueueDecoder(np.frombuffer(payload, np.uint32))
        return [coder.decode_symbol(self.decoder) for _ in range(count)]


class BitarrayHuffman:
    """bitarray's canonical Huffman code."""

    def __init__(self, probabilities: Vector) -> None:
        self.words, self.counts, self.symbols = canonical_huffman(dict(enumerate(probabilities.tolist())))

    def encode(self, symbols: Symbols) -> bitarray:
        bits = bitarray()
        bits.encode(self.words, symbols.tolist())
        return bits

    def decode(self, payload: bitarray, count: int) -> list[int]:
        found = canonical_decode(payload, self.counts, self.symbols)
        return [next(found) for _ in range(count)]


class SimpleAns:
    """simple-ans, which counts for itself and says its counts beside the payload."""

    def __init__(self, probabilities: Vector) -> None:
        import simple_ans

        self.library = simple_ans

    def encode(self, symbols: Symbols) -> tuple[bytes, Any]:
        made = self.library.ans_encode(symbols if symbols.dtype == np.uint8 else symbols.astype(np.int32))
        return made.words.tobytes(), {**vars(made), "words": None}

    def decode(self, payload: bytes, info: Any) -> Symbols:
        info["words"] = np.frombuffer(payload, np.uint32)
        made: Symbols = self.library.ans_decode(self.library.EncodedSignal(**info))
        return made


class RangeCoder:
    """range-coder, which writes to files; its frequencies sum to some 2^16, none 0."""

    def __init__(self, probabilities: Vector) -> None:
        import range_coder

        self.library = range_coder
        self.ends = [0, *accumulate(max(1, round(p * (1 << 16))) for p in probabilities.tolist())]

    def encode(self, symbols: Symbols) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x"
            coder = self.library.RangeEncoder(str(path))
            coder.encode(symbols.tolist(), self.ends)
            coder.close()
            return path.read_bytes()

    def decode(self, payload: bytes, count: int) -> list[int]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x"
            path.write_bytes(payload)
            coder = self.library.RangeDecoder(str(path))
            made: list[int] = coder.decode(count, self.ends)
            coder.close()
            return made
