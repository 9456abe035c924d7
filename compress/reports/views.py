"""What each record looks like: its table, its JSON, its rows, found by its type; and as the text of each format.

To give a new record a look: write both beside their like, and list them here.  They are loaded when they are used: no
command waits for the tables of another.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

from rich.console import RenderableType

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
    "loaded",
    "view_of",
]


class View(NamedTuple):
    """The looks of a kind of record: functions of this room by their names, which are loaded when they are asked for.

    table: takes what the caller says about how to show it.  rows: of its JSON, for those that are tables of runs.
    """

    table: str
    json: str
    rows: str | None = None


# By the record's own module and name.
VIEWS = {
    "experiments.predict.Surprises": View("described.surprise_report", "forecast_records.surprise_record"),
    "experiments.predict.Forecast": View("described.distribution_report", "forecast_records.forecast_record"),
    "experiments.predict.PairForecast": View("described.pair_report", "forecast_records.pair_record"),
    "experiments.predict.CodeForecast": View("described.code_report", "forecast_records.code_record"),
    "experiments.validation.Experiment": View(
        "measured.experiment_report", "run_records.experiment_record", "rows.experiment_rows"
    ),
    "experiments.demo.Demo": View("measured.demo_report", "run_records.demo_record", "rows.experiment_rows"),
    "experiments.report.Report": View("surveyed.survey_report", "survey_records.survey_record", "rows.survey_rows"),
    "experiments.cross.Cross": View("crossed.cross_report", "crossed.cross_record", "rows.survey_rows"),
    "experiments.repeat.Repetitions": View(
        "repeated.repetitions_report", "repeated.repetitions_record", "rows.repetition_rows"
    ),
    "experiments.compare.Comparison": View(
        "compared.comparison_report", "compared.comparison_record", "rows.comparison_rows"
    ),
    "experiments.weigh.Weighed": View("weighed.weighed_report", "weighed.weighed_record"),
    "experiments.judge.Judgement": View("judged.judgement_report", "judged.judgement_record"),
    "experiments.laws.Laws": View("lawful.laws_report", "lawful.laws_record"),
    "experiments.trace.Trace": View("traced.trace_report", "traced.trace_record"),
    "experiments.learn.Learning": View("learned.learning_report", "learned.learning_record", "learned.learning_rows"),
    "frames.files.InspectedFiles": View("inspected.files_report", "inspected.files_record"),
    "frames.files.Inspections": View("inspected.inspection_report", "inspected.inspection_record"),
}


def view_of(record: object) -> View | None:
    """The looks of a record; None for what is none."""
    kind = type(record)
    return VIEWS.get(f"{kind.__module__}.{kind.__qualname__}".removeprefix("compress."))


def loaded(name: str) -> Callable[..., Any]:
    """A function of this room, by its module and name.

    >>> loaded("tables.counted")(2, "file")
    '2 files'
    """
    module, _, function = name.rpartition(".")
    made: Callable[..., Any] = getattr(importlib.import_module(f"compress.reports.{module}"), function)
    return made


def _view(record: object) -> View:
    view = view_of(record)
    if view is None:
        raise TypeError(f"a {type(record).__name__} has no looks")
    return view


def as_table(record: object, **how: bool) -> RenderableType:
    """The record as a table; how: what its report can be asked for, such as everything=True."""
    table: RenderableType = loaded(_view(record).table)(record, **how)
    return table


def as_json(record: object) -> dict[str, Any]:
    """The record as plain dictionaries with a schema name."""
    fields: dict[str, Any] = loaded(_view(record).json)(record)
    return fields


def as_rows(record: object) -> list[dict[str, Any]]:
    """The record's runs, a flat dictionary each, all with the same keys.  Raises TypeError for one without runs."""
    rows = _view(record).rows
    if rows is None:
        raise TypeError(f"a {type(record).__name__} has no rows")
    made: list[dict[str, Any]] = loaded(rows)(as_json(record))
    return made


def as_json_text(record: object) -> str:
    """The record's JSON as text, with a newline at its end."""
    from compress.reports.records import dump

    return dump(as_json(record))


def as_csv(record: object) -> str:
    """The record's rows as the text of a CSV file."""
    from compress.reports.rows import csv_text

    return csv_text(as_rows(record))


def as_markdown(record: object) -> str:
    """The record's table and words as Markdown."""
    from compress.reports.markdown import markdown

    return markdown(as_table(record))


def as_page(record: object) -> str:
    """The record as one page of HTML.  Raises OutputError where jinja2 is not installed."""
    from compress.experiments.compare import Comparison
    from compress.reports.page import page

    return page(record, as_table(record, everything=True) if isinstance(record, Comparison) else as_table(record))


def as_junit(record: object) -> str:
    """A judgement as JUnit's XML."""
    from compress.experiments.judge import Judgement
    from compress.reports.judged import junit

    assert isinstance(record, Judgement)
    return junit(record)


def as_dot(record: object) -> str:
    """The tree of a code for graphviz.  Raises SpecError for a coder that sends no words."""
    from compress.experiments.predict import CodeForecast
    from compress.reports.trees import tree_dot

    assert isinstance(record, CodeForecast)
    return tree_dot(record)


def as_svg(record: object) -> str:
    """The tree of a code, or of a message its walks down the tree, or its interval."""
    from compress.experiments.predict import CodeForecast
    from compress.experiments.trace import Trace
    from compress.reports.intervals import interval_svg
    from compress.reports.trees import tree_svg, walk_svg

    assert isinstance(record, CodeForecast | Trace)
    if isinstance(record, CodeForecast):
        return tree_svg(record)
    return interval_svg(record) if record.book is None else walk_svg(record)


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
