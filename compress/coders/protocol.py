"""What a coder is, on one screen.

A coder holds its code and nothing of a message: encode and decode may be called in
any order, from any thread.  How many tokens a message has is not part of its
payload; whoever sends the payload says so beside it (`frames.frame` does).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.symbols import Symbols

__all__ = ["Coder"]


class Coder(Protocol):
    """A code for symbols 0..K-1 that implements the distribution Q̂."""

    @property
    def name(self) -> str:
        """The catalog's name for it."""
        ...

    @property
    def surprises(self) -> npt.NDArray[np.float64]:
        """-log2 q̂ of each symbol, bits: shape (K,); inf for one that has no code."""
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
