"""What a model is: a Q for each token, made from the tokens before it, in whole numbers.

    Q(x_1) Q(x_2 | x_1) Q(x_3 | x_1 x_2) ...      one distribution a token: a message costs Σ -log2 q_t(x_t | past)

Encoder and decoder each start the same model and show it the same tokens, so that both have the same Q at every
token and nobody has to send it.  Whole numbers, because a float that differs in its last digit on another machine
would make another code.

A model is a recipe and never changes; what it has seen of one message is in the predictor that it starts.

Next: `driven` (any model with the arithmetic coder).
"""

from __future__ import annotations

from typing import Protocol, Self

from compress.symbols import Symbols

__all__ = ["LARGEST_TOTAL", "LONGEST_ORDER", "Model", "Predictor", "TokenByToken"]

# Totals stay below this, so that the interval of 2^54 and more is divided with a loss below 2^-23 a token.
LARGEST_TOTAL = 1 << 31
# Tokens of a context: no recipe looks further back.
LONGEST_ORDER = 5


class Model(Protocol):
    """A recipe for a Q over symbols 0..K-1."""

    @property
    def spec(self) -> str:
        """Return the name as a user writes it."""
        ...

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        ...

    def start(self) -> Predictor:
        """A predictor that has seen nothing."""
        ...


class TokenByToken:
    """A model whose tokens are what the arithmetic coder chooses among, and whose price is to be seen."""

    is_stored_where_dearer = False

    def choices(self, symbols: Symbols) -> tuple[Self, Symbols]:
        """Return the model itself and the symbols: each is one choice."""
        return self, symbols


class Predictor(Protocol):
    """Q in the middle of a message; private to one encoding or decoding."""

    def interval(self, symbol: int) -> tuple[int, int, int]:
        """(begin, frequency, total): the symbol owns [begin, begin + frequency) of 0..total-1.

        The frequency is 1 or more.  The total is below 2^31, or 2^40, and does not depend on the symbol.
        """
        ...

    def symbol_at(self, point: int) -> int:
        """The symbol that owns this point, 0 <= point < total."""
        ...

    def update(self, symbol: int) -> None:
        """The symbol came: what is believed next may change."""
        ...
