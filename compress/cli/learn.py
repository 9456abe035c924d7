"""Commands for models that learn: learn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import click

from compress.api import learned
from compress.cli.exporting import Exports, export_options
from compress.cli.options import COUNT, above_zero, reading_input, seed_option, watched, words, zeros_with
from compress.errors import SpecError
from compress.inputs import about
from compress.probability.zeros import ZeroPolicy
from compress.training.learn import FLOOR, PLANS

__all__ = ["learn_command"]


@click.command("learn")
@click.argument("task", type=click.Choice(["coin", "labels", "text"]))
@click.option(
    "--data", metavar="FILE.csv", help="labels: a CSV file with a row of column names.  [default: birds, of a known P]"
)
@click.option("--label", metavar="COLUMN", help="With --data: the column that is to be predicted.")
@click.option(
    "--file", "text", metavar="FILE", help="text: the text that is read.  [default: the prose of samples/prose.txt]"
)
@click.option(
    "--lr",
    "rate",
    type=words(above_zero("a number")),
    metavar="RATE",
    help="Length of a step.  [default: 0.5, 0.005, 0.02]",
)
@click.option("--epochs", type=COUNT, metavar="N", help="Passes over the training rows.  [default: 20, text 12]")
@click.option("--batch", type=COUNT, metavar="N", help="Rows per step.  [default: all flips, 32 rows]")
@click.option(
    "--hidden", type=COUNT, metavar="N", help="Units of the hidden layer.  [default: 0 of labels, 96 of text]"
)
@click.option("--patience", type=COUNT, metavar="N", help="Stop if N epochs bring no smaller held-out loss.")
@zeros_with(FLOOR.spec)
@seed_option
@export_options("json", "csv", "markdown", "html", plots=("training",))
@click.pass_context
def learn_command(
    ctx: click.Context,
    task: str,
    data: str | None,
    label: str | None,
    text: str | None,
    rate: float | None,
    epochs: int | None,
    batch: int | None,
    hidden: int | None,
    patience: int | None,
    zeros: ZeroPolicy,
    seed: int,
    exports: Exports,
) -> None:
    """Watch the cross-entropy fall as a file that shrinks.

    \b
    coin     one logit learns how a coin of P(H) = 0.7 falls, from 10,000 flips
    labels   a network learns to predict a column from the others: softmax
             regression, or one hidden layer
    text     a network reads four fifths of a text, and is tested on the rest:
             the next character from the five before

    After each epoch the tokens that were held out are really encoded with what the model believes, and decoded:
    the payload has the loss in bits.  No token is believed less likely than 1e-9, unless --zeros says otherwise.
    Exit status 3 if a check fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    if (data is None) != (label is None):
        raise SpecError("--data FILE.csv and --label COLUMN go together")
    if task != "labels" and data is not None:
        raise SpecError("--data and --label go with labels")
    if task != "text" and text is not None:
        raise SpecError("--file goes with text")
    if task == "coin" and hidden is not None:
        raise SpecError("coin learns one number: --hidden is for labels and text")
    given = {"rate": rate, "epochs": epochs, "batch": batch, "hidden": hidden, "patience": patience, "seed": seed}
    chosen = {name: value for name, value in given.items() if value is not None}
    name = text if task == "text" else data
    plan = replace(PLANS[task], **chosen, zeros=zeros)  # type: ignore[arg-type]  # by their names
    with exports.opened(*([] if name is None else [name])) as show:
        if name is None:
            made = learned(task, None, label, plan, watch=_progress)
        else:
            with about(name), reading_input(name) as file:
                made = learned(task, file, label, plan, watch=_progress)
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)


def _progress(epochs: Iterable[int]) -> Iterable[int]:
    return watched(epochs, "learning")
