"""The numbers of the lessons: each is computed, and what can be encoded is.

A lesson is a text with places for numbers and tables (`compress/lessons`); here is what goes there, by name.  A table
is a list of rows, the names of whose cells are the heads of its columns.

Next: `texts` (the words around them).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from compress.coders.catalog import build, choose
from compress.experiments.predict import PairForecast, expected_code
from compress.experiments.trace import Narrowing, trace
from compress.experiments.validate import validate
from compress.probability import information
from compress.probability.distribution import Distribution, Pair
from compress.probability.zeros import ZeroPolicy
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.sources.tokens import tokeniser
from compress.teaching.demo import BELIEFS, FLOOR, TRUTH, demo
from compress.teaching.losses import Facts, learning
from compress.training.weigh import weigh

__all__ = ["LESSONS", "Cells", "Facts"]

Cells = list[dict[str, Any]]

_TOKENS = 100_000
# The codes that the text speaks of.
_FOUR = ("arithmetic", "huffman", "shannon", "fixed")


def surprise() -> Facts:
    """Lesson 1: what one event costs.

    >>> [round(row["surprise"], 2) for row in surprise()["surprises"]][:2]
    [6.64, 4.32]
    """
    chances = ("0.01", "0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.99", "1")
    dice = Distribution.parse("dice:2")
    throws = IidSource(dice).sample(20, generator(1))
    coder = build("arithmetic", dice.weights)
    return {
        "surprises": [{"p": p, **_priced(Fraction(p))} for p in chances],
        "coin": _bits(Fraction(1, 2)),
        "six": _bits(Fraction(1, 6)),
        "both": _bits(Fraction(1, 12)),
        "both_measured": _measured(Fraction(1, 12)),
        "dice": [_beside_two_decimals(token, dice.exact(token)) for token in dice.tokens],
        "throws": " ".join(dice.tokens[symbol] for symbol in throws.tolist()),
        "throws_surprise": coder.ideal_bits(throws),
        "throws_payload": len(coder.encode(throws)),
        "eighth": _bits(Fraction(1, 8)),
        "ten_bits": 2.0**-10,
        "both_rare": _bits(Fraction(1, 4) * Fraction(1, 8)),
        "lottery": _bits(Fraction(1, math.comb(49, 6))),
        "tickets": math.comb(49, 6),
    }


def entropy() -> Facts:
    """Lesson 2: what an event costs on average.

    >>> [round(row["H(P)"], 2) for row in entropy()["things"]]
    [1.0, 0.47, 0.0, 3.27]
    """
    bent, dice = Distribution.parse("H=.9,T=.1"), Distribution.parse("dice:2")
    fair, two_heads = Distribution.parse("H=.5,T=.5"), Distribution.parse("H=1")
    things = {"a fair coin": fair, "a bent coin, 9 to 1": bent, "a coin with two heads": two_heads, "two dice": dice}
    rounded = [round(float(dice.exact(token)), 2) for token in dice.tokens]
    source, prices = IidSource(dice), information.surprise(dice.probabilities)
    throws = source.sample(_TOKENS, generator(0))
    deviation = math.sqrt(information.varentropy(dice.probabilities))
    lengths = [10**power for power in range(1, 6)]
    return {
        "things": [_measured_beside(name, p) for name, p in things.items()],
        "heads": _bits(Fraction(9, 10)),
        "tails": _bits(Fraction(1, 10)),
        "bent": bent.entropy,
        "dice": dice.entropy,
        "rounded_sum": math.fsum(rounded),
        "rounded_entropy": math.fsum(-p * math.log2(p) for p in rounded),
        "coders": [_coded(dice, name) for name in _FOUR],
        "means": [
            {
                "throws": f"{n:,}",
                "mean surprise": float(prices[throws[:n]].mean()),
                "less H(P)": float(prices[throws[:n]].mean()) - dice.entropy,
                "σ/√n": deviation / math.sqrt(n),
            }
            for n in lengths
        ],
        "deviation": deviation,
        "perplexity": information.perplexity(dice.probabilities),
        "most": math.log2(dice.size),
        "die": Distribution.parse("dice:1").entropy,
        "third": Distribution.parse("H=.7,T=.3").entropy,
        "card": math.log2(52),
        "deck": math.log2(math.factorial(52)),
        "two_bent": 2 * bent.entropy,
    }


def cross_entropy() -> Facts:
    """Lesson 3: what it costs to believe something else.

    >>> [round(row["H(P,Q)"], 2) for row in cross_entropy()["friends"]]
    [23.25, 1.72, 1.0, 0.88, 1.1, 9.97]
    """
    p, fond = Distribution.parse(TRUTH), Distribution.parse("H=0.9,T=0.1")
    runs = demo(_TOKENS).experiment.runs[::2]
    there = PairForecast(Pair(p, fond))
    back = PairForecast(Pair(fond, p))
    floor = ZeroPolicy.parse(FLOOR).amount
    # A classifier's beliefs about five pictures: cat, dog, bird.
    beliefs = [(0.7, 0.2, 0.1), (0.1, 0.8, 0.1), (0.3, 0.6, 0.1), (0.05, 0.05, 0.9), (0.5, 0.3, 0.2)]
    labels = [0, 1, 0, 2, 0]
    shares = [beliefs[at][label] for at, label in enumerate(labels)]
    once = weigh(np.array(beliefs), np.array(labels))
    often = weigh(np.array(beliefs * 200), np.array(labels * 200))
    return {
        "friends": [
            {
                "Q(heads)": heads,
                "H(P)": p.entropy,
                "D(P||Q)": run.kl_divergence,
                "H(P,Q)": run.cross_entropy,
                "measured": run.bits_per_token,
            }
            for heads, run in zip((spec.split(",")[0].removeprefix("H=") for spec in BELIEFS), runs, strict=True)
        ],
        "heads": _bits(Fraction(9, 10)),
        "tails": _bits(Fraction(1, 10)),
        "entropy": p.entropy,
        "fond": there.cross_entropy,
        "there": there.kl_divergence,
        "back": back.kl_divergence,
        "floor_bits": -math.log2(float(floor or 0)),
        "certain": runs[0].cross_entropy,
        "labels": [
            {
                "picture": str(number),
                "it is a": ("cat", "dog", "bird")[label],
                "q(cat)": q[0],
                "q(dog)": q[1],
                "q(bird)": q[2],
                "-ln q": -math.log(q[label]),
                "-log2 q": -math.log2(q[label]),
            }
            for number, (q, label) in enumerate(zip(beliefs, labels, strict=True), 1)
        ],
        "nats": -math.fsum(map(math.log, shares)) / len(shares),
        "bits": -math.fsum(map(math.log2, shares)) / len(shares),
        "five": once.loss_bits,
        "five_payload": once.payload_bits,
        "thousand": often.loss_bits,
        "thousand_payload": often.payload_bits,
        "nat": math.log2(math.e),
        "uniform": math.log2(3),
        "ten_classes": math.log(10),
        "loaded": Pair(Distribution.parse("dice:1"), Distribution.parse(_LOADED)).divergence,
        "loaded_total": 600 * Pair(Distribution.parse("dice:1"), Distribution.parse(_LOADED)).divergence,
    }


_LOADED = "1=.1,2=.1,3=.1,4=.1,5=.1,6=.5"


def codes() -> Facts:
    """Lesson 4: words and intervals that cost what surprise says.

    >>> codes()["trap"]["expected"]
    1.0
    """
    even = Distribution.parse("a=1/2,b=1/4,c=1/8,d=1/8")
    dice, bent = Distribution.parse("dice:2"), Distribution.parse("H=.9,T=.1")
    trap = validate(TRUTH, "H=0.2,T=0.8", "huffman", n=_TOKENS)
    steps = trace(tokeniser("chars").split(b"abba"), Distribution.parse("a=3/4,b=1/4"), choose("arithmetic"))
    huffman = expected_code(dice, choose("huffman"))
    return {
        "even": _words(even),
        "even_entropy": even.entropy,
        "dice": _words(dice),
        "dice_expected": huffman.expected,
        "dice_entropy": dice.entropy,
        "bent": [_coded(bent, name) for name in ("huffman", "arithmetic")],
        "bent_entropy": bent.entropy,
        "groups": [{"words": f"{2**size:,}", **_coded(bent, f"block:{size}")} for size in (1, 2, 4, 8)],
        "trap": {"cross_entropy": trap.cross_entropy, "expected": trap.expected_bits_per_token},
        "steps": [
            {"token": step.token, "its part": step.part, "what is left": step.left, "Σ surprise": total}
            for step, total in zip(
                (step for step in steps.encoding if isinstance(step, Narrowing)),
                np.cumsum(steps.prices).tolist(),
                strict=True,
            )
        ],
        "steps_surprise": steps.ideal_bits,
        "steps_payload": steps.payload.to01(),
        "steps_bits": len(steps.payload),
        "kraft_possible": sum(Fraction(1, 1 << length) for length in (1, 2, 3, 3)),
        "kraft_impossible": sum(Fraction(1, 1 << length) for length in (1, 1, 2)),
        "spare": build("huffman", [3, 2, 2]).book.kraft_sum,  # type: ignore[union-attr]  # it sends words
        "thousandth": build("huffman", [999, 1]).surprises.tolist()[0],
        "thousandth_entropy": Distribution.parse("H=.999,T=.001").entropy,
    }


def _bits(p: Fraction) -> float:
    return math.log2(p.denominator) - math.log2(p.numerator)


def _measured(p: Fraction, n: int = 10_000) -> float:
    """Bits a token of n tokens of this probability, really encoded."""
    coder = build("arithmetic", [p.numerator, p.denominator - p.numerator])
    return len(coder.encode(np.zeros(n, np.uint8))) / n


def _priced(p: Fraction) -> dict[str, Any]:
    return {"surprise": _bits(p), "measured": _measured(p)}


def _beside_two_decimals(token: str, p: Fraction) -> dict[str, Any]:
    rounded = Fraction(round(float(p) * 100), 100)
    return {
        "sum": token,
        "ways": f"{36 * p} of 36",
        "p": float(p),
        **_priced(p),
        "p, two decimals": float(rounded),
        "its surprise": _bits(rounded),
    }


def _measured_beside(name: str, p: Distribution) -> dict[str, Any]:
    run = validate(p, n=_TOKENS)
    filled = math.ceil(run.payload_bits / 8)
    return {"thing": name, "H(P)": p.entropy, "measured": run.bits_per_token, "bytes": f"{filled:,}"}


def _coded(p: Distribution, coder: str) -> dict[str, Any]:
    run = validate(p, coder=coder, n=_TOKENS)
    expected = run.expected_bits_per_token
    return {"coder": coder, "H(P)": p.entropy, "expected": expected, "measured": run.bits_per_token}


def _words(p: Distribution) -> Cells:
    book = build("huffman", p.weights).book
    assert book is not None
    surprises: Sequence[float] = information.surprise(p.probabilities).tolist()
    return [
        {"token": token, "p": chance, "surprise": bits, "word": word.to01(), "length": len(word)}
        for token, chance, bits, word in zip(p.tokens, p.probabilities.tolist(), surprises, book.words, strict=True)
        if word is not None
    ]


# By the number that a user writes: the name, and the numbers.
LESSONS: dict[str, Callable[[], Facts]] = {
    "surprise": surprise,
    "entropy": entropy,
    "cross-entropy": cross_entropy,
    "codes": codes,
    "learning": learning,
}
