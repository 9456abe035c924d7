"""The record of an experiment: what was measured, and what follows from it.

Next: `planning` (what is to be run).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from compress.belief.protocol import Belief
from compress.coders.family import Choice
from compress.experiments.checks import Checks, verdict
from compress.experiments.claim import Claim
from compress.ledger import Ledger
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution, Pair
from compress.probability.moments import Moments
from compress.probability.zeros import Price, ZeroPolicy
from compress.shown import Displayed, Shown
from compress.specs import BARE, Reading

__all__ = ["Z95", "ClaimedStream", "Experiment", "Validation"]

# 95% of a normal's mass lies within this many standard deviations.
Z95 = 1.959963984540054
# How far below H(P,Q) a code must be expected to cost before it is worth remarking, bits/token.
_REMARKABLE = 1e-2
# Where the normal approximation may be further off than this, an interval is marked.
_ROUGH = 0.05


@dataclass(frozen=True)
class Validation(Displayed):
    """One stream, one Q, one coder: what was measured. Lengths are in bits.

    p: the distribution of a single token. chain: P, if each token depends on the one before. assumed: the belief, after
    its zero policy.
    moments: the moments of a token's surprise under P, by the coder that was parsed back from the file; None if Q
    changes.
    expected_bits_per_token: what the code is expected to cost, H(P,Q̂) for one Q; None if it is not known.
    own_bits: -log2 P(x) of these very tokens.
    is_forecast: whether P and Q were fixed before the stream was drawn, so that the stream can be tested against P.
    path: the mean surprise of the first tokens, at a few lengths, if it was asked for.
    zeros_price: what the zero policy costs, if it changed Q. lost: why somebody else's coder did not give the tokens
    back.
    """

    _told = ("assumed", "coder", "n", "cross_entropy", "bits_per_token", "verdict")

    p: Distribution
    chain: Chain | None
    assumed: Belief
    choice: Choice
    n: int
    is_forecast: bool
    moments: Moments | None
    expected_bits_per_token: float | None
    own_bits: float
    ideal_bits: float
    payload_bits: int
    file_bytes: int
    ledger: Ledger
    blocks: int
    checks: Checks
    path: tuple[tuple[int, float], ...] = ()
    zeros_price: Price | None = None
    lost: str | None = None

    @property
    def is_sequential(self) -> bool:
        """Return whether Q changes from token to token."""
        return self.assumed.learns

    @property
    def coder(self) -> str:
        """The coder's name, as a user writes it."""
        return self.choice.name

    @cached_property
    def cross_entropy(self) -> float | None:
        """H(P,Q), bits/token in the long run; None where Q is made as the tokens come."""
        return self.assumed.cross_entropy(self.p, self.chain)

    @cached_property
    def kl_divergence(self) -> float | None:
        """D(P||Q), bits/token in the long run; None where Q is made as the tokens come."""
        if self.chain is None and (q := self.assumed.q) is not None:
            return Pair(self.p, q).divergence
        if self.cross_entropy is None:
            return None
        return max(0.0, self.cross_entropy - (self.p.entropy if self.chain is None else self.chain.entropy_rate))

    @property
    def standard_error(self) -> float | None:
        """Return the standard error of the mean surprise, bits/token.

        It is 0 if every token costs the same, and None if n = 0, if the stream itself told P or Q, or if Q changes.
        """
        if not self.is_forecast or self.moments is None:
            return None
        return 0.0 if self.moments.is_constant else math.sqrt(self.moments.variance / self.n)

    @property
    def is_rough(self) -> bool:
        """Whether the normal approximation of the interval may be poor, or the tokens have not been everywhere."""
        if self.moments is None or self.ci95 is None:
            return False
        return self.moments.normal_error(self.n) > _ROUGH or not self.moments.is_long(self.n)

    @property
    def verdict(self) -> str | None:
        """Return pass, or fail if any check failed; None if no token was drawn, so that nothing was measured."""
        return verdict(self.checks.passed, self.n)

    @property
    def bits_per_token(self) -> float | None:
        """The payload's bits/token; None for n = 0."""
        return self.payload_bits / self.n if self.n else None

    @property
    def z(self) -> float | None:
        """Return how many standard errors the mean surprise of the stream is above its expectation."""
        if not self.standard_error or self.expected_bits_per_token is None:
            return None
        return (self.ideal_bits / self.n - self.expected_bits_per_token) / self.standard_error

    @property
    def ci95(self) -> tuple[float, float] | None:
        """An interval that holds H(P, Q̂) for 95% of all samples, by the normal approximation, bits/token.

        Its centre is the mean surprise of what was drawn, not the payload, which has the coder's 0 to 2 bits.  None for
        somebody else's coder, unless it states a Q̂ and keeps to that: nobody else can tell what it is expected to cost.
        """
        if not self.standard_error or not (self.choice.family.is_ours or self.checks.expectation):
            return None
        centre, reach = self.ideal_bits / self.n, Z95 * self.standard_error
        return centre - reach, centre + reach

    @property
    def beats_belief(self) -> bool:
        """Return whether its words of whole bits are expected to cost less than H(P,Q)."""
        if self.expected_bits_per_token is None or self.cross_entropy is None:
            return False
        cheaper = self.expected_bits_per_token < self.cross_entropy - _REMARKABLE
        return cheaper and self.choice.family.sends_words


@dataclass(frozen=True)
class ClaimedStream:
    """A stream that was given, and what the claim that P is its source came to.

    order: the claim, if it is made, that no token depends on the one before.
    impossible: the beliefs that nothing could be coded with, and the token that occurs although they exclude it.
    """

    name: str
    content_crc: int
    claim: Claim
    impossible: tuple[tuple[Belief, str], ...] = ()
    order: Claim | None = None

    @property
    def is_refuted(self) -> bool:
        """Return whether one of the claims fails."""
        return self.claim.passed is False or (self.order is not None and self.order.passed is False)


@dataclass(frozen=True)
class Experiment(Shown):
    """Several validations of the same stream of n tokens.

    true: P of a single token.  chain: P, if a token depends on the one before.
    reading: how the words for P and Q were read.  given: about the stream, if it was not drawn.  broken: the name
    of what was done wrong on purpose, and what that is.
    """

    _told = ("true", "n", "seed", "runs", "verdict")

    true: Distribution
    seed: int
    n: int
    zeros: ZeroPolicy
    runs: tuple[Validation, ...]
    reading: Reading = BARE
    given: ClaimedStream | None = None
    broken: tuple[str, str] | None = None
    chain: Chain | None = None

    @property
    def entropy(self) -> float:
        """What no code saves in the long run, bits/token: H(P), of a chain its entropy rate."""
        return self.true.entropy if self.chain is None else self.chain.entropy_rate

    @property
    def failures(self) -> dict[str, int]:
        """How many runs failed each check."""
        failed = Counter(name for run in self.runs for name in run.checks.failed)
        return {name: failed[name] for name in Checks.names() if failed[name]}

    @property
    def verdict(self) -> str | None:
        """pass, or fail if any run failed, or the claim; None where no token was drawn."""
        refuted = self.given is not None and self.given.is_refuted
        return verdict(not refuted and all(run.verdict != "fail" for run in self.runs), self.n)
