"""What is known in the middle of a message, besides what is counted: the places of one array of numbers.

Next: `strides` (how long a row is).
"""

from __future__ import annotations

__all__ = [
    "ASKED",
    "CHOICES",
    "CHOSEN",
    "DUE",
    "EXPECTED",
    "FOUND",
    "LOOKED",
    "MATCHED",
    "MATCH_CHANCE",
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
]

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
# Of this bit: which chance of the match was asked, and where what was refined is corrected.
MATCH_CHANCE, REFINED = 12, 13
# Of this bit: where each set of weights that was chosen begins, what each said, and what came of that, on the scale.
CHOICES = 3
CHOSEN, SAID = 14, 14 + CHOICES
MIXED = SAID + CHOICES
# A sum that nobody reads.
ASKED = MIXED + 1
NUMBERS = ASKED + 1
