"""A block in four lanes: every fourth token in a payload of its own, so that four can be decoded at the same time.

Next: `codebook` (words).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from compress.symbols import Symbols

__all__ = ["LANES", "lane_size", "merged"]

LANES = 4


def lane_size(count: int, lane: int) -> int:
    """How many of so many tokens are in a lane: the first has tokens 0, 4, 8, ...

    >>> [lane_size(6, lane) for lane in range(LANES)]
    [2, 2, 1, 1]
    """
    return (count + LANES - 1 - lane) // LANES


def merged(parts: Sequence[Symbols], count: int, dtype: npt.DTypeLike) -> Symbols:
    """The tokens of all lanes in their order.

    >>> merged([np.array([0, 4]), np.array([1]), np.array([2]), np.array([3])], 5, np.uint8).tolist()
    [0, 1, 2, 3, 4]
    """
    symbols = np.zeros(count, dtype)
    for lane, part in enumerate(parts):
        symbols[lane::LANES] = part
    return symbols
