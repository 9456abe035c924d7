"""All that is counted of one message: arrays, made for its length.

Next: `mix` (the model).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from compress.models.mixing.bits import INPUTS_OF_A_CONTEXT, sets
from compress.models.mixing.blend import FIRST_WEIGHT, REFINING, WEIGHT_BITS, squash
from compress.models.mixing.chances import COUNT_BITS, FINE_BITS, Numbers
from compress.models.mixing.contexts import KINDS
from compress.models.mixing.histories import AT_FIRST
from compress.models.mixing.logistic import CHANCE_BITS, FARTHEST
from compress.models.mixing.matches import LENGTHS
from compress.models.mixing.now import CHOICES, DUE, NUMBERS
from compress.models.mixing.slots import BUCKET
from compress.models.mixing.strides import FIRST_LOOK, LONGEST_ROW
from compress.symbols import Counts

__all__ = ["PARTS", "Memory", "begun", "bytes_of"]

# What can be left out, to see what it is worth.
PARTS = (*KINDS, "match", "refinement")

# Buckets of a context are about as many as half of the bytes, but no fewer and no more than this.
_FEWEST_BUCKETS_BITS, _MOST_BUCKETS_BITS = 8, 18
_MOST_POSITIONS_BITS = 20


class Memory(NamedTuple):
    """What the loops are handed, in their order.

    slots: buckets, as many for each context (`slots`).  chances: of each context and history, and of the match.
    weights: all sets.  balance: of what the sets say.  corrections: what was said and what came (`blend`).
    inputs: of one bit.  places: of the bucket of each context.  kept: the kinds of contexts.  marks: of every kind.
    positions: where six bytes stood before.  row_counts: of each distance (`strides`).  now: the rest (`now`).
    """

    slots: Numbers
    chances: Numbers
    weights: Numbers
    balance: Numbers
    corrections: npt.NDArray[np.uint16]
    inputs: Numbers
    places: Counts
    kept: Counts
    marks: Counts
    positions: Numbers
    row_counts: Counts
    now: Counts


def _buckets_bits(n: int) -> int:
    return min(max(n.bit_length() - 1, _FEWEST_BUCKETS_BITS), _MOST_BUCKETS_BITS)


def _positions_bits(n: int) -> int:
    return min(max(n.bit_length(), _FEWEST_BUCKETS_BITS), _MOST_POSITIONS_BITS)


def bytes_of(n: int) -> int:
    """The memory of n bytes, in bytes.

    >>> 220_000_000 < bytes_of(1 << 25) < 230_000_000
    True
    """
    contexts = len(KINDS)
    return 4 * ((contexts * BUCKET << _buckets_bits(n)) + (1 << _positions_bits(n))) + (2 * REFINING << 16) + (1 << 17)


def begun(n: int, parts: Collection[str] = PARTS) -> Memory:
    """The memory of n bytes, of which none came yet.

    >>> memory = begun(100)
    >>> memory.slots.size == len(KINDS) * BUCKET * 256, memory.inputs.size
    (True, 27)
    """
    kept = [k for k, kind in enumerate(KINDS) if kind in parts]
    contexts = len(kept)
    inputs = INPUTS_OF_A_CONTEXT * contexts + 1
    chances = np.full((contexts << 8) + 2 * LENGTHS, 1 << (CHANCE_BITS - 1), np.int32)
    for k in range(contexts):
        chances[k << 8 : (k << 8) + AT_FIRST.size] = AT_FIRST
    said = [squash.plain(min((j << 8) - FARTHEST, FARTHEST)) for j in range(REFINING)]
    # At the far end of the scale one more is read, and taken 0 times: it belongs to the next context, if there is.
    refined = 1 << 16 if "refinement" in parts else 0
    corrections = np.tile(np.array(said, np.uint16), refined + 1)[: REFINING * refined + (refined > 0)]
    now = np.zeros(NUMBERS, np.int64)
    now[DUE] = FIRST_LOOK
    return Memory(
        # What is not written to takes no memory on the usual systems.
        slots=np.zeros(contexts * BUCKET << _buckets_bits(n), np.int32),
        chances=chances << (FINE_BITS - CHANCE_BITS + COUNT_BITS),
        weights=np.full(sets(contexts) * inputs, FIRST_WEIGHT, np.int32),
        balance=np.full(CHOICES << 8, (1 << WEIGHT_BITS) // CHOICES, np.int32),
        corrections=corrections,
        inputs=np.zeros(inputs, np.int32),
        places=np.zeros(contexts, np.int64),
        kept=np.array(kept, np.int64),
        marks=np.zeros(len(KINDS), np.int64),
        positions=np.zeros(1 << _positions_bits(n) if "match" in parts else 0, np.int32),
        row_counts=np.zeros(LONGEST_ROW + 1, np.int64),
        now=now,
    )
