"""An experiment that was repeated, as text: coverage, z and verdicts, a histogram of z, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

from rich.console import Group, RenderableType

from compress.experiments.repeat import Repetition, Repetitions
from compress.experiments.scores import CELL
from compress.reports.record import belief_record, distribution_record, libraries, record
from compress.reports.table import Either, coder_name, counted, in_bits, new_table, spec_name
from compress.reports.tables.validation import entropies, folded_name, verdict, z_score

__all__ = ["repetitions_record", "repetitions_report"]

_TEXT_WIDTH = 80
_COVERAGE = ("predicted", "measured", "coverage", "99.9% bound", "passed", "verdict")
_SCORES = ("mean z", "sd z", "2.5%", "50%", "97.5%", "worst seed", "its z")
_QUANTILES = (0.025, 0.5, 0.975)
# Half a standard error a row, as far as any row of a thousand has something in it.
_STEP, _ROWS = 0.5, 8
_ABREAST = 4
_BAR = 100


def repetitions_report(made: Repetitions) -> RenderableType:
    """A row for each Q and coder; then how z fell, beside how a normal one falls."""
    wide = new_table("assumed Q", "coder", *_COVERAGE, *_SCORES, left=2)
    lengths, scores = new_table("assumed Q, coder", *_COVERAGE), new_table("assumed Q, coder", *_SCORES)
    for each in made.each:
        cells = _cells(each)
        wide.add_row(spec_name(each.assumed), coder_name(each.choice.name), *cells)
        name = folded_name(each.assumed, each.choice.name)
        lengths.add_row(name, *cells[: len(_COVERAGE)])
        scores.add_row(name, *cells[len(_COVERAGE) :])
    parts: list[RenderableType] = [
        f"true P   {spec_name(made.true)}   {entropies(made.true, made.chain)}, K = {made.true.size:,}",
        f"streams  {made.runs:,} of {counted(made.n, 'token')}, seeds {made.seed} to {made.seed + made.runs - 1}, "
        f"zeros {made.zeros.spec}; bits/token below\n",
        Either(wide, Group(lengths, "", scores)),
    ]
    shown = [each for each in made.each if each.scores.size]
    for first in range(0, len(shown), _ABREAST):
        parts += ["", _histogram(shown[first : first + _ABREAST])]
    return Group(*parts, *_remarks(made))


def _cells(each: Repetition) -> list[Any]:
    scores, bound = each.scores, each.bound
    some = scores.size > 0
    return [
        in_bits(each.expected_bits_per_token),
        in_bits(each.bits_per_token),
        "-" if each.coverage is None else f"{100 * each.coverage:.1f}%{'~' if each.rough else ''}",
        "-" if bound is None else f"{100 * bound[0]:.1f} to {100 * bound[1]:.1f}",
        f"{each.passed:,}",
        verdict(each.verdict, [f"{name} {count:,}" for name, count in each.failures.items() if count]),
        z_score(scores.mean if some else None),
        f"{scores.variance**0.5:.2f}" if some else "-",
        *(z_score(scores.quantile(share) if some else None) for share in _QUANTILES),
        f"{each.worst_seed}",
        z_score(each.worst_z),
    ]


def _histogram(shown: list[Repetition]) -> RenderableType:
    """The share of z in each half standard error, with a bar where there is one belief only."""
    names = ["z"] if len(shown) == 1 else [folded_name(each.assumed, each.choice.name) for each in shown]
    table = new_table("z from", "to", "normal", *names, left=0)
    if len(shown) == 1:
        table.add_column("")
    edges = [_STEP * row for row in range(-_ROWS, _ROWS + 1)]
    normal = NormalDist()
    for low, high in zip([-9.0, *edges], [*edges, 9.0], strict=True):
        shares = [each.scores.share(low, high) for each in shown]
        if not any(shares) and normal.cdf(high) - normal.cdf(low) < 1e-3:
            continue
        bar = ["━" * round(_BAR * shares[0])] if len(shown) == 1 else []
        ends = ("" if low == -9 else f"{low:+.1f}", "" if high == 9 else f"{high:+.1f}")
        table.add_row(*ends, _percent(normal.cdf(high) - normal.cdf(low)), *map(_percent, shares), *bar)
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _remarks(made: Repetitions) -> list[str]:
    remarks = []
    if any(each.rough for each in made.each):
        remarks.append(
            "~ some intervals have too few surprises: the normal approximation is poor, nothing is promised."
        )
    if made.n == 0:
        remarks.append("- no token was drawn, and so nothing is measured.")
    elif any(not each.scores.size for each in made.each):
        remarks.append("- chance decides nothing here: every token costs the same, or the stream itself told Q.")
    if any(not each.intervals and not each.choice.family.is_ours for each in made.each):
        remarks.append("A coder that states no Q̂ has no interval, because its expected cost is not known.")
    lines = (textwrap.fill(line, _TEXT_WIDTH) for line in remarks)
    return ["", *lines] if remarks else []


def repetitions_record(made: Repetitions) -> dict[str, Any]:
    """The JSON of `codelen validate --repeat`."""
    return record(
        "repeat",
        {
            "seed": made.seed,
            "n": made.n,
            "repetitions": made.runs,
            "zeros": made.zeros.spec,
            "tokens": made.reading.kind.name,
            "normalize": made.reading.normalize,
            "libraries": libraries(),
            "true": {**distribution_record(made.true), "entropy": made.true.entropy, "entropy_rate": made.entropy},
            "runs": [_repetition_record(each) for each in made.each],
            "verdict": made.verdict,
        },
    )


def _repetition_record(each: Repetition) -> Mapping[str, Any]:
    scores = each.scores
    return {
        "assumed": belief_record(each.assumed),
        "coder": each.choice.name,
        "expected_bits_per_token": each.expected_bits_per_token,
        "bits_per_token": each.bits_per_token,
        "passed": each.passed,
        "failures": each.failures,
        "intervals": each.intervals,
        "covered": each.covered,
        "coverage": each.coverage,
        "coverage_bound": each.bound,
        "rough": each.rough,
        "z": {
            "size": scores.size,
            "mean": scores.mean if scores.size else None,
            "variance": scores.variance if scores.size else None,
            "distance_from_normal": scores.distance if scores.size else None,
            "quantiles": {
                str(share): scores.quantile(share) for share in (0.001, 0.025, 0.25, 0.5, 0.75, 0.975, 0.999)
            },
            "cell": CELL,
            "cells": {f"{cell * CELL:.2f}": scores.counts[cell] for cell in sorted(scores.counts)},
        },
        "worst_seed": each.worst_seed,
        "worst_z": each.worst_z,
        "verdict": each.verdict,
    }
