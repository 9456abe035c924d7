"""Four lanes: the same bits as one, decoded together as each would be by itself, and whatever is damaged is told."""

from __future__ import annotations

import io
import itertools
import math
import os
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import example, given, settings
from hypothesis import strategies as st
from of_q import EACH

from compress import decode, encode
from compress.coders.catalog import CODERS, choose
from compress.coders.lanes import LANES, Laned, lane_size
from compress.coders.protocol import Coder
from compress.coders.streams import arithmetic, arithmetic_lanes, interval, range_lanes, range_loops
from compress.coders.streams import range as range_coder
from compress.coders.streams.interval import WHOLE
from compress.coders.streams.tans import TansCoder
from compress.coders.words import prefix
from compress.coders.words.codebook import Codebook
from compress.coders.words.lanes import LOOK_BITS
from compress.coders.words.loops import LONGEST_WORD
from compress.coders.words.pairs import pairs_of, seldom_long
from compress.coders.words.prefix import PrefixCoder
from compress.errors import CorruptError, DataError
from compress.frames.format import BlockKind
from compress.frames.frame import Block, FrameWriter, read_frames
from compress.frames.header import BLOCK_TOKENS, NO_LIMITS, Header, Limits
from compress.frames.inspections import inspect
from compress.sources.protocol import generator
from compress.sources.tokens import BYTES
from compress.symbols import Symbols, smallest_dtype

WORDS = [name for name, family in CODERS.items() if family.sends_words]
STREAMS = [name for name, family in CODERS.items() if family.lanes_up_to and not family.sends_words]
# As wide, and as narrow, as each may be.
OTHERS = [
    f"{name}:{bits}"
    for name in STREAMS
    if (taken := CODERS[name].parameter)
    for bits in (4, 8, 11, 16, 30)
    if taken.told(bits)
]


def coder_of(weights: list[int], name: str = "huffman") -> PrefixCoder:
    coder = choose(name).of(weights)
    assert isinstance(coder, PrefixCoder)
    return coder


def laned(weights: list[int], name: str) -> Any:
    """A coder that has lanes, whatever else it is."""
    coder = choose(name).of(weights)
    assert isinstance(coder, Laned)
    return coder


def plainly(coder: Coder, payloads: list[bitarray], count: int, size: int) -> Symbols:
    """Each lane by itself."""
    symbols = np.zeros(count, smallest_dtype(size))
    for lane, bits in enumerate(payloads):
        symbols[lane::LANES] = coder.decode(bits, lane_size(count, lane))
    return symbols


def checked(coder: Any, message: list[int], size: int) -> None:
    symbols = np.array(message, smallest_dtype(size))
    payloads = coder.encode_lanes(symbols)
    assert payloads == [coder.encode(symbols[lane::LANES].copy()) for lane in range(LANES)]
    if isinstance(coder, PrefixCoder):
        assert sum(map(len, payloads)) == len(coder.encode(symbols))
    for behind in ("", "0" * 70, "1" * 70, "01" * 9):
        followed = [bits + bitarray(behind) for bits in payloads]
        found = coder.decode_lanes(followed, symbols.size)
        assert found.dtype == symbols.dtype
        assert np.array_equal(found, symbols)


# Fibonacci's weights make the longest words; a coin the shortest.
FIBONACCI = [1, 1]
while len(FIBONACCI) < 45:
    FIBONACCI.append(sum(FIBONACCI[-2:]))
WEIGHTS = st.one_of(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=40),
    st.integers(2, 45).map(lambda size: FIBONACCI[:size]),
    st.integers(1, 256).map(lambda size: [1] * size),
    st.integers(1, 90).map(lambda size: [1 << place for place in range(size)]),
)


@pytest.mark.both_forms
@settings(max_examples=40)
@given(WEIGHTS, st.integers(0, 2**32), st.integers(0, 200))
@example(FIBONACCI, 1, 300)
@example([1 << place for place in range(80)], 2, 40)
@example([1] * 300, 3, 70)
@example([5], 4, 33)
def test_any_message_over_any_code(weights: list[int], seed: int, n: int) -> None:
    rng = np.random.Generator(generator(seed))
    # Of some seeds the rarest tokens come often, so that a group has several long words.
    message = (len(weights) * rng.random(n) ** (1 + seed % 3)).astype(int)
    checked(coder_of(weights), (message if seed % 2 else len(weights) - 1 - message).tolist(), len(weights))


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("name", ["huffman", *STREAMS])
def test_all_short_messages(name: str) -> None:
    for weights in ([1, 1], [5, 2, 1], [3, 1], [7]):
        coder = laned(weights, name)
        for count in range(6 if len(weights) < 3 else 5):
            for message in itertools.product(range(len(weights)), repeat=count):
                checked(coder, list(message), len(weights))


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("name", [*STREAMS, *OTHERS])
@settings(max_examples=25)
@given(st.data(), st.integers(0, 2**32), st.integers(0, 150))
def test_any_message_of_a_stream(name: str, data: st.DataObject, seed: int, n: int) -> None:
    most = {"4": 8, "8": 128}.get(name.partition(":")[2], 300)
    weights = data.draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=most))
    # The rarest token has one part of the total, and one that Q excludes has none.
    weights = [0, *weights, 10**9] if seed % 3 == 0 and len(weights) < most else weights
    rng = np.random.Generator(generator(seed))
    possible = np.flatnonzero(weights)
    checked(laned(weights, name), possible[rng.integers(0, possible.size, n)].tolist(), len(weights))


@pytest.mark.both_forms
@pytest.mark.parametrize("weights", [[9, 1], [1, 9, 0], [0, 9, 1], [1, 0, 1]])
def test_words_of_one_bit(weights: list[int]) -> None:
    coder = laned(weights, "huffman")
    assert isinstance(coder, PrefixCoder)
    assert coder._has_bits is (weights[0] > 0 and weights[1] > 0)
    possible = np.flatnonzero(weights)
    for n in (1, 31, 32, 33, 4099):
        checked(coder, possible[np.random.Generator(generator(n)).integers(0, 2, n)].tolist(), len(weights))
    payloads = coder.encode_lanes(np.full(33, possible[0], np.uint8))
    with pytest.raises(CorruptError, match="too short for its part of 37"):
        coder.decode_lanes(payloads, 37)


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize(
    ("name", "weights", "looks"),
    [("tans:12", [32, 4064], 8), ("tans:12", [31, 4065], 4), ("tans:15", [32, 4064], 3), ("tans", [1] * 300, 3)],
)
def test_each_loop_that_walks_back(name: str, weights: list[int], looks: int) -> None:
    coder = choose(name).of(weights)
    assert isinstance(coder, TansCoder)
    assert coder._packed[1] == looks
    rng = np.random.Generator(generator(7))
    for rarely in (1, 40):
        checked(
            coder, (rng.integers(0, len(weights), 403) * (rng.integers(0, rarely, 403) == 0)).tolist(), len(weights)
        )


@pytest.mark.parametrize("name", ["huffman", "tans"])
def test_a_row_that_is_too_long_is_decoded_lane_by_lane(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    coder, symbols = laned([5, 1, 90, 4], name), np.arange(401, dtype=np.uint8) % 4
    payloads = coder.encode_lanes(symbols)
    monkeypatch.setattr("compress.coders.lanes._MOST_BYTES", sum(map(len, payloads)) // 8 - 1)
    monkeypatch.setattr("compress.coders.words.prefix.decode_lanes", None)
    monkeypatch.setattr("compress.coders.streams.tans.decode_four_tans", None)
    assert coder.decode_lanes(payloads, 401).tolist() == symbols.tolist()


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("weights", [[64, (1 << 14) - 64], [63, (1 << 14) - 63], [1] * 300])
def test_each_loop_that_takes_tokens_out(weights: list[int]) -> None:
    coder, size = choose("rans:14").of(weights), len(weights)
    rng = np.random.Generator(generator(7))
    for rarely in (1, 40):
        checked(coder, (rng.integers(0, size, 403) * (rng.integers(0, rarely, 403) == 0)).tolist(), size)


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("seldom", [0.0, math.inf])
@pytest.mark.parametrize("module", [arithmetic, range_coder], ids=["arithmetic", "range"])
def test_however_seldom_bytes_are_thought_to_move(
    module: ModuleType, seldom: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SELDOM", seldom)
    rng = np.random.Generator(generator(3))
    # The rarest of many has 24 or 40 bits, so that some words move at once, and 1 is added to what has moved.
    for weights in ([9, 1], [1] * 200, [1, 10**9, 10**9, 1]):
        coder = choose(module.FAMILY.name).of(weights)
        checked(coder, rng.integers(0, len(weights), 150).tolist(), len(weights))
        checked(coder, (rng.integers(0, 20, 600) % 19 == 0).astype(int).tolist(), len(weights))


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("below", [1 << 54, 1 << 58, 1 << 61])
def test_what_ran_over_is_settled_before_the_end(below: int) -> None:
    nothing, total = np.zeros(0, np.uint8), np.array([0, 1 << 40])
    low, width = WHOLE - below, 1 << 54
    kept, due = np.zeros(9, np.uint8), np.zeros(9, np.uint8)
    due[0] = 1
    bits = arithmetic_lanes._last(WHOLE + low, width, nothing, 0, total, kept, 1)
    assert (bits, kept.tolist()) == (interval.finish(low, width, due, 1), due.tolist())
    words, due_words = np.zeros(5, np.uint16), np.zeros(5, np.uint16)
    due_words[0] = 1
    bits = range_lanes._last(WHOLE + low, width, nothing, 0, total, 24, words, 1)
    assert (bits, words.tolist()) == (range_loops.finish(low, width, due_words, 1), due_words.tolist())


@pytest.mark.parametrize(
    ("lengths", "due"),
    [
        ([8] * 256, True),
        ([9] * 512, False),
        ([1, 10, 10], True),
        ([7] * 64 + [8] * 64 + [9] * 128, False),
        ([5] * 24 + [9] * 128, True),
        ([1], True),
        ([0], True),
    ],
)
def test_four_words_are_seldom_too_long_where_they_come_by_their_lengths(lengths: list[int], due: bool) -> None:
    chances = {length: lengths.count(length) * 2.0**-length for length in set(lengths)}
    too_long = [four for four in itertools.product(chances, repeat=4) if sum(four) > 32]
    share = sum(math.prod(chances[length] for length in four) for four in too_long)
    assert seldom_long(np.array(lengths)) is due is (share < 0.05)


@pytest.mark.both_forms
@settings(max_examples=60)
@given(WEIGHTS, st.integers(0, 2**32), st.integers(0, 100))
@example(FIBONACCI, 1, 300)
# Words of 13 and 14 bits: pairs of 27 have an entry, and pairs of 28 none.
@example([1] * (1 << 7) + [1 << 20], 3, 99)
# Words of 7 to 9 bits, of which four are often too long to be written at once.
@example([4] * 64 + [2] * 64 + [1] * 128, 5, 300)
@example([5], 4, 33)
def test_pairs_are_the_words_one_after_the_other(weights: list[int], seed: int, n: int) -> None:
    rng = np.random.Generator(generator(seed))
    symbols = (len(weights) * rng.random(n) ** (1 + seed % 3)).astype(smallest_dtype(len(weights)))
    plain, paired = coder_of(weights), coder_of(weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix, "_WORTH_PAIRS", 0)
        found = [paired.encode(symbols), *paired.encode_lanes(symbols)]
    assert found == [plain.encode(symbols), *plain.encode_lanes(symbols)]
    assert "_pairs" not in vars(plain)
    assert ("_pairs" in vars(paired)) == (0 < len(weights) <= 256 and paired.book.longest <= LONGEST_WORD)


@pytest.mark.parametrize(("size", "has_entry"), [(13, True), (14, False)])
def test_a_pair_is_in_the_table_if_its_entry_has_room_for_it(size: int, has_entry: bool) -> None:
    table, bits = pairs_of(np.array([3, 1]), np.array([14, size]))
    assert bits == 1
    assert table[0b01] == (((3 << size | 1) << 5 | 14 + size) if has_entry else 31)
    assert table[0b00] == 31


@pytest.mark.parametrize("weights", [[5, 2, 1], FIBONACCI[:20], [1] * 40, [1] * 256, [3, 1]])
def test_a_look_finds_the_words_that_its_bits_hold(weights: list[int]) -> None:
    coder = coder_of(weights)
    words = {word.to01(): symbol for symbol, word in enumerate(coder.book.words) if word is not None}
    for number, entry in enumerate(coder._looks[0].tolist()):
        bits, found = f"{number:0{LOOK_BITS}b}", list[int]()
        taken = 0
        for end in range(LOOK_BITS + 1):
            if len(found) < 2 and bits[taken:end] in words:
                found, taken = [*found, words[bits[taken:end]]], end
        assert (entry & 63, entry >> 24) == (taken, LANES * len(found))
        assert [entry >> 8 & 255, entry >> 16 & 255] == [*found, 0, 0][:2]


@pytest.mark.both_forms
@pytest.mark.parametrize("lane", range(LANES))
@pytest.mark.parametrize("weights", [[1 << place for place in range(9)], FIBONACCI[:30]])
def test_a_lane_of_shorter_words_is_done_before_the_others(weights: list[int], lane: int) -> None:
    message = np.random.Generator(generator(lane)).integers(0, len(weights), 300)
    message[lane::LANES] = len(weights) - 1
    checked(coder_of(weights), message.tolist(), len(weights))


@pytest.mark.both_forms
@pytest.mark.parametrize("name", WORDS)
def test_every_coder_of_words(name: str) -> None:
    rng = np.random.Generator(generator(5))
    weights = [90, 40, 7, 5, 1, 1]
    checked(coder_of(weights, name), rng.integers(0, 6, 100).tolist(), 6)


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("name", ["huffman", "rans", "tans"])
def test_a_lane_that_is_cut_short_is_an_error(name: str) -> None:
    coder, message = laned(FIBONACCI[:20], name), [*range(20)] * 2 + [0, 1, 2]
    payloads = coder.encode_lanes(np.array(message, np.uint8))
    for lane in range(LANES):
        for length in range(len(payloads[lane])):
            damaged = [bits[:length] if at == lane else bits for at, bits in enumerate(payloads)]
            with pytest.raises(CorruptError):
                coder.decode_lanes(damaged, len(message))


@pytest.mark.both_forms
def test_what_is_no_word_is_told_with_its_token() -> None:
    # 11 begins no word.
    coder = PrefixCoder("some", Codebook.of([1, 2]))
    payloads = coder.encode_lanes(np.array([0, 1] * 30, np.uint8))
    for lane, place in ((0, 0), (2, 5), (3, 14)):
        damaged = [bits.copy() for bits in payloads]
        # A lane has tokens of one kind only: 0, or 10.
        at = place * (2 if lane % 2 else 1)
        damaged[lane][at : at + 2] = bitarray("11")
        with pytest.raises(CorruptError, match=rf"no code word at token {LANES * place + lane}$"):
            coder.decode_lanes(damaged, 60)


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("name", ["huffman", *STREAMS])
@pytest.mark.parametrize("weights", [[1] * 5, FIBONACCI[:30], [9, 1], [3] * 200])
def test_damaged_lanes_are_an_error_or_what_each_says(weights: list[int], name: str) -> None:
    damage_lanes(weights, name, 60)


@pytest.mark.slow
@pytest.mark.both_forms
@pytest.mark.parametrize("name", ["huffman", *STREAMS])
def test_ten_thousand_damaged_lanes(name: str) -> None:
    damage_lanes([50, 30, 15, 4, 1], name, 10_000)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["huffman", *STREAMS])
def test_ten_thousand_damaged_lanes_touch_nothing_beyond_their_arrays(name: str) -> None:
    """Where numba checks each index, and raises IndexError."""
    code = f"import test_lanes; test_lanes.damage_lanes([50, 30, 15, 4, 1], {name!r}, 10_000)"
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "CODELEN_COMPILE": "always"}
    with tempfile.TemporaryDirectory() as folder:
        # Machine code that was made without the checks is not to be found.
        environment |= {"NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(Path(__file__).parent.parent)}
        subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=Path(__file__).parent, check=True, timeout=100
        )


def damage_lanes(weights: list[int], name: str, cases: int) -> None:
    """Bits flipped, cut off, or drawn."""
    coder, rng = laned(weights, name), np.random.Generator(generator(8))
    symbols = rng.integers(0, len(weights), 90).astype(np.uint8)
    payloads = coder.encode_lanes(symbols)
    for case in range(cases):
        damaged = [bits.copy() for bits in payloads]
        lane = damaged[case % LANES]
        if case % 3:
            for place in rng.integers(0, len(lane), 1 + case % 5):
                lane.invert(int(place))
        else:
            damaged[case % LANES] = bitarray(rng.integers(0, 2, int(rng.integers(0, 300))).tolist())
        try:
            found = coder.decode_lanes(damaged, symbols.size)
        except CorruptError:
            with pytest.raises(CorruptError):
                plainly(coder, damaged, symbols.size, len(weights))
            continue
        assert np.array_equal(found, plainly(coder, damaged, symbols.size, len(weights)))


def test_lanes_that_are_too_short_are_refused_before_anything_is_allocated() -> None:
    with pytest.raises(CorruptError, match="a payload of 3 bits is too short for its part of 1000000000000 tokens"):
        coder_of([3, 2, 1]).decode_lanes([bitarray("000")] * LANES, 10**12)


def test_a_symbol_without_a_word_is_refused() -> None:
    coder = coder_of([3, 0, 1])
    with pytest.raises(DataError, match="symbol 1 has no code word"):
        coder.encode_lanes(np.array([0, 1, 2, 0], np.uint8))


# In files


# Machine code of four lanes takes seconds to make: of streams here for the first one.
LONG = [
    pytest.param(*each.values, id=each.id, marks=[*each.marks, *[pytest.mark.slow] * (each.values[0] in STREAMS[1:])])
    for each in EACH
    if each.values[0] in (*WORDS, *STREAMS)
]


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize(
    ("more", "kinds"),
    [(-1, [BlockKind.CODED]), (0, [BlockKind.LANES]), (None, [BlockKind.LANES, BlockKind.CODED])],
)
def test_long_blocks_are_written_in_lanes(name: str, more: int | None, kinds: list[BlockKind]) -> None:
    count = BLOCK_TOKENS + 1 if more is None else CODERS[name].lanes_from + more
    assert CODERS[name].lanes_from == (4_096 if name in WORDS else 65_536)
    data = (b"abracadabra" * (count // 11 + 1))[:count]
    file = encode(data, name)
    assert decode(file) == data
    frame = next(read_frames(io.BytesIO(file), NO_LIMITS))
    blocks = list(frame.blocks)
    assert [block.kind for block in blocks] == kinds
    assert frame.version == (3 if BlockKind.LANES in kinds else 2)
    assert sum(frame.parts.values()) + frame.payload_bits == 8 * len(file)
    [told] = inspect(io.BytesIO(file), Limits())
    assert abs(told.ledger.total - 8 * len(file)) < 1e-6
    coder, symbols = frame.header.build(), BYTES.split(data).symbols
    if isinstance(coder, PrefixCoder):
        assert frame.payload_bits == len(coder.encode(symbols))
    else:
        # Each lane has an end of its own, of up to 2 bits in place of 0 to 2, or 32 in place of 24 to 32.
        most = 8 if name in ("arithmetic", "range") else 4 * 32
        assert len(coder.encode(symbols)) <= frame.payload_bits <= len(coder.encode(symbols)) + most * len(blocks)


@pytest.mark.parametrize("assumed", ["empirical", "kt"])
def test_others_and_large_alphabets_have_one_lane(assumed: str) -> None:
    for data, coder, kind in (
        (b"abracadabra" * 9_999, "textbook" if assumed == "empirical" else "arithmetic", "bytes"),
        (
            "".join(map(chr, range(300, 600))).encode() * 30,
            "huffman" if assumed == "empirical" else "arithmetic",
            "chars",
        ),
        (b"a" * 9_999, "huffman" if assumed == "empirical" else "arithmetic", "bytes"),
    ):
        frame = next(read_frames(io.BytesIO(encode(data, coder, assumed=assumed, tokens=kind)), NO_LIMITS))
        assert {block.kind for block in frame.blocks} == {BlockKind.CODED}
        assert frame.version == 2


def in_lanes(coder: str, data: bytes) -> bytes:
    """A frame of one block in four lanes, whatever the coder is."""
    stream, choice, file = BYTES.split(data), choose(coder), io.BytesIO()
    header = Header(choice, BYTES, stream.tokens, choice.fit(stream.seen.counts), len(data), len(data))
    first, *lanes = (header.build().encode(stream.symbols[lane::LANES].copy()) for lane in range(LANES))
    writer = FrameWriter(file, header)
    writer.block(Block(len(data), first, BlockKind.LANES, lanes=tuple(lanes)))
    writer.end(zlib.crc32(data))
    return file.getvalue()


@pytest.mark.parametrize("coder", ["huffman", "arithmetic", "rans", "block", "unary"])
@pytest.mark.parametrize("data", [b"abracadabra" * 9, b"ab", b"a"])
def test_lanes_of_any_coder_are_read(coder: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not only of those that are written so now."""
    monkeypatch.setattr(Header, "has_lanes", True)
    assert decode(in_lanes(coder, data)) == data
    told = inspect(io.BytesIO(in_lanes(coder, data)), Limits())[0]
    assert abs(told.ledger.total - 8 * told.file_bytes) < 1e-6


def test_version_2_has_no_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Header, "has_lanes", False)
    with pytest.raises(CorruptError, match="a block is of kind 4, which this version does not know"):
        decode(in_lanes("huffman", b"abracadabra" * 999))
