"""Experiments that are repeated: counted right, forgotten, and as the theory says over many seeds."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy import special

from compress import validate
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import SpecError
from compress.experiments import validation
from compress.experiments.coverage import binomial_bound
from compress.experiments.repeat import Repetitions, repeat
from compress.experiments.scores import Scores
from compress.specs import Reading

# Four pairs whose intervals have no mark at n = 1,000.
PAIRS = [
    ("H=0.7,T=0.3", "H=.4,T=.6"),
    ("dice:2", "true"),
    ("zipf:k=20", "zipf:k=20,s=0.5"),
    ("poisson:4", "poisson:3"),
]


def repeated(true: str, assumed: str = "true", runs: int = 50, *, coder: str = "arithmetic", **how: Any) -> Repetitions:
    reading = Reading()
    n, seed = how.pop("n", 1_000), how.pop("seed", 0)
    return repeat(reading.source(true), [reading.assumed(assumed)], [choose(coder)], n, runs, seed, **how)


# ---------------------------------------------------------------- what is counted


def test_what_is_counted_is_what_each_run_says() -> None:
    [made] = repeated("zipf:k=20", "zipf:k=20,s=.5", 60, seed=7).each
    runs = [validate("zipf:k=20", "zipf:k=20,s=.5", n=1_000, seed=seed) for seed in range(7, 67)]
    scores = [run.z for run in runs if run.z is not None]
    assert (made.runs, made.passed, made.intervals, len(scores)) == (60, 60, 60, 60)
    assert made.covered == sum(abs(z) <= 1.959964 for z in scores)
    assert made.scores.mean == pytest.approx(np.mean(scores))
    assert made.scores.variance == pytest.approx(np.var(scores))
    assert made.bits_per_token == pytest.approx(np.mean([run.bits_per_token for run in runs if run.bits_per_token]))
    assert made.expected_bits_per_token == pytest.approx(runs[0].expected_bits_per_token)
    assert made.worst_z == max(scores, key=abs)
    assert validate("zipf:k=20", "zipf:k=20,s=.5", n=1_000, seed=made.worst_seed).z == made.worst_z


def test_scores_are_cells_of_a_hundredth() -> None:
    values = np.random.Generator(np.random.PCG64(3)).normal(size=5_000)
    scores = Scores.of(values.tolist())
    assert (scores.size, sum(scores.counts.values())) == (5_000, 5_000)
    assert scores.mean == pytest.approx(values.mean())
    assert scores.variance == pytest.approx(values.var())
    for share in (0.025, 0.5, 0.975):
        assert abs(scores.quantile(share) - np.quantile(values, share)) < 0.015
    assert scores.share(-1, 0.5) == np.mean((values >= -1) & (values < 0.5))
    assert scores.share(-9, 9) == 1
    ordered, steps = np.sort(values), np.arange(5_000) / 5_000
    exact = max((special.ndtr(ordered) - steps).max(), (steps + 1 / 5_000 - special.ndtr(ordered)).max())
    assert abs(scores.distance - exact) < 0.005
    assert Scores.of([math.inf and 50.0, -50.0]).share(-9, 9) == 1
    assert math.isnan(Scores.of([]).quantile(0.5))


def test_a_distance_from_normal_is_seen() -> None:
    values = [NormalDist().inv_cdf((i + 0.5) / 1_000) for i in range(1_000)]
    assert Scores.of(values).distance < 0.005
    assert Scores.of([z + 0.5 for z in values]).distance == pytest.approx(special.ndtr(0.25) * 2 - 1, abs=0.005)
    assert Scores.of([0.0] * 10).distance == pytest.approx(0.5, abs=0.005)


@pytest.mark.parametrize(("trials", "chance"), [(1, 0.95), (20, 0.95), (1_000, 0.95), (2_000, 0.05), (100_000, 0.95)])
def test_a_binomial_bound_is_the_exact_one(trials: int, chance: float) -> None:
    low, high = binomial_bound(trials, chance, 0.001)
    assert special.bdtr(low - 1, trials, chance) <= 5e-4 < special.bdtr(low, trials, chance) if low else True
    assert special.bdtr(high, trials, chance) >= 1 - 5e-4
    assert high == 0 or special.bdtr(high - 1, trials, chance) < 1 - 5e-4


def numbers_in(thing: object) -> int:
    """How many numbers a record holds, wherever in it."""
    if isinstance(thing, int | float):
        return 1
    if isinstance(thing, Mapping):
        return sum(map(numbers_in, (*thing.keys(), *thing.values())))
    if isinstance(thing, tuple | list):
        return sum(map(numbers_in, thing))
    return numbers_in(vars(thing)) if hasattr(thing, "__dict__") else 0


def test_what_is_kept_does_not_grow_with_the_repetitions() -> None:
    # A coin of few flips has 21 values of z, so that every cell but the rarest is there soon.
    few, many = ([each] for runs in (100, 500) for each in repeated("H=.7,T=.3", runs=runs, n=20).each)
    assert numbers_in(few) - 12 <= numbers_in(many) <= numbers_in(few) + 12


# ---------------------------------------------------------------- what is judged


def test_a_run_that_fails_is_counted_and_is_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {seed: abs(validate("dice:2", n=1_000, seed=seed).z or 0) for seed in range(5, 25)}
    # Two runs that are ordinary but for what fails in them.
    failing = sorted(scores, key=lambda seed: scores[seed])[:2]
    seeds = iter(range(5, 25))
    monkeypatch.setattr("compress.experiments.checks.accounting", lambda *_: next(seeds) not in failing)
    made = repeated("dice:2", runs=20, seed=5)
    [each] = made.each
    assert (each.passed, each.failures["accounting"], each.failures["round_trip"]) == (18, 2, 0)
    assert each.worst_seed == failing[1]
    assert (each.verdict, made.verdict) == ("fail", "fail")


@pytest.mark.slow
def test_intervals_that_do_not_mean_95_percent_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert repeated("dice:2", runs=200).verdict == "pass"
    monkeypatch.setattr(validation, "Z95", 1.0)
    [each] = repeated("dice:2", runs=200).each
    assert 0.55 < (each.coverage or 0) < 0.8
    assert (each.holds, each.passed, each.verdict) == (False, 200, "fail")


@pytest.mark.parametrize(("n", "p"), [(147, "7/10"), (100, "49/100"), (37, "1/5"), (1, "1/3")])
def test_what_is_promised_of_two_tokens_is_the_exact_coverage(n: int, p: str) -> None:
    """A count is whole, so that an interval holds a little more or less than 95% of them."""
    chance = Fraction(p)
    reach = 1.959963984540054**2 * n * float(chance * (1 - chance))
    due = sum(
        math.comb(n, k) * chance**k * (1 - chance) ** (n - k)
        for k in range(n + 1)
        if float(k - n * chance) ** 2 <= reach
    )
    [made] = repeated(f"a={p},b={1 - chance}", runs=3, n=n).each
    assert made.promised == pytest.approx((float(due), float(due)), rel=1e-9)


@pytest.mark.slow
def test_a_coverage_of_94_percent_that_is_true_passes() -> None:
    """H=.7 and n = 147 hold 94.17%: 2,000 streams are enough to tell that from 95%."""
    [made] = repeated("H=.7,T=.3", runs=2_000, n=147).each
    assert made.promised[0] == pytest.approx(0.9416865)
    assert made.holds is True
    low, high = binomial_bound(2_000, 0.9416864876431503, 0.001)
    assert made.bound == (low / 2_000, high / 2_000)
    assert low < binomial_bound(2_000, 0.95, 0.001)[0]


def test_what_is_promised_of_more_tokens_is_what_berry_and_esseen_allow() -> None:
    [made] = repeated("dice:2", "zipf:k=12", runs=3, n=400, coder="arithmetic").each
    moments = validate("dice:2", "zipf:k=12", n=400).moments
    assert moments is not None
    error = 2 * moments.normal_error(400)
    assert made.promised == pytest.approx((0.95 - error, min(0.95 + error, 1.0)))


def test_an_interval_of_a_chain_that_has_not_mixed_is_marked(tmp_path: Path) -> None:
    """Two regimes of one mean, one of which varies, and a change in a million tokens."""
    go, stay = 1e-6, (1 - 1e-6) / 2
    table = {"a": {"a": stay, "b": stay, "c": go}, "b": {"a": stay, "b": stay, "c": go}}
    table["c"] = {"c": 1 - go, "a": go / 2, "b": go / 2}
    (tmp_path / "c.json").write_text(json.dumps(table))
    reading = Reading(normalize=True)
    source, q = reading.source(f"markov:@{tmp_path / 'c.json'}"), reading.assumed("a=.4,b=.1,c=.2,e=.3")
    [made] = repeat(source, [q], [choose("arithmetic")], 1_000, 20).each
    assert (made.rough, made.holds) == (20, None)


def test_intervals_that_promise_nothing_are_not_judged() -> None:
    [each] = repeated("a=.01,b=.99", "a=.2,b=.8", 30, n=100).each
    assert each.rough == 30
    assert (each.holds, each.verdict) == (None, "pass")
    [equal] = repeated("uniform:8", runs=3).each
    assert (equal.intervals, equal.coverage, equal.bound, equal.holds, equal.scores.size) == (0, None, None, None, 0)
    [none] = repeated("dice:2", runs=3, n=0).each
    assert (none.bits_per_token, none.coverage) == (None, None)


@pytest.mark.parametrize(("true", "assumed"), PAIRS)
def test_95_percent_of_the_intervals_hold_the_truth(true: str, assumed: str) -> None:
    [each] = repeated(true, assumed, 100).each
    assert each.holds is True
    assert each.rough == 0


@pytest.mark.fuzz
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("true", "assumed"), PAIRS)
@pytest.mark.parametrize("runs", [1_000, 2_000])
def test_over_a_thousand_seeds_95_percent_hold_and_z_is_normal(true: str, assumed: str, runs: int) -> None:
    [each] = repeated(true, assumed, runs).each
    chance = float(special.kolmogorov(math.sqrt(runs) * each.scores.distance))
    bound = binomial_bound(runs, 0.95, 0.001)
    print(f"\n{true} against {assumed}: {each.covered} of {runs:,} covered, bound {bound}, KS p = {chance:.3f}")
    assert bound[0] <= each.covered <= bound[1]
    assert chance > 1e-3
    assert each.passed == runs


# ---------------------------------------------------------------- the command


def test_the_command_says_what_the_api_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call = ["validate", "--true", "zipf:k=20", "--assumed", "zipf:k=20,s=.5", "--assumed", "uniform", "-n", "1000"]
    paths = {name: str(tmp_path / name) for name in ("json", "csv", "markdown")}
    exports = [word for name, path in paths.items() for word in (f"--{name}", path)]
    assert run([*call, "--repeat", "40", "--seed", "3", *exports]) == 0
    out = capsys.readouterr().out
    record = json.loads(Path(paths["json"]).read_text())
    [made] = repeated("zipf:k=20", "zipf:k=20,s=.5", 40, seed=3).each
    first = record["runs"][0]
    assert (record["schema"], record["repetitions"], record["seed"]) == ("codelen.repeat/1", 40, 3)
    assert (first["covered"], first["worst_seed"], first["worst_z"]) == (made.covered, made.worst_seed, made.worst_z)
    assert sum(first["z"]["cells"].values()) == 40
    assert first["z"]["quantiles"]["0.5"] == made.scores.quantile(0.5)
    assert record["runs"][1]["z"]["mean"] is None
    rows = list(csv.DictReader(io.StringIO(Path(paths["csv"]).read_text())))
    assert [row["assumed"] for row in rows] == ["zipf:k=20,s=.5", "uniform"]
    assert float(rows[0]["coverage"]) == made.coverage
    assert float(rows[0]["bound_low"]) == (made.bound or (0,))[0]
    words = out.split()
    for figure in (f"{100 * (made.coverage or 0):.1f}%", f"{made.scores.mean:+.2f}", str(made.worst_seed)):
        assert figure in words
    assert "streams  40 of 1,000 tokens, seeds 3 to 42" in out
    assert "- chance decides nothing here" in out
    assert f"{100 * made.scores.share(-0.5, 0):.1f}%" in next(line for line in out.splitlines() if "-0.5  +0.0" in line)
    assert "| zipf:k=20,s=.5 " in Path(paths["markdown"]).read_text("utf-8")


def test_a_narrow_screen_gets_every_figure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    call = ["validate", "--true", "zipf:k=20", "--assumed", "zipf:k=20,s=.5", "-n", "200", "--repeat", "20"]
    run(call)
    wide = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "80")
    run(call)
    narrow = capsys.readouterr().out
    assert max(map(len, narrow.splitlines())) <= 80
    # A bar has a letter for each hundredth.
    lengths = [line.count("━") for line in wide.splitlines() if "━" in line]
    assert 95 <= sum(lengths) <= 105
    assert {word for word in wide.split() if word[0] in "+-0123456789"} - set(narrow.split()) == set()


def test_a_failed_repetition_is_exit_status_3_and_exported_all_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("compress.experiments.checks.accounting", lambda *_: False)
    call = ["validate", "--true", "dice:2", "-n", "100", "--repeat", "4", "--json", str(tmp_path / "x")]
    assert run(call) == 3
    assert "fail: accounting 4" in capsys.readouterr().out
    assert json.loads((tmp_path / "x").read_text())["verdict"] == "fail"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--true dice:2 --repeat 0", "an experiment is repeated 1 to 1,000,000 times, not 0"),
        ("--true dice:2 --repeat 99999999999", "an experiment is repeated 1 to 1,000,000 times, not 99,999,999,999"),
        ("--true file:text --repeat 5", "a file's own tokens are the same whatever the seed"),
        (
            "--true dice:2 --stream text --repeat 5",
            "--repeat draws new tokens each time: leave out --stream",
        ),
    ],
)
def test_what_cannot_be_repeated_is_refused(
    arguments: str, says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("abc")
    assert run(["validate", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_a_library_call_without_a_run_is_refused() -> None:
    with pytest.raises(SpecError):
        repeated("dice:2", runs=0)
