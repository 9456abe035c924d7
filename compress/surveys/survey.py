"""Many files, each coded with several beliefs by several coders, and every bit of every file accounted for.

    file ──split──▶ tokens ──(belief x coder)──▶ encoded file ──parse──▶ payload ──decode──▶ the same bytes?

Each file is split once, and encoded and decoded again, several times, where its speed is asked for.

Next: `cross` (files and each other's counts).
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compress.coders.catalog import DEFAULT
from compress.coders.lanes import split
from compress.coders.protocol import Built
from compress.errors import CompressError, DataError
from compress.experiments import checks
from compress.experiments.checks import Checks
from compress.foreign.choice import at_work, chosen
from compress.foreign.limits import Allowance
from compress.frames.coding import decode_frame, write_frame
from compress.frames.files import Encoding, decode_to, encode_to, plan
from compress.frames.frame import read_frames
from compress.frames.header import NO_LIMITS
from compress.frames.inspections import Inspection, accounted
from compress.inputs import open_input, read_whole
from compress.models.catalog import sequential
from compress.probability.distribution import Pair
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import tokeniser
from compress.specs import BARE, Reading
from compress.surveys.baselines import BASELINES, Baseline, baselines_named
from compress.surveys.outside import handed_over
from compress.surveys.report import BaselineRow, Failure, Input, Report, Row, Seconds, Sizes
from compress.symbols import Stream, Symbols

__all__ = ["Step", "files_among", "report", "survey"]


def report(
    paths: str | Path | Iterable[str | Path],
    *,
    assumed: Sequence[str] = ("empirical",),
    coders: Sequence[str | Any] = ("arithmetic", "huffman"),
    tokens: str = "bytes",
    zeros: str = "error",
    normalize: bool = False,
    recursive: bool = False,
    baselines: str = ",".join(BASELINES),
    speed: bool = True,
    timeout: float = Allowance.timeout,
    max_memory: int = Allowance.max_memory,
) -> Report:
    """Encode each file with each belief and coder, decode it, and account for every bit.

    paths: a file, a folder of files (recursive: also the folders in it), or several of them. A file that cannot be
    read, or cannot be coded with some belief, is a failure in the report, not an error.
    coders: names of our coders, or somebody else's coders, as `foreign.choice.chosen` takes them; `timeout` limits each
    of their calls, in seconds, and `max_memory` each process, in bytes.
    Raises SpecError for words that mean nothing, and DataError if there are files and none could be coded.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "a").write_bytes(b"aab" * 100)
    ...     [total] = report(folder, coders=["huffman"], baselines="none").totals
    300
    >>> total.sums.n, total.sums.payload_bits
    (300, 300)
    """
    kind, policy = tokeniser(tokens), ZeroPolicy.parse(zeros)
    reading = Reading(kind, normalize)
    beliefs, limits = [reading.believed(spec) for spec in assumed], Allowance(timeout, max_memory)
    choices = [chosen(coder, limits) for coder in coders]
    hows = [Encoding(q, choice, kind, policy) for q in beliefs for choice in choices]
    beside = baselines_named(baselines)
    if isinstance(paths, str | Path):
        paths = [paths]
    made = survey(files_among(paths, recursive=recursive), hows, beside, reading=reading, speed=speed)
    if made.failures and not made.rows:
        first = made.failures[0]
        raise DataError(f"nothing could be coded; {first.name}: {first.message}")
    return made


def files_among(paths: Iterable[str | Path], *, recursive: bool = False) -> list[str]:
    """The names of these files, and of the files of these folders in order, each once.

    A folder without any stays itself.

    >>> files_among(["prose.txt"])
    ['prose.txt']
    """
    found: list[str] = []
    for path in map(Path, paths):
        below = sorted(path.rglob("*") if recursive else path.iterdir()) if path.is_dir() else []
        found += [str(file) for file in below if not file.is_dir()] or [str(path)]
    return [*dict.fromkeys(found)]


@dataclass(frozen=True)
class Step:
    """A file of so many bytes that is to be coded in one way."""

    file: str
    size: int
    how: Encoding | Baseline | None


def survey(
    files: Iterable[str],
    hows: Sequence[Encoding],
    baselines: Sequence[Baseline] = (),
    *,
    reading: Reading = BARE,
    speed: bool = True,
    watch: Callable[[Sequence[Step]], Iterable[Step]] = iter,
) -> Report:
    """Each file in each of these ways.

    reading: how the words for the beliefs were read, for the record.  `watch` wraps the steps, to show progress.

    >>> survey([], [Encoding()]).totals[0].sums.sizes.file_bytes
    0
    """
    hows = list(dict.fromkeys(hows))
    inputs: list[Input] = []
    rows: list[Row | BaselineRow | Failure] = []
    subject = _Subject("", b"")
    ways: Sequence[Encoding | Baseline | None] = [*hows, *baselines] or [None]
    with at_work(how.coder for how in hows):
        for step in watch([Step(name, _size(name), how) for name in files for how in ways]):
            if step.file != subject.name:
                subject = _Subject.read(step.file)
                if subject.error is None:
                    inputs.append(Input(step.file, len(subject.data), hashlib.sha256(subject.data).hexdigest()))
                else:
                    rows.append(Failure(step.file, None, subject.error))
            if subject.error is None and step.how is not None:
                rows.append(subject.coded(step.how, speed))
    return Report(
        tuple(inputs),
        tuple(hows),
        tuple(row for row in rows if isinstance(row, Row)),
        tuple(row for row in rows if isinstance(row, BaselineRow)),
        tuple(row for row in rows if isinstance(row, Failure)),
        reading,
    )


def _size(name: str) -> int:
    """Bytes, as far as anybody can tell; for progress only."""
    try:
        return os.stat(name).st_size
    except OSError:
        return 0


@dataclass
class _Subject:
    """A file that was read, and cut into tokens once; or why not."""

    name: str
    data: bytes
    error: Exception | None = None
    stream: Stream | None = None

    @classmethod
    def read(cls, name: str) -> _Subject:
        try:
            if Path(name).is_dir():
                raise DataError("is a folder without files")
            with open_input(name) as file:
                return cls(name, read_whole(file))
        except (CompressError, OSError) as error:
            return cls(name, b"", error)

    def coded(self, how: Encoding | Baseline, speed: bool) -> Row | BaselineRow | Failure:
        if isinstance(how, Baseline):
            return _beside(self.name, self.data, how, speed)
        try:
            self.stream = self.stream or how.kind.split(self.data)
            if how.coder.family.is_ours:
                return _filed(self.name, self.data, self.stream, how, speed)
            if self.stream.symbols.size:
                return handed_over(self.name, self.data, self.stream, how, speed)
            # There is nothing to hand over.
            return replace(_filed(self.name, self.data, self.stream, replace(how, coder=DEFAULT), speed), how=how)
        except CompressError as error:
            return Failure(self.name, how, error)


def _filed(name: str, data: bytes, stream: Stream, how: Encoding, speed: bool) -> Row:
    """Measure a file that is written and read back."""
    header = plan(stream.seen, len(data), how)
    symbols = stream.over(header.tokens).symbols
    output, decoded = io.BytesIO(), io.BytesIO()
    write_frame(output, header, [symbols], zlib.crc32(data))
    encoded = output.getvalue()
    # From here on only what the file says counts.
    frame = next(read_frames(io.BytesIO(encoded), NO_LIMITS))
    inspection = accounted(frame, decode_frame(frame, decoded, priced=True))
    verdicts = Checks(
        round_trip=decoded.getvalue() == data,
        exact_length=_exact_length(inspection, how, frame.block_bits, symbols),
        code_price=_code_price(inspection, how),
        expectation=None,
        accounting=checks.accounting(inspection.ledger, len(encoded)),
    )
    seconds = None
    if speed:
        seconds = Seconds.of(
            lambda: encode_to(io.BytesIO(data), io.BytesIO(), how),
            lambda: decode_to(io.BytesIO(encoded), io.BytesIO(), NO_LIMITS),
        )
    return Row(name, how, inspection, verdicts, seconds)


def _pair(inspection: Inspection) -> tuple[Built, Pair] | None:
    """The coder that the file tells of, with P̂ and Q; None for a file without tokens, or that does not tell its Q."""
    if inspection.empirical is None or inspection.assumed is None:
        return None
    header = inspection.header
    return header.coder.build(header.table), Pair(inspection.empirical, inspection.assumed)


def _exact_length(
    inspection: Inspection, how: Encoding, block_bits: Iterable[Sequence[int]], symbols: Symbols
) -> bool | None:
    """Whether every payload of every block has the length that theory gives its very tokens."""
    size = inspection.header.block_tokens
    parts = [
        (lane, bits)
        for start, sizes in zip(range(0, symbols.size, size), block_bits, strict=True)
        for lane, bits in zip(split(symbols[start : start + size], len(sizes)), sizes, strict=True)
    ]
    if inspection.header.is_sequential:
        coder = sequential(inspection.header.table)
        return all(coder.law(part).hold(bits) for part, bits in parts)
    if (built := _pair(inspection)) is None:
        return None
    verdicts = [checks.exact_length(how.coder, *built, part, bits) for part, bits in parts]
    return None if None in verdicts else all(verdicts)


def _code_price(inspection: Inspection, how: Encoding) -> bool | None:
    """Whether the coder prices tokens as one built from Q must; None where Q's own digits were not all told."""
    built = _pair(inspection)
    return None if built is None or how.is_rounded else checks.code_price(how.coder, *built)


def _beside(name: str, data: bytes, each: Baseline, speed: bool) -> BaselineRow:
    packed = each.compress(data)
    if each.decompress(packed) != data:
        raise DataError(f"{each.name} did not give {name} back")
    seconds = Seconds.of(lambda: each.compress(data), lambda: each.decompress(packed)) if speed else None
    return BaselineRow(name, each, Sizes(len(data), len(packed), seconds))
