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
from typing import NamedTuple

import numpy as np

from compress.errors import DataError, PlacedError, quoted
from compress.inputs import csv_rows
from compress.symbols import Stream, Symbols, histogram, renamed, smallest_dtype


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PlacedError("not UTF-8 text", error.start, "; use tokens='bytes' for files that are not text") from None


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


class Values(NamedTuple):
    """Tokens that are numbers below `size` already: of(data) finds them, and each has a name, and its number back."""

    of: Callable[[bytes], Symbols]
    size: int
    name: Callable[[int], str]
    number: Callable[[str], int]

    def split(self, data: bytes) -> Stream:
        """Number them by their place among those that occur, without sorting the stream."""
        values = self.of(data)
        present = np.flatnonzero(histogram(values, self.size))
        place = np.zeros(self.size, smallest_dtype(present.size))
        place[present] = np.arange(present.size)
        return Stream(tuple(self.name(int(value)) for value in present), renamed(values, place))


def _byte_name(value: int) -> str:
    return chr(value) if 0x21 <= value <= 0x7E else f"\\x{value:02x}"


_BYTE_VALUES = {_byte_name(value): bytes([value]) for value in range(256)}


def byte_piece(token: str) -> bytes:
    """The byte that a token names.  Raises DataError."""
    if token not in _BYTE_VALUES:
        raise DataError(f"token {quoted(token)} is not a byte; a byte is written by its ASCII character or as \\x0a")
    return _BYTE_VALUES[token]


# Each byte.
BYTE_VALUES = Values(lambda data: np.frombuffer(data, np.uint8), 256, _byte_name, lambda token: byte_piece(token)[0])


def bit_piece(token: str) -> bytes:
    """0 or 1 in ASCII.  Raises DataError."""
    if token not in ("0", "1"):
        raise DataError(f"token {quoted(token)} is not a bit; the bits are 0 and 1")
    return token.encode()


# Each bit, the most significant first.
BIT_VALUES = Values(lambda data: np.unpackbits(np.frombuffer(data, np.uint8)), 2, str, int)


def char_piece(token: str) -> bytes:
    """One character in UTF-8.  Raises DataError."""
    if len(token) != 1:
        raise DataError(f"token {quoted(token)} is not one character")
    return utf8(token)


# Each character of UTF-8 text.
CHAR_VALUES = Values(lambda data: np.frombuffer(_text(data).encode("utf-32-le"), np.uint32), 0x110000, chr, ord)


def whole_chars(data: bytes) -> int:
    """The bytes up to a character whose end has not come yet; what is no UTF-8 is the tokeniser's to tell.

    >>> whole_chars("aé".encode()), whole_chars("aé".encode()[:-1])
    (3, 1)
    """
    for back in range(1, min(len(data), 3) + 1):
        byte = data[-back]
        if byte >= 0xC2:
            # It begins a character of two, three or four bytes.
            return len(data) - back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else len(data)
        if byte < 0x80:
            break
    return len(data)


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
    letters = rf"\w[\w{_marks()}]*"
    return re.compile(rf"{letters}(?:['\u2019]{letters})*|\s+|[^\w\s]")


@cache
def _marks() -> str:
    # All of them lie in these two ranges.
    points = itertools.chain(range(0x300, 0x1F000), range(0xE0100, 0xE0200))
    return "".join(chr(point) for point in points if unicodedata.category(chr(point))[0] == "M")


# The same where there are no marks, and five times as quick.
_WORDS_WITHOUT_MARKS = re.compile(r"\w+(?:['\u2019]\w+)*|\s+|[^\w\s]")


# The last place where white space ends: no token goes across it.
_BETWEEN = re.compile(r".*\s(?=\S)", re.DOTALL)


def whole_words(data: bytes) -> int:
    """The bytes up to the last place where white space ends: words before it are the same whatever follows.

    >>> whole_words(b"to be or no")
    9
    """
    try:
        text = data[: whole_chars(data)].decode()
    except UnicodeDecodeError:
        return len(data)
    found = _BETWEEN.match(text)
    return len(found[0].encode()) if found else 0


LINES = re.compile(r"[^\n]+|\n")


def whole_lines(data: bytes) -> int:
    r"""The bytes up to the last newline.

    >>> whole_lines(b"one\ntwo")
    4
    """
    return data.rfind(b"\n") + 1


def split_words(data: bytes) -> Stream:
    """Words, runs of white space, and single other characters."""
    text = _text(data)
    has_marks = not text.isascii() and not set(_marks()).isdisjoint(text)
    return _number((_words() if has_marks else _WORDS_WITHOUT_MARKS).findall(text))


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
        raise PlacedError(f"{quoted(text[place])} is not a nucleotide", offset, "; the letters are the IUPAC codes")
    return _number(found)


def whole_nucleotides(data: bytes) -> int:
    r"""The bytes up to a FASTA header whose end has not come yet.

    >>> whole_nucleotides(b">one\nACGT"), whole_nucleotides(b"ACGT\n>tw")
    (9, 5)
    """
    header = data.find(b">", data.rfind(b"\n") + 1)
    return whole_chars(data) if header < 0 else header


INTS = re.compile(r"[+-]?\d+")


def split_ints(data: bytes) -> Stream:
    """Whole numbers between white space, commas or semicolons."""
    text = _text(data)
    cells = [(match.group(), match.start()) for match in re.finditer(r"[^\s,;]+", text)]
    for cell, start in cells:
        if not INTS.fullmatch(cell):
            raise PlacedError(f"{quoted(cell[:20])} is not a whole number", len(text[:start].encode()))
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
