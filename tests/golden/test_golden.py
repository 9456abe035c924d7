"""What commands said and files held is what they still say and hold."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import pytest
import vectors
from golden import COMMANDS, EARLIER, FRAMES, HERE, RECORDS, Frame, frame_record, frames, records, same

import compress
from compress.cli.files.vectors import vectors as told_vectors
from compress.coders.catalog import CODERS
from compress.frames.format import VERSION, VERSION_WITHOUT_LANES
from compress.frames.frame import read_frames
from compress.frames.header import Limits

FRAME_LIST = list(frames())


@pytest.fixture(scope="module")
def kept_frames() -> Any:
    return json.loads(FRAMES.read_text("utf-8"))


def test_every_command_says_what_it_said() -> None:
    kept, found = json.loads(RECORDS.read_text("utf-8")), records()
    assert list(kept) == list(found) == COMMANDS
    assert len(COMMANDS) >= 15
    assert [command for command in kept if not same(kept[command], found[command])] == []


def test_there_is_a_record_of_every_frame(kept_frames: Any) -> None:
    assert list(kept_frames) == [frame.name for frame in FRAME_LIST]
    assert len(kept_frames) >= 40


# Of sequences Python makes half a million tokens in a second; of mixing, five hundred.
SLOW = {"mix", "mix, rows", "mix, stored"} | {
    *(f"{coder}, one token, three blocks" for coder in CODERS if coder != "huffman"),
    *(f"{coder}, four lanes" for coder in ("arithmetic", "range", "rans", "tans")),
}


@pytest.mark.parametrize(
    "frame",
    [pytest.param(frame, id=frame.name, marks=[pytest.mark.slow] * (frame.name in SLOW)) for frame in FRAME_LIST],
)
def test_every_frame_has_the_bytes_that_it_had(frame: Frame, kept_frames: Any) -> None:
    assert frame_record(frame) == kept_frames[frame.name]


@pytest.mark.parametrize(
    ("slowly", "_form"), [(False, "never"), pytest.param(True, "always", marks=pytest.mark.slow)], indirect=["_form"]
)
@pytest.mark.parametrize("path", [*EARLIER, FRAMES], ids=lambda path: path.stem)
def test_every_frame_that_was_ever_written_decodes(path: Path, slowly: bool) -> None:
    kept = json.loads(path.read_text("utf-8"))
    frames = {frame.name: frame.content * frame.repeats for frame in FRAME_LIST}
    assert len(kept) >= 40
    for name, record in kept.items():
        if (name in SLOW) is not slowly:
            continue
        data = base64.b64decode(record["frame"])
        assert compress.decode(data) == frames[name], name
        [*versions] = (frame.version for frame in read_frames(io.BytesIO(data), Limits()))
        written = (VERSION, VERSION_WITHOUT_LANES) if path == FRAMES else (int(path.stem.rpartition("_")[2]),)
        assert set(versions) <= set(written)


@pytest.mark.parametrize(
    ("kept", "found", "equal"),
    [
        (1.0, 1.0 + 1e-13, True),
        (1e6, 1e6 + 1e-3, False),
        (1, 2, False),
        (1, True, False),
        (None, 0.0, False),
        ({"a": [1, "x"]}, {"a": [1, "x"]}, True),
        ({"a": [1, "x"]}, {"a": [1]}, False),
        ({"a": 1}, {"a": 1, "b": 1}, False),
        ("inf", 1.0, False),
    ],
)
def test_two_records_are_compared_to_twelve_digits(kept: object, found: object, equal: bool) -> None:
    assert same(kept, found) is equal


def test_the_page_of_vectors_is_what_is_written_and_read_by_both_readers() -> None:
    assert vectors.PAGE.read_text("utf-8") == vectors.page()
    told = [(vector.name, vector.content, vector.frame) for vector in told_vectors()]
    assert told == list(vectors.vectors())
    spec = importlib.util.spec_from_file_location("decoder", HERE.parent.parent / "samples" / "decoder.py")
    assert spec is not None
    assert spec.loader is not None
    decoder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(decoder)
    for name, content, frame in told:
        if content is None:
            with pytest.raises(compress.CompressError):
                compress.decode(frame)
            with pytest.raises(decoder.Damaged):
                decoder.decode(frame)
        else:
            assert compress.decode(frame) == decoder.decode(frame) == content, name
