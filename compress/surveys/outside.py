"""A file and a coder from outside: what the file would cost if it could name that coder.

No file can, so its payload is put where that of our arithmetic coder would be, in memory, and the bits around it are
counted there.  What a reader has to be told is the same, whoever wrote the coder:

    header, index, checksums, alphabet      as ours
    model                                   Q as our table, which is the Q that the coder gets; for one that makes its
                                            own model a byte; and the side information

Next: `whereabouts` (where the files are).
"""

from __future__ import annotations

import io
import zlib
from dataclasses import replace

import numpy as np

from compress.coders.catalog import DEFAULT
from compress.coders.protocol import Form, Table
from compress.experiments import checks
from compress.experiments.checks import Checks
from compress.foreign.choice import ForeignChoice
from compress.foreign.coder import ForeignCoder
from compress.foreign.shapes import Payload
from compress.foreign.workshop import Workshop
from compress.frames.decoding import Decoded
from compress.frames.files import Encoding, plan
from compress.frames.frame import Block, FrameWriter, read_frames
from compress.frames.header import NO_LIMITS, Header
from compress.frames.inspections import Inspection, accounted
from compress.probability.distribution import Distribution
from compress.probability.frequencies import TOTAL
from compress.surveys.report import Row, Seconds
from compress.symbols import Stream, histogram

__all__ = ["handed_over"]


def handed_over(name: str, data: bytes, stream: Stream, how: Encoding, speed: bool) -> Row:
    """A row of a report: `data`, cut into the stream's tokens, one at least, there and back.  Raises DataError.

    >>> from compress.foreign.choice import at_work, chosen
    >>> from compress.sources.tokens import BYTES
    >>> how = Encoding(coder=chosen("zlib:"))
    >>> with at_work([how.coder]):
    ...     handed_over("a", b"ab" * 99, BYTES.split(b"ab" * 99), how, speed=False).checks.round_trip
    True
    """
    assert isinstance(how.coder, ForeignChoice)
    header, coder = _planned(data, stream, how, how.coder.workshop)
    symbols = stream.over(header.tokens).symbols
    p = Distribution(header.tokens, tuple(histogram(symbols, len(header.tokens)).tolist()))
    coder.require_codes(p)
    payload = coder.sent(symbols)
    output = io.BytesIO()
    writer = FrameWriter(output, header)
    writer.block(Block(symbols.size, payload.as_bits()))
    writer.end(zlib.crc32(data))
    inspection, received = _parsed(output.getvalue(), p, coder, payload)
    lost = coder.lost(received, symbols)
    states, info_bytes = coder.stated is not None, payload.info_bits // 8
    verdicts = Checks(
        round_trip=lost is None,
        exact_length=None,
        code_price=None,
        expectation=checks.keeps_to(inspection.ideal_bits, payload.bits, symbols.size) if states else None,
        accounting=checks.accounting(inspection.ledger, len(output.getvalue()) + info_bytes),
    )
    seconds = None
    if speed and lost is None:
        seconds = Seconds.of(
            lambda: coder.sent(how.kind.split(data).over(header.tokens).symbols),
            lambda: how.kind.join(Stream(header.tokens, coder.received(payload, symbols.size))),
        )
    return Row(name, how, inspection, verdicts, seconds, lost)


def _planned(data: bytes, stream: Stream, how: Encoding, workshop: Workshop) -> tuple[Header, ForeignCoder]:
    """What stands before the payload, and the coder of the Q that this tells."""
    header = plan(stream.seen, len(data), replace(how, coder=DEFAULT))
    coder = ForeignCoder(workshop, np.array(header.coder.build(header.table).facts["frequencies"]) / TOTAL)
    if coder.takes_q:
        return header, coder
    q = how.assumption.noted(stream.seen, how.zeros).over(header.tokens).q
    # A recipe was refused with this coder.
    assert q is not None
    return replace(header, table=Table(Form.EQUAL, q.size)), replace(coder, probabilities=q.probabilities)


def _parsed(data: bytes, p: Distribution, coder: ForeignCoder, sent: Payload) -> tuple[Inspection, Payload]:
    """What the file says, and beside it the side information; and the payload that it holds."""
    frame = next(read_frames(io.BytesIO(data), NO_LIMITS))
    [block] = frame.blocks
    frame.parts["model"] += sent.info_bits
    inspection = accounted(frame, Decoded(np.array(p.weights), None), coder.surprises)
    received = replace(sent, data=block.payload.tobytes(), bits=len(block.payload))
    return replace(inspection, file_bytes=frame.file_bytes + sent.info_bits // 8), received
