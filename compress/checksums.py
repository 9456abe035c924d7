"""CRC-32 of bytes whose parts were summed up apart, so that several threads may do it."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["joined"]

# A checksum's first bit is its polynomial's constant term, so this is 1, and the other is x^32 modulo the divisor.
_ONE, _DIVISOR = 1 << 31, 0xEDB88320


def joined(first: int, second: int, size: int) -> int:
    """The CRC-32 of two texts, one behind the other, from the CRC-32 of each; size: bytes of the second.

    A checksum is a remainder modulo a polynomial over GF(2): that of the first text, moved on by 8·size places, is
    crc·x^(8·size), and a sum is an exclusive or.  Source: M. Adler, crc32_combine of zlib.

    >>> import zlib
    >>> joined(zlib.crc32(b"to be "), zlib.crc32(b"or not"), 6) == zlib.crc32(b"to be or not")
    True
    """
    return _product(first, _moved(size)) ^ second


@lru_cache
def _moved(size: int) -> int:
    """x^(8·size), by squaring."""
    power, square = _ONE, _ONE >> 8
    while size:
        if size & 1:
            power = _product(power, square)
        square, size = _product(square, square), size >> 1
    return power


def _product(left: int, right: int) -> int:
    """left·right modulo the divisor."""
    made, bit = 0, _ONE
    while left:
        if left & bit:
            made ^= right
            left ^= bit
        bit >>= 1
        right = (right >> 1) ^ (_DIVISOR if right & 1 else 0)
    return made
