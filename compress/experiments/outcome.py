"""What follows from a file, its coder parsed back, and P: the ledger, and the checks of its code.

Three kinds of Q, by what can be expected of them:

    one for all tokens       H(P,Q̂) a token, and its variance
    a chain                  likewise, of each token after the one before
    made as tokens come      the mean where a closed form has it; else what P's own surprise lets expect

Next: `validate` (the experiment itself).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from compress.coders.protocol import Coder, Static
from compress.experiments import checks
from compress.experiments.planning import Run, Sample, is_forecast, rows_beside
from compress.frames.frame import Frame
from compress.ledger import Ledger
from compress.models.catalog import Recipe
from compress.models.chains import Chained
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import Frequencies, is_price_of
from compress.probability.information import mean, surprise
from compress.probability.moments import Moments
from compress.symbols import Symbols, code_length, histogram

__all__ = ["Judged", "judged", "judged_one"]


@dataclass(frozen=True)
class Judged:
    """What follows from the coder that the file tells of; expected: bits/token."""

    coder: Coder
    moments: Moments | None
    expected: float | None
    ideal: float
    ledger: Ledger
    exact_length: bool | None
    code_price: bool | None
    expectation: bool | None
    path: tuple[tuple[int, float], ...]


def judged(sample: Sample, symbols: Symbols, run: Run, frame: Frame, stops: int) -> Judged:
    """What the file of a run says; symbols: that were encoded."""
    judge = {Distribution: _one, Chain: _chain, Recipe: _learning}[type(run.q)]
    return judge(sample, symbols, run, frame, stops)


def _one(sample: Sample, symbols: Symbols, run: Run, frame: Frame, stops: int) -> Judged:
    """Of one Q for all tokens."""
    return judged_one(sample, symbols, run, frame.header.build(), frame.payload_bits, frame.parts, stops)


def judged_one(
    sample: Sample,
    symbols: Symbols,
    run: Run,
    coder: Static,
    bits: int,
    parts: Mapping[str, int],
    stops: int = 0,
) -> Judged:
    """What follows from a payload of so many bits and what stands around it, where Q is one for all tokens.

    >>> from compress.coders.catalog import choose
    >>> from compress.specs import BARE
    >>> sample = Sample(BARE.source("H=.5,T=.5"), 8, 0)
    >>> fair = sample.source.distribution
    >>> run = Run(fair, fair, choose("huffman"))
    >>> judged_one(sample, sample.stream.symbols, run, run.choice.of(fair.weights), 8, {}).exact_length
    True
    """
    assert isinstance(run.q, Distribution)
    n, p, q, pair = sample.n, run.p, run.q, Pair(run.p, run.q)
    ideal, is_sample = coder.ideal_bits(symbols), sample.source.is_sample
    moments = sample.source.moments(p, coder.surprises)
    ledger = Ledger.account(n, p, q, coder.surprises, ideal, bits, parts, p_is_sample=is_sample)
    return Judged(
        coder,
        moments,
        moments.mean,
        ideal,
        ledger if sample.source.chain is None else ledger.above(sample.source.entropy_bits(n)),
        checks.exact_length(run.choice, coder, pair, symbols, bits),
        checks.code_price(run.choice, coder, pair),
        checks.expectation(moments, ideal, n) if is_forecast(sample, run) else None,
        _path(symbols, coder, stops),
    )


def _chain(sample: Sample, symbols: Symbols, run: Run, frame: Frame, stops: int) -> Judged:
    """Of a Q that depends on the token before."""
    assert isinstance(run.q, Chain)
    n, source, coder = sample.n, sample.source, frame.header.build_sequential()
    p, model = source.chain or Chain.independent(source.distribution), coder.model
    assert isinstance(model, Chained)
    ideal, moments = coder.ideal_bits(symbols), p.moments(model.surprises[:-1])
    entropy, first, believed = source.entropy_bits(n), p.stationary, surprise(run.q.stationary)
    expected = mean(first, model.surprises[-1]) + (n - 1) * moments.mean if n else 0.0
    mismatch = 0.0
    if n and p != run.q:
        mismatch = mean(first, believed) + (n - 1) * p.mean(run.q.prices) - entropy
    ledger = Ledger.undivided(entropy, expected, ideal, frame.payload_bits, frame.parts)
    rows = map(Frequencies, model.frequencies)
    return Judged(
        coder,
        moments,
        expected / n if n else moments.mean,
        ideal,
        replace(ledger, mismatch=mismatch, code=ledger.mismatch - mismatch),
        coder.law(symbols).hold(frame.payload_bits),
        all(map(is_price_of, rows, rows_beside(source, run.q))),
        checks.expectation(moments, ideal, n) if is_forecast(sample, run) else None,
        (),
    )


def _learning(sample: Sample, symbols: Symbols, run: Run, frame: Frame, stops: int) -> Judged:
    """Of a Q that changes.  Where nobody can tell what it is expected to cost, luck is that of P's own surprise."""
    n, source, coder = sample.n, sample.source, frame.header.build_sequential()
    ideal, own, entropy = coder.ideal_bits(symbols), source.surprise_bits(symbols), source.entropy_bits(n)
    told = source.is_sample or source.chain is not None
    forecast = None if told else coder.model.expected_bits(n, run.p.probabilities)
    expected = forecast
    if expected is None:
        # A claim may exclude what came, and then nothing is luck.
        expected = ideal if source.is_sample or math.isinf(own) else ideal - (own - entropy)
    return Judged(
        coder,
        None,
        forecast / n if forecast is not None and n else None,
        ideal,
        Ledger.undivided(entropy, expected, ideal, frame.payload_bits, frame.parts),
        coder.law(symbols).hold(frame.payload_bits),
        None,
        checks.learned_expectation(source.own_moments, own, ideal, n) if is_forecast(sample, run) else None,
        (),
    )


def _path(symbols: Symbols, coder: Static, stops: int) -> tuple[tuple[int, float], ...]:
    """The mean surprise of the first tokens at so many numbers of them, each a like share more than the last."""
    if not stops or not symbols.size:
        return ()
    counts = np.zeros(coder.surprises.size, np.int64)
    path, start = [], 0
    for stop in np.unique(np.geomspace(1, symbols.size, stops).round().astype(int)).tolist():
        counts += histogram(symbols[start:stop], counts.size)
        path.append((stop, code_length(counts, coder.surprises) / stop))
        start = stop
    return tuple(path)
