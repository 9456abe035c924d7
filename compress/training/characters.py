"""A network that reads: what the next character is, from those before it.

    the last `window` characters ──embedding──▶ their vectors, side by side ──▶ `Network` ──▶ q of the next

Each character has a vector of its own, the same wherever in the window it stands, and learned like everything else:
what is used alike comes to lie together.  Before the beginning stands a character that is none.

Source: Y. Bengio, R. Ducharme, P. Vincent and C. Jauvin 2003.

Next: `models.catalog` (every model by its name).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compress.symbols import Symbols, smallest_dtype
from compress.training.network import Believed, Inputs, Matrix, Network, uniforms

__all__ = ["CharacterNetwork", "windows"]


def windows(symbols: Symbols, window: int, size: int) -> Inputs:
    """The last `window` symbols before each place, the nearest last: shape (n, window); `size` where there is none.

    >>> windows(np.array([0, 1, 2], np.uint8), 2, 3).tolist()
    [[3, 3], [3, 0], [0, 1]]
    """
    padded = np.concatenate((np.full(window, size), symbols)).astype(smallest_dtype(size + 1))
    return np.stack([padded[at : at + symbols.size] for at in range(window)], axis=1)


@dataclass(frozen=True, eq=False)
class CharacterNetwork:
    """A vector for each of K characters and for none, shape (K + 1, d), and a network for a window of them."""

    vectors: Matrix
    network: Network

    @classmethod
    def drawn(
        cls, size: int, window: int, dimensions: int, hidden: int, rng: np.random.BitGenerator
    ) -> CharacterNetwork:
        """Small numbers.

        >>> CharacterNetwork.drawn(5, 2, 3, 4, np.random.PCG64(0)).size
        71
        """
        vectors = (2 * uniforms(rng, (size + 1) * dimensions) - 1).reshape(size + 1, dimensions)
        return cls(vectors, Network.drawn(window * dimensions, hidden, size, rng))

    @property
    def size(self) -> int:
        """Return the number of parameters."""
        return self.vectors.size + self.network.size

    def probabilities(self, x: Inputs) -> Matrix:
        """What is believed of the next character after each window: shape (n, K)."""
        return self.network.probabilities(self._read(x))

    def loss(self, x: Inputs, y: Symbols) -> float:
        """The mean of -ln q(y), nats a character."""
        return Believed(self, x).loss(y)

    def gradient(self, x: Inputs, y: Symbols) -> CharacterNetwork:
        """The derivative of the loss by each number, in the same shape."""
        above, below = self.network.gradients(self._read(x), y)
        vectors = np.zeros_like(self.vectors)
        # A character that stands in several places has all of their gradients.
        np.add.at(vectors, x.ravel(), below.reshape(x.size, -1))
        return CharacterNetwork(vectors, above)

    def plus(self, other: CharacterNetwork, times: float = 1.0) -> CharacterNetwork:
        """The sum with another of the same shape, times a number."""
        return CharacterNetwork(self.vectors + times * other.vectors, self.network.plus(other.network, times))

    def _read(self, x: Inputs) -> Matrix:
        """The vectors of each window side by side: shape (n, window·d)."""
        return self.vectors[x].reshape(len(x), -1)
