"""Which pictures a record can be shown as, by their names; the first is the one that nobody has to ask for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from compress.benching.bench import Bench
from compress.errors import SpecError, quoted
from compress.experiments.comparison import Coders
from compress.experiments.predict import CodeForecast, Forecast, PairForecast
from compress.experiments.repeat import Repetitions
from compress.experiments.validation import Experiment
from compress.reports.plots.bench import frontier_plot
from compress.reports.plots.codes import code_bars_plot, excess_plot, pair_bars_plot, surprise_plot, tree_plot
from compress.reports.plots.figures import Paint, picture
from compress.reports.plots.ladder import steps_plot
from compress.reports.plots.learn import training_plot
from compress.reports.plots.report import sizes_plot
from compress.reports.plots.runs import funnel_plot, measured_plot, scores_plot, waterfall_plot
from compress.reports.plots.sweep import curves_plot
from compress.reports.tables.surveys.cross import cross_plot
from compress.surveys.cross import Cross
from compress.surveys.ladder import Ladder
from compress.surveys.report import Report
from compress.sweeps.sweep import Sweep
from compress.teaching.demo import Demo
from compress.training.epochs import Learning

__all__ = ["PLOTS", "as_picture", "kinds_of"]

Sized = tuple[Paint, tuple[float, float]]

_OF_RUNS: dict[str, Callable[[Experiment], Sized]] = {
    "measured": measured_plot,
    "funnel": funnel_plot,
    "waterfall": waterfall_plot,
}


def _of_demo(plot: Callable[[Experiment], Sized], demo: Demo) -> Sized:
    return plot(demo.experiment)


PLOTS: dict[type, dict[str, Callable[[Any], Sized]]] = {
    Experiment: dict(_OF_RUNS),
    Repetitions: {"z": scores_plot},
    Sweep: {"curves": curves_plot},
    Report: {"sizes": sizes_plot},
    Ladder: {"steps": steps_plot},
    Bench: {"frontier": frontier_plot},
    Cross: {"cross": cross_plot},
    Learning: {"training": training_plot},
    Forecast: {"surprise": surprise_plot},
    PairForecast: {"bars": pair_bars_plot, "surprise": surprise_plot},
    Coders: {"excess": excess_plot},
    CodeForecast: {"bars": code_bars_plot, "tree": tree_plot},
    Demo: {name: functools.partial(_of_demo, plot) for name, plot in _OF_RUNS.items()},
}


def kinds_of(record: type) -> tuple[str, ...]:
    """The pictures of a kind of record."""
    return tuple(PLOTS.get(record, ()))


def as_picture(record: object, kind: str | None, form: str) -> bytes:
    """The file of a record's picture: svg, png or pdf; kind None: its first.

    Raises SpecError for a kind that it has not, OutputError where matplotlib is not installed.
    """
    kinds = PLOTS.get(type(record), {})
    kind = next(iter(kinds), "") if kind is None else kind
    if kind not in kinds:
        raise SpecError(f"no picture is called {quoted(kind)}; there are {', '.join(kinds) or 'none'}")
    return picture(*kinds[kind](record), form)
