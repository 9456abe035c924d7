"""Commands that describe distributions and codes: info, code, sample."""

from __future__ import annotations

import contextlib
import math
import sys
from pathlib import Path
from typing import BinaryIO

import click

from compress.cli.options import (
    COUNT,
    PIPE,
    check_exports,
    json_option,
    normalize_option,
    protect,
    quiet_option,
    require_standard_output,
    seed_option,
    show,
    tokens_option,
    words,
    zeros_option,
)
from compress.errors import SpecError, quoted
from compress.experiments.describe import describe, describe_code, describe_pair, surprises
from compress.frames.atomic import write_atomically
from compress.notation import exact_number
from compress.probability.zeros import ZeroPolicy
from compress.reports.described import code_report, distribution_report, pair_report, surprise_report
from compress.reports.records import codebook_record, distribution_record, record
from compress.sources.iid import IidSource, draws
from compress.sources.tokens import tokeniser
from compress.specs import files_of, parse_assumed, parse_distribution
from compress.symbols import Stream

__all__ = ["code_command", "info_command", "sample_command"]

all_option = click.option("--all", "everything", is_flag=True, help="Show every token.")


def logarithm_base(text: str) -> float:
    """A logarithm's base: a number above 1, or e."""
    try:
        base = math.e if text == "e" else float(text)
    except ValueError:
        base = math.nan
    if not 1 < base < math.inf:
        raise SpecError(f"{quoted(text)} is not a base above 1")
    return base


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
    help="2 for bits, e for nats.",
)
@all_option
@tokens_option("bytes")
@normalize_option
@zeros_option
@json_option
@quiet_option
def info_command(
    spec: str | None,
    versus: str | None,
    bare: str | None,
    base: float,
    everything: bool,
    tokens: str,
    normalize: bool,
    zeros: str,
    json_path: str | None,
    quiet: bool,
) -> None:
    """Surprise, entropy and perplexity of a distribution; with --versus, what believing another costs."""
    check_exports(json_path, inputs=files_of(spec, versus))
    if bare is not None:
        if spec or versus:
            raise SpecError("--surprise takes no SPEC beside it")
        words = [word.strip() for word in bare.split(",")]
        bits = surprises([float(exact_number(word)) for word in words], base)
        show(
            lambda: surprise_report(words, bits),
            lambda: record("surprise", {"base": base, "probabilities": words, "surprises": bits}),
            json_path,
            quiet,
        )
        return
    ZeroPolicy.parse(zeros)
    if spec is None:
        raise SpecError("info needs a SPEC, or --surprise; see codelen info --help")
    p = parse_distribution(spec, tokens=tokens, normalize=normalize)
    if versus is None and zeros != "error":
        raise SpecError("--zeros is about an assumed Q: name one with --versus")
    if versus is None:
        description = describe(p, base)
        show(
            lambda: distribution_report(p, description.surprises, description.summary, everything=everything),
            lambda: record("info", {"true": distribution_record(p), "base": base, **description.fields}),
            json_path,
            quiet,
        )
        return
    pair = describe_pair(p, parse_assumed(versus, p, tokens=tokens, normalize=normalize), zeros, base)
    show(
        lambda: pair_report(pair.p, pair.q, pair.columns, pair.summary, everything=everything),
        lambda: record(
            "info",
            {
                "true": distribution_record(pair.p),
                "assumed": distribution_record(pair.q),
                "base": base,
                **pair.fields,
            },
        ),
        json_path,
        quiet,
    )


@click.command("code")
@click.argument("spec")
@click.option("--coder", metavar="NAME", default="huffman", show_default=True, help="Any coder of the catalog.")
@click.option("--true", "true", metavar="SPEC", help="Another P that the tokens are really drawn from.")
@all_option
@tokens_option("bytes")
@normalize_option
@json_option
@quiet_option
def code_command(
    spec: str,
    coder: str,
    true: str | None,
    everything: bool,
    tokens: str,
    normalize: bool,
    json_path: str | None,
    quiet: bool,
) -> None:
    """The code that Q = SPEC leads to: words, lengths, Kraft sum, implied Q̂, and the tree of a small one."""
    check_exports(json_path, inputs=files_of(spec, true))
    q = parse_distribution(spec, tokens=tokens, normalize=normalize)
    p = q if true is None else parse_assumed(true, q, tokens=tokens, normalize=normalize)
    code = describe_code(p, q, coder)
    show(
        lambda: code_report(
            code.q,
            code.surprises,
            code.prices,
            code.book,
            code.summary,
            true=None if true is None else code.p,
            everything=everything,
        ),
        lambda: record(
            "code",
            {
                "coder": coder,
                "true": distribution_record(code.p),
                "assumed": distribution_record(code.q),
                "prices": code.prices,
                **code.fields,
                "words": None if code.book is None else codebook_record(code.book, code.q.tokens),
            },
        ),
        json_path,
        quiet,
    )


@click.command("sample")
@click.argument("spec")
@click.option("-n", "n", type=COUNT, metavar="N", default=10, show_default=True, help="Tokens to draw.")
@click.option("-o", "--output", metavar="FILE", default="-", help="Where to; - is standard output.  [default: -]")
@click.option("--raw", is_flag=True, help="Write tokens that name bytes as those bytes, without newlines.")
@click.option("-f", "--force", is_flag=True, help="Overwrite the output file.")
@tokens_option("bytes")
@normalize_option
@seed_option
def sample_command(
    spec: str, n: int, output: str, raw: bool, force: bool, tokens: str, normalize: bool, seed: int
) -> None:
    """Draw N independent tokens from SPEC, one a line.

    The same spec and seed give the same tokens on every machine.
    """
    protect([output], files_of(spec))
    source = IidSource(parse_distribution(spec, tokens=tokens, normalize=normalize))
    kind = tokeniser("bytes" if raw else "tokens")
    with contextlib.ExitStack() as stack:
        if output == PIPE:
            require_standard_output()
        file: BinaryIO = sys.stdout.buffer
        if output != PIPE:
            file = stack.enter_context(write_atomically(Path(output), overwrite=force))
        for symbols in draws(source, n, seed):
            file.write(kind.join(Stream(source.distribution.tokens, symbols)))
        file.flush()
