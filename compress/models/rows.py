"""Rows: somebody else's Q for every token, such as a network's probabilities.

    predictions, shape (n, K) ──quantise──▶ whole numbers over 2^40 ──▶ the arithmetic coder, a row a token

A model's cross-entropy on some tokens, Σ -log2 q_t(x_t), is the length of a code for them, and here the code is
made: the payload has that many bits and less than two more.  Who decodes must hold the same predictions; they are
not in the file.  Row t may depend on the tokens before t, and must not on token t itself.

A row becomes whole numbers one by one: token j owns floor(p_j·2^40·u) of 2^40, with u so near to 1 that all of
them together fit, and the last token what is left over.  No float is ever added to another, so that the same row
gives the same numbers on every machine; rows that differ in a last digit may give others, and a fingerprint of
the numbers, made of Σ w_j·(2j+1) over all rows, tells whether both ends had the same.

Next: `sparse` (the likeliest tokens alone).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from bitarray import bitarray

from compress.coders.protocol import Bounds
from compress.coders.streams.interval import (
    LEAST_WIDTH_BITS,
    WHOLE,
    finish,
    readable,
    require_whole,
    slack_bits,
    written,
)
from compress.errors import CorruptError, DataError
from compress.models.predictions import AS_THEY_ARE, Manner, Part, Predictions, Probabilities, excluded
from compress.models.quantise import NO_NUMBERS, NO_SUM, NO_TOKEN, ZERO, decode_each, encode_each
from compress.probability.frequencies import TOTAL_BITS
from compress.symbols import Counts, Symbols, smallest_dtype

__all__ = ["Coded", "Rows"]

# What a row's sum may differ from 1, by the precision in which it was made.
_TOLERANCES = {2: 1e-2, 4: 1e-4, 8: 1e-9}
_MOST_TOKENS = 1 << 18
_BYTES_AT_A_TIME = 1 << 25
_OTHERS = "it was coded with other predictions, or it is damaged"


# One loop for each thing that is done to a row, which a machine then does to several numbers at once.


@dataclass(frozen=True)
class Coded:
    """What came of a message: its payload, the fingerprint of the rows' numbers, and Σ -log2 q̂ of it, bits.

    fingerprint: the CRC-32 of Σ w_j·(2j+1) mod 2^62 over all rows, in eight bytes, the lowest first.
    loss_bits: Σ -log2 p of the tokens that their rows allow, as these say it; excluded: how many others there are;
    zeros_bits: what those cost, and what the zero policy takes from the allowed.  literal_bits: Σ log2 of how many
    tokens the last of a row stands for, where it came.
    """

    payload: bitarray
    fingerprint: int
    ideal_bits: float
    bounds: Bounds
    loss_bits: float
    zeros_bits: float
    excluded: int
    literal_bits: float = 0.0


def _folded(mark: int) -> int:
    return zlib.crc32(mark.to_bytes(8, "little"))


@dataclass(frozen=True, eq=False)
class Rows:
    """Predictions of shape (n, K): row t is what was believed of token t before it came.

    manner: how they are taken.  first: the number of the first row.  others: how many tokens the last of a row stands
    for, 0 if for itself.  A few rows at a time are read, so that a file that is mapped need not fit in memory.
    Raises DataError for another shape or another kind of number.
    """

    probabilities: Predictions
    manner: Manner = AS_THEY_ARE
    first: int = 0
    others: int = 0

    def __post_init__(self) -> None:
        array = self.probabilities
        if len(array.shape) != 2 or array.dtype.itemsize not in _TOLERANCES or array.dtype.kind != "f":
            raise DataError(f"predictions are floats of shape (n, K), not {array.dtype} of shape {array.shape}")
        if not 0 < array.shape[1] <= _MOST_TOKENS:
            raise DataError(f"predictions are of 1 to {_MOST_TOKENS:,} tokens, not of {array.shape[1]:,}")

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        return int(self.probabilities.shape[1])

    @property
    def tolerance(self) -> float:
        """How far a row's sum may be from 1: 1e-2 in half precision, 1e-4 in single, 1e-9 in double."""
        precision = 8 if self.manner.are_logits else self.probabilities.dtype.itemsize
        return _TOLERANCES[precision] + self.manner.excess(self.size)

    def part(self, start: int, stop: int) -> Rows:
        """Return the rows from `start` to `stop` as rows of their own."""
        return Rows(Part(self.probabilities, start, stop), self.manner, self.first + start, self.others)

    def require(self, symbols: Symbols) -> None:
        """Raise DataError for tokens that have no rows, or no columns in them."""
        n = symbols.size
        if n != self.probabilities.shape[0]:
            raise DataError(
                f"{n:,} tokens have {self.probabilities.shape[0]:,} rows of predictions: each token needs one"
            )
        if n and int(symbols.max()) >= self.size:
            place = int(np.argmax(symbols >= self.size))
            where, number = self.first + place, int(symbols[place])
            raise DataError(f"token {where} is {number}, and the rows have {self.size:,} columns")

    def encode(self, symbols: Symbols, ranks: Counts | None = None) -> Coded:
        """The payload of n tokens, a row each; ranks: which of the others came, where it was the last of a row.

        Raises DataError, naming the row, for a row that is no distribution; ZeroProbabilityError for a token whose
        share is below 2^-40.

        >>> rows = Rows(np.array([[0.5, 0.5], [0.25, 0.75]]))
        >>> coded = rows.encode(np.array([1, 0], np.uint8))
        >>> coded.payload.to01(), coded.ideal_bits
        ('100', 3.0)
        """
        self.require(symbols)
        n = symbols.size
        # No token costs more than 40 bits, and none of the others more than 20 besides.
        out = np.zeros((8 if self.others else 5) * n + 16, np.uint8)
        which = np.zeros(n, np.int64) if ranks is None else ranks
        came, owned = np.zeros(n, np.int64), np.zeros(self.size, np.int64)
        state = np.array([0, WHOLE, 0, 0])
        loss, lost, after = 0.0, 0, 0.0
        for start, said, rows in self._parts():
            part = slice(start, start + len(rows))
            # One kind of number, so that the loop is compiled once for all alphabets.
            tokens = symbols[part].astype(np.uint32), which[part], self.others
            done, trouble = encode_each(rows, *tokens, self.tolerance, out, came[part], owned, state)
            if trouble == ZERO:
                token = int(symbols[start + done])
                raise excluded(self.first + start + done, token, float(said[done, token]))
            self._require(start + done, trouble)
            own = np.arange(len(rows)), symbols[part]
            chances = said[own].astype(np.float64)
            loss -= float(np.log2(chances[chances > 0]).sum())
            lost += int((chances == 0).sum())
            if rows is not said:
                after -= float((np.log2(rows[own]) - np.log2(rows.sum(axis=1))).sum())
        low, width, at, mark = map(int, state)
        literals = int((symbols == self.size - 1).sum()) if self.others else 0
        literal_bits = literals * math.log2(max(self.others, 1))
        ideal = float((TOTAL_BITS - np.log2(came)).sum()) + literal_bits
        law = self._law(came, literals, ideal)
        zeros = 0.0 if self.manner.zeros.refuses else after - loss
        payload = written(out, finish(low, width, out, at))
        return Coded(payload, _folded(mark), ideal, law, loss, zeros, lost, literal_bits)

    def _law(self, came: Counts, literals: int, ideal: float) -> Bounds:
        """What a payload may cost.  came: what each token owned of 2^40.  literals: how many were of the others."""
        below, above = slack_bits(np.ones(came.size), came)
        # What an interval that is not divided evenly loses.
        above += literals * self.others * 2.0**-LEAST_WIDTH_BITS * 1.5
        rounding = 1e-9 + 1e-14 * ideal
        return Bounds(ideal - below - rounding, ideal + 2 + above + rounding)

    def decode(
        self, payload: bitarray, fingerprint: int, into: Symbols | None = None, ranks: Counts | None = None
    ) -> Symbols:
        """The n tokens of a payload, written to `into` if that is given; ranks: room for which of the others came.

        Raises CorruptError where the predictions are not those that it was coded with, or the payload is none.
        """
        symbols = np.zeros(self.probabilities.shape[0], smallest_dtype(self.size)) if into is None else into
        owned = np.zeros(self.size, np.int64)
        which = np.zeros(symbols.size, np.int64) if ranks is None else ranks
        data = readable(payload)
        state = np.array([int.from_bytes(data[:8].tobytes(), "big"), WHOLE, 8, 0])
        # Who is asked for row t must know the tokens before it.
        for start, _, rows in self._parts(1 if into is not None else None):
            part, tokens = slice(start, start + len(rows)), np.zeros(len(rows), np.uint32)
            found, trouble = decode_each(data, rows, self.tolerance, tokens, which[part], self.others, owned, state)
            symbols[part] = tokens
            if trouble == NO_TOKEN:
                raise CorruptError(_OTHERS)
            self._require(start + found, trouble)
        if _folded(int(state[3])) != fingerprint:
            raise CorruptError(_OTHERS)
        require_whole(payload, symbols.size, int(state[2]) - 8, symbols.size)
        return symbols

    def _parts(self, at_a_time: int | None = None) -> Iterator[tuple[int, Probabilities, Probabilities]]:
        """Some rows at a time, with the number of the first: what they say, and that after the zero policy."""
        size = at_a_time or max(1, _BYTES_AT_A_TIME // (8 * self.size))
        for start in range(0, self.probabilities.shape[0], size):
            said = self.manner.probabilities(self.probabilities[start : start + size])
            yield start, said, self.manner.treated(said)

    def _require(self, place: int, trouble: int) -> None:
        if trouble == NO_NUMBERS:
            remedy = "" if self.manner.are_logits else "; logits=True takes the softmax of logits"
            raise DataError(f"row {self.first + place} holds a number that is negative or not a number{remedy}")
        if trouble == NO_SUM:
            total = float(self.probabilities[place : place + 1].astype(np.float64).sum())
            raise DataError(f"row {self.first + place} sums to {total:.6g}, and it must be 1 within {self.tolerance:g}")
