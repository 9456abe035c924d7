"""What is coded to measure speed: bytes, and their own counts, which are what a coder is told.

Three are made here.  None has anything in it but the shares of its bytes, so that a search for repetition, as zlib
makes one, finds none:

    zipf      256 kinds of bytes, about 4.5 bits each
    coin      two kinds, one of them nine times in ten: 0.47 bits
    text      the letters of the manual, shuffled: about 4.6 bits

Next: `peers` (who else codes them).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np
import numpy.typing as npt

from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.sources.tokens import BYTES
from compress.symbols import Stream

__all__ = ["MADE", "Workload", "made"]

MADE = ("zipf", "coin", "text")
_SPECS = {"zipf": "zipf:k=256,s=1.37", "coin": "bernoulli:0.1"}


@dataclass(frozen=True, eq=False)
class Workload:
    """Bytes, with a name."""

    name: str
    content: bytes

    @cached_property
    def array(self) -> npt.NDArray[np.uint8]:
        """The bytes as numbers."""
        return np.frombuffer(self.content, np.uint8)

    @cached_property
    def stream(self) -> Stream:
        """The bytes as symbols of the alphabet of those that occur."""
        return BYTES.split(self.content)

    @cached_property
    def counts(self) -> Distribution:
        """How often each byte occurs, which is the Q that a coder is given."""
        seen = self.stream.seen
        return Distribution(seen.tokens, seen.counts)

    def content_of(self, *parts: npt.ArrayLike) -> bytes:
        """The bytes that some symbols are.

        >>> Workload("it", b"baa").content_of([0, 1], [1])
        b'abb'
        """
        return b"".join(self._values[np.asarray(part)].tobytes() for part in parts)

    @cached_property
    def _values(self) -> npt.NDArray[np.uint8]:
        return np.unique(self.array)

    @property
    def size(self) -> int:
        """Bytes, which are the tokens."""
        return len(self.content)


def made(name: str, n: int) -> Workload:
    """The workload of that name with n bytes, the same every time.

    >>> coin = made("coin", 1000)
    >>> coin.size, len(coin.counts.tokens), round(coin.counts.entropy, 1)
    (1000, 2, 0.4)
    """
    if name in _SPECS:
        symbols = IidSource(Distribution.parse(_SPECS[name])).sample(n, generator(1))
        return Workload(name, symbols.astype(np.uint8).tobytes())
    pages = resources.files("compress") / "manual"
    texts = sorted(page.read_bytes() for page in pages.iterdir() if page.name.endswith(".md"))
    letters = np.resize(np.frombuffer(b"".join(texts), np.uint8), n)
    return Workload(name, np.random.Generator(generator(1)).permutation(letters).tobytes())
