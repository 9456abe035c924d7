"""Very many files as text: a total for each belief and coder, what everybody has, and how much could not be done."""

from __future__ import annotations

import textwrap
from typing import Any

from rich.console import Group, RenderableType

from compress.errors import printable
from compress.reports.record import record
from compress.reports.table import coder_name, counted, in_bits, new_table
from compress.reports.tables.validation import verdict
from compress.surveys.tally import Sum, Tally

__all__ = ["tally_record", "tally_report"]

_TEXT_WIDTH = 80


def tally_report(made: Tally) -> RenderableType:
    """A line for each total, then the first failures."""
    table = new_table("assumed Q", "coder", "files", "n", "H(P̂)", "payload", "file bytes", "ratio", "verdict", left=2)
    for total in made.totals.values():
        sums, sizes = total.sums, total.sizes
        table.add_row(
            printable(total.assumed),
            coder_name(total.coder),
            f"{total.files:,}",
            "" if sums is None else f"{sums.n:,}",
            "" if sums is None else in_bits(sums.entropy),
            "" if sums is None else in_bits(sums.bits_per_token),
            f"{sizes.file_bytes:,}",
            "-" if sizes.ratio is None else f"{sizes.ratio:.3f}",
            "" if sums is None else verdict("fail" if total.failed else "pass", _failed(total)),
        )
    speed = f": {made.done / made.seconds:,.0f} files a second" if made.done and made.seconds else ""
    said = [
        f"{counted(made.files, 'file')}, tokens {made.reading.kind.name}; {made.done:,} coded now{speed}",
        "H(P̂) and payload in bits/token, ratio = content / file",
        *(f"not coded: {printable(line)}" for line in made.told),
    ]
    if made.failures > len(made.told):
        said.append(f"and {counted(made.failures - len(made.told), 'failure')} more, in the file of rows")
    return Group(table, "", *(textwrap.fill(line, _TEXT_WIDTH, subsequent_indent="  ") for line in said))


def _failed(total: Sum) -> list[str]:
    return [counted(total.failed, "file")] if total.failed else []


def tally_record(made: Tally) -> dict[str, Any]:
    """The JSON of `codelen report --keep`: the totals; the rows are in the file."""
    return record(
        "totals",
        {
            "tokens": made.reading.kind.name,
            "normalize": made.reading.normalize,
            "files": made.files,
            "unread": made.unread,
            "failures": made.failures,
            "totals": [
                {
                    "assumed": total.assumed or None,
                    "coder": total.coder,
                    "files": total.files,
                    "failed": total.failed,
                    "content_bytes": total.sizes.content_bytes,
                    "file_bytes": total.sizes.file_bytes,
                    "n": None if total.sums is None else total.sums.n,
                    "payload_bits": None if total.sums is None else total.sums.payload_bits,
                    "ledger": None if total.sums is None else total.sums.terms,
                }
                for total in made.totals.values()
            ],
            "verdict": made.verdict,
        },
    )
