"""Files: bytes in, a frame out, and back; every output whole or absent.

A file is read, cut into tokens, and counted; Q follows from a spec, P̂ from the counts.
`atomic` gives the outputs their names.

The bytes of a file are its own P: with P̂ for P the ledger's luck is 0 by definition.

Next: `inspections` (where every bit of one went).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy.typing as npt

from compress.belief.kinds import Believed, assumption
from compress.belief.protocol import Assumption, Belief
from compress.coders.catalog import DEFAULT, choose
from compress.coders.family import Choice
from compress.errors import (
    DataError,
    SpecError,
    quoted,
)
from compress.frames.coding import write_frame
from compress.frames.decoding import decode_frame
from compress.frames.frame import read_frames
from compress.frames.header import NO_TABLE, Header, Label, Limits
from compress.probability.distribution import Distribution
from compress.probability.exact import Number
from compress.probability.relative import Relative
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.sources.pieces import Content, counted, numbering, pieces
from compress.sources.tokens import BYTES, Tokeniser, tokeniser
from compress.specs import Reading
from compress.symbols import Seen

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["SUFFIX", "Encoding", "check", "decode", "decode_to", "encode", "plan"]

SUFFIX = ".clen"


@dataclass(frozen=True)
class Encoding:
    """How to encode: the assumed Q, the coder, what the tokens are, and what a zero means.

    Raises SpecError for a Q that no file can have, and for tokens that do not give the bytes back.
    """

    assumed: Believed = Relative.EMPIRICAL
    coder: Choice = DEFAULT
    kind: Tokeniser = BYTES
    zeros: ZeroPolicy = REFUSED

    def __post_init__(self) -> None:
        if not self.kind.restores:
            raise SpecError(
                f"tokens of kind {self.kind.name} are for analysis only: they do not join to the same bytes"
            )
        if self.assumption.needs_p:
            raise SpecError("'true' needs a known P, and a file has none; for its own counts write 'empirical'")
        self.assumption.require_coder(self.coder)
        if not self.assumption.in_files:
            raise SpecError(f"{quoted(self.spec)} is a chain; give a single distribution here")
        _in_order(self.kind, self.assumption.tokens, self.spec)

    @cached_property
    def assumption(self) -> Assumption:
        """Return the assumption, of whichever kind it is."""
        return assumption(self.assumed)

    @property
    def spec(self) -> str:
        """Return the spec of the assumed Q."""
        return self.assumption.spec

    @property
    def is_sequential(self) -> bool:
        """Whether Q changes from token to token."""
        return not self.assumption.stays

    @property
    def is_own_count(self) -> bool:
        """Whether Q is the file's own counts, whose last digits are chance."""
        return self.assumption.is_counted and self.zeros.refuses

    @property
    def is_rounded(self) -> bool:
        """Whether the file tells only the first digits of Q."""
        return self.is_own_count and self.coder.family.fit_counts is not None


def encode(
    data: Buffer | npt.NDArray[Any],
    coder: str = "arithmetic",
    *,
    assumed: str | Distribution | Mapping[str, Number] = "empirical",
    tokens: str = "bytes",
    zeros: str = "error",
    normalize: bool = False,
) -> bytes:
    """Encode bytes, or the bytes of any buffer such as an array, into a frame.

    assumed: a distribution, its spec, a dict of probabilities or a Counter.

    Raises TypeError if the data has no bytes, SpecError for a spec that means nothing, DataError if the bytes cannot be
    cut into such tokens, ZeroProbabilityError if Q excludes a token that occurs.

    >>> len(encode(b"aab", "huffman"))
    48
    """
    output = io.BytesIO()
    content, choice, policy, kind = _bytes(data), choose(coder), ZeroPolicy.parse(zeros), tokeniser(tokens)
    q = Reading(kind, normalize).believed(assumed) if isinstance(assumed, str) else Distribution.of(assumed)
    encode_to(io.BytesIO(content), output, Encoding(q, choice, kind, policy))
    return output.getvalue()


def decode(data: Buffer | npt.NDArray[Any], *, max_output: int | None = None) -> bytes:
    """Decode the frames in these bytes.

    Raises CorruptError if they are damaged, LimitError beyond `max_output` bytes.

    >>> decode(encode(b"to be"))
    b'to be'
    """
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
        remedy = "; a text is encoded to bytes first, text.encode()" if isinstance(data, str) else ""
        raise TypeError(f"a bytes-like object is required, not {type(data).__name__!r}{remedy}") from None


def encode_to(file: BinaryIO, output: BinaryIO, how: Encoding, *, threads: int = 1) -> tuple[Header, int]:
    """Write the frame of a file that can be read twice, from where it stands; returns its header, and its bytes.

    Raises DataError if it changed between the passes.

    >>> header, size = encode_to(io.BytesIO(b"to be"), io.BytesIO(), Encoding())
    >>> header.content_bytes, size
    (5, 52)
    """
    begins = file.tell()

    def cut() -> Iterator[bytes]:
        file.seek(begins)
        return pieces(how.kind, file)

    content = counted(how.kind, cut, threads)
    header = plan(content.seen, content.size, how)
    again = _Again(content)
    try:
        values, symbols = numbering(how.kind, header.tokens)
        parts = map(values, again.watched(cut()))
        encoded = write_frame(output, header, parts, content.crc, number=symbols, threads=threads)
    except DataError:
        again.check()
        raise
    again.check()
    return header, encoded


class _Again:
    """A second look at the pieces of a file, which may have changed since they were counted."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._size = self._crc = 0

    def watched(self, cut: Iterable[bytes]) -> Iterator[bytes]:
        for piece in cut:
            self._size, self._crc = self._size + len(piece), zlib.crc32(piece, self._crc)
            if self._size > self._content.size:
                break
            yield piece

    def check(self) -> None:
        """Raise DataError if they are not."""
        if (self._size, self._crc) != (self._content.size, self._content.crc):
            raise DataError("changed while it was read: what was counted is not what was coded")


def plan(seen: Seen, content_bytes: int, how: Encoding) -> Header:
    """The header: Q over the joint alphabet of file and spec, as integers that the coder is built from.

    >>> plan(BYTES.split(b"aab").seen, 3, Encoding(coder=choose("huffman"))).table.numbers
    (1, 1)
    """
    if not seen.tokens:
        return Header(how.coder, how.kind, (), NO_TABLE, 0, 0, Label.of(how.spec, how.zeros, ()))
    believed = how.assumption.noted(seen, how.zeros)
    tokens = _in_order(how.kind, believed.alphabet(seen.tokens), how.spec)
    believed = believed.over(tokens)
    believed.require(Distribution(seen.tokens, seen.counts), None, how.coder)
    return header_of(believed, how.coder, how.kind, tokens, seen.n, content_bytes, how.zeros, counts=how.is_own_count)


def header_of(
    belief: Belief,
    choice: Choice,
    kind: Tokeniser,
    tokens: Sequence[str],
    count: int,
    content_bytes: int,
    zeros: ZeroPolicy,
    *,
    counts: bool = False,
) -> Header:
    """What stands before the payload of so many of these tokens; counts: whether they were believed as counted.

    >>> fair = Reading().believed("empirical").noted(BYTES.split(b"ab").seen, REFUSED)
    >>> header_of(fair, choose("huffman"), BYTES, ("a", "b"), 2, 2, REFUSED).table.numbers
    (1, 1)
    """
    table = belief.table(choice, len(tokens), counts=counts)
    label = Label.of(belief.spec, zeros, belief.weights)
    return Header(choice, kind, tuple(tokens), table, count, content_bytes, label)


def _in_order(kind: Tokeniser, tokens: Sequence[str], spec: str) -> tuple[str, ...]:
    """Tokens in the order of its kind's alphabets.  Raises SpecError if one is none of its kind."""
    try:
        pieces = {token: kind.piece(token) for token in tokens}
    except DataError as error:
        raise SpecError(f"{spec}: {error}; it was read with tokens='{kind.name}'") from None
    return tuple(sorted(tokens, key=pieces.__getitem__) if kind.in_order else tokens)


def decode_to(
    file: BinaryIO, output: BinaryIO, limits: Limits, *, compressed_size: int | None = None, threads: int = 1
) -> int:
    """Write the content of every frame of `file` to `output`; returns its bytes.

    >>> output = io.BytesIO()
    >>> decode_to(io.BytesIO(encode(b"to be")), output, Limits())
    5
    >>> output.getvalue()
    b'to be'
    """
    size = 0
    for frame in read_frames(file, limits, compressed_size=compressed_size):
        decode_frame(frame, output, threads=threads)
        size += frame.header.content_bytes
    return size


def check(file: BinaryIO, limits: Limits, *, compressed_size: int | None = None, threads: int = 1) -> int:
    """Decode every frame of `file`, compare every checksum, and return the bytes of content.

    >>> check(io.BytesIO(encode(b"to be")), Limits())
    5
    """
    size = 0
    for frame in read_frames(file, limits, compressed_size=compressed_size):
        decode_frame(frame, None, threads=threads)
        size += frame.header.content_bytes
    return size
