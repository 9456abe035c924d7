"""What every report is made of: columns, numbers, the ledger, and the way to the screen."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from compress.distribution import Distribution
from compress.errors import printable
from compress.ledger import Ledger
from compress.tokens import visible

__all__ = ["count", "fixed", "in_bits", "ledger_table", "new_table", "render", "spec_name", "summary_table"]

_PIPE_WIDTH = 120
_LEAST_WIDTH = 110
_SPEC_WIDTH = 28

_MEANING = {
    "entropy": "n·H(P): what no code saves on average",
    "mismatch": "n·D(P||Q): the price of believing Q",
    "code": "n·(H(P,Q̂) - H(P,Q)): Q̂ is not quite Q",
    "luck": "this sample against the expectation",
    "coder": "finishing the stream, finite precision",
    "container": "all of the file that is not payload",
}


def render(report: RenderableType) -> str:
    """The text of a report: as wide as the terminal, or wide enough for every table in a pipe."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    console = Console(width=_PIPE_WIDTH if piped else None, highlight=False, markup=False, emoji=False)
    # A terminal that is too narrow for a table breaks its lines; cutting cells off would lose figures.
    console.width = max(console.width, _LEAST_WIDTH)
    with console.capture() as capture:
        console.print(report)
    return "".join(line.rstrip() + "\n" for line in capture.get().splitlines())


def new_table(*columns: str, left: int = 1) -> Table:
    """A table whose first `left` columns hold words, the others numbers."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place < left else "right", no_wrap=place >= left)
    return table


def in_bits(value: float | None, digits: int = 4) -> str:
    """A number of bits; - where there is none."""
    if value is None or math.isnan(value):
        return "-"
    return "inf" if math.isinf(value) else fixed(value, digits)


def fixed(value: float, digits: int) -> str:
    """Fixed digits, grouped by thousands; what rounds to zero has no sign."""
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def count(value: float) -> str:
    """A number of bits, grouped by thousands; tenths only where there are any."""
    return fixed(value, 0 if float(value).is_integer() else 1)


def spec_name(distribution: Distribution) -> str:
    """A name for Q: its spec; both ends of a long one, since paths begin alike and families end alike."""
    spec = printable(distribution.spec) or ",".join(
        f"{visible(token)}={probability:.4g}"
        for token, probability in zip(distribution.tokens[:3], distribution.probabilities[:3], strict=True)
    )
    if len(spec) <= _SPEC_WIDTH:
        return spec
    head = (_SPEC_WIDTH - 3) // 2
    return f"{spec[:head]}...{spec[head + 3 - _SPEC_WIDTH :]}"


def summary_table(pairs: Sequence[tuple[str, str]]) -> Table:
    """Names and values in two columns, without a head."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for name, value in pairs:
        table.add_row(name, printable(value))
    return table


def ledger_table(ledger: Ledger, n: int, file_bytes: int) -> Table:
    """The ledger as a column: each term in bits and in bits/token, and what it means."""
    table = new_table("ledger", "bits", "bits/token")
    table.add_column("")
    for term, bits in ledger.terms.items():
        table.add_row(term, fixed(bits, 1), in_bits(bits / n if n else None, 6), _MEANING[term])
    parts = [f"{part} {bits:,}" for part, bits in ledger.container_parts.items()]
    table.add_row("", "", "", Text(", ".join(parts[:3]) + ",", style="dim"))
    table.add_row("", "", "", Text(", ".join(parts[3:]), style="dim"), end_section=True)
    total = 8 * file_bytes
    table.add_row("8 x file bytes", f"{total:,.1f}", in_bits(total / n if n else None, 6), f"{file_bytes:,} bytes")
    return table
