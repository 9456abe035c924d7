r"""Tokens and symbols: how bytes, text and numbers become a stream, and back.

A tokeniser splits bytes into tokens (what a person sees: a byte, a word, a number)
and numbers them: symbol i is the i-th token of an ordered alphabet.  Most of them
restore the bytes when the tokens are joined again; `ints` and `csv:COLUMN` do not,
they are for analysis only.

    bytes         each byte; printable ASCII is its own name, others are \x0a
    bits          each bit, the most significant first
    chars         each character of UTF-8 text
    words         words, runs of white space, and single other characters
    lines         lines, and the newlines between them
    nucleotides   the letters of DNA or RNA, white space, and whole FASTA headers
    ints          whole numbers between white space or commas
    csv:COLUMN    the cells of one column
    tokens        one token a line, as `codelen sample` writes them (the streams of experiments)

Next: `pieces` (files larger than memory).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

import numpy as np

from compress.errors import SpecError, quoted
from compress.notation import taken_apart
from compress.sources import splitting
from compress.sources.splitting import Values, matching
from compress.symbols import Stream, Symbols, renamed

__all__ = ["BYTES", "KINDS", "NUMBERS", "Alphabet", "Tokeniser", "by_number", "tokeniser", "visible"]


def visible(token: str) -> str:
    """A token as it may be shown in a table: white space and control characters spelled out.

    >>> visible("a"), visible(" ")
    ('a', "' '")
    """
    if token and all(c.isprintable() and not c.isspace() for c in token):
        return token
    return repr(token)


class Alphabet(Enum):
    """How a list of tokens is written in a file; `frames.packing` writes it."""

    BYTES = auto()  # each byte, or a map of 256 bits, whichever is shorter
    DIGITS = auto()  # one byte each
    TEXT = auto()  # one text, a character each
    SIZED = auto()  # each token's size and text
    COUNTED = auto()  # not at all: they are 0, 1, 2, ...


class Tokeniser(NamedTuple):
    """A way to cut bytes into tokens: all that is said of its kind is said here.

    split(data) numbers the tokens of `data` in an alphabet of those that occur, sorted;
    piece(token) gives back a token's bytes, raising DataError for what can be no token of this kind;
    number: in files, never used again for another; None for a kind that never gets into one;
    restores: whether the pieces, joined, are the data again;
    token_bits: bits of content that each token is; None where they differ;
    in_order: whether an alphabet is kept in the order of its pieces;
    values: what the tokens are as numbers, where they are numbers before they are sorted;
    settled(data): how many of the first bytes are cut into the same tokens whatever follows; 0 if none are.
    """

    name: str
    split: Callable[[bytes], Stream]
    piece: Callable[[str], bytes]
    number: int | None = None
    restores: bool = True
    token_bits: int | None = None
    in_order: bool = False
    alphabet: Alphabet = Alphabet.SIZED
    values: Values | None = None
    settled: Callable[[bytes], int] = lambda data: 0

    def __reduce__(self) -> Any:
        """To another process it is told by its name."""
        return tokeniser, (self.name,)

    @property
    def granule(self) -> int:
        """The least number of tokens that fill whole bytes, whichever they are."""
        return 8 // math.gcd(8, self.token_bits or 8)

    def bits(self, token: str) -> int:
        """The bits of content that a token is."""
        return self.token_bits or 8 * len(self.piece(token))

    def fits(self, count: int, content_bytes: int) -> bool:
        """Whether `count` tokens can be that many bytes; each is one byte at least, where it is not fewer bits."""
        if self.token_bits is None:
            return count <= content_bytes
        return count * self.token_bits == 8 * content_bytes

    def join(self, stream: Stream) -> bytes:
        """The bytes whose tokens these are; split(join(s)) is s for every tokeniser that restores."""
        return self.joiner(stream.tokens)(stream.symbols).tobytes()

    def joiner(self, tokens: Sequence[str]) -> Callable[[Symbols], memoryview]:
        """What makes bytes of symbols of this alphabet, part by part; of bits, a part fills whole bytes."""
        if self.token_bits == 1:
            ones = np.array([token == "1" for token in tokens], dtype=np.uint8)
            return lambda symbols: np.packbits(ones[symbols]).data if symbols.size else memoryview(b"")
        pieces = [self.piece(token) for token in tokens]
        width = len(pieces[0]) if pieces else 0
        if pieces and all(len(piece) == width for piece in pieces):
            table = np.frombuffer(b"".join(pieces), np.uint8).reshape(len(pieces), width)
            if width == 1:
                return lambda symbols: renamed(symbols, table.ravel()).data
            return lambda symbols: table[symbols].ravel().data
        return lambda symbols: memoryview(b"".join(map(pieces.__getitem__, symbols.tolist())))


def tokeniser(name: str) -> Tokeniser:
    """The tokeniser of that name.  Raises SpecError for a name that is none.

    >>> tokeniser("words").split(b"to be").tokens
    (' ', 'be', 'to')
    """
    kind, column = taken_apart(name)
    if kind == "csv" and column:
        return Tokeniser(name, lambda data: splitting.split_csv(data, column), splitting.utf8, restores=False)
    if name not in _TOKENISERS:
        raise SpecError(f"{quoted(name)} is not a kind of token; the kinds are {', '.join(KINDS)}")
    return _TOKENISERS[name]


_TOKENISERS = {
    kind.name: kind
    for kind in (
        Tokeniser(
            "bytes",
            splitting.BYTE_VALUES.split,
            splitting.byte_piece,
            number=0,
            token_bits=8,
            in_order=True,
            alphabet=Alphabet.BYTES,
            values=splitting.BYTE_VALUES,
            settled=len,
        ),
        Tokeniser(
            "bits",
            splitting.BIT_VALUES.split,
            splitting.bit_piece,
            number=1,
            token_bits=1,
            in_order=True,
            alphabet=Alphabet.DIGITS,
            values=splitting.BIT_VALUES,
            settled=len,
        ),
        Tokeniser(
            "chars",
            splitting.CHAR_VALUES.split,
            splitting.char_piece,
            number=2,
            alphabet=Alphabet.TEXT,
            values=splitting.CHAR_VALUES,
            settled=splitting.whole_chars,
        ),
        Tokeniser("words", splitting.split_words, splitting.word_piece, number=3, settled=splitting.whole_words),
        Tokeniser(
            "lines",
            splitting.split_lines,
            matching(splitting.LINES, "one line or one newline"),
            number=4,
            settled=splitting.whole_lines,
        ),
        Tokeniser(
            "nucleotides",
            splitting.split_nucleotides,
            matching(splitting.NUCLEOTIDES, "one nucleotide"),
            number=5,
            settled=splitting.whole_nucleotides,
        ),
        Tokeniser("ints", splitting.split_ints, matching(splitting.INTS, "a whole number"), restores=False),
        # A last line without a newline comes back with one.
        Tokeniser("tokens", splitting.split_token_lines, splitting.token_line, number=6, restores=False),
    )
}


BYTES = _TOKENISERS["bytes"]
# What a model's tokens are, for which a user needs no word: numbers, written one a line.
NUMBERS = Tokeniser(
    "numbers", splitting.split_token_lines, splitting.token_line, number=7, restores=False, alphabet=Alphabet.COUNTED
)
# What a user may write.
KINDS = (*_TOKENISERS, "csv:COLUMN")


def by_number(number: int) -> Tokeniser | None:
    """The tokeniser that a file names; None for a number that is not known.

    >>> by_number(0).name
    'bytes'
    """
    return next((kind for kind in (*_TOKENISERS.values(), NUMBERS) if kind.number == number), None)
