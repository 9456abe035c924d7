"""Typical sequences: their number, their places, and what Shannon's theorem says of them."""

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
from compress.coders.catalog import choose
from compress.coders.messages.sequences import MOST_TYPES, longest, orders_of, place, sequence_at, surprise_of
from compress.coders.messages.typical import FAMILY, TypicalCoder, _require_few
from compress.coders.protocol import Form, Table
from compress.errors import CorruptError, DataError, SpecError
from compress.frames.header import Limits
from compress.frames.inspections import inspect
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import TOTAL

P = Distribution.parse("a=.75,b=.25")


def typical(weights: list[int], epsilon: str) -> TypicalCoder:
    coder = choose(f"typical:{epsilon}").of(weights)
    assert isinstance(coder, TypicalCoder)
    return coder


def law_holds(coder: TypicalCoder, symbols: list[int], bits: int) -> bool:
    law = FAMILY.law(coder, Pair(P, P), np.array(symbols, np.uint8))
    assert law is not None
    return law.hold(bits)


@given(st.integers(1, TOTAL))
def test_a_surprise_is_the_logarithm_to_32_digits(share: int) -> None:
    assert surprise_of(share) / 2**32 == pytest.approx(40 - math.log2(share), abs=2**-31)
    assert surprise_of(1 << 40) == 0
    assert surprise_of(1) == 40 << 32


@given(st.lists(st.integers(0, 4), min_size=1, max_size=7))
def test_places_are_those_of_the_dictionary(sequence: list[int]) -> None:
    orders = sorted(set(itertools.permutations(sequence)))
    assert len(orders) == orders_of([sequence.count(token) for token in set(sequence)])
    assert place(sequence) == orders.index(tuple(sequence))
    assert sequence_at(sorted(sequence), place(sequence)) == sequence


def test_four_tokens_of_three_quarters_by_hand() -> None:
    """H = 0.811.  aaaa has 0.415 bits a token, one b 0.811, two 1.208, three 1.604: EPS = 0.4 takes the first three.

    That is 1 + 4 + 6 = 11 sequences, whose numbers have 4 bits, as many as those of all 16; EPS = 0.39 takes 4.
    """
    coder = typical([3, 1], "0.4")
    found = coder.sequences(4)
    assert [(tokens, begin) for tokens, begin in found.typical.items()] == [
        ((0, 0, 0, 0), 0),
        ((0, 0, 0, 1), 1),
        ((0, 0, 1, 1), 5),
    ]
    assert (found.size, found.bits, found.plain_bits) == (11, 4, 4)
    assert found.chance(P) == pytest.approx((81 + 4 * 27 + 6 * 9) / 256)
    narrow = typical([3, 1], "0.39")
    assert (narrow.sequences(4).size, narrow.sequences(4).bits) == (4, 2)
    # aaba is the second of four; bbaa is not typical, and number 12 of all.
    assert narrow.encode(np.array([0, 0, 1, 0], np.uint8)).to01() == "0" + "01"
    assert narrow.encode(np.array([1, 1, 0, 0], np.uint8)).to01() == "1" + "1100"
    assert narrow.expected_bits(P, 4) == pytest.approx(1 + 108 / 256 * 2 + 148 / 256 * 4)


@pytest.mark.both_forms
@pytest.mark.parametrize("epsilon", ["0.001", "0.2", "1", "60"])
def test_every_short_message_comes_back_and_none_begins_another(epsilon: str) -> None:
    for weights in ([5, 1, 2], [1, 0, 3], [7], [1, 1]):
        coder = typical(weights, epsilon)
        possible = [symbol for symbol, weight in enumerate(weights) if weight]
        for count in range(6):
            payloads = []
            for message in itertools.product(possible, repeat=count):
                payload = coder.encode(np.array(message, np.uint8))
                for behind in ("", "1", "0110100" * 4):
                    assert coder.decode(payload + bitarray(behind), count).tolist() == [*message]
                assert law_holds(coder, [*message], len(payload))
                payloads.append(payload.to01())
            payloads.sort()
            assert not any(b.startswith(a) for a, b in itertools.pairwise(payloads))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5).filter(any), st.data())
def test_any_message_over_any_table(weights: list[int], data: st.DataObject) -> None:
    """Also one with tokens that Q excludes, which are never typical."""
    message = data.draw(st.lists(st.integers(0, len(weights) - 1), max_size=70))
    coder = typical(weights, data.draw(st.sampled_from(["0.05", "0.3", "2"])))
    payload = coder.encode(np.array(message, np.uint8))
    assert coder.decode(payload, len(message)).tolist() == message
    assert law_holds(coder, message, len(payload))
    assert len(payload) == coder.ideal_bits(np.array(message, np.uint8))


@pytest.mark.parametrize("epsilon", ["0.1", "0.25", "0.5"])
def test_typical_sequences_are_as_many_and_as_likely_as_shannon_says(epsilon: str) -> None:
    """At most 2^n(H + EPS); likelier than 1 - V/(n·EPS²), by Chebyshev; and at least that share of 2^n(H - EPS)."""
    coder, away = typical([3, 1], epsilon), float(epsilon)
    varentropy = 0.75 * (math.log2(0.75) + P.entropy) ** 2 + 0.25 * (math.log2(0.25) + P.entropy) ** 2
    chances = []
    for n in range(1, 61):
        found = coder.sequences(n)
        chances.append(found.chance(P))
        assert found.size <= 2 ** (n * (P.entropy + away)) * (1 + 1e-6)
        assert chances[-1] >= 1 - varentropy / (n * away**2) - 1e-9
        assert found.size >= chances[-1] * 2 ** (n * (P.entropy - away)) * (1 - 1e-6)
        rare = [tokens.count(1) for tokens in found.typical]
        exact = sum(math.comb(n, k) * Fraction(3, 4) ** (n - k) * Fraction(1, 4) ** k for k in rare)
        assert chances[-1] == pytest.approx(float(exact))
    assert max(chances[-10:]) > max(chances[:10]) or chances[-1] > 0.999


def test_what_is_just_as_surprising_as_it_may_be_is_typical() -> None:
    """Of 1/2, 1/4, 1/4 a sequence of four costs 4 to 8 bits, and 6 on average."""
    assert typical([2, 1, 1], "0.5").sequences(4).size == 3**4
    assert typical([2, 1, 1], "0.499").sequences(4).size == 3**4 - 1 - 2**4


def test_a_token_strays_by_what_its_sequence_costs() -> None:
    coder = typical([3, 1], "0.1")
    found = coder.sequences(longest(2))
    chance = found.chance(P)
    costs = {1 + found.bits: chance, 1 + found.plain_bits: 1 - chance}
    mean = sum(bits * share for bits, share in costs.items())
    moments = coder.moments(P)
    assert 0 < chance < 1
    assert moments.mean == pytest.approx(mean / found.n)
    assert moments.variance == pytest.approx(sum(share * (bits - mean) ** 2 for bits, share in costs.items()) / found.n)
    assert moments.third == pytest.approx(sum(share * abs(bits - mean) ** 3 for bits, share in costs.items()) / found.n)


def test_how_long_sequences_are() -> None:
    assert [longest(size) for size in (1, 2, 4, 256, 257, 65_536)] == [60, 60, 30, 2, 2, 1]
    assert typical([1, 1], "0.1").cut(0) == []


@pytest.mark.parametrize("spec", ["bernoulli:0.1", "zipf:k=6", "uniform:4", "a=.999,b=.001"])
@pytest.mark.parametrize("epsilon", ["0.1", "0.5"])
def test_an_experiment_measures_it(spec: str, epsilon: str) -> None:
    made = validate(spec, spec, f"typical:{epsilon}", n=6_007, seed=4)
    assert made.verdict == "pass"
    assert made.checks.exact_length
    assert made.checks.code_price
    assert made.ledger.coder == 0
    assert made.z is None or abs(made.z) < 4


def test_a_file_tells_weights() -> None:
    content = b"abracadabra" * 9
    data = encode(content, "typical:0.3")
    assert decode(data) == content
    [frame] = inspect(io.BytesIO(data), Limits())
    assert frame.header.coder.name == "typical:0.3"
    assert frame.header.table.form == Form.COUNTS
    assert frame.ledger.luck == frame.ledger.coder == 0
    with pytest.raises(DataError, match="a table of lengths does not fit typical"):
        choose("typical").build(Table(Form.LENGTHS, 2, (1, 1)))
    with pytest.raises(DataError, match="70,000 tokens are too many"):
        choose("typical").build(Table(Form.EQUAL, 70_000))
    with pytest.raises(SpecError, match="70,000 tokens are too many for typical, which takes at most 65,536"):
        choose("typical").fit([1] * 70_000)


@pytest.mark.parametrize(("text", "number"), [("0.1", 100), (".5", 500), ("2", 2000), ("0.001", 1), ("60", 60_000)])
def test_what_may_be_written(text: str, number: int) -> None:
    assert choose(f"typical:{text}").parameter == number
    assert choose(choose(f"typical:{text}").name).parameter == number
    assert choose("typical").name == "typical:0.1"


@pytest.mark.parametrize("text", ["0", "", "0.0001", "-1", "60.001", "1e-1", "x", ".", "1/3", "\u0663"])
def test_what_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match=r"the EPS of typical is a number of bits from 0\.001 to 60"):
        choose(f"typical:{text}")


def test_damage_is_an_error() -> None:
    coder = typical([3, 1], "0.4")
    with pytest.raises(CorruptError, match="holds no sequence at bit 0"):
        coder.decode(bitarray("01011"), 4)
    with pytest.raises(CorruptError, match="ends within a sequence of 4 tokens"):
        coder.decode(bitarray("0101"), 4)
    with pytest.raises(CorruptError, match="ends within a sequence"):
        coder.decode(bitarray(), 1)
    # Three kinds in two bits: 11 is none.
    with pytest.raises(CorruptError, match="holds no sequence at bit 0"):
        typical([5, 3, 0], "0.001").decode(bitarray("111"), 1)
    q = Distribution(("a", "b"), (3, 1))
    assert FAMILY.promise(coder, Pair(q, q))
    assert not FAMILY.promise(typical([1, 3], "0.4"), Pair(q, q))


def test_the_commands_show_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "a", "a", "b", "a", "--coder", "typical:0.39", "--assumed", "a=.75,b=.25"]) == 0
    assert "4 of 4  001" in capsys.readouterr().out
    assert run(["code", "a=.5,b=.5", "--coder", "typical"]) == 2
    assert "typical:0.1 has no words that can be listed" in capsys.readouterr().err
    assert run(["coders", "bernoulli:0.1", "--coder", "typical:0.3", "-q", "--json", "-"]) == 0
    assert '"expected_bits_per_token": 0.672' in capsys.readouterr().out


def test_it_takes_so_many_kinds_of_tokens_and_no_more() -> None:
    _require_few([1] * MOST_TYPES, 0)
    with pytest.raises(SpecError, match="are too many for typical, which takes at most"):
        _require_few([1] * (MOST_TYPES + 1), 0)
