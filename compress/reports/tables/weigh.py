"""A model's loss beside the code that was made of it, as text and as JSON."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from compress.reports.record import libraries, record
from compress.reports.table import counted, fixed, in_bits, new_table, summary_table
from compress.reports.tables.validation import verdict
from compress.training.weigh import Weighing

__all__ = ["weighed_record", "weighed_report"]

_MEANING = {
    "loss": "Σ -log2 p(x), the cross-entropy",
    "zeros": "what they exclude, and the policy",
    "literals": "which of the tokens not listed",
    "code": "floats as whole numbers over 2^40",
    "coder": "finishing each block of 2^18",
    "container": "the part that is not payload",
}
_ASSUMES = (
    "The receiver holds the same predictions: their bits are not counted.  A row may depend on the tokens before "
    "its own, and not on its own."
)


def _as_predicted(made: Weighing) -> list[tuple[str, str]]:
    """Beside the loss of what was coded that of the predictions, where the policy has changed it."""
    if not made.zeros_bits or not made.n:
        return []
    told = "infinite" if made.excluded else f"{made.loss_bits / made.n:,.6f} bits/token"
    return [("", f"with {made.manner.zeros.spec}, as it was coded; as predicted: {told}")]


def weighed_report(made: Weighing) -> RenderableType:
    """The loss in the units that people use, where the payload's bits come from, and what that assumes."""
    kind = "logits" if made.manner.are_logits else "probabilities"
    listed = "" if made.listed is None else f"{made.listed:,} out of "
    summary = [
        ("predictions", f"{counted(made.n, 'row')} of {listed}{made.size:,} {kind}, {made.precision}"),
        ("loss", f"{in_bits(made.loss, 6)} nats/token"),
        ("", f"{in_bits(None if made.loss is None else made.loss / math.log(2), 6)} bits/token"),
        *_as_predicted(made),
        ("perplexity", "-" if made.perplexity is None else f"{made.perplexity:,.4f}"),
        ("payload", f"{in_bits(made.bits_per_token, 6)} bits/token, {made.payload_bits:,} bits"),
    ]
    if made.content_bytes is not None:
        summary.append(("", f"{in_bits(made.bits_per_byte, 6)} bits/byte"))
    if not made.manner.zeros.refuses:
        summary.append(
            ("zeros", f"{made.manner.zeros.spec}; {counted(made.excluded, 'token')} that their rows exclude")
        )
    table = new_table("where it goes", "bits", "bits/token")
    table.add_column("")
    for term, bits in made.terms.items():
        if (term == "zeros" and made.manner.zeros.refuses) or (term == "literals" and made.listed is None):
            continue
        table.add_row(term, fixed(bits, 4), in_bits(bits / made.n if made.n else None, 9), _MEANING[term])
    table.add_section()
    total = 8 * made.file_bytes
    table.add_row(
        "8 x file bytes", fixed(total, 4), in_bits(total / made.n if made.n else None, 9), "decoded, compared"
    )
    said = Text("verdict  ") + verdict(made.verdict, made.checks.failed)
    return Group(summary_table(summary), "", table, "", said, textwrap.fill(_ASSUMES, 80))


def weighed_record(made: Weighing) -> dict[str, Any]:
    """The JSON of `codelen weigh`."""
    return record(
        "weigh",
        {
            "libraries": libraries(),
            "n": made.n,
            "alphabet_size": made.size,
            "precision": made.precision,
            "are_logits": made.manner.are_logits,
            "zeros": made.manner.zeros.spec,
            "excluded": made.excluded,
            "listed": made.listed,
            "loss_nats_per_token": made.loss,
            "loss_bits": made.loss_bits,
            "perplexity": made.perplexity,
            "payload_bits": made.payload_bits,
            "bits_per_token": made.bits_per_token,
            "content_bytes": made.content_bytes,
            "bits_per_byte": made.bits_per_byte,
            "ledger": made.terms,
            "fingerprints": made.fingerprints,
            "file_bytes": made.file_bytes,
            "container_parts": made.container_parts,
            "checks": vars(made.checks),
            "verdict": made.verdict,
        },
    )
