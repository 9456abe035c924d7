"""The second reader, samples/decoder.py: what it reads is what was written, and it refuses what the first refuses.

It shares no line with the package: two that agree on ten thousand files are hardly both wrong.
"""

from __future__ import annotations

import ast
import base64
import importlib.util
import io
import json
import random
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import compress
from compress.coders.catalog import choose
from compress.errors import CompressError, LimitError, SpecError
from compress.frames.files import Encoding, plan
from compress.frames.format import BlockKind
from compress.frames.frame import Block, FrameWriter
from compress.models.catalog import recipe_of
from compress.sources.tokens import tokeniser
from compress.specs import BARE

DECODER = Path(__file__).parent.parent / "samples" / "decoder.py"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("frames*.json"))

pytestmark = pytest.mark.skipif(not DECODER.is_file(), reason="needs a checkout")

KINDS = ("bytes", "bits", "chars", "words", "lines", "nucleotides")
CODERS = (
    *("arithmetic", "huffman", "shannon", "fixed", "fano", "limited:9", "sfe", "unary", "golomb:3", "golomb", "rice:1"),
    *("rice", "expgolomb:1", "gamma", "delta", "omega", "fibonacci", "block:2", "tunstall:9", "typical:0.2", "vitter"),
    *("textbook:16", "textbook", "range", "range:12", "rans", "rans:12", "tans", "tans:12"),
)
BELIEFS = ("empirical", "uniform", "kt", "laplace", "order:0", "order:1", "order:2,1/3", "mix")
CHAIN = '{"a": {"a": 0.5, "b": 0.5}, "b": {"a": 0.75, "b": 0.125, "c": 0.125}, "c": {"c": 0.5, "a": 0.5}}'


@pytest.fixture(scope="module")
def decoder() -> Any:
    spec = importlib.util.spec_from_file_location("decoder", DECODER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["decoder"] = module
    spec.loader.exec_module(module)
    return module


def a_content(chance: random.Random, kind: str) -> bytes:
    """Some bytes that can be cut into tokens of a kind."""
    size = chance.choice((0, 1, 2, 3, 10, 40, 100))
    if kind == "nucleotides":
        return "".join(chance.choices("ACGTN\n", k=size)).encode()
    if kind in ("bytes", "bits") and chance.random() < 0.5:
        return bytes(chance.choices(range(chance.choice((1, 2, 5, 40, 256))), k=size))
    words = chance.choices(["to", "be", "or", "not", "é", "€", " ", ", ", "\n", "\t\t", "7", "\\n"], k=size)
    return "".join(words).encode()


def a_frame(chance: random.Random) -> tuple[bytes, bytes]:
    """A content and its frame, of any kind, belief and coder that go together."""
    while True:
        kind, coder = chance.choice(KINDS), chance.choice(CODERS)
        belief = chance.choice(BELIEFS) if coder == "arithmetic" else chance.choice(BELIEFS[:2])
        content = a_content(chance, kind)
        try:
            return content, compress.encode(content, coder=coder, assumed=belief, tokens=kind)
        except (SpecError, CompressError):
            # Too many tokens for such a code.
            continue


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(DECODER.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_it_reads_what_every_version_wrote(path: Path, decoder: ModuleType) -> None:
    read = 0
    for name, record in json.loads(path.read_text("utf-8")).items():
        data = base64.b64decode(record["frame"])
        try:
            due = compress.decode(data, max_output=1_000)
        except LimitError:
            continue
        # What is mixed takes a second, and is below.
        if record["arguments"].get("assumed") != "mix":
            assert decoder.decode(data) == due, name
            read += 1
    assert read >= 30


def test_it_reads_every_coder_and_every_recipe(decoder: ModuleType) -> None:
    content = b"to be or not to be, that is the question"
    for coder in CODERS:
        assert decoder.decode(compress.encode(content, coder=coder)) == content, coder
    for belief in BELIEFS:
        assert decoder.decode(compress.encode(content, assumed=belief)) == content, belief
    assert {choose(coder).family.name for coder in CODERS} == set(compress.CODERS)


def test_it_reads_a_chain(decoder: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "chain.json").write_text(CHAIN)
    content = b"aababcaabbabcca" * 5
    stream = tokeniser("bytes").split(content)
    told = recipe_of(BARE.chain(f"markov:@{tmp_path / 'chain.json'}")).table(3)
    header = replace(plan(stream.seen, len(content), Encoding()), table=told)
    output = io.BytesIO()
    writer = FrameWriter(output, header)
    writer.block(Block(len(content), header.build().encode(stream.over(header.tokens).symbols)))
    writer.end(zlib.crc32(content))
    assert compress.decode(output.getvalue()) == content
    assert decoder.decode(output.getvalue()) == content


def test_it_reads_stored_blocks_and_several_blocks_and_frames(decoder: ModuleType) -> None:
    content = b"abcabcddde" * 9
    stream = tokeniser("bytes").split(content)
    header = plan(stream.seen, len(content), Encoding(coder=choose("huffman")))
    symbols, coder = stream.over(header.tokens).symbols, header.build()
    output = io.BytesIO()
    writer = FrameWriter(output, header)
    writer.block(Block(30, coder.encode(symbols[:30])))
    stored = choose("fixed").of([1] * 5).encode(symbols[30:50])
    writer.block(Block(20, stored, BlockKind.STORED))
    writer.block(Block(40, coder.encode(symbols[50:])))
    writer.end(zlib.crc32(content))
    data = output.getvalue()
    assert compress.decode(data) == content
    assert decoder.decode(data) == content
    assert decoder.decode(data + data + compress.encode(b"")) == 2 * content


@pytest.mark.slow
@pytest.mark.parametrize("coder", ["huffman", "sfe", "arithmetic", "range", "rans", "tans"])
def test_it_reads_lanes(coder: str, decoder: ModuleType) -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    content = rng.binomial(20, 0.3, 66_003).astype(np.uint8).tobytes()
    data = compress.encode(content, coder=coder)
    assert data[4] == 3
    assert decoder.decode(data) == content


def test_it_says_what_it_cannot_read(decoder: ModuleType) -> None:
    rows = np.array([[0.9, 0.1], [0.6, 0.4]])
    with pytest.raises(decoder.NotHere, match="own predictions"):
        decoder.decode(compress.encode_with(rows, [0, 1]))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["prose.txt", "image.pgm", "measurements.csv", "noise.bin"])
def test_it_mixes_as_the_first_reader_does(name: str, decoder: ModuleType) -> None:
    content = (DECODER.parent / name).read_bytes()[:9_000]
    assert decoder.decode(compress.encode(content, assumed="mix")) == content


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("many", [40, pytest.param(10_000, marks=pytest.mark.fuzz)])
def test_both_read_the_same(many: int, decoder: ModuleType) -> None:
    chance = random.Random(7)
    for _ in range(many):
        content, data = a_frame(chance)
        assert decoder.decode(data) == content == compress.decode(data)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("many", [70, pytest.param(30_000, marks=pytest.mark.fuzz)])
def test_a_damaged_frame_is_refused_by_both_or_read_alike(
    many: int, decoder: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All checksums are 0, so that damage is seen by nobody but the readers themselves.
    monkeypatch.setattr(zlib, "crc32", lambda *_: 0)
    chance = random.Random(11)
    refused = alike = 0
    for _ in range(many):
        _, data = a_frame(chance)
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 5))):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.1:
            del damaged[chance.randrange(len(damaged)) :]
        due: bytes | None = None
        try:
            due = compress.decode(bytes(damaged), max_output=1 << 16)
        except CompressError:
            refused += 1
        else:
            alike += 1
        try:
            found: bytes | None = decoder.decode(bytes(damaged), most=1 << 16)
        except (decoder.Damaged, decoder.NotHere):
            found = None
        assert found == due, data.hex() + " " + damaged.hex()
    assert refused > many // 4
    assert alike > many // 20


def test_the_command_decodes_and_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "x.clen").write_bytes(compress.encode(b"to be or not to be"))
    made = subprocess.run(
        [sys.executable, str(DECODER), "x.clen"], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    assert made.stdout == b"to be or not to be"
    bad = subprocess.run(
        [sys.executable, str(DECODER)], input=b"no frame", capture_output=True, check=False, timeout=60
    )
    assert (bad.returncode, bad.stdout, bad.stderr) == (1, b"", b"decoder.py: this is no .clen file\n")
