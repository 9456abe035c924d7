"""What a coder from outside is asked: probabilities and messages on which coders are known to break.

The messages of one token, the last symbol, alphabets of 256 and one more, words longer than a window: each case has a
name, and who fails it is shown the smallest message that does.

Next: `court` (the asking).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.sources.protocol import generator

__all__ = ["LONG", "STREAMS", "Case", "Trial", "cases", "stream_of"]

Vector = npt.NDArray[np.float64]
Message = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Case:
    """Messages for the coder of one Q, each to be encoded, and decoded in a process that has only Q and the payload.

    view: how the array looks that the encoder gets.  is_large: whether a coder may refuse it, for what it says.
    """

    name: str
    q: Vector
    messages: tuple[Message, ...]
    view: str = "plain"
    is_large: bool = False


@dataclass(frozen=True)
class Trial:
    """Tokens drawn from P = Q, whose cost is looked at."""

    name: str
    spec: str
    n: int


# Short ones, where what is spent on a message shows, and long ones, where that on a token does.
STREAMS = (
    Trial("100 flips of 0.7", "H=.7,T=.3", 100),
    Trial("flips of 0.7", "H=.7,T=.3", 10_000),
    Trial("1/2 1/4 1/8 1/8", "a=1/2,b=1/4,c=1/8,d=1/8", 10_000),
    Trial("two dice", "dice:2", 10_000),
    Trial("zipf:k=100", "zipf:k=100", 100_000),
)
# For coders that are fast enough.
LONG = Trial("zipf:k=45", "zipf:k=45", 10_000_000)


def stream_of(stream: Trial, seed: int) -> tuple[Distribution, Message]:
    """P, and the tokens drawn.

    >>> stream_of(STREAMS[0], 0)[1].size
    100
    """
    p = Distribution.parse(stream.spec)
    return p, IidSource(p).sample(stream.n, generator(seed)).astype(np.int64)


def _q(weights: Iterable[float]) -> Vector:
    values: Vector = np.array(list(weights), np.float64)
    values /= values.sum()
    return values


def _messages(*messages: Sequence[int] | Message) -> tuple[Message, ...]:
    return tuple(np.array(message, np.int64) for message in messages)


def _drawn(q: Vector, n: int, seed: int) -> Message:
    """n symbols in proportion to q, by the same seed the same."""
    chances = (generator(seed).random_raw(n) >> np.uint64(11)).astype(np.float64) / 2.0**53
    return np.searchsorted(q.cumsum()[:-1], chances, side="right").astype(np.int64)


def _zipf(size: int) -> Vector:
    return _q(1 / rank for rank in range(1, size + 1))


def _fibonacci(size: int) -> list[int]:
    weights = [1, 1]
    while len(weights) < size:
        weights.append(weights[-1] + weights[-2])
    return weights[:size]


_THREE = _q([2, 1, 1])
_RARE = _q([65_535, 1])
_SHORT = tuple(np.array(m, np.int64) for n in range(5) for m in itertools.product(range(3), repeat=n))


def _uneven(seed: int) -> Vector:
    """2 to 40 tokens whose probabilities are up to 2^31 apart; some may be 0."""
    numbers = generator(seed).random_raw(41)
    weights = (numbers[1:] >> np.uint64(33) | np.uint64(1 << 30)) >> (numbers[1:] & np.uint64(31))
    return _q(map(int, [max(weights[0], 1), *weights[1 : 2 + int(numbers[0]) % 39]]))


def cases(seed: int) -> tuple[Case, ...]:
    """What is asked, the quick ones first.  The same seed draws the same messages.

    >>> cases(0)[0].name, cases(0)[0].messages[0].size
    ('no symbol', 0)
    """

    def drawn(q: Vector, n: int) -> Message:
        return _drawn(q, n, seed)

    def each_and_drawn(q: Vector, n: int) -> Message:
        """Every symbol once, the last one last, after n that are drawn."""
        return np.concatenate((drawn(q, n), np.arange(q.size)))

    coin, uneven, fifty = _q([7, 3]), _uneven(seed), drawn(_THREE, 50)
    return (
        Case("no symbol", _THREE, _messages([])),
        Case("one symbol", _THREE, _messages([0], [1], [2])),
        Case("two symbols", _THREE, tuple(m for m in _SHORT if m.size == 2)),
        Case("every message of up to 4 of 3 tokens", _THREE, _SHORT),
        Case("an alphabet of 1", _q([1]), _messages([0], [0] * 100)),
        Case("an alphabet of 2", coin, _messages(drawn(coin, 200))),
        Case("an alphabet of 3", _THREE, _messages(drawn(_THREE, 200))),
        *(
            Case(f"{size} tokens alike", _q([1] * size), _messages(each_and_drawn(_q([1] * size), 50)))
            for size in (4, 5, 7, 8, 9)
        ),
        Case("a token of q = 0 that never comes", _q([1, 1, 0]), _messages(drawn(_q([1, 1]), 200))),
        Case("a token of 1 - 1e-9", np.array([1 - 1e-9, 1e-9]), _messages([0] * 500 + [1] + [0] * 500)),
        Case("probabilities 1e-12 apart", np.array([0.5 + 5e-13, 0.5 - 5e-13]), _messages(drawn(_q([1, 1]), 200))),
        Case("probabilities that are drawn", uneven, _messages(drawn(uneven, 200))),
        Case("a long run", _q([9, 1]), _messages([0] * 10_000, [1] * 1_000)),
        Case("alternation", _q([1, 1]), _messages([0, 1] * 5_000)),
        Case("an alphabet of 255", _zipf(255), _messages(each_and_drawn(_zipf(255), 300)), is_large=True),
        Case("an alphabet of 256", _zipf(256), _messages(each_and_drawn(_zipf(256), 300)), is_large=True),
        Case("an alphabet of 257", _zipf(257), _messages(each_and_drawn(_zipf(257), 300)), is_large=True),
        Case("an alphabet of 1,025", _zipf(1_025), _messages(each_and_drawn(_zipf(1_025), 300)), is_large=True),
        Case("an alphabet of 5,000", _zipf(5_000), _messages(each_and_drawn(_zipf(5_000), 300)), is_large=True),
        Case("words of up to 59 bits", _q(_fibonacci(60)), _messages(range(60))),
        Case("symbols as int64", _THREE, _messages(fifty), view="int64"),
        Case("symbols as uint8", _THREE, _messages(fifty), view="uint8"),
        Case("symbols in a strided view", _THREE, _messages(fifty), view="strided"),
        Case("symbols that may not be written", _THREE, _messages(fifty), view="readonly"),
        Case("65,535 to 1, alternating, 100", _RARE, _messages([0, 1] * 50)),
        Case("65,535 to 1, alternating, 70,000", _RARE, _messages([0, 1] * 35_000), is_large=True),
        Case("100,000 tokens of zipf", _zipf(100), _messages(drawn(_zipf(100), 100_000)), is_large=True),
    )
