"""A picture of training: the loss as it falls, the file beside it, and what neither can save."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from compress.reports.plots.figures import BLUE, GREEN, GREY, ORANGE, Paint, quiet_grid
from compress.training.epochs import Learning

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["training_plot"]


def training_plot(made: Learning) -> tuple[Paint, tuple[float, float]]:
    """Loss on the rows to learn from and on the held-out ones, bits/token, and the payload, by the epoch."""
    numbers = [epoch.number for epoch in made.epochs]
    held = [epoch.held_out for epoch in made.epochs]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        training = [epoch.training_loss / math.log(2) for epoch in made.epochs]
        axes.plot(numbers, training, color=GREY, linewidth=1.2, label="loss, learned from")
        axes.plot(numbers, [(each.loss or 0.0) / math.log(2) for each in held], color=ORANGE, label="loss, held out")
        axes.plot(
            numbers, [each.bits_per_token or 0.0 for each in held], "o", color=BLUE, markersize=4, label="payload"
        )
        if made.floor is not None:
            axes.axhline(made.floor, color="black", linestyle="--", linewidth=1, label="H(Y|X), the floor")
        if made.truth is not None and made.truth.bits_per_token is not None:
            axes.axhline(
                made.truth.bits_per_token, color=GREEN, linestyle=":", linewidth=1.5, label="P on these tokens"
            )
        axes.locator_params(axis="x", integer=True)
        axes.set_xlabel("epoch")
        axes.set_ylabel("bits/token")
        axes.set_title(f"{made.task}: the loss is the size of the file")
        figure.legend(loc="outside lower center", ncols=3)
        quiet_grid(axes, "y")

    return paint, (6.4, 4.0)
