"""Somebody else's coder behind our protocol, for experiments: it never gets into a file, and no file can name one.

Its Q̂ is what it states, else Q itself: `code` is 0 then, and what it spends above the ideal is `coder`.  Who decodes is
a process that has only Q, the payload and the count.

Next: `foreign.choice` (how one is asked for).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from bitarray import bitarray

from compress.errors import CorruptError, DataError, quoted
from compress.foreign.messages import Call, Decode, Encode, Make
from compress.foreign.shapes import Payload, Told, Vector
from compress.foreign.workshop import Outcome, Workshop
from compress.probability.distribution import Distribution
from compress.probability.information import surprise
from compress.symbols import Symbols, code_length, histogram, smallest_dtype

__all__ = ["ForeignCoder"]


@dataclass(frozen=True, eq=False)
class ForeignCoder:
    """A coder from outside for one Q, shape (K,).  Each call runs in a process of its own."""

    workshop: Workshop
    probabilities: Vector

    @property
    def name(self) -> str:
        """Return the name as a user writes it."""
        return self.workshop.name

    @cached_property
    def _told(self) -> Told:
        [told] = self._run(Make(0, self.probabilities)).answers
        assert isinstance(told, Told)
        return told

    @property
    def takes_q(self) -> bool:
        """Whether it is made from Q; else it makes its own model."""
        return self._told.takes_q

    @property
    def stated(self) -> Vector | None:
        """-log2 q̂ of each symbol, bits, shape (K,), as it states it; None if it does not."""
        return self._told.stated

    @property
    def surprises(self) -> Vector:
        """-log2 q̂ of each symbol, as it states it, else of Q, bits: shape (K,)."""
        return surprise(self.probabilities) if self.stated is None else self.stated

    @property
    def book(self) -> None:
        """Return None: the words of somebody else's coder are unknown."""
        return None

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return no facts: the coder is a black box."""
        return {}

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q̂(x), bits."""
        return code_length(histogram(symbols, self.probabilities.size), self.surprises)

    def sent(self, symbols: Symbols) -> Payload:
        """What it makes of a message.  Raises DataError, with what it says, if it makes nothing."""
        made: Payload = self._run(Make(0, self.probabilities), Encode(0, symbols.astype(np.int64))).answers[1]
        return made

    def received(self, payload: Payload, count: int) -> Symbols:
        """The message of a payload.  Raises CorruptError, with what it says, if it finds none."""
        try:
            found = self._run(Make(0, self.probabilities), Decode(0, payload, count)).answers[1]
        except DataError as error:
            raise CorruptError(str(error)) from None
        if found.size and not 0 <= int(found.min()) <= int(found.max()) < self.probabilities.size:
            raise CorruptError(f"{self.name} gave back numbers that are not symbols")
        return np.asarray(found, smallest_dtype(self.probabilities.size))

    def lost(self, payload: Payload, symbols: Symbols) -> str | None:
        """Why who has only Q, the payload and the count does not find this very message; None if they do."""
        try:
            found = self.received(payload, symbols.size)
        except CorruptError as error:
            return str(error)
        if found.size != symbols.size:
            return f"{self.name}: {found.size:,} symbols came back of {symbols.size:,}"
        differ = np.flatnonzero(found != symbols)
        if not differ.size:
            return None
        at = int(differ[0])
        return f"{self.name}: symbol {at:,} was {symbols[at]} and came back as {found[at]}"

    def require_codes(self, p: Distribution) -> None:
        """Raise DataError if it states that a token of P, which is over the same alphabet as Q, has no code."""
        for token, share, bits in zip(p.tokens, p.probabilities, self.surprises, strict=True):
            if share and math.isinf(bits):
                raise DataError(f"{self.name} states that {quoted(token)} has no code, and P has it")

    def needs_end(self, payload: Payload, symbols: Symbols) -> bool:
        """Whether it has to be told where the payload of this message ends, and so may tell something by that."""
        return any(self.lost(longer, symbols) for longer in payload.followed())

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload.  Raises DataError."""
        return self.sent(symbols).as_bits()

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The message of a payload that was bits.  Raises CorruptError."""
        return self.received(Payload(bits.tobytes(), len(bits), is_bits=True), count)

    def _run(self, *calls: Call) -> Outcome:
        outcome = self.workshop.run(calls)
        if outcome.trouble is not None:
            raise DataError(f"{self.name}: {outcome.trouble.message}")
        return outcome
