"""A short message through a coder, step by step, and back.

Nothing is coded a second way here: an interval is narrowed by the steps of the compiled loops, run as the Python that
they are, and words are taken from the coder that sends them.  The payload is then compared with the coder's own.

On paper, the interval of a message is a pair of fractions: the part of [0, 1) that is left when each token has kept
its own part of what the one before it left.  The machine has 62 bits of it at hand.

Next: `losses` (the numbers of the last lesson).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from bitarray import bitarray

from compress.belief.kinds import Believed, assumption
from compress.coders.family import Choice
from compress.coders.protocol import Coder, Steps
from compress.coders.streams.interval import WINDOW_BITS
from compress.coders.words.codebook import Codebook
from compress.errors import SpecError
from compress.models.driven import DrivenCoder, Unchanging
from compress.models.protocol import Model
from compress.models.sequential import SequentialCoder
from compress.probability.distribution import Distribution
from compress.probability.frequencies import Frequencies
from compress.probability.zeros import REFUSED, ZeroPolicy
from compress.shown import Shown
from compress.sources.recorded import StreamSource
from compress.symbols import Stream

__all__ = ["MOST_TOKENS", "Locating", "Narrowing", "Share", "Stepped", "Trace", "Walked", "trace"]

# More steps than this are no longer read.
MOST_TOKENS = 64

# What a token owns, from 0 to 1: where it begins, and where it ends.
Share = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Narrowing:
    """A token has narrowed the interval.

    part: what it owns.  left: the interval on paper.  low, width: the same as the machine has it, in units of 2^-62
    behind the bytes that are out.  moved: the bytes that left with this token; carried: whether bytes that had left
    before were changed by a carry.  settled: the bits with which every number of the interval begins.
    """

    token: str
    part: Share
    left: Share
    low: int
    width: int
    moved: bytes
    carried: bool
    settled: str


@dataclass(frozen=True)
class Locating:
    """The decoder has found a token: its part is the one in which the payload's point lies.

    point: where in the interval that was left, from 0 to 1.  seen: bits of the payload that the machine had looked
    at, those behind its end being zeros.
    """

    token: str
    part: Share
    point: Fraction
    seen: int


@dataclass(frozen=True)
class Walked:
    """A word of the payload, from bit `at` on."""

    token: str
    at: int
    word: str

    @property
    def walk(self) -> list[str]:
        """The nodes of the tree that are met below its root, the token's leaf the last.

        >>> Walked("c", 0, "110").walk
        ['1', '11', '110']
        """
        return [self.word[:length] for length in range(1, len(self.word) + 1)]


@dataclass(frozen=True)
class Stepped:
    """A step of a coder that has steps of its own: what was at hand, by its name."""

    token: str
    at_hand: Mapping[str, str]


@dataclass(frozen=True)
class Trace(Shown):
    """What a coder did with a message, and how the message came back.

    q: the Q of one code for all tokens; None where Q changes.  book: the words, of a coder that sends words.
    prices: -log2 q of each token that came, bits.  own: the payload that the coder itself makes.
    """

    _told = ("spec", "coder", "tokens", "ideal_bits", "verdict")

    spec: str
    coder: str
    tokens: tuple[str, ...]
    q: Distribution | None
    book: Codebook | None
    prices: tuple[float, ...]
    payload: bitarray
    own: bitarray
    encoding: Sequence[Narrowing] | Sequence[Walked] | Sequence[Stepped]
    decoding: Sequence[Locating] | Sequence[Walked] | Sequence[Stepped]

    @property
    def ideal_bits(self) -> float:
        """Σ -log2 q of the message."""
        return math.fsum(self.prices)

    @cached_property
    def settled(self) -> str:
        """The bits that were known before the message ended."""
        last = self.encoding[-1] if self.encoding else None
        return last.settled if isinstance(last, Narrowing) else self.payload.to01()

    @property
    def verdict(self) -> str:
        """pass, if the steps make the coder's own payload, and the message came back."""
        back = tuple(step.token for step in self.decoding)
        return "pass" if self.payload == self.own and back == self.tokens else "fail"


def trace(stream: Stream, assumed: Believed, choice: Choice, zeros: ZeroPolicy = REFUSED) -> Trace:
    """Encode and decode a short message, and keep every step.

    Raises SpecError for one of more than 64 tokens, for a Q that is another's, and for a coder that cannot have it;
    ZeroProbabilityError for a token that Q excludes.

    >>> from compress.coders.catalog import choose
    >>> from compress.sources.tokens import tokeniser
    >>> from compress.specs import BARE
    >>> made = trace(tokeniser("chars").split(b"aab"), BARE.believed("empirical"), choose("huffman"))
    >>> made.payload.to01(), made.verdict
    ('001', 'pass')
    """
    n = stream.symbols.size
    if not 0 < n <= MOST_TOKENS:
        raise SpecError(f"a message of {n:,} tokens cannot be traced: it has 1 to {MOST_TOKENS}")
    believed = assumption(assumed)
    if believed.needs_p:
        raise SpecError("'true' needs a known P, and a message has none; for its own counts write 'empirical'")
    believed.require_coder(choice)
    belief = believed.noted(stream.seen, zeros)
    # In the order in which Q was written, if it was.
    tokens = tuple(dict.fromkeys((*believed.tokens, *belief.alphabet(stream.tokens))))
    belief, over = belief.over(tokens), stream.over(tokens)
    if (q := belief.q) is None:
        model = belief.model(len(over.tokens))
        assert model is not None
        own = SequentialCoder(model).encode(over.symbols)
        driving, choices = model.choices(over.symbols)
        # Of bytes that are coded bit by bit, the bits.
        over = over if choices is over.symbols else Stream(("0", "1"), choices)
        return _narrowed(over, driving, own, choice)
    belief.require(StreamSource(over, q.spec).distribution, None, choice)
    coder = choice.of(q.weights)
    if coder.book is not None:
        return _walked(over, coder, coder.book, choice, q)
    if choice.family.steps is not None:
        return _stepped(over, coder, choice.family.steps(coder, over.symbols), choice, q)
    return _narrowed(over, Unchanging(q.spec, Frequencies.of(q.weights)), coder.encode(over.symbols), choice, q)


def _walked(over: Stream, coder: Coder, book: Codebook, choice: Choice, q: Distribution) -> Trace:
    """Words: what the payload grows by with each token, and what is read of it for each."""
    message = over.symbols
    ends = [len(coder.encode(message[:count])) for count in range(message.size + 1)]
    own = coder.encode(message)
    sent = [
        Walked(over.tokens[symbol], at, own[at:end].to01())
        for symbol, (at, end) in zip(message.tolist(), itertools.pairwise(ends), strict=True)
    ]
    found, at = [], 0
    for _ in range(message.size):
        [symbol] = coder.decode(own[at:], 1).tolist()
        end = at + int(book.lengths[symbol])
        found.append(Walked(over.tokens[symbol], at, own[at:end].to01()))
        at = end
    payload = bitarray("".join(step.word for step in sent))
    prices = tuple(_surprise(q.exact(step.token)) for step in sent)
    return Trace(q.spec, choice.name, _named(over), q, book, prices, payload, own, sent, found)


def _stepped(over: Stream, coder: Coder, steps: Steps, choice: Choice, q: Distribution) -> Trace:
    """Steps of the coder's own."""
    sent = [Stepped(over.tokens[symbol], at_hand) for symbol, at_hand in steps.sent]
    found = [Stepped(over.tokens[symbol], at_hand) for symbol, at_hand in steps.found]
    prices = tuple(_surprise(q.exact(token)) for token in _named(over))
    own = coder.encode(over.symbols)
    return Trace(q.spec, choice.name, _named(over), q, None, prices, steps.payload, own, sent, found)


def _narrowed(over: Stream, model: Model, own: bitarray, choice: Choice, q: Distribution | None = None) -> Trace:
    """Intervals: the same steps as the compiled loops, with what they had at hand after each."""
    driven = DrivenCoder(model)
    payload = driven.encode(over.symbols)
    sent = [*_encoding(over, driven, q)]
    found = [*_decoding(over, driven, payload, q)]
    prices = tuple(_surprise(step.part[1] - step.part[0]) for step in sent)
    return Trace(model.spec, choice.name, _named(over), q, None, prices, payload, own, sent, found)


def _encoding(over: Stream, driven: DrivenCoder, q: Distribution | None) -> Iterator[Narrowing]:
    out, before = driven.room(over.symbols.size), b""
    left = (Fraction(0), Fraction(1))
    for step in driven.narrowing(over.symbols, out):
        part = _part(q, step.symbol, step.begin, step.frequency, step.total)
        wide = left[1] - left[0]
        left = (left[0] + wide * part[0], left[0] + wide * part[1])
        sent = out[: step.at].tobytes()
        first = int.from_bytes(sent, "big") << WINDOW_BITS | step.low
        yield Narrowing(
            over.tokens[step.symbol],
            part,
            left,
            step.low,
            step.width,
            sent[len(before) :],
            not sent.startswith(before),
            _alike(first, first + step.width - 1, 8 * step.at + WINDOW_BITS),
        )
        before = sent


def _decoding(over: Stream, driven: DrivenCoder, payload: bitarray, q: Distribution | None) -> Iterator[Locating]:
    seen = WINDOW_BITS
    for step in driven.locating(payload, over.symbols.size):
        part = _part(q, step.symbol, step.begin, step.frequency, step.total)
        yield Locating(over.tokens[step.symbol], part, Fraction(step.offset, step.width), seen)
        # Two zero bits stand before a payload, so that the window ends where a byte does.
        seen = 8 * step.at - 2


def _part(q: Distribution | None, symbol: int, begin: int, frequency: int, total: int) -> Share:
    """What Q says that a token owns; of a Q that changes what its whole numbers say."""
    if q is not None:
        begin, frequency, total = sum(q.weights[:symbol]), q.weights[symbol], q.total
    return Fraction(begin, total), Fraction(begin + frequency, total)


def _surprise(share: Fraction) -> float:
    """-log2 of a fraction, however small."""
    return math.log2(share.denominator) - math.log2(share.numerator)


def _alike(first: int, last: int, bits: int) -> str:
    """The bits with which both begin."""
    differ = (first ^ last).bit_length()
    return f"{first >> differ:0{bits - differ}b}" if differ < bits else ""


def _named(over: Stream) -> tuple[str, ...]:
    return tuple(over.tokens[symbol] for symbol in over.symbols.tolist())
