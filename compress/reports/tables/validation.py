"""Experiments as text: a row for each Q and coder, the ledger, and what needs a word."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from compress.belief.protocol import Belief
from compress.errors import printable
from compress.experiments.validation import Experiment, Validation
from compress.ledger import TERMS
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.reports.table import (
    LEARNING,
    LEARNING_LESS_STRUCTURE,
    Either,
    FigureTable,
    coder_name,
    count,
    counted,
    folded,
    in_bits,
    ledger_table,
    new_table,
    spec_name,
)
from compress.reports.tables.claim import claimed
from compress.teaching.demo import Demo

__all__ = [
    "FIGURES",
    "demo_report",
    "entropies",
    "experiment_report",
    "figures_of",
    "folded_name",
    "ledger_of",
    "measured",
    "verdict",
    "z_score",
]

_TEXT_WIDTH = 80
# As many ledgers beside each other as 80 columns hold, and how wide each may be.
_ABREAST = 4
_NARROW = 14


def z_score(value: float | None) -> str:
    """A number of standard errors, with its sign; - where there is none."""
    if value is None:
        return "-"
    text = f"{value:+.2f}"
    return text if float(text) else "0.00"


def measured(run: Validation) -> str:
    """The measured bits/token, with the half of their 95% interval; ~ where that is rough."""
    if run.ci95 is None or run.bits_per_token is None:
        return in_bits(run.bits_per_token)
    mark = "~" if run.is_rough else ""
    return f"{run.bits_per_token:.4f} ± {(run.ci95[1] - run.ci95[0]) / 2:.4f}{mark}"


def _roughness(runs: Iterable[Validation]) -> list[str]:
    """A line on the mark, if some interval has it."""
    if not any(run.is_rough for run in runs):
        return []
    line = "~ too few surprises decide this interval: the normal approximation is poor, and it may not mean 95%."
    return ["", textwrap.fill(line, _TEXT_WIDTH)]


def verdict(verdict: str | None, failed: Iterable[str] = ()) -> Text:
    """pass in green, or fail with the names of what failed; in words, that there was nothing to measure."""
    if verdict is None:
        return Text("nothing measured", style="yellow")
    words = ", ".join(failed)
    return Text(f"{verdict}: {words}" if words else verdict, style="green" if verdict == "pass" else "bold red")


# What a run is told by, and its cells.
FIGURES = ("D(P||Q)", "H(P,Q)", "predicted", "measured ± 95%", "z", "verdict")


def figures_of(run: Validation) -> tuple[str | Text, ...]:
    """A cell for each of FIGURES."""
    bits = map(in_bits, (run.kl_divergence, run.cross_entropy, run.expected_bits_per_token))
    return (*bits, measured(run), z_score(run.z), verdict(run.verdict, run.checks.failed))


def experiment_report(experiment: Experiment) -> RenderableType:
    """One row for each Q and coder, then the ledger, then what needs a word."""
    true, given = experiment.true, experiment.given
    wide = new_table("assumed Q", "coder", *FIGURES, left=2)
    narrow = new_table("assumed Q, coder", *FIGURES)
    for run in experiment.runs:
        figures = figures_of(run)
        wide.add_row(spec_name(run.assumed), coder_name(run.coder), *figures)
        narrow.add_row(folded_name(run.assumed, run.coder), *figures)
    whose, of = ("true", "") if given is None else ("claimed", f" of {printable(given.name)}")
    parts: list[RenderableType] = [
        f"{whose} P   {spec_name(true)}   {entropies(true, experiment.chain)}, K = {true.size:,}",
        f"stream   {counted(experiment.n, 'token')}{of}, seed {experiment.seed}, zeros {experiment.zeros.spec}; "
        "bits/token below\n",
    ]
    if experiment.runs:
        parts += [Either(wide, narrow), "", _ledgers(experiment.runs), *_roughness(experiment.runs)]
    if given is not None:
        parts += [*([""] if experiment.runs else []), *claimed(given, true)]
    parts += [*_prices(experiment)]
    if experiment.broken is not None:
        parts += ["", *_caught(experiment, *experiment.broken)]
    remarks = [_remark(experiment.true, run) for run in experiment.runs if run.beats_belief]
    remarks += [
        textwrap.fill(f"not decoded: {printable(run.lost)}", _TEXT_WIDTH) for run in experiment.runs if run.lost
    ]
    if remarks:
        parts += ["", *remarks]
    return Group(*parts)


def _prices(experiment: Experiment) -> Iterator[str]:
    """What the zero policy costs each Q that it changed."""
    priced = {run.assumed: run for run in experiment.runs if run.zeros_price is not None}
    for at, (q, run) in enumerate(priced.items()):
        assert run.zeros_price is not None
        allowed, excluded = map(in_bits, run.zeros_price)
        said = (
            f"zeros {experiment.zeros.spec}: with Q = {spec_name(q)} what it excluded costs {excluded} bits/token, and "
            f"what it allows {allowed} more"
        )
        yield ("" if at else "\n") + textwrap.fill(said, _TEXT_WIDTH)


def entropies(true: Distribution, chain: Chain | None) -> str:
    """H(P), and the entropy rate where a token depends on the one before."""
    if chain is None:
        return f"H(P) = {in_bits(true.entropy)} bits/token"
    return f"entropy rate {in_bits(chain.entropy_rate)} bits/token, of single tokens {in_bits(true.entropy)}"


def _caught(experiment: Experiment, name: str, wrong: str) -> Iterator[Text]:
    """What was done wrong on purpose, and which checks have seen it."""
    yield Text(textwrap.fill(f"broken on purpose, {name}: {wrong}", _TEXT_WIDTH))
    runs = len(experiment.runs)
    caught = ", ".join(f"{check} in {count} of {runs}" for check, count in experiment.failures.items())
    if caught:
        yield Text(f"caught by {caught}", style="green")
    else:
        line = "no check noticed: it changes nothing here, or too little for so few tokens"
        yield Text(line, style="bold red")


def _remark(true: Distribution, run: Validation) -> str:
    text = (
        f"{run.coder} with Q = {spec_name(run.assumed)} costs {in_bits(run.expected_bits_per_token)} on average, less "
        f"than H(P,Q) = {in_bits(run.cross_entropy)}.  This is no error: its words have whole bits, so they imply a "
        f"distribution of their own, Q̂ = 2^-length.  Here Q̂ is nearer to P than Q is, and the code term of the ledger "
        f"is negative.  The cost is not below H(P) = {in_bits(true.entropy)}: no uniquely decodable code is."
    )
    return textwrap.fill(text, _TEXT_WIDTH)


def _ledgers(runs: Sequence[Validation]) -> RenderableType:
    if len(runs) == 1:
        [run] = runs
        return ledger_of(run)
    table = new_table("ledger, bits", "coder", *TERMS, "8 x file bytes", left=2)
    for run in runs:
        table.add_row(spec_name(run.assumed), coder_name(run.coder), *_ledger_cells(run))
    groups: list[RenderableType] = [_ledgers_abreast(runs[:_ABREAST])]
    for first in range(_ABREAST, len(runs), _ABREAST):
        groups += ["", _ledgers_abreast(runs[first : first + _ABREAST])]
    return Either(table, Group(*groups))


def ledger_of(run: Validation) -> FigureTable:
    """The ledger of one run."""
    said = {}
    if run.is_sequential:
        # Whoever drew the tokens from P may expect something of them.
        said = {"mismatch": LEARNING if run.is_forecast else LEARNING_LESS_STRUCTURE}
    if not run.choice.family.is_ours:
        said = {"coder": "what it spends beyond -log2 q̂(x)"}
    return ledger_table(run.ledger, run.n, run.file_bytes, **said)


def folded_name(assumed: Belief, coder: str) -> str:
    """Q and a coder in a narrow column."""
    return folded(spec_name(assumed), coder_name(coder), width=_NARROW)


def _ledger_cells(run: Validation) -> list[str]:
    return [*map(count, run.ledger.terms.values()), count(8 * run.file_bytes)]


def _ledgers_abreast(runs: Sequence[Validation]) -> Table:
    """The ledgers of a few runs, a column each."""
    table = new_table("ledger, bits", *(folded_name(run.assumed, run.coder) for run in runs))
    for name, *cells in zip((*TERMS, "8 x file bytes"), *map(_ledger_cells, runs), strict=True):
        table.add_row(name, *cells)
    return table


def demo_report(demo: Demo) -> RenderableType:
    """The six friends: a row each, both coders side by side, then one ledger."""
    experiment = demo.experiment
    table = new_table("Q(heads)", "D(P||Q)", "H(P,Q)", "arithmetic ± 95%", "z", "huffman", "verdict")
    pairs = list(zip(experiment.runs[::2], experiment.runs[1::2], strict=True))
    for arithmetic, huffman in pairs:
        failed = {*arithmetic.checks.failed, *huffman.checks.failed}
        table.add_row(
            _heads(arithmetic),
            in_bits(arithmetic.kl_divergence),
            in_bits(arithmetic.cross_entropy),
            measured(arithmetic),
            z_score(arithmetic.z),
            measured(huffman),
            verdict("fail" if failed else arithmetic.verdict, sorted(failed)),
        )
    flips = "1 flip is" if experiment.n == 1 else f"{experiment.n:,} flips are"
    shown = next(run for run, _ in pairs if run.assumed.spec == "H=0.9,T=0.1")
    return Group(
        f"A coin shows heads with probability 0.7, H(P) = {in_bits(experiment.true.entropy)} bits/flip.  Six friends\n"
        f"believe six things.  {flips} drawn, encoded with each belief Q,\n"
        "decoded, and measured, in bits/flip.\n",
        table,
        *_roughness(experiment.runs),
        "",
        "z is the distance from H(P,Q) in standard errors.  With two tokens all of it\n"
        "comes from one number, how many heads fell, so |z| is the same for everyone.",
        "",
        "A wrong belief costs D(P||Q) more per flip on average, and only the true belief\n"
        "reaches H(P).  The friends who were certain (0 and 1) were infinitely surprised;\n"
        "a floor of 1e-10 makes this 33 bits for each surprise.  Huffman's words have\n"
        "whole bits: each of two tokens takes 1 bit, whatever you believe, so a wrong Q\n"
        "can even cost less than H(P,Q).\n",
        f"The friend who believes {_heads(shown)}, arithmetic coder:\n",
        ledger_table(shown.ledger, shown.n, shown.file_bytes),
    )


def _heads(run: Validation) -> str:
    return run.assumed.spec.partition("=")[2].partition(",")[0]
