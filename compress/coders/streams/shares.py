"""Coders of a small total: Q̂ is f/T, and T is 2^10 or 2^14 where the instrument has 2^40.

A table of T places fits into the nearest cache, and a state of 32 bits holds a token's share of it.  The price is that
q is rounded to a multiple of 1/T.  A token that is rarer than 1/T is lifted to one part of T, and the others pay for
it.  The ledger's `code` shows what that costs.

    q·T - 1 - K·q  <  f  <=  q·T + 1, or f = 1        `is_share_of`: how far a share may be from what is due

Next: `textbook` (bit by bit, as in a lecture).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders.family import ANY_SIZE, BYTES_A_TOKEN, Family, Parameter
from compress.coders.protocol import Bounds, Form, Static, Steps, Table
from compress.coders.weights import fit_counts, weights_of
from compress.errors import DataError, SpecError
from compress.probability.distribution import Pair
from compress.probability.frequencies import Frequencies
from compress.symbols import Symbols, code_length, histogram, require_within

__all__ = ["ShareCoder", "family_of_shares", "is_share_of", "last_bits", "require_possible"]


def is_share_of(frequencies: Frequencies, weights: Sequence[int]) -> bool:
    """Whether each frequency is what `apportion` may make of its weight: exact, in whole numbers.

    >>> frequencies = Frequencies.of([5, 3, 2], 4)
    >>> is_share_of(frequencies, [5, 3, 2]), is_share_of(frequencies, [3, 5, 2])
    (True, False)
    """
    whole, size, total = sum(weights), sum(weight > 0 for weight in weights), 1 << frequencies.bits
    return len(weights) == frequencies.values.size and all(
        weight * (total - size) - whole < share * whole <= weight * total + whole or share == 1
        if weight
        else share == 0
        for share, weight in zip(frequencies.values.tolist(), weights, strict=True)
    )


def last_bits(data: bytes, total: int) -> bitarray:
    r"""The last bits of some bytes, where an encoder began at the end of its room.

    >>> last_bits(b"\x03", 3).to01()
    '011'
    """
    bits = bitarray(endian="big")
    bits.frombytes(data)
    del bits[: len(bits) - total]
    return bits


def require_possible(frequencies: Frequencies, symbols: Symbols) -> None:
    """Raise DataError for a symbol of frequency 0.

    >>> require_possible(Frequencies.of([1, 0], 4), np.array([0, 0], np.uint8))
    """
    require_within(symbols, frequencies.values.size)
    absent = frequencies.values == 0
    if absent.any():
        impossible = np.flatnonzero((histogram(symbols, absent.size) > 0) & absent)
        if impossible.size:
            raise DataError(f"symbol {impossible[0]} has frequency 0")


@dataclass(frozen=True, eq=False)
class ShareCoder:
    """What coders of a small total share: frequencies, and what a token costs by them; bits: the parameter."""

    name: str
    frequencies: Frequencies
    bits: int

    @property
    def book(self) -> None:
        """Return None: it sends no words."""
        return None

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return the frequencies, which the record of a code tells."""
        return {"frequencies": self.frequencies.values.tolist(), "parameter": self.bits}

    @property
    def surprises(self) -> npt.NDArray[np.float64]:
        """-log2 f/T of each symbol, bits: shape (K,)."""
        return self.frequencies.surprises

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q̂(x), bits."""
        return code_length(histogram(symbols, self.frequencies.values.size), self.surprises)


def family_of_shares(
    name: str,
    number: int,
    summary: str,
    coder: Callable[[str, Frequencies, int], Static],
    law: Callable[[Any, Pair, Symbols], Bounds],
    steps: Callable[[Any, Symbols], Steps],
    *,
    parameter: Parameter,
    spare_bits: int = 0,
    has_states: bool = False,
    has_lanes: bool = False,
    room_of_token: int = 0,
    use: str = "",
    year: int | None = None,
) -> Family:
    """The family of coders whose parameter says how large the total is: T = 2^(parameter - spare_bits).

    coder(name, frequencies, parameter): a `ShareCoder`.  has_states: whether it has a table of as many states.
    has_lanes: whether it is a `Laned`.  room_of_token: bytes that its decoder takes for each token beside the message.
    """
    letter = f"({parameter.letter} - {spare_bits})" if spare_bits else parameter.letter

    def total_bits(chosen: int | None) -> int:
        assert chosen is not None
        return chosen - spare_bits

    def require_few(weights: Sequence[int], chosen: int | None) -> int:
        bits, size = total_bits(chosen), sum(weight > 0 for weight in weights)
        least = (size - 1).bit_length() + 1
        if bits < least:
            enough = parameter.told(least + spare_bits)
            remedy = f"take {name}:{enough} or more" if enough else f"no {name} has so many"
            raise SpecError(f"{size:,} tokens need a total of 2^{least}, and {name}:{chosen} has 2^{bits}; {remedy}")
        return bits

    def fit(weights: Sequence[int], chosen: int | None) -> Table:
        bits = require_few(weights, chosen)
        if min(weights) == max(weights):
            return Table(Form.EQUAL, len(weights))
        return Table(Form.SHARES, len(weights), tuple(Frequencies.of(weights, bits).values.tolist()))

    def fit_own_counts(counts: Sequence[int], chosen: int | None) -> Table:
        require_few(counts, chosen)
        return fit_counts(counts)

    def build(table: Table, chosen: int | None) -> Static:
        bits = total_bits(chosen)
        if table.form == Form.SHARES:
            frequencies = Frequencies(np.array(table.numbers, np.int64), bits)
        elif table.form in (Form.EQUAL, Form.COUNTS):
            frequencies = Frequencies.of(weights_of(table, name), bits)
        else:
            raise DataError(f"a table of {table.form.name.lower()} does not fit {name}")
        assert chosen is not None
        return coder(name, frequencies, chosen)

    return Family(
        name=name,
        number=number,
        summary=summary,
        q_hat=f"whole numbers over 2^{letter}",
        use=use,
        year=year,
        fit=fit,
        fit_counts=fit_own_counts,
        build=build,
        law=law,
        promise=lambda made, pair: is_share_of(made.frequencies, pair.q.weights),
        parameter=parameter,
        lanes_up_to=ANY_SIZE if has_lanes else 0,
        # A table of states has three numbers for each part of the total.
        room=lambda size, bits: BYTES_A_TOKEN * size + (64 << total_bits(bits) if has_states else 0),
        room_of_token=room_of_token,
        steps=steps,
    )
