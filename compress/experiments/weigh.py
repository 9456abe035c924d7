"""A model on the scales: its loss on some tokens, and the code that has that length.

    predictions, tokens ──Σ -ln p_t(x_t)──▶ loss, nats      what the model was trained to make small
           └────────────encode──▶ payload, bits ──decode──▶ the same tokens?

The cross-entropy of a classifier or a language model is a code length: here the code is made, and its payload has
as many bits as the loss, within two.  What it assumes: that the receiver holds the same predictions, whose own bits
are not counted, and that row t does not depend on token t.

Next: `survey` (many files).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from compress.errors import DataError
from compress.experiments.checks import Checks, round_trip
from compress.models.rows import Rows
from compress.shown import Shown
from compress.symbols import smallest_dtype

__all__ = ["Weighed", "array_of", "weigh"]


@dataclass(frozen=True)
class Weighed(Shown):
    """What n tokens cost with a model's predictions; bits over all of them.

    loss_bits: Σ -log2 p_t(x_t), as the predictions say it.  ideal_bits: the same of the whole numbers that they
    become.  content_bytes: of the text that the tokens are, if somebody said so.
    """

    n: int
    size: int
    precision: str
    are_logits: bool
    loss_bits: float
    ideal_bits: float
    payload_bits: int
    fingerprint: int
    content_bytes: int | None
    checks: Checks

    @property
    def loss(self) -> float | None:
        """The cross-entropy, nats/token: what training reports; None for no tokens."""
        return self.loss_bits * math.log(2) / self.n if self.n else None

    @property
    def perplexity(self) -> float | None:
        """e to the loss: the equally likely tokens that would be as surprising."""
        return None if self.loss is None else math.exp(min(self.loss, 700.0))

    @property
    def bits_per_token(self) -> float | None:
        """The payload's."""
        return self.payload_bits / self.n if self.n else None

    @property
    def bits_per_byte(self) -> float | None:
        """The payload's, a byte of the text; None where its size is not known."""
        return self.payload_bits / self.content_bytes if self.content_bytes else None

    @property
    def terms(self) -> dict[str, float]:
        """Where the payload's bits come from: the loss, what whole numbers add to it, and the coder."""
        return {
            "loss": self.loss_bits,
            "code": self.ideal_bits - self.loss_bits,
            "coder": self.payload_bits - self.ideal_bits,
        }

    @property
    def verdict(self) -> str:
        """pass, or fail if any check failed."""
        return "pass" if self.checks.passed else "fail"


def weigh(
    predictions: npt.NDArray[Any],
    tokens: npt.NDArray[Any],
    *,
    are_logits: bool = False,
    content_bytes: int | None = None,
) -> Weighed:
    """Encode tokens, shape (n,), with predictions, shape (n, K), decode them, and compare the payload with the loss.

    Raises DataError, naming the row, for what is no distribution or does not fit, and ZeroProbabilityError for a
    token that its row excludes.

    >>> coin = np.array([[0.75, 0.25]] * 8)
    >>> made = weigh(coin, np.array([0, 0, 1, 0, 0, 1, 0, 0]))
    >>> round(made.loss_bits, 3), made.payload_bits, made.verdict
    (6.49, 7, 'pass')
    """
    rows = Rows(predictions, are_logits)
    if tokens.ndim != 1 or tokens.dtype.kind not in "iu":
        raise DataError(f"tokens are whole numbers of shape (n,), not {tokens.dtype} of shape {tokens.shape}")
    if tokens.size and int(tokens.min()) < 0:
        raise DataError(f"token {int(np.argmin(tokens))} is {int(tokens.min())}, and none is below 0")
    wide = max(rows.size, int(tokens.max(initial=0)) + 1)
    symbols = tokens.astype(smallest_dtype(wide))
    coded = rows.encode(symbols)
    return Weighed(
        n=symbols.size,
        size=rows.size,
        precision=str(predictions.dtype),
        are_logits=are_logits,
        loss_bits=rows.loss_bits(symbols),
        ideal_bits=coded.ideal_bits,
        payload_bits=len(coded.payload),
        fingerprint=coded.fingerprint,
        content_bytes=content_bytes,
        checks=Checks(
            round_trip=round_trip(symbols, rows.decode(coded.payload, coded.fingerprint)),
            exact_length=coded.bounds.hold(len(coded.payload)),
            code_price=None,
            expectation=None,
            accounting=None,
        ),
    )


def array_of(path: str | Path) -> npt.NDArray[Any]:
    """The array of a .npy file, mapped and not read, or the only one of an .npz.  Raises DataError, or OSError.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/a.npy", np.arange(3))
    ...     array_of(f"{folder}/a.npy").tolist()
    [0, 1, 2]
    """
    try:
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return loaded
        with loaded:
            if len(loaded.files) != 1:
                raise DataError(f"{path}: holds {len(loaded.files)} arrays, and one is wanted")
            only: npt.NDArray[Any] = loaded[loaded.files[0]]
            return only
    except DataError:
        raise
    except (ValueError, EOFError) as error:
        raise DataError(f"{path}: is no array of numpy: {str(error).splitlines()[0]}") from None
