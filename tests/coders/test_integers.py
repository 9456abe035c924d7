"""Codes of the whole numbers: their words for 1 to 20, their laws, and the parameter that suits a Q best."""

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
from compress.coders import reference
from compress.coders.catalog import build, choose
from compress.coders.protocol import Form, Table
from compress.coders.words import integers, universal
from compress.coders.words.codebook import Codebook
from compress.coders.words.integers import best_golomb, best_rice, exp_golomb, golomb, rice, unary
from compress.coders.words.prefix import PrefixCoder
from compress.coders.words.universal import delta, fibonacci, gamma, omega
from compress.errors import CorruptError, DataError, SpecError
from compress.frames.header import Limits
from compress.frames.inspections import inspect
from compress.frames.packing import pack_table, unpack_table
from compress.probability.distribution import Distribution

NAMES = [family.name for family in (*integers.FAMILIES, *universal.FAMILIES)]
GEOMETRIC = "geometric:p=0.05"

# Elias 1975, table 2 and its continuation by the definitions: 1 to 20.
GAMMA = """1 010 011 00100 00101 00110 00111 0001000 0001001 0001010 0001011 0001100 0001101 0001110 0001111
    000010000 000010001 000010010 000010011 000010100"""
# The gamma word of how many bits n has, and n without its first bit.
DELTA = """1 0100 0101 01100 01101 01110 01111 00100000 00100001 00100010 00100011 00100100 00100101 00100110
    00100111 001010000 001010001 001010010 001010011 001010100"""
OMEGA = """0 100 110 101000 101010 101100 101110 1110000 1110010 1110100 1110110 1111000 1111010 1111100 1111110
    10100100000 10100100010 10100100100 10100100110 10100101000"""
# Zeckendorf: 4 = 3 + 1, 6 = 5 + 1, 7 = 5 + 2, 9 = 8 + 1, ..., 20 = 13 + 5 + 2.
FIBONACCI = """11 011 0011 1011 00011 10011 01011 000011 100011 010011 001011 101011 0000011 1000011 0100011 0010011
    1010011 0001011 1001011 0101011"""
# Golomb 1966: steps of 5; 0, 1, 2 have two bits of 8 - 5 = 3 short words, 3 and 4 have three.
GOLOMB_5 = """000 001 010 0110 0111 1000 1001 1010 10110 10111 11000 11001 11010 110110 110111 111000 111001 111010
    1110110 1110111 1111000"""
RICE_2 = """000 001 010 011 1000 1001 1010 1011 11000 11001 11010 11011 111000 111001 111010 111011 1111000 1111001
    1111010 1111011 11111000"""
# H.264, section 9.1, table 9-2: ue(v).
EXP_GOLOMB_0 = """1 010 011 00100 00101 00110 00111 0001000 0001001 0001010 0001011 0001100 0001101 0001110 0001111
    000010000 000010001 000010010 000010011 000010100 000010101"""


@pytest.mark.parametrize(
    ("words", "due"),
    [(gamma, GAMMA), (delta, DELTA), (omega, OMEGA), (fibonacci, FIBONACCI)],
    ids=lambda w: str(w)[:14],
)
def test_the_words_of_1_to_20(words: object, due: str) -> None:
    assert callable(words)
    assert [words(number).to01() for number in range(1, 21)] == due.split()


@pytest.mark.parametrize(
    ("words", "parameter", "due"), [(golomb, 5, GOLOMB_5), (rice, 2, RICE_2), (exp_golomb, 0, EXP_GOLOMB_0)]
)
def test_the_words_of_0_to_20(words: object, parameter: int, due: str) -> None:
    assert callable(words)
    assert [words(number, parameter).to01() for number in range(21)] == due.split()


def test_unary_is_golomb_of_steps_of_1_and_exp_golomb_of_0_is_gamma_of_the_next() -> None:
    for number in range(40):
        assert unary(number) == golomb(number, 1) == bitarray("1" * number + "0")
        assert exp_golomb(number, 0) == gamma(number + 1)
        assert rice(number, 3) == golomb(number, 8)


@given(st.integers(0, 1 << 20), st.integers(1, 1 << 20), st.integers(0, 20))
def test_each_word_has_the_length_that_is_found_another_way(number: int, step: int, low: int) -> None:
    few = number % 3000
    assert len(unary(few)) == reference.unary_length(few)
    assert len(golomb(few, step)) == reference.golomb_length(few, step)
    assert len(rice(few, low)) == reference.rice_length(few, low)
    assert len(exp_golomb(number, low)) == reference.exp_golomb_length(number, low)
    assert len(gamma(number + 1)) == reference.gamma_length(number + 1) == 2 * int(math.log2(number + 1)) + 1
    assert len(delta(number + 1)) == reference.delta_length(number + 1)
    assert len(omega(number + 1)) == reference.omega_length(number + 1)
    assert len(fibonacci(number + 1)) == reference.fibonacci_length(number + 1)


@pytest.mark.parametrize("name", [*NAMES, "golomb:3", "golomb:7", "rice:0", "rice:3", "expgolomb:2"])
def test_each_is_a_prefix_code_that_leaves_nothing_unused_in_the_long_run(name: str) -> None:
    """2^-length sums to 1 over all numbers; over the first 1000 nearly so, and never above."""
    book = build(name, [1] * 1_000).book
    assert isinstance(book, Codebook)
    assert book.is_prefix_free
    assert Fraction(4, 5) < book.kraft_sum < 1


def test_a_fibonacci_word_has_11_at_its_end_and_nowhere_else() -> None:
    for number in range(1, 2_000):
        assert fibonacci(number).to01().find("11") == len(fibonacci(number)) - 2


@pytest.mark.both_forms
@pytest.mark.parametrize("name", [*NAMES, "golomb:3", "rice:1", "expgolomb:1"])
def test_every_short_message_comes_back(name: str) -> None:
    coder = build(name, [1, 5, 0, 2])
    for message in itertools.chain.from_iterable(itertools.product(range(4), repeat=n) for n in range(5)):
        bits = coder.encode(np.array(message, np.uint8))
        assert coder.decode(bits + bitarray("0110"), len(message)).tolist() == [*message]


# The best parameter


def geometric_cost(theta: float, step: int) -> float:
    """E[length] of Golomb's code where chances are (1-θ)·θ^i: ceil(log2 M) + θ^(2^ceil(log2 M) - M) / (1 - θ^M).

    A word has ceil(log2 M) bits for what is left, and one for each step and the zero, but one less for the first
    2^b - M of each step: b + Σ_j θ^(j·M + 2^b - M), the chances to be beyond the short words of step j.
    """
    bits = (step - 1).bit_length()
    return bits + theta ** ((1 << bits) - step) / (1 - theta**step)


@pytest.mark.parametrize("name", ["golomb:1", "golomb:3", "golomb:13", "golomb:14", "golomb:16"])
def test_golomb_costs_what_its_closed_form_says(name: str) -> None:
    q = Distribution.parse(GEOMETRIC)
    cost = float(q.probabilities @ build(name, q.weights).surprises)
    assert cost == pytest.approx(geometric_cost(0.95, int(name.partition(":")[2])), abs=1e-9)


@pytest.mark.parametrize("p", ["0.5", "0.4", "0.381", "0.3", "0.2", "0.1", "0.05", "0.01", "0.001"])
def test_the_best_step_is_the_best_of_all(p: str) -> None:
    """Tried: every M up to twice the best.  0.381966 is where M = 1 and M = 2 cost the same."""
    theta = 1 - float(p)
    best = best_golomb(Distribution.parse(f"geometric:p={p}").weights)
    costs = {step: geometric_cost(theta, step) for step in range(1, 2 * best + 8)}
    assert costs[best] <= min(costs.values()) + 1e-12
    assert theta**best * (1 + theta) <= 1 < theta ** (best - 1) * (1 + theta)


def test_the_best_step_of_a_certain_q_is_1() -> None:
    assert best_golomb([7, 0, 0]) == best_golomb([1]) == 1


@given(st.lists(st.integers(0, 50), min_size=1, max_size=80).filter(any))
def test_the_best_low_bits_are_the_best_of_all(weights: list[int]) -> None:
    costs = [sum(w * len(rice(i, low)) for i, w in enumerate(weights)) for low in range(12)]
    assert best_rice(weights) == costs.index(min(costs))


def test_golomb_best_measures_its_closed_form_and_huffmans_cost() -> None:
    """M = 14: 5.7616 bits a token where H is 5.7279, and no code with a word a token costs less."""
    made = validate(GEOMETRIC, GEOMETRIC, "golomb:best", n=100_000, seed=0)
    assert made.verdict == "pass"
    assert made.expected_bits_per_token == pytest.approx(geometric_cost(0.95, 14), abs=1e-9)
    # The standard error of 100,000 tokens is 0.0045 bits.
    assert made.bits_per_token == pytest.approx(5.7616, abs=0.025)
    huffman = validate(GEOMETRIC, GEOMETRIC, "huffman", n=10, seed=0)
    assert made.expected_bits_per_token == pytest.approx(huffman.expected_bits_per_token, abs=1e-6)


@pytest.mark.parametrize("name", ["gamma", "delta", "omega", "fibonacci"])
def test_universal_codes_measure_their_law_on_zipf(name: str) -> None:
    made = validate("zipf:k=2000", "zipf:k=2000", name, n=20_000, seed=1)
    assert made.verdict == "pass"
    assert made.checks.exact_length
    assert made.checks.code_price
    assert made.checks.expectation
    p = Distribution.parse("zipf:k=2000")
    length = getattr(reference, f"{name}_length")
    due = sum(chance * length(i + 1) for i, chance in enumerate(p.probabilities.tolist()))
    assert made.expected_bits_per_token == pytest.approx(due)


def test_gamma_costs_at_most_twice_the_entropy_and_a_bit_where_chances_fall() -> None:
    for spec in ("uniform:1", "uniform:300", "zipf:k=999,s=1.7", GEOMETRIC, "a=.999,b=.001"):
        p = Distribution.parse(spec)
        assert float(p.probabilities @ build("gamma", p.weights).surprises) <= 2 * p.entropy + 1


# What a file tells


@pytest.mark.parametrize("name", NAMES)
def test_a_file_comes_back(name: str) -> None:
    content = b"abracadabra" * 20
    assert decode(encode(content, name)) == content


@pytest.mark.parametrize(("name", "number"), [("golomb", 14), ("rice", 4)])
def test_a_file_tells_the_number_that_was_chosen(name: str, number: int) -> None:
    [frame] = inspect(io.BytesIO(encode(b"aaaabbccdddeeeeeeeee", name)), Limits())
    assert frame.header.coder.name == f"{name}:best"
    # The mean place is 2.55: chances halve every 2.09 places.  K = 1 costs 63 bits, K = 0 costs 71, and K = 2 69.
    assert frame.header.table == Table(Form.CHOSEN, 5, ({"golomb": 2, "rice": 1}[name],))
    chosen = choose(name).fit(Distribution.parse(GEOMETRIC).weights)
    assert chosen.numbers == (number,)
    assert unpack_table(pack_table(chosen), chosen.size) == chosen
    assert pack_table(chosen) == bytes([7, number])
    with pytest.raises(CorruptError, match="something behind it"):
        unpack_table(pack_table(chosen) + b"\0", chosen.size)
    with pytest.raises(CorruptError, match="cut short"):
        unpack_table(pack_table(chosen)[:-1], chosen.size)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("golomb:best", Table(Form.CHOSEN, 3, (0,))),
        ("golomb:best", Table(Form.CHOSEN, 3, ((1 << 20) + 1,))),
        ("golomb:best", Table(Form.NAMED, 3)),
        ("golomb:3", Table(Form.CHOSEN, 3, (3,))),
        ("rice:best", Table(Form.CHOSEN, 3, (21,))),
        ("unary", Table(Form.CHOSEN, 3, (1,))),
        ("expgolomb:0", Table(Form.CHOSEN, 3, (0,))),
    ],
)
def test_a_number_that_nobody_chooses_is_refused(name: str, table: Table) -> None:
    with pytest.raises(DataError, match=r"does not fit|cannot have"):
        choose(name).build(table)


def test_what_may_be_written() -> None:
    assert choose("golomb").name == choose("golomb:best").name == "golomb:best"
    assert choose("rice").name == "rice:best"
    assert choose("rice:0").name == "rice:0"
    assert choose("golomb:1048576").name == "golomb:1048576"
    assert choose("expgolomb").name == "expgolomb:0"
    for wrong in ("golomb:0", "golomb:1048577", "rice:21", "rice:Best", "expgolomb:best", "golomb:"):
        with pytest.raises(SpecError, match=rf"is a whole number from .*, not '{wrong.partition(':')[2]}'"):
            choose(wrong)
    with pytest.raises(SpecError, match="unary takes no parameter"):
        choose("unary:1")


# Words of thousands of bits


def test_unary_of_5000_tokens_is_decoded_one_word_after_the_other() -> None:
    coder = build("unary", [1] * 5_000)
    rng = np.random.Generator(np.random.PCG64(3))
    message = rng.integers(0, 5_000, 2_000).astype(np.uint16)
    bits = coder.encode(message)
    assert len(bits) == int(message.astype(int).sum()) + 2_000
    assert np.array_equal(coder.decode(bits + bitarray("1"), 2_000), message)
    with pytest.raises(CorruptError, match="ends within its 2000 tokens"):
        coder.decode(bits[:-1], 2_000)
    with pytest.raises(CorruptError, match="holds no code word at token 1"):
        coder.decode(bitarray("10") + bitarray("1") * 6_000, 2)


def test_long_words_among_short_ones_are_told_from_no_words() -> None:
    """A word of 1 bit, one of 70, and nothing else: 0..., 1 and 69 zeros."""
    coder = PrefixCoder("long", Codebook.of([1, 70]))
    assert coder.decode(bitarray("0" + "1" + "0" * 69 + "0"), 3).tolist() == [0, 1, 0]
    with pytest.raises(CorruptError, match="holds no code word at token 1"):
        coder.decode(bitarray("0" + "1" + "0" * 68 + "1"), 3)
    with pytest.raises(CorruptError, match="ends within"):
        coder.decode(bitarray("0" + "1" + "0" * 68), 2)


def test_the_sum_of_long_words_is_told_in_short() -> None:
    assert build("unary", [1] * 5).book.kraft_text() == "31/32"  # type: ignore[union-attr]  # it sends words
    assert build("unary", [1] * 20_000).book.kraft_text() == "1 - 2^-20000"  # type: ignore[union-attr]
    assert Codebook.of([2, 3]).kraft_text(1) == "0.375"
    assert Codebook.of([0]).kraft_text(1) == "1"
