"""Records as rows: flat dictionaries with the same keys, as data frames take them, and the text of a CSV table."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compress.errors import OutputError, printable

__all__ = [
    "comparison_rows",
    "csv_text",
    "experiment_rows",
    "has_pyarrow",
    "parquet",
    "repetition_rows",
    "survey_rows",
    "sweep_rows",
]

# With one of these a spreadsheet would take a name for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def experiment_rows(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each Q and coder of the JSON of an experiment."""
    rows = []
    for run in record["runs"]:
        low, high = run["ci95"] or (None, None)
        common = {"true": record["true"]["spec"], "assumed": run["assumed"]["spec"], "coder": run["coder"]}
        common |= {"p_value": record["given"]["claim"]["p_value"]} if record["given"] else {}
        common |= {"n": record["n"], "seed": record["seed"], "entropy": record["true"]["entropy"]}
        rows.append({**common, **_flat({**run, "assumed": None}), **common, "ci95_low": low, "ci95_high": high})
    impossible = record["given"]["impossible"] if record["given"] else []
    return _even([*rows, *({"true": record["true"]["spec"], **each} for each in impossible)])


def repetition_rows(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each Q and coder of the JSON of an experiment that was repeated; the cells of z stay out."""
    rows = []
    for run in record["runs"]:
        low, high = run["coverage_bound"] or (None, None)
        common = {"true": record["true"]["spec"], "assumed": run["assumed"]["spec"], "coder": run["coder"]}
        common |= {key: record[key] for key in ("n", "seed", "repetitions")}
        z = {key: value for key, value in run["z"].items() if key not in ("cell", "cells")}
        rows.append(
            {**common, **_flat({**run, "assumed": None, "z": z}), **common, "bound_low": low, "bound_high": high}
        )
    return _even(rows)


def comparison_rows(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each cell of the JSON of a comparison."""
    sides = ("before", "after")
    return _even([_flat({**each, **{side: each[side] or {} for side in sides}}) for each in record["cells"]])


def survey_rows(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each file, belief and coder of the JSON of a report, one for each baseline and for each failure.

    The totals are not among them: who sums a column up would count each file twice.
    """
    speeds = {_cell(each): each for each in record["speeds"]}
    rows = [{**_flat(each), **_flat(speeds.get(_cell(each), {}))} for each in (*record["rows"], *record["baselines"])]
    return _even([*rows, *map(_flat, record["failures"])])


def sweep_rows(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each cell of the JSON of a sweep."""
    return _even([_flat(each) for each in record["cells"]])


def _cell(each: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(each.get(key) for key in ("file", "assumed", "coder", "baseline"))


def _flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Its numbers and words, those of the records in it with their names in front; lists stay out."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}_")
        elif value is None or isinstance(value, str | int | float):
            flat[prefix + key] = value
    return flat


def _even(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows, each with the keys of all."""
    keys = dict.fromkeys(key for row in rows for key in row)
    return [{key: row.get(key) for key in keys} for row in rows]


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV table with one row of names: numbers as they are, an empty cell where there is none.

    A word that a spreadsheet would take for a formula has an apostrophe in front; what is not printable in it is
    spelled out, so that a row is a line.

    >>> print(csv_text([{"file": "=1+1", "bits": -0.5, "z": None}]), end="")
    file,bits,z
    '=1+1,-0.5,
    """
    every = list(rows)
    text = io.StringIO()
    table = csv.DictWriter(text, list(every[0]) if every else [], lineterminator="\n")
    table.writeheader()
    table.writerows({key: _harmless(value) for key, value in row.items()} for row in every)
    return text.getvalue()


def has_pyarrow() -> bool:
    """Whether Parquet files can be written."""
    try:
        return importlib.util.find_spec("pyarrow") is not None
    except ValueError:
        return False


def parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A Parquet table of rows that have the same keys: a column is of numbers, of words, or of true and false.

    Raises OutputError where pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise OutputError("a Parquet file needs pyarrow; pip install 'codelen[parquet]'") from None
    columns = {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
    table = pyarrow.table({key: _column(values) for key, values in columns.items()})
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file)
    return file.getvalue()


def _column(values: Sequence[Any]) -> Any:
    import pyarrow

    kinds = {type(value) for value in values if value is not None}
    return pyarrow.array(values, pyarrow.float64() if kinds == {int, float} else None)


def _harmless(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return f"'{printable(value)}" if value.startswith(_FORMULAS) else printable(value)
