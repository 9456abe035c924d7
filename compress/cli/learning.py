"""Commands for models that learn: learn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import COUNT, about, above_zero, reading_input, seed_option, watched, words, zeros_with
from compress.errors import SpecError
from compress.experiments.labelled import BIRDS, LARGEST_TABLE, learn_birds, read_table, split
from compress.experiments.learn import FLOOR, PLANS, Learning, Plan, learn_coin, learn_labels, learn_text
from compress.inputs import read_whole
from compress.probability.zeros import ZeroPolicy

__all__ = ["learn_command"]

_PROSE = "samples/prose.txt"


@click.command("learn")
@click.argument("task", type=click.Choice(["coin", "labels", "text"]))
@click.option("--data", metavar="FILE.csv", help="labels: a table with a row of names.  [default: birds, of a known P]")
@click.option("--label", metavar="COLUMN", help="With --data: the column that is to be told from the others.")
@click.option("--file", "text", metavar="FILE", help=f"text: what is read.  [default: {_PROSE}]")
@click.option(
    "--lr",
    "rate",
    type=words(above_zero("a number")),
    metavar="RATE",
    help="Length of a step.  [default: 0.5, 0.005, 0.02]",
)
@click.option("--epochs", type=COUNT, metavar="N", help="Passes over what is learned from.  [default: 20, text 12]")
@click.option("--batch", type=COUNT, metavar="N", help="Rows a step.  [default: all flips, 32 rows]")
@click.option(
    "--hidden", type=COUNT, metavar="N", help="Numbers in a layer between.  [default: 0 of labels, 96 of text]"
)
@click.option("--patience", type=COUNT, metavar="N", help="Stop after N epochs without fewer held-out bits.")
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
    labels   a network learns to tell a column from the others: softmax
             regression, or one hidden layer
    text     a network reads four fifths of a text, and is tried on the rest:
             the next character from the five before

    After each epoch the tokens that were held out are really encoded with what the model believes, and decoded:
    the payload has the loss in bits.  No token is believed less likely than 1e-9, unless --zeros says otherwise.
    Exit status 3 if a check fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    if (data is None) != (label is None):
        raise SpecError("--data FILE.csv and --label COLUMN go together")
    if task != "labels" and data is not None:
        raise SpecError("--data and --label are for labels")
    if task != "text" and text is not None:
        raise SpecError("--file is for text")
    if task == "coin" and hidden is not None:
        raise SpecError("coin learns one number: --hidden is for labels and text")
    given = {"rate": rate, "epochs": epochs, "batch": batch, "hidden": hidden, "patience": patience, "seed": seed}
    chosen = {name: value for name, value in given.items() if value is not None}
    read = [text or _PROSE] if task == "text" else [] if data is None else [data]
    plan = replace(PLANS[task], **chosen, zeros=zeros)  # type: ignore[arg-type]  # by their names
    with exports.opened(*read) as show:
        made = _learned(task, read, label, plan)
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)


def _learned(task: str, read: list[str], label: str | None, plan: Plan) -> Learning:
    def watch(epochs: Iterable[int]) -> Iterable[int]:
        return watched(epochs, "learning")

    if task == "coin":
        return learn_coin(plan=plan, watch=watch)
    if not read:
        return learn_labels(learn_birds(BIRDS, plan.seed), plan, watch=watch)
    [name] = read
    with about(name), reading_input(name) as file:
        if task == "text":
            return learn_text(read_whole(file, LARGEST_TABLE), plan, watch=watch)
        return learn_labels(split(read_table(file), str(label), plan.seed), plan, watch=watch)
