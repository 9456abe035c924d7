"""What to do where Q says that a token cannot occur, and it may.

The surprise of such a token is infinite and no code word exists for it.  That is the
truth about Q, so the default is to refuse.  Whoever wants a finite code says what
the impossible shall cost:

    error        refuse, naming the token (the default)
    floor:EPS    q becomes max(q, EPS) / Z with Z = Σ max(q, EPS) <= 1 + K·EPS: the impossible costs
                 -log2 EPS + log2 Z bits, and everything else log2 Z more

Nothing is ever clipped in silence: the policy is part of the report and of the file.

Next: `symbols` (tokens as numbers).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compress.errors import SpecError, ZeroProbabilityError, quoted
from compress.notation import exact_number, taken_apart
from compress.probability.distribution import Distribution

__all__ = ["REFUSED", "ZeroPolicy"]

# A smaller floor would be 0 to a float.
_LEAST_FLOOR = Fraction(1, 10**300)


@dataclass(frozen=True)
class ZeroPolicy:
    """A zero policy: `floor` is the least probability, or None to refuse zeros."""

    floor: Fraction | None = None
    spec: str = "error"

    @classmethod
    def parse(cls, spec: str) -> ZeroPolicy:
        """The policy that those words mean.  Raises SpecError for a word that is none."""
        if spec == "error":
            return cls()
        kind, number = taken_apart(spec)
        if kind != "floor" or number is None:
            raise SpecError(f"{quoted(spec)} is no zero policy; there are error and floor:EPS (floor:1e-10, say)")
        floor = exact_number(number)
        if not _LEAST_FLOOR <= floor < 1:
            raise SpecError(f"the floor must lie between 1e-300 and 1, not {number}")
        return cls(floor, spec)

    def apply(self, q: Distribution) -> Distribution:
        """Q with its zeros treated: max(q, EPS), renormalised, exactly; Q itself where none lies below."""
        if self.floor is None:
            return q
        # In whole numbers: q < EPS means weight·denominator < numerator·total.
        low, unit = self.floor.numerator * q.total, self.floor.denominator
        if all(weight * unit >= low for weight in q.weights):
            return q
        pairs = zip(q.tokens, (max(weight * unit, low) for weight in q.weights), strict=True)
        return Distribution.from_weights(pairs, spec=q.spec)

    def require(self, p: Distribution, q: Distribution) -> None:
        """Raise ZeroProbabilityError if P can draw a token that Q (over the same alphabet) excludes."""
        for token, truth, belief in zip(p.tokens, p.weights, q.weights, strict=True):
            if truth and not belief:
                raise ZeroProbabilityError(token, f"P draws it with probability {float(p.exact(token)):.4g}")


# The default: the impossible is refused.
REFUSED = ZeroPolicy()
