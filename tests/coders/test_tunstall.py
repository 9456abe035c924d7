"""Tunstall: its tree, its words, its end, and what so many tokens are expected to cost."""

from __future__ import annotations

import io
import itertools
import math

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given, settings
from hypothesis import strategies as st

from compress import decode, encode, validate
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.coders.messages.tunstall import FAMILY, TunstallCoder
from compress.coders.protocol import Form, Table
from compress.coders.walks import tunstall_tree
from compress.errors import CorruptError, DataError, SpecError
from compress.experiments.predict import expected_code
from compress.frames.header import Limits
from compress.frames.inspections import inspect
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import Frequencies
from compress.sources.protocol import generator

P = Distribution.parse("a=.7,b=.3")


def tunstall(weights: list[int], bits: int) -> TunstallCoder:
    coder = choose(f"tunstall:{bits}").of(weights)
    assert isinstance(coder, TunstallCoder)
    return coder


def law_holds(coder: TunstallCoder, symbols: list[int], bits: int) -> bool:
    law = FAMILY.law(coder, Pair(P, P), np.array(symbols, np.uint8))
    assert law is not None
    # It is exact.
    return law.hold(bits) and not law.hold(bits + 1)


def words_of(tree: dict[int, dict[int, int]], node: int = 0) -> list[tuple[int, ...]]:
    """The ways to the leaves, in dictionary order."""
    if node not in tree:
        return [()]
    return [(token, *word) for token, child in tree[node].items() for word in words_of(tree, child)]


@pytest.mark.parametrize(
    ("weights", "bits", "due"),
    [
        # a .49, ab .21, b .3: aa is split, and 4 numbers are used up.
        ([7, 3], 2, ["000", "001", "01", "1"]),
        # K = 3: 3 leaves, 5, 7; nine would be too many for 3 bits.  a .6 is split, then aa .36.
        ([6, 2, 2], 3, ["000", "001", "002", "01", "02", "1", "2"]),
        # Salomon, sec. 2.6: 0.7 and 0.3 with 3 bits.
        ([7, 3], 3, ["00000", "00001", "0001", "001", "010", "011", "10", "11"]),
        # Of the two that are alike the older one is split first.
        ([1, 1], 2, ["00", "01", "10", "11"]),
        ([1, 0, 1], 1, ["0", "2"]),
    ],
)
def test_trees_by_hand(weights: list[int], bits: int, due: list[str]) -> None:
    coder = tunstall(weights, bits)
    assert ["".join(map(str, word)) for word in coder.words] == due
    assert coder.words == words_of(tunstall_tree(Frequencies.of(weights).values.tolist(), bits))


def test_messages_by_hand() -> None:
    """000 00, 001 01, 01 10, 1 11: what ends within a word is sent as the first word that begins so."""
    coder = tunstall([7, 3], 2)
    for message, payload in (([0, 0, 1], "01"), ([1, 0, 1], "1110"), ([0, 0], "00"), ([0], "00"), ([1, 0], "1100")):
        bits = coder.encode(np.array(message, np.uint8))
        assert bits.to01() == payload
        assert coder.decode(bits, len(message)).tolist() == message


@pytest.mark.both_forms
@pytest.mark.parametrize("bits", [2, 3, 5])
def test_every_short_message_comes_back_and_none_begins_another(bits: int) -> None:
    for weights in ([5, 1, 2], [1, 0, 3], [7], [1, 1]):
        coder = tunstall(weights, bits)
        possible = [symbol for symbol, weight in enumerate(weights) if weight]
        for count in range(6):
            payloads = []
            for message in itertools.product(possible, repeat=count):
                payload = coder.encode(np.array(message, np.uint8))
                for behind in ("", "1", "0110100" * 4):
                    assert coder.decode(payload + bitarray(behind), count).tolist() == [*message]
                assert len(payload) == coder.ideal_bits(np.array(message, np.uint8))
                assert law_holds(coder, [*message], len(payload))
                payloads.append(payload.to01())
            payloads.sort()
            assert len(possible) == 1 or not any(b.startswith(a) for a, b in itertools.pairwise(payloads))


@settings(max_examples=25)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any), st.integers(4, 9), st.data())
def test_any_message_over_any_table(weights: list[int], bits: int, data: st.DataObject) -> None:
    possible = [symbol for symbol, weight in enumerate(weights) if weight]
    message = data.draw(st.lists(st.sampled_from(possible), max_size=60))
    coder = tunstall(weights, bits)
    assert len(coder.words) <= 1 << bits
    assert coder.words == sorted(coder.words)
    # Every message has one way into the words: a full tree.
    assert sum(math.prod([1 / len(possible)] * len(word)) for word in coder.words) == pytest.approx(1)
    assert coder.words == words_of(tunstall_tree(Frequencies.of(weights).values.tolist(), bits))
    payload = coder.encode(np.array(message, np.uint8))
    assert coder.decode(payload, len(message)).tolist() == message
    assert law_holds(coder, message, len(payload))


def test_what_is_expected_of_every_number_of_tokens_is_exact() -> None:
    """Σ over all messages of n tokens, for n up to 9."""
    coder = tunstall([7, 3], 3)
    for n in range(10):
        due = sum(
            0.7 ** (n - sum(message)) * 0.3 ** sum(message) * len(coder.encode(np.array(message, np.uint8)))
            for message in itertools.product((0, 1), repeat=n)
        )
        assert coder.expected_bits(P, n) == pytest.approx(due)
    # Far out it grows by BITS / E[tokens of a word] a token.
    mean = math.fsum(coder.chances(P) * coder.depths)
    far = [coder.expected_bits(P, n) or 0.0 for n in (10_000, 10_001)]
    assert far[1] - far[0] == pytest.approx(3 / mean)
    assert far[0] == pytest.approx(30_000 / mean, abs=6)


def test_what_a_word_tells_is_its_mean_length_times_the_entropy() -> None:
    """So says Wald: H(word) = E[tokens of a word]·H(P), for any tree and any P."""
    for bits in (1, 3, 6):
        for p in (P, Distribution.parse("a=.2,b=.8")):
            coder = tunstall([7, 3], bits)
            chances = coder.chances(p)
            told = -math.fsum(chances * np.log2(chances))
            assert told == pytest.approx(math.fsum(chances * coder.depths) * p.entropy)


def test_larger_numbers_come_near_entropy() -> None:
    costs = [expected_code(P, choose(f"tunstall:{bits}")).expected for bits in (1, 2, 4, 8, 12)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] == 1
    assert costs[1] == pytest.approx(2 / 2.19)
    assert P.entropy < costs[-1] < P.entropy + 0.01
    moments = tunstall([7, 3], 12).moments(P)
    assert moments is not None
    assert costs[-1] == pytest.approx(moments.mean)


def test_no_tree_of_as_many_leaves_has_longer_words() -> None:
    """All trees of 2, 3, 4 and 5 leaves over two tokens, tried: Tunstall's has the largest mean number of tokens."""

    def means(leaves: int, chance: float) -> list[float]:
        if leaves == 1:
            return [0.0]
        return [
            chance + one + other
            for first in range(1, leaves)
            for one in means(first, 0.7 * chance)
            for other in means(leaves - first, 0.3 * chance)
        ]

    for bits, leaves in ((1, 2), (2, 4)):
        coder = tunstall([7, 3], bits)
        assert math.fsum(coder.chances(P) * coder.depths) == pytest.approx(max(means(leaves, 1.0)))


@pytest.mark.parametrize("spec", ["a=.7,b=.3", "zipf:k=20", "uniform:16", "a=.999,b=.001"])
def test_an_experiment_measures_it(spec: str) -> None:
    made = validate(spec, spec, "tunstall:10", n=40_001, seed=4)
    assert made.verdict == "pass"
    assert made.checks.exact_length
    assert made.checks.code_price
    assert made.ledger.coder == 0
    assert made.z is None or abs(made.z) < 4


def test_its_spread_is_that_of_many_messages() -> None:
    """The standard error of 2,000 tokens, beside that of 2,000 messages."""
    coder, n = tunstall([7, 3], 6), 2_000
    rng = np.random.Generator(generator(5))
    costs = [coder.ideal_bits((rng.random(n) < 0.3).astype(np.uint8)) for _ in range(2_000)]
    moments = coder.moments(P)
    assert moments is not None
    assert np.std(costs) == pytest.approx(math.sqrt(moments.variance * n), rel=0.06)
    assert np.mean(costs) == pytest.approx(coder.expected_bits(P, n), abs=4 * float(np.std(costs)) / math.sqrt(2_000))


def test_a_file_tells_weights() -> None:
    content = b"abracadabra" * 91
    data = encode(content, "tunstall:9")
    assert decode(data) == content
    [frame] = inspect(io.BytesIO(data), Limits())
    assert frame.header.table.form == Form.COUNTS
    assert frame.ledger.luck == frame.ledger.coder == 0
    assert decode(encode(b"aaaa", "tunstall")) == b"aaaa"
    assert choose("tunstall").fit([3, 1]).form == Form.PARTS
    with pytest.raises(DataError, match="a table of lengths does not fit tunstall"):
        choose("tunstall").build(Table(Form.LENGTHS, 2, (1, 1)))
    with pytest.raises(DataError, match="9 tokens need numbers of 4 bits"):
        choose("tunstall:3").build(Table(Form.EQUAL, 9))


def test_what_is_refused() -> None:
    with pytest.raises(
        SpecError, match=r"9 tokens need numbers of 4 bits, and tunstall:3 has 3; take tunstall:4 or more"
    ):
        choose("tunstall:3").fit([1] * 9)
    with pytest.raises(SpecError, match=r"70,000 tokens need numbers of 17 bits, .*; no tunstall has so many"):
        choose("tunstall:3").fit([1] * 70_000)
    with pytest.raises(DataError, match="symbol 1 has weight 0"):
        tunstall([1, 0, 1], 4).encode(np.array([0, 1], np.uint8))
    coder = tunstall([6, 2, 2], 3)
    assert len(coder.words) == 7
    with pytest.raises(CorruptError, match="holds no word at word 1"):
        coder.decode(bitarray("000111000"), 6)
    # What is behind the message is not looked at.
    assert coder.decode(bitarray("000111"), 3).tolist() == [0, 0, 0]
    with pytest.raises(CorruptError, match="the payload of 5 bits ends within its 4 tokens"):
        coder.decode(bitarray("00000"), 4)
    assert FAMILY.promise(tunstall([7, 3], 4), Pair(P, P))
    assert not FAMILY.promise(tunstall([3, 7], 4), Pair(P, P))


def test_the_commands_show_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["code", "a=.7,b=.3", "--coder", "tunstall:2", "--true", "a=.5,b=.5"]) == 0
    out = capsys.readouterr().out
    assert "a a b" in out
    # Under a fair P a word has 1/2 + 2/4 + 3/4 = 1.75 tokens.
    assert "1.1429 bits/token" in out
    assert run(["trace", "a", "a", "b", "a", "--coder", "tunstall:2", "--assumed", "a=.7,b=.3"]) == 0
    out = capsys.readouterr().out
    assert "3 of 3  01" in out
    assert "1 of 1  00" in out
    assert run(["trace", "a", "a", "--coder", "tunstall"]) == 0
    assert "payload: 0 bits" in capsys.readouterr().out
    assert run(["code", "a=1", "--coder", "tunstall"]) == 2
    assert "tunstall:12 has no words that can be listed" in capsys.readouterr().err


def test_moments_are_those_of_the_depths_of_words() -> None:
    """The words aaa, aab, ab and b of two bits: a token's share strays as their depths do."""
    depths = {3: 0.343 + 0.147, 2: 0.21, 1: 0.3}
    moments = tunstall([7, 3], 2).moments(P)
    assert moments is not None
    assert moments.mean == pytest.approx(2 / 2.19)
    second, third = (sum(p * abs(d - 2.19) ** power for d, p in depths.items()) for power in (2, 3))
    assert moments.variance == pytest.approx(4 * second / 2.19**3)
    assert moments.third == pytest.approx(8 * third / 2.19**4)
    assert moments.largest == pytest.approx(2 * (2 * 1.19 / 2.19 + 1))


def test_of_words_that_are_all_as_long_no_token_strays() -> None:
    made = tunstall([1, 1], 3).moments(Distribution.parse("a=.5,b=.5"))
    assert made is not None
    assert made[:4] == (1.0, 0.0, 0.0, 0.0)
