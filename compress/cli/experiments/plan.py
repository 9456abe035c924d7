"""Commands about experiments that are still to be made: plan."""

from __future__ import annotations

import math

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import normalize_option, probability, tokens_option, words
from compress.errors import SpecError
from compress.experiments.power import Chances, Plan, tokens_for_divergence, tokens_for_interval, tokens_to_tell
from compress.probability.relative import beside
from compress.sources.tokens import Tokeniser
from compress.specs import Reading, files_of

__all__ = ["plan_command"]


def _bits(text: str) -> float:
    """A positive number of bits."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found < math.inf:
        raise SpecError(f"{text} is no positive number of bits")
    return found


@click.command("plan")
@click.option("--true", "true", metavar="SPEC", help="P: what the tokens will be drawn from.")
@click.option("--assumed", metavar="SPEC", help="Q: what is believed.  [default: P itself]")
@click.option(
    "--power",
    type=words(probability),
    metavar="SHARE",
    default="90%",
    show_default=True,
    help="How often Q is to be refused.",
)
@click.option(
    "--alpha",
    type=words(probability),
    metavar="SHARE",
    default="5%",
    show_default=True,
    help="How often it may be refused where it is true.",
)
@click.option(
    "--within", type=words(_bits), metavar="BITS", help="Also: the price of Q, to so many bits on either side."
)
@click.option("--divergence", type=words(_bits), metavar="BITS", help="Instead of P and Q: how far they are apart.")
@tokens_option
@normalize_option
@export_options("json", "markdown")
def plan_command(
    true: str | None,
    assumed: str | None,
    power: float,
    alpha: float,
    within: float | None,
    divergence: float | None,
    kind: Tokeniser,
    normalize: bool,
    exports: Exports,
) -> None:
    """Say how many tokens answer a question, before any is drawn.

    With --true and --assumed: to tell P from Q.  With --within: to know what Q costs.  With --divergence: to see that
    two near distributions differ, whatever they are.
    """
    asked = Chances(alpha, power)
    if (true is None) == (divergence is None):
        raise SpecError("give --true, or --divergence")
    if divergence is not None:
        if assumed is not None or within is not None:
            raise SpecError("--divergence is about any P and Q: leave out --assumed and --within")
        made = Plan(asked, (tokens_for_divergence(divergence, asked),))
    else:
        assert true is not None
        if assumed is None and within is None:
            raise SpecError("give --assumed, to tell it from P, or --within")
        reading = Reading(kind, normalize)
        p = reading.distribution(true)
        q = p if assumed is None else beside(reading.assumed(assumed), p)
        answers = [] if assumed is None else [tokens_to_tell(p, q, asked)]
        answers += [] if within is None else [tokens_for_interval(p, q, within)]
        made = Plan(asked, tuple(answers), p, q)
    with exports.opened(*files_of(*filter(None, (true, assumed)))) as show:
        show(made)
