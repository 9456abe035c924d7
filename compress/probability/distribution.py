"""Distributions: tokens with exact probabilities.

A probability is an integer weight over the sum of all weights.  Decimals, fractions
and counts are all rationals, and so is every float, so nothing is lost by it, and a
Distribution sums to 1 exactly: it cannot be built otherwise.

Left out: files, relative specs and chains, which `specs` adds; draws (`sources`).

Next: `moments` (what P lets expect).
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, NoDistributionError, SpecError, echoed, quoted
from compress.notation import alike, exact_number, taken_apart
from compress.probability import information
from compress.probability.decimals import LEAST_RATIO
from compress.probability.exact import Number, exact_of, near_one, reduced, whole
from compress.probability.families import FAMILIES, MAX_TOKENS
from compress.probability.named import Endless, make
from compress.shown import Displayed

__all__ = ["Distribution", "Pair", "align"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Distribution(Displayed):
    """Tokens in order, each with a whole weight; the probability of token i is exactly weights[i] / total.

    is_count: whether the weights say how often each token was seen.
    Raises DataError if there is no token, a token is named twice, a weight is negative, or all weights are 0.
    """

    tokens: tuple[str, ...]
    # Without a default, a forgotten argument would be an error of Python's, with no word of what is right.
    weights: tuple[int, ...] = ()
    spec: str = field(default="", compare=False)
    endless: Endless | None = field(default=None, compare=False, repr=False)
    is_count: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # A dict, or a spec.
        if hasattr(self.tokens, "keys") or hasattr(self.tokens, "encode"):
            raise TypeError("Distribution(tokens, weights) takes whole weights; Distribution.of takes a dict or a spec")
        # Any sequence of anything that is a whole number, numpy's included: what is kept is Python's own.
        object.__setattr__(self, "tokens", tuple(self.tokens))
        object.__setattr__(self, "weights", tuple(map(operator.index, self.weights)))
        stranger = next((token for token in self.tokens if not isinstance(token, str)), None)
        if stranger is not None:
            raise TypeError(f"a token is a str, not {type(stranger).__name__!r}: {stranger!r}")
        if not self.tokens:
            raise DataError("a distribution needs at least one token")
        if len(self.tokens) > MAX_TOKENS:
            raise DataError(f"{len(self.tokens)} different tokens are too many: the limit is {MAX_TOKENS}")
        if len(self.tokens) != len(self.weights):
            raise DataError(f"{len(self.tokens)} tokens but {len(self.weights)} weights")
        if len(set(self.tokens)) < len(self.tokens):
            seen: set[str] = set()
            twice = next(token for token in self.tokens if token in seen or seen.add(token))  # type: ignore[func-returns-value]  # add() returns None, which is false
            raise DataError(f"token {quoted(twice)} is given twice")
        negative = next((i for i, weight in enumerate(self.weights) if weight < 0), None)
        if negative is not None:
            raise DataError(f"token {quoted(self.tokens[negative])} has a negative weight")
        if self.total == 0:
            raise DataError("every weight is 0")
        least = min(weight for weight in self.weights if weight)
        if least * LEAST_RATIO < self.total:
            raise DataError(f"token {quoted(self.tokens[self.weights.index(least)])} has a probability below 1e-307")

    @classmethod
    def of(cls, what: Distribution | str | Mapping[str, Number]) -> Distribution:
        """Return a distribution from a Distribution, a spec, a Counter of tokens, or a dict of probabilities.

        Raises TypeError for anything else.
        """
        if isinstance(what, Distribution):
            return what
        if isinstance(what, str):
            return cls.parse(what)
        if isinstance(what, Counter):
            whole = all(isinstance(count, int | np.integer) for count in what.values())
            return cls(tuple(what), tuple(what.values()), is_count=True) if whole else cls.from_weights(what)
        if isinstance(what, Mapping):
            return cls.from_probabilities(what)
        raise TypeError(
            f"a distribution is a Distribution, a spec, a dict or a Counter, not {type(what).__name__!r}; "
            "a dict names the tokens: {'a': 0.7, 'b': 0.3}"
        )

    @classmethod
    def from_weights(
        cls, table: Mapping[str, Number] | Iterable[tuple[str, Number]], *, spec: str = ""
    ) -> Distribution:
        """Return the distribution in proportion to weights of any scale, for example counts; each weight is exact."""
        pairs = list(table.items() if isinstance(table, Mapping) else table)
        return cls(*whole(pairs), spec=spec)

    @classmethod
    def from_probabilities(
        cls,
        table: Mapping[str, Number] | Iterable[tuple[str, Number]],
        *,
        normalize: bool = False,
        spec: str = "",
    ) -> Distribution:
        """Return the distribution with the given probability for each token.

        They must sum exactly to 1 if all of them are rational (int, Fraction, Decimal), and within 1e-9 if some are
        floats.
        Raises DataError if they do not, unless `normalize` is True.
        """
        pairs = list(table.items() if isinstance(table, Mapping) else table)
        tokens, weights = whole(pairs)
        if not normalize:
            total = sum((exact_of(token, number) for token, number in pairs), Fraction(0))
            tolerance = (
                information.SUM_TOLERANCE if any(isinstance(number, float | np.floating) for _, number in pairs) else 0
            )
            if abs(total - 1) > tolerance:
                raise DataError(f"weights sum to {near_one(total)}, not to 1; normalize=True rescales them")
        return cls(tokens, weights, spec)

    @classmethod
    def parse(cls, spec: str, *, normalize: bool = False) -> Distribution:
        """Return the distribution of a spec: `H=0.7,T=0.3`, `1=1/6,2=5/6`, `bernoulli:0.7`, `dice:2`, ...

        Raises SpecError if the spec means nothing, or does not sum to 1 and `normalize` is False.
        """
        name, arguments = taken_apart(spec)
        if name in FAMILIES and (arguments is not None or "=" not in spec):
            try:
                (tokens, weights), endless = make(name, arguments or "")
                return cls(*reduced(tokens, weights), spec, endless)
            except DataError as error:
                raise SpecError(f"{echoed(spec)}: {error}") from None
        if "=" not in spec:
            near = alike(name, FAMILIES)
            guess = "" if near is None else f"; did you mean {near}?"
            raise NoDistributionError(
                f"{quoted(spec)} is not a distribution{guess}; write tokens with weights (H=0.7,T=0.3) or a family: "
                + ", ".join(FAMILIES)
            )
        pairs: list[tuple[str, Number]] = []
        for part in spec.split(","):
            token, equals, weight = part.rpartition("=")
            if not equals or not token:
                raise SpecError(f"{quoted(part)} in {quoted(spec)} is not token=weight")
            pairs.append((token, exact_number(weight)))
        try:
            return cls.from_probabilities(pairs, normalize=normalize, spec=spec)
        except DataError as error:
            if len(pairs) == 1 and pairs[0][0] in FAMILIES:
                raise SpecError(f"{echoed(spec)} is one token; the family is {spec.replace('=', ':', 1)}") from None
            raise SpecError(f"{echoed(spec)}: {error}") from None

    @cached_property
    def total(self) -> int:
        """The sum of the weights."""
        return sum(self.weights)

    @property
    def size(self) -> int:
        """K, the number of tokens."""
        return len(self.tokens)

    @cached_property
    def probabilities(self) -> Vector:
        """Each token's probability, correctly rounded: shape (K,), float64, read-only."""
        values = np.array([weight / self.total for weight in self.weights])
        values.flags.writeable = False
        return values

    @cached_property
    def index(self) -> dict[str, int]:
        """The symbol of each token."""
        return {token: symbol for symbol, token in enumerate(self.tokens)}

    def exact(self, token: str) -> Fraction:
        """Return the probability of a token as a fraction; it is 0 for a token outside the alphabet."""
        symbol = self.index.get(token)
        return Fraction(0) if symbol is None else Fraction(self.weights[symbol], self.total)

    def divergence(self, other: Distribution) -> float:
        """Return D(self||other) in bits/token, to 12 digits however near the two are: their differences are exact."""
        p, q = align(self, other)
        whole = p.total * q.total
        difference = [
            (ours * q.total - theirs * p.total) / whole for ours, theirs in zip(p.weights, q.weights, strict=True)
        ]
        return information.kl_divergence(p.probabilities, q.probabilities, difference=difference)

    @property
    def entropy(self) -> float:
        """H(P), bits/token."""
        return information.entropy(self.probabilities)

    def over(self, tokens: Sequence[str]) -> Distribution:
        """Return the same distribution over another alphabet, which must have every token of probability above 0.

        If a family of infinite support was cut, the tokens beyond the cut get their weights again.
        """
        moved = self._moved(tokens)
        if self.endless is not None and not self.index.keys() >= set(tokens):
            further = reduced(*self.endless.reaching([*self.tokens, *tokens]))
            everything = dict(zip(*further, strict=True))
            weights = tuple(everything.get(token, 0) for token in tokens)
            return replace(moved, weights=weights)
        return moved

    def _moved(self, tokens: Sequence[str]) -> Distribution:
        known = set(tokens)
        lost = next(
            (token for token, weight in zip(self.tokens, self.weights, strict=True) if weight and token not in known),
            None,
        )
        if lost is not None:
            raise DataError(f"token {quoted(lost)} has probability above 0 but is not in the alphabet")
        weights = [self.weights[self.index[token]] if token in self.index else 0 for token in tokens]
        return Distribution(tuple(tokens), tuple(weights), self.spec, is_count=self.is_count)

    def same_as(self, other: Distribution) -> bool:
        """Whether both give every token the same probability, exactly."""
        return self.tokens == other.tokens and all(
            a * other.total == b * self.total for a, b in zip(self.weights, other.weights, strict=True)
        )


@dataclass(frozen=True)
class Pair(Displayed):
    """P and Q over one alphabet.  Raises ValueError for two alphabets; `Pair.of` joins them."""

    p: Distribution
    q: Distribution

    def __post_init__(self) -> None:
        if self.p.tokens != self.q.tokens:
            raise ValueError("P and Q have different alphabets")

    @classmethod
    def of(cls, p: Distribution, q: Distribution) -> Pair:
        """The two over their joint alphabet: P's tokens in order, then those that only Q knows."""
        return cls(*align(p, q))

    @property
    def cross_entropy(self) -> float:
        """H(P, Q), bits/token; inf where P draws what Q excludes."""
        return information.cross_entropy(self.p.probabilities, self.q.probabilities)

    @property
    def divergence(self) -> float:
        """D(P||Q), bits/token."""
        return self.p.divergence(self.q)


def align(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution]:
    """P and Q over their joint alphabet: P's tokens in order, then those that only Q knows.

    >>> p, q = align(Distribution.parse("a=1"), Distribution.parse("b=1"))
    >>> p.tokens, p.weights, q.weights
    (('a', 'b'), (1, 0), (0, 1))
    """
    if p.tokens == q.tokens:
        return p, q
    joint = [*p.tokens, *(token for token in q.tokens if token not in p.index)]
    return p.over(joint), q.over(joint)
