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

Next: `frequencies` (how often), `frames.packing` (how an alphabet is written down).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, SpecError, quoted
from compress.inputs import csv_rows
from compress.symbols import Stream, smallest_dtype

__all__ = ["Tokeniser", "tokeniser", "visible"]


def visible(token: str) -> str:
    """A token as it may be shown in a table: white space and control characters spelled out."""
    if token and all(c.isprintable() and not c.isspace() for c in token):
        return token
    return repr(token)


@dataclass(frozen=True)
class Tokeniser:
    """A way to cut bytes into tokens.

    split(data) numbers the tokens of `data` in an alphabet of those that occur, sorted;
    piece(token) gives back a token's bytes, raising DataError for what can be no token of this kind;
    restores says whether the pieces, joined, are the data again.
    """

    name: str
    split: Callable[[bytes], Stream]
    piece: Callable[[str], bytes]
    restores: bool = True

    def join(self, stream: Stream) -> bytes:
        """The bytes whose tokens these are; split(join(s)) is s for every tokeniser that restores."""
        if self.name == "bits":
            ones = np.array([token == "1" for token in stream.tokens], dtype=np.uint8)
            return np.packbits(ones[stream.symbols]).tobytes() if stream.tokens else b""
        pieces = [self.piece(token) for token in stream.tokens]
        if not pieces:
            return b""
        width = len(pieces[0])
        if all(len(piece) == width for piece in pieces):
            table = np.frombuffer(b"".join(pieces), np.uint8).reshape(len(pieces), width)
            return table[stream.symbols].tobytes()
        return b"".join(map(pieces.__getitem__, stream.symbols.tolist()))


def tokeniser(name: str) -> Tokeniser:
    """The tokeniser of that name.  Raises SpecError for a name that is none."""
    kind, colon, column = name.partition(":")
    if kind == "csv" and column:
        return Tokeniser(name, lambda data: _split_csv(data, column), _utf8, restores=False)
    if colon or name not in _TOKENISERS:
        raise SpecError(f"{quoted(name)} is no tokeniser; there are {', '.join(_TOKENISERS)} and csv:COLUMN")
    return _TOKENISERS[name]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 text (byte {error.start}); use tokens='bytes' for files that are no text") from None


def _utf8(token: str) -> bytes:
    try:
        return token.encode("utf-8")
    except UnicodeEncodeError:
        raise DataError(f"token {quoted(token)} is not valid Unicode text") from None


def _number(tokens: Iterable[str], order: Callable[[str], object] | None = None) -> Stream:
    """Number the tokens by their place among those that occur, sorted."""
    found = list(tokens)
    alphabet = tuple(sorted(set(found), key=order))  # type: ignore[arg-type]  # every order here is comparable
    index = {token: symbol for symbol, token in enumerate(alphabet)}
    symbols = np.fromiter(map(index.__getitem__, found), smallest_dtype(len(alphabet)), len(found))
    return Stream(alphabet, symbols)


def _number_values(values: npt.NDArray[np.unsignedinteger], size: int, name: Callable[[int], str]) -> Stream:
    """Number values below `size` by their place among those that occur, without sorting the stream."""
    present = np.flatnonzero(np.bincount(values, minlength=size))
    place = np.zeros(size, smallest_dtype(present.size))
    place[present] = np.arange(present.size)
    return Stream(tuple(name(int(value)) for value in present), place[values])


def _byte_name(value: int) -> str:
    return chr(value) if 0x21 <= value <= 0x7E else f"\\x{value:02x}"


_BYTE_VALUES = {_byte_name(value): bytes([value]) for value in range(256)}


def _byte_piece(token: str) -> bytes:
    if token not in _BYTE_VALUES:
        raise DataError(f"token {quoted(token)} is no byte; a byte is named by its ASCII character or as \\x0a")
    return _BYTE_VALUES[token]


def _split_bytes(data: bytes) -> Stream:
    return _number_values(np.frombuffer(data, np.uint8), 256, _byte_name)


def _bit_piece(token: str) -> bytes:
    if token not in ("0", "1"):
        raise DataError(f"token {quoted(token)} is no bit; the bits are 0 and 1")
    return token.encode()


def _split_bits(data: bytes) -> Stream:
    return _number_values(np.unpackbits(np.frombuffer(data, np.uint8)), 2, str)


def _char_piece(token: str) -> bytes:
    if len(token) != 1:
        raise DataError(f"token {quoted(token)} is not one character")
    return _utf8(token)


def _split_chars(data: bytes) -> Stream:
    points = np.frombuffer(_text(data).encode("utf-32-le"), np.uint32)
    return _number_values(points, 0x110000, chr)


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], bytes]:
    """The piece of a token that must match a pattern whole."""

    def piece(token: str) -> bytes:
        data = _utf8(token)
        if not pattern.fullmatch(token):
            raise DataError(f"token {quoted(token)} is not {what}")
        return data

    return piece


@cache
def _words() -> re.Pattern[str]:
    """Words, runs of white space, and single other characters.

    A word is letters and digits with the marks that combine with them (Unicode's category M), and may hold
    an apostrophe: don't is one token, and so is cafe with a combining accent.
    """
    # All marks lie in these two ranges.
    points = itertools.chain(range(0x300, 0x1F000), range(0xE0100, 0xE0200))
    marks = "".join(chr(point) for point in points if unicodedata.category(chr(point))[0] == "M")
    letters = rf"\w[\w{marks}]*"
    return re.compile(rf"{letters}(?:['\u2019]{letters})*|\s+|[^\w\s]")


_LINES = re.compile(r"[^\n]+|\n")


def _split_words(data: bytes) -> Stream:
    return _number(_words().findall(_text(data)))


def _word_piece(token: str) -> bytes:
    data = _utf8(token)
    if not _words().fullmatch(token):
        raise DataError(f"token {quoted(token)} is not one word, one run of white space or one other character")
    return data


def _split_lines(data: bytes) -> Stream:
    return _number(_LINES.findall(_text(data)))


_NUCLEOTIDES = re.compile(r">[^\n]*|[ACGTUNRYSWKMBDHVacgtunryswkmbdhv\-*\s]")


def _split_nucleotides(data: bytes) -> Stream:
    text = _text(data)
    found = _NUCLEOTIDES.findall(text)
    if sum(map(len, found)) < len(text):
        place = 0
        for match in _NUCLEOTIDES.finditer(text):
            if match.start() > place:
                break
            place = match.end()
        offset = len(text[:place].encode())
        raise DataError(f"{quoted(text[place])} is no nucleotide (byte {offset}); the letters are the IUPAC codes")
    return _number(found)


_INTS = re.compile(r"[+-]?\d+")


def _split_ints(data: bytes) -> Stream:
    text = _text(data)
    cells = [(match.group(), match.start()) for match in re.finditer(r"[^\s,;]+", text)]
    for cell, start in cells:
        if not _INTS.fullmatch(cell):
            raise DataError(f"{quoted(cell[:20])} is no whole number (byte {len(text[:start].encode())})")
    return _number((_plain_integer(cell) for cell, _ in cells), order=_integer_order)


def _plain_integer(cell: str) -> str:
    """A whole number of any length, without a plus or leading zeros: 0, 7, -12."""
    digits = "".join(str(unicodedata.decimal(digit)) for digit in cell.lstrip("+-")).lstrip("0")
    return ("-" if cell[0] == "-" else "") + digits if digits else "0"


def _integer_order(number: str) -> tuple[int, str]:
    """What orders plain whole numbers of any length as their values do."""
    if number[0] == "-":
        return -len(number), number.translate(str.maketrans("0123456789", "9876543210"))
    return len(number), number


def _split_csv(data: bytes, column: str) -> Stream:
    rows = csv_rows(_text(data).removeprefix("\ufeff"))
    _, names = next(rows, (1, []))
    if column in names:
        place = names.index(column)
    elif column.isascii() and column.isdigit() and len(column) < 10 and 1 <= int(column) <= len(names):
        place = int(column) - 1
    else:
        raise DataError(f"no column {quoted(column)}; the columns are {', '.join(names) or 'none'}")
    cells = []
    for line, row in rows:
        if place >= len(row):
            raise DataError(f"line {line} has no column {quoted(column)}")
        cells.append(row[place])
    return _number(cells)


def _token_line(token: str) -> bytes:
    # A newline within a token is spelled out, and so is what spells it.
    return _utf8(token.replace("\\", "\\\\").replace("\n", "\\n")) + b"\n"


def _token_of_line(line: str) -> str:
    return re.sub(r"\\(n|\\)", lambda match: "\n" if match[1] == "n" else "\\", line)


def _split_token_lines(data: bytes) -> Stream:
    text = _text(data)
    return _number(map(_token_of_line, text.removesuffix("\n").split("\n")) if text else [])


_TOKENISERS = {
    kind.name: kind
    for kind in (
        Tokeniser("bytes", _split_bytes, _byte_piece),
        Tokeniser("bits", _split_bits, _bit_piece),
        Tokeniser("chars", _split_chars, _char_piece),
        Tokeniser("words", _split_words, _word_piece),
        Tokeniser("lines", _split_lines, _matching(_LINES, "one line or one newline")),
        Tokeniser("nucleotides", _split_nucleotides, _matching(_NUCLEOTIDES, "one nucleotide")),
        Tokeniser("ints", _split_ints, _matching(_INTS, "a whole number"), restores=False),
        # A last line without a newline comes back with one.
        Tokeniser("tokens", _split_token_lines, _token_line, restores=False),
    )
}
