"""Values come back as they were sent; and whatever else is sent is refused, and does nothing."""

from __future__ import annotations

import contextlib
import os
import struct
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.foreign.messages import (
    Decode,
    Encode,
    Make,
    Trouble,
    answer_read,
    answer_told,
    calls_read,
    calls_told,
    read_frame,
)
from compress.foreign.shapes import Payload, Told
from compress.foreign.wire import NoDataError, as_data, from_data

KINDS = (Make, Encode, Decode, Payload, Told, Trouble)
MAKE, ENCODE = Make(0, np.array([0.5, 0.5])), Encode(0, np.array([0, 1]))
DECODE = Decode(0, Payload(b"ab", 13, is_bits=True, info=b"c"), 3)
REFUSAL = "it sent an answer that no call asked for"


def test_calls_come_back_as_they_were_sent() -> None:
    make, encode, decode = calls_read(calls_told([MAKE, Encode(2, np.array([3, 1], np.uint8), "strided"), DECODE]))
    assert isinstance(make, Make)
    assert make.probabilities.tolist() == [0.5, 0.5]
    assert isinstance(encode, Encode)
    assert (encode.slot, encode.symbols.dtype.str, encode.view) == (2, "|u1", "strided")
    assert encode.symbols.tolist() == [3, 1]
    assert decode == DECODE


def test_a_frame_of_a_pipe_is_read_until_its_moment_has_come() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as file:
        os.write(writing, struct.pack("<Q", 3) + b"abc" + b"half")
        assert read_frame(file, time.monotonic() + 0.9, 3) == b"abc"
        with pytest.raises(TimeoutError):
            read_frame(file, time.monotonic() + 0.01, 3)
        os.close(writing)
        assert read_frame(file, time.monotonic() + 0.9, 3) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.binary(), st.lists, max_leaves=20))
def test_any_value_comes_back(value: object) -> None:
    assert from_data(as_data(value), ()) == value


@given(st.data(), st.binary(max_size=40))
def test_no_bytes_do_anything_else_than_to_be_refused(data: st.DataObject, noise: bytes) -> None:
    whole = calls_told([MAKE, ENCODE, DECODE])
    at = data.draw(st.integers(0, len(whole)))
    for sent in (noise, whole[:at] + noise + whole[at + len(noise) :], whole[:at], whole + noise):
        with contextlib.suppress(NoDataError):
            from_data(sent, KINDS)


@pytest.mark.parametrize(
    "header",
    [
        '{"array": "|O8", "bytes": 8}',
        '{"array": "V8", "bytes": 8}',
        '{"array": "i4,i4", "bytes": 8}',
        '{"array": "<f8", "bytes": 7}',
        '{"array": "<f8", "bytes": -8}',
        '{"array": 8, "bytes": 8}',
        '{"bytes": 9}',
        '{"bytes": 1.5}',
        '{"is": "Path", "of": {}}',
        '{"is": "Payload", "of": {"data": 1}}',
        '{"is": "Payload", "of": 3}',
        "[" * 100_000,
        "{}",
        # Eight bytes that belong to nothing, and sizes that come to eight.
        "null",
        '[{"bytes": 16}, {"bytes": -8}]',
    ],
)
def test_a_header_that_says_something_else_is_refused(header: str) -> None:
    with pytest.raises(NoDataError, match=REFUSAL):
        from_data(len(header).to_bytes(4, "little") + header.encode() + bytes(8), KINDS)


GOOD = Payload(b"ab", 13)


@pytest.mark.parametrize(
    ("sent", "call"),
    [
        (replace(GOOD, bits=-8), ENCODE),
        (replace(GOOD, bits=17), ENCODE),
        (replace(GOOD, bits=8), ENCODE),
        (replace(GOOD, bits=13.0), ENCODE),  # type: ignore[arg-type]
        (replace(GOOD, data="ab"), ENCODE),  # type: ignore[arg-type]
        (replace(GOOD, info="ab"), ENCODE),  # type: ignore[arg-type]
        (replace(GOOD, is_bits=1), ENCODE),  # type: ignore[arg-type]
        (GOOD, DECODE),
        (GOOD, MAKE),
        (np.array([0.5]), DECODE),
        (np.array([1], np.int32), DECODE),
        ([1], DECODE),
        (Told(takes_q=1), MAKE),  # type: ignore[arg-type]
        (Told(takes_q=True, stated=np.zeros(3)), MAKE),
        (Told(takes_q=True, stated=np.zeros(2, np.float32)), MAKE),
        (Told(takes_q=True, stated=np.array([1, np.nan])), MAKE),
        (Told(takes_q=True, stated=[1.0, 1.0]), MAKE),  # type: ignore[arg-type]
        (Trouble("raised", 3), MAKE),  # type: ignore[arg-type]
    ],
)
def test_an_answer_that_its_call_does_not_give_is_a_trouble(sent: object, call: Make | Encode | Decode) -> None:
    assert answer_read(as_data(sent), call) == Trouble("unfit", REFUSAL)


def test_answers_come_back_as_they_were_sent() -> None:
    assert answer_read(answer_told(GOOD), ENCODE) == GOOD
    symbols = answer_read(answer_told(np.array([1, 0])), DECODE)
    assert isinstance(symbols, np.ndarray)
    assert symbols.tolist() == [1, 0]
    told = answer_read(answer_told(Told(takes_q=False, stated=np.array([1, np.inf]))), MAKE)
    assert isinstance(told, Told)
    assert told.stated is not None
    assert (told.takes_q, told.stated.tolist()) == (False, [1, np.inf])
