"""The demo: six friends guess how a coin falls, and each guess is encoded for real.

The coin shows heads with probability 0.7.  Each friend believes in another number; the
two who are certain are wrong, and infinitely surprised, so a floor of 10^-10 makes
their belief affordable: tails then cost 33 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from compress.coders.catalog import choose
from compress.experiments.planning import Run
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.probability.distribution import Distribution
from compress.probability.zeros import ZeroPolicy
from compress.shown import Shown
from compress.sources.iid import IidSource

__all__ = ["Demo", "demo"]

TRUTH = "H=0.7,T=0.3"
BELIEFS = ("H=0,T=1", "H=0.2,T=0.8", "H=0.5,T=0.5", "H=0.7,T=0.3", "H=0.9,T=0.1", "H=1,T=0")
CODERS = ("arithmetic", "huffman")
FLOOR = "floor:1e-10"


@dataclass(frozen=True)
class Demo(Shown):
    """What came of it: for each friend a run of the arithmetic coder, then one of Huffman's."""

    _told = ("verdict",)

    experiment: Experiment

    @property
    def verdict(self) -> str | None:
        """Return the verdict of the experiment."""
        return self.experiment.verdict


def demo(
    n: int = 1_000_000,
    seed: int = 0,
    *,
    stops: int = 0,
    watch: Callable[[Iterable[Run]], Iterable[Run]] = iter,
) -> Demo:
    """n flips of the coin, encoded with each friend's belief, by the arithmetic coder and by Huffman's.

    stops: at how many places on the way the mean surprise is told.

    >>> [round(run.cross_entropy, 2) for run in demo(1000).experiment.runs[::2]]
    [23.25, 1.72, 1.0, 0.88, 1.1, 9.97]
    """
    source = IidSource(Distribution.parse(TRUTH))
    beliefs, coders = map(Distribution.parse, BELIEFS), map(choose, CODERS)
    return Demo(
        validate_all(source, [*beliefs], [*coders], n, seed, zeros=ZeroPolicy.parse(FLOOR), stops=stops, watch=watch)
    )
