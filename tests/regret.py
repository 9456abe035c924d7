"""What counting costs beside knowing, in the limit."""

from __future__ import annotations

import math

__all__ = ["asymptotic_regret"]


def asymptotic_regret(size: int, n: int) -> float:
    """What kt costs above n·H(P̂) for large n, bits: (K-1)/2·log2(n/2π) + log2(Γ(1/2)^K/Γ(K/2)).

    Not yet true where tokens have few counts each.  Source: Q. Xie and A. Barron 1997.

    >>> round(asymptotic_regret(256, 10**7))
    2129
    """
    gammas = size * math.lgamma(0.5) - math.lgamma(size / 2)
    return (size - 1) / 2 * math.log2(n / (2 * math.pi)) + gammas / math.log(2)
