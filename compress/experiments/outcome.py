"""What follows from a file, its coder parsed back, and P: the ledger, and the checks of its code.

Which kind of belief it is does not matter here: it tells by itself what it lets expect.

Next: `validate` (the experiment itself).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.belief.protocol import Sent
from compress.coders.protocol import Coder
from compress.experiments import checks
from compress.experiments.planning import Run, Sample, is_forecast
from compress.ledger import Ledger
from compress.probability.moments import Moments
from compress.symbols import Symbols, code_length, histogram

__all__ = ["Assessment", "assessed", "path"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Assessment:
    """What follows from the coder that the file tells of; expected: bits/token."""

    coder: Coder
    moments: Moments | None
    expected: float | None
    ideal: float
    ledger: Ledger
    exact_length: bool | None
    code_price: bool | None
    expectation: bool | None


def assessed(
    sample: Sample, run: Run, coder: Coder, symbols: Symbols, payload_bits: int, parts: Mapping[str, int]
) -> Assessment:
    """What follows from a payload of so many bits and what stands around it.

    coder: as it was parsed back.  symbols: what was encoded.

    >>> from compress.belief.one import One
    >>> from compress.coders.catalog import choose
    >>> from compress.specs import BARE
    >>> sample = Sample(BARE.source("H=.5,T=.5"), 8, 0)
    >>> fair = sample.source.distribution
    >>> run = Run(fair, One(fair), choose("huffman"))
    >>> assessed(sample, run, run.choice.of(fair.weights), sample.stream.symbols, 8, {}).exact_length
    True
    """
    source, belief, n, ideal = sample.source, run.belief, sample.n, coder.ideal_bits(symbols)
    moments, law = belief.moments(source, run.p, coder), belief.law(run.choice, coder, run.p, symbols)
    drawn = sample.stream.symbols
    expected, expectation = belief.expected(source, run.p, coder, n, moments), None
    if is_forecast(sample, run):
        if moments is not None:
            expectation = checks.expectation(moments, ideal, n)
        else:
            expectation = checks.learned_expectation(source.own_moments, source.surprise_bits(drawn), ideal, n)
    return Assessment(
        coder,
        moments,
        expected,
        ideal,
        belief.ledger(source, run.p, Sent(coder, drawn, symbols, ideal, payload_bits, parts, expected)),
        checks.within(law, payload_bits),
        belief.price(run.choice, coder, source, run.p),
        expectation,
    )


def path(symbols: Symbols, prices: Vector | None, stops: int) -> tuple[tuple[int, float], ...]:
    """The mean surprise of the first tokens at so many numbers of them, each a like share more than the last.

    prices: -log2 q̂ of each token, bits, shape (K,); without any there is no path.

    >>> path(np.array([0, 0, 1, 1], np.uint8), np.array([1.0, 2.0]), 3)
    ((1, 1.0), (2, 1.0), (4, 1.5))
    """
    if not stops or not symbols.size or prices is None:
        return ()
    counts = np.zeros(prices.size, np.int64)
    points, start = [], 0
    for stop in np.unique(np.geomspace(1, symbols.size, stops).round().astype(int)).tolist():
        counts += histogram(symbols[start:stop], counts.size)
        points.append((stop, code_length(counts, prices) / stop))
        start = stop
    return tuple(points)
