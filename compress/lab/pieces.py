"""What the notebooks are made of: weights as distributions, an experiment, and figures and pictures as HTML.

A notebook asks for these by one name, and is read as a page: what happens in it is here and in what lies below.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from fractions import Fraction
from html import escape

from compress.coders.catalog import CODERS, choose
from compress.errors import CompressError, SpecError
from compress.experiments.predict import PairForecast
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.probability.distribution import Distribution, Pair
from compress.reports.displays import as_display
from compress.reports.lab_plots import beliefs_picture, stack_picture
from compress.reports.plots import as_picture
from compress.reports.tables import in_bits
from compress.sources.iid import IidSource

__all__ = [
    "CODER_NAMES",
    "TOKENS",
    "CompressError",
    "bars",
    "beliefs",
    "command",
    "complaint",
    "drawing",
    "experiment",
    "figures",
    "figures_of",
    "ledger",
    "stack",
]

TOKENS = "abcdef"
CODER_NAMES = list(CODERS)

_BOX = "display:flex;flex-wrap:wrap;gap:.5em 1.6em;margin:.6em 0"
_BIG = "font-size:1.35em;font-variant-numeric:tabular-nums"


# ---------------------------------------------------------------- what is computed


def beliefs(true: Sequence[int], assumed: Sequence[int]) -> tuple[Distribution, Distribution]:
    """P and Q in proportion to these weights, over a, b, c, ...; their specs say them.

    A token without weight in both is none.  Raises SpecError where all weights of one are 0.

    >>> [each.spec for each in beliefs([7, 3, 0, 0], [9, 0, 0, 1])]
    ['a=7/10,b=3/10,d=0', 'a=9/10,b=0,d=1/10']
    """
    there = [place for place, pair in enumerate(zip(true, assumed, strict=True)) if any(pair)]
    both = []
    for name, weights in (("P", true), ("Q", assumed)):
        total = sum(weights)
        if not total:
            raise SpecError(f"all weights of {name} are 0: a distribution needs one that is not")
        spec = ",".join(f"{TOKENS[place]}={Fraction(weights[place], total)}" for place in there)
        both.append(Distribution.parse(spec))
    return both[0], both[1]


def experiment(p: Distribution, q: Distribution, coder: str, n: int, seed: int) -> Experiment:
    """n tokens of P, encoded with the code of Q, decoded and counted.

    >>> experiment(*beliefs([1, 1], [1, 1]), "huffman", 100, 0).runs[0].payload_bits
    100
    """
    return validate_all(IidSource(p), [q], [choose(coder)], n, seed)


# ---------------------------------------------------------------- what is shown


def figures(**values: str) -> str:
    """Figures side by side, each with its name below, which is its element's id, too.

    >>> figures(measured="1.1031").count('id="measured"')
    1
    """
    boxes = (
        f'<div><output id="{escape(name)}" style="{_BIG}">{escape(value)}</output>'
        f"<div>{escape(name.replace('_', ' '))}</div></div>"
        for name, value in values.items()
    )
    return f'<div style="{_BOX}">{"".join(boxes)}</div>'


def figures_of(made: Experiment) -> str:
    """What was predicted of an experiment's run, and what was measured, in bits a token.

    >>> figures_of(experiment(*beliefs([1, 1], [1, 1]), "huffman", 100, 0)).count("1.0000")
    4
    """
    [run] = made.runs
    reach = "" if run.ci95 is None else f" ± {(run.ci95[1] - run.ci95[0]) / 2:.4f}"
    return figures(
        entropy=in_bits(made.entropy),
        divergence=in_bits(run.kl_divergence),
        cross_entropy=in_bits(run.cross_entropy),
        predicted=in_bits(run.expected_bits_per_token),
        measured=in_bits(run.bits_per_token) + reach,
        verdict=run.verdict,
    )


def bars(p: Distribution, q: Distribution) -> str:
    """The picture of p and q, and of their surprises."""
    return drawing(beliefs_picture(PairForecast(Pair(p, q))), "p and q of each token, and their surprises")


def stack(made: Experiment) -> str:
    """The picture of entropy and divergence beside what was measured."""
    words = "entropy and divergence, one on the other, beside what was measured with its interval"
    return drawing(stack_picture(made.runs[0], made.entropy), words)


def ledger(made: Experiment) -> str:
    """Where every bit of the file went: the picture, and the tables."""
    tables = f'<div style="overflow-x:auto">{as_display(made)}</div>'
    return drawing(as_picture(made, "waterfall", "svg"), "the ledger, term by term") + tables


def drawing(svg: bytes | str, words: str) -> str:
    """A picture that shrinks where it has no room; words: for who does not see it.

    >>> drawing(b"<?xml ?><svg ></svg>", "a & b")[:56]
    '<div role="img" aria-label="a &amp; b" style="max-width:'
    """
    text = svg.decode() if isinstance(svg, bytes) else svg
    text = text[text.index("<svg") :]
    if 'style="max-width' not in text[:300]:
        text = text.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
    return f'<div role="img" aria-label="{escape(words)}" style="max-width:100%;overflow:hidden">{text}</div>'


def complaint(error: Exception) -> str:
    """What is wrong, in a box.

    >>> complaint(SpecError("a < b")).count("a &lt; b")
    1
    """
    look = "border-left:4px solid #d55e00;padding:.5em .8em;background:#d55e0018"
    return f'<div id="complaint" role="alert" style="{look}">{escape(str(error))}</div>'


def command(*words: object) -> str:
    """What shows the same in a terminal.

    >>> command("trace", "a b")
    '<div>In a terminal: <code>codelen trace &#x27;a b&#x27;</code></div>'
    """
    return f"<div>In a terminal: <code>codelen {escape(shlex.join(map(str, words)))}</code></div>"
