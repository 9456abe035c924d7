"""Laws as text and as JSON: what each says, what it predicted, and what was measured."""

from __future__ import annotations

import textwrap
from typing import Any

from rich.console import Group, RenderableType

from compress.experiments.laws import Law, Laws
from compress.reports.measured import verdict
from compress.reports.records import libraries, record
from compress.reports.tables import new_table

__all__ = ["explained", "laws_record", "laws_report"]

_WIDTH = 80
_CELL = 54


def laws_report(made: Laws) -> RenderableType:
    """A row for each law: its statement, and below it prediction and measurement."""
    table = new_table("law", "says, predicted, measured", "verdict", left=2)
    table.columns[2].justify = "left"
    for law, finding in made.found:
        told = [f"  predicted  {finding.predicted}", f"  measured   {finding.measured}"]
        lines = [textwrap.fill(line, _CELL, subsequent_indent=" " * 13) for line in told]
        cell = "\n".join((textwrap.fill(law.statement, _CELL), *lines, ""))
        table.add_row(
            "\n".join(textwrap.wrap(law.name.replace("-", "- "), 12)).replace("- ", "-"),
            cell,
            verdict("pass" if finding.holds else "fail"),
        )
    held = sum(finding.holds for _, finding in made.found)
    return Group(table, f"\n{held} of {len(made.found)} laws hold, seed {made.seed}")


def explained(law: Law) -> str:
    """What a law says, how it follows, and where it stands.

    >>> from compress.experiments.laws import LAWS
    >>> explained(LAWS["gibbs"]).splitlines()[0]
    'gibbs: D(P||Q) >= 0, and 0 only for Q = P.'
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
