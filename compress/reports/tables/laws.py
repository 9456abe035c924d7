"""Laws as text and as JSON: what each says, what it predicted, and what was measured."""

from __future__ import annotations

import textwrap
from typing import Any

from rich.console import Group, RenderableType

from compress.reports.record import libraries, record
from compress.reports.table import new_table
from compress.reports.tables.validation import verdict
from compress.theorems.catalog import Law, Laws

__all__ = ["explained", "laws_record", "laws_report"]

_WIDTH = 80
_CELL = 68


def laws_report(made: Laws) -> RenderableType:
    """A row for each law: its name, whole, so that it can be copied; its statement, prediction and measurement."""
    table = new_table("law: what it says, predicted, measured", "verdict", left=1)
    table.columns[1].justify = "left"
    for law, finding in made.found:
        told = (("", law.statement), ("predicted  ", finding.predicted), ("measured   ", finding.measured))
        lines = [
            textwrap.fill(f"  {name}{text}", _CELL, subsequent_indent=" " * (2 + len(name))) for name, text in told
        ]
        table.add_row("\n".join((law.name, *lines, "")), verdict("pass" if finding.holds else "fail"))
    held = sum(finding.holds for _, finding in made.found)
    return Group(table, f"\n{held} of {len(made.found)} laws hold, seed {made.seed}")


def explained(law: Law) -> str:
    """What a law says, how it follows, and where it stands.

    >>> from compress.theorems.catalog import LAWS
    >>> explained(LAWS["gibbs"]).splitlines()[0]
    'gibbs: D(P||Q) >= 0, and it is 0 only if Q = P.'
    """
    parts = (f"{law.name}: {law.statement}", law.derivation, f"Source: {law.source}")
    return "\n\n".join(textwrap.fill(part, _WIDTH) for part in parts) + "\n"


def laws_record(made: Laws) -> dict[str, Any]:
    """The JSON of `codelen laws`."""
    return record(
        "laws",
        {
            "libraries": libraries(),
            "seed": made.seed,
            "laws": [
                {
                    "law": law.name,
                    "statement": law.statement,
                    "source": law.source,
                    "is_exact": law.is_exact,
                    "predicted": finding.predicted,
                    "measured": finding.measured,
                    "verdict": "pass" if finding.holds else "fail",
                }
                for law, finding in made.found
            ],
            "verdict": made.verdict,
        },
    )
