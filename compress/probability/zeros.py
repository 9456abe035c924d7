"""What to do where Q says that a token cannot occur, and it may.

The surprise of such a token is infinite and no code word exists for it.  That is the
truth about Q, so the default is to refuse.  Whoever wants a finite code says what
the impossible shall cost:

    error            refuse, naming the token (the default)
    floor:EPS        q becomes max(q, EPS) / Z with Z = Σ max(q, EPS) <= 1 + K·EPS: the impossible costs
                     -log2 EPS + log2 Z bits, and everything else log2 Z more
    escape:EPS       the m tokens of q = 0 share EPS equally, and the others have 1 - EPS: the impossible costs
                     log2(m/EPS) bits, and everything else -log2(1 - EPS) more
    laplace:ALPHA    where Q is counted, ALPHA is added to each count c of n: q = (c + ALPHA)/(n + K·ALPHA).  The
                     impossible costs log2((n + K·ALPHA)/ALPHA) bits; what was counted often, hardly more

Nothing is ever clipped in silence: the policy is part of the report and of the file.

Next: `symbols` (tokens as numbers).  Source: P. S. Laplace 1774; I. H. Witten and T. C. Bell 1991 (escapes).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from compress.errors import SpecError, ZeroProbabilityError, quoted
from compress.notation import exact_number, taken_apart
from compress.probability.distribution import Distribution, Pair
from compress.probability.information import mean, surprise

__all__ = ["REFUSED", "Price", "ZeroPolicy"]

# A smaller amount would be 0 to a float.
_LEAST = Fraction(1, 10**300)


class Price(NamedTuple):
    """What a policy costs, bits/token: what P draws and Q allows, more than before; what Q excluded, all of it."""

    allowed: float
    excluded: float


class ZeroPolicy(NamedTuple):
    """A zero policy: its name, and its amount, EPS or ALPHA; None where zeros are refused."""

    name: str = "error"
    amount: Fraction | None = None
    spec: str = "error"

    @classmethod
    def parse(cls, spec: str) -> ZeroPolicy:
        """The policy that those words mean.  Raises SpecError for a word that is none."""
        if spec == "error":
            return cls()
        name, number = taken_apart(spec)
        if name not in _POLICIES or number is None:
            known = ", ".join(policy.usage for policy in _POLICIES.values())
            raise SpecError(f"{quoted(spec)} is not a zero policy; the policies are error, {known} (floor:1e-10, say)")
        policy, amount = _POLICIES[name], exact_number(number)
        if not _LEAST <= amount < policy.below:
            most = "1" if policy.below == 1 else "1e300"
            raise SpecError(f"the {policy.amount} must lie between 1e-300 and {most}, not {number}")
        return cls(name, amount, spec)

    @property
    def refuses(self) -> bool:
        """Whether zeros are refused."""
        return self.amount is None

    def apply(self, q: Distribution) -> Distribution:
        """Q with its zeros treated, exactly; Q itself where there is nothing to treat.

        Raises SpecError where ALPHA is to be added to what was not counted.
        """
        if self.amount is None:
            return q
        weights = _POLICIES[self.name].treat(q, self.amount)
        if weights is None:
            return q
        return Distribution.from_weights(zip(q.tokens, weights, strict=True), spec=q.spec)

    def price(self, pair: Pair) -> Price:
        """What the policy costs where P is true and Q was believed.

        >>> pair = Pair(Distribution.parse("a=.5,b=.5"), Distribution.parse("a=1,b=0"))
        >>> price = ZeroPolicy.parse("escape:0.25").price(pair)
        >>> round(price.allowed, 4), price.excluded
        (0.2075, 1.0)
        """
        p, q = pair.p.probabilities, pair.q.probabilities
        treated = surprise(self.apply(pair.q).probabilities)
        allowed, excluded = p * (q > 0), p * (q == 0)
        return Price(mean(allowed, treated) - mean(allowed, surprise(q)), mean(excluded, treated))

    def require(self, p: Distribution, q: Distribution) -> None:
        """Raise ZeroProbabilityError if P can draw a token that Q (over the same alphabet) excludes."""
        for token, truth, belief in zip(p.tokens, p.weights, q.weights, strict=True):
            if truth and not belief:
                raise ZeroProbabilityError(token, f"P draws it with probability {float(p.exact(token)):.4g}")


def _floored(q: Distribution, floor: Fraction) -> list[int] | None:
    # In whole numbers: q < EPS means weight·denominator < numerator·total.
    low, unit = floor.numerator * q.total, floor.denominator
    if all(weight * unit >= low for weight in q.weights):
        return None
    return [max(weight * unit, low) for weight in q.weights]


def _escaped(q: Distribution, escape: Fraction) -> list[int] | None:
    zeros = q.weights.count(0)
    if not zeros:
        return None
    # Of a whole of denominator·zeros·total.
    rest, share = (escape.denominator - escape.numerator) * zeros, escape.numerator * q.total
    return [weight * rest if weight else share for weight in q.weights]


def _counted(q: Distribution, alpha: Fraction) -> list[int]:
    if not q.is_count:
        raise SpecError(f"laplace adds to counts, and {q.spec or 'Q'} was not counted; use floor or escape")
    return [weight * alpha.denominator + alpha.numerator for weight in q.weights]


class _Policy(NamedTuple):
    usage: str
    amount: str
    below: int
    treat: Callable[[Distribution, Fraction], list[int] | None]


_POLICIES = {
    "floor": _Policy("floor:EPS", "floor", 1, _floored),
    "escape": _Policy("escape:EPS", "escape's share", 1, _escaped),
    "laplace": _Policy("laplace:ALPHA", "alpha of laplace", 10**300, _counted),
}

# The default: the impossible is refused.
REFUSED = ZeroPolicy()
