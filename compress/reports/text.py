"""Records as tables for a terminal, a pipe or a README."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from compress.coders.codebook import Codebook
from compress.distribution import Distribution
from compress.experiments.validate import Experiment, Validation
from compress.files import Inspection
from compress.ledger import TERMS, Ledger
from compress.tokens import visible

__all__ = [
    "code_report",
    "demo_report",
    "distribution_report",
    "experiment_report",
    "inspection_report",
    "pair_report",
    "render",
    "surprise_report",
]

Vector = npt.NDArray[np.float64]

# Beyond this many rows a table of tokens says how many it leaves out.
ROWS = 40
_PIPE_WIDTH = 120
_SPEC_WIDTH = 28

_MEANING = {
    "entropy": "n·H(P): what no code saves on average",
    "mismatch": "n·D(P||Q): the price of believing Q",
    "code": "n·(H(P,Q̂) - H(P,Q)): Q̂ is not quite Q",
    "luck": "this sample against the expectation",
    "coder": "finishing the stream, finite precision",
    "container": "all of the file that is not payload",
}


def render(report: RenderableType) -> str:
    """The text of a report: as wide as the terminal, or wide enough for every table in a pipe."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    console = Console(width=_PIPE_WIDTH if piped else None, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(report)
    return "".join(line.rstrip() + "\n" for line in capture.get().splitlines())


def _table(*columns: str, left: int = 1) -> Table:
    """A table whose first `left` columns hold words, the others numbers."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place < left else "right", no_wrap=place >= left)
    return table


def _bits(value: float | None, digits: int = 4) -> str:
    if value is None or math.isnan(value):
        return "-"
    return "inf" if math.isinf(value) else _fixed(value, digits)


def _fixed(value: float, digits: int) -> str:
    """Fixed digits, grouped by thousands; what rounds to zero has no sign."""
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def _z(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def _count(value: float) -> str:
    """A number of bits, grouped by thousands; tenths only where there are any."""
    return _fixed(value, 0 if float(value).is_integer() else 1)


def _measured(run: Validation) -> str:
    if run.standard_error is None or run.ci95 is None or run.bits_per_token is None:
        return _bits(run.bits_per_token)
    return f"{run.bits_per_token:.4f} ± {(run.ci95[1] - run.ci95[0]) / 2:.4f}"


def _verdict(verdict: str, failed: Iterable[str] = ()) -> Text:
    words = ", ".join(failed)
    return Text(f"{verdict}: {words}" if words else verdict, style="green" if verdict == "pass" else "bold red")


def _spec(distribution: Distribution) -> str:
    """A name for Q: its spec, or its beginning."""
    spec = distribution.spec or ",".join(
        f"{visible(token)}={probability:.4g}"
        for token, probability in zip(distribution.tokens[:3], distribution.probabilities[:3], strict=True)
    )
    return spec if len(spec) <= _SPEC_WIDTH else spec[: _SPEC_WIDTH - 3] + "..."


def experiment_report(experiment: Experiment) -> RenderableType:
    """One row for each Q and coder, then the ledger, then what needs a word."""
    true = experiment.true
    table = _table("assumed Q", "coder", "D(P||Q)", "H(P,Q)", "predicted", "measured ± 95%", "z", "verdict", left=2)
    for run in experiment.runs:
        table.add_row(
            _spec(run.assumed),
            run.coder,
            _bits(run.kl_divergence),
            _bits(run.cross_entropy),
            _bits(run.expected_bits_per_token),
            _measured(run),
            _z(run.z),
            _verdict(run.verdict, run.checks.failed),
        )
    parts: list[RenderableType] = [
        f"true P   {_spec(true)}   H(P) = {_bits(true.entropy)} bits/token, K = {true.size:,}",
        f"stream   {experiment.n:,} tokens, seed {experiment.seed}, zeros {experiment.zeros}; bits/token below\n",
        table,
        "",
        _ledgers(experiment.runs),
    ]
    remarks = [_remark(experiment.true, run) for run in experiment.runs if run.beats_belief]
    if remarks:
        parts += ["", *remarks]
    return Group(*parts)


def _remark(true: Distribution, run: Validation) -> str:
    return (
        f"{run.coder} with Q = {_spec(run.assumed)} costs {_bits(run.expected_bits_per_token)} on average, less "
        f"than H(P,Q) = {_bits(run.cross_entropy)}, and that is no error: its whole-bit words are not Q.  They imply a "
        f"distribution of their own, Q̂ = 2^-length, which happens to be nearer to P than Q is, so the code "
        f"term of the ledger is negative.  It is not below H(P) = {_bits(true.entropy)}; no code is."
    )


def _ledgers(runs: Sequence[Validation]) -> Table:
    if len(runs) == 1:
        return _ledger(runs[0].ledger, runs[0].n, runs[0].file_bytes)
    table = _table("ledger, bits", "coder", *TERMS, "8 x file bytes", left=2)
    for run in runs:
        terms = [_count(term) for term in run.ledger.terms.values()]
        table.add_row(_spec(run.assumed), run.coder, *terms, _count(8 * run.file_bytes))
    return table


def _ledger(ledger: Ledger, n: int, file_bytes: int) -> Table:
    """The ledger as a column: each term in bits and in bits/token, and what it means."""
    table = _table("ledger", "bits", "bits/token")
    table.add_column("")
    for term, bits in ledger.terms.items():
        table.add_row(term, _fixed(bits, 1), _bits(bits / n if n else None, 6), _MEANING[term])
    parts = [f"{part} {bits:,}" for part, bits in ledger.container_parts.items()]
    table.add_row("", "", "", Text(", ".join(parts[:3]) + ",", style="dim"))
    table.add_row("", "", "", Text(", ".join(parts[3:]), style="dim"), end_section=True)
    total = 8 * file_bytes
    table.add_row("8 x file bytes", f"{total:,.1f}", _bits(total / n if n else None, 6), f"{file_bytes:,} bytes")
    return table


def demo_report(experiment: Experiment) -> RenderableType:
    """The six friends: a row each, both coders side by side, then one ledger."""
    table = _table("Q(heads)", "D(P||Q)", "H(P,Q)", "arithmetic ± 95%", "z", "huffman ± 95%", "z", "verdict")
    pairs = list(zip(experiment.runs[::2], experiment.runs[1::2], strict=True))
    for arithmetic, huffman in pairs:
        failed = {*arithmetic.checks.failed, *huffman.checks.failed}
        table.add_row(
            _heads(arithmetic),
            _bits(arithmetic.kl_divergence, 2),
            _bits(arithmetic.cross_entropy, 2),
            _measured(arithmetic),
            _z(arithmetic.z),
            _measured(huffman),
            _z(huffman.z),
            _verdict("fail" if failed else "pass", sorted(failed)),
        )
    shown = next(run for run, _ in pairs if run.assumed.spec == "H=0.9,T=0.1")
    return Group(
        f"A coin shows heads with probability 0.7, H(P) = {_bits(experiment.true.entropy)} bits/flip.  Six friends",
        f"believe six things.  {experiment.n:,} flips are drawn, encoded with each belief Q,",
        "decoded, and measured, in bits/flip.\n",
        table,
        "",
        "A wrong belief costs D(P||Q) more on every flip, and only the true one reaches",
        "H(P).  Who was certain (0 or 1) was infinitely surprised; a floor of 1e-10 makes",
        "that 33 bits a surprise.  Huffman's words are whole bits: two tokens take 1 bit",
        "each, whatever anyone believes, so a wrong Q can even cost it less than H(P,Q).\n",
        f"The friend who believes {_heads(shown)}, arithmetic coder:\n",
        _ledger(shown.ledger, shown.n, shown.file_bytes),
    )


def _heads(run: Validation) -> str:
    return run.assumed.spec.partition("=")[2].partition(",")[0]


def surprise_report(probabilities: Sequence[str], surprises: Sequence[float]) -> RenderableType:
    """Bare probabilities and their surprises."""
    table = _table("p", "surprise", left=0)
    for probability, bits in zip(probabilities, surprises, strict=True):
        table.add_row(probability, _bits(bits, 2))
    return table


def _shown(size: int, everything: bool) -> range:
    return range(size if everything else min(size, ROWS))


def _left_out(size: int, everything: bool) -> list[RenderableType]:
    hidden = size - len(_shown(size, everything))
    return [f"... and {hidden:,} more tokens; --all shows them"] if hidden else []


def distribution_report(
    p: Distribution, surprises: Vector, summary: Sequence[tuple[str, str]], *, everything: bool
) -> RenderableType:
    """Tokens with probability and surprise, then the averages."""
    table = _table("token", "p", "surprise")
    for i in _shown(p.size, everything):
        table.add_row(visible(p.tokens[i]), f"{p.probabilities[i]:.6g}", _bits(surprises[i], 2))
    return Group(table, *_left_out(p.size, everything), "", _summary(summary))


def pair_report(
    p: Distribution,
    q: Distribution,
    columns: Sequence[tuple[str, Vector]],
    summary: Sequence[tuple[str, str]],
    *,
    everything: bool,
) -> RenderableType:
    """Tokens with both probabilities and what each adds, then the averages."""
    table = _table("token", "p", "q", *(name for name, _ in columns))
    for i in _shown(p.size, everything):
        table.add_row(
            visible(p.tokens[i]),
            f"{p.probabilities[i]:.6g}",
            f"{q.probabilities[i]:.6g}",
            *(_bits(values[i]) for _, values in columns),
        )
    return Group(table, *_left_out(p.size, everything), "", _summary(summary))


def _summary(pairs: Sequence[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for name, value in pairs:
        table.add_row(name, value)
    return table


def code_report(
    q: Distribution,
    surprises: Vector,
    prices: Vector,
    book: Codebook | None,
    summary: Sequence[tuple[str, str]],
    *,
    everything: bool,
) -> RenderableType:
    """Each token's probability, surprise, price and word, the tree of a small code, and the averages."""
    table = _table("token", "q", "surprise", "price", *(["word"] if book else []))
    if book:
        table.columns[-1].justify = "left"
    for i in _shown(q.size, everything):
        word = book.words[i] if book else None
        cells = [] if book is None else ["-" if word is None else word.to01() or "(empty)"]
        table.add_row(visible(q.tokens[i]), f"{q.probabilities[i]:.6g}", _bits(surprises[i]), _bits(prices[i]), *cells)
    parts: list[RenderableType] = [table, *_left_out(q.size, everything), "", _summary(summary)]
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
        title = path if len(frames) == 1 else f"{path}, frame {number + 1} of {len(frames)}"
        origin = (
            "" if frame.assumed is not None or not header.count else " (not known here: taken to be Q̂, so code is 0)"
        )
        summary = [
            ("coder", header.coder),
            ("tokens", f"{header.count:,} {header.kind}, {len(header.tokens):,} different"),
            ("content", f"{header.content_bytes:,} bytes"),
            ("assumed Q", f"{header.label.spec or '?'}{origin}"),
            ("blocks", f"{frame.blocks:,}"),
        ]
        if frame.empirical is not None:
            summary += [
                ("H(P̂)", f"{_bits(frame.empirical.entropy)} bits/token"),
                ("payload", f"{_bits(frame.payload_bits / header.count)} bits/token"),
                ("file", f"{_bits(8 * frame.file_bytes / header.count)} bits/token"),
            ]
        parts += [title, _summary(summary), "", _ledger(frame.ledger, header.count, frame.file_bytes), ""]
    return Group(*parts[:-1])
