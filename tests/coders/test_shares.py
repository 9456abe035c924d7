"""Coders of a small total: textbook, range, rANS and tANS on every small table, on damage, and at their edges."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from unittest.mock import MagicMock

import constriction
import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given, settings
from hypothesis import strategies as st

from compress import decode, encode, validate
from compress.coders.catalog import CODERS, build, choose
from compress.coders.family import Parameter
from compress.coders.protocol import Bounds, Form, Static, Table
from compress.coders.streams.range import RangeCoder
from compress.coders.streams.range_loops import _bisect, narrowed
from compress.coders.streams.rans import RansCoder
from compress.coders.streams.rans_lanes import has_no_rare, steps_of
from compress.coders.streams.shares import family_of_shares, is_share_of, require_possible
from compress.coders.streams.tans import TansCoder, spread
from compress.errors import CorruptError, DataError, SpecError
from compress.frames.packing import pack_table, unpack_table
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import Frequencies
from compress.sources.protocol import generator
from compress.symbols import Symbols, smallest_dtype

NAMES = ("textbook", "range", "rans", "tans")
SMALLEST = ("textbook:6", "textbook:7", "textbook:8", "range:8", "range:9", "rans:4", "rans:5", "tans:4", "tans:5")


def distribution(weights: Sequence[int]) -> Distribution:
    return Distribution(tuple(map(str, range(len(weights)))), tuple(weights))


def law_of(name: str, coder: Static, symbols: Symbols) -> Bounds:
    q = distribution([1] * coder.surprises.size)
    law = choose(name).family.law(coder, Pair(q, q), symbols)
    assert law is not None
    return law


def checked(name: str, coder: Static, message: Sequence[int]) -> bitarray:
    """The payload of a message, which comes back whatever follows, and is as long as its law says."""
    symbols = np.array(message, smallest_dtype(coder.surprises.size))
    bits = coder.encode(symbols)
    for behind in ("", "1", "0110100" * 9):
        assert np.array_equal(coder.decode(bits + bitarray(behind), len(message)), symbols)
    assert law_of(name, coder, symbols).hold(len(bits))
    assert not isinstance(coder, RansCoder) or coder.bounds(symbols).hold(len(bits))
    return bits


def tables() -> Iterator[tuple[int, ...]]:
    """All weights up to 4 for up to 3 tokens."""
    for size in (1, 2, 3):
        yield from (weights for weights in itertools.product(range(5), repeat=size) if any(weights))


def check_every_message(name: str, longest: int) -> None:
    """Lossless, within the law, and no payload the beginning of another of as many tokens."""
    for weights in tables():
        coder = build(name, weights)
        possible = [symbol for symbol, weight in enumerate(weights) if weight]
        for count in range(longest + 1):
            payloads = sorted(
                checked(name, coder, message).to01() for message in itertools.product(possible, repeat=count)
            )
            assert not any(later.startswith(bits) for bits, later in itertools.pairwise(payloads))


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALLEST)
def test_every_message_of_up_to_5_tokens_over_every_small_table(name: str) -> None:
    check_every_message(name, 5)


@pytest.mark.both_forms
@pytest.mark.parametrize("name", SMALLEST[::3])
def test_every_message_of_up_to_2_tokens_over_every_small_table(name: str) -> None:
    check_every_message(name, 2)


# By hand


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("weights", "message", "payload"),
    [
        # T = 16, registers of 6 bits: 0 to 63.  Halves: a bit a token, and nothing is left to say.
        ([1, 1], [0, 1, 1], "011"),
        # f = 12 4.  [48, 63] is the upper half, and of that the upper half again.
        ([3, 1], [1], "11"),
        # [0, 47] is neither half; 01 names its second quarter.
        ([3, 1], [0], "01"),
        # [0, 47] [0, 35] [0, 26], the lower half, [0, 53]; 01.
        ([3, 1], [0, 0, 0], "001"),
        # [36, 47] 1 [8, 31] 0 [16, 63]; 10 names the third quarter.
        ([3, 1], [0, 1], "1010"),
        # f = 4 8 4.  [16, 47] is the middle: one bit pending; 0 and its opposite twice.
        ([1, 2, 1], [1], "011"),
        # The same, then [48, 63] 1, and 0 that was pending, [32, 63] 1.
        ([1, 2, 1], [1, 2], "101"),
        ([1, 2, 1], [], ""),
        # A token that is certain keeps the interval whole.
        ([0, 5], [1, 1, 1], ""),
    ],
)
def test_textbook_messages_worked_by_hand(weights: list[int], message: list[int], payload: str) -> None:
    assert checked("textbook:6", build("textbook:6", weights), message).to01() == payload


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("weights", "message", "payload"),
    [
        ([3, 1], [], ""),
        # [0, 3/4): the lower half lies in it.
        ([3, 1], [0], "0"),
        # [3/4, 1), and of that the last quarter, and of that.
        ([3, 1], [1], "11"),
        ([3, 1], [1, 1, 1], "111111"),
        # [9/16, 12/16): an eighth of it begins at 5/8.
        ([3, 1], [0, 1], "101"),
        # 2^-16 of [0, 1) is left, at 1/2: a word moves out.
        ([128, 1, 127], [1, 1, 0], "10000000100000000"),
        ([0, 5], [1, 1, 1], ""),
    ],
)
def test_range_intervals_worked_by_hand(weights: list[int], message: list[int], payload: str) -> None:
    assert checked("range:8", build("range:8", weights), message).to01() == payload


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("last", [0, 2])
def test_a_carry_of_the_range_coder_runs_through_many_words(last: int) -> None:
    """The interval lies across 1/2 until the last token, which is below, 0111..., or above: then all of it turns."""
    coder = build("range:24", [1, 2, 1])
    cumulative = coder.facts["frequencies"][0], sum(coder.facts["frequencies"][:2])
    parts = {0: (0, cumulative[0]), 1: cumulative, 2: (cumulative[1], 1 << 24)}
    message, low, width, middle = [], 0, 1 << 62, 1 << 61
    for _ in range(200):
        for symbol, (begin, end) in parts.items():
            at, wide = narrowed.plain(low, width, begin, end, 24)
            if at <= middle < at + wide:
                message.append(symbol)
                low, width = at, wide
                break
        while width < 1 << 46:
            low, width, middle = low << 16, width << 16, middle << 16
    bits = checked("range:24", coder, [*message, last]).to01()
    assert bits.startswith("0" + "1" * 99 if last == 0 else "1" + "0" * 99)


@pytest.mark.both_forms(slow=True)
@settings(max_examples=40)
@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.integers(0, 2**32), st.sampled_from([8, 16, 24, 30]))
def test_the_payload_of_the_range_coder_is_that_of_whole_numbers_which_carry_by_themselves(
    weights: list[int], seed: int, bits: int
) -> None:
    coder, rng = build(f"range:{bits}", weights), np.random.Generator(generator(seed))
    message = rng.integers(0, len(weights), 64).astype(np.uint8)
    steps = CODERS["range"].steps
    assert steps is not None
    told = steps(coder, message)
    assert told.payload == coder.encode(message)
    assert [symbol for symbol, _ in told.found] == message.tolist()


def test_the_division_of_the_range_coder_loses_as_little_as_it_says() -> None:
    """Of a million tokens less than 0.35 bits with T = 2^24, and with T = 2^30 up to 22."""
    message = np.random.Generator(generator(9)).integers(0, 3, 1_000_000).astype(np.uint8)
    for bits, most in ((8, 0.001), (24, 0.344), (30, 22.1)):
        coder = build(f"range:{bits}", [3, 5, 8])
        law, ideal = law_of(f"range:{bits}", coder, message), coder.ideal_bits(message)
        assert law.least == pytest.approx(ideal, abs=1e-6)
        assert law.below - ideal == pytest.approx(2 + most, rel=0.01)
        assert law.hold(len(coder.encode(message)))


@pytest.mark.parametrize("bits", [8, 24, 30])
def test_the_rarest_tokens_of_the_range_coder_have_room(bits: int) -> None:
    """10,000,000 tokens of 2^-30 lose up to 220 bits."""
    coder = build(f"range:{bits}", [2**40, 1])
    assert isinstance(coder, RangeCoder)
    for count in (1, 1_000, 10_000_000):
        bounds = coder.bounds(np.broadcast_to(np.uint8(1), count))
        assert 16 * coder._room(count).size >= bounds.below + 48


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("message", "payload"),
    [
        # T = 16, f = 8 4 4 from 0, 8, 12; the state is 2^24 at first.
        ([], ""),
        # 16·(2^24 div 8) + 0 + 0.
        ([0], "02000000"),
        # 16·(2^24 div 4) + 12 + 0.
        ([2], "0400000c"),
        # That, then 16·(0x0400000c div 4) + 8 + 0.
        ([1, 2], "10000038"),
        # 0x0400000c 0x1000003c 0x400000fc; no more than 4·2^28: fc moves out, 16·(0x400000 div 4) + 12.
        ([2, 2, 2, 2], "0100000cfc"),
    ],
)
def test_rans_states_walked_by_hand(message: list[int], payload: str) -> None:
    assert checked("rans:4", build("rans:4", [2, 1, 1]), message).tobytes().hex() == payload


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("message", "payload"),
    [
        # States from 16: a 0 1 4 5 7 8 10 11 13 14, b 2 9 12 15, c 3 6.
        ([], ""),
        # a: 16 is its own number already, the 7th from 10 on: state 10 = 1010.
        ([0], "1010"),
        # Then b, f = 4: 26 is 6 and two bits 10; number 6 is b's third: state 12 = 1100, and the bits.
        ([1, 0], "110010"),
        # c, f = 2: 16 is 2 and three bits 000: its first, state 3.
        ([2], "0011000"),
    ],
)
def test_tans_states_walked_by_hand(message: list[int], payload: str) -> None:
    assert spread(np.array([10, 4, 2]), 4).tolist() == [0, 0, 1, 2, 0, 0, 2, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    assert checked("tans:4", build("tans:4", [10, 4, 2]), message).to01() == payload


# Laws


@settings(max_examples=25)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=9).filter(any), st.data())
def test_any_message_over_any_table(weights: list[int], data: st.DataObject) -> None:
    possible = [symbol for symbol, weight in enumerate(weights) if weight]
    message = data.draw(st.lists(st.sampled_from(possible), max_size=60))
    for name in (
        "textbook",
        "textbook:9",
        "range",
        "range:8",
        "range:30",
        "rans",
        "rans:5",
        "rans:16",
        "tans",
        "tans:5",
    ):
        checked(name, build(name, weights), message)


@pytest.mark.parametrize(
    "name", ["textbook:8", "textbook:16", "textbook", "range:8", "range", "rans:8", "rans", "rans:16", "tans:9", "tans"]
)
def test_a_long_message_is_within_its_law_and_near_its_surprise(name: str) -> None:
    rng = np.random.Generator(generator(7))
    weights = [700, 200, 60, 30, 9, 1]
    message = rng.choice(6, 50_000, p=np.array(weights) / 1000).tolist()
    coder = build(name, weights)
    bits = checked(name, coder, message)
    ideal = coder.ideal_bits(np.array(message, np.uint8))
    assert abs(len(bits) - ideal) < {"textbook:8": 1e-2, "range": 1e-4}.get(name, 2e-3) * len(message)


def test_narrow_registers_cost_more_and_the_law_tells_how_much_they_may() -> None:
    """Of 10,000 tokens of the least share: the part of a token is more than f of T, cut to a whole number."""
    costs, limits = [], []
    for bits in (6, 8, 10, 16, 32):
        coder = build(f"textbook:{bits}", [13, 2, 1])
        message = np.tile(np.array([2, 0, 1], np.uint8), 3_000)
        costs.append(len(coder.encode(message)) - coder.ideal_bits(message))
        law = law_of(f"textbook:{bits}", coder, message)
        limits.append(law.below - law.least)
    assert limits == sorted(limits, reverse=True)
    assert abs(costs[0]) > 100 > 10 > abs(costs[3])
    assert 0 <= costs[4] <= 2 + 1e-3


def test_the_price_of_a_tans_token_is_its_average_in_the_long_run() -> None:
    """Of 200,000 independent tokens the walk costs what the stationary states let expect, to a thousandth."""
    coder = build("tans:8", [700, 200, 60, 30, 9, 1])
    assert isinstance(coder, TansCoder)
    assert math.fsum(coder.stationary) == pytest.approx(1)
    rng = np.random.Generator(generator(3))
    shares = coder.frequencies.values / 256
    message = rng.choice(6, 200_000, p=shares).astype(np.uint8)
    bits = len(coder.encode(message))
    assert bits / coder.ideal_bits(message) == pytest.approx(1, abs=1e-3)
    # And no less than entropy: 2^-price sums to at most 1.
    assert 0.99 < math.fsum(2.0**-coder.surprises) <= 1 + 1e-12


@pytest.mark.parametrize(("before", "cost"), [(0, 7.5), (1, 8.0)])
def test_tans_has_a_memory(before: int, cost: float) -> None:
    """A token of frequency 1 leads to its one state, and the next of frequency 344 costs 3 bits or 4 from there.

    Taken in turn they cost 7.5 or 8 bits a token, where -log2 f/T says 7.787: 344·2^4 = 5504 is where 3 becomes 4.
    """
    weights = [before, 1, 344, 4096 - 345 - before]
    coder = build("tans:12", weights)
    assert isinstance(coder, TansCoder)
    state = 4096 + int(np.flatnonzero(coder.owners == 1)[0])
    assert (state < 5504) is (cost == 7.5)
    # The rare token comes after the other one, for the encoder begins at the end.
    message = np.tile(np.array([2, 1], np.uint8), 500)
    bits = len(coder.encode(message))
    assert bits == 12 + 1000 * cost == law_of("tans:12", coder, message).least
    ideal = -(math.log2(344 / 4096) + math.log2(1 / 4096)) / 2
    assert ideal == pytest.approx(7.787, abs=1e-3)


def test_rans_costs_what_constrictions_does_on_the_same_frequencies() -> None:
    """Both are near Σ -log2 f/T; constriction ends with 64 bits of state, ours with 32."""
    weights = np.array([700, 200, 60, 30, 9, 1])
    coder = build("rans:14", weights.tolist())
    shares = coder.facts["frequencies"]
    message = np.random.Generator(generator(5)).choice(6, 20_000, p=weights / 1000)
    stack = constriction.stream.stack.AnsCoder()
    model = constriction.stream.model.Categorical(np.array(shares) / 2**14, perfect=True)
    stack.encode_reverse(message.astype(np.int32), model)
    assert np.array_equal(stack.decode(model, 20_000), message)
    ideal = coder.ideal_bits(message.astype(np.uint8))
    stack.encode_reverse(message.astype(np.int32), model)
    assert 0 <= stack.num_bits() - ideal <= 64
    assert isinstance(coder, RansCoder)
    bounds = coder.bounds(message.astype(np.uint8))
    assert bounds.hold(len(coder.encode(message.astype(np.uint8))))
    assert bounds.least <= ideal + 28 <= bounds.below
    assert abs(stack.num_bits() - len(coder.encode(message.astype(np.uint8)))) <= 64


# Rare tokens


def test_a_rare_token_is_lifted_to_one_part_and_the_others_pay() -> None:
    q = distribution([2**40, 1])
    for name, bits in (("textbook:16", 14), ("range:14", 14), ("rans:14", 14)):
        coder = build(name, q.weights)
        assert coder.surprises.tolist() == [bits - math.log2(2**bits - 1), bits]
        assert CODERS[name.partition(":")[0]].promise(coder, Pair(q, q))
        CODERS[name.partition(":")[0]].require(Pair(q, q))


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any), st.integers(6, 14))
def test_shares_are_as_near_as_promised_and_other_shares_are_not(weights: list[int], bits: int) -> None:
    frequencies = Frequencies.of(weights, bits)
    assert is_share_of(frequencies, weights)
    other = frequencies.values.copy()
    most = int(other.argmax())
    if other[most] > 40 and len(weights) > 1:
        other[most] -= 35
        other[most - 1] += 35
        assert not is_share_of(Frequencies(other, bits), weights)


@pytest.mark.parametrize("name", NAMES)
def test_another_q_breaks_the_promise(name: str) -> None:
    q, other = distribution([5, 3, 2]), distribution([5, 2, 3])
    family = CODERS[name]
    assert family.promise(build(name, q.weights), Pair(q, q))
    assert not family.promise(build(name, other.weights), Pair(q, q))
    assert not family.promise(build(name, [5, 3, 2, 0]), Pair(q, q))
    assert not family.promise(build(name, [5, 3, 0]), Pair(q, distribution([5, 3, 1])))


# What is refused


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("textbook:6", 9, r"9 tokens need a total of 2\^5, and textbook:6 has 2\^4; take textbook:7 or more"),
        ("range:8", 129, r"129 tokens need a total of 2\^9, and range:8 has 2\^8; take range:9 or more"),
        ("rans:4", 9, r"9 tokens need a total of 2\^5, and rans:4 has 2\^4; take rans:5 or more"),
        ("tans", 8193, r"8,193 tokens need a total of 2\^15, and tans:14 has 2\^14; take tans:15 or more"),
        ("rans", 70_000, r"70,000 tokens need a total of 2\^18, and rans:14 has 2\^14; no rans has so many"),
    ],
)
def test_too_many_tokens_are_refused_with_what_would_do(name: str, size: int, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        build(name, [1] * size)
    kept = {9: 8, 129: 128}.get(size, 8192)
    assert build(name, [1] * kept).surprises.size == kept


@pytest.mark.parametrize("name", NAMES)
def test_a_token_without_a_share_is_refused(name: str) -> None:
    coder = build(name, [3, 0, 1])
    assert math.isinf(coder.surprises[1])
    with pytest.raises(DataError, match="symbol 1 has frequency 0"):
        coder.encode(np.array([0, 1], np.uint8))
    with pytest.raises(DataError, match="a table of lengths does not fit"):
        choose(name).build(Table(Form.LENGTHS, 2, (1, 1)))
    with pytest.raises(DataError, match=r"sum to 2\^"):
        choose(name).build(Table(Form.SHARES, 2, (1, 1)))


@pytest.mark.parametrize(
    "name", ["textbook:5", "textbook:33", "range:7", "range:31", "rans:3", "rans:17", "tans:17", "tans:x"]
)
def test_a_size_that_no_coder_has_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match="is a whole number from"):
        choose(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_tells_the_shares(name: str) -> None:
    content = b"abracadabra" * 30
    assert decode(encode(content, name)) == content
    table = choose(name).fit([5, 2, 1, 1, 2])
    assert table.form == Form.SHARES
    assert unpack_table(pack_table(table), 5) == table
    assert choose(name).fit([7, 7, 7]) == Table(Form.EQUAL, 3)
    assert choose(name).build(Table(Form.EQUAL, 3)).surprises == pytest.approx([math.log2(3)] * 3, abs=1e-3)


# Damage


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NAMES, "textbook:7", "range:8", "rans:5", "tans:5"])
def test_ten_thousand_damaged_payloads_are_an_error_or_some_message(name: str) -> None:
    """Bits flipped, cut off, or drawn: decoded to symbols that exist, or refused; nothing else."""
    rng = np.random.Generator(generator(11))
    weights = [50, 30, 0, 15, 5]
    coder = build(name, weights)
    message = rng.choice(5, 300, p=np.array(weights) / 100).astype(np.uint8)
    whole = coder.encode(message)
    refused = 0
    for case in range(10_000):
        bits = whole.copy()
        if case % 3 == 0:
            for place in rng.integers(0, len(bits), 1 + case % 4):
                bits.invert(int(place))
        elif case % 3 == 1:
            del bits[int(rng.integers(0, len(bits))) :]
        else:
            bits = bitarray(rng.integers(0, 2, int(rng.integers(0, 900))).tolist())
        try:
            found = coder.decode(bits, message.size)
        except CorruptError:
            refused += 1
        else:
            assert set(found.tolist()) <= {0, 1, 3, 4}
    # rANS and tANS have to end where they began; arithmetic coding takes any bits that are long enough.
    assert refused > (3_000 if name.startswith(("textbook", "range")) else 9_000)


@pytest.mark.parametrize("name", ["rans", "tans"])
def test_a_payload_of_another_number_of_tokens_is_refused(name: str) -> None:
    coder = build(name, [5, 3, 2])
    bits = coder.encode(np.array([0, 1, 2, 0, 0, 1] * 20, np.uint8))
    with pytest.raises(CorruptError, match="is not one of 119 tokens"):
        coder.decode(bits, 119)
    with pytest.raises(CorruptError, match=r"ends within its 120 tokens|is not one of 120"):
        coder.decode(bits[:-8], 120)
    if name == "rans":
        with pytest.raises(CorruptError, match="a state that is too small"):
            coder.decode(bitarray(400), 120)


@pytest.mark.parametrize("bits", range(4, 17))
def test_a_state_is_divided_exactly(bits: int) -> None:
    """Quotients are right up to the largest state: the first that is wrong is at either end of some multiple of f."""
    f = np.arange(1, (1 << bits) + 1)
    rows = steps_of(f, bits).reshape(f.size, 8)
    too_large, r, a = rows[:, 0], rows[:, 1], rows[:, 2]
    assert (too_large == f << (32 - bits)).all()
    for x in (0 * f, f - 1, f, too_large // 2, too_large - f - 1, too_large - f, too_large - 1):
        product = x.astype(object) * r + a
        assert max(product) < 1 << 63
        assert ((x * r + a) >> (bits + 31) == x // f).all()


def test_what_is_rare_moves_two_bytes_and_nothing_else_does() -> None:
    for weights, is_simple in (([64, (1 << 14) - 64], True), ([63, (1 << 14) - 63], False), ([0, 5, 3], True)):
        coder = build("rans:14", weights)
        assert isinstance(coder, RansCoder)
        assert has_no_rare(coder.frequencies.values, 14) is is_simple


@pytest.mark.both_forms
def test_a_message_of_too_many_tokens_is_coded_lane_by_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    coder = build("rans", [5, 1, 90, 4])
    assert isinstance(coder, RansCoder)
    symbols = np.arange(401, dtype=np.uint8) % 4
    payloads = coder.encode_lanes(symbols)
    monkeypatch.setattr("compress.coders.streams.rans.MOST_TOKENS", 400)
    four = MagicMock()
    monkeypatch.setattr("compress.coders.streams.rans.encode_four_rans", four)
    monkeypatch.setattr("compress.coders.streams.rans.decode_four_rans", four)
    assert coder.encode_lanes(symbols) == payloads
    assert coder.decode_lanes(payloads, 401).tolist() == symbols.tolist()
    assert not four.called


def test_the_bounds_of_rans_are_near_its_surprise() -> None:
    """A thousandth of a bit a token each way, and 24 to 32 bits."""
    coder = build("rans:14", [700, 200, 60, 30, 9, 1])
    assert isinstance(coder, RansCoder)
    message = np.repeat(np.arange(6, dtype=np.uint8), [7000, 2000, 600, 300, 90, 10])
    bounds = coder.bounds(message)
    assert coder.ideal_bits(message) + 24 - 20 < bounds.least < bounds.below < coder.ideal_bits(message) + 32 + 20
    # One token of two halves: x = 2^24 is 2^25 afterwards, or 2^25 + 2^13 of the second half; nothing moves.
    halves = build("rans:14", [1, 1])
    assert isinstance(halves, RansCoder)
    lower, upper = halves.bounds(np.array([0], np.uint8)), halves.bounds(np.array([1], np.uint8))
    nearly = functools.partial(pytest.approx, rel=0, abs=1e-8)
    assert lower.below == nearly(33)
    assert upper.below == nearly(33 + math.log2(1 + 0.5 / 2**10))
    assert lower.least == nearly(25 - math.log2(1 + 1 / 2**23) + math.log2(1 - 0.5 * 8191 / (2**23 + 8191)))


@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_passes(name: str) -> None:
    made = validate("zipf:k=50", "zipf:k=50,s=1.2", name, n=20_000, seed=2)
    assert made.verdict == "pass"
    assert made.checks.exact_length
    assert made.checks.code_price
    assert made.checks.expectation


def test_the_token_of_a_place_is_found_by_halving_from_any_token_before_it() -> None:
    cumulative = np.array([0, 3, 3, 4, 9, 9, 9, 16], np.int64)
    for place in range(16):
        due = int(np.searchsorted(cumulative, place, side="right")) - 1
        for before in range(due + 1):
            assert _bisect.plain(place, cumulative, before) == (due, cumulative[due], cumulative[due + 1])
    assert _bisect.plain(16, cumulative, 0) == (7, 0, 0)


@pytest.mark.parametrize(("spare", "total"), [(0, "2^BITS"), (2, "2^(BITS - 2)")])
def test_a_family_says_by_its_letter_how_large_the_total_is(spare: int, total: str) -> None:
    nothing = MagicMock()
    whole = Parameter.whole("BITS", 6, 32, 32)
    made = family_of_shares("new", 99, "", nothing, nothing, nothing, parameter=whole, spare_bits=spare)
    assert made.q_hat == f"whole numbers over {total}"


def test_a_symbol_outside_the_alphabet_is_refused_before_it_is_counted() -> None:
    for values in ([8, 8], [16, 0]):
        with pytest.raises(DataError, match="symbol 2 "):
            require_possible(Frequencies.of(values, 4), np.array([0, 2], np.uint8))
