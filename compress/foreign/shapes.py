"""A coder from outside: which of the shapes it has that people write.

It is called with the probabilities, shape (K,), float64, unless it takes nothing, and gives

    encode(symbols), decode(payload, count)      an object, or a pair of functions
    encode(data) -> (bytes, info)                and decode(bytes, info): with side information
    compress(data), decompress(data)             a codec of bytes, which makes its own model

or is such an object itself.  Bytes for those that make their own model are the symbols, one byte each, or two or four
with the lowest first where K needs them.

This module is imported by the process in which the coder runs, so it stands on little.

Next: `programs` (coders in any language).
"""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

__all__ = [
    "Adapted",
    "Payload",
    "Symbols",
    "Told",
    "UnfitError",
    "Vector",
    "adapted",
    "as_bytes",
    "from_bytes",
    "width_of",
]

Symbols = npt.NDArray[np.integer[Any]]
Vector = npt.NDArray[np.float64]


class UnfitError(Exception):
    """Raised for a thing that is no coder, or that returned something that no coder returns."""


@dataclass(frozen=True)
class Payload:
    """What a coder made of a message: its bytes, how many bits of them count, and what it says beside them.

    is_bits: whether it was a bitarray, and is given back as one.  info: side information, pickled.
    """

    data: bytes
    bits: int
    is_bits: bool = False
    info: bytes | None = None

    @property
    def info_bits(self) -> int:
        """Return the bits of the side information."""
        return 0 if self.info is None else 8 * len(self.info)

    def as_bits(self) -> bitarray:
        """Return the bits that count, without the padding of the last byte."""
        bits = bitarray(endian="big")
        bits.frombytes(self.data)
        del bits[self.bits :]
        return bits

    def followed(self) -> Iterator[Payload]:
        """The same with something behind its last byte, which does not matter to a coder that knows its own end.

        Whole words of 8 bytes, for there are coders that read nothing else.
        """
        for tail in (b"\x00" * 8, b"\xff" * 8, b"\xa5\x5a\x3c\x96" * 2):
            yield replace(self, data=self.data + tail, bits=8 * (len(self.data) + len(tail)))


@dataclass(frozen=True)
class Told:
    """What a coder tells of itself once it is made.

    takes_q: whether it was made from Q; else it makes its own model.  stated: -log2 q̂ of each symbol, bits, if it says
    so by `lengths` or `probabilities`.
    """

    takes_q: bool
    stated: Vector | None = None


@dataclass(frozen=True)
class Adapted:
    """A coder in one shape: symbols to a payload and back."""

    encode: Callable[[Symbols], Payload]
    decode: Callable[[Payload, int], Symbols]
    told: Told


def adapted(thing: Any, probabilities: Vector) -> Adapted:
    """The coder of these probabilities, whichever shape it has.  Raises UnfitError for what has none.

    >>> import zlib
    >>> coder = adapted(zlib, np.array([0.5, 0.5]))
    >>> coder.decode(coder.encode(np.array([0, 1, 1])), 3).tolist()
    [0, 1, 1]
    """
    made, knows = thing, False
    if callable(thing) and (isinstance(thing, type) or not _is_coder(thing)):
        # A codec of bytes makes its own model, so what its class takes is something else.
        knows = not _has(thing, "compress", "decompress") and _takes_something(thing)
        made = thing(probabilities) if knows else thing()
    if isinstance(made, tuple) and len(made) == 2 and all(map(callable, made)):
        encode, decode = made
    elif _has(made, "encode", "decode"):
        encode, decode = made.encode, made.decode
    elif _has(made, "compress", "decompress"):
        encode, decode, knows = made.compress, lambda data, _: made.decompress(data), False
    else:
        raise UnfitError(f"it is of type {type(made).__name__}, without encode and decode, or compress and decompress")
    size = probabilities.size
    return Adapted(
        lambda symbols: _payload(encode(symbols if knows else as_bytes(symbols, size))),
        lambda payload, count: _symbols(decode(*_arguments(payload, count)), size, is_codec=not knows),
        Told(knows, _stated(made, size)),
    )


def _has(thing: Any, *names: str) -> bool:
    return all(callable(getattr(thing, name, None)) for name in names)


def _is_coder(thing: Any) -> bool:
    return _has(thing, "encode", "decode") or _has(thing, "compress", "decompress")


def _takes_something(function: Any) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        # Written in another language: it does not say.
        return True
    return any(
        each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD, each.VAR_POSITIONAL) for each in parameters
    )


def width_of(size: int) -> np.dtype[Any]:
    """How a symbol of an alphabet of so many is written.

    >>> width_of(256).str, width_of(257).str
    ('|u1', '<u2')
    """
    return np.dtype("u1" if size <= 1 << 8 else "<u2" if size <= 1 << 16 else "<u4")


def as_bytes(symbols: Symbols, size: int) -> bytes:
    r"""Symbols of an alphabet of so many, each in 1, 2 or 4 bytes, the lowest first.

    >>> as_bytes(np.array([1, 2]), 300)
    b'\x01\x00\x02\x00'
    """
    return symbols.astype(width_of(size)).tobytes()


def from_bytes(data: bytes, size: int, made: str = "gave") -> Symbols:
    r"""The symbols of bytes that `decode` made.  Raises UnfitError for what is no whole number of them.

    >>> from_bytes(b"\x01\x00\x02\x00", 300).tolist()
    [1, 2]
    """
    width = width_of(size)
    if len(data) % width.itemsize:
        raise UnfitError(f"decode {made} {len(data)} bytes, which are no whole number of symbols")
    return np.frombuffer(data, width).astype(np.int64)


def _payload(made: Any) -> Payload:
    info = None
    if isinstance(made, tuple) and len(made) == 2:
        made, said = made
        info = pickle.dumps(said)
    if isinstance(made, bitarray):
        return Payload(made.tobytes(), len(made), is_bits=True, info=info)
    if isinstance(made, bytes | bytearray | memoryview):
        data = bytes(made)
        return Payload(data, 8 * len(data), info=info)
    raise UnfitError(f"encode gave a {type(made).__name__}, neither bytes nor a bitarray")


def _arguments(payload: Payload, count: int) -> tuple[Any, Any]:
    data = payload.as_bits() if payload.is_bits else payload.data
    return data, count if payload.info is None else pickle.loads(payload.info)


def _symbols(made: Any, size: int, *, is_codec: bool) -> Symbols:
    if is_codec and isinstance(made, bytes | bytearray | memoryview):
        return from_bytes(bytes(made), size)
    try:
        array = np.asarray(made)
    except Exception as error:
        raise UnfitError(f"decode gave a {type(made).__name__}: {error}") from None
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        kind = "" if array.dtype == object else f" of {array.dtype}"
        raise UnfitError(f"decode gave a {type(made).__name__}{kind}, not a row of whole numbers")
    return array.astype(np.int64)


def _stated(made: Any, size: int) -> Vector | None:
    for name in ("lengths", "probabilities"):
        said = getattr(made, name, None)
        if said is None or callable(said):
            continue
        values = np.asarray(said, np.float64)
        if values.shape != (size,):
            raise UnfitError(f"its {name} have the shape {values.shape}, not ({size},)")
        if not (values >= 0).all():
            raise UnfitError(f"its {name} are not all numbers of 0 or more")
        with np.errstate(divide="ignore"):
            return values if name == "lengths" else -np.log2(values)
    return None
