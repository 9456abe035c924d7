"""Block: Huffman's code of pairs, triples, and so on; its end, its law, and how it comes near entropy."""

from __future__ import annotations

import io
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st

from compress import decode, encode, validate
from compress.cli.main import run
from compress.coders.catalog import CODERS, build, choose
from compress.coders.messages.block import FAMILY, BlockCoder, grouped
from compress.coders.protocol import Form, Table
from compress.coders.words.huffman import huffman
from compress.errors import CorruptError, DataError, SpecError
from compress.experiments.predict import expected_code
from compress.frames.header import Limits
from compress.frames.inspections import inspect
from compress.probability.distribution import Distribution, Pair
from compress.symbols import smallest_dtype

RARE = "bernoulli:0.05"


def block(weights: list[int], size: int) -> BlockCoder:
    coder = choose(f"block:{size}").of(weights)
    assert isinstance(coder, BlockCoder)
    return coder


def test_the_pairs_of_a_nine_tenths_coin_by_hand() -> None:
    """0.81 0.09 0.09 0.01: bb and ab are merged to 0.1, then with ba to 0.19; 1.29 bits a pair."""
    coder = block([9, 1], 2)
    assert grouped([9, 1], 2) == [81, 9, 9, 1]
    assert [word.to01() for word in coder.code(2).book.words if word is not None] == ["0", "110", "10", "111"]
    p = Distribution(("a", "b"), (9, 1))
    assert coder.expected_bits(p, 2) == pytest.approx(1.29)
    assert coder.moments(p).mean == pytest.approx(0.645)
    # aa ab, and b by itself with a bit of its own.
    assert coder.encode(np.array([0, 0, 0, 1, 1], np.uint8)).to01() == "0" + "110" + "1"
    assert coder.expected_bits(p, 5) == pytest.approx(2 * 1.29 + 1)


@pytest.mark.both_forms
@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_short_message_comes_back_and_none_begins_another(size: int) -> None:
    for weights in ([5, 1, 2], [1, 0, 3], [7]):
        coder = block(weights, size)
        possible = [symbol for symbol, weight in enumerate(weights) if weight]
        for count in range(6):
            payloads = []
            for message in itertools.product(possible, repeat=count):
                symbols = np.array(message, np.uint8)
                bits = coder.encode(symbols)
                assert coder.decode(bits + bitarray("0110"), count).tolist() == [*message]
                assert len(bits) == coder.ideal_bits(symbols)
                law = FAMILY.law(coder, Pair(*[Distribution.parse("a=1")] * 2), symbols)
                assert law is not None
                assert law.hold(len(bits))
                payloads.append(bits.to01())
            payloads.sort()
            assert not any(later.startswith(bits) for bits, later in itertools.pairwise(payloads))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5).filter(any), st.integers(1, 4), st.data())
def test_any_message_over_any_table(weights: list[int], size: int, data: st.DataObject) -> None:
    possible = [symbol for symbol, weight in enumerate(weights) if weight]
    message = data.draw(st.lists(st.sampled_from(possible), max_size=30))
    coder = block(weights, size)
    bits = coder.encode(np.array(message, smallest_dtype(len(weights))))
    assert coder.decode(bits, len(message)).tolist() == message


def test_groups_of_one_are_huffmans_words() -> None:
    message = np.arange(5, dtype=np.uint8)
    weights = [5, 9, 1, 3, 3]
    assert block(weights, 1).encode(message) == build("huffman", weights).encode(message)


def test_longer_groups_come_near_entropy() -> None:
    """H <= E[length] < H + 1/M for bernoulli:0.05, M = 1 to 8: 1, 0.574, 0.433 and so on, to 0.299; H is 0.286."""
    p = Distribution.parse(RARE)
    costs = [expected_code(p, choose(f"block:{size}")).expected for size in range(1, 9)]
    for size, cost in enumerate(costs, 1):
        assert p.entropy <= cost < p.entropy + 1 / size
    assert p.entropy == pytest.approx(0.2864, abs=5e-5)
    assert [round(cost, 3) for cost in costs] == [1.0, 0.574, 0.433, 0.367, 0.336, 0.316, 0.304, 0.299]
    # Found again with fractions: the words of triples under P itself.
    exact = sum(
        Fraction(weight, 20**3) * int(length)
        for weight, length in zip(grouped([1, 19], 3), huffman(grouped([1, 19], 3)).lengths, strict=True)
    )
    assert costs[2] == pytest.approx(float(exact) / 3)


@pytest.mark.parametrize("size", [1, 3, 8])
def test_an_experiment_measures_it(size: int) -> None:
    made = validate(RARE, RARE, f"block:{size}", n=30_001, seed=4)
    assert made.verdict == "pass"
    assert made.checks.exact_length
    assert made.checks.code_price
    assert made.checks.expectation is (None if size == 1 else True)
    assert made.ledger.coder == 0
    if size > 1:
        assert made.z is not None
        assert abs(made.z) < 4


def test_dependent_tokens_have_a_ledger_and_no_forecast() -> None:
    chain = "markov:@weather.json"
    with open("weather.json", "w") as file:  # the suite's own folder
        file.write('{"sun": {"sun": 0.9, "rain": 0.1}, "rain": {"sun": 0.3, "rain": 0.7}}')
    made = validate(chain, "sun=0.75,rain=0.25", "block:2", n=20_000)
    assert made.verdict == "pass"
    assert made.expected_bits_per_token is None
    assert made.z is None
    # Pairs are cheaper than their independent tokens would be, and `code` and `luck` hold that.
    assert made.ledger.total == pytest.approx(8 * made.file_bytes)


def test_a_wrong_weight_breaks_the_promise() -> None:
    q, other = Distribution(("a", "b"), (9, 1)), Distribution(("a", "b"), (1, 9))
    assert FAMILY.promise(block([9, 1], 2), Pair(q, q))
    assert not FAMILY.promise(block([1, 9], 2), Pair(q, q))
    assert FAMILY.promise(block([1, 9], 2), Pair(q, other))


def test_a_file_tells_weights_and_no_words() -> None:
    content = b"abracadabra" * 91
    data = encode(content, "block:2")
    assert decode(data) == content
    [frame] = inspect(io.BytesIO(data), Limits())
    assert frame.header.table.form == Form.COUNTS
    assert frame.ledger.luck == frame.ledger.coder == 0
    assert frame.ledger.total == pytest.approx(8 * len(data))
    assert choose("block:2").fit([3, 3]) == Table(Form.EQUAL, 2)
    assert choose("block:2").fit([3, 1]).form == Form.PARTS
    # What nobody would have written takes no time and no memory.
    with pytest.raises(DataError, match=r"1,000 tokens have .* groups of 16"):
        choose("block:16").build(Table(Form.EQUAL, 1000))
    with pytest.raises(DataError, match="a table of lengths does not fit block"):
        choose("block:2").build(Table(Form.LENGTHS, 2, (1, 1)))


def test_structure_may_cost_less_than_independent_tokens() -> None:
    """Of baa baa baa only one group occurs, with a word of 2 bits for a surprise of 2.75: `code` is below 0."""
    [frame] = inspect(io.BytesIO(encode(b"baa" * 300, "block:3", assumed="a=2/3,b=1/3")), Limits())
    assert frame.payload_bits == 2 * 300
    assert frame.ledger.entropy == pytest.approx(300 * 2.754888, abs=1e-3)
    assert frame.ledger.code == pytest.approx(600 - frame.ledger.entropy)


def test_damage_is_an_error() -> None:
    coder = block([9, 1], 3)
    bits = coder.encode(np.array([0, 1, 0, 1, 1, 1, 0], np.uint8))
    for short in range(len(bits)):
        with pytest.raises(CorruptError):
            coder.decode(bits[:short], 7)
    with pytest.raises(DataError, match="has no code word"):
        block([9, 0], 2).encode(np.array([0, 1], np.uint8))


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("block:2", 257, r"257 tokens have 66,049 groups of 2, and .* 65,536 words at most; take block:1$"),
        ("block:17", 2, "is a whole number from 1 to 16"),
        ("block:16", 3, r"43,046,721 groups of 16, .*; take block:10$"),
        ("block:1", 65_537, r"65,537 groups of 1, .*; take another coder$"),
    ],
)
def test_too_many_groups_are_refused(name: str, size: int, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        choose(name).fit([1] * size)


def test_the_command_shows_the_words_of_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["code", "a=.9,b=.1", "--coder", "block:2", "--true", "a=.5,b=.5", "--svg", "-"]) == 0
    assert "b b" in capsys.readouterr().out
    assert run(["code", "a=.9,b=.1", "--coder", "block:2"]) == 0
    out = capsys.readouterr().out
    assert "tokens" in out
    assert "0.6450 bits/token" in out
    assert "0.1760 bits/token above H(P)" in out
    assert "best for this Q" not in out
    assert run(["trace", "a", "b", "a", "--coder", "block:2"]) == 0
    out = capsys.readouterr().out
    assert "2 of 2" in out
    assert "1 of 1" in out
    assert "the coder's own payload" in out


def test_the_catalog_has_it() -> None:
    assert choose("block").name == "block:2"
    assert CODERS["block"] is FAMILY
    with pytest.raises(SpecError, match="no token has a price of its own with block"):
        build("block:2", [1, 1])
    assert math.isclose(block([1, 1], 4).moments(Distribution.parse("a=.5,b=.5")).mean, 1)
