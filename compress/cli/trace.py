"""Commands about single messages: trace."""

from __future__ import annotations

import os

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import coder_option, normalize_option, tokens_with, zeros_option
from compress.coders.family import Choice
from compress.experiments.trace import trace
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import Tokeniser
from compress.specs import Reading, files_of
from compress.symbols import Stream

__all__ = ["trace_command"]


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
        made = trace(stream, Reading(kind, normalize).believed(assumed), choice, zeros)
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)
