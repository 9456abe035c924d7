"""The record of a survey: what many files cost with several beliefs and coders, and what that sums to.

P is unknown: it is taken to be the file's own counts, P̂.  A total sums the rows of one belief and one coder
over all files, so it is what somebody pays who keeps them all.

Next: `survey` (how the rows are made).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from compress.experiments.baselines import Baseline
from compress.experiments.checks import Checks
from compress.frames.files import Encoding, Inspection
from compress.ledger import TERMS

__all__ = ["BaselineRow", "Failure", "Input", "Report", "Row", "Seconds", "Total"]


@dataclass(frozen=True)
class Seconds:
    """How long the second of two encodings and decodings took."""

    encode: float
    decode: float


@dataclass(frozen=True)
class Input:
    """A file as it was read."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Row:
    """One file, one belief, one coder: what the encoded file tells of itself, and the verdicts on it."""

    file: str
    how: Encoding
    inspection: Inspection
    checks: Checks
    seconds: Seconds | None

    @property
    def n(self) -> int:
        """The tokens of the file."""
        return self.inspection.header.count

    @property
    def content_bytes(self) -> int:
        """The size of the file."""
        return self.inspection.header.content_bytes

    @property
    def payload_bits(self) -> int:
        """The coder's bits for the tokens alone."""
        return self.inspection.payload_bits

    @property
    def file_bytes(self) -> int:
        """The size of the encoded file."""
        return self.inspection.file_bytes

    @property
    def terms(self) -> dict[str, float]:
        """The terms of the ledger, bits."""
        return self.inspection.ledger.terms

    @property
    def verdict(self) -> str:
        """pass, or fail if any check failed."""
        return "pass" if self.checks.passed else "fail"


@dataclass(frozen=True)
class BaselineRow:
    """One file, one compressor that everybody has."""

    file: str
    baseline: Baseline
    content_bytes: int
    file_bytes: int
    seconds: Seconds | None


@dataclass(frozen=True)
class Failure:
    """A file that could not be read, or not be coded so (how None: not at all), and why."""

    file: str
    how: Encoding | None
    message: str


@dataclass(frozen=True)
class Total:
    """The sums of the rows of one belief and one coder."""

    how: Encoding
    rows: tuple[Row, ...]

    @property
    def n(self) -> int:
        """Tokens."""
        return sum(row.n for row in self.rows)

    @property
    def content_bytes(self) -> int:
        """The size of all files."""
        return sum(row.content_bytes for row in self.rows)

    @property
    def payload_bits(self) -> int:
        """The coder's bits for the tokens alone."""
        return sum(row.payload_bits for row in self.rows)

    @property
    def file_bytes(self) -> int:
        """The size of all encoded files."""
        return sum(row.file_bytes for row in self.rows)

    @property
    def terms(self) -> dict[str, float]:
        """The terms of the ledgers, bits."""
        return {term: sum(row.terms[term] for row in self.rows) for term in TERMS}


@dataclass(frozen=True)
class Report:
    """All rows, in the order of files, then beliefs, then coders; hows: each belief with each coder."""

    inputs: tuple[Input, ...]
    hows: tuple[Encoding, ...]
    rows: tuple[Row, ...]
    baselines: tuple[BaselineRow, ...]
    failures: tuple[Failure, ...]

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """A total for each belief and coder."""
        return tuple(Total(how, tuple(row for row in self.rows if row.how == how)) for how in self.hows)

    @property
    def best(self) -> Total | None:
        """The least total among those that have every file that was read."""
        whole = [total for total in self.totals if total.rows and len(total.rows) == len(self.inputs)]
        return min(whole, key=lambda total: total.file_bytes, default=None)

    @property
    def verdict(self) -> str:
        """pass, or fail if any row failed."""
        return "pass" if all(row.verdict == "pass" for row in self.rows) else "fail"
