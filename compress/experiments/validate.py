"""The experiment: draw from P, encode with Q, decode, measure, account for every bit.

    true P ──draw──▶ tokens ──encode──▶ file ──parse──▶ payload ──decode──▶ the same tokens?
                       │                  │                 │
    predicted:         └ H(P), H(P,Q)     └ 8 x bytes       └ bits/token, with a 95% interval

The whole stream is one message and one block.  The file is real: it is written,
parsed back, and what is judged is what was parsed.

Next: `sabotage` (whether its checks can fail).
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from bitarray import bitarray

from compress.coders.catalog import choose
from compress.coders.protocol import Choice, Coder, Static
from compress.errors import CorruptError, SpecError
from compress.experiments import checks
from compress.experiments.checks import Checks
from compress.experiments.claim import ALPHA, Claim, likelihood_ratio_test
from compress.experiments.validation import Experiment, Given, Validation
from compress.frames.coding import write_frame
from compress.frames.files import belief as believed
from compress.frames.frame import Frame, read_frames
from compress.frames.header import NO_LIMITS, Header, Label
from compress.ledger import Ledger
from compress.models.catalog import Belief, Recipe
from compress.probability.distribution import Distribution, Number, Pair
from compress.probability.moments import Moments
from compress.probability.relative import Assumed, Relative, beside
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.sources.iid import IidSource
from compress.sources.protocol import Source, generator
from compress.sources.recorded import ClaimedSource
from compress.sources.tokens import tokeniser
from compress.specs import BARE, Reading
from compress.symbols import Counts, Stream, Symbols, code_length, histogram

__all__ = ["Run", "Sample", "validate", "validate_all"]

_TOKENS_AT_A_TIME = 1 << 20


@dataclass(frozen=True)
class Run:
    """What is to be run: P, Q after its zero policy, a coder, and whether the stream itself told Q."""

    p: Distribution
    q: Belief
    choice: Choice
    q_is_sample: bool = False


@dataclass(frozen=True)
class Sample:
    """A stream drawn once, to be coded many times."""

    source: Source
    n: int
    seed: int

    @cached_property
    def stream(self) -> Stream:
        """The tokens drawn."""
        return Stream(self.source.distribution.tokens, self.source.sample(self.n, generator(self.seed)))

    @cached_property
    def counts(self) -> Counts:
        """How often each token was drawn."""
        return histogram(self.stream.symbols, len(self.stream.tokens))

    def excluded_by(self, q: Distribution) -> str | None:
        """A token that occurs although Q gives it probability 0; None if there is none."""
        counts = histogram(self.stream.over(q.tokens).symbols, q.size)
        pairs = zip(q.tokens, q.weights, counts.tolist(), strict=True)
        return next((token for token, weight, count in pairs if count and not weight), None)

    @cached_property
    def content(self) -> tuple[int, int]:
        """Size and CRC-32 of the stream written one token a line."""
        size, crc = 0, 0
        for start in range(0, self.n, _TOKENS_AT_A_TIME):
            part = Stream(self.stream.tokens, self.stream.symbols[start : start + _TOKENS_AT_A_TIME])
            text = tokeniser("tokens").join(part)
            size, crc = size + len(text), zlib.crc32(text, crc)
        return size, crc


def validate(
    true: Distribution | Source | str | Mapping[str, Number],
    assumed: Distribution | str | Mapping[str, Number] = "true",
    coder: str = "arithmetic",
    n: int = 1_000_000,
    seed: int = 0,
    *,
    zeros: str = "error",
) -> Validation:
    """Draw n tokens from P, encode them with a coder built from Q, and judge what comes out.

    true, assumed: distributions, their specs, dicts of probabilities or Counters; true also a Source.
    Raises SpecError, ZeroProbabilityError or DataError; nothing is drawn before Q was found fit for P.

    >>> run = validate("H=0.7,T=0.3", "H=0.2,T=0.8", "huffman", n=1000)
    >>> run.payload_bits, round(run.cross_entropy, 2), run.verdict
    (1000, 1.72, 'pass')
    """
    if isinstance(true, Distribution | str | Mapping):
        true = IidSource(Distribution.of(true))
    elif not hasattr(true, "sample"):
        raise TypeError(f"P is a distribution or a source of tokens, not {type(true).__name__!r}")
    q = believed(BARE, assumed) if isinstance(assumed, str) else Distribution.of(assumed)
    return validate_all(true, [q], [choose(coder)], n, seed, zeros=ZeroPolicy.parse(zeros)).runs[0]


def validate_all(
    source: Source,
    assumed: Sequence[Assumed | Recipe],
    choices: Sequence[Choice],
    n: int,
    seed: int = 0,
    *,
    zeros: ZeroPolicy = REFUSED,
    alpha: float = ALPHA,
    stops: int = 0,
    reading: Reading = BARE,
    watch: Callable[[Iterable[Run]], Iterable[Run]] = iter,
) -> Experiment:
    """Every assumed Q with every coder on one stream.

    alpha: how seldom a true claim about a stream that is given may be refused.  stops: at how many places on the
    way the mean surprise is told.  reading: how the words for P and Q were read, for the record.  `watch` wraps
    the runs, to show progress.

    >>> source = IidSource(Distribution.parse("dice:2"))
    >>> validate_all(source, [Relative.TRUE, Relative.UNIFORM], [choose("arithmetic")], 500).verdict
    'pass'
    """
    if n < 0:
        raise SpecError(f"n must be 0 or more, not {n}")
    sample = Sample(source, n, seed)
    planned: list[Run] = []
    impossible = []
    claim = None
    if isinstance(source, ClaimedSource):
        claim = likelihood_ratio_test(sample.counts, source.distribution, alpha=alpha, seed=seed)
    for belief in assumed:
        if isinstance(belief, Recipe):
            for choice in choices:
                belief.require(choice)
            planned += [Run(source.distribution, belief, choice) for choice in choices]
            continue
        is_sample = belief is Relative.EMPIRICAL
        q = beside(belief, source.distribution, sample.counts.tolist() if is_sample else None)
        pair = Pair.of(source.distribution, q)
        pair = Pair(pair.p, zeros.apply(pair.q))
        zeros.require(pair.p, pair.q)
        if claim is not None and (token := sample.excluded_by(pair.q)) is not None:
            impossible.append((pair.q, token))
            continue
        for choice in choices:
            choice.family.require(pair)
        planned += [Run(pair.p, pair.q, choice, is_sample) for choice in choices]
    runs = tuple(_run(sample, run, zeros, claim, stops) for run in watch(planned))
    given = None
    if isinstance(source, ClaimedSource) and claim is not None:
        given = Given(source.name, sample.content[1], claim, tuple(impossible))
    return Experiment(source.distribution, seed, n, zeros, runs, reading, given)


def _run(sample: Sample, run: Run, zeros: ZeroPolicy, claim: Claim | None, stops: int) -> Validation:
    stream = sample.stream if isinstance(run.q, Recipe) else sample.stream.over(run.q.tokens)
    data = _write(sample, stream, run, zeros)
    # From here on only what the file says counts.
    frame = next(read_frames(io.BytesIO(data), NO_LIMITS))
    payload = sum((block.payload for block in frame.blocks), bitarray(endian="big"))
    judge = _judge_learning if isinstance(run.q, Recipe) else _judge
    made = judge(sample, stream.symbols, run, frame, stops)
    return Validation(
        p=run.p,
        assumed=run.q,
        choice=run.choice,
        n=sample.n,
        is_forecast=_is_forecast(sample, run),
        moments=made.moments,
        expected_bits_per_token=made.expected,
        ideal_bits=made.ideal,
        payload_bits=frame.payload_bits,
        file_bytes=len(data),
        ledger=made.ledger,
        blocks=frame.block_count,
        checks=Checks(
            round_trip=checks.round_trip(
                stream.symbols,
                *(_decoded(made.coder, bits, sample.n) for bits in (payload, payload + _random_bits(sample.seed))),
            ),
            exact_length=made.exact_length,
            code_price=made.code_price,
            expectation=made.expectation,
            accounting=checks.accounting(made.ledger, len(data)),
            claim=None if claim is None else claim.passed,
        ),
        path=made.path,
    )


@dataclass(frozen=True)
class _Judged:
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


def _is_forecast(sample: Sample, run: Run) -> bool:
    """Whether there is something to expect: a P and a Q that did not look at the stream."""
    return sample.n > 0 and not (sample.source.is_sample or run.q_is_sample)


def _judge(sample: Sample, symbols: Symbols, run: Run, frame: Frame, stops: int) -> _Judged:
    """Of one Q for all tokens."""
    assert isinstance(run.q, Distribution)
    n, p, q, coder, pair = sample.n, run.p, run.q, frame.header.build(), Pair(run.p, run.q)
    ideal, is_sample, bits = coder.ideal_bits(symbols), sample.source.is_sample, frame.payload_bits
    moments = Moments.of(p, coder.surprises)
    return _Judged(
        coder,
        moments,
        moments.mean,
        ideal,
        Ledger.account(n, p, q, coder.surprises, ideal, bits, frame.parts, p_is_sample=is_sample),
        checks.exact_length(run.choice, coder, pair, symbols, bits),
        checks.code_price(run.choice, coder, pair),
        checks.expectation(moments, ideal, n) if _is_forecast(sample, run) else None,
        _path(symbols, coder, stops),
    )


def _judge_learning(sample: Sample, symbols: Symbols, run: Run, frame: Frame, stops: int) -> _Judged:
    """Of a Q that changes.  Where nobody can tell what it is expected to cost, luck is that of P's own surprise."""
    n, source, coder = sample.n, sample.source, frame.header.build_sequential()
    ideal, own, entropy = coder.ideal_bits(symbols), source.surprise_bits(symbols), source.entropy_bits(n)
    mean = None if source.is_sample else coder.model.expected_bits(n, run.p.probabilities)
    expected = mean
    if expected is None:
        # A claim may exclude what came, and then nothing is luck.
        expected = ideal if source.is_sample or math.isinf(own) else ideal - (own - entropy)
    return _Judged(
        coder,
        None,
        mean / n if mean is not None and n else None,
        ideal,
        Ledger.undivided(entropy, expected, ideal, frame.payload_bits, frame.parts),
        coder.law(symbols).hold(frame.payload_bits),
        None,
        checks.learned_expectation(source.own_moments, own, ideal, n) if _is_forecast(sample, run) else None,
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


def _decoded(coder: Coder, payload: bitarray, n: int) -> Symbols | None:
    """The symbols of a payload; None if it cannot be decoded."""
    try:
        return coder.decode(payload, n)
    except CorruptError:
        return None


def _write(sample: Sample, stream: Stream, run: Run, zeros: ZeroPolicy) -> bytes:
    """The stream as a file of one block, one token a line once it is decoded."""
    q, (content_bytes, content_crc) = run.q, sample.content
    if isinstance(q, Recipe):
        label, table = Label.of(q.spec, zeros, ()), q.table(len(stream.tokens))
    else:
        label, table = Label.of(q.spec, zeros, q.weights), run.choice.fit(q.weights)
    header = Header(run.choice, tokeniser("tokens"), stream.tokens, table, sample.n, content_bytes, label)
    file = io.BytesIO()
    write_frame(file, header, stream.symbols, content_crc, block_tokens=max(sample.n, 1))
    return file.getvalue()


def _random_bits(seed: int) -> bitarray:
    """Bits that may follow a payload: as good as any, and the same every time."""
    bits = bitarray(endian="big")
    bits.frombytes(generator(seed).random_raw(8).tobytes())
    return bits
