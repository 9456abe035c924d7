"""How objects show themselves: the words and tables of their reports, as text, or as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from compress.coders.words.codebook import Codebook
from compress.errors import printable
from compress.experiments.predict import Forecast, PairForecast
from compress.experiments.validation import Validation
from compress.ledger import Ledger
from compress.probability.distribution import Distribution, Pair
from compress.reports.parts import parts_of
from compress.reports.table import coder_name, counted, fixed, new_table, render, spec_name
from compress.reports.tables.predict import ROWS, distribution_report, pair_report
from compress.reports.tables.validation import FIGURES, figures_of, ledger_of
from compress.reports.views import as_table, view_of

__all__ = ["as_display", "as_text"]

_CELL = "padding:.1em .6em;border-bottom:1px solid #8884"
_NUMBER = f"{_CELL};text-align:right;font-variant-numeric:tabular-nums"


def as_display(record: object) -> str:
    """A piece of HTML with a record's words and tables.

    >>> as_display(Ledger(1.0, 0.0, 0.0, 0.0, 0.0, {"header": 8})).count("<tr>")
    8
    """
    return f"<div>{''.join(_pieces(_report(record)))}</div>"


def as_text(record: object) -> str:
    """A record's words and tables as the command line has them, as wide as the terminal, without colours.

    >>> as_text(Ledger(1.0, 0.0, 0.0, 0.0, 0.0, {"header": 8})).splitlines()[2].split()
    ['entropy', '1.0']
    """
    return "\n".join(map(_without_options, render(_report(record), coloured=False).rstrip("\n").split("\n")))


def _report(record: object) -> RenderableType:
    return as_table(record) if view_of(record) is not None else _DISPLAYS[type(record)](record)


def _without_options(line: str) -> str:
    """What would show all of it on a command line is no help here."""
    return line.partition("; --all")[0]


def _pieces(report: RenderableType) -> Iterator[str]:
    for part in parts_of(report):
        if isinstance(part, Table):
            yield _table(part)
        else:
            lines = filter(str.strip, map(_without_options, str(part).split("\n")))
            yield from (f"<div>{escape(line)}</div>" for line in lines)


def _table(table: Table) -> str:
    styles = [_NUMBER if column.justify == "right" else f"{_CELL};text-align:left" for column in table.columns]

    def row(cells: tuple[Any, ...], tag: str) -> str:
        filled = (
            f'<{tag} style="{style}">{escape(str(cell))}</{tag}>' for cell, style in zip(cells, styles, strict=True)
        )
        return f"<tr>{''.join(filled)}</tr>"

    rows = [row(cells, "td") for cells in zip(*(column.cells for column in table.columns), strict=True)]
    head = tuple(column.header for column in table.columns)
    named = f"<thead>{row(head, 'th')}</thead>" if any(map(str, head)) else ""
    style = "border-collapse:collapse;margin:.4em 0"
    return f'<table style="{style}">{named}<tbody>{"".join(rows)}</tbody></table>'


def _ledger(ledger: Ledger) -> RenderableType:
    table = new_table("ledger", "bits")
    for term, bits in ledger.terms.items():
        table.add_row(term, fixed(bits, 1))
    table.add_row("8 x file bytes", fixed(ledger.total, 1))
    return table


def _codebook(book: Codebook) -> RenderableType:
    table = new_table("symbol", "length", "word", left=0)
    for symbol, word in list(enumerate(book.words))[:ROWS]:
        table.add_row(str(symbol), "-" if word is None else str(len(word)), "-" if word is None else word.to01())
    rest = len(book.words) - ROWS
    return Group(f"Kraft sum {book.kraft_sum}", table, *([f"... and {rest:,} more"] if rest > 0 else []))


def _validation(run: Validation) -> RenderableType:
    table = new_table("assumed Q", "coder", *FIGURES, left=2)
    table.add_row(spec_name(run.assumed), coder_name(run.coder), *figures_of(run))
    lost = [f"not decoded: {printable(run.lost)}"] if run.lost else []
    told = f"P = {spec_name(run.p)}, {counted(run.n, 'token')}; bits/token below"
    return Group(told, "", table, "", ledger_of(run), *lost)


_DISPLAYS: dict[type, Callable[[Any], RenderableType]] = {
    Distribution: lambda p: distribution_report(Forecast(p)),
    Pair: lambda pair: pair_report(PairForecast(pair)),
    Codebook: _codebook,
    Ledger: _ledger,
    Validation: _validation,
}
