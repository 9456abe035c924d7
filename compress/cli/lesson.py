"""Commands that are read as pages: lesson, lab, manual."""

from __future__ import annotations

import sys
import webbrowser
from typing import Literal

import click

from compress.cli.exporting import Exports
from compress.cli.options import COUNT, say
from compress.cli.screens import print_all, turn_over
from compress.errors import SpecError
from compress.lab.server import LAST_PORT, notebook_named, serve
from compress.reports.manual import INDEX, drawn, page
from compress.reports.table import render

__all__ = ["lab_command", "lesson_command", "manual_command"]


@click.command("lesson")
@click.argument("name", metavar="[1-5|NAME]", required=False)
@click.option("--chapter", metavar="[1-5|NAME]", help="The same as naming it.")
@click.option("--no-pause", is_flag=True, help="Print everything at once; without a terminal this is always so.")
@click.option("--exercises", is_flag=True, help="Print the exercises alone, for a class.")
@click.option("--answers", is_flag=True, help="Print the exercises with their answers.")
@click.option("--plan", is_flag=True, help="Print a plan for a class of 45 minutes, and one for 90.")
@click.option(
    "--html", metavar="FILE", help="Write it as one page: a book, or a sheet of exercises; - is standard output."
)
def lesson_command(
    name: str | None,
    chapter: str | None,
    no_pause: bool,
    exercises: bool,
    answers: bool,
    plan: bool,
    html: str | None,
) -> None:
    """Five chapters: surprise, entropy, cross-entropy, codes, learning.  Name one, or read them all.

    Each number in them is computed, and each number that is called measured was encoded.  On a terminal, Enter turns
    the page.
    """
    # Not for the lab and the manual: the figures of the lessons stand on all that can be measured.
    from compress.reports.tables.lessons import screens, sheet
    from compress.teaching.lessons import LESSONS
    from compress.teaching.texts import Book, lesson_named, plan_of_lessons
    from compress.teaching.texts import chapter as chapter_named

    if name is not None and chapter is not None:
        raise SpecError("name the chapter once")
    if plan:
        if name or chapter or exercises or answers or html:
            raise SpecError("--plan stands alone")
        say(render(drawn(plan_of_lessons())), end="")
        return
    wanted = name or chapter
    names = list(LESSONS) if wanted is None else [lesson_named(wanted)]
    sheet_of: Literal["questions", "answers"] | None = "answers" if answers else "questions" if exercises else None
    if html is not None:
        with Exports({"html": html}, quiet=True).opened() as show:
            show(Book(tuple(map(chapter_named, names)), sheet_of))
        return
    chapters = [chapter_named(each) for each in names]
    if sheet_of is not None:
        say(sheet(chapters, answers=answers), end="")
        return
    pages = [screen for each in chapters for screen in screens(each)]
    if no_pause or not (sys.stdin.isatty() and sys.stdout.isatty()):
        print_all(pages)
        return
    later = list(LESSONS)[list(LESSONS).index(names[-1]) + 1 :]
    if turn_over(pages) and later:
        say(f"Go on with: codelen lesson {later[0]}")


@click.command("lab")
@click.argument("name", metavar="[PAGE]", required=False)
@click.option(
    "--port", type=COUNT, metavar="N", default=2718, show_default=True, help="Port to listen on; 0 picks a free one."
)
@click.option("--open", "opens", is_flag=True, help="Open the page in your browser.")
def lab_command(name: str | None, port: int, opens: bool) -> None:
    """Serve the lab on 127.0.0.1 until Ctrl-C: pages with sliders, with the real engine behind them.

    Its pages are notebooks of marimo, which the extra brings: pip install 'codelen[lab]'.
    """
    path = "" if name is None else f"{notebook_named(name)}/"
    if port > LAST_PORT:
        raise SpecError(f"a port lies from 0 to {LAST_PORT}, not {port}")

    def ready(address: str) -> None:
        say(f"The lab is at {address}   Ctrl-C ends it.")
        if opens:
            webbrowser.open(address)

    serve(port, ready, path)


@click.command("manual")
@click.argument("topic", metavar="[TOPIC]", required=False, default=INDEX)
def manual_command(topic: str) -> None:
    """Read the manual: a topic, or without one the list of topics.

    On a terminal your pager shows it (the environment's PAGER, or less); elsewhere it is printed.
    """
    text = render(page(topic))
    if sys.stdin.isatty() and sys.stdout.isatty():
        click.echo_via_pager(text, color=True)
    else:
        say(text, end="")
