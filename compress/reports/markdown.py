"""A report as Markdown: the same words and tables, to paste into a page, and readable as they are.

The tables are those of GitHub's Markdown: https://github.github.com/gfm/#tables-extension-.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Column, Table

from compress.reports.parts import parts_of

__all__ = ["markdown"]

# What Markdown or HTML would take for its own; an underline within a word is none.
_MARKS = re.compile(r"[\\|*<>&`\[\]]|(?<![^\W_])_|_(?![^\W_])")
# What would make a line of text a heading or a list.
_OPENINGS = re.compile(r"^(\d*)([#+.)-])")


def markdown(report: RenderableType) -> str:
    r"""The Markdown of a report made of lines of text and tables.

    >>> from rich.console import Group
    >>> table = Table("token", Column("p", justify="right"))
    >>> table.add_row("a|b", "0.5")
    >>> print(markdown(Group("Two *tokens*", table)), end="")
    Two \*tokens\*
    <BLANKLINE>
    | token |   p |
    |:------|----:|
    | a\|b  | 0.5 |
    """
    blocks: list[list[str]] = [[]]
    for part in parts_of(report):
        if isinstance(part, Table):
            blocks += [[*_table(part)], []]
        else:
            for line in str(part).split("\n"):
                if line.strip():
                    blocks[-1].append(_OPENINGS.sub(r"\1\\\2", _escaped(line)))
                else:
                    blocks.append([])
    # Two blanks at its end make a line of a paragraph a line.
    texts = [("\n" if block[0].startswith("|") else "  \n").join(block) for block in blocks if block]
    return "\n\n".join(texts) + "\n"


def _table(table: Table) -> Iterator[str]:
    cells = [[_cell(str(cell)) for cell in (column.header, *column.cells)] for column in table.columns]
    widths = [max(map(cell_len, column)) for column in cells]
    head, *rows = zip(*cells, strict=True)
    yield _row(head, table.columns, widths)
    rules = (
        "-" * (width + 1) + ":" if column.justify == "right" else ":" + "-" * (width + 1)
        for column, width in zip(table.columns, widths, strict=True)
    )
    yield f"|{'|'.join(rules)}|"
    for row in rows:
        yield _row(row, table.columns, widths)


def _row(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = []
    for cell, column, width in zip(row, columns, widths, strict=True):
        blanks = " " * (width - cell_len(cell))
        padded.append(blanks + cell if column.justify == "right" else cell + blanks)
    return f"| {' | '.join(padded)} |"


def _cell(text: str) -> str:
    """What stands in a cell, whose lines are marked, for a row of a table is one line."""
    return "<br>".join(map(_escaped, text.strip().split("\n")))


def _escaped(text: str) -> str:
    return _MARKS.sub(lambda found: "\\" + found[0], " ".join(text.split()))
