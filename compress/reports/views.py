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
    "as_parquet",
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
    "experiments.predict.Surprises": View(
        "compress.reports.tables.predict.surprise_report", "compress.reports.records.predict.surprise_record"
    ),
    "experiments.predict.Forecast": View(
        "compress.reports.tables.predict.distribution_report", "compress.reports.records.predict.forecast_record"
    ),
    "experiments.predict.PairForecast": View(
        "compress.reports.tables.predict.pair_report", "compress.reports.records.predict.pair_record"
    ),
    "experiments.predict.CodeForecast": View(
        "compress.reports.tables.predict.code_report", "compress.reports.records.predict.code_record"
    ),
    "experiments.comparison.Coders": View(
        "compress.reports.tables.predict.coders_report", "compress.reports.records.predict.coders_record"
    ),
    "experiments.validation.Experiment": View(
        "compress.reports.tables.validation.experiment_report",
        "compress.reports.records.validation.experiment_record",
        "compress.reports.records.rows.experiment_rows",
    ),
    "teaching.demo.Demo": View(
        "compress.reports.tables.validation.demo_report",
        "compress.reports.records.validation.demo_record",
        "compress.reports.records.rows.experiment_rows",
    ),
    "surveys.report.Report": View(
        "compress.reports.tables.surveys.report.survey_report",
        "compress.reports.records.report.survey_record",
        "compress.reports.records.rows.survey_rows",
    ),
    "surveys.tally.Tally": View(
        "compress.reports.tables.surveys.tally.tally_report", "compress.reports.tables.surveys.tally.tally_record"
    ),
    "surveys.cross.Cross": View(
        "compress.reports.tables.surveys.cross.cross_report",
        "compress.reports.tables.surveys.cross.cross_record",
        "compress.reports.records.rows.survey_rows",
    ),
    "surveys.ladder.Ladder": View(
        "compress.reports.tables.surveys.ladder.ladder_report",
        "compress.reports.tables.surveys.ladder.ladder_record",
        "compress.reports.tables.surveys.ladder.ladder_rows",
    ),
    "benching.bench.Bench": View(
        "compress.reports.tables.bench.bench_report",
        "compress.reports.tables.bench.bench_record",
        "compress.reports.tables.bench.bench_rows",
    ),
    "experiments.power.Plan": View(
        "compress.reports.tables.plan.plan_report", "compress.reports.tables.plan.plan_record"
    ),
    "experiments.repeat.Repetitions": View(
        "compress.reports.tables.repeat.repetitions_report",
        "compress.reports.tables.repeat.repetitions_record",
        "compress.reports.records.rows.repetition_rows",
    ),
    "sweeps.sweep.Sweep": View(
        "compress.reports.tables.sweep.sweep_report",
        "compress.reports.tables.sweep.sweep_record",
        "compress.reports.records.rows.sweep_rows",
    ),
    "surveys.compare.Comparison": View(
        "compress.reports.tables.surveys.compare.comparison_report",
        "compress.reports.tables.surveys.compare.comparison_record",
        "compress.reports.records.rows.comparison_rows",
    ),
    "training.weigh.Weighing": View(
        "compress.reports.tables.weigh.weighed_report", "compress.reports.tables.weigh.weighed_record"
    ),
    "judging.judge.Judgement": View(
        "compress.reports.tables.judge.judgement_report", "compress.reports.tables.judge.judgement_record"
    ),
    "judging.classroom.Classroom": View(
        "compress.reports.tables.classroom.classroom_report", "compress.reports.tables.classroom.classroom_record"
    ),
    "theorems.catalog.Laws": View(
        "compress.reports.tables.laws.laws_report", "compress.reports.tables.laws.laws_record"
    ),
    "experiments.trace.Trace": View(
        "compress.reports.tables.trace.trace_report", "compress.reports.tables.trace.trace_record"
    ),
    "training.epochs.Learning": View(
        "compress.reports.tables.learn.learning_report",
        "compress.reports.tables.learn.learning_record",
        "compress.reports.tables.learn.learning_rows",
    ),
    "frames.inspections.InspectedFiles": View(
        "compress.reports.tables.inspect.files_report", "compress.reports.tables.inspect.files_record"
    ),
    "frames.inspections.Inspections": View(
        "compress.reports.tables.inspect.inspection_report", "compress.reports.tables.inspect.inspection_record"
    ),
}


def view_of(record: object) -> View | None:
    """The looks of a record; None for what is none."""
    kind = type(record)
    return VIEWS.get(f"{kind.__module__}.{kind.__qualname__}".removeprefix("compress."))


def loaded(name: str) -> Callable[..., Any]:
    """A function by its full name.

    >>> loaded("compress.reports.table.counted")(2, "file")
    '2 files'
    """
    module, _, function = name.rpartition(".")
    made: Callable[..., Any] = getattr(importlib.import_module(module), function)
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
    from compress.reports.record import dump

    return dump(as_json(record))


def as_csv(record: object) -> str:
    """The record's rows as the text of a CSV file."""
    from compress.reports.records.rows import csv_text

    return csv_text(as_rows(record))


def as_parquet(record: object) -> bytes:
    """The record's rows as a Parquet file.  Raises OutputError where pyarrow is not installed."""
    from compress.reports.records.rows import parquet

    return parquet(as_rows(record))


def as_markdown(record: object) -> str:
    """The record's table and words as Markdown."""
    from compress.reports.markdown import markdown

    return markdown(as_table(record))


def as_page(record: object) -> str:
    """The record as one page of HTML.  Raises OutputError where jinja2 is not installed."""
    from compress.reports.book import book
    from compress.reports.page import page
    from compress.surveys.compare import Comparison
    from compress.teaching.texts import Book

    if isinstance(record, Book):
        return book(record)
    return page(record, as_table(record, everything=True) if isinstance(record, Comparison) else as_table(record))


def as_junit(record: object) -> str:
    """A judgement as JUnit's XML."""
    from compress.judging.judge import Judgement
    from compress.reports.tables.judge import junit

    assert isinstance(record, Judgement)
    return junit(record)


def as_dot(record: object) -> str:
    """The tree of a code for graphviz.  Raises SpecError for a coder that sends no words."""
    from compress.experiments.predict import CodeForecast
    from compress.reports.drawings.trees import tree_dot

    assert isinstance(record, CodeForecast)
    return tree_dot(record)


def as_svg(record: object) -> str:
    """The tree of a code, or of a message its walks down the tree, or its interval."""
    from compress.experiments.predict import CodeForecast
    from compress.experiments.trace import Trace
    from compress.reports.drawings.intervals import interval_svg
    from compress.reports.drawings.trees import tree_svg, walk_svg

    assert isinstance(record, CodeForecast | Trace)
    if isinstance(record, CodeForecast):
        return tree_svg(record)
    return interval_svg(record) if record.book is None else walk_svg(record)


# The text of a record in each format that can be kept.
FORMATS: dict[str, Callable[[object], bytes | str]] = {
    "json": as_json_text,
    "csv": as_csv,
    "parquet": as_parquet,
    "markdown": as_markdown,
    "html": as_page,
    "junit": as_junit,
    "dot": as_dot,
    "svg": as_svg,
}
