"""A classifier that learns: logits from numbers, and the gradient of the cross-entropy.

    x ──W, b──▶ logits z ──softmax──▶ q                       one layer: softmax regression
    x ──V, c──▶ tanh ──W, b──▶ logits z ──softmax──▶ q        a hidden layer between

The loss of a row is -ln q(y), the surprise of what came.  Its gradient by the logits is what was believed less what
came,

    ∂(-ln q_y)/∂z_j = q_j - [j = y]

because ln q_y = z_y - ln Σ e^z: whoever believed too much in a class is moved down by as much.  Everything before the
logits is the chain rule.  A step goes against the gradient of the mean loss over some rows, with momentum.

Source: I. Goodfellow, Y. Bengio and A. Courville, Deep Learning (2016), sec. 6.2 and 6.5; B. Polyak 1964 (momentum).

Next: `characters` (a network that reads).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from compress.symbols import Symbols

__all__ = ["Believed", "Descent", "Inputs", "L", "Learner", "Matrix", "Network", "orders", "uniforms"]

Matrix = npt.NDArray[np.float64]
Inputs = npt.NDArray[Any]

# A network is asked for so many rows together.
_ROWS = 1 << 13


def uniforms(rng: np.random.BitGenerator, n: int) -> Matrix:
    """n numbers from 0 to 1, shape (n,): the first 53 bits of each random word, the same with every numpy.

    >>> uniforms(np.random.PCG64(0), 2).round(4).tolist()
    [0.637, 0.2698]
    """
    return np.asarray((rng.random_raw(n) >> np.uint64(11)) * 2.0**-53, np.float64).reshape(n)


def orders(rng: np.random.BitGenerator, n: int) -> Iterator[npt.NDArray[np.int64]]:
    """One order of 0..n-1 after the other, each as likely as any.

    >>> sorted(next(orders(np.random.PCG64(0), 5)).tolist())
    [0, 1, 2, 3, 4]
    """
    while True:
        yield np.argsort(rng.random_raw(n), kind="stable").reshape(n)


@dataclass(frozen=True, eq=False)
class Network:
    """Weights and biases of each layer, shapes (inputs, outputs) and (outputs,); it never changes.

    A step makes another one.
    """

    layers: tuple[tuple[Matrix, Matrix], ...]

    @classmethod
    def drawn(cls, inputs: int, hidden: int, classes: int, rng: np.random.BitGenerator) -> Network:
        """Small weights, and biases of 0; hidden 0: one layer, all 0, for nothing has to be told apart.

        >>> Network.drawn(3, 0, 2, np.random.PCG64(0)).probabilities(np.ones((1, 3))).tolist()
        [[0.5, 0.5]]
        """
        sizes = [inputs, *([hidden] if hidden else []), classes]
        layers = []
        for below, above in zip(sizes, sizes[1:], strict=False):
            # Of X. Glorot and Y. Bengio 2010, so that neither sums nor gradients grow from layer to layer.
            reach = np.sqrt(6 / (below + above)) if hidden else 0.0
            weights = (2 * uniforms(rng, below * above) - 1) * reach
            layers.append((weights.reshape(below, above), np.zeros(above)))
        return cls(tuple(layers))

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        return sum(weights.size + biases.size for weights, biases in self.layers)

    def probabilities(self, x: Matrix) -> Matrix:
        """What is believed of the class of each row: shape (n, K)."""
        return _softmax(self._activations(x)[-1])

    def loss(self, x: Matrix, y: Symbols) -> float:
        """The mean of -ln q(y), nats a row; inf or nan where it has gone astray."""
        return Believed(self, x).loss(y)

    def gradient(self, x: Matrix, y: Symbols) -> Network:
        """The derivative of the loss by each number, in the same shape.

        >>> net = Network(((np.zeros((1, 2)), np.zeros(2)),))
        >>> net.gradient(np.ones((1, 1)), np.array([0], np.uint8)).layers[0][1].tolist()
        [-0.5, 0.5]
        """
        return self.gradients(x, y)[0]

    def gradients(self, x: Matrix, y: Symbols) -> tuple[Network, Matrix]:
        """That, and the derivative of the loss by what came in, shape (n, inputs)."""
        activations = self._activations(x)
        # What was believed less what came, for each row.
        error = _softmax(activations[-1])
        error[np.arange(y.size), y] -= 1
        error /= y.size
        found: list[tuple[Matrix, Matrix]] = []
        for place in range(len(self.layers) - 1, -1, -1):
            below = activations[place]
            found.append((below.T @ error, error.sum(axis=0)))
            error = error @ self.layers[place][0].T
            if place:
                # tanh' = 1 - tanh².
                error = error * (1 - below**2)
        return Network(tuple(found[::-1])), error

    def plus(self, other: Network, times: float = 1.0) -> Network:
        """The sum with another of the same shape, times a number."""
        pairs = zip(self.layers, other.layers, strict=True)
        return Network(tuple((w + times * v, b + times * c) for (w, b), (v, c) in pairs))

    def rounded(self, bits: int) -> Network:
        """Each number to the nearest multiple of 2^-bits."""
        unit = 2.0**bits
        return Network(tuple((np.round(w * unit) / unit, np.round(b * unit) / unit) for w, b in self.layers))

    def _activations(self, x: Matrix) -> list[Matrix]:
        """The input of each layer, and the logits."""
        found = [x]
        for place, (weights, biases) in enumerate(self.layers):
            with np.errstate(all="ignore"):
                above = found[-1] @ weights + biases
            found.append(np.tanh(above) if place < len(self.layers) - 1 else above)
        return found


class Learner(Protocol):
    """What descends: beliefs from inputs of any kind, and a gradient that can be added to it."""

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        ...

    def probabilities(self, x: Inputs) -> Matrix:
        """Return the probability of each class for each row, shape (n, K)."""
        ...

    def loss(self, x: Inputs, y: Symbols) -> float:
        """The mean of -ln q(y), nats a row."""
        ...

    def gradient(self, x: Inputs, y: Symbols) -> Self:
        """The derivative of the loss by each number, in the same shape."""
        ...

    def plus(self, other: Self, times: float = 1.0) -> Self:
        """The sum with another of the same shape, times a number."""
        ...


L = TypeVar("L", bound=Learner)


class Believed:
    """What a network believes of many rows, a few at a time: predictions that need not be in memory.

    Always the same rows are asked for together: those of others may differ from theirs in a last digit.

    >>> q = Believed(Network.drawn(2, 0, 4, np.random.PCG64(0)), np.ones((10_000, 2)))
    >>> q.shape, q[9_999:].tolist(), [part.shape for _, part in q.parts()]
    ((10000, 4), [[0.25, 0.25, 0.25, 0.25]], [(8192, 4), (1808, 4)])
    """

    def __init__(self, network: Learner, x: Inputs) -> None:
        self._network, self._x = network, x
        self._kept: tuple[int, Matrix] | None = None
        self.dtype = np.dtype(np.float64)
        self.shape = (len(x), int(network.probabilities(x[:1]).shape[1]))

    def __getitem__(self, rows: slice) -> Matrix:
        begin, end, _ = rows.indices(self.shape[0])
        starts = range(begin - begin % _ROWS, end, _ROWS)
        pieces = [self._part(start)[max(begin - start, 0) : end - start] for start in starts]
        return np.concatenate(pieces) if pieces else np.zeros((0, self.shape[1]))

    def parts(self) -> Iterator[tuple[slice, Matrix]]:
        """All rows, in parts, each with where it is."""
        for start in range(0, self.shape[0], _ROWS):
            yield slice(start, start + _ROWS), self._part(start)

    def likeliest(self) -> tuple[Matrix, npt.NDArray[np.int64]]:
        """The largest probability of each row, and whose it is, both of shape (n,).

        >>> most, whose = Believed(Network.drawn(2, 0, 4, np.random.PCG64(0)), np.ones((2, 2))).likeliest()
        >>> most.tolist(), whose.tolist()
        ([0.25, 0.25], [0, 0])
        """
        most, whose = np.zeros(self.shape[0]), np.zeros(self.shape[0], np.int64)
        for rows, part in self.parts():
            most[rows], whose[rows] = part.max(axis=1), part.argmax(axis=1)
        return most, whose

    def of(self, y: Symbols) -> Matrix:
        """The probability of what came in each row, shape (n,).

        >>> q = Believed(Network.drawn(2, 0, 4, np.random.PCG64(0)), np.ones((2, 2)))
        >>> q.of(np.array([3, 1], np.uint8)).tolist()
        [0.25, 0.25]
        """
        found = np.zeros(self.shape[0])
        for rows, part in self.parts():
            found[rows] = part[np.arange(len(part)), y[rows]]
        return found

    def loss(self, y: Symbols) -> float:
        """The mean of -ln q(y), nats a row; inf or nan where the network has gone astray."""
        with np.errstate(divide="ignore"):
            return float(-np.log(self.of(y)).mean())

    def _part(self, start: int) -> Matrix:
        # Few rows are asked for once, and looked at several times.
        if self._kept is None or self._kept[0] != start:
            self._kept = start, self._network.probabilities(self._x[start : start + _ROWS])
        return self._kept[1]


@dataclass
class Descent(Generic[L]):
    """A network on its way down, with its momentum."""

    network: L
    rate: float
    momentum: float = 0.9
    _speed: L | None = None

    def step(self, x: Inputs, y: Symbols) -> None:
        """Take one step against the gradient on these rows."""
        gradient = self.network.gradient(x, y)
        self._speed = gradient if self._speed is None else gradient.plus(self._speed, self.momentum)
        self.network = self.network.plus(self._speed, -self.rate)

    def epoch(self, x: Inputs, y: Symbols, order: npt.NDArray[Any], batch: int) -> None:
        """Take all rows once, in this order, a batch at a time."""
        for start in range(0, y.size, batch):
            rows = order[start : start + batch]
            self.step(x[rows], y[rows])


def _softmax(logits: Matrix) -> Matrix:
    # A logit that is not a number makes none of its row one.
    with np.errstate(all="ignore"):
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))
