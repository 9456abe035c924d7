"""One file in each of several ways: read and split once, encoded, parsed, decoded, compared.

    file ──split──▶ tokens ──(belief x coder)──▶ encoded file ──parse──▶ payload ──decode──▶ the same bytes?

Nothing of another file has a part in it, so that any process may do it.

Next: `survey` (many files).
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from compress.coders.catalog import DEFAULT
from compress.coders.lanes import split
from compress.coders.protocol import Built
from compress.errors import CompressError, DataError
from compress.experiments import checks
from compress.experiments.checks import Checks
from compress.frames.coding import write_frame
from compress.frames.decoding import decode_and_count
from compress.frames.files import Encoding, decode_to, encode_to, plan
from compress.frames.frame import read_frames
from compress.frames.header import NO_LIMITS
from compress.frames.inspections import Inspection, accounted
from compress.models.catalog import sequential
from compress.probability.distribution import Pair
from compress.surveys.baselines import Baseline
from compress.surveys.outside import handed_over
from compress.surveys.report import BaselineRow, Failure, Input, Row, Seconds, Sizes
from compress.surveys.whereabouts import content_of
from compress.symbols import Stream, Symbols

__all__ = ["Content", "Surveyed", "Ways", "lost_with", "surveyed"]


@dataclass(frozen=True)
class Ways:
    """How each file is coded; speed: whether that is timed."""

    hows: tuple[Encoding, ...]
    baselines: tuple[Baseline, ...] = ()
    speed: bool = False


@dataclass(frozen=True)
class Content:
    """A file by its name; data: what is in it, None where whoever codes it reads it."""

    name: str
    data: bytes | None = None

    def read(self) -> bytes:
        """What is in it.  Raises DataError or OSError."""
        return content_of(self.name) if self.data is None else self.data


@dataclass(frozen=True)
class Surveyed:
    """What came of a file; read: None if it could not be read."""

    read: Input | None
    rows: tuple[Row | BaselineRow | Failure, ...]


def surveyed(ways: Ways, file: Content) -> Surveyed:
    """A file in each of these ways.

    >>> made = surveyed(Ways((Encoding(),)), Content("a", b"aab"))
    >>> made.read.size, made.rows[0].verdict
    (3, 'pass')
    """
    try:
        data = file.read()
    except (CompressError, OSError) as error:
        return Surveyed(None, (Failure(file.name, None, error),))
    told = Input(file.name, len(data), hashlib.sha256(data).hexdigest())
    return Surveyed(told, tuple(_rows(ways, file.name, data)))


def lost_with(file: Content) -> Surveyed:
    """What stands for a file that has ended two processes.

    >>> lost_with(Content("a")).rows[0].message
    'it ended two processes; perhaps they had too little memory'
    """
    error = DataError("it ended two processes; perhaps they had too little memory")
    return Surveyed(None, (Failure(file.name, None, error),))


def _rows(ways: Ways, name: str, data: bytes) -> Iterator[Row | BaselineRow | Failure]:
    stream: Stream | None = None
    for how in ways.hows:
        try:
            stream = stream or how.kind.split(data)
            yield _coded(name, data, stream, how, ways.speed)
        except CompressError as error:
            yield Failure(name, how, error)
    for each in ways.baselines:
        yield _beside(name, data, each, ways.speed)


def _coded(name: str, data: bytes, stream: Stream, how: Encoding, speed: bool) -> Row:
    if how.coder.family.is_ours:
        return _filed(name, data, stream, how, speed)
    if stream.symbols.size:
        return handed_over(name, data, stream, how, speed)
    # There is nothing to hand over.
    return replace(_filed(name, data, stream, replace(how, coder=DEFAULT), speed), how=how)


def _filed(name: str, data: bytes, stream: Stream, how: Encoding, speed: bool) -> Row:
    """Measure a file that is written and read back."""
    header = plan(stream.seen, len(data), how)
    symbols = stream.over(header.tokens).symbols
    output, decoded = io.BytesIO(), io.BytesIO()
    write_frame(output, header, [symbols], zlib.crc32(data))
    encoded = output.getvalue()
    # From here on only what the file says counts.
    frame = next(read_frames(io.BytesIO(encoded), NO_LIMITS))
    inspection = accounted(frame, decode_and_count(frame, decoded))
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
