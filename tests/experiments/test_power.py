"""How many tokens a question needs: against sums over all counts, by simulation, and where there is nothing to ask."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from compress.cli.main import run
from compress.errors import SpecError
from compress.experiments.power import (
    Answer,
    Chances,
    _least,
    tokens_for_divergence,
    tokens_for_interval,
    tokens_to_tell,
)
from compress.experiments.validate import validate
from compress.probability.distribution import Distribution, Pair

USUAL = Chances(0.05, 0.9)


def tell(p: str, q: str, asked: Chances = USUAL) -> Answer:
    return tokens_to_tell(Distribution.parse(p), Distribution.parse(q), asked)


def binomial(n: int, k: int, p: float) -> float:
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def best_power(n: int, p: float, q: float, level: float) -> float:
    """Of the test that refuses q from the least count on that comes so seldom under q; p > q."""
    tail, k = 0.0, n + 1
    while k and tail + binomial(n, k - 1, q) <= level:
        k -= 1
        tail += binomial(n, k, q)
    return math.fsum(binomial(n, count, p) for count in range(k, n + 1))


@pytest.mark.parametrize(("p", "q"), [(0.6, 0.5), (0.8, 0.3), (0.95, 0.9), (0.1, 0.02)])
@pytest.mark.parametrize("asked", [USUAL, Chances(0.01, 0.8), Chances(0.2, 0.5)])
def test_of_two_tokens_the_number_is_the_least_from_which_on_all_are_enough(p: float, q: float, asked: Chances) -> None:
    answer = tell(f"a={p},b={1 - p:.2f}", f"a={q},b={1 - q:.2f}", asked)
    powers = [best_power(n, p, q, asked.level) for n in range(answer.n - 1, answer.n + 40)]
    assert powers[0] < asked.power
    assert min(powers[1:]) >= asked.power
    assert answer.reached is not None
    assert answer.reached.power == pytest.approx(powers[1])
    assert answer.reached.level <= asked.level
    # The other way round it is the same question of the other token.
    mirrored = tell(f"a={1 - p:.2f},b={p}", f"a={1 - q:.2f},b={q}", asked)
    assert mirrored.n == answer.n


def test_the_limit_parts_the_counts_that_are_refused_from_the_others() -> None:
    answer = tell("a=.6,b=.4", "a=.5,b=.5")
    assert answer.limit is not None
    assert answer.reached is not None
    ratio = [k * math.log2(0.6 / 0.5) + (answer.n - k) * math.log2(0.4 / 0.5) for k in range(answer.n + 1)]
    refused = [k for k in range(answer.n + 1) if ratio[k] > answer.limit]
    assert math.fsum(binomial(answer.n, k, 0.6) for k in refused) == pytest.approx(answer.reached.power)
    assert math.fsum(binomial(answer.n, k, 0.5) for k in refused) == pytest.approx(answer.reached.level)


def test_of_three_tokens_the_normal_law_is_near_the_sum_over_all_counts() -> None:
    p, q = [0.5, 0.3, 0.2], [0.4, 0.3, 0.3]
    answer = tell("a=.5,b=.3,c=.2", "a=.4,b=.3,c=.3")
    n, limit = answer.n, answer.limit
    assert limit is not None
    ratio = [math.log2(a / b) for a, b in zip(p, q, strict=True)]
    power = level = 0.0
    for i, j in product(range(n + 1), repeat=2):
        counts = (i, j, n - i - j)
        if counts[2] >= 0 and sum(c * r for c, r in zip(counts, ratio, strict=True)) > limit:
            ways = math.lgamma(n + 1) - sum(math.lgamma(c + 1) for c in counts)
            power += math.exp(ways + sum(c * math.log(x) for c, x in zip(counts, p, strict=True)))
            level += math.exp(ways + sum(c * math.log(x) for c, x in zip(counts, q, strict=True)))
    assert power == pytest.approx(0.9, abs=0.02)
    assert level == pytest.approx(0.05, abs=0.01)


def test_an_excluded_token_decides_at_once() -> None:
    # (1 - 1/2)^4 is the first below 10%.
    assert tell("a=.5,b=.5", "a=1").n == 4
    # (1/2)^5 is the first below 5%: an impossible token of P's refuses P, and without it P is as good as proved.
    assert tell("a=1", "a=.5,b=.5").n == 5
    assert tell("a=1", "b=1").n == 1
    assert tell("a=.4,b=.4,c=.2", "a=.5,b=.5").n == math.ceil(math.log(0.1) / math.log(0.8))


def test_the_formula_that_is_told_is_the_one_that_counts() -> None:
    assert tell("a=.5,b=.3,c=.2", "a=.4,b=.3,c=.3").formula.startswith("√n = (z_α·σ_Q + z_β·σ_P)")
    assert tell("a=.4,b=.4,c=.2", "a=.5,b=.5").formula == "a token that Q excludes decides at once"


@pytest.mark.parametrize("least", [1, 2, 3, 1000, (1 << 61) + 1, (1 << 62) - 5, 1 << 62])
def test_the_least_number_that_is_enough_is_found_up_to_2_to_the_62(least: int) -> None:
    assert _least(lambda n: n >= least) == least


def test_no_larger_number_is_looked_for() -> None:
    with pytest.raises(SpecError, match=r"no number of tokens below 2\^62 is enough"):
        _least(lambda n: n > 1 << 62)


def test_a_token_that_neither_has_is_no_third_one() -> None:
    assert tell("a=.6,b=.4,c=0", "a=.5,b=.5,c=0") == tell("a=.6,b=.4", "a=.5,b=.5")


def test_what_is_the_same_is_never_told_apart() -> None:
    with pytest.raises(SpecError, match="the same"):
        tell("a=.5,b=.5", "b=.5,a=.5")


def test_an_interval_has_the_width_that_was_asked() -> None:
    p, q = Distribution.parse("dice:2"), Distribution.parse("uniform:12")
    n = tokens_for_interval(p, p, 0.02).n
    run_ = validate(p, p, n=n, seed=4)
    assert run_.ci95 is not None
    low, high = run_.ci95
    assert (high - low) / 2 == pytest.approx(0.02, rel=0.01)
    # Under a uniform Q every token costs the same.
    assert tokens_for_interval(Distribution.parse("uniform:12"), q, 0.02).n == 1
    with pytest.raises(SpecError, match="no mean"):
        tokens_for_interval(p, Distribution.parse("2=1"), 0.02)


@pytest.mark.parametrize("near", [0.51, 0.505])
def test_a_small_divergence_takes_as_long_whatever_p_is(near: float) -> None:
    for p, q in (("bernoulli:0.5", f"bernoulli:{near}"), ("bernoulli:0.9", f"bernoulli:{0.4 + near}")):
        pair = Pair.of(Distribution.parse(p), Distribution.parse(q))
        rule = tokens_for_divergence(pair.divergence, USUAL).n
        assert tokens_to_tell(pair.p, pair.q, USUAL).n == pytest.approx(rule, rel=0.06)


def test_a_simulation_agrees() -> None:
    pair = Pair.of(Distribution.parse("zipf:k=9,s=1"), Distribution.parse("zipf:k=9,s=1.2"))
    answer = tokens_to_tell(pair.p, pair.q, USUAL)
    ratio = np.log2(pair.p.probabilities) - np.log2(pair.q.probabilities)
    rng = np.random.Generator(np.random.PCG64(8))
    for truth, due in ((pair.p, 0.9), (pair.q, 0.05)):
        counts = rng.multinomial(answer.n, truth.probabilities, size=20_000)
        assert np.mean(counts @ ratio > answer.limit) == pytest.approx(due, abs=0.02)


def test_the_command_says_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--true", "a=.5,b=.5", "--assumed", "a=1"]) == 0
    out = capsys.readouterr().out
    assert "refuse Q where a token comes that it excludes" in out
    assert "codelen validate" not in out
    assert run(["plan", "--true", "dice:1", "--within", "0.1", "--assumed", "1=.5,2=.1,3=.1,4=.1,5=.1,6=.1"]) == 0
    assert "codelen validate --true dice:1 --assumed 1=.5,2=.1,3=.1,4=.1,5=.1,6=.1 -n " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "give --true, or --divergence"),
        ("--true dice:1 --divergence 1", "give --true, or --divergence"),
        ("--true dice:1", "give --assumed"),
        ("--divergence 1 --within 1", "leave out"),
        ("--divergence 0", "no positive number"),
        ("--divergence x", "no positive number"),
        ("--true dice:1 --assumed dice:2 --power 100%", "between 0 and 1"),
    ],
)
def test_what_cannot_be_asked(arguments: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", *arguments.split()]) == 2
    assert said in capsys.readouterr().err
