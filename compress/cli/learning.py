"""Commands for models that learn: learn."""

from __future__ import annotations

import math
from dataclasses import replace

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import COUNT, reading_input, seed_option, watched, words, zeros_option
from compress.errors import CompressError, SpecError, quoted
from compress.experiments.labelled import Labelled, learn_birds, read_table, split
from compress.experiments.learn import FLOOR, Learning, Plan, learn_coin, learn_labels
from compress.notation import exact_number
from compress.probability.zeros import ZeroPolicy

__all__ = ["learn_command"]

_BIRDS = 4_000


def step_length(text: str) -> float:
    """A number above 0."""
    value = float(exact_number(text))
    if not 0 < value < math.inf:
        raise SpecError(f"{quoted(text)} is not a number above 0")
    return value


@click.command("learn")
@click.argument("task", type=click.Choice(["coin", "labels"]))
@click.option("--data", metavar="FILE.csv", help="labels: a table with a row of names.  [default: birds, of a known P]")
@click.option("--label", metavar="COLUMN", help="With --data: the column that is to be told from the others.")
@click.option("--lr", "rate", type=words(step_length), metavar="RATE", help="Length of a step.  [default: 0.5, 0.005]")
@click.option("--epochs", type=COUNT, metavar="N", help="Passes over the rows to learn from.  [default: 20]")
@click.option("--batch", type=COUNT, metavar="N", help="Rows a step.  [default: all flips, 32 rows]")
@click.option("--hidden", type=COUNT, metavar="N", help="labels: numbers in a layer between.  [default: 0, none]")
@click.option("--patience", type=COUNT, metavar="N", help="Stop after N epochs without fewer held-out bits.")
@zeros_option
@seed_option
@export_options("json", "csv", "markdown", "html", plots=("training",))
@click.pass_context
def learn_command(
    ctx: click.Context,
    task: str,
    data: str | None,
    label: str | None,
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
    labels   a network learns to tell a column from the others: softmax regression, or one
             hidden layer

    After each epoch the tokens that were held out are really encoded with what the model believes, and decoded:
    the payload has the loss in bits.  Unless --zeros says otherwise no label is believed less likely than 1e-9.
    Exit status 3 if a check fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    if (data is None) != (label is None):
        raise SpecError("--data FILE.csv and --label COLUMN go together")
    if task == "coin" and (data is not None or hidden is not None):
        raise SpecError("coin learns one number: --data, --label and --hidden are for labels")
    given = {"rate": rate, "epochs": epochs, "batch": batch, "hidden": hidden, "patience": patience, "seed": seed}
    chosen = {name: value for name, value in given.items() if value is not None}
    start = Plan(rate=0.5, batch=10_000, momentum=0.0) if task == "coin" else Plan()
    plan = replace(start, **chosen, zeros=FLOOR if zeros.refuses else zeros)  # type: ignore[arg-type]  # by their names
    with exports.opened(*([] if data is None else [data])) as show:
        made = _learned(task, data, label, plan)
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)


def _learned(task: str, data: str | None, label: str | None, plan: Plan) -> Learning:
    if task == "coin":
        return learn_coin(plan=plan, watch=lambda epochs: watched(epochs, "learning"))
    rows = learn_birds(_BIRDS, plan.seed) if data is None or label is None else _read(data, label, plan.seed)
    return learn_labels(rows, plan, watch=lambda epochs: watched(epochs, "learning"))


def _read(data: str, label: str, seed: int) -> Labelled:
    try:
        with reading_input(data) as file:
            return split(read_table(file), label, seed)
    except CompressError as error:
        error.args = (f"{data}: {error}",)
        raise
