"""A family of coders: a line of the catalog, and all that anybody else knows of its coders.

Next: `coders.lanes` (a block in four).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from compress.coders.protocol import Bounds, Built, Merge, Steps, Table
from compress.errors import SpecError, quoted
from compress.probability.distribution import Pair
from compress.symbols import Symbols

__all__ = ["ANY_SIZE", "BYTES_A_TOKEN", "Choice", "Family", "Parameter"]

Weights = Sequence[int]

# Memory for a token of a code: its word or its frequency, and what finds it, in encoder and decoder.
BYTES_A_TOKEN = 300
# More than any alphabet has.
ANY_SIZE = 1 << 62


class Parameter(NamedTuple):
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


@dataclass(frozen=True, kw_only=True, eq=False)
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
    anyway: what may be asked of it by name, and is so without.
    takes_q: whether it is built from Q; a code of the whole numbers believes what its own words say, whatever Q is.
    sends_words: whether each token has a word of whole bits, which implies a distribution of its own.
    lanes_up_to: how large an alphabet may be of which it sends a block in four lanes; lanes_from: if it has so many
    tokens.  Three more payloads cost some ten bytes.
    drives_models: whether its Q may change from token to token.
    merges: how the tree of its words grows, if it grows by merging.
    room(size, parameter): the most bytes of memory that its tables take for so many tokens.  room_of_token: what its
    decoder takes for each token beside the token and the payload.
    steps(coder, symbols): what it does with a message, if it sends no words and has steps that are worth a look.
    """

    name: str
    number: int | None
    summary: str
    q_hat: str
    use: str = ""
    year: int | None = None
    fit: Callable[[Weights, int | None], Table]
    build: Callable[[Table, int | None], Built]
    law: Callable[[Any, Pair, Symbols], Bounds | None]
    promise: Callable[[Any, Pair], bool | None]
    require: Callable[[Pair], None] = lambda pair: None
    fit_counts: Callable[[Weights, int | None], Table] | None = None
    parameter: Parameter | None = None
    anyway: tuple[str, ...] = ()
    takes_q: bool = True
    sends_words: bool = False
    lanes_up_to: int = 0
    lanes_from: int = 1 << 16
    drives_models: bool = False
    merges: Callable[[Weights], Sequence[Merge]] | None = None
    steps: Callable[[Any, Symbols], Steps] | None = None
    room: Callable[[int, int | None], int] = lambda size, parameter: BYTES_A_TOKEN * size
    room_of_token: int = 0

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
        if text in family.anyway:
            text = None
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

    def build(self, table: Table) -> Built:
        """The coder of a table.  Raises DataError for one that describes no code."""
        return self.family.build(table, self.parameter)

    def of(self, weights: Weights) -> Built:
        """The coder for tokens in proportion to the weights: both steps."""
        return self.build(self.fit(weights))
