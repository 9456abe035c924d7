"""What the notebooks are made of: weights as distributions, an experiment, and figures and pictures as HTML.

A notebook asks for these by one name, and is read as a page: what happens in it is here and in what lies below.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape

from compress.coders.catalog import CODERS, choose
from compress.errors import CompressError, SpecError
from compress.experiments.predict import CodeForecast, PairForecast, expected_code
from compress.experiments.trace import Trace, Walked, trace
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.probability.distribution import Distribution, Pair
from compress.reports.displays import as_display
from compress.reports.drawings.intervals import MOST_ROWS, interval_svg
from compress.reports.drawings.trees import tree_svg
from compress.reports.plots.catalog import as_picture
from compress.reports.plots.lab import beliefs_picture, epoch_picture, stack_picture
from compress.reports.table import in_bits
from compress.reports.tables.validation import measured
from compress.sources.iid import IidSource
from compress.sources.tokens import tokeniser, visible
from compress.specs import Reading
from compress.training.epochs import Learning
from compress.training.labelled import BIRDS, learn_birds
from compress.training.learn import PLANS, learn_coin, learn_labels

__all__ = [
    "CODER_NAMES",
    "MOST_ROWS",
    "TOKENS",
    "CompressError",
    "Spelled",
    "bars",
    "beliefs",
    "command",
    "complaint",
    "drawing",
    "epoch_figures",
    "epochs",
    "experiment",
    "figures",
    "figures_of",
    "intervals",
    "learned",
    "ledger",
    "sizes",
    "spelled",
    "stack",
    "tables",
    "tree",
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


@dataclass(frozen=True)
class Spelled:
    """A word through two coders: as an interval, and as words where Q is one for all letters."""

    interval: Trace
    words: Trace | None
    code: CodeForecast | None


def spelled(text: str, assumed: str) -> Spelled:
    """A word of up to 64 letters, coded letter by letter; assumed: a spec.  Raises as `trace` does.

    >>> made = spelled("abracadabra", "empirical")
    >>> len(made.interval.payload), len(made.words.payload)
    (23, 23)
    """
    stream, q = tokeniser("chars").split(text.encode()), Reading().believed(assumed)
    interval = trace(stream, q, choose("arithmetic"))
    if interval.q is None:
        return Spelled(interval, None, None)
    huffman = choose("huffman")
    return Spelled(interval, trace(stream, q, huffman), expected_code(interval.q, huffman))


def learned(task: str, hidden: int, seed: int) -> Learning:
    """Labels of birds, or a coin, learned: each epoch's held-out tokens encoded.

    >>> learned("coin", 0, 0).epochs[0].held_out.payload_bits
    10000
    """
    plan = replace(PLANS[task], hidden=hidden, seed=seed)
    return learn_coin(plan=plan) if task == "coin" else learn_labels(learn_birds(BIRDS, seed), plan)


# ---------------------------------------------------------------- what is shown


def figures(**values: tuple[str, str]) -> str:
    """Tiles side by side: a figure, its unit, and below them its name, which is also the id of its element.

    >>> figures(measured=("1.1031", "bits/token")).count('id="measured"')
    1
    """
    boxes = (
        f'<div><output id="{escape(name)}" style="{_BIG}">{escape(value)}</output> <small>{escape(unit)}</small>'
        f"<div>{escape(name.replace('_', ' '))}</div></div>"
        for name, (value, unit) in values.items()
    )
    return f'<div style="{_BOX}">{"".join(boxes)}</div>'


def figures_of(made: Experiment) -> str:
    """What was predicted of an experiment's run, and what was measured, in bits a token.

    >>> figures_of(experiment(*beliefs([1, 1], [1, 1]), "huffman", 100, 0)).count("1.0000")
    4
    """
    [run] = made.runs
    unit = "bits/token"
    return figures(
        entropy=(in_bits(made.entropy), unit),
        divergence=(in_bits(run.kl_divergence), unit),
        cross_entropy=(in_bits(run.cross_entropy), unit),
        predicted=(in_bits(run.expected_bits_per_token), unit),
        measured=(measured(run), unit),
        verdict=(run.verdict or "nothing measured", ""),
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
    return drawing(as_picture(made, "waterfall", "svg"), "the ledger, term by term") + tables(made)


def sizes(made: Spelled) -> str:
    """What a word costs: as UTF-8 text, its surprise, and with each coder, bits.

    >>> sizes(spelled("abba", "uniform")).count(">4<")
    3
    """
    word = made.interval
    told = {
        "length": (str(len(word.tokens)), "letters"),
        "as_text": (str(8 * len("".join(word.tokens).encode())), "bits"),
        "surprise": (f"{word.ideal_bits:.2f}", "bits"),
        "arithmetic": (str(len(word.payload)), "bits"),
    }
    return figures(**told, **({} if made.words is None else {"huffman": (str(len(made.words.payload)), "bits")}))


def tree(made: Spelled) -> str:
    """Huffman's tree of the word's letters, and the word spelled with its words."""
    if made.words is None or made.code is None:
        return "<p>This Q changes with every letter, so there is no single tree.</p>"
    pairs = (
        f'<div style="text-align:center"><div>{escape(visible(step.token))}</div><code>{step.word or "-"}</code></div>'
        for step in made.words.encoding
        if isinstance(step, Walked)
    )
    row = f'<div id="words" style="display:flex;flex-wrap:wrap;gap:.3em .8em;margin:.6em 0">{"".join(pairs)}</div>'
    return drawing(tree_svg(made.code, follows=False), "the tree of the code") + row


def intervals(made: Spelled, first: int = 0) -> str:
    """The interval that narrows, from a letter on, and the payload that names a point of it."""
    picture = drawing(interval_svg(made.interval, first, follows=False), "the interval, letter by letter")
    bits = made.interval.payload.to01() or "(empty)"
    return f'{picture}<div>payload <code id="payload" style="overflow-wrap:anywhere">{bits}</code></div>'


def epoch_figures(made: Learning, number: int) -> str:
    """An epoch's loss, and the size of its held-out tokens."""
    held = made.epochs[number].held_out
    return figures(
        loss=(f"{held.loss:.4f}", "nats/label"),
        loss_in_bits=(f"{held.loss_bits / held.n:.4f}", "bits/label"),
        held_out=(f"{held.n:,}", "labels"),
        loss_times_labels=(f"{held.loss_bits:,.1f}", "bits"),
        payload=(f"{held.payload_bits:,}", "bits"),
        accuracy=(f"{100 * made.epochs[number].accuracy:.1f}", "%"),
    )


def epochs(made: Learning, number: int) -> str:
    """The picture of all epochs, with one marked."""
    return drawing(epoch_picture(made, number), "the loss of each epoch, and the payload on it")


def tables(record: object) -> str:
    """A record's tables, which may be pulled aside where they have no room."""
    return f'<div style="overflow-x:auto">{as_display(record)}</div>'


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
