"""An experiment many times, each time with other tokens: whether a 95% interval holds 95% of the time.

    seed, seed + 1, ...  ──▶  validate  ──▶  z, interval, verdict   ──▶  counted, and forgotten

z is the distance of what was drawn from its expectation, in standard errors: where the normal approximation is
good it is standard normal, whatever P and Q are.  What is kept of each run is a count in a cell, so that
a million runs need no more memory than ten.

Next: `ranges` (words that stand for many).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from compress.belief.kinds import Believed
from compress.belief.protocol import Belief
from compress.coders.family import Choice
from compress.errors import SpecError
from compress.experiments.checks import verdict
from compress.experiments.coverage import CONFIDENCE, binomial_bound, promised
from compress.experiments.scores import Scores, Tally
from compress.experiments.validate import validate_all
from compress.experiments.validation import Validation
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.running.calls import each
from compress.shown import Shown
from compress.sources.protocol import Source
from compress.specs import BARE, Reading

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["Repetition", "Repetitions", "Scores", "repeat"]

_FALSE_ALARMS = 0.001


@dataclass(frozen=True)
class Repetition:
    """One Q, one coder, many streams.  Lengths in bits/token.

    failures: how many runs failed each check.  spread: the standard deviation of the runs' bits/token; excess: the
    mean of what each has above -log2 P(x) of its own tokens.  intervals: how many runs had a 95% interval; covered:
    how many of those held H(P,Q̂); rough: how many were marked.  worst_seed: of a run that failed, or of the largest
    |z|.  promised: the least and the most that the coverage of a true interval may be, at this n.
    """

    assumed: Belief
    choice: Choice
    runs: int
    passed: int
    failures: Mapping[str, int]
    cross_entropy: float | None
    expected_bits_per_token: float | None
    bits_per_token: float | None
    spread: float | None
    excess: float | None
    intervals: int
    covered: int
    rough: int
    scores: Scores
    worst_seed: int
    worst_z: float | None
    promised: tuple[float, float] = (CONFIDENCE, CONFIDENCE)

    @property
    def coverage(self) -> float | None:
        """The share of the intervals that held what they promise to hold; None where there is none."""
        return self.covered / self.intervals if self.intervals else None

    @cached_property
    def bound(self) -> tuple[float, float] | None:
        """Between which shares coverage lies with 99.9% if the intervals are true."""
        if not self.intervals:
            return None
        low, _ = binomial_bound(self.intervals, self.promised[0], _FALSE_ALARMS)
        _, high = binomial_bound(self.intervals, self.promised[1], _FALSE_ALARMS)
        return low / self.intervals, high / self.intervals

    @property
    def holds(self) -> bool | None:
        """Whether coverage lies in its bound; None where there are no intervals, or some promise nothing."""
        if self.bound is None or self.coverage is None or self.rough:
            return None
        return self.bound[0] <= self.coverage <= self.bound[1]

    @property
    def verdict(self) -> str | None:
        """pass, or fail if a run failed or the intervals do not mean 95%; None where nothing was drawn."""
        return verdict(not any(self.failures.values()) and self.holds is not False, self.passed)


@dataclass(frozen=True)
class Repetitions(Shown):
    """Every Q and coder, on the same streams; the seeds are seed, seed + 1, and so on."""

    _told = ("true", "n", "runs", "each", "verdict")

    true: Distribution
    seed: int
    n: int
    runs: int
    zeros: ZeroPolicy
    each: tuple[Repetition, ...]
    reading: Reading = BARE
    chain: Chain | None = None

    @property
    def entropy(self) -> float:
        """Return the entropy rate of P, in bits per token."""
        return self.true.entropy if self.chain is None else self.chain.entropy_rate

    @property
    def verdict(self) -> str | None:
        """pass, or fail if any of them fails; None where nothing was drawn."""
        return verdict(all(one.verdict != "fail" for one in self.each), self.n)


# Streams that one experiment may have: more are a mistyped number.
_MOST_RUNS = 1_000_000


def repeat(
    source: Source,
    assumed: Sequence[Believed],
    choices: Sequence[Choice],
    n: int,
    runs: int,
    seed: int = 0,
    *,
    zeros: ZeroPolicy = REFUSED,
    reading: Reading = BARE,
    watch: Callable[[Sequence[int]], Iterable[int]] = iter,
    executor: Executor | Helpers | None = None,
) -> Repetitions:
    """Every assumed Q with every coder on as many streams as `runs` says, each of its own seed.

    executor: where most of the work is done, as `concurrent.futures` has them; what comes out does not depend on it.

    Raises SpecError for fewer than one and more than a million, and for a source that always gives the same stream.

    >>> from compress.coders.catalog import choose
    >>> from compress.probability.relative import Relative
    >>> [made] = repeat(Reading().source("H=.7,T=.3"), [Relative.TRUE], [choose("arithmetic")], 1000, 50).each
    >>> made.passed, made.coverage
    (50, 0.94)
    """
    if not 1 <= runs <= _MOST_RUNS:
        raise SpecError(f"an experiment is repeated 1 to {_MOST_RUNS:,} times, not {runs:,}")
    if source.is_sample:
        raise SpecError("a file's own tokens are the same whatever the seed; with n they are drawn from its counts")
    how = _Repeated(source, tuple(assumed), tuple(choices), n, zeros, reading)
    first, end = how.runs(seed), seed + runs
    tallies = [_Kept(run) for run in first]
    every = itertools.chain([[_Outcome.of(run) for run in first]], each(how.outcomes, range(seed + 1, end), executor))
    for number, found in zip(watch(range(seed, end)), every, strict=True):
        for tally, outcome in zip(tallies, found, strict=True):
            tally.add(outcome, number)
    return Repetitions(
        source.distribution, seed, n, runs, zeros, tuple(tally.repetition for tally in tallies), reading, source.chain
    )


class _Outcome(NamedTuple):
    """What is kept of a run; covered: None where it has no interval."""

    verdict: str | None
    failed: tuple[str, ...]
    expected: float | None
    measured: float | None
    excess: float
    covered: bool | None
    is_rough: bool
    z: float | None

    @classmethod
    def of(cls, run: Validation) -> _Outcome:
        expected, interval = run.expected_bits_per_token, run.ci95
        covered = None if interval is None or expected is None else interval[0] <= expected <= interval[1]
        measured, excess = run.bits_per_token, (run.payload_bits - run.own_bits) / max(run.n, 1)
        return cls(run.verdict, tuple(run.checks.failed), expected, measured, excess, covered, run.is_rough, run.z)


@dataclass(frozen=True)
class _Repeated:
    """What is done with each seed, wherever that is."""

    source: Source
    assumed: tuple[Believed, ...]
    choices: tuple[Choice, ...]
    n: int
    zeros: ZeroPolicy
    reading: Reading

    def runs(self, seed: int) -> tuple[Validation, ...]:
        return validate_all(
            self.source, self.assumed, self.choices, self.n, seed, zeros=self.zeros, reading=self.reading
        ).runs

    def outcomes(self, seed: int) -> list[_Outcome]:
        return [_Outcome.of(run) for run in self.runs(seed)]


class _Kept:
    """The figures that are kept of the runs of one Q and one coder."""

    def __init__(self, first: Validation) -> None:
        self.first, self.tally, self.lengths = first, Tally(), Tally()
        self.failures: Counter[str] = Counter()
        self.passed = self.intervals = self.covered = self.rough = self.runs = 0
        self.worst: tuple[bool, float, int] = (False, -1.0, 0)
        self.worst_z: float | None = None
        self.expected = self.excess = 0.0

    def add(self, run: _Outcome, seed: int) -> None:
        self.runs += 1
        self.passed += run.verdict == "pass"
        self.failures.update(run.failed)
        if run.expected is not None:
            self.expected += (run.expected - self.expected) / self.runs
        self.excess += (run.excess - self.excess) / self.runs
        self.lengths.add(run.measured or 0.0)
        if run.covered is not None:
            self.intervals += 1
            self.covered += run.covered
            self.rough += run.is_rough
        if run.z is not None:
            self.tally.add(run.z)
        # A run that failed is worse than any that did not; of equals the first.
        rank = (run.verdict == "fail", abs(run.z or 0.0), -seed)
        if self.runs == 1 or rank > self.worst:
            self.worst, self.worst_z = rank, run.z

    @property
    def repetition(self) -> Repetition:
        drawn = self.first.n > 0
        return Repetition(
            assumed=self.first.assumed,
            choice=self.first.choice,
            runs=self.runs,
            passed=self.passed,
            failures={name: self.failures[name] for name in vars(self.first.checks)},
            cross_entropy=self.first.cross_entropy,
            expected_bits_per_token=None if self.first.expected_bits_per_token is None else self.expected,
            bits_per_token=self.lengths.mean if drawn else None,
            spread=self.lengths.spread if drawn else None,
            excess=self.excess if drawn else None,
            intervals=self.intervals,
            covered=self.covered,
            rough=self.rough,
            scores=self.tally.scores,
            worst_seed=-self.worst[2],
            worst_z=self.worst_z,
            promised=promised(self.first),
        )
