"""What every report is made of: columns, numbers, the ledger, and the way to the screen."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from compress.errors import printable
from compress.ledger import Ledger
from compress.notation import Specified
from compress.reports.plain import columns_kept
from compress.sources.tokens import visible

__all__ = [
    "LEARNING",
    "LEARNING_LESS_STRUCTURE",
    "Either",
    "FigureTable",
    "coder_name",
    "count",
    "counted",
    "fixed",
    "folded",
    "in_bits",
    "ledger_table",
    "new_table",
    "render",
    "spec_name",
    "summary_table",
]

_SPEC_WIDTH = 28
# A pipe has no edge, and the tables are laid out for a terminal that has at least this much.
_PIPE_WIDTH = 10_000
_LEAST_WIDTH = 80

# Said to be of ASCII, or rich would draw another one where it thinks of ASCII; see `plain`.
_BOX = box.Box(str(box.SIMPLE_HEAD), ascii=True)

_MEANING = {
    "entropy": "n·H(P): the floor of any code",
    "mismatch": "n·D(P||Q): the price of believing Q",
    "code": "n·(H(P,Q̂) - H(P,Q)): Q̂ differs from Q",
    "luck": "this sample against the expectation",
    "coder": "finishing the stream, finite precision",
    "container": "the file without its payload",
}
# And what it means that a term is below so many bits.
_NEGATIVE = {
    "code": (-0.05, "below 0: Q̂ suits these tokens better"),
    "coder": (-8, "structure: their order made them cheap"),
}
# What mismatch means where a Q changes from token to token, and so is no distribution to diverge from: with a known P,
# and with the stream's own counts.
LEARNING = "learning: the price of finding out P"
LEARNING_LESS_STRUCTURE = "learning, less structure: above n·H(P̂)"


class FigureTable(Table):
    """A table that never cuts a figure: a column that may not wrap is as wide as its widest cell."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, its words wrapped where it would be wider than the screen."""
        for column in self.columns:
            if column.no_wrap:
                lines = (line for cell in (column.header, *column.cells) for line in str(cell).splitlines())
                column.min_width = max(map(cell_len, lines), default=0)
        yield from super().__rich_console__(console, options)


class Either:
    """One report in two forms: the wide one where the screen has room for it, else the narrow one."""

    def __init__(self, wide: RenderableType, narrow: RenderableType) -> None:
        self.wide, self.narrow = wide, narrow

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Return the wide or the narrow form, whichever fits the screen."""
        natural = Measurement.get(console, options.update(width=_PIPE_WIDTH), self.wide).maximum
        yield self.wide if natural <= options.max_width else self.narrow


def render(report: RenderableType, *, coloured: bool = True) -> str:
    """The text of a report: as wide as the terminal, or as its tables like in a pipe; coloured: if that has colours."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    colours: Literal["auto"] | None = "auto" if coloured else None
    width = _PIPE_WIDTH if piped else None
    console = Console(width=width, color_system=colours, highlight=False, markup=False, emoji=False)
    # A terminal that is narrower still breaks the lines; cutting cells off would lose figures.
    console.width = max(console.width, _LEAST_WIDTH)
    with console.capture() as capture:
        console.print(report, crop=False)
    text = columns_kept(capture.get(), getattr(sys.stdout, "encoding", None) or "utf-8")
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def new_table(*columns: str, left: int = 1) -> FigureTable:
    """A table whose first `left` columns hold words, the others numbers."""
    table = FigureTable(box=_BOX, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for place, column in enumerate(columns):
        words = place < left
        table.add_column(column, justify="left" if words else "right", no_wrap=not words, overflow="fold")
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


def spec_name(belief: Specified) -> str:
    """A name for Q: its spec; both ends of a long one, since paths begin alike and families end alike."""
    spec = printable(belief.spec)
    # A distribution that nobody spelled, by itself or believed, is told by its first tokens.
    q: Any = getattr(belief, "q", belief)
    if not spec and hasattr(q, "probabilities"):
        spec = ",".join(
            f"{visible(token)}={probability:.4g}"
            for token, probability in zip(q.tokens[:3], q.probabilities[:3], strict=True)
        )
    return _both_ends(spec)


def coder_name(name: str) -> str:
    """A name for a coder: as a user wrote it, but without the folder of one in a file.

    >>> coder_name("huffman"), coder_name("lessons/week 3/student.py:Huffman")
    ('huffman', 'student.py:Huffman')
    """
    place, colon, thing = name.rpartition(":")
    return _both_ends(printable(f"{Path(place).name}:{thing}" if colon and place.endswith(".py") else name))


def folded(*names: str, width: int = 16) -> str:
    r"""Names one below the other, each folded into a narrow column, behind a mark if there is one.

    >>> folded("H=0.7,T=0.3", "", "student.py:Huffman")
    'H=0.7,T=0.3\nstudent.py:\nHuffman'
    """
    lines: list[str] = []
    for name in filter(None, names):
        lines.append("")
        for piece in re.findall(r"[^/:,=]*[/:,=]|[^/:,=]+", name):
            if len(lines[-1]) + len(piece) > width:
                lines.append("")
            # A piece that is too long by itself is cut.
            whole = len(piece) - len(piece) % width if len(piece) > width else 0
            lines[-1:-1] = [piece[start : start + width] for start in range(0, whole, width)]
            lines[-1] += piece[whole:]
    return "\n".join(filter(None, lines))


def _both_ends(text: str) -> str:
    """A text that is not too long for a cell."""
    if len(text) <= _SPEC_WIDTH:
        return text
    head = (_SPEC_WIDTH - 3) // 2
    return f"{text[:head]}...{text[head + 3 - _SPEC_WIDTH :]}"


def counted(number: int, thing: str) -> str:
    """So many things.

    >>> counted(1, "file"), counted(2_000, "token")
    ('1 file', '2,000 tokens')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def summary_table(pairs: Sequence[tuple[str, str]]) -> Table:
    """Names and values in two columns, without a head."""
    table = FigureTable(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(name, printable(value))
    return table


def ledger_table(ledger: Ledger, n: int, file_bytes: int, **said: str) -> FigureTable:
    """The ledger as a column: each term in bits and in bits/token, and what it means; said: where that is another."""
    negative = {term: words for term, (least, words) in _NEGATIVE.items() if getattr(ledger, term) < least}
    meaning = {**_MEANING, **negative, **said}
    table = new_table("ledger", "bits", "bits/token")
    table.columns[0].no_wrap = True
    table.add_column("")
    for term, bits in ledger.terms.items():
        table.add_row(term, fixed(bits, 1), in_bits(bits / n if n else None, 6), meaning[term])
    parts = [f"{part} {bits:,}" for part, bits in ledger.container_parts.items()]
    for line in (", ".join(parts[:3]) + ",", ", ".join(parts[3:])):
        table.add_row("", "", "", Text(line, style="dim"))
    table.add_section()
    total = 8 * file_bytes
    table.add_row("8 x file bytes", f"{total:,.1f}", in_bits(total / n if n else None, 6), f"{file_bytes:,} bytes")
    return table
