"""What a report is made of, one after the other: its lines of text and its tables, in their wide form."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType

from compress.reports.table import Either

__all__ = ["parts_of"]


def parts_of(report: RenderableType) -> Iterator[RenderableType]:
    """The texts and tables of a report.

    >>> list(parts_of(Group("a line", Either("the wide form", "the narrow one"))))
    ['a line', 'the wide form']
    """
    if isinstance(report, Either):
        yield from parts_of(report.wide)
    elif isinstance(report, Group):
        for part in report.renderables:
            yield from parts_of(part)
    else:
        yield report
