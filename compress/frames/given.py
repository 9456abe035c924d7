"""Files whose tokens were coded with a model's own predictions, which they do not hold.

    predictions, tokens ──encode_with──▶ frame ──decode_with, the same predictions──▶ tokens

Predictions are an array, or a function of the tokens so far, which a receiver asks as it decodes.  Floats decide what
such a frame means, and so it has a fingerprint of the whole numbers that they became, in each block: who decodes
with others is told so, at the first block where they differ, and is not given garbage.

Next: `foreign.limits` (what a coder that somebody else wrote may take).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from compress.coders.catalog import DEFAULT
from compress.coders.protocol import Form, Table
from compress.errors import CorruptError, DataError
from compress.frames.format import BlockKind
from compress.frames.frame import Block, Frame, FrameWriter, read_frames
from compress.frames.header import BLOCK_TOKENS, Header, Label, Limits
from compress.models.predictions import AS_THEY_ARE, Asked, Function, Manner, Predictions
from compress.models.rows import Coded, Rows
from compress.models.sparse import Listing, Sparse
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import NUMBERS
from compress.symbols import Stream, Symbols, smallest_dtype

__all__ = ["Given", "decode_rows", "decode_with", "encode_rows", "encode_with", "rows_of", "symbols_of"]

_LABEL = "given predictions"


class Given(NamedTuple):
    """A frame, and what came of each of its blocks."""

    data: bytes
    blocks: Sequence[Coded]


def encode_with(
    probabilities: npt.NDArray[Any] | Function,
    symbols: npt.ArrayLike,
    *,
    logits: bool = False,
    zeros: str = "error",
    top_k: npt.NDArray[Any] | None = None,
    vocabulary: int | None = None,
) -> bytes:
    """Encode whole numbers from 0 to K-1 into a frame, each with its own row of probabilities.

    probabilities: floats of shape (n, K), or a function that takes the numbers so far, shape (t,), and returns the
    probabilities of the next one, shape (K,).
    logits: apply a softmax to the rows first. zeros: floor:EPS or escape:EPS, for numbers that their row excludes.
    top_k: the numbers that the columns stand for, shape (n, k), if only the likeliest of `vocabulary` are listed; the
    others share what the row leaves of 1 equally.

    Raises DataError, naming the row, if a row is not a distribution or does not fit, and ZeroProbabilityError for a
    number that its row excludes or gives less than 2^-40.

    >>> len(encode_with(np.full((1000, 4), 0.25), np.zeros(1000, int)))
    309
    """
    known = symbols_of(np.asarray(symbols))
    rows = Asked(probabilities, known) if callable(probabilities) else np.asarray(probabilities)
    manner = Manner(logits, zeros=ZeroPolicy.parse(zeros))
    return encode_rows(rows_of(rows, manner, Listing.of(top_k, vocabulary)), known).data


def decode_with(
    data: bytes,
    probabilities: npt.NDArray[Any] | Function,
    *,
    logits: bool = False,
    zeros: str = "error",
    top_k: npt.NDArray[Any] | None = None,
    vocabulary: int | None = None,
    max_output: int | None = None,
) -> Symbols:
    """Decode a frame of `encode_with` with the same probabilities and options: numbers, shape (n,).

    Raises CorruptError if the probabilities are others (it names the block) or the frame is damaged, DataError if there
    are too many rows or too few, LimitError beyond `max_output` bytes of content.

    >>> fair = np.full((3, 2), 0.5)
    >>> decode_with(encode_with(fair, [0, 1, 1]), lambda past: np.array([0.5, 0.5])).tolist()
    [0, 1, 1]
    """
    manner = Manner(logits, zeros=ZeroPolicy.parse(zeros))
    listing = Listing.of(top_k, vocabulary)
    return decode_rows(io.BytesIO(data), probabilities, manner, listing, Limits(max_output), len(data))


def rows_of(predictions: Predictions, manner: Manner, listing: Listing | None = None) -> Rows | Sparse:
    """Whole rows, or sparse ones if only some tokens are listed.

    >>> rows_of(np.array([[0.5]]), AS_THEY_ARE, Listing(np.array([[3]]), 10)).size
    10
    """
    return Rows(predictions, manner) if listing is None else Sparse(predictions, listing, manner)


def symbols_of(numbers: npt.NDArray[Any]) -> Symbols:
    """Whole numbers of shape (n,) in the smallest type that holds them.  Raises DataError for anything else.

    >>> symbols_of(np.array([0, 300])).dtype
    dtype('uint16')
    """
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise DataError(f"tokens are whole numbers of shape (n,), not {numbers.dtype} of shape {numbers.shape}")
    if numbers.size and int(numbers.min()) < 0:
        raise DataError(f"token {int(np.argmin(numbers))} is {int(numbers.min())}, and none is below 0")
    return numbers.astype(smallest_dtype(int(numbers.max(initial=0)) + 1))


def encode_rows(rows: Rows | Sparse, symbols: Symbols) -> Given:
    """The frame of these symbols with these rows, 2^18 a block.

    >>> encode_rows(Rows(np.full((8, 2), 0.5)), np.zeros(8, np.uint8)).blocks[0].payload.to01()
    '00000000'
    """
    rows.require(symbols)
    blocks = []
    for start in range(0, symbols.size, BLOCK_TOKENS):
        stop = min(start + BLOCK_TOKENS, symbols.size)
        blocks.append(rows.part(start, stop).encode(symbols[start:stop]))
    tokens = tuple(map(str, range(rows.size)))
    content = NUMBERS.join(Stream(tokens, symbols))
    table = Table(Form.GIVEN, rows.size)
    header = Header(DEFAULT, NUMBERS, tokens, table, symbols.size, len(content), Label(_LABEL, rows.manner.zeros.spec))
    file = io.BytesIO()
    writer = FrameWriter(file, header)
    for start, made in zip(range(0, symbols.size, BLOCK_TOKENS), blocks, strict=True):
        count = min(BLOCK_TOKENS, symbols.size - start)
        writer.block(Block(count, made.payload, BlockKind.GIVEN, made.fingerprint))
    writer.end(zlib.crc32(content))
    return Given(file.getvalue(), blocks)


def decode_rows(
    file: BinaryIO,
    predictions: Predictions | Function,
    manner: Manner = AS_THEY_ARE,
    listing: Listing | None = None,
    limits: Limits | None = None,
    size: int | None = None,
) -> Symbols:
    """The symbols of the one frame of a file; size: its bytes, if they are known.

    >>> made = encode_rows(Rows(np.full((8, 2), 0.5)), np.ones(8, np.uint8))
    >>> decode_rows(io.BytesIO(made.data), np.full((8, 2), 0.5)).tolist()
    [1, 1, 1, 1, 1, 1, 1, 1]
    """
    read = read_frames(file, limits or Limits(), compressed_size=size)
    frames = [_decoded(frame, predictions, manner, listing) for frame in read]
    if len(frames) > 1:
        raise CorruptError(f"{len(frames)} frames, and the predictions are for one")
    return frames[0]


def _decoded(
    frame: Frame,
    predictions: Predictions | Function,
    manner: Manner,
    listing: Listing | None,
) -> Symbols:
    header = frame.header
    if not header.is_given:
        raise DataError("it was not coded with predictions; decode reads it without any")
    symbols = np.zeros(header.count, smallest_dtype(len(header.tokens)))
    rows = rows_of(Asked(predictions, symbols) if callable(predictions) else predictions, manner, listing)
    n, k = rows.probabilities.shape[0], rows.size
    if (n, k) != (header.count, len(header.tokens)):
        raise DataError(
            f"it has {header.count:,} tokens of {len(header.tokens):,} kinds, and the predictions are {n:,} rows of "
            f"{k:,}"
        )
    start = 0
    for number, block in enumerate(frame.blocks):
        stop = start + block.count
        assert block.fingerprint is not None
        try:
            into = symbols[start:stop]
            one = callable(predictions)
            found = rows.part(start, stop).decode(block.payload, block.fingerprint, into if one else None)
        except CorruptError as error:
            raise CorruptError(f"block {number}, tokens {start:,} to {stop - 1:,}: {error}") from None
        symbols[start:stop], start = found, stop
    content = NUMBERS.join(Stream(header.tokens, symbols))
    if len(content) != header.content_bytes or zlib.crc32(content) != frame.content_crc:
        raise CorruptError("the content is damaged: its size or checksum does not match")
    return symbols
