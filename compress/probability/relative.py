"""Beliefs about something else: which Q is meant is known once P is there, or the stream.

    true         P itself
    uniform      equal over P's alphabet
    empirical    the stream's own counts

Next: `zeros` (what is done where Q is 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from compress.errors import SpecError
from compress.probability.distribution import Distribution

__all__ = ["Assumed", "Relative", "beside"]


class Relative(Enum):
    """A relative belief, by the word for it."""

    TRUE = "true"
    UNIFORM = "uniform"
    EMPIRICAL = "empirical"

    def of(self, true: Distribution, counts: Sequence[int] | None = None) -> Distribution:
        """The Q that is meant beside this P; counts: how often each of P's tokens occurs in the stream.

        Raises SpecError where there is nothing to count.
        """
        if self is Relative.TRUE:
            return true
        if self is Relative.UNIFORM:
            return Distribution(true.tokens, (1,) * true.size, self.value)
        if counts is None:
            raise SpecError("'empirical' needs a stream to count")
        if not any(counts):
            raise SpecError("'empirical' needs a stream of at least one token")
        return Distribution(true.tokens, tuple(counts), self.value, is_count=True)


# What a user assumes: a Q, or a word for one that is still to be found.
Assumed = Distribution | Relative


def beside(assumed: Assumed, true: Distribution, counts: Sequence[int] | None = None) -> Distribution:
    """The assumed Q beside P, and beside the stream's counts if there are any.

    >>> beside(Relative.UNIFORM, Distribution.parse("a=.9,b=.1")).weights
    (1, 1)
    """
    return assumed.of(true, counts) if isinstance(assumed, Relative) else assumed
