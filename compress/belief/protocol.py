"""What a belief is, whichever kind: one Q for all tokens, a chain, or a recipe by which Q is made as the tokens come.

    Assumption   what a user assumes, which may be a word (true, uniform, empirical) whose meaning depends on P
        │ meant (beside a P), noted (beside the tokens of a message)
        ▼
    Belief       what a coder is built from, what a file tells of it, and what it lets expect

A kind of belief is a class in this room that fulfils both.  Outside this room nobody asks which kind one is.

Next: `belief.one` (one Q for all tokens).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from compress.coders.family import Choice
from compress.coders.protocol import Bounds, Table
from compress.ledger import Ledger
from compress.models.sequential import Compiled
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.moments import Moments
from compress.probability.zeros import Price, ZeroPolicy
from compress.sources.protocol import Source
from compress.symbols import Seen, Symbols

__all__ = ["Assumption", "Belief", "Sent"]


class Assumption(Protocol):
    """An assumption is what a user believes, before P or a message says what it means."""

    @property
    def spec(self) -> str:
        """Return the name as a user writes it."""
        ...

    @property
    def stays(self) -> bool:
        """Whether it is one Q for all tokens."""
        ...

    @property
    def in_files(self) -> bool:
        """Whether a file can be coded with it, whose P nobody knows."""
        ...

    @property
    def needs_p(self) -> bool:
        """Whether it is P itself, so that nobody can mean it who has no P."""
        ...

    @property
    def is_counted(self) -> bool:
        """Whether it is the tokens' own counts."""
        ...

    @property
    def tokens(self) -> Sequence[str]:
        """The tokens that it names itself."""
        ...

    def require_coder(self, choice: Choice) -> None:
        """Raise SpecError for a coder that takes no such belief."""
        ...

    def meant(
        self, source: Source, counts: Callable[[], Sequence[int]], zeros: ZeroPolicy
    ) -> tuple[Belief, Price | None]:
        """What is meant of tokens of this source, and what the zero policy costs; None where it changed nothing.

        counts: asks how often each token of P was drawn.  Raises ZeroProbabilityError if P can draw what Q excludes.
        """
        ...

    def noted(self, seen: Seen, zeros: ZeroPolicy) -> Belief:
        """What is meant of the tokens of a message, at least one, whose P nobody knows.

        Raises ZeroProbabilityError, with the place of the first, for a token that Q excludes and that occurs.
        """
        ...


class Belief(Protocol):
    """A belief is what a coder is built from."""

    @property
    def spec(self) -> str:
        """Return the name as a user writes it."""
        ...

    @property
    def q(self) -> Distribution | None:
        """The one Q for all tokens, if there is one."""
        ...

    @property
    def learns(self) -> bool:
        """Return whether Q is made as the tokens come."""
        ...

    @property
    def weights(self) -> tuple[int, ...]:
        """The weights that a file's label tells; none where they are no help."""
        ...

    def alphabet(self, tokens: Sequence[str]) -> Sequence[str]:
        """These tokens, and those that it allows besides, in its own order if it has one."""
        ...

    def over(self, tokens: Sequence[str]) -> Belief:
        """The same over its tokens in another order."""
        ...

    def beside(self, p: Distribution) -> Distribution:
        """Return P over the tokens of both."""
        ...

    def require(self, p: Distribution, chain: Chain | None, choice: Choice) -> None:
        """Raise an error if this coder cannot honour it for what P draws."""
        ...

    def table(self, choice: Choice, size: int, *, counts: bool = False) -> Table:
        """What a decoder must be told; counts: whether it is the message's own counts."""
        ...

    def model(self, size: int) -> Compiled | None:
        """The model that the arithmetic coder is driven by, if it is one."""
        ...

    def cross_entropy(self, p: Distribution, chain: Chain | None) -> float | None:
        """H(P,Q), bits/token in the long run; None where Q is made as the tokens come."""
        ...

    def moments(self, source: Source, p: Distribution, coder: Any) -> Moments | None:
        """What P lets expect of a token's price; None where nobody can tell its variance."""
        ...

    def expected(self, source: Source, p: Distribution, coder: Any, n: int, moments: Moments | None) -> float | None:
        """What the code is expected to cost, bits/token; None where nobody can tell.

        moments: as `moments` gives them.
        """
        ...

    def ledger(self, source: Source, p: Distribution, sent: Sent) -> Ledger:
        """Return the ledger: where the bits of a message went."""
        ...

    def law(self, choice: Choice, coder: Any, p: Distribution, symbols: Symbols) -> Bounds | None:
        """What the payload of this very message may cost by theory; None without a law."""
        ...

    def price(self, choice: Choice, coder: Any, source: Source, p: Distribution) -> bool | None:
        """Whether the coder's price is that of a code built from this belief; None without a promise."""
        ...

    def prices(self, coder: Any) -> npt.NDArray[np.float64] | None:
        """-log2 q̂ of each token, bits, shape (K,), where it is the same all along."""
        ...


class Sent(NamedTuple):
    """A message and its coder: Σ -log2 q̂, the payload's bits, and the bits around it by their parts.

    drawn: the message as P numbers its tokens.  symbols: as the coder does.
    expected: what the code is expected to cost, bits/token; None where nobody can tell.
    """

    coder: Any
    drawn: Symbols
    symbols: Symbols
    ideal: float
    payload_bits: int
    parts: Mapping[str, int]
    expected: float | None
