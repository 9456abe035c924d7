"""The texts of the lessons, taken apart: those of `compress/lessons`, with the numbers of `lessons` in their places.

The first line of a text is its title.  A text has screens, with a line of three dashes between them.  In a screen

    # heading                         is what the screen is about
    {name:.2f}                        is a number, in Python's own notation
    @name  head | head .2f | ...      is a table: the columns of its rows, and how their numbers are written, or < for
                                      words that look like numbers
    %name  caption                    is a picture, which a page shows and a terminal does not
    ? ...   ! ...                     are an exercise and its answer

Lines that are indented stay as they are; the others are prose.

Next: `cases` (what a coder from outside is asked).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Literal

from compress.errors import SpecError, quoted
from compress.notation import nearest
from compress.teaching.lessons import LESSONS, Cells, Facts

__all__ = [
    "Book",
    "Chapter",
    "Exercise",
    "Grid",
    "Heading",
    "Kept",
    "Part",
    "Picture",
    "Prose",
    "chapter",
    "lesson_named",
    "plan_of_lessons",
]


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Heading:
    """What a screen is about."""

    text: str


@dataclass(frozen=True)
class Kept:
    """Lines that stay as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: for each column its head and how its numbers are written, and the rows, cells by their heads."""

    columns: tuple[tuple[str, str], ...]
    rows: Cells


@dataclass(frozen=True)
class Picture:
    """The name of a picture, and what to see in it."""

    name: str
    caption: str


@dataclass(frozen=True)
class Exercise:
    """A question with its number in the chapter, and its answer."""

    number: int
    question: str
    answer: str


Part = Prose | Heading | Kept | Grid | Picture | Exercise


@dataclass(frozen=True)
class Chapter:
    """A lesson: its number, its name, and its screens, each of some parts."""

    number: int
    name: str
    title: str
    screens: tuple[tuple[Part, ...], ...]

    @property
    def exercises(self) -> list[Exercise]:
        """Return the exercises of the chapter, in order."""
        return [part for screen in self.screens for part in screen if isinstance(part, Exercise)]


@dataclass(frozen=True)
class Book:
    """Some chapters as one page; sheet: only their exercises, without answers or with them; None: all of it."""

    chapters: tuple[Chapter, ...]
    sheet: Literal["questions", "answers"] | None = None


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
    raise SpecError(f"no lesson is called {quoted(word)}; did you mean {nearest(word, names)}?")


def chapter(name: str) -> Chapter:
    """The lesson of that name, its numbers computed now.

    >>> made = chapter("surprise")
    >>> made.title, len(made.exercises)
    ('Lesson 1: surprise', 4)
    """
    number = list(LESSONS).index(name) + 1
    text = (files("compress") / "lessons" / f"{number}_{name}.txt").read_text("utf-8")
    title, _, rest = text.partition("\n")
    facts = LESSONS[name]()
    screens = tuple(tuple(_parts(screen.strip("\n").split("\n"), facts)) for screen in rest.split("\n---\n"))
    return Chapter(number, name, title, screens)


def plan_of_lessons() -> str:
    """A plan for a class, of 45 minutes and of 90: Markdown.

    >>> plan_of_lessons().splitlines()[0]
    '# A plan for a class'
    """
    return (files("compress") / "lessons" / "plan.md").read_text("utf-8")


def _parts(lines: Sequence[str], facts: Facts) -> Iterator[Part]:
    number, asked = 0, ""
    for mark, group in groupby(lines, _mark):
        told = [line.format_map(facts) for line in group]
        text = " ".join(line.lstrip("?!#% ") for line in told)
        if mark == "@":
            yield from (_grid(line, facts) for line in told)
        elif mark == "%":
            yield Picture(*text.split(" ", 1))
        elif mark == "#":
            yield Heading(text)
        elif mark == "?":
            number, asked = number + 1, text
        elif mark == "!":
            yield Exercise(number, asked, text)
        elif mark == " ":
            yield Kept(tuple(told))
        elif mark:
            yield Prose(text)


def _mark(line: str) -> str:
    """What kind of line it is: a space for one that stays as it is, a letter for prose, nothing for an empty one."""
    return "" if not line else line[0] if line[0] in "?!@#% " else "a"


def _grid(line: str, facts: Facts) -> Grid:
    name, _, columns = line[1:].partition(" ")
    return Grid(tuple(_head(column.strip()) for column in columns.split(" | ")), facts[name])


def _head(column: str) -> tuple[str, str]:
    """A column's head, and how its numbers are written: the last word, if it is a notation."""
    head, _, last = column.rpartition(" ")
    return (head, last) if last == "<" or last.lstrip("+,").startswith(".") else (column, "")
