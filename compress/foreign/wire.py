"""Values as data: how calls and answers travel between us and the process of a coder.

    u32 size of the header | header, JSON | bytes and arrays, one after the other

The other end runs somebody else's code, and can send whatever it likes.  So nothing is unpickled on our side: what
comes is read as JSON and raw bytes, and whatever does not have the fields and types of one of our kinds is refused.

Next: `messages` (what is said, and over which wire).
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

__all__ = ["NoDataError", "as_data", "from_data"]

_HEADER = struct.Struct("<I")
# Types of numbers, as numpy writes them: an array of objects is never made.
_NUMBERS = re.compile("[<>|][iuf][1248]")


class NoDataError(ValueError):
    """Raised for bytes that hold no value of the kinds that we send."""


def as_data(value: Any) -> bytes:
    """A value made of None, bool, int, float, str, bytes, arrays, lists, and dataclasses of these.

    >>> from_data(as_data([1, b"ab", np.array([0.5])]), ())
    [1, b'ab', array([0.5])]
    """
    raw: list[bytes] = []
    header = json.dumps(_told(value, raw)).encode()
    return b"".join((_HEADER.pack(len(header)), header, *raw))


def _told(value: Any, raw: list[bytes]) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        raw.append(value)
        return {"bytes": len(value)}
    if isinstance(value, np.ndarray):
        raw.append(np.ascontiguousarray(value).tobytes())
        return {"array": value.dtype.str, "bytes": len(raw[-1])}
    if isinstance(value, list | tuple):
        return [_told(each, raw) for each in value]
    assert is_dataclass(value)
    named = {each.name: _told(getattr(value, each.name), raw) for each in fields(value)}
    return {"is": type(value).__name__, "of": named}


def from_data(data: bytes, kinds: Sequence[type]) -> Any:
    """What `as_data` was given; dataclasses are of these kinds.  Raises NoDataError for anything else.

    >>> from_data(b"gASVAAA=", ())
    Traceback (most recent call last):
    ...
    compress.foreign.wire.NoDataError: it sent an answer that no call asked for
    """
    try:
        [size] = _HEADER.unpack_from(data)
        reader = _Reader(memoryview(data), _HEADER.size + size, {kind.__name__: kind for kind in kinds})
        value = reader.read(json.loads(data[_HEADER.size : reader.at]))
    except (struct.error, TypeError, ValueError, KeyError, AttributeError, RecursionError):
        raise NoDataError("it sent an answer that no call asked for") from None
    if reader.at != len(data):
        raise NoDataError("it sent an answer that no call asked for")
    return value


class _Reader:
    """Reads a header's values, and takes the bytes of each from where the last one ended."""

    def __init__(self, data: memoryview, at: int, kinds: dict[str, type]) -> None:
        self._data, self._kinds = data, kinds
        self.at = at

    def read(self, told: Any) -> Any:
        if isinstance(told, list):
            return [self.read(each) for each in told]
        if not isinstance(told, dict):
            return told
        if "is" in told:
            return self._kinds[told["is"]](**{name: self.read(each) for name, each in told["of"].items()})
        taken = self._taken(told["bytes"])
        if "array" not in told:
            return bytes(taken)
        if not _NUMBERS.fullmatch(told["array"]):
            raise ValueError
        return np.frombuffer(taken, told["array"]).copy()

    def _taken(self, size: int) -> memoryview:
        if not 0 <= size <= len(self._data) - self.at:
            raise ValueError
        self.at += size
        return self._data[self.at - size : self.at]
