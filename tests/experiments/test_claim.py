"""The test of a claim against exact laws: enumerated p-values, uniform ones, and claims that must fail."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special

from compress.cli.main import run
from compress.errors import SpecError
from compress.experiments import claim as module
from compress.experiments.claim import Claim, classes, likelihood_ratio_test
from compress.probability.distribution import Distribution
from compress.sources.protocol import generator
from compress.symbols import Counts

DIE = Distribution.parse("dice:1")


def drawn(p: Distribution, n: int, seed: int) -> Counts:
    """Counts of n tokens of P."""
    counts: Counts = np.random.Generator(generator(seed)).multinomial(n, p.probabilities)
    return counts


def waste(counts: Counts, p: Distribution) -> float:
    """n·D(P̂||P), bits, from its definition."""
    n = sum(counts.tolist())
    pairs = zip(counts.tolist(), p.probabilities.tolist(), strict=True)
    return math.fsum(c * math.log2(c / (n * q)) for c, q in pairs if c)


def outcomes(n: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to put n tokens into cells."""
    for bars in itertools.combinations(range(n + cells - 1), cells - 1):
        edges = (-1, *bars, n + cells - 1)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(edges))


def exact_p_value(counts: Counts, p: Distribution) -> float:
    """The chance under P of counts that waste as much, every outcome looked at."""
    n, least = int(counts.sum()), waste(counts, p)
    chance = 0.0
    for each in outcomes(n, p.size):
        if waste(np.array(each), p) >= least - 1e-9:
            ways = math.factorial(n) // math.prod(map(math.factorial, each))
            chance += ways * math.prod(q**c for q, c in zip(p.probabilities.tolist(), each, strict=True))
    return chance


@pytest.mark.parametrize(
    ("spec", "counts"),
    [
        ("a=.5,b=.3,c=.2", [5, 4, 3]),
        ("a=.5,b=.3,c=.2", [2, 2, 8]),
        ("a=.9,b=.1", [9, 3]),
        ("a=.25,b=.25,c=.25,d=.25", [4, 3, 2, 0]),
        ("a=.98,b=.01,c=.01", [10, 1, 0]),
    ],
)
def test_a_p_value_of_draws_is_the_exact_one(spec: str, counts: list[int]) -> None:
    p, seen = Distribution.parse(spec), np.array(counts)
    test = likelihood_ratio_test(seen, p)
    exact = exact_p_value(seen, p)
    assert test.method == "draws"
    assert test.p_value is not None
    # Five standard errors of 10,000 draws.
    assert abs(test.p_value - exact) < 5 * math.sqrt(exact * (1 - exact) / 10_000) + 1e-4
    assert test.waste == pytest.approx(waste(seen, p), abs=1e-9)


def test_draws_and_the_chi_square_law_agree_where_the_law_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    by_law = [likelihood_ratio_test(drawn(DIE, 2_000, seed), DIE) for seed in range(8)]
    monkeypatch.setitem(sys.modules, "scipy", None)
    by_draws = [likelihood_ratio_test(drawn(DIE, 2_000, seed), DIE) for seed in range(8)]
    assert {test.method for test in by_law} == {"chi-square"}
    assert {test.method for test in by_draws} == {"draws"}
    for law, draws in zip(by_law, by_draws, strict=True):
        p, q = law.p_value or 0, draws.p_value or 0
        assert abs(p - q) < 5 * math.sqrt(p * (1 - p) / 10_000) + 2e-3
        assert law.expected_waste == pytest.approx(draws.expected_waste, rel=0.03)
        assert law.waste == draws.waste


def test_where_the_chi_square_law_is_wrong_it_is_not_used() -> None:
    wide = Distribution.parse("uniform:256")
    # 5 of each expected: Williams' q is 1.0335.
    assert likelihood_ratio_test(drawn(wide, 1_280, 0), wide).method == "draws"
    assert likelihood_ratio_test(drawn(DIE, 600, 0), DIE).method == "chi-square"
    # The correction at the bound: n = 35/(30·0.005).
    assert likelihood_ratio_test(drawn(DIE, 233, 0), DIE).method == "draws"
    assert likelihood_ratio_test(drawn(DIE, 234, 0), DIE).method == "chi-square"


def test_the_statistic_is_held_against_williams_s_correction() -> None:
    seen = drawn(DIE, 600, 3)
    q = 1 + (36 - 1) / (6 * 600 * 5)
    g = 2 * math.log(2) * waste(seen, DIE)
    test = likelihood_ratio_test(seen, DIE)
    assert test.p_value == pytest.approx(special.chdtrc(5, g / q), rel=1e-9)
    assert test.expected_waste == pytest.approx(q * 5 / (2 * math.log(2)))


def test_the_waste_that_is_expected_is_what_luck_wastes_on_average() -> None:
    for p, n in ((DIE, 600), (Distribution.parse("uniform:256"), 1_280)):
        wastes = [waste(drawn(p, n, seed), p) for seed in range(400)]
        expected = likelihood_ratio_test(drawn(p, n, 0), p).expected_waste or 0
        assert abs(np.mean(wastes) - expected) < 5 * np.std(wastes) / math.sqrt(len(wastes))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_p_value() -> None:
    wide = Distribution.parse("uniform:256")
    seen = drawn(wide, 1_280, 0)
    assert likelihood_ratio_test(seen, wide, seed=1) == likelihood_ratio_test(seen, wide, seed=1)
    assert likelihood_ratio_test(seen, wide, seed=1) != likelihood_ratio_test(seen, wide, seed=2)


def test_a_stream_that_is_exactly_p_wastes_nothing() -> None:
    for counts in ([100] * 6, [5] * 6):
        test = likelihood_ratio_test(np.array(counts), DIE)
        assert test.waste == pytest.approx(0, abs=1e-9)
        assert test.p_value == pytest.approx(1)


def test_a_token_that_p_excludes_refutes_it_at_once() -> None:
    p = Distribution.parse("a=.5,b=.5,c=0,d=0")
    test = likelihood_ratio_test(np.array([5, 5, 0, 1]), p)
    assert (test.p_value, test.method, test.excluded, test.passed) == (0.0, "excluded", "d", False)
    assert math.isinf(test.waste)
    # One that does not occur is no cell.
    clean = likelihood_ratio_test(np.array([5, 5, 0, 0]), p)
    assert (clean.cells, clean.passed, clean.excluded) == (2, True, None)


@pytest.mark.parametrize(("spec", "counts"), [("a=1", [7]), ("a=1,b=0", [7, 0]), ("a=.5,b=.5", [0, 0])])
def test_what_could_not_be_refuted_is_no_claim(spec: str, counts: list[int]) -> None:
    test = likelihood_ratio_test(np.array(counts), Distribution.parse(spec))
    assert (test.p_value, test.passed, test.method, test.waste) == (None, None, None, 0.0)


def test_alpha_is_the_bound() -> None:
    assert Claim(9, 2, 1.0, 1.0, 0.01, "draws", 0.01).passed is True
    assert Claim(9, 2, 1.0, 1.0, 0.00999, "draws", 0.01).passed is False


@pytest.mark.slow
def test_more_cells_than_ten_thousand_are_pooled_by_p_alone() -> None:
    wide = Distribution.parse("uniform:20000")
    for n, cells in ((10_000, 2_000), (100_000, 10_000), (1_000_000, 10_000)):
        seen = drawn(wide, n, 1)
        pooled, p = module._pooled(seen, wide.probabilities, n)
        assert pooled.size == p.size == cells
        assert (pooled.sum(), p.sum()) == (n, pytest.approx(1))
        # Not the counts: another stream is pooled alike.
        assert np.array_equal(module._pooled(drawn(wide, n, 2), wide.probabilities, n)[1], p)
    # Half of the tokens twice as likely as the others: the pooled cells see it, if the halves are not mixed.
    bent = Distribution.from_weights((str(i), 1 + (i >= 10_000)) for i in range(20_000))
    test = likelihood_ratio_test(drawn(bent, 4_000, 1), bent)
    assert (test.cells, test.passed) == (263 + 526, True)
    assert test.waste == pytest.approx(waste(drawn(bent, 4_000, 1), bent))
    assert likelihood_ratio_test(drawn(bent, 4_000, 1), wide).passed is False


def test_waste_and_its_luck_are_of_the_same_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any are put together: the mean luck is that of single tokens, as the waste is."""
    monkeypatch.setattr(module, "_DRAWS", 100)
    wide = Distribution.parse("uniform:20000")
    test = likelihood_ratio_test(drawn(wide, 20_000, 1), wide, alpha=0.1)
    assert (test.tokens, test.cells) == (20_000, 4_000)
    # Σ of 20,000 equal terms: E[c·log2 c] of a binomial count with n = 20,000, p = 1/20,000.
    assert test.expected_waste == pytest.approx(16_544.342, abs=1e-3)
    assert test.waste == pytest.approx(waste(drawn(wide, 20_000, 1), wide))
    assert abs(test.waste - 16_544.342) < 300


@pytest.mark.parametrize(("spec", "n"), [("a=.5,b=.3,c=.2", 12), ("a=.9,b=.1", 9), ("a=.98,b=.01,c=.01", 20)])
def test_the_mean_luck_is_exact_where_few_are_expected(spec: str, n: int) -> None:
    p = Distribution.parse(spec)
    due = 0.0
    for each in outcomes(n, p.size):
        ways = math.factorial(n) // math.prod(map(math.factorial, each))
        chance = ways * math.prod(q**c for q, c in zip(p.probabilities.tolist(), each, strict=True))
        due += chance * waste(np.array(each), p)
    assert module._mean_waste(p.probabilities, n) == pytest.approx(due, rel=1e-9)


def test_the_mean_luck_is_one_curve_where_the_series_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    p = Distribution.parse("uniform:100")
    series = module._mean_waste(p.probabilities, 12_801)
    monkeypatch.setattr(module, "_FEW", 200.0)
    assert series == pytest.approx(module._mean_waste(p.probabilities, 12_801), rel=3e-5)


# ---------------------------------------------------------------- a small alpha


@pytest.mark.parametrize(("spec", "n"), [("a=.5,b=.3,c=.2", 12), ("a=.9,b=.1", 15)])
def test_the_bound_by_types_is_above_the_exact_p_value(spec: str, n: int) -> None:
    p = Distribution.parse(spec)
    for each in outcomes(n, p.size):
        seen = np.array(each)
        assert exact_p_value(seen, p) <= module._bound(waste(seen, p), n, p.size) + 1e-12


def test_what_no_draw_comes_near_fails_whatever_alpha_is() -> None:
    """150 ones have a chance of 6^-150."""
    ones = np.array([150, 0, 0, 0, 0, 0])
    for alpha in (0.05, 0.00005, 1e-12, 1e-90):
        test = likelihood_ratio_test(ones, DIE, alpha=alpha)
        assert (test.passed, test.method) == (False, "types")
        assert 6.0**-149 < (test.p_value or 0) < 1e-100


def test_a_small_alpha_has_more_draws() -> None:
    seen = np.array([40, 20, 20, 20, 20, 30])
    assert likelihood_ratio_test(seen, DIE, alpha=0.001).draws == 10_000
    assert likelihood_ratio_test(seen, DIE, alpha=0.0001).draws == 40_000
    # A chance of some 1 in 100,000, which 10,000 draws could not tell from 1 in 10,000.
    bent = likelihood_ratio_test(np.array([55, 19, 19, 19, 19, 19]), DIE, alpha=0.0001)
    assert (bent.passed, bent.method) == (False, "draws")
    # And where draws would be too many there are as few as always.
    assert likelihood_ratio_test(seen, DIE, alpha=1e-8).draws == 10_000


def test_an_alpha_that_nothing_could_reach_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SpecError, match="alpha 1e-09 is so small that no 5 tokens could fail the claim"):
        likelihood_ratio_test(np.array([5, 0, 0, 0, 0, 0]), DIE, alpha=1e-9)
    Path("five").write_text("1\n" * 5)
    arguments = ["validate", "--stream", "five", "--tokens", "tokens", "--true", "dice:1", "--alpha", "1e-9"]
    assert run(arguments) == 2
    assert "no 5 tokens could fail the claim" in capsys.readouterr().err


def test_tiny_probabilities_overflow_nothing() -> None:
    p = Distribution.from_weights([("a", 10**300), ("b", 1)])
    assert likelihood_ratio_test(np.array([1_000_000, 0]), p).passed is True
    assert likelihood_ratio_test(np.array([1_000_000, 1]), p).passed is False


# ---------------------------------------------------------------- over many seeds


def false_alarms(p: Distribution, n: int, seeds: int) -> list[float]:
    tests = [likelihood_ratio_test(drawn(p, n, seed), p, seed=seed) for seed in range(seeds)]
    return [float(test.p_value or 0) for test in tests]


def binomial_bound(trials: int, chance: float) -> tuple[int, int]:
    """What 99.9% of all binomial counts lie within."""
    successes = np.arange(trials + 1)
    below = special.bdtr(successes, trials, chance)
    return int(np.argmax(below > 5e-4)), int(np.argmax(below >= 1 - 5e-4))


def kolmogorov_smirnov(values: list[float]) -> float:
    """The p-value of the hypothesis that these are uniform on [0, 1]."""
    ordered, n = np.sort(values), len(values)
    steps = np.arange(n)
    distance = max((ordered - steps / n).max(), ((steps + 1) / n - ordered).max())
    return float(special.kolmogorov(math.sqrt(n) * distance))


def judge(p: Distribution, n: int, seeds: int) -> tuple[float, int]:
    values = false_alarms(p, n, seeds)
    alarms = sum(value < 0.05 for value in values)
    low, high = binomial_bound(seeds, 0.05)
    assert low <= alarms <= high
    ks = kolmogorov_smirnov(values)
    assert ks > 1e-3
    return ks, alarms


def test_p_values_of_a_true_claim_are_uniform() -> None:
    judge(DIE, 600, 500)


def test_a_bent_die_is_caught() -> None:
    bent = Distribution.parse("1=1/5,2=4/25,3=4/25,4=4/25,5=4/25,6=4/25")
    caught = sum(likelihood_ratio_test(drawn(bent, 10_000, seed), DIE).passed is False for seed in range(100))
    assert caught >= 99


@pytest.mark.fuzz
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(("spec", "n"), [("dice:1", 600), ("uniform:256", 1_280), ("uniform:256", 2_560)])
def test_p_values_of_a_true_claim_are_uniform_over_a_thousand_seeds(spec: str, n: int) -> None:
    ks, alarms = judge(Distribution.parse(spec), n, 1_000)
    print(f"\n{spec} n = {n}: KS p = {ks:.3f}, {alarms} of 1,000 below 0.05, bound {binomial_bound(1_000, 0.05)}")


@pytest.mark.fuzz
def test_a_bent_die_is_caught_in_a_thousand_seeds() -> None:
    bent = Distribution.parse("1=1/5,2=4/25,3=4/25,4=4/25,5=4/25,6=4/25")
    caught = sum(likelihood_ratio_test(drawn(bent, 10_000, seed), DIE).passed is False for seed in range(1_000))
    print(f"\na face at 1/5, n = 10,000: caught in {caught} of 1,000 seeds")
    assert caught >= 990


# ---------------------------------------------------------------- the command


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def throws(counts: dict[str, int], name: str = "throws.txt") -> str:
    Path(name).write_text("".join(f"{token}\n" * count for token, count in counts.items()))
    return name


def record_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = run(["validate", "--tokens", "tokens", *arguments, "--json", "-"])
    return status, json.loads(capsys.readouterr().out)


FAIR = {"1": 95, "2": 110, "3": 98, "4": 101, "5": 88, "6": 108}
BENT = {**FAIR, "6": 208}


def test_fair_dice_pass_and_bent_ones_are_exit_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    status, record = record_of(capsys, "--stream", throws(FAIR), "--true", "dice:1")
    claim = record["given"]["claim"]
    assert (status, record["verdict"], claim["verdict"], record["n"]) == (0, "pass", "pass", 600)
    assert record["given"]["stream"] == "throws.txt"
    assert claim["waste"] == pytest.approx(waste(np.array(list(FAIR.values())), DIE))
    assert record["runs"][0]["checks"]["claim"] is True
    status, record = record_of(capsys, "--stream", throws(BENT), "--true", "dice:1", "--assumed", "empirical")
    assert (status, record["verdict"], record["runs"][0]["checks"]["claim"]) == (3, "fail", False)
    assert [name for name, held in record["runs"][0]["checks"].items() if held is False] == ["claim"]


def test_expectation_tests_the_claim_where_it_can_fail(capsys: pytest.CaptureFixture[str]) -> None:
    stream = throws({"a": 200, "b": 800})
    status, record = record_of(capsys, "--stream", stream, "--true", "a=.8,b=.2")
    assert status == 3
    assert record["runs"][0]["checks"]["expectation"] is False
    status, record = record_of(capsys, "--stream", stream, "--true", "a=.2,b=.8")
    assert (status, record["runs"][0]["checks"]["expectation"]) == (0, True)


def test_a_drawn_stream_has_no_claim(capsys: pytest.CaptureFixture[str]) -> None:
    _, record = record_of(capsys, "--true", "dice:1", "-n", "60")
    assert (record["given"], record["runs"][0]["checks"]["claim"]) == (None, None)


def test_a_token_that_p_excludes_is_no_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    stream = throws({**FAIR, "7": 1})
    call = ["--stream", stream, "--true", "dice:1", "--assumed", "true", "--assumed", "uniform:7"]
    status, record = record_of(capsys, *call)
    given = record["given"]
    assert (status, given["claim"]["p_value"], given["claim"]["excluded"], given["claim"]["waste"]) == (
        3,
        0,
        "7",
        "inf",
    )
    assert given["impossible"] == [{"assumed": "dice:1", "excludes": "7"}]
    assert [each["assumed"]["spec"] for each in record["runs"]] == ["uniform:7"]
    assert run(["validate", "--tokens", "tokens", *call[:4], "--csv", "x.csv"]) == 3
    out = capsys.readouterr().out
    assert "claim: P excludes token '7', and it occurs: an infinite surprise, p = 0" in out
    assert "nothing was coded with Q = dice:1: it excludes '7' too" in out
    [row] = csv.DictReader(io.StringIO(Path("x.csv").read_text()))
    assert (row["assumed"], row["excludes"]) == ("dice:1", "7")
    # A floor makes it affordable, and the claim fails all the same.
    status, record = record_of(capsys, *call[:4], "--zeros", "floor:1e-6")
    assert (status, record["given"]["impossible"], len(record["runs"])) == (3, [], 1)


def test_a_family_without_end_claims_whatever_the_stream_holds(capsys: pytest.CaptureFixture[str]) -> None:
    status, record = record_of(capsys, "--stream", throws({"3": 40, "4": 40, "60": 1}), "--true", "poisson:4")
    assert (status, record["given"]["claim"]["method"]) == (3, "types")
    assert "60" in record["true"]["tokens"]


def test_the_words_have_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "--stream", throws(FAIR), "--tokens", "tokens", "--true", "dice:1"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    test = likelihood_ratio_test(np.array(list(FAIR.values())), DIE)
    assert (
        f"claim: these 600 tokens waste {test.waste:.1f} bits under dice:1; tokens that P draws waste 3.6 on average, "
        f"and this much or more with p = {test.p_value:.2g} (chi-square law, 5 degrees of freedom) "
        "p is not below 0.001: the claim stands"
    ) in out
    assert out.startswith("claimed P dice:1 H(P) = 2.5850 bits/token, K = 6 stream 600 tokens of throws.txt, seed 0")
    assert run(["validate", "--stream", throws({"a": 5}), "--tokens", "tokens", "--true", "a=1"]) == 0
    assert "claim: nothing can refute it, because P has only one token" in capsys.readouterr().out


def test_a_claim_needs_no_scipy(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "chi_square", lambda: None)
    status, record = record_of(capsys, "--stream", throws(FAIR), "--true", "dice:1")
    assert (status, record["given"]["claim"]["method"]) == (0, "draws")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ("--true dice:1 --alpha 1%", 2, "--alpha is about a claim: give the tokens with --stream"),
        ("--true dice:1 --stream in -n 5", 2, "-n is for tokens that are drawn: leave it out with --stream"),
        ("--true dice:1 --stream in --alpha 0", 2, "'0' does not lie between 0 and 1"),
        ("--true dice:1 --stream in --alpha 1", 2, "'1' does not lie between 0 and 1"),
        ("--true uniform --stream in", 2, "'uniform' needs a true distribution or a file to refer to"),
        ("--true dice:1 --stream gone", 1, "gone: No such file or directory"),
        ("--true dice:1 --stream .", 1, ".: is a directory"),
        ("--true dice:1 --stream empty", 1, "file:empty holds no token, so it has no distribution"),
        ("--true dice:1 --stream binary --tokens chars", 1, "binary: not UTF-8 text (byte 0)"),
        ("--true dice:1 --stream in --json in", 1, "in: is the input"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: str, status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    throws(FAIR, "in")
    Path("empty").touch()
    Path("binary").write_bytes(b"\xff")
    assert run(["validate", *arguments.split()]) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_what_is_left_over_goes_to_the_class_before() -> None:
    """Two thirds are one class, and the last third is too little for another."""
    assert classes(np.full(3, 1 / 3), 0.4).tolist() == [0, 0, 0]
    assert classes(np.array([0.3, 0.1, 0.15, 0.3, 0.15]), 0.35).tolist() == [1, 0, 0, 1, 0]


def test_a_token_that_is_certain_wastes_nothing() -> None:
    assert module._mean_waste(np.array([1.0]), 10) == pytest.approx(0, abs=1e-12)
