"""A comparison as text and as JSON: what has changed, cell by cell, and how many cells have not."""

from __future__ import annotations

import os
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from compress.errors import printable
from compress.reports.record import record
from compress.reports.table import Either, coder_name, folded, new_table
from compress.reports.tables.surveys.report import common_folder
from compress.surveys.compare import Change, Comparison
from compress.surveys.kept import Cell

__all__ = ["comparison_record", "comparison_report"]

_COLOURS = {"better": "green", "worse": "bold red", "new": "yellow", "gone": "yellow"}
_SIZES = ("payload A", "B - A", "bytes A", "bytes B", "B / A")
_SPEEDS = ("enc B/A", "dec B/A")


def comparison_report(comparison: Comparison, *, everything: bool = False) -> RenderableType:
    """A row for each cell that has changed (everything: for each), and what that comes to."""
    shown = [each for each in comparison.changes if everything or not each.is_none or each.speed]
    timed = any(each.encode_ratio is not None for each in comparison.changes)
    files = [each.key.file for each in comparison.changes if each.key.file is not None]
    folder = common_folder(files)
    columns = (*_SIZES, *(_SPEEDS if timed else ()), "change")
    named = ("file", "assumed Q", "coder") if files else ("assumed Q", "coder")
    wide, narrow = new_table(*named, *columns, left=len(named)), new_table(", ".join(named), *columns)
    for each in shown:
        file = [os.path.relpath(each.key.file, folder) if folder else each.key.file] if each.key.file else []
        names = [*(printable(name or "") for name in (*file, each.key.assumed)), coder_name(each.key.coder or "")]
        cells = (*_sizes(each), *(map(_ratio, (each.encode_ratio, each.decode_ratio)) if timed else ()), _said(each))
        wide.add_row(*names, *cells)
        narrow.add_row(folded(*names), *cells)
    parts: list[RenderableType] = [
        f"A  {printable(comparison.before.name)}",
        f"B  {printable(comparison.after.name)}",
        f"a size within {float(100 * comparison.tolerance):.4g}% is the same; payload in bits\n",
    ]
    if shown:
        parts += [Either(wide, narrow), ""]
    return Group(*parts, _summary(comparison))


def _summary(comparison: Comparison) -> str:
    counts, ratio = comparison.counts, comparison.size_ratio
    cells = len(comparison.changes)
    line = f"{cells:,} cells: " + ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)
    if all(each.is_none for each in comparison.changes):
        line = f"{cells:,} cells, no difference"
    return line if ratio is None else f"{line}; together B is {ratio:.6f} of A"


def _sizes(change: Change) -> list[str]:
    a, b, bits = change.before, change.after, change.bits
    return [
        _count(a, "payload_bits"),
        "-" if bits is None else f"{bits:+,}" if bits else "0",
        _count(a, "file_bytes"),
        _count(b, "file_bytes"),
        "-" if change.size_ratio is None else f"{change.size_ratio:.6f}",
    ]


def _count(cell: Cell | None, name: str) -> str:
    value = getattr(cell, name, None)
    return "-" if value is None else f"{value:,}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _said(change: Change) -> Text:
    words = [change.kind]
    verdicts = [cell.verdict for cell in (change.before, change.after) if cell is not None and cell.verdict]
    if len(set(verdicts)) > 1:
        words = [f"{change.kind}: {' -> '.join(verdicts)}"]
    if change.speed:
        words += [change.speed]
    return Text(", ".join(words), style=_COLOURS.get(change.kind, ""))


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """The JSON of `codelen compare`."""
    return record(
        "compare",
        {
            "before": comparison.before.name,
            "after": comparison.after.name,
            "of": comparison.before.schema,
            "tolerance": float(comparison.tolerance),
            "speed_tolerance": float(comparison.speed_tolerance),
            "cells": [_change_record(change) for change in comparison.changes],
            "counts": comparison.counts,
            "size_ratio": comparison.size_ratio,
            "verdict": comparison.verdict,
        },
    )


def _change_record(change: Change) -> dict[str, Any]:
    return {
        "file": change.key.file,
        "assumed": change.key.assumed,
        "coder": change.key.coder,
        "before": None if change.before is None else vars(change.before),
        "after": None if change.after is None else vars(change.after),
        "bits": change.bits,
        "size_ratio": change.size_ratio,
        "encode_ratio": change.encode_ratio,
        "decode_ratio": change.decode_ratio,
        "kind": change.kind,
        "speed": change.speed,
    }
