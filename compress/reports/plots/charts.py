"""Pictures made of letters, for a terminal, where there is nothing to draw them with: the funnel and the bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType

from compress.experiments.predict import CodeForecast, PairForecast
from compress.experiments.validation import Z95, Experiment, Validation
from compress.reports.table import coder_name, in_bits, new_table, spec_name
from compress.sources.tokens import visible
from compress.teaching.demo import Demo
from compress.training.epochs import Learning

__all__ = ["CHARTS", "bars_chart", "funnel_chart", "training_chart"]

_WIDTH = 41
_MOST_ROWS = 40
_MOST_PANELS = 6
# Epochs of a training that are shown.
_EPOCHS = 12


def funnel_chart(experiment: Experiment) -> RenderableType:
    """The mean surprise of the first tokens (o) in the band (-) that 95% of such means lie in, around H(P,Q̂) (|)."""
    parts: list[RenderableType] = []
    for run in [run for run in experiment.runs if run.path and run.standard_error][:_MOST_PANELS]:
        table = new_table("tokens", "mean", "H(P,Q̂) ± 95%", left=0)
        table.add_column("", no_wrap=True)
        expected, spread = run.expected_bits_per_token or 0.0, Z95 * (run.standard_error or 0.0) * math.sqrt(run.n)
        stops = _stops(run)
        reach = 2 * spread / math.sqrt(max(stops[0][0], 1)) if stops else 1.0
        for n, mean in stops:
            band = spread / math.sqrt(n)
            line = _line(mean - expected, band, reach)
            table.add_row(f"{n:,}", in_bits(mean), f"{in_bits(expected)} ± {in_bits(band)}", line)
        parts += [f"Q = {spec_name(run.assumed)}, {coder_name(run.coder)}", table, ""]
    return Group(*parts[:-1]) if parts else "chance plays no part in these runs"


def _stops(run: Validation) -> list[tuple[int, float]]:
    """Of the path, ten and more tokens, three stops a decade and the last."""
    wanted: list[tuple[int, float]] = []
    least = 10.0
    for n, mean in run.path:
        if n >= least:
            wanted.append((n, mean))
            least = n * 10 ** (1 / 3) * 0.999
    return wanted if not run.path or run.path[-1] in wanted else [*wanted, run.path[-1]]


def _line(stray: float, band: float, reach: float) -> str:
    middle = _WIDTH // 2

    def place(value: float) -> int:
        return min(max(middle + round(value / reach * middle), 0), _WIDTH - 1)

    letters = [" "] * _WIDTH
    for at in range(place(-band), place(band) + 1):
        letters[at] = "-"
    letters[middle] = "|"
    letters[place(stray)] = "o"
    return "".join(letters)


def bars_chart(forecast: CodeForecast | PairForecast) -> RenderableType:
    """A bar for each probability of a token: #, = and - for one, two and three of them."""
    pair = forecast.pair
    series: dict[str, Any] = {"p": pair.p.probabilities, "q": pair.q.probabilities}
    if isinstance(forecast, CodeForecast):
        series = {"p": pair.p.probabilities} if forecast.own_p else {}
        series |= {"q": pair.q.probabilities, "q̂": 2.0**-forecast.coder.surprises}
    return _bars(pair.q.tokens, series)


def _bars(tokens: Sequence[str], series: Mapping[str, Any]) -> RenderableType:
    table = new_table("token", "", "", left=1)
    table.columns[2].justify = "left"
    largest = max(float(values.max()) for values in series.values()) or 1.0
    for place, token in list(enumerate(tokens))[:_MOST_ROWS]:
        for number, (name, values) in enumerate(series.items()):
            bar = "#=-"[number] * round(float(values[place]) / largest * _WIDTH)
            table.add_row("" if number else visible(token), f"{name} {values[place]:.4f}", bar)
    rest = len(tokens) - _MOST_ROWS
    return Group(table, f"... and {rest:,} more tokens") if rest > 0 else table


def training_chart(made: Learning) -> RenderableType:
    """The payload of each epoch as a bar of bits/token (o), with the floor (|) where it is known."""
    table = new_table("epoch", "bits/token", "", left=0)
    table.columns[2].justify = "left"
    shown = [
        made.epochs[at] for at in sorted({round(at * (len(made.epochs) - 1) / (_EPOCHS - 1)) for at in range(_EPOCHS)})
    ]
    largest = max(epoch.held_out.bits_per_token or 0.0 for epoch in made.epochs) or 1.0
    for epoch in shown:
        bits = epoch.held_out.bits_per_token or 0.0
        letters = [" "] * (_WIDTH + 1)
        for at in range(round(bits / largest * _WIDTH)):
            letters[at] = "-"
        if made.floor is not None:
            letters[round(made.floor / largest * _WIDTH)] = "|"
        letters[round(bits / largest * _WIDTH)] = "o"
        table.add_row(f"{epoch.number}", in_bits(bits), "".join(letters).rstrip())
    return table


CHARTS: dict[tuple[type, str], Callable[[Any], RenderableType]] = {
    (Experiment, "funnel"): funnel_chart,
    (Demo, "funnel"): lambda demo: funnel_chart(demo.experiment),
    (Learning, "training"): training_chart,
    (PairForecast, "bars"): bars_chart,
    (CodeForecast, "bars"): bars_chart,
}
