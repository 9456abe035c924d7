"""What is said between us, the keeper of a coder and its children: calls, troubles, and how they travel.

Every message has its size in front.  They go between processes of our own, in which the coder runs that a user named.

Next: `keeper` (where the coder lives).
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from compress.foreign.shapes import Payload, Symbols, Told, Vector
from compress.foreign.wire import NoDataError, as_data, from_data

__all__ = [
    "Call",
    "Decode",
    "Encode",
    "Make",
    "Trouble",
    "answer_read",
    "answer_told",
    "calls_read",
    "calls_told",
    "framed",
    "read_frame",
    "receive",
    "receive_with_file",
    "send",
]

_SIZE = struct.Struct("<Q")


@dataclass(frozen=True)
class Make:
    """Build the coder of these probabilities and keep it under a number; gives what it has Told."""

    slot: int
    probabilities: Vector


@dataclass(frozen=True)
class Encode:
    """Encode with the coder of that number; gives a Payload.  view: how the array looks that it gets."""

    slot: int
    symbols: Symbols
    view: str = "plain"


@dataclass(frozen=True)
class Decode:
    """Decode with the coder of that number; gives symbols."""

    slot: int
    payload: Payload
    count: int


Call = Make | Encode | Decode


@dataclass(frozen=True)
class Trouble:
    """What went wrong in a call.

    kind: raised, unfit (it gave what no coder gives), hung, died.  what: the classes of what was raised.
    """

    kind: str
    message: str
    what: str = ""


def calls_told(calls: Sequence[Call]) -> bytes:
    """The calls of a job as data.

    >>> calls_read(calls_told([Decode(0, Payload(b"ab", 16), 3)]))
    [Decode(slot=0, payload=Payload(data=b'ab', bits=16, is_bits=False, info=None), count=3)]
    """
    return as_data(list(calls))


def calls_read(data: bytes) -> list[Call]:
    """The calls of a job.

    >>> calls_read(calls_told([]))
    []
    """
    calls: list[Call] = from_data(data, (Make, Encode, Decode, Payload))
    return calls


def answer_told(answer: Trouble | Told | Payload | Symbols) -> bytes:
    """What came of a call as data.

    >>> answer_read(answer_told(Trouble("hung", "no answer")), Decode(0, Payload(b"", 0), 3)).kind
    'hung'
    """
    return as_data(answer)


def answer_read(data: bytes, call: Call) -> Trouble | Told | Payload | Symbols:
    """What came of a call; a Trouble, too, where it is nothing that this call gives.

    >>> answer_read(answer_told(Payload(b"", 0)), Decode(0, Payload(b"", 0), 3)).message
    'it sent an answer that no call asked for'
    """
    try:
        answer = from_data(data, (Trouble, Told, Payload))
        if not _fits(answer, call):
            raise NoDataError("it sent an answer that no call asked for")
    except NoDataError as error:
        return Trouble("unfit", str(error))
    told: Trouble | Told | Payload | Symbols = answer
    return told


def _fits(answer: object, call: Call) -> bool:
    """Whether an answer, whose fields may be anything, is one that this call gives."""
    if isinstance(answer, Trouble):
        return all(isinstance(each, str) for each in (answer.kind, answer.message, answer.what))
    if isinstance(call, Make):
        return isinstance(answer, Told) and isinstance(answer.takes_q, bool) and _is_stated(answer.stated, call)
    if isinstance(call, Decode):
        return isinstance(answer, np.ndarray) and answer.dtype == np.int64
    return (
        isinstance(answer, Payload)
        and isinstance(answer.data, bytes)
        and type(answer.bits) is int
        and -(-answer.bits // 8) == len(answer.data)
        and isinstance(answer.is_bits, bool)
        and isinstance(answer.info, bytes | None)
    )


def _is_stated(stated: object, call: Make) -> bool:
    if stated is None:
        return True
    if not isinstance(stated, np.ndarray) or stated.dtype != np.float64:
        return False
    return stated.shape == call.probabilities.shape and bool((stated >= 0).all())


def framed(data: bytes) -> bytes:
    r"""A message with its size in front.

    >>> framed(b"ab")[:2]
    b'\x02\x00'
    """
    return _SIZE.pack(len(data)) + data


def send(where: socket.socket, data: bytes, *files: int) -> None:
    """Send a message, and with it open files."""
    if files:
        socket.send_fds(where, [_SIZE.pack(len(data))], list(files))
    else:
        where.sendall(_SIZE.pack(len(data)))
    where.sendall(data)


def _exactly(where: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = where.recv(min(size, 1 << 20))
        if not part:
            raise ConnectionError("the other end is gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive(where: socket.socket, most: int | None = None) -> bytes:
    """The next message, of so many bytes at most.

    Raises ConnectionError where the other end is gone or says more, TimeoutError where it is silent.
    """
    [size] = _SIZE.unpack(_exactly(where, _SIZE.size))
    if most is not None and size > most:
        raise ConnectionError("the other end says too much")
    return _exactly(where, size)


def receive_with_file(where: socket.socket) -> tuple[bytes, list[int]]:
    """The next message, and the file that came with it.  Raises ConnectionError where there is none."""
    head, files, _, _ = socket.recv_fds(where, _SIZE.size, 1)
    if not files:
        raise ConnectionError("the other end is gone")
    head += _exactly(where, _SIZE.size - len(head))
    return _exactly(where, _SIZE.unpack(head)[0]), files


def read_frame(file: BinaryIO, deadline: float, most: int) -> bytes | None:
    """A frame of a pipe, of so many bytes at most; None at its end.  Raises TimeoutError, and NoDataError for more."""
    data, wanted = bytearray(), _SIZE.size
    size = None
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([file], [], [], left)[0]:
            raise TimeoutError
        part = os.read(file.fileno(), min(wanted - len(data), 1 << 20))
        if not part:
            return None
        data += part
        if len(data) < wanted:
            continue
        if size is not None:
            return bytes(data)
        [size] = _SIZE.unpack(data)
        if size > most:
            raise NoDataError(f"it sent {size:,} bytes, and may take {most:,}")
        data, wanted = bytearray(), size
