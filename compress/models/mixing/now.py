"""All that is known in the middle of a message: arrays of what is counted, and one of what else there is.

Next: `strides` (how long a row is).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from compress.models.mixing.chances import Numbers
from compress.symbols import Counts

__all__ = [
    "AT_ONCE",
    "CHOICES",
    "CHOSEN",
    "DUE",
    "EXPECTED",
    "FOUND",
    "LOOKED",
    "MATCHED",
    "MIXED",
    "NODE",
    "NUMBERS",
    "PARTIAL",
    "PAST",
    "RATE",
    "REFINED",
    "ROW",
    "SAID",
    "WORD",
    "WORD_BEFORE",
    "Memory",
]

# Contexts, and the match, are seen to so many at once, as processors have it; what is left over says nothing.
AT_ONCE = 16


class Memory(NamedTuple):
    """What the loops are handed.

    slots: buckets, as many for each context (`slots`), and one that is always empty.  chances: of each context and
    history, and of the match.  weights: all sets.  balance: of what the sets say.  corrections: what was said and what
    came (`blend`).  kept: the kinds of contexts.  marks: of every kind.  places: of the bucket of each context.
    positions: where six bytes stood before.  row_counts: of each distance (`strides`).  now: the rest.

    Of this bit, each in its place of AT_ONCE: numbers, of the contexts' buckets; asked, where in `chances` what they
    mean is; beliefs, what stands there.  inputs: what the weights are for, twice AT_ONCE.
    """

    slots: Numbers
    chances: Numbers
    weights: Numbers
    balance: Numbers
    corrections: npt.NDArray[np.uint16]
    kept: Counts
    marks: Counts
    places: Counts
    positions: Numbers
    row_counts: Counts
    numbers: Numbers
    asked: Numbers
    beliefs: Numbers
    inputs: Numbers
    now: Counts


# The bits of this byte that are known, and those of this half of it, each behind a 1; the last six bytes.
PARTIAL, NODE, PAST = 0, 1, 2
# Numbers made of the letters of this word and of the one before.
WORD, WORD_BEFORE = 3, 4
# How long a row is, up to where its bytes were counted, and where that is done again.
ROW, LOOKED, DUE = 5, 6, 7
# Where the bytes before stood already, up to this place, and how many of them; 0 if none did.
FOUND, MATCHED = 8, 9
# The bits of the byte that followed there which are not known yet, moved up behind a 1; 0 once one of them was wrong.
EXPECTED = 10
# How fast the weights of this byte learn.
RATE = 11
# Of this bit: where what was refined is corrected.
REFINED = 12
# Of this bit: where each set of weights that was chosen begins, what each said, and what came of that, on the scale.
CHOICES = 3
CHOSEN, SAID = 13, 13 + CHOICES
MIXED = SAID + CHOICES
NUMBERS = MIXED + 1
