"""Commands that teach: lesson, lab, trace, laws."""

from __future__ import annotations

import os
import sys
import webbrowser

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import (
    COUNT,
    coder_option,
    normalize_option,
    say,
    seed_option,
    tokens_with,
    watched,
    zeros_option,
)
from compress.cli.screens import print_all, turn_over
from compress.coders.protocol import Choice
from compress.errors import SpecError
from compress.experiments.laws import laws_named, try_laws
from compress.experiments.lessons import LESSONS
from compress.experiments.planning import believed
from compress.experiments.trace import trace
from compress.lab.server import LAST_PORT, notebook_named, serve
from compress.probability.zeros import ZeroPolicy
from compress.reports.lawful import explained
from compress.reports.lessons import lesson_named, screens
from compress.sources.tokens import Tokeniser
from compress.specs import Reading, files_of
from compress.symbols import Stream

__all__ = ["lab_command", "laws_command", "lesson_command", "trace_command"]


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
    page = "" if name is None else f"{notebook_named(name)}/"
    if port > LAST_PORT:
        raise SpecError(f"a port lies from 0 to {LAST_PORT}, not {port}")

    def ready(address: str) -> None:
        say(f"The lab is at {address}{page}   Ctrl-C ends it.")
        if opens:
            webbrowser.open(address + page)

    serve(port, ready)


@click.command("trace")
@click.argument("message", metavar="TOKENS...", nargs=-1, required=True)
@click.option(
    "--assumed", metavar="SPEC", default="empirical", show_default=True, help="Q: what the code is built from."
)
@coder_option("arithmetic")
@tokens_with("chars", "the tokens of a TOKENS that stands alone")
@normalize_option
@zeros_option
@export_options("json", "markdown", "svg")
@click.pass_context
def trace_command(
    ctx: click.Context,
    message: tuple[str, ...],
    assumed: str,
    choice: Choice,
    kind: Tokeniser,
    normalize: bool,
    zeros: ZeroPolicy,
    exports: Exports,
) -> None:
    """Each step of a coder on a message of up to 64 tokens, and each step back.

    TOKENS is a text whose characters are the tokens (--tokens cuts it otherwise), or, where there are several, they
    are the tokens themselves: trace 3 5 7 --assumed dice:2.
    """
    with exports.opened(*files_of(assumed)) as show:
        stream = kind.split(os.fsencode(message[0])) if len(message) == 1 else Stream.of(message)
        made = trace(stream, believed(Reading(kind, normalize), assumed), choice, zeros)
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)


@click.command("laws")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--explain", metavar="NAME", help="How a law follows, and where it stands.")
@seed_option
@export_options("json", "markdown")
@click.pass_context
def laws_command(ctx: click.Context, names: tuple[str, ...], explain: str | None, seed: int, exports: Exports) -> None:
    """Try theorems as experiments: what each predicts, and what is measured on streams that are really encoded.

    Without a NAME all of them are tried.  Exit status 3 if one does not hold.
    """
    if explain is not None:
        if names or exports.targets:
            raise SpecError("--explain tries no law: it takes no other NAME, and no export")
        [law] = laws_named([explain])
        say(explained(law), end="")
        return
    wanted = laws_named(names)
    with exports.opened() as show:
        made = try_laws(wanted, seed, watch=lambda laws: watched(laws, "trying"))
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)
