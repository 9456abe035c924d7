"""What is to be run, and whether it can be: P, a Q that is fit for it, and a stream that is drawn once.

Next: `outcome` (what follows from a file).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from compress.coders.protocol import Choice
from compress.errors import SpecError
from compress.models.catalog import Belief, Recipe, recipe_of
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution, Pair
from compress.probability.relative import Assumed, Relative, beside
from compress.probability.zeros import Price, ZeroPolicy
from compress.sources.protocol import Source, generator
from compress.sources.recorded import ClaimedSource
from compress.sources.tokens import tokeniser
from compress.symbols import Counts, Stream, histogram

__all__ = ["Run", "Sample", "is_forecast", "meant", "require", "rows_beside"]

_TOKENS_AT_A_TIME = 1 << 20


@dataclass(frozen=True)
class Run:
    """What is to be run: P, Q after its zero policy and what that costs, a coder, and whether the stream told Q."""

    p: Distribution
    q: Belief
    choice: Choice
    q_is_sample: bool = False
    price: Price | None = None


@dataclass(frozen=True)
class Sample:
    """A stream drawn once, to be coded many times."""

    source: Source
    n: int
    seed: int

    @cached_property
    def stream(self) -> Stream:
        """The tokens drawn."""
        return Stream(self.source.distribution.tokens, self.source.sample(self.n, generator(self.seed)))

    @cached_property
    def counts(self) -> Counts:
        """How often each token was drawn."""
        return histogram(self.stream.symbols, len(self.stream.tokens))

    def excluded_by(self, q: Distribution) -> str | None:
        """A token that occurs although Q gives it probability 0; None if there is none."""
        counts = histogram(self.stream.over(q.tokens).symbols, q.size)
        pairs = zip(q.tokens, q.weights, counts.tolist(), strict=True)
        return next((token for token, weight, count in pairs if count and not weight), None)

    @cached_property
    def content(self) -> tuple[int, int]:
        """Size and CRC-32 of the stream written one token a line."""
        size, crc = 0, 0
        for start in range(0, self.n, _TOKENS_AT_A_TIME):
            part = Stream(self.stream.tokens, self.stream.symbols[start : start + _TOKENS_AT_A_TIME])
            text = tokeniser("tokens").join(part)
            size, crc = size + len(text), zlib.crc32(text, crc)
        return size, crc


def meant(sample: Sample, assumed: Assumed | Chain | Recipe, zeros: ZeroPolicy) -> tuple[Belief, Price | None]:
    """The Q that is meant, after its zero policy, and what that costs; None where it changed nothing.

    Raises an error if P can draw what Q excludes.

    >>> from compress.specs import Reading
    >>> q, price = meant(Sample(Reading().source("H=.7,T=.3"), 5, 0), Relative.UNIFORM, ZeroPolicy())
    >>> q.weights, price
    ((1, 1), None)
    """
    source, true = sample.source, sample.source.distribution
    if isinstance(assumed, Recipe):
        return assumed, None
    if source.chain is not None and assumed is Relative.TRUE:
        assumed = source.chain
    if isinstance(assumed, Chain):
        if source.is_sample or isinstance(source, ClaimedSource):
            raise SpecError(f"{assumed.spec} is believed of tokens that are drawn, and these are given")
        moved = assumed.over(true.tokens)
        q = Chain(tuple(map(zeros.apply, moved.rows)), moved.spec)
        for pair in rows_beside(source, q):
            zeros.require(pair.p, pair.q)
        return q, None
    spelled = beside(assumed, true, sample.counts.tolist() if assumed is Relative.EMPIRICAL else None)
    pair = Pair.of(true, spelled)
    believed = zeros.apply(pair.q)
    zeros.require(pair.p, believed)
    return believed, None if believed is pair.q else zeros.price(pair)


def require(source: Source, q: Belief, choice: Choice) -> None:
    """Raise an error if this coder cannot honour Q for what P draws.

    >>> from compress.coders.catalog import choose
    >>> from compress.specs import Reading
    >>> require(Reading().source("H=.7,T=.3"), Distribution.parse("H=.5,T=.5"), choose("huffman"))
    """
    if isinstance(q, Distribution):
        choice.family.require(Pair.of(source.distribution, q))
        return
    recipe = recipe_of(q) if isinstance(q, Chain) else q
    recipe.require(choice)
    for pair in rows_beside(source, q) if isinstance(q, Chain) else ():
        choice.family.require(pair)


def rows_beside(source: Source, q: Chain) -> Iterator[Pair]:
    """After each token, and at the start: what follows, and what is believed to.

    >>> from compress.specs import Reading
    >>> len([*rows_beside(Reading().source("H=.7,T=.3"), Chain.independent(Distribution.parse("H=.5,T=.5")))])
    3
    """
    p = source.chain or Chain.independent(source.distribution)
    yield from map(Pair, p.rows, q.rows)
    yield Pair(p.distribution, q.distribution)


def is_forecast(sample: Sample, run: Run) -> bool:
    """Whether there is something to expect: a P and a Q that did not look at the stream.

    >>> from compress.coders.catalog import choose
    >>> from compress.specs import Reading
    >>> sample = Sample(Reading().source("H=.7,T=.3"), 5, 0)
    >>> p = sample.source.distribution
    >>> is_forecast(sample, Run(p, p, choose("huffman"))), is_forecast(sample, Run(p, p, choose("huffman"), True))
    (True, False)
    """
    return sample.n > 0 and not (sample.source.is_sample or run.q_is_sample)
