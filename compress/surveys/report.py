"""The record of a survey: what many files cost with several beliefs and coders, and what that sums to.

P is unknown: it is taken to be the file's own counts, P̂.  A total sums the rows of one belief and one coder
over all files, so it is what somebody pays who keeps them all; its entropy is what nobody saves who codes each
file by itself, token by token.

Next: `arrays` (what models leave behind).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from compress.experiments.checks import Checks
from compress.frames.files import Encoding
from compress.frames.inspections import Inspection
from compress.ledger import TERMS
from compress.shown import Shown
from compress.specs import BARE, Reading
from compress.surveys.baselines import Baseline

__all__ = ["BaselineRow", "Failure", "Input", "Report", "Row", "Seconds", "Sizes", "Sums", "Total"]


@dataclass(frozen=True)
class Input:
    """A file as it was read."""

    name: str
    size: int
    sha256: str


# Encoding and decoding are timed so often, at least, and for so many seconds together.
_RUNS, _SECONDS = 5, 0.2
# A clock that stands after so many will not go on.
_STANDS = 100


@dataclass(frozen=True)
class Seconds:
    """How long an encoding and a decoding took at their quickest.

    runs: how often each was timed; spread: how much longer the slowest run of each took, as a share of the quickest.
    Other work on the machine makes a run slower and never quicker, so the quickest says most about the program.
    """

    encode: float
    decode: float
    runs: int = 1
    spread: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(cls, encode: Callable[[], object], decode: Callable[[], object], runs: int = _RUNS) -> Seconds:
        """Of calls that do it, each at least so often; it was called before, so that nothing is loaded or compiled now.

        >>> Seconds.of(lambda: None, lambda: time.sleep(0.1)).runs
        5
        """
        encodings: list[float] = []
        decodings: list[float] = []
        start = now = time.perf_counter()
        while len(encodings) < runs or (now - start < _SECONDS and (now > start or len(encodings) < _STANDS)):
            begin = time.perf_counter()
            encode()
            between = time.perf_counter()
            decode()
            now = time.perf_counter()
            encodings.append(between - begin)
            decodings.append(now - between)
        # A clock has a smallest step.
        spread = [max(times) / max(min(times), 1e-9) - 1 for times in (encodings, decodings)]
        return cls(min(encodings), min(decodings), len(encodings), (spread[0], spread[1]))

    @classmethod
    def sum(cls, parts: Sequence[Seconds]) -> Seconds:
        """Of all files together; the fewest runs and the widest spread."""
        encode, decode = (max(each.spread[way] for each in parts) for way in (0, 1))
        return cls(
            sum(each.encode for each in parts),
            sum(each.decode for each in parts),
            min(each.runs for each in parts),
            (encode, decode),
        )


@dataclass(frozen=True)
class Sizes:
    """Bytes before and after, and how long that took, if it was measured."""

    content_bytes: int
    file_bytes: int
    seconds: Seconds | None

    @classmethod
    def sum(cls, parts: Iterable[Sizes]) -> Sizes:
        """Those of all together; their seconds only if each has some."""
        every = list(parts)
        times = [part.seconds for part in every if part.seconds is not None]
        return Sizes(
            sum(part.content_bytes for part in every),
            sum(part.file_bytes for part in every),
            Seconds.sum(times) if times and len(times) == len(every) else None,
        )

    @property
    def ratio(self) -> float | None:
        """How many times smaller the encoded file is; None for no file."""
        return self.content_bytes / self.file_bytes if self.file_bytes else None

    @property
    def bits_per_byte(self) -> float | None:
        """Bits of the encoded file a byte of content; None for no content."""
        return 8 * self.file_bytes / self.content_bytes if self.content_bytes else None

    @property
    def encode_speed(self) -> float | None:
        """Bytes of content a second."""
        return self.content_bytes / self.seconds.encode if self.seconds and self.seconds.encode else None

    @property
    def decode_speed(self) -> float | None:
        """Bytes of content a second."""
        return self.content_bytes / self.seconds.decode if self.seconds and self.seconds.decode else None


@dataclass(frozen=True)
class Sums:
    """What the tokens of some files cost; terms: of the ledger, bits."""

    n: int
    payload_bits: int
    terms: Mapping[str, float]
    sizes: Sizes

    @classmethod
    def sum(cls, parts: Iterable[Sums]) -> Sums:
        """Return the sums over all files."""
        every = list(parts)
        return cls(
            sum(part.n for part in every),
            sum(part.payload_bits for part in every),
            {term: sum(part.terms[term] for part in every) for term in TERMS},
            Sizes.sum(part.sizes for part in every),
        )

    def _a_token(self, bits: float) -> float | None:
        return bits / self.n if self.n else None

    @property
    def entropy(self) -> float | None:
        """H(P̂), bits/token; None for no tokens."""
        return self._a_token(self.terms["entropy"])

    @property
    def mismatch(self) -> float | None:
        """D(P̂||Q), bits/token; of a Q that changes, what it had to learn, less what it learned beyond P̂."""
        return self._a_token(self.terms["mismatch"])

    @property
    def bits_per_token(self) -> float | None:
        """Return the payload's bits per token."""
        return self._a_token(self.payload_bits)

    @property
    def file_bits_per_token(self) -> float | None:
        """Return the whole file's bits per token."""
        return self._a_token(8 * self.sizes.file_bytes)


@dataclass(frozen=True)
class Row:
    """One file, one belief, one coder: what the encoded file tells of itself, and the verdicts on it.

    lost: of somebody else's coder, why the file did not come back.
    """

    file: str
    how: Encoding
    inspection: Inspection
    checks: Checks
    seconds: Seconds | None
    lost: str | None = None

    @cached_property
    def sums(self) -> Sums:
        """Return the figures of this row."""
        header, seen = self.inspection.header, self.inspection
        sizes = Sizes(header.content_bytes, seen.file_bytes, self.seconds)
        return Sums(header.count, seen.payload_bits, seen.ledger.terms, sizes)

    @property
    def alphabet_size(self) -> int:
        """K: the tokens that occur, and those that Q has besides."""
        return len(self.inspection.header.tokens)

    @property
    def verdict(self) -> str:
        """Return pass, or fail if any check failed."""
        return "pass" if self.checks.passed else "fail"


@dataclass(frozen=True)
class BaselineRow:
    """One file, one compressor that everybody has; file None: all files."""

    file: str | None
    baseline: Baseline
    sizes: Sizes


@dataclass(frozen=True)
class Failure:
    """A file that could not be read, or not be coded so (how None: not at all), and why."""

    file: str
    how: Encoding | None
    error: Exception

    @property
    def name(self) -> str:
        """The file, and how it was to be coded."""
        return self.file if self.how is None else f"{self.file} ({self.how.spec}, {self.how.coder.name})"

    @property
    def message(self) -> str:
        """Return the reason in one line."""
        return str(getattr(self.error, "strerror", None) or self.error)


@dataclass(frozen=True)
class Total:
    """The rows of one belief and one coder, and what they sum to."""

    how: Encoding
    rows: tuple[Row, ...]

    @cached_property
    def sums(self) -> Sums:
        """Return the sum over all rows."""
        return Sums.sum(row.sums for row in self.rows)

    @property
    def sizes(self) -> Sizes:
        """Return the sum over all rows."""
        return self.sums.sizes


@dataclass(frozen=True)
class Report(Shown):
    """All rows, in the order of files, then beliefs, then coders.

    hows: each belief with each coder.  reading: how the words for the beliefs were read.
    """

    _told = ("inputs", "rows", "failures", "verdict")

    inputs: tuple[Input, ...]
    hows: tuple[Encoding, ...]
    rows: tuple[Row, ...]
    baselines: tuple[BaselineRow, ...]
    failures: tuple[Failure, ...]
    reading: Reading = BARE

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """A total for each belief and coder."""
        return tuple(Total(how, tuple(row for row in self.rows if row.how == how)) for how in self.hows)

    @cached_property
    def baseline_totals(self) -> tuple[BaselineRow, ...]:
        """A total for each baseline."""
        every = dict.fromkeys(row.baseline for row in self.baselines)
        rows = {each: [row.sizes for row in self.baselines if row.baseline == each] for each in every}
        return tuple(BaselineRow(None, each, Sizes.sum(rows[each])) for each in every)

    @property
    def best(self) -> Total | None:
        """The least total of a belief and a coder, among those that have every file that was read."""
        whole = [total for total in self.totals if total.rows and len(total.rows) == len(self.inputs)]
        return min(whole, key=lambda total: total.sizes.file_bytes, default=None)

    @property
    def least(self) -> Total | BaselineRow | None:
        """The least total of all, baselines included; of two that are equal, the one with a belief.

        None where no belief and coder has every file: totals of other files stand beside each other then.
        """
        if self.best is None:
            return None
        every: list[Total | BaselineRow] = [self.best, *self.baseline_totals]
        return min(every, key=lambda each: each.sizes.file_bytes)

    @property
    def verdict(self) -> str:
        """Return pass, or fail if any row failed."""
        return "pass" if all(row.verdict == "pass" for row in self.rows) else "fail"
