"""Experiments with a Q that changes: what it should cost, where its bits went, and what the checks refuse."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from bitarray import bitarray
from regret import asymptotic_regret

from compress import validate
from compress.cli.main import run as command
from compress.coders.catalog import choose
from compress.errors import SpecError
from compress.experiments import checks
from compress.experiments.repeat import repeat
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.models.catalog import recipe_named
from compress.models.counts import Counting
from compress.models.sequential import SequentialCoder
from compress.probability.distribution import Distribution
from compress.probability.moments import Moments
from compress.reports.views import as_table
from compress.sources.iid import IidSource
from compress.specs import BARE

TRUTH = "a=.5,b=.3,c=.15,d=.05"


def experiment(true: str, *assumed: str, n: int = 5_000, seed: int = 0) -> Experiment:
    beliefs = [recipe_named(spec) or BARE.assumed(spec) for spec in assumed]
    return validate_all(IidSource(Distribution.parse(true)), beliefs, [choose("arithmetic")], n, seed)


@pytest.mark.parametrize("spec", ["kt", "laplace", "order:0"])
@pytest.mark.parametrize("true", [TRUTH, "dice:2", "x=1", "a=1,b=0", "zipf:k=300,s=1.2"])
def test_what_counting_is_expected_to_cost_is_the_mean_of_what_it_costs(spec: str, true: str) -> None:
    recipe, p = recipe_named(spec), Distribution.parse(true)
    assert recipe is not None
    model = recipe.build(p.size)
    for n in (0, 1, 30, 400):
        due = model.expected_bits(n, p.probabilities)
        costs = [model.ideal_bits(IidSource(p).sample(n, np.random.PCG64(seed))) for seed in range(80)]
        assert due == pytest.approx(np.mean(costs), abs=4.5 * float(np.std(costs)) / math.sqrt(80) + 1e-9)


def test_what_counting_two_tokens_is_expected_to_cost_is_the_sum_over_all_messages() -> None:
    model = Counting.of("kt", 2)
    for n in (1, 2, 7):
        due = sum(
            math.comb(n, k) * 0.3**k * 0.7 ** (n - k) * model.ideal_bits(np.array([0] * k + [1] * (n - k), np.uint8))
            for k in range(n + 1)
        )
        assert model.expected_bits(n, np.array([0.3, 0.7])) == pytest.approx(due, abs=1e-12)


def test_learning_costs_the_regret_and_luck_is_luck() -> None:
    n = 200_000
    kt, static = experiment(TRUTH, "kt", "true", n=n).runs
    # Counts of 10,000 and more: the asymptotic form is true to a hundredth of a bit.
    regret = asymptotic_regret(4, n) + kt.ledger.entropy
    # E[n·H(P̂)] is below n·H(P) by (K-1)/2·log2 e.
    assert kt.ledger.entropy + kt.ledger.mismatch == pytest.approx(regret - 1.5 * math.log2(math.e), abs=0.05)
    assert kt.expected_bits_per_token == pytest.approx((kt.ledger.entropy + kt.ledger.mismatch) / n)
    # The luck of the tokens is the same, whoever believes what.
    assert kt.ledger.luck == pytest.approx(static.ledger.luck, abs=12)
    assert (kt.cross_entropy, kt.kl_divergence, kt.z, kt.ci95, kt.standard_error) == (None,) * 5
    assert kt.ledger.code == 0
    assert vars(kt.checks) == {
        "round_trip": True,
        "exact_length": True,
        "code_price": None,
        "expectation": True,
        "accounting": True,
        "claim": None,
        "honest": None,
    }


def test_where_nobody_can_tell_the_mean_luck_is_that_of_the_tokens() -> None:
    order, static = experiment(TRUTH, "order:2", "true").runs
    assert order.expected_bits_per_token is None
    own = static.ideal_bits
    assert order.ledger.mismatch == pytest.approx(order.ideal_bits - own, abs=1e-4)
    assert order.ledger.luck == pytest.approx(static.ledger.luck, abs=1e-4)
    assert order.verdict == "pass"


def test_a_file_that_is_its_own_truth_has_no_luck(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abracadabra" * 20)
    source = BARE.source(f"file:{tmp_path / 'x'}", whole=True)
    recipes = [recipe for recipe in map(recipe_named, ("order:1", "kt")) if recipe is not None]
    runs = validate_all(source, recipes, [choose("arithmetic")], 220).runs
    assert runs[0].ledger.mismatch < 0 < runs[1].ledger.mismatch
    for run in runs:
        assert run.ledger.luck == 0
        assert run.checks.expectation is None
        assert run.expected_bits_per_token is None
        assert run.verdict == "pass"


def test_the_api_takes_the_words() -> None:
    run = validate(TRUTH, "laplace", n=1_000)
    assert run.verdict == "pass"
    assert run.assumed.spec == "laplace"
    assert validate(TRUTH, "order:1", n=0).checks.failed == ()
    with pytest.raises(SpecError, match="huffman uses one code for all tokens; kt needs arithmetic"):
        validate(TRUTH, "kt", "huffman")


def test_a_payload_that_is_too_long_fails_exact_length(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = SequentialCoder.encode
    monkeypatch.setattr(SequentialCoder, "encode", lambda self, symbols: honest(self, symbols) + bitarray("00"))
    assert experiment(TRUTH, "order:1").runs[0].checks.failed == ("exact_length",)


def test_a_code_too_good_to_be_true_and_a_source_that_lies_fail_expectation() -> None:
    own = Moments(mean=2.0, variance=1.0, largest=3.0, third=1.0)
    assert checks.learned_expectation(own, 2_000.0, 1_960.1, 1_000) is True
    assert checks.learned_expectation(own, 2_000.0, 1_959.9, 1_000) is False
    assert checks.learned_expectation(own, 2_200.0, 2_300.0, 1_000) is False
    assert checks.learned_expectation(own, math.inf, 2_000.0, 1_000) is False
    assert checks.learned_expectation(own, 0.0, 0.0, 0) is None
    # Equal surprises: chance decides nothing of P's own, and Q may still be too good.
    even = Moments(1.0, 0.0, 0.0, 0.0)
    assert checks.learned_expectation(even, 1_000.0, 959.0, 1_000) is False


@pytest.mark.parametrize(("broken", "check"), [("wrong-source", "expectation"), ("lost-term", "accounting")])
def test_what_is_broken_on_purpose_is_caught(broken: str, check: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = command(["validate", "--true", TRUTH, "--assumed", "kt", "-n", "20000", "--break", broken, "--json", "-"])
    made = json.loads(capsys.readouterr().out)
    failed = [name for name, verdict in made["runs"][0]["checks"].items() if verdict is False]
    assert (status, failed) == (3, [check])


@pytest.mark.parametrize("broken", ["short", "swapped-q"])
def test_what_is_done_to_one_code_cannot_be_done_to_many(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["validate", "--true", TRUTH, "--assumed", "kt", "-n", "20", "--break", broken]) == 2
    assert f"{broken} is done to a code that stays the same, and kt changes" in capsys.readouterr().err


def test_the_tables_and_the_json_have_no_divergence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["validate", "--true", TRUTH, "--assumed", "kt", "--assumed", "order:1", "--assumed", "uniform"]
    assert (
        command([*arguments, "-n", "3000", "--json", str(tmp_path / "v.json"), "--csv", str(tmp_path / "v.csv")]) == 0
    )
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    [kt] = [row for row in rows if row[:2] == ["kt", "arithmetic"] and row[-1] == "pass"]
    assert kt[2:4] == ["-", "-"]
    assert kt[-2] == "-"
    runs = json.loads((tmp_path / "v.json").read_text())["runs"]
    assert runs[0]["assumed"] == {"spec": "kt", "tokens": None, "probabilities": None}
    assert [run["kl_divergence"] is None for run in runs] == [True, True, False]
    assert [run["expected_bits_per_token"] is None for run in runs] == [False, True, False]
    assert (tmp_path / "v.csv").read_text().count("\n") == 4
    assert command(["validate", "--true", TRUTH, "--assumed", "kt", "-n", "3000"]) == 0
    assert "learning: the price of finding out P" in capsys.readouterr().out


def test_every_picture_and_page_takes_them(tmp_path: Path) -> None:
    for kind in ("measured", "funnel", "waterfall"):
        arguments = ["validate", "--true", TRUTH, "--assumed", "kt", "--assumed", "order:1", "-n", "500", "-q"]
        target = tmp_path / f"{kind}.svg"
        assert command([*arguments, "--plot", str(target), "--plot-kind", kind]) == 0
        assert target.stat().st_size > 1_000


def test_repetitions_count_what_there_is() -> None:
    recipes = [recipe for recipe in (recipe_named("kt"), recipe_named("order:1")) if recipe is not None]
    made = repeat(IidSource(Distribution.parse(TRUTH)), recipes, [choose("arithmetic")], 300, 20)
    kt, order = made.each
    assert kt.expected_bits_per_token is not None
    assert order.expected_bits_per_token is None
    assert (kt.passed, kt.coverage, kt.scores.size, kt.verdict) == (20, None, 0, "pass")
    assert as_table(made) is not None


def test_counts_are_learned_sooner_than_contexts() -> None:
    """With independent tokens a longer context has nothing to tell, and costs more for it."""
    costs = [run.payload_bits for run in experiment(TRUTH, "kt", "order:1", "order:2", "order:3").runs]
    assert all(a < b for a, b in pairwise(costs))
