"""A recipe by which Q is made as the tokens come: what it costs can be expected where a closed form has it.

Next: `kinds` (all of them).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compress.belief.protocol import Belief, Sent
from compress.coders.family import Choice
from compress.coders.protocol import Bounds, Table
from compress.errors import SpecError, quoted
from compress.ledger import Ledger
from compress.models.catalog import Recipe
from compress.models.sequential import Compiled, SequentialCoder
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.moments import Moments
from compress.probability.zeros import ZeroPolicy
from compress.sources.protocol import Source
from compress.sources.tokens import BYTES
from compress.symbols import Seen, Symbols

__all__ = ["Learned"]


@dataclass(frozen=True)
class Learned:
    """A recipe by which Q is made as the tokens come: assumed and believed are the same."""

    recipe: Recipe

    q = None
    learns = in_files = True
    stays = needs_p = is_counted = False
    weights = tokens = ()

    @property
    def spec(self) -> str:
        """Return the spec of the recipe."""
        return self.recipe.spec

    def require_coder(self, choice: Choice) -> None:
        """Raise SpecError for a coder that drives no models."""
        self.recipe.require(choice)

    def meant(self, source: Source, counts: Callable[[], Sequence[int]], zeros: ZeroPolicy) -> tuple[Belief, None]:
        """Return the recipe itself: it excludes nothing."""
        return self, None

    def noted(self, seen: Seen, zeros: ZeroPolicy) -> Belief:
        """Return the recipe itself: it excludes nothing."""
        return self

    def alphabet(self, tokens: Sequence[str]) -> Sequence[str]:
        """Return these tokens; of a recipe of bytes all of those.  Raises SpecError for a token that is none."""
        if not self.recipe.of_bytes:
            return tokens
        every = BYTES.split(bytes(range(256))).tokens
        known = frozenset(every)
        other = next((token for token in tokens if token not in known), None)
        if other is not None:
            raise SpecError(f"{self.spec} takes tokens of the kind bytes, and {quoted(other)} is none")
        return every

    def over(self, tokens: Sequence[str]) -> Learned:
        """Return the recipe itself, which has no order of tokens."""
        return self

    def beside(self, p: Distribution) -> Distribution:
        """Return P itself; of a recipe of bytes, over all of those."""
        return p.over(self.alphabet(p.tokens)) if self.recipe.of_bytes else p

    def require(self, p: Distribution, chain: Chain | None, choice: Choice) -> None:
        """Raise SpecError for a coder that drives no models."""
        self.require_coder(choice)

    def table(self, choice: Choice, size: int, *, counts: bool = False) -> Table:
        """Return the whole numbers of the recipe."""
        return self.recipe.table(size)

    def model(self, size: int) -> Compiled:
        """Return the model that the recipe makes."""
        return self.recipe.build(size)

    def cross_entropy(self, p: Distribution, chain: Chain | None) -> None:
        """Return None: in the long run there is no one Q."""

    def moments(self, source: Source, p: Distribution, coder: SequentialCoder) -> None:
        """Return None: the variance of a learning code is unknown."""

    def expected(
        self, source: Source, p: Distribution, coder: SequentialCoder, n: int, moments: Moments | None
    ) -> float | None:
        """Where a closed form has it, and P is fixed and draws one token by one."""
        if not n or source.is_sample or source.chain is not None:
            return None
        bits = coder.model.expected_bits(n, p.probabilities)
        return None if bits is None else bits / n

    def ledger(self, source: Source, p: Distribution, sent: Sent) -> Ledger:
        """All its price is mismatch.  Where nobody can tell what is expected, luck is that of P's own surprise."""
        n, own = sent.symbols.size, source.surprise_bits(sent.drawn)
        entropy = source.entropy_bits(n)
        if sent.expected is not None:
            expected = sent.expected * n
        # A claim may exclude what came, and then nothing is luck.
        elif source.is_sample or math.isinf(own):
            expected = sent.ideal
        else:
            expected = sent.ideal - (own - entropy)
        return Ledger.undivided(entropy, expected, sent.ideal, sent.payload_bits, sent.parts)

    def law(self, choice: Choice, coder: SequentialCoder, p: Distribution, symbols: Symbols) -> Bounds:
        """Return the law of the arithmetic coder for this message."""
        return coder.law(symbols)

    def price(self, choice: Choice, coder: SequentialCoder, source: Source, p: Distribution) -> None:
        """Return None: a recipe has no code of its own."""

    def prices(self, coder: SequentialCoder) -> None:
        """Return None: prices change from token to token."""
