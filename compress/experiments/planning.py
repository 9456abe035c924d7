"""What is to be run, and whether it can be: P, a Q that is fit for it, and a stream that is drawn once.

Next: `outcome` (what follows from a file).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

from compress.belief.protocol import Belief
from compress.coders.family import Choice
from compress.probability.distribution import Distribution
from compress.probability.zeros import Price
from compress.sources.protocol import Source, generator
from compress.sources.tokens import tokeniser
from compress.symbols import Counts, Stream, histogram

__all__ = ["Run", "Sample", "is_forecast"]

_TOKENS_AT_A_TIME = 1 << 20


@dataclass(frozen=True)
class Run:
    """What is to be run: P, a belief that was found fit for it, and a coder.

    q_is_sample: whether the stream itself told Q.  price: what the zero policy costs, where it changed Q.
    """

    p: Distribution
    belief: Belief
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

    def drawn(self) -> list[int]:
        """How often each token was drawn."""
        counts: list[int] = self.counts.tolist()
        return counts

    @cached_property
    def own_bits(self) -> float:
        """-log2 P(x) of these very tokens: what no luck can change."""
        return self.source.surprise_bits(self.stream.symbols)

    def excluded_by(self, belief: Belief) -> str | None:
        """A token that occurs although the one Q gives it probability 0; None if there is none."""
        if (q := belief.q) is None:
            return None
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


def is_forecast(sample: Sample, run: Run) -> bool:
    """Whether there is something to expect: a P and a Q that did not look at the stream.

    >>> from compress.belief.one import One
    >>> from compress.coders.catalog import choose
    >>> from compress.specs import Reading
    >>> sample = Sample(Reading().source("H=.7,T=.3"), 5, 0)
    >>> p = sample.source.distribution
    >>> [is_forecast(sample, Run(p, One(p), choose("huffman"), told)) for told in (False, True)]
    [True, False]
    """
    return sample.n > 0 and not (sample.source.is_sample or run.q_is_sample)
