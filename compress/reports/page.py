"""A record as one page of HTML that needs nothing else: its words, its tables, its pictures.

Tables are sorted by a click on a head, or by the keyboard; pictures have words beside them for who does not see
them.  Foreign names are escaped by the template, and the page allows no script but its own, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

from rich.console import RenderableType
from rich.table import Table

from compress import __version__
from compress.benching.bench import Bench
from compress.errors import OutputError, printable
from compress.experiments.repeat import Repetitions
from compress.experiments.validation import Experiment
from compress.reports.parts import parts_of
from compress.reports.plots.catalog import PLOTS, as_picture
from compress.reports.plots.figures import has_matplotlib
from compress.shown import COMMAND
from compress.surveys.compare import Comparison
from compress.surveys.cross import Cross
from compress.surveys.ladder import Ladder
from compress.surveys.report import Report
from compress.sweeps.sweep import Sweep
from compress.teaching.demo import Demo
from compress.training.epochs import Learning

__all__ = ["Block", "filled", "has_jinja", "page", "table_block"]

TITLES = {
    Experiment: "Draw from P, encode with Q",
    Demo: "Six beliefs about a coin",
    Repetitions: "An experiment, repeated",
    Cross: "Files, each coded with each other's counts",
    Report: "Bits per token of files, beliefs and coders",
    Comparison: "Two reports, cell by cell",
    Learning: "Learning, weighed",
    Bench: "Speed, beside others",
    Sweep: "The experiment over a grid",
    Ladder: "Better and better beliefs",
}
# What each picture shows, for who does not see it.
CAPTIONS = {
    "measured": "Each run: predicted cross-entropy, measured payload, and the 95% interval around their distance.",
    "funnel": "The mean surprise of more and more tokens, and the band in which 95% of such means lie.",
    "waterfall": "From n·H(P) to the file: each term of the ledger begins where the one before it ended.",
    "training": "The loss of each epoch, and the held-out tokens as they were encoded, in bits a token.",
    "z": "How z fell over all repetitions, beside the normal curve.",
    "steps": "Bits of the file a byte of content on each rung; below, what everybody has makes of it.",
    "frontier": "Each coder's speed and excess; the line joins those than which none is both quicker and smaller.",
    "curves": "Each cell: what was measured as a mark, what was predicted as a line.",
    "sizes": "Bits of the encoded file for each byte of content; the line is the file's entropy.",
    "cross": "What each file, a row, costs above its entropy with each other file's counts, a column.",
}
# A name of a word or two, and what is said of it further right.
_FACT = re.compile(r"(\S+(?: \S+)?(?<![.:;!?]))  +(\S.*)")
# Rows beyond this would make a page that nobody sends.
_MOST_ROWS = 1000


@dataclass
class Block:
    """A part of a page: lines of text, facts (a name, and what is said of it), or a table."""

    lines: list[str] = field(default_factory=list)
    facts: list[list[str]] = field(default_factory=list)
    head: Sequence[Cell] = ()
    rows: Sequence[Sequence[Cell]] = ()
    foot: Sequence[Sequence[Cell]] = ()
    left_out: int = 0

    @property
    def is_sortable(self) -> bool:
        """Whether each row stands for itself: one that has no name belongs to the one above it."""
        return len(self.rows) > 1 and all(row[0].text for row in self.rows)


@dataclass(frozen=True)
class Cell:
    """What stands in a table, on which side, and the word for its colour."""

    text: str
    side: Literal["left", "right"]
    tone: str = ""


def has_jinja() -> bool:
    """Whether pages can be made."""
    try:
        return importlib.util.find_spec("jinja2") is not None
    except ValueError:
        return False


def page(record: Any, report: RenderableType) -> str:
    """The page of a record and of its report.  Raises OutputError where jinja2 is not installed."""
    script = resources.files(__package__).joinpath("page.js").read_text("utf-8")
    return filled(
        "page.html",
        ("page.css",),
        title=TITLES[type(record)],
        verdict=record.verdict,
        blocks=list(_blocks(report)),
        pictures=list(_pictures(record)),
        script=_as_it_is(script),
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def filled(template: str, styles: Sequence[str], **values: object) -> str:
    """A template of this folder with its style sheets and values.  Raises OutputError where jinja2 is not installed."""
    if not has_jinja():
        raise OutputError("a page needs jinja2; pip install 'codelen[html]'")
    import jinja2

    room = resources.files(__package__)
    loader = jinja2.FunctionLoader(lambda name: room.joinpath(name).read_text("utf-8"))
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, loader=loader)
    style = "".join(room.joinpath(name).read_text("utf-8") for name in styles)
    return environment.get_template(template).render(
        **values, style=_as_it_is(style), command=printable(COMMAND.get()), version=__version__
    )


def _as_it_is(text: str) -> Any:
    """What the template does not escape."""
    import markupsafe

    return markupsafe.Markup(text)


def _blocks(report: RenderableType) -> Iterator[Block]:
    block = Block()
    for part in parts_of(report):
        if isinstance(part, Table):
            yield from _whole(block)
            yield table_block(part)
            block = Block()
            continue
        # Within a text a line ends where the screen does, and nowhere on a page.
        for text in str(part).split("\n\n"):
            line = " ".join(map(str.strip, text.strip().split("\n")))
            fact = _FACT.fullmatch(line)
            if not line or bool(fact) != bool(block.facts):
                yield from _whole(block)
                block = Block()
            if fact:
                block.facts.append([fact[1], *re.split("  +", fact[2])])
            elif line:
                block.lines.append(line)
        if str(part).endswith("\n"):
            yield from _whole(block)
            block = Block()
    yield from _whole(block)


def _whole(block: Block) -> Iterator[Block]:
    if block.lines or block.facts:
        yield block


def table_block(table: Table) -> Block:
    """A table as a part of a page: its totals stay below, and what nobody would send is left out."""
    sides: list[Literal["left", "right"]] = ["right" if each.justify == "right" else "left" for each in table.columns]
    head = [Cell(str(column.header), side) for column, side in zip(table.columns, sides, strict=True)]
    rows = [
        [Cell(str(cell), side, _tone(cell)) for cell, side in zip(row, sides, strict=True)]
        for row in zip(*(column.cells for column in table.columns), strict=True)
    ]
    # What is a sum of the others stays below them, however they are sorted.
    foot = [row for row in rows if re.match(r"([*+] )?total|8 x file bytes", row[0].text)] if head[0].text else []
    body = [row for row in rows if row not in foot]
    return Block([], [], head, body[:_MOST_ROWS], foot, max(len(body) - _MOST_ROWS, 0))


def _tone(cell: object) -> str:
    style = str(getattr(cell, "style", ""))
    return next(
        (word for colour, word in (("green", "good"), ("red", "bad"), ("yellow", "new")) if colour in style), ""
    )


def _pictures(record: object) -> Iterator[tuple[str, Any]]:
    """A caption and the SVG of each picture of a record, as far as there is anything to draw them with."""
    if not has_matplotlib():
        return
    for kind in PLOTS.get(type(record), {}):
        if kind != "funnel" or _has_path(record):
            svg = as_picture(record, kind, "svg").decode()
            inner = svg[svg.index("<svg") :].replace("<svg ", f'<svg role="img" aria-label="{CAPTIONS[kind]}" ', 1)
            yield CAPTIONS[kind], _as_it_is(inner)


def _has_path(record: object) -> bool:
    experiment = record.experiment if isinstance(record, Demo) else record
    return isinstance(experiment, Experiment) and any(run.path for run in experiment.runs)
