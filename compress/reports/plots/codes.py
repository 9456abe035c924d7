"""Pictures of distributions and codes: surprise, probabilities beside what the code makes of them, the tree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from compress.experiments.comparison import Coders
from compress.experiments.predict import CodeForecast, Forecast, PairForecast
from compress.probability.information import surprise
from compress.reports.drawings.paper import shortened
from compress.reports.drawings.trees import placed
from compress.reports.plots.figures import BLUE, GREY, ORANGE, ORDER, SKY, Paint, nothing, quiet_grid
from compress.reports.table import coder_name, in_bits, spec_name
from compress.sources.tokens import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["code_bars_plot", "excess_plot", "pair_bars_plot", "surprise_plot", "tree_plot"]

Sized = tuple[Paint, tuple[float, float]]
Vector = npt.NDArray[np.float64]

# More tokens than this are not named, more are drawn as a line of steps, more than that are drawn several to a step;
# and more leaves are no tree.
_NAMED = 32
_MOST_APART = 64
_MOST_BARS = 256
_MOST_LEAVES = 64
# Points of a curve that have names, and the tokens that are named of those that share one.
_NAMED_POINTS = 8
_SHARING = 3
# About how large a picture's axes are, and a letter with the space around it, in points.
_PLOT_POINTS = (340.0, 170.0)
_LETTER = (5.4, 9.5)


def surprise_plot(forecast: Forecast | PairForecast) -> Sized:
    """The curve -log p with the tokens of P on it, large where they are likely; of a pair: what Q makes of them."""
    is_pair = isinstance(forecast, PairForecast)
    p = forecast.pair.p if isinstance(forecast, PairForecast) else forecast.p
    unit = {2: "bits", math.e: "nats"}.get(forecast.base, f"base-{forecast.base:g} units")

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        occurs = p.probabilities > 0
        truth = p.probabilities[occurs]
        belief = forecast.pair.q.probabilities[occurs] if isinstance(forecast, PairForecast) else truth
        seen = belief > 0
        least = float(min(belief[seen].min(initial=1.0), 0.01))
        curve = np.concatenate((np.geomspace(least, 0.01, 50), np.linspace(0.01, 1, 200)))
        axes.plot(curve, surprise(curve, base=forecast.base), color=GREY, linewidth=1)
        axes.scatter(
            belief[seen],
            surprise(belief[seen], base=forecast.base),
            12 + 200 * truth[seen],
            color=BLUE,
            alpha=0.6,
            zorder=3,
        )
        names = [visible(token) for token, there in zip(p.tokens, occurs, strict=True) if there]
        _name_points(axes, names, truth, belief, forecast.base)
        axes.axhline(forecast.entropy, color="black", linestyle="--", linewidth=1)
        said = f"H(P) = {in_bits(forecast.entropy)}, dashed"
        if isinstance(forecast, PairForecast):
            said = f"H(P,Q) = {in_bits(forecast.cross_entropy)}; {said}"
            if math.isfinite(forecast.cross_entropy):
                said = said.replace(";", ", line;", 1)
                axes.axhline(forecast.cross_entropy, color=ORANGE, linewidth=1.5)
        lost = int(np.count_nonzero(~seen))
        if lost:
            said += f"; {lost:,} tokens beyond all height"
        axes.set_title(f"{spec_name(p)}\n{said}")
        axes.set_xlabel("q, the probability believed" if is_pair else "p")
        axes.set_ylabel(f"-log {'q' if is_pair else 'p'}, {unit}")
        axes.set_xlim(-0.02, 1.04)
        axes.set_ylim(bottom=-0.2)
        quiet_grid(axes, "y")

    return paint, (5.6, 3.6)


def _name_points(axes: Axes, names: Sequence[str], truth: Vector, belief: Vector, base: float) -> None:
    """Names beside the points of the likeliest surprises: above the curve, or below it, or left out."""
    sharing: dict[float, list[int]] = {}
    for place in np.argsort(-truth, kind="stable").tolist():
        if belief[place]:
            sharing.setdefault(float(belief[place]), []).append(place)
    height = float(surprise([min([*sharing, 0.01])], base=base)[0])
    across, up = _PLOT_POINTS[0] / 1.06, _PLOT_POINTS[1] / (height + 0.5)
    taken: list[tuple[float, float, float, float]] = []
    for q, places in list(sharing.items())[:_NAMED_POINTS]:
        name = ", ".join(shortened(names[place]) for place in sorted(places)[:_SHARING])
        name += f", … ({len(places):,})" if len(places) > _SHARING else ""
        x, y = across * q, up * float(surprise([q], base=base)[0])
        width, tall = _LETTER[0] * len(name), _LETTER[1]
        # Where the curve falls, what is right and above or left and below of a point is off it.
        for box, where, side in (
            ((x + 6, y + 3, x + 6 + width, y + 3 + tall), (6, 3), "left"),
            ((x - 6 - width, y - 3 - tall, x - 6, y - 3), (-6, -3 - tall), "right"),
        ):
            if box[0] > -_LETTER[0] and not any(_overlap(box, other) for other in taken):
                at = (q, y / up)
                axes.annotate(name, at, xytext=where, textcoords="offset points", ha=side, va="bottom", fontsize=9)
                taken.append(box)
                break


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def pair_bars_plot(forecast: PairForecast) -> Sized:
    """p and q of each token side by side."""
    pair = forecast.pair

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        bars(axes, pair.p.tokens, {"p": pair.p.probabilities, "q": pair.q.probabilities})
        axes.set_title(
            f"P = {spec_name(pair.p)}, Q = {spec_name(pair.q)}\nD(P||Q) = {in_bits(pair.divergence)} bits/token"
        )

    return paint, (_bars_width(pair.p.size), 3.4)


def code_bars_plot(forecast: CodeForecast) -> Sized:
    """q of each token beside the Q̂ that its code implies (and p, where P is one of its own), and its length."""
    pair, prices = forecast.pair, forecast.coder.surprises

    def paint(figure: Figure) -> None:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        implied = 2.0**-prices
        shown = {"p": pair.p.probabilities} if forecast.own_p else {}
        bars(above, pair.q.tokens, {**shown, "q": pair.q.probabilities, "q̂": implied})
        groups = grouped(pair.q.size)
        finite = np.where(np.isfinite(prices), prices, 0.0)
        heights = np.array([finite[first:last].mean() for first, last in groups])
        if len(groups) > _MOST_APART:
            below.stairs(heights, fill=True, color=GREY)
        else:
            below.bar(range(len(groups)), heights, 0.8, color=GREY)
        below.set_ylabel("bits/token")
        below.set_xlabel(above.get_xlabel())
        above.set_xlabel("")
        quiet_grid(below, "y")
        above.set_title(
            f"{forecast.choice.name}, Q = {spec_name(pair.q)}\nabove: probability; below: length of the word"
            if forecast.coder.book
            else f"{forecast.choice.name}, Q = {spec_name(pair.q)}\nabove: probability; below: price"
        )
        name_bars(below, pair.q.tokens)

    return paint, (_bars_width(pair.q.size), 4.4)


def excess_plot(made: Coders) -> Sized:
    """What each coder costs above H(P) where one of two tokens has each chance: a curve for each."""

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for at, curve in enumerate(made.curves):
            colour, mark = ORDER[at % len(ORDER)]
            # Marks stand apart, each curve's at places of its own.
            every = (3 * at, 20)
            axes.plot(
                curve.chances, curve.excess, color=colour, marker=mark, markersize=4, markevery=every, linewidth=1.2
            )
        axes.legend([coder_name(curve.choice.name) for curve in made.curves], loc="upper left")
        axes.set_xlabel("chance of the likelier of two tokens")
        axes.set_ylabel("bits/token above H(P)")
        axes.set_title("What a coder costs above entropy, with Q = P")
        quiet_grid(axes, "y")

    return paint, (6.4, 4.0)


def _bars_width(size: int) -> float:
    return min(max(0.28 * size + 1.5, 4.6), 7.6)


def grouped(size: int) -> list[tuple[int, int]]:
    """Where the bars of so many tokens begin and end: one token each, or as many together as make 256 bars."""
    together = -(-size // _MOST_BARS)
    return [(first, min(first + together, size)) for first in range(0, size, together)]


def bars(axes: Axes, tokens: Sequence[str], series: Mapping[str, Vector]) -> None:
    """Probabilities side by side, each series with a hatch of its own; of several tokens together their mean."""
    groups = grouped(len(tokens))
    width = 0.86 / len(series)
    looks = ((BLUE, ""), (ORANGE, "///"), (SKY, "..."))
    for number, (name, values) in enumerate(series.items()):
        if len(groups) > _MOST_APART:
            heights = [float(values[first:last].mean()) for first, last in groups]
            axes.stairs(heights, label=name, color=looks[number][0], linestyle=("-", "--", ":")[number], linewidth=1.2)
            continue
        places = [place + (number - (len(series) - 1) / 2) * width for place in range(len(groups))]
        heights = [float(values[first:last].mean()) for first, last in groups]
        colour, hatch = looks[number]
        axes.bar(places, heights, width, label=name, color=colour, hatch=hatch, edgecolor="white", linewidth=0.3)
    axes.legend(loc="upper right", ncols=len(series))
    axes.set_ylabel("probability")
    name_bars(axes, tokens)
    quiet_grid(axes, "y")


def name_bars(axes: Axes, tokens: Sequence[str]) -> None:
    """The tokens below their bars, if there are few; else what a bar stands for."""
    groups = grouped(len(tokens))
    if len(tokens) <= _NAMED:
        names = [shortened(visible(token)) for token in tokens]
        axes.set_xticks(range(len(tokens)), names, rotation=90 if max(map(len, names)) > 3 else 0)
        axes.set_xlabel("token")
        return
    axes.set_xticks([])
    if len(groups) == len(tokens):
        axes.set_xlabel(f"{len(tokens):,} tokens in the order of the alphabet")
    else:
        together = groups[0][1] - groups[0][0]
        axes.set_xlabel(f"{len(tokens):,} tokens in the order of the alphabet, {together} to a step: their mean")


def tree_plot(forecast: CodeForecast) -> Sized:
    """The words of a prefix code as a tree: 0 goes left, 1 goes right, the deeper the longer."""
    nodes = [] if forecast.coder.book is None else placed(forecast)
    words = {node.word: visible(node.token) for node in nodes if node.token is not None}

    def paint(figure: Figure) -> None:
        if not 1 < len(words) <= _MOST_LEAVES:
            nothing(figure, f"a tree has 2 to {_MOST_LEAVES} leaves; this code has {len(words):,}")
            return
        axes = figure.subplots()
        at = {node.word: node.x for node in nodes}
        for node in at:
            if node:
                axes.plot([at[node[:-1]], at[node]], [len(node) - 1, len(node)], color=GREY, linewidth=1, zorder=1)
                if len(words) > _NAMED:
                    continue
                middle = ((at[node[:-1]] + at[node]) / 2, len(node) - 0.5)
                axes.text(*middle, node[-1], ha="center", va="center", color=ORANGE, backgroundcolor="white", zorder=2)
        for word, token in words.items():
            axes.plot([at[word]], [len(word)], "s", color=BLUE, markersize=5, zorder=3)
            axes.annotate(
                shortened(token),
                (at[word], len(word)),
                xytext=(0, -6),
                textcoords="offset points",
                ha="center",
                va="top",
                rotation=90 if len(words) > 16 else 0,
            )
        axes.set_ylim(max(map(len, words)) + 0.9, -0.3)
        axes.set_ylabel("depth, bits; left is 0, right is 1")
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.set_title(
            f"{forecast.choice.name}, Q = {spec_name(forecast.pair.q)}\n{in_bits(forecast.expected)} bits/token "
            f"expected, H(P) = {in_bits(forecast.entropy)}"
        )

    deepest = max(map(len, words), default=1)
    return paint, (min(max(0.34 * len(words) + 1, 4.6), 9.0), min(0.5 * deepest + 1.6, 9.0))
