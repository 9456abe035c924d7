"""Mixing: the loops are the plain predictor bit for bit, both ends believe the same, and a part that is there helps."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from bitarray import bitarray
from damage import is_message
from hypothesis import example, given, settings
from hypothesis import strategies as st

import compress
from compress.coders.protocol import Form, Table
from compress.coders.streams.interval import LEAST_WIDTH_BITS, WHOLE
from compress.errors import DataError, SpecError
from compress.frames.files import Encoding, encode_to
from compress.frames.format import BlockKind
from compress.frames.frame import read_frames
from compress.frames.header import Limits
from compress.kernel import compilation
from compress.models.catalog import recipe_named, sequential
from compress.models.driven import DrivenCoder
from compress.models.mixing.bits import OF_MATCHES, foretell
from compress.models.mixing.blend import FIRST_WEIGHT, INPUTS, REFINING, WEIGHT_BITS, dots, train
from compress.models.mixing.chances import COUNT_BITS, FINE_BITS, nearer
from compress.models.mixing.contexts import KINDS
from compress.models.mixing.histories import AFTER, AT_FIRST, History, histories
from compress.models.mixing.logistic import CHANCE_BITS, FARTHEST, SQUASH, STRETCH, STRETCH_BITS
from compress.models.mixing.matches import length_class
from compress.models.mixing.memory import PARTS, begun, bytes_of
from compress.models.mixing.mix import Mixing, MixingBits
from compress.models.mixing.now import AT_ONCE, EXPECTED, MATCHED, MIXED, NODE, PARTIAL
from compress.models.mixing.passes import decode_mixing, encode_mixing
from compress.models.mixing.slots import BUCKET, COUNTED, NEW, found, seen
from compress.models.mixing.strides import LONGEST_ROW, longest_row
from compress.models.sequential import SequentialCoder
from compress.specs import BARE
from compress.symbols import Symbols

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(autouse=True)
def _as_python() -> Iterator[None]:
    """Machine code of these loops takes seconds to make: slow tests ask for it."""
    with compilation("never"):
        yield


def as_symbols(data: bytes) -> Symbols:
    return np.frombuffer(data, np.uint8)


def beginning(name: str, size: int) -> Symbols:
    return as_symbols((SAMPLES / name).read_bytes()[:size])


# ---------------------------------------------------------------- the loops and the law


@settings(max_examples=4, deadline=None)
@given(st.binary(max_size=20))
@example(b"")
@example(b"abcdefg abcdefg abcdefg")
@example(bytes(30))
def test_the_loops_are_the_plain_predictor_bit_for_bit(data: bytes) -> None:
    symbols, model = as_symbols(data), Mixing()
    driving, bits = model.choices(symbols)
    sent = SequentialCoder(model).encode(symbols)
    assert sent == DrivenCoder(driving).encode(bits)
    assert DrivenCoder(driving).decode(sent, bits.size).tolist() == bits.tolist()
    assert SequentialCoder(model).decode(sent, symbols.size).tolist() == symbols.tolist()
    assert DrivenCoder(driving).ideal_bits(bits) == pytest.approx(model.ideal_bits(symbols), abs=1e-6)


@pytest.mark.parametrize("name", ["prose.txt", "measurements.csv", "image.pgm", "noise.bin"])
@pytest.mark.slow
def test_both_forms_give_the_same_bits_and_counts(name: str) -> None:
    symbols, coder = beginning(name, 1500), SequentialCoder(Mixing())
    with compilation("never"):
        plain, ideal = coder.encode(symbols), coder.ideal_bits(symbols)
        assert coder.decode(plain, symbols.size).tolist() == symbols.tolist()
    with compilation("always"):
        assert coder.encode(symbols) == plain
        assert coder.ideal_bits(symbols) == ideal
        assert coder.decode(plain, symbols.size).tolist() == symbols.tolist()


@pytest.mark.parametrize("name", ["prose.txt", "image.pgm", "noise.bin"])
def test_a_message_costs_its_ideal_and_less_than_two_bits_more(name: str) -> None:
    symbols, coder = beginning(name, 80), SequentialCoder(Mixing())
    law = coder.law(symbols)
    assert law.hold(len(coder.encode(symbols)))
    assert law.below - law.least < 2.001


def of_every_kind() -> Symbols:
    """Words, rows, a run, noise, and words again: each part of the model has something to say."""
    prose, rows = beginning("prose.txt", 140), table_of_records()[:250]
    noise = np.random.Generator(np.random.PCG64(3)).integers(0, 256, 20).astype(np.uint8)
    return np.concatenate((prose, rows, np.zeros(40, np.uint8), noise, prose[40:120], as_symbols("ÄÖ é".encode() * 4)))


def test_the_bits_are_these_for_ever() -> None:
    symbols = of_every_kind()
    payload = SequentialCoder(Mixing()).encode(symbols)
    assert (symbols.size, len(payload), zlib.crc32(payload.tobytes())) == (558, 1932, 1665095881)


def test_the_bits_of_rare_bytes_are_these_for_ever() -> None:
    """What just is no letter, and what just is one; what began the message, again; two bytes apart, and rows of two."""
    letters = b"{az[Az{`@za[" + bytes([127, 128, 129, 160, 128, 97, 160, 129])
    symbols = as_symbols(b"abcdef" + letters * 3 + b"abcdef{" + letters[::-1] + b"a\0b\0c\0b\0" * 40)
    payload = SequentialCoder(Mixing()).encode(symbols)
    assert (symbols.size, len(payload), zlib.crc32(payload.tobytes())) == (413, 362, 4118766030)


def test_a_payload_that_is_no_message_is_told_with_its_token() -> None:
    # 2^62 is the end of the whole interval, and in no token's part.
    for first, due in ((64, (0, 0)), (255, (0, 0)), (32, (1, 2))):
        symbols = np.zeros(2, np.uint8)
        assert decode_mixing.plain(np.array([first, *[0] * 12], np.uint8), begun(2), symbols) == due


@pytest.mark.parametrize(("below", "found"), [(1, 1), (0, 0)])
def test_what_the_parts_of_a_bit_leave_is_in_neither(below: int, found: int) -> None:
    """After seven zeros the point is the last one of the eighth bit's parts, or the first one behind both."""
    predictor, width = MixingBits(1).start(), WHOLE
    for _ in range(7):
        width = (width >> CHANCE_BITS) * predictor.interval(0)[1]
        predictor.update(0)
    behind = width >> CHANCE_BITS << CHANCE_BITS
    assert behind < width
    data = np.frombuffer((behind - below).to_bytes(8, "big") + bytes(5), np.uint8)
    symbols = np.zeros(1, np.uint8)
    assert decode_mixing.plain(data, begun(1), symbols)[1] == found
    assert symbols.tolist() == [found]


def test_what_three_sets_say_is_added_and_nothing_else() -> None:
    memory = begun(9, ("match",))

    def mixed(chance: int, weight: int, balance: int) -> tuple[int, int]:
        memory.now[[PARTIAL, NODE, EXPECTED, MATCHED]] = 1, 2, 256 | ord("a"), 9
        memory.chances[OF_MATCHES:], memory.weights[:], memory.balance[:] = chance << COUNT_BITS, weight, balance
        return foretell.plain(memory), int(memory.now[MIXED])

    # A number that each set makes 1 of: three times a third of 2^16 is 1 less than 1 on the scale.
    place = int(np.flatnonzero(STRETCH * FIRST_WEIGHT >> WEIGHT_BITS == 1)[0])
    third = (1 << WEIGHT_BITS) // 3
    assert mixed(place << (FINE_BITS - STRETCH_BITS), FIRST_WEIGHT, third) == (1 << (CHANCE_BITS - 1), 0)
    assert mixed(place << (FINE_BITS - STRETCH_BITS), FIRST_WEIGHT, third + 1)[1] == 1
    assert mixed((1 << FINE_BITS) - 1, 1 << 20, 1 << 16) == ((1 << CHANCE_BITS) - 1, FARTHEST)
    assert mixed((1 << FINE_BITS) - 1, -(1 << 20), 1 << 16) == (1, -FARTHEST)


def test_the_chances_of_all_bytes_are_one() -> None:
    total = Fraction(0)
    for byte in range(256):
        predictor, chance = MixingBits(2).start(), Fraction(1)
        for place, bit in enumerate(np.unpackbits(as_symbols(bytes([97, byte]))).tolist()):
            low, frequency, whole = predictor.interval(bit)
            assert {predictor.symbol_at(point) for point in (low, low + frequency - 1)} == {bit}
            chance *= Fraction(frequency, whole) if place >= 8 else 1
            predictor.update(bit)
        total += chance
    assert total == 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
@pytest.mark.slow
def test_any_bytes_come_back(data: bytes) -> None:
    with compilation("always"):
        for content in (data, data * 7, data[:3] * 400):
            assert compress.decode(compress.encode(content, assumed="mix")) == content


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=20), st.integers(0, 15))
@example(b"\xff" * 20, 15)
def test_damage_is_an_error_or_some_message(payload: bytes, count: int) -> None:
    bits = bitarray(endian="big")
    bits.frombytes(payload)
    coder = SequentialCoder(Mixing())
    sent = coder.encode(np.arange(count, dtype=np.uint8))
    assert is_message(coder, sent, count, 256)
    sent[: len(bits)] ^= bits[: len(sent)]
    for damaged in (bits, sent):
        is_message(coder, damaged, count, 256)


# ---------------------------------------------------------------- its parts


def test_squash_is_the_logistic_function_and_stretch_undoes_it() -> None:
    for x in range(-FARTHEST, FARTHEST + 1):
        assert abs(int(SQUASH[x + FARTHEST]) - 65536 / (1 + math.exp(-x / 256))) <= 1
    assert np.all(np.diff(SQUASH) >= 0)
    assert 0 < SQUASH[0] < SQUASH[-1] < 65536
    assert STRETCH.size == 4096
    for i in range(4096):
        p = (16 * i + 8) / 65536
        assert abs(int(STRETCH[i]) - 256 * math.log(p / (1 - p))) <= (1.5 if 0.01 < p < 0.99 else 35)


def test_what_is_newer_counts_more_in_a_history() -> None:
    every = list(histories())
    assert len(every) == len(set(every)) == AT_FIRST.size < 256
    # A history is one of its successors' only if it can go no further.
    for history in every:
        for bit in (0, 1):
            after = history.and_then(bit)
            assert after in every
            assert after.last.endswith(str(bit))
            assert (after.zeros, after.ones)[1 - bit] <= (history.zeros, history.ones)[1 - bit]
    assert History(20, 0, "0").and_then(1) == History(9, 1, "1")
    # Of three or more one is forgotten at least, of two none.
    assert [History(zeros, 0, "0").and_then(1).zeros for zeros in (2, 3, 4)] == [2, 2, 3]
    assert [History(2, 2, "1").and_then(1).ones, History(0, 1, "1").and_then(0)] == [3, History(1, 1, "10")]
    assert AFTER[:2].tolist() == [1, 2]


def test_a_chance_comes_nearer_and_stays_within() -> None:
    chance = 1 << (FINE_BITS - 1) << COUNT_BITS
    for _ in range(10_000):
        chance = nearer.plain(chance, 1)
    assert 0.99 < (chance >> COUNT_BITS) / 2**FINE_BITS < 1
    for _ in range(10_000):
        chance = nearer.plain(chance, 0)
    assert 0 <= (chance >> COUNT_BITS) / 2**FINE_BITS < 0.01
    number = 1 << 30
    for bit, end in ((1, 1 << 31), (0, 1 << 26)):
        for _ in range(5_000):
            number = seen.plain(number, bit)
        assert 0 <= number < end
    assert number & COUNTED == COUNTED


def test_a_full_place_gives_up_what_came_least_often() -> None:
    slots = np.zeros(2 * BUCKET, np.int32)
    marks = [tag << 41 for tag in (3, 5, 7)]
    first = found.plain(slots, 0, 2, marks[0])
    slots[first + 1] = seen.plain(int(slots[first + 1]), 1)
    second = found.plain(slots, 0, 2, marks[1])
    assert {first, second} == {0, BUCKET}
    assert found.plain(slots, 0, 2, marks[0]) == first
    assert found.plain(slots, 0, 2, marks[2]) == second
    assert found.plain(slots, 0, 2, marks[0]) == first
    assert int(slots[first + 1]) & COUNTED == 1
    assert int(slots[second + 1]) & COUNTED == 0
    # Of two that came as often, the one where its mark points to.
    slots[first + 1] = slots[second + 1]
    assert found.plain(slots, 0, 2, marks[1]) == 0


@pytest.mark.parametrize("text", [b"aXa", b"abcda", b"aXbXbYbYbY"[:9]])
def test_the_length_of_a_row_by_hand(text: bytes) -> None:
    def counted(distance: int) -> int:
        places = range(distance, len(text))
        return sum(text[i] == text[i - distance] and text[i] != text[i - 1] for i in places)

    found = {distance: counted(distance) for distance in range(2, len(text))}
    row = longest_row(as_symbols(text), 0, len(text), np.zeros(LONGEST_ROW + 1, np.int64))
    assert row == max(found, key=lambda distance: found[distance])
    assert found[row] > 0


@pytest.mark.parametrize("row", [13, 216, 1024])
def test_the_length_of_a_row_is_found(row: int) -> None:
    rng = np.random.Generator(np.random.PCG64(row))
    table = np.tile(rng.integers(0, 256, row), 2048 // row + 2).astype(np.uint8)[:2048]
    table[rng.random(2048) < 0.3] = 7
    assert longest_row(table, 1400, 1700, np.zeros(LONGEST_ROW + 1, np.int64)) % row == 0


def test_a_run_has_no_rows() -> None:
    assert longest_row(np.full(600, 5, np.uint8), 0, 600, np.zeros(LONGEST_ROW + 1, np.int64)) == 0


def test_the_class_of_a_length_by_hand() -> None:
    """Each by itself up to 15, eight of them up to 79, and then 128 of them."""
    edges = {15: 15, 16: 16, 23: 16, 24: 17, 79: 23, 80: 24, 127: 24, 128: 25, 255: 25, 256: 26, 1 << 16: 31}
    assert {length: length_class(length) for length in edges} == edges


def test_training_goes_downhill() -> None:
    x = np.array([256, -512, 30, *range(INPUTS - 3)], np.int32)
    weights = np.full(3 * INPUTS, FIRST_WEIGHT, np.int32)
    before = dots.plain(x, weights, 0, INPUTS, 2 * INPUTS)
    assert len(set(before)) == 1
    train.plain(x, weights, INPUTS, 5_000)
    after = dots.plain(x, weights, 0, INPUTS, 2 * INPUTS)
    assert after[1] > before[1]
    assert (after[0], after[2]) == (before[0], before[2])
    expected = [FIRST_WEIGHT + (int(value) * 5_000 + 512 >> 10) for value in x]
    assert weights.tolist() == [FIRST_WEIGHT] * INPUTS + expected + [FIRST_WEIGHT] * INPUTS
    one = np.zeros(INPUTS + 1, np.int32)
    one[1] = 1 << 16
    assert dots.plain(x, one, 0, 1, 0) == (-512, 256, -512)
    for _ in range(3_000):
        train.plain(x, weights, 0, 60_000)
    assert weights[:2].tolist() == [1 << 20, -(1 << 20)]


def test_what_is_left_over_of_the_sixteen_says_nothing() -> None:
    assert len(KINDS) < AT_ONCE
    symbols = of_every_kind()[:70]
    for parts in (PARTS, PARTS[:5], PARTS[5:]):
        memory, model = begun(symbols.size, parts), Mixing(parts)
        encode_mixing.plain(symbols, memory, np.zeros(999, np.uint8))
        contexts = memory.kept.size
        # A match has its place behind the contexts.
        empty = range(contexts + 1, AT_ONCE)
        assert memory.slots[-BUCKET:].tolist() == [NEW] * BUCKET
        assert not memory.inputs[[*empty, *(AT_ONCE + k for k in (contexts, *empty))]].any()
        assert memory.inputs[:contexts].any()
        weights = memory.weights.reshape(-1, INPUTS)
        assert (weights[:, list(empty)] == FIRST_WEIGHT).all()
        assert not (weights[:, :contexts] == FIRST_WEIGHT).all()
        assert (memory.chances[contexts << 8] >> COUNT_BITS) == 1 << (FINE_BITS - 1)
        assert model.ideal_bits(symbols) < 8.1 * symbols.size


def table_of_records() -> Symbols:
    """Rows of ten bytes: a number that grows, a few kinds, and noise."""
    rng = np.random.Generator(np.random.PCG64(5))
    rows = [
        i.to_bytes(3, "big") + b"\x11\x22" + bytes([i % 5, 7 * (i % 3)]) + rng.bytes(1) + b"\0\xff" for i in range(400)
    ]
    return as_symbols(b"".join(rows))


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_each_part_helps_where_it_should(part: str) -> None:
    assert set(KINDS) < set(PARTS)
    without = Mixing(tuple(other for other in PARTS if other != part))
    prose, table, picture = beginning("prose.txt", 60_000), table_of_records(), beginning("image.pgm", 60_000)
    with compilation("always"):
        coder = SequentialCoder(without)
        assert coder.decode(coder.encode(prose[:3000]), 3000).tolist() == prose[:3000].tolist()
        gains = [without.ideal_bits(each) / Mixing().ideal_bits(each) - 1 for each in (prose, table, picture)]
    assert max(gains) > 0
    assert min(gains) != 0


# ---------------------------------------------------------------- in files


def test_other_alphabets_are_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"mix takes tokens of the kind bytes, and .* is none"):
        compress.encode(b"the end", assumed="mix", tokens="words")
    with pytest.raises(SpecError, match=r"mix.*heads"):
        compress.validate("heads=1/2,tails=1/2", "mix", n=10)
    with pytest.raises(SpecError, match="fixed uses one code"):
        compress.encode(b"aab", "fixed", assumed="mix")
    recipe = recipe_named("mix")
    assert recipe is not None
    with pytest.raises(SpecError, match="all 256 bytes, and not of 3 tokens"):
        recipe.build(3)
    with pytest.raises(DataError, match="all 256 bytes"):
        sequential(Table(Form.RECIPE, 255, recipe.numbers))


def test_it_may_be_believed_of_a_coin() -> None:
    run = compress.validate("bernoulli:0.9", "mix", n=80, seed=1)
    assert run.verdict == "pass"
    assert 0.2 < run.payload_bits / 80 < 1.2


def kinds_of_blocks(data: bytes, assumed: str) -> tuple[list[BlockKind], int]:
    output = io.BytesIO()
    _, size = encode_to(io.BytesIO(data), output, Encoding(BARE.believed(assumed)))
    output.seek(0)
    kinds = [block.kind for frame in read_frames(output, Limits()) for block in frame.blocks]
    return kinds, size


def test_noise_is_stored() -> None:
    noise = np.random.Generator(np.random.PCG64(9)).bytes(160)
    kinds, size = kinds_of_blocks(noise, "mix")
    assert kinds == [BlockKind.STORED]
    assert size < 160 + 60
    assert compress.decode(compress.encode(noise, assumed="mix")) == noise
    # A belief whose price is to be seen is never stored.
    assert kinds_of_blocks(noise[:100], "kt")[0] == [BlockKind.CODED]


def test_what_storing_saved_is_in_the_ledger() -> None:
    noise = np.random.Generator(np.random.PCG64(9)).bytes(100)
    [inspection] = compress.inspect(compress.encode(noise, assumed="mix")).frames
    ledger = inspection.ledger
    assert ledger.coder == pytest.approx(8 * 100 - Mixing().ideal_bits(as_symbols(noise)))
    assert ledger.coder < -5


def test_the_memory_that_is_said_is_not_less_than_it_is() -> None:
    for n in (1, 300, 70_000, 400_000, 3_000_000):
        taken = sum(array.nbytes for array in begun(n))
        assert taken <= bytes_of(n) <= min(1.02 * taken, 300 << 20)
        assert bytes_of(n) <= taken + (1 << 17)
        assert Mixing().room_to_price(n) >= bytes_of(n) + np.zeros(1 << CHANCE_BITS, np.int64).nbytes
    assert bytes_of(1 << 25) <= 300 << 20


def test_a_part_that_is_left_out_takes_no_memory() -> None:
    assert begun(9).corrections.size == (REFINING << 16) + 1
    without = begun(9, [part for part in PARTS if part not in ("match", "refinement")])
    assert without.corrections.size == without.positions.size == 0


def test_a_bit_loses_what_its_two_parts_leave() -> None:
    below, above = Mixing().slack_bits(np.zeros(1000, np.uint8))
    lost = -8000 * math.log1p(-(2.0 ** (CHANCE_BITS - LEAST_WIDTH_BITS))) / math.log(2)
    assert below == 0
    assert lost <= above <= lost * 1.00001
