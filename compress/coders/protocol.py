"""What a coder is, on one screen.

A code comes into being in two steps, and only the first one rounds:

    Q ──fit──▶ Table (Q̂ as whole numbers: all that a decoder must be told) ──build──▶ Coder

Whoever writes a file takes both, whoever reads one the second.  A coder holds its code and nothing of
a message: encode and decode may be called in any order, from any thread.  How many tokens a message
has is not part of its payload; whoever sends the payload says so beside it (`frames.frame` does).

Next: `coders.family` (what a line of the catalog says).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.probability.distribution import Distribution, Pair
from compress.probability.moments import Moments
from compress.symbols import Symbols

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    # Whoever sends no words loads none.
    from compress.coders.words.codebook import Codebook

__all__ = [
    "Bounds",
    "Built",
    "Coder",
    "Fitted",
    "Form",
    "Grouped",
    "Merge",
    "Static",
    "Steps",
    "Table",
    "is_priced",
]


class Form(IntEnum):
    """How a table's numbers are written in a file; `frames.packing` writes them."""

    EQUAL = 0  # no numbers: all tokens alike
    LENGTHS = 1  # of code words, -1 for a token without one
    COUNTS = 2  # kept to the upper half of their bits
    PARTS = 3  # frequencies that sum to 2^40
    RECIPE = 4  # what a Q that changes from token to token is made from
    GIVEN = 5  # no numbers: both ends have a model's own probabilities
    NAMED = 6  # no numbers: the coder's name and its parameter say all
    CHOSEN = 7  # one number: the parameter that Q led to
    SHARES = 8  # frequencies that sum to a total which the coder's parameter tells


class Table(NamedTuple):
    """Q̂ as whole numbers, one for each of `size` tokens; any in RECIPE, one in CHOSEN, none in EQUAL, GIVEN, NAMED."""

    form: Form
    size: int
    numbers: tuple[int, ...] = ()


class Coder(Protocol):
    """A code for symbols 0..K-1."""

    @property
    def name(self) -> str:
        """Return the name as a user writes it."""
        ...

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload: its exact length, no padding, no header.  Raises DataError for a symbol without code."""
        ...

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The first `count` symbols of the payload, whatever bits follow it.  Raises CorruptError."""
        ...

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q̂(x), bits; inf if a symbol has no code."""
        ...

    @property
    def surprises(self) -> npt.NDArray[np.float64] | None:
        """-log2 q̂ of each symbol, bits, shape (K,); None for a coder that has no such price for each."""
        ...


class Fitted(Coder, Protocol):
    """A coder that is built from a table."""

    @property
    def book(self) -> Codebook | None:
        """The words that it sends, if it sends a word for each token."""
        ...

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what else a record says of the code, by name."""
        ...


class Static(Fitted, Protocol):
    """A coder with one price for each token, wherever it stands: its Q̂ does not depend on the past."""

    @property
    def surprises(self) -> npt.NDArray[np.float64]:
        """-log2 q̂ of each symbol, bits: shape (K,); inf for one that has no code."""
        ...


class Grouped(Fitted, Protocol):
    """A coder of groups of tokens, or of whole messages: no token has a price of its own."""

    @property
    def surprises(self) -> None:
        """Return None."""
        ...

    def moments(self, p: Distribution) -> Moments | None:
        """What P lets expect of a token's price, if tokens come independently; None where nobody can tell."""
        ...

    def expected_bits(self, p: Distribution, n: int) -> float | None:
        """What n independent tokens of P are expected to cost, bits; None where nobody can tell."""
        ...

    def limit(self, p: Distribution) -> float | None:
        """What each of very many independent tokens of P costs on average, bits; None where nobody can tell."""
        ...

    def groups(self, pair: Pair) -> tuple[Pair, Static, float] | None:
        """The same as a code of groups: P and Q of a group, its coder, and how many tokens it has on average."""
        ...


Built = Static | Grouped


def is_priced(coder: Built) -> TypeIs[Static]:
    """Whether each token has a price.

    >>> from compress.coders.catalog import choose
    >>> [is_priced(choose(name).of([3, 1])) for name in ("huffman", "block:2")]
    [True, False]
    """
    return coder.surprises is not None


class Bounds(NamedTuple):
    """What a message's payload may be: least <= bits < below."""

    least: float
    below: float

    def hold(self, payload_bits: int) -> bool:
        """Return whether the payload is within the bounds."""
        return self.least <= payload_bits < self.below


class Merge(NamedTuple):
    """Two nodes of a tree put together: symbols, or nodes that were made so, which have the numbers from K on."""

    first: int
    second: int
    node: int


class Steps(NamedTuple):
    """What a coder does with a message, step by step, in the order in which it works.

    sent: for each token its symbol, and what is at hand by its name.  payload: what these steps wrote.  found: likewise
    on the way back.
    """

    sent: Sequence[tuple[int, Mapping[str, str]]]
    payload: bitarray
    found: Sequence[tuple[int, Mapping[str, str]]]
