"""Predictions: a model's own probabilities of the next token, wherever they come from.

    an array, shape (n, K)      row t is what was believed of token t before it came
    a function                  asked for each row, with the tokens before it

Rows need not be in memory: some at a time are asked for.

Next: `models.rows` (whole numbers out of them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from compress.errors import DataError
from compress.symbols import Symbols

__all__ = ["Asked", "Function", "Part", "Predictions", "Probabilities"]

Probabilities = npt.NDArray[np.floating[Any]]


class Predictions(Protocol):
    """Rows that need not be in memory: an array, or what is asked for some of its rows."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, K)."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of its numbers."""
        ...

    def __getitem__(self, rows: slice) -> Probabilities:
        """Some rows in a row."""
        ...


# Probabilities of the next token, shape (K,), from the tokens so far.
Function = Callable[[Symbols], npt.ArrayLike]


class Asked:
    """The predictions of a function, which is asked for each row with the tokens before it, shape (t,).

    past: the tokens, or where they will be once they are decoded.  Raises DataError for what is no row.
    """

    def __init__(self, function: Function, past: Symbols) -> None:
        self._function, self._past = function, past
        first = self._row(0)
        self.shape, self.dtype = (past.size, first.size), first.dtype

    def __getitem__(self, rows: slice) -> Probabilities:
        made = [self._row(t) for t in range(self.shape[0])[rows]]
        return np.stack(made) if made else np.zeros((0, self.shape[1]), self.dtype)

    def _row(self, t: int) -> Probabilities:
        past = self._past[:t].view()
        past.flags.writeable = False
        row = np.asarray(self._function(past))
        like = getattr(self, "shape", None)
        if (
            row.ndim != 1
            or row.dtype.kind != "f"
            or (like is not None and (row.size, row.dtype) != (like[1], self.dtype))
        ):
            want = "floats of shape (K,)" if like is None else f"{self.dtype} of shape ({like[1]},)"
            raise DataError(f"the function's row {t} is {row.dtype} of shape {row.shape}, and not {want}")
        return row


@dataclass(frozen=True)
class Part:
    """Some rows of others."""

    whole: Predictions
    start: int
    stop: int

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, K)."""
        return (self.stop - self.start, self.whole.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of its numbers."""
        return self.whole.dtype

    def __getitem__(self, rows: slice) -> Probabilities:
        wanted = range(self.start, self.stop)[rows]
        return self.whole[wanted.start : wanted.stop]
