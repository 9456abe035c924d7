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
from dataclasses import dataclass
from typing import BinaryIO

from compress.foreign.shapes import Payload, Symbols, Vector

__all__ = [
    "Call",
    "Decode",
    "Encode",
    "Make",
    "Trouble",
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


def receive(where: socket.socket) -> bytes:
    """The next message.  Raises ConnectionError where the other end is gone, TimeoutError where it is silent."""
    [size] = _SIZE.unpack(_exactly(where, _SIZE.size))
    return _exactly(where, size)


def receive_with_file(where: socket.socket) -> tuple[bytes, list[int]]:
    """The next message, and the file that came with it.  Raises ConnectionError where there is none."""
    head, files, _, _ = socket.recv_fds(where, _SIZE.size, 1)
    if not files:
        raise ConnectionError("the other end is gone")
    head += _exactly(where, _SIZE.size - len(head))
    return _exactly(where, _SIZE.unpack(head)[0]), files


def read_frame(file: BinaryIO, deadline: float) -> bytes | None:
    """A frame of a pipe; None at its end.  Raises TimeoutError."""
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
        data, wanted = bytearray(), size
