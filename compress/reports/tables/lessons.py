"""Lessons as screens of text: the words of `compress/lessons`, with the numbers and tables of their places.

A text has screens, with a line of three dashes between them.  In it

    {name:.2f}                        is a number, in Python's own notation
    @name  head | head .2f | ...      is a table: the columns of its rows, and how their numbers are written, or < for
                                      words that look like numbers
    ? ...   ! ...                     are a question, and an answer that waits until it is asked for

Lines that are indented stay as they are; the others are prose, and filled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib.resources import files
from itertools import groupby
from textwrap import fill
from typing import Any

from compress.errors import SpecError, quoted
from compress.notation import nearest
from compress.reports.table import new_table, render
from compress.reports.tables.trace import between
from compress.teaching.lessons import LESSONS, Facts

__all__ = ["Screen", "lesson_named", "screens"]

# What is on a screen at once, and then what comes when it is asked for.
Screen = tuple[str, ...]

_WIDTH = 78


def lesson_named(word: str) -> str:
    """The name of the lesson of that number or name.  Raises SpecError, with the nearest, where there is none.

    >>> lesson_named("2"), lesson_named("codes")
    ('entropy', 'codes')
    """
    names = list(LESSONS)
    if word in names:
        return word
    if word.isdecimal():
        if 1 <= int(word) <= len(names):
            return names[int(word) - 1]
        raise SpecError(f"there is no lesson {word}; there are 1 to {len(names)}: {', '.join(names)}")
    raise SpecError(f"no lesson is called {quoted(word)}; {nearest(word, names)} is the nearest")


def screens(name: str) -> list[Screen]:
    """The screens of the lesson of that name.

    >>> screens("surprise")[1][0].splitlines()[0]
    'Which number? Take two events that have nothing to do with each other: a coin'
    """
    number = list(LESSONS).index(name) + 1
    text = (files("compress") / "lessons" / f"{number}_{name}.txt").read_text("utf-8")
    facts = LESSONS[name]()
    return [tuple(_parts(screen.strip("\n").split("\n"), facts)) for screen in text.split("\n---\n")]


def _parts(lines: Sequence[str], facts: Facts) -> Iterator[str]:
    """The texts of a screen: up to an answer, and then from each answer up to the next."""
    said: list[str] = []
    number = 0
    for mark, group in groupby(lines, _mark):
        told = [line.format_map(facts) for line in group]
        text = " ".join(line.lstrip("?! ") for line in told)
        if mark == "@":
            said += [_table(line, facts) for line in told]
        elif mark == "?":
            number += 1
            said.append(_wrapped(text, f"{number}. ", "   "))
        elif mark == "!":
            yield _joined(said)
            said = [_wrapped(text, "   > ", "     ")]
        elif mark == " ":
            said += told
        else:
            said.append(_wrapped(text))
    yield _joined(said)


def _mark(line: str) -> str:
    """What kind of line it is: a space for one that stays as it is, nothing for prose."""
    return " " if not line else line[0] if line[0] in "?!@ " else ""


def _wrapped(text: str, first: str = "", later: str = "") -> str:
    return fill(text, _WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(line: str, facts: Facts) -> str:
    name, _, columns = line[1:].partition(" ")
    heads = [_head(column.strip()) for column in columns.split(" | ")]
    rows = facts[name]
    table = new_table(*(head for head, _ in heads), left=0)
    for column, (head, spec) in zip(table.columns, heads, strict=True):
        if spec == "<" or (isinstance(rows[0][head], str | tuple) and not _is_number(rows[0][head])):
            column.justify = "left"
    for row in rows:
        table.add_row(*(_cell(row[head], spec) for head, spec in heads))
    return render(table).rstrip("\n")


def _head(column: str) -> tuple[str, str]:
    """A column's head, and how its numbers are written: the last word, if it is a notation."""
    head, _, last = column.rpartition(" ")
    return (head, last) if last == "<" or last.lstrip("+,").startswith(".") else (column, "")


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.replace(",", "").replace(".", "").isdecimal()


def _cell(value: Any, spec: str) -> str:
    if isinstance(value, tuple):
        return between(value)
    return str(value) if isinstance(value, str | Fraction) else format(value, spec)
