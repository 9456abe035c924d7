"""The record of a training: what each epoch's loss was, and how well the last beliefs came true.

Next: `learn` (the training itself).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.errors import SpecError
from compress.probability.zeros import ZeroPolicy
from compress.shown import Shown
from compress.training.totals import Sending
from compress.training.weigh import Weighing

__all__ = ["FEW", "FLOOR", "Bin", "Epoch", "Learning", "Plan", "calibration"]

FLOOR = ZeroPolicy.parse("floor:1e-9")
# A payload is within this of the loss, bits: two of finishing, and rounding.
_NEAR = 3.0
FEW = 500
_BINS = 10


@dataclass(frozen=True)
class Plan:
    """How to learn: the length of a step, passes over the rows, rows a step, and the seed of all chance.

    momentum: how much of a step goes on in the next.  patience: after how many passes without a smaller held-out loss
    to stop; None: never.  zeros: what an impossible label shall cost.
    Raises SpecError for what makes no sense.
    """

    rate: float = 0.005
    epochs: int = 20
    batch: int = 32
    hidden: int = 0
    seed: int = 0
    momentum: float = 0.9
    patience: int | None = None
    zeros: ZeroPolicy = FLOOR

    def __post_init__(self) -> None:
        if not 0 < self.rate < math.inf:
            raise SpecError(f"the length of a step must be above 0, not {self.rate:g}")
        if self.batch < 1:
            raise SpecError(f"a step must take 1 row or more, not {self.batch}")


@dataclass(frozen=True)
class Epoch:
    """A model after so many passes over the rows to learn from.

    training_loss: on those, nats a row.  accuracy: the share of held-out labels that it finds likeliest.
    """

    number: int
    training_loss: float
    accuracy: float
    held_out: Weighing


@dataclass(frozen=True)
class Bin:
    """Beliefs between two numbers: how many there were, their mean, and how often they were right."""

    low: float
    high: float
    count: int
    believed: float
    right: float


@dataclass(frozen=True)
class Learning(Shown):
    """What came of it: epoch 0 is the model before it learned.

    floor: what no model saves, bits/token, and truth: what P costs on these very tokens; None if nobody knows.
    parameters: how many numbers were learned.  totals: what all labels of the rows to learn from cost whoever has no
    model.  baselines: what the held-out tokens cost without a model, bits.  ended: why it ended.  decodes_alone: of a
    text, whether the first characters held out were decoded by asking the network for one after the other.  words: of
    a table, the columns that were read as words, and how many different ones each has.
    """

    _told = ("task", "epochs", "verdict")

    task: str
    plan: Plan
    rows: int
    classes: tuple[str, ...]
    parameters: int
    epochs: tuple[Epoch, ...]
    floor: float | None
    baselines: Mapping[str, float]
    ended: str
    calibration: tuple[Bin, ...]
    truth: Weighing | None = None
    totals: tuple[Sending, ...] = ()
    decodes_alone: bool | None = None
    words: Mapping[str, int] = field(default_factory=dict)

    @property
    def last(self) -> Epoch:
        """The model that training ended with."""
        return self.epochs[-1]

    @cached_property
    def best(self) -> Epoch:
        """Return the epoch whose held-out loss is the smallest."""
        return min(self.epochs, key=lambda epoch: epoch.held_out.loss or 0.0)

    @property
    def furthest(self) -> float:
        """How far any payload was from the loss that it should have, bits."""
        return max(
            abs(e.held_out.payload_bits - (e.held_out.loss or 0.0) * e.held_out.n / math.log(2)) for e in self.epochs
        )

    @property
    def verdict(self) -> str:
        """pass, or fail if a check failed, or a payload was not what the loss said."""
        sound = all(epoch.held_out.verdict == "pass" for epoch in self.epochs)
        sound = sound and all(total.comes_back for total in self.totals)
        sound = sound and self.decodes_alone is not False
        return "pass" if sound and self.furthest <= _NEAR else "fail"


def calibration(most: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> tuple[Bin, ...]:
    """How often what was believed likeliest came, by how much it was believed: ten bins of a tenth.

    >>> calibration(np.array([0.75, 0.75]), np.array([True, False]))
    (Bin(low=0.7, high=0.8, count=2, believed=0.75, right=0.5),)
    """
    places = np.minimum((most * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(place / _BINS, (place + 1) / _BINS, int(here.sum()), float(most[here].mean()), float(right[here].mean()))
        for place in range(_BINS)
        if (here := places == place).any()
    )
