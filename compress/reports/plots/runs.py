"""Pictures of experiments: measured beside predicted, where the bits went, how the mean settles, how z falls."""

from __future__ import annotations

import math
from itertools import accumulate
from statistics import NormalDist
from typing import TYPE_CHECKING

from compress.belief.protocol import Belief
from compress.experiments.repeat import Repetitions
from compress.experiments.validation import Z95, Experiment, Validation
from compress.reports.plots.figures import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    Paint,
    in_plain_numbers,
    nothing,
    panel_size,
    panels,
    quiet_grid,
    short,
)
from compress.reports.table import coder_name, count, spec_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["funnel_plot", "measured_plot", "scores_plot", "waterfall_plot"]

Sized = tuple[Paint, tuple[float, float]]

_WIDTH = 6.4
_ROW = 0.32
# More rows than this are no picture any more, and more panels than that are small.
_MOST_ROWS = 40
_MOST_PANELS = 6
# Panels of one scale: the smallest reaches at least to such a part of it.
_MOST_APART = 8


def measured_plot(experiment: Experiment) -> Sized:
    """Each run's payload on a line with what was predicted; and how far apart chance may take them."""
    runs = [run for run in experiment.runs if run.bits_per_token is not None][:_MOST_ROWS]

    def paint(figure: Figure) -> None:
        if not runs:
            nothing(figure, "nothing was encoded")
            return
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        for row, run in enumerate(runs):
            if run.expected_bits_per_token is not None:
                left.plot([run.expected_bits_per_token], [row], "|", color=ORANGE, markersize=14, markeredgewidth=2.5)
            left.plot([run.bits_per_token], [row], "o", color=BLUE, markersize=5)
            if run.z is not None:
                right.errorbar([run.z], [row], xerr=[Z95], fmt="o", color=BLUE, markersize=5, capsize=3)
            else:
                said = "no z" if run.is_sequential else "exact"
                right.text(0, row, said, ha="center", va="center", color=GREY, backgroundcolor="white")
        left.axvline(experiment.entropy, color="black", linestyle="--", linewidth=1)
        left.set_title(f"bits/token, H(P) = {experiment.entropy:.4f} dashed")
        left.set_yticks(range(len(runs)), [f"{spec_name(run.assumed)}, {coder_name(run.coder)}" for run in runs])
        left.set_ylim(len(runs) - 0.5, -0.5)
        left.set_xlabel("predicted H(P,Q̂) |     measured payload ●")
        if max(run.expected_bits_per_token or 0.0 for run in runs) > 8 * experiment.entropy > 0:
            in_plain_numbers(left, "x")
        right.axvline(0, color=ORANGE, linewidth=2.5)
        right.set_title("measured - predicted")
        right.set_xlabel("standard errors, 95% interval")
        for axes in (left, right):
            quiet_grid(axes, "x")

    return paint, (_WIDTH, 1.2 + _ROW * max(len(runs), 2))


def waterfall_plot(experiment: Experiment) -> Sized:
    """From n·H(P) to the file: each term of the ledger begins where the one before it ended.

    All panels have one scale, unless a panel would be too small in it; then each has its own, which is said.
    """
    runs = experiment.runs[:_MOST_PANELS]
    reaches = [_reach(run) for run in runs]
    is_shared = max(reaches, default=0.0) <= _MOST_APART * min(reaches, default=0.0)

    def paint(figure: Figure) -> None:
        if not runs:
            nothing(figure, "nothing was encoded")
        for axes, run, reach in zip(panels(figure, len(runs)), runs, reaches, strict=True):
            steps = run.ledger.terms
            at = 0.0
            for row, bits in enumerate(steps.values()):
                first = row == 0
                colour, hatch = (GREY, "") if first else (ORANGE, "") if bits >= 0 else (GREEN, "///")
                axes.barh(row, bits, left=at, color=colour, hatch=hatch, edgecolor="white", height=0.7)
                axes.plot([at + bits] * 2, [row - 0.35, row + 1.35], color="black", linewidth=0.8)
                at += bits
            axes.barh(len(steps), at, color=BLUE, height=0.7)
            names = [*(f"{term} {count(bits)}" for term, bits in steps.items()), f"file {count(8 * run.file_bytes)}"]
            axes.set_yticks(range(len(names)), names)
            axes.set_ylim(len(names) - 0.5, -0.5)
            axes.set_title(title_of(run.assumed, run.coder))
            axes.set_xlabel("bits")
            axes.xaxis.set_major_formatter(lambda value, _: short(value))
            # Room on the right, and on the left of what is below nothing.
            edge = 1.04 * (max(reaches) if is_shared else reach)
            axes.set_xlim(1.04 * min(0.0, *accumulate(steps.values())), edge or 1.0)
            axes.locator_params(axis="x", nbins=4)
            quiet_grid(axes, "x")
        if not is_shared:
            figure.supxlabel("each panel has a scale of its own", fontsize=9)

    return paint, panel_size(len(runs), 2.6, 7.6)


def _reach(run: Validation) -> float:
    """How far to the right a run's waterfall goes, bits."""
    return max(accumulate(run.ledger.terms.values()), default=0.0)


def funnel_plot(experiment: Experiment) -> Sized:
    """The mean surprise of the first tokens, of more, of all; and the band that 95% of such means lie in."""
    runs = [run for run in experiment.runs if run.path and run.standard_error][:_MOST_PANELS]

    def paint(figure: Figure) -> None:
        for axes, run in zip(panels(figure, len(runs)), runs, strict=True):
            counts = [n for n, _ in run.path]
            expected, spread = run.expected_bits_per_token or 0.0, Z95 * (run.standard_error or 0.0) * math.sqrt(run.n)
            low, high = ([expected + sign * spread / math.sqrt(n) for n in counts] for sign in (-1, 1))
            axes.fill_between(counts, low, high, color=SKY, alpha=0.35, linewidth=0)
            axes.plot(counts, low, color=BLUE, linewidth=0.8)
            axes.plot(counts, high, color=BLUE, linewidth=0.8)
            axes.axhline(expected, color=ORANGE, linewidth=1.5)
            axes.axhline(experiment.entropy, color="black", linestyle="--", linewidth=1)
            axes.plot(counts, [mean for _, mean in run.path], color="black", linewidth=1.2)
            reach = 4 * spread / math.sqrt(max(counts[-1] ** 0.5, 1))
            axes.set_ylim(max(expected - reach, -0.05 * expected), expected + reach)
            in_plain_numbers(axes, "x")
            axes.set_title(title_of(run.assumed, run.coder))
            axes.set_xlabel("tokens")
            axes.set_ylabel("bits/token")
            quiet_grid(axes, "y")
        if not runs:
            nothing(figure, "chance plays no part in these runs")
        else:
            figure.supxlabel(
                "black: mean surprise so far; band: 95% of such means; line: H(P,Q̂); dashed: H(P)", fontsize=9
            )

    return paint, panel_size(len(runs), 2.4)


def scores_plot(made: Repetitions) -> Sized:
    """How z fell over all repetitions, beside the normal curve that it should follow."""
    shown = [each for each in made.each if each.scores.size][:_MOST_PANELS]
    step, reach = 0.25, 4.0
    edges = [step * place for place in range(round(-reach / step), round(reach / step) + 1)]

    def paint(figure: Figure) -> None:
        for axes, each in zip(panels(figure, len(shown)), shown, strict=True):
            shares = [each.scores.share(low, low + step) / step for low in edges[:-1]]
            axes.bar(edges[:-1], shares, step, align="edge", color=SKY, edgecolor="white", linewidth=0.5)
            curve = [place / 50 for place in range(round(-50 * reach), round(50 * reach) + 1)]
            axes.plot(curve, [NormalDist().pdf(z) for z in curve], color=ORANGE, linewidth=1.5)
            for z in (-Z95, Z95):
                axes.axvline(z, color="black", linestyle=":", linewidth=1)
            coverage = "" if each.coverage is None else f"\n{100 * each.coverage:.1f}% within the dotted lines"
            axes.set_title(title_of(each.assumed, each.choice.name) + coverage)
            axes.set_xlabel("z, standard errors")
            axes.set_ylabel("density")
            quiet_grid(axes, "y")
        if not shown:
            nothing(figure, "chance decides nothing here: there is no z")

    return paint, panel_size(len(shown), 2.6)


def title_of(assumed: Belief, coder: str) -> str:
    """The head of a panel."""
    return f"Q = {spec_name(assumed)}\n{coder_name(coder)}"
