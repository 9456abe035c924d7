"""StreamSource: a stream that is already there, such as a file, and is its own truth.

Next: `specs` (how all of these are written).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from compress.errors import DataError
from compress.probability.distribution import Distribution
from compress.symbols import Stream, Symbols, histogram

__all__ = ["StreamSource"]


@dataclass(frozen=True)
class StreamSource:
    """A stream as it is: P is its own empirical distribution, and a sample is its beginning."""

    stream: Stream
    spec: str
    is_sample = True

    def __post_init__(self) -> None:
        if self.stream.symbols.size == 0:
            raise DataError(f"{self.spec} holds no token, so it has no distribution")

    @cached_property
    def distribution(self) -> Distribution:
        """P̂: the counts of the stream's tokens."""
        counts = histogram(self.stream.symbols, len(self.stream.tokens))
        return Distribution(self.stream.tokens, tuple(counts.tolist()), self.spec)

    @property
    def entropy_rate(self) -> float:
        """H(P̂) of single tokens, bits/token; what the order of the tokens tells is not counted."""
        return self.distribution.entropy

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        """The whole stream, whose length n must be."""
        if n != self.stream.symbols.size:
            raise DataError(f"{self.spec} holds {self.stream.symbols.size} tokens, not {n}")
        return self.stream.symbols
