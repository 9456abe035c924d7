"""Somebody else's coder behind our protocol, for experiments: it never gets into a file, and no file can name one.

Its Q̂ is what it states, else Q itself: `code` is 0 then, and what it spends above the ideal is `coder`.  Who decodes is
a process that has only Q, the payload and the count.

Next: `checks` (what "measured equals predicted" means).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

import numpy as np
from bitarray import bitarray

from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Choice, Family, Form, Static, Table
from compress.errors import CorruptError, DataError, quoted
from compress.foreign.limits import Limits
from compress.foreign.messages import Call, Decode, Encode, Make
from compress.foreign.shapes import GROUP, Payload, Told, Vector
from compress.foreign.workshop import Outcome, Workshop
from compress.notation import taken_apart
from compress.probability.distribution import Distribution
from compress.probability.information import surprise
from compress.symbols import Symbols, code_length, histogram, smallest_dtype

__all__ = ["ForeignChoice", "ForeignCoder", "at_work", "chosen"]


@dataclass(frozen=True, eq=False)
class ForeignCoder:
    """A coder from outside for one Q, shape (K,).  Each call runs in a process of its own."""

    workshop: Workshop
    probabilities: Vector

    @property
    def name(self) -> str:
        """As a user writes it."""
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
        """It shows no words."""
        return None

    @property
    def facts(self) -> Mapping[str, Any]:
        """Nothing that we know of it."""
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
            raise CorruptError(f"{self.name} gave back symbols that are none")
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


@dataclass(frozen=True)
class ForeignChoice(Choice):
    """A coder from outside, with the workshop that all its Q share."""

    workshop: Workshop = field(kw_only=True)


def _is_outside(name: str) -> bool:
    """Whether it names a file, a program, a module that is there, or an entry point."""
    place, colon, _ = name.rpartition(":")
    if not colon:
        return bool(entry_points(group=GROUP, name=name))
    if place.endswith(".py") or name.startswith("exec:"):
        return True
    return place.partition(".")[0].isidentifier() and find_spec(place.partition(".")[0]) is not None


def chosen(coder: Any, limits: Limits | None = None) -> Choice:
    """A coder of ours, or one from outside, which may take so much time and memory.

    One from outside is named FILE.py:NAME, module:NAME, exec:COMMAND or by its entry point, or is the thing itself.

    >>> chosen("huffman").family.number, chosen("zlib:").family.number
    (2, None)
    """
    if isinstance(coder, ForeignChoice):
        return chosen(coder.workshop.coder, limits)
    if isinstance(coder, Choice):
        return coder
    if isinstance(coder, str) and (taken_apart(coder)[0] in CODERS or not _is_outside(coder)):
        return choose(coder)
    workshop = Workshop(coder, limits)

    def fit(weights: Sequence[int], _: int | None) -> Table:
        return Table(Form.COUNTS, len(weights), tuple(weights))

    def build(table: Table, _: int | None) -> Static:
        return ForeignCoder(workshop, np.array(table.numbers, np.float64) / sum(table.numbers))

    family = Family(
        workshop.name,
        None,
        "somebody else's",
        "what it states, else Q",
        fit,
        build,
        law=lambda coder, pair, symbols: None,
        promise=lambda coder, pair: None,
    )
    return ForeignChoice(family, workshop=workshop)


@contextlib.contextmanager
def at_work(choices: Iterable[Choice]) -> Iterator[None]:
    """While they are used: those from outside are there, and afterwards no process of them is left.

    Raises DataError for one that cannot be had.
    """
    with contextlib.ExitStack() as stack:
        for choice in choices:
            if isinstance(choice, ForeignChoice):
                stack.enter_context(choice.workshop)
        yield
