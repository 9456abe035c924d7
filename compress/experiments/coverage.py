"""How often an interval of 95% may hold its truth: what is promised, and what chance allows.

Next: `baselines` (what everybody has).
"""

from __future__ import annotations

import math

from compress.experiments.validation import Z95, Validation

__all__ = ["CONFIDENCE", "binomial_bound", "promised"]


# An interval's promise, and how seldom a true one may be called broken.
CONFIDENCE = 0.95


def promised(run: Validation) -> tuple[float, float]:
    """The least and the most that the coverage of an interval of 95% may be.

    Of a P of two tokens, drawn one by one, it is known: the mean is that of a count, and a count is whole.  Of others
    the normal approximation may err by what Berry and Esseen allow, at either end of the interval.

    >>> from compress.experiments.validate import validate
    >>> [round(share, 3) for share in promised(validate("H=.7,T=.3", n=147))]
    [0.942, 0.942]
    """
    if run.moments is None or run.ci95 is None:
        return CONFIDENCE, CONFIDENCE
    chances = [p for p in run.p.probabilities.tolist() if p]
    if len(chances) == 2 and run.chain is None and run.assumed.q is not None:
        exact = _coverage_of_two(run.n, chances[0])
        return exact, exact
    error = 2 * run.moments.normal_error(run.n)
    return max(CONFIDENCE - error, 0.0), min(CONFIDENCE + error, 1.0)


def _coverage_of_two(n: int, p: float) -> float:
    """The chance that a count of n tokens, each with probability p, is within 1.96 standard errors of n·p."""
    reach = Z95 * math.sqrt(n * p * (1 - p))
    first, last = max(math.ceil(n * p - reach), 0), min(math.floor(n * p + reach), n)
    whole = math.lgamma(n + 1)
    return math.fsum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p))
        for k in range(first, last + 1)
    )


def binomial_bound(trials: int, chance: float, false_alarms: float) -> tuple[int, int]:
    """The successes between which all but this share of binomial counts lie, half of it on either side.

    >>> binomial_bound(2_000, 0.95, 0.001)
    (1867, 1931)
    """
    if chance in (0, 1):
        return round(trials * chance), round(trials * chance)
    log_mass = trials * math.log1p(-chance)
    odds = math.log(chance) - math.log1p(-chance)
    below, low, high = 0.0, None, trials
    for successes in range(trials + 1):
        below += math.exp(log_mass)
        if low is None and below > false_alarms / 2:
            low = successes
        if below >= 1 - false_alarms / 2:
            high = successes
            break
        log_mass += math.log(trials - successes) - math.log(successes + 1) + odds if successes < trials else 0.0
    return low or 0, high
