"""What a claim about a stream came to, in words."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator

from rich.text import Text

from compress.errors import quoted
from compress.experiments.claim import Claim
from compress.experiments.validation import ClaimedStream
from compress.probability.distribution import Distribution
from compress.reports.table import counted, in_bits, spec_name

__all__ = ["claimed"]

_TEXT_WIDTH = 80


def claimed(given: ClaimedStream, true: Distribution) -> Iterator[Text]:
    """What the claims came to, in words."""
    claim, order = given.claim, given.order
    tokens = f"{'this' if claim.n == 1 else 'these'} {counted(claim.n, 'token')}"
    if claim.excluded is not None:
        said = f"claim: P excludes token {quoted(claim.excluded)}, and it occurs: an infinite surprise, p = 0"
    elif claim.p_value is None:
        said = f"claim: nothing can refute it, because P has only one token; {tokens} waste nothing"
    else:
        together = "" if claim.cells == claim.tokens else f"; the rarest tokens put together, {claim.cells:,} cells"
        said = f"claim: {tokens} waste {_luck(claim, spec_name(true), claim.cells - 1, together)}"
    yield from _verdict_of(claim, said)
    if order is None:
        if claim.passed:
            yield Text("It is about counts: the order of the tokens plays no part in it.")
    elif order.method == "excluded":
        yield Text("order: not tested, because P excludes a token that occurs")
    elif order.p_value is None:
        yield Text("order: not tested, for too few pairs of tokens are expected to tell two kinds apart")
    else:
        kinds = math.isqrt(order.cells)
        together = "" if kinds == order.tokens else f"; the rarest tokens put together, {kinds:,} kinds"
        spent = _luck(order, "it", kinds * (kinds - 1), together)
        yield from _verdict_of(
            order, f"order: if P holds whatever came before, {counted(order.n, 'pair')} waste {spent}"
        )
    for q, token in given.impossible:
        line = f"nothing was coded with Q = {spec_name(q)}: it excludes {quoted(token)} too, and every word is finite"
        yield Text(textwrap.fill(line, _TEXT_WIDTH))


def _luck(claim: Claim, under: str, freedom: int, together: str) -> str:
    """How much is wasted, and how much of that luck explains."""
    # What is smaller than every float is not 0.
    chance = f"= {claim.p_value:.2g}" if claim.p_value else "< 1e-300"
    how = {
        "chi-square": f"chi-square law, {freedom:,} degrees of freedom",
        "draws": f"{claim.draws:,} streams drawn from P",
        "types": f"at most: none of {claim.draws:,} streams drawn from P wastes as much",
    }
    return (
        f"{in_bits(claim.waste, 1)} bits under {under}; tokens that P draws waste {in_bits(claim.expected_waste, 1)} "
        f"on average, and this much or more with p {chance} ({how[str(claim.method)]}{together})"
    )


def _verdict_of(claim: Claim, said: str) -> Iterator[Text]:
    yield Text(textwrap.fill(said, _TEXT_WIDTH))
    if claim.passed is False:
        yield Text(f"p is below {claim.alpha:g}: the claim fails", style="bold red")
    elif claim.passed:
        yield Text(f"p is not below {claim.alpha:g}: the claim stands", style="green")
