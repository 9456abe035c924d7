"""Commands for models of somebody else: weigh."""

from __future__ import annotations

import math
from pathlib import Path

import click
import numpy as np

from compress.cli.exporting import Exports, export_options
from compress.cli.options import COUNT, PIPE, SIZE, logarithm_base, protect, say, words, zeros_option
from compress.errors import SpecError, printable
from compress.frames.atomic import check_target, write_atomically
from compress.frames.given import decode_rows, rows_of, symbols_of
from compress.frames.header import Limits
from compress.inputs import about, open_input
from compress.models.predictions import Manner, Predictions
from compress.models.sparse import Listing
from compress.probability.zeros import ZeroPolicy
from compress.reports.table import counted
from compress.training.arrays import array_of
from compress.training.weigh import weigh_file

__all__ = ["weigh_command"]


@click.command("weigh")
@click.option("--probs", metavar="P.npy", required=True, help="Predictions, shape (n, K): a row per token.")
@click.option("--tokens", metavar="T.npy", help="The tokens themselves, shape (n,): 0 to K-1.")
@click.option("--logits", is_flag=True, help="The predictions are logits or logarithms: apply a softmax.")
@click.option(
    "--base",
    type=words(logarithm_base),
    metavar="B",
    help="With --logits: the base of the logarithms, 2 or e.  [default: e]",
)
@click.option(
    "--top-k", "ids", metavar="IDS.npy", help="The tokens that --probs is about, shape (n, k): the likeliest ones."
)
@click.option("--vocabulary", type=COUNT, metavar="K", help="With --top-k: the number of tokens in all.")
@click.option(
    "--bytes", "content_bytes", type=COUNT, metavar="N", help="Size in bytes of the text that the tokens stand for."
)
@click.option("--decode", "encoded", metavar="F.clen", help="Decode the tokens of a file to -o.")
@click.option("-o", "--output", metavar="FILE", help="Write the file that was weighed; with --decode, the tokens.")
@click.option("-f", "--force", is_flag=True, help="Overwrite.")
@click.option("--max-output", type=SIZE, metavar="SIZE", help="With --decode: most bytes of tokens, one per line.")
@zeros_option
@export_options("json", "markdown")
@click.pass_context
def weigh_command(
    ctx: click.Context,
    probs: str,
    tokens: str | None,
    logits: bool,
    base: float | None,
    ids: str | None,
    vocabulary: int | None,
    content_bytes: int | None,
    encoded: str | None,
    output: str | None,
    force: bool,
    max_output: int | None,
    zeros: ZeroPolicy,
    exports: Exports,
) -> None:
    """Weigh a model: its loss on some tokens, and the code that has that length.

    Predictions of any framework, float16, 32 or 64, drive the arithmetic coder, a row a token; the file is
    decoded and compared, and its bits are set beside the cross-entropy.  Exit status 3 if a check fails.

    Arrays are .npy files, an .npz with one array, or a folder of .npy files in the order of their names.  With
    -o F.clen the file is kept, and --decode F.clen --probs P.npy -o T.npy decodes the tokens.
    That needs the same predictions; with others it says in which block they differ.
    """
    if output == PIPE:
        raise SpecError("weigh -o needs the name of a file: it does not write to standard output")
    if base is not None and not logits:
        raise SpecError("--base is the base of the logarithms: add --logits")
    if (ids is None) != (vocabulary is None):
        raise SpecError("--top-k IDS.npy and --vocabulary K go together")
    sparse = [] if ids is None else [ids]
    manner = Manner(logits, math.e if base is None else base, zeros)
    if encoded is not None:
        if tokens is not None or content_bytes is not None or exports.targets:
            raise SpecError("--decode only decodes: it takes --probs and -o")
        if output is None:
            raise SpecError("--decode needs -o T.npy, for the tokens")
        protect([output], [encoded, probs, *sparse])
        listing = Listing.of(None if ids is None else array_of(ids), vocabulary)
        count = _decoded(encoded, array_of(probs), manner, listing, Limits(max_output), Path(output), force)
        if not exports.quiet:
            say(f"{printable(output)}: {counted(count, 'token')}")
        return
    if tokens is None:
        raise SpecError("weigh needs --tokens T.npy, or --decode F.clen")
    if max_output is not None:
        raise SpecError("--max-output goes with --decode")
    # Who may not write it should know before the work.
    if output is not None:
        protect([output], [probs, tokens, *sparse])
        check_target(Path(output), overwrite=force)
    with exports.opened(probs, tokens, *sparse) as show:
        predictions, came = array_of(probs), array_of(tokens)
        with about(probs):
            listing = Listing.of(None if ids is None else array_of(ids), vocabulary)
            rows = rows_of(predictions, manner, listing)
        with about(tokens):
            symbols = symbols_of(came[:] if came.shape else np.zeros((), came.dtype))
            rows.require(symbols)
        with about(probs):
            made, data = weigh_file(predictions, symbols, manner=manner, listing=listing, content_bytes=content_bytes)
        if output is not None:
            with write_atomically(Path(output), overwrite=force) as file:
                file.write(data)
        show(made)
    ctx.exit(3 if made.verdict == "fail" else 0)


def _decoded(
    encoded: str,
    predictions: Predictions,
    manner: Manner,
    listing: Listing | None,
    limits: Limits,
    output: Path,
    force: bool,
) -> int:
    """Write the tokens of a file that was coded with these predictions; returns how many there are."""
    with write_atomically(output, overwrite=force) as file:
        with open_input(encoded) as source, about(encoded):
            size = Path(encoded).stat().st_size
            symbols = decode_rows(source, predictions, manner, listing, limits, size)
        np.save(file, symbols)
    return symbols.size
