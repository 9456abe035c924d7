"""Distributions, codes and files as text: what can be said of them without drawing a token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rich.console import Group, RenderableType

from compress.coders.codebook import Codebook
from compress.errors import printable
from compress.frames.files import Inspection
from compress.probability.distribution import Distribution
from compress.reports.tables import in_bits, ledger_table, new_table, summary_table
from compress.sources.tokens import visible

__all__ = [
    "code_report",
    "distribution_report",
    "inspection_report",
    "pair_report",
    "surprise_report",
]

Vector = npt.NDArray[np.float64]

# Beyond this many rows a table of tokens says how many it leaves out.
ROWS = 40


def surprise_report(probabilities: Sequence[str], surprises: Sequence[float]) -> RenderableType:
    """Bare probabilities and their surprises."""
    table = new_table("p", "surprise", left=0)
    for probability, bits in zip(probabilities, surprises, strict=True):
        table.add_row(probability, in_bits(bits, 2))
    return table


def _shown(size: int, everything: bool) -> range:
    return range(size if everything else min(size, ROWS))


def _left_out(size: int, everything: bool) -> list[RenderableType]:
    hidden = size - len(_shown(size, everything))
    if hidden == 1:
        return ["... and 1 more token; --all shows it"]
    return [f"... and {hidden:,} more tokens; --all shows them"] if hidden else []


def distribution_report(
    p: Distribution, surprises: Vector, summary: Sequence[tuple[str, str]], *, everything: bool
) -> RenderableType:
    """Tokens with probability and surprise, then the averages."""
    table = new_table("token", "p", "surprise")
    for i in _shown(p.size, everything):
        table.add_row(visible(p.tokens[i]), f"{p.probabilities[i]:.6g}", in_bits(surprises[i], 2))
    return Group(table, *_left_out(p.size, everything), "", summary_table(summary))


def pair_report(
    p: Distribution,
    q: Distribution,
    columns: Sequence[tuple[str, Vector]],
    summary: Sequence[tuple[str, str]],
    *,
    everything: bool,
) -> RenderableType:
    """Tokens with both probabilities and what each adds, then the averages."""
    table = new_table("token", "p", "q", *(name for name, _ in columns))
    for i in _shown(p.size, everything):
        table.add_row(
            visible(p.tokens[i]),
            f"{p.probabilities[i]:.6g}",
            f"{q.probabilities[i]:.6g}",
            *(in_bits(values[i]) for _, values in columns),
        )
    return Group(table, *_left_out(p.size, everything), "", summary_table(summary))


def code_report(
    q: Distribution,
    surprises: Vector,
    prices: Vector,
    book: Codebook | None,
    summary: Sequence[tuple[str, str]],
    *,
    true: Distribution | None,
    everything: bool,
) -> RenderableType:
    """Each token's q, surprise, length (or price), Q̂ = 2^-length and word, the tree of a small code, the averages.

    true: a P of its own; then also p, and what the token adds to E_P[length].
    """
    length = "length" if book else "price"
    of_p = ["p", f"p·{length}"] if true else []
    table = new_table("token", "q", "surprise", length, "Q̂", *of_p, *(["word"] if book else []))
    if book:
        # A long word goes on in the next line.
        table.columns[-1].justify, table.columns[-1].no_wrap = "left", False
    for i in _shown(q.size, everything):
        cells = [visible(q.tokens[i]), f"{q.probabilities[i]:.6g}", in_bits(surprises[i])]
        cells += [in_bits(prices[i], 0 if book else 4), f"{2.0 ** -prices[i]:.6g}"]
        if true:
            p = true.probabilities[i]
            cells += [f"{p:.6g}", in_bits(p * prices[i] if p else 0.0)]
        if book:
            word = book.words[i]
            cells.append("-" if word is None else word.to01() or "(empty)")
        table.add_row(*cells)
    parts: list[RenderableType] = [table, *_left_out(q.size, everything), "", summary_table(summary)]
    if book is not None and 1 < q.size <= ROWS:
        parts += ["", *_tree(book, q.tokens)]
    return Group(*parts)


def _tree(book: Codebook, tokens: Sequence[str]) -> list[str]:
    """The code as a tree lying on its side: 0 goes up, 1 goes down."""
    leaves = {word.to01(): visible(token) for token, word in zip(tokens, book.words, strict=True) if word is not None}
    nodes = {word[:depth] for word in leaves for depth in range(len(word) + 1)}
    lines: list[str] = []

    def draw(node: str, lead: str, joint: str) -> None:
        if node in leaves:
            lines.append(f"{lead}{joint}{leaves[node]}  {node}")
            return
        lines.append(f"{lead}{joint}●" if node else "●")
        children = [child for child in (node + "0", node + "1") if child in nodes]
        below = lead + {"": "", "├": "│   ", "└": "    "}[joint[:1]]
        for child in children:
            corner = "├" if child != children[-1] else "└"
            draw(child, below, f"{corner}{child[-1]}─ ")

    draw("", "", "")
    return lines


def inspection_report(path: str, frames: Sequence[Inspection]) -> RenderableType:
    """A file's frames: what they hold, and where their bits went."""
    parts: list[RenderableType] = []
    for number, frame in enumerate(frames):
        header = frame.header
        title = printable(path) + (f", frame {number + 1} of {len(frames)}" if len(frames) > 1 else "")
        origin = (
            "" if frame.assumed is not None or not header.count else " (not known here: taken to be Q̂, so code is 0)"
        )
        summary = [
            ("coder", header.coder.name),
            ("tokens", f"{header.count:,} {header.kind.name}, {len(header.tokens):,} different"),
            ("content", f"{header.content_bytes:,} bytes"),
            ("assumed Q", f"{header.label.spec or '?'}{origin}"),
            ("blocks", f"{frame.blocks:,}"),
        ]
        if frame.empirical is not None:
            summary += [
                ("H(P̂)", f"{in_bits(frame.empirical.entropy)} bits/token"),
                ("payload", f"{in_bits(frame.payload_bits / header.count)} bits/token"),
                ("file", f"{in_bits(8 * frame.file_bytes / header.count)} bits/token"),
            ]
        parts += [title, summary_table(summary), "", ledger_table(frame.ledger, header.count, frame.file_bytes), ""]
    return Group(*parts[:-1])
