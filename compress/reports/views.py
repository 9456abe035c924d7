"""What each record looks like: its table, its JSON, its rows, found by its type; and as the text of each format.

To give a new record a look: write both beside their like, and list them here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rich.console import RenderableType

from compress.experiments.compare import Comparison
from compress.experiments.cross import Cross
from compress.experiments.demo import Demo
from compress.experiments.judge import Judgement
from compress.experiments.laws import Laws
from compress.experiments.learn import Learning
from compress.experiments.predict import CodeForecast, Forecast, PairForecast, Surprises
from compress.experiments.repeat import Repetitions
from compress.experiments.report import Report
from compress.experiments.trace import Trace
from compress.experiments.validation import Experiment
from compress.experiments.weigh import Weighed
from compress.frames.files import Inspections
from compress.reports.compared import comparison_record, comparison_report
from compress.reports.crossed import cross_record, cross_report
from compress.reports.described import (
    code_report,
    distribution_report,
    inspection_report,
    pair_report,
    surprise_report,
)
from compress.reports.intervals import interval_svg
from compress.reports.judged import judgement_record, judgement_report, junit
from compress.reports.lawful import laws_record, laws_report
from compress.reports.learned import learning_record, learning_report, learning_rows
from compress.reports.markdown import markdown
from compress.reports.measured import demo_report, experiment_report
from compress.reports.records import (
    code_record,
    demo_record,
    dump,
    experiment_record,
    forecast_record,
    inspection_record,
    pair_record,
    surprise_record,
    survey_record,
)
from compress.reports.repeated import repetitions_record, repetitions_report
from compress.reports.rows import comparison_rows, csv_text, experiment_rows, repetition_rows, survey_rows
from compress.reports.surveyed import survey_report
from compress.reports.traced import trace_record, trace_report
from compress.reports.trees import tree_dot, tree_svg
from compress.reports.weighed import weighed_record, weighed_report

__all__ = [
    "FORMATS",
    "as_csv",
    "as_dot",
    "as_json",
    "as_json_text",
    "as_junit",
    "as_markdown",
    "as_page",
    "as_rows",
    "as_svg",
    "as_table",
]


class View(NamedTuple):
    """The looks of a kind of record; its table takes what the caller says about how to show it.

    rows: of its JSON, for those that are tables of runs.
    """

    table: Callable[..., RenderableType]
    json: Callable[[Any], dict[str, Any]]
    rows: Callable[[dict[str, Any]], list[dict[str, Any]]] | None = None


VIEWS: dict[type, View] = {
    Surprises: View(surprise_report, surprise_record),
    Forecast: View(distribution_report, forecast_record),
    PairForecast: View(pair_report, pair_record),
    CodeForecast: View(code_report, code_record),
    Experiment: View(experiment_report, experiment_record, experiment_rows),
    Demo: View(demo_report, demo_record, experiment_rows),
    Report: View(survey_report, survey_record, survey_rows),
    Cross: View(cross_report, cross_record, survey_rows),
    Repetitions: View(repetitions_report, repetitions_record, repetition_rows),
    Comparison: View(comparison_report, comparison_record, comparison_rows),
    Weighed: View(weighed_report, weighed_record),
    Judgement: View(judgement_report, judgement_record),
    Laws: View(laws_report, laws_record),
    Trace: View(trace_report, trace_record),
    Learning: View(learning_report, learning_record, learning_rows),
    Inspections: View(inspection_report, inspection_record),
}


def as_table(record: object, **how: bool) -> RenderableType:
    """The record as a table; how: what its report can be asked for, such as everything=True."""
    return VIEWS[type(record)].table(record, **how)


def as_json(record: object) -> dict[str, Any]:
    """The record as plain dictionaries with a schema name."""
    return VIEWS[type(record)].json(record)


def as_rows(record: object) -> list[dict[str, Any]]:
    """The record's runs, a flat dictionary each, all with the same keys.  Raises TypeError for one without runs."""
    view = VIEWS[type(record)]
    if view.rows is None:
        raise TypeError(f"a {type(record).__name__} has no rows")
    return view.rows(view.json(record))


def as_json_text(record: object) -> str:
    """The record's JSON as text, with a newline at its end."""
    return dump(as_json(record))


def as_csv(record: object) -> str:
    """The record's rows as the text of a CSV file."""
    return csv_text(as_rows(record))


def as_markdown(record: object) -> str:
    """The record's table and words as Markdown."""
    return markdown(as_table(record))


def as_page(record: object) -> str:
    """The record as one page of HTML.  Raises OutputError where jinja2 is not installed."""
    from compress.reports.page import page  # who wants no page waits for none

    return page(record, as_table(record, everything=True) if isinstance(record, Comparison) else as_table(record))


def as_junit(record: object) -> str:
    """A judgement as JUnit's XML."""
    assert isinstance(record, Judgement)
    return junit(record)


def as_dot(record: object) -> str:
    """The tree of a code for graphviz.  Raises SpecError for a coder that sends no words."""
    assert isinstance(record, CodeForecast)
    return tree_dot(record)


def as_svg(record: object) -> str:
    """The tree of a code, or the interval of a message.  Raises SpecError for a coder that has none."""
    assert isinstance(record, CodeForecast | Trace)
    return interval_svg(record) if isinstance(record, Trace) else tree_svg(record)


# The text of a record in each format that can be kept.
FORMATS: dict[str, Callable[[object], str]] = {
    "json": as_json_text,
    "csv": as_csv,
    "markdown": as_markdown,
    "html": as_page,
    "junit": as_junit,
    "dot": as_dot,
    "svg": as_svg,
}
