"""The ledger: where every bit of a file went.

Six terms, in bits over the whole stream, that sum to 8 x file size:

    entropy      n·H(P)                        what no code saves on average
    mismatch     n·D(P||Q)                     the price of believing Q
    code         n·(H(P,Q̂) - H(P,Q))           whole-bit words, rounded probabilities; may be negative
    luck         Σ -log2 q̂(x) - n·H(P,Q̂)       this sample against the expectation
    coder        payload - Σ -log2 q̂(x)        finishing the stream, finite precision
    container    header, alphabet, model, index, checksums, padding: counted byte by byte

The sum telescopes to payload + container; that it equals the size of the file is not
algebra but a measurement, since the payload was counted by the coder and the container
by whoever parsed the bytes.

`code` is negative where the code that Q leads to suits P better than Q itself does: a
Huffman code of two tokens spends 1 bit on each, however wrong Q was.

Next: `belief.protocol` (what is believed, of whichever kind).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from compress.probability.distribution import Distribution
from compress.shown import Displayed

__all__ = ["TERMS", "Ledger"]

TERMS = ("entropy", "mismatch", "code", "luck", "coder", "container")


@dataclass(frozen=True)
class Ledger(Displayed):
    """The six terms in bits over the whole stream, and the parts of `container` in whole bits."""

    entropy: float
    mismatch: float
    code: float
    luck: float
    coder: float
    container_parts: Mapping[str, int]

    @property
    def container(self) -> int:
        """Return all bits that are not payload: the sum of the parts."""
        return sum(self.container_parts.values())

    @property
    def terms(self) -> dict[str, float]:
        """Return the six terms by name, in order."""
        return {term: getattr(self, term) for term in TERMS}

    @property
    def total(self) -> float:
        """Return the sum of the terms, in bits."""
        return math.fsum(self.terms.values())

    def above(self, entropy: float) -> Ledger:
        """The same for tokens that depend on each other, so that less is their entropy: the rest is mismatch.

        >>> Ledger(7.0, 0.0, 0.0, 0.0, 1.0, {"header": 8}).above(5.0).mismatch
        2.0
        """
        return replace(self, entropy=entropy, mismatch=self.mismatch + (self.entropy - entropy))

    @classmethod
    def undivided(
        cls, entropy: float, expected: float, ideal_bits: float, payload_bits: int, container_parts: Mapping[str, int]
    ) -> Ledger:
        """The ledger of a Q that changes from token to token, or that nobody told: all its price is mismatch, `code` 0.

        entropy: of all tokens together.  expected: what Q is expected to cost; ideal_bits = Σ -log2 q_t(x_t | past).

        >>> Ledger.undivided(7.0, 7.5, 7.25, 8, {"header": 8}).terms["luck"]
        -0.25
        """
        return cls(
            entropy=entropy,
            mismatch=expected - entropy,
            code=0.0,
            luck=ideal_bits - expected,
            coder=payload_bits - ideal_bits,
            container_parts=dict(container_parts),
        )

    @classmethod
    def untold(cls, container_parts: Mapping[str, int]) -> Ledger:
        """The ledger of a payload whose Q nobody has: all its terms are NaN, and what stands around it is known.

        >>> Ledger.untold({"header": 8}).container
        8
        """
        nobody = math.nan
        return cls(nobody, nobody, nobody, nobody, nobody, dict(container_parts))

    @classmethod
    def account(
        cls,
        n: int,
        p: Distribution,
        q: Distribution | None,
        expected: float,
        ideal_bits: float,
        payload_bits: int,
        container_parts: Mapping[str, int],
    ) -> Ledger:
        """The ledger of n tokens drawn from P and coded with some Q̂.

        p, q over the same alphabet, Q after its zero policy, and Q > 0 wherever P > 0.  q None: nobody
        says which Q was assumed, so it is taken to be Q̂, and `code` is 0.
        expected = n·H(P,Q̂); ideal_bits = Σ -log2 q̂(x), which are the same if P is the stream's own P̂: no luck.
        """
        ledger = cls.undivided(n * p.entropy, expected, ideal_bits, payload_bits, container_parts)
        if q is None:
            return ledger
        mismatch = n * p.divergence(q)
        return replace(ledger, mismatch=mismatch, code=ledger.mismatch - mismatch)
