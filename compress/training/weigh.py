"""A model on the scales: its loss on some tokens, and the code that has that length.

    predictions, tokens ──Σ -ln p_t(x_t)──▶ loss, nats      what the model was trained to make small
           └────────────encode──▶ payload, bits ──decode──▶ the same tokens?

The cross-entropy of a classifier or a language model is a code length: here the code is made, and its payload has
as many bits as the loss, within two a block of 2^18 tokens.  What it assumes: that the receiver holds the same
predictions, whose own bits are not counted, and that row t does not depend on token t.

Next: `labelled` (rows to learn from).
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from compress.experiments.checks import Checks, round_trip, verdict
from compress.frames.frame import read_frames
from compress.frames.given import decode_rows, encode_rows, rows_of, symbols_of
from compress.frames.header import NO_LIMITS
from compress.models.predictions import AS_THEY_ARE, Manner, Predictions
from compress.models.sparse import Listing
from compress.shown import Shown

__all__ = ["Weighing", "weigh", "weigh_file"]


@dataclass(frozen=True)
class Weighing(Shown):
    """What n tokens cost with a model's predictions; bits over all of them.

    loss_bits: Σ -log2 p_t(x_t) of the tokens that the predictions allow, as they say it; excluded: how many others
    there are; zeros_bits: what those cost by the zero policy, and what it takes from the allowed.  listed: how many
    tokens a row lists, of sparse ones; literal_bits: which of the others came, where one did.  ideal_bits: the cost by
    the whole numbers that the predictions become.  fingerprints: of those, a block each.  content_bytes: of the text
    that the tokens are, if somebody said so.
    """

    _told = ("n", "size", "loss_bits", "payload_bits", "file_bytes", "verdict")

    n: int
    size: int
    precision: str
    manner: Manner
    loss_bits: float
    excluded: int
    zeros_bits: float
    literal_bits: float
    listed: int | None
    ideal_bits: float
    payload_bits: int
    fingerprints: tuple[int, ...]
    content_bytes: int | None
    file_bytes: int
    container_parts: Mapping[str, int]
    checks: Checks

    @property
    def loss(self) -> float | None:
        """The cross-entropy, nats/token, zeros and literals with it: what training reports; None for no tokens."""
        bits = self.loss_bits + self.zeros_bits + self.literal_bits
        return bits * math.log(2) / self.n if self.n else None

    @property
    def perplexity(self) -> float | None:
        """e to the loss: the equally likely tokens that would be as surprising."""
        return None if self.loss is None else math.exp(min(self.loss, 700.0))

    @property
    def bits_per_token(self) -> float | None:
        """Return the payload's bits per token."""
        return self.payload_bits / self.n if self.n else None

    @property
    def bits_per_byte(self) -> float | None:
        """The payload's, a byte of the text; None where its size is not known."""
        return self.payload_bits / self.content_bytes if self.content_bytes else None

    @property
    def terms(self) -> dict[str, float]:
        """Where the file's bits come from: loss, zeros, literals, whole numbers for floats, coder, container."""
        return {
            "loss": self.loss_bits,
            "zeros": self.zeros_bits,
            "literals": self.literal_bits,
            "code": self.ideal_bits - self.loss_bits - self.zeros_bits - self.literal_bits,
            "coder": self.payload_bits - self.ideal_bits,
            "container": sum(self.container_parts.values()),
        }

    @property
    def verdict(self) -> str | None:
        """pass, or fail if any check failed; None where there was no token to weigh."""
        return verdict(self.checks.passed, self.n)


def weigh(
    predictions: Predictions,
    tokens: npt.NDArray[Any],
    *,
    manner: Manner = AS_THEY_ARE,
    listing: Listing | None = None,
    content_bytes: int | None = None,
) -> Weighing:
    """Encode tokens, shape (n,), with predictions, shape (n, K), decode them, and compare the payload with the loss.

    listing: of which tokens the predictions are, shape (n, k), where only some are listed.

    Raises DataError, naming the row, for what is no distribution or does not fit, and ZeroProbabilityError for a
    token that its row excludes.

    >>> import numpy as np
    >>> coin = np.array([[0.75, 0.25]] * 8)
    >>> made = weigh(coin, np.array([0, 0, 1, 0, 0, 1, 0, 0]))
    >>> round(made.loss_bits, 3), made.payload_bits, made.verdict
    (6.49, 7, 'pass')
    """
    return weigh_file(predictions, tokens, manner=manner, listing=listing, content_bytes=content_bytes)[0]


def weigh_file(
    predictions: Predictions,
    tokens: npt.NDArray[Any],
    *,
    manner: Manner = AS_THEY_ARE,
    listing: Listing | None = None,
    content_bytes: int | None = None,
) -> tuple[Weighing, bytes]:
    """The same, and the file that was weighed, which `decode_with` reads.

    >>> import numpy as np
    >>> weigh_file(np.array([[0.5, 0.5]] * 8), np.zeros(8, int))[0].payload_bits
    8
    """
    rows = rows_of(predictions, manner, listing)
    symbols = symbols_of(tokens)
    data, coded = encode_rows(rows, symbols)
    # From here on only what the file says counts.
    frame = next(read_frames(io.BytesIO(data), NO_LIMITS))
    sizes = [len(block.payload) for block in frame.blocks]
    held = all(made.bounds.hold(bits) for made, bits in zip(coded, sizes, strict=True))
    ideal = math.fsum(made.ideal_bits for made in coded)
    made = Weighing(
        n=symbols.size,
        size=rows.size,
        precision=str(predictions.dtype.newbyteorder("=")),
        manner=manner,
        loss_bits=math.fsum(made.loss_bits for made in coded),
        excluded=sum(made.excluded for made in coded),
        zeros_bits=math.fsum(made.zeros_bits for made in coded),
        literal_bits=math.fsum(made.literal_bits for made in coded),
        listed=None if listing is None else int(listing.ids.shape[1]),
        ideal_bits=ideal,
        payload_bits=frame.payload_bits,
        fingerprints=tuple(made.fingerprint for made in coded),
        content_bytes=content_bytes,
        file_bytes=len(data),
        container_parts=dict(frame.parts),
        checks=Checks(
            round_trip=round_trip(symbols, decode_rows(io.BytesIO(data), predictions, manner, listing, NO_LIMITS)),
            exact_length=held,
            code_price=None,
            expectation=None,
            accounting=frame.payload_bits + sum(frame.parts.values()) == 8 * len(data),
        ),
    )
    return made, data
