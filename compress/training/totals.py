"""The honest total: what labels cost somebody who has the features and no model yet.

    two-part       the model's numbers, to so many binary digits, and then the labels with it
    prequential    the labels of a few rows; both ends learn from them; those of as many more; and so on

The first pays for the model in bits, the second in labels that are coded before much was learned (A. P. Dawid 1984).
Beside both: a code that knows no features and counts as it goes (kt), and none at all.  Where the features tell
little, or the rows are few, learning does not pay, and that is told as it is.

A number of the model is written as a whole number of 2^-b in Elias' gamma code, its sign in the last digit.  The b
that makes the whole the least is chosen, so it is told, too, in the same code before them: a choice that the receiver
is handed for nothing would make every model look cheaper.  Both ends know the layers' sizes, which were not chosen by
the labels.  Whoever decodes prequentially repeats the training: that gives the same beliefs on the same machine with
the same libraries, and elsewhere the fingerprint of a block says that it did not.

Next: `epochs` (what a training is told by).  Source: J. Rissanen 1984, 1986; P. Grünwald, The Minimum Description
Length Principle (2007), sec. 6.4 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from bitarray import bitarray
from bitarray.util import ba2int, int2ba, zeros

from compress.models.counts import Counting
from compress.models.predictions import Manner
from compress.models.rows import Rows
from compress.models.sequential import SequentialCoder
from compress.symbols import Symbols
from compress.training.labelled import Labelled, Matrix
from compress.training.network import Inputs, Network

__all__ = ["Sending", "read_network", "totals", "written_network"]

_PRECISIONS = range(1, 13)
_FIRST_BLOCK = 16

# A network learned from these rows, from the start.
Train = Callable[[Inputs, Symbols], Network]


@dataclass(frozen=True)
class Sending:
    """What a way to send all labels costs, bits: for the model, and for the labels; whether they came back."""

    name: str
    model_bits: int
    data_bits: int
    comes_back: bool
    said: str = ""

    @property
    def bits(self) -> int:
        """Return the bits of the model and of the labels together."""
        return self.model_bits + self.data_bits


def totals(data: Labelled, network: Network, train: Train, manner: Manner) -> tuple[Sending, ...]:
    """The labels of the rows to learn from, sent in four ways.

    network: learned from all of them.  train: how one is learned from some rows.

    >>> from compress.training.labelled import learn_birds
    >>> data = learn_birds(100, seed=0)
    >>> network = Network.drawn(data.x.shape[1], 0, 3, np.random.PCG64(0))
    >>> made = totals(data, network, lambda x, y: network, Manner())
    >>> [total.name for total in made], made[0].bits
    (['uniform', 'order 0, kt', 'two-part', 'prequential'], 128)
    """
    size = len(data.classes)
    kt = SequentialCoder(Counting.of("kt", size))
    counted = kt.encode(data.y)
    even, even_back = _coded(np.full((data.y.size, size), 1 / size), data.y, manner)
    return (
        Sending("uniform", 0, even, even_back),
        Sending("order 0, kt", 0, len(counted), np.array_equal(kt.decode(counted, data.y.size), data.y)),
        _two_part(data, network, manner),
        _prequential(data, train, manner),
    )


def _coded(q: Matrix, y: Symbols, manner: Manner) -> tuple[int, bool]:
    """The bits of some labels with these beliefs, and whether they come back."""
    rows = Rows(q, manner)
    made = rows.encode(y)
    return len(made.payload), np.array_equal(rows.decode(made.payload, made.fingerprint), y)


def _two_part(data: Labelled, network: Network, manner: Manner) -> Sending:
    shape = [weights.shape for weights, _ in network.layers]
    found: list[Sending] = []
    for precision in _PRECISIONS:
        told = written_network(network.rounded(precision), precision)
        # The receiver has what was written, and nothing else.
        received = read_network(told, shape)
        bits, back = _coded(received.probabilities(data.x), data.y, manner)
        said = f"{network.size:,} numbers to 2^-{precision}"
        found.append(Sending("two-part", len(told), bits, back, said))
    return min(found, key=lambda total: total.bits)


def _prequential(data: Labelled, train: Train, manner: Manner) -> Sending:
    size, n = len(data.classes), data.y.size
    stops = [0]
    while stops[-1] < n:
        stops.append(min(n, max(_FIRST_BLOCK, 2 * stops[-1])))
    received = np.zeros_like(data.y)
    bits = 0
    for start, stop in zip(stops, stops[1:], strict=False):
        # Both ends learn from what has arrived; who sends has the same labels there.
        beliefs = [_believed(train, data.x, labels, start, stop, size) for labels in (data.y, received)]
        made = Rows(beliefs[0], manner).encode(data.y[start:stop])
        received[start:stop] = Rows(beliefs[1], manner).decode(made.payload, made.fingerprint)
        bits += len(made.payload)
    said = f"{len(stops) - 1} blocks"
    return Sending("prequential", 0, bits, np.array_equal(received, data.y), said)


def _believed(train: Train, x: Inputs, labels: Symbols, start: int, stop: int, size: int) -> Matrix:
    if not start:
        return np.full((stop, size), 1 / size)
    return train(x[:start], labels[:start]).probabilities(x[start:stop])


def written_network(network: Network, precision: int) -> bitarray:
    """The precision, and then each number as a whole number of 2^-precision, in gamma code.

    >>> written_network(Network(((np.array([[0.5]]), np.array([-1.0])),)), 1).to01()
    '101000101'
    """
    bits = _gamma(precision)
    for layer in network.layers:
        for number in np.concatenate([array.ravel() for array in layer]):
            whole = round(float(number) * 2**precision)
            # 0, 1, -1, 2, -2, ... are 1, 2, 3, 4, 5, ...
            bits += _gamma(2 * whole if whole > 0 else 1 - 2 * whole)
    return bits


def _gamma(number: int) -> bitarray:
    """A number of at least 1 in Elias' gamma code: as many zeros as digits follow its first 1, and its digits."""
    return zeros(number.bit_length() - 1, endian="big") + int2ba(number, endian="big")


def read_network(bits: bitarray, shapes: Sequence[tuple[int, ...]]) -> Network:
    """The network of these layers' weights that `written_network` wrote.

    >>> read_network(bitarray("101000101"), [(1, 1)]).layers[0][1].tolist()
    [-1.0]
    """
    at = 0

    def number() -> int:
        nonlocal at
        first = bits.find(1, at)
        end = 2 * first - at + 1
        at = end
        return ba2int(bits[first:end])

    precision = number()

    def taken(count: int) -> Matrix:
        found = np.zeros(count)
        for place in range(count):
            coded = number()
            found[place] = (coded // 2 if coded % 2 == 0 else -(coded // 2)) / 2**precision
        return found

    layers = [(taken(below * above).reshape(below, above), taken(above)) for below, above in shapes]
    return Network(tuple(layers))
