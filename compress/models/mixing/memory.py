"""All that is counted of one message: arrays, made for its length.

Next: `mix` (the model).
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from compress.models.mixing.bits import OF_MATCHES, sets
from compress.models.mixing.blend import FIRST_WEIGHT, INPUTS, REFINING, WEIGHT_BITS, squash
from compress.models.mixing.chances import COUNT_BITS, FINE_BITS
from compress.models.mixing.contexts import KINDS, remember
from compress.models.mixing.histories import AT_FIRST
from compress.models.mixing.logistic import CHANCE_BITS, FARTHEST
from compress.models.mixing.matches import LENGTHS
from compress.models.mixing.now import AT_ONCE, CHOICES, DUE, NODE, NUMBERS, PARTIAL, Memory
from compress.models.mixing.slots import BUCKET, NEW
from compress.models.mixing.strides import FIRST_LOOK, LONGEST_ROW

__all__ = ["PARTS", "begun", "bytes_of"]

# What can be left out, to see what it is worth.
PARTS = (*KINDS, "match", "refinement")

# Buckets of a context are about as many as half of the bytes, but no fewer and no more than this.
_FEWEST_BUCKETS_BITS, _MOST_BUCKETS_BITS = 8, 18
_MOST_POSITIONS_BITS = 20


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
    >>> memory.slots.size == (len(KINDS) * 256 + 1) * BUCKET, memory.weights.size == 582 * INPUTS
    (True, True)
    """
    kept = [k for k, kind in enumerate(KINDS) if kind in parts]
    contexts = len(kept)
    slots = np.zeros((contexts * BUCKET << _buckets_bits(n)) + BUCKET, np.int32)
    # A bucket where nothing comes, for what is left over of AT_ONCE.
    slots[-BUCKET:] = NEW
    chances = np.full(OF_MATCHES + 2 * LENGTHS, 1 << (CHANCE_BITS - 1), np.int32)
    for k in range(contexts):
        chances[k << 8 : (k << 8) + AT_FIRST.size] = AT_FIRST
    said = [squash.plain(min((j << 8) - FARTHEST, FARTHEST)) for j in range(REFINING)]
    # At the far end of the scale one more is read, and taken 0 times: it belongs to the next context, if there is.
    refined = 1 << 16 if "refinement" in parts else 0
    corrections = np.tile(np.array(said, np.uint16), refined + 1)[: REFINING * refined + (refined > 0)]
    now = np.zeros(NUMBERS, np.int64)
    now[DUE], now[PARTIAL], now[NODE] = FIRST_LOOK, 1, 1
    memory = Memory(
        # What is not written to takes no memory on the usual systems.
        slots=slots,
        chances=chances << (FINE_BITS - CHANCE_BITS + COUNT_BITS),
        weights=np.full(sets(contexts) * INPUTS, FIRST_WEIGHT, np.int32),
        balance=np.full(CHOICES << 8, (1 << WEIGHT_BITS) // CHOICES, np.int32),
        corrections=corrections,
        kept=np.array(kept, np.int64),
        marks=np.zeros(len(KINDS), np.int64),
        places=np.full(AT_ONCE, slots.size - BUCKET, np.int64),
        positions=np.zeros(1 << _positions_bits(n) if "match" in parts else 0, np.int32),
        row_counts=np.zeros(LONGEST_ROW + 1, np.int64),
        numbers=np.zeros(AT_ONCE, np.int32),
        asked=np.zeros(AT_ONCE, np.int32),
        beliefs=np.zeros(AT_ONCE, np.int32),
        inputs=np.zeros(INPUTS, np.int32),
        now=now,
    )
    remember.plain(np.zeros(0, np.uint8), 0, memory.marks, memory.row_counts, now)
    return memory
