"""What a coder is, and what a family of coders is, on one screen.

A code comes into being in two steps, and only the first one rounds:

    Q ──fit──▶ Table (Q̂ as whole numbers: all that a decoder must be told) ──build──▶ Coder

Whoever writes a file takes both, whoever reads one the second.  A coder holds its code and nothing of
a message: encode and decode may be called in any order, from any thread.  How many tokens a message
has is not part of its payload; whoever sends the payload says so beside it (`frames.frame` does).

Next: `codebook` (words).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders.words.codebook import Codebook
from compress.errors import SpecError, quoted
from compress.probability.distribution import Pair
from compress.symbols import Symbols

__all__ = ["Bounds", "Choice", "Coder", "Family", "Form", "Merge", "Parameter", "Static", "Steps", "Table"]

Weights = Sequence[int]


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


@dataclass(frozen=True)
class Table:
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


class Static(Coder, Protocol):
    """A coder whose Q̂ does not depend on the past."""

    @property
    def surprises(self) -> npt.NDArray[np.float64]:
        """-log2 q̂ of each symbol, bits: shape (K,); inf for one that has no code."""
        ...

    @property
    def book(self) -> Codebook | None:
        """The words that it sends, if it sends words."""
        ...

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what else a record says of the code, by name."""
        ...


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


@dataclass(frozen=True)
class Steps:
    """What a coder does with a message, step by step, in the order in which it works.

    sent: for each token its symbol, and what is at hand by its name.  payload: what these steps wrote.  found: likewise
    on the way back.
    """

    sent: Sequence[tuple[int, Mapping[str, str]]]
    payload: bitarray
    found: Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True)
class Parameter:
    """The 4 of `golomb:4`: the whole number, 0 or more, that a file tells of a coder.

    letter: what stands for it in a help text.  values: what it may be, in words.  read(text): the number; None for a
    text that means none.  told(number): its text; None for a number that it may not be.
    default None: it must be given.
    """

    letter: str
    values: str
    read: Callable[[str], int | None]
    told: Callable[[int], str | None]
    default: int | None = None

    @classmethod
    def whole(cls, letter: str, least: int, most: int, default: int | None = None) -> Parameter:
        """A whole number between two others.

        >>> Parameter.whole("K", 1, 8).read("4"), Parameter.whole("K", 1, 8).told(9)
        (4, None)
        """

        def told(number: int) -> str | None:
            return str(number) if least <= number <= most else None

        def read(text: str) -> int | None:
            return int(text) if text.isascii() and text.isdigit() and told(int(text)) else None

        return cls(letter, f"a whole number from {least:,} to {most:,}", read, told, default)


@dataclass(frozen=True, kw_only=True)
class Family:
    """A line of the catalog; each stands in the module of its coder, and nobody else knows what it does.

    number: in files, never used again for another; None: it never gets into one.  q_hat: what its Q̂ is, in words.
    summary: what it guarantees; use: when to use it; year: of its first publication, if it has one.
    fit(weights, parameter): the table of integers in proportion to Q.  fit_counts: likewise where Q is the
    file's own counts, whose last digits are chance and need not be told.  build(table, parameter): raises
    DataError for a table that describes no code.
    law(coder, pair, symbols): what this very message may cost by theory, found another way; None without one.
    promise(coder, pair): whether its price is that of a code built from Q; None where it promises nothing.
    require(pair): raises DataError where it cannot honour Q for what P draws.
    takes_q: whether it is built from Q; a code of the whole numbers believes what its own words say, whatever Q is.
    sends_words: whether each token has a word of whole bits, which implies a distribution of its own.
    drives_models: whether its Q may change from token to token.
    merges: how the tree of its words grows, if it grows by merging.
    steps(coder, symbols): what it does with a message, if it sends no words and has steps that are worth a look.
    """

    name: str
    number: int | None
    summary: str
    q_hat: str
    use: str = ""
    year: int | None = None
    fit: Callable[[Weights, int | None], Table]
    build: Callable[[Table, int | None], Static]
    law: Callable[[Static, Pair, Symbols], Bounds | None]
    promise: Callable[[Static, Pair], bool | None]
    require: Callable[[Pair], None] = lambda pair: None
    fit_counts: Callable[[Weights, int | None], Table] | None = None
    parameter: Parameter | None = None
    takes_q: bool = True
    sends_words: bool = False
    drives_models: bool = False
    merges: Callable[[Weights], Sequence[Merge]] | None = None
    steps: Callable[[Static, Symbols], Steps] | None = None

    @property
    def usage(self) -> str:
        """What a user may write: its name, and where a parameter belongs, its letter."""
        return self.name if self.parameter is None else f"{self.name}:{self.parameter.letter}"

    @property
    def is_ours(self) -> bool:
        """Whether it gets into files."""
        return self.number is not None


@dataclass(frozen=True)
class Choice:
    """A family with its parameter: what `golomb:4` names.  Raises SpecError for a parameter that it has not."""

    family: Family
    parameter: int | None = None

    def __post_init__(self) -> None:
        known = self.family.parameter
        if known is None:
            if self.parameter is not None:
                raise SpecError(f"{self.family.name} takes no parameter")
        elif self.parameter is None:
            raise SpecError(f"{self.family.name} needs its {known.letter}: {self.family.usage}, {known.values}")
        elif known.told(self.parameter) is None:
            raise SpecError(f"the {known.letter} of {self.family.name} is {known.values}")

    @classmethod
    def read(cls, family: Family, text: str | None) -> Choice:
        """A family with the parameter of a text; None: its default.  Raises SpecError."""
        known = family.parameter
        if known is None or text is None:
            # A text where there is nothing to say is refused as any number is.
            return cls(family, 0 if text is not None else known.default if known else None)
        number = known.read(text)
        if number is None:
            raise SpecError(f"the {known.letter} of {family.name} is {known.values}, not {quoted(text)}")
        return cls(family, number)

    @property
    def name(self) -> str:
        """Return the name as a user writes it."""
        known = self.family.parameter
        if known is None or self.parameter is None:
            return self.family.name
        return f"{self.family.name}:{known.told(self.parameter)}"

    def fit(self, weights: Weights, *, counts: bool = False) -> Table:
        """Q̂ for tokens in proportion to the weights, shape (K,); `counts`: they are the file's own."""
        fit = self.family.fit_counts if counts and self.family.fit_counts else self.family.fit
        return fit(weights, self.parameter)

    def build(self, table: Table) -> Static:
        """The coder of a table.  Raises DataError for one that describes no code."""
        return self.family.build(table, self.parameter)

    def of(self, weights: Weights) -> Static:
        """The coder for tokens in proportion to the weights: both steps."""
        return self.build(self.fit(weights))
