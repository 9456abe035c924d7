"""Training as text and as JSON: a line for each epoch, what it is to be compared with, and how far to believe it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from compress.errors import printable
from compress.reports.record import libraries, record
from compress.reports.table import counted, fixed, in_bits, new_table, summary_table
from compress.reports.tables.validation import verdict
from compress.training.epochs import Epoch, Learning

__all__ = ["learning_record", "learning_report", "learning_rows"]

_TEXT_WIDTH = 80
# Epochs that are shown: all, or as many, ever further apart.
_MOST_EPOCHS = 21


def learning_report(made: Learning) -> RenderableType:
    """The epochs, the floor and the codes without a model beside them, and how well the beliefs are calibrated."""
    shown = _some(made.epochs)
    table = new_table("epoch", "training nats", "held-out nats", "bits/token", "measured", "payload", "accuracy")
    for epoch in shown:
        held = epoch.held_out
        bits = None if held.loss is None else (held.loss_bits + held.zeros_bits) / held.n
        table.add_row(
            f"{epoch.number}",
            in_bits(epoch.training_loss),
            in_bits(held.loss),
            in_bits(bits),
            in_bits(held.bits_per_token),
            f"{held.payload_bits:,}",
            f"{epoch.accuracy:.1%}",
        )
    held = made.last.held_out
    summary = [
        (
            "learned",
            f"{counted(made.parameters, 'number')}, from {counted(made.rows, 'token')}; {held.n:,} are held out",
        )
    ]
    if made.words:
        told = ", ".join(f"{printable(name)} ({counted(count, 'value')})" for name, count in made.words.items())
        summary.append(("words", f"no numbers: {told}"))
    if made.floor is not None:
        summary.append(("floor", f"H(Y|X) = {in_bits(made.floor)} bits/token: the floor of any model, on average"))
    if made.truth is not None:
        own = f"{in_bits(made.truth.bits_per_token)} bits/token, {made.truth.payload_bits:,} bits"
        summary.append(("P itself", f"on these very tokens: {own}"))
    for name, bits in made.baselines.items():
        summary.append((name, f"{in_bits(bits / held.n if held.n else None)} bits/token, {bits:,.0f} bits"))
    summary.append(("zeros", f"{made.plan.zeros.spec}: costs {fixed(held.zeros_bits, 4)} bits in the last epoch"))
    summary.append(("ended", made.ended))
    near = f"every payload is within {made.furthest:.2f} bits of its loss"
    failed = [] if made.verdict == "pass" else ["exact_length"]
    said = Text("verdict  ") + verdict(made.verdict, failed)
    head = f"{made.task}: {len(made.classes):,} classes; the held-out tokens really encoded after each epoch\n"
    if made.decodes_alone is not None:
        near += "; the first of them were decoded again by asking the network for one after the other"
    return Group(
        head,
        table,
        "",
        summary_table(summary),
        "",
        *_calibrated(made),
        *_totals(made),
        textwrap.fill(near, _TEXT_WIDTH),
        said,
    )


def _some(epochs: Sequence[Epoch]) -> list[Epoch]:
    """The first and the last epoch, and between them ever fewer."""
    if len(epochs) <= _MOST_EPOCHS:
        return list(epochs)
    last = len(epochs) - 1
    wanted = {round(last ** (step / (_MOST_EPOCHS - 2))) for step in range(_MOST_EPOCHS - 1)}
    return [epochs[0], *(epochs[number] for number in sorted(wanted) if number)]


def _calibrated(made: Learning) -> list[RenderableType]:
    if made.task == "coin":
        return []
    table = new_table("believed", "tokens", "on average", "came true")
    for each in made.calibration:
        name = f"{each.low:.0%} to {each.high:.0%}"
        table.add_row(name, f"{each.count:,}", f"{each.believed:.1%}", f"{each.right:.1%}")
    return [table, ""]


def _totals(made: Learning) -> list[RenderableType]:
    """What all labels cost whoever has no model: each way to send them."""
    if not made.totals:
        return []
    table = new_table(f"all {made.rows:,} labels", "model", "labels", "bits", "bits/label")
    table.add_column("")
    for each in made.totals:
        cells = (f"{each.model_bits:,}", f"{each.data_bits:,}", f"{each.bits:,}", in_bits(each.bits / made.rows))
        table.add_row(each.name, *cells, each.said)
    return [table, ""]


def learning_record(made: Learning) -> dict[str, Any]:
    """The JSON of `codelen learn`."""
    plan = made.plan
    return record(
        "learn",
        {
            "libraries": libraries(),
            "task": made.task,
            "seed": plan.seed,
            "rate": plan.rate,
            "momentum": plan.momentum,
            "batch": plan.batch,
            "hidden": plan.hidden,
            "zeros": plan.zeros.spec,
            "rows": made.rows,
            "classes": made.classes,
            "words": made.words,
            "parameters": made.parameters,
            "floor": made.floor,
            "truth_bits": None if made.truth is None else made.truth.payload_bits,
            "baselines": made.baselines,
            "epochs": [_epoch_record(epoch) for epoch in made.epochs],
            "best_epoch": made.best.number,
            "totals": [{**vars(each), "bits": each.bits} for each in made.totals],
            "decodes_alone": made.decodes_alone,
            "calibration": [vars(each) for each in made.calibration],
            "ended": made.ended,
            "furthest_from_loss_bits": made.furthest,
            "verdict": made.verdict,
        },
    )


def _epoch_record(epoch: Epoch) -> dict[str, Any]:
    held = epoch.held_out
    return {
        "epoch": epoch.number,
        "training_loss_nats": epoch.training_loss,
        "held_out_loss_nats": held.loss,
        "held_out_loss_bits": held.loss_bits + held.zeros_bits,
        "zeros_bits": held.zeros_bits,
        "accuracy": epoch.accuracy,
        "n": held.n,
        "payload_bits": held.payload_bits,
        "bits_per_token": held.bits_per_token,
        "verdict": held.verdict,
    }


def learning_rows(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each epoch."""
    return [{"task": printable(record["task"]), "seed": record["seed"], **epoch} for epoch in record["epochs"]]
