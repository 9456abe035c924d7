"""A file read whole, and where every bit of it went.

Next: `given` (files whose probabilities both ends have).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from compress.errors import (
    CompressError,
)
from compress.frames.decoding import Decoded, decode_and_count
from compress.frames.frame import Frame, read_frames
from compress.frames.header import LARGEST_LABEL, Header, Limits
from compress.ledger import Ledger
from compress.probability.distribution import Distribution
from compress.probability.families import at_most
from compress.probability.relative import beside
from compress.probability.zeros import ZeroPolicy
from compress.shown import Shown
from compress.specs import Reading, is_self_contained
from compress.symbols import Counts, code_length

__all__ = ["InspectedFiles", "Inspection", "Inspections", "accounted", "inspect"]


@dataclass(frozen=True)
class Inspection:
    """One frame, read whole: its header, its ledger, and P̂ of its tokens (None if it has none).

    Of one that takes a model's own predictions the container is known, and all that these would tell is NaN.
    """

    header: Header
    file_bytes: int
    payload_bits: int
    blocks: int
    empirical: Distribution | None
    assumed: Distribution | None
    ideal_bits: float
    ledger: Ledger


@dataclass(frozen=True)
class Inspections(Shown):
    """Every frame of a file, and what the file is called."""

    _told = ("name", "frames")

    name: str
    frames: Sequence[Inspection]


@dataclass(frozen=True)
class InspectedFiles(Shown):
    """Several files, inspected."""

    _told = ("files",)

    files: tuple[Inspections, ...]


def inspect(
    file: BinaryIO, limits: Limits, *, compressed_size: int | None = None, threads: int = 1
) -> list[Inspection]:
    """Every frame of `file`, decoded and accounted for, its content thrown away.

    A frame that takes a model's own predictions is read, and not decoded.

    >>> import io
    >>> from compress import encode
    >>> [frame] = inspect(io.BytesIO(encode(b"aab", coder="huffman")), Limits())
    >>> frame.payload_bits, frame.ledger.container
    (3, 381)
    """
    return [_inspected(frame, threads) for frame in read_frames(file, limits, compressed_size=compressed_size)]


def _inspected(frame: Frame, threads: int) -> Inspection:
    header = frame.header
    if not header.is_given:
        return accounted(frame, decode_and_count(frame, None, threads=threads))
    blocks = sum(1 for _ in frame.blocks)
    ledger = Ledger.untold(frame.parts)
    return Inspection(header, frame.file_bytes, frame.payload_bits, blocks, None, None, math.nan, ledger)


def accounted(frame: Frame, decoded: Decoded, surprises: npt.NDArray[np.float64] | None = None) -> Inspection:
    """Where the bits of a frame went that was read to its end.

    Of a Q that changed, mismatch is all that it cost beyond n·H(P̂): what it had to learn, less what it learned.
    surprises: -log2 q̂ of each token, bits, shape (K,), where the coder is none that a file can name.

    >>> import io
    >>> from compress import encode
    >>> frame = next(read_frames(io.BytesIO(encode(b"aab")), Limits()))
    >>> accounted(frame, decode_and_count(frame, None)).ledger.luck
    0.0
    """
    header, payload_bits = frame.header, frame.payload_bits
    p = q = None
    ideal: float | None
    ideal, ledger = 0.0, Ledger(0.0, 0.0, 0.0, 0.0, float(payload_bits), dict(frame.parts))
    if header.count:
        counts, ideal = decoded
        p = Distribution(header.tokens, tuple(counts.tolist()))
        if header.is_sequential:
            assert ideal is not None
            ledger = Ledger.undivided(header.count * p.entropy, ideal, ideal, payload_bits, frame.parts)
        else:
            # A label may need as many tokens as the frame could have written.
            with at_most(max(frame.parts["alphabet"] // 8, LARGEST_LABEL)):
                q = _labelled(header, p, counts)
            if ideal is None:
                surprises = header.build().surprises if surprises is None else surprises
                assert surprises is not None
                ideal = code_length(counts, surprises)
            ledger = Ledger.account(header.count, p, q, ideal, ideal, payload_bits, frame.parts)
    return Inspection(header, frame.file_bytes, payload_bits, frame.block_count, p, q, ideal, ledger)


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
