"""The shapes in which people write coders, each taken as it is."""

from __future__ import annotations

import bz2
import zlib
from typing import Any

import numpy as np
import pytest
from bitarray import bitarray

from compress.foreign.places import found
from compress.foreign.shapes import Adapted, Payload, UnfitError, _takes_something, adapted

Q = np.array([0.5, 0.25, 0.25])
MESSAGE = np.array([0, 2, 1, 0])


class Plain:
    """Two bits a symbol."""

    def __init__(self, probabilities: Any) -> None:
        self.size = len(probabilities)

    def encode(self, symbols: Any) -> bitarray:
        return bitarray("".join(f"{int(symbol):02b}" for symbol in symbols))

    def decode(self, payload: Any, count: int) -> list[int]:
        return [int(payload[2 * at : 2 * at + 2].to01(), 2) for at in range(count)]


class Told:
    """Side information."""

    def encode(self, data: bytes) -> tuple[bytes, list[int]]:
        return data[:1], list(data[1:])

    def decode(self, payload: bytes, info: list[int]) -> bytes:
        return payload + bytes(info)


def back(coder: Adapted, message: Any = MESSAGE) -> tuple[Payload, list[int]]:
    payload = coder.encode(message)
    return payload, coder.decode(payload, len(message)).tolist()


def test_an_object_is_called_with_the_probabilities() -> None:
    payload, came = back(adapted(Plain, Q))
    assert payload == Payload(b"\x24", 8, is_bits=True)
    assert came == MESSAGE.tolist()
    # To the bit, and as many as there are.
    coder = adapted((lambda symbols: bitarray("101"), lambda payload, count: [len(payload), count]), Q)
    assert coder.decode(coder.encode(MESSAGE), 2).tolist() == [3, 2]


def test_a_pair_of_functions_is_a_coder() -> None:
    def pair(probabilities: Any) -> Any:
        coder = Plain(probabilities)
        return coder.encode, coder.decode

    assert back(adapted(pair, Q)) == back(adapted(Plain, Q))


@pytest.mark.parametrize("codec", [zlib, bz2])
def test_a_codec_of_bytes_makes_its_own_model(codec: Any) -> None:
    payload, came = back(adapted(codec, Q))
    assert payload.data == codec.compress(bytes(MESSAGE.tolist()))
    assert (payload.bits, payload.is_bits, payload.info, came) == (8 * len(payload.data), False, None, MESSAGE.tolist())


@pytest.mark.parametrize(("size", "width"), [(2, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4)])
def test_symbols_are_bytes_of_the_width_that_they_need(size: int, width: int) -> None:
    class Copy:
        def compress(self, data: bytes) -> bytes:
            return data

        def decompress(self, data: bytes) -> bytes:
            return data

    message = np.array([size - 1, 0, 1])
    payload, came = back(adapted(Copy, np.full(size, 1 / size)), message)
    assert payload.data == b"".join(int(symbol).to_bytes(width, "little") for symbol in message)
    assert came == message.tolist()


def test_side_information_is_counted() -> None:
    payload, came = back(adapted(Told, Q))
    assert came == MESSAGE.tolist()
    assert payload.info is not None
    assert (payload.bits, payload.info_bits) == (8, 8 * len(payload.info))


def test_what_a_coder_states() -> None:
    class Stating(Plain):
        def __init__(self, probabilities: Any) -> None:
            super().__init__(probabilities)
            self.lengths = [2, 2, 2]

    class Believing(Plain):
        def __init__(self, probabilities: Any) -> None:
            super().__init__(probabilities)
            self.probabilities = [0.25, 0.75, 0]

    assert adapted(Plain, Q).told.stated is None
    stated, believed = adapted(Stating, Q).told.stated, adapted(Believing, Q).told.stated
    assert stated is not None
    assert believed is not None
    assert stated.tolist() == [2, 2, 2]
    assert believed.tolist() == pytest.approx([2, 0.41503749927884376, np.inf])
    with pytest.raises(UnfitError, match=r"its lengths have the shape \(3,\), not \(2,\)"):
        adapted(Stating, np.array([0.5, 0.5]))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("0101", "encode gave a str, neither bytes nor a bitarray"),
        ([0, 1], "encode gave a list"),
        (None, "encode gave a NoneType"),
    ],
)
def test_what_is_no_payload(made: Any, message: str) -> None:
    coder = adapted((lambda symbols: made, lambda payload, count: []), Q)
    with pytest.raises(UnfitError, match=message):
        coder.encode(MESSAGE)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("abc", "decode gave a str of <U3, not a row of whole numbers"),
        ([[1, 2]], "not a row"),
        ([0.5], "of float64"),
        ([[1], [1, 2]], "decode gave a list: "),
        (None, "decode gave a NoneType, not a row"),
    ],
)
def test_what_are_no_symbols(made: Any, message: str) -> None:
    coder = adapted((lambda symbols: b"", lambda payload, count: made), Q)
    with pytest.raises(UnfitError, match=message):
        coder.decode(Payload(b"", 0), 1)


def test_bytes_that_are_no_whole_symbols() -> None:
    class Odd:
        compress = staticmethod(lambda data: data)
        decompress = staticmethod(lambda data: b"abc")

    with pytest.raises(UnfitError, match="decode gave 3 bytes, which are no whole number of symbols"):
        adapted(Odd, np.full(300, 1 / 300)).decode(Payload(b"", 0), 1)


def test_what_has_no_shape() -> None:
    for thing, name in ((object(), "object"), (Exception, "Exception"), (lambda: 5, "int")):
        with pytest.raises(UnfitError, match=f"it is of type {name}, without encode and decode, or compress"):
            adapted(thing, Q)
    with pytest.raises(UnfitError, match="it names no command"):
        found("exec: ")
    assert found("zlib:") is zlib


def test_what_does_not_say_what_it_takes_is_thought_to_take_something() -> None:
    assert [_takes_something(each) for each in (Plain, Told, zlib.crc32, dict)] == [True, False, True, True]
