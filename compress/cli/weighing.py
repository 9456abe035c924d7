"""Commands for models of somebody else: weigh."""

from __future__ import annotations

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import COUNT
from compress.errors import CompressError, DataError
from compress.experiments.weigh import array_of, weigh

__all__ = ["weigh_command"]


@click.command("weigh")
@click.option("--probs", metavar="P.npy", required=True, help="Predictions, shape (n, K): a row a token.")
@click.option("--tokens", metavar="T.npy", required=True, help="The tokens that came, shape (n,): 0 to K-1.")
@click.option("--logits", is_flag=True, help="They are logits or natural logarithms: take their softmax.")
@click.option("--bytes", "content_bytes", type=COUNT, metavar="N", help="Bytes of the text that the tokens are.")
@export_options("json", "markdown")
@click.pass_context
def weigh_command(
    ctx: click.Context, probs: str, tokens: str, logits: bool, content_bytes: int | None, exports: Exports
) -> None:
    """Weigh a model: its loss on some tokens, and the code that has that length.

    Predictions of any framework, float16, 32 or 64, drive the arithmetic coder, a row a token; the payload is
    decoded and compared, and its bits are set beside the cross-entropy.  Exit status 3 if a check fails.
    """
    with exports.opened(probs, tokens) as show:
        predictions, came = array_of(probs), array_of(tokens)
        try:
            made = weigh(predictions, came, are_logits=logits, content_bytes=content_bytes)
        except CompressError as error:
            # Who is told of a row wants to know of which file.
            error.args = (f"{probs}: {error}",)
            raise
        except MemoryError:
            raise DataError(f"{probs}: its tokens do not fit in the memory that is free") from None
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)
