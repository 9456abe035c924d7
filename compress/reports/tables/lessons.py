"""Lessons as screens of text, and their exercises on a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import fill
from typing import Any

from compress.reports.table import FigureTable, new_table, render
from compress.reports.tables.trace import between
from compress.teaching.texts import Chapter, Exercise, Grid, Heading, Kept, Part, Picture, Prose

__all__ = ["Screen", "grid_table", "screens", "sheet"]

# What is on a screen at once, and then what comes when it is asked for.
Screen = tuple[str, ...]

_WIDTH = 78


def screens(chapter: Chapter) -> list[Screen]:
    """The screens of a lesson.

    >>> from compress.teaching.texts import chapter
    >>> screens(chapter("surprise"))[1][0].splitlines()[0]
    'WHICH NUMBER?'
    """
    made = [tuple(_shown(screen)) for screen in chapter.screens]
    return [(f"{chapter.title}\n\n{made[0][0]}", *made[0][1:]), *made[1:]]


def sheet(chapters: Sequence[Chapter], *, answers: bool) -> str:
    """The exercises of some lessons, for a class; answers: with what is right, below each.

    >>> from compress.teaching.texts import chapter
    >>> print(sheet([chapter("surprise")], answers=True)[:88])
    Lesson 1: surprise
    <BLANKLINE>
    1.1  An event has probability 1/8. What is its surprise?
         3 bits
    """
    lines = []
    for chapter in chapters:
        lines += [chapter.title, ""]
        for exercise in chapter.exercises:
            lines.append(_wrapped(exercise.question, f"{chapter.number}.{exercise.number}  ", "     "))
            lines += [_wrapped(exercise.answer, "     ", "     "), ""] if answers else [""]
    return "\n".join(lines)


def _shown(parts: Sequence[Part]) -> Iterator[str]:
    """The texts of a screen: up to an answer, and then from each answer up to the next."""
    said: list[str] = []
    for part in parts:
        match part:
            case Prose(text):
                said.append(_wrapped(text))
            case Heading(text):
                said.append(text.upper())
            case Kept(lines):
                said.append("\n".join(lines))
            case Grid():
                said.append(render(grid_table(part)).rstrip("\n"))
            case Exercise(number, question, answer):
                said.append(_wrapped(question, f"{number}. ", "   "))
                yield _joined(said)
                said = [_wrapped(answer, "   > ", "     ")]
            case Picture():
                pass
    yield _joined(said)


def _wrapped(text: str, first: str = "", later: str = "") -> str:
    return fill(text, _WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(parts) + "\n"


def grid_table(grid: Grid) -> FigureTable:
    """The table of a lesson."""
    table = new_table(*(head for head, _ in grid.columns), left=0)
    for column, (head, spec) in zip(table.columns, grid.columns, strict=True):
        first = grid.rows[0][head]
        if spec == "<" or (isinstance(first, str | tuple) and not _is_number(first)):
            column.justify = "left"
    for row in grid.rows:
        table.add_row(*(_cell(row[head], spec) for head, spec in grid.columns))
    return table


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.replace(",", "").replace(".", "").isdecimal()


def _cell(value: Any, spec: str) -> str:
    if isinstance(value, tuple):
        return between(value)
    return str(value) if isinstance(value, str | Fraction) else format(value, spec)
