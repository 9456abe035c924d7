"""Commands that describe distributions and codes: info, code, coders, sample."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import BinaryIO

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import (
    COUNT,
    PIPE,
    coder_option,
    coders_option,
    logarithm_base,
    normalize_option,
    protect,
    require_standard_output,
    seed_option,
    tokens_option,
    words,
    zeros_option,
)
from compress.coders.family import Choice
from compress.errors import SpecError
from compress.experiments.comparison import coders_for
from compress.experiments.predict import Forecast, PairForecast, Surprises, expected_code, expected_pair
from compress.frames.atomic import write_atomically
from compress.probability.relative import beside
from compress.probability.zeros import ZeroPolicy
from compress.sources.iid import IidSource, draws
from compress.sources.tokens import Tokeniser, tokeniser
from compress.specs import Reading, files_of
from compress.symbols import Stream

__all__ = ["code_command", "coders_command", "info_command", "sample_command"]

all_option = click.option("--all", "everything", is_flag=True, help="Show every token.")


@click.command("info")
@click.argument("spec", required=False)
@click.option("--versus", metavar="SPEC", help="An assumed Q: H(P,Q), D(P||Q), and what each token adds.")
@click.option("--surprise", "bare", metavar="P,P,...", help="Surprises of bare probabilities.")
@click.option(
    "--base",
    type=words(logarithm_base),
    metavar="BASE",
    default="2",
    show_default=True,
    help="Base of the logarithm: 2 for bits, e for nats.",
)
@all_option
@tokens_option
@normalize_option
@zeros_option
@export_options("json", plots=("surprise", "bars"))
def info_command(
    spec: str | None,
    versus: str | None,
    bare: str | None,
    base: float,
    everything: bool,
    kind: Tokeniser,
    normalize: bool,
    zeros: ZeroPolicy,
    exports: Exports,
) -> None:
    """Surprise, entropy and perplexity of a distribution; with --versus, what believing another costs."""
    if exports.plot is not None and (bare is not None or (exports.plot_kind == "bars" and versus is None)):
        raise SpecError("--plot needs a SPEC, and --plot-kind bars needs --versus as well")
    with exports.opened(*files_of(spec, versus)) as show:
        if bare is not None:
            if spec or versus:
                raise SpecError("--surprise stands alone: leave out SPEC")
            show(Surprises([word.strip() for word in bare.split(",")], base))
            return
        if spec is None:
            raise SpecError("info needs a SPEC, or --surprise; see codelen info --help")
        reading = Reading(kind, normalize)
        p = reading.distribution(spec)
        if versus is None and not zeros.refuses:
            raise SpecError("--zeros is about an assumed Q: give one with --versus")
        forecast: Forecast | PairForecast = Forecast(p, base)
        if versus is not None:
            forecast = expected_pair(p, beside(reading.assumed(versus), p), zeros, base)
        show(forecast, everything=everything)


@click.command("code")
@click.argument("spec")
@coder_option("huffman")
@click.option("--true", "true", metavar="SPEC", help="The P that the tokens are really drawn from, if it is not SPEC.")
@all_option
@tokens_option
@normalize_option
@click.option(
    "--steps", is_flag=True, help="Show how Huffman's tree grows: the two lightest nodes are joined, again and again."
)
@export_options("json", "dot", "svg", plots=("bars", "tree"))
def code_command(
    spec: str,
    choice: Choice,
    true: str | None,
    everything: bool,
    kind: Tokeniser,
    normalize: bool,
    steps: bool,
    exports: Exports,
) -> None:
    """The code that is built from Q = SPEC: words, lengths, Kraft sum, implied Q̂, and the tree of a small one."""
    with exports.opened(*files_of(spec, true)) as show:
        reading = Reading(kind, normalize)
        q = reading.distribution(spec)
        p = None if true is None else beside(reading.assumed(true), q)
        show(expected_code(q, choice, p, steps=steps), everything=everything)


@click.command("coders")
@click.argument("spec", default="dice:2")
@coders_option()
@tokens_option
@normalize_option
@export_options("json", "markdown", plots=("excess",))
def coders_command(spec: str, choices: tuple[Choice, ...], kind: Tokeniser, normalize: bool, exports: Exports) -> None:
    """List the coders: what each guarantees, when to use it, and what it costs on SPEC, by default two dice.

    Without --coder all are listed, each with its default parameter; `codelen code SPEC --coder NAME` shows the words of
    one.  --plot draws what they cost above H(P), for two tokens of every chance.
    """
    with exports.opened(*files_of(spec)) as show:
        show(coders_for(Reading(kind, normalize).distribution(spec), choices))


@click.command("sample")
@click.argument("spec")
@click.option("-n", "n", type=COUNT, metavar="N", default=10, show_default=True, help="Tokens to draw.")
@click.option("-o", "--output", metavar="FILE", default="-", help="The output; - is standard output.  [default: -]")
@click.option("--raw", is_flag=True, help="Write tokens that name bytes as those bytes, without newlines.")
@click.option("-f", "--force", is_flag=True, help="Overwrite the output file.")
@tokens_option
@normalize_option
@seed_option
def sample_command(
    spec: str, n: int, output: str, raw: bool, force: bool, kind: Tokeniser, normalize: bool, seed: int
) -> None:
    """Draw N independent tokens from SPEC, one a line.

    The same spec and seed give the same tokens on every machine.
    """
    protect([output], files_of(spec))
    source = IidSource(Reading(kind, normalize).distribution(spec))
    written = tokeniser("bytes" if raw else "tokens")
    with contextlib.ExitStack() as stack:
        if output == PIPE:
            require_standard_output()
        file: BinaryIO = sys.stdout.buffer
        if output != PIPE:
            file = stack.enter_context(write_atomically(Path(output), overwrite=force))
        for symbols in draws(source, n, seed):
            file.write(written.join(Stream(source.distribution.tokens, symbols)))
        file.flush()
