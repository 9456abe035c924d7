"""The file format: one worked example to the byte, every bit counted, and no forgery believed."""

from __future__ import annotations

import contextlib
import functools
import io
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st
from of_q import FIRST
from peaks import peak_of

import compress
from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Form, Table
from compress.errors import CompressError, CorruptError, LimitError
from compress.frames.files import Encoding, decode_to, encode_to
from compress.frames.format import MAGIC, PARTS, VERSION
from compress.frames.frame import Block, Frame, FrameWriter, read_frames
from compress.frames.header import Header, Label, Limits
from compress.frames.inspections import Inspection, inspect
from compress.frames.packing import pack_alphabet, pack_table, pack_varint
from compress.models.sequential import SequentialCoder
from compress.sources.tokens import tokeniser
from compress.specs import BARE
from compress.symbols import Symbols

if TYPE_CHECKING:
    from typing_extensions import Buffer

MIB = 1 << 20
# What a refusal may allocate on the way, bytes.
LITTLE = 32 * MIB


def table(form: Form, numbers: tuple[int, ...], size: int | None = None) -> Table:
    return Table(form, len(numbers) if size is None else size, numbers)


def crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")


def block(count: int, payload: str, padded: bytes | None = None, kind: int = 1) -> bytes:
    """One block with a correct CRC, whatever it says."""
    data = bytes([kind]) + pack_varint(count) + pack_varint(len(payload))
    data += bitarray(payload, endian="big").tobytes() if padded is None else padded
    return data + crc(data)


def start(header: bytes, *, version: int = VERSION) -> bytes:
    """Magic, version and a header with a correct CRC, whatever it says."""
    data = MAGIC + bytes([version]) + pack_varint(len(header)) + header
    return data + crc(data)


def end(content: bytes) -> bytes:
    return b"\0" + crc(content)


def header(
    *,
    coder: int = 2,
    parameter: int = 0,
    kind: int = 0,
    reserved: int = 0,
    count: int = 3,
    content: int = 3,
    label: bytes = b"\0\0\0",
    label_size: int | None = None,
    size: int = 2,
    alphabet: bytes = b"\1ab",
    model: bytes = b"\1\x2c",
) -> bytes:
    """The header of "aab", or of something else where a field is given."""
    fields = [
        bytes([coder]),
        pack_varint(parameter),
        bytes([kind, reserved]),
        pack_varint(count),
        pack_varint(content),
        pack_varint(len(label) if label_size is None else label_size),
        label,
        pack_varint(size),
        alphabet,
        model,
    ]
    return b"".join(fields)


AAB = start(header()) + block(3, "001") + end(b"aab")


def certain(
    count: int, *, kind: str = "bytes", token: str = "a", content: int | None = None, label: str = "", crc: int = 0
) -> bytes:
    """A frame of `count` tokens that cost nothing, with every CRC that can be correct correct."""
    file = io.BytesIO()
    head = Header(
        choose("arithmetic"),
        tokeniser(kind),
        (token,),
        table(Form.EQUAL, (), 1),
        count,
        count if content is None else content,
        Label(label),
    )
    writer = FrameWriter(file, head)
    writer.block(Block(count, bitarray()))
    writer.end(crc)
    return file.getvalue()


def refused_cheaply(data: bytes, kind: type[CompressError], limits: Limits | None = None) -> str:
    """The message of the error that decoding raises, without allocating much."""
    message = ""

    def attempt() -> None:
        nonlocal message
        with pytest.raises(kind) as caught:
            decode_to(io.BytesIO(data), io.BytesIO(), limits or Limits(), compressed_size=len(data))
        message = str(caught.value)

    assert peak_of(attempt) < LITTLE
    return message


# ---------------------------------------------------------------- the worked example


def test_the_worked_example_is_what_encode_writes() -> None:
    r"""The three bytes "aab", Huffman, Q = P̂, in 48 bytes, derived by hand.

        8B 43 4C 4E          magic: \x8b C L N
        02                   version 2
        19                   25 bytes of header follow:
        02 00 00 00            Huffman is 2 in the catalog; no parameter; kind 0 is bytes; reserved
        03 03                  3 tokens, 3 bytes of content
        0C                     12 bytes of label: 1 + 9 for the spec, 1 for no policy, 1 for no weights
        09 65 6D 70 69 72 69 63 61 6C   "empirical", 9 letters
        00 00                  the policy "error" is the empty field; `empirical` needs no weights
        02                     K = 2
        01 61 62               form 1: a list, "a" and "b"
        01 2C                  the model, below
                             4 + 2 + 1 + 12 + 1 + 3 + 2 = 25
        CRC-32 of these 31 bytes, the lowest byte first
        01 03 03             a coded block of 3 tokens in 3 payload bits
        20                   a = 0, b = 1: aab is 001, and five zeros: 0010 0000
        CRC-32 of these 4 bytes
        00                   no more blocks
        CRC-32 of "aab"

    The model 01 2C: form 1, lengths.  Two tokens are merged once, so each has a word of 1 bit.
    Lengths are written plus 1 (0 is for no word): 2, 2.  As steps from 0: +2, 0.  Steps 0, -1, 1, -2, 2
    are numbered 1, 2, 3, 4, 5, so the numbers are 5 and 1.  Gamma writes as many zeros as a number has
    bits after its first, then the number: 5 = 101 is 00 101, and 1 is 1.  Together 00101 1, and two
    zeros up to a whole byte: 0010 1100 = 2C.
    """
    packed = bytes.fromhex("02 00 00 00  03 03  0C  09 65 6D 70 69 72 69 63 61 6C  00 00  02  01 61 62  01 2C")
    assert len(packed) == 0x19
    first = bytes.fromhex("8B 43 4C 4E  02  19") + packed
    data = bytes.fromhex("01 03 03 20")
    expected = first + crc(first) + data + crc(data) + b"\0" + crc(b"aab")
    assert len(expected) == 48
    assert compress.encode(b"aab", coder="huffman") == expected
    assert compress.decode(expected) == b"aab"


def test_the_parts_of_the_worked_example_are_counted_as_the_format_says() -> None:
    """Header: 5 + 1 + 25 bytes less alphabet (3) and model (2); index: 3 + 1; three CRCs; 5 bits of padding."""
    [frame] = inspect(io.BytesIO(compress.encode(b"aab", coder="huffman")), Limits())
    assert frame.ledger.container_parts == {
        "header": 8 * 26,
        "alphabet": 8 * 3,
        "model": 8 * 2,
        "index": 8 * 4,
        "checksums": 8 * 12,
        "padding": 5,
    }
    assert frame.payload_bits == 3
    assert frame.ledger.container + 3 == 8 * 48


def test_frames_built_by_hand_in_these_tests_are_frames() -> None:
    """The control for all forgeries below: unforged, they decode."""
    assert compress.decode(AAB) == b"aab"


# ---------------------------------------------------------------- every bit is counted


@functools.cache
def frames() -> dict[str, bytes]:
    return {
        **{
            f"{coder} {kind} {name}": compress.encode(content, coder=coder, tokens=kind)
            for coder in FIRST
            for kind in ("bytes", "bits", "chars", "words", "lines")
            for name, content in (("empty", b""), ("one", b"a"), ("text", "to be, or not to be\r\né\n\nend".encode()))
        },
        **{coder: compress.encode(b"to be, or not to be", coder=coder) for coder in CODERS},
        "nucleotides": compress.encode(b">x\nACGTTGCA\nNNN", tokens="nucleotides", coder="huffman"),
        "all bytes": compress.encode(bytes(range(256)) * 3, coder="shannon"),
        "a map of bytes": compress.encode(bytes(range(100)) * 5, coder="huffman"),
        "many blocks": compress.encode(bytes(range(7)) * 90_000, coder="fixed"),
        "a policy": compress.encode(b"aabc", assumed="a=0.5,b=0.5", zeros="floor:1e-6", coder="shannon"),
        "explicit": compress.encode(b"aab", assumed="a=0.5,b=0.25,c=0.25"),
    }


def first_frame(data: bytes) -> Frame:
    return next(read_frames(io.BytesIO(data), Limits()))


def consume(frame: Frame) -> list[Block]:
    return list(frame.blocks)


def test_parts_and_payload_sum_to_the_file() -> None:
    for name, data in frames().items():
        frame = first_frame(data)
        blocks = consume(frame)
        assert tuple(frame.parts) == PARTS, name
        assert sum(frame.parts.values()) + frame.payload_bits == 8 * len(data), name
        assert frame.payload_bits == sum(len(bits) for block in blocks for bits in block.payloads), name
        assert frame.block_count == len(blocks), name
        assert frame.file_bytes == len(data), name


def test_parts_are_counted_for_each_of_several_frames() -> None:
    data = b"".join(frames().values())
    found = inspect(io.BytesIO(data), Limits())
    assert [frame.file_bytes for frame in found] == [len(frame) for frame in frames().values()]
    for frame in found:
        assert frame.ledger.container + frame.payload_bits == 8 * frame.file_bytes


@given(st.binary(max_size=300), st.sampled_from(sorted(CODERS)), st.sampled_from(["bytes", "bits"]))
def test_any_content_is_counted_to_the_bit(content: bytes, coder: str, kind: str) -> None:
    data = compress.encode(content, coder=coder, tokens=kind)
    frame = first_frame(data)
    consume(frame)
    assert sum(frame.parts.values()) + frame.payload_bits == 8 * len(data)
    assert 0 <= frame.parts["padding"] < 8 * max(frame.block_count, 1)


def test_counting_a_byte_too_few_would_be_seen() -> None:
    """The negative control: the same sum over a file one byte longer or shorter does not hold."""
    frame = first_frame(AAB)
    consume(frame)
    total = sum(frame.parts.values()) + frame.payload_bits
    assert total not in (8 * (len(AAB) - 1), 8 * (len(AAB) + 1), 8 * len(AAB) - 1)


@given(
    st.sampled_from(sorted(CODERS)),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(["error", "floor:1e-10", "floor:1/7"]),
    st.lists(st.integers(0, 10**30), max_size=5),
    st.sets(st.integers(0, 93), min_size=1, max_size=60),
    st.integers(1, 2**40),
)
def test_every_header_reads_back(
    coder: str, spec: str, zeros: str, weights: Sequence[int], values: set[int], count: int
) -> None:
    tokens = tuple(chr(0x21 + value) for value in sorted(values))
    model = choose(coder).fit([value + 1 for value in range(len(tokens))])
    written = Header(choose(coder), tokeniser("bytes"), tokens, model, count, count, Label(spec, zeros, tuple(weights)))
    packed = written.pack()
    read, parts = Header.unpack(packed, VERSION)
    assert read == written
    assert sum(parts.values()) == len(packed)
    assert parts["alphabet"] == len(pack_alphabet(tokeniser("bytes"), tokens))
    assert parts["model"] == len(pack_table(model))


# ---------------------------------------------------------------- damage


SMALL = {
    **{f"{coder}": compress.encode(b"abracadabra", coder=coder) for coder in [*FIRST, "golomb"]},
    **{f"{coder}, one token": compress.encode(b"aaaa", coder=coder) for coder in [*FIRST, "golomb"]},
    "empty": compress.encode(b""),
    "bits": compress.encode(b"\x0f\x55", tokens="bits", coder="huffman"),
    "words": compress.encode(b"to be or not to be", tokens="words", coder="huffman"),
    "a policy": compress.encode(b"aabc", assumed="a=0.5,b=0.5", zeros="floor:1e-6", coder="shannon"),
}


@pytest.mark.parametrize("name", SMALL)
def test_every_beginning_of_a_frame_is_an_error(name: str) -> None:
    data = SMALL[name]
    compress.decode(data)
    for length in range(len(data)):
        with pytest.raises(CorruptError):
            compress.decode(data[:length])


@pytest.mark.parametrize("name", SMALL)
def test_every_flipped_bit_is_an_error_or_changes_nothing(name: str) -> None:
    data = SMALL[name]
    content = compress.decode(data)
    silent = []
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 0x80 >> bit % 8
        try:
            decoded = compress.decode(bytes(damaged))
        except CompressError:
            continue
        assert decoded == content
        silent.append(bit)
    # Stronger: with a CRC over every byte not a single flip goes unseen.
    assert silent == []


@pytest.mark.parametrize("name", SMALL)
def test_every_byte_lost_or_doubled_is_an_error(name: str) -> None:
    data = SMALL[name]
    content = compress.decode(data)
    silent = []
    for place in range(len(data)):
        for damaged in (data[:place] + data[place + 1 :], data[: place + 1] + data[place:]):
            if damaged == data:
                continue
            with contextlib.suppress(CompressError):
                assert compress.decode(damaged) == content
                silent.append(place)
    assert silent == []


@pytest.mark.parametrize("junk", [b"\0", b"\n", b"junk", b"\x8b", MAGIC, MAGIC + bytes([VERSION]), AAB[:-1]])
def test_junk_behind_a_frame_is_an_error(junk: bytes) -> None:
    with pytest.raises(CorruptError):
        compress.decode(AAB + junk)


def test_junk_is_located_at_its_first_byte() -> None:
    with pytest.raises(CorruptError, match=rf"byte {len(AAB)}\)"):
        compress.decode(AAB + b"junk!")


def test_frames_one_after_the_other_decode_in_turn() -> None:
    frames = [compress.encode(b"one "), compress.encode(b""), compress.encode(b"two", coder="huffman"), AAB]
    assert compress.decode(b"".join(frames)) == b"one twoaab"


@pytest.mark.parametrize(
    "data",
    [
        b"\x1f\x8b\x08\0\0\0\0\0",
        b"PK\3\4....",
        b"hello, world",
        b"\0" * 100,
        b"\x8bCLM\2",
        MAGIC[::-1] + b"\1",
        b"\x8b",
    ],
)
def test_foreign_bytes_are_an_error(data: bytes) -> None:
    with pytest.raises(CorruptError):
        compress.decode(data)


def test_no_bytes_at_all_are_an_error() -> None:
    with pytest.raises(CorruptError, match="empty"):
        compress.decode(b"")


@given(st.binary(max_size=200))
def test_random_bytes_behind_the_magic_are_an_error(tail: bytes) -> None:
    for data in (tail, MAGIC + tail, MAGIC + bytes([VERSION]) + tail, start(tail), start(tail) + tail):
        with pytest.raises(CompressError):
            compress.decode(data)


@pytest.mark.parametrize("version", [0, 4, 255])
def test_an_unknown_version_is_named(version: int) -> None:
    with pytest.raises(CorruptError, match=f"version {version}"):
        compress.decode(start(header(), version=version) + block(3, "001") + end(b"aab"))


@pytest.mark.parametrize("kind", [5, 6, 255])
def test_a_block_of_an_unknown_kind_is_named(kind: int) -> None:
    with pytest.raises(CorruptError, match=rf"a block is of kind {kind}, .* \(byte {len(start(header()))}\)"):
        compress.decode(start(header()) + block(3, "001", kind=kind) + end(b"aab"))


def test_a_block_of_no_tokens_is_refused() -> None:
    with pytest.raises(CorruptError, match="a block has no tokens"):
        compress.decode(start(header()) + block(0, "") + block(3, "001") + end(b"aab"))


@pytest.mark.parametrize("parameter", [1, 5, 2**62])
def test_a_parameter_of_a_coder_that_has_none_is_refused(parameter: int) -> None:
    with pytest.raises(CorruptError, match="impossible coder: huffman takes no parameter"):
        compress.decode(start(header(parameter=parameter)) + block(3, "001") + end(b"aab"))


def test_version_1_has_no_parameter_and_no_kind_of_block() -> None:
    """Its worked example, in 46 bytes; also several, with frames of this version between them."""
    packed = bytes.fromhex("02 00 00  03 03  0C  09 65 6D 70 69 72 69 63 61 6C  00 00  02  01 61 62  01 2C")
    coded = bytes.fromhex("03 03 20")
    first = start(packed, version=1) + coded + crc(coded) + end(b"aab")
    assert len(first) == 46
    assert compress.decode(first) == b"aab"
    [frame] = inspect(io.BytesIO(first), Limits())
    assert frame.ledger.container + frame.payload_bits == 8 * 46
    assert compress.decode(first + AAB + first) == b"aab" * 3
    for length in range(len(first)):
        with pytest.raises(CorruptError):
            compress.decode(first[:length])
    for bit in range(8 * len(first)):
        damaged = bytearray(first)
        damaged[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(CompressError):
            compress.decode(bytes(damaged))


def test_what_a_reader_leaves_of_a_frame_is_read_before_the_next() -> None:
    frames = read_frames(io.BytesIO(AAB + AAB), Limits())
    assert [frame.header.count for frame in frames] == [3, 3]
    damaged = AAB[:-10] + b"\xff" + AAB[-9:]
    with pytest.raises(CorruptError, match="damaged"):
        list(read_frames(io.BytesIO(damaged + AAB), Limits()))


# ---------------------------------------------------------------- forged headers, with correct CRCs


@pytest.mark.parametrize("reserved", [1, 2, 128, 255])
def test_a_reserved_byte_that_is_not_zero_is_refused(reserved: int) -> None:
    with pytest.raises(CorruptError):
        compress.decode(start(header(reserved=reserved)) + block(3, "001") + end(b"aab"))


@pytest.mark.parametrize("coder", [0, 99, 255])
def test_an_unknown_coder_is_refused(coder: int) -> None:
    with pytest.raises(CorruptError, match="does not know"):
        compress.decode(start(header(coder=coder)) + block(3, "001") + end(b"aab"))


@pytest.mark.parametrize("kind", [8, 100, 255])
def test_an_unknown_token_kind_is_refused(kind: int) -> None:
    with pytest.raises(CorruptError, match="does not know"):
        compress.decode(start(header(kind=kind)) + block(3, "001") + end(b"aab"))


@pytest.mark.parametrize("size", [0, 1, 3, 4, 200, 256, 2**20, 2**20 + 1, 2**40, 2**62])
def test_a_forged_alphabet_size_is_refused_cheaply(size: int) -> None:
    assert refused_cheaply(start(header(size=size)) + block(3, "001") + end(b"aab"), CorruptError)


def test_tokens_of_an_empty_alphabet_are_refused_but_an_alphabet_of_no_tokens_is_not() -> None:
    with pytest.raises(CorruptError, match="alphabet of 0"):
        compress.decode(start(header(size=0, alphabet=b"", model=b"")) + block(3, "001") + end(b"aab"))
    assert compress.decode(start(header(count=0, content=0)) + end(b"")) == b""


def test_an_empty_alphabet_with_a_model_is_refused() -> None:
    assert compress.decode(start(header(count=0, content=0, size=0, alphabet=b"", model=b"")) + end(b"")) == b""
    with pytest.raises(CorruptError):
        compress.decode(start(header(count=0, content=0, size=0, alphabet=b"", model=b"\0")) + end(b""))


@pytest.mark.parametrize(("count", "content"), [(3, 2), (3, 4), (2, 3), (4, 3), (3, 0), (3, 2**62)])
def test_as_many_bytes_as_tokens_of_kind_bytes_are_required(count: int, content: int) -> None:
    with pytest.raises(CorruptError):
        compress.decode(start(header(count=count, content=content)) + block(3, "001") + end(b"aab"))


@pytest.mark.parametrize(("count", "content"), [(8, 8), (8, 2), (7, 1), (1, 8)])
def test_eight_tokens_a_byte_of_kind_bits_are_required(count: int, content: int) -> None:
    forged = header(kind=1, count=count, content=content, alphabet=b"01", model=b"\0", coder=4)
    with pytest.raises(CorruptError):
        compress.decode(start(forged) + block(count, "0" * count) + end(b"\0"))


@pytest.mark.parametrize("label_size", [0, 1, 2, 4, 5, 100, 2**40, 2**62])
def test_a_label_that_lies_about_its_size_is_refused_cheaply(label_size: int) -> None:
    assert refused_cheaply(start(header(label_size=label_size)) + block(3, "001") + end(b"aab"), CorruptError)


@pytest.mark.parametrize(
    "label",
    [
        b"",
        b"\0",
        b"\0\0",
        b"\0\0\0\0",
        b"\5ab\0\0",
        b"\0\0\5ab",
        b"\1\xff\0\0",
        b"\0\1\xff\0",
        b"\0\0\x031 x",
        b"\0\0\x02-1",
        b"\0\0\x031  2",
        b"\0\0\x02\xc2\xb2",
        b"\0\0\x02fg",
    ],
)
def test_a_label_whose_fields_are_wrong_is_refused(label: bytes) -> None:
    with pytest.raises(CorruptError):
        compress.decode(start(header(label=label)) + block(3, "001") + end(b"aab"))


def test_no_decoder_looks_at_what_a_label_says() -> None:
    for spec in (b"\0", b"\4true", b"\7a=1,b=0", b"\x0a" + b"@/dev/zero"):
        label = spec + b"\3???" + b"\0" if spec != b"\0" else b"\0\3???\0"
        assert compress.decode(start(header(label=label)) + block(3, "001") + end(b"aab")) == b"aab"


@pytest.mark.parametrize("count", [2**31, 2**40, 2**60, 2**63 - 1])
def test_tokens_that_cost_nothing_and_are_too_many_are_refused_at_once(count: int) -> None:
    data = certain(count)
    assert len(data) < 64
    assert "max_output" in refused_cheaply(data, LimitError)


def test_a_block_that_needs_too_much_memory_is_refused_before_it_is_allocated() -> None:
    message = refused_cheaply(certain(2**60), LimitError, Limits(max_output=2**62))
    assert "max_memory" in message


@pytest.mark.parametrize("kind", ["chars", "words", "lines", "nucleotides", "tokens"])
def test_fewer_bytes_than_tokens_are_refused_for_every_kind(kind: str) -> None:
    assert refused_cheaply(certain(2**40, kind=kind, token="a", content=2**20), CorruptError)
    assert refused_cheaply(certain(2**40, kind=kind, token="a"), LimitError)


def test_a_limit_on_the_output_is_exact() -> None:
    data = compress.encode(b"x" * 1000)
    assert compress.decode(data, max_output=1000) == b"x" * 1000
    with pytest.raises(LimitError, match="1000 bytes, and 999 are allowed"):
        compress.decode(data, max_output=999)
    assert "max_output" in refused_cheaply(certain(10**8), LimitError, Limits(max_output=10**8 - 1))


def test_a_limit_on_the_output_holds_for_all_frames_together() -> None:
    """Else a file of a thousand small frames is a thousand times the limit."""
    data = compress.encode(b"x" * 1000)
    with pytest.raises(LimitError):
        compress.decode(data * 3, max_output=2999)


def test_the_default_limit_is_1_gib_or_1000_times_the_file() -> None:
    assert Limits().output(None) == Limits().output(0) == Limits().output(1000) == 1 << 30
    assert Limits().output(10**9) == 10**12
    assert Limits(max_output=5).output(10**9) == 5
    # A gigabyte exactly is a block that is begun; one byte more is refused.
    assert "max_output" in refused_cheaply(certain((1 << 30) + 1), LimitError)
    assert "max_memory" in refused_cheaply(certain(1 << 30), LimitError, Limits(max_memory=(1 << 30) - 1))


@pytest.mark.slow
def test_a_block_takes_little_more_memory_than_max_memory_allows() -> None:
    count = 48 * MIB
    data = certain(count)

    class Sink(io.BytesIO):
        def write(self, data: Buffer, /) -> int:
            return memoryview(data).nbytes

    def attempt() -> None:
        with pytest.raises(CompressError):
            decode_to(io.BytesIO(data), Sink(), Limits(max_memory=count))

    # What is loaded and compiled once is no part of a block.
    attempt()
    assert peak_of(attempt) < count + LITTLE


@pytest.mark.parametrize("_form", ["never"], indirect=True)
@pytest.mark.parametrize("threads", [1, 2])
def test_what_a_block_costs_is_found_in_the_memory_that_is_allowed(threads: int) -> None:
    data = compress.encode(bytes(range(100)) * 200, assumed="order:1")
    assert decode_to(io.BytesIO(data), io.BytesIO(), Limits(max_memory=MIB)) == 20_000
    with pytest.raises(LimitError, match=r"what a block costs takes 1220000 bytes; max_memory allows 1048576"):
        inspect(io.BytesIO(data), Limits(max_memory=MIB), threads=threads)
    [frame] = inspect(io.BytesIO(data), Limits(max_memory=1_220_000), threads=threads)
    assert frame.ledger.total == 8 * len(data)


@pytest.mark.parametrize("assumed", ["kt", "laplace"])
def test_what_a_block_costs_whose_tokens_are_only_counted_takes_no_more(assumed: str) -> None:
    data = compress.encode(bytes(range(100)) * 2_000, assumed=assumed)
    [frame] = inspect(io.BytesIO(data), Limits(max_memory=MIB))
    assert frame.ledger.total == 8 * len(data)


def test_blocks_that_take_much_are_encoded_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of long contexts takes as much as a decoder may: with more threads than one, too."""
    at_work, most, data = 0, 0, bytes(range(100)) * 40
    honest = SequentialCoder.encode

    def watched(self: SequentialCoder, symbols: Symbols) -> bitarray:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        time.sleep(0.02)
        at_work -= 1
        return honest(self, symbols)

    monkeypatch.setattr(SequentialCoder, "encode", watched)
    monkeypatch.setattr("compress.frames.header.SEQUENTIAL_BLOCK_TOKENS", 500)
    how = Encoding(BARE.believed("order:1"))
    for room, together in ((2**40, 4), (1, 1)):
        most = 0
        monkeypatch.setattr(Limits, "max_memory", room)
        output = io.BytesIO()
        encode_to(io.BytesIO(data), output, how, threads=4)
        assert most <= together
        assert (most > 1) == (together > 1)


# Not `arithmetic`: most of what it asks for is never written to, and so takes no memory.
@pytest.mark.parametrize("name", ["huffman", "unary", "gamma", "sfe", "tunstall", "block:1"])
def test_a_block_takes_no_more_memory_than_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    took = list[int]()

    def watched(
        work: Callable[[Symbols], bytes],
        blocks: Iterator[Symbols],
        threads: int,
        room: int,
        needs: Callable[[Symbols], int],
    ) -> Iterator[bytes]:
        for block in blocks:
            done = work(block)
            took.append(peak_of(functools.partial(work, block)))
            assert took[-1] <= needs(block) + choose(name).family.room(256, choose(name).parameter)
            yield done

    monkeypatch.setattr("compress.frames.coding.in_order", watched)
    compress.encode(bytes(range(256)) * 1024, coder=name)
    assert len(took) == 1


def test_tables_are_no_larger_than_max_memory_allows() -> None:
    data = compress.encode(b"ab" * 40, coder="tans:16")
    with pytest.raises(
        LimitError, match=r"the coder needs 4,194,\d+ bytes for its tables; max_memory allows 4,194,304"
    ):
        decode_to(io.BytesIO(data), io.BytesIO(), Limits(max_memory=4 * MIB))
    assert decode_to(io.BytesIO(data), io.BytesIO(), Limits(max_memory=5 * MIB)) == 80


def test_a_long_token_said_often_is_not_joined_beyond_the_content_claimed() -> None:
    """A word of 64 KiB, 1024 times for 0 bits each: 64 MiB from a file of 64 KiB that claims 1 KiB."""
    data = certain(1024, kind="words", token="a" * (64 << 10), content=1024)
    assert refused_cheaply(data, CompressError, Limits(max_output=MIB))


def test_a_long_token_said_often_is_joined_a_little_at_a_time() -> None:
    """A word of 64 KiB, 4096 times for 0 bits each, and all of it claimed: 256 MiB are written, and few are held."""
    count, word = 4096, b"a" * (64 << 10)
    crc = 0
    for _ in range(count):
        crc = zlib.crc32(word, crc)
    data = certain(count, kind="words", token=word.decode(), content=count * len(word), crc=crc)
    written = 0

    class Sink(io.BytesIO):
        def write(self, data: Buffer, /) -> int:
            nonlocal written
            written += memoryview(data).nbytes
            return memoryview(data).nbytes

    assert peak_of(lambda: decode_to(io.BytesIO(data), Sink(), Limits(max_memory=16 * MIB))) < LITTLE
    assert written == 256 * MIB


@pytest.mark.parametrize(
    ("label", "token"),
    [
        ("zipf:k=1048576", "1"),
        ("zipf:s=3", "1000000"),
        ("zipf:s=4", "1000000"),
        ("zipf:1048576,0", "1"),
        ("uniform:1048576", "1"),
        ("geometric:0.00003", "1"),
        ("geometric:0.5,k=1000000", "1"),
        ("normal:0,1,0.0002", "0"),
    ],
)
def test_a_label_is_not_followed_further_than_the_frame_could_have_gone(label: str, token: str) -> None:
    """A file of 60 bytes whose label has a million tokens is inspected as if it had no label."""
    data = certain(1, kind="words", token=token, content=len(token), label=label, crc=zlib.crc32(token.encode()))
    found: list[Inspection] = []
    assert peak_of(lambda: found.extend(inspect(io.BytesIO(data), Limits()))) < LITTLE
    assert [(frame.header.label.spec, frame.assumed) for frame in found] == [(label, None)]


def test_a_label_is_followed_as_far_as_the_frame_went() -> None:
    """70,000 tokens are in its alphabet."""
    data = compress.encode(b"5", tokens="words", assumed="uniform:70000")
    [frame] = inspect(io.BytesIO(data), Limits())
    assert frame.assumed is not None


def test_a_header_that_claims_too_much_is_refused_without_reading_it() -> None:
    assert "max_memory" in refused_cheaply(MAGIC + bytes([VERSION]) + pack_varint(2**62) + b"x" * 50, LimitError)
    small = Limits(max_memory=10)
    assert "max_memory" in refused_cheaply(AAB, LimitError, small)


def test_a_header_that_claims_more_than_there_is_allocates_nothing() -> None:
    assert "too early" in refused_cheaply(MAGIC + bytes([VERSION]) + pack_varint(2**31 - 1) + b"x" * 50, CorruptError)


def test_a_payload_that_claims_more_than_there_is_allocates_nothing() -> None:
    forged = start(header()) + b"\1" + pack_varint(3) + pack_varint(2**32) + b"x" * 50
    assert "too early" in refused_cheaply(forged, CorruptError)
    forged = start(header()) + b"\1" + pack_varint(3) + pack_varint(2**62) + b"x" * 50
    assert "max_memory" in refused_cheaply(forged, LimitError)


def test_a_code_word_of_absurd_length_costs_little() -> None:
    """Lengths 1 and 2^28: one of 2^28 bits needs 32 MiB to be written out, its Kraft sum as much."""
    file = io.BytesIO()
    writer = FrameWriter(
        file, Header(choose("huffman"), tokeniser("bytes"), ("a", "b"), table(Form.LENGTHS, (1, 2**28)), 1, 1)
    )
    writer.block(Block(1, bitarray("0")))
    writer.end(zlib.crc32(b"a"))
    data = file.getvalue()

    def attempt() -> None:
        with contextlib.suppress(CompressError):
            assert compress.decode(data) == b"a"

    assert len(data) < 64
    assert peak_of(attempt) < LITTLE


# ---------------------------------------------------------------- forged blocks, with correct CRCs


def test_a_block_of_more_tokens_than_are_left_is_refused() -> None:
    for blocks in (block(4, "0010"), block(3, "001") + block(1, "0"), block(2**60, "001")):
        with pytest.raises(CorruptError, match="more tokens than are left"):
            compress.decode(start(header()) + blocks + end(b"aab"))


def test_tokens_in_several_blocks_are_as_good() -> None:
    assert compress.decode(start(header()) + block(1, "0") + block(2, "01") + end(b"aab")) == b"aab"


@pytest.mark.parametrize("blocks", [b"", block(1, "0"), block(2, "00")])
def test_a_block_that_is_missing_is_noticed(blocks: bytes) -> None:
    with pytest.raises(CorruptError, match="missing"):
        compress.decode(start(header()) + blocks + end(b"aab"))


def test_blocks_in_another_order_are_noticed() -> None:
    with pytest.raises(CorruptError, match="checksum"):
        compress.decode(start(header()) + block(1, "1") + block(2, "00") + end(b"aab"))


@pytest.mark.parametrize("padded", [b"\x21", b"\x30", b"\x28", b"\x3f"])
def test_padding_that_is_not_zero_is_refused(padded: bytes) -> None:
    assert compress.decode(start(header()) + block(3, "001", b"\x20") + end(b"aab")) == b"aab"
    with pytest.raises(CorruptError, match="padding"):
        compress.decode(start(header()) + block(3, "001", padded) + end(b"aab"))


@pytest.mark.parametrize("payload", ["", "0", "00"])
def test_a_payload_that_is_too_short_is_refused(payload: str) -> None:
    with pytest.raises(CorruptError):
        compress.decode(start(header()) + block(3, payload) + end(b"aab"))


def test_a_payload_of_no_code_word_is_refused() -> None:
    """Lengths 1 and 2 are no complete code: 11 begins no word."""
    forged = header(model=pack_table(table(Form.LENGTHS, (1, 2))))
    assert compress.decode(start(forged) + block(3, "0010") + end(b"aab")) == b"aab"
    with pytest.raises(CorruptError, match="no code word"):
        compress.decode(start(forged) + block(3, "0011") + end(b"aab"))


def test_a_content_checksum_that_is_wrong_is_refused() -> None:
    with pytest.raises(CorruptError, match="checksum"):
        compress.decode(start(header()) + block(3, "001") + end(b"aac"))


def test_a_content_of_another_size_than_claimed_is_refused() -> None:
    """Words "a" and "bb": a a bb are 4 bytes, whatever the header says."""
    for content in (3, 5, 100):
        forged = header(kind=3, content=content, alphabet=b"\1a\2bb")
        with pytest.raises(CorruptError):
            compress.decode(start(forged) + block(3, "001") + end(b"aabb"))
    assert compress.decode(start(header(kind=3, content=4, alphabet=b"\1a\2bb")) + block(3, "001") + end(b"aabb")) == (
        b"aabb"
    )


def test_a_model_that_does_not_fit_its_coder_is_refused() -> None:
    forged = header(model=pack_table(table(Form.COUNTS, (2, 1))))
    with pytest.raises(CorruptError, match="does not fit"):
        compress.decode(start(forged) + block(3, "001") + end(b"aab"))


def test_messages_name_the_byte() -> None:
    damaged = bytearray(AAB)
    damaged[-6] ^= 1
    with pytest.raises(CorruptError, match=rf"block is damaged.*\(byte {len(AAB) - 9}\)"):
        compress.decode(bytes(damaged))
    with pytest.raises(CorruptError, match=rf"too early \(byte {len(AAB) - 1}\)"):
        compress.decode(AAB[:-1])


def test_a_frame_is_read_from_a_file_that_gives_one_byte_at_a_time(tmp_path: Path) -> None:
    """A pipe may return less than was asked for."""

    class Drip(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self._data = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1, /) -> bytes:
            return self._data.read(min(size, 1))

    target = tmp_path / "content"
    with target.open("wb") as file:
        decode_to(Drip(frames()["explicit"] + AAB), file, Limits())  # type: ignore[arg-type]  # only read() is used
    assert target.read_bytes() == b"aabaab"
