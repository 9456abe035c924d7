"""Bytes to frames and back, and the ledger of a frame against sums done here by hand."""

from __future__ import annotations

import array
import io
import json
import math
import os
import subprocess
import sys
import zlib
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st
from of_q import EACH, EACH_OF_Q, SPARE

import compress
from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Form, Table
from compress.errors import CorruptError, DataError, SpecError, ZeroProbabilityError
from compress.frames.files import Encoding, check, encode_to
from compress.frames.format import BlockKind
from compress.frames.frame import Block, FrameWriter, read_frames
from compress.frames.header import BLOCK_TOKENS, Header, Label, Limits
from compress.frames.inspections import Inspection, inspect
from compress.probability.distribution import Distribution
from compress.sources.tokens import tokeniser

ROOT = Path(__file__).resolve().parents[2]
RESTORING = ("bytes", "bits", "chars", "words", "lines", "nucleotides")


def table(form: Form, numbers: tuple[int, ...], size: int | None = None) -> Table:
    return Table(form, len(numbers) if size is None else size, numbers)


def _random_bytes(size: int, seed: int) -> bytes:
    """Bytes of a falling distribution, so that no coder is idle."""
    rng = np.random.default_rng(seed)
    return bytes(np.minimum(rng.geometric(0.05, size) - 1, 255).astype(np.uint8).tobytes())


CONTENTS = {
    "empty": b"",
    "one byte": b"x",
    "one byte, often": b"x" * 1000,
    "all 256 bytes": bytes(range(256)),
    "300,000 bytes": _random_bytes(300_000, 1),
    "UTF-8 text": "Grüße aus Köln: naïve 😀 — don’t\n\nπ ≈ 3.14\n".encode() * 20,
    "CRLF": b"one\r\ntwo\r\n\r\nthree\r\n",
    "no final newline": b"one\n\ntwo",
    "only newlines": b"\n\n\n",
    "300,000 letters": (b"to be, or not to be: that is the question.\n" * 7000)[:300_000],
}
GENES = {
    "empty": b"",
    "one": b"A",
    "FASTA": b">chr1 a header, with anything in it\r\nACGTNNacgt\nRYSWKMBDHV-*\n>chr2\nUUU",
    "300,000 letters": np.random.default_rng(2).choice(np.frombuffer(b"ACGT", np.uint8), 300_000).tobytes(),
}


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


CASES = [
    (kind, name, data)
    for kind in RESTORING
    for name, data in (GENES if kind == "nucleotides" else CONTENTS).items()
    if kind in ("bytes", "bits") or _is_text(data)
]


def looked_into(data: bytes) -> Inspection:
    [frame] = inspect(io.BytesIO(data), Limits())
    return frame


def built(head: Header, blocks: list[tuple[int, bitarray]], content: bytes) -> bytes:
    file = io.BytesIO()
    writer = FrameWriter(file, head)
    for count, payload in blocks:
        writer.block(Block(count, payload))
    writer.end(zlib.crc32(content))
    return file.getvalue()


def accounted(frame: Inspection) -> bool:
    total = 8 * frame.file_bytes
    return abs(frame.ledger.total - total) <= max(1e-6, 1e-12 * total)


# ---------------------------------------------------------------- there and back


# Machine code of four lanes takes seconds to make, and is made in `test_lanes`.
CODED = [
    pytest.param(kind, name, data, *each.values, id=f"{kind}-{name}-{each.values[0]}", marks=[*each.marks, *slow])
    for kind, name, data in CASES
    for each in EACH
    for slow in [[pytest.mark.slow] * (name.startswith("300,000") and each.values[0] in ("range", "rans", "tans"))]
]


@pytest.mark.parametrize(("kind", "name", "data", "coder"), CODED)
def test_what_is_encoded_decodes_and_is_accounted_for(kind: str, name: str, data: bytes, coder: str) -> None:
    encoded = compress.encode(data, coder=coder, tokens=kind)
    assert compress.decode(encoded) == data
    frame = looked_into(encoded)
    assert frame.file_bytes == len(encoded)
    assert accounted(frame)
    assert frame.ledger.luck == 0
    assert (frame.header.coder.name, frame.header.kind.name, frame.header.content_bytes) == (
        *(choose(coder).name, kind, len(data)),
    )
    count = tokeniser(kind).split(data).symbols.size
    assert frame.header.count == count
    assert frame.blocks == -(-count // BLOCK_TOKENS)


class Changing(io.BytesIO):
    """A file that holds something else when it is read for the second time."""

    def __init__(self, first: bytes, then: bytes) -> None:
        super().__init__(first)
        self._then, self._looks = then, 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Look again: the second time the content has changed."""
        self._looks += 1
        if self._looks == 2:
            self.truncate(super().seek(0))
            self.write(self._then)
        return super().seek(offset, whence)


@pytest.mark.parametrize("kind", ["bytes", "bits", "chars", "words"])
@pytest.mark.parametrize(
    "then", [b"to be or nottobe", b"to be", b"to be or not to be?", b"to be or not to bx", b"", b"to be or not to eb"]
)
def test_a_file_that_changes_between_the_passes_is_an_error(kind: str, then: bytes) -> None:
    with pytest.raises(DataError, match=r"^changed while it was read"):
        encode_to(Changing(b"to be or not to be", then), io.BytesIO(), Encoding(kind=tokeniser(kind)))


def test_a_file_that_grows_without_end_is_an_error_at_once() -> None:
    then = b"ab" * 4_000_000
    file = Changing(b"ab", then)
    with pytest.raises(DataError, match=r"^changed while it was read"):
        encode_to(file, io.BytesIO(), Encoding())
    assert file.tell() < len(then)


def test_a_file_is_read_from_where_it_stands() -> None:
    file, output = io.BytesIO(b"to be or not to be"), io.BytesIO()
    file.seek(6)
    header, size = encode_to(file, output, Encoding())
    assert (header.content_bytes, size) == (12, len(output.getvalue()))
    assert compress.decode(output.getvalue()) == b"or not to be"


def test_the_list_of_tokenisers_that_restore_is_whole() -> None:
    every = ["bytes", "bits", "chars", "words", "lines", "nucleotides", "ints", "tokens", "csv:1"]
    assert [kind for kind in every if tokeniser(kind).restores] == list(RESTORING)
    for kind in every:
        if kind in RESTORING:
            assert Encoding(kind=tokeniser(kind)).kind.name == kind
        else:
            with pytest.raises(SpecError, match="for analysis only"):
                Encoding(kind=tokeniser(kind))


@given(st.binary(max_size=200), st.sampled_from(sorted(CODERS)), st.sampled_from(["bytes", "bits"]))
def test_any_bytes_come_back(data: bytes, coder: str, kind: str) -> None:
    assert compress.decode(compress.encode(data, coder=coder, tokens=kind)) == data


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(sorted(CODERS)),
    st.sampled_from(["chars", "words", "lines"]),
)
def test_any_text_comes_back(text: str, coder: str, kind: str) -> None:
    data = text.encode()
    assert compress.decode(compress.encode(data, coder=coder, tokens=kind)) == data


@pytest.mark.parametrize("coder", EACH)
def test_the_same_bytes_and_words_make_the_same_file(coder: str) -> None:
    data = _random_bytes(20_000, 3)
    first = compress.encode(data, coder=coder)
    assert first == compress.encode(bytes(bytearray(data)), coder=coder)
    file = io.BytesIO()
    encode_to(io.BytesIO(data), file, Encoding(coder=choose(coder)))
    assert file.getvalue() == first
    assert compress.encode(data[:-1] + bytes([data[-1] ^ 1]), coder=coder) != first


def test_any_buffer_is_its_bytes_and_what_has_none_is_refused() -> None:
    numbers = array.array("H", [1, 2, 65535, 2])
    for data in (numbers, memoryview(numbers), bytearray(b"abc"), np.arange(12).reshape(3, 4).T.copy()):
        due = b"".join([data.tobytes()] if not isinstance(data, bytearray) else [data])
        assert compress.decode(compress.encode(data)) == due
        assert compress.decode(bytearray(compress.encode(data))) == due
    for wrong in ("text", 5, None, [1, 2]):
        with pytest.raises(TypeError, match="a bytes-like object is required, not"):
            compress.encode(wrong)  # type: ignore[arg-type]  # that is the question
        with pytest.raises(TypeError, match="a bytes-like object is required, not"):
            compress.decode(wrong)  # type: ignore[arg-type]


def test_hash_randomisation_does_not_change_a_file() -> None:
    program = (
        "import compress,sys;sys.stdout.buffer.write(compress.encode("
        "b'the cat sat on the mat, and that was that', tokens='words', coder='huffman'))"
    )
    files = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=200,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(files) == 1
    assert compress.decode(files.pop()) == b"the cat sat on the mat, and that was that"


@pytest.mark.parametrize("split", [(3, 5), (1, 15), (7, 2, 7), (8, 8), (5, 5, 6)])
def test_a_byte_may_lie_across_blocks_of_bits(split: tuple[int, ...]) -> None:
    """Fixed words of 1 bit: the payload is the content itself, cut anywhere."""
    content = b"\xa5\x0f" if sum(split) == 16 else b"\xa5"
    bits = bitarray(endian="big")
    bits.frombytes(content)
    blocks, at = [], 0
    for count in split:
        blocks.append((count, bits[at : at + count]))
        at += count
    head = Header(choose("fixed"), tokeniser("bits"), ("0", "1"), table(Form.EQUAL, ()), sum(split), len(content))
    data = built(head, blocks, content)
    assert compress.decode(data) == content
    frame = looked_into(data)
    assert frame.blocks == len(split)
    assert accounted(frame)


STORED = [
    ("bytes", ("a", "b", "c", "d", "e"), b"abcdee", "000 001 010 011 100 100"),
    ("bits", ("0", "1"), b"\xa5", "10100101"),
    ("chars", ("x",), b"xxx", ""),
]


@pytest.mark.parametrize(("kind", "tokens", "content", "payload"), STORED)
def test_a_stored_block_is_read_and_accounted_for(
    kind: str, tokens: tuple[str, ...], content: bytes, payload: str
) -> None:
    """Each symbol in ceil(log2 K) bits, whatever Q says; what that differs from Q̂'s price is the term `coder`."""
    count = tokeniser(kind).split(content).symbols.size
    weights = [1 + 10 * symbol for symbol in range(len(tokens))]
    head = Header(choose("arithmetic"), tokeniser(kind), tokens, choose("arithmetic").fit(weights), count, len(content))

    def stored(bits: str) -> bytes:
        file = io.BytesIO()
        writer = FrameWriter(file, head)
        writer.block(Block(count, bitarray(bits, endian="big"), BlockKind.STORED))
        writer.end(zlib.crc32(content))
        return file.getvalue()

    assert compress.decode(stored(payload)) == content
    frame = looked_into(stored(payload))
    assert frame.payload_bits == len(payload.replace(" ", ""))
    assert frame.ledger.coder == pytest.approx(frame.payload_bits - frame.ideal_bits)
    assert accounted(frame)
    with pytest.raises(CorruptError, match=rf"stored block of {count} tokens has {frame.payload_bits + 1} bits"):
        compress.decode(stored(payload + "0"))


def test_a_stored_symbol_outside_the_alphabet_is_refused() -> None:
    head = Header(choose("arithmetic"), tokeniser("bytes"), ("a", "b", "c"), table(Form.EQUAL, (), 3), 1, 1)
    file = io.BytesIO()
    writer = FrameWriter(file, head)
    writer.block(Block(1, bitarray("11"), BlockKind.STORED))
    writer.end(zlib.crc32(b"d"))
    with pytest.raises(CorruptError, match="no code word at token 0"):
        compress.decode(file.getvalue())


def test_bits_of_a_file_longer_than_a_block_come_back() -> None:
    """2^18 bits are 32 KiB: one byte more is a block more."""
    for size, blocks in ((32 << 10, 1), ((32 << 10) + 1, 2)):
        data = _random_bytes(size, 4)
        encoded = compress.encode(data, tokens="bits")
        assert looked_into(encoded).blocks == blocks
        assert compress.decode(encoded) == data


@pytest.mark.parametrize("kind", ["chars", "words", "lines", "nucleotides"])
def test_bytes_that_are_no_text_are_refused_and_located(kind: str) -> None:
    with pytest.raises(DataError, match="byte 2"):
        compress.encode(b"AC\xffG", tokens=kind)


# ---------------------------------------------------------------- Q


@pytest.mark.parametrize("coder", EACH)
def test_a_q_of_more_tokens_than_the_file_has_works(coder: str) -> None:
    data = b"aab" * 10
    encoded = compress.encode(data, assumed="a=0.5,b=0.25,c=0.125,d=0.125", coder=coder)
    assert compress.decode(encoded) == data
    frame = looked_into(encoded)
    assert frame.header.tokens == ("a", "b", "c", "d")
    assert frame.assumed is not None
    assert frame.assumed.weights == (4, 2, 1, 1)


def test_the_tokens_of_q_are_kept_in_order_of_value() -> None:
    encoded = compress.encode(b"ab", assumed=r"b=0.25,\x00=0.25,a=0.25,\xff=0.25")
    assert looked_into(encoded).header.tokens == (r"\x00", "a", "b", r"\xff")
    assert compress.decode(encoded) == b"ab"


def test_a_dyadic_q_costs_each_token_its_surprise() -> None:
    """a 1 bit, b 2 bits: aab is 4 bits, for prefix codes to the bit."""
    for coder in ("huffman", "shannon"):
        frame = looked_into(compress.encode(b"aab", assumed="a=0.5,b=0.25,c=0.25", coder=coder))
        assert frame.payload_bits == 4
        assert frame.ledger.coder == 0
        assert frame.ledger.code == pytest.approx(0, abs=1e-9)


def test_another_q_makes_another_price() -> None:
    """A wrong Q costs n·D(P||Q) more, here with P̂ = (2/3, 1/3) and Q = (0.1, 0.9)."""
    data = b"aab" * 2000
    right = looked_into(compress.encode(data, assumed="a=2/3,b=1/3")).payload_bits
    wrong = looked_into(compress.encode(data, assumed="a=0.1,b=0.9")).payload_bits
    divergence = 2 / 3 * math.log2(20 / 3) + 1 / 3 * math.log2(1 / 2.7)
    assert wrong - right == pytest.approx(6000 * divergence, abs=3)


@pytest.mark.parametrize("coder", EACH)
@pytest.mark.parametrize("kind", ["bytes", "chars"])
def test_a_token_of_probability_zero_is_named_with_its_place_and_the_policies(coder: str, kind: str) -> None:
    with pytest.raises(ZeroProbabilityError) as caught:
        compress.encode(b"aabcab", assumed="a=0.5,b=0.5", coder=coder, tokens=kind)
    message = str(caught.value)
    assert caught.value.token == "c"
    assert "'c'" in message
    assert "first at token 3" in message
    assert "zeros='floor:EPS'" in message
    assert "\n" not in message


def test_an_explicit_zero_is_as_impossible_as_a_missing_token() -> None:
    with pytest.raises(ZeroProbabilityError, match="first at token 2"):
        compress.encode(b"aab", assumed="a=1,b=0")
    assert compress.decode(compress.encode(b"aaa", assumed="a=1,b=0")) == b"aaa"


@pytest.mark.parametrize("coder", EACH)
def test_a_floor_makes_the_impossible_possible_and_is_written_down(coder: str) -> None:
    """max(q, 1/100), renormalised: a 50, b 50, c 1, out of 101."""
    encoded = compress.encode(b"aabc", assumed="a=0.5,b=0.5", zeros="floor:0.01", coder=coder)
    assert compress.decode(encoded) == b"aabc"
    frame = looked_into(encoded)
    assert frame.header.label == Label("a=0.5,b=0.5", "floor:0.01")
    assert frame.assumed is not None
    assert [frame.assumed.exact(token) for token in "abc"] == [Fraction(50, 101), Fraction(50, 101), Fraction(1, 101)]
    expected = 3 * math.log2(101 / 50) + math.log2(101)
    assert frame.ledger.entropy + frame.ledger.mismatch == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("zeros", ["floor:1e-10", "floor:1e-40", "floor:1e-70", "floor:1e-100", "floor:1e-300"])
@pytest.mark.parametrize("coder", EACH)
def test_a_tiny_floor_comes_back_or_is_refused_where_the_coder_cannot_honour_it(coder: str, zeros: str) -> None:
    if coder == "arithmetic" and zeros != "floor:1e-10":
        with pytest.raises(
            DataError, match=r"'b' probability 1e-\d+, below 2\^-40, the smallest that the arithmetic coder"
        ):
            compress.encode(b"aaab" * 5, assumed="a=1", zeros=zeros, coder=coder)
    else:
        assert compress.decode(compress.encode(b"aaab" * 5, assumed="a=1", zeros=zeros, coder=coder)) == b"aaab" * 5


@pytest.mark.parametrize("zeros", ["floor:1e-390", "floor:1e-300/1e300"])
def test_a_floor_too_small_for_a_float_is_refused(zeros: str) -> None:
    with pytest.raises(SpecError, match="of sensible size"):
        compress.encode(b"aaab", assumed="a=1", zeros=zeros)


@pytest.mark.parametrize("coder", ["huffman", "shannon", "fixed"])
def test_the_ledger_of_a_q_near_the_least_float_still_sums(coder: str) -> None:
    """5 tokens of q = 1e-300, 996.6 bits each; 15 of q = 1."""
    frame = looked_into(compress.encode(b"aaab" * 5, assumed="a=1", zeros="floor:1e-300", coder=coder))
    assert accounted(frame)
    assert frame.ledger.entropy + frame.ledger.mismatch == pytest.approx(5 * 300 * math.log2(10), abs=1e-9)
    assert frame.ledger.code == pytest.approx(frame.payload_bits - 5 * 300 * math.log2(10), abs=1e-9)


def test_the_ledger_survives_weights_of_any_size_in_a_label() -> None:
    head = Header(
        choose("fixed"),
        tokeniser("bytes"),
        ("a", "b"),
        table(Form.EQUAL, ()),
        2,
        2,
        Label("@table", "error", (1, 10**1000)),
    )
    frame = looked_into(built(head, [(2, bitarray("01"))], b"ab"))
    assert accounted(frame)


@pytest.mark.parametrize("assumed", ["heads=0.5,tails=0.5", "dice:2", "aa=1", "é=1"])
def test_tokens_of_q_that_are_no_bytes_are_refused(assumed: str) -> None:
    with pytest.raises(SpecError, match="not a byte"):
        compress.encode(b"aab", assumed=assumed)


def test_tokens_of_q_that_are_no_bits_are_refused() -> None:
    assert compress.decode(compress.encode(b"aab", assumed="bernoulli:0.4", tokens="bits")) == b"aab"
    with pytest.raises(SpecError, match="not a bit"):
        compress.encode(b"aab", assumed="a=0.5,b=0.5", tokens="bits")


@pytest.mark.parametrize("tokens", ["ints", "tokens", "csv:1", "csv:name"])
def test_tokenisers_that_do_not_restore_are_refused(tokens: str) -> None:
    with pytest.raises(SpecError, match="analysis only"):
        compress.encode(b"1\n2\n", tokens=tokens)


def test_true_is_refused_because_a_file_has_no_known_p() -> None:
    with pytest.raises(SpecError, match="empirical"):
        compress.encode(b"aab", assumed="true")


@pytest.mark.parametrize(
    "words",
    [
        {"coder": "zip"},
        {"coder": ""},
        {"tokens": "letters"},
        {"tokens": "csv:"},
        {"zeros": "clip"},
        {"zeros": "floor:0"},
        {"zeros": "floor:1"},
        {"zeros": "floor:-1"},
        {"zeros": "floor:nan"},
        {"zeros": "floor"},
        {"assumed": "nothing"},
        {"assumed": ""},
        {"assumed": "a=0.5,b=0.4"},
        {"assumed": "a=1/0"},
    ],
)
def test_words_that_mean_nothing_are_refused(words: dict[str, str]) -> None:
    with pytest.raises(SpecError):
        compress.encode(b"aab", **words)  # type: ignore[arg-type]  # the keywords that are text


def test_weights_that_do_not_sum_to_1_need_normalize() -> None:
    assert compress.decode(compress.encode(b"aab", assumed="a=2,b=1", normalize=True)) == b"aab"
    with pytest.raises(SpecError, match="normalize"):
        compress.encode(b"aab", assumed="a=2,b=1")


@pytest.mark.parametrize("digits", [30, 43, 50])
def test_a_table_of_long_fractions_makes_a_file_that_decodes(tmp_path: Path, digits: int) -> None:
    """94 fractions with denominators of 43 digits: their common denominator has 4000 digits."""
    rng = np.random.default_rng(5)

    def number() -> str:
        return "1" + "".join(map(str, rng.integers(0, 10, digits - 2))) + "7"

    fractions = {chr(33 + i): f"{number()}/{number()}" for i in range(94)}
    (tmp_path / "table.json").write_text(json.dumps(fractions))
    data = bytes(range(33, 127))
    encoded = compress.encode(data, assumed=f"@{tmp_path / 'table.json'}", normalize=True)
    assert compress.decode(encoded) == data


# ---------------------------------------------------------------- the ledger


def entropy_bits(data: bytes) -> float:
    """n·H(P̂), from the definition."""
    counts = Counter(data)
    return math.fsum(count * math.log2(len(data) / count) for count in counts.values())


@pytest.mark.parametrize("coder", EACH_OF_Q)
def test_the_terms_of_a_ledger_are_what_they_are_called(coder: str) -> None:
    data = b"abracadabra; abracadabra!" * 40
    q = {"a": 0.25, "b": 0.125, "c": 0.0625, "d": 0.0625, "r": 0.25, ";": 0.0625, "!": 0.0625, r"\x20": 0.125}
    encoded = compress.encode(data, assumed=",".join(f"{token}={p}" for token, p in q.items()), coder=coder)
    frame = looked_into(encoded)
    counts = {token: data.count(b" " if token == r"\x20" else token.encode()) for token in q}
    n = len(data)
    # Every q is a power of 1/2, so Q̂ = Q but for words with a bit to spare; K = 8 for the fixed code.
    cost = sum(count * -math.log2(q[token]) for token, count in counts.items())
    ideal = 3 * n if coder == "fixed" else cost + SPARE.get(coder, 0) * n
    if coder in ("tunstall:12", "typical:0.1"):
        # Words of four tokens or so cost 12 bits, whatever their chance; and a sequence that is not typical 36.
        ideal = frame.payload_bits
        assert cost < ideal < 1.5 * cost
    terms = frame.ledger
    assert n == sum(counts.values()) == frame.header.count
    assert terms.entropy == pytest.approx(entropy_bits(data), abs=1e-7)
    assert terms.mismatch == pytest.approx(cost - entropy_bits(data), abs=1e-7)
    assert terms.code == pytest.approx(ideal - cost, abs=1e-7)
    assert frame.ideal_bits == pytest.approx(ideal, abs=1e-7)
    assert terms.coder == pytest.approx(frame.payload_bits - ideal, abs=1e-7)
    assert terms.container == 8 * len(encoded) - frame.payload_bits
    assert terms.luck == 0
    if choose(coder).family.sends_words:
        assert frame.payload_bits == ideal
    read = next(read_frames(io.BytesIO(encoded), Limits()))
    assert sum(len(block.payload) for block in read.blocks) == frame.payload_bits
    assert frame.ledger.container_parts == dict(read.parts)


@pytest.mark.parametrize("name", ["one byte, often", "all 256 bytes", "300,000 bytes", "UTF-8 text", "300,000 letters"])
def test_the_arithmetic_coder_finishes_within_three_bits_a_payload(name: str) -> None:
    data = compress.encode(CONTENTS[name])
    frame = looked_into(data)
    assert frame.blocks >= 1
    [payloads] = ([block.payloads for block in each.blocks] for each in read_frames(io.BytesIO(data), Limits()))
    assert -1e-6 <= frame.ledger.coder <= 3 * sum(map(len, payloads))
    # Never a message below its ideal, but for rounding; and the ideal is that of the file's own integers.
    assert frame.payload_bits >= frame.ideal_bits - 1e-6


@pytest.mark.parametrize("coder", ["huffman", "shannon", "fixed"])
def test_prefix_codes_have_no_coder_term(coder: str) -> None:
    for data in CONTENTS.values():
        frame = looked_into(compress.encode(data, coder=coder))
        assert frame.ledger.coder == 0


@pytest.mark.parametrize("name", CONTENTS)
def test_rounded_counts_cost_a_little_and_never_less_than_nothing(name: str) -> None:
    """code = n·D(P̂||Q̂) >= 0; each count strays by less than its square root, so it is a few bits."""
    data = CONTENTS[name]
    frame = looked_into(compress.encode(data))
    assert frame.ledger.code > -1e-6
    assert frame.ledger.code < len(frame.header.tokens) or not data
    assert abs(frame.ledger.mismatch) <= 1e-6
    if data:
        assert frame.header.table.form in (Form.COUNTS, Form.EQUAL)


def test_an_explicit_q_has_mismatch_and_a_uniform_one_is_log_k() -> None:
    data = b"aab" * 100
    frame = looked_into(compress.encode(data, assumed="uniform"))
    assert frame.ledger.entropy + frame.ledger.mismatch == pytest.approx(300, abs=1e-6)
    assert frame.ledger.mismatch == pytest.approx(300 - entropy_bits(data), abs=1e-6)


def test_huffman_under_a_wrong_q_may_have_a_negative_code_term() -> None:
    """P̂ = (2/3, 1/3), Q = (0.2, 0.8): H(P,Q) = 1.655 bits, and Huffman's two words cost 1 bit each."""
    data = b"aab" * 100
    frame = looked_into(compress.encode(data, assumed="a=0.2,b=0.8", coder="huffman"))
    cross = 200 * math.log2(5) + 100 * math.log2(1.25)
    assert frame.ledger.code == pytest.approx(300 - cross, abs=1e-6)
    assert frame.ledger.code < -190


def test_no_content_is_all_container() -> None:
    encoded = compress.encode(b"")
    frame = looked_into(encoded)
    assert frame.ledger.container == 8 * len(encoded)
    assert {frame.ledger.terms[term] for term in ("entropy", "mismatch", "code", "luck", "coder")} == {0.0}
    assert (frame.blocks, frame.payload_bits, frame.empirical, frame.assumed) == (0, 0, None, None)


# ---------------------------------------------------------------- labels


def test_the_label_of_a_file_carries_its_weights(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"aaaaabbc")
    spec = f"file:{tmp_path / 'other'}"
    encoded = compress.encode(b"abc", assumed=spec)
    (tmp_path / "other").unlink()
    frame = looked_into(encoded)
    assert frame.header.label == Label("file:other", "error", (5, 2, 1))
    assert frame.assumed is not None
    assert frame.assumed.weights == (5, 2, 1)
    expected = math.log2(8 / 5) + math.log2(4) + math.log2(8)
    assert frame.ledger.entropy + frame.ledger.mismatch == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("table.json", '{"a": 0.625, "b": 0.25, "c": 0.125}'),
        ("table.csv", "token,weight\na,5/8\nb,0.25\nc,0.125\n"),
        ("table.toml", "a = 0.625\nb = 0.25\nc = 0.125\n"),
    ],
)
def test_the_label_of_a_table_carries_its_weights(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    encoded = compress.encode(b"abc", assumed=f"@{tmp_path / name}")
    (tmp_path / name).unlink()
    frame = looked_into(encoded)
    assert frame.header.label.weights == (5, 2, 1)
    assert frame.assumed is not None
    assert compress.decode(encoded) == b"abc"


@pytest.mark.parametrize("assumed", ["empirical", "uniform", "a=0.5,b=0.5", "geometric:p=0.5,k=5"])
def test_a_spec_that_says_all_needs_no_weights(assumed: str) -> None:
    data = b"0123" if assumed.startswith("geo") else b"aab"
    frame = looked_into(compress.encode(data, assumed=assumed))
    assert frame.header.label == Label(assumed)
    assert frame.assumed is not None


@pytest.mark.parametrize(
    "label",
    [
        Label(),
        Label("who knows"),
        Label("@gone.json"),
        Label("file:/nowhere"),
        Label("heads=0.5,tails=0.5"),
        Label("a=1,b=0"),
        Label("a=1", "floor"),
        Label("a=1"),
        Label("zipf:k=3"),
        Label("x", "error", (1,)),
        Label("x", "error", (1, 2, 3)),
        Label("x", "error", (1, 0)),
        Label("x", "error", (0, 0)),
    ],
)
def test_where_no_label_fits_q_is_taken_to_be_what_the_coder_implements(label: Label) -> None:
    head = Header(choose("huffman"), tokeniser("bytes"), ("a", "b"), table(Form.LENGTHS, (1, 1)), 3, 3, label)
    frame = looked_into(built(head, [(3, bitarray("001"))], b"aab"))
    assert frame.assumed is None
    assert frame.ledger.code == 0
    assert frame.ledger.mismatch == pytest.approx(3 - entropy_bits(b"aab"), abs=1e-9)
    assert accounted(frame)


def test_a_label_opens_no_file(tmp_path: Path) -> None:
    (tmp_path / "q.json").write_text('{"a": 0.9, "b": 0.1}')
    head = Header(
        choose("huffman"),
        tokeniser("bytes"),
        ("a", "b"),
        table(Form.LENGTHS, (1, 1)),
        3,
        3,
        Label(f"@{tmp_path / 'q.json'}"),
    )
    assert looked_into(built(head, [(3, bitarray("001"))], b"aab")).assumed is None


def test_a_label_cannot_change_what_is_decoded() -> None:
    labels = (Label(), Label("a=0.01,b=0.99"), Label("b=1", "floor:0.1"), Label("x", "error", (1, 10**9)))
    for name in ("huffman", "arithmetic"):
        fitted = choose(name).fit([2, 1])
        payload = choose(name).build(fitted).encode(np.array([0, 0, 1], np.uint8))
        for label in labels:
            head = Header(choose(name), tokeniser("bytes"), ("a", "b"), fitted, 3, 3, label)
            assert compress.decode(built(head, [(3, payload)], b"aab")) == b"aab"


def test_a_label_does_not_keep_a_reader_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 60 bytes, one token: who only wants it checked need not wait for a distribution of its label."""
    head = Header(
        choose("huffman"),
        tokeniser("bytes"),
        ("a",),
        table(Form.LENGTHS, (0,)),
        1,
        1,
        Label("binomial:n=5000,p=0.123456789"),
    )
    data = built(head, [(1, bitarray())], b"a")

    def read(*_: object, **__: object) -> None:
        pytest.fail("the label's distribution was read")

    monkeypatch.setattr(Distribution, "parse", read)
    assert check(io.BytesIO(data), Limits()) == 1
    assert compress.decode(data) == b"a"
    with pytest.raises(pytest.fail.Exception):
        looked_into(data)


def test_inspection_of_several_frames_keeps_them_apart() -> None:
    parts = [compress.encode(b"aab", coder=coder) for coder in CODERS]
    frames = inspect(io.BytesIO(b"".join(parts)), Limits())
    assert [frame.header.coder.name for frame in frames] == [choose(name).name for name in CODERS]
    assert [frame.file_bytes for frame in frames] == [len(part) for part in parts]
    assert all(accounted(frame) for frame in frames)
