"""Commands that measure: demo, validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.helping import Help, help_options
from compress.cli.options import (
    COUNT,
    OUTSIDE,
    PIPE,
    coders_option,
    limits_options,
    normalize_option,
    probability,
    reading_input,
    seed_option,
    tokens_option,
    watched,
    words,
    zeros_option,
)
from compress.coders.family import Choice
from compress.errors import SpecError
from compress.experiments.claim import ALPHA
from compress.experiments.sabotage import BREAKS, Break, sabotage
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.foreign.choice import at_work, chosen
from compress.foreign.limits import Allowance
from compress.models.catalog import usages
from compress.probability.zeros import ZeroPolicy
from compress.sources.protocol import Source
from compress.sources.recorded import ClaimedSource, StreamSource
from compress.sources.tokens import Tokeniser
from compress.specs import Reading, files_of
from compress.teaching.demo import demo

if TYPE_CHECKING:
    from compress.experiments.repeat import Repetitions

__all__ = ["demo_command", "validate_command"]


# The pictures of an experiment; z is that of one which is repeated.
RUN_PLOTS = ("measured", "funnel", "waterfall")
# At how many places on its way a mean is drawn.
_STOPS = 200


@click.command("demo")
@click.option("-n", "n", type=COUNT, metavar="N", default=1_000_000, show_default=True, help="Flips.")
@seed_option
@export_options("json", "csv", "markdown", "html", plots=RUN_PLOTS)
@click.pass_context
def demo_command(ctx: click.Context, n: int, seed: int, exports: Exports) -> None:
    """Six friends guess how a coin falls, and each guess is encoded for real.

    The coin shows heads with probability 0.7.  Its flips are encoded by the arithmetic coder and by
    Huffman's with each friend's belief, decoded, and compared with the cross-entropy.
    Exit status 3 if any check fails.
    """
    with exports.opened() as show:
        demonstration = demo(n, seed, stops=_stops(exports), watch=lambda runs: watched(runs, "encoding"))
        show(demonstration)
    ctx.exit(3 if demonstration.verdict == "fail" else 0)


@click.command("validate")
@click.option("--true", "true", metavar="SPEC", required=True, help="P: what the tokens are drawn from.")
@click.option(
    "--assumed",
    metavar="SPEC",
    multiple=True,
    default=("true",),
    help=f"Q: a distribution, or true, uniform, empirical; {usages()} (counted on the way).  "
    "May be repeated.  [default: true]",
)
@coders_option("arithmetic", choose=chosen, more=OUTSIDE)
@limits_options()
@click.option("-n", "n", type=COUNT, metavar="N", help="Tokens to draw.  [default: 1000000, or all of a file:PATH]")
@click.option("--stream", metavar="FILE", help="Tokens that are given: P is a claim about them.  - is standard input.")
@click.option(
    "--alpha",
    type=words(probability),
    metavar="SHARE",
    help=f"With --stream: the probability with which a true claim is refused, at most.  [default: {ALPHA}]",
)
@click.option("--independent", is_flag=True, help="With --stream: also test that no token depends on the one before.")
@click.option(
    "--repeat",
    "repetitions",
    type=COUNT,
    metavar="R",
    help="Repeat the experiment with the seeds N, N+1, ..., R times in all.",
)
@click.option(
    "--break",
    "broken",
    type=words(sabotage),
    metavar="HOW",
    help=f"Do one thing wrong on purpose, to see a check fail: {', '.join(BREAKS)}.",
)
@tokens_option
@normalize_option
@zeros_option
@help_options
@seed_option
@export_options("json", "csv", "markdown", "html", plots=(*RUN_PLOTS, "z"))
@click.pass_context
def validate_command(
    ctx: click.Context,
    true: str,
    assumed: tuple[str, ...],
    choices: tuple[Choice, ...],
    limits: Allowance,
    n: int | None,
    stream: str | None,
    alpha: float | None,
    independent: bool,
    repetitions: int | None,
    broken: Break | None,
    kind: Tokeniser,
    normalize: bool,
    zeros: ZeroPolicy,
    helped: Help,
    seed: int,
    exports: Exports,
) -> None:
    """Draw tokens from P, encode them with coders built from Q, decode, and account for every bit.

    \b
    Seven checks make the verdict:
      round_trip    the payload decodes to the message, whatever bits follow it
      exact_length  the payload is as long as theory says for this very message
      code_price    the code in the file is one that Q leads to
      expectation   the mean surprise is near H(P, Q̂), by Bernstein's inequality
      accounting    the ledger sums to the size of the file
      claim         with --stream: the tokens may have come from P
      honest        somebody else's coder: the payload is not too short to be true

    With --true file:PATH and no -n the file's tokens are the stream, and P is its own P̂; with -n they are
    drawn from P̂ independently.  With --stream FILE nothing is drawn: the tokens are the file's, and whether P
    may be their source is tested by the likelihood ratio of their counts, with --independent of their pairs,
    too.  Exit status 3 if any check fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    _require_sense(
        (stream is not None or alpha is None, "--alpha is about a claim: give the tokens with --stream"),
        (stream is not None or not independent, "--independent is about a claim: give the tokens with --stream"),
        (stream is None or repetitions is None, "--repeat draws new tokens each time: leave out --stream"),
        (stream is None or n is None, "-n is for tokens that are drawn: leave it out with --stream"),
        (
            exports.plot_kind is None or (exports.plot_kind == "z") == (repetitions is not None),
            "--plot-kind z goes with --repeat, which has no other picture",
        ),
        (broken is None or repetitions is None, "--break does not go with --repeat"),
    )
    choices = tuple(chosen(choice, limits) for choice in choices)
    inputs = [*files_of(true, *assumed), *([] if stream is None else [stream])]
    with at_work(choices), exports.opened(*inputs) as show:
        reading = Reading(kind, normalize)
        source = _source(reading, true, stream, whole=n is None)
        beliefs = [reading.believed(spec) for spec in assumed]
        if n is None:
            n = source.stream.symbols.size if isinstance(source, StreamSource | ClaimedSource) else 1_000_000
        if broken is not None:
            source, choices = broken.source(source), broken.choices(choices, beliefs)
        how: dict[str, Any] = {"zeros": zeros, "reading": reading}
        made: Experiment | Repetitions
        try:
            if repetitions is None:
                how |= {
                    "alpha": ALPHA if alpha is None else alpha,
                    "independent": independent,
                    "stops": _stops(exports),
                }
                how |= {"watch": lambda runs: watched(runs, "encoding")}
                made = validate_all(source, beliefs, choices, n, seed, **how)
            else:
                how |= {"watch": lambda seeds: watched(seeds, "repeating")}
                from compress.experiments.repeat import repeat

                # Somebody else's coder has processes of its own.
                alone = not all(choice.family.is_ours for choice in choices)
                with helped.at_hand(alone=alone) as executor:
                    made = repeat(source, beliefs, choices, n, repetitions, seed, executor=executor, **how)
        except MemoryError:
            raise SpecError(f"-n {n} tokens do not fit in memory as one message") from None
        if broken is not None and isinstance(made, Experiment):
            made = broken.after(made)
        show(made)
    ctx.exit(3 if made.verdict == "fail" else 0)


def _require_sense(*conditions: tuple[bool, str]) -> None:
    """Raise SpecError with the words of the first condition that does not hold."""
    for holds, message in conditions:
        if not holds:
            raise SpecError(message)


def _stops(exports: Exports) -> int:
    return _STOPS if exports.plot_kind == "funnel" or "html" in exports.targets else 0


def _source(reading: Reading, true: str, stream: str | None, *, whole: bool) -> Source:
    """P that is drawn from; a file that is its own P; or a stream that P is a claim about."""
    if stream is None:
        return reading.source(true, whole=whole)
    with reading_input(stream) as file:
        return reading.claimed(true, file, "standard input" if stream == PIPE else stream)
