"""The test that no token depends on the one before: its level on true streams, and streams that must fail it."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from compress.cli.main import run
from compress.errors import DataError
from compress.experiments.order import order_test
from compress.probability.distribution import Distribution
from compress.sources.protocol import generator
from compress.symbols import Symbols

DIE = Distribution.parse("dice:1")


def drawn(p: Distribution, n: int, seed: int) -> Symbols:
    rng = np.random.Generator(generator(seed))
    return rng.choice(p.size, n, p=p.probabilities / p.probabilities.sum()).astype(np.uint16)


def test_its_figures_are_those_of_the_definition() -> None:
    symbols = drawn(DIE, 3_000, 1)
    pairs = np.zeros((6, 6))
    for a, b in zip(symbols[:-1].tolist(), symbols[1:].tolist(), strict=True):
        pairs[a, b] += 1
    rows = pairs.sum(axis=1, keepdims=True)
    waste = float((pairs * np.log2(pairs / (rows / 6))).sum())
    q = 1 + (36 - 1) * 36 / (6 * 2_999 * 30)
    test = order_test(symbols, DIE)
    assert (test.n, test.cells, test.tokens, test.method) == (2_999, 36, 6, "chi-square")
    assert test.waste == pytest.approx(waste)
    assert test.expected_waste == pytest.approx(q * 30 / (2 * math.log(2)))
    assert test.p_value == pytest.approx(special.chdtrc(30, 2 * math.log(2) * waste / q))


def test_what_is_expected_is_what_luck_wastes_on_average() -> None:
    tests = [order_test(drawn(DIE, 1_500, seed), DIE) for seed in range(400)]
    wastes = [test.waste for test in tests]
    assert abs(np.mean(wastes) - (tests[0].expected_waste or 0)) < 5 * np.std(wastes) / math.sqrt(400)


@pytest.mark.parametrize("motif", [[0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]])
def test_a_stream_whose_order_alone_is_wrong_fails(motif: list[int]) -> None:
    symbols = np.tile(np.array(motif), 6_000 // len(motif))
    assert order_test(symbols, DIE).passed is False
    # In any order by chance the same tokens stand.
    shuffled = np.random.Generator(generator(0)).permutation(symbols)
    assert order_test(shuffled, DIE).passed is True


def test_a_coin_that_repeats_itself_a_little_too_often_is_caught() -> None:
    """The next flip is the one before with a chance of 0.55."""
    caught = 0
    for seed in range(50):
        changes = np.random.Generator(generator(seed)).random(4_000) < 0.45
        caught += order_test((np.cumsum(changes) % 2).astype(np.uint8), Distribution.parse("H=.5,T=.5")).passed is False
    assert caught >= 49


def test_rare_tokens_are_put_together_by_p_alone() -> None:
    wide = Distribution.parse("zipf:k=1000")
    tests = [order_test(drawn(wide, 20_000, seed), wide) for seed in range(3)]
    [cells] = {test.cells for test in tests}
    assert math.isqrt(cells) ** 2 == cells < 1_000
    assert {test.tokens for test in tests} == {1_000}


@pytest.mark.parametrize(
    ("spec", "n"), [("dice:1", 0), ("dice:1", 1), ("dice:1", 35), ("a=1", 500), ("a=.99,b=.01", 900)]
)
def test_too_few_pairs_are_no_claim(spec: str, n: int) -> None:
    p = Distribution.parse(spec)
    test = order_test(drawn(p, n, 0), p)
    assert (test.p_value, test.passed, test.method) == (None, None, None)


def test_a_token_that_p_excludes_is_told_by_the_other_claim() -> None:
    test = order_test(np.array([0, 1, 2] * 200), Distribution.parse("a=.5,b=.5,c=0"))
    assert (test.method, test.passed) == ("excluded", False)


def test_without_scipy_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(DataError, match="needs scipy; pip install"):
        order_test(drawn(DIE, 3_000, 0), DIE)


def level(spec: str, n: int, seeds: int) -> int:
    """How many of so many true streams are refused at 0.05; it has to be what a test of that level refuses."""
    p = Distribution.parse(spec)
    alarms = sum(order_test(drawn(p, n, seed), p, alpha=0.05).passed is False for seed in range(seeds))
    below = special.bdtr(np.arange(seeds + 1), seeds, 0.05)
    assert int(np.argmax(below > 5e-4)) <= alarms <= int(np.argmax(below >= 1 - 5e-4))
    return alarms


@pytest.mark.parametrize(("spec", "n"), [("dice:1", 1_500), ("H=.7,T=.3", 400)])
def test_true_streams_are_refused_as_seldom_as_alpha_says(spec: str, n: int) -> None:
    level(spec, n, 500)


@pytest.mark.fuzz
@pytest.mark.parametrize(
    ("spec", "n"), [("dice:1", 600), ("dice:1", 6_000), ("H=.7,T=.3", 400), ("zipf:k=100", 20_000), ("dice:2", 3_000)]
)
def test_true_streams_are_refused_as_seldom_as_alpha_says_over_a_thousand_seeds(spec: str, n: int) -> None:
    print(f"\n{spec} n = {n}: {level(spec, n, 1_000)} of 1,000 below 0.05")


def test_the_command_tests_it_when_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("throws").write_text("1\n2\n3\n4\n5\n6\n" * 1_000)
    command = ["validate", "--stream", "throws", "--tokens", "tokens", "--true", "dice:1"]
    assert run(command) == 0
    out = capsys.readouterr().out
    assert "It is about counts: the order of the tokens plays no part in it." in out
    assert run([*command, "--independent"]) == 3
    out = " ".join(capsys.readouterr().out.split())
    assert "order: if P holds whatever came before, 5,999 pairs waste 15,507.2 bits under it" in out
    assert "with p < 1e-300 (chi-square law, 30 degrees of freedom) p is below 0.001: the claim fails" in out
    assert "It is about counts" not in out
    run([*command, "--independent", "--json", "-"])
    made = json.loads(capsys.readouterr().out)
    assert (made["given"]["claim"]["verdict"], made["given"]["order"]["verdict"]) == ("pass", "fail")
    assert run(["validate", "--true", "dice:1", "--independent"]) == 2
    assert "--independent is about a claim" in capsys.readouterr().err
