"""A coder from outside on the scales: what it gives back, and what it costs beside what theory says.

All cases are asked, then streams are drawn from P = Q, and what they cost stands beside the ideal, and beside what our
own coders take.

    honest     x was drawn from P, so a prefix-free code is c bits shorter than -log2 P(x) with chance 2^-c at most:
               a payload 40 bits shorter, and log2 of the streams tried, is too good to be true; that of a code
               which needs to know its end may be shorter by what its length tells

Next: `classroom` (many of them, beside each other).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import is_priced
from compress.errors import CompressError, SpecError, quoted
from compress.experiments.checks import honest
from compress.foreign.limits import Allowance
from compress.foreign.workshop import Workshop
from compress.judging.cases import LONG, STREAMS, Case, Trial, cases, stream_of
from compress.judging.court import PRACTICES, Court, Practice, Ruling
from compress.notation import nearest
from compress.probability.information import surprise
from compress.shown import Shown
from compress.symbols import smallest_dtype

__all__ = ["Cost", "Judgement", "judge"]

# Tokens of a stream that every coder of ours is given.
_SHORT = 10_000


@dataclass(frozen=True)
class Cost:
    """What a stream costs, bits: by P's own surprise, by the coder with and without side information, by ours.

    ours: the payload of each coder of the catalog that takes such an alphabet.
    """

    stream: str
    n: int
    entropy: float
    ideal_bits: float
    payload_bits: int
    info_bits: int
    ours: Mapping[str, int]

    @property
    def excess_bits(self) -> float:
        """The payload and its side information above the ideal."""
        return self.payload_bits + self.info_bits - self.ideal_bits

    def laws(self, granule: int) -> frozenset[str]:
        """Which laws the payload looks like, where it comes in pieces of so many bits: of the last most may be none."""
        slack = granule - 1
        alike = {
            "arithmetic": -1e-6 <= self.payload_bits - self.ideal_bits <= 2 + slack + 1e-6,
            "optimal prefix code": 0 <= self.payload_bits - self.ours["huffman"] <= slack,
            "Shannon": 0 <= self.payload_bits - self.ours["shannon"] <= slack,
        }
        return frozenset(name for name, is_like in alike.items() if is_like)

    def twins(self, granule: int) -> frozenset[str]:
        """Which of our coders make a payload that is as long, likewise."""
        return frozenset(name for name, bits in self.ours.items() if 0 <= self.payload_bits - bits < granule)


@dataclass(frozen=True)
class Judgement(Shown):
    """A judgement holds the ruling of each case and the cost of each stream.

    granule: in pieces of how many bits all payloads came: 1, whole bytes, or words of 16, 32 or 64; None if none came.
    is_self_delimiting: whether what follows a payload does not matter; None if nothing could be tried.
    """

    _told = ("coder", "rulings", "failed", "laws", "verdict")

    coder: str
    seed: int
    rulings: tuple[Ruling, ...]
    costs: tuple[Cost, ...]
    granule: int | None
    is_self_delimiting: bool | None

    @property
    def failed(self) -> tuple[Ruling, ...]:
        """The cases that failed."""
        return tuple(ruling for ruling in self.rulings if ruling.verdict == "fail")

    @property
    def refused(self) -> tuple[Ruling, ...]:
        """The cases that were turned down."""
        return tuple(ruling for ruling in self.rulings if ruling.verdict == "refused")

    @property
    def laws(self) -> tuple[str, ...]:
        """The laws that every stream looks like."""
        return self._of_all(Cost.laws)

    @property
    def twins(self) -> tuple[str, ...]:
        """Our coders whose payload of every stream is as long."""
        return self._of_all(Cost.twins)

    def _of_all(self, of: Callable[[Cost, int], frozenset[str]]) -> tuple[str, ...]:
        alike = [of(cost, self.granule) for cost in self.costs if self.granule is not None]
        return tuple(sorted(frozenset.intersection(*alike))) if alike else ()

    @property
    def verdict(self) -> str:
        """pass, or fail if a case failed."""
        return "fail" if self.failed else "pass"


def judge(
    coder: str | Any,
    *,
    seed: int = 0,
    only: Collection[str] = (),
    timeout: float = Allowance.timeout,
    max_memory: int = Allowance.max_memory,
    is_long: bool = False,
    watch: Callable[[Sequence[Any]], Iterable[Any]] = iter,
    heard: Callable[[Ruling], object] = lambda ruling: None,
) -> Judgement:
    """Test a coder that somebody else wrote, with all cases or only some.

    coder: its place, as `foreign.places` says, or the thing itself: a module, a class, a function, an object.
    only: the names of the cases and streams to ask; empty means all of them.
    timeout: seconds per call. max_memory: bytes per process. is_long: also measure a stream of 10^7 tokens.
    heard: a function that is called with each ruling as soon as it is there.

    Raises DataError if the coder cannot be loaded, and SpecError if `only` names a case that does not exist.

    >>> judge("zlib:").verdict
    'pass'
    """
    asked = _asked(seed, only, is_long=is_long)
    with Workshop(coder, Allowance(timeout, max_memory)) as workshop:
        court = Court(workshop)
        rulings: list[Ruling] = []
        costs: list[Cost] = []

        def add(ruling: Ruling) -> None:
            rulings.append(ruling)
            heard(ruling)

        for each in watch(asked):
            if isinstance(each, Case):
                add(court.ruled(each)[0])
            elif isinstance(each, Trial):
                ruling, cost = _weighed(court, each, seed)
                costs += [] if cost is None else [cost]
                add(ruling)
            else:
                add(court.practised(each))
        ends = court.is_self_delimiting()
        if any(isinstance(each, Trial) for each in asked):
            add(_honest(costs, needs_end=ends is False))
        add(court.silence())
        return Judgement(workshop.name, seed, tuple(rulings), tuple(costs), court.granule, ends)


def _asked(seed: int, only: Collection[str], *, is_long: bool) -> list[Case | Practice | Trial]:
    """The cases, practices and streams of these names, or all of them."""
    every = {each.name: each for each in (*cases(seed), *PRACTICES, *STREAMS, *((LONG,) if is_long else ()))}
    for name in only:
        if name not in every:
            raise SpecError(f"no case is called {quoted(name)}; did you mean {quoted(nearest(name, every))}?")
    return [each for name, each in every.items() if not only or name in only]


def _honest(costs: Sequence[Cost], *, needs_end: bool) -> Ruling:
    if not costs:
        return Ruling("honest", "refused", "a stream that comes back", "none did")
    for cost in costs:
        bits = cost.payload_bits + cost.info_bits
        if not honest(cost.ideal_bits, bits, len(costs), needs_end=needs_end):
            return Ruling(
                "honest",
                "fail",
                f"{cost.ideal_bits:,.0f} bits, the surprise of what was drawn, or not much less",
                f"{bits:,} bits: too good to be true",
                cost.stream,
            )
    return Ruling("honest", "pass")


def _weighed(court: Court, stream: Trial, seed: int) -> tuple[Ruling, Cost | None]:
    """Whether a stream comes back, and what it costs if it does."""
    p, message = stream_of(stream, seed)
    ruling, payloads = court.ruled(Case(stream.name, p.probabilities, (message,), is_large=True))
    if not payloads:
        return ruling, None
    [payload] = payloads
    cost = Cost(
        stream.name,
        message.size,
        p.entropy,
        float(surprise(p.probabilities)[message].sum()),
        payload.bits,
        payload.info_bits,
        _ours(stream, seed),
    )
    return ruling, cost


@functools.lru_cache(64)
def _ours(stream: Trial, seed: int) -> Mapping[str, int]:
    """The payloads of our coders, bits; of a long stream those that look each token up in a table."""
    p, message = stream_of(stream, seed)
    symbols = message.astype(smallest_dtype(p.size))
    bits = {}
    for choice in map(choose, CODERS):
        with contextlib.suppress(CompressError):
            coder = choice.of(p.weights)
            if is_priced(coder) or symbols.size <= _SHORT:
                bits[choice.name] = len(coder.encode(symbols))
    return bits
