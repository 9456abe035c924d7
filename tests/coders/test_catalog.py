"""The catalog: every coder by name, and promises that hold for the right Q and fail for a wrong one."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import subprocess
import sys
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from of_q import EACH, priced, refuses
from peaks import peak_of

from compress.cli.main import run
from compress.coders import catalog
from compress.coders.catalog import CODERS, build, choose, chosen_by_number, names
from compress.coders.family import Choice, Family, Parameter
from compress.coders.protocol import is_priced
from compress.coders.reference import fixed_lengths, huffman_lengths, shannon_lengths
from compress.coders.streams.arithmetic import ArithmeticCoder
from compress.coders.words.codebook import ABSENT, Codebook
from compress.coders.words.prefix import PrefixCoder
from compress.errors import CompressError, DataError, SpecError
from compress.probability import information
from compress.probability.distribution import Distribution, Pair
from compress.sources.protocol import generator
from compress.symbols import histogram, smallest_dtype

PREFIX_CODERS = ("huffman", "shannon", "fixed")


def distribution(weights: list[int]) -> Distribution:
    return Distribution(tuple(map(str, range(len(weights)))), tuple(weights))


def random_pair(case: int) -> tuple[Distribution, Distribution]:
    """P and Q over one alphabet of 1 to 256 tokens, Q everywhere above 0; P with gaps in every third case."""
    rng = np.random.Generator(generator(case))
    size = int(rng.integers(1, 257)) if case % 2 else int(rng.integers(1, 6))
    spread = (0.1, 1.0, 3.0)[case // 2 % 3]
    p, q = (
        [int(weight) + 1 for weight in np.exp(rng.normal(0, spread, size)) * (10.0, 1e9)[case % 2]] for _ in range(2)
    )
    if case % 3 == 0:
        p[1::2] = [0] * len(p[1::2])
    return distribution(p), distribution(q)


# Pairs of two tokens or more: a certain Q cannot be wrong.
UNCERTAIN = [case for case in range(60) if random_pair(case)[1].size > 1]


def divergence(p: Distribution, q: Distribution) -> float:
    return information.kl_divergence(p.probabilities, q.probabilities)


def nudged(q: Distribution, bits: float) -> Distribution:
    """A distribution Q' with D(Q||Q') within 1% of so many bits: Q mixed with all its mass on the first token."""
    low, high = 0.0, 1.0 - 1e-9
    for _ in range(100):
        share = (low + high) / 2
        parts = int(share * 2**40)
        mixed = [weight * (2**40 - parts) for weight in q.weights]
        mixed[0] += parts * q.total
        candidate = Distribution(q.tokens, tuple(mixed))
        low, high = (low, share) if divergence(q, candidate) > bits else (share, high)
    assert 0.99 * bits < divergence(q, candidate) < 1.01 * bits
    return candidate


def lengthened(coder: PrefixCoder) -> PrefixCoder:
    """The same coder with every word 1 bit longer."""
    lengths = np.where(coder.book.lengths == ABSENT, ABSENT, coder.book.lengths + 1)
    return PrefixCoder(coder.name, Codebook(lengths))


# Names and numbers


def test_the_catalog_names_these_coders_with_these_numbers_for_ever() -> None:
    """Numbers are written into files, so this table may only grow."""
    assert {name: coder.number for name, coder in CODERS.items()} == {
        "arithmetic": 1,
        "huffman": 2,
        "shannon": 3,
        "fixed": 4,
        "fano": 5,
        "limited": 6,
        "sfe": 7,
        "unary": 8,
        "golomb": 9,
        "rice": 10,
        "expgolomb": 11,
        "gamma": 12,
        "delta": 13,
        "omega": 14,
        "fibonacci": 15,
        "textbook": 16,
        "range": 23,
        "rans": 17,
        "tans": 18,
        "block": 19,
        "tunstall": 20,
        "typical": 21,
        "vitter": 22,
    }


def test_names_and_numbers_are_unique_and_every_entry_is_found_by_its_name() -> None:
    numbers = [coder.number or 0 for coder in CODERS.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 256 for number in numbers)
    for name, coder in CODERS.items():
        assert coder.name == name
        default = Choice.read(coder, None)
        assert choose(name) == default
        assert chosen_by_number(coder.number or 0, default.parameter) == default
        assert coder.summary
        assert coder.q_hat
    assert chosen_by_number(0) is None


@pytest.mark.parametrize("name", ["", "Huffman", "huffman ", "rle", "arithmetic\n", "1"])
def test_an_unknown_name_is_a_usage_error_that_names_the_coders_there_are(name: str) -> None:
    for look_up in (lambda: choose(name), lambda: build(name, [1, 1])):
        with pytest.raises(
            SpecError, match="not a coder; the coders are arithmetic, huffman, shannon, fixed"
        ) as caught:
            look_up()
        assert caught.value.exit_status == 2
        assert isinstance(caught.value, CompressError)
        assert repr(name) in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.both_forms(slow=True)
@pytest.mark.parametrize("name", CODERS)
def test_every_coder_builds_encodes_and_decodes_by_name(name: str) -> None:
    weights = [5, 3, 0, 1, 7]
    coder, q = choose(name).of(weights), distribution(weights)
    assert coder.name == name
    possible = [symbol for symbol, weight in enumerate(weights) if weight]
    for count in range(4):
        for message in itertools.product(possible, repeat=count):
            symbols = np.array(message, dtype=smallest_dtype(5))
            bits = coder.encode(symbols)
            assert coder.decode(bits, count).tolist() == list(message)
            law = CODERS[name].law(coder, Pair(q, q), symbols)
            assert law is not None
            assert law.hold(len(bits))
    # A word of its own that is never needed costs what it costs.
    if is_priced(coder):
        assert math.isinf(coder.surprises[2]) is CODERS[name].takes_q


@pytest.mark.parametrize("name", PREFIX_CODERS)
def test_the_reference_finds_the_same_lengths_another_way(name: str) -> None:
    find = {"huffman": huffman_lengths, "shannon": shannon_lengths, "fixed": fixed_lengths}[name]
    for case in range(12):
        _, q = random_pair(case)
        book = choose(name).of(q.weights).book
        assert book is not None
        assert book.lengths.tolist() == find(q.weights), case


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size"),
    [
        *((name, size) for name in CODERS for size in (2, 256) if not refuses(name, size)),
        *(("arithmetic", 60_000), ("huffman", 60_000), ("sfe", 9_000), ("limited:16", 60_000), ("unary", 5_000)),
        *(("golomb:1", 5_000), ("omega", 5_000), ("rans:16", 30_000), ("tans:16", 2), ("tans:16", 30_000)),
        *(("block:5", 9), ("block:1", 60_000), ("tunstall:13", 2)),
        *(("block:16", 2), ("tunstall:16", 2), ("tunstall:16", 60_000)),
        *(("typical:60", 3), ("typical:0.1", 16), ("vitter", 60_000)),
    ],
)
def test_tables_take_the_memory_that_is_said(name: str, size: int) -> None:
    choice, rng = choose(name), np.random.Generator(generator(1))
    table = choice.fit(rng.integers(1, 1000, size).tolist())
    message = rng.integers(0, size, 200).astype(smallest_dtype(size))
    bits = choice.build(table).encode(message)
    # What is loaded and compiled once is no table.
    choice.build(table).decode(bits, message.size)
    peak = peak_of(lambda: choice.build(table).decode(bits, message.size))
    room = choice.family.room(size, choice.parameter)
    # What is small for every alphabet is not counted.
    assert peak <= room + 160_000
    # And not much more is asked for than is needed.
    assert room <= 40 * peak + 160_000


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, 3, 256])
@pytest.mark.parametrize("name", [*CODERS, "rans:16", "tans:16", "block:1", "tunstall:16", "typical:60"])
def test_a_message_takes_the_memory_that_is_said(name: str, size: int) -> None:
    if refuses(name, size):
        pytest.skip("it has no such code")
    choice, rng = choose(name), np.random.Generator(generator(2))
    message = rng.integers(0, size, 1 << 20).astype(smallest_dtype(size))
    coder = choice.of(histogram(message, size).tolist())
    bits = coder.encode(message)
    # What is loaded, compiled and built once is no part of it.
    coder.decode(bits, message.size)
    peak = peak_of(lambda: coder.decode(bits, message.size))
    room = choice.family.room(size, choice.parameter) + choice.family.room_of_token * message.size
    assert peak <= message.nbytes + 3 * len(bits) // 8 + room + 200_000


# Promises kept

# A tree that grows from the tokens promises nothing of Q.
PROMISING = [each for each in EACH if each.values[0] != "vitter"]


@pytest.mark.parametrize("name", PROMISING)
def test_a_promise_holds_for_any_p_and_q(name: str) -> None:
    item = CODERS[name]
    for case in range(60):
        p, q = random_pair(case)
        coder = choose(item.name).of(q.weights)
        assert item.promise(coder, Pair(p, q)) is True, case
        assert item.promise(coder, Pair(q, q)) is True, case


@pytest.mark.parametrize("name", PROMISING)
def test_a_promise_holds_in_every_small_world(name: str) -> None:
    item = CODERS[name]
    for size in range(1, 4):
        for q_weights in itertools.product((1, 2, 3, 1000), repeat=size):
            q = distribution(list(q_weights))
            coder = choose(item.name).of(q.weights)
            for p_weights in itertools.product((0, 1, 5), repeat=size):
                if any(p_weights):
                    assert item.promise(coder, Pair(distribution(list(p_weights)), q)), (p_weights, q_weights)


@pytest.mark.parametrize("name", PROMISING)
def test_a_promise_holds_where_q_has_tokens_that_are_impossible_for_both(name: str) -> None:
    p, q = distribution([0, 3, 1, 0, 1]), distribution([0, 1, 1, 7, 2])
    assert CODERS[name].promise(choose(name).of(q.weights), Pair(p, q)) is True


@pytest.mark.parametrize("name", PROMISING)
@pytest.mark.parametrize("rare", [Fraction(1, 10**k) for k in (6, 9, 12, 13, 15)], ids=str)
def test_a_promise_holds_for_a_q_that_is_all_but_certain(name: str, rare: Fraction) -> None:
    q = distribution([rare.denominator - 1, 1])
    coder = choose(name).of(q.weights)
    for p in (q, distribution([1, 1]), distribution([1, 0]), distribution([0, 1])):
        # 2^-40 is 9.1e-13: what is rarer is not honoured, and only who never meets it may use the code.
        kept = name != "arithmetic" or rare >= Fraction(1, 2**40) or p.weights[1] * rare.denominator <= p.total
        assert CODERS[name].promise(coder, Pair(p, q)) is kept
        if kept:
            CODERS[name].require(Pair(p, q))
        else:
            with pytest.raises(DataError, match=r"below 2\^-40.*zeros='floor:1e-9'"):
                CODERS[name].require(Pair(p, q))


@pytest.mark.parametrize("name", PROMISING)
@pytest.mark.parametrize("rare", [Fraction(1, 10**k) for k in (17, 18, 20, 30)], ids=str)
def test_a_promise_holds_for_a_q_that_floats_take_for_certain(name: str, rare: Fraction) -> None:
    """Q = (1 - 10^-k, 10^-k): Huffman's and Shannon's first word has 1 bit, less than H + 1, by 10^-k·log2(10^k) or so.

    Floats see H + 1 = 1.0 and a cost of 1.0; what is true is that the cost is below.
    """
    q = distribution([rare.denominator - 1, 1])
    coder = choose(name).of(q.weights)
    for p in (q, distribution([1, 0])):
        assert CODERS[name].promise(coder, Pair(p, q)) is True


# Promises broken: negative controls


def test_the_arithmetic_promise_fails_for_a_q_wrong_by_a_hundredth_of_a_bit() -> None:
    item = CODERS["arithmetic"]
    for case in UNCERTAIN[:30]:
        _, q = random_pair(case)
        other = nudged(q, 0.01)
        assert item.promise(choose(item.name).of(q.weights), Pair(q, q)), case
        assert not item.promise(choose(item.name).of(other.weights), Pair(q, q)), case
        assert not item.promise(choose(item.name).of(q.weights), Pair(q, other)), case


@pytest.mark.parametrize("case", UNCERTAIN[:15])
def test_the_arithmetic_promise_fails_for_a_q_wrong_by_a_hundred_thousandth_of_a_bit(case: int) -> None:
    """2^-20 is 1e-6 bit: 1e-5 is seen, and 1e-8 cannot be."""
    _, q = random_pair(case)
    item = CODERS["arithmetic"]
    assert not item.promise(build(item.name, nudged(q, 1e-5).weights), Pair(q, q))


def test_the_arithmetic_promise_fails_for_a_gap_of_87_bits() -> None:
    """q = 2^-127 is lifted to 2^-40: 87 bits less on every token that P draws there."""
    item, q, p = CODERS["arithmetic"], distribution([2**127 - 1, 1]), distribution([0, 1])
    coder = choose(item.name).of(q.weights)
    assert priced(coder).surprises[1] == 40
    assert not item.promise(coder, Pair(p, q))
    with pytest.raises(DataError, match=r"token '1' probability 5.877e-39, below 2\^-40"):
        item.require(Pair(p, q))


def test_the_arithmetic_promise_holds_for_rounding_as_coarse_as_it_gets() -> None:
    """Every q·2^40 from 1 to 4 in steps of a tenth: f is off by up to 1, and min(1, log2(1 + 1/(x - 1))) knows."""
    item = CODERS["arithmetic"]
    for tenths in range(10, 41):
        q = distribution([10 * 2**40 - tenths, tenths])
        coder = choose(item.name).of(q.weights)
        assert item.promise(coder, Pair(distribution([0, 1]), q))
        item.require(Pair(distribution([0, 1]), q))


@pytest.mark.slow
def test_the_arithmetic_promise_holds_where_a_hundred_thousand_tokens_are_lifted() -> None:
    """Their lifting is paid by the others in proportion, 1.5·K/2^40 at most."""
    rare = 100_000
    q = distribution([2**60, 2**30, *[1] * rare])
    item = CODERS["arithmetic"]
    coder = choose(item.name).of(q.weights)
    for p in ([1, 0, *[0] * rare], [0, 1, *[0] * rare], [2**60, 2**30, *[1] * rare]):
        assert item.promise(coder, Pair(distribution(p), q))
        item.require(Pair(distribution(p), q))


def test_the_arithmetic_promise_fails_for_two_tokens_swapped() -> None:
    item, q = CODERS["arithmetic"], distribution([7, 3])
    assert not item.promise(build(item.name, [3, 7]), Pair(q, q))


@pytest.mark.parametrize("name", PREFIX_CODERS)
def test_a_whole_bit_promise_fails_where_every_word_is_1_bit_longer(name: str) -> None:
    item = CODERS[name]
    for case in range(60):
        p, q = random_pair(case)
        coder = choose(item.name).of(q.weights)
        assert isinstance(coder, PrefixCoder)
        assert item.promise(coder, Pair(p, q)), case
        assert not item.promise(lengthened(coder), Pair(p, q)), case


@pytest.mark.parametrize("name", PREFIX_CODERS)
@pytest.mark.parametrize("weights", [[1], [1, 1], [2, 1, 1], [4, 2, 1, 1], [1] * 64])
def test_a_whole_bit_promise_fails_by_exactly_1_bit_where_q_is_dyadic(name: str, weights: list[int]) -> None:
    """The tightest case: nothing is lost to rounding up, so 1 bit too much is just 1 bit too much."""
    q = distribution(weights)
    coder = choose(name).of(weights)
    assert isinstance(coder, PrefixCoder)
    assert CODERS[name].promise(coder, Pair(q, q))
    assert not CODERS[name].promise(lengthened(coder), Pair(q, q))


@pytest.mark.parametrize("name", PREFIX_CODERS)
def test_a_whole_bit_promise_fails_where_every_word_is_1_bit_too_short(name: str) -> None:
    """No prefix code is that short, but a broken price would be: the lengths of a dyadic Q of fewer tokens."""
    q = distribution([1] * 8)
    short = PrefixCoder(name, Codebook.of([2, 2, 2, *[ABSENT] * 5]))
    p = distribution([1, 1, 1, 0, 0, 0, 0, 0])
    if name == "huffman":
        # Under Q itself some tokens have no word at all.
        assert not CODERS[name].promise(short, Pair(q, q))
    else:
        assert not CODERS[name].promise(short, Pair(p, q))


def test_the_shannon_and_huffman_promises_fail_for_the_words_of_a_reversed_q() -> None:
    """Q = (1, 2, ..., 2^19)/2^20 in reverse gives the likely tokens the long words."""
    weights = [1, *[1 << k for k in range(20)]]
    q, reverse = distribution(weights), weights[::-1]
    for name in ("huffman", "shannon"):
        assert CODERS[name].promise(choose(name).of(weights), Pair(q, q))
        assert not CODERS[name].promise(build(name, reverse), Pair(q, q))


# What a promise is about


def test_the_coders_built_by_name_implement_what_their_class_says() -> None:
    assert isinstance(build("arithmetic", [1, 2]), ArithmeticCoder)
    for name in PREFIX_CODERS:
        assert isinstance(build(name, [1, 2]), PrefixCoder)


def test_huffman_makes_no_promise_under_p_and_its_check_asks_for_none() -> None:
    """P = (.7, .3), Q = (.2, .8): Huffman costs 1 bit, 0.72 less than H(P,Q), and keeps its promise about Q."""
    p, q = distribution([7, 3]), distribution([2, 8])
    coder = build("huffman", q.weights)
    assert math.fsum(p.probabilities * coder.surprises) == 1.0
    assert information.cross_entropy(p.probabilities, q.probabilities) > 1.72
    assert CODERS["huffman"].promise(coder, Pair(p, q))


# Parameters


def numbered(default: int | None) -> Family:
    return dataclasses.replace(
        CODERS["huffman"], name="numbered", number=99, parameter=Parameter.whole("K", 1, 8, default)
    )


def test_a_parameter_is_part_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CODERS, "numbered", numbered(None))
    assert choose("numbered:4") == Choice(CODERS["numbered"], 4)
    assert choose("numbered:4").name == "numbered:4"
    assert choose(choose("numbered:4").name) == choose("numbered:4")
    assert chosen_by_number(99, 4) == choose("numbered:4")
    with pytest.raises(SpecError, match=r"the coders are arithmetic, .*, numbered:K"):
        choose("rle")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("numbered", "numbered needs its K: numbered:K, a whole number from 1 to 8"),
        ("numbered:0", "the K of numbered is a whole number from 1 to 8, not '0'"),
        ("numbered:9", "the K of numbered is a whole number from 1 to 8, not '9'"),
        ("numbered:", "the K of numbered is a whole number from 1 to 8, not ''"),
        ("numbered:-1", "not '-1'"),
        ("numbered:\u0664", "the K of numbered is a whole number from 1 to 8"),
        ("huffman:4", "huffman takes no parameter"),
        ("huffman:x", "huffman takes no parameter"),
    ],
)
def test_a_parameter_that_means_nothing_is_refused(name: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CODERS, "numbered", numbered(None))
    with pytest.raises(SpecError, match=message):
        choose(name)


def test_a_default_is_taken_where_no_number_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CODERS, "numbered", numbered(3))
    assert choose("numbered").parameter == 3


def test_the_shannon_promise_fails_where_one_word_is_shorter_than_its_surprise() -> None:
    """q = 3/8 costs 1.4 bits, so its word has 2; a code that gives it 1 is a good one, and not Shannon's."""
    q = distribution([3, 3, 2])
    assert CODERS["shannon"].promise(PrefixCoder("shannon", Codebook.of([2, 2, 2])), Pair(q, q))
    assert not CODERS["shannon"].promise(PrefixCoder("shannon", Codebook.of([1, 2, 2])), Pair(q, q))


def test_the_list_has_every_coder_with_its_cost_or_why_it_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coders", "zipf:k=30", "-q", "--json", "-"]) == 0
    rows = json.loads(capsys.readouterr().out)["coders"]
    assert [row["coder"] for row in rows] == [choose(name).name for name in CODERS]
    q = Distribution.parse("zipf:k=30")
    for row in rows:
        coder = choose(row["coder"]).of(q.weights)
        if is_priced(coder):
            due = math.fsum(q.probabilities * coder.surprises)
        else:
            moments = coder.moments(q)
            limit = coder.limit(q) if moments is None else moments.mean
            assert limit is not None
            due = limit
        assert row["expected_bits_per_token"] == pytest.approx(due)
        assert row["expected_bits_per_token"] >= q.entropy - 1e-9
        assert row["guarantee"]
        assert row["use"]
        assert row["refused"] is None
    assert run(["coders", "uniform:300", "-q", "--json", "-"]) == 0
    [block] = [row for row in json.loads(capsys.readouterr().out)["coders"] if row["coder"] == "block:2"]
    assert block["expected_bits_per_token"] is None
    assert block["refused"].startswith("300 tokens have 90,000 groups of 2, and a code of groups has 65,536 words")


def test_each_family_is_told_as_its_module_tells_it() -> None:
    assert names() == [family.usage for family in CODERS.values()]
    assert [family.name for family in CODERS.values()] == list(CODERS)
    # Each family of each module that has one is in the catalog.
    folder = Path(catalog.__file__).parent
    listed = {id(family) for family in CODERS.values()}
    for path in sorted(folder.rglob("*.py")):
        module = import_module(".".join(["compress", "coders", *path.relative_to(folder).with_suffix("").parts]))
        here = getattr(module, "FAMILIES", ()) or [vars(module)[name] for name in ("FAMILY",) if name in vars(module)]
        assert {id(family) for family in here} <= listed, path


def test_a_coder_is_loaded_when_it_is_asked_for() -> None:
    program = (
        "import sys\n"
        "from compress.coders.catalog import CODERS, choose, names\n"
        "assert len(names()) == len(CODERS) and 'rans' in CODERS\n"
        "loaded = lambda: sorted(name.rpartition('.')[2] for name in sys.modules if '.coders.messages.' in name)\n"
        "print(loaded())\n"
        "choose('vitter')\n"
        "print(loaded())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    before, after = done.stdout.splitlines()
    assert before == "[]"
    assert "vitter" in after
    assert "tunstall" not in after
