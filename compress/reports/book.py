"""The lessons as one page of HTML: a book with its tables, its pictures, and answers that open when they are asked.

The page needs nothing else: it makes no request and runs no script.  Each picture is drawn from a record that is
computed while the book is made; a reader who does not see it has its caption.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from compress.coders.catalog import choose
from compress.errors import OutputError
from compress.experiments.comparison import coders_for
from compress.experiments.predict import Forecast, PairForecast, expected_code
from compress.experiments.trace import trace
from compress.experiments.validate import validate_all
from compress.probability.distribution import Distribution, Pair
from compress.reports.drawings.intervals import interval_svg
from compress.reports.drawings.trees import tree_svg
from compress.reports.page import Block, filled, table_block
from compress.reports.plots.catalog import as_picture
from compress.reports.tables.lessons import grid_table
from compress.sources.iid import IidSource
from compress.sources.tokens import tokeniser
from compress.teaching.demo import TRUTH
from compress.teaching.texts import Book, Exercise, Grid, Heading, Kept, Part, Picture, Prose
from compress.training.learn import learn_coin

__all__ = ["PICTURES", "book"]

_TITLES = {None: "A loss is a file size", "questions": "Exercises", "answers": "Exercises, with answers"}


@dataclass(frozen=True)
class Piece:
    """A part of the book as the template takes it: its kind, and what the kind has."""

    kind: str
    text: str = ""
    block: Block | None = None
    answer: str = ""
    number: int = 0
    source: str = ""


def _curve() -> bytes:
    return as_picture(Forecast(Distribution.parse("dice:2")), "surprise", "svg")


def _funnel() -> bytes:
    dice = Distribution.parse("dice:2")
    return as_picture(
        validate_all(IidSource(dice), [dice], [choose("arithmetic")], 100_000, 0, stops=200), "funnel", "svg"
    )


def _bars() -> bytes:
    pair = Pair(Distribution.parse(TRUTH), Distribution.parse("H=0.9,T=0.1"))
    return as_picture(PairForecast(pair), "bars", "svg")


def _tree() -> bytes:
    return tree_svg(expected_code(Distribution.parse("dice:2"), choose("huffman"))).encode()


def _excess() -> bytes:
    return as_picture(coders_for(Distribution.parse("dice:2")), "excess", "svg")


def _interval() -> bytes:
    made = trace(tokeniser("chars").split(b"abba"), Distribution.parse("a=3/4,b=1/4"), choose("arithmetic"))
    return interval_svg(made).encode()


def _training() -> bytes:
    return as_picture(learn_coin(), "training", "svg")


# The pictures that a text may name.
PICTURES: dict[str, Callable[[], bytes]] = {
    "curve": _curve,
    "funnel": _funnel,
    "bars": _bars,
    "tree": _tree,
    "excess": _excess,
    "interval": _interval,
    "training": _training,
}


def book(made: Book) -> str:
    """The page of some chapters, or of their exercises.  Raises OutputError where jinja2 is not installed."""
    chapters = [
        {
            "number": chapter.number,
            "name": chapter.name,
            "title": chapter.title.partition(": ")[2].capitalize(),
            "sections": [_section(screen) for screen in chapter.screens] if made.sheet is None else [],
            "exercises": chapter.exercises,
        }
        for chapter in made.chapters
    ]
    styles = ("page.css", "book.css")
    return filled("book.html", styles, title=_TITLES[made.sheet], chapters=chapters, sheet=made.sheet or "", digest="")


def _section(screen: tuple[Part, ...]) -> dict[str, Any]:
    heading = next((part.text for part in screen if isinstance(part, Heading)), "")
    return {"heading": heading, "pieces": list(_pieces(screen))}


def _pieces(screen: tuple[Part, ...]) -> Iterator[Piece]:
    for part in screen:
        match part:
            case Prose(text):
                yield Piece("prose", text)
            case Kept(lines):
                yield Piece("kept", "\n".join(line.removeprefix("  ") for line in lines))
            case Grid():
                yield Piece("table", block=table_block(grid_table(part)))
            case Picture(name, caption):
                # One that cannot be drawn here, for want of matplotlib, is left out.
                with contextlib.suppress(OutputError):
                    source = base64.b64encode(PICTURES[name]()).decode()
                    yield Piece("picture", caption, source=f"data:image/svg+xml;base64,{source}")
            case Exercise(number, question, answer):
                yield Piece("exercise", question, answer=answer, number=number)
            case Heading():
                pass
