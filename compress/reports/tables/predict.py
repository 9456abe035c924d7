"""Distributions and codes as text: what can be said of them without drawing a token."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from rich.console import Group, RenderableType

from compress.coders.protocol import Merge
from compress.coders.words.codebook import Codebook
from compress.experiments.comparison import Coders
from compress.experiments.predict import CodeForecast, Forecast, PairForecast, Surprises
from compress.probability.distribution import Distribution
from compress.reports.table import (
    coder_name,
    counted,
    in_bits,
    new_table,
    spec_name,
    summary_table,
)
from compress.sources.tokens import visible

__all__ = [
    "code_report",
    "coders_report",
    "distribution_report",
    "pair_report",
    "surprise_report",
    "tree_lines",
]

# Beyond this many rows a table of tokens says how many it leaves out.
ROWS = 40
# Columns of what is said of a coder, and of a number.
_SAID, _NUMBER = 48, 24


def surprise_report(bare: Surprises) -> RenderableType:
    """Bare probabilities and their surprises."""
    table = new_table("p", "surprise", left=0)
    for word, surprise in zip(bare.words, bare.values, strict=True):
        table.add_row(word, in_bits(surprise, 2))
    return table


def coders_report(made: Coders) -> RenderableType:
    """A row for each coder: its year, its cost on this distribution, what it guarantees, and when to use it."""
    table = new_table("coder", "year", "bits/token", "what it guarantees, and when to use it", left=1)
    table.columns[3].justify, table.columns[3].no_wrap = "left", False
    for choice, cost, why in made.costs:
        family = choice.family
        told = (family.summary, f"use: {family.use}", f"refused: {why}" if why else "")
        said = "\n".join(textwrap.fill(text, _SAID) for text in told if text)
        table.add_row(coder_name(choice.name), str(family.year or "-"), in_bits(cost), said)
    head = (
        f"P = Q = {spec_name(made.p)}, H(P) = {in_bits(made.p.entropy)} bits/token: the expected cost of each coder\n"
    )
    return Group(head, table)


def _shown(size: int, everything: bool) -> range:
    return range(size if everything else min(size, ROWS))


def _left_out(size: int, everything: bool, what: str = "token") -> list[RenderableType]:
    hidden = size - len(_shown(size, everything))
    if hidden == 1:
        return [f"... and 1 more {what}; --all shows it"]
    return [f"... and {hidden:,} more {what}s; --all shows them"] if hidden else []


def distribution_report(forecast: Forecast, *, everything: bool = False) -> RenderableType:
    """Tokens with probability and surprise, then the averages."""
    p, unit = forecast.p, _unit(forecast.base)
    table = new_table("token", "p", "surprise")
    for i in _shown(p.size, everything):
        table.add_row(visible(p.tokens[i]), f"{p.probabilities[i]:.6g}", in_bits(forecast.surprises[i], 2))
    summary = [
        ("K", counted(p.size, "token")),
        ("H(P)", f"{_number(forecast.entropy)} {unit}/token"),
        ("log K", f"{_number(forecast.largest_entropy)} {unit}/token, the most that K tokens can have"),
        ("perplexity", f"{_number(forecast.perplexity)}, as surprising as so many equally likely tokens"),
        ("varentropy", f"{_number(forecast.varentropy)} {unit}², the variance of the surprise"),
    ]
    if forecast.density_entropy is not None:
        density = f"{_number(forecast.density_entropy)} {unit}/token, what the density lets expect of cells of width s"
        summary.insert(2, ("h - log s", density))
    return Group(table, *_left_out(p.size, everything), "", summary_table(summary))


def pair_report(forecast: PairForecast, *, everything: bool = False) -> RenderableType:
    """Tokens with both probabilities and what each adds, then the averages."""
    p, q, unit = forecast.pair.p, forecast.pair.q, _unit(forecast.base)
    table = new_table("token", "p", "q", "-log q", "adds to H(P,Q)", "adds to D(P||Q)")
    for i in _shown(p.size, everything):
        table.add_row(
            visible(p.tokens[i]),
            f"{p.probabilities[i]:.6g}",
            f"{q.probabilities[i]:.6g}",
            *(in_bits(values[i]) for values in (forecast.prices, forecast.costs, forecast.excesses)),
        )
    summary = [
        ("H(P)", f"{_number(forecast.entropy)} {unit}/token, the floor"),
        ("D(P||Q)", f"{_number(forecast.kl_divergence)} {unit}/token, the price of believing Q"),
        ("H(P,Q)", f"{_number(forecast.cross_entropy)} {unit}/token, what a code for Q costs"),
        ("D(Q||P)", f"{_number(forecast.reverse_kl_divergence)} {unit}/token, the other way round"),
        ("JS(P,Q)", f"{_number(forecast.js_divergence)} {unit}"),
        ("perplexity", _number(forecast.perplexity)),
    ]
    return Group(table, *_left_out(p.size, everything), "", summary_table(summary))


def _unit(base: float) -> str:
    return {2: "bits", math.e: "nats"}.get(base, f"base-{base:g} units")


def _number(value: float) -> str:
    if math.isinf(value):
        return "inf"
    # What four decimals would call 0, and is not, is written out.
    return f"{value:.4g}" if 0 < abs(value) < 5e-5 else f"{value:.4f}"


def code_report(forecast: CodeForecast, *, everything: bool = False) -> RenderableType:
    """Each token's q, surprise, length (or price), Q̂ = 2^-length and word, the tree of a small code, the averages.

    Where P is one of its own also p, and what the token adds to E_P[length].
    """
    p, q, prices, book = forecast.pair.p, forecast.pair.q, forecast.coder.surprises, forecast.coder.book
    length = "length" if book else "price"
    of_p = ["p", f"p·{length}"] if forecast.own_p else []
    token = "token" if forecast.group == 1 else "tokens"
    table = new_table(token, "q", "surprise", length, "Q̂", *of_p, *(["word"] if book else []))
    if book:
        # A long word goes on in the next line.
        table.columns[-1].justify, table.columns[-1].no_wrap = "left", False
    for i in _shown(q.size, everything):
        cells = [visible(q.tokens[i]), f"{q.probabilities[i]:.6g}", in_bits(forecast.surprises[i])]
        cells += [in_bits(prices[i], 0 if book else 4), f"{2.0 ** -prices[i]:.6g}"]
        if forecast.own_p:
            chance = p.probabilities[i]
            cells += [f"{chance:.6g}", in_bits(chance * prices[i] if chance else 0.0)]
        if book:
            word = book.words[i]
            cells.append("-" if word is None else word.to01() or "(empty)")
        table.add_row(*cells)
    summary = [
        ("E[price]", f"{_number(forecast.expected)} bits/token"),
        ("H(P)", f"{_number(forecast.entropy)} bits/token"),
        ("H(P,Q)", f"{_number(forecast.cross_entropy)} bits/token"),
        ("redundancy", f"{_number(forecast.redundancy)} bits/token above H(P)"),
        *_said_of(forecast),
    ]
    parts: list[RenderableType] = [table, *_left_out(q.size, everything), "", summary_table(summary)]
    if forecast.merges is not None:
        said = "The depth of a token is the length of its word; the words themselves are the canonical ones."
        parts += ["", _merged(forecast.merges, q, everything), "", said]
    if book is not None and 1 < q.size <= ROWS:
        parts += ["", *tree_lines(book, q.tokens)]
    return Group(*parts)


def _said_of(forecast: CodeForecast) -> list[tuple[str, str]]:
    choice, book, parameter = forecast.choice, forecast.coder.book, forecast.coder.facts.get("parameter")
    if book is None:
        return [("Q̂", choice.family.q_hat)]
    completeness = ", complete" if book.is_complete else ", so some strings of bits mean nothing"
    lines = [("Kraft sum", f"{book.kraft_text(_NUMBER)}{completeness}"), ("longest", f"{book.longest} bits")]
    if choice.family.parameter is not None and parameter not in (None, choice.parameter):
        lines.append((choice.family.parameter.letter, f"{parameter}, the best for this Q"))
    elif not choice.family.takes_q:
        lines.append(("Q", "does not change the words: they depend only on the token's place"))
    return lines


def _merged(merges: Sequence[Merge], q: Distribution, everything: bool) -> RenderableType:
    """Each two that were put together, with their weights; what became of them has a number."""
    names = [*map(visible, q.tokens), *(f"●{step}" for step in range(1, len(merges) + 1))]
    weight_of = [*q.weights]
    table = new_table("step", "lightest", "q", "and", "q", "become", "q", left=0)
    for column in (1, 3, 5):
        table.columns[column].justify = "left"
    for merge in merges:
        weight_of.append(weight_of[merge.first] + weight_of[merge.second])
    for step in _shown(len(merges), everything):
        cells = [(names[node], f"{weight_of[node] / q.total:.6g}") for node in merges[step]]
        table.add_row(str(step + 1), *(word for cell in cells for word in cell))
    return Group(table, *_left_out(len(merges), everything, "step"))


def tree_lines(book: Codebook, tokens: Sequence[str]) -> list[str]:
    r"""The code as a tree lying on its side: 0 goes up, 1 goes down.

    >>> print("\n".join(tree_lines(Codebook.of([1, 2, 2]), "abc")))
    ●
    ├0─ a  0
    └1─ ●
        ├0─ b  10
        └1─ c  11
    """
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
