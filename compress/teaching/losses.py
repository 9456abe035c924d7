"""The figures of the last lesson: a loss is a file size.

Next: `lessons` (all of them).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from compress.models.catalog import recipe_named
from compress.models.sequential import SequentialCoder
from compress.probability import information
from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.teaching.demo import TRUTH
from compress.training.learn import PLANS, learn_coin

__all__ = ["Facts", "learning"]

# What goes into the places of a text, by name.
Facts = Mapping[str, Any]


def learning() -> Facts:
    """Lesson 5: making a belief cheaper.

    >>> round(learning()["curve"][3]["slope"], 6)
    0.0
    """
    p = Distribution.parse(TRUTH)
    made = learn_coin(plan=replace(PLANS["coin"], epochs=8))
    first, last = made.epochs[0].held_out, made.epochs[-1].held_out
    return {
        "curve": [
            {"q": str(q), "H(P,Q)": information.cross_entropy([0.7, 0.3], [q, 1 - q]), "slope": q - 0.7}
            for q in (0.1, 0.3, 0.5, 0.7, 0.9)
        ],
        "entropy": p.entropy,
        "epochs": [
            {
                "epoch": str(epoch.number),
                "loss, nats": epoch.held_out.loss,
                "loss, bits": epoch.held_out.loss_bits / first.n,
                "payload": f"{epoch.held_out.payload_bits:,}",
            }
            for epoch in made.epochs
        ],
        "flips": f"{first.n:,}",
        "first": f"{first.payload_bits:,}",
        "last": f"{last.payload_bits:,}",
        "truth": made.truth,
        "counting": [_counted(n) for n in (10, 100, 1_000, 10_000, 100_000)],
        "gradient": 0.2 - 1,
        "perplexity": 2 ** (3.0 / math.log(2)),
        "three_nats": 3.0 / math.log(2),
        "megabytes": 1e9 * 3.0 / math.log(2) / 8e6,
    }


def _counted(n: int) -> dict[str, Any]:
    """n flips, coded by counting: beside what the best fixed belief would have cost, and half of log2 n."""
    recipe = recipe_named("kt")
    assert recipe is not None
    flips = IidSource(Distribution.parse(TRUTH)).sample(n, generator(0))
    coder = SequentialCoder(recipe.build(2))
    best = n * information.entropy(np.bincount(flips, minlength=2) / n)
    payload = len(coder.encode(flips))
    return {
        "flips": f"{n:,}",
        "payload": f"{payload:,}",
        "n·H(P̂)": best,
        "to learn": coder.ideal_bits(flips) - best,
        "½·log2 n": math.log2(n) / 2,
    }
