"""Sparse rows: the k likeliest tokens with their probabilities, and everything else for what is left.

    ids  [17, 4, 250]      probabilities  [0.6, 0.2, 0.1]      the others: 0.1 together

A model of many tokens is seldom kept whole.  What it lists is coded as a row of k + 1 parts, whose last one stands for
"another"; then comes which one, each of the K - k others being as likely as any: log2(K - k) bits, a literal.

Next: `network` (a model that learns).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.errors import DataError, SpecError
from compress.models.predictions import AS_THEY_ARE, Manner, Part, Predictions, Probabilities
from compress.models.rows import Coded, Rows
from compress.probability.frequencies import TOTAL
from compress.symbols import Counts, Symbols, smallest_dtype

__all__ = ["Listing", "Sparse"]


@dataclass(frozen=True)
class _WithRest:
    """Rows of k probabilities, and what is left of 1; found in whole numbers, so that it is the same everywhere."""

    listed: Predictions
    manner: Manner

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape (n, k + 1): rows, and listed tokens with one for the rest."""
        return (self.listed.shape[0], self.listed.shape[1] + 1)

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the listed ones, which says how exact they are."""
        return self.listed.dtype

    def __getitem__(self, rows: slice) -> Probabilities:
        listed = self.listed[rows].astype(np.float64)
        if self.manner.are_logits:
            listed = np.exp(listed * np.log(self.manner.base))
        # What is no probability is for whoever looks at the row.
        known = np.clip(np.nan_to_num(listed), 0.0, 2.0)
        rest = np.maximum(TOTAL - (known * TOTAL).astype(np.int64).sum(axis=1), 0) / TOTAL
        return np.concatenate((listed, rest[:, None]), axis=1)


@dataclass(frozen=True, eq=False)
class Listing:
    """Which tokens are listed, shape (n, k), of how many there are."""

    ids: Predictions
    vocabulary: int

    @classmethod
    def of(cls, ids: Predictions | None, vocabulary: int | None) -> Listing | None:
        """The listing, if there is one.  Raises SpecError for half of one."""
        if ids is None and vocabulary is None:
            return None
        if ids is None or vocabulary is None:
            raise SpecError("sparse rows need both: ids, and the size of the vocabulary")
        return cls(ids, vocabulary)

    def part(self, start: int, stop: int) -> Listing:
        """Return the listing of some of the rows."""
        return Listing(Part(self.ids, start, stop), self.vocabulary)


@dataclass(frozen=True, eq=False)
class Sparse:
    """Predictions of n tokens out of K, k of them listed in each row.

    probabilities: shape (n, k), or their logarithms.  listing: which tokens they are of.  first: the number of the
    first row.  Raises DataError for shapes that do not fit, SpecError for a zero policy.
    """

    probabilities: Predictions
    listing: Listing
    manner: Manner = AS_THEY_ARE
    first: int = 0

    def __post_init__(self) -> None:
        shape, ids = tuple(self.probabilities.shape), self.listing.ids
        if tuple(ids.shape) != shape or np.dtype(ids.dtype).kind not in "iu":
            raise DataError(f"ids are whole numbers of shape {shape}, not {ids.dtype} of shape {tuple(ids.shape)}")
        if not self.manner.zeros.refuses:
            raise SpecError("a zero policy needs whole rows: here the tokens that are not listed share the rest")
        if len(shape) == 2 and self.size < shape[1]:
            raise DataError(f"{shape[1]:,} tokens are listed of a vocabulary of {self.size:,}")

    @cached_property
    def _rows(self) -> Rows:
        others = self.size - self.probabilities.shape[1]
        return Rows(_WithRest(self.probabilities, self.manner), AS_THEY_ARE, self.first, others)

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        return self.listing.vocabulary

    def part(self, start: int, stop: int) -> Sparse:
        """Return the rows from `start` to `stop` as rows of their own."""
        listed = Part(self.probabilities, start, stop)
        return Sparse(listed, self.listing.part(start, stop), self.manner, self.first + start)

    def require(self, symbols: Symbols) -> None:
        """Raise DataError for tokens that have no rows, or are beyond the vocabulary."""
        if symbols.size != self.probabilities.shape[0]:
            rows = self.probabilities.shape[0]
            raise DataError(f"{symbols.size:,} tokens have {rows:,} rows of predictions: each token needs one")
        if symbols.size and int(symbols.max()) >= self.size:
            place = int(np.argmax(symbols >= self.size))
            where, number = self.first + place, int(symbols[place])
            raise DataError(f"token {where} is {number}, and the vocabulary has {self.size:,}")

    def encode(self, symbols: Symbols) -> Coded:
        """The payload of n tokens.  Raises DataError, naming the row, and ZeroProbabilityError.

        >>> rows = Sparse(np.array([[0.5, 0.25]] * 2), Listing(np.array([[7, 2]] * 2), vocabulary=10))
        >>> coded = rows.encode(np.array([7, 9], np.uint8))
        >>> coded.loss_bits, coded.literal_bits, coded.excluded
        (3.0, 3.0, 0)
        """
        self.require(symbols)
        ids = self._checked()
        here = ids == symbols[:, None]
        columns = np.where(here.any(axis=1), here.argmax(axis=1), ids.shape[1])
        # Among those that are not listed, in the order of their numbers.
        ranks = symbols.astype(np.int64) - (ids < symbols[:, None]).sum(axis=1)
        return self._rows.encode(columns.astype(smallest_dtype(ids.shape[1] + 1)), ranks)

    def decode(self, payload: bitarray, fingerprint: int, into: Symbols | None = None) -> Symbols:
        """The n tokens of a payload.  Raises CorruptError."""
        ids = self._checked()
        ranks = np.zeros(ids.shape[0], np.int64)
        columns = self._rows.decode(payload, fingerprint, ranks=ranks)
        tokens = ranks.copy()
        for place in np.sort(ids, axis=1).T:
            tokens += place <= tokens
        listed = columns < ids.shape[1]
        tokens[listed] = ids[np.flatnonzero(listed), columns[listed]]
        return tokens.astype(smallest_dtype(self.size))

    def _checked(self) -> Counts:
        """All ids, shape (n, k); those of a row all different, and within the vocabulary."""
        ids: npt.NDArray[np.int64] = np.asarray(self.listing.ids[0 : self.probabilities.shape[0]]).astype(np.int64)
        ordered = np.sort(ids, axis=1)
        outside = ((ids < 0) | (ids >= self.size)).any(axis=1)
        twice = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        for wrong, what in (
            (outside, f"lists a token outside the vocabulary of {self.size:,}"),
            (twice, "lists a token twice"),
        ):
            if wrong.any():
                raise DataError(f"row {self.first + int(np.argmax(wrong))} {what}")
        return ids
