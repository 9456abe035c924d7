"""The experiment: draw from P, encode with Q, decode, measure, account for every bit.

    true P ──draw──▶ tokens ──encode──▶ file ──parse──▶ payload ──decode──▶ the same tokens?
                       │                  │                 │
    predicted:         └ H(P), H(P,Q)     └ 8 x bytes       └ bits/token, with a 95% interval

The whole stream is one message and one block.  The file is real: it is written,
parsed back, and what is judged is what was parsed.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bitarray import bitarray

from compress.coders.catalog import choose
from compress.coders.protocol import Choice
from compress.errors import SpecError
from compress.experiments import checks
from compress.experiments.checks import Checks, Moments
from compress.frames.frame import FrameReader, FrameWriter, Header, Label, Limits
from compress.ledger import Ledger
from compress.probability.distribution import Distribution, Number, Pair
from compress.probability.zeros import ZeroPolicy
from compress.sources.iid import IidSource
from compress.sources.protocol import Source, generator
from compress.sources.tokens import tokeniser
from compress.specs import is_self_contained, parse_assumed, without_folders
from compress.symbols import Counts, Stream, code_length, histogram

__all__ = ["Belief", "Experiment", "Run", "Sample", "Validation", "validate", "validate_all"]

# 95% of a normal's mass lies within this many standard deviations.
_Z95 = 1.959963984540054
_TOKENS_AT_A_TIME = 1 << 20
# How far below H(P,Q) a code must be expected to cost before it is worth remarking, bits/token.
_REMARKABLE = 1e-2
# Where the normal approximation may be further off than this, an interval is marked.
_ROUGH = 0.05


@dataclass(frozen=True)
class Validation:
    """One stream, one Q, one coder: what was predicted, what was measured, and where the bits went.

    Lengths in bits.  bits_per_token is the payload's; None for n = 0.  standard_error is that of the mean
    surprise: None for n = 0 and where P or Q was taken from the stream itself, 0 where every token costs
    the same.  normal_error: how far its distribution may be from normal; None where there is no error.
    """

    assumed: Distribution
    coder: str
    n: int
    cross_entropy: float
    kl_divergence: float
    expected_bits_per_token: float
    ideal_bits: float
    payload_bits: int
    standard_error: float | None
    normal_error: float | None
    file_bytes: int
    ledger: Ledger
    blocks: int
    checks: Checks

    @property
    def verdict(self) -> str:
        """pass, or fail if any check failed."""
        return "pass" if self.checks.passed else "fail"

    @property
    def bits_per_token(self) -> float | None:
        """The payload's bits/token; None for n = 0."""
        return self.payload_bits / self.n if self.n else None

    @property
    def z(self) -> float | None:
        """How many standard errors the mean surprise of what was drawn is above its expectation."""
        if not self.standard_error:
            return None
        return (self.ideal_bits / self.n - self.expected_bits_per_token) / self.standard_error

    @property
    def ci95(self) -> tuple[float, float] | None:
        """An interval that holds H(P, Q̂) for 95% of all samples, by the normal approximation, bits/token.

        Its centre is the mean surprise of what was drawn, not the payload, which has the coder's 0 to 2 bits.
        """
        if not self.standard_error:
            return None
        centre, reach = self.ideal_bits / self.n, _Z95 * self.standard_error
        return centre - reach, centre + reach

    @property
    def is_rough(self) -> bool:
        """Whether the normal approximation of the interval may be poor."""
        return self.normal_error is not None and self.normal_error > _ROUGH

    @property
    def beats_belief(self) -> bool:
        """Whether a code of whole-bit words is expected to cost less than the belief that it was built from."""
        cheaper = self.expected_bits_per_token < self.cross_entropy - _REMARKABLE
        return cheaper and choose(self.coder).family.sends_words


@dataclass(frozen=True)
class Experiment:
    """Several validations of the same stream."""

    true: Distribution
    seed: int
    n: int
    zeros: str
    tokens: str
    normalize: bool
    runs: tuple[Validation, ...]

    @property
    def verdict(self) -> str:
        """pass, or fail if any run failed."""
        return "pass" if all(run.verdict == "pass" for run in self.runs) else "fail"


@dataclass(frozen=True)
class Belief:
    """An assumed Q over the sample's alphabet, before any zero policy, and whether the stream itself told it."""

    distribution: Distribution
    is_sample: bool = False


Run = tuple[Belief, Choice]


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

    @cached_property
    def content(self) -> tuple[int, int]:
        """Size and CRC-32 of the stream written one token a line."""
        size, crc = 0, 0
        for start in range(0, self.n, _TOKENS_AT_A_TIME):
            part = Stream(self.stream.tokens, self.stream.symbols[start : start + _TOKENS_AT_A_TIME])
            text = tokeniser("tokens").join(part)
            size, crc = size + len(text), zlib.crc32(text, crc)
        return size, crc

    def belief(self, spec: str, *, tokens: str = "bytes", normalize: bool = False) -> Belief:
        """The belief that a spec writes, relative specs included."""
        true = self.source.distribution
        counts = self.counts if spec == "empirical" else None
        if spec == "empirical" and self.n == 0:
            raise SpecError("'empirical' needs a stream of at least one token")
        q = parse_assumed(spec, true, counts=counts, tokens=tokens, normalize=normalize)
        return Belief(q, is_sample=spec == "empirical")


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
    """
    if isinstance(true, Distribution | str | Mapping):
        true = IidSource(Distribution.of(true))
    elif not hasattr(true, "sample"):
        raise TypeError(f"P is a distribution or a source of tokens, not {type(true).__name__!r}")
    believed = assumed if isinstance(assumed, str) else Distribution.of(assumed)
    return validate_all(true, [believed], [coder], n, seed, zeros=zeros).runs[0]


def validate_all(
    source: Source,
    assumed: Sequence[Distribution | str],
    coders: Sequence[str],
    n: int,
    seed: int = 0,
    *,
    zeros: str = "error",
    tokens: str = "bytes",
    normalize: bool = False,
    watch: Callable[[Iterable[Run]], Iterable[Run]] = iter,
) -> Experiment:
    """Every assumed Q with every coder on one stream.  `watch` wraps the pairs, to show progress."""
    if n < 0:
        raise SpecError(f"n must be 0 or more, not {n}")
    policy = ZeroPolicy.parse(zeros)
    choices = [choose(name) for name in coders]
    sample = Sample(source, n, seed)
    planned: list[Run] = []
    for q in assumed:
        belief = sample.belief(q, tokens=tokens, normalize=normalize) if isinstance(q, str) else Belief(q)
        pair = Pair.of(source.distribution, belief.distribution)
        pair = Pair(pair.p, policy.apply(pair.q))
        policy.require(pair.p, pair.q)
        for choice in choices:
            choice.family.require(pair)
        planned += [(Belief(pair.q, belief.is_sample), choice) for choice in choices]
    runs = tuple(_run(sample, belief, choice, zeros) for belief, choice in watch(planned))
    return Experiment(source.distribution, seed, n, zeros, tokens, normalize, runs)


def _run(sample: Sample, belief: Belief, choice: Choice, zeros: str) -> Validation:
    pair = Pair.of(sample.source.distribution, belief.distribution)
    p, q = pair.p, pair.q
    n, stream = sample.n, sample.stream.over(q.tokens)
    data = _write(sample, stream, q, choice, zeros)
    # From here on only what the file says counts.
    reader = FrameReader(io.BytesIO(data), _NO_LIMITS)
    payloads = [payload for _, payload in reader.read_blocks()]
    payload = payloads[0] if payloads else bitarray(endian="big")
    coder = reader.header.build()

    counts = histogram(stream.symbols, q.size)
    ideal = code_length(counts, coder.surprises)
    ledger = Ledger.account(
        n,
        p,
        q,
        coder.surprises,
        ideal,
        reader.payload_bits,
        reader.parts,
        p_is_sample=sample.source.is_sample,
    )
    # A statistic needs a P and a Q that did not look at the stream.
    fixed_before = n > 0 and not (sample.source.is_sample or belief.is_sample)
    moments = Moments.of(p, coder.surprises)
    by_chance = fixed_before and not moments.is_constant
    return Validation(
        assumed=q,
        coder=choice.name,
        n=n,
        cross_entropy=pair.cross_entropy,
        kl_divergence=pair.divergence,
        expected_bits_per_token=moments.mean,
        ideal_bits=ideal,
        payload_bits=reader.payload_bits,
        standard_error=(math.sqrt(moments.variance / n) if by_chance else 0.0) if fixed_before else None,
        normal_error=moments.normal_error(n) if by_chance else None,
        file_bytes=len(data),
        ledger=ledger,
        blocks=reader.blocks,
        checks=Checks(
            round_trip=checks.round_trip(
                stream.symbols, coder.decode(payload, n), coder.decode(payload + _random_bits(sample.seed), n)
            ),
            exact_length=checks.exact_length(choice, coder, pair, stream.symbols, reader.payload_bits),
            code_price=checks.code_price(choice, coder, pair),
            expectation=checks.expectation(moments, ideal, n) if fixed_before else None,
            accounting=checks.accounting(ledger, len(data)),
        ),
    )


def _write(sample: Sample, stream: Stream, q: Distribution, choice: Choice, zeros: str) -> bytes:
    """The stream as a file of one block, one token a line once it is decoded."""
    content_bytes, content_crc = sample.content
    label = Label(without_folders(q.spec), zeros, () if is_self_contained(q.spec) else q.weights)
    header = Header(choice, tokeniser("tokens"), q.tokens, choice.fit(q.weights), sample.n, content_bytes, label)
    file = io.BytesIO()
    writer = FrameWriter(file, header)
    if sample.n:
        writer.block(sample.n, header.build().encode(stream.symbols))
    writer.end(content_crc)
    return file.getvalue()


def _random_bits(seed: int) -> bitarray:
    """Bits that may follow a payload: as good as any, and the same every time."""
    bits = bitarray(endian="big")
    bits.frombytes(generator(seed).random_raw(8).tobytes())
    return bits


# What is read was written a moment ago, by ourselves.
_NO_LIMITS = Limits(max_output=2**63, max_memory=2**63)
