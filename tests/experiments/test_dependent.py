"""Experiments whose tokens depend on the one before: entropy rate, z, and what each belief pays."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from compress.cli.main import run as command
from compress.coders.catalog import choose
from compress.errors import SpecError, ZeroProbabilityError
from compress.experiments.scores import Scores
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.models.catalog import recipe_named
from compress.models.counts import Counting
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.relative import Relative
from compress.probability.zeros import ZeroPolicy
from compress.sources.iid import IidSource
from compress.sources.markov import MarkovSource
from compress.sources.protocol import generator
from compress.specs import BARE
from compress.symbols import Symbols

STICKY = Chain.of([("a", [("a", 0.95), ("b", 0.05)]), ("b", [("a", 0.1), ("b", 0.9)])])
OTHER = Chain.of([("a", [("a", 0.5), ("b", 0.5)]), ("b", [("a", 0.25), ("b", 0.75)])], spec="other")
STRICT = Chain.of([("a", [("b", 1)]), ("b", [("a", 0.5), ("b", 0.5)])], spec="strict")
WORDS = Chain.of([(str(a), [(str(b), (1 + (3 * a + b) % 5) / 20) for b in range(8)]) for a in range(8)], normalize=True)


def experiment(chain: Chain, *assumed: object, n: int = 20_000, seed: int = 0) -> Experiment:
    beliefs = [recipe_named(each) or BARE.assumed(each) if isinstance(each, str) else each for each in assumed]
    return validate_all(MarkovSource(chain), beliefs, [choose("arithmetic")], n, seed)  # type: ignore[arg-type]  # whatever a test believes


def test_believing_the_truth_costs_the_entropy_rate() -> None:
    n = 20_000
    [run] = experiment(STICKY, Relative.TRUE, n=n).runs
    assert run.ledger.entropy == pytest.approx(STICKY.distribution.entropy + (n - 1) * STICKY.entropy_rate)
    assert (run.ledger.mismatch, run.kl_divergence) == (0, 0)
    assert run.cross_entropy == STICKY.entropy_rate
    assert abs(run.ledger.code) < 1e-6 * n
    assert vars(run.checks) == {**dict.fromkeys(vars(run.checks), True), "claim": None, "honest": None}


def test_a_wrong_chain_and_no_chain_pay_for_it() -> None:
    n = 50_000
    wrong, static, uniform = experiment(STICKY, OTHER, BARE.distribution("a=.9,b=.1"), Relative.UNIFORM, n=n).runs
    pi, p, q = STICKY.stationary, STICKY.matrix, OTHER.matrix
    d = float((pi[:, None] * p * np.log2(p / q)).sum())
    assert wrong.kl_divergence == pytest.approx(d)
    # The first token has a price of its own, and each other one that of the one before.
    first = -float(pi @ np.log2(OTHER.stationary)) - STICKY.distribution.entropy
    assert wrong.ledger.mismatch == pytest.approx(first + (n - 1) * d)
    cross = -float(pi @ np.log2([0.9, 0.1]))
    assert static.cross_entropy == pytest.approx(cross)
    assert static.kl_divergence == pytest.approx(cross - STICKY.entropy_rate)
    assert static.ledger.entropy == wrong.ledger.entropy == uniform.ledger.entropy
    assert static.ledger.entropy + static.ledger.mismatch == pytest.approx(n * cross)
    assert uniform.payload_bits == n
    assert uniform.z is None
    for run in (wrong, static, uniform):
        assert run.verdict == "pass"
        assert run.ledger.total == pytest.approx(8 * run.file_bytes, abs=1e-6)


def test_the_z_of_a_static_q_has_the_variance_of_dependent_tokens() -> None:
    """The interval is wider than that of independent tokens by the square root of (1 + λ)/(1 - λ)."""
    [run] = experiment(STICKY, BARE.distribution("a=.9,b=.1"), n=10_000).runs
    independent = validate_all(
        IidSource(STICKY.distribution), [BARE.distribution("a=.9,b=.1")], [choose("arithmetic")], 10_000
    ).runs[0]
    assert run.standard_error is not None
    assert independent.standard_error is not None
    assert run.standard_error / independent.standard_error == pytest.approx(math.sqrt(1.85 / 0.15))


@pytest.mark.fuzz
@pytest.mark.timeout(600)
def test_z_is_normal_over_a_thousand_seeds_and_would_not_be_with_the_other_variance() -> None:
    stats = pytest.importorskip("scipy.stats")
    q, n = BARE.distribution("a=.9,b=.1"), 10_000
    wrong = math.sqrt(1.85 / 0.15)
    z: dict[str, list[float]] = {"true": [], "static": [], "other": []}
    for seed in range(1_000):
        for name, run in zip(z, experiment(STICKY, Relative.TRUE, q, OTHER, n=n, seed=seed).runs, strict=True):
            assert run.z is not None
            assert run.verdict == "pass"
            z[name].append(run.z)
    for name, values in z.items():
        test = stats.kstest(values, "norm")
        seen = f"mean {np.mean(values):+.3f}, sd {np.std(values):.3f}"
        print(f"\n{name}: {seen}, KS {test.statistic:.3f}, p {test.pvalue:.3f}")
        assert test.pvalue > 0.001
    independent = stats.kstest(np.array(z["static"]) * wrong, "norm")
    print(
        f"static, with the variance of independent tokens: KS {independent.statistic:.3f}, p {independent.pvalue:.1e}"
    )
    assert independent.pvalue < 1e-6


def test_z_is_not_far_from_normal_over_a_hundred_seeds() -> None:
    runs = [experiment(STICKY, BARE.distribution("a=.9,b=.1"), n=3_000, seed=seed).runs[0] for seed in range(100)]
    scores = Scores.of(run.z for run in runs if run.z is not None)
    assert scores.size == 100
    assert scores.distance < 1.95 / math.sqrt(100)
    assert 0.6 < scores.variance < 1.6


def test_what_learning_costs_is_predicted_before() -> None:
    """order:1 pays the entropy rate and the regret of each context; order:0 the entropy of single tokens and its own.

    Each context is a counting model that sees its share of the tokens, independent of each other.
    """
    n = 100_000
    for chain in (STICKY, WORDS):
        one, zero = experiment(chain, "order:1", "order:0", n=n).runs
        alpha = recipe_named("order:0")
        assert alpha is not None
        model = alpha.build(chain.size)
        assert isinstance(model, Counting)
        shares = [
            (round((n - 1) * pi), row.probabilities) for pi, row in zip(chain.stationary, chain.rows, strict=True)
        ]
        contexts = [model.expected_bits(count, row) for count, row in shares]
        predicted = math.log2(chain.size) + sum(bits for bits in contexts if bits is not None)
        own = MarkovSource(chain).surprise_bits(MarkovSource(chain).sample(n, generator(0)))
        luck = own - MarkovSource(chain).entropy_bits(n)
        # What is left when P's own luck is taken away: a few bits of how the contexts came.
        assert one.ideal_bits - luck == pytest.approx(predicted, abs=5 + 0.1 * chain.size**2)
        due = model.expected_bits(n, chain.stationary)
        assert due is not None
        moments = MarkovSource(chain).moments(chain.distribution, -np.log2(chain.stationary))
        assert abs(zero.ideal_bits - due) < 4 * math.sqrt(n * moments.variance) + 40


def test_a_rare_sticky_token_says_nothing_yet() -> None:
    rare = Chain.of([("a", [("a", 0.9999), ("b", 0.0001)]), ("b", [("a", 0.01), ("b", 0.99)])])
    [short] = experiment(rare, BARE.distribution("a=.9,b=.1"), n=100_000).runs
    assert short.checks.expectation is None
    assert short.checks.passed
    [long] = experiment(rare, BARE.distribution("a=.9,b=.1"), n=1_100_000).runs
    assert long.checks.expectation is True


def test_a_source_that_lies_is_seen() -> None:
    """Tokens of another chain with the same single tokens: only the variance of the sums is another."""
    q = BARE.distribution("a=.9,b=.1")
    lying = Chain.of([("a", [("a", 0.9), ("b", 0.1)]), ("b", [("a", 0.1), ("b", 0.9)])])

    class Liar(MarkovSource):
        def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
            return MarkovSource(lying).sample(n, rng)

    true, static, order = validate_all(
        Liar(STICKY), [Relative.TRUE, q, *[r for r in [recipe_named("order:1")] if r]], [choose("arithmetic")], 60_000
    ).runs
    assert true.checks.failed == ("expectation",)
    assert static.checks.failed == ("expectation",)
    assert order.checks.failed == ("expectation",)


def test_what_a_chain_excludes_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(ZeroProbabilityError, match="'a'"):
        experiment(STICKY, STRICT)
    made = validate_all(
        MarkovSource(STICKY), [STRICT], [choose("arithmetic")], 5_000, zeros=ZeroPolicy.parse("floor:1e-6")
    )
    assert made.verdict == "pass"
    assert made.runs[0].ledger.mismatch > 10_000
    with pytest.raises(SpecError, match="huffman uses one code for all tokens; other needs arithmetic"):
        validate_all(MarkovSource(STICKY), [OTHER], [choose("huffman")], 10)


def test_a_chain_is_believed_of_independent_tokens_too() -> None:
    p = Distribution.parse("a=.4,b=.6")
    [run] = validate_all(IidSource(p), [OTHER], [choose("arithmetic")], 20_000).runs
    expected = -sum(
        float(p.exact(a) * p.exact(b)) * math.log2(OTHER.matrix[i, j])
        for i, a in enumerate("ab")
        for j, b in enumerate("ab")
    )
    assert run.cross_entropy == pytest.approx(expected)
    assert run.kl_divergence == pytest.approx(expected - p.entropy)
    assert run.verdict == "pass"
    assert run.z is not None


def test_tokens_that_are_given_are_no_chain(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"ab" * 50)
    source = BARE.source(f"file:{tmp_path / 'x'}", whole=True)
    with pytest.raises(SpecError, match="other is believed of tokens that are drawn, and these are given"):
        validate_all(source, [OTHER], [choose("arithmetic")], 100)


def test_nothing_drawn_costs_nothing() -> None:
    for run in experiment(STICKY, Relative.TRUE, "order:1", Relative.UNIFORM, n=0).runs:
        assert run.payload_bits == 0
        assert (run.verdict, run.checks.failed) == (None, ())


def test_the_command_line_and_its_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = {"a": {"a": 0.95, "b": 0.05}, "b": {"a": 0.1, "b": 0.9}}
    (tmp_path / "c.json").write_text(json.dumps(table))
    arguments = ["validate", "--true", f"markov:@{tmp_path / 'c.json'}", "--assumed", "true", "--assumed", "uniform"]
    assert command([*arguments, "-n", "5000", "--json", str(tmp_path / "v.json")]) == 0
    out = capsys.readouterr().out
    assert "entropy rate 0.3473 bits/token, of single tokens 0.9183" in out
    record = json.loads((tmp_path / "v.json").read_text())
    assert record["true"]["entropy"] == pytest.approx(0.9182958)
    assert record["true"]["entropy_rate"] == pytest.approx(0.3472632)
    assert [run["kl_divergence"] for run in record["runs"]] == [0, pytest.approx(1 - 0.3472632)]
    assert command([*arguments, "-n", "3000", "--repeat", "10", "-q", "--json", "-"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["true"]["entropy_rate"] == pytest.approx(0.3472632)
    assert record["runs"][0]["intervals"] == 10
    for refused in (["encode", str(tmp_path / "c.json")], ["report", str(tmp_path / "c.json")]):
        assert command([*refused, "--assumed", f"markov:@{tmp_path / 'c.json'}"]) == 2
        assert "is a chain; give a single distribution here" in capsys.readouterr().err
    assert command(["validate", "--true", f"markov:@{tmp_path / 'none.json'}"]) == 1
    assert "none.json" in capsys.readouterr().err
    # The chain is an input: no output takes its place.
    assert command([*arguments, "-n", "10", "--json", str(tmp_path / "c.json")]) == 1
    assert json.loads((tmp_path / "c.json").read_text()) == table
