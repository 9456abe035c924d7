"""How numbers, alphabets and models are written down in a file.

    varint       7 bits a byte, the lowest first; the top bit says that more follow (LEB128)
    gamma        n >= 1: as many zeros as n has bits after its first, then n in binary (P. Elias 1975)
    steps        whole numbers, each as the gamma code of its step from the one before,
                 steps 0, -1, 1, -2, 2, ... being numbered 1, 2, 3, 4, 5, ...

A model is a table in one of nine forms (`coders.protocol.Form`), so that each coder's Q̂ takes little room:

    0 equal      nothing: all K tokens alike
    1 lengths    of the code words, plus 1 (0: no word), as steps
    2 counts     the number of bits b of each as steps, then the (b+1)//2 highest bits, without the first
    3 parts      frequencies that sum to 2^40: b as steps, then all bits without the first
    4 recipe     how many, then the whole numbers that a sequential Q is made from, as varints
    5 given      nothing: both ends have the probabilities, a row a token
    6 named      nothing: the coder's name and parameter say all
    7 chosen     a varint: the parameter that Q led to
    8 shares     as parts, of a total that the coder's parameter tells

Whoever reads gets integers, never floats: Q̂ is the same on every machine.

Next: `header` (what is said before the first block).
"""

from __future__ import annotations

from collections.abc import Sequence

from bitarray import bitarray
from bitarray.util import ba2int, int2ba, zeros

from compress.coders.protocol import Form, Table
from compress.errors import CorruptError, DataError
from compress.probability.frequencies import TOTAL
from compress.sources.tokens import Alphabet, Tokeniser

__all__ = ["Cursor", "pack_alphabet", "pack_table", "pack_varint", "unpack_alphabet", "unpack_table"]

# No number in a model has more bits than this.
_MOST_BITS = 64


def pack_varint(number: int) -> bytes:
    """A number from 0 to 2^63 - 1 in 1 to 9 bytes.

    >>> pack_varint(300).hex()
    'ac02'
    """
    data = bytearray()
    while number >= 0x80:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)


class Cursor:
    """A place in the bytes of a header, which moves on as they are read; `at` is the next byte.

    Raises CorruptError where they end too early.
    """

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self.at = at

    @property
    def left(self) -> int:
        """Return the number of bytes that are left."""
        return len(self._data) - self.at

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        if self.left < size:
            raise CorruptError("the header is cut short")
        self.at += size
        return self._data[self.at - size : self.at]

    def varint(self) -> int:
        """The next number: one number has one form."""
        number = 0
        for place in range(min(9, self.left)):
            [byte] = self.take(1)
            number |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                if byte == 0 and place:
                    raise CorruptError("a number is written with a useless zero")
                return number
        raise CorruptError("a number is cut short or too long")


def pack_alphabet(kind: Tokeniser, tokens: Sequence[str]) -> bytes:
    """The tokens of an alphabet in order.  Raises DataError for one that is no token of its kind.

    bytes: 0 for all 256, or 1 and each byte, or 2 and a map of 256 bits, whichever is shortest.
    bits: each bit.  chars: the size and the UTF-8 text.  numbers: nothing, they are 0 to K-1.  Others: each token's
    size and UTF-8 text.

    >>> from compress.sources.tokens import BYTES
    >>> pack_alphabet(BYTES, ["a", "b"]).hex()
    '016162'
    """
    pieces = [kind.piece(token) for token in tokens]
    if not pieces or kind.alphabet == Alphabet.COUNTED:
        return b""
    joined = b"".join(pieces)
    if kind.alphabet == Alphabet.BYTES:
        return _pack_byte_values(joined)
    if kind.alphabet == Alphabet.DIGITS:
        return joined
    if kind.alphabet == Alphabet.TEXT:
        return pack_varint(len(joined)) + joined
    texts = [token.encode() for token in tokens]
    return b"".join(pack_varint(len(text)) + text for text in texts)


def _pack_byte_values(values: bytes) -> bytes:
    if len(values) == 256:
        return b"\0"
    if len(values) > 32:
        present = zeros(256, endian="big")
        present[list(values)] = 1
        return b"\2" + present.tobytes()
    return b"\1" + values


def unpack_alphabet(kind: Tokeniser, size: int, cursor: Cursor) -> tuple[str, ...]:
    """The next `size` tokens.  Raises CorruptError.

    >>> from compress.sources.tokens import BYTES
    >>> unpack_alphabet(BYTES, 2, Cursor(bytes.fromhex("016162")))
    ('a', 'b')
    """
    if kind.alphabet == Alphabet.BYTES and size:
        values = _unpack_byte_values(size, cursor)
        named = kind.split(values).tokens
        tokens = named if bytes(sorted(values)) == values else ()
    elif kind.alphabet == Alphabet.DIGITS:
        tokens = tuple(cursor.take(size).decode("latin-1"))
        if not set(tokens) <= {"0", "1"}:
            raise CorruptError("the alphabet of bits holds something else")
    elif kind.alphabet == Alphabet.COUNTED:
        tokens = tuple(map(str, range(size)))
    elif kind.alphabet == Alphabet.TEXT and size:
        tokens = tuple(_text(cursor.take(cursor.varint())))
    else:
        tokens = tuple(_text(cursor.take(cursor.varint())) for _ in range(size))
    if len(tokens) != size or len(set(tokens)) != size:
        raise CorruptError("the alphabet is not a list of different tokens")
    try:
        for token in tokens:
            kind.piece(token)
    except DataError as error:
        raise CorruptError(f"the alphabet is impossible: {error}") from None
    return tokens


def _unpack_byte_values(size: int, cursor: Cursor) -> bytes:
    [form] = cursor.take(1)
    if form == 0:
        return bytes(range(256))
    if form == 1:
        return cursor.take(size)
    if form == 2:
        return bytes(bitarray(cursor.take(32), endian="big").search(1))
    raise CorruptError(f"the alphabet has the unknown form {form}")


def pack_table(table: Table) -> bytes:
    """The form, and the numbers as bits, filled up to whole bytes with zeros.

    >>> pack_table(Table(Form.LENGTHS, 2, (1, 1))).hex()
    '012c'
    """
    if table.form == Form.RECIPE:
        return b"".join([bytes([table.form]), *map(pack_varint, (len(table.numbers), *table.numbers))])
    if table.form == Form.CHOSEN:
        return bytes([table.form]) + pack_varint(*table.numbers)
    bits = bitarray(endian="big")
    if table.form == Form.LENGTHS:
        _pack_steps(bits, [length + 1 for length in table.numbers])
    elif table.form in (Form.COUNTS, Form.PARTS, Form.SHARES):
        _pack_steps(bits, [number.bit_length() for number in table.numbers])
        for number in table.numbers:
            kept = _kept(table.form, number.bit_length())
            if kept > 1:
                top = number >> (number.bit_length() - kept)
                bits += int2ba(top, kept, endian="big")[1:]
    return bytes([table.form]) + bits.tobytes()


def unpack_table(data: bytes, size: int) -> Table:
    """The table of `size` tokens that fills `data`.  Raises CorruptError.

    >>> unpack_table(bytes.fromhex("012c"), 2).numbers
    (1, 1)
    """
    if not data:
        raise CorruptError("the model is missing")
    if data[0] not in list(Form):
        raise CorruptError(f"the model has the unknown form {data[0]}")
    form = Form(data[0])
    if form == Form.RECIPE:
        return Table(form, size, _unpack_recipe(Cursor(data, 1)))
    if form == Form.CHOSEN:
        return Table(form, size, _unpack_chosen(Cursor(data, 1)))
    bits = bitarray(endian="big")
    bits.frombytes(data[1:])
    numbers: list[int] = []
    at = 0
    if form == Form.LENGTHS:
        from compress.coders.words.codebook import LONGEST

        plus_one, at = _unpack_steps(bits, at, size)
        if max(plus_one, default=0) > LONGEST + 1:
            raise CorruptError("a word of the model is too long")
        numbers = [number - 1 for number in plus_one]
    elif form in (Form.COUNTS, Form.PARTS, Form.SHARES):
        widths, at = _unpack_steps(bits, at, size)
        if max(widths, default=0) > _MOST_BITS:
            raise CorruptError("a number of the model is too large")
        for width in widths:
            kept = _kept(form, width)
            tail = bits[at : at + kept - 1] if kept > 1 else bitarray()
            if len(tail) < kept - 1:
                raise CorruptError("the model is cut short")
            at += len(tail)
            top = (1 << len(tail)) | (ba2int(tail) if tail else 0) if width else 0
            numbers.append(top << (width - kept))
        if form == Form.PARTS and sum(numbers) != TOTAL:
            raise CorruptError("the frequencies of the model do not sum to 2^40")
    if len(bits) - at >= 8 or bits[at:].any():
        raise CorruptError("the model has something behind it")
    return Table(form, size, tuple(numbers))


def _unpack_recipe(cursor: Cursor) -> tuple[int, ...]:
    count = cursor.varint()
    # Each number takes a byte at least: a forged count allocates nothing.
    if count > cursor.left:
        raise CorruptError("the model is cut short")
    numbers = tuple(cursor.varint() for _ in range(count))
    if cursor.left:
        raise CorruptError("the model has something behind it")
    return numbers


def _unpack_chosen(cursor: Cursor) -> tuple[int]:
    number = cursor.varint()
    if cursor.left:
        raise CorruptError("the model has something behind it")
    return (number,)


def _kept(form: Form, width: int) -> int:
    return (width + 1) // 2 if form == Form.COUNTS else width


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise CorruptError("a token of the alphabet is not UTF-8") from None


def _pack_steps(bits: bitarray, numbers: Sequence[int]) -> None:
    before = 0
    for number in numbers:
        step = number - before
        gamma = 2 * step + 1 if step >= 0 else -2 * step
        bits += zeros(gamma.bit_length() - 1, endian="big")
        bits += int2ba(gamma, endian="big")
        before = number


def _unpack_steps(bits: bitarray, at: int, size: int) -> tuple[list[int], int]:
    numbers: list[int] = []
    before = 0
    for _ in range(size):
        one = bits.find(1, at)
        extra = one - at
        if one < 0 or extra > _MOST_BITS or one + extra + 1 > len(bits):
            raise CorruptError("the model is cut short")
        gamma = ba2int(bits[one : one + extra + 1])
        at = one + extra + 1
        before += gamma // 2 if gamma % 2 else -(gamma // 2)
        if before < 0:
            raise CorruptError("a number of the model is negative")
        numbers.append(before)
    return numbers, at
