"""Pictures of the lab: what is believed beside what is true, what that costs beside what was measured, and an epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from compress.experiments.predict import PairForecast
from compress.experiments.validation import Validation
from compress.probability.information import surprise
from compress.reports.plots.codes import bars
from compress.reports.plots.figures import BLUE, GREEN, GREY, ORANGE, Paint, picture, quiet_grid
from compress.reports.table import in_bits
from compress.training.epochs import Learning

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["beliefs_picture", "epoch_picture", "stack_picture"]

_WIDTH = 5.2


def beliefs_picture(forecast: PairForecast) -> bytes:
    """p and q of each token, and below them their surprises; SVG."""
    pair = forecast.pair

    def paint(figure: Figure) -> None:
        above, below = figure.subplots(2, 1, sharex=True)
        bars(above, pair.p.tokens, {"p": pair.p.probabilities, "q": pair.q.probabilities})
        prices = [surprise(chances) for chances in (pair.p.probabilities, pair.q.probabilities)]
        # What is impossible has no bar, and a mark instead.
        heights = [np.where(np.isfinite(each), each, 0.0) for each in prices]
        bars(below, pair.p.tokens, dict(zip(("-log2 p", "-log2 q"), heights, strict=True)))
        for side, each in zip((-0.2, 0.2), prices, strict=True):
            for place in np.flatnonzero(np.isinf(each)).tolist():
                below.text(place + side, 0, "∞", ha="center", va="bottom", fontsize=13)
        for axes in (above, below):
            # Room for the names of the bars.
            axes.set_ylim(0, 1.3 * axes.get_ylim()[1])
        above.set_xlabel("")
        below.set_ylabel("surprise, bits")

    return _svg(paint, 4.2)


def stack_picture(run: Validation, entropy: float) -> bytes:
    """H(P), the divergence on it, and what the code makes of that; below it what was measured, with its interval; SVG.

    entropy: H(P), bits/token.
    """
    divergence, expected = run.kl_divergence or 0.0, run.expected_bits_per_token or 0.0

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.barh(0, entropy, color=GREY, height=0.6, label=f"H(P) {in_bits(entropy)}")
        axes.barh(0, divergence, left=entropy, color=ORANGE, height=0.6, label=f"D(P||Q) {in_bits(divergence)}")
        code = expected - entropy - divergence
        if abs(code) > 1e-6:
            said = f"code {in_bits(code)}"
            axes.barh(0, code, 0.3, entropy + divergence, color=GREEN, hatch="///", edgecolor="white", label=said)
        axes.plot([expected] * 2, [-0.4, 1.4], color="black", linewidth=1, linestyle="--")
        measured = run.bits_per_token or 0.0
        axes.barh(1, measured, color=BLUE, height=0.6, label=f"measured {in_bits(measured)}")
        if run.ci95 is not None:
            low, high = run.ci95
            middle = (low + high) / 2
            axes.errorbar([middle], [1], xerr=[(high - low) / 2], color="black", capsize=5, linewidth=1.5)
        axes.set_yticks([0, 1], ["predicted", "measured"])
        axes.set_ylim(1.5, -0.5)
        axes.set_xlim(0, max(entropy + divergence, expected, measured, 0.1) * 1.08)
        axes.set_xlabel("bits/token")
        figure.legend(loc="outside upper left", ncols=2)
        quiet_grid(axes, "x")

    return _svg(paint, 2.6)


def epoch_picture(made: Learning, number: int) -> bytes:
    """The payload of each epoch's held-out tokens, that of one epoch marked; SVG."""
    payloads = [epoch.held_out.payload_bits for epoch in made.epochs]
    losses = [epoch.held_out.loss_bits for epoch in made.epochs]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot(range(len(losses)), losses, color=GREY, linewidth=1.5, label="loss, bits")
        axes.plot(range(len(payloads)), payloads, "o", color=BLUE, markersize=4, label="payload, bits")
        axes.plot([number], [payloads[number]], "s", color=ORANGE, markersize=11, fillstyle="none", markeredgewidth=2.5)
        axes.annotate(
            f"{payloads[number]:,}",
            (number, payloads[number]),
            xytext=(0, 12),
            textcoords="offset points",
            ha="center",
        )
        if made.truth is not None:
            axes.axhline(made.truth.loss_bits, color="black", linestyle="--", linewidth=1, label="P itself")
        axes.margins(y=0.15)
        axes.set_xlabel("epoch")
        axes.set_ylabel("bits")
        axes.locator_params(axis="x", integer=True)
        axes.legend(loc="upper right")
        quiet_grid(axes, "y")

    return _svg(paint, 3.2)


def _svg(paint: Paint, height: float) -> bytes:
    return picture(paint, (_WIDTH, height), "svg")
