"""Files: bytes in, a frame out, and back; every output whole or absent.

A file is read, cut into tokens, and counted; Q follows from a spec, P̂ from the counts;
blocks of 2^18 tokens are coded one by one.  `atomic` gives the outputs their names.

The bytes of a file are its own P: with P̂ for P the ledger's luck is 0 by definition.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from compress.coders.catalog import DEFAULT, choose
from compress.coders.protocol import Choice, Static
from compress.errors import (
    CompressError,
    CorruptError,
    DataError,
    SpecError,
    ZeroProbabilityError,
)
from compress.frames.frame import NO_TABLE, FrameReader, FrameWriter, Header, Label, Limits
from compress.ledger import Ledger
from compress.probability.distribution import Distribution, Number, Pair
from compress.probability.relative import Assumed, Relative, beside
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.sources.tokens import BYTES, Tokeniser, tokeniser
from compress.specs import Reading, is_self_contained, without_folders
from compress.symbols import Counts, Stream, code_length, histogram

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = [
    "SUFFIX",
    "Encoding",
    "Inspection",
    "check",
    "decode",
    "decode_to",
    "encode",
    "inspect",
]

SUFFIX = ".clen"
BLOCK_TOKENS = 1 << 18
# A label is a convenience: weights that would need more bytes than this are left out of it.
LARGEST_LABEL = 1 << 16


@dataclass(frozen=True)
class Encoding:
    """How to encode: the assumed Q, the coder, what the tokens are, and what a zero means.

    Raises SpecError for a Q that no file can have, and for tokens that do not give the bytes back.
    """

    assumed: Assumed = Relative.EMPIRICAL
    coder: Choice = DEFAULT
    kind: Tokeniser = BYTES
    zeros: ZeroPolicy = REFUSED

    def __post_init__(self) -> None:
        if not self.kind.restores:
            raise SpecError(
                f"tokens of kind {self.kind.name} are for analysis only: they do not join to the same bytes"
            )
        if self.assumed is Relative.TRUE:
            raise SpecError("'true' needs a known P, which a file has not; its own counts are 'empirical'")
        if isinstance(self.assumed, Distribution):
            _sorted(self.kind, self.assumed)

    @property
    def spec(self) -> str:
        """The assumed Q's spec, as a file may tell it."""
        return without_folders(self.assumed.value if isinstance(self.assumed, Relative) else self.assumed.spec)


@dataclass(frozen=True)
class Inspection:
    """One frame, read whole: its header, its ledger, and P̂ of its tokens (None if it has none)."""

    header: Header
    file_bytes: int
    payload_bits: int
    blocks: int
    empirical: Distribution | None
    assumed: Distribution | None
    ideal_bits: float
    ledger: Ledger


def encode(
    data: Buffer | npt.NDArray[Any],
    *,
    assumed: str | Distribution | Mapping[str, Number] = "empirical",
    coder: str = "arithmetic",
    tokens: str = "bytes",
    zeros: str = "error",
    normalize: bool = False,
) -> bytes:
    """The frame of some bytes: of any buffer, such as an array's, its bytes in order.

    assumed: a distribution, its spec, a dict of probabilities or a Counter.

    Raises TypeError for what has no bytes, SpecError for words that mean nothing, DataError for bytes that
    are not such tokens, ZeroProbabilityError where Q excludes a token that occurs.
    """
    output = io.BytesIO()
    content, choice, policy, kind = _bytes(data), choose(coder), ZeroPolicy.parse(zeros), tokeniser(tokens)
    q = Reading(kind, normalize).assumed(assumed) if isinstance(assumed, str) else Distribution.of(assumed)
    encode_to(content, output, Encoding(q, choice, kind, policy))
    return output.getvalue()


def decode(data: Buffer | npt.NDArray[Any], *, max_output: int | None = None) -> bytes:
    """The bytes that some frames encode.  Raises CorruptError, or LimitError beyond `max_output` bytes."""
    data = _bytes(data)
    output = io.BytesIO()
    decode_to(io.BytesIO(data), output, Limits(max_output), compressed_size=len(data))
    return output.getvalue()


def _bytes(data: Buffer | npt.NDArray[Any]) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return memoryview(cast("Buffer", data)).tobytes()
    except TypeError:
        raise TypeError(f"a bytes-like object is required, not {type(data).__name__!r}") from None


def encode_to(data: bytes, output: BinaryIO, how: Encoding) -> None:
    """Write the frame of `data` to a binary file."""
    stream = how.kind.split(data)
    header = _plan(stream, len(data), how)
    writer = FrameWriter(output, header)
    if header.count:
        coder = header.build()
        symbols = stream.over(header.tokens).symbols
        for start in range(0, symbols.size, BLOCK_TOKENS):
            block = symbols[start : start + BLOCK_TOKENS]
            writer.block(block.size, coder.encode(block))
    writer.end(zlib.crc32(data))


def _plan(stream: Stream, content_bytes: int, how: Encoding) -> Header:
    """The header: Q over the joint alphabet of file and spec, as integers that the coder is built from."""
    counts = histogram(stream.symbols, len(stream.tokens))
    if not stream.tokens:
        return Header(how.coder, how.kind, (), NO_TABLE, 0, 0, Label(how.spec, how.zeros.spec))
    observed = Distribution(stream.tokens, tuple(counts.tolist()))
    spelled = Pair.of(observed, beside(how.assumed, observed, counts.tolist())).q
    q = how.zeros.apply(_sorted(how.kind, spelled))
    for token, weight in zip(q.tokens, q.weights, strict=True):
        if not weight and token in observed.index:
            first = int(np.argmax(stream.symbols == observed.index[token]))
            raise ZeroProbabilityError(
                token, f"it occurs {counts[observed.index[token]]} times, first at token {first}"
            )
    how.coder.family.require(Pair(observed.over(q.tokens), q))
    is_own_count = how.assumed is Relative.EMPIRICAL and how.zeros.floor is None
    table = how.coder.fit(q.weights, counts=is_own_count)
    label = Label(how.spec, how.zeros.spec, () if is_self_contained(how.spec) else q.weights)
    if len(label.pack()) > LARGEST_LABEL:
        label = Label(how.spec, how.zeros.spec)
    return Header(how.coder, how.kind, q.tokens, table, stream.symbols.size, content_bytes, label)


def _sorted(kind: Tokeniser, q: Distribution) -> Distribution:
    """Q in the order of its kind's alphabets.  Raises SpecError if a token of Q is none of its kind."""
    try:
        pieces = {token: kind.piece(token) for token in q.tokens}
    except DataError as error:
        raise SpecError(f"{q.spec}: {error}; it was read with tokens='{kind.name}'") from None
    if kind.in_order:
        return q.over(sorted(q.tokens, key=pieces.__getitem__))
    return q


def decode_to(file: BinaryIO, output: BinaryIO, limits: Limits, *, compressed_size: int | None = None) -> None:
    """Write the content of every frame of `file` to `output`."""
    for reader in _frames(file, limits, compressed_size):
        _decode_frame(reader, output)


def inspect(file: BinaryIO, limits: Limits, *, compressed_size: int | None = None) -> list[Inspection]:
    """Every frame of `file`, decoded and accounted for, its content thrown away."""
    inspections, position = [], 0
    for reader in _frames(file, limits, compressed_size):
        counts = _decode_frame(reader, None)
        inspections.append(_inspection(reader, counts, reader.position - position))
        position = reader.position
    return inspections


def check(file: BinaryIO, limits: Limits, *, compressed_size: int | None = None) -> int:
    """Decode every frame of `file`, compare every checksum, and return the bytes of content."""
    size = 0
    for reader in _frames(file, limits, compressed_size):
        _decode_frame(reader, None)
        size += reader.header.content_bytes
    return size


def _frames(file: BinaryIO, limits: Limits, compressed_size: int | None) -> Iterator[FrameReader]:
    position, allowed = 0, limits.output(compressed_size)
    first = file.read(1)
    if not first:
        raise CorruptError("the file is empty, which no codelen file is")
    while first:
        reader = FrameReader(file, Limits(allowed, limits.max_memory), start=position, first=first)
        yield reader
        # The limit is on all frames together.
        position, allowed = reader.position, allowed - reader.header.content_bytes
        first = file.read(1)


def _decode_frame(reader: FrameReader, output: BinaryIO | None) -> Counts:
    """Decode one frame, check its content, and count its tokens."""
    header = reader.header
    size, crc = 0, 0
    counts = np.zeros(len(header.tokens), np.int64)
    coder: Static | None = None
    kind = header.kind
    rest = np.zeros(0, np.uint8)
    piece_bits = np.array([kind.bits(token) for token in header.tokens], np.int64)
    for count, payload in reader.read_blocks():
        coder = coder or header.build()
        symbols = coder.decode(payload, count)
        # A block may end within a byte: what is left waits for the next block.
        symbols = np.concatenate((rest.astype(symbols.dtype), symbols)) if rest.size else symbols
        whole = symbols.size - symbols.size % kind.granule
        symbols, rest = symbols[:whole], symbols[whole:]
        for start in range(0, symbols.size, BLOCK_TOKENS):
            part = symbols[start : start + BLOCK_TOKENS]
            seen = histogram(part, counts.size)
            counts += seen
            size += int(seen @ piece_bits) // 8
            if size > header.content_bytes:
                raise CorruptError(f"the content is larger than the {header.content_bytes} bytes claimed")
            content = kind.join(Stream(header.tokens, part))
            crc = zlib.crc32(content, crc)
            if output is not None:
                output.write(content)
    if rest.size or size != header.content_bytes or crc != reader.content_crc:
        raise CorruptError("the content is damaged: its size or checksum does not match")
    return counts


def _inspection(reader: FrameReader, counts: Counts, file_bytes: int) -> Inspection:
    header = reader.header
    if not header.count:
        ledger = Ledger(0.0, 0.0, 0.0, 0.0, float(reader.payload_bits), dict(reader.parts))
        return Inspection(header, file_bytes, reader.payload_bits, reader.blocks, None, None, 0.0, ledger)
    p = Distribution(header.tokens, tuple(counts.tolist()))
    q = _labelled(header, p, counts)
    surprises = header.build().surprises
    ideal = code_length(counts, surprises)
    ledger = Ledger.account(header.count, p, q, surprises, ideal, reader.payload_bits, reader.parts, p_is_sample=True)
    return Inspection(header, file_bytes, reader.payload_bits, reader.blocks, p, q, ideal, ledger)


def _labelled(header: Header, p: Distribution, counts: Counts) -> Distribution | None:
    """The assumed Q that the label tells of; None if it tells of none that fits."""
    label = header.label
    try:
        if label.weights:
            q = Distribution(header.tokens, label.weights, label.spec)
        elif is_self_contained(label.spec):
            occurring = [token for token, count in zip(p.tokens, counts, strict=True) if count]
            belief = Reading(header.kind, normalize=True).assumed(label.spec)
            spelled = beside(belief, p.over(occurring), counts[counts > 0].tolist())
            q = ZeroPolicy.parse(label.zeros).apply(spelled.over(header.tokens))
        else:
            return None
    except CompressError:
        return None
    fits = all(weight for weight, count in zip(q.weights, counts, strict=True) if count)
    return q if fits else None
