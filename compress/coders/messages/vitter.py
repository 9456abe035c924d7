"""Vitter: adaptive Huffman coding, one tree that both ends grow from the tokens that came.

    token   a     b      a   c      d            of the alphabet a, b, c, d
    word    00    0 10   0   00 1   110          of a new token: the leaf of all that have not come, then its number

Nothing is told but the alphabet, and one pass over a message is enough.  A token costs what its word has in the tree of
the tokens before it: much at first, later nearly what Huffman's code for the whole message costs.  Besides what new
tokens cost, J. S. Vitter's algorithm sends at most one bit a token more than that; of all trees it takes a flat one,
so that a token whose count is too low by chance has no very long word.

Compare `models.counts`, which learns the same; arithmetic coding of what it believes has no whole bits and no tree.
In a file each block begins anew.

Next: `coders.catalog` (every coder by its name).
Source: J. S. Vitter 1987; before it N. Faller 1973, R. Gallager 1978, D. Knuth 1985.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bitarray import bitarray

from compress.coders import walks
from compress.coders.family import Family
from compress.coders.messages.siblings import LONGEST, decode_grown, encode_grown, sprouted
from compress.coders.protocol import Bounds, Form, Steps, Table
from compress.coders.words.huffman import huffman
from compress.coders.words.prefix import PrefixCoder
from compress.errors import CorruptError, DataError
from compress.probability.distribution import Distribution, Pair
from compress.probability.information import mean
from compress.symbols import Symbols, require_within, smallest_dtype

__all__ = ["FAMILY", "VitterCoder"]

# Symbols that are coded at a time: their words might have LONGEST bits each.
_PIECE = 1 << 16
# Tokens times leaves: to grow each tree anew takes some seconds.
_MOST_WORK = 1 << 31


@dataclass(frozen=True)
class VitterCoder:
    """The coder of an alphabet of so many tokens."""

    size: int

    name = "vitter"
    # A token has another word each time.
    book = None
    surprises = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return nothing: the name says all."""
        return {}

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ of the words' lengths, bits: what it believes of a token is 2^-length, at that place."""
        return len(self.encode(symbols))

    def encode(self, symbols: Symbols) -> bitarray:
        """The words.  Raises DataError for a symbol outside the alphabet.

        >>> VitterCoder(4).encode(np.array([0, 1, 0, 2, 3], np.uint8)).to01()
        '000100001110'
        """
        require_within(symbols, self.size)
        bits, tree = bitarray(endian="big"), sprouted(self.size)
        for start in range(0, symbols.size, _PIECE):
            piece = symbols[start : start + _PIECE]
            out = np.zeros(piece.size * LONGEST // 8, np.uint8)
            written = len(bits) + encode_grown(piece, *tree, out)
            bits.frombytes(out[: -(-(written - len(bits)) // 8)].tobytes())
            del bits[written:]
        return bits

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The first `count` symbols.  Raises CorruptError if the bits end before them."""
        symbols = np.zeros(count, smallest_dtype(self.size))
        data = np.frombuffer(bitarray(bits, endian="big").tobytes(), np.uint8)
        read = decode_grown(data, len(bits), *sprouted(self.size), symbols)
        if read < 0:
            raise CorruptError(f"the payload of {len(bits)} bits ends within token {-1 - read} of {count}")
        return symbols

    def moments(self, p: Distribution) -> None:
        """Return None: what a token costs depends on all before it."""

    def limit(self, p: Distribution) -> float:
        """What Huffman's code costs: in the long run tokens come as often as P says, and the tree is that of P.

        >>> VitterCoder(3).limit(Distribution(("a", "b", "c"), (2, 1, 1)))
        1.5
        """
        return mean(p.probabilities, PrefixCoder("huffman", huffman(p.weights)).surprises)

    def expected_bits(self, p: Distribution, n: int) -> None:
        """Return None: nobody has a formula."""

    def groups(self, pair: Pair) -> None:
        """Return None: it has no groups."""


def _fit(weights: Sequence[int], _: int | None) -> Table:
    return Table(Form.NAMED, len(weights))


def _build(table: Table, _: int | None) -> VitterCoder:
    if table.form != Form.NAMED:
        raise DataError(f"a table of {table.form.name.lower()} does not fit vitter")
    return VitterCoder(table.size)


def _law(coder: VitterCoder, _: Pair, symbols: Symbols) -> Bounds | None:
    """Σ length, each from a whole new tree; None where that is too much work."""
    if symbols.size * coder.size > _MOST_WORK:
        return None
    bits = int(walks.regrown_bits(symbols, coder.size))
    return Bounds(bits, bits + 1)


def _steps(coder: VitterCoder, symbols: Symbols) -> Steps:
    """The word of each token, and whether it is a new one."""
    payload, told, seen = bitarray(endian="big"), list[tuple[int, dict[str, str]]](), set[int]()
    for stop, symbol in enumerate(symbols.tolist(), 1):
        longer = coder.encode(symbols[:stop])
        told.append((symbol, {"token is": "known" if symbol in seen else "new", "word": longer[len(payload) :].to01()}))
        payload, seen = longer, seen | {symbol}
    back = coder.decode(payload, symbols.size).tolist()
    return Steps(told, payload, [(symbol, step) for symbol, (_, step) in zip(back, told, strict=True)])


FAMILY = Family(
    name="vitter",
    number=22,
    summary="a tree that both ends grow: no table, in the long run what huffman costs, and at most a bit a token more",
    use="adaptive Huffman, beside kt with arithmetic",
    year=1987,
    q_hat="2^-length of its word at that place",
    fit=_fit,
    build=_build,
    law=_law,
    promise=lambda coder, pair: None,
    takes_q=False,
    steps=_steps,
)
