"""What "measured equals predicted" means: seven checks, each with a tolerance of its own.

    round_trip     exact         what was decoded is what was encoded, whatever bits follow the payload
    exact_length   exact         the payload is as long as theory says for this very message
    code_price     exact         the code in the file is one that Q leads to
    expectation    statistical   the mean surprise is near its expectation under P
    accounting     exact         the ledger sums to the size of the file
    claim          statistical   the tokens that were given may have been drawn from P: see `claim`
    honest         statistical   somebody else's payload is not too good to be true

A check that does not apply is None, never true for lack of a question.  Each has
negative controls in `tests/experiments/test_validate.py` that it must fail.

Source of the bound in `expectation`: S. Bernstein 1924; S. Boucheron, G. Lugosi and
P. Massart, Concentration Inequalities (2013), sec. 2.8.

Next: `predict` (what is expected before anything is drawn).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields

import numpy as np

from compress.coders.family import Choice
from compress.coders.protocol import Bounds, Built
from compress.ledger import Ledger
from compress.probability.distribution import Pair
from compress.probability.information import ROUNDING
from compress.probability.moments import Moments
from compress.symbols import Symbols

__all__ = [
    "Checks",
    "accounting",
    "code_price",
    "exact_length",
    "expectation",
    "honest",
    "keeps_to",
    "learned_expectation",
    "round_trip",
    "stated_expectation",
    "verdict",
    "within",
]

# How far below P's own a Q's code may be: more than this comes once in 2^40 messages.
_TOO_GOOD = 40.0
# Bernstein's inequality with a false alarm of at most 2·exp(-12.5), once in 134,000, at any n.
_SIGMAS = 5.0
_RANGE_FACTOR = 4.2
# How far a payload may be from what somebody else's coder states of itself, bits and bits/token.
_NEAR, _NEAR_A_TOKEN = 128.0, 0.01


@dataclass(frozen=True)
class Checks:
    """The verdicts of the checks: True, False, or None where one does not apply."""

    round_trip: bool | None
    exact_length: bool | None
    code_price: bool | None
    expectation: bool | None
    accounting: bool | None
    claim: bool | None = None
    honest: bool | None = None

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the checks, in order."""
        return tuple(field.name for field in fields(cls))

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the checks that failed."""
        return tuple(name for name, verdict in asdict(self).items() if verdict is not None and not verdict)


def verdict(passed: bool, measured: int) -> str | None:
    """The word for what was measured of so many tokens, or messages; None where there were none and nothing failed.

    >>> verdict(True, 7), verdict(False, 0), verdict(True, 0)
    ('pass', 'fail', None)
    """
    if not passed:
        return "fail"
    return "pass" if measured else None


def round_trip(sent: Symbols, *received: Symbols | None) -> bool:
    """Whether each decoding gave back what was sent; None: one that came to no end.

    >>> sent = np.array([1, 2], np.uint8)
    >>> round_trip(sent, sent.copy()), round_trip(sent, sent[:1])
    (True, False)
    """
    return all(symbols is not None and np.array_equal(sent, symbols) for symbols in received)


def exact_length(choice: Choice, coder: Built, pair: Pair, symbols: Symbols, payload_bits: int) -> bool | None:
    """Whether the payload has the length that theory gives this very message.

    Prefix codes: Σ length(x) bits, the lengths computed anew from Q by a plain constructor that
    shares no code with the coder.  Arithmetic: ideal - below <= bits < ideal + 2 + above, where
    its slack gives below and above.  None for a coder without such a law.

    >>> from compress.coders.catalog import choose
    >>> from compress.probability.distribution import Distribution
    >>> p, choice = Distribution.parse("a=.5,b=.25,c=.25"), choose("huffman")
    >>> message = np.array([0, 1, 0], np.uint8)
    >>> [exact_length(choice, choice.of(p.weights), Pair(p, p), message, bits) for bits in (4, 5)]
    [True, False]
    """
    return within(choice.family.law(coder, pair, symbols), payload_bits)


def within(law: Bounds | None, payload_bits: int) -> bool | None:
    """Whether a payload is as long as its law allows; None without a law.

    >>> within(Bounds(8, 9), 8), within(Bounds(8, 9), 9), within(None, 9)
    (True, False, None)
    """
    return None if law is None else law.hold(payload_bits)


def code_price(choice: Choice, coder: Built, pair: Pair) -> bool | None:
    """Whether the coder, as parsed back from the file, prices tokens as one built from Q must; None for no promise.

    >>> from compress.coders.catalog import choose
    >>> from compress.probability.distribution import Distribution
    >>> p, choice = Distribution.parse("a=.5,b=.25,c=.25"), choose("huffman")
    >>> code_price(choice, choice.of(p.weights), Pair(p, p)), code_price(choice, choice.of([1, 1, 6]), Pair(p, p))
    (True, True)
    """
    return choice.family.promise(coder, pair)


def expectation(moments: Moments, ideal_bits: float, n: int) -> bool | None:
    """Whether the mean surprise of n tokens drawn from P is near H(P, Q̂).

    |Σ -log2 q̂(x)/n - H(P,Q̂)| <= 5·sqrt(V/n) + 4.2·M·τ/n + 1e-9, with V the variance of -log2 q̂ under P,
    M its largest distance from the mean, and τ over how many tokens they depend on each other.  None for n = 0,
    and where every surprise is the same: the check could not fail; and for a chain that has not yet been everywhere.

    >>> moments = Moments(mean=1.0, variance=0.25, largest=0.5, third=0.125)
    >>> expectation(moments, 1_010.0, 1_000), expectation(moments, 1_100.0, 1_000)
    (True, False)
    """
    if n == 0 or moments.is_constant or not moments.is_long(n):
        return None
    return abs(ideal_bits / n - moments.mean) <= _bernstein(moments, n) + ROUNDING


def _bernstein(moments: Moments, n: int) -> float:
    """How far the mean of n surprises may be from its expectation, bits/token."""
    return _SIGMAS * math.sqrt(moments.variance / n) + _RANGE_FACTOR * moments.largest * moments.memory / n


def keeps_to(stated_bits: float, payload_bits: int, n: int) -> bool:
    """Whether a payload of n tokens is what its coder itself states, within 128 bits and 0.01 bits/token.

    >>> keeps_to(1_000.0, 1_100, 100), keeps_to(1_000.0, 1_200, 100)
    (True, False)
    """
    return abs(payload_bits - stated_bits) <= _NEAR + _NEAR_A_TOKEN * n


def stated_expectation(moments: Moments, payload_bits: int, n: int) -> bool | None:
    """Whether a payload is near what the Q̂ that its coder states lets expect of it.

    `expectation`, of the payload itself: there is no law that ties it to Σ -log2 q̂(x), so it may be as far from that
    as `keeps_to` has it.  None for n = 0, and for a chain that has not yet been everywhere.

    >>> moments = Moments(mean=1.0, variance=0.0, largest=0.0, third=0.0)
    >>> stated_expectation(moments, 10_100, 10_000), stated_expectation(moments, 33_000, 10_000)
    (True, False)
    """
    if n == 0 or not moments.is_long(n):
        return None
    return abs(payload_bits / n - moments.mean) <= _bernstein(moments, n) + _NEAR / n + _NEAR_A_TOKEN


def learned_expectation(own: Moments, own_bits: float, ideal_bits: float, n: int) -> bool | None:
    """Whether a Q that changes costs what P lets expect of it, whatever it learns.

    Q gives a chance to each message, and so does P: E_P[Q(x)/P(x)] <= 1, so that Q costs c bits less than P's own
    surprise once in 2^c messages at most (A. Markov's inequality), and here c is 40.  And P's own surprise, own_bits,
    is near its mean, by `expectation`; own: a token's.  None for n = 0.

    >>> learned_expectation(Moments(1.0, 0.25, 0.5, 0.125), own_bits=1_000.0, ideal_bits=950.0, n=1_000)
    False
    """
    if n == 0:
        return None
    return expectation(own, own_bits, n) is not False and ideal_bits > own_bits - _TOO_GOOD


def honest(own_bits: float, payload_bits: int, tries: int = 1, *, needs_end: bool = False) -> bool:
    """Whether a payload is not too good to be true.

    own_bits: -log2 P(x) of the message, which P drew.  A prefix-free code is c bits shorter with chance 2^-c at most:
    40 bits, and log2 of how many messages were tried, are too many.

    needs_end: it is no prefix-free code, for who decodes has to know its length L, which tells something by itself.
    With 2^-L / ((L + 1)·(L + 2)) for each word the words of all lengths together have a sum of 1 at most, and the
    payload may be so much shorter.

    >>> honest(1_000.0, 961), honest(1_000.0, 959), honest(1_000.0, 942, needs_end=True)
    (True, False, True)
    """
    length = math.log2((payload_bits + 1) * (payload_bits + 2)) if needs_end else 0.0
    return payload_bits > own_bits - _TOO_GOOD - math.log2(max(tries, 1)) - length


def accounting(ledger: Ledger, file_bytes: int) -> bool:
    """Whether the terms sum to 8·file_bytes, within 1e-6 bit or the rounding of the sum.

    >>> ledger = Ledger(7.0, 0.5, 0.0, -0.5, 1.0, {"header": 8})
    >>> accounting(ledger, 2), accounting(ledger, 3)
    (True, False)
    """
    bits = 8 * file_bytes
    return abs(ledger.total - bits) <= max(1e-6, 1e-12 * bits)
