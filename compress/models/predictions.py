"""Predictions: a model's own probabilities of the next token, wherever they come from.

    an array, shape (n, K)      row t is what was believed of token t before it came
    a function                  asked for each row, with the tokens before it

Rows need not be in memory: some at a time are asked for.  What they say is in the `Manner`: whether they are logits,
and what a probability of 0 shall mean.

Next: `quantise` (whole numbers out of them).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, SpecError, ZeroProbabilityError
from compress.probability.frequencies import TOTAL_BITS
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.symbols import Symbols

__all__ = ["AS_THEY_ARE", "Asked", "Function", "Manner", "Part", "Predictions", "Probabilities", "excluded"]

Probabilities = npt.NDArray[np.floating[Any]]


class Predictions(Protocol):
    """Rows that need not be in memory: an array, or what is asked for some of its rows."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape (n, K): rows, and tokens in each."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the element type of the probabilities."""
        ...

    def __getitem__(self, rows: slice) -> Probabilities:
        """Return consecutive rows, by a slice of their numbers."""
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
    """A view of some rows of other predictions."""

    whole: Predictions
    start: int
    stop: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape (n, K): rows, and tokens in each."""
        return (self.stop - self.start, self.whole.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the element type of the probabilities."""
        return self.whole.dtype

    def __getitem__(self, rows: slice) -> Probabilities:
        wanted = range(self.start, self.stop)[rows]
        return self.whole[wanted.start : wanted.stop]


@dataclass(frozen=True)
class Manner:
    """How predictions are to be taken.

    are_logits: whether they are logits, or logarithms of probabilities to this base, whose softmax is to be taken.
    zeros: what is done where a row excludes a token: floor:EPS makes no probability less, escape:EPS gives EPS to all
    that it excludes.  Raises SpecError for a policy that needs counts, and for a base of logarithms that is none.
    """

    are_logits: bool = False
    base: float = math.e
    zeros: ZeroPolicy = REFUSED

    def __post_init__(self) -> None:
        if self.zeros.name == "laplace":
            raise SpecError("laplace adds to counts, and predictions are not counts; use floor:EPS or escape:EPS")
        if not (0 < self.base < math.inf and self.base != 1):
            raise SpecError(f"{self.base:g} is not a base of logarithms")

    def probabilities(self, rows: Probabilities) -> Probabilities:
        """What the rows say, shape (n, K); what is not a number stays none.

        >>> Manner(are_logits=True, base=2).probabilities(np.array([[1.0, 0.0, 0.0]])).tolist()
        [[0.5, 0.25, 0.25]]
        """
        if not self.are_logits:
            # Half precision is widened, and bytes are put in this machine's order, which changes no value.
            native = rows.dtype.newbyteorder("=")
            return np.ascontiguousarray(rows, np.float32 if native.itemsize == 2 else native)
        wide = rows.astype(np.float64)
        with np.errstate(all="ignore"):
            chances = np.exp((wide - wide.max(axis=1, keepdims=True)) * math.log(self.base))
            softmax: Probabilities = chances / chances.sum(axis=1, keepdims=True)
            return softmax

    def treated(self, rows: Probabilities) -> Probabilities:
        """Probabilities with their zeros treated, each by itself; what they sum to is for whoever makes shares of them.

        >>> Manner(zeros=ZeroPolicy.parse("escape:0.5")).treated(np.array([[1.0, 0.0, 0.0]])).tolist()
        [[0.5, 0.25, 0.25]]
        """
        if self.zeros.amount is None:
            return rows
        eps = float(self.zeros.amount)
        wide = rows.astype(np.float64)
        if self.zeros.name == "floor":
            # A negative number, or none, stays what it is.
            return np.where(wide >= 0, np.maximum(wide, eps), wide)
        excluded = wide == 0
        some = excluded.sum(axis=1, keepdims=True)
        return np.where(excluded, eps / np.maximum(some, 1), np.where(some > 0, wide * (1 - eps), wide))

    def excess(self, size: int) -> float:
        """How far above 1 the zero policy may take the sum of a row of K."""
        return size * float(self.zeros.amount or 0) if self.zeros.name == "floor" else 0.0


# Probabilities, and no token of chance 0.
AS_THEY_ARE = Manner()


def excluded(row: int, token: int, p: float) -> DataError:
    """What is said of a token that its row excludes, or believes in too little for the coder.

    >>> str(excluded(3, 1, 2.0**-41))[:70]
    'row 3 gives its token 1 probability 4.55e-13, a surprise of 41.0 bits:'
    """
    if not p > 0:
        return ZeroProbabilityError(str(token), f"it is token {row}")
    return DataError(
        f"row {row} gives its token {token} probability {p:.3g}, a surprise of {-math.log2(p):.1f} bits: it is below "
        f"2^-{TOTAL_BITS}, the smallest that the coder can use; choose a policy: zeros='floor:1e-9'"
    )
