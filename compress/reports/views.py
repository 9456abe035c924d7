"""What each record looks like: its table and its JSON, found by its type.

To give a new record a look: write both beside their like, and list them here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rich.console import RenderableType

from compress.experiments.demo import Demo
from compress.experiments.predict import CodeForecast, Forecast, PairForecast, Surprises
from compress.experiments.report import Report
from compress.experiments.validation import Experiment
from compress.frames.files import Inspections
from compress.reports.described import (
    code_report,
    distribution_report,
    inspection_report,
    pair_report,
    surprise_report,
)
from compress.reports.measured import demo_report, experiment_report
from compress.reports.records import (
    code_record,
    demo_record,
    experiment_record,
    forecast_record,
    inspection_record,
    pair_record,
    surprise_record,
    survey_record,
)
from compress.reports.surveyed import survey_report

__all__ = ["as_json", "as_table"]


class View(NamedTuple):
    """The two looks of a kind of record; both take what the caller says about how to show it."""

    table: Callable[..., RenderableType]
    json: Callable[[Any], dict[str, Any]]


VIEWS: dict[type, View] = {
    Surprises: View(surprise_report, surprise_record),
    Forecast: View(distribution_report, forecast_record),
    PairForecast: View(pair_report, pair_record),
    CodeForecast: View(code_report, code_record),
    Experiment: View(experiment_report, experiment_record),
    Demo: View(demo_report, demo_record),
    Report: View(survey_report, survey_record),
    Inspections: View(inspection_report, inspection_record),
}


def as_table(record: object, **how: bool) -> RenderableType:
    """The record as a table; how: what its report can be asked for, such as everything=True."""
    return VIEWS[type(record)].table(record, **how)


def as_json(record: object) -> dict[str, Any]:
    """The record as plain dictionaries with a schema name."""
    return VIEWS[type(record)].json(record)
