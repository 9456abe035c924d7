"""Things done wrong on purpose, each one thing, to see which check catches it: a check that cannot fail is none.

    short          every payload loses its last byte                       exact_length
    swapped-q      the code is built from another Q than the one named     code_price
    wrong-source   the tokens are drawn from another P than the one named  expectation
    lost-term      the ledger forgets a term                               accounting

Nothing else is changed, and nobody tells the checks.

Next: `coverage` (how often an interval may fail).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

import numpy as np
from bitarray import bitarray

from compress.belief.kinds import Believed, assumption
from compress.coders.family import Choice
from compress.coders.protocol import Built, Static, Table
from compress.errors import SpecError, quoted
from compress.experiments import checks
from compress.experiments.validation import Experiment, Validation
from compress.ledger import TERMS
from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.sources.protocol import Source
from compress.symbols import Symbols

__all__ = ["BREAKS", "Break", "sabotage"]


@dataclass(frozen=True)
class Break:
    """A thing done wrong: what it is, in words, the check that is made for it, and how it comes about.

    swaps_q: whether it is Q that is wrong.
    """

    name: str
    wrong: str
    catcher: str
    source: Callable[[Source], Source] = lambda source: source
    choice: Callable[[Choice], Choice] | None = None
    swaps_q: bool = False
    run: Callable[[Validation], Validation] = lambda run: run

    def choices(self, choices: Iterable[Choice], assumed: Iterable[Believed]) -> tuple[Choice, ...]:
        """The coders as they are built then.  Raises SpecError where there is a Q that no coder is built from."""
        choices = tuple(choices)
        for choice in choices:
            if not choice.family.is_ours:
                raise SpecError(f"{choice.name} gets into no file, and it is a file that is broken")
        if self.choice is None:
            return choices
        for choice in choices:
            if self.swaps_q and not choice.family.takes_q:
                raise SpecError(
                    f"{self.name} is done to a code that is built from Q, and {choice.name} is built from none"
                )
        for belief in assumed:
            if not assumption(belief).stays:
                spec = assumption(belief).spec
                raise SpecError(f"{self.name} is done to a code that stays the same, and {spec} changes")
        return tuple(map(self.choice, choices))

    def after(self, experiment: Experiment) -> Experiment:
        """The experiment as it would be told of, with what was done wrong afterwards."""
        return replace(experiment, runs=tuple(map(self.run, experiment.runs)), broken=(self.name, self.wrong))


def sabotage(name: str) -> Break:
    """The break of this name.  Raises SpecError for another.

    >>> sabotage("short").catcher
    'exact_length'
    """
    if name not in BREAKS:
        raise SpecError(f"no break is called {quoted(name)}; there are {', '.join(BREAKS)}")
    return BREAKS[name]


# ---------------------------------------------------------------- short


class _Short:
    """A coder whose payloads lose their last byte."""

    def __init__(self, honest: Built) -> None:
        self._honest = honest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._honest, name)

    def encode(self, symbols: Symbols) -> bitarray:
        bits = self._honest.encode(symbols)
        return bits[: max(len(bits) - 8, 0)]


def _short(choice: Choice) -> Choice:
    """The family that writes is replaced, and has one lane; who reads the file takes the honest one of the catalog."""
    honest = choice.family.build
    family = replace(choice.family, build=lambda *how: cast(Static, _Short(honest(*how))), lanes_up_to=0)
    return replace(choice, family=family)


# ---------------------------------------------------------------- swapped-q


def _swapped(choice: Choice) -> Choice:
    """The code is fitted to Q with the probabilities of its likeliest and its rarest token swapped."""
    honest = choice.family.fit

    def fit(weights: Sequence[int], parameter: int | None) -> Table:
        swapped = list(weights)
        some = [place for place, weight in enumerate(weights) if weight]
        most, least = max(some, key=swapped.__getitem__), min(some, key=swapped.__getitem__)
        swapped[most], swapped[least] = swapped[least], swapped[most]
        return honest(swapped, parameter)

    return replace(choice, family=replace(choice.family, fit=fit))


# ---------------------------------------------------------------- wrong-source


@dataclass(frozen=True)
class _Liar:
    """Says P, and draws from another: nine tenths of P, and one tenth of the even one."""

    named: Source
    is_sample = is_given = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.named, name)

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        p = self.named.distribution
        some = sum(1 for weight in p.weights if weight)
        mixed = (
            p.exact(token) * Fraction(9, 10) + (Fraction(1, 10 * some) if w else 0)
            for token, w in zip(p.tokens, p.weights, strict=True)
        )
        return IidSource(Distribution.from_weights(zip(p.tokens, mixed, strict=True))).sample(n, rng)


def _lying(source: Source) -> Source:
    if not isinstance(source, IidSource):
        raise SpecError("a source can be wrong only where tokens are drawn: these are given")
    return cast(Source, _Liar(source))


# ---------------------------------------------------------------- lost-term


def _forgetful(run: Validation) -> Validation:
    """The largest term but the entropy is forgotten; the entropy, where the others are 0."""
    terms = {term: abs(run.ledger.terms[term]) for term in TERMS if term not in ("entropy", "container")}
    lost = max(terms, key=terms.__getitem__) if any(terms.values()) else "entropy"
    ledger = replace(run.ledger, **cast(Any, {lost: 0.0}))
    return replace(run, ledger=ledger, checks=replace(run.checks, accounting=checks.accounting(ledger, run.file_bytes)))


BREAKS = {
    each.name: each
    for each in (
        Break("short", "every payload has lost its last byte", "exact_length", choice=_short),
        Break(
            "swapped-q",
            "the code was built from a Q whose likeliest and rarest tokens are swapped",
            "code_price",
            choice=_swapped,
            swaps_q=True,
        ),
        Break(
            "wrong-source",
            "the tokens were drawn from nine tenths of P and one tenth of an even distribution",
            "expectation",
            source=_lying,
        ),
        Break("lost-term", "the ledger has forgotten a term", "accounting", run=_forgetful),
    )
}
