"""The experiment: draw from P, encode with Q, decode, measure, account for every bit.

    true P ──draw──▶ tokens ──encode──▶ file ──parse──▶ payload ──decode──▶ the same tokens?
                       │                  │                 │
    predicted:         └ H(P), H(P,Q)     └ 8 x bytes       └ bits/token, with a 95% interval

The whole stream is one message and one block.  The file is real: it is written,
parsed back, and what is assessed is what was parsed.

Next: `sabotage` (whether its checks can fail).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from bitarray import bitarray

from compress.belief.kinds import Believed, assumption
from compress.coders.family import Choice
from compress.errors import CorruptError, SpecError
from compress.experiments import checks
from compress.experiments.checks import Checks
from compress.experiments.claim import ALPHA, Claim, likelihood_ratio_test
from compress.experiments.order import order_test
from compress.experiments.outcome import Assessment, assessed, path
from compress.experiments.planning import Run, Sample, is_forecast
from compress.experiments.validation import ClaimedStream, Experiment, Validation
from compress.foreign.choice import at_work, chosen
from compress.foreign.limits import Allowance
from compress.frames.coding import write_frame
from compress.frames.decoding import Decoder
from compress.frames.files import header_of
from compress.frames.format import PARTS
from compress.frames.frame import Block, read_frames
from compress.frames.header import NO_LIMITS, Header
from compress.probability.distribution import Distribution
from compress.probability.exact import Number
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.sources.iid import IidSource
from compress.sources.protocol import Source, generator
from compress.sources.recorded import ClaimedSource
from compress.sources.tokens import tokeniser
from compress.specs import BARE, Reading
from compress.symbols import Stream, Symbols

__all__ = ["validate", "validate_all"]


def validate(
    true: Distribution | Source | str | Mapping[str, Number],
    assumed: Distribution | str | Mapping[str, Number] = "true",
    coder: str | Any = "arithmetic",
    n: int = 1_000_000,
    seed: int = 0,
    *,
    zeros: str = "error",
    timeout: float = Allowance.timeout,
    max_memory: int = Allowance.max_memory,
) -> Validation:
    """Draw n tokens from P, encode them with a coder built from Q, decode them, and check the result.

    true, assumed: distributions, their specs, dicts of probabilities or Counters; true may also be a Source.
    coder: the name of one of our coders, or somebody else's coder, as `foreign.choice.chosen` takes it; `timeout`
    limits each of its calls, in seconds, and `max_memory` its process, in bytes.
    Raises SpecError, ZeroProbabilityError or DataError; nothing is drawn before Q was found to fit P.

    >>> run = validate("H=0.7,T=0.3", "H=0.2,T=0.8", "huffman", n=1000)
    >>> run.payload_bits, round(run.cross_entropy, 2), run.verdict
    (1000, 1.72, 'pass')
    """
    if isinstance(true, str):
        true = BARE.source(true)
    elif isinstance(true, Distribution | Mapping):
        true = IidSource(Distribution.of(true))
    elif not hasattr(true, "sample"):
        remedy = "; a distribution names its tokens: {'a': 0.7, 'b': 0.3}" if isinstance(true, Iterable) else ""
        raise TypeError(f"P is a distribution or a source of tokens, not {type(true).__name__!r}{remedy}")
    q = BARE.believed(assumed) if isinstance(assumed, str) else Distribution.of(assumed)
    choices = [chosen(coder, Allowance(timeout, max_memory))]
    with at_work(choices):
        return validate_all(true, [q], choices, n, seed, zeros=ZeroPolicy.parse(zeros)).runs[0]


def validate_all(
    source: Source,
    assumed: Iterable[Believed],
    choices: Sequence[Choice],
    n: int,
    seed: int = 0,
    *,
    zeros: ZeroPolicy = REFUSED,
    alpha: float = ALPHA,
    independent: bool = False,
    stops: int = 0,
    reading: Reading = BARE,
    watch: Callable[[Iterable[Run]], Iterable[Run]] = iter,
) -> Experiment:
    """Every assumed Q with every coder on one stream.

    alpha: how seldom a true claim about a stream that is given may be refused.  independent: whether it is claimed,
    too, that no token depends on the one before.  stops: at how many places on the
    way the mean surprise is told.  reading: how the words for P and Q were read, for the record.  `watch` wraps
    the runs, to show progress.

    >>> source = IidSource(Distribution.parse("dice:2"))
    >>> validate_all(source, map(BARE.believed, ("true", "uniform")), [chosen("arithmetic")], 500).verdict
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
    for each in assumed:
        belief, price = assumption(each).meant(source, sample.drawn, zeros)
        if claim is not None and (token := sample.excluded_by(belief)) is not None:
            impossible.append((belief, token))
            continue
        for choice in choices:
            belief.require(source.distribution, source.chain, choice)
            planned.append(Run(belief.beside(source.distribution), belief, choice, assumption(each).is_counted, price))
    runs = tuple(_run(sample, run, zeros, claim, stops) for run in watch(planned))
    given = None
    if isinstance(source, ClaimedSource) and claim is not None:
        symbols = sample.stream.over(source.distribution.tokens).symbols
        order = order_test(symbols, source.distribution, alpha=alpha) if independent else None
        given = ClaimedStream(source.name, sample.content[1], claim, tuple(impossible), order)
    return Experiment(source.distribution, seed, n, zeros, runs, reading, given, chain=source.chain)


@dataclass(frozen=True)
class _Sent:
    """What came of a stream: what follows from its payload, where that stands, whether it came back, and why not."""

    outcome: Assessment
    payload_bits: int
    file_bytes: int
    blocks: int
    round_trip: bool
    honest: bool | None = None
    lost: str | None = None


def _run(sample: Sample, run: Run, zeros: ZeroPolicy, claim: Claim | None, stops: int) -> Validation:
    stream = sample.stream.over(run.belief.alphabet(sample.stream.tokens))
    sent = (_filed if run.choice.family.is_ours else _handed_over)(sample, stream, run, zeros)
    outcome = sent.outcome
    return Validation(
        p=run.p,
        chain=sample.source.chain,
        assumed=run.belief,
        choice=run.choice,
        n=sample.n,
        is_forecast=is_forecast(sample, run),
        moments=outcome.moments,
        expected_bits_per_token=outcome.expected,
        own_bits=sample.own_bits,
        ideal_bits=outcome.ideal,
        payload_bits=sent.payload_bits,
        file_bytes=sent.file_bytes,
        ledger=outcome.ledger,
        blocks=sent.blocks,
        checks=Checks(
            round_trip=sent.round_trip,
            exact_length=outcome.exact_length,
            code_price=outcome.code_price,
            expectation=outcome.expectation,
            accounting=checks.accounting(outcome.ledger, sent.file_bytes),
            claim=None if claim is None else claim.passed,
            honest=sent.honest,
        ),
        path=path(stream.symbols, run.belief.prices(outcome.coder), stops),
        zeros_price=run.price,
        lost=sent.lost,
    )


def _filed(sample: Sample, stream: Stream, run: Run, zeros: ZeroPolicy) -> _Sent:
    """Measure a file that is written and read back."""
    data = _write(sample, stream, run, zeros)
    # From here on only what the file says counts.
    frame = next(read_frames(io.BytesIO(data), NO_LIMITS))
    blocks = list(frame.blocks)
    outcome = assessed(sample, run, frame.header.build(), stream.symbols, frame.payload_bits, frame.parts)
    # The block, and the same with other bits behind its payloads.
    back = (_decoded(frame.header, blocks, behind) for behind in (bitarray(), _random_bits(sample.seed)))
    round_trip = checks.round_trip(stream.symbols, *back)
    return _Sent(outcome, frame.payload_bits, len(data), frame.block_count, round_trip)


def _handed_over(sample: Sample, stream: Stream, run: Run, _: ZeroPolicy) -> _Sent:
    """Of a coder that gets into no file: its payload, and what it says beside it, which is its model."""
    from compress.foreign.coder import ForeignCoder

    coder = run.choice.of(run.belief.weights)
    assert isinstance(coder, ForeignCoder)
    coder.require_codes(run.p)
    payload = coder.sent(stream.symbols)
    parts = dict.fromkeys(PARTS, 0) | {"model": payload.info_bits, "padding": -payload.bits % 8}
    outcome = assessed(sample, run, coder, stream.symbols, payload.bits, parts)
    lost = coder.lost(payload, stream.symbols)
    honest = expectation = None
    if is_forecast(sample, run):
        own, bits = sample.own_bits, payload.bits + payload.info_bits
        honest = checks.honest(own, bits)
        if not honest and lost is None and coder.needs_end(payload, stream.symbols):
            honest = checks.honest(own, bits, needs_end=True)
        if coder.stated is not None and outcome.moments is not None:
            expectation = checks.stated_expectation(outcome.moments, payload.bits, sample.n)
    outcome = replace(outcome, expectation=expectation)
    file_bytes = len(payload.data) + payload.info_bits // 8
    return _Sent(outcome, payload.bits, file_bytes, 1, lost is None, honest, lost)


def _decoded(header: Header, blocks: Sequence[Block], behind: bitarray) -> Symbols | None:
    """The symbols of the one block, if there is one, with these bits behind each payload; None if it has none."""
    decoder, empty = Decoder(header), np.zeros(0, np.uint8)
    try:
        return next((decoder.decode(block.followed_by(behind))[0] for block in blocks), empty)
    except CorruptError:
        return None


def _write(sample: Sample, stream: Stream, run: Run, zeros: ZeroPolicy) -> bytes:
    """The stream as a file of one block, one token a line once it is decoded."""
    content_bytes, content_crc = sample.content
    header = header_of(run.belief, run.choice, tokeniser("tokens"), stream.tokens, sample.n, content_bytes, zeros)
    file = io.BytesIO()
    write_frame(file, header, [stream.symbols], content_crc, block_tokens=max(sample.n, 1))
    return file.getvalue()


def _random_bits(seed: int) -> bitarray:
    """Bits that may follow a payload: as good as any, and the same every time."""
    bits = bitarray(endian="big")
    bits.frombytes(generator(seed).random_raw(8).tobytes())
    return bits
