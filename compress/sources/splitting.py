"""How bytes are split into tokens, kind by kind, and what bytes a token stands for: its piece.

Each split numbers the tokens in an alphabet of those that occur, sorted.

Next: `tokens` (the kinds by name).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, quoted
from compress.inputs import csv_rows
from compress.symbols import Stream, smallest_dtype


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            f"not UTF-8 text (byte {error.start}); use tokens='bytes' for files that are not text"
        ) from None


def utf8(token: str) -> bytes:
    """The token in UTF-8.  Raises DataError for half a surrogate pair."""
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


def byte_piece(token: str) -> bytes:
    """The byte that a token names.  Raises DataError."""
    if token not in _BYTE_VALUES:
        raise DataError(f"token {quoted(token)} is not a byte; a byte is written by its ASCII character or as \\x0a")
    return _BYTE_VALUES[token]


def split_bytes(data: bytes) -> Stream:
    """Each byte."""
    return _number_values(np.frombuffer(data, np.uint8), 256, _byte_name)


def bit_piece(token: str) -> bytes:
    """0 or 1 in ASCII.  Raises DataError."""
    if token not in ("0", "1"):
        raise DataError(f"token {quoted(token)} is not a bit; the bits are 0 and 1")
    return token.encode()


def split_bits(data: bytes) -> Stream:
    """Each bit, the most significant first."""
    return _number_values(np.unpackbits(np.frombuffer(data, np.uint8)), 2, str)


def char_piece(token: str) -> bytes:
    """One character in UTF-8.  Raises DataError."""
    if len(token) != 1:
        raise DataError(f"token {quoted(token)} is not one character")
    return utf8(token)


def split_chars(data: bytes) -> Stream:
    """Each character of UTF-8 text."""
    points = np.frombuffer(_text(data).encode("utf-32-le"), np.uint32)
    return _number_values(points, 0x110000, chr)


def matching(pattern: re.Pattern[str], what: str) -> Callable[[str], bytes]:
    """The piece of a token that must match a pattern whole."""

    def piece(token: str) -> bytes:
        data = utf8(token)
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


LINES = re.compile(r"[^\n]+|\n")


def split_words(data: bytes) -> Stream:
    """Words, runs of white space, and single other characters."""
    return _number(_words().findall(_text(data)))


def word_piece(token: str) -> bytes:
    """What is one token of `split_words`, in UTF-8.  Raises DataError."""
    data = utf8(token)
    if not _words().fullmatch(token):
        raise DataError(f"token {quoted(token)} is not one word, one run of white space or one other character")
    return data


def split_lines(data: bytes) -> Stream:
    """Lines, and the newlines between them."""
    return _number(LINES.findall(_text(data)))


NUCLEOTIDES = re.compile(r">[^\n]*|[ACGTUNRYSWKMBDHVacgtunryswkmbdhv\-*\s]")


def split_nucleotides(data: bytes) -> Stream:
    """The letters of DNA or RNA, white space, and whole FASTA headers."""
    text = _text(data)
    found = NUCLEOTIDES.findall(text)
    if sum(map(len, found)) < len(text):
        place = 0
        for match in NUCLEOTIDES.finditer(text):
            if match.start() > place:
                break
            place = match.end()
        offset = len(text[:place].encode())
        raise DataError(f"{quoted(text[place])} is not a nucleotide (byte {offset}); the letters are the IUPAC codes")
    return _number(found)


INTS = re.compile(r"[+-]?\d+")


def split_ints(data: bytes) -> Stream:
    """Whole numbers between white space, commas or semicolons."""
    text = _text(data)
    cells = [(match.group(), match.start()) for match in re.finditer(r"[^\s,;]+", text)]
    for cell, start in cells:
        if not INTS.fullmatch(cell):
            raise DataError(f"{quoted(cell[:20])} is not a whole number (byte {len(text[:start].encode())})")
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


def split_csv(data: bytes, column: str) -> Stream:
    """The cells of one column, named or numbered from 1."""
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


def token_line(token: str) -> bytes:
    """The token and a newline; a newline within it is spelled out, and so is what spells it."""
    return utf8(token.replace("\\", "\\\\").replace("\n", "\\n")) + b"\n"


def _token_of_line(line: str) -> str:
    return re.sub(r"\\(n|\\)", lambda match: "\n" if match[1] == "n" else "\\", line)


def split_token_lines(data: bytes) -> Stream:
    """One token a line, as `token_line` writes them."""
    text = _text(data)
    return _number(map(_token_of_line, text.removesuffix("\n").split("\n")) if text else [])
