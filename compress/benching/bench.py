"""A bench: each coder encodes and decodes the same bytes, all in turn, so that a drift of the machine meets them all.

One process, one thread.  What takes less than a twentieth of a second is done so often that it takes that, and a turn's
time is the mean.  Our coders work block by block, as a file is written, and their payloads are counted; what
stands around payloads in a file is not.  Before the first turn all are done once: there machine code is made, and what
comes back is compared with what was sent.

Excess is what a payload has beyond n·H(P̂), P̂ the bytes' own shares: bits a token.  Who is told Q beforehand sends
none of it; who counts for itself has what it counted in its payload, too.

Next: `demo` (six beliefs about a coin).
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from compress.benching.peers import GIVEN, Contender, Work
from compress.benching.workloads import Workload
from compress.coders.family import Choice
from compress.errors import DataError
from compress.frames.coding import block_of, in_blocks
from compress.frames.decoding import Decoder
from compress.frames.header import Header
from compress.shown import Shown
from compress.sources.tokens import BYTES
from compress.symbols import Symbols

__all__ = ["Bench", "Course", "Measured", "Times", "bench", "ours"]


# Seconds.
_WHILE = 0.05
# A clock that stands after so many turns will not go on; whatever was done took a moment.
_STANDS, _TICK = 100, 1e-9


def ours(choice: Choice) -> Contender:
    """One of our coders, as a contender.

    >>> from compress.benching.workloads import made
    >>> from compress.coders.catalog import choose
    >>> work = ours(choose("fixed")).begin(made("coin", 1000))
    >>> work.bits(work.encode())
    1000
    """

    def begin(workload: Workload) -> Work:
        stream = workload.stream
        header = Header(choice, BYTES, stream.tokens, choice.fit(workload.counts.weights), workload.size, workload.size)
        coder, decoder = header.build(), Decoder(header)

        def decode(blocks: Sequence[Any]) -> list[Symbols]:
            return [decoder.decode(block)[0] for block in blocks]

        return Work(
            lambda: [block_of(header, coder, part) for part in in_blocks([stream.symbols], header.block_tokens)],
            decode,
            lambda blocks: sum(len(payload) for block in blocks for payload in block.payloads),
            lambda parts: workload.content_of(*parts),
        )

    return Contender(choice.name, GIVEN, begin)


@dataclass(frozen=True)
class Times:
    """Seconds of each turn; at least one."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        """The shortest."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """How far apart the longest and the shortest are, as a share of the median.

        >>> Times((2.0, 1.0, 4.0)).spread
        1.5
        """
        return (max(self.seconds) - self.best) / self.median


@dataclass(frozen=True)
class Measured:
    """A coder on a workload; is_ours: whether it is one of this package.  excess: bits a token beyond H(P̂)."""

    coder: str
    told: str
    is_ours: bool
    payload_bits: int
    excess: float
    encode: Times
    decode: Times


@dataclass(frozen=True)
class Course:
    """A workload with all that ran on it; copy: how long a copy of the bytes in memory takes.  entropy: H(P̂), bits."""

    name: str
    size: int
    entropy: float
    copy: Times
    rows: tuple[Measured, ...]

    def speed(self, times: Times, *, best: bool = False) -> float:
        """Million tokens a second, which are million bytes: the median, or the best."""
        return self.size / (times.best if best else times.median) / 1e6

    def quickest_peer(self, way: str) -> Measured | None:
        """Of the peers the one whose median is best; way: encode or decode.  None where there are no peers."""
        peers = [row for row in self.rows if not row.is_ours]
        return min(peers, key=lambda row: float(getattr(row, way).median), default=None)

    def frontier(self, way: str) -> list[Measured]:
        """Those than which none is both quicker and nearer to H(P̂), the quickest first."""
        found: list[Measured] = []
        for row in sorted(self.rows, key=lambda row: float(getattr(row, way).median)):
            if not found or row.excess < found[-1].excess:
                found.append(row)
        return found


@dataclass(frozen=True)
class Bench(Shown):
    """All courses, each run so often."""

    _told = ("courses", "runs")

    runs: int
    courses: tuple[Course, ...]

    @property
    def verdict(self) -> str:
        """Return pass: a coder that does not give the bytes back ends the bench."""
        return "pass"


def bench(
    workloads: Iterable[Workload],
    choices: Sequence[Choice],
    peers: Sequence[Contender] = (),
    *,
    runs: int = 5,
    heard: Callable[[str], object] = lambda name: None,
) -> Bench:
    """Measure these coders and peers on these bytes, in turns, so many of which count.

    heard: is called with each workload's name and turn.  Raises DataError where something else comes back.

    >>> from compress.benching.workloads import made
    >>> from compress.coders.catalog import choose
    >>> [course] = bench([made("coin", 800)], [choose("huffman")], runs=1).courses
    >>> [(row.coder, row.payload_bits) for row in course.rows]
    [('huffman', 800)]
    """
    contenders = [(ours(choice), True) for choice in choices] + [(peer, False) for peer in peers]
    return Bench(runs, tuple(_course(workload, contenders, runs, heard) for workload in workloads))


def _course(
    workload: Workload, contenders: Sequence[tuple[Contender, bool]], runs: int, heard: Callable[[str], object]
) -> Course:
    if not workload.size:
        raise DataError(f"{workload.name} has no bytes to code")
    works = [contender.begin(workload) for contender, _ in contenders]
    copies: list[float] = []
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in works]
    bits, payloads = list[int](), list[Any]()
    heard(workload.name)
    for (contender, _), work in zip(contenders, works, strict=True):
        payloads.append(work.encode())
        bits.append(work.bits(payloads[-1]))
        if work.content(work.decode(payloads[-1])) != workload.content:
            raise DataError(f"{contender.name} did not give {workload.name} back")
    for _ in range(runs):
        heard(workload.name)
        copies.append(_timed(workload.array.copy))
        for work, payload, (encoding, decoding) in zip(works, payloads, times, strict=True):
            encoding.append(_timed(work.encode))
            decoding.append(_timed(functools.partial(work.decode, payload)))
    entropy = workload.counts.entropy
    rows = [
        Measured(
            contender.name,
            contender.told,
            is_ours,
            size,
            size / workload.size - entropy,
            Times(tuple(encoding)),
            Times(tuple(decoding)),
        )
        for (contender, is_ours), size, (encoding, decoding) in zip(contenders, bits, times, strict=True)
    ]
    return Course(workload.name, workload.size, entropy, Times(tuple(copies)), tuple(rows))


def _timed(action: Callable[[], Any]) -> float:
    """Seconds of an action, the mean of so many that they take a while."""
    begin, many = time.perf_counter(), 0
    while True:
        action()
        many += 1
        if (seconds := time.perf_counter() - begin) > _WHILE or (seconds == 0 and many == _STANDS):
            return max(seconds, _TICK) / many
