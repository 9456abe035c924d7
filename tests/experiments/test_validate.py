"""The experiment and its five checks, each with negative controls that it must fail."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from bitarray import bitarray
from of_q import EACH, EACH_OF_Q, SPARE, promises, refuses

from compress import validate
from compress.cli.main import run as command
from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Built, Form, Static, Table
from compress.coders.words.huffman import huffman
from compress.errors import DataError, SpecError, ZeroProbabilityError
from compress.experiments import checks
from compress.experiments.planning import Sample
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment, Validation
from compress.frames.frame import Frame
from compress.frames.header import Header
from compress.ledger import TERMS
from compress.probability.distribution import Distribution, Pair
from compress.probability.moments import Moments
from compress.sources.iid import IidSource
from compress.sources.recorded import StreamSource
from compress.sources.tokens import tokeniser
from compress.specs import Reading
from compress.symbols import Symbols
from compress.teaching.demo import demo

COIN = "H=0.7,T=0.3"
CHECKS = ("round_trip", "exact_length", "code_price", "expectation", "accounting", "claim", "honest")


def grid(true: str, assumed: Sequence[str], coders: Sequence[str], n: int) -> Experiment:
    beliefs = [Reading().assumed(spec) for spec in assumed]
    return validate_all(IidSource(Distribution.parse(true)), beliefs, [*map(choose, coders)], n)


@pytest.mark.parametrize("coder", EACH)
@pytest.mark.parametrize(
    ("true", "assumed"),
    [
        (COIN, "true"),
        (COIN, "H=0.2,T=0.8"),
        ("dice:2", "uniform"),
        ("zipf:k=256,s=1.1", "uniform"),
        ("zipf:k=300,s=1.1", "true"),
        ("geometric:p=0.3", "true"),
        ("a=1e-12,b=0.999999999999", "true"),
        ("only=1", "true"),
        ("uniform:3", "1=0.2,2=0.3,3=0.4,4=0.1"),
        ("1=0.5,2=0.5,3=0", "true"),
    ],
)
def test_every_coder_passes_every_check_that_applies(true: str, assumed: str, coder: str) -> None:
    if refuses(coder, Distribution.parse(true).size):
        with pytest.raises(SpecError, match="300 tokens have 90,000 groups of 2"):
            validate(true, "true", coder, n=20_000)
        return
    run = validate(true, "true" if assumed == "true" else _assumed(true, assumed), coder, n=20_000)
    # A code whose words are all equal leaves nothing to chance.
    by_chance = None if run.standard_error == 0 else True
    assert run.checks == checks.Checks(True, True, promises(coder), by_chance, True)
    assert run.verdict == "pass"


def _assumed(true: str, assumed: str) -> Distribution | str:
    p = Distribution.parse(true)
    return Distribution(p.tokens, (1,) * p.size) if assumed == "uniform" else assumed


@pytest.mark.parametrize("coder", EACH)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_shortest_streams_pass_and_an_empty_one_has_no_expectation(coder: str, n: int) -> None:
    run = validate("dice:2", "true", coder, n=n)
    assert run.verdict == ("pass" if n else None)
    assert run.checks.failed == ()
    assert run.checks.round_trip is True
    assert run.checks.accounting is True
    assert (run.checks.expectation is None) == (n == 0 or run.standard_error == 0)
    assert (run.bits_per_token is None) == (n == 0)


@pytest.mark.slow
@pytest.mark.parametrize("coder", EACH_OF_Q)
def test_65536_tokens_are_an_alphabet(coder: str) -> None:
    if refuses(coder, 65_536):
        with pytest.raises(
            SpecError,
            match=r"65,536 tokens (need a total of 2\^17|have 4,294,967,296 groups of 2|need numbers of 16 bits)",
        ):
            validate("uniform:65536", "true", coder, n=50_000)
        return
    run = validate("uniform:65536", "true", coder, n=50_000)
    assert run.verdict == "pass"
    assert run.payload_bits == (16 + SPARE.get(coder, 0)) * 50_000


@pytest.mark.both_forms
def test_the_same_seed_gives_the_same_file_compiled_or_not() -> None:
    run = validate(COIN, "H=0.9,T=0.1", "arithmetic", n=2_000, seed=5)
    assert run.checks == checks.Checks(True, True, True, True, True)
    again = validate(COIN, "H=0.9,T=0.1", "arithmetic", n=2_000, seed=5)
    assert (run.payload_bits, run.file_bytes, run.ledger) == (again.payload_bits, again.file_bytes, again.ledger)
    assert (run.payload_bits, run.file_bytes) == (2154, 335)


def test_other_seeds_draw_other_tokens() -> None:
    lengths = {validate(COIN, "H=0.9,T=0.1", n=10_000, seed=seed).payload_bits for seed in range(5)}
    assert len(lengths) > 1


def test_the_six_friends_pay_their_cross_entropies() -> None:
    experiment = demo().experiment
    arithmetic, huffman_runs = experiment.runs[::2], experiment.runs[1::2]
    assert [round(run.cross_entropy or 0, 2) for run in arithmetic] == [23.25, 1.72, 1.0, 0.88, 1.1, 9.97]
    for run in arithmetic:
        assert run.bits_per_token == pytest.approx(run.cross_entropy, rel=0.003)
        assert (run.ci95 is None) == (run.cross_entropy == 1)
        assert run.z is None or abs(run.z) < 5
    assert [run.bits_per_token for run in huffman_runs] == [1.0] * 6
    assert experiment.verdict == "pass"


def test_huffman_under_a_wrong_q_costs_less_than_the_cross_entropy_and_passes() -> None:
    run = validate(COIN, "H=0.2,T=0.8", "huffman", n=100_000)
    assert run.bits_per_token == 1.0
    assert run.cross_entropy == pytest.approx(1.7219, abs=1e-4)
    assert run.ledger.code == pytest.approx(-0.7219 * 100_000, rel=1e-3)
    assert run.beats_belief
    assert run.verdict == "pass"


def test_the_arithmetic_coder_is_no_remarkable_bargain() -> None:
    assert not any(run.beats_belief for run in demo(1000).experiment.runs if run.coder == "arithmetic")
    lucky = dataclasses.replace(validate(COIN, "H=0.2,T=0.8", "huffman", n=10), choice=choose("arithmetic"))
    assert not lucky.beats_belief
    # What is learned has no H(P,Q).
    assert not validate(COIN, "kt", "arithmetic", n=10).beats_belief


@pytest.mark.parametrize("rare", ["1e-13", "1e-30"])
def test_a_probability_that_cannot_be_honoured_is_refused_before_anything_is_drawn(rare: str) -> None:
    q = Distribution.parse(f"H=1,T={rare}", normalize=True)
    for coder in ("huffman", "shannon"):
        assert validate(COIN, q, coder, n=100).verdict == "pass"
    with pytest.raises(DataError, match=r"token 'T' probability 1e-(13|30), below 2\^-40.*zeros='floor:1e-9'"):
        validate(COIN, q, n=10**17)
    assert validate(COIN, q, n=1000, zeros="floor:1e-9").verdict == "pass"
    # A tail that P hardly meets is no reason to refuse.
    assert validate("H=1", q, n=1000).verdict == "pass"
    assert validate(q, q, n=1000).verdict == "pass"


@pytest.mark.parametrize("coder", EACH)
def test_ledger_sums_to_the_bits_of_the_file(coder: str) -> None:
    run = validate("zipf:k=50", Distribution.parse("zipf:k=50,s=0.5"), coder, n=30_000)
    assert abs(run.ledger.total - 8 * run.file_bytes) < 1e-6
    assert tuple(run.ledger.terms) == TERMS
    assert run.ledger.container == sum(run.ledger.container_parts.values())
    assert run.ledger.container == 8 * run.file_bytes - run.payload_bits


def test_luck_is_zero_where_p_is_the_streams_own() -> None:
    """Also of pairs, whose cost the counts of single tokens do not tell: bb never comes."""
    source = StreamSource(tokeniser("bytes").split(b"aabaaaba" * 200), "file:x")
    for coder in ("huffman", "block:2"):
        run = validate(source, "true", coder, n=1_600)
        assert run.ledger.luck == 0
        assert abs(run.ledger.total - 8 * run.file_bytes) < 1e-6


def test_arithmetic_coding_ends_within_two_bits_of_ideal() -> None:
    for seed in range(30):
        run = validate("zipf:k=256,s=1.1", "true", n=1_000, seed=seed)
        assert -1e-6 < run.ledger.coder < 2.001


def test_z_is_within_bounds_for_most_seeds_and_has_both_signs() -> None:
    z = [run.z for seed in range(60) if (run := validate("dice:2", "zipf:k=12", n=2_000, seed=seed)).z is not None]
    assert len(z) == 60
    assert max(map(abs, z)) < 4.5
    assert min(z) < -0.5 < 0.5 < max(z)
    assert 0.6 < float(np.std(z)) < 1.4


def test_interval_is_centred_on_the_surprise_of_what_was_drawn_with_the_analytic_error() -> None:
    run = validate(COIN, "H=0.2,T=0.8", n=10_000)
    assert run.ci95 is not None
    # Var = p(1-p)(log2 .8/.2)² = .21·4.
    assert run.standard_error == pytest.approx(math.sqrt(0.84 / 10_000), rel=1e-6)
    assert sum(run.ci95) / 2 == pytest.approx(run.ideal_bits / 10_000, abs=1e-12)
    # And not on the payload, which has the coder's bits.
    assert run.payload_bits - run.ideal_bits > 0.01
    assert run.ci95[1] - run.ci95[0] == pytest.approx(2 * 1.96 * math.sqrt(0.84 / 10_000), rel=1e-4)


@pytest.mark.parametrize(
    ("true", "assumed", "coder"),
    [
        (COIN, "H=.5,T=.5", "arithmetic"),
        (COIN, "true", "huffman"),
        ("uniform:3", "true", "arithmetic"),
        ("a=1", "true", "fixed"),
    ],
)
def test_where_every_surprise_is_equal_chance_is_not_judged(true: str, assumed: str, coder: str) -> None:
    """2^40 is no multiple of 3: surprises that differ by 4e-12 bits are rounding, and make no z."""
    run = validate(true, assumed, coder, n=1_000)
    assert run.checks.expectation is None
    assert (run.standard_error, run.z, run.ci95, run.is_rough) == (0.0, None, None, False)
    assert run.verdict == "pass"


def test_an_interval_that_few_surprises_decide_is_marked() -> None:
    """Bernoulli(p): E|X-μ|³/σ³ = (p² + r²)/sqrt(p·r), r = 1 - p; 0.469 of it over sqrt(n) against 0.05."""
    for p, n in ((0.7, 1_000), (0.7, 60), (0.01, 1_000), (0.01, 10_000), (0.001, 100_000)):
        run = validate(f"a={p},b={1 - p:.3f}", "a=.2,b=.8", n=n)
        due = 0.469 * (p**2 + (1 - p) ** 2) / math.sqrt(p * (1 - p) * n)
        assert run.moments is not None
        assert run.moments.normal_error(n) == pytest.approx(due, rel=1e-6)
        assert run.is_rough == (due > 0.05)


def test_a_stream_that_is_its_own_truth_has_no_luck_and_no_expectation() -> None:
    source = StreamSource(tokeniser("bytes").split(b"abracadabra" * 50), "file:x")
    run = validate(source, "true", "huffman", n=550)
    assert run.checks == checks.Checks(True, True, True, None, True)
    assert run.ledger.luck == 0
    assert run.z is None
    assert run.ci95 is None


def test_a_q_counted_from_the_stream_has_no_expectation() -> None:
    run = validate(COIN, "empirical", n=5_000)
    assert run.checks.expectation is None
    assert run.verdict == "pass"
    assert run.kl_divergence is not None
    assert 0 < run.kl_divergence < 0.01


@pytest.mark.parametrize("bad", ["nonsense", "H=0.7,T=0.4", "floor:0"])
def test_words_that_mean_nothing_are_refused(bad: str) -> None:
    with pytest.raises(SpecError):
        validate(COIN, bad)
    with pytest.raises(SpecError):
        validate(COIN, "true", bad)
    with pytest.raises(SpecError):
        validate(COIN, "true", zeros=bad)


class Silent(IidSource):
    """A source that must not be asked."""

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        raise AssertionError("drawn before Q was found fit")


def test_an_impossible_q_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(ZeroProbabilityError, match=r"'T'.*0\.3.*zeros='floor:EPS'"):
        validate(Silent(Distribution.parse(COIN)), "H=1,T=0")


def test_a_floor_makes_the_impossible_affordable() -> None:
    run = validate(COIN, "H=1,T=0", n=100_000, zeros="floor:1e-10")
    assert run.cross_entropy == pytest.approx(0.3 * math.log2(1e10), abs=1e-6)
    assert run.verdict == "pass"


# Negative controls: each must be caught, and by the check that is there for it.


def failing(run: Validation) -> tuple[str, ...]:
    assert run.verdict == "fail"
    return run.checks.failed


def test_control_a_length_off_by_one_fails_exact_length(monkeypatch: pytest.MonkeyPatch) -> None:
    def off_by_one(weights: Sequence[int], _: int | None) -> Table:
        lengths = huffman(weights).lengths.copy()
        lengths[np.argmax(lengths)] += 1
        return Table(Form.LENGTHS, len(weights), tuple(lengths.tolist()))

    monkeypatch.setitem(CODERS, "huffman", dataclasses.replace(CODERS["huffman"], fit=off_by_one))
    assert failing(validate("dice:2", "true", "huffman", n=10_000)) == ("exact_length",)


@pytest.mark.parametrize("coder", EACH)
@pytest.mark.parametrize("change", [-8, 8])
def test_control_a_payload_one_byte_short_or_long_fails_exact_length(coder: str, change: int) -> None:
    p = Distribution.parse("dice:2")
    symbols = np.repeat(np.arange(11, dtype=np.uint8), np.array(p.weights) * 1000)
    choice, built = choose(coder), choose(coder).of(p.weights)
    bits = len(built.encode(symbols))
    assert checks.exact_length(choice, built, Pair(p, p), symbols, bits) is True
    assert checks.exact_length(choice, built, Pair(p, p), symbols, bits + change) is False


def test_control_a_swapped_q_fails_code_price(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = CODERS["arithmetic"]
    # D(P||Q') = 0.0098 bit for P = (.7, .3), Q' = (.645, .355)
    swapped = dataclasses.replace(honest, fit=lambda weights, parameter: honest.fit([645, 355], parameter))
    monkeypatch.setitem(CODERS, "arithmetic", swapped)
    run = validate(COIN, "true", "arithmetic", n=1_000_000)
    assert run.expected_bits_per_token is not None
    assert run.cross_entropy is not None
    assert 0.009 < run.expected_bits_per_token - run.cross_entropy < 0.011
    assert failing(run) == ("code_price",)


@pytest.mark.parametrize("coder", ["huffman", "shannon", "fixed"])
def test_control_words_longer_than_q_asks_for_fail_code_price(coder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = CODERS[coder]

    def longer(weights: Sequence[int], parameter: int | None) -> Table:
        book = honest.build(honest.fit(weights, parameter), parameter).book
        assert book is not None
        return Table(Form.LENGTHS, len(weights), tuple((book.lengths + 1).tolist()))

    monkeypatch.setitem(CODERS, coder, dataclasses.replace(honest, fit=longer))
    assert set(failing(validate("dice:2", "true", coder, n=1_000))) == {"exact_length", "code_price"}


@pytest.mark.parametrize("coder", ["arithmetic", "shannon"])
def test_control_a_source_that_draws_from_another_p_fails_expectation(coder: str) -> None:
    class Liar(IidSource):
        def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
            return IidSource(Distribution.parse("H=0.69,T=0.31")).sample(n, rng)

    run = validate(Liar(Distribution.parse(COIN)), "H=0.2,T=0.8", coder, n=1_000_000)
    assert failing(run) == ("expectation",)
    assert run.z is not None
    assert abs(run.z) > 5


@pytest.mark.parametrize("term", [term for term in TERMS if term != "container"])
def test_control_a_dropped_term_fails_accounting(term: str) -> None:
    run = validate(COIN, "H=0.25,T=0.75", "shannon" if term == "code" else "arithmetic", n=10_001)
    assert checks.accounting(run.ledger, run.file_bytes)
    assert getattr(run.ledger, term) != 0
    assert not checks.accounting(
        dataclasses.replace(run.ledger, **{term: 0.0}),  # type: ignore[arg-type]  # the term is one of the floats
        run.file_bytes,
    )


@pytest.mark.parametrize("part", ["header", "alphabet", "model", "index", "checksums"])
def test_control_an_uncounted_container_byte_fails_accounting(part: str) -> None:
    run = validate(COIN, "H=0.2,T=0.8", n=10_000)
    parts = dict(run.ledger.container_parts)
    parts[part] -= 8
    assert not checks.accounting(dataclasses.replace(run.ledger, container_parts=parts), run.file_bytes)


def test_control_a_changed_token_fails_round_trip() -> None:
    sent = np.array([1, 2, 3], np.uint8)
    assert checks.round_trip(sent, sent.copy(), sent.copy())
    assert not checks.round_trip(sent, sent.copy(), np.array([1, 2, 0], np.uint8))
    assert not checks.round_trip(sent, sent[:2])


class Curious:
    """Reads on behind its payload, and believes what it finds there."""

    def __init__(self, honest: Built) -> None:
        self.honest = honest

    def __getattr__(self, name: str) -> Any:
        return getattr(self.honest, name)

    def decode(self, bits: bitarray, count: int) -> Symbols:
        symbols = self.honest.decode(bits, count)
        if len(bits) > self.honest.ideal_bits(symbols):
            symbols[-1] ^= 1
        return symbols


def test_control_a_coder_that_reads_what_follows_fails_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = CODERS["huffman"]
    curious = dataclasses.replace(honest, build=lambda *how: cast(Static, Curious(honest.build(*how))))
    monkeypatch.setitem(CODERS, "huffman", curious)
    assert failing(validate(COIN, "true", "huffman", n=1_000)) == ("round_trip",)


def test_control_a_file_that_holds_another_code_fails_code_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table that is written is not the one that was fitted: only who reads the file can know."""
    honest = Header.pack

    def swapped(self: Header) -> bytes:
        return honest(dataclasses.replace(self, table=self.coder.fit([645, 355])))

    monkeypatch.setattr(Header, "pack", swapped)
    run = validate(Distribution.parse("H=1,T=0"), Distribution.parse(COIN), "arithmetic", n=0)
    assert "code_price" in failing(run)


def test_control_a_byte_that_nobody_counted_fails_accounting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader forgets the index: the ledger no longer sums to what is on the disk."""
    honest = Frame._count

    def forgetful(self: Frame, part: str, start: int) -> None:
        if part != "index":
            honest(self, part, start)

    monkeypatch.setattr(Frame, "_count", forgetful)
    assert failing(validate(COIN, "H=0.2,T=0.8", n=1_000)) == ("accounting",)


@pytest.mark.parametrize("bits", [-1, 1])
def test_control_an_uncounted_container_bit_fails_accounting(bits: int) -> None:
    run = validate(COIN, "H=0.2,T=0.8", n=10_000)
    parts = dict(run.ledger.container_parts)
    parts["padding"] += bits
    assert not checks.accounting(dataclasses.replace(run.ledger, container_parts=parts), run.file_bytes)


def test_the_bound_of_expectation_is_bernsteins_on_both_sides() -> None:
    """V = 0.04, M = 3, n = 100: 5·sqrt(V/n) + 4.2·M/n = 0.1 + 0.126."""
    moments = Moments(mean=1.0, variance=0.04, largest=3.0, third=0.1)
    for stray, passes in ((0.2259, True), (0.2261, False)):
        for sign in (1, -1):
            assert checks.expectation(moments, 100 * (1 + sign * stray), 100) is passes


def test_z_is_the_distance_from_the_expectation_in_standard_errors() -> None:
    """A sample with more tails than P lets expect costs who believes in heads more: z > 0."""
    signs = set()
    for seed in range(6):
        run = validate(COIN, "H=0.9,T=0.1", n=1_000, seed=seed)
        assert run.z is not None
        assert run.standard_error is not None
        assert run.z == pytest.approx(run.ledger.luck / (run.n * run.standard_error))
        signs.add(run.z > 0)
    assert signs == {True, False}


def test_the_ledger_of_a_known_p_is_what_p_and_q_say_before_anything_is_drawn() -> None:
    run = validate(COIN, "H=0.2,T=0.8", n=10_000)
    entropy = -(0.7 * math.log2(0.7) + 0.3 * math.log2(0.3))
    divergence = 0.7 * math.log2(0.7 / 0.2) + 0.3 * math.log2(0.3 / 0.8)
    assert run.ledger.entropy == pytest.approx(10_000 * entropy)
    assert run.ledger.mismatch == pytest.approx(10_000 * divergence)
    assert run.ledger.luck == pytest.approx(run.ideal_bits - 10_000 * (entropy + divergence), abs=1e-4)
    assert abs(run.ledger.luck) > 1


def test_a_failed_check_fails_the_experiment() -> None:
    run = validate(COIN, n=100)
    failed = dataclasses.replace(run, checks=dataclasses.replace(run.checks, expectation=False))
    good = grid(COIN, ["true"], ["arithmetic"], 100)
    assert good.verdict == "pass"
    assert dataclasses.replace(good, runs=(*good.runs, failed)).verdict == "fail"
    assert failed.checks.failed == ("expectation",)
    assert set(vars(run.checks)) == set(CHECKS)


def test_shannons_code_of_a_q_just_below_a_power_of_two_keeps_its_promise() -> None:
    """q = 0.5 - 10^-25 needs 2 bits: 1 above its surprise as far as a float can tell, and still less than 1."""
    run = validate("a=1,b=0", "b=0.5000000000000000000000001,a=0.4999999999999999999999999", "shannon", n=100)
    assert run.expected_bits_per_token == 2
    assert run.verdict == "pass"


@pytest.mark.parametrize(
    "policy", ["floor:1e-4", "floor:0.02", "escape:0.05", "escape:1e-6", "laplace:1", "laplace:1/32"]
)
def test_what_a_zero_policy_costs_is_what_its_formula_says(policy: str, tmp_path: Path) -> None:
    """Measured on the encoded stream, token by token of each kind, beside the prices of `probability.zeros`."""
    (tmp_path / "counted").write_bytes(b"a" * 70 + b"b" * 20 + b"c" * 10)
    n = 20_000
    run = validate(
        Distribution.parse("a=.6,b=.2,c=.1,d=.06,e=.04"), f"file:{tmp_path / 'counted'}", n=n, zeros=policy, seed=3
    )
    name, amount = policy.split(":")
    eps = float(Fraction(amount))
    if name == "floor":
        z = sum(max(q, eps) for q in (0.7, 0.2, 0.1, 0, 0))
        known, unknown = [math.log2(z / max(q, eps)) for q in (0.7, 0.2, 0.1)], math.log2(z / eps)
    elif name == "escape":
        known, unknown = [-math.log2(q * (1 - eps)) for q in (0.7, 0.2, 0.1)], math.log2(2 / eps)
    else:
        known = [math.log2((100 + 5 * eps) / (count + eps)) for count in (70, 20, 10)]
        unknown = math.log2((100 + 5 * eps) / eps)
    counts = Sample(IidSource(run.p), n, 3).counts.tolist()
    assert (
        0
        <= run.payload_bits - math.fsum(c * bits for c, bits in zip(counts, [*known, unknown, unknown], strict=True))
        < 2.2
    )
    assert run.zeros_price is not None
    assert run.zeros_price.excluded == pytest.approx(0.1 * unknown)
    before = [-math.log2(q) for q in (0.7, 0.2, 0.1)]
    more = sum(p * (after - q) for p, after, q in zip((0.6, 0.2, 0.1), known, before, strict=True))
    assert run.zeros_price.allowed == pytest.approx(more)
    assert run.verdict == "pass"


def test_a_policy_that_changes_nothing_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert validate("H=.7,T=.3", "H=.5,T=.5", n=10, zeros="escape:0.1").zeros_price is None
    arguments = ["validate", "--true", "a=.6,b=.3,c=.1", "--assumed", "a=.7,b=.3", "-n", "100", "--zeros"]
    assert command([*arguments, "escape:1e-3"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "zeros escape:1e-3: with Q = a=.7,b=.3 what it excluded costs 0.9966 bits/token, and what it allows 0.0013 more"
        in said
    )
    assert command([*arguments, "laplace:1"]) == 2
    assert "laplace adds to counts, and a=.7,b=.3 was not counted" in capsys.readouterr().err
