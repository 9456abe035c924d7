"""Streams that are already there, such as a file's: their own truth, or a claim about them.

Next: `coders.protocol` (what a coder is).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from compress.errors import DataError
from compress.probability.distribution import Distribution, Pair
from compress.sources.protocol import Independent
from compress.symbols import Stream, Symbols, histogram

__all__ = ["ClaimedSource", "StreamSource"]


@dataclass(frozen=True)
class StreamSource(Independent):
    """A stream as it is: P is its own empirical distribution of single tokens, whatever their order tells."""

    stream: Stream
    spec: str
    is_sample = is_given = True

    def __post_init__(self) -> None:
        if self.stream.symbols.size == 0:
            raise DataError(f"{self.spec} holds no token, so it has no distribution")

    @cached_property
    def distribution(self) -> Distribution:  # type: ignore[override]  # found when it is asked for
        """P̂: the counts of the stream's tokens."""
        counts = histogram(self.stream.symbols, len(self.stream.tokens))
        return Distribution(self.stream.tokens, tuple(counts.tolist()), self.spec, is_count=True)

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        """The whole stream, whose length n must be."""
        if n != self.stream.symbols.size:
            raise DataError(f"{self.spec} holds {self.stream.symbols.size} tokens, not {n}")
        return self.stream.symbols


@dataclass(frozen=True, eq=False)
class ClaimedSource(Independent):
    """A stream as it is, and a P that somebody claims it was drawn from: over the joint alphabet of both."""

    stream: Stream
    distribution: Distribution
    spec: str
    is_sample = False
    is_given = True

    @classmethod
    def of(cls, stream: Stream, claimed: Distribution, spec: str) -> ClaimedSource:
        """The stream beside the claim; a family of infinite support that was cut reaches as far as the stream.

        >>> source = ClaimedSource.of(Stream(("a", "b"), np.array([0, 1], np.uint8)), Distribution.parse("a=1"), "")
        >>> source.distribution.weights
        (1, 0)
        """
        observed = StreamSource(stream, spec).distribution
        p = Pair.of(claimed, observed).p
        return cls(stream.over(p.tokens), p, spec)

    @property
    def name(self) -> str:
        """The file's."""
        return self.spec.removeprefix("file:")

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        """The whole stream, whose length n must be."""
        return StreamSource(self.stream, self.spec).sample(n, rng)
