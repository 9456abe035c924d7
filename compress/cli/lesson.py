"""Commands that are read as pages: lesson, lab, manual."""

from __future__ import annotations

import sys
import webbrowser

import click

from compress.cli.options import COUNT, say
from compress.cli.screens import print_all, turn_over
from compress.errors import SpecError
from compress.lab.server import LAST_PORT, notebook_named, serve
from compress.reports.manual import INDEX, page
from compress.reports.table import render
from compress.reports.tables.lessons import lesson_named, screens
from compress.teaching.lessons import LESSONS

__all__ = ["lab_command", "lesson_command", "manual_command"]


@click.command("lesson")
@click.argument("name", metavar="[1-5|NAME]", required=False)
@click.option("--no-pause", is_flag=True, help="Print it all at once, as is done where there is no terminal.")
def lesson_command(name: str | None, no_pause: bool) -> None:
    """Five lessons: surprise, entropy, cross-entropy, codes, learning; without a name all of them.

    Every number in them is computed, and what is called measured was encoded. On a terminal Enter turns the page.
    """
    names = list(LESSONS) if name is None else [lesson_named(name)]
    pages = [screen for each in names for screen in screens(each)]
    if no_pause or not (sys.stdin.isatty() and sys.stdout.isatty()):
        print_all(pages)
        return
    later = list(LESSONS)[list(LESSONS).index(names[-1]) + 1 :]
    if turn_over(pages) and later:
        say(f"codelen lesson {later[0]} goes on.")


@click.command("lab")
@click.argument("name", metavar="[PAGE]", required=False)
@click.option("--port", type=COUNT, metavar="N", default=2718, show_default=True, help="0 for any that is free.")
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
